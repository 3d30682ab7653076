//! Every example of the pages about OpenAPI documents and schemas, run through both layers, and
//! what holds for the pages as a collection.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use pacto_bundle::Bundle;
use pacto_diff::deep::rules;
use pacto_diff::judge::Layer;
use pacto_diff::{Class, Record, diff};
use pacto_literate::{Example, Page, load_dir};
use support::{options, wrapped};

/// Folders of the pages.
const AREAS: [&str; 6] = [
    "annotations",
    "asyncapi",
    "contract",
    "graphql",
    "openapi",
    "schema",
];

/// Pages about what two contracts alone cannot show; they fire in tests of their own: with other
/// contracts in a registry, and in folders of services.
const ELSEWHERE: [&str; 2] = ["provider-repinned", "service-came-or-went"];

fn pages() -> Vec<Page> {
    let pages = load_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/deep-rules")).expect("good pages");
    pages
        .into_iter()
        .filter(|page| AREAS.contains(&page.area.as_str()))
        .collect()
}

/// One side of an example as a bundle.
fn side(page: &Page, example: &Example, name: &str) -> Bundle {
    let files = wrapped::files(page, example, name);
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let (contract, documents) = files.split_first().expect("a contract and its documents");
    support::bundle(contract.1, documents)
}

/// Records the deep layer speaks about: its own, and base records it explains by a rule.
fn records(page: &Page, example: &Example, sides: (&str, &str)) -> Vec<Record> {
    let (old, new) = (side(page, example, sides.0), side(page, example, sides.1));
    let mut records = diff(&old, &new, &options::of(page)).changes;
    records.retain(|record| record.rule.is_some());
    records
}

/// What an example expects: page, rule, class of the rule, path, kind.
fn line(record: &Record) -> String {
    let class = record.refined.unwrap_or(record.classification);
    let rule = record.rule.as_deref().unwrap_or_default();
    format!(
        "{}  {rule}  {}  {}  {}",
        page_of(record),
        class.word(),
        record.path,
        record.kind
    )
}

/// The page that owns the rule of a record.
fn page_of(record: &Record) -> &'static str {
    let rule = record.rule.as_deref().unwrap_or_default();
    if record.layer == Some(Layer::Deep) {
        return record.judged_by;
    }
    let owner = rules::pages()
        .iter()
        .find(|page| page.ids.iter().any(|(id, _)| *id == rule));
    owner.map_or(rules::CATCH_ALL, |page| page.id)
}

#[test]
fn every_example_comes_out_as_written() {
    let mut failures = String::new();
    for page in pages() {
        assert!(
            (page.examples.iter().any(|example| example.fires)
                || ELSEWHERE.contains(&page.id.as_str()))
                && page.examples.iter().any(|example| !example.fires),
            "{} has no firing or no silent example",
            page.id
        );
        for example in &page.examples {
            let found: Vec<String> = records(&page, example, ("before", "after"))
                .iter()
                .map(line)
                .collect();
            if found != example.expect {
                failures.push_str(&format!(
                    "{}|{}\n{}\n--\n",
                    page.id,
                    example.title,
                    found.join("\n")
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_example_compared_with_itself_says_nothing() {
    for page in pages() {
        for example in &page.examples {
            for name in ["before", "after"] {
                let found = records(&page, example, (name, name));
                assert_eq!(found, [], "{} {}", page.id, example.title);
            }
        }
    }
}

#[test]
fn an_example_swapped_gives_the_mirrored_changes_at_the_same_places() {
    for page in pages() {
        for example in &page.examples {
            let keys = |records: &[Record], is_mirrored: bool| -> BTreeSet<String> {
                let key = |record: &Record| {
                    let kind = if is_mirrored {
                        record.kind.mirrored()
                    } else {
                        record.kind
                    };
                    format!("{} {kind}", record.path)
                };
                records.iter().map(key).collect()
            };
            // A rename is spelled by the new side, a requirement moves with its property, and an
            // end that is not announced any more is nobody's loss.
            let is_one_way = [
                "api-operations",
                "api-version-policy",
                "api-paths",
                "asyncapi-avro-field-renames",
                "asyncapi-channels",
                "configuration-meaning",
                "configuration-property-renamed",
                "configuration-values-invalid",
                "request-parameters",
                "branches",
                "components",
                "announced-ends",
                "announced-ends-of-parameters",
                "announced-ends-of-properties",
                "encodings",
                "hidden-properties",
                "media-type-names",
                "path-prefixes",
                "servers",
                "stability-levels",
                // Only one direction is worth a word.
                "dependency-need",
                "endpoint-not-in-api",
                "image-digest-dropped",
                "interface-port-changed",
                "policy-added",
                "readiness-fell",
                "version-policy",
                "graphql-arguments",
                "graphql-directives",
                "graphql-fields",
            ];
            if is_one_way.contains(&page.id.as_str()) {
                continue;
            }
            let forth = records(&page, example, ("before", "after"));
            let back = records(&page, example, ("after", "before"));
            assert_eq!(
                keys(&forth, true),
                keys(&back, false),
                "{} {}",
                page.id,
                example.title
            );
        }
    }
}

#[test]
fn every_name_on_a_page_is_used_by_an_example_in_one_direction_or_the_other() {
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for page in pages() {
        for example in &page.examples {
            for sides in [("before", "after"), ("after", "before")] {
                for record in records(&page, example, sides) {
                    let rules = seen.entry(page_of(&record).to_owned()).or_default();
                    rules.extend(record.rule);
                }
            }
        }
    }
    let mut missing = Vec::new();
    for page in rules::pages() {
        if !AREAS.contains(&page.area) {
            continue;
        }
        let rules = seen.get(page.id).cloned().unwrap_or_default();
        for (family, _) in page.families {
            // Types are called by what they do at each place.
            let is_renamed = [
                "type-narrowed",
                "type-narrowed-as-text",
                "type-widened",
                "type-widened-as-text",
            ]
            .contains(family);
            if !is_renamed && !rules.iter().any(|rule| rule.ends_with(spelled(family))) {
                missing.push(format!("{}: {family}", page.id));
            }
        }
        let is_elsewhere = ELSEWHERE.contains(&page.id);
        for (id, _) in page.ids.iter().filter(|_| !is_elsewhere) {
            if !rules.contains(*id) {
                missing.push(format!("{}: {id}", page.id));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

/// How rule ids end where they do not end with the family.
fn spelled(family: &str) -> &str {
    match family {
        "extensible-enum-value-added" => "enum-value-added",
        other => other,
    }
}

#[test]
fn a_class_word_never_contradicts_the_page() {
    for page in pages() {
        for example in &page.examples {
            for line in &example.expect {
                let word = line.split_whitespace().nth(2).unwrap_or_default();
                assert!(Class::from_word(word).is_some(), "{} {line}", page.id);
            }
        }
    }
}
