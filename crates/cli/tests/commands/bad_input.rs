//! Hostile input ends in bounded time with one clear finding or error, and is never hung on.

use std::fmt::Write as _;

use crate::sandbox::{Outcome, Sandbox};

const VALID: &str = "pactoVersion: \"1.0\"\nservice: { name: svc, version: 1.0.0 }\n";

fn with_document(sandbox: &Sandbox) {
    sandbox.file(
        "svc/pacto.yaml",
        &format!(
            "{VALID}interfaces: [{{ name: api, type: http, port: 80, contract: api/openapi.yaml }}]\n"
        ),
    );
    sandbox.file("svc/api/openapi.yaml", "openapi: 3.0.0\n");
}

fn with_schema(sandbox: &Sandbox, values: &str, schema: &str) -> Outcome {
    let configurations =
        format!("configurations: [{{ name: c, schema: s.json, values: {values} }}]\n");
    sandbox.file("svc/pacto.yaml", &format!("{VALID}{configurations}"));
    sandbox.file("svc/s.json", schema);
    sandbox.pacto(["validate", "svc"])
}

#[cfg(unix)]
fn pipe(sandbox: &Sandbox, path: &str) {
    let status = std::process::Command::new("mkfifo")
        .arg(sandbox.path(path))
        .status()
        .expect("mkfifo runs");
    assert!(status.success());
}

#[test]
fn a_contract_larger_than_any_is_refused_unread() {
    let sandbox = Sandbox::new();
    sandbox.file("svc/pacto.yaml", VALID);
    let file = std::fs::File::options()
        .write(true)
        .open(sandbox.path("svc/pacto.yaml"))
        .expect("opens");
    // A hole: nothing that reads it whole stays within the time of a test.
    file.set_len(1 << 40).expect("sparse files");
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc"]), @"
    exit 1
    -- stdout --
    error[PARSE_ERROR]: failed to parse svc/pacto.yaml: it is larger than 4 MiB
    --> svc/pacto.yaml:1:1
     = help: move data into files beside the contract
     = more: pacto rules explain PARSE_ERROR

    svc: 1 error
    ");
    assert_eq!(sandbox.pacto(["graph", "svc"]).code, 3);
    assert_eq!(sandbox.pacto(["validate", "--recursive", "."]).code, 1);
}

