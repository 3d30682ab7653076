//! The example estate: the base records of its fifteen version steps.

mod support;

use std::path::{Path, PathBuf};

use pacto_bundle::Bundle;
use pacto_diff::{Comparison, Options, diff};

fn estate() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate/bundles")
}

fn collect(directory: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    let entries = std::fs::read_dir(directory).expect("a folder of the estate");
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        let relative = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{relative}/"), files);
        } else {
            let text = std::fs::read_to_string(&path).expect("a text");
            files.push((relative, text));
        }
    }
}

fn load(service: &str, version: &str) -> Bundle {
    let mut files = Vec::new();
    collect(&estate().join(service).join(version), "", &mut files);
    let contract = files
        .iter()
        .find(|(path, _)| path == "pacto.yaml")
        .expect("a contract");
    let others: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    support::bundle(&contract.1, &others)
}

fn step(service: &str, old: &str, new: &str) -> Comparison {
    diff(
        &load(service, old),
        &load(service, new),
        &Options::default(),
    )
}

const VERSION: &str = "non-breaking service.version modified";
const IMAGE: &str = "non-breaking service.image modified";

/// Base records of a step beside version and image, in display order.
fn check(service: &str, old: &str, new: &str, expected: &[&str]) {
    let comparison = step(service, old, new);
    let found = support::lines(&comparison.changes);
    let mut all = vec![VERSION, IMAGE];
    all.extend(expected);
    assert_eq!(found, all, "{service} {old} -> {new}");
    assert_eq!(comparison.diagnostics, [], "{service} {old} -> {new}");
}

#[test]
fn the_steps_of_payments() {
    check(
        "payments",
        "1.0.0",
        "1.1.0",
        &[
            "non-breaking openapi.paths[/charges].methods[GET] added",
            "non-breaking configuration.properties[WEBHOOK_SECRET] added",
        ],
    );
    check(
        "payments",
        "1.1.0",
        "1.2.0",
        &[
            "non-breaking dependencies added",
            "potential openapi.paths[/charges].methods[GET].parameters[status:query] added",
            "non-breaking configuration.properties[FRAUD_CHECK_ENABLED] added",
        ],
    );
    check(
        "payments",
        "1.2.0",
        "2.0.0",
        &[
            "non-breaking runtime.lifecycle.gracefulShutdownSeconds modified",
            "potential dependencies.compatibility modified",
            "potential dependencies.required modified",
            "breaking interfaces.port modified",
            "potential openapi.paths[/charges].methods[POST].request-body modified",
            "breaking openapi.paths[/charges/{id}].methods[DELETE] removed",
            "non-breaking openapi.paths[/charges/{id}/capture] added",
            "breaking configuration.properties[SETTLEMENT_FOLDER] removed",
            "non-breaking configuration.properties[ACQUIRER_TIMEOUT_MS] added",
        ],
    );
}

#[test]
fn a_step_of_payments_that_only_adds_evidence() {
    let found = support::lines(&step("payments", "2.0.0", "2.1.0").changes);
    let (version, rest) = found.split_first().expect("records");
    assert_eq!(version, "non-breaking pactoVersion modified");
    let contacts = rest
        .iter()
        .filter(|line| line.starts_with("non-breaking service.owner.contacts["))
        .count();
    assert_eq!(contacts, 2);
    let others: Vec<&String> = rest
        .iter()
        .filter(|line| !line.contains("contacts["))
        .collect();
    assert_eq!(
        others,
        [
            VERSION,
            "non-breaking service.owner.dri added",
            IMAGE,
            "non-breaking scaling.max modified",
            "non-breaking openapi.paths[/refunds].methods[GET] added",
            "non-breaking readiness added",
        ]
    );
}

#[test]
fn the_steps_of_the_other_main_services() {
    check(
        "seat-inventory",
        "1.2.0",
        "2.0.0",
        &[
            "potential scaling.replicas modified",
            "potential dependencies.compatibility modified",
        ],
    );
    check(
        "catalog",
        "1.8.0",
        "1.9.0",
        &[
            "potential interfaces.visibility modified",
            "potential openapi.paths[/events].methods[GET].parameters[sort:query] modified",
            "non-breaking openapi.paths[/events/{eventId}/sessions] added",
        ],
    );
    check(
        "catalog",
        "1.9.0",
        "2.0.0-rc.1",
        &["breaking openapi.paths[/venues/{venueId}] removed"],
    );
    check(
        "orders",
        "1.6.0",
        "1.7.0",
        &[
            "potential scaling.min modified",
            "non-breaking dependencies added",
            "potential openapi.paths[/orders].methods[GET].parameters[status:query] modified",
            "potential openapi.paths[/orders].methods[POST].request-body modified",
            "non-breaking openapi.paths[/orders].methods[POST].responses[409] added",
            "potential openapi.paths[/orders/{orderId}].methods[GET].responses[200] modified",
            "non-breaking configurations[app].properties[HOLD_MINUTES] added",
        ],
    );
    check(
        "notifications",
        "1.3.0",
        "1.4.0",
        &[
            "potential runtime.lifecycle.upgradeStrategy modified",
            "non-breaking dependencies added",
            "potential configurations.ref modified",
        ],
    );
}

