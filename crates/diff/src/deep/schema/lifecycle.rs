//! What properties say about their end and about how settled they are.

use pacto_document::Node;
use pacto_spec::schema::Shape;

use super::delta::bracketed;
use super::{Delta, Pair, RuleName, SchemaComparer};
use crate::deep::lifecycle::{Advice, Announcement, Level, Removal, is_deprecated};
use crate::deep::place::Mode;

/// How a property that is gone had been announced.
pub(super) fn removal<'s>(comparer: &SchemaComparer<'s>, schemas: &[Node<'s>]) -> Removal {
    let Some(lifecycle) = &comparer.lifecycle else {
        return Removal::Unannounced;
    };
    announcing(&comparer.old.shape(schemas))
        .map_or(Removal::Unannounced, |node| lifecycle.removal(node))
}

/// Compares what both sides say about a property.
pub(super) fn compare<'s>(
    pair: &mut Pair<'_, 's>,
    comparer: &SchemaComparer<'s>,
    name: &str,
    (old, new): (&Shape<'s>, &Shape<'s>),
) {
    let Some(lifecycle) = &comparer.lifecycle else {
        return;
    };
    let is_output = match pair.mode {
        Mode::Configuration => return,
        mode => mode == Mode::Output,
    };
    let (Some(before), Some(after)) = (announcing(old), announcing(new)) else {
        return;
    };
    let mut add = |[request, response]: [&'static str; 2], keyword: &str| {
        let rule = if is_output { response } else { request };
        let suffix = format!(".properties[{}].{keyword}", bracketed(name));
        let delta = Delta::new(RuleName::Id(rule), suffix, Some(before), Some(after));
        let text = |node: Node<'_>| {
            let value = node.get(keyword);
            value.map(|value| value.raw().trim_matches(['"', '\'']).into())
        };
        pair.push(delta.modified(text(before), text(after)));
    };
    let rules = match lifecycle.announcement(before, after, comparer.level) {
        Some(Announcement::DayMissing) => Some([
            "request-property-deprecated-sunset-missing",
            "response-property-deprecated-sunset-missing",
        ]),
        Some(Announcement::DayUnreadable) => Some([
            "request-property-deprecated-sunset-invalid",
            "response-property-deprecated-sunset-invalid",
        ]),
        Some(Announcement::TooSoon | Announcement::MovedTooSoon) => Some([
            "request-property-sunset-date-too-small",
            "response-property-sunset-date-too-small",
        ]),
        // No rule asks that a property keeps its day.
        Some(Announcement::DayDropped) | None => None,
    };
    let advice = Advice::between(before, after).map(|advice| match advice {
        Advice::Deprecated => [
            "request-property-deprecated",
            "response-property-deprecated",
        ],
        Advice::DeprecatedWithDay => [
            "request-property-deprecated-with-sunset",
            "response-property-deprecated-with-sunset",
        ],
        Advice::Reactivated => [
            "request-property-reactivated",
            "response-property-reactivated",
        ],
    });
    // What is wrong with an announcement says that there is one.
    match (rules, advice) {
        (Some(rules), _) => add(rules, "x-sunset"),
        (None, Some(rules)) => add(rules, "deprecated"),
        (None, None) => {}
    }
    let levels = [old, new].map(|shape| {
        let part = shape
            .parts
            .iter()
            .find(|part| part.get(&lifecycle.extension).is_some());
        part.map_or(Some(Level::default()), |part| lifecycle.level(*part))
    });
    if let [Some(before), Some(after)] = levels
        && before != after
    {
        let rules = if after < before {
            [
                "request-property-stability-decreased",
                "response-property-stability-decreased",
            ]
        } else {
            [
                "request-property-stability-increased",
                "response-property-stability-increased",
            ]
        };
        add(rules, &lifecycle.extension);
    }
}

/// The part of a schema that says it is deprecated, else its first.
fn announcing<'s>(shape: &Shape<'s>) -> Option<Node<'s>> {
    let parts = &shape.parts;
    let deprecated = parts.iter().find(|part| is_deprecated(**part));
    deprecated.or(parts.first()).copied()
}
