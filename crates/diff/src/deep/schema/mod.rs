//! Comparing two schemas.

mod bounds;
mod branches;
mod combinations;
pub(super) mod delta;
mod discriminator;
mod hidden;
mod keywords;
mod lifecycle;
mod lists;
mod memo;
mod negation;
mod objects;
mod pattern_properties;
mod references;
mod renames;
mod respelled;
mod types;
mod xml;

pub(crate) use delta::{Delta, Outcome, RuleName};

use std::collections::BTreeSet;
use std::rc::Rc;

use pacto_document::Node;
use pacto_spec::Problem;
use pacto_spec::schema::{Schemas, Shape};

use self::memo::{Identity, Memo};
use super::lifecycle::{Level, Lifecycle};
use super::place::Mode;
use super::writing::Writing;
use crate::SideName;

/// Schemas inside schemas that are followed; below, nothing is compared and a diagnostic says so.
const DEPTH_LIMIT: usize = 128;

/// Compares schemas of two documents, every pair once per mode.
pub(crate) struct SchemaComparer<'s> {
    pub(crate) old: Schemas<'s>,
    pub(crate) new: Schemas<'s>,
    memo: Memo<'s>,
    /// How the values are written that are compared.
    pub(crate) writing: Writing,
    /// What announced ends and levels are held against; `None` where they are not looked at.
    pub(crate) lifecycle: Option<Lifecycle>,
    /// The level of the operation whose schemas are compared, where notice depends on it.
    pub(crate) level: Level,
    /// Extension with values of an enumeration that may grow.
    pub(crate) extensible_enum: String,
    nothing: Rc<Outcome<'s>>,
    /// What could not be followed.
    pub(crate) problems: BTreeSet<(SideName, Problem)>,
    /// Some schemas lie too deep to be compared.
    pub(crate) is_cut_off: bool,
}

/// A pair of shapes and what was found between them.
struct Pair<'a, 's> {
    old: &'a Shape<'s>,
    new: &'a Shape<'s>,
    mode: Mode,
    found: Outcome<'s>,
}

impl<'s> SchemaComparer<'s> {
    pub(crate) fn new(old: Schemas<'s>, new: Schemas<'s>) -> Self {
        Self {
            old,
            new,
            memo: Memo::default(),
            writing: Writing::default(),
            lifecycle: None,
            level: Level::default(),
            extensible_enum: crate::OpenApiOptions::default().extensible_enum,
            nothing: Rc::new(Outcome::default()),
            problems: BTreeSet::new(),
            is_cut_off: false,
        }
    }

    /// What differs between two schemas; a pair that is met again inside itself is equal.
    pub(crate) fn compare(
        &mut self,
        old: &[Node<'s>],
        new: &[Node<'s>],
        mode: Mode,
    ) -> Rc<Outcome<'s>> {
        if self.is_same_text(old, new) {
            return Rc::clone(&self.nothing);
        }
        let key = (
            identity(self.old, old),
            identity(self.new, new),
            mode,
            self.level,
            self.writing,
        );
        if let Some(outcome) = self.memo.get(&key) {
            return outcome;
        }
        if self.memo.depth() >= DEPTH_LIMIT {
            self.is_cut_off = true;
            return Rc::new(Outcome {
                is_incomplete: true,
                ..Outcome::default()
            });
        }
        let pending = self.memo.open(key);
        let outcome = Rc::new(self.compare_shapes(old, new, mode));
        self.memo.close(pending, &outcome);
        outcome
    }

    /// Whether two schemas are the same text in the same dialect. Text without references says
    /// the same on both sides.
    fn is_same_text(&self, old: &[Node<'s>], new: &[Node<'s>]) -> bool {
        let ([old], [new]) = (old, new) else {
            return false;
        };
        let (before, after) = (old.raw(), new.raw());
        before == after
            && !before.contains(['*', '<'])
            && !before.contains("$ref")
            && !before.contains("$dynamicRef")
            && self.old.documents().dialect(*old) == self.new.documents().dialect(*new)
    }

    /// Whether two schemas differ in anything but words.
    fn differ(&mut self, old: &[Node<'s>], new: &[Node<'s>]) -> bool {
        !self.compare(old, new, Mode::Configuration).is_empty()
    }

    fn compare_shapes(&mut self, old: &[Node<'s>], new: &[Node<'s>], mode: Mode) -> Outcome<'s> {
        let (mut before, mut after) = (self.old.shape(old), self.new.shape(new));
        let is_choice = |shape: &Shape<'_>| !(shape.one_of.is_empty() && shape.any_of.is_empty());
        let is_single = |shape: &Shape<'_>| shape.has_single_choice && !is_choice(shape);
        let grows = is_single(&before) && is_choice(&after);
        if grows || is_single(&after) && is_choice(&before) {
            before = self.old.shape_with_choices(old);
            after = self.new.shape_with_choices(new);
        }
        respelled::unify((self.old, self.new), &mut before, &mut after);
        for (side, shape) in [(SideName::Old, &before), (SideName::New, &after)] {
            let problems = shape.problems.iter().cloned();
            self.problems
                .extend(problems.map(|problem| (side, problem)));
        }
        let mut pair = Pair {
            old: &before,
            new: &after,
            mode,
            found: Outcome::default(),
        };
        pair.found.schemas = (old.to_vec(), new.to_vec());
        pair.found.is_incomplete = !before.problems.is_empty() || !after.problems.is_empty();
        if !references::compare(&mut pair) {
            return pair.found;
        }
        if self.writing == Writing::Xml {
            xml::compare(&mut pair);
        }
        if mode == Mode::Configuration && combinations::compare(&mut pair, self) {
            return pair.found;
        }
        if types::compare(&mut pair, self.writing) {
            bounds::compare(&mut pair);
            keywords::compare(&mut pair, self);
            objects::compare(&mut pair, self);
            branches::compare(&mut pair, self);
        }
        pair.found
    }
}

impl<'s> Pair<'_, 's> {
    fn push(&mut self, delta: Delta<'s>) {
        self.found.deltas.push(delta);
    }

    /// Compares schemas below this one and keeps what differs under a step of the path.
    fn descend(
        &mut self,
        comparer: &mut SchemaComparer<'s>,
        step: impl FnOnce() -> String,
        old: &[Node<'s>],
        new: &[Node<'s>],
    ) {
        let outcome = comparer.compare(old, new, self.mode);
        self.found.is_incomplete |= outcome.is_incomplete;
        if !outcome.is_empty() {
            self.found.children.push((step(), outcome));
        }
    }
}

fn identity(schemas: Schemas<'_>, nodes: &[Node<'_>]) -> Identity {
    nodes
        .iter()
        .map(|node| {
            let documents = schemas.documents();
            let is_only_reference =
                node.len() == 1 || !documents.dialect(*node).reads_beside_references();
            let node = if is_only_reference {
                documents.follow(*node).unwrap_or(*node)
            } else {
                *node
            };
            node.identity()
        })
        .collect()
}
