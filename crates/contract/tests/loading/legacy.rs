use pacto_contract::Loaded;
use pacto_diagnostic::{Fix, SourceText};

use crate::{loaded, with};

/// Applies the edits of a fix to a text.
pub(crate) fn apply(text: &str, fix: &Fix) -> String {
    let source = SourceText::new("pacto.yaml", text);
    let mut edits: Vec<_> = fix
        .edits
        .iter()
        .map(|edit| {
            let span = source.span(&edit.location).expect("lies in the text");
            (span, edit.new_text.as_str())
        })
        .collect();
    edits.sort_by_key(|(span, _)| *span);
    let mut repaired = text.to_owned();
    for (span, new_text) in edits.into_iter().rev() {
        repaired.replace_range(span.range(), new_text);
    }
    repaired
}

fn paths(loaded: &Loaded) -> Vec<&str> {
    loaded
        .legacy()
        .iter()
        .map(|form| form.path.as_str())
        .collect()
}

/// Checks that the only old form in a contract is repaired to a text, which means the same.
fn repairs(old: &str, modern: &str) {
    let text = with(old);
    let before = loaded(&text);
    assert_eq!(before.legacy().len(), 1, "{old}");
    let fix = before.legacy()[0].fix.as_ref().expect("is unambiguous");
    let repaired = apply(&text, fix);
    assert_eq!(repaired, with(modern));
    let after = loaded(&repaired);
    assert_eq!(paths(&after), [""; 0], "{modern}");
    let json = |loaded: &Loaded| serde_json::to_value(loaded.contract()).expect("serialises");
    assert_eq!(json(&before), json(&after), "{modern}");
}

#[test]
fn a_singular_configuration_becomes_a_list() {
    repairs(
        "configuration: {schema: c.json}\n",
        "configurations: [{name: default, schema: c.json}]\n",
    );
    repairs(
        "configuration: # what it reads\n  # the schema\n  schema: c.json # here\n\n  values:\n    # none yet\n    A: 1\n    B: |\n      two\n      lines\nmetadata: {a: b}\n",
        "configurations: # what it reads\n  # the schema\n  - name: default\n    schema: c.json # here\n\n    values:\n      # none yet\n      A: 1\n      B: |\n        two\n        lines\nmetadata: {a: b}\n",
    );
}

#[test]
fn a_singular_policy_becomes_a_list() {
    repairs(
        "policy:\n  ref: oci://r/p\n",
        "policies:\n  - name: default\n    ref: oci://r/p\n",
    );
}

#[test]
fn a_wrapped_list_of_configurations_is_unwrapped() {
    repairs(
        "configuration:\n  configs:\n    - name: a\n      schema: a.json\n",
        "configurations:\n    - name: a\n      schema: a.json\n",
    );
    let wrapped = loaded(&with(
        "configuration: {schema: x, configs: [{schema: a.json}]}\n",
    ));
    assert_eq!(paths(&wrapped), ["configuration"]);
    assert!(
        wrapped.legacy()[0].fix.is_none(),
        "other keys would be lost"
    );
    let configuration = &wrapped.contract().configurations[0];
    assert_eq!(configuration.name, "", "names inside stay empty");
    assert_eq!(configuration.written_path, "configuration.configs[0]");
}

#[test]
fn entries_without_a_name_get_one() {
    repairs(
        "dependencies:\n  - ref: oci://r/auth-pacto:1.0.0 # login\n    compatibility: ^1.0.0\n",
        "dependencies:\n  - name: auth-pacto\n    ref: oci://r/auth-pacto:1.0.0 # login\n    compatibility: ^1.0.0\n",
    );
    repairs(
        "dependencies: [{ ref: ../auth, compatibility: '*' }]\n",
        "dependencies: [{ name: auth, ref: ../auth, compatibility: '*' }]\n",
    );
    repairs(
        "policies:\n-   schema: p.json\n",
        "policies:\n-   name: default\n    schema: p.json\n",
    );
}

#[test]
fn names_that_would_collide_are_left_to_people() {
    let text = with(
        "policies: [{schema: a.json}, {schema: b.json}]\n\
         dependencies: [{name: x, ref: 'oci://r/y'}, {ref: 'oci://s/x'}]\n",
    );
    let loaded = loaded(&text);
    assert_eq!(
        paths(&loaded),
        ["policies[0]", "policies[1]", "dependencies[1]"]
    );
    assert!(loaded.legacy().iter().all(|form| form.fix.is_none()));
}

#[test]
fn old_forms_are_described_with_the_modern_one() {
    let loaded = loaded(&with(
        "configuration: {schema: c.json}\npolicy: {ref: 'oci://r/p'}\n",
    ));
    let forms: Vec<_> = loaded
        .legacy()
        .iter()
        .map(|form| {
            (
                form.path.as_str(),
                form.message.as_str(),
                form.location.line,
            )
        })
        .collect();
    assert_eq!(
        forms,
        [
            (
                "configuration",
                "`configuration` is an old form; write `configurations` with one entry named `default`: `configurations: [{ name: default, schema: c.json }]`",
                3
            ),
            (
                "policy",
                "`policy` is an old form; write `policies` with one entry named `default`: `policies: [{ name: default, ref: oci://r/p }]`",
                4
            ),
        ]
    );
}

#[test]
fn a_null_old_section_is_absent() {
    let loaded = loaded(&with("configuration:\npolicy:\n"));
    assert!(loaded.legacy().is_empty());
    assert!(loaded.contract().configurations.is_empty());
}

#[test]
fn what_has_an_anchor_is_left_to_people() {
    let loaded = loaded(&with(
        "configuration: &c {schema: c.json}\ndependencies:\n  - &d\n    ref: ../x\nmetadata: {c: *c, d: *d}\n",
    ));
    assert_eq!(paths(&loaded), ["configuration", "dependencies[0]"]);
    assert!(loaded.legacy().iter().all(|form| form.fix.is_none()));
}
