//! The ids that rules files and programs rely on: each fires in an example of a page with its
//! class, or has a stated reason to be called something else.

use std::collections::{BTreeMap, BTreeSet};

use pacto_diff::deep::rules;
use pacto_literate::load_dir;

const OPENAPI: &str = include_str!("rule-lists/openapi.txt");
const SCHEMA: &str = include_str!("rule-lists/schema.txt");
const ASYNCAPI: &str = include_str!("rule-lists/asyncapi.txt");
const GRAPHQL: &str = include_str!("rule-lists/graphql.txt");
const CONTRACT: &str = include_str!("rule-lists/contract.txt");

/// One line of a list.
enum Line<'l> {
    /// An id with its class.
    Rule(&'l str, &'l str),
    /// A name for other ids.
    Other(&'l str, Vec<&'l str>),
}

fn lines(list: &str) -> impl Iterator<Item = Line<'_>> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
        if let Some((id, rest)) = line.split_once(" = ") {
            let (ids, reason) = rest.split_once(": ").expect("a reason");
            assert!(!reason.is_empty(), "{line}");
            return Line::Other(id, ids.split(' ').collect());
        }
        let (id, class) = line.split_once(' ').expect("an id and a class");
        Line::Rule(id, class)
    })
}

/// Classes by rule id, of everything that examples of pages expect and other tests prove.
fn fired() -> BTreeMap<String, BTreeSet<String>> {
    let mut fired: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for page in load_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/deep-rules")).expect("good pages") {
        for line in page.examples.iter().flat_map(|example| &example.expect) {
            let mut words = line.split_whitespace().skip(1).map(str::to_owned);
            if let (Some(rule), Some(class)) = (words.next(), words.next()) {
                fired.entry(rule).or_default().insert(class);
            }
        }
    }
    fired
}

fn missing(list: &str) -> Vec<String> {
    let fired = fired();
    let mut missing = Vec::new();
    for line in lines(list) {
        match line {
            Line::Rule(id, class) => {
                if !fired.get(id).is_some_and(|classes| classes.contains(class)) {
                    missing.push(format!("{id} {class}"));
                }
            }
            Line::Other(id, others) => {
                assert!(!fired.contains_key(id), "{id} fires under its own name");
                let gone = others
                    .into_iter()
                    .filter(|other| !fired.contains_key(*other));
                missing.extend(gone.map(|other| format!("{id}: {other}")));
            }
        }
    }
    missing
}

#[test]
fn rules_about_openapi_that_the_peer_lacks_fire_with_their_class() {
    assert_eq!(missing(OPENAPI), [] as [&str; 0]);
}

#[test]
fn rules_about_schemas_fire_with_their_class() {
    assert_eq!(missing(SCHEMA), [] as [&str; 0]);
}

#[test]
fn rules_about_asyncapi_fire_with_their_class() {
    assert_eq!(missing(ASYNCAPI), [] as [&str; 0]);
}

#[test]
fn rules_about_graphql_fire_with_their_class() {
    assert_eq!(missing(GRAPHQL), [] as [&str; 0]);
}

#[test]
fn rules_about_the_contract_fire_with_their_class() {
    assert_eq!(missing(CONTRACT), [] as [&str; 0]);
}

#[test]
fn every_id_has_a_page_and_policies_and_messages_share_those_of_configurations() {
    for line in lines(SCHEMA) {
        let Line::Rule(id, _) = line else { continue };
        let page = rules::page(id).map(|page| page.id);
        assert!(page.is_some(), "{id}");
        for prefix in ["policy-", "schema-"] {
            let twin = id.replacen("config-", prefix, 1);
            assert_eq!(rules::page(&twin).map(|page| page.id), page, "{twin}");
        }
    }
    for line in [OPENAPI, ASYNCAPI, GRAPHQL, CONTRACT]
        .into_iter()
        .flat_map(lines)
    {
        let Line::Rule(id, _) = line else { continue };
        assert!(rules::page(id).is_some(), "{id}");
    }
}
