//! Walking over two documents side by side.

use std::collections::BTreeSet;

use pacto_document::{Kind, Node};
use serde_json::Value;

use super::keywords::{Vocabulary, Word};
use crate::Direction;
use crate::deep::finding::{Finding, Order};
use crate::deep::rules;
use crate::deep::schema::delta::bracketed;
use crate::detect::{ChangeKind, METHODS, paired};

/// A walk over two documents.
pub(super) struct Walk<'v> {
    vocabulary: &'v Vocabulary,
    /// Path of the present place among the records.
    path: String,
    /// Where what is found sorts.
    order: Order,
    findings: Vec<Finding>,
}

impl<'v> Walk<'v> {
    pub(super) fn new(vocabulary: &'v Vocabulary, root: &str) -> Self {
        Self {
            vocabulary,
            path: root.to_owned(),
            order: Order {
                section: 1,
                ..Order::default()
            },
            findings: Vec::new(),
        }
    }

    /// What differs between two documents.
    pub(super) fn findings(mut self, old: Node<'_>, new: Node<'_>) -> Vec<Finding> {
        self.part(old, new, None);
        self.findings
    }

    /// Walks on below a step of the path.
    fn below(&mut self, step: &str, walk: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(step);
        walk(self);
        self.path.truncate(length);
    }

    /// Compares a part that both sides have; `key` leads to it.
    fn part(&mut self, old: Node<'_>, new: Node<'_>, key: Option<&str>) {
        // Without aliases the same text says the same.
        let is_same = old.raw() == new.raw() && !old.raw().contains('*');
        if is_same {
            return;
        }
        match (old.kind(), new.kind()) {
            (Kind::Mapping, Kind::Mapping) => self.mapping(old, new, key),
            (Kind::Sequence, Kind::Sequence) => self.sequence(old, new),
            _ => {}
        }
    }

    fn mapping(&mut self, old: Node<'_>, new: Node<'_>, owner: Option<&str>) {
        for (key, before, after) in paired(Some(old), Some(new)) {
            let (before, after) = (before.map(|it| it.value), after.map(|it| it.value));
            let word = self.vocabulary.word(&key, owner);
            let sides = (before, after);
            match (word, before, after) {
                (Word::Documentation(rule), ..) => self.compare(rule, &key, sides),
                (Word::Named, Some(before), Some(after)) if before.kind() == Kind::Mapping => {
                    self.named(&key, before, after);
                }
                (Word::Named | Word::Part, Some(before), Some(after)) => {
                    self.at_key(&key, |walk| walk.part(before, after, Some(&key)));
                }
                _ => {}
            }
        }
    }

    /// Walks on below a key, spelled as records spell it.
    fn at_key(&mut self, key: &str, walk: impl FnOnce(&mut Self)) {
        let order = self.order.clone();
        let step = if METHODS.contains(&key) && self.is_path_item() {
            let index = METHODS.iter().position(|method| *method == key);
            self.order.method = index.map_or(0, |index| index + 1);
            format!(".methods[{}]", key.to_uppercase())
        } else if key == "requestBody" {
            self.order.part = 2;
            ".request-body".to_owned()
        } else {
            if key == "parameters" {
                self.order.part = 1;
            }
            format!(".{key}")
        };
        self.below(&step, walk);
        self.order = order;
    }

    fn is_path_item(&self) -> bool {
        self.order.section == 0 && self.order.method == 0
    }

    /// Walks over a map from names to parts.
    fn named(&mut self, map: &str, old: Node<'_>, new: Node<'_>) {
        let pairs = paired(Some(old), Some(new));
        // The only media type is not named in paths.
        let is_only = map == "content" && pairs.len() == 1;
        let is_paths = map == "paths" && self.path == "openapi";
        for (name, before, after) in pairs {
            let (before, after) = (before.map(|it| it.value), after.map(|it| it.value));
            if let Word::Documentation(rule) = self.vocabulary.name(&name, map) {
                self.below(&format!(".{map}"), |walk| {
                    walk.compare(rule, &name, (before, after));
                });
                continue;
            }
            let (Some(before), Some(after)) = (before, after) else {
                continue;
            };
            let order = self.order.clone();
            if is_paths {
                self.order = Order {
                    path: name.clone(),
                    ..Order::default()
                };
            } else if map == "responses" && self.order.method > 0 {
                self.order.part = 3;
                self.order.key.clone_from(&name);
            }
            let name = if map == "paths" {
                name
            } else {
                bracketed(&name)
            };
            let step = if is_only {
                String::new()
            } else {
                format!(".{map}[{name}]")
            };
            self.below(&step, |walk| walk.part(before, after, Some(map)));
            self.order = order;
        }
    }

