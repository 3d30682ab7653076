//! How schemas are combined: all of them, any of them or exactly one.

use pacto_document::Node;
use pacto_spec::schema::{Branch, Shape};

use super::{Delta, Pair, SchemaComparer};

/// Compares the keywords that combine schemas; true when nothing else is to be compared, because
/// what `allOf` says was merged into one schema and a choice is none.
pub(super) fn compare<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>) -> bool {
    let (before, after) = &pair.found.schemas;
    let old = Combination::of(pair.old, before);
    let new = Combination::of(pair.new, after);
    let (Some(old), Some(new)) = (old, new) else {
        return false;
    };
    if old.keyword == new.keyword {
        return false;
    }
    let has_merged = [&old, &new].iter().any(|side| side.keyword == "allOf");
    // What stands beside a merged keyword is not compared, so there must be nothing.
    let is_alone = !has_merged || old.is_alone && new.is_alone;
    let is_same = old.branches.len() == new.branches.len()
        && old.branches.iter().all(|before| {
            let mut branches = new.branches.iter();
            branches.any(|after| !comparer.differ(&[*before], &[*after]))
        });
    // What satisfied one or all of the same branches satisfies any of them.
    let family = if is_same && is_alone && new.keyword == "anyOf" {
        "combined-kind-extended"
    } else {
        "combined-kind-changed"
    };
    let delta = Delta::family(family, "", Some(old.node), Some(new.node));
    pair.push(delta.modified(Some(old.keyword.into()), Some(new.keyword.into())));
    has_merged
}

/// Keywords beside which a combination is all that a schema says.
const ANNOTATIONS: [&str; 5] = ["$comment", "$id", "description", "examples", "title"];

/// The one keyword that combines schemas, and what it combines.
struct Combination<'s> {
    keyword: &'static str,
    /// Where the keyword is written.
    node: Node<'s>,
    branches: Vec<Node<'s>>,
    /// The schema says nothing else.
    is_alone: bool,
}

impl<'s> Combination<'s> {
    /// `None` without such a keyword, and with several. The shape is that of the schemas.
    fn of(shape: &Shape<'s>, schemas: &[Node<'s>]) -> Option<Self> {
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
        let says_only = |schema: &Node<'s>, only: &str| {
            let mut keys = schema.entries().filter_map(|(key, _)| key.as_str());
            keys.all(|key| key == only || ANNOTATIONS.contains(&key))
        };
        let is_alone = match schemas {
            [schema] if schema.get("$ref").is_some() => {
                says_only(schema, "$ref")
                    && shape
                        .node()
                        .is_some_and(|target| says_only(&target, keyword))
            }
            [schema] => says_only(schema, keyword),
            _ => false,
        };
        Some(Self {
            keyword,
            node: list(keyword)?,
            branches,
            is_alone,
        })
    }
}
