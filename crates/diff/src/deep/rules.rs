//! The pages of the deep layer as a static table.
//!
//! # Front matter of a page
//!
//! | field | content |
//! |---|---|
//! | `id` | kebab case, equal to the file name |
//! | `narrowing`, `widening`, `incomparable`, `unknown`, `annotation` | families, separated by blanks, by what they do to the set of valid values; a rule id is a place (`request-property`) and a family (`max-length-decreased`), and its class follows from both; a family that begins with `asyncapi-` is a whole rule id |
//! | `breaking`, `potential`, `non-breaking` | whole rule ids, separated by blanks; they win over families, except over those of `annotation` |
//! | `document` | what the snippets are: `openapi` (the content of `paths`), `openapi-document` (a whole document) or `configuration` |
//! | `since` | version of Pacto that has it first |
//! | `today`, `sunset`, `stability`, `path-matching`, `strip-prefix` | options that the examples are run with, separated by blanks |
//!
//! An example expects every finding of the deep layer as `PAGE  RULE  CLASS  PATH  TYPE`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::judge::Judgement;
use crate::{Class, Direction};

include!(concat!(env!("OUT_DIR"), "/deep_rules.rs"));

/// What a change does to the set of valid values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Fewer values are valid.
    Narrowing,
    /// More values are valid.
    Widening,
    /// Some come, some go.
    Incomparable,
    /// It cannot be told.
    Unknown,
    /// The values stay the same.
    Annotation,
}

impl Effect {
    /// The class for data that flows in a direction.
    pub fn class(self, direction: Direction) -> Class {
        match (self, direction) {
            (Self::Annotation, _)
            | (Self::Narrowing, Direction::Output)
            | (Self::Widening, Direction::Input) => Class::NonBreaking,
            (Self::Incomparable, _)
            | (Self::Narrowing, Direction::Input)
            | (Self::Widening, Direction::Output) => Class::Breaking,
            _ => Class::PotentialBreaking,
        }
    }
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeepRule {
    /// Kebab-case id, equal to the file name.
    pub id: &'static str,
    /// Folder of the page.
    pub area: &'static str,
    /// Heading of the page.
    pub title: &'static str,
    /// First paragraph of the page on one line.
    pub summary: &'static str,
    /// The page without front matter.
    pub markdown: &'static str,
    /// Version of Pacto that has it first.
    pub since: &'static str,
    /// Families it owns, with what they do.
    pub families: &'static [(&'static str, Effect)],
    /// Whole rule ids it owns, with their class.
    pub ids: &'static [(&'static str, Class)],
}

/// The page of everything that no other page names.
pub const CATCH_ALL: &str = "schema-keyword-changed";

/// All pages by id.
pub fn pages() -> &'static [DeepRule] {
    DEEP_RULES
}

/// Places that ids of families begin with.
const PLACES: [&str; 5] = ["request-", "response-", "config-", "policy-", "schema-"];

/// Families whose ids do not end with them in configurations.
const NAMED_FOR_CONFIGURATIONS: [(&str, &str); 5] = [
    ("default-value-added", "config-default-added"),
    ("default-value-changed", "config-default-changed"),
    ("default-value-removed", "config-default-removed"),
    ("enum-value-added", "config-property-enum-extended"),
    ("enum-value-removed", "config-property-enum-narrowed"),
];

/// How ids of interfaces end where they do not end with their family.
const SPELLED: [(&str, &str); 5] = [
    ("multiple-of-generalized", "multiple-of-reduced"),
    ("multiple-of-specialized", "multiple-of-extended"),
    ("type-compatible", "type-widened-as-text"),
    ("type-generalized", "type-widened"),
    ("type-specialized", "type-narrowed"),
];

/// The id of a family in configurations, where it is not made of the place and the family.
pub(crate) fn named_for_configurations(family: &str) -> Option<&'static str> {
    let mut names = NAMED_FOR_CONFIGURATIONS.iter();
    names.find(|(other, _)| *other == family).map(|(_, id)| *id)
}

