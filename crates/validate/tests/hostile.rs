//! Input that is cut, odd or hostile: one answer, in time, and no panic.

mod scenario;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::scenario::Scenario;

const CONTRACT: &str = r#"pactoVersion: "1.1"
service: { name: orders, version: 1.2.3, owner: { team: shop, contacts: [{ type: chat, value: "x" }] }, image: { ref: r.example/a/b:1 } }
interfaces: [{ name: api, type: http, port: 8080 }, { name: ev, type: event, contract: ev.json }]
configurations: [{ name: app, schema: c.json, values: { A: 1 } }]
policies: [{ name: p, schema: p.json }]
dependencies: [{ name: d, ref: "oci://r.example/d:1", compatibility: "^1 || ^2", required: true }]
runtime: { workload: service, state: { type: stateless, persistence: { scope: local, durability: ephemeral }, dataCriticality: low }, health: { interface: api, path: /h }, metrics: { interface: api, path: /m }, lifecycle: { upgradeStrategy: rolling } }
scaling: { min: 1, max: 2 }
readiness: { minScore: 10, checks: [{ id: a, type: url, evidence: e, weight: 5, expires: "2030-01-01" }] }
metadata: { tier: gold }
"#;

fn run(text: &str) -> Scenario {
    let mut scenario = Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    };
    for file in ["ev.json", "c.json", "p.json"] {
        scenario.files.insert(file, "{}");
    }
    scenario.options.readiness = Some("2026-06-15".parse().expect("a date"));
    scenario
}

#[test]
fn no_cut_of_a_contract_panics() {
    for end in (0..CONTRACT.len()).step_by(3) {
        run(&CONTRACT[..end]).run();
    }
}

#[test]
fn no_value_of_another_kind_panics() {
    let words: Vec<&str> = CONTRACT.split_inclusive(' ').collect();
    for odd in [
        "null ",
        "[] ",
        "{} ",
        "-9223372036854775808 ",
        "\"\" ",
        "1e400 ",
    ] {
        for position in (0..words.len()).step_by(2) {
            let mut words = words.clone();
            words[position] = odd;
            let mut scenario = run(&words.concat());
            scenario.run();
            scenario.options.compat_short_circuit = true;
            scenario.run();
        }
    }
}

#[test]
fn a_policy_that_multiplies_its_work_is_refused_in_time() {
    let mut definitions = String::new();
    for level in 0..64 {
        let next = format!("{{ \"$ref\": \"#/$defs/l{}\" }}", level + 1);
        let _ = write!(
            definitions,
            "\"l{level}\": {{ \"allOf\": [{next}, {next}] }}, "
        );
    }
    let schema =
        format!("{{ \"$defs\": {{ {definitions}\"l64\": {{}} }}, \"$ref\": \"#/$defs/l0\" }}");
    let mut scenario = run(CONTRACT);
    scenario.files.insert("p.json", schema.clone());
    scenario.files.insert("c.json", schema);
    let start = Instant::now();
    let findings = scenario.run();
    assert!(start.elapsed() < Duration::from_secs(10));
    let codes: Vec<_> = findings
        .iter()
        .filter(|finding| finding.is_error())
        .map(|finding| finding.code.as_ref())
        .collect();
    assert_eq!(
        codes,
        ["CONFIG_VALUES_VALIDATION_FAILED", "POLICY_VIOLATION"]
    );
}

#[test]
fn a_pattern_that_backtracks_without_end_is_given_up() {
    let mut scenario = run(CONTRACT);
    let value = "a".repeat(64);
    scenario.text = CONTRACT.replace("tier: gold", &format!("tier: {value}!"));
    scenario.files.insert(
        "p.json",
        "{ \"properties\": { \"metadata\": { \"properties\": { \"tier\": { \"pattern\": \"^(?=(a+)+$)b\" } } } } }",
    );
    let start = Instant::now();
    let findings = scenario.run();
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(
        findings
            .iter()
            .any(|finding| finding.code == "POLICY_VIOLATION")
    );
}
