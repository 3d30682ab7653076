use pacto_contract::{LoadError, Loaded};
use pacto_diagnostic::SourceText;

use crate::{load, with};

/// Message, line and column of each finding.
fn findings(text: &str) -> Vec<(String, u32, u32)> {
    let error: LoadError = load(text).expect_err(text);
    assert_eq!(
        Some(&error.message),
        error.findings.first().map(|finding| &finding.message)
    );
    let places = error.findings.iter().map(|finding| {
        assert_eq!(
            (finding.code.as_ref(), finding.path.as_str()),
            ("PARSE_ERROR", "")
        );
        let place = finding.location.as_ref().expect("has a place");
        (finding.message.clone(), place.line, place.column)
    });
    places.collect()
}

fn yaml(message: &str, line: u32, column: u32) -> (String, u32, u32) {
    let message = format!("parse error: failed to parse YAML: {message}");
    (message, line, column)
}

#[test]
fn an_empty_file_ends_at_once() {
    for text in ["", "\n", "# nothing here\n"] {
        assert_eq!(findings(text), [yaml("EOF", 1, 1)], "{text:?}");
    }
}

#[test]
fn what_is_no_yaml_is_refused_with_its_place() {
    assert_eq!(
        findings("a: 1\nb: c: d\n"),
        [yaml(
            "yaml: line 2: mapping values are not allowed in this context",
            2,
            5
        )]
    );
    assert_eq!(
        findings(&with("scaling: {}\nscaling: {}\n")),
        [yaml(
            "yaml: line 4: mapping key \"scaling\" already defined at line 3",
            4,
            1
        )]
    );
}

#[test]
fn the_three_fields_everything_needs_are_asked_for_one_at_a_time() {
    let table = [
        ("service: {}", "pactoVersion", 1, 1),
        ("---\n", "pactoVersion", 1, 4),
        ("pactoVersion: ''\n", "pactoVersion", 1, 15),
        ("pactoVersion: '1.1'\n", "service.name", 1, 1),
        ("pactoVersion: '1.1'\nservice:\n", "service.name", 2, 1),
        (
            "pactoVersion: '1.1'\nservice: {version: 1.0.0}",
            "service.name",
            2,
            1,
        ),
        (
            "pactoVersion: '1.1'\nservice: {name: }",
            "service.name",
            2,
            16,
        ),
        (
            "pactoVersion: '1.1'\nservice: {name: a}",
            "service.version",
            2,
            1,
        ),
    ];
    for (text, field, line, column) in table {
        let message = format!("parse error at {field}: {field} is required");
        assert_eq!(findings(text), [(message, line, column)], "{text}");
    }
}

#[test]
fn wrong_kinds_are_reported_together() {
    let text = with(
        "interfaces: [{name: a, type: http, port: \"80\"}, {name: [b], port: 80.5}]\n\
         dependencies: {name: x}\nscaling: 3\nruntime: {health: {initialDelaySeconds: soon}}\n",
    );
    assert_eq!(
        findings(&text),
        [
            yaml(
                "yaml: line 3: cannot unmarshal !!str `80` into an integer (interfaces[0].port)",
                3,
                42
            ),
            yaml(
                "yaml: line 3: cannot unmarshal !!seq into a string (interfaces[1].name)",
                3,
                56
            ),
            yaml(
                "yaml: line 3: cannot unmarshal !!float `80.5` into an integer (interfaces[1].port)",
                3,
                67
            ),
            yaml(
                "yaml: line 4: cannot unmarshal !!map into a list (dependencies)",
                4,
                15
            ),
            yaml(
                "yaml: line 5: cannot unmarshal !!int `3` into a map (scaling)",
                5,
                10
            ),
            yaml(
                "yaml: line 6: cannot unmarshal !!str `soon` into an integer (runtime.health.initialDelaySeconds)",
                6,
                41
            ),
        ]
    );
}

#[test]
fn a_missing_field_is_reported_beside_a_wrong_kind() {
    let messages: Vec<_> = findings("service: {name: x, version: 1.0.0}\nscaling: 3\n")
        .into_iter()
        .map(|(message, ..)| message)
        .collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert_eq!(
        messages[0],
        "parse error at pactoVersion: pactoVersion is required"
    );
}

#[test]
fn a_service_of_the_wrong_kind_is_one_mistake() {
    let found = findings("pactoVersion: '1.1'\nservice: demo\n");
    assert_eq!(
        found,
        [yaml(
            "yaml: line 2: cannot unmarshal !!str `demo` into a map (service)",
            2,
            10
        )]
    );
    assert_eq!(
        findings("just text"),
        [yaml(
            "yaml: line 1: cannot unmarshal !!str `just text` into a contract (the whole file)",
            1,
            1
        )]
    );
}

#[test]
fn a_list_is_no_owner() {
    let text = "pactoVersion: '1.1'\nservice: {name: a, version: 1.0.0, owner: [x]}";
    assert_eq!(
        findings(text),
        [yaml("owner must be a string or object: got a list", 2, 43)]
    );
}

#[test]
fn singular_and_plural_exclude_each_other() {
    let text = with("configurations: []\nconfiguration: {schema: c.json}\n");
    assert_eq!(
        findings(&text),
        [yaml(
            "`configuration` (line 4) and `configurations` (line 3) cannot both be given",
            4,
            1
        )]
    );
    let error = load(&with("policy: {}\npolicies: []\n")).expect_err("is ambiguous");
    let related = &error.findings[0].related;
    assert_eq!(related.len(), 1);
    assert_eq!(related[0].location.line, 3);
}

#[test]
fn a_quoted_number_can_be_repaired() {
    let text = with("scaling:\n  replicas: '3'  # three\n");
    let error = load(&text).expect_err("a quoted number is text");
    let fix = error.findings[0].fix.as_ref().expect("is unambiguous");
    let repaired = crate::legacy::apply(&text, fix);
    assert_eq!(repaired, with("scaling:\n  replicas: 3  # three\n"));
    assert!(load(&repaired).is_ok());
}

#[test]
fn what_can_be_read_is_read_beside_what_cannot() {
    let text = "service: {name: [x], version: 1.0.0}\ninterfaces: [7, {name: a, port: '80'}]\n\
        scaling: {min: 1}\n";
    let source = SourceText::new("pacto.yaml", text);
    let (loaded, findings) = Loaded::parse_partially(source).expect("is a document");
    let pointers: Vec<_> = findings
        .iter()
        .map(|finding| finding.location.as_ref()?.pointer.as_deref())
        .collect();
    assert_eq!(
        pointers,
        [
            Some(""),
            Some("/service/name"),
            Some("/interfaces/0"),
            Some("/interfaces/1/port"),
        ]
    );
    let contract = loaded.contract();
    assert_eq!(contract.service.version, "1.0.0");
    assert_eq!(contract.interfaces[1].name, "a", "positions stay");
    assert_eq!(contract.scaling.and_then(|scaling| scaling.min), Some(1));
    assert!(Loaded::parse_partially(SourceText::new("f", "a: [")).is_err());
}
