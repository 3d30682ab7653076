//! Who supplies the data of a message: the side that calls, the side that answers, or both.

use std::collections::BTreeMap;

use pacto_spec::protobuf::{FieldType, Schema};

use super::matching::Matching;
use crate::Direction;

/// Directions by full name on the new side.
pub(super) struct Directions {
    known: BTreeMap<String, (bool, bool)>,
    /// That of everything the procedures do not tell about.
    otherwise: Direction,
}

impl Directions {
    pub(super) fn of(old: &Schema, new: &Schema, matching: &Matching) -> Self {
        let mut directions = Self {
            known: BTreeMap::new(),
            otherwise: Direction::Both,
        };
        // Procedures that come have no callers yet; they only tell of what was not used before.
        directions.walk(new, &str::to_owned);
        let new = std::mem::take(&mut directions.known);
        directions.walk(old, &|name| matching.new_name(name).to_owned());
        for (name, uses) in new {
            directions.known.entry(name).or_insert(uses);
        }
        directions
    }

    /// One direction for everything.
    pub(super) fn always(direction: Direction) -> Self {
        Self {
            known: BTreeMap::new(),
            otherwise: direction,
        }
    }

    /// The direction of a message or enum. Without a procedure that uses it, both are possible.
    pub(super) fn get(&self, new_name: &str) -> Direction {
        match self.known.get(new_name) {
            Some((true, false)) => Direction::Input,
            Some((false, true)) => Direction::Output,
            Some((true, true)) => Direction::Both,
            _ => self.otherwise,
        }
    }

    fn walk(&mut self, schema: &Schema, new_name: &dyn Fn(&str) -> String) {
        let mut seen: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
        let mut queue: Vec<(&str, (bool, bool))> = Vec::new();
        for rpc in schema.services.values().flat_map(|service| &service.rpcs) {
            queue.push((&rpc.request, (true, false)));
            queue.push((&rpc.response, (false, true)));
        }
        while let Some((name, uses)) = queue.pop() {
            let known = seen.entry(name).or_default();
            let all = (known.0 | uses.0, known.1 | uses.1);
            if all == *known {
                continue;
            }
            *known = all;
            let fields = schema.messages.get(name).map(|message| &message.fields);
            for field in fields.into_iter().flatten() {
                let inner = match &field.field_type {
                    FieldType::Map(_, value) => value,
                    other => other,
                };
                if let Some(name) = inner.type_name() {
                    queue.push((name, uses));
                }
            }
        }
        for (name, uses) in seen {
            let known = self.known.entry(new_name(name)).or_default();
            *known = (known.0 | uses.0, known.1 | uses.1);
        }
    }
}
