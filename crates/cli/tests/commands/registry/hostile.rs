//! Registries and bundles that are broken, or made to harm.

use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use pacto_testkit::registry::{Access, Effect, Fault, RegistryOptions, TestRegistry, digest_of};
use pacto_testkit::token::{TokenOptions, TokenServer};
use std::io::Write as _;

use super::contract;
use crate::sandbox::{Outcome, Sandbox};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// A registry that holds `acme/svc:1.0.0`, pushed by the program.
fn published(options: RegistryOptions) -> (TestRegistry, Sandbox) {
    let registry = TestRegistry::start_with(options).expect("a free port");
    let sandbox = Sandbox::new();
    sandbox.file("svc/pacto.yaml", &contract("svc", "1.0.0", ""));
    let reference = format!("oci://{}/acme/svc", registry.host());
    let pushed = sandbox.pacto(["push", &reference, "-p", "svc"]);
    assert_eq!(pushed.code, 0, "{pushed}");
    registry.clear_requests();
    (registry, sandbox)
}

fn answer(status: u16, kind: &str, body: &str) -> Effect {
    Effect::Answer {
        status,
        headers: vec![("content-type".to_owned(), kind.to_owned())],
        body: body.to_owned(),
    }
}

/// What is below the working directory.
fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(directory)
        .expect("readable")
        .map(|entry| entry.expect("readable").file_name().display().to_string())
        .collect();
    names.sort();
    names
}

/// One error in one line, nothing on standard output, nothing written.
fn assert_clean_failure(what: &str, sandbox: &Sandbox, outcome: &Outcome, code: i32, told: &str) {
    assert_eq!(outcome.code, code, "{what}: {outcome}");
    assert_eq!(outcome.stdout, "", "{what}");
    let errors: Vec<&str> = outcome
        .stderr
        .lines()
        .filter(|line| line.starts_with("error"))
        .collect();
    assert_eq!(errors.len(), 1, "{what}: {outcome}");
    assert!(outcome.stderr.contains(told), "{what}: {outcome}");
    assert_eq!(names(&sandbox.directory()), ["svc"], "{what}");
}

#[test]
fn every_wrong_answer_is_one_clear_error() {
    const PAGE: &str = "<html><body>Welcome to the portal, please sign in</body></html>";
    const DENIED: &str = r#"{"errors":[{"code":"DENIED","message":"the project is closed"}]}"#;
    let html = || answer(200, "text/html; charset=utf-8", PAGE);
    let json = |status| answer(status, "application/json", DENIED);
    let slow_down = Effect::Answer {
        status: 429,
        headers: vec![("retry-after".to_owned(), "0".to_owned())],
        body: String::new(),
    };
    let cases: Vec<(&str, Fault, i32, &str)> = vec![
        (
            "401",
            Fault::on("/manifests/", json(401)),
            3,
            "authentication failed for ",
        ),
        (
            "403",
            Fault::on("/manifests/", json(403)),
            3,
            "the project is closed",
        ),
        (
            "404",
            Fault::status("/manifests/", 404),
            3,
            "artifact not found: ",
        ),
        (
            "400",
            Fault::on("/manifests/", json(400)),
            3,
            "registry refused ",
        ),
        (
            "429",
            Fault::on("/manifests/", slow_down),
            3,
            "help: wait, or log in",
        ),
        (
            "500",
            Fault::status("/manifests/", 500),
            3,
            "500 Internal Server Error",
        ),
        (
            "ping 500",
            Fault::status("/v2/", 503),
            3,
            "503 Service Unavailable",
        ),
        ("page", Fault::on("/manifests/", html()), 3, "web page"),
        ("ping page", Fault::on("/v2/", html()), 3, "web page"),
        ("blob page", Fault::on("/blobs/", html()), 3, "web page"),
        (
            "no JSON",
            Fault::on("/manifests/", answer(200, MANIFEST, "{")),
            3,
            "error: ",
        ),
        ("blob gone", Fault::status("/blobs/", 404), 3, "error: "),
        (
            "corrupt",
            Fault::on("/blobs/", Effect::CorruptBody),
            4,
            "expected sha256:",
        ),
        (
            "short",
            Fault::on("/blobs/", Effect::ShortenBody(9)),
            4,
            "expected ",
        ),
        (
            "long",
            Fault::on("/blobs/", Effect::ExtendBody(9)),
            4,
            "expected ",
        ),
        (
            "broken off",
            Fault::on("/blobs/", Effect::TruncateBody(9)),
            3,
            "error: ",
        ),
        (
            "wrong digest",
            Fault::on(
                "/manifests/",
                Effect::SetHeader("docker-content-digest".to_owned(), digest_of(b"other")),
            ),
            4,
            "expected sha256:",
        ),
    ];
    // Some of these are asked for again after seconds, so all at once.
    std::thread::scope(|scope| {
        for (what, fault, code, told) in cases {
            scope.spawn(move || {
                let (registry, sandbox) = published(RegistryOptions::default());
                registry.misbehave(fault);
                let reference = format!("oci://{}/acme/svc:1.0.0", registry.host());
                let pulled = sandbox.pacto(["pull", &reference, "-o", "back"]);
                assert_clean_failure(what, &sandbox, &pulled, code, told);
                assert!(!pulled.stderr.contains("<html>"), "{what}: {pulled}");
                let graph = sandbox.pacto(["explain", &reference]);
                assert_clean_failure(what, &sandbox, &graph, code, told);
            });
        }
    });
}

