//! What the program says about the example estate, computed by hand beforehand.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::sandbox::{Outcome, Sandbox};

/// A sandbox with the estate unpacked to `demo`; the network is never asked.
fn estate() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.variable("PACTO_OFFLINE", "1");
    assert_eq!(sandbox.pacto(["demo", "--no-serve", "demo"]).code, 0);
    sandbox
}

#[test]
fn every_published_bundle_is_valid_and_five_have_warnings() {
    let outcome = estate().pacto([
        "validate",
        "--recursive",
        "oci-layout://demo/layouts",
        "--output-format",
        "json",
    ]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    let answer = outcome.json();
    let contracts = answer["results"].as_array().expect("a list");
    assert_eq!(contracts.len(), 37);
    let mut warnings = Vec::new();
    for contract in contracts {
        assert_eq!(contract["valid"], true, "{contract}");
        assert_eq!(contract["errors"], Value::Array(Vec::new()), "{contract}");
        for warning in contract["warnings"].as_array().expect("a list") {
            warnings.push(format!(
                "{} {} {}",
                contract["path"]
                    .as_str()
                    .and_then(|path| path.rsplit('/').next())
                    .expect("a path"),
                warning["code"].as_str().expect("a code"),
                warning["path"].as_str().expect("a path"),
            ));
        }
    }
    assert_eq!(
        warnings,
        [
            "broker:3.13.1 PORT_IGNORED interfaces[0].port",
            "fraud-check:0.9.0 LEGACY_FORM configuration",
            "fraud-check:0.9.0 LEGACY_FORM dependencies[0]",
            "fraud-check:0.9.1 LEGACY_FORM configuration",
            "fraud-check:0.9.1 LEGACY_FORM dependencies[0]",
            "promotions:1.0.0 UPGRADE_STRATEGY_STATE_MISMATCH runtime.lifecycle.upgradeStrategy",
            "settlement:1.0.2 TAG_NOT_DIGEST dependencies[0].ref",
        ]
    );
}

#[test]
fn bundles_whose_policies_nobody_answers_for_could_not_be_validated() {
    let outcome = estate().pacto([
        "validate",
        "--recursive",
        "demo/bundles",
        "--output-format",
        "json",
    ]);
    assert_eq!(outcome.code, 3);
    let answer = outcome.json();
    let failed = answer["results"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|contract| contract["valid"] == false)
        .collect::<Vec<_>>();
    assert_eq!(failed.len(), 24);
    for contract in failed {
        let codes: Vec<_> = contract["errors"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|error| error["code"].as_str().expect("a code"))
            .collect();
        assert!(!codes.is_empty(), "{contract}");
        assert!(
            codes.iter().all(|code| *code == "POLICY_REF_UNRESOLVED"),
            "{contract}"
        );
    }
}

#[test]
fn the_kiosk_has_eight_findings() {
    let sandbox = estate();
    let outcome = sandbox.pacto(["validate", "demo/invalid/kiosk", "--output-format", "json"]);
    assert_eq!(outcome.code, 1);
    let answer = outcome.json();
    let places = |list: &str| -> Vec<String> {
        answer[list]
            .as_array()
            .expect("a list")
            .iter()
            .map(|finding| {
                format!(
                    "{} {}",
                    finding["code"].as_str().expect("a code"),
                    finding["path"].as_str().expect("a path")
                )
            })
            .collect()
    };
    assert_eq!(
        places("errors"),
        [
            "SCHEMA_VIOLATION interfaces.0",
            "INVALID_SEMVER service.version",
            "DUPLICATE_INTERFACE_NAME interfaces[1].name",
            "HEALTH_INTERFACE_NOT_FOUND runtime.health.interface",
            "INVALID_COMPATIBILITY dependencies[0].compatibility",
            "INVALID_IMAGE_REF service.image.ref",
            "SCALING_MIN_EXCEEDS_MAX scaling",
        ]
    );
    assert_eq!(places("warnings"), ["TAG_NOT_DIGEST dependencies[0].ref"]);

    let outcome = sandbox.pacto([
        "validate",
        "demo/invalid/kiosk",
        "--compat-short-circuit",
        "--output-format",
        "json",
    ]);
    assert_eq!(outcome.code, 1);
    assert_eq!(outcome.json()["errors"].as_array().map(Vec::len), Some(1));
}

const GRAPH: &str = "\
acme-tickets@1.0.0
├─ storefront@2.4.0
│  ├─ api-gateway@1.5.0
│  │  ├─ identity@3.1.0
│  │  │  ├─ postgres@16.3.0
│  │  │  └─ redis@7.2.4
│  │  ├─ catalog@1.9.0
│  │  │  └─ postgres@15.6.0
│  │  ├─ seat-inventory@2.0.0
│  │  │  ├─ postgres@16.3.0 (shared)
│  │  │  └─ redis@7.2.4 (shared)
│  │  ├─ orders@1.7.0
│  │  │  ├─ seat-inventory@2.0.0 (shared)
│  │  │  ├─ pricing@1.1.0
│  │  │  │  ├─ promotions@1.0.0
│  │  │  │  │  └─ pricing (error: cycle detected: oci://registry.acme.example/tickets/pricing)
│  │  │  │  └─ redis@7.2.4 (shared)
│  │  │  ├─ payments@2.1.0
│  │  │  │  ├─ postgres@16.3.0 (shared)
│  │  │  │  ├─ broker@3.13.1
│  │  │  │  ├─ card-acquirer@2024.01.01
│  │  │  │  └─ fraud-check@0.9.1
│  │  │  │     └─ redis@7.2.4 (shared)
│  │  │  ├─ postgres@16.3.0 (shared)
│  │  │  ├─ broker@3.13.1 (shared)
│  │  │  └─ notifications@1.4.0
│  │  │     ├─ broker@3.13.1 (shared)
│  │  │     ├─ mail-provider@1.0.0
│  │  │     ├─ payments@2.1.0 (shared)
│  │  │     └─ sms-gateway (error: [WHY])
│  │  └─ payments@1.2.0
│  │     ├─ postgres@16.3.0 (shared)
│  │     ├─ broker@3.13.1 (shared)
│  │     ├─ card-acquirer@2024.01.01 (shared)
│  │     └─ fraud-check@0.9.1 (shared)
│  └─ identity@3.1.0 (shared)
├─ settlement@1.0.2
│  ├─ payments@1.2.0 (shared)
│  └─ postgres@16.3.0 (shared)
└─ seatmap-import@0.3.0
   ├─ catalog (error: no tags satisfy constraint \"^2.0.0\")
   └─ seat-inventory@2.0.0 (shared)

Cycles (1):
  pricing -> promotions -> pricing

Conflicts (2):
  payments: [payments@1.2.0 payments@2.1.0]
  postgres: [postgres@15.6.0 postgres@16.3.0]
";

/// Replaces why the partner's registry cannot be reached: that is up to the machine.
fn without_network_error(text: &str) -> String {
    text.lines()
        .map(|line| match line.split_once("sms-gateway (error: ") {
            Some((before, _)) => format!("{before}sms-gateway (error: [WHY])\n"),
            None => format!("{line}\n"),
        })
        .collect()
}

#[test]
fn the_graph_below_the_root_is_the_same_in_twenty_runs() {
    let sandbox = estate();
    let run = || sandbox.pacto(["graph", "oci-layout://demo/layouts/acme-tickets"]);
    let first = run();
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    assert_eq!(without_network_error(&first.stdout), GRAPH);
    for _ in 0..19 {
        assert_eq!(run().stdout, first.stdout);
    }
}

#[test]
fn the_graph_has_41_edges_of_which_20_are_new_18_shared_and_3_failed() {
    let sandbox = estate();
    let json = sandbox
        .pacto([
            "graph",
            "oci-layout://demo/layouts/acme-tickets",
            "--output-format",
            "json",
        ])
        .json();
    let mut counts = BTreeMap::new();
    let mut reasons = BTreeMap::new();
    count_edges(&json["root"], &mut counts, &mut reasons);
    assert_eq!(
        counts,
        BTreeMap::from([("failed", 3), ("new", 20), ("shared", 18)])
    );
    assert_eq!(
        reasons,
        BTreeMap::from([
            (
                "oci://registry.acme.example/partners/sms-gateway".to_owned(),
                "offline".to_owned()
            ),
            (
                "oci://registry.acme.example/tickets/catalog".to_owned(),
                "no_matching_version".to_owned()
            ),
            (
                "oci://registry.acme.example/tickets/pricing".to_owned(),
                "cycle".to_owned()
            ),
        ])
    );
    assert_eq!(json["schemaVersion"], "pacto.graph/v1");
    assert_eq!(
        json["cycles"],
        serde_json::json!([["pricing", "promotions"]])
    );
    assert_eq!(
        json["conflicts"],
        serde_json::json!([
            {"name": "payments", "versions": ["1.2.0", "2.1.0"]},
            {"name": "postgres", "versions": ["15.6.0", "16.3.0"]},
        ])
    );
}

fn count_edges(
    node: &Value,
    counts: &mut BTreeMap<&'static str, usize>,
    reasons: &mut BTreeMap<String, String>,
) {
    for edge in node["dependencies"].as_array().into_iter().flatten() {
        let kind = if edge["error"].is_string() {
            let text = |key: &str| edge[key].as_str().expect("a text").to_owned();
            reasons.insert(text("ref"), text("reason"));
            "failed"
        } else if edge["shared"] == true {
            "shared"
        } else {
            "new"
        };
        *counts.entry(kind).or_default() += 1;
        if kind == "new" {
            count_edges(&edge["node"], counts, reasons);
        }
    }
}

/// Service, old and new version, class and counts (breaking, potential, non-breaking) of the
/// records of both layers.
const STEPS: [(&str, &str, &str, &str, [u64; 3]); 15] = [
    ("api-gateway", "1.4.0", "1.5.0", "NON_BREAKING", [0, 0, 3]),
    ("catalog", "1.8.0", "1.9.0", "BREAKING", [2, 3, 3]),
    ("catalog", "1.9.0", "2.0.0-rc.1", "BREAKING", [1, 0, 2]),
    ("fraud-check", "0.9.0", "0.9.1", "NON_BREAKING", [0, 0, 2]),
    (
        "identity",
        "3.0.0",
        "3.1.0",
        "POTENTIAL_BREAKING",
        [0, 1, 2],
    ),
    (
        "notifications",
        "1.3.0",
        "1.4.0",
        "POTENTIAL_BREAKING",
        [0, 3, 5],
    ),
    ("orders", "1.6.0", "1.7.0", "POTENTIAL_BREAKING", [0, 4, 8]),
    ("payments", "1.0.0", "1.1.0", "NON_BREAKING", [0, 0, 5]),
    (
        "payments",
        "1.1.0",
        "1.2.0",
        "POTENTIAL_BREAKING",
        [0, 1, 5],
    ),
    ("payments", "1.2.0", "2.0.0", "BREAKING", [5, 4, 5]),
    ("payments", "2.0.0", "2.1.0", "NON_BREAKING", [0, 0, 9]),
    (
        "platform-config",
        "1.0.0",
        "1.1.0",
        "NON_BREAKING",
        [0, 0, 2],
    ),
    ("postgres", "15.6.0", "16.3.0", "NON_BREAKING", [0, 0, 2]),
    ("seat-inventory", "1.2.0", "2.0.0", "BREAKING", [2, 3, 7]),
    ("storefront", "2.3.0", "2.4.0", "NON_BREAKING", [0, 0, 3]),
];

fn step(sandbox: &Sandbox, name: &str, old: &str, new: &str) -> Outcome {
    step_as(sandbox, (name, old, new), "json")
}

fn step_as(sandbox: &Sandbox, (name, old, new): (&str, &str, &str), format: &str) -> Outcome {
    let reference = |version: &str| format!("oci-layout://demo/layouts/{name}:{version}");
    let (old, new) = (reference(old), reference(new));
    sandbox.pacto([
        "diff",
        old.as_str(),
        new.as_str(),
        "--output-format",
        format,
    ])
}

#[test]
fn text_json_and_markdown_agree_about_every_step() {
    let sandbox = estate();
    for (name, old, new, ..) in STEPS {
        let as_format = |format: &str| {
            let outcome = step_as(&sandbox, (name, old, new), format);
            (outcome.code, outcome.stdout)
        };
        let (json_code, json) = as_format("json");
        let (text_code, text) = as_format("text");
        let (markdown_code, markdown) = as_format("markdown");
        assert_eq!((text_code, markdown_code), (json_code, json_code), "{name}");
        let answer: Value = serde_json::from_str(&json).expect("JSON");
        let records = answer["changes"].as_array().expect("a list");
        let field = |record: &Value, key: &str| record[key].as_str().unwrap_or("").to_owned();

        // Markdown has one row for each record, in the same order.
        let rows: Vec<[String; 4]> = markdown
            .split("### SBOM")
            .next()
            .and_then(|text| text.split("### Dependency").next())
            .into_iter()
            .flat_map(str::lines)
            .filter(|line| line.starts_with("| ") && line.contains("BREAKING |"))
            .map(|line| {
                let cells: Vec<&str> = line
                    .split(" | ")
                    .map(|it| it.trim_matches(['|', ' ', '`']))
                    .collect();
                let rule = cells.get(6).copied().unwrap_or_default();
                [cells[0], cells[1], cells[2], rule].map(str::to_owned)
            })
            .collect();
        let expected: Vec<[String; 4]> = records
            .iter()
            .map(|record| ["classification", "path", "type", "rule"].map(|key| field(record, key)))
            .collect();
        assert_eq!(rows, expected, "{name} {new}: {markdown}");

        // Text has the same counts, and every rule as often; records that others explain are left out.
        let classes = &answer["summary"]["classes"];
        for (class, word) in [
            ("BREAKING", "breaking"),
            ("POTENTIAL_BREAKING", "potentially breaking"),
            ("NON_BREAKING", "safe"),
        ] {
            let count = classes[class].as_u64().unwrap_or(0);
            let headline = text.lines().next().expect("a headline");
            let is_told = headline.contains(&format!(" {count} {word}"));
            assert!(
                count == 0 || is_told,
                "{name} {new}: {count} {word} in {headline}"
            );
        }
        let rules = answer["summary"]["rules"].as_object();
        for (rule, count) in rules.into_iter().flatten() {
            let found = text.split_whitespace().filter(|word| word == rule).count() as u64;
            assert_eq!(Some(found), count.as_u64(), "{name} {new} {rule}: {text}");
        }
        let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for record in records {
            if let Some(error) = record["witness"]["error"].as_str() {
                assert!(shown.contains(error), "{name} {new}: {error} in {text}");
            }
        }
    }
}

#[test]
fn every_step_has_the_class_and_the_records_that_were_meant() {
    let sandbox = estate();
    for (name, old, new, class, counts) in STEPS {
        let outcome = step(&sandbox, name, old, new);
        let case = format!("{name} {old} → {new}");
        let answer = outcome.json();
        assert_eq!(answer["classification"], class, "{case}");
        assert_eq!(
            outcome.code,
            i32::from(class == "BREAKING"),
            "{case}: {outcome}"
        );
        let found = ["BREAKING", "POTENTIAL_BREAKING", "NON_BREAKING"].map(|class| {
            answer["changes"]
                .as_array()
                .expect("a list")
                .iter()
                .filter(|record| record["classification"] == class)
                .count() as u64
        });
        assert_eq!(found, counts, "{case}: {}", outcome.stdout);
    }
}

/// Every record of every step as it was computed by hand: a line `# SERVICE OLD NEW: …` for each
/// step, then layer, class (refined class), path, type and rule of its records.
const RECORDS: &str = include_str!("estate_diffs.txt");

#[test]
fn every_record_of_every_step_is_the_one_that_was_computed_by_hand() {
    let sandbox = estate();
    let mut found = String::new();
    for (name, old, new, ..) in STEPS {
        let answer = step(&sandbox, name, old, new).json();
        let word = |value: &serde_json::Value| match value.as_str() {
            Some("BREAKING") => "breaking",
            Some("POTENTIAL_BREAKING") => "potential",
            Some("NON_BREAKING") => "non-breaking",
            other => panic!("{other:?}"),
        };
        let enough = match answer["version"]["sufficient"].as_bool() {
            Some(true) => "enough",
            _ => "too small",
        };
        found.push_str(&format!(
            "# {name} {old} {new}: {}, refined {}, smallest {} {enough}\n",
            word(&answer["classification"]),
            word(&answer["refinedClassification"]),
            answer["version"]["smallest"].as_str().expect("a version"),
        ));
        for record in answer["changes"].as_array().expect("a list") {
            let class = word(&record["classification"]);
            let refined = match &record["refined"] {
                serde_json::Value::Null => class,
                refined => word(refined),
            };
            let class = if refined == class {
                class.to_owned()
            } else {
                format!("{class} ({refined})")
            };
            let text = |key: &str| record[key].as_str().unwrap_or("-").to_owned();
            found.push_str(&format!(
                "{} {class} {} {} {}\n",
                text("layer"),
                text("path"),
                text("type"),
                text("rule")
            ));
        }
    }
    for (found, expected) in found.lines().zip(RECORDS.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), RECORDS.lines().count());
}

#[test]
fn what_changes_below_a_service_is_told_beside_its_own_changes() {
    let sandbox = estate();
    let answer = step(&sandbox, "seat-inventory", "1.2.0", "2.0.0").json();
    let below = &answer["dependencyDiffs"];
    assert_eq!(below.as_array().map(Vec::len), Some(1));
    assert_eq!(below[0]["name"], "postgres");
    assert_eq!(below[0]["classification"], "NON_BREAKING");
    assert_eq!(below[0]["changes"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        answer["graphDiff"]["changes"],
        serde_json::json!([{
            "name": "postgres",
            "changeType": "version_changed",
            "oldVersion": "15.6.0",
            "newVersion": "16.3.0",
        }])
    );

    let answer = step(&sandbox, "orders", "1.6.0", "1.7.0").json();
    assert_eq!(answer.get("dependencyDiffs"), None);
    assert_eq!(
        answer["graphDiff"]["changes"],
        serde_json::json!([{
            "name": "notifications",
            "changeType": "added",
            "newVersion": "1.4.0",
        }])
    );

    let answer = step(&sandbox, "payments", "1.1.0", "1.2.0").json();
    assert_eq!(
        answer["graphDiff"]["changes"],
        serde_json::json!([{
            "name": "fraud-check",
            "changeType": "added",
            "newVersion": "0.9.1",
        }])
    );
}

#[test]
fn packages_are_compared_and_never_classed() {
    let sandbox = estate();
    let packages = |name: &str, old: &str, new: &str| -> Vec<String> {
        step(&sandbox, name, old, new).json()["sbomDiff"]["changes"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|change| {
                let text = |key: &str| change[key].as_str().unwrap_or("-").to_owned();
                format!(
                    "{} {} {} {} {}",
                    text("package"),
                    text("type"),
                    text("field"),
                    text("oldValue"),
                    text("newValue")
                )
            })
            .collect()
    };
    assert_eq!(
        packages("payments", "2.0.0", "2.1.0"),
        [
            "json-schema added package - 2.3.0",
            "pg-client modified version 8.11.3 8.12.0",
            "xml-parser removed package 1.9.0 -",
        ]
    );
    assert_eq!(
        packages("identity", "3.0.0", "3.1.0"),
        [
            "argon2 modified license MIT Apache-2.0",
            "jose modified version 4.15.4 5.2.0",
        ]
    );
}

#[test]
fn an_unresolved_dependency_is_named_and_is_no_graph_node() {
    let answer = step(&estate(), "notifications", "1.3.0", "1.4.0").json();
    let names: Vec<_> = answer["graphDiff"]["root"]["children"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|node| node["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["broker", "mail-provider", "payments"]);
    let unresolved: Vec<_> = answer["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|diagnostic| diagnostic["code"] == "unresolved")
        .map(|diagnostic| diagnostic["side"].as_str().expect("a side"))
        .collect();
    assert_eq!(unresolved, ["new"]);
}
