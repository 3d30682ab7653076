//! The examples of the repository: what validation says about each.

mod scenario;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pacto_bundle::MemoryFiles;

use crate::scenario::Scenario;

/// The date at which the readiness of the estate is known.
const TODAY: &str = "2026-06-15";

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// Every bundle below a folder, by path relative to it.
fn bundles(folder: &Path) -> BTreeMap<String, MemoryFiles> {
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found);
    found
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, MemoryFiles>) {
    if folder.join("pacto.yaml").is_file() {
        let name = folder.strip_prefix(root).expect("below").to_string_lossy();
        found.insert(name.into_owned(), files(folder));
        return;
    }
    for path in entries(folder) {
        if path.is_dir() {
            collect(root, &path, found);
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the examples are there");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    paths
}

fn files(bundle: &Path) -> MemoryFiles {
    let mut found = MemoryFiles::new();
    let mut folders = vec![bundle.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(bundle).expect("below").to_string_lossy();
                found.insert(name.into_owned(), std::fs::read(&path).expect("readable"));
            }
        }
    }
    found
}

/// `CODE path` of each finding.
fn validate(
    files: &MemoryFiles,
    providers: &BTreeMap<String, MemoryFiles>,
    today: Option<&str>,
) -> Vec<String> {
    let text = files.files().get("pacto.yaml").expect("a contract");
    let mut scenario = Scenario {
        text: String::from_utf8(text.to_vec()).expect("text"),
        files: files.clone(),
        ..Scenario::default()
    };
    scenario.options.readiness = today.map(|today| today.parse().expect("a date"));
    // A reference leads to the bundle of its last path segment and, where it has one, its tag.
    scenario.resolve = Some(Box::new({
        let providers = providers.clone();
        move |reference| {
            let last = reference.rsplit('/').next()?;
            let (name, tag) = last.split_once(':').unwrap_or((last, ""));
            let below = format!("{name}/{tag}");
            let mut versions = providers.range(below.clone()..);
            let version = versions.next().filter(|(path, _)| path.starts_with(&below));
            let found = providers.get(name).or(version.map(|(_, files)| files));
            found.cloned()
        }
    }));
    scenario
        .run()
        .iter()
        .map(|finding| format!("{:?} {} {}", finding.severity, finding.code, finding.path))
        .collect()
}

#[test]
fn the_37_bundles_of_the_estate_are_valid_and_give_seven_warnings() {
    let bundles = bundles(&examples().join("estate/bundles"));
    assert_eq!(bundles.len(), 37);
    let found: BTreeMap<&str, Vec<String>> = bundles
        .iter()
        .map(|(name, files)| (name.as_str(), validate(files, &bundles, None)))
        .filter(|(_, findings)| !findings.is_empty())
        .collect();
    let old = || {
        vec![
            "Warning LEGACY_FORM configuration".to_owned(),
            "Warning LEGACY_FORM dependencies[0]".to_owned(),
        ]
    };
    let one = |text: &str| vec![text.to_owned()];
    let expected = BTreeMap::from([
        (
            "broker/3.13.1",
            one("Warning PORT_IGNORED interfaces[0].port"),
        ),
        ("fraud-check/0.9.0", old()),
        ("fraud-check/0.9.1", old()),
        (
            "promotions/1.0.0",
            one("Warning UPGRADE_STRATEGY_STATE_MISMATCH runtime.lifecycle.upgradeStrategy"),
        ),
        (
            "settlement/1.0.2",
            one("Warning TAG_NOT_DIGEST dependencies[0].ref"),
        ),
    ]);
    assert_eq!(found, expected);
}

#[test]
fn the_readiness_gate_stops_four_bundles_of_the_estate() {
    let bundles = bundles(&examples().join("estate/bundles"));
    let stopped: Vec<&str> = bundles
        .iter()
        .filter(|(_, files)| {
            let findings = validate(files, &bundles, Some(TODAY));
            findings.contains(&"Error READINESS_GATE_UNMET readiness".to_owned())
        })
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        stopped,
        [
            "notifications/1.3.0",
            "notifications/1.4.0",
            "orders/1.6.0",
            "orders/1.7.0"
        ]
    );
}

#[test]
fn without_anybody_to_answer_the_24_bundles_with_a_policy_reference_fail() {
    let bundles = bundles(&examples().join("estate/bundles"));
    let unresolved = bundles.values().filter(|files| {
        let findings = validate(files, &BTreeMap::new(), None);
        findings.contains(&"Error POLICY_REF_UNRESOLVED ".to_owned())
    });
    assert_eq!(unresolved.count(), 24);
}

#[test]
fn the_invalid_kiosk_gives_seven_errors_and_a_warning_in_report_order() {
    let kiosk = files(&examples().join("estate/invalid/kiosk"));
    assert_eq!(
        validate(&kiosk, &BTreeMap::new(), None),
        [
            "Error SCHEMA_VIOLATION interfaces.0",
            "Error INVALID_SEMVER service.version",
            "Error DUPLICATE_INTERFACE_NAME interfaces[1].name",
            "Error HEALTH_INTERFACE_NOT_FOUND runtime.health.interface",
            "Warning TAG_NOT_DIGEST dependencies[0].ref",
            "Error INVALID_COMPATIBILITY dependencies[0].compatibility",
            "Error INVALID_IMAGE_REF service.image.ref",
            "Error SCALING_MIN_EXCEEDS_MAX scaling",
        ]
    );
}

#[test]
fn the_twelve_examples_are_valid() {
    let mut all = bundles(&examples());
    all.retain(|name, _| !name.starts_with("estate/"));
    assert_eq!(all.len(), 12);
    for (name, files) in &all {
        let errors: Vec<_> = validate(files, &all, None)
            .into_iter()
            .filter(|finding| finding.starts_with("Error"))
            .collect();
        assert_eq!(errors, [""; 0], "{name}");
    }
}
