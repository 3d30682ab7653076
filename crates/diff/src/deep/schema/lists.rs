//! Lists whose first positions have schemas of their own, and what follows them.

use pacto_document::Node;

use super::{Delta, Pair, SchemaComparer};
use crate::deep::place::Mode;

/// The positions of a tuple.
pub(super) fn tuples<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>) {
    let (old, new) = (&pair.old.prefix_items, &pair.new.prefix_items);
    for index in 0..old.len().max(new.len()) {
        let step = format!(".prefixItems[{index}]");
        match (old.get(index), new.get(index)) {
            (Some(before), Some(after)) => {
                pair.descend(comparer, || step, &[*before], &[*after]);
            }
            (None, after) => {
                pair.push(Delta::family(
                    "prefix-items-added",
                    step,
                    None,
                    after.copied(),
                ));
            }
            (before, None) => {
                let delta = Delta::family("prefix-items-removed", step, before.copied(), None);
                pair.push(delta);
            }
        }
    }
}

/// What may follow the positions of a tuple in a configuration: nothing, anything, or what a schema
/// says. False when this is no tuple, and when there is a schema on both sides.
pub(super) fn additional_items<'s>(
    pair: &mut Pair<'_, 's>,
    old: Option<Node<'s>>,
    new: Option<Node<'s>>,
) -> bool {
    let is_tuple = !(pair.old.prefix_items.is_empty() && pair.new.prefix_items.is_empty());
    if !is_tuple || pair.mode != Mode::Configuration {
        return false;
    }
    let allows = |node: Option<Node<'s>>| node.map_or(Some(true), Node::as_bool);
    let family = match (allows(old), allows(new)) {
        (None, None) => return false,
        (Some(false), Some(false)) | (Some(true), Some(true)) => return true,
        (_, Some(false)) => "additional-items-disallowed",
        (Some(false), _) => "additional-items-allowed",
        (Some(true), None) => "additional-items-narrowed",
        (None, Some(true)) => "additional-items-extended",
    };
    let delta = Delta::family(
        family,
        ".items",
        old.or(pair.old.node()),
        new.or(pair.new.node()),
    );
    pair.push(delta.modified(allows(old).map(Into::into), allows(new).map(Into::into)));
    true
}
