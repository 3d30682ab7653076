//! Messages: their coming and going, oneofs, reservations, options; extensions.

use std::collections::{BTreeMap, BTreeSet};

use pacto_diagnostic::Span;
use pacto_spec::protobuf::{Field, Message, NumberRange, Place, Schema, is_set};

use super::fields::Host;
use super::finding::Edit;
use super::{Comparer, ranges};
use crate::Class;
use crate::detect::ChangeKind;

impl<'s> Comparer<'s> {
    pub(super) fn messages(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut kept = BTreeSet::new();
        for (full, message) in &old.messages {
            let new_name = self.matching.new_name(full).to_owned();
            if let Some(after) = new.messages.get(&new_name) {
                kept.insert(new_name.clone());
                self.message(message, after, &new_name);
            } else if !self.is_gone_with_another(full, message.place) {
                let edit = Edit::new(self.message_path(message), ChangeKind::Removed)
                    .at(old.location(message.place), None)
                    .direction(self.directions.get(&new_name));
                self.findings.add(
                    edit,
                    &["proto-message-no-delete", "proto-package-message-no-delete"],
                );
            }
        }
        for (full, message) in &new.messages {
            let is_nested_in_new = outer(full)
                .is_some_and(|outer| new.messages.contains_key(outer) && !kept.contains(outer));
            let is_missed = self.matching.missed_new.contains(&message.place.file);
            if !kept.contains(full) && !is_nested_in_new && !is_missed {
                let edit = Edit::new(self.message_path(message), ChangeKind::Added)
                    .at(None, new.location(message.place))
                    .direction(self.directions.get(full));
                self.findings.add(edit, &["proto-message-added"]);
            }
        }
    }

    /// True when the message around an element went as well, or the file was not read.
    pub(super) fn is_gone_with_another(&self, full: &str, place: Place) -> bool {
        self.matching.missed_old.contains(&place.file)
            || outer(full).is_some_and(|outer| {
                self.old.messages.contains_key(outer)
                    && !self
                        .new
                        .messages
                        .contains_key(self.matching.new_name(outer))
            })
    }

    fn message_path(&self, message: &Message) -> String {
        let name = self.matching.shown(&message.package, &message.name);
        format!("grpc.messages[{name}]")
    }

