//! What becomes of a forbidden schema when the schema in `not` changes.

use std::collections::HashSet;
use std::rc::Rc;

use super::{Outcome, RuleName};
use crate::deep::place::Mode;
use crate::deep::rules::{self, Effect};

/// Parts of a schema in which more is not always more outside.
const NOT_MONOTONE: [&str; 2] = [".oneOf[", ".contains"];

/// Parts of families whose effect depends on what stands beside them: one branch more in `oneOf` may
/// match a second time, and a pattern may allow what `additionalProperties` refuses.
const DEPENDENT: [&str; 4] = ["contains", "one-of", "pattern-property", "unevaluated"];

/// The family of a changed `not`: in configurations it says whether more or less is forbidden.
pub(super) fn family(mode: Mode, inside: &Rc<Outcome<'_>>) -> &'static str {
    if mode != Mode::Configuration {
        return "not-changed";
    }
    let mut effects = HashSet::new();
    let is_told = collect(inside, &mut effects, &mut HashSet::new());
    let is_only = |effect| is_told && effects.len() == 1 && effects.contains(&effect);
    if is_only(Effect::Widening) {
        "not-extended"
    } else if is_only(Effect::Narrowing) {
        "not-narrowed"
    } else {
        "not-changed"
    }
}

/// Collects what the differences inside do to the set of values; false when that cannot be told.
fn collect<'s>(
    outcome: &Rc<Outcome<'s>>,
    effects: &mut HashSet<Effect>,
    seen: &mut HashSet<*const Outcome<'s>>,
) -> bool {
    if !seen.insert(Rc::as_ptr(outcome)) {
        return true;
    }
    for delta in &outcome.deltas {
        let effect = match delta.name {
            RuleName::Family(family) => {
                let is_dependent = DEPENDENT.iter().any(|part| family.contains(part));
                rules::effect(family).filter(|_| !is_dependent)
            }
            RuleName::Id("config-property-became-required") => Some(Effect::Narrowing),
            RuleName::Id("config-property-became-optional") => Some(Effect::Widening),
            RuleName::Id(_) => None,
        };
        match effect {
            Some(Effect::Annotation) => {}
            Some(effect) => {
                effects.insert(effect);
            }
            None => return false,
        }
    }
    let mut children = outcome.children.iter();
    !outcome.is_incomplete
        && children.all(|(step, child)| {
            let is_monotone = !NOT_MONOTONE.iter().any(|part| step.starts_with(part));
            is_monotone && collect(child, effects, seen)
        })
}
