mod fix;

use crate::sandbox::Sandbox;

const VALID: &str = "\
pactoVersion: \"1.0\"
service: { name: svc, version: 1.0.0 }
interfaces:
  - { name: api, type: http, port: 8080 }
";

/// Five different mistakes.
const BROKEN: &str = "\
pactoVersion: \"1.0\"
service:
  name: payments-api
  version: next
interfaces:
  - name: rest-api
    type: http
    port: 8080
    visiblity: public
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
    interface: rest
scaling: { min: 4, max: 2 }
";

#[test]
fn a_valid_contract_is_said_to_be_valid() {
    let sandbox = Sandbox::new();
    sandbox.file("svc/pacto.yaml", VALID);
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc"]), @"
    exit 0
    -- stdout --
    svc 1.0.0: valid
    ");
    for argument in ["svc/pacto.yaml", "file://svc", "svc/"] {
        assert_eq!(sandbox.pacto(["validate", argument]).code, 0, "{argument}");
    }
}

#[test]
fn five_mistakes_are_five_findings_with_place_code_and_next_step() {
    let sandbox = Sandbox::new();
    sandbox.file("pacto.yaml", BROKEN);
    insta::assert_snapshot!(sandbox.pacto(["validate"]), @r#"
    exit 1
    -- stdout --
    error[SCHEMA_VIOLATION]: at '/interfaces/0': additional properties 'visiblity' not allowed
     --> pacto.yaml:9:5
      |
    9 |     visiblity: public
      |     ^^^^^^^^^
      |
      = help: did you mean `visibility`?
      = fix: rename `visiblity` to `visibility` (pacto validate --fix)
      = more: pacto rules explain SCHEMA_VIOLATION

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

    error[HEALTH_INTERFACE_NOT_FOUND]: health interface "rest" does not match any declared interface
      --> pacto.yaml:20:16
       |
     6 |   - name: rest-api
       |           -------- did you mean this one?
    ...
    20 |     interface: rest
       |                ^^^^
       |
       = help: did you mean `rest-api`?
       = fix: write `rest-api` (pacto validate --fix)
       = more: pacto rules explain HEALTH_INTERFACE_NOT_FOUND

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

    payments-api next: 5 errors (2 fixable)
    "#);
}

#[test]
fn json_has_errors_and_warnings_apart() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "svc/pacto.yaml",
        &VALID.replace("version: 1.0.0", "version: next"),
    );
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc", "--output-format", "json"]), @r#"
    exit 1
    -- stdout --
    {
      "schemaVersion": "pacto.validate/v1",
      "path": "svc",
      "valid": false,
      "errors": [
        {
          "code": "INVALID_SEMVER",
          "severity": "error",
          "path": "service.version",
          "message": "\"next\" is not valid semver: invalid semantic version",
          "location": {
            "file": "pacto.yaml",
            "line": 2,
            "column": 32,
            "length": 4,
            "pointer": "/service/version"
          },
          "help": "write `MAJOR.MINOR.PATCH`, such as `1.4.0` or `2.0.0-rc.1`"
        }
      ],
      "warnings": []
    }
    -- stderr --
    svc next: 1 error
    "#);
}

