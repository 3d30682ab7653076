//! OpenAPI documents: paths, methods, parameters, request bodies and responses.
//!
//! Nodes are compared as written; references are texts here and are not followed.

use std::collections::{BTreeMap, BTreeSet};

use pacto_diagnostic::Location;
use pacto_document::{Document, Node, Pointer};

use super::fact::METHODS;
use super::walk::{Entry, by_key, paired};
use super::{Change, ChangeKind, Detector, Fact, OperationPart};

/// Compares the documents of one interface.
pub(super) fn detect(detector: &mut Detector<'_>, interface: &str, old: &Document, new: &Document) {
    let mut walker = Walker {
        detector,
        interface,
        old_file: old.source().name(),
        new_file: new.source().name(),
    };
    let root = Pointer::root().key("paths");
    for (path, old, new) in paired(old.root().get("paths"), new.root().get("paths")) {
        let at = root.key(path.clone());
        match (old, new) {
            (Some(old), Some(new)) => walker.path_item(&path, old.value, new.value, &at),
            (old, new) => walker.push(Fact::ApiPath(path), old, new, (&at, &at)),
        }
    }
}

struct Walker<'w, 's> {
    detector: &'w mut Detector<'s>,
    interface: &'w str,
    old_file: &'w str,
    new_file: &'w str,
}

impl Walker<'_, '_> {
    fn path_item(&mut self, path: &str, old: Node<'_>, new: Node<'_>, at: &Pointer) {
        let (old, new) = (by_key(old), by_key(new));
        for method in METHODS {
            let at = at.key(method);
            match (old.get(method), new.get(method)) {
                (Some(old), Some(new)) => self.operation(path, method, old.value, new.value, &at),
                (old, new) => {
                    let fact = operation(path, method, None);
                    self.push(fact, old.copied(), new.copied(), (&at, &at));
                }
            }
        }
    }

    fn operation(
        &mut self,
        path: &str,
        method: &'static str,
        old: Node<'_>,
        new: Node<'_>,
        at: &Pointer,
    ) {
        let (before, after) = (parameters(old), parameters(new));
        let keys: BTreeSet<&(&str, &str)> = before.keys().chain(after.keys()).collect();
        let mut keys: Vec<_> = keys.into_iter().copied().collect();
        // Byte order of what stands in the path, `name:in`.
        keys.sort_by_key(|(name, location)| format!("{name}:{location}"));
        for key in keys {
            let (old, new) = (before.get(&key), after.get(&key));
            let place = |parameter: Option<&(usize, Entry<'_>)>| {
                let parameters = at.key("parameters");
                parameter.map_or(parameters.clone(), |(index, _)| parameters.index(*index))
            };
            let fact = operation(
                path,
                method,
                Some(OperationPart::Parameter {
                    name: key.0.to_owned(),
                    location: key.1.to_owned(),
                }),
            );
            self.part(
                fact,
                old.map(|(_, entry)| *entry),
                new.map(|(_, entry)| *entry),
                (&place(old), &place(new)),
            );
        }
        let body = at.key("requestBody");
        let (old_body, new_body) = (entry_of(old, "requestBody"), entry_of(new, "requestBody"));
        self.part(
            operation(path, method, Some(OperationPart::RequestBody)),
            old_body,
            new_body,
            (&body, &body),
        );
        let responses = at.key("responses");
        for (status, old, new) in paired(old.get("responses"), new.get("responses")) {
            let at = responses.key(status.clone());
            let fact = operation(path, method, Some(OperationPart::Response(status)));
            self.part(fact, old, new, (&at, &at));
        }
    }

    /// A part that is added, removed, or differs as a value.
    fn part(
        &mut self,
        fact: Fact,
        old: Option<Entry<'_>>,
        new: Option<Entry<'_>>,
        at: (&Pointer, &Pointer),
    ) {
        if let (Some(old), Some(new)) = (old, new)
            && old.value.value_eq(new.value)
        {
            return;
        }
        self.push(fact, old, new, at);
    }

    fn push(
        &mut self,
        fact: Fact,
        old: Option<Entry<'_>>,
        new: Option<Entry<'_>>,
        at: (&Pointer, &Pointer),
    ) {
        let kind = match (old, new) {
            (Some(_), Some(_)) => ChangeKind::Modified,
            (None, Some(_)) => ChangeKind::Added,
            (Some(_), None) => ChangeKind::Removed,
            (None, None) => return,
        };
        let file = if new.is_some() {
            self.new_file
        } else {
            self.old_file
        };
        let value = fact.api_value();
        self.detector.push(
            Change::new(fact, kind)
                .value(value)
                .at(place(old, at.0), place(new, at.1))
                .interface(self.interface)
                .file(file),
        );
    }
}

fn operation(path: &str, method: &'static str, part: Option<OperationPart>) -> Fact {
    Fact::Operation {
        path: path.to_owned(),
        method,
        part,
    }
}

fn entry_of<'d>(node: Node<'d>, key: &str) -> Option<Entry<'d>> {
    let (key, value) = node.get_entry(key)?;
    Some(Entry {
        key: Some(key),
        value,
    })
}

/// Parameters by name and place; those without a name (references) are not seen, and of two equal
/// ones the last counts.
fn parameters(operation: Node<'_>) -> BTreeMap<(&str, &str), (usize, Entry<'_>)> {
    let Some(list) = operation.get("parameters") else {
        return BTreeMap::new();
    };
    list.items()
        .enumerate()
        .filter_map(|(index, item)| {
            let (name_key, name) = item.get_entry("name")?;
            let location = item.get("in").and_then(Node::as_str).unwrap_or("");
            let entry = Entry {
                key: Some(name_key),
                value: item,
            };
            Some(((name.as_str()?, location), (index, entry)))
        })
        .collect()
}

/// Place of an entry: its key, so that a large value does not drown it.
pub(super) fn place(entry: Option<Entry<'_>>, at: &Pointer) -> Option<Location> {
    let entry = entry?;
    let node = entry.key.unwrap_or(entry.value);
    let mut location = node.location();
    location.pointer = Some(at.to_string());
    Some(location)
}
