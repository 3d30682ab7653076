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
        record.code(),
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
            let comparison = diff(&old, &new, options(&page));
            let found: Vec<String> = comparison.changes.iter().map(line).collect();
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
            let keys = |records: &[Record], is_mirrored: bool| -> BTreeSet<(String, ChangeKind)> {
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
            let forth = diff(&old, &new, options(&page)).changes;
            let back = diff(&new, &old, options(&page)).changes;
            assert_eq!(
                keys(&forth, true),
                keys(&back, false),
                "{} {}",
                page.id,
                example.title
            );
            for record in forth.iter().chain(&back) {
                let rule = judge::rule(record.code()).expect("a known rule");
                assert_eq!(rule.class(record.kind), Some(record.classification));
            }
        }
    }
}

#[test]
fn every_cell_of_the_table_that_occurs_has_an_example() {
    let mut seen: BTreeMap<String, BTreeSet<ChangeKind>> = BTreeMap::new();
    for page in pages() {
        for example in &page.examples {
            for line in &example.expect {
                let words: Vec<&str> = line.split_whitespace().collect();
                let kind = match words.last() {
                    Some(&"added") => ChangeKind::Added,
                    Some(&"removed") => ChangeKind::Removed,
                    _ => ChangeKind::Modified,
                };
                let id = words.first().copied().unwrap_or_default().to_owned();
                seen.entry(id).or_default().insert(kind);
            }
        }
    }
    // Cells that the table of the Go implementation lists and that nothing can reach.
    let unreachable = [
        (
            "pacto-version",
            "a contract without a format version does not load",
        ),
        ("schema-required", "members of a set only come and go"),
    ];
    for rule in judge::rules() {
        for kind in [ChangeKind::Added, ChangeKind::Removed, ChangeKind::Modified] {
            let is_seen = seen.get(rule.id).is_some_and(|kinds| kinds.contains(&kind));
            let is_waived = rule.rows == ["*"] || unreachable.iter().any(|(id, _)| *id == rule.id);
            assert_eq!(
                rule.class(kind).is_some() && !is_waived,
                is_seen && !is_waived,
                "{} {kind}",
                rule.id
            );
        }
    }
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
            let found: Vec<String> = diff(&old, &new, base).changes.iter().map(line).collect();
            assert!(
                !found.iter().any(|line| line.starts_with(&page.id)),
                "{}: {found:?}",
                page.id
            );
        }
    }
}
