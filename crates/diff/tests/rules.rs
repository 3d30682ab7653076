//! Every example of every rule page, run through the whole engine, and what holds for the pages
//! as a collection.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use pacto_bundle::Bundle;
use pacto_diff::detect::ChangeKind;
use pacto_diff::{Engine, Options, Record, diff, judge};
use pacto_literate::{Example, Page, load_dir};

fn pages() -> Vec<Page> {
    load_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules")).expect("good pages")
}

fn options(page: &Page) -> Options {
    let engine = match page.fields.get("engine").map(String::as_str) {
        Some("base") => Engine::Base,
        _ => Engine::Full,
    };
    Options {
        engine,
        ..Options::default()
    }
}

/// One side of an example. Small snippets are wrapped as the page's `document` field says.
fn side(page: &Page, example: &Example, name: &str) -> Bundle {
    let snippet = example.file(name).unwrap_or_default();
    let prefix = format!("{name}/");
    let files: Vec<(&str, &str)> = example
        .files
        .iter()
        .filter_map(|block| {
            let path = block.name().strip_prefix(&prefix)?;
            Some((path, block.content.as_str()))
        })
        .collect();
    let schema = |contract: &str, path: &str| {
        support::bundle(&support::contract(contract), &[(path, snippet)])
    };
    match page.fields.get("document").map(String::as_str) {
        None => support::bundle(&support::contract(snippet), &files),
        Some("openapi") => support::api(snippet),
        Some("configuration") => schema("configuration: {schema: c.json}", "c.json"),
        Some("named-configuration") => {
            schema("configurations: [{name: app, schema: c.json}]", "c.json")
        }
        Some("policy") => schema("interfaces: []", "policy/schema.json"),
        Some(other) => panic!("{}: no document is called `{other}`", page.id),
    }
}

fn line(record: &Record) -> String {
    format!(
        "{}  {}  {}  {}",
        record.judged_by,
        record.classification.word(),
        record.path,
        record.kind
    )
}

#[test]
fn every_example_comes_out_as_written() {
    let mut failures = String::new();
    for page in pages() {
        for example in &page.examples {
            let (old, new) = (
                side(&page, example, "before"),
                side(&page, example, "after"),
            );
            let comparison = diff(&old, &new, &options(&page));
            let found: Vec<String> = support::base(&comparison.changes)
                .into_iter()
                .map(line)
                .collect();
            if found != example.expect {
                failures.push_str(&format!(
                    "{}:{} {}\n  expected {:#?}\n  found {found:#?}\n",
                    page.path.display(),
                    example.line,
                    example.title,
                    example.expect
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_example_swapped_gives_the_mirrored_changes_with_the_classes_of_their_rows() {
    for page in pages() {
        for example in &page.examples {
            let (old, new) = (
                side(&page, example, "before"),
                side(&page, example, "after"),
            );
            let keys = |records: &[&Record], is_mirrored: bool| -> BTreeSet<(String, ChangeKind)> {
                let keys = records.iter().map(|record| {
                    let kind = if is_mirrored {
                        record.kind.mirrored()
                    } else {
                        record.kind
                    };
                    (record.path.clone(), kind)
                });
                keys.collect()
            };
            let forth = diff(&old, &new, &options(&page)).changes;
            let back = diff(&new, &old, &options(&page)).changes;
            let (forth, back) = (support::base(&forth), support::base(&back));
            assert_eq!(
                keys(&forth, true),
                keys(&back, false),
                "{} {}",
                page.id,
                example.title
            );
            for record in forth.iter().chain(&back) {
                let rule = judge::rule(record.judged_by).expect("a known rule");
                assert_eq!(rule.class(record.kind), Some(record.classification));
            }
        }
    }
}

/// Cells of the table of the Go implementation that nothing can reach, with the reason.
const UNREACHABLE: &[(&str, &[ChangeKind], &str)] = &[
    (
        "pactoVersion",
        &[ChangeKind::Added, ChangeKind::Removed],
        "a contract without a format version does not load",
    ),
    (
        "schema.required",
        &[ChangeKind::Modified],
        "members of a set only come and go",
    ),
    (
        "configuration.schema",
        &[ChangeKind::Added, ChangeKind::Removed],
        "the file name of a configuration is only ever modified",
    ),
    (
        "configuration.configs.schema",
        &[ChangeKind::Added, ChangeKind::Removed],
        "the file name of a configuration is only ever modified",
    ),
    (
        "configurations.schema",
        &[ChangeKind::Added, ChangeKind::Removed],
        "the file name of a configuration is only ever modified",
    ),
    (
        "policy.schema",
        &[ChangeKind::Added, ChangeKind::Removed],
        "the fields of the single policy are only ever modified",
    ),
    (
        "policy.ref",
        &[ChangeKind::Added, ChangeKind::Removed],
        "the fields of the single policy are only ever modified",
    ),
];

/// The row of a record, from its path.
fn row(rule: &judge::Rule, path: &str) -> String {
    match rule.rows {
        // The rows of schemas, values and documents are not spelled like their paths.
        [only] if rule.area != "contract" && rule.area != "openapi" => (*only).to_owned(),
        ["configurations.values"] => "configurations.values".to_owned(),
        _ => {
            let mut cut = String::new();
            let mut depth = 0_usize;
            for character in path.chars() {
                match character {
                    '[' => depth += 1,
                    ']' => depth = depth.saturating_sub(1),
                    other if depth == 0 => cut.push(other),
                    _ => {}
                }
            }
            cut
        }
    }
}

#[test]
fn every_cell_of_the_table_has_an_example_in_one_direction_or_the_other() {
    let mut seen: BTreeMap<String, BTreeSet<ChangeKind>> = BTreeMap::new();
    for page in pages() {
        for example in &page.examples {
            let (old, new) = (
                side(&page, example, "before"),
                side(&page, example, "after"),
            );
            let forth = diff(&old, &new, &options(&page)).changes;
            let back = diff(&new, &old, &options(&page)).changes;
            let (forth, back) = (support::base(&forth), support::base(&back));
            for record in forth.iter().chain(&back) {
                let rule = judge::rule(record.judged_by).expect("a known rule");
                let row = row(rule, &record.path);
                assert!(rule.rows.contains(&row.as_str()), "{row}: {}", rule.id);
                seen.entry(row).or_default().insert(record.kind);
            }
        }
    }
    let mut wrong = Vec::new();
    for rule in judge::rules() {
        for row in rule.rows.iter().filter(|row| **row != "*") {
            for kind in [ChangeKind::Added, ChangeKind::Removed, ChangeKind::Modified] {
                let is_seen = seen.get(*row).is_some_and(|kinds| kinds.contains(&kind));
                let is_waived = UNREACHABLE
                    .iter()
                    .any(|(waived, kinds, _)| waived == row && kinds.contains(&kind));
                let occurs = rule.class(kind).is_some() && !is_waived;
                if occurs != is_seen {
                    wrong.push(format!("{row} {kind}: declared {occurs}, seen {is_seen}"));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_silent_change_of_a_row_stays_silent_with_every_engine() {
    for page in pages() {
        for example in page.examples.iter().filter(|example| !example.fires) {
            let (old, new) = (
                side(&page, example, "before"),
                side(&page, example, "after"),
            );
            let base = Options {
                engine: Engine::Base,
                ..Options::default()
            };
            let found: Vec<String> = diff(&old, &new, &base).changes.iter().map(line).collect();
            assert!(
                !found.iter().any(|line| line.starts_with(&page.id)),
                "{}: {found:?}",
                page.id
            );
        }
    }
}
