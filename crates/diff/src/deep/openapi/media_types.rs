//! Names of media types: which stand for the same representation, and which takes in which.

use std::collections::{BTreeMap, BTreeSet};

use pacto_spec::openapi::Media;

use crate::deep::writing::Writing;

/// A name and what it stands for.
type Named<'a, 's> = (&'s str, &'a Media<'s>);

/// The representations of two bodies.
#[derive(Debug)]
pub(super) struct Pairs<'a, 's> {
    /// Those on both sides, also under another name that says the same or nearly so.
    pub(super) both: Vec<(Named<'a, 's>, Named<'a, 's>)>,
    /// Those on the old side only.
    pub(super) gone: Vec<Named<'a, 's>>,
    /// Those on the new side only.
    pub(super) come: Vec<Named<'a, 's>>,
}

/// What changed in a name, with the rule for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NameChange {
    /// The name as a whole.
    Name(&'static str),
    /// One parameter: its name, and its value on each side.
    Parameter(&'static str, String, Option<String>, Option<String>),
}

/// A media type (RFC 9110, section 8.3.1), everything in lower case but the values of parameters.
#[derive(Debug, PartialEq, Eq)]
struct MediaType {
    main: String,
    sub: String,
    parameters: BTreeMap<String, String>,
}

impl MediaType {
    fn parse(text: &str) -> Self {
        let mut parts = text.split(';');
        let name = parts.next().unwrap_or("").trim().to_lowercase();
        let (main, sub) = name.split_once('/').unwrap_or((&name, ""));
        let parameters = parts.filter_map(|part| {
            let (name, value) = part.split_once('=')?;
            let value = value.trim().trim_matches('"');
            Some((name.trim().to_lowercase(), value.to_owned()))
        });
        Self {
            main: main.to_owned(),
            sub: sub.to_owned(),
            parameters: parameters.collect(),
        }
    }

    fn is_same_name(&self, other: &Self) -> bool {
        self.main == other.main && self.sub == other.sub
    }

    /// Whether everything called by the other name may also be called by this one, parameters
    /// left aside: `application/json` is wider than `application/problem+json` (RFC 6839).
    fn is_wider_name(&self, other: &Self) -> bool {
        let is_any = self.main == "*" || self.main == other.main && self.sub == "*";
        let suffix = other.sub.rsplit_once('+').map(|(_, suffix)| suffix);
        is_any || self.main == other.main && suffix == Some(self.sub.as_str())
    }

    /// Whether everything that the other one takes in is taken in by this one.
    fn takes_in(&self, other: &Self) -> bool {
        // JSON is in one encoding, and has no such parameter: RFC 8259, section 11.
        let is_json = self.sub == "json" || self.sub.ends_with("+json");
        let is_kept = |(name, value): (&String, &String)| {
            other.parameters.get(name) == Some(value) || is_json && name == "charset"
        };
        (self.is_same_name(other) || self.is_wider_name(other))
            && self.parameters.iter().all(is_kept)
    }

    fn is_related(&self, other: &Self) -> bool {
        self.is_same_name(other) || self.is_wider_name(other) || other.is_wider_name(self)
    }
}

/// Pairs representations by name, then by names that are related. Callers who send one rely on
/// its name, so on that side the new name must take in the old one.
pub(super) fn paired<'a, 's>(
    old: &'a BTreeMap<&'s str, Media<'s>>,
    new: &'a BTreeMap<&'s str, Media<'s>>,
    is_request: bool,
) -> Pairs<'a, 's> {
    let mut pairs = Vec::new();
    let mut gone = Vec::new();
    for (name, before) in old {
        match new.get(name) {
            Some(after) => pairs.push(((*name, before), (*name, after))),
            None => gone.push((*name, before)),
        }
    }
    let come = new.iter().filter(|(name, _)| !old.contains_key(*name));
    let mut come: Vec<Named<'a, 's>> = come.map(|(name, media)| (*name, media)).collect();
    gone.retain(|before| {
        let one = MediaType::parse(before.0);
        let is_match = |after: &Named<'a, 's>| {
            let other = MediaType::parse(after.0);
            if is_request {
                other.takes_in(&one)
            } else {
                one.is_related(&other)
            }
        };
        match come.iter().position(is_match) {
            Some(index) => {
                pairs.push((*before, come.remove(index)));
                false
            }
            // Callers do not mind that others go by the same name.
            None if is_request => {
                match new.iter().find(|(name, media)| is_match(&(**name, *media))) {
                    Some((name, media)) => {
                        pairs.push((*before, (*name, media)));
                        false
                    }
                    None => true,
                }
            }
            None => true,
        }
    });
    Pairs {
        both: pairs,
        gone,
        come,
    }
}

/// How the values of a representation are written. What is not known to be text has types.
pub(super) fn writing(name: &str) -> Writing {
    let MediaType { main, sub, .. } = MediaType::parse(name);
    let format = sub
        .rsplit_once('+')
        .map_or(sub.as_str(), |(_, suffix)| suffix);
    match (main.as_str(), format) {
        // RFC 7303, section 4.2.
        (_, "xml") => Writing::Xml,
        ("multipart", _) | (_, "x-www-form-urlencoded") => Writing::Form,
        ("text", "plain" | "csv" | "tab-separated-values" | "html") => Writing::Text,
        _ => Writing::Typed,
    }
}

/// What changed between two names of a representation that is sent.
pub(super) fn changes(old: &str, new: &str) -> Vec<NameChange> {
    let (old, new) = (MediaType::parse(old), MediaType::parse(new));
    let names: BTreeSet<&String> = old.parameters.keys().chain(new.parameters.keys()).collect();
    let differing: Vec<NameChange> = names
        .into_iter()
        .filter_map(|name| {
            let (before, after) = (old.parameters.get(name), new.parameters.get(name));
            let rule = match (before, after) {
                (None, _) => "response-media-type-parameter-added",
                (_, None) => "response-media-type-parameter-removed",
                (Some(before), Some(after)) if before == after => return None,
                _ => "response-media-type-parameter-changed",
            };
            let change = (name.clone(), before.cloned(), after.cloned());
            Some(NameChange::Parameter(rule, change.0, change.1, change.2))
        })
        .collect();
    let is_same = old.is_same_name(&new);
    let name = |rule| vec![NameChange::Name(rule)];
    match (differing.is_empty(), is_same) {
        (_, true) => differing,
        (true, false) if new.is_wider_name(&old) => name("response-media-type-name-generalized"),
        (true, false) => name("response-media-type-name-specialized"),
        // A wider name with one parameter more is neither wider nor narrower.
        (false, false) => name("response-media-type-name-changed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_takes_in_those_with_its_suffix_and_a_wildcard_takes_in_all() {
        let takes_in =
            |one: &str, other: &str| MediaType::parse(one).takes_in(&MediaType::parse(other));
        assert!(takes_in("application/json", "application/vnd.x+json"));
        assert!(!takes_in("application/vnd.x+json", "application/json"));
        assert!(takes_in("text/*", "text/plain; charset=utf-8"));
        assert!(takes_in("*/*", "a/b"));
        assert!(takes_in("text/html", "Text/HTML;charset=utf-8"));
        assert!(!takes_in("text/html; charset=utf-8", "text/html"));
        assert!(!takes_in("application/xml", "application/json"));
        assert!(takes_in(
            "application/json; charset=utf-8",
            "application/json"
        ));
    }

    #[test]
    fn what_is_neither_text_nor_a_form_nor_xml_has_types() {
        assert_eq!(writing("application/problem+json"), Writing::Typed);
        assert_eq!(writing("image/svg+xml; charset=utf-8"), Writing::Xml);
        assert_eq!(writing("multipart/form-data"), Writing::Form);
        assert_eq!(writing("Text/Plain"), Writing::Text);
        assert_eq!(writing("text/event-stream"), Writing::Typed);
        assert_eq!(writing("*/*"), Writing::Typed);
    }

    #[test]
    fn names_in_another_case_or_order_say_the_same() {
        assert_eq!(changes("text/html; a=1; b=2", "TEXT/html;B=2;a=1"), []);
        assert_eq!(
            changes("application/problem+json; v=1", "application/json; v=2"),
            [NameChange::Name("response-media-type-name-changed")]
        );
    }
}
