//! A program that is interrupted or killed leaves nothing half-written.

use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use pacto_testkit::registry::{Effect, Fault, TestRegistry};

use crate::sandbox::Sandbox;

/// Files of the bundle: enough that writing them takes a while.
const FILES: usize = 1500;

/// Longest wait for something that must happen.
const PATIENCE: Duration = Duration::from_mins(1);

fn bundle(sandbox: &Sandbox) {
    sandbox.file(
        "svc/pacto.yaml",
        "pactoVersion: \"1.0\"\nservice: { name: svc, version: 1.0.0 }\n",
    );
    for number in 0..FILES {
        let path = format!("svc/docs/{number}.md");
        sandbox.file(&path, &format!("{number}").repeat(100));
    }
}

/// A registry with a bundle of many files.
fn published() -> (TestRegistry, String, Sandbox) {
    let registry = TestRegistry::start();
    let sandbox = Sandbox::new();
    bundle(&sandbox);
    let reference = format!("oci://{}/acme/svc:1.0.0", registry.host());
    let pushed = sandbox.pacto(["push", &reference, "-p", "svc"]);
    assert_eq!(pushed.code, 0, "{pushed}");
    (registry, reference, sandbox)
}

/// How often a race against the end of the program is run again at most.
const ROUNDS: usize = 10;

fn send(signal: &str, child: &Child) {
    let line = format!("kill -{signal} {}", child.id());
    let sent = Command::new("/bin/sh").args(["-c", &line]).status();
    assert!(sent.expect("a shell").success());
}

/// What is in a directory and begins with a dot.
fn hidden(directory: &Path) -> Vec<String> {
    std::fs::read_dir(directory)
        .expect("readable")
        .map(|entry| entry.expect("readable").file_name().display().to_string())
        .filter(|name| name.starts_with('.'))
        .collect()
}

/// Waits until something is being written in the directory; `false` when the program was quicker.
fn wait_for_staging(directory: &Path, child: &mut Child) -> bool {
    let started = Instant::now();
    while hidden(directory).is_empty() {
        if child.try_wait().expect("known").is_some() {
            return false;
        }
        assert!(started.elapsed() < PATIENCE, "nothing is written");
        std::thread::sleep(Duration::from_micros(200));
    }
    true
}

fn is_whole(directory: &Path) -> bool {
    directory.join("pacto.yaml").is_file()
        && std::fs::read_dir(directory.join("docs")).is_ok_and(|docs| docs.count() == FILES)
}

/// Interrupts `pull` while it writes, and says how it ended.
fn interrupt_pull(sandbox: &Sandbox, reference: &str, signal: &str) -> Option<ExitStatus> {
    let target = sandbox.path("back");
    let _ = std::fs::remove_dir_all(&target);
    let mut child = sandbox
        .command(&["pull", reference, "-o", "back"])
        .spawn()
        .expect("the program starts");
    let is_caught = wait_for_staging(&sandbox.directory(), &mut child);
    if is_caught {
        send(signal, &child);
    }
    let status = child.wait().expect("the program ends");
    if target.exists() {
        assert!(is_whole(&target), "SIG{signal}: the target is incomplete");
    }
    is_caught.then_some(status)
}

#[test]
fn an_interrupted_pull_removes_what_it_wrote_and_says_which_signal_it_was() {
    let (_registry, reference, sandbox) = published();
    let mut codes = Vec::new();
    let signals = [("INT", 130), ("TERM", 143), ("HUP", 129), ("INT", 130)];
    // A busy machine may let the program end before the signal arrives: then once more.
    for (signal, code) in signals.into_iter().cycle().take(ROUNDS * signals.len()) {
        if codes.len() >= signals.len() {
            break;
        }
        if let Some(status) = interrupt_pull(&sandbox, &reference, signal) {
            // The work may be done before the signal arrives.
            if status.code() != Some(0) {
                assert_eq!(status.code(), Some(code), "SIG{signal}");
                assert!(!sandbox.path("back").exists() || is_whole(&sandbox.path("back")));
                codes.push(code);
            }
            let left = hidden(&sandbox.directory());
            assert_eq!(left, Vec::<String>::new(), "SIG{signal}");
        }
    }
    assert!(!codes.is_empty(), "no signal came in time");
}

#[test]
fn what_a_killed_pull_left_is_removed_by_the_next_one() {
    let (_registry, reference, sandbox) = published();
    let mut has_left_something = false;
    for round in 0..4 * ROUNDS {
        if has_left_something && round >= 4 {
            break;
        }
        let Some(_) = interrupt_pull(&sandbox, &reference, "KILL") else {
            continue;
        };
        has_left_something |= !hidden(&sandbox.directory()).is_empty();
        let _ = std::fs::remove_dir_all(sandbox.path("back"));
        let pulled = sandbox.pacto(["pull", &reference, "-o", "back"]);
        assert_eq!(pulled.code, 0, "{pulled}");
        assert!(is_whole(&sandbox.path("back")));
        assert_eq!(hidden(&sandbox.directory()), Vec::<String>::new());
    }
    assert!(has_left_something, "no run was killed in time");
}

