//! Forms of older contracts, and input nobody should write.

mod support;

use std::sync::Arc;

use pacto_bundle::{Bundle, MemoryFiles};
use pacto_diff::{Class, Engine, Options, PathStyle, Record, diff};
use serde_json::json;

fn with_file(contract: &str, path: &str, content: &str) -> Bundle {
    support::bundle(&support::contract(contract), &[(path, content)])
}

fn go() -> Options {
    Options {
        engine: Engine::Base,
        path_style: PathStyle::Go,
        ..Options::default()
    }
}

#[test]
fn a_schema_in_yaml_is_compared() {
    let contract = "configuration: {schema: c.yaml}\n";
    let comparison = diff(
        &with_file(contract, "c.yaml", "properties:\n  a: {}\n"),
        &with_file(contract, "c.yaml", "properties: {}\n"),
        &Options::default(),
    );
    assert_eq!(
        support::lines(&comparison.changes),
        ["breaking configuration.properties[a] removed"]
    );
    let place = comparison.changes[0]
        .old_location
        .as_ref()
        .expect("a place");
    assert_eq!((place.line, place.column), (2, 3));
    assert_eq!(place.pointer.as_deref(), Some("/properties/a"));
}

#[test]
fn the_walk_of_the_go_implementation_has_its_paths_reasons_and_values() {
    let contract = "configurations: [{name: app, schema: c.json}]\n";
    let comparison = diff(
        &with_file(
            contract,
            "c.json",
            r#"{"required": ["a"], "properties": {"a": {"type": "string"}}}"#,
        ),
        &with_file(
            contract,
            "c.json",
            r#"{"required": ["a", "region"], "properties": {"a": {"type": 1}, "region": {"default": "eu"}}}"#,
        ),
        &go(),
    );
    let found: Vec<_> = comparison
        .changes
        .iter()
        .map(|record| {
            json!([
                record.path,
                record.reason,
                record.old_value,
                record.new_value
            ])
        })
        .collect();
    assert_eq!(
        found,
        [
            json!([
                "schema.properties.a.type",
                "schema.properties.a.type changed",
                "string",
                1
            ]),
            json!([
                "schema.properties.region",
                "schema.properties.region added",
                null,
                {"default": "eu"}
            ]),
            json!([
                "schema.required[region]",
                "schema.required region added",
                null,
                "region"
            ]),
        ]
    );
}

