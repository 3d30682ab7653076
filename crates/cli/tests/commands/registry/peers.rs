//! Registries, layouts and tools that others wrote.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use pacto_testkit::real::{RealAccess, RealRegistry, Tool, Wanted};
use pacto_testkit::registry::TestRegistry;

use super::contract;
use crate::sandbox::Sandbox;

/// Files and directories below a directory; `None` stands for a directory.
fn tree(directory: &Path) -> BTreeMap<String, Option<Vec<u8>>> {
    fn walk(directory: &Path, name: &str, found: &mut BTreeMap<String, Option<Vec<u8>>>) {
        for entry in std::fs::read_dir(directory).expect("readable") {
            let entry = entry.expect("readable");
            let name = format!("{name}/{}", entry.file_name().display());
            if entry.file_type().expect("readable").is_dir() {
                found.insert(name.clone(), None);
                walk(&entry.path(), &name, found);
            } else {
                let content = std::fs::read(entry.path()).expect("readable");
                found.insert(name, Some(content));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(directory, "", &mut found);
    found
}

/// A bundle with every kind of name and content that is allowed.
fn varied(sandbox: &Sandbox) {
    let rest = "interfaces: [{ name: api, type: http, port: 80, contract: interfaces/api.yaml }]\n";
    sandbox
        .file("svc/pacto.yaml", &contract("svc", "1.2.0", rest))
        .file(
            "svc/interfaces/api.yaml",
            "openapi: 3.0.0\ninfo: { title: t, version: v }\npaths: {}\n",
        )
        .file("svc/.dot/.file", "dot")
        .file("svc/docs/größe €.md", "ä")
        .file(&format!("svc/{}", "long".repeat(30)), "long")
        .file(&format!("svc/{0}/{0}/{0}/x", "deep".repeat(20)), "deep")
        .file("svc/empty-file", "")
        .file("svc/lines", "a\r\nb\n\n\0c");
    std::fs::create_dir_all(sandbox.path("svc/empty/inner")).expect("a directory");
}

fn round_trip(sandbox: &Sandbox, reference: &str) {
    varied(sandbox);
    let pushed = sandbox.pacto(["push", reference, "-p", "svc", "--output-format", "json"]);
    assert_eq!(pushed.code, 0, "{pushed}");
    let pushed = pushed.json();
    assert_eq!(pushed["pushed"], true);
    let again = sandbox.pacto(["push", reference, "-p", "svc", "--output-format", "json"]);
    assert_eq!(again.code, 0, "{again}");
    let again = again.json();
    assert_eq!(
        (&again["pushed"], &again["isSame"]),
        (&false.into(), &true.into())
    );
    assert_eq!(again["digest"], pushed["digest"]);
    let tagged = format!("{reference}:1.2.0");
    let digest = format!(
        "{reference}@{}",
        pushed["digest"].as_str().expect("a digest")
    );
    for (form, to) in [
        (reference, "by-range"),
        (&tagged, "by-tag"),
        (&digest, "by-digest"),
    ] {
        let pulled = sandbox.pacto(["pull", form, "-o", to]);
        assert_eq!(pulled.code, 0, "{pulled}");
        assert_eq!(
            tree(&sandbox.path(to)),
            tree(&sandbox.path("svc")),
            "{form}"
        );
    }
    let missing = sandbox.pacto(["pull", &format!("{reference}:9.9.9"), "-o", "missing"]);
    assert_eq!(missing.code, 3, "{missing}");
    assert!(missing.stderr.contains("artifact not found: "), "{missing}");
    assert!(!sandbox.path("missing").exists());
}

fn round_trip_through(tool: Tool) {
    if let Some(registry) = RealRegistry::start(tool, RealAccess::Open).expect("it starts") {
        round_trip(
            &Sandbox::new(),
            &format!("oci://{}/acme/svc", registry.host()),
        );
    }
}

#[test]
fn a_bundle_comes_back_from_our_registry() {
    let registry = TestRegistry::start();
    round_trip(
        &Sandbox::new(),
        &format!("oci://{}/acme/svc", registry.host()),
    );
}

#[test]
fn a_bundle_comes_back_from_debians_registry() {
    round_trip_through(Tool::DockerRegistry);
}

#[test]
fn a_bundle_comes_back_from_distribution_3() {
    round_trip_through(Tool::Distribution3);
}

#[test]
fn a_bundle_comes_back_from_a_layout() {
    round_trip(&Sandbox::new(), "oci-layout://out/svc");
}

#[test]
fn a_bundle_comes_back_with_a_login() {
    let Some(registry) =
        RealRegistry::start(Tool::DockerRegistry, RealAccess::Htpasswd).expect("it starts")
    else {
        return;
    };
    let sandbox = Sandbox::new();
    let refused = sandbox.run(
        "hunter2\n",
        &["login", &registry.host(), "-u", "ada", "--password-stdin"],
    );
    assert_eq!(refused.code, 3, "{refused}");
    let login = sandbox.run(
        "lovelace\n",
        &["login", &registry.host(), "-u", "ada", "--password-stdin"],
    );
    assert_eq!(login.code, 0, "{login}");
    round_trip(&sandbox, &format!("oci://{}/acme/svc", registry.host()));
}

fn output(program: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn skopeo_reads_and_moves_what_was_pushed() {
    let Wanted::Found(skopeo) = Tool::Skopeo.find() else {
        return;
    };
    let registry = TestRegistry::start();
    let sandbox = Sandbox::new();
    varied(&sandbox);
    let host = registry.host();
    let pushed = sandbox.pacto(["push", &format!("oci://{host}/acme/svc"), "-p", "svc"]);
    assert_eq!(pushed.code, 0, "{pushed}");
    let image = format!("docker://{host}/acme/svc:1.2.0");
    let inspected = output(&skopeo, &["inspect", "--tls-verify=false", &image]);
    assert!(
        inspected.contains("\"io.pacto.name\": \"svc\""),
        "{inspected}"
    );
    let tags = output(
        &skopeo,
        &[
            "list-tags",
            "--tls-verify=false",
            &format!("docker://{host}/acme/svc"),
        ],
    );
    assert!(tags.contains("\"1.2.0\""), "{tags}");
    let layout = format!("oci:{}:1.2.0", sandbox.path("moved").display());
    let copy = ["--insecure-policy", "copy", "--src-tls-verify=false"];
    output(&skopeo, &[copy.as_slice(), &[&image, &layout]].concat());
    let pulled = sandbox.pacto(["pull", "oci-layout://moved", "-o", "back"]);
    assert_eq!(pulled.code, 0, "{pulled}");
    assert_eq!(tree(&sandbox.path("back")), tree(&sandbox.path("svc")));
}

#[test]
fn umoci_reads_a_layout_that_was_pushed() {
    let Wanted::Found(umoci) = Tool::Umoci.find() else {
        return;
    };
    let sandbox = Sandbox::new();
    varied(&sandbox);
    assert_eq!(
        sandbox
            .pacto(["push", "oci-layout://out", "-p", "svc"])
            .code,
        0
    );
    let layout = sandbox.path("out").display().to_string();
    assert_eq!(output(&umoci, &["list", "--layout", &layout]), "1.2.0\n");
    let stat = output(
        &umoci,
        &["stat", "--json", "--image", &format!("{layout}:1.2.0")],
    );
    assert!(stat.contains("\"history\""), "{stat}");
}