#[test]
fn a_push_that_fails_says_so_and_does_not_offer_the_cache() {
    let (registry, sandbox) = published(RegistryOptions::default());
    registry.misbehave(Fault::on(
        "/uploads/",
        answer(403, "application/json", "{}"),
    ));
    sandbox.file("svc/pacto.yaml", &contract("svc", "2.0.0", ""));
    let reference = format!("oci://{}/acme/svc", registry.host());
    let pushed = sandbox.pacto(["push", &reference, "-p", "svc"]);
    assert_clean_failure("403", &sandbox, &pushed, 3, "authentication failed for ");
    assert!(registry.manifest("acme/svc", "2.0.0").is_none());
    drop(registry);
    let pushed = sandbox.pacto(["push", &reference, "-p", "svc"]);
    assert_clean_failure("away", &sandbox, &pushed, 3, "Connection refused");
    assert!(!pushed.stderr.contains("--offline"), "{pushed}");
}

#[test]
fn credentials_do_not_follow_a_redirect() {
    let (registry, mut sandbox) = {
        let registry = TestRegistry::start_with(RegistryOptions {
            access: Access::basic("ada", "lovelace"),
            ..RegistryOptions::default()
        })
        .expect("a free port");
        let mut sandbox = Sandbox::new();
        sandbox.file("svc/pacto.yaml", &contract("svc", "1.0.0", ""));
        sandbox
            .variable("PACTO_REGISTRY_USERNAME", "ada")
            .variable("PACTO_REGISTRY_PASSWORD", "lovelace");
        (registry, sandbox)
    };
    let reference = format!("oci://{}/acme/svc:1.0.0", registry.host());
    assert_eq!(sandbox.pacto(["push", &reference, "-p", "svc"]).code, 0);
    let elsewhere = TestRegistry::start_with(RegistryOptions {
        ip: "127.0.0.3".parse().expect("an address"),
        ..RegistryOptions::default()
    })
    .expect("a free port");
    for digest in layers(&registry, "acme/svc", "1.0.0") {
        let blob = registry.blob("acme/svc", &digest).expect("pushed");
        elsewhere.put_blob("acme/svc", blob);
    }
    registry.misbehave(Fault::on("/blobs/", Effect::RedirectTo(elsewhere.url())).method("GET"));
    sandbox.variable("PACTO_CACHE_DIR", "fresh");
    let pulled = sandbox.pacto(["pull", &reference, "-o", "back"]);
    assert_eq!(pulled.code, 0, "{pulled}");
    let asked = elsewhere.requests();
    assert!(!asked.is_empty());
    for request in asked {
        assert_eq!(request.authorization, None, "{request:?}");
    }
}

