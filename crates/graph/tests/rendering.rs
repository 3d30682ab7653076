//! The forms a graph is written in, with names that attack the reader.

mod support;

use pacto_bundle::FailureReason;
use pacto_graph::{Graph, GraphOptions, ReferenceEdges, render};
use serde_json::{Value, json};
use support::{World, contract, failure, oci};

fn graph() -> Graph {
    let mut world = World::default();
    world.place("/work/lib", &contract("lib", "1.0.0", &[], ""));
    world.place(
        "/work/root",
        &contract(
            "root",
            "1.0.0",
            &[
                (&oci("mid"), "^1.0.0"),
                ("../lib", "*"),
                (&oci("gone:1"), ">=1 <2"),
            ],
            "configurations:\n  - {name: base, ref: \"oci://registry.example.com/acme/leaf\"}\n",
        ),
    );
    world.publish("mid", "1.2.0", &[(&oci("leaf"), "*"), (&oci("mid"), "*")]);
    world.publish("leaf", "1.0.0", &[]);
    let options = GraphOptions {
        references: ReferenceEdges::Include,
        ..GraphOptions::default()
    };
    world.resolve(&world.local("/work/root"), options)
}

#[test]
fn the_json_is_a_tree_with_the_schema_version_first() {
    let text = graph().to_json(true);
    assert!(
        text.starts_with("{\n  \"schemaVersion\": \"pacto.graph/v1\",\n  \"root\""),
        "{text}"
    );
    let value: Value = serde_json::from_str(&text).expect("JSON");
    let root = &value["root"];
    assert_eq!(root["name"], "root");
    assert_eq!(root["local"], true);
    assert_eq!(root.get("ref"), None);
    let edges = root["dependencies"].as_array().expect("edges");
    let digest = &edges[0]["node"]["digest"];
    assert!(
        digest
            .as_str()
            .is_some_and(|digest| digest.starts_with("sha256:"))
    );
    let mut first = edges[0].clone();
    first["node"]["digest"].take();
    first["node"]["dependencies"][0]["node"]["digest"].take();
    assert_eq!(
        first,
        json!({
            "type": "dependency", "name": "mid", "ref": "oci://registry.example.com/acme/mid",
            "required": true, "compatibility": "^1.0.0", "resolvedFrom": "registry",
            "node": {
                "name": "mid", "version": "1.2.0", "ref": "registry.example.com/acme/mid:1.2.0",
                "digest": null,
                "dependencies": [
                    {
                        "type": "dependency", "name": "leaf",
                        "ref": "oci://registry.example.com/acme/leaf", "required": true,
                        "compatibility": "*", "resolvedFrom": "registry",
                        "node": {
                            "name": "leaf", "version": "1.0.0", "digest": null,
                            "ref": "registry.example.com/acme/leaf:1.0.0",
                        },
                    },
                    {
                        "type": "dependency", "name": "mid",
                        "ref": "oci://registry.example.com/acme/mid", "required": true,
                        "compatibility": "*", "reason": "cycle",
                        "error": "cycle detected: oci://registry.example.com/acme/mid",
                    },
                ],
            },
        })
    );
    assert_eq!(
        edges[1],
        json!({
            "type": "dependency", "name": "lib", "ref": "../lib", "required": true,
            "compatibility": "*", "local": true, "resolvedFrom": "local",
            "node": {"name": "lib", "version": "1.0.0", "local": true},
        })
    );
    assert_eq!(
        edges[2],
        json!({
            "type": "dependency", "name": "gone", "ref": "oci://registry.example.com/acme/gone:1",
            "required": true, "compatibility": ">=1 <2", "reason": "not_found",
            "error": "artifact not found: registry.example.com/acme/gone:1",
        })
    );
    let reference = &edges[3];
    assert_eq!(reference["type"], "reference");
    assert_eq!(reference["refType"], "config");
    assert_eq!(reference["shared"], true);
    assert_eq!(reference.get("required"), None);
    assert_eq!(reference.get("compatibility"), None);
    assert_eq!(reference["node"].get("dependencies"), None);
    assert_eq!(value["cycles"], json!([["mid"]]));
    assert_eq!(value["conflicts"], json!([]));
}

