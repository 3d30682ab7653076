//! Edits of documentation: what listing them does to the rest of the answer.

mod support;

use pacto_bundle::Bundle;
use pacto_diff::detect::ChangeKind;
use pacto_diff::detect::docs::DocsChange;
use pacto_diff::{Class, Comparison, Options, VersionPolicy, diff};

const INTERFACE: &str =
    "interfaces: [{name: api, type: http, port: 80, contract: interfaces/openapi.yaml}]";

fn described(word: &str) -> Bundle {
    support::api(&format!(
        "/users:\n  post:\n    requestBody: {{description: {word}, content: {{}}}}\n    responses: {{'200': {{description: ok}}}}"
    ))
}

fn listed(old: &Bundle, new: &Bundle) -> Comparison {
    let options = Options {
        include_annotations: true,
        ..Options::default()
    };
    diff(old, new, &options)
}

#[test]
fn a_base_record_is_explained_by_the_words_below_it() {
    let (old, new) = (described("a"), described("b"));
    let comparison = listed(&old, &new);
    let [base, words] = comparison.changes.as_slice() else {
        panic!("two records: {:?}", comparison.changes);
    };
    assert_eq!(
        (base.classification, base.refined),
        (Class::PotentialBreaking, Some(Class::NonBreaking))
    );
    assert_eq!(words.rule.as_deref(), Some("documentation-changed"));
    assert_eq!(
        words.path,
        "openapi.paths[/users].methods[POST].request-body.description"
    );
    assert_eq!(words.parent, base.fingerprint);
    assert!(words.new_location.as_ref().is_some_and(|it| it.line == 6));
    let silent = diff(&old, &new, &Options::default());
    assert_eq!(silent.changes.len(), 1);
    assert_eq!(silent.changes[0].fingerprint, base.fingerprint);
    assert_eq!(silent.classification, comparison.classification);
}

#[test]
fn what_was_not_understood_keeps_its_class() {
    let broken = |word: &str| {
        support::api(&format!(
            "/users:\n  post:\n    requestBody: {{description: {word}, content: {{application/json: {{schema: {{$ref: '#/x'}}}}}}}}\n    responses: {{'200': {{description: ok}}}}"
        ))
    };
    let comparison = listed(&broken("a"), &broken("b"));
    let base = &comparison.changes[0];
    assert_eq!(
        base.refined.unwrap_or(base.classification),
        Class::PotentialBreaking
    );
}

#[test]
fn words_ask_for_no_version() {
    let schema = |title: &str| {
        support::bundle(
            &support::contract("policies: [{name: p, schema: p.json}]"),
            &[("p.json", &format!("{{\"title\": \"{title}\"}}"))],
        )
    };
    let options = Options {
        include_annotations: true,
        version_policy: VersionPolicy::Enforce,
        ..Options::default()
    };
    let comparison = diff(&schema("a"), &schema("b"), &options);
    let rules: Vec<_> = comparison
        .changes
        .iter()
        .map(|it| it.rule.as_deref())
        .collect();
    assert_eq!(rules, [Some("policy-annotation-changed")]);
    assert_eq!(comparison.classification, Class::NonBreaking);
}

#[test]
fn messages_are_schemas_of_interfaces() {
    let message = |title: &str| {
        support::bundle(
            &support::contract("interfaces: [{name: e, type: event, contract: e.json}]"),
            &[(
                "e.json",
                &format!("{{\"type\": \"string\", \"title\": \"{title}\"}}"),
            )],
        )
    };
    let comparison = listed(&message("a"), &message("b"));
    let records: Vec<_> = comparison
        .changes
        .iter()
        .map(|it| (it.rule.as_deref(), it.path.as_str()))
        .collect();
    assert_eq!(
        records,
        [(
            Some("schema-annotation-changed"),
            "interfaces[e].schema.title"
        )]
    );
}

#[test]
fn files_that_are_not_packed_are_no_documentation() {
    let side = |files: &[(&str, &str)]| {
        let mut all = vec![
            ("interfaces/openapi.yaml", "openapi: 3.1.0\npaths: {}\n"),
            (".pactoignore", "docs/drafts\n"),
            ("docsx/a.md", "a"),
        ];
        all.extend_from_slice(files);
        support::bundle(&support::contract(INTERFACE), &all)
    };
    let old = side(&[("docs/a.md", "a"), ("docs/drafts/b.md", "b")]);
    let new = side(&[("docs/c/a.md", "a"), ("docs/drafts/b.md", "c")]);
    let change = |file: &str, kind| DocsChange {
        file: file.to_owned(),
        kind,
    };
    assert_eq!(
        listed(&old, &new).docs,
        [
            change("docs/a.md", ChangeKind::Removed),
            change("docs/c/a.md", ChangeKind::Added),
        ]
    );
    assert_eq!(diff(&old, &new, &Options::default()).docs, []);
}
