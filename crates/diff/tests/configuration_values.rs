//! Values that a contract carries beside a schema, held against the schema of the new contract.

mod support;

use pacto_bundle::Bundle;
use pacto_diff::deep::Witness;
use pacto_diff::{Comparison, Options, Record, Side, compare};
use serde_json::json;

const VALUES: &str =
    "configurations: [{name: app, schema: s.json, values: {db: {hosts: [a, b], pool: 50}}}]";

fn invalid(comparison: &Comparison) -> Option<&Record> {
    let mut records = comparison.changes.iter();
    records.find(|record| record.rule.as_deref() == Some("config-value-became-invalid"))
}

fn side(contract: &str, schema: &str) -> Bundle {
    support::bundle(&support::contract(contract), &[("s.json", schema)])
}

#[test]
fn the_record_names_the_value_the_reason_and_both_places() {
    let old = side(VALUES, "{}");
    let new = side(
        VALUES,
        "{\"properties\": {\"db\": {\"properties\": {\n\"hosts\": {\"items\": {\"maxLength\": 0}}}}}}",
    );
    let comparison = pacto_diff::diff(&old, &new, &Options::default());
    let record = invalid(&comparison).expect("a value");
    assert_eq!(record.path, "configurations[app].values.db.hosts[0]");
    assert_eq!(record.old_value, Some(json!("a")));
    assert!(
        record
            .reason
            .starts_with("configurations[app].values.db.hosts[0] of the old contract is refused"),
        "{}",
        record.reason
    );
    let old = record.old_location.as_ref().expect("a place");
    assert_eq!(old.file, "pacto.yaml");
    assert_eq!(
        old.pointer.as_deref(),
        Some("/configurations/0/values/db/hosts/0")
    );
    let new = record.new_location.as_ref().expect("a place");
    assert_eq!((new.file.as_str(), new.line), ("s.json", 2));
    assert_eq!(
        new.pointer.as_deref(),
        Some("/properties/db/properties/hosts/items")
    );
    let Some(Witness::Value { value, error, .. }) = &record.witness else {
        panic!("a value: {:?}", record.witness);
    };
    assert_eq!(value, &json!({"db": {"hosts": ["a", "b"]}}));
    assert!(record.reason.ends_with(error), "{}", record.reason);
}

#[test]
fn the_value_that_shows_it_is_one_that_the_old_schema_took() {
    // Alone, `pool` was refused before, too.
    let old = side(VALUES, r#"{"properties": {"db": {"required": ["hosts"]}}}"#);
    let new = side(
        VALUES,
        r#"{"properties": {"db": {"properties": {"pool": {"maximum": 40}}}}}"#,
    );
    let comparison = pacto_diff::diff(&old, &new, &Options::default());
    let record = invalid(&comparison).expect("a value");
    assert_eq!(record.path, "configurations[app].values.db.pool");
    let Some(Witness::Value { value, .. }) = &record.witness else {
        panic!("a value: {:?}", record.witness);
    };
    assert_eq!(value, &json!({"db": {"hosts": ["a", "b"], "pool": 50}}));
}

#[test]
fn the_schema_may_be_that_of_a_provider() {
    let provided = |schema: &str| {
        let provider = side("configurations: [{name: shared, schema: s.json}]", schema);
        (
            "oci://reg.example/shared:1".to_owned(),
            Side::read(&provider),
        )
    };
    let consumer = |text: &str| Side::read(&side(text, "{}"));
    let text =
        "configurations: [{name: app, ref: \"oci://reg.example/shared:1\", values: {pool: 50}}]";
    let (mut old, mut new) = (consumer(text), consumer(text));
    old.add_providers([provided("{}")]);
    new.add_providers([provided(r#"{"properties": {"pool": {"maximum": 40}}}"#)]);
    let comparison = compare(&old, &new, &Options::default());
    let record = invalid(&comparison).expect("a value");
    assert_eq!(record.path, "configurations[app].values.pool");
}

#[test]
fn what_cannot_be_told_is_not_said() {
    let old = side(VALUES, "{}");
    let new = side(VALUES, r##"{"properties": {"db": {"$dynamicRef": "#x"}}}"##);
    let comparison = pacto_diff::diff(&old, &new, &Options::default());
    assert_eq!(invalid(&comparison), None);
}

#[test]
fn every_refused_value_has_a_record_of_its_own() {
    let contract = "configurations: [{name: app, schema: s.json, values: {mode: fast, db: {hosts: [a, bc, d], pool: 50}, old: 1, older: 2}}]";
    let old = side(contract, "{}");
    let new = side(
        contract,
        r#"{"additionalProperties": false, "properties": {"mode": {"enum": ["slow"]}, "db": {"properties": {"hosts": {"items": {"minLength": 2}}, "pool": {"maximum": 40}}}}}"#,
    );
    let comparison = pacto_diff::diff(&old, &new, &Options::default());
    let records: Vec<&Record> = comparison
        .changes
        .iter()
        .filter(|it| it.rule.as_deref() == Some("config-value-became-invalid"))
        .collect();
    let paths: Vec<&str> = records.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "configurations[app].values.db.hosts[0]",
            "configurations[app].values.db.hosts[2]",
            "configurations[app].values.db.pool",
            "configurations[app].values.mode",
            "configurations[app].values.old",
            "configurations[app].values.older",
        ]
    );
    for record in records {
        assert!(record.old_location.is_some() && record.new_location.is_some());
        assert!(record.witness.is_some(), "{}", record.path);
    }
}

#[test]
fn a_long_list_of_refused_values_is_cut_and_says_so() {
    let values: Vec<String> = (10..60).map(|it| format!("k{it}: 1")).collect();
    let contract = format!(
        "configurations: [{{name: app, schema: s.json, values: {{{}}}}}]",
        values.join(", ")
    );
    let old = side(&contract, "{}");
    let new = side(&contract, r#"{"additionalProperties": false}"#);
    let comparison = pacto_diff::diff(&old, &new, &Options::default());
    let reasons: Vec<&str> = comparison
        .changes
        .iter()
        .filter(|it| it.rule.as_deref() == Some("config-value-became-invalid"))
        .map(|it| it.reason.as_str())
        .collect();
    assert_eq!(reasons.len(), 32);
    let ends: Vec<&str> = reasons
        .iter()
        .copied()
        .filter(|it| it.ends_with("more are refused"))
        .collect();
    assert_eq!(ends.len(), 1);
}
