//! Properties that do not travel in the direction that is compared: `readOnly` ones of requests and
//! `writeOnly` ones of responses. What changes in them changes nothing there, and a few of these
//! changes have names of their own, which peers report as information.

use pacto_spec::schema::{BoundKind, Shape};

use super::bounds::{Movement, movement};
use super::delta::bracketed;
use super::keywords::enumerated;
use super::{Delta, Pair, RuleName};
use crate::deep::place::Mode;

/// Limits of a property that callers do not send, with what may become of them.
const LIMITS: [(BoundKind, Movement, &str); 7] = [
    (
        BoundKind::Minimum,
        Movement::Increased,
        "request-read-only-property-min-increased",
    ),
    (
        BoundKind::ExclusiveMinimum,
        Movement::Increased,
        "request-read-only-property-exclusive-min-increased",
    ),
    (
        BoundKind::Maximum,
        Movement::Decreased,
        "request-read-only-property-max-decreased",
    ),
    (
        BoundKind::ExclusiveMaximum,
        Movement::Decreased,
        "request-read-only-property-exclusive-max-decreased",
    ),
    (
        BoundKind::MaxLength,
        Movement::Decreased,
        "request-read-only-property-max-length-decreased",
    ),
    (
        BoundKind::MaxItems,
        Movement::Decreased,
        "request-read-only-property-max-items-decreased",
    ),
    (
        BoundKind::MaxProperties,
        Movement::Decreased,
        "request-read-only-property-max-properties-decreased",
    ),
];

/// Whether a property never travels in this direction.
pub(super) fn is_hidden(shape: &Shape<'_>, mode: Mode) -> bool {
    match mode {
        Mode::Input => shape.is_read_only,
        Mode::Output => shape.is_write_only,
        Mode::Configuration => false,
    }
}

/// What a property that comes is called where it is hidden, if it has a name there.
pub(super) fn added(mode: Mode, is_required: bool) -> Option<&'static str> {
    match (mode, is_required) {
        (Mode::Output, true) => Some("response-required-write-only-property-added"),
        (Mode::Output, false) => Some("response-optional-write-only-property-added"),
        _ => None,
    }
}

/// What a property that goes is called where it was hidden, if it has a name there.
pub(super) fn removed(mode: Mode, was_required: bool) -> Option<&'static str> {
    match (mode, was_required) {
        (Mode::Output, true) => Some("response-required-write-only-property-removed"),
        (Mode::Output, false) => Some("response-optional-write-only-property-removed"),
        _ => None,
    }
}

/// Compares what both sides say about a property that is hidden on both.
pub(super) fn compare<'s>(pair: &mut Pair<'_, 's>, name: &str, old: &Shape<'s>, new: &Shape<'s>) {
    match pair.mode {
        Mode::Input => read_only(pair, name, old, new),
        Mode::Output => write_only(pair, name, old, new),
        Mode::Configuration => {}
    }
}

fn read_only<'s>(pair: &mut Pair<'_, 's>, name: &str, old: &Shape<'s>, new: &Shape<'s>) {
    let property = format!(".properties[{}]", bracketed(name));
    for (kind, wanted, rule) in LIMITS {
        let (before, after) = (old.bound(kind), new.bound(kind));
        if movement(before, after) == Some(wanted) {
            let suffix = format!("{property}.{}", kind.keyword());
            let nodes = (before.map(|it| it.node), after.map(|it| it.node));
            pair.push(Delta::new(RuleName::Id(rule), suffix, nodes.0, nodes.1));
        }
    }
    for (suffix, value) in enumerated(old, new) {
        let rule = RuleName::Id("request-read-only-property-enum-value-removed");
        let suffix = format!("{property}{suffix}");
        pair.push(Delta::new(rule, suffix, Some(value), None));
    }
}

fn write_only<'s>(pair: &mut Pair<'_, 's>, name: &str, old: &Shape<'s>, new: &Shape<'s>) {
    let requirement = |shape: &Shape<'s>| shape.required.get(name).copied();
    let (before, after) = (requirement(pair.old), requirement(pair.new));
    let rule = match (before.is_some(), after.is_some()) {
        (false, true) => Some("response-write-only-property-became-required"),
        (true, false) => Some("response-write-only-property-became-optional"),
        _ => None,
    };
    if let Some(rule) = rule {
        let suffix = format!(".required[{}]", bracketed(name));
        pair.push(Delta::new(RuleName::Id(rule), suffix, before, after));
    }
    for (suffix, value) in enumerated(new, old) {
        let rule = RuleName::Id("response-write-only-property-enum-value-added");
        let suffix = format!(".properties[{}]{suffix}", bracketed(name));
        pair.push(Delta::new(rule, suffix, None, Some(value)));
    }
}
