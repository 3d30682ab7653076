//! Renderings of one report with everything in it.

mod support;

use pacto_diagnostic::Severity;
use pacto_diff::render::{self, TextOptions};
use pacto_diff::{Comparison, DependencyTree, Options, Parts, Report, diff};

fn leaf(name: &str, version: &str) -> DependencyTree {
    DependencyTree {
        name: name.into(),
        version: version.into(),
        dependency: name.into(),
        ..DependencyTree::default()
    }
}

fn spdx(packages: &[(&str, &str)]) -> String {
    let packages: Vec<_> = packages
        .iter()
        .map(|(name, version)| serde_json::json!({"name": name, "versionInfo": version}))
        .collect();
    serde_json::json!({ "packages": packages }).to_string()
}

fn comparison(old: (&str, &[(&str, &str)]), new: (&str, &[(&str, &str)])) -> Comparison {
    diff(
        &support::bundle(&support::contract(old.0), old.1),
        &support::bundle(&support::contract(new.0), new.1),
        &Options::default(),
    )
}

/// A root with one record of each class, a dependency, a graph and packages.
fn report() -> Report {
    let contract = |version: &str| {
        format!(
            "service: {{name: svc, version: {version}}}\ninterfaces: [{{name: api, type: http, port: 80, contract: a.yaml}}]\n"
        )
    };
    let old_packages = spdx(&[("liba", "1.0"), ("libb", "1")]);
    let new_packages = spdx(&[("liba", "2.0"), ("libc", "3")]);
    let root = comparison(
        (
            &contract("1.0.0"),
            &[
                (
                    "a.yaml",
                    "paths: {/predict: {}, \"/a|b\": {get: {requestBody: {}}}}",
                ),
                ("sbom/s.spdx.json", &old_packages),
            ],
        ),
        (
            &contract("2.0.0"),
            &[
                (
                    "a.yaml",
                    "paths: {\"/a|b\": {get: {requestBody: {required: true}}}}",
                ),
                ("sbom/s.spdx.json", &new_packages),
            ],
        ),
    );
    let dependency = comparison(
        (
            "service: {name: auth, version: 1.0.0}\nscaling: {min: 1, max: 2}\n",
            &[],
        ),
        (
            "service: {name: auth, version: 1.0.0}\nscaling: {min: 2, max: 2}\n",
            &[],
        ),
    );
    let old_tree = DependencyTree {
        children: vec![leaf("auth", "1.0.0"), leaf("cache", "1.0.0")],
        ..leaf("svc", "1.0.0")
    };
    let new_tree = DependencyTree {
        children: vec![DependencyTree {
            children: vec![leaf("user-store", "2.0.0")],
            ..leaf("auth", "1.2.0")
        }],
        ..leaf("svc", "2.0.0")
    };
    let parts = Parts {
        old_path: "old",
        new_path: "new",
        root,
        dependencies: vec![dependency],
        old_tree: &old_tree,
        new_tree: &new_tree,
    };
    Report::new(parts, &Options::default())
}

/// A report about two equal sides.
fn empty() -> Report {
    let side = ("interfaces: []\n", &[] as &[_]);
    let parts = Parts {
        old_path: "old",
        new_path: "new",
        root: comparison(side, side),
        dependencies: Vec::new(),
        old_tree: &leaf("svc", "1.0.0"),
        new_tree: &leaf("svc", "1.0.0"),
    };
    Report::new(parts, &Options::default())
}

#[test]
fn markdown_has_the_tables_of_the_go_implementation() {
    insta::assert_snapshot!(render::markdown(&report()));
}

#[test]
fn text_groups_records_by_file() {
    insta::assert_snapshot!(render::text(&report(), &TextOptions::default()));
}

