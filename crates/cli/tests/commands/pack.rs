use crate::sandbox::Sandbox;

const CONTRACT: &str = "\
pactoVersion: \"1.0\"
service: { name: svc, version: 1.2.0 }
interfaces:
  - { name: api, type: http, port: 8080 }
";

#[test]
fn pack_writes_an_archive_that_can_be_validated() {
    let sandbox = Sandbox::new();
    sandbox
        .file("svc/pacto.yaml", CONTRACT)
        .file("svc/docs/a.md", "a");
    insta::assert_snapshot!(sandbox.pacto(["pack", "svc"]), @"
    exit 0
    -- stdout --
    Packed svc@1.2.0 -> svc-1.2.0.tar.gz
    ");
    let validated = sandbox.pacto(["validate", "svc-1.2.0.tar.gz"]);
    assert_eq!(validated.stdout, "svc 1.2.0: valid\n");
}

#[test]
fn equal_directories_give_equal_archives() {
    let sandbox = Sandbox::new();
    for directory in ["a", "b"] {
        sandbox
            .file(&format!("{directory}/pacto.yaml"), CONTRACT)
            .file(&format!("{directory}/docs/a.md"), "a");
        let output = format!("{directory}.tgz");
        assert_eq!(sandbox.pacto(["pack", directory, "-o", &output]).code, 0);
    }
    let read = |name| std::fs::read(sandbox.path(name)).expect("readable");
    assert_eq!(read("a.tgz"), read("b.tgz"));
}

#[test]
fn json_names_what_was_packed() {
    let sandbox = Sandbox::new();
    sandbox.file("pacto.yaml", CONTRACT);
    let json = sandbox
        .pacto(["pack", "-o", "x.tgz", "--output-format", "json"])
        .json();
    assert_eq!(json["schemaVersion"], "pacto.pack/v1");
    assert_eq!(json["output"], "x.tgz");
    assert_eq!(
        (&json["name"], &json["version"]),
        (&"svc".into(), &"1.2.0".into())
    );
}

#[test]
fn an_invalid_contract_is_not_packed_and_says_why() {
    let sandbox = Sandbox::new();
    sandbox.file("pacto.yaml", &CONTRACT.replace("1.2.0", "next"));
    insta::assert_snapshot!(sandbox.pacto(["pack"]), @r#"
    exit 1
    -- stderr --
    error[INVALID_SEMVER]: "next" is not valid semver: invalid semantic version
     --> pacto.yaml:2:32
      |
    2 | service: { name: svc, version: next }
      |                                ^^^^
      |
      = help: write `MAJOR.MINOR.PATCH`, such as `1.4.0` or `2.0.0-rc.1`
      = more: pacto rules explain INVALID_SEMVER
    error: contract validation failed with 1 error
    "#);
    assert!(!sandbox.path("svc-next.tar.gz").exists());
}

#[test]
fn ignoring_a_file_the_contract_needs_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox
        .file(
            "pacto.yaml",
            &format!("{CONTRACT}configurations: [{{ name: default, schema: c.json }}]\n"),
        )
        .file("c.json", "{}")
        .file(".pactoignore", "c.json\n[\n");
    insta::assert_snapshot!(sandbox.pacto(["pack"]), @r#"
    exit 1
    -- stderr --
    warning: .pactoignore line 2: `[` is not a pattern and matches nothing
    error[FILE_NOT_FOUND]: configuration schema file "c.json" not found in bundle
     --> pacto.yaml:5:43
      |
    5 | configurations: [{ name: default, schema: c.json }]
      |                                           ^^^^^^
      |
      = more: pacto rules explain FILE_NOT_FOUND
    error: contract validation failed with 1 error
    "#);
}

#[test]
fn overrides_are_packed() {
    let sandbox = Sandbox::new();
    sandbox.file("pacto.yaml", CONTRACT);
    let outcome = sandbox.pacto(["pack", "--set", "service.version=3.0.0"]);
    insta::assert_snapshot!(outcome, @"
    exit 0
    -- stdout --
    Packed svc@3.0.0 -> svc-3.0.0.tar.gz
    ");
    let packed = sandbox.pacto(["validate", "svc-3.0.0.tar.gz"]);
    assert_eq!(packed.stdout, "svc 3.0.0: valid\n");
}

#[test]
fn a_symbolic_link_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.file("svc/pacto.yaml", CONTRACT).file("secret", "s");
    #[cfg(unix)]
    std::os::unix::fs::symlink(sandbox.path("secret"), sandbox.path("svc/link")).expect("a link");
    insta::assert_snapshot!(sandbox.pacto(["pack", "svc"]), @"
    exit 4
    -- stderr --
    error: `link` is a symbolic link or special file; a bundle holds only files and directories
      help: replace it by what it points to, or leave it out with a line `/link` in .pactoignore
    ");
}

#[test]
fn only_directories_are_packed() {
    insta::assert_snapshot!(Sandbox::new().pacto(["pack", "oci://h.example/x"]), @"
    exit 2
    -- stderr --
    error: pacto pack requires a local directory, not oci://h.example/x
    ");
    insta::assert_snapshot!(Sandbox::new().pacto(["pack", "nope"]), @"
    exit 3
    -- stderr --
    error: failed to access nope: No such file or directory (os error 2)
    ");
}

#[test]
fn a_missing_target_directory_is_not_created() {
    let sandbox = Sandbox::new();
    sandbox.file("pacto.yaml", CONTRACT);
    insta::assert_snapshot!(sandbox.pacto(["pack", "-o", "no/x.tgz"]), @"
    exit 3
    -- stderr --
    error: failed to write no/x.tgz: No such file or directory (os error 2)
    ");
}