#[test]
fn the_small_steps() {
    check(
        "identity",
        "3.0.0",
        "3.1.0",
        &["potential openapi.paths[/sessions/{id}].methods[GET].responses[200] modified"],
    );
    check(
        "api-gateway",
        "1.4.0",
        "1.5.0",
        &["non-breaking openapi.paths[/refund-requests] added"],
    );
    check(
        "storefront",
        "2.3.0",
        "2.4.0",
        &["non-breaking scaling.max modified"],
    );
    check("fraud-check", "0.9.0", "0.9.1", &[]);
    check("postgres", "15.6.0", "16.3.0", &[]);
    assert_eq!(
        support::lines(&step("platform-config", "1.0.0", "1.1.0").changes),
        [
            VERSION,
            "non-breaking configuration.properties[TRACE_SAMPLE_RATE] added"
        ]
    );
}

#[test]
fn packages_change_beside_the_class() {
    let summary = |comparison: &Comparison| -> Vec<String> {
        let diff = comparison.sbom.as_ref().expect("packages changed");
        diff.changes
            .iter()
            .map(|change| {
                format!(
                    "{} {} {} {:?} {:?}",
                    change.package,
                    change.kind,
                    change.field.as_str(),
                    change.old_value.as_deref().unwrap_or(""),
                    change.new_value.as_deref().unwrap_or("")
                )
            })
            .collect()
    };
    assert_eq!(
        summary(&step("payments", "1.2.0", "2.0.0")),
        [
            "http-server added package \"\" \"4.2.0\"",
            "pg-client added package \"\" \"8.11.3\"",
            "xml-parser added package \"\" \"1.9.0\"",
        ]
    );
    assert_eq!(
        summary(&step("payments", "2.0.0", "2.1.0")),
        [
            "json-schema added package \"\" \"2.3.0\"",
            "pg-client modified version \"8.11.3\" \"8.12.0\"",
            "xml-parser removed package \"1.9.0\" \"\"",
        ]
    );
    assert_eq!(
        summary(&step("identity", "3.0.0", "3.1.0")),
        [
            "argon2 modified license \"MIT\" \"Apache-2.0\"",
            "jose modified version \"4.15.4\" \"5.2.0\"",
        ]
    );
}

#[test]
fn values_of_the_breaking_step_of_payments() {
    let comparison = step("payments", "1.2.0", "2.0.0");
    let values: Vec<String> = comparison
        .changes
        .iter()
        .skip(2)
        .take(4)
        .map(|record| {
            let text = |value: &Option<serde_json::Value>| {
                value.as_ref().map(ToString::to_string).unwrap_or_default()
            };
            format!("{} -> {}", text(&record.old_value), text(&record.new_value))
        })
        .collect();
    assert_eq!(
        values,
        [
            "30 -> 45",
            "\"fraud-check: >=0.9.0\" -> \"fraud-check: ^0.9.1\"",
            "\"fraud-check: required=false\" -> \"fraud-check: required=true\"",
            "8081 -> 9090",
        ]
    );
    let port = &comparison.changes[5];
    assert_eq!(port.aliases, ["interfaces[rest].port"]);
    assert_eq!(port.interface.as_deref(), Some("rest"));
    let place = port.new_location.as_ref().expect("a place");
    assert_eq!(place.pointer.as_deref(), Some("/interfaces/0/port"));
    assert_eq!((place.file.as_str(), place.length), ("pacto.yaml", 4));
}

#[test]
fn the_deployed_version_against_the_latest_has_the_records_of_both_steps_once() {
    let count = |old, new| step("payments", old, new).changes.len();
    assert_eq!(
        count("1.2.0", "2.1.0"),
        count("1.2.0", "2.0.0") + count("2.0.0", "2.1.0") - 2
    );
}
