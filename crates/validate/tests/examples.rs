//! Runs every example of every page through the whole engine and compares all findings.

mod scenario;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pacto_bundle::MemoryFiles;
use pacto_contract::CONTRACT_FILE;
use pacto_diagnostic::{Finding, Severity};
use pacto_literate::{Example, Page, load_dir};
use pacto_validate::{Alone, PolicyReferences, lock_finding};

use crate::scenario::Scenario;

fn pages() -> Vec<Page> {
    load_dir(checks_directory()).expect("every page has the form of a page")
}

fn checks_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("checks")
}

#[test]
fn every_example_gives_exactly_the_findings_it_promises() {
    let mut report = String::new();
    for page in pages() {
        for example in &page.examples {
            let actual: Vec<String> = scenario_of(example).run().iter().map(line).collect();
            if !agrees(example, &actual) {
                let _ = writeln!(
                    report,
                    "{}:{}: {}\n  promised: {:#?}\n  given: {:#?}",
                    page.path.display(),
                    example.line,
                    example.title,
                    example.expect,
                    actual
                );
            }
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn every_page_has_a_firing_and_a_silent_example() {
    for page in pages() {
        for fires in [true, false] {
            assert!(
                page.examples.iter().any(|example| example.fires == fires),
                "{} lacks an example with fires = {fires}",
                page.id
            );
        }
        assert!(
            page.examples
                .iter()
                .filter(|example| !example.fires)
                .all(|example| example.expect.is_empty()),
            "a silent example of {} gives something else",
            page.id
        );
    }
}

#[test]
fn every_page_is_emitted_by_the_source_of_its_area() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for page in pages() {
        let mut files = vec![source.join(format!("checks/{}.rs", page.area))];
        // What several areas share.
        files.push(source.join("checks.rs"));
        if page
            .fields
            .get("layer")
            .is_some_and(|layer| layer == "policy")
        {
            files.push(source.join("policy/walk.rs"));
            files.push(source.join("policy/enforce.rs"));
        }
        let needle = format!("code::{}", page.id);
        let is_emitted = files.iter().any(|file| {
            let text = std::fs::read_to_string(file).expect("areas are source files");
            text.match_indices(&needle).any(|(at, _)| {
                !text[at + needle.len()..]
                    .starts_with(|next: char| next.is_alphanumeric() || next == '_')
            })
        });
        assert!(is_emitted, "{} is emitted by none of {files:?}", page.id);
    }
}

#[test]
fn the_catalogue_is_the_pages() {
    let pages = pages();
    let from_pages: Vec<_> = pages.iter().map(|page| page.id.as_str()).collect();
    let from_catalogue: Vec<_> = pacto_validate::catalogue()
        .iter()
        .map(|page| page.id)
        .collect();
    assert_eq!(from_pages, from_catalogue);
    let unique: BTreeSet<_> = from_pages.iter().collect();
    assert_eq!(unique.len(), from_pages.len());
    for page in pacto_validate::catalogue() {
        assert_eq!(pacto_validate::find(page.id), Some(page));
        assert!(!page.summary.is_empty() && page.markdown.contains("## Examples"));
    }
    assert_eq!(pacto_validate::find("NO_SUCH_CODE"), None);
}

/// `CODE severity path line:column`, the path of the whole document being `-`.
fn line(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let path = if finding.path.is_empty() {
        "-"
    } else {
        &finding.path
    };
    let place = finding
        .location
        .as_ref()
        .map_or_else(|| "-".to_owned(), |at| format!("{}:{}", at.line, at.column));
    format!("{} {severity} {path} {place}", finding.code)
}

fn agrees(example: &Example, actual: &[String]) -> bool {
    example.expect == actual
}

/// Reads an example.
///
/// Blocks: `pacto.yaml` is the contract; other names are files beside it; `REF!path` is a file of
/// the bundle that a reference leads to, and `REF!unreachable` says that nothing answers. The
/// block `options` holds one per line: `strict`, `compat`, `no-files`, `skip-policies`,
/// `no-resolver`, `readiness: DATE`, `lock: DIFFERENCE`, `show`, `alone: LAYER`.
fn scenario_of(example: &Example) -> Scenario {
    let mut scenario = Scenario::default();
    for block in &example.files {
        if block.info == "options" {
            block
                .content
                .lines()
                .for_each(|line| set_option(&mut scenario, line));
        } else if block.name() == CONTRACT_FILE {
            scenario.text.clone_from(&block.content);
        } else if block.name() == "structural-schema" {
            let schema = serde_json::from_str(&block.content).expect("JSON");
            scenario.options.structural_schema = Some(schema);
        } else if let Some((reference, file)) = block.name().split_once('!') {
            let bundle = scenario
                .bundles
                .entry(reference.to_owned())
                .or_insert_with(|| Ok(MemoryFiles::new()));
            if file == "unreachable" {
                *bundle = Err(block.content.trim().to_owned());
            } else if let Ok(files) = bundle {
                files.insert(file, block.content.clone());
            }
        } else {
            scenario.files.insert(block.name(), block.content.clone());
        }
    }
    scenario
}

fn set_option(scenario: &mut Scenario, line: &str) {
    let (word, value) = line.split_once(": ").unwrap_or((line, ""));
    match word {
        "strict" => scenario.options.strict = true,
        "compat" => scenario.options.compat_short_circuit = true,
        "no-files" => scenario.has_no_files = true,
        "skip-policies" => scenario.options.policies = PolicyReferences::Skip,
        "no-resolver" => scenario.options.policies = PolicyReferences::NoResolver,
        "readiness" => scenario.options.readiness = Some(value.parse().expect("a date")),
        "lock" => scenario.options.lock_findings.push(lock_finding(value)),
        "show" => scenario.is_shown = true,
        "alone" if value == "cross-field" => scenario.alone = Some(Alone::CrossField),
        "alone" if value == "policy" => scenario.alone = Some(Alone::Policy),
        other => panic!("no such option: {other}"),
    }
}
