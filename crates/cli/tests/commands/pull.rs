use crate::sandbox::Sandbox;

fn published(version: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file(
        "svc/pacto.yaml",
        &format!("pactoVersion: \"1.0\"\nservice: {{ name: svc, version: {version} }}\n"),
    );
    let outcome = sandbox.pacto(["push", "oci-layout://out/svc", "-p", "svc"]);
    assert_eq!(outcome.code, 0, "{outcome}");
    std::fs::remove_dir_all(sandbox.path("svc")).expect("removed");
    sandbox
}

#[test]
fn pull_writes_to_the_name_of_the_service() {
    let sandbox = published("1.0.0");
    insta::assert_snapshot!(sandbox.pacto(["pull", "oci-layout://out/svc"]), @"
    exit 0
    -- stdout --
    Pulled svc@1.0.0 -> svc/
    ");
    assert!(sandbox.read("svc/pacto.yaml").contains("1.0.0"));
}

#[test]
fn json_names_the_reference_that_was_resolved() {
    let sandbox = published("1.0.0");
    let json = sandbox
        .pacto(["pull", "oci-layout://out/svc", "--output-format", "json"])
        .json();
    assert_eq!(json["schemaVersion"], "pacto.pull/v1");
    assert_eq!(json["ref"], "out/svc:1.0.0");
    assert_eq!(json["output"], "svc");
    assert!(
        json["digest"]
            .as_str()
            .is_some_and(|digest| digest.starts_with("sha256:"))
    );
}

#[test]
fn an_existing_directory_keeps_its_other_files() {
    let sandbox = published("1.0.0");
    sandbox
        .file("to/stale", "stays")
        .file("to/pacto.yaml", "old");
    let outcome = sandbox.pacto(["pull", "oci-layout://out/svc", "-o", "to"]);
    assert_eq!(outcome.code, 0);
    assert_eq!(sandbox.read("to/stale"), "stays");
    assert!(sandbox.read("to/pacto.yaml").contains("1.0.0"));
}

#[test]
fn an_existing_file_is_not_written_over() {
    let sandbox = published("1.0.0");
    sandbox.file("to", "me");
    insta::assert_snapshot!(sandbox.pacto(["pull", "oci-layout://out/svc", "-o", "to"]), @"
    exit 3
    -- stderr --
    error: failed to extract bundle: cannot write to: not a directory
    ");
    assert_eq!(sandbox.read("to"), "me");
}

#[test]
#[cfg(unix)]
fn a_link_in_the_target_is_not_followed() {
    let sandbox = published("1.0.0");
    sandbox.file("elsewhere", "me").file("to/other", "x");
    std::os::unix::fs::symlink(sandbox.path("elsewhere"), sandbox.path("to/pacto.yaml"))
        .expect("a link");
    insta::assert_snapshot!(sandbox.pacto(["pull", "oci-layout://out/svc", "-o", "to"]), @"
    exit 4
    -- stderr --
    error: failed to extract bundle: refused `pacto.yaml`: a link is there
    ");
    assert_eq!(sandbox.read("elsewhere"), "me");
}

#[test]
fn a_tampered_blob_is_refused() {
    let sandbox = published("1.0.0");
    let blobs = sandbox.path("out/svc/blobs/sha256");
    for blob in std::fs::read_dir(blobs).expect("readable") {
        let path = blob.expect("readable").path();
        let mut content = std::fs::read(&path).expect("readable");
        if content.starts_with(&[0x1f, 0x8b]) {
            let last = content.len() - 1;
            content[last] ^= 1;
            std::fs::write(&path, content).expect("written");
        }
    }
    let outcome = sandbox.pacto(["pull", "oci-layout://out/svc", "-o", "to"]);
    assert_eq!(outcome.code, 4, "{outcome}");
    assert!(!sandbox.path("to").exists());
}

#[test]
fn what_is_not_there_could_not_run() {
    let sandbox = published("1.0.0");
    insta::assert_snapshot!(sandbox.pacto(["pull", "oci-layout://out/svc:9.0.0"]), @"
    exit 3
    -- stderr --
    error: artifact not found: out/svc:9.0.0
    ");
    insta::assert_snapshot!(sandbox.pacto(["pull", "oci-layout://nope"]), @"
    exit 3
    -- stderr --
    error: cannot read nope: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(sandbox.pacto(["pull", "svc"]), @r#"
    exit 2
    -- stderr --
    error: pull requires an OCI reference (oci://...): got "svc"
    "#);
    insta::assert_snapshot!(sandbox.pacto(["pull", "oci://h.example/x:1", "--offline"]), @"
    exit 3
    -- stderr --
    error: h.example/x:1 is not in the cache and the network is off
      help: run once without `--offline` to fill the cache
    ");
}