#[test]
fn both_writers_give_the_same_bytes() {
    let graph = graph();
    let compact = serde_json::to_string(&graph).expect("JSON");
    let pretty = serde_json::to_string_pretty(&graph).expect("JSON");
    assert_eq!(graph.to_json(false), compact);
    assert_eq!(graph.to_json(true), pretty);
    let mut world = World::default();
    world.publish("alone", "1.0.0", &[]);
    let alone = world.resolve(
        &world.remote("registry.example.com/acme/alone", "1.0.0"),
        GraphOptions::default(),
    );
    assert_eq!(
        alone.to_json(true),
        serde_json::to_string_pretty(&alone).expect("JSON")
    );
}

#[test]
fn the_json_satisfies_its_own_schema() {
    let schema = schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Graph>();
    let schema = serde_json::to_value(schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let value = serde_json::to_value(graph()).expect("JSON");
    if let Err(error) = validator.validate(&value) {
        panic!("{error} at {}", error.instance_path());
    }
    let mut broken = value;
    broken["root"]["dependencies"][0]["node"]["name"].take();
    assert!(
        !validator.is_valid(&broken),
        "the schema reaches down the tree"
    );
}

#[test]
fn dot_draws_every_node_once_and_failures_in_red() {
    assert_eq!(
        render::dot(&graph()),
        r#"digraph "root" {
  rankdir=LR;
  node [shape=box];
  n0 [label="root@1.0.0", style=rounded];
  n1 [label="mid@1.2.0"];
  n2 [label="leaf@1.0.0"];
  n3 [label="lib@1.0.0", style=rounded];
  n0 -> n1 [label="^1.0.0"];
  n0 -> n3 [label="*"];
  u0 [label="gone:1\nartifact not found: registry.example.com/acme/gone:1", style=dashed, color=red];
  n0 -> u0 [label=">=1 <2", color=red];
  n0 -> n2 [label="config base", style=dotted];
  n1 -> n2 [label="*"];
  n1 -> n1 [label="*", color=red];
}
"#
    );
}

#[test]
fn mermaid_writes_marks_as_entities() {
    assert_eq!(
        render::mermaid(&graph()),
        r##"graph TD
  n0["root@1.0.0"]
  n1["mid@1.2.0"]
  n2["leaf@1.0.0"]
  n3["lib@1.0.0"]
  n0 -->|"^1.0.0"| n1
  n0 -->|"*"| n3
  u0["gone:1<br/>artifact not found: registry.example.com/acme/gone:1"]:::failed
  n0 -->|"#gt;=1 #lt;2"| u0
  n0 ==>|"config base"| n2
  n1 -->|"*"| n2
  n1 -->|"*"| n1
  classDef failed stroke:#c00,stroke-dasharray:4
"##
    );
}

#[test]
fn names_and_messages_cannot_leave_their_place() {
    let mut world = World::default();
    let reference = oci("x");
    world.failures.insert(
        reference.clone(),
        failure(
            FailureReason::PullFailed,
            "a \"b\" \\ <script>\u{1b}[31m\nnext\u{202e} # `c`".to_owned(),
        ),
    );
    world.place(
        "/work/root",
        &contract("r\\\"];<b>", "1.0.0", &[(&reference, "*")], "")
            .replace("name: r\\\"];<b>", r#"name: 'r"];<b>\N'"#),
    );
    let graph = world.resolve(&world.local("/work/root"), GraphOptions::default());
    let tree = render::tree(&graph);
    assert_eq!(tree.lines().count(), 2, "{tree}");
    assert!(!tree.contains('\u{1b}'));
    let dot = render::dot(&graph);
    assert!(
        dot.contains(r#"n0 [label="r\"];<b>\\N@1.0.0", style=rounded];"#),
        "{dot}"
    );
    assert!(
        dot.contains(r#"u0 [label="x\na \"b\" \\ <script>\\u{1b}[31m next\\u{202e} # `c`""#),
        "{dot}"
    );
    let mermaid = render::mermaid(&graph);
    assert!(
        mermaid.contains(r#"n0["r#quot;];#lt;b#gt;#92;N@1.0.0"]"#),
        "{mermaid}"
    );
    assert!(
        mermaid.contains(
            "a #quot;b#quot; #92; #lt;script#gt;#92;u{1b}[31m next#92;u{202e} #35; #96;c#96;"
        ),
        "{mermaid}"
    );
}
