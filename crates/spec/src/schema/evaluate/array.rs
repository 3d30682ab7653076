//! Keywords about lists.

use pacto_document::{Kind, Node};
use serde_json::Value;

use super::assertions::{counted, same};
use super::{Judge, Verdict};
use crate::schema::Dialect;

impl<'s> Judge<'s, '_> {
    pub(super) fn array(
        self,
        schema: Node<'s>,
        dialect: Dialect,
        items: &[Value],
        depth: usize,
    ) -> Verdict {
        counted(schema, "minItems", "maxItems", || items.len())
            .and(|| unique(schema, items))
            .and(|| self.items(schema, dialect, items, depth))
            .and(|| self.contains(schema, dialect, items, depth))
    }

    fn items(self, schema: Node<'s>, dialect: Dialect, items: &[Value], depth: usize) -> Verdict {
        let list = schema.get("items");
        let is_tuple = list.is_some_and(|node| node.kind() == Kind::Sequence);
        let (first, rest) = if is_tuple {
            (list, schema.get("additionalItems"))
        } else {
            let first = schema.get("prefixItems");
            (first.filter(|_| dialect.has_prefix_items()), list)
        };
        if is_tuple && !dialect.has_tuples() {
            return Verdict::Unknown("items");
        }
        let mut verdict = Verdict::Accepted;
        let mut is_told = rest.is_some();
        for (index, item) in items.iter().enumerate() {
            let schema = first.and_then(|first| first.at(index)).or(rest);
            is_told |= index + 1 == items.len() && schema.is_some();
            let Some(schema) = schema else { continue };
            verdict = verdict.and(|| {
                let verdict = self.instance(&[schema], item, depth + 1);
                verdict.under(|| index.to_string())
            });
        }
        // What other keywords have said about the items is not kept.
        let is_open = schema.get("unevaluatedItems").is_some() && !is_told && !items.is_empty();
        verdict.and(|| {
            if is_open && dialect.has_unevaluated() {
                Verdict::Unknown("unevaluatedItems")
            } else {
                Verdict::Accepted
            }
        })
    }

    fn contains(
        self,
        schema: Node<'s>,
        dialect: Dialect,
        items: &[Value],
        depth: usize,
    ) -> Verdict {
        let wanted = schema.get("contains").filter(|_| dialect.has_constants());
        let Some(wanted) = wanted else {
            return Verdict::Accepted;
        };
        let mut found = 0;
        for item in items {
            match self.instance(&[wanted], item, depth + 1) {
                Verdict::Accepted => found += 1,
                Verdict::Refused(_) => {}
                unknown @ Verdict::Unknown(_) => return unknown,
            }
        }
        let says_least = dialect.has_unevaluated() && schema.get("minContains").is_some();
        if dialect.has_unevaluated() {
            let counts = counted(schema, "minContains", "maxContains", || found);
            if counts != Verdict::Accepted {
                return counts;
            }
        }
        Verdict::when(says_least || found > 0, || {
            "no item is what `contains` asks for".to_owned()
        })
    }
}

fn unique(schema: Node<'_>, items: &[Value]) -> Verdict {
    let is_asked = schema
        .get("uniqueItems")
        .is_some_and(|node| node.as_bool() == Some(true));
    let is_twice =
        |(index, item): (usize, &Value)| items.iter().take(index).any(|other| same(other, item));
    Verdict::when(!is_asked || !items.iter().enumerate().any(is_twice), || {
        "items are not unique".to_owned()
    })
}
