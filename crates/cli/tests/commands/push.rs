use crate::sandbox::Sandbox;

const CONTRACT: &str = "\
pactoVersion: \"1.0\"
service: { name: svc, version: 1.2.0 }
interfaces:
  - { name: api, type: http, port: 8080 }
";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .file("svc/pacto.yaml", CONTRACT)
        .file("svc/docs/a.md", "a");
    sandbox
}

#[test]
fn push_to_a_layout_and_pull_back_gives_the_same_files() {
    let sandbox = sandbox();
    insta::assert_snapshot!(sandbox.pacto(["push", "oci-layout://out/svc", "-p", "svc"]), @"
    exit 0
    -- stdout --
    Pushed svc@1.2.0 -> out/svc:1.2.0
    Digest: sha256:[DIGEST]
    ");
    insta::assert_snapshot!(sandbox.pacto(["pull", "oci-layout://out/svc", "-o", "back"]), @"
    exit 0
    -- stdout --
    Pulled svc@1.2.0 -> back/
    ");
    assert_eq!(sandbox.read("back/pacto.yaml"), CONTRACT);
    assert_eq!(sandbox.read("back/docs/a.md"), "a");
}

#[test]
fn a_tag_that_exists_is_left_alone_unless_forced() {
    let sandbox = sandbox();
    let push = ["push", "oci-layout://out/svc", "-p", "svc"];
    assert_eq!(sandbox.pacto(push).code, 0);
    insta::assert_snapshot!(sandbox.pacto(push), @"
    exit 0
    -- stderr --
    warning: artifact already exists, with the same content: out/svc:1.2.0 (use --force to overwrite)
    ");
    sandbox.file("svc/docs/a.md", "b");
    let again = sandbox.pacto([
        "push",
        "oci-layout://out/svc",
        "-p",
        "svc",
        "--output-format",
        "json",
    ]);
    insta::assert_snapshot!(again, @r#"
    exit 0
    -- stdout --
    {
      "schemaVersion": "pacto.push/v1",
      "ref": "out/svc:1.2.0",
      "digest": "sha256:[DIGEST]",
      "name": "svc",
      "version": "1.2.0",
      "pushed": false,
      "isSame": false
    }
    -- stderr --
    warning: artifact already exists, with different content: out/svc:1.2.0 (use --force to overwrite)
    "#);
    let forced = sandbox.pacto(["push", "oci-layout://out/svc", "-p", "svc", "--force"]);
    insta::assert_snapshot!(forced, @"
    exit 0
    -- stdout --
    Pushed svc@1.2.0 -> out/svc:1.2.0
    Digest: sha256:[DIGEST]
    ");
}

#[test]
fn local_references_are_refused() {
    let sandbox = sandbox();
    sandbox.file(
        "svc/pacto.yaml",
        &format!(
            "{CONTRACT}dependencies: [{{ name: b, ref: ../b, required: true, compatibility: ^1.0.0 }}]\n"
        ),
    );
    insta::assert_snapshot!(sandbox.pacto(["push", "oci://h.example/svc", "-p", "svc"]), @"
    exit 1
    -- stderr --
    error: local dependency detected: ../b
      help: everything a published contract refers to must use oci://
    ");
}

#[test]
fn targets_that_cannot_be_written_are_usage_errors() {
    let sandbox = sandbox();
    insta::assert_snapshot!(sandbox.pacto(["push", "out", "-p", "svc"]), @r#"
    exit 2
    -- stderr --
    error: push requires an OCI reference (oci://...): got "out"
    "#);
    insta::assert_snapshot!(sandbox.pacto(["push", "h.example/svc:1", "-p", "svc"]), @r#"
    exit 2
    -- stderr --
    error: push requires an OCI reference (oci://...): got "h.example/svc:1"
      help: pacto push oci://h.example/svc:1
    "#);
    let digest = format!("oci://h.example/svc@sha256:{}", "a".repeat(64));
    insta::assert_snapshot!(sandbox.pacto(["push", &digest, "-p", "svc"]), @r#"
    exit 2
    -- stderr --
    error: invalid reference "oci://h.example/svc@sha256:[DIGEST]": a digest cannot be written to
    "#);
    let build = [
        "push",
        "oci-layout://out",
        "-p",
        "svc",
        "--set",
        "service.version=1.0.0+x",
    ];
    insta::assert_snapshot!(sandbox.pacto(build), @r#"
    exit 2
    -- stderr --
    error: version "1.0.0+x" cannot be a tag: registries do not allow `+`
      help: name a tag: `pacto push REFERENCE:TAG`
    "#);
}

#[test]
fn an_invalid_contract_is_not_pushed() {
    let sandbox = sandbox();
    sandbox.file("svc/pacto.yaml", &CONTRACT.replace("1.2.0", "next"));
    let outcome = sandbox.pacto(["push", "oci-layout://out", "-p", "svc"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("error[INVALID_SEMVER]"));
    assert!(!sandbox.path("out").exists());
}

#[test]
fn a_registry_that_cannot_be_reached_could_not_run() {
    let sandbox = sandbox();
    let outcome = sandbox.pacto(["push", "oci://127.0.0.1:1/svc", "-p", "svc"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (3, ""));
    assert!(
        outcome
            .stderr
            .contains("registry unreachable for 127.0.0.1:1/svc")
    );
}