fn layers(registry: &TestRegistry, repository: &str, tag: &str) -> Vec<String> {
    let manifest = registry.manifest(repository, tag).expect("pushed");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    let layers = manifest["layers"].as_array().expect("layers");
    layers
        .iter()
        .map(|layer| layer["digest"].as_str().expect("a digest").to_owned())
        .collect()
}

#[test]
fn a_token_service_elsewhere_gets_no_password_and_the_error_says_how_to_allow_it() {
    let tokens = TokenServer::start(TokenOptions {
        ip: "127.0.0.3".parse().expect("an address"),
        ..TokenOptions::default()
    })
    .expect("a free port");
    let registry = TestRegistry::start_with(RegistryOptions {
        access: Access::token(&tokens),
        ..RegistryOptions::default()
    })
    .expect("a free port");
    let mut sandbox = Sandbox::new();
    sandbox.file("svc/pacto.yaml", &contract("svc", "1.0.0", ""));
    sandbox
        .variable("PACTO_REGISTRY_USERNAME", "ada")
        .variable("PACTO_REGISTRY_PASSWORD", "lovelace");
    let reference = format!("oci://{}/acme/svc:1.0.0", registry.host());
    let pushed = sandbox.pacto(["push", &reference, "-p", "svc"]);
    assert_clean_failure("realm", &sandbox, &pushed, 3, "PACTO_REGISTRY_REALMS");
    assert!(
        tokens
            .requests()
            .iter()
            .all(|request| request.authorization.is_none())
    );
    sandbox.variable("PACTO_REGISTRY_REALMS", "127.0.0.3");
    let pushed = sandbox.pacto(["push", &reference, "-p", "svc"]);
    assert_eq!(pushed.code, 0, "{pushed}");
}

/// A tar with entries of these kinds, however wrong.
fn archive(entries: &[(&str, u8, &[u8])]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (name, kind, content) in entries {
        let mut header = [0; 512];
        let mut put = |at: usize, text: &[u8]| header[at..at + text.len()].copy_from_slice(text);
        put(0, name.as_bytes());
        put(100, b"0000644\0");
        put(124, format!("{:011o}\0", content.len()).as_bytes());
        put(148, b"        ");
        put(156, &[*kind]);
        put(257, b"ustar\x0000");
        let sum: u32 = header.iter().copied().map(u32::from).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        tar.extend(header);
        tar.extend(*content);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    gzip(&tar)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// Stores a layer as `acme/bad:1.0.0` with a manifest that says `size`.
fn put(registry: &TestRegistry, layer: Vec<u8>, size: Option<u64>) {
    let size = size.unwrap_or(layer.len() as u64);
    let layer = registry.put_blob("acme/bad", layer);
    let config = registry.put_blob("acme/bad", b"{}".as_slice());
    let manifest = serde_json::json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json", "size": 2, "digest": config,
        },
        "layers": [{
            "mediaType": "application/vnd.pacto.bundle.layer.v1.tar+gzip",
            "size": size, "digest": layer,
        }],
    });
    registry.put_manifest("acme/bad", Some("1.0.0"), MANIFEST, manifest.to_string());
}