#[test]
fn formats_for_programs_name_the_file_as_it_can_be_opened() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "svc/pacto.yaml",
        &VALID.replace("version: 1.0.0", "version: next"),
    );
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc", "--output-format", "github"]), @r#"
    exit 1
    -- stdout --
    ::error file=svc/pacto.yaml,line=2,col=32,endColumn=36,title=INVALID_SEMVER::"next" is not valid semver: invalid semantic version%0Awrite `MAJOR.MINOR.PATCH`, such as `1.4.0` or `2.0.0-rc.1`
    -- stderr --
    svc next: 1 error
    "#);
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc", "--output-format", "junit"]), @r#"
    exit 1
    -- stdout --
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="pacto validate" tests="1" failures="1">
      <testsuite name="svc next" tests="1" failures="1">
        <testcase classname="svc next" name="INVALID_SEMVER service.version">
          <failure type="INVALID_SEMVER" message="&quot;next&quot; is not valid semver: invalid semantic version">svc/pacto.yaml:2:32: &quot;next&quot; is not valid semver: invalid semantic version&#10;help: write `MAJOR.MINOR.PATCH`, such as `1.4.0` or `2.0.0-rc.1`</failure>
        </testcase>
      </testsuite>
    </testsuites>
    -- stderr --
    svc next: 1 error
    "#);
    let sarif = sandbox
        .pacto(["validate", "svc", "--output-format", "sarif"])
        .json();
    assert_eq!(
        sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "svc/pacto.yaml"
    );
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc", "--output-format", "markdown"]), @r#"
    exit 1
    -- stdout --
    ## svc next: invalid

    1 error

    | Severity | Code | Place | Path | Message |
    | --- | --- | --- | --- | --- |
    | error | `INVALID_SEMVER` | `svc/pacto.yaml:2:32` | `service.version` | "next" is not valid semver: invalid semantic version (write `MAJOR.MINOR.PATCH`, such as `1.4.0` or `2.0.0-rc.1`) |
    -- stderr --
    svc next: 1 error
    "#);
}