#[test]
fn text_fits_the_terminal_and_keeps_its_words_without_colour() {
    let options = TextOptions {
        width: Some(60),
        glyphs: true,
        ..TextOptions::default()
    };
    let text = render::text(&report(), &options);
    insta::assert_snapshot!(text);
    let records = text.lines().filter(|line| line.starts_with("   "));
    assert!(records.into_iter().all(|line| line.chars().count() <= 60));
    let coloured = TextOptions {
        color: true,
        ..options
    };
    let coloured = render::text(&report(), &coloured);
    assert!(coloured.contains('\u{1b}'));
    let mut stripped = String::new();
    let mut is_escape = false;
    for character in coloured.chars() {
        match character {
            '\u{1b}' => is_escape = true,
            'm' if is_escape => is_escape = false,
            other if !is_escape => stripped.push(other),
            _ => {}
        }
    }
    assert_eq!(stripped, text);
}

#[test]
fn json_has_its_keys_in_order() {
    let text = render::json(&report()).expect("serialises");
    assert!(text.ends_with("}\n"));
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let keys: Vec<&String> = value.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "schemaVersion",
            "oldPath",
            "newPath",
            "classification",
            "changes",
            "dependencyDiffs",
            "graphDiff",
            "sbomDiff",
            "refinedClassification",
            "summary",
            "version",
            "diagnostics",
        ]
    );
    assert_eq!(value["schemaVersion"], "pacto.diff/v1");
    insta::assert_json_snapshot!(value["changes"][1]);
    insta::assert_json_snapshot!(value["graphDiff"]);
}

#[test]
fn the_json_schema_names_every_key_of_a_record() {
    let schema = schemars::schema_for!(Report).to_value();
    let properties = &schema["$defs"]["Record"]["properties"];
    let value = serde_json::to_value(report()).expect("serialises");
    let keys = value["changes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_object)
        .flat_map(serde_json::Map::keys);
    for key in keys {
        assert!(properties.get(key).is_some(), "{key}");
    }
    assert!(schema["properties"].get("graphDiff").is_some());
}

#[test]
fn nothing_to_report_is_said_in_two_lines() {
    let report = empty();
    assert_eq!(
        render::text(&report, &TextOptions::default()),
        "NON_BREAKING  svc 1.0.0\nNo changes detected.\n"
    );
    assert_eq!(
        render::markdown(&report),
        "## Contract Diff\n\n**Classification:** `NON_BREAKING`\n\nNo changes detected.\n"
    );
    let value = serde_json::to_value(&report).expect("serialises");
    assert_eq!(value["changes"], serde_json::json!([]));
    assert_eq!(
        value["graphDiff"],
        serde_json::json!({"root": {"name": "svc", "version": "1.0.0"}})
    );
    assert!(value.get("dependencyDiffs").is_none());
}

#[test]
fn findings_weigh_what_their_classes_weigh() {
    let findings = render::findings(&report());
    let summary: Vec<String> = findings
        .iter()
        .map(|finding| {
            let severity = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            format!("{severity} {} {}", finding.code, finding.message)
        })
        .collect();
    assert_eq!(
        summary,
        [
            "note service-version service.version modified: 1.0.0 → 2.0.0",
            "warning openapi-request-body GET /a|b request body modified",
            "error openapi-paths API path /predict removed (was at a.yaml:1)",
            "warning scaling-bounds auth: scaling.min modified: 1 → 2",
        ]
    );
}

#[test]
fn texts_of_others_cannot_break_out_of_a_format() {
    let root = comparison(
        ("interfaces: []\n", &[]),
        (
            "dependencies: [{name: \"a`|\\u001b[31m\\n<b>\", ref: x, compatibility: \"1\"}]\n",
            &[],
        ),
    );
    let tree = leaf("svc", "1.0.0");
    let parts = Parts {
        old_path: "old",
        new_path: "new",
        root,
        dependencies: Vec::new(),
        old_tree: &tree,
        new_tree: &tree,
    };
    let report = Report::new(parts, &Options::default());
    let text = render::text(&report, &TextOptions::default());
    assert!(!text.contains('\u{1b}'), "{text}");
    let markdown = render::markdown(&report);
    assert!(!markdown.contains('\u{1b}'), "{markdown}");
    let row = markdown
        .lines()
        .find(|line| line.starts_with("| NON_BREAKING"))
        .expect("the row stays on one line");
    assert!(row.ends_with('|'), "{row}");
    assert!(row.contains("\\|"), "{row}");
}