    /// Walks over lists: parameters by name and place, other parts by position where the lists are
    /// equally long, since it is not known which is which otherwise.
    fn sequence(&mut self, old: Node<'_>, new: Node<'_>) {
        let identity = |node: Node<'_>| -> Option<String> {
            let (name, place) = (node.get("name")?.as_str()?, node.get("in")?.as_str()?);
            Some(format!("{name}:{place}"))
        };
        let is_same_length = old.len() == new.len();
        for (index, before) in old.items().enumerate() {
            let (step, after) = match identity(before) {
                Some(key) => {
                    let after = new.items().find(|it| identity(*it).as_ref() == Some(&key));
                    (format!("[{}]", bracketed(&key)), after)
                }
                None if is_same_length => (format!("[{index}]"), new.at(index)),
                None => continue,
            };
            if let Some(after) = after {
                self.below(&step, |walk| walk.part(before, after, None));
            }
        }
    }

    fn compare(&mut self, rule: &str, key: &str, (old, new): (Option<Node<'_>>, Option<Node<'_>>)) {
        let kind = match (old, new) {
            (Some(old), Some(new)) if old.value_eq(new) => return,
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Modified,
        };
        let path = format!("{}.{key}", self.path);
        if rule == "tag-changed" && self.tags(&path, old, new) {
            return;
        }
        self.edit(rule, path, kind, key, (old, new));
    }

    /// The groups an operation joined and left; false when that is not what changed.
    fn tags(&mut self, path: &str, old: Option<Node<'_>>, new: Option<Node<'_>>) -> bool {
        let names = |list: Option<Node<'_>>| -> Option<BTreeSet<String>> {
            let items = list.into_iter().flat_map(Node::items);
            items.map(|it| it.as_str().map(str::to_owned)).collect()
        };
        let (Some(before), Some(after)) = (names(old), names(new)) else {
            // Those of the document have descriptions.
            return false;
        };
        for (names, others, rule, kind, nodes) in [
            (
                &before,
                &after,
                "api-tag-removed",
                ChangeKind::Removed,
                (old, None),
            ),
            (
                &after,
                &before,
                "api-tag-added",
                ChangeKind::Added,
                (None, new),
            ),
        ] {
            for name in names.difference(others) {
                let path = format!("{path}[{}]", bracketed(name));
                self.edit(rule, path, kind, &format!("tag {name}"), nodes);
            }
        }
        before != after
    }

    fn edit(
        &mut self,
        rule: &str,
        path: String,
        kind: ChangeKind,
        subject: &str,
        (old, new): (Option<Node<'_>>, Option<Node<'_>>),
    ) {
        let judgement = rules::judge(rule, None, Direction::None);
        let verb = match kind {
            ChangeKind::Modified => "changed",
            kind => kind.as_str(),
        };
        self.findings.push(Finding {
            rule: self.vocabulary.named(rule),
            page: judgement.page,
            class: judgement.class,
            direction: Direction::None,
            path,
            occurrences: Vec::new(),
            kind,
            old_value: old.and_then(shown),
            new_value: new.and_then(shown),
            old_location: old.map(pacto_spec::place),
            new_location: new.map(pacto_spec::place),
            reason: format!("{subject} {verb} at {}", self.path),
            witness: None,
            order: self.order.clone(),
        });
    }
}

/// Words and lists of words; anything larger is found at its place.
fn shown(node: Node<'_>) -> Option<Value> {
    let is_list = node.kind() == Kind::Sequence && node.items().all(Node::is_empty);
    (node.is_empty() || is_list)
        .then(|| node.to_json())
        .flatten()
}
