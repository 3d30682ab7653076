//! The lifecycle through a registry, with the requests counted.

mod cache;
mod credentials;
mod estate;
mod hostile;
mod peers;

use pacto_testkit::registry::TestRegistry;

use crate::sandbox::Sandbox;

fn contract(name: &str, version: &str, rest: &str) -> String {
    format!("pactoVersion: \"1.0\"\nservice: {{ name: {name}, version: {version} }}\n{rest}")
}

/// What was asked for since the last call, without the question whether a registry is there.
fn asked(registry: &TestRegistry) -> Vec<String> {
    let mut requests: Vec<String> = registry
        .requests()
        .iter()
        .map(|request| format!("{} {}", request.method, request.path))
        .filter(|request| request != "GET /v2/")
        .collect();
    requests.sort();
    registry.clear_requests();
    requests
}

#[test]
fn a_second_push_asks_once_and_uploads_nothing() {
    let registry = TestRegistry::start();
    let sandbox = Sandbox::new();
    sandbox.file("svc/pacto.yaml", &contract("svc", "1.0.0", ""));
    let reference = format!("oci://{}/acme/svc", registry.host());
    let first = sandbox.pacto(["push", &reference, "-p", "svc"]);
    assert_eq!(first.code, 0, "{first}");
    asked(&registry);
    let second = sandbox.pacto(["push", &reference, "-p", "svc"]);
    assert_eq!((second.code, second.stdout.as_str()), (0, ""));
    assert!(second.stderr.contains("with the same content"), "{second}");
    assert_eq!(asked(&registry), ["HEAD /v2/acme/svc/manifests/1.0.0"]);
}

#[test]
fn what_was_pushed_is_pulled_byte_for_byte() {
    let registry = TestRegistry::start();
    let sandbox = Sandbox::new();
    let text = contract("svc", "1.0.0", "# a comment that must survive\n");
    sandbox
        .file("svc/pacto.yaml", &text)
        .file("svc/docs/ü.md", "ü");
    let reference = format!("oci://{}/acme/svc", registry.host());
    assert_eq!(sandbox.pacto(["push", &reference, "-p", "svc"]).code, 0);
    let pulled = sandbox.pacto(["pull", &reference, "-o", "back"]);
    assert_eq!(pulled.code, 0, "{pulled}");
    assert_eq!(sandbox.read("back/pacto.yaml"), text);
    assert_eq!(sandbox.read("back/docs/ü.md"), "ü");
}

#[test]
fn a_tag_that_moved_is_seen_by_the_next_pull() {
    let registry = TestRegistry::start();
    let sandbox = Sandbox::new();
    let reference = format!("oci://{}/acme/svc:latest", registry.host());
    for version in ["1.0.0", "2.0.0"] {
        sandbox.file("svc/pacto.yaml", &contract("svc", version, ""));
        let pushed = sandbox.pacto(["push", &reference, "-p", "svc", "--force"]);
        assert_eq!(pushed.code, 0, "{pushed}");
        let pulled = sandbox.pacto(["pull", &reference, "-o", "back"]);
        assert!(
            pulled.stdout.starts_with(&format!("Pulled svc@{version} ")),
            "{pulled}"
        );
    }
}

#[test]
fn without_the_network_the_cache_answers_and_says_how_old_it_is() {
    let registry = TestRegistry::start();
    let sandbox = Sandbox::new();
    sandbox.file("svc/pacto.yaml", &contract("svc", "1.0.0", ""));
    let reference = format!("oci://{}/acme/svc", registry.host());
    assert_eq!(sandbox.pacto(["push", &reference, "-p", "svc"]).code, 0);
    let never = sandbox.pacto(["pull", &reference, "--offline"]);
    assert_eq!(never.code, 3, "{never}");
    assert_eq!(sandbox.pacto(["pull", &reference, "-o", "a"]).code, 0);
    asked(&registry);
    let offline = sandbox.pacto(["pull", &reference, "-o", "b", "--offline"]);
    assert_eq!(offline.code, 0, "{offline}");
    assert!(
        offline
            .stderr
            .contains("as it was fetched less than a minute ago"),
        "{offline}"
    );
    assert_eq!(asked(&registry), Vec::<String>::new());
}

#[test]
fn an_unreachable_registry_is_never_replaced_by_old_content() {
    let sandbox = Sandbox::new();
    sandbox.file("svc/pacto.yaml", &contract("svc", "1.0.0", ""));
    let registry = TestRegistry::start();
    let reference = format!("oci://{}/acme/svc:1.0.0", registry.host());
    assert_eq!(sandbox.pacto(["push", &reference, "-p", "svc"]).code, 0);
    assert_eq!(sandbox.pacto(["pull", &reference, "-o", "a"]).code, 0);
    drop(registry);
    let pulled = sandbox.pacto(["pull", &reference, "-o", "b"]);
    assert_eq!(pulled.code, 3, "{pulled}");
    assert!(pulled.stderr.contains("--offline"), "{pulled}");
    assert!(!sandbox.path("b").exists());
}

#[test]
fn a_warm_graph_asks_once_per_repository_without_a_tag() {
    let registry = TestRegistry::start();
    let sandbox = Sandbox::new();
    let host = registry.host();
    for name in ["a", "b"] {
        let rest = if name == "a" {
            format!(
                "dependencies: [{{ name: b, ref: \"oci://{host}/acme/b\", required: true, compatibility: ^1.0.0 }}]\n"
            )
        } else {
            String::new()
        };
        sandbox.file(
            &format!("{name}/pacto.yaml"),
            &contract(name, "1.0.0", &rest),
        );
        let reference = format!("oci://{host}/acme/{name}");
        let pushed = sandbox.pacto(["push", &reference, "-p", name]);
        assert_eq!(pushed.code, 0, "{pushed}");
    }
    sandbox.file(
        "root/pacto.yaml",
        &contract(
            "root",
            "1.0.0",
            &format!(
                "dependencies:\n\
                 - {{ name: a, ref: \"oci://{host}/acme/a\", required: true, compatibility: ^1.0.0 }}\n\
                 - {{ name: b, ref: \"oci://{host}/acme/b\", required: true, compatibility: \">=1.0.0\" }}\n"
            ),
        ),
    );
    let cold = sandbox.pacto(["graph", "root"]);
    assert_eq!(cold.code, 0, "{cold}");
    asked(&registry);
    let warm = sandbox.pacto(["graph", "root"]);
    assert_eq!(warm.stdout, cold.stdout);
    assert_eq!(
        asked(&registry),
        ["GET /v2/acme/a/tags/list", "GET /v2/acme/b/tags/list"]
    );
}

#[test]
fn a_tampered_blob_is_refused() {
    let registry = TestRegistry::start();
    let sandbox = Sandbox::new();
    sandbox.file("svc/pacto.yaml", &contract("svc", "1.0.0", ""));
    let reference = format!("oci://{}/acme/svc:1.0.0", registry.host());
    assert_eq!(sandbox.pacto(["push", &reference, "-p", "svc"]).code, 0);
    let manifest = registry.manifest("acme/svc", "1.0.0").expect("pushed");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
    let layer = manifest["layers"][0]["digest"].as_str().expect("a digest");
    let mut content = registry.blob("acme/svc", layer).expect("pushed").to_vec();
    content[20] ^= 1;
    registry.tamper_blob("acme/svc", layer, content);
    let pulled = sandbox.pacto(["pull", &reference, "-o", "back"]);
    assert_eq!(pulled.code, 4, "{pulled}");
    assert!(!sandbox.path("back").exists());
}
