//! `--fix`.

use super::{BROKEN, VALID};
use crate::sandbox::Sandbox;

#[test]
fn fix_repairs_what_it_can_and_keeps_comments() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "pacto.yaml",
        &BROKEN.replace("name: payments-api", "name: payments-api # ours"),
    );
    let before = sandbox
        .pacto(["validate", "--output-format", "json"])
        .json();
    let outcome = sandbox.pacto(["validate", "--fix"]);
    insta::assert_snapshot!(outcome, @r#"
    exit 1
    -- stdout --
    error[INVALID_SEMVER]: "next" is not valid semver: invalid semantic version
     --> pacto.yaml:4:12
      |
    4 |   version: next
      |            ^^^^
      |
      = help: write `MAJOR.MINOR.PATCH`, such as `1.4.0` or `2.0.0-rc.1`
      = more: pacto rules explain INVALID_SEMVER

    error[DUPLICATE_INTERFACE_NAME]: interface name "rest-api" is already declared at interfaces[0]
      --> pacto.yaml:10:11
       |
     6 |   - name: rest-api
       |           -------- first declared here
    ...
    10 |   - name: rest-api
       |           ^^^^^^^^
       |
       = more: pacto rules explain DUPLICATE_INTERFACE_NAME

    error[HEALTH_PATH_REQUIRED]: health path is required when the health interface type is http
      --> pacto.yaml:20:5
       |
     7 |     type: http
       |           ---- an http interface
    ...
    20 |     interface: rest-api
       |     ^^^^^^^^^^^^^^^^^^^
       |
       = more: pacto rules explain HEALTH_PATH_REQUIRED

    error[SCALING_MIN_EXCEEDS_MAX]: scaling min (4) must not exceed max (2)
      --> pacto.yaml:21:10
       |
    21 | scaling: { min: 4, max: 2 }
       |          ^^^^^^^-^^^^^^^-^^
       |                 |       |
       |                 |       the upper bound
       |                 the lower bound
       |
       = more: pacto rules explain SCALING_MIN_EXCEEDS_MAX

    fixed 2 findings
    payments-api next: 4 errors
    "#);
    insta::assert_snapshot!(sandbox.read("pacto.yaml"), @r#"
    pactoVersion: "1.0"
    service:
      name: payments-api # ours
      version: next
    interfaces:
      - name: rest-api
        type: http
        port: 8080
        visibility: public
      - name: rest-api
        type: http
        port: 8081
    runtime:
      workload: service
      state:
        type: stateless
        persistence: { scope: local, durability: ephemeral }
        dataCriticality: low
      health:
        interface: rest-api
    scaling: { min: 4, max: 2 }
    "#);
    let after = sandbox
        .pacto(["validate", "--output-format", "json"])
        .json();
    let errors = |json: &serde_json::Value| json["errors"].as_array().map_or(0, Vec::len);
    assert!(errors(&after) < errors(&before));
}

#[test]
fn fix_needs_a_contract_on_disk() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.run(VALID, &["validate", "-", "--fix"]), @"
    exit 2
    -- stderr --
    error: `--fix` changes files, so it needs a contract on disk, not -
    ");
    sandbox.file("pacto.yaml", VALID);
    insta::assert_snapshot!(sandbox.pacto(["validate", "--fix", "--set", "a=b"]), @"
    exit 1
    -- stdout --
    error[PARSE_ERROR]: overrides produce an invalid contract: at '': additional properties 'a' not allowed
      = more: pacto rules explain PARSE_ERROR

    .: 1 error
    ");
}

#[test]
fn fix_keeps_the_line_ends_it_finds_and_changes_nothing_twice() {
    let sandbox = Sandbox::new();
    let broken = BROKEN.replace('\n', "\r\n");
    sandbox.file("pacto.yaml", &broken);
    let outcome = sandbox.pacto(["validate", "--fix"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    assert!(
        !outcome.stdout.contains(['\r', '\u{240d}']),
        "a line end is not shown: {}",
        outcome.stdout
    );
    let fixed = broken
        .replace("visiblity", "visibility")
        .replace("interface: rest\r", "interface: rest-api\r");
    assert_eq!(sandbox.read("pacto.yaml"), fixed);
    sandbox.pacto(["validate", "--fix"]);
    assert_eq!(sandbox.read("pacto.yaml"), fixed);
}