/// What ids begin with where the provider calls the consumer.
pub(crate) const CALLERS: [&str; 2] = ["webhook-", "callback-"];

/// An id with the words for requests and responses exchanged.
pub(crate) fn swapped(rule: &str) -> String {
    let word = |word| match word {
        "request" => "response",
        "response" => "request",
        other => other,
    };
    let words: Vec<&str> = rule.split('-').map(word).collect();
    words.join("-")
}

/// Whether a family is a rule of its own, wherever it is found: those about Avro are.
fn is_whole(family: &str) -> bool {
    family.starts_with("asyncapi-")
}

/// The page that owns a rule: its own, the one that lists it, or that of its family.
pub fn page(rule: &str) -> Option<&'static DeepRule> {
    let owner = |page: &&DeepRule| {
        page.id == rule
            || page.ids.iter().any(|(id, _)| *id == rule)
            || page
                .families
                .iter()
                .any(|(id, _)| is_whole(id) && *id == rule)
    };
    if let Some(page) = DEEP_RULES.iter().find(owner) {
        return Some(page);
    }
    let twins = [
        ("policy-", "config-"),
        ("schema-", "config-"),
        ("asyncapi-protobuf-", "proto-"),
        ("asyncapi-input-", "request-"),
        ("asyncapi-output-", "response-"),
    ];
    for (prefix, twin) in twins {
        if let Some(rest) = rule.strip_prefix(prefix)
            && let Some(page) = page(&format!("{twin}{rest}"))
                .or_else(|| page(rest).filter(|_| prefix.starts_with("asyncapi-")))
        {
            return Some(page);
        }
    }
    for caller in CALLERS {
        if let Some(rest) = rule.strip_prefix(caller)
            && let Some(page) = page(&swapped(rest))
        {
            return Some(page);
        }
    }
    let mut names = NAMED_FOR_CONFIGURATIONS.iter();
    if let Some((family, _)) = names.find(|(_, id)| *id == rule) {
        return page(&format!("config-property-{family}"));
    }
    let has_place = PLACES.iter().any(|place| rule.starts_with(place));
    let families = DEEP_RULES.iter().flat_map(|page| {
        let families = page.families.iter();
        families.flat_map(move |(family, _)| spellings(family).map(move |it| (it, page)))
    });
    families
        .filter(|(family, _)| {
            let scope = rule.strip_suffix(family);
            has_place && scope.is_some_and(|scope| scope.ends_with('-'))
        })
        .max_by_key(|(family, _)| family.len())
        .map(|(_, page)| page)
}

