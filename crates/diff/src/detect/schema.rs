//! JSON Schemas of configurations and policies.

use pacto_document::{Document, Node, Pointer};

use super::walk::{differences, paired_as_written};
use super::{Change, ChangeKind, Detector, Fact, Scope, Step, openapi};

/// How much of a schema is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Which properties exist, nested ones included.
    Properties,
    /// Which properties exist at the top.
    TopProperties,
    /// Every place of the schema.
    Everything,
}

/// Compares the schemas of one configuration or policy.
pub(super) fn detect(
    detector: &mut Detector<'_>,
    scope: &Scope,
    old: &Document,
    new: &Document,
    extent: Extent,
) {
    if extent == Extent::Everything {
        everything(detector, scope, old, new);
        return;
    }
    let mut walker = Walker {
        detector,
        scope,
        old_file: old.source().name(),
        new_file: new.source().name(),
        is_nested: extent == Extent::Properties,
        names: Vec::new(),
    };
    walker.properties(old.root(), new.root(), &Pointer::root());
}

struct Walker<'w, 's> {
    detector: &'w mut Detector<'s>,
    scope: &'w Scope,
    old_file: &'w str,
    new_file: &'w str,
    is_nested: bool,
    names: Vec<String>,
}

impl Walker<'_, '_> {
    fn properties(&mut self, old: Node<'_>, new: Node<'_>, at: &Pointer) {
        let at = at.key("properties");
        for (name, old, new) in paired_as_written(old.get("properties"), new.get("properties")) {
            let at = at.key(name.clone());
            self.names.push(name);
            match (old, new) {
                (Some(old), Some(new)) => {
                    if self.is_nested {
                        self.properties(old.value, new.value, &at);
                    }
                }
                (old, new) => {
                    let (kind, file) = if new.is_some() {
                        (ChangeKind::Added, self.new_file)
                    } else {
                        (ChangeKind::Removed, self.old_file)
                    };
                    let fact = Fact::Property {
                        scope: self.scope.clone(),
                        names: self.names.clone(),
                    };
                    self.detector.push(
                        Change::new(fact, kind)
                            .value(self.names.join("."))
                            .at(openapi::place(old, &at), openapi::place(new, &at))
                            .file(file),
                    );
                }
            }
            self.names.pop();
        }
    }
}

fn everything(detector: &mut Detector<'_>, scope: &Scope, old: &Document, new: &Document) {
    for difference in differences(old.root(), new.root()) {
        let kind = difference.kind();
        let at = pointer_of(&Pointer::root(), &difference.steps);
        // A member of a set is its own value; everything else is JSON.
        let file = if difference.new.is_some() {
            new.source().name()
        } else {
            old.source().name()
        };
        detector.push(
            Change::new(
                Fact::Keyword {
                    scope: scope.clone(),
                    steps: difference.steps.clone(),
                },
                kind,
            )
            .values(
                difference.old.and_then(|entry| entry.value.to_json()),
                difference.new.and_then(|entry| entry.value.to_json()),
            )
            .at(
                openapi::place(difference.old, &at),
                openapi::place(difference.new, &at),
            )
            .file(file),
        );
    }
}

/// The pointer behind steps. A member of a set has no position of its own: the set stands for it.
pub(crate) fn pointer_of(root: &Pointer, steps: &[Step]) -> Pointer {
    steps.iter().fold(root.clone(), |pointer, step| match step {
        Step::Key(key) => pointer.key(key.clone()),
        Step::Index(index) => pointer.index(*index),
        Step::Member(_) => pointer,
    })
}

/// The pointer of a written path such as `configuration.configs[0]`.
pub(super) fn written_pointer(path: &str) -> Pointer {
    path.split('.').fold(Pointer::root(), |pointer, segment| {
        let mut parts = segment.split(['[', ']']).filter(|part| !part.is_empty());
        let keyed = pointer.key(parts.next().unwrap_or(""));
        parts.fold(keyed, |pointer, part| match part.parse() {
            Ok(index) => pointer.index(index),
            Err(_) => pointer.key(part),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::written_pointer;

    #[test]
    fn a_written_path_leads_to_its_pointer() {
        assert_eq!(
            written_pointer("configuration.configs[2]").to_string(),
            "/configuration/configs/2"
        );
        assert_eq!(written_pointer("policy").to_string(), "/policy");
    }
}