#[test]
fn a_bundle_made_to_harm_is_refused_and_nothing_is_written() {
    let text = contract("bad", "1.0.0", "");
    let good = ("pacto.yaml", b'0', text.as_bytes());
    let many: Vec<String> = (0..10_001).map(|number| format!("f{number}")).collect();
    let mut too_many = vec![good];
    too_many.extend(
        many.iter()
            .map(|name| (name.as_str(), b'0', b"".as_slice())),
    );
    let zeros = vec![0; 65 << 20];
    let four = [
        ("a", b'0', &zeros[..64 << 20]),
        ("b", b'0', &zeros[..64 << 20]),
        ("c", b'0', &zeros[..64 << 20]),
        ("d", b'0', &zeros[..64 << 20]),
    ];
    let cases: Vec<(&str, Vec<u8>, Option<u64>)> = vec![
        ("above", archive(&[good, ("../above", b'0', b"x")]), None),
        (
            "absolute",
            archive(&[good, ("/tmp/absolute", b'0', b"x")]),
            None,
        ),
        (
            "inside",
            archive(&[good, ("a/../../inside", b'0', b"x")]),
            None,
        ),
        ("backslash", archive(&[good, ("a\\b", b'0', b"x")]), None),
        ("symlink", archive(&[good, ("link", b'2', b"")]), None),
        ("hard link", archive(&[good, ("link", b'1', b"")]), None),
        ("device", archive(&[good, ("null", b'3', b"")]), None),
        ("too many", archive(&too_many), None),
        (
            "one too large",
            archive(&[good, ("zeros", b'0', &zeros)]),
            None,
        ),
        (
            "all too large",
            archive(&[&[good][..], &four[..]].concat()),
            None,
        ),
        ("layer too large", archive(&[good]), Some((256 << 20) + 1)),
    ];
    let registry = TestRegistry::start();
    let sandbox = Sandbox::new();
    let reference = format!("oci://{}/acme/bad:1.0.0", registry.host());
    sandbox.file(
        "svc/pacto.yaml",
        &contract(
            "svc",
            "1.0.0",
            &format!("dependencies: [{{ name: bad, ref: \"{reference}\", required: true, compatibility: ^1.0.0 }}]\n"),
        ),
    );
    for (what, layer, size) in cases {
        put(&registry, layer, size);
        let pulled = sandbox.pacto(["pull", &reference, "-o", "back"]);
        assert_clean_failure(what, &sandbox, &pulled, 4, "error: ");
        // Below another contract it is one edge that did not resolve.
        let graph = sandbox.pacto(["graph", "svc"]);
        assert_eq!(graph.code, 0, "{what}: {graph}");
        assert!(
            graph.stdout.contains("bad:1.0.0 (error: "),
            "{what}: {graph}"
        );
    }
    assert!(!Path::new("/tmp/absolute").exists());
    put(&registry, archive(&[good]), None);
    assert_eq!(sandbox.pacto(["pull", &reference, "-o", "back"]).code, 0);
}

#[test]
fn a_bundle_that_nobody_could_pull_is_not_pushed() {
    let registry = TestRegistry::start();
    let reference = format!("oci://{}/acme/svc", registry.host());
    for what in ["one too large", "too many", "name"] {
        let sandbox = Sandbox::new();
        sandbox.file("svc/pacto.yaml", &contract("svc", "1.0.0", ""));
        match what {
            "one too large" => {
                let file = std::fs::File::create(sandbox.path("svc/zeros")).expect("a file");
                file.set_len((64 << 20) + 1).expect("a sparse file");
            }
            "too many" => {
                for number in 0..10_000 {
                    std::fs::write(sandbox.path(&format!("svc/{number}")), "").expect("a file");
                }
            }
            _ => {
                sandbox.file("svc/a\\b", "x");
            }
        }
        let pushed = sandbox.pacto(["push", &reference, "-p", "svc"]);
        assert_clean_failure(what, &sandbox, &pushed, 4, "error: ");
        let packed = sandbox.pacto(["pack", "svc"]);
        assert_clean_failure(what, &sandbox, &packed, 4, "error: ");
    }
    assert_eq!(registry.count("POST", ""), 0);
    assert_eq!(registry.count("PUT", ""), 0);
}
