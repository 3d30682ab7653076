use crate::sandbox::Sandbox;

#[test]
fn the_schema_of_contracts_is_the_default() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.pacto(["schema"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    assert_eq!(outcome.json(), sandbox.pacto(["schema", "contract"]).json());
}

#[test]
fn the_output_of_a_command_has_a_schema() {
    insta::assert_snapshot!(Sandbox::new().pacto(["schema", "init"]), @r#"
    exit 0
    -- stdout --
    {
      "type": "object",
      "properties": {
        "schemaVersion": {
          "type": "string",
          "description": "`pacto.init/v1`."
        },
        "dir": {
          "type": "string",
          "description": "The directory as typed."
        },
        "path": {
          "type": "string",
          "description": "The contract file."
        },
        "files": {
          "type": "array",
          "items": {
            "type": "string"
          },
          "description": "Everything that was written, relative to `dir`, in byte order."
        }
      },
      "required": [
        "schemaVersion",
        "dir",
        "path",
        "files"
      ],
      "description": "What was created.",
      "title": "InitResult",
      "$schema": "https://json-schema.org/draft/2020-12/schema"
    }
    "#);
}

#[test]
fn an_unknown_schema_is_a_usage_error() {
    insta::assert_snapshot!(Sandbox::new().pacto(["schema", "contrat"]), @"
    exit 2
    -- stderr --
    error: there is no schema named `contrat`
      help: did you mean `contract`?
      help: schemas: contract, rules-file, settings, demo, diff, diff-set, explain, graph, impact, init, lock, login, logout, pack, pull, push, rules-explain, rules-list, schema-list, validate, version
    ");
}

#[test]
fn every_listed_schema_can_be_printed() {
    let sandbox = Sandbox::new();
    let names = sandbox.pacto(["schema", "--list"]).stdout;
    assert!(
        names.starts_with("contract\nrules-file\nsettings\n"),
        "{names}"
    );
    for name in names.lines() {
        let schema = sandbox.pacto(["schema", name]).json();
        assert!(schema["title"].is_string(), "{name}");
    }
}
