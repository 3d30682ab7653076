//! The rules of the peer on OpenAPI documents that are more than information there: each fires
//! here in an example of a page, under the same id and with the class we give it.

use std::collections::{BTreeMap, BTreeSet};

use pacto_literate::load_dir;

/// Ids, their level at the peer and their class here.
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
        if !["openapi", "schema"].contains(&page.area.as_str()) {
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
