//! Which branches of `allOf` become part of the shape.

use pacto_document::{Kind, Node};

use super::{Identity, Lowering, MERGE_DEPTH, PARTS_LIMIT, branches, has_choice, is_remark_key};
use crate::schema::TypeSet;

impl<'s> Lowering<'s> {
    /// Branches that say nothing conditional are merged. Beside others that do, since a shape has
    /// room for one choice, only those that describe an object are, and the rest stay branches.
    /// One that stands alone, or with nothing but remarks, is merged whatever it says, unless it
    /// may have a choice as its owner does.
    pub(super) fn all_of(&mut self, owner: Node<'s>, list: Node<'s>, depth: usize) {
        if depth >= MERGE_DEPTH {
            self.shape.all_of.extend(branches(list));
            return;
        }
        let is_plain = |branch: Node<'s>| self.is_plain(branch, depth, &mut Vec::new());
        let is_alone = list.items().filter(|branch| !is_remark(*branch)).count() <= 1;
        let has_room = !has_choice(owner)
            || !list
                .items()
                .any(|branch| self.may_have_choice(branch, depth));
        let are_merged = is_alone && has_room || list.items().all(is_plain);
        let (merged, others): (Vec<_>, Vec<_>) = branches(list).partition(|branch| {
            are_merged || is_plain(branch.node) && self.describes_object(branch.node)
        });
        for branch in merged {
            self.add(branch.node, depth + 1);
        }
        self.shape.all_of.extend(others);
    }

    /// Whether a schema has a choice, or leads to others that may.
    pub(super) fn may_have_choice(&self, schema: Node<'s>, depth: usize) -> bool {
        let target = self.schemas.documents.follow(schema).unwrap_or(schema);
        let keys = ["anyOf", "oneOf", "allOf", "$ref"];
        keys.iter().any(|key| target.get(key).is_some())
            && !self.is_plain(target, depth, &mut Vec::new())
    }

    /// Whether a branch of `allOf` is an object that says nothing conditional. What was seen on
    /// the way need not be looked at again.
    fn is_plain(&self, branch: Node<'s>, depth: usize, seen: &mut Vec<Identity>) -> bool {
        const CONDITIONAL: [&str; 6] = ["oneOf", "anyOf", "not", "if", "$dynamicRef", "enum"];
        let Ok(target) = self.schemas.documents.follow(branch) else {
            return false;
        };
        let identity = target.identity();
        if seen.contains(&identity) || target.as_bool() == Some(true) {
            return true;
        }
        if seen.len() >= PARTS_LIMIT {
            return false;
        }
        seen.push(identity);
        let is_object = target
            .get("type")
            .is_none_or(|node| TypeSet::declared(node).without(TypeSet::NULL) == TypeSet::OBJECT);
        let is_conditional = CONDITIONAL.iter().any(|key| target.get(key).is_some());
        target.kind() == Kind::Mapping
            && is_object
            && !is_conditional
            && target.get("allOf").is_none_or(|list| {
                depth + 1 < MERGE_DEPTH
                    && list
                        .items()
                        .all(|branch| self.is_plain(branch, depth + 1, seen))
            })
    }

    fn describes_object(&self, branch: Node<'s>) -> bool {
        const KEYWORDS: [&str; 4] = ["type", "properties", "required", "allOf"];
        let target = self.schemas.documents.follow(branch).unwrap_or(branch);
        KEYWORDS.iter().any(|key| target.get(key).is_some())
    }
}

/// Whether a branch has no keyword that values could be held to, except that null is allowed.
fn is_remark(branch: Node<'_>) -> bool {
    const ALLOWED: [&str; 4] = ["default", "readOnly", "writeOnly", "nullable"];
    branch.as_bool() == Some(true)
        || branch.kind() == Kind::Mapping
            && branch.entries().all(|(key, _)| {
                key.as_str()
                    .is_some_and(|key| ALLOWED.contains(&key) || is_remark_key(key))
            })
}
