//! Credentials: who gets them, where they are kept, and where they never appear.

use pacto_testkit::registry::{Access, RegistryOptions, TestRegistry};
use pacto_testkit::token::{TokenOptions, TokenServer};

use super::contract;
use crate::sandbox::{Outcome, Sandbox};

/// `ada:lovelace` in base64.
const BASIC: &str = "YWRhOmxvdmVsYWNl";

fn guarded(access: Access) -> TestRegistry {
    TestRegistry::start_with(RegistryOptions {
        access,
        ..RegistryOptions::default()
    })
    .expect("a free port")
}

fn login(sandbox: &Sandbox, registry: &TestRegistry, password: &str) -> Outcome {
    sandbox.run(
        &format!("{password}\n"),
        &[
            "login",
            &registry.host(),
            "-u",
            "ada",
            "--password-stdin",
            "-v",
        ],
    )
}

#[test]
fn a_wrong_password_is_not_stored_and_a_right_one_is_used() {
    let tokens = TokenServer::start(TokenOptions::default()).expect("a free port");
    for access in [Access::basic("ada", "lovelace"), Access::token(&tokens)] {
        let registry = guarded(access);
        let sandbox = Sandbox::new();
        sandbox.file("svc/pacto.yaml", &contract("svc", "1.0.0", ""));
        let file = sandbox.path("../.config/pacto/config.json");
        let refused = login(&sandbox, &registry, "hunter2");
        assert_eq!(refused.code, 3, "{refused}");
        assert!(
            refused.stderr.contains("authentication failed for "),
            "{refused}"
        );
        assert!(!file.exists());
        let reference = format!("oci://{}/acme/svc", registry.host());
        let before = sandbox.pacto(["push", &reference, "-p", "svc"]);
        assert_eq!(before.code, 3, "{before}");
        assert!(before.stderr.contains("pacto login"), "{before}");
        let taken = login(&sandbox, &registry, "lovelace");
        assert_eq!(taken.code, 0, "{taken}");
        let pushed = sandbox.pacto(["push", &reference, "-p", "svc", "-v"]);
        assert_eq!(pushed.code, 0, "{pushed}");
        // A password that stops being right does not remove what is stored.
        let stored = std::fs::read_to_string(&file).expect("stored");
        assert_eq!(login(&sandbox, &registry, "hunter2").code, 3);
        assert_eq!(std::fs::read_to_string(&file).expect("stored"), stored);
        for outcome in [&refused, &before, &taken, &pushed] {
            let told = format!("{}{}", outcome.stdout, outcome.stderr);
            for secret in ["lovelace", "hunter2", BASIC, "Bearer ey", "Basic "] {
                assert!(!told.contains(secret), "{secret}: {outcome}");
            }
        }
        let out = sandbox.pacto(["logout", &registry.host()]);
        assert_eq!(out.code, 0, "{out}");
        assert_eq!(sandbox.pacto(["pull", &reference]).code, 3);
    }
}

#[cfg(unix)]
#[test]
fn what_others_wrote_into_the_file_stays_and_the_file_becomes_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new();
    sandbox.home_file(
        ".config/pacto/config.json",
        r#"{"theme":"dark","auths":{"h.example":{"auth":"bWU6b2xk","note":"mine"},"i.example":{"auth":"eDp5"}}}"#,
    );
    let file = sandbox.path("../.config/pacto/config.json");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("mine");
    let outcome = sandbox.run(
        "new\n",
        &[
            "login",
            "h.example",
            "-u",
            "me",
            "--password-stdin",
            "--no-check",
        ],
    );
    assert_eq!(outcome.code, 0, "{outcome}");
    let text = std::fs::read_to_string(&file).expect("stored");
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        value,
        serde_json::json!({
            "theme": "dark",
            "auths": {
                "h.example": { "auth": "bWU6bmV3", "note": "mine" },
                "i.example": { "auth": "eDp5" },
            },
        })
    );
    let mode = |path: &std::path::Path| {
        std::fs::metadata(path).expect("there").permissions().mode() & 0o777
    };
    assert_eq!(mode(&file), 0o600);
    let fresh = Sandbox::new();
    let outcome = fresh.run(
        "new\n",
        &[
            "login",
            "h.example",
            "-u",
            "me",
            "--password-stdin",
            "--no-check",
        ],
    );
    assert_eq!(outcome.code, 0, "{outcome}");
    assert_eq!(mode(&fresh.path("../.config/pacto/config.json")), 0o600);
    assert_eq!(mode(&fresh.path("../.config/pacto")), 0o700);
}

#[test]
fn a_file_of_credentials_that_is_broken_is_not_overwritten() {
    let sandbox = Sandbox::new();
    sandbox.home_file(".config/pacto/config.json", "{\"auths\":");
    let outcome = sandbox.run(
        "new\n",
        &[
            "login",
            "h.example",
            "-u",
            "me",
            "--password-stdin",
            "--no-check",
        ],
    );
    assert_eq!(outcome.code, 3, "{outcome}");
    assert_eq!(sandbox.read("../.config/pacto/config.json"), "{\"auths\":");
}

#[test]
fn variables_go_to_the_registries_that_the_user_named() {
    let named = guarded(Access::basic("ada", "lovelace"));
    let other = guarded(Access::basic("ada", "lovelace"));
    let mut sandbox = Sandbox::new();
    sandbox
        .variable("PACTO_REGISTRY_USERNAME", "ada")
        .variable("PACTO_REGISTRY_PASSWORD", "lovelace");
    let leaf = format!("oci://{}/acme/leaf", other.host());
    let dependency = format!(
        "dependencies: [{{ name: leaf, ref: \"{leaf}\", required: true, compatibility: ^1.0.0 }}]\n"
    );
    sandbox
        .file("leaf/pacto.yaml", &contract("leaf", "1.0.0", ""))
        .file("mid/pacto.yaml", &contract("mid", "1.0.0", &dependency));
    let mid = format!("oci://{}/acme/mid", named.host());
    for (reference, directory) in [(&leaf, "leaf"), (&mid, "mid")] {
        let pushed = sandbox.pacto(["push", reference, "-p", directory]);
        assert_eq!(pushed.code, 0, "{pushed}");
    }
    other.clear_requests();
    // A registry that only a fetched contract names gets nothing.
    let graph = sandbox.pacto(["graph", &mid]);
    assert_eq!(graph.code, 0, "{graph}");
    assert!(
        graph.stdout.contains("leaf (error: authentication failed"),
        "{graph}"
    );
    assert!(!other.requests().is_empty());
    assert!(
        other
            .requests()
            .iter()
            .all(|request| request.authorization.is_none())
    );
    // One that a local contract names was named by the user.
    let graph = sandbox.pacto(["graph", "mid"]);
    assert!(graph.stdout.contains("leaf@1.0.0"), "{graph}");
    // With a host, they are for that host alone.
    sandbox.variable("PACTO_REGISTRY_HOST", &named.host());
    sandbox.variable("PACTO_CACHE_DIR", "fresh");
    other.clear_requests();
    let graph = sandbox.pacto(["graph", "mid"]);
    assert!(
        graph.stdout.contains("leaf (error: authentication failed"),
        "{graph}"
    );
    assert!(
        other
            .requests()
            .iter()
            .all(|request| request.authorization.is_none())
    );
}
