//! Every part of a value that a schema refuses, where a verdict names the first one only.

use std::collections::BTreeSet;

use pacto_document::Node;
use pacto_spec::schema::{Refusal, Schemas, Shape, Slot, Verdict};
use serde_json::Value;

/// Parts in parts that are looked at.
const DEPTH_LIMIT: usize = 64;

/// The parts of a value that a schema refuses, at most so many, in the order of the value. Nothing
/// when the value as a whole is fine, or when that cannot be told.
pub(super) fn all<'s>(
    schemas: Schemas<'s>,
    root: Node<'s>,
    value: &Value,
    at_most: usize,
) -> Vec<Refusal> {
    let mut search = Search {
        schemas,
        at_most,
        found: Vec::new(),
    };
    search.look(&[root], value, &mut Vec::new());
    search.found
}

struct Search<'s> {
    schemas: Schemas<'s>,
    at_most: usize,
    found: Vec<Refusal>,
}

impl<'s> Search<'s> {
    fn look(&mut self, schemas: &[Node<'s>], value: &Value, path: &mut Vec<String>) {
        if self.found.len() >= self.at_most || path.len() >= DEPTH_LIMIT {
            return;
        }
        let Some(first) = self.refusal(schemas, value) else {
            return;
        };
        let shape = self.schemas.shape(schemas);
        // Parts that a schema of their own describes are asked about one by one.
        let mut asked = BTreeSet::new();
        for (name, part) in parts(value) {
            if let Some(inner) = described(&shape, value, &name) {
                path.push(name.clone());
                self.look(&inner, part, path);
                path.pop();
                asked.insert(name);
            }
        }
        // What is left is told by verdicts about the whole, without what was told already.
        let mut rest = value.clone();
        let mut refusal = Some(first);
        while let Some(told) = refusal.take() {
            let part = told.path.first();
            if part.is_none_or(|name| !asked.contains(name)) {
                self.tell(path, &told);
            }
            let Some(name) = part else { return };
            if self.found.len() >= self.at_most || !without(&mut rest, name) {
                return;
            }
            refusal = self.refusal(schemas, &rest).filter(|next| {
                // That it is missing now is not the fault of whoever wrote the value.
                !next.path.is_empty() && next.path.first() != Some(name)
            });
        }
    }

    fn tell(&mut self, path: &[String], refusal: &Refusal) {
        let whole: Vec<String> = path.iter().chain(&refusal.path).cloned().collect();
        if self.found.len() < self.at_most && self.found.iter().all(|it| it.path != whole) {
            self.found.push(Refusal {
                message: refusal.message.clone(),
                path: whole,
            });
        }
    }

    fn refusal(&self, schemas: &[Node<'s>], value: &Value) -> Option<Refusal> {
        match self.schemas.verdict(schemas, value) {
            Verdict::Refused(refusal) => Some(refusal),
            Verdict::Accepted | Verdict::Unknown(_) => None,
        }
    }
}

/// Members and items, by name and position.
fn parts(value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), member))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| (index.to_string(), item))
            .collect(),
        _ => Vec::new(),
    }
}

/// The schemas that describe a part by its name or position alone.
fn described<'s>(shape: &Shape<'s>, value: &Value, name: &str) -> Option<Vec<Node<'s>>> {
    if value.is_object() {
        return shape.properties.get(name).cloned();
    }
    let position = name.parse::<usize>().ok()?;
    match shape.prefix_items.get(position) {
        Some(schema) => Some(vec![*schema]),
        None => shape.slots.get(&Slot::Items).cloned(),
    }
}

/// Takes a member out of an object; false where there is none. Items of a list have their positions.
fn without(value: &mut Value, name: &str) -> bool {
    let members = value.as_object_mut();
    members.is_some_and(|members| members.remove(name).is_some())
}
