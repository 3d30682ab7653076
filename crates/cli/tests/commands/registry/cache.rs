//! The cache on disk, when it is damaged, shared, full or not there.

use std::path::PathBuf;

use pacto_testkit::registry::TestRegistry;

use super::{asked, contract};
use crate::sandbox::Sandbox;

/// A registry with `acme/svc:1.0.0`, its reference, and a place with an empty cache.
fn published() -> (TestRegistry, String, Sandbox) {
    let registry = TestRegistry::start();
    let sandbox = Sandbox::new();
    // Content that does not compress, so that there is something to damage.
    let mut noise = 1_u32;
    let content: String = (0..20_000)
        .map(|_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b'a' + (noise >> 24) as u8 % 26)
        })
        .collect();
    sandbox
        .file("svc/pacto.yaml", &contract("svc", "1.0.0", ""))
        .file("svc/noise", &content);
    let reference = format!("oci://{}/acme/svc:1.0.0", registry.host());
    let pushed = sandbox.pacto(["push", &reference, "-p", "svc"]);
    assert_eq!(pushed.code, 0, "{pushed}");
    registry.clear_requests();
    (registry, reference, sandbox)
}

/// The directory of the entry of a reference.
fn entry(sandbox: &Sandbox, reference: &str) -> PathBuf {
    let path = reference.trim_start_matches("oci://").replace(':', "/");
    sandbox.path("../.cache/pacto/oci").join(path)
}

fn pull(sandbox: &Sandbox, reference: &str) {
    let _ = std::fs::remove_dir_all(sandbox.path("back"));
    let pulled = sandbox.pacto(["pull", reference, "-o", "back"]);
    assert_eq!(pulled.code, 0, "{pulled}");
    assert_eq!(sandbox.read("back/noise"), sandbox.read("svc/noise"));
    assert_eq!(
        sandbox.read("back/pacto.yaml"),
        sandbox.read("svc/pacto.yaml")
    );
}

#[test]
fn an_intact_entry_costs_one_question_and_a_digest_none() {
    let (registry, reference, sandbox) = published();
    pull(&sandbox, &reference);
    asked(&registry);
    pull(&sandbox, &reference);
    assert_eq!(asked(&registry), ["HEAD /v2/acme/svc/manifests/1.0.0"]);
    let json = sandbox
        .pacto(["pull", &reference, "-o", "back", "--output-format", "json"])
        .json();
    let (name, _) = reference.rsplit_once(':').expect("a tag");
    let digest = format!("{name}@{}", json["digest"].as_str().expect("a digest"));
    pull(&sandbox, &digest);
    registry.clear_requests();
    pull(&sandbox, &digest);
    assert_eq!(registry.requests(), []);
}