    fn message(&mut self, old: &'s Message, new: &'s Message, full: &str) {
        let path = self.message_path(new);
        let direction = self.directions.get(full);
        let schemas = (self.old, self.new);
        let edit = |suffix: &str, kind| {
            Edit::new(format!("{path}{suffix}"), kind)
                .at(schemas.0.location(old.place), schemas.1.location(new.place))
                .direction(direction)
        };
        if let Some((old_file, new_file)) = self.moved_file(old.place.file, new.place.file) {
            let edit = edit(".file", ChangeKind::Modified).values(old_file, new_file);
            self.findings
                .add_as(Class::PotentialBreaking, edit, &["proto-message-no-delete"]);
        }
        let option = "no_standard_descriptor_accessor";
        if !is_set(&old.options, option) && is_set(&new.options, option) {
            self.findings.add(
                edit(
                    ".options[no_standard_descriptor_accessor]",
                    ChangeKind::Added,
                ),
                &["proto-message-no-remove-standard-descriptor-accessor"],
            );
        }
        if !is_set(&old.options, "deprecated") && is_set(&new.options, "deprecated") {
            self.findings.add(
                edit(".deprecated", ChangeKind::Added),
                &["proto-deprecated-set"],
            );
        }
        if old.features.is_json_allowed != new.features.is_json_allowed {
            let is_inherited = self.is_inherited(
                old.place,
                new.place,
                |features| features.is_json_allowed,
                &(old.features.is_json_allowed, new.features.is_json_allowed),
            );
            if !is_inherited {
                let edit = edit(".json-format", ChangeKind::Modified).values(
                    json_format(old.features.is_json_allowed),
                    json_format(new.features.is_json_allowed),
                );
                self.findings.add(edit, &["proto-message-same-json-format"]);
            }
        }
        let host = Host {
            path: path.clone(),
            direction,
            old: Some(old),
            new: Some(new),
        };
        self.fields(&host, &old.fields, &new.fields);
        self.validation(
            &path,
            direction,
            (&old.options, old.place),
            (&new.options, new.place),
        );
        let oneof = |message: &'s Message, name: &str| {
            let mut oneofs = message.oneofs.iter();
            oneofs.find(|oneof| oneof.name == name)
        };
        for after in &new.oneofs {
            // A oneof that is new has no rules yet.
            let before = oneof(old, &after.name);
            self.validation(
                &format!("{path}.oneofs[{}]", after.name),
                direction,
                before.map_or((&[], old.place), |it| (&it.options, it.place)),
                (&after.options, after.place),
            );
        }
        for oneof in &old.oneofs {
            if new.oneofs.iter().all(|other| other.name != oneof.name) {
                let edit = edit(&format!(".oneofs[{}]", oneof.name), ChangeKind::Removed)
                    .at(self.old.location(oneof.place), None);
                self.findings.add(edit, &["proto-oneof-no-delete"]);
            }
        }
        self.released(
            &path,
            "proto-reserved-message-no-delete",
            (&old.reserved, &old.reserved_names, old.place),
            (&new.reserved, &new.reserved_names),
        );
        for range in ranges::missing(&old.extension_ranges, &new.extension_ranges) {
            let place = self.old.location(Place {
                file: old.place.file,
                span: range.span,
            });
            let edit = Edit::new(
                format!("{path}.extensions[{}]", ranges::shown(range)),
                ChangeKind::Removed,
            )
            .at(place, schemas.1.location(new.place))
            .direction(direction);
            self.findings
                .add(edit, &["proto-extension-message-no-delete"]);
        }
    }

    /// Reserved numbers and names that are not reserved any more.
    pub(super) fn released(
        &mut self,
        path: &str,
        rule: &str,
        old: (&[NumberRange], &[(String, Span)], Place),
        new: (&[NumberRange], &[(String, Span)]),
    ) {
        let place = |span| Place {
            file: old.2.file,
            span,
        };
        let mut released: Vec<(String, Span)> = ranges::missing(old.0, new.0)
            .into_iter()
            .map(|range| (ranges::shown(range), range.span))
            .collect();
        let kept: BTreeSet<&str> = new.1.iter().map(|(name, _)| name.as_str()).collect();
        let names = old
            .1
            .iter()
            .filter(|(name, _)| !kept.contains(name.as_str()));
        released.extend(names.cloned());
        for (what, span) in released {
            let edit = Edit::new(format!("{path}.reserved[{what}]"), ChangeKind::Removed)
                .at(self.old.location(place(span)), None);
            self.findings.add(edit, &[rule]);
        }
    }

    /// True when a feature differs only because the syntax of the file does, and that is said.
    pub(super) fn is_inherited<T: PartialEq>(
        &self,
        old: Place,
        new: Place,
        feature: impl Fn(&pacto_spec::protobuf::Features) -> T,
        values: &(T, T),
    ) -> bool {
        let file = |schema: &Schema, place: Place| {
            let file = schema.files.get(place.file)?;
            Some((file.edition, feature(&file.features)))
        };
        match (file(self.old, old), file(self.new, new)) {
            (Some((old_edition, old_value)), Some((new_edition, new_value))) => {
                old_edition != new_edition
                    && old_value == values.0
                    && new_value == values.1
                    && self.findings.has(super::Level::Package)
            }
            _ => false,
        }
    }

    pub(super) fn extensions(&mut self) {
        let (old, new) = (self.old, self.new);
        let after: BTreeMap<(&str, u32), &Field> = new
            .extensions
            .iter()
            .map(|((extendee, number), field)| ((extendee.as_str(), *number), field))
            .collect();
        for ((extendee, number), field) in &old.extensions {
            let package = old
                .files
                .get(field.place.file)
                .map_or("", |file| &file.package);
            let local = field.name.strip_prefix(package).unwrap_or(&field.name);
            let name = self.matching.shown(package, local.trim_start_matches('.'));
            let path = format!("grpc.extensions[{name}]");
            let extendee = self.matching.new_name(extendee).to_owned();
            let Some(other) = after.get(&(extendee.as_str(), *number)) else {
                if self.matching.missed_old.contains(&field.place.file) {
                    continue;
                }
                let edit = Edit::new(path, ChangeKind::Removed).at(old.location(field.place), None);
                self.findings.add(
                    edit,
                    &[
                        "proto-extension-no-delete",
                        "proto-package-extension-no-delete",
                    ],
                );
                continue;
            };
            let (before, now) = self.places(Some(field.place), Some(other.place));
            if let Some((old_file, new_file)) = self.moved_file(field.place.file, other.place.file)
            {
                let edit = Edit::new(format!("{path}.file"), ChangeKind::Modified)
                    .values(old_file, new_file)
                    .at(before, now);
                self.findings.add(edit, &["proto-extension-no-delete"]);
            }
            let host = Host {
                path: String::new(),
                direction: self.directions.get(&extendee),
                old: None,
                new: None,
            };
            self.field_name(&host, &path, field, other);
            self.field(&host, &path, field, other);
        }
    }
}

/// The name around a name.
fn outer(full: &str) -> Option<&str> {
    full.rsplit_once('.').map(|(outer, _)| outer)
}

pub(super) fn json_format(is_allowed: bool) -> &'static str {
    if is_allowed {
        "ALLOW"
    } else {
        "LEGACY_BEST_EFFORT"
    }
}
