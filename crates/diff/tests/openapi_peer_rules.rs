//! The rules of the peer on OpenAPI documents: each fires here in an example of a page, under the
//! same id and with the class we give it.

use std::collections::{BTreeMap, BTreeSet};

use pacto_diff::deep::rules;
use pacto_literate::load_dir;

/// Ids of rules that are information at the peer, with their class here, or why there is none.
const INFORMATION: &str = include_str!("openapi-peer-information.txt");

/// Ids of rules that are more there, their level at the peer and their class here.
const LIST: &str = include_str!("openapi-peer-rules.txt");

/// Class by rule id.
fn wanted() -> BTreeMap<&'static str, &'static str> {
    let lines = LIST.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let [id, "error" | "warning", class] = words.as_slice() else {
                panic!("not `id level class`: {line}");
            };
            (*id, *class)
        })
        .collect()
}

/// Classes by rule id, of everything that examples of pages expect.
fn fired() -> BTreeMap<String, BTreeSet<String>> {
    let mut fired: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for page in load_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/deep-rules")).expect("good pages") {
        if !["annotations", "openapi", "schema"].contains(&page.area.as_str()) {
            continue;
        }
        for line in page.examples.iter().flat_map(|example| &example.expect) {
            let mut words = line.split_whitespace().skip(1).map(str::to_owned);
            if let (Some(rule), Some(class)) = (words.next(), words.next()) {
                fired.entry(rule).or_default().insert(class);
            }
        }
    }
    fired
}

#[test]
fn the_list_is_complete() {
    let lines = || LIST.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(wanted().len(), 374);
    assert_eq!(lines().filter(|line| line.contains(" error ")).count(), 351);
    assert_eq!(
        lines().filter(|line| line.contains(" warning ")).count(),
        23
    );
}

#[test]
fn every_rule_fires_in_an_example_with_its_class() {
    let fired = fired();
    let missing: Vec<&str> = wanted()
        .into_iter()
        .filter(|(id, class)| {
            !fired
                .get(*id)
                .is_some_and(|classes| classes.contains(*class))
        })
        .map(|(id, _)| id)
        .collect();
    assert_eq!(missing, [] as [&str; 0]);
}

/// Ids of information with their class, and those without a rule.
fn information() -> (BTreeMap<&'static str, &'static str>, BTreeSet<&'static str>) {
    let mut wanted = BTreeMap::new();
    let mut without = BTreeSet::new();
    for line in INFORMATION.lines().filter(|line| !line.starts_with('#')) {
        if let Some((id, reason)) = line.split_once(" = ") {
            assert!(reason.len() > 20, "no reason: {line}");
            without.insert(id);
            continue;
        }
        let (id, class) = line.split_once(' ').expect("an id and a class");
        wanted.insert(id, class);
    }
    (wanted, without)
}

#[test]
fn the_list_of_information_is_complete() {
    let (wanted, without) = information();
    assert_eq!(wanted.len() + without.len(), 404);
}

#[test]
fn every_rule_of_information_is_known_and_fires_in_an_example_with_its_class() {
    let fired = fired();
    let (wanted, without) = information();
    let unknown: Vec<&str> = wanted
        .keys()
        .filter(|id| rules::page(id).is_none())
        .copied()
        .collect();
    assert_eq!(unknown, [] as [&str; 0], "no page owns these");
    let silent: Vec<String> = wanted
        .iter()
        .filter(|(id, class)| {
            !fired
                .get(**id)
                .is_some_and(|classes| classes.contains(**class))
        })
        .map(|(id, class)| format!("{id} {class}"))
        .collect();
    assert_eq!(silent, [] as [&str; 0], "no example expects these");
    let waived: Vec<&&str> = without
        .iter()
        .filter(|id| fired.contains_key(**id))
        .collect();
    assert_eq!(waived, [] as [&&str; 0], "these are waived and fire");
}
