//! How schemas are combined: all of them, any of them or exactly one.

use pacto_document::Node;
use pacto_spec::schema::{Branch, Shape};

use super::{Delta, Pair, SchemaComparer};

/// Compares the keywords that combine schemas; true when nothing else is to be compared, because
/// what `allOf` says was merged into one schema and a choice is none.
pub(super) fn compare<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>) -> bool {
    let (Some(old), Some(new)) = (Combination::of(pair.old), Combination::of(pair.new)) else {
        return false;
    };
    if old.keyword == new.keyword {
        return false;
    }
    let is_same = old.branches.len() == new.branches.len()
        && old.branches.iter().all(|before| {
            let mut branches = new.branches.iter();
            branches.any(|after| !comparer.differ(&[*before], &[*after]))
        });
    // What satisfied one or all of the same branches satisfies any of them.
    let family = if is_same && new.keyword == "anyOf" {
        "combined-kind-extended"
    } else {
        "combined-kind-changed"
    };
    let delta = Delta::family(family, "", Some(old.node), Some(new.node));
    pair.push(delta.modified(Some(old.keyword.into()), Some(new.keyword.into())));
    [old, new].iter().any(|side| side.keyword == "allOf")
}

/// The one keyword that combines schemas, and what it combines.
struct Combination<'s> {
    keyword: &'static str,
    /// Where the keyword is written.
    node: Node<'s>,
    branches: Vec<Node<'s>>,
}

impl<'s> Combination<'s> {
    /// `None` without such a keyword, and with several.
    fn of(shape: &Shape<'s>) -> Option<Self> {
        let list = |keyword: &'static str| {
            let mut lists = shape.parts.iter().filter_map(|part| part.get(keyword));
            lists.find(|list| list.items().count() > 1)
        };
        let nodes = |branches: &[Branch<'s>]| branches.iter().map(|branch| branch.node).collect();
        let (keyword, branches) = match (&list("allOf"), &*shape.any_of, &*shape.one_of) {
            (Some(list), [], []) => ("allOf", list.items().collect()),
            (None, branches @ [_, ..], []) => ("anyOf", nodes(branches)),
            (None, [], branches @ [_, ..]) => ("oneOf", nodes(branches)),
            _ => return None,
        };
        Some(Self {
            keyword,
            node: list(keyword)?,
            branches,
        })
    }
}