/// A family, and how else ids of it end.
fn spellings(family: &'static str) -> impl Iterator<Item = &'static str> {
    let others = SPELLED.iter().filter(move |(_, other)| *other == family);
    [family]
        .into_iter()
        .chain(others.map(|(spelling, _)| *spelling))
}

/// Whether a word is the id of a rule or of a page of rules.
pub fn is_known(id: &str) -> bool {
    page(id).is_some() || crate::judge::rule(id).is_some()
}

/// Every id a rule can have: those the pages list, and families at every place.
pub fn all_ids() -> impl Iterator<Item = String> {
    const SCOPES: [&str; 11] = [
        "request-parameter",
        "request-parameter-property",
        "request-body",
        "request-property",
        "response-body",
        "response-property",
        "response-header",
        "response-mediatype",
        "config",
        "config-property",
        "asyncapi-output-property",
    ];
    let pages = DEEP_RULES.iter().flat_map(|page| {
        let listed = page.ids.iter().map(|(id, _)| (*id).to_owned());
        let families = page
            .families
            .iter()
            .flat_map(|(family, _)| spellings(family))
            .flat_map(|family| SCOPES.iter().map(move |scope| format!("{scope}-{family}")));
        let families = families.filter(|id| !id.contains("-asyncapi-"));
        let whole = page.families.iter().filter(|(id, _)| is_whole(id));
        let listed = listed.chain(whole.map(|(id, _)| (*id).to_owned()));
        listed.chain(families).chain([page.id.to_owned()])
    });
    let named = NAMED_FOR_CONFIGURATIONS.iter();
    let named = named.map(|(_, id)| (*id).to_owned());
    let base = crate::judge::rules().iter().map(|rule| rule.id.to_owned());
    let proto = super::protobuf::rules()
        .iter()
        .map(|rule| rule.id.to_owned());
    pages.chain(named).chain(base).chain(proto)
}

/// What a family does to the set of valid values.
pub(crate) fn effect(family: &str) -> Option<Effect> {
    FAMILIES.get(family).map(|(effect, _)| *effect)
}

/// Families with what they do, and the page that says so.
static FAMILIES: LazyLock<BTreeMap<&str, (Effect, &str)>> = LazyLock::new(|| {
    let families = DEEP_RULES.iter().flat_map(|page| {
        let entry = |(family, effect): &(&'static str, Effect)| (*family, (*effect, page.id));
        page.families.iter().map(entry)
    });
    families.collect()
});

/// Judges a rule by its whole id, else by its family and the direction of the data. A family that
/// leaves the values as they are is never more than that.
pub fn judge(rule: &str, family: Option<&str>, direction: Direction) -> Judgement {
    static IDS: LazyLock<BTreeMap<&str, Judgement>> = LazyLock::new(|| {
        let ids = DEEP_RULES.iter().flat_map(|page| {
            let judgement = |class| Judgement {
                class,
                page: page.id,
            };
            page.ids
                .iter()
                .map(move |(id, class)| (*id, judgement(*class)))
        });
        ids.collect()
    });
    let family = family.and_then(|family| FAMILIES.get(family));
    let is_annotation = family.is_some_and(|(effect, _)| *effect == Effect::Annotation);
    if let Some(judgement) = IDS.get(rule)
        && !is_annotation
    {
        return *judgement;
    }
    match family {
        Some((effect, page)) => Judgement {
            class: effect.class(direction),
            page,
        },
        None => Judgement {
            class: Class::PotentialBreaking,
            page: CATCH_ALL,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_family_and_every_id_belongs_to_one_page() {
        let mut seen = BTreeSet::new();
        for page in pages() {
            for name in page
                .families
                .iter()
                .map(|(family, _)| *family)
                .chain(page.ids.iter().map(|(id, _)| *id))
            {
                assert!(seen.insert(name), "{name} is on two pages");
            }
        }
    }

    #[test]
    fn the_page_of_a_rule_is_found_by_its_family() {
        let id = |rule| page(rule).map(|page| page.id);
        assert_eq!(
            id("request-property-max-length-decreased"),
            Some("text-length")
        );
        assert_eq!(
            id("response-body-type-generalized"),
            Some("value-type"),
            "not every id ends with its family"
        );
        assert_eq!(id("endpoint-added"), Some("api-paths"));
        assert_eq!(id("proto-field-added"), Some("proto-field-added"));
        assert_eq!(id("nobody-max-length-decreased"), None);
        assert_eq!(id("request-property-colour-changed"), None);
    }

    #[test]
    fn the_direction_turns_the_class_around() {
        let class = |effect: Effect, direction| effect.class(direction);
        assert_eq!(class(Effect::Narrowing, Direction::Input), Class::Breaking);
        assert_eq!(
            class(Effect::Narrowing, Direction::Output),
            Class::NonBreaking
        );
        assert_eq!(class(Effect::Widening, Direction::Output), Class::Breaking);
        assert_eq!(
            class(Effect::Widening, Direction::Both),
            Class::PotentialBreaking
        );
        assert_eq!(
            class(Effect::Unknown, Direction::Output),
            Class::PotentialBreaking
        );
        assert_eq!(
            class(Effect::Incomparable, Direction::Output),
            Class::Breaking
        );
        assert_eq!(
            class(Effect::Annotation, Direction::Both),
            Class::NonBreaking
        );
    }
}