#[test]
fn broken_text_is_a_finding() {
    let sandbox = Sandbox::new();
    sandbox.file("pacto.yaml", "service: { name: a\nx: [\n");
    insta::assert_snapshot!(sandbox.pacto(["validate"]), @"
    exit 1
    -- stdout --
    error[PARSE_ERROR]: failed to parse pacto.yaml: parse error: failed to parse YAML: yaml: line 2: while parsing a flow mapping, did not find expected ',' or '}'
     --> pacto.yaml:2:2
      |
    2 | x: [
      |  ^
      |
      = more: pacto rules explain PARSE_ERROR

    .: 1 error
    ");
}

#[test]
fn an_empty_contract_is_a_finding() {
    let sandbox = Sandbox::new();
    sandbox.file("pacto.yaml", "");
    insta::assert_snapshot!(sandbox.pacto(["validate"]), @"
    exit 1
    -- stdout --
    error[PARSE_ERROR]: failed to parse pacto.yaml: parse error: failed to parse YAML: EOF
     --> pacto.yaml:1:1
      |
    1 |
      | ^
      |
      = help: the file is empty; `pacto init` writes a first contract
      = more: pacto rules explain PARSE_ERROR

    .: 1 error
    ");
}

#[test]
fn a_missing_path_could_not_run() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.pacto(["validate", "nope"]), @"
    exit 3
    -- stdout --
    error[PARSE_ERROR]: failed to access nope: No such file or directory (os error 2)
      = more: pacto rules explain PARSE_ERROR

    nope: 1 error
    ");
    insta::assert_snapshot!(sandbox.pacto(["validate", "ghcr.io/acme/x:1"]), @"
    exit 3
    -- stdout --
    error[PARSE_ERROR]: failed to access ghcr.io/acme/x:1: No such file or directory (os error 2)
      = help: oci://ghcr.io/acme/x:1 names an artifact in a registry
      = more: pacto rules explain PARSE_ERROR

    ghcr.io/acme/x:1: 1 error
    ");
    std::fs::create_dir(sandbox.path("empty")).expect("a directory");
    insta::assert_snapshot!(sandbox.pacto(["validate", "empty", "--output-format", "json"]), @r#"
    exit 3
    -- stdout --
    {
      "schemaVersion": "pacto.validate/v1",
      "path": "empty",
      "valid": false,
      "errors": [
        {
          "code": "PARSE_ERROR",
          "severity": "error",
          "path": "",
          "message": "no pacto.yaml found in empty",
          "help": "`pacto init NAME` writes a starter contract"
        }
      ],
      "warnings": []
    }
    -- stderr --
    empty: 1 error
    "#);
}

#[test]
fn a_reference_that_does_not_parse_is_a_usage_error() {
    insta::assert_snapshot!(Sandbox::new().pacto(["validate", "oci://"]), @r#"
    exit 2
    -- stdout --
    error[PARSE_ERROR]: invalid reference "oci://": empty OCI reference
      = more: pacto rules explain PARSE_ERROR

    oci://: 1 error
    "#);
}

#[test]
fn too_many_arguments_are_a_usage_error() {
    assert_eq!(Sandbox::new().pacto(["validate", "a", "b"]).code, 2);
}

#[test]
fn standard_input_is_a_contract_without_files() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.run(VALID, &["validate", "-"]), @"
    exit 0
    -- stdout --
    svc 1.0.0: valid
    ");
    let broken = VALID.replace("version: 1.0.0", "version: next");
    insta::assert_snapshot!(sandbox.run(&broken, &["validate", "-"]), @r#"
    exit 1
    -- stdout --
    error[INVALID_SEMVER]: "next" is not valid semver: invalid semantic version
     --> <stdin>:2:32
      |
    2 | service: { name: svc, version: next }
      |                                ^^^^
      |
      = help: write `MAJOR.MINOR.PATCH`, such as `1.4.0` or `2.0.0-rc.1`
      = more: pacto rules explain INVALID_SEMVER

    svc next: 1 error
    "#);
}

#[test]
fn overrides_change_the_contract_first() {
    let sandbox = Sandbox::new();
    sandbox
        .file("pacto.yaml", VALID)
        .file("prod.yaml", "service: { version: 2.0.0 }\n");
    let outcome = sandbox.pacto(["validate", "-f", "prod.yaml", "--set", "service.name=other"]);
    insta::assert_snapshot!(outcome, @"
    exit 0
    -- stdout --
    other 2.0.0: valid
    ");
    let outcome = sandbox.pacto(["validate", "--set", "interfaces[0].port=x"]);
    insta::assert_snapshot!(outcome, @"
    exit 1
    -- stdout --
    error[PARSE_ERROR]: overrides produce an invalid contract: failed to parse pacto.yaml: parse error: failed to parse YAML: yaml: line 8: cannot unmarshal !!str `x` into an integer (interfaces[0].port)
      = more: pacto rules explain PARSE_ERROR

    .: 1 error
    ");
    let outcome = sandbox.pacto(["validate", "--set", "novalue"]);
    insta::assert_snapshot!(outcome, @r#"
    exit 2
    -- stdout --
    error[PARSE_ERROR]: failed to apply overrides: invalid --set format "novalue": expected key=value
      = more: pacto rules explain PARSE_ERROR

    .: 1 error
    "#);
    let outcome = sandbox.pacto(["validate", "--values", "missing.yaml"]);
    insta::assert_snapshot!(outcome, @r#"
    exit 3
    -- stdout --
    error[PARSE_ERROR]: failed to read values file "missing.yaml": No such file or directory (os error 2)
      = more: pacto rules explain PARSE_ERROR

    .: 1 error
    "#);
}

#[test]
fn a_directory_is_searched_for_contracts() {
    let sandbox = Sandbox::new();
    sandbox
        .file("a/pacto.yaml", VALID)
        .file(
            "b/c/pacto.yaml",
            &VALID.replace("version: 1.0.0", "version: next"),
        )
        .file(".hidden/pacto.yaml", "x")
        .file("node_modules/p/pacto.yaml", "x")
        .file("ignored/pacto.yaml", "x")
        .file(".gitignore", "ignored/\n");
    insta::assert_snapshot!(sandbox.pacto(["validate", "--recursive", "."]), @r#"
    exit 1
    -- stdout --
    error[INVALID_SEMVER]: "next" is not valid semver: invalid semantic version
     --> b/c/pacto.yaml:2:32
      |
    2 | service: { name: svc, version: next }
      |                                ^^^^
      |
      = help: write `MAJOR.MINOR.PATCH`, such as `1.4.0` or `2.0.0-rc.1`
      = more: pacto rules explain INVALID_SEMVER

    b/c: svc next: 1 error

    2 contracts: 1 valid, 1 invalid; 1 error, 0 warnings
    "#);
    insta::assert_snapshot!(
        sandbox.pacto(["validate", "--recursive", ".", "--output-format", "json"]),
        @r#"
    exit 1
    -- stdout --
    {
      "schemaVersion": "pacto.validate/v1",
      "path": ".",
      "valid": false,
      "results": [
        {
          "path": "a",
          "valid": true,
          "errors": [],
          "warnings": []
        },
        {
          "path": "b/c",
          "valid": false,
          "errors": [
            {
              "code": "INVALID_SEMVER",
              "severity": "error",
              "path": "service.version",
              "message": "\"next\" is not valid semver: invalid semantic version",
              "location": {
                "file": "pacto.yaml",
                "line": 2,
                "column": 32,
                "length": 4,
                "pointer": "/service/version"
              },
              "help": "write `MAJOR.MINOR.PATCH`, such as `1.4.0` or `2.0.0-rc.1`"
            }
          ],
          "warnings": []
        }
      ],
      "summary": {
        "contracts": 2,
        "valid": 1,
        "invalid": 1,
        "errors": 1,
        "warnings": 0
      }
    }
    -- stderr --
    2 contracts: 1 valid, 1 invalid; 1 error, 0 warnings
    "#
    );
    insta::assert_snapshot!(sandbox.pacto(["validate", "--recursive", "a/pacto.yaml"]), @"
    exit 3
    -- stderr --
    error: a/pacto.yaml is not a directory
    ");
    std::fs::create_dir(sandbox.path("empty")).expect("a directory");
    insta::assert_snapshot!(sandbox.pacto(["validate", "--recursive", "empty"]), @"
    exit 3
    -- stderr --
    error: no contract found below empty
      help: hidden directories, `node_modules`, `vendor` and what .gitignore or .pactoignore name are not searched
    ");
}

#[test]
fn policies_are_followed_from_folder_to_folder() {
    let sandbox = Sandbox::new();
    sandbox
        .file(
            "svc/pacto.yaml",
            &format!("{VALID}policies: [{{ name: org, ref: ../policy }}]\n"),
        )
        .file(
            "policy/pacto.yaml",
            "pactoVersion: \"1.0\"\nservice: { name: policy, version: 1.0.0 }\n\
             policies: [{ name: own, schema: policy/schema.json }]\n",
        )
        .file(
            "policy/policy/schema.json",
            r#"{ "type": "object", "required": ["metadata"] }"#,
        );
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc"]), @r#"
    exit 1
    -- stdout --
    error[POLICY_VIOLATION]: policy ../policy → policies["own"]: at '': missing property 'metadata'
     --> svc/pacto.yaml:1:1
      |
    1 | pactoVersion: "1.0"
      | ^^^^^^^^^^^^^^^^^^^
    ...
    5 | policies: [{ name: org, ref: ../policy }]
      |                              --------- the policy that asks for it
      |
      = more: pacto rules explain POLICY_VIOLATION

    svc 1.0.0: 1 error
    "#);
    std::fs::remove_dir_all(sandbox.path("policy")).expect("removed");
    insta::assert_snapshot!(sandbox.pacto(["validate", "svc"]), @r#"
    exit 3
    -- stdout --
    error[POLICY_REF_UNRESOLVED]: policy policies["org"]: failed to resolve ref "../policy": failed to access [HOME]/work/policy: No such file or directory (os error 2)
     --> svc/pacto.yaml:5:30
      |
    5 | policies: [{ name: org, ref: ../policy }]
      |                              ^^^^^^^^^
      |
      = more: pacto rules explain POLICY_REF_UNRESOLVED

    svc 1.0.0: 1 error
    "#);
}

#[test]
fn every_tag_of_every_layout_is_checked() {
    let sandbox = Sandbox::new();
    for (name, version) in [
        ("a", "1.0.0"),
        ("a", "1.10.0"),
        ("a", "1.9.0"),
        ("b", "2.0.0"),
    ] {
        sandbox.file(
            "svc/pacto.yaml",
            &format!("pactoVersion: \"1.0\"\nservice: {{ name: {name}, version: {version} }}\n"),
        );
        let layout = format!("oci-layout://estate/group/{name}");
        assert_eq!(sandbox.pacto(["push", &layout, "-p", "svc"]).code, 0);
    }
    let json = sandbox
        .pacto([
            "validate",
            "--recursive",
            "oci-layout://estate",
            "--output-format",
            "json",
        ])
        .json();
    let paths: Vec<_> = json["results"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|result| result["path"].as_str().expect("text"))
        .collect();
    assert_eq!(
        paths,
        [
            "oci-layout://estate/group/a:1.0.0",
            "oci-layout://estate/group/a:1.9.0",
            "oci-layout://estate/group/a:1.10.0",
            "oci-layout://estate/group/b:2.0.0",
        ]
    );
    assert_eq!(json["summary"]["valid"], 4);
}

#[test]
#[cfg(unix)]
fn links_in_a_bundle_are_not_followed() {
    let sandbox = Sandbox::new();
    sandbox
        .file(
            "svc/pacto.yaml",
            &format!("{VALID}configurations: [{{ name: c, schema: link.json }}]\n"),
        )
        .file("secret.json", "{ \"type\": 3 }");
    std::os::unix::fs::symlink(sandbox.path("secret.json"), sandbox.path("svc/link.json"))
        .expect("a link");
    let outcome = sandbox.pacto(["validate", "svc"]);
    assert_eq!(outcome.code, 1, "{outcome}");
    // What the link leads to is valid JSON and no schema; nothing of it is known here.
    assert!(
        !outcome.stdout.contains("INVALID_CONFIG_SCHEMA"),
        "{outcome}"
    );
}

#[test]
fn the_invalid_contract_of_the_estate_gives_its_seven_errors() {
    let sandbox = Sandbox::new();
    sandbox.copy("examples/estate/invalid/kiosk", "kiosk");
    let json = sandbox
        .pacto(["validate", "kiosk", "--output-format", "json"])
        .json();
    let codes = |key: &str| -> Vec<String> {
        json[key]
            .as_array()
            .expect("a list")
            .iter()
            .map(|finding| {
                format!(
                    "{} {}",
                    finding["code"].as_str().expect("text"),
                    finding["path"].as_str().expect("text")
                )
            })
            .collect()
    };
    let mut errors = codes("errors");
    errors.sort();
    assert_eq!(
        errors,
        [
            "DUPLICATE_INTERFACE_NAME interfaces[1].name",
            "HEALTH_INTERFACE_NOT_FOUND runtime.health.interface",
            "INVALID_COMPATIBILITY dependencies[0].compatibility",
            "INVALID_IMAGE_REF service.image.ref",
            "INVALID_SEMVER service.version",
            "SCALING_MIN_EXCEEDS_MAX scaling",
            "SCHEMA_VIOLATION interfaces.0",
        ]
    );
    assert_eq!(codes("warnings"), ["TAG_NOT_DIGEST dependencies[0].ref"]);
    let compat = sandbox
        .pacto([
            "validate",
            "kiosk",
            "--compat-short-circuit",
            "--output-format",
            "json",
        ])
        .json();
    assert_eq!(compat["errors"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_broken_pipe_ends_quietly() {
    use std::process::{Command, Stdio};

    let sandbox = Sandbox::new();
    // Nobody reads from the start on: a reader that leaves later may have been given everything.
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = Command::new(env!("CARGO_BIN_EXE_pacto"))
        .args(["rules", "list"])
        .current_dir(sandbox.directory())
        .stdout(writer)
        .stderr(Stdio::piped())
        .output()
        .expect("runs");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(128 + 13));
}