/// What is wrong, the bundle, and the line beside it; `None` stands for no file.
type Damage = (&'static str, Option<Vec<u8>>, Option<Vec<u8>>);

#[test]
fn a_damaged_entry_is_fetched_again() {
    let (registry, reference, sandbox) = published();
    pull(&sandbox, &reference);
    let entry = entry(&sandbox, &reference);
    let (bundle, sidecar) = (entry.join("bundle.tar.gz"), entry.join("digest"));
    let (good, line) = (
        std::fs::read(&bundle).expect("cached"),
        std::fs::read_to_string(&sidecar).expect("cached"),
    );
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let damages: Vec<Damage> = vec![
        (
            "flipped",
            Some(flipped(good.len() / 2)),
            Some(line.clone().into()),
        ),
        (
            "half",
            Some(good[..good.len() / 2].to_vec()),
            Some(line.clone().into()),
        ),
        ("empty", Some(Vec::new()), Some(line.clone().into())),
        ("gone", None, Some(line.clone().into())),
        ("no line", Some(good.clone()), None),
        ("empty line", Some(good.clone()), Some(Vec::new())),
        ("half a line", Some(good.clone()), Some(line[..90].into())),
        ("noise", Some(b"\0\xff".to_vec()), Some(b"\0\xff".to_vec())),
    ];
    for (what, content, text) in damages {
        for (path, bytes) in [(&bundle, content), (&sidecar, text)] {
            match bytes {
                Some(bytes) => std::fs::write(path, bytes).expect("writable"),
                None => std::fs::remove_file(path).expect("there"),
            }
        }
        registry.clear_requests();
        pull(&sandbox, &reference);
        assert_eq!(registry.count("GET", "/blobs/"), 1, "{what}");
        assert_eq!(std::fs::read(&bundle).expect("mended"), good, "{what}");
        assert_eq!(
            std::fs::read_to_string(&sidecar).expect("mended"),
            line,
            "{what}"
        );
    }
}

#[test]
fn damage_is_told_where_the_network_is_off() {
    let (_registry, reference, sandbox) = published();
    pull(&sandbox, &reference);
    std::fs::write(entry(&sandbox, &reference).join("bundle.tar.gz"), "x").expect("writable");
    let pulled = sandbox.pacto(["pull", &reference, "-o", "other", "--offline"]);
    assert_eq!(pulled.code, 3, "{pulled}");
    assert!(!sandbox.path("other").exists());
}

#[test]
fn the_cache_may_be_ignored() {
    let (registry, reference, sandbox) = published();
    pull(&sandbox, &reference);
    registry.clear_requests();
    let pulled = sandbox.pacto(["pull", &reference, "-o", "back", "--no-cache"]);
    assert_eq!(pulled.code, 0, "{pulled}");
    assert_eq!(registry.count("GET", "/blobs/"), 1);
}

#[cfg(unix)]
#[test]
fn a_process_killed_at_any_moment_leaves_a_cache_that_works() {
    let (_registry, reference, sandbox) = published();
    for milliseconds in 0..25 {
        let mut child = sandbox
            .command(&["pull", &reference, "-o", "killed", "--no-cache"])
            .spawn()
            .expect("the program starts");
        std::thread::sleep(std::time::Duration::from_millis(milliseconds * 3));
        // It may be done already.
        let _ = child.kill();
        child.wait().expect("it ends");
        // Whatever it left is either whole or not used.
        pull(&sandbox, &reference);
        let offline = sandbox.pacto(["pull", &reference, "-o", "back", "--offline"]);
        assert_eq!(offline.code, 0, "{offline}");
    }
    let left: Vec<String> = std::fs::read_dir(entry(&sandbox, &reference))
        .expect("readable")
        .map(|entry| entry.expect("readable").file_name().display().to_string())
        .filter(|name| name == "bundle.tar.gz" || name == "digest")
        .collect();
    assert_eq!(left.len(), 2);
}

#[test]
fn processes_share_a_cache() {
    let (registry, reference, sandbox) = published();
    let (name, _) = reference.rsplit_once(':').expect("a tag");
    std::thread::scope(|scope| {
        for number in 0..8 {
            let (sandbox, reference) = (&sandbox, &reference);
            scope.spawn(move || {
                for round in 0..4 {
                    let back = format!("back-{number}-{round}");
                    // Half of them write whatever is there, half of them read what is whole.
                    let flag = if number % 2 == 0 {
                        "--no-cache"
                    } else {
                        "--verbose"
                    };
                    let pulled = sandbox.pacto(["pull", reference, "-o", &back, flag]);
                    assert_eq!(pulled.code, 0, "{pulled}");
                    assert_eq!(
                        sandbox.read(&format!("{back}/noise")),
                        sandbox.read("svc/noise")
                    );
                }
            });
        }
    });
    asked(&registry);
    pull(&sandbox, name);
    assert_eq!(registry.count("GET", "/blobs/"), 0);
}

#[cfg(unix)]
#[test]
fn a_cache_that_cannot_be_written_changes_nothing() {
    let (_registry, reference, mut sandbox) = published();
    sandbox.file("file", "");
    for directory in ["/proc/none", "file/below", "/dev/null"] {
        sandbox.variable("PACTO_CACHE_DIR", directory);
        pull(&sandbox, &reference);
        let pulled = sandbox.pacto(["pull", &reference, "-o", "back"]);
        assert!(
            pulled.stderr.contains("the cache cannot be written"),
            "{pulled}"
        );
        assert_eq!(pulled.stderr.lines().count(), 1, "{pulled}");
    }
}

#[cfg(unix)]
#[test]
fn without_a_home_everything_but_login_works() {
    let (_registry, reference, mut sandbox) = published();
    for home in ["", "/proc/none", "/dev/null"] {
        sandbox.variable("HOME", home);
        pull(&sandbox, &reference);
        for command in ["validate", "graph", "explain", "lock"] {
            let outcome = sandbox.pacto([command, "svc"]);
            assert_eq!(outcome.code, 0, "{command}: {outcome}");
        }
        let login = sandbox.run(
            "secret\n",
            &[
                "login",
                "h.example",
                "-u",
                "me",
                "--password-stdin",
                "--no-check",
            ],
        );
        assert_eq!(login.code, 3, "{login}");
        assert!(login.stderr.starts_with("error: "), "{login}");
    }
}

/// A disk that takes no more than 4 KiB per file stands for one that is full.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_half_of_anything() {
    let (_registry, reference, sandbox) = published();
    let full =
        |command: &str| sandbox.shell(&format!("trap '' XFSZ; ulimit -f 8; exec \"$0\" {command}"));
    // Only the cache is full: what is asked for is printed.
    let explained = full(&format!("explain {reference}"));
    assert_eq!(explained.code, 0, "{explained}");
    assert!(explained.stdout.starts_with("svc 1.0.0"), "{explained}");
    assert!(
        explained.stderr.contains("the cache cannot be written"),
        "{explained}"
    );
    let offline = sandbox.pacto(["pull", &reference, "-o", "back", "--offline"]);
    assert_eq!(offline.code, 3, "{offline}");
    // The target is full.
    for command in [
        format!("pull {reference} -o back"),
        "pack svc -o packed.tar.gz".to_owned(),
        "push oci-layout://out -p svc".to_owned(),
    ] {
        let outcome = full(&command);
        assert_eq!(outcome.code, 3, "{command}: {outcome}");
        assert!(
            outcome.stderr.contains("File too large"),
            "{command}: {outcome}"
        );
    }
    assert!(!sandbox.path("packed.tar.gz").exists());
    assert!(!sandbox.path("back/noise").exists());
    // The layout that the push could not finish can be pushed to.
    let pushed = sandbox.pacto(["push", "oci-layout://out", "-p", "svc"]);
    assert_eq!(pushed.code, 0, "{pushed}");
}