#[test]
fn a_pull_that_is_killed_while_it_fetches_leaves_no_target_and_no_broken_cache() {
    let (registry, reference, sandbox) = published();
    for (number, signal) in ["KILL", "INT", "KILL", "TERM"].into_iter().enumerate() {
        registry.clear_requests();
        registry.misbehave(Fault::on(
            "/blobs/",
            Effect::DripBody {
                piece: 64,
                // Much longer than a busy machine takes to send the signal.
                pause: Duration::from_secs(2),
            },
        ));
        let mut child = sandbox
            .command(&["pull", &reference, "-o", "back"])
            .spawn()
            .expect("the program starts");
        let started = Instant::now();
        while registry.count("GET", "/blobs/") == 0 {
            assert!(started.elapsed() < PATIENCE, "nothing is fetched");
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(60 * number as u64));
        send(signal, &child);
        let status = child.wait().expect("the program ends");
        let expected = match signal {
            "INT" => Some(130),
            "TERM" => Some(143),
            _ => None,
        };
        assert_eq!(status.code(), expected, "SIG{signal}");
        assert!(!sandbox.path("back").exists(), "SIG{signal}");
        assert_eq!(hidden(&sandbox.directory()), Vec::<String>::new());
        registry.behave();
    }
    let pulled = sandbox.pacto(["pull", &reference, "-o", "back"]);
    assert_eq!(pulled.code, 0, "{pulled}");
    assert!(is_whole(&sandbox.path("back")));
}

#[test]
fn a_killed_push_to_a_layout_leaves_one_that_the_next_push_completes() {
    let sandbox = Sandbox::new();
    bundle(&sandbox);
    for (number, signal) in ["KILL", "INT", "KILL", "TERM"].into_iter().enumerate() {
        let mut child = sandbox
            .command(&["push", "oci-layout://out/svc", "-p", "svc"])
            .spawn()
            .expect("the program starts");
        let started = Instant::now();
        while !sandbox.path("out/svc").exists() && started.elapsed() < PATIENCE {
            if child.try_wait().expect("known").is_some() {
                break;
            }
            std::thread::sleep(Duration::from_micros(100));
        }
        std::thread::sleep(Duration::from_micros(300 * number as u64));
        send(signal, &child);
        let _ = child.wait().expect("the program ends");
        let pushed = sandbox.pacto(["push", "oci-layout://out/svc", "-p", "svc"]);
        assert_eq!(pushed.code, 0, "{pushed}");
        let pulled = sandbox.pacto(["pull", "oci-layout://out/svc", "-o", "back"]);
        assert_eq!(pulled.code, 0, "{pulled}");
        assert!(is_whole(&sandbox.path("back")));
        std::fs::remove_dir_all(sandbox.path("out")).expect("removed");
        std::fs::remove_dir_all(sandbox.path("back")).expect("removed");
    }
}

#[test]
fn a_killed_demo_is_there_or_not_and_the_next_one_is_complete() {
    for (number, signal) in ["KILL", "INT", "KILL", "TERM"].into_iter().enumerate() {
        let sandbox = Sandbox::new();
        let mut child = sandbox
            .command(&["demo", "to", "--no-serve"])
            .spawn()
            .expect("the program starts");
        if wait_for_staging(&sandbox.directory(), &mut child) {
            std::thread::sleep(Duration::from_millis(3 * number as u64));
            send(signal, &child);
        }
        let status = child.wait().expect("the program ends");
        if sandbox.path("to").exists() {
            let root = sandbox.path("to/layouts");
            assert!(root.is_dir(), "SIG{signal}: incomplete");
        } else {
            assert!(!status.success());
        }
        if signal != "KILL" {
            assert_eq!(hidden(&sandbox.directory()), Vec::<String>::new());
        }
        let again = sandbox.pacto(["demo", "to", "--no-serve"]);
        assert_eq!(again.code, 0, "{again}");
        // An earlier demo is replaced in place, so leftovers beside it may stay until then.
        std::fs::remove_dir_all(sandbox.path("to")).expect("removed");
        let fresh = sandbox.pacto(["demo", "to", "--no-serve"]);
        assert_eq!(fresh.code, 0, "{fresh}");
        assert_eq!(hidden(&sandbox.directory()), Vec::<String>::new());
    }
}

#[test]
fn a_killed_pull_into_a_directory_leaves_each_file_old_or_new() {
    let (_registry, reference, sandbox) = published();
    for signal in ["KILL", "INT", "KILL"] {
        let _ = std::fs::remove_dir_all(sandbox.path("to"));
        for number in 0..FILES {
            sandbox.file(&format!("to/docs/{number}.md"), "old");
        }
        let mut child = sandbox
            .command(&["pull", &reference, "-o", "to"])
            .spawn()
            .expect("the program starts");
        if wait_for_staging(&sandbox.path("to"), &mut child) {
            // Let it come to the moving now and then.
            std::thread::sleep(Duration::from_millis(20));
            send(signal, &child);
        }
        child.wait().expect("the program ends");
        for number in 0..FILES {
            let path = format!("docs/{number}.md");
            let now = sandbox.read(&format!("to/{path}"));
            let is_torn = now != "old" && now != sandbox.read(&format!("svc/{path}"));
            assert!(!is_torn, "SIG{signal}: {path}");
        }
        let pulled = sandbox.pacto(["pull", &reference, "-o", "to"]);
        assert_eq!(pulled.code, 0, "{pulled}");
        assert!(is_whole(&sandbox.path("to")));
        assert_eq!(hidden(&sandbox.path("to")), Vec::<String>::new());
    }
}

#[test]
fn what_a_killed_run_left_does_not_stop_a_fix_a_lock_or_a_pack() {
    let sandbox = Sandbox::new();
    sandbox
        .file(
            "svc/pacto.yaml",
            "pactoVersion: \"1.0\"\nservice: { name: svc, version: 1.0.0 }\n",
        )
        .file("svc/.pacto-killed.tmp", "half")
        .file(".pacto-killed.tmp", "half");
    assert_eq!(sandbox.pacto(["lock", "svc"]).code, 0);
    assert_eq!(hidden(&sandbox.path("svc")), Vec::<String>::new());
    assert_eq!(sandbox.pacto(["pack", "svc"]).code, 0);
    assert_eq!(hidden(&sandbox.directory()), Vec::<String>::new());
}
