//! Repairs: what they change, and that they repair.

mod scenario;

use pacto_diagnostic::{Finding, Fix};
use pacto_validate::fix;

use crate::scenario::Scenario;

const FIVE_MISTAKES: &str = r#"# Orders of the shop
pactoVersion: 1.1 # the last of version 1
service:
  name: orders
  version: 2.0 # two parts are enough
  visibilty: public
interfaces:
  - name: api # what the shop calls
    type: htp
    prot: 8080
configurations:
  - name: app
    schema: ./configuration/schema.json
runtime:
  workload: "servce" # long running
  state: { type: stateless, persistence: { scope: local, durability: ephemeral }, dataCriticality: low }
  health: { interface: apy, path: /health }
readiness:
  checks:
    - { id: runbook, type: url, evidence: docs/runbook.md, weight: 100, expires: "2099-2-1" }
"#;

const REPAIRED: &str = r#"# Orders of the shop
pactoVersion: "1.1" # the last of version 1
service:
  name: orders
  version: "2.0" # two parts are enough
  visibilty: public
interfaces:
  - name: api # what the shop calls
    type: http
    port: 8080
configurations:
  - name: app
    schema: configuration/schema.json
runtime:
  workload: "service" # long running
  state: { type: stateless, persistence: { scope: local, durability: ephemeral }, dataCriticality: low }
  health: { interface: api, path: /health }
readiness:
  checks:
    - { id: runbook, type: url, evidence: docs/runbook.md, weight: 100, expires: "2099-02-01" }
"#;

fn scenario(text: &str) -> Scenario {
    let mut scenario = Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    };
    scenario.files.insert("configuration/schema.json", "{}");
    scenario
}

/// Validates and repairs until nothing changes, as `--fix` does; gives the text and what is left.
fn repair(text: &str) -> (String, Vec<Finding>) {
    let mut scenario = scenario(text);
    for _ in 0..10 {
        let report = scenario.report();
        let source = report
            .sources
            .get("pacto.yaml")
            .expect("the contract")
            .clone();
        let fixes: Vec<&Fix> = report
            .findings
            .iter()
            .filter_map(|finding| finding.fix.as_ref())
            .collect();
        let repaired = fix::apply(&source, fixes);
        if repaired == scenario.text {
            return (repaired, report.findings);
        }
        scenario.text = repaired;
    }
    panic!("repairs do not come to an end:\n{}", scenario.text);
}

#[test]
fn repairs_keep_comments_and_order_and_leave_what_is_ambiguous() {
    let (text, left) = repair(FIVE_MISTAKES);
    assert_eq!(text, REPAIRED);
    let left: Vec<_> = left
        .iter()
        .map(|finding| format!("{} {}", finding.code, finding.path))
        .collect();
    assert_eq!(left, ["SCHEMA_VIOLATION service"]);
}

#[test]
fn mistakes_in_five_places_are_found_in_one_run() {
    let text = FIVE_MISTAKES
        .replace("pactoVersion: 1.1", "pactoVersion: \"1.1\"")
        .replace("  visibilty: public\n", "")
        .replace("type: htp", "type: http")
        .replace("servce", "service");
    let findings = scenario(&text).run();
    let lines: Vec<_> = findings
        .iter()
        .map(|finding| {
            let help = finding.help.as_deref().unwrap_or("-");
            format!("{} {}: {help}", finding.code, finding.path)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "SCHEMA_VIOLATION interfaces.0: `http` needs `port`, `event` needs `contract`, and `grpc` needs both",
            "SCHEMA_VIOLATION interfaces.0: did you mean `port`?",
            "SCHEMA_VIOLATION service.version: put the value in quotes",
            "HEALTH_INTERFACE_NOT_FOUND runtime.health.interface: did you mean `api`?",
            "FILE_NOT_FOUND configurations[0].schema: paths are relative to the bundle root and have no `./`: write `configuration/schema.json`",
            "INVALID_READINESS_EXPIRES readiness.checks[0].expires: write `2099-02-01`",
        ]
    );
}

#[test]
fn old_forms_are_rewritten_where_that_is_one_edit() {
    let text = r#"pactoVersion: "1.0"
service: { name: orders, version: 1.0.0 }
dependencies:
  # the database
  - ref: oci://registry.example/data/ledger-db
    compatibility: "^15" # until the move
"#;
    let (text, left) = repair(text);
    assert!(left.is_empty(), "{left:?}\n{text}");
    assert!(text.contains("name: ledger-db"), "{text}");
    assert!(
        text.contains("# the database") && text.contains("# until the move"),
        "{text}"
    );
}

#[test]
fn words_that_yaml_1_1_took_for_booleans_become_booleans() {
    let text = "pactoVersion: \"1.0\"\nservice: { name: a, version: 1.0.0 }\ndependencies: [{ name: d, ref: ../d, compatibility: \"*\", required: yes }]\n";
    let (repaired, left) = repair(text);
    assert_eq!(repaired, text.replace("yes", "true"));
    assert!(left.is_empty());
}

#[test]
fn a_word_between_two_others_is_suggested_but_not_written() {
    let text = "pactoVersion: \"1.0\"\nservice: { name: a, version: 1.0.0 }\nscaling: { mix: 1, max: 2 }\n";
    let findings = scenario(text).run();
    let unknown = findings
        .iter()
        .find(|finding| finding.message.contains("additional properties"))
        .expect("`mix` is unknown");
    assert_eq!(unknown.help.as_deref(), Some("did you mean `min`?"));
    let both = text.replace("mix: 1, max: 2", "mix: 1");
    let findings = scenario(&both).run();
    let fix = findings.iter().find_map(|finding| finding.fix.as_ref());
    assert_eq!(fix, None);
}