#[test]
fn endless_standard_input_is_refused() {
    let sandbox = Sandbox::new();
    let text = format!("{VALID}# {}", "x".repeat(5 << 20));
    insta::assert_snapshot!(sandbox.run(&text, &["validate", "-"]), @"
    exit 1
    -- stdout --
    error[PARSE_ERROR]: failed to parse standard input: it is larger than 4 MiB
    --> <stdin>:1:1
     = help: move data into files beside the contract
     = more: pacto rules explain PARSE_ERROR

    -: 1 error
    ");
}

#[test]
fn text_in_another_encoding_is_pointed_at() {
    let sandbox = Sandbox::new();
    sandbox.file("svc/pacto.yaml", "");
    let write =
        |bytes: &[u8]| std::fs::write(sandbox.path("svc/pacto.yaml"), bytes).expect("written");
    write(b"pactoVersion: \"1.0\"\nservice: { name: \"\xe4\" }\n");
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc"]), @"
    exit 1
    -- stdout --
    error[PARSE_ERROR]: failed to parse svc/pacto.yaml: it is not UTF-8 text
    --> svc/pacto.yaml:2:19
     = help: save it as UTF-8
     = more: pacto rules explain PARSE_ERROR

    svc: 1 error
    ");
    write(b"\xff\xfep\0a\0");
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc"]), @"
    exit 1
    -- stdout --
    error[PARSE_ERROR]: failed to parse svc/pacto.yaml: it is not UTF-8 text
    --> svc/pacto.yaml:1:1
     = help: it looks like UTF-16; save it as UTF-8
     = more: pacto rules explain PARSE_ERROR

    svc: 1 error
    ");
}

#[cfg(unix)]
#[test]
fn what_is_called_like_a_contract_but_is_no_file_is_named() {
    let sandbox = Sandbox::new();
    sandbox.file("link/real.yaml", VALID);
    std::os::unix::fs::symlink("real.yaml", sandbox.path("link/pacto.yaml")).expect("a link");
    insta::assert_snapshot!(sandbox.pacto(["validate", "link"]), @"
    exit 3
    -- stdout --
    error[PARSE_ERROR]: link/pacto.yaml is a symbolic link or special file, not a file
      = help: replace it by the contract itself; links are not followed
      = more: pacto rules explain PARSE_ERROR

    link: 1 error
    ");
    sandbox.file("pipe/x", "");
    pipe(&sandbox, "pipe/pacto.yaml");
    insta::assert_snapshot!(sandbox.pacto(["graph", "pipe"]), @"
    exit 3
    -- stderr --
    error: pipe/pacto.yaml is a symbolic link or special file, not a file
      help: replace it by the contract itself; links are not followed
    ");
    std::fs::create_dir_all(sandbox.path("directory/pacto.yaml")).expect("a directory");
    insta::assert_snapshot!(sandbox.pacto(["explain", "directory"]), @"
    exit 3
    -- stderr --
    error: directory/pacto.yaml is a directory, not a file
      help: replace it by the contract itself; links are not followed
    ");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_lock_file_is_not_waited_for() {
    let sandbox = Sandbox::new();
    sandbox.file("svc/pacto.yaml", VALID);
    pipe(&sandbox, "svc/pacto.lock");
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc"]), @"
    exit 3
    -- stdout --
    error[LOCK_ERROR]: LOCK_ERROR: cannot read pacto.lock: it is not a regular file
      = more: pacto rules explain LOCK_ERROR

    svc 1.0.0: 1 error
    ");
    assert_eq!(sandbox.pacto(["lock", "svc"]).code, 3);
    assert_eq!(sandbox.pacto(["graph", "svc"]).code, 3);
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_an_archive_is_not_waited_for() {
    let sandbox = Sandbox::new();
    pipe(&sandbox, "b.tgz");
    assert_eq!(sandbox.pacto(["validate", "b.tgz"]).code, 3);
    let dependencies = "dependencies: [{ name: b, ref: file://../b.tgz, required: true, compatibility: ^1.0.0 }]\n";
    sandbox.file("svc/pacto.yaml", &format!("{VALID}{dependencies}"));
    let outcome = sandbox.pacto(["graph", "svc"]);
    assert!(outcome.stdout.contains("is not a directory"), "{outcome}");
}

#[cfg(unix)]
#[test]
fn a_values_file_without_an_end_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.file("svc/pacto.yaml", VALID);
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc", "-f", "/dev/zero"]), @r#"
    exit 3
    -- stdout --
    error[PARSE_ERROR]: failed to read values file "/dev/zero": larger than 4 MiB
      = more: pacto rules explain PARSE_ERROR

    svc: 1 error
    "#);
    assert_eq!(
        sandbox
            .pacto(["--config", "/dev/zero", "validate", "svc"])
            .code,
        3
    );
}

#[cfg(unix)]
#[test]
fn a_named_file_that_cannot_be_packed_is_found_before_packing() {
    let sandbox = Sandbox::new();
    with_document(&sandbox);
    std::fs::remove_file(sandbox.path("svc/api/openapi.yaml")).expect("removed");
    std::os::unix::fs::symlink("/etc/hostname", sandbox.path("svc/api/openapi.yaml"))
        .expect("a link");
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc"]), @r#"
    exit 1
    -- stdout --
    error[FILE_NOT_FOUND]: interface contract file "api/openapi.yaml" is a symbolic link or special file
     --> svc/pacto.yaml:3:59
      |
    3 | interfaces: [{ name: api, type: http, port: 80, contract: api/openapi.yaml }]
      |                                                           ^^^^^^^^^^^^^^^^
      |
      = help: replace it by the file itself; a bundle holds only files and directories
      = more: pacto rules explain FILE_NOT_FOUND

    svc 1.0.0: 1 error
    "#);
}

#[test]
fn paths_that_lead_out_of_the_bundle_are_explained() {
    let sandbox = Sandbox::new();
    let contract = "interfaces: [{ name: api, type: http, port: 80, contract: ../openapi.yaml }]\n";
    sandbox.file("openapi.yaml", "openapi: 3.0.0\n");
    sandbox.file("svc/pacto.yaml", &format!("{VALID}{contract}"));
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc"]), @r#"
    exit 1
    -- stdout --
    error[FILE_NOT_FOUND]: interface contract file "../openapi.yaml" not found in bundle
     --> svc/pacto.yaml:3:59
      |
    3 | interfaces: [{ name: api, type: http, port: 80, contract: ../openapi.yaml }]
      |                                                           ^^^^^^^^^^^^^^^
      |
      = help: paths are relative to the bundle root and have no `.`, `..` or empty parts
      = more: pacto rules explain FILE_NOT_FOUND

    svc 1.0.0: 1 error
    "#);
}

#[test]
fn a_schema_larger_than_any_is_refused_before_it_is_compiled() {
    let sandbox = Sandbox::new();
    let schema = format!("{{\"enum\":[{}1]}}", "1,".repeat(3 << 20));
    insta::assert_snapshot!(with_schema(&sandbox, "{ a: 1 }", &schema), @r#"
    exit 1
    -- stdout --
    error[INVALID_CONFIG_SCHEMA]: file "s.json" is not a valid JSON Schema: it is larger than 4 MiB
     --> svc/pacto.yaml:3:37
      |
    3 | configurations: [{ name: c, schema: s.json, values: { a: 1 } }]
      |                                     ^^^^^^
      |
      = more: pacto rules explain INVALID_CONFIG_SCHEMA

    svc 1.0.0: 1 error
    "#);
}

#[test]
fn a_schema_that_is_no_json_says_why() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(with_schema(&sandbox, "{ a: 1 }", "\u{feff}{}"), @r#"
    exit 1
    -- stdout --
    error[INVALID_CONFIG_JSON]: file "s.json" is not valid JSON
     --> svc/pacto.yaml:3:37
      |
    3 | configurations: [{ name: c, schema: s.json, values: { a: 1 } }]
      |                                     ^^^^^^
      |
      = help: it begins with a byte order mark; save it as UTF-8 without one
      = more: pacto rules explain INVALID_CONFIG_JSON

    svc 1.0.0: 1 error
    "#);
}

#[test]
fn thousands_of_failures_are_counted_instead_of_told() {
    let sandbox = Sandbox::new();
    let schema = r#"{"properties": {"a": {"items": {"type": "string", "minLength": 1}}}}"#;
    let values = format!("{{ a: [{}1] }}", "1,".repeat(20_000));
    let outcome = with_schema(&sandbox, &values, schema);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.contains("; 19969 more"), "{outcome}");
}

#[test]
fn thousands_of_unknown_fields_are_counted_instead_of_told() {
    let sandbox = Sandbox::new();
    let mut text = VALID.to_owned();
    for number in 0..5_000 {
        writeln!(text, "zz{number}: 1").expect("written");
    }
    sandbox.file("svc/pacto.yaml", &text);
    let outcome = sandbox.pacto(["validate", "svc"]);
    assert_eq!(outcome.code, 1);
    assert!(
        outcome.stdout.contains(" and 4968 more not allowed"),
        "{outcome}"
    );
    assert!(outcome.stdout.len() < 10_000, "{}", outcome.stdout.len());
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_an_ignore_file_is_not_waited_for() {
    let sandbox = Sandbox::new();
    sandbox.file("a/pacto.yaml", VALID);
    sandbox.file("b/pacto.yaml", VALID);
    pipe(&sandbox, "b/.gitignore");
    let outcome = sandbox.pacto(["validate", "--recursive", "."]);
    assert!(outcome.stdout.contains("1 contract: 1 valid"), "{outcome}");
    pipe(&sandbox, ".gitignore");
    assert_eq!(sandbox.pacto(["validate", "--recursive", "."]).code, 3);
}

#[test]
fn a_name_cannot_begin_a_line_of_its_own() {
    let sandbox = Sandbox::new();
    let text = "pactoVersion: \"1.0\"\nservice: { name: \"a\\nb 1.0.0: valid\", version: 1.0.0 }\n";
    sandbox.file("svc/pacto.yaml", text);
    let outcome = sandbox.pacto(["validate", "svc"]);
    assert!(!outcome.stdout.contains("\nb 1.0.0: valid"), "{outcome}");
}

#[test]
fn a_contract_that_cannot_be_read_is_named_once_in_a_list() {
    let sandbox = Sandbox::new();
    sandbox.file("svc/pacto.yaml", "a: [");
    let outcome = sandbox.pacto(["validate", "--recursive", "."]);
    assert!(outcome.stdout.contains("\nsvc: 1 error\n"), "{outcome}");
}