#[test]
fn nested_properties_are_seen_with_the_full_engine_only() {
    let contract = "configuration: {schema: c.json}\n";
    let old = with_file(
        contract,
        "c.json",
        r#"{"properties": {"db": {"properties": {"host": {}}}}}"#,
    );
    let new = with_file(contract, "c.json", r#"{"properties": {"db": {}}}"#);
    assert_eq!(diff(&old, &new, &go()).changes, []);
    let go_paths = Options {
        engine: Engine::Full,
        path_style: PathStyle::Go,
        ..Options::default()
    };
    assert_eq!(
        support::lines(&diff(&old, &new, &go_paths).changes),
        ["breaking schema.properties[db.host] removed"]
    );
}

#[test]
fn two_dependencies_with_one_derived_name_are_told_apart_by_reference() {
    let side = |tag: &str| {
        support::bundle(
            &support::contract(&format!(
                "dependencies:\n  - {{ref: \"oci://a.example/auth:1.0.0\", compatibility: \"^1.0.0\"}}\n  - {{ref: \"oci://b.example/auth:{tag}\", compatibility: \"^1.0.0\"}}\n"
            )),
            &[],
        )
    };
    let comparison = diff(&side("1.0.0"), &side("1.1.0"), &Options::default());
    let found: Vec<_> = comparison
        .changes
        .iter()
        .map(|record| json!([record.path, record.old_value, record.new_value]))
        .collect();
    assert_eq!(
        found,
        [
            json!(["dependencies", "oci://b.example/auth:1.0.0", null]),
            json!(["dependencies", null, "oci://b.example/auth:1.1.0"]),
        ]
    );
}

#[test]
fn a_single_configuration_and_the_one_named_default_are_the_same_scope() {
    let old = with_file(
        "configuration: {schema: c.json}\n",
        "c.json",
        r#"{"properties": {"a": {}}}"#,
    );
    let new = with_file(
        "configurations: [{name: default, schema: c.json}]\n",
        "c.json",
        r#"{"properties": {}}"#,
    );
    let comparison = diff(&old, &new, &Options::default());
    assert_eq!(
        support::lines(&comparison.changes),
        ["breaking configuration.properties[a] removed"]
    );
    assert_eq!(
        comparison.changes[0].aliases,
        [
            "schema.properties[a]",
            "schema.properties.a",
            "configurations[default].properties[a]"
        ]
    );
}

#[test]
fn one_side_without_a_section_counts_it() {
    let old = support::bundle(&support::contract("interfaces: []\n"), &[]);
    let new = support::bundle(
        &support::contract("configuration: {configs: [{name: a, ref: x}, {name: b, ref: y}]}\n"),
        &[],
    );
    let comparison = diff(&old, &new, &Options::default());
    assert_eq!(comparison.changes.len(), 1);
    assert_eq!(comparison.changes[0].new_value, Some(json!("2 configs")));
}

#[test]
fn documents_of_odd_shapes_are_compared_as_far_as_they_go() {
    let contract = "interfaces: [{name: api, type: http, port: 80, contract: a.yaml}]\n";
    let shapes = [
        "",
        "null",
        "[]",
        "paths: []",
        "paths: {/a: null}",
        "paths: {/a: {get: null}}",
        "paths: {/a: {get: {parameters: {}, requestBody: null, responses: []}}}",
        "paths: {/a: {get: {parameters: [null, {name: 1}, {name: x}], responses: {200: null}}}}",
    ];
    for old in shapes {
        for new in shapes {
            let comparison = diff(
                &with_file(contract, "a.yaml", old),
                &with_file(contract, "a.yaml", new),
                &Options::default(),
            );
            // Nobody can say what a document without paths is.
            let is_api = |text: &str| text.starts_with("paths");
            let is_known = old == new || is_api(old) && is_api(new);
            let expected: &[&str] = if is_known {
                &[]
            } else {
                &["format-not-compared"]
            };
            let codes = comparison.diagnostics.iter().map(|found| found.code);
            assert_eq!(codes.collect::<Vec<_>>(), expected, "{old} {new}");
            assert_eq!(comparison.changes.is_empty(), {
                // Two shapes without paths, or with the same ones, are equal.
                let back = diff(
                    &with_file(contract, "a.yaml", new),
                    &with_file(contract, "a.yaml", old),
                    &Options::default(),
                );
                back.changes.is_empty()
            });
        }
    }
}

#[test]
fn a_file_that_is_no_text_gives_a_diagnostic() {
    let contract = "configuration: {schema: c.json}\n";
    let mut old = with_file(contract, "c.json", "{}");
    let mut files = MemoryFiles::new();
    files.insert("c.json", vec![b'{', 0xff, b'}']);
    old.files = Some(Arc::new(files));
    let comparison = diff(
        &old,
        &with_file(contract, "c.json", "{}"),
        &Options::default(),
    );
    assert_eq!(
        support::lines(&comparison.changes),
        ["potential configuration.schema modified"]
    );
    assert_eq!(
        comparison.changes[0].rule.as_deref(),
        Some("document-not-comparable")
    );
    assert_eq!(comparison.diagnostics[0].code, "document-not-parsable");
    assert_eq!(
        comparison.diagnostics[0].message,
        "`c.json` was not compared: not UTF-8 text (byte 1)"
    );
}

#[test]
fn a_path_out_of_the_bundle_is_not_read() {
    let contract = "configuration: {schema: ../c.json}\n";
    let side = support::bundle(&support::contract(contract), &[("../c.json", "{}")]);
    let comparison = diff(&side, &side, &Options::default());
    assert_eq!(comparison.diagnostics.len(), 2);
    assert!(
        comparison
            .diagnostics
            .iter()
            .all(|diagnostic| diagnostic.code == "document-not-found")
    );
}

#[test]
fn records_beyond_the_limit_are_announced_and_never_what_breaks() {
    let contract = "configuration: {schema: c.json}\n";
    let properties: Vec<String> = (0..100_002)
        .map(|index| format!("\"p{index}\": 1"))
        .collect();
    let schema = format!("{{\"properties\": {{{}}}}}", properties.join(","));
    let comparison = diff(
        &with_file(contract, "c.json", r#"{"properties": {"z": 1}}"#),
        &with_file(contract, "c.json", &schema),
        &go(),
    );
    assert_eq!(comparison.changes.len(), 100_000);
    assert_eq!(comparison.classification, Class::Breaking);
    assert_eq!(comparison.diagnostics[0].code, "records-truncated");
    assert_eq!(
        comparison.diagnostics[0].message,
        "there are more than 100000 records: 3 of the least grave are left out"
    );
}

#[test]
fn a_protobuf_file_that_one_side_cannot_read_is_a_change_of_the_deep_layer_only() {
    let contract = "interfaces: [{name: api, type: grpc, contract: a.proto}]\n";
    let sides = (
        with_file(contract, "a.proto", "syntax = \"proto3\"; message"),
        with_file(contract, "a.proto", "syntax = \"proto3\";"),
    );
    assert_eq!(diff(&sides.0, &sides.1, &go()).changes, []);
    let comparison = diff(&sides.0, &sides.1, &Options::default());
    let rules: Vec<&str> = comparison.changes.iter().map(Record::code).collect();
    assert_eq!(rules, ["proto-parse-failed"]);
    let (code, place) = match comparison.diagnostics.as_slice() {
        [one] => (one.code, one.location.as_ref().map(|place| place.line)),
        other => panic!("{other:?}"),
    };
    assert_eq!((code, place), ("proto-parse-failed", Some(1)));
}

#[test]
fn a_protobuf_file_that_is_missing_on_one_side_is_told() {
    let contract = "interfaces: [{name: api, type: grpc, contract: a.proto}]\n";
    let comparison = diff(
        &with_file(contract, "a.proto", "syntax = \"proto3\";"),
        &with_file(contract, "b.proto", "syntax = \"proto3\";"),
        &Options::default(),
    );
    let rules: Vec<&str> = comparison.changes.iter().map(Record::code).collect();
    assert_eq!(rules, ["document-not-comparable"]);
    let record = &comparison.changes[0];
    assert_eq!(record.file.as_deref(), Some("a.proto"));
    assert_eq!(record.interface.as_deref(), Some("api"));
    assert_eq!(comparison.diagnostics.len(), 1);
    assert_eq!(comparison.diagnostics[0].code, "document-not-found");
}

#[test]
fn a_document_of_a_format_without_rules_is_not_passed_over_in_silence() {
    let contract = "interfaces: [{name: api, type: http, port: 80, contract: a.yaml}]\n";
    let comparison = diff(
        &with_file(contract, "a.yaml", "title: one"),
        &with_file(contract, "a.yaml", "title: two"),
        &Options::default(),
    );
    assert_eq!(comparison.changes, []);
    let codes: Vec<&str> = comparison
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    assert_eq!(codes, ["format-not-compared"]);
}

#[test]
fn another_spelling_of_paths_changes_the_spelling_and_nothing_else() {
    let contract = "configurations: [{name: main, schema: c.json}]\n";
    let side = |schema: &str| with_file(contract, "c.json", schema);
    let old = side(r#"{"properties": {"A": {"type": "string"}, "B": {"type": "integer"}}}"#);
    let new = side(
        r#"{"properties": {"A": {"type": "integer"}, "C": {"type": "string"}}, "required": ["C"]}"#,
    );
    let compared = |path_style| {
        let options = Options {
            path_style,
            ..Options::default()
        };
        diff(&old, &new, &options).changes
    };
    let (canonical, go) = (compared(PathStyle::Canonical), compared(PathStyle::Go));
    let facts = |records: &[Record]| -> Vec<_> {
        let facts = records.iter().map(|record| {
            let told = (record.kind, record.rule.clone(), record.layer);
            (told, record.classification, record.refined)
        });
        facts.collect()
    };
    assert_eq!(facts(&go), facts(&canonical));
    let paths = |records: &[Record]| -> Vec<String> {
        records.iter().map(|record| record.path.clone()).collect()
    };
    assert_ne!(paths(&go), paths(&canonical));
    // Who explains whom is told by fingerprints of what is printed.
    let links = |records: &[Record]| -> Vec<(usize, usize)> {
        let find = |print: &String| {
            let mut prints = records.iter().map(|record| record.fingerprint.as_ref());
            prints
                .position(|other| other == Some(print))
                .expect("a record")
        };
        let links = records.iter().enumerate().flat_map(|(index, record)| {
            let named = record.explained_by.iter().chain(&record.parent);
            named
                .map(move |print| (index, find(print)))
                .collect::<Vec<_>>()
        });
        links.collect()
    };
    assert!(!links(&canonical).is_empty());
    assert_eq!(links(&go), links(&canonical));
}
