//! Fields: added, removed, renumbered, and everything that is said about one.

use std::collections::{BTreeSet, HashMap, HashSet};

use pacto_spec::protobuf::{
    Cardinality, Field, FieldType, Message, OptionSetting, OptionValue, Place, Scalar, Schema,
    is_set, option,
};
use serde_json::Value;

use super::annotations::{self, Effect};
use super::finding::Edit;
use super::witness::Subject;
use super::{Comparer, ranges, types};
use crate::Direction;
use crate::detect::ChangeKind;

/// What has the fields.
pub(super) struct Host<'h> {
    pub(super) path: String,
    pub(super) direction: Direction,
    /// The message; nothing for extensions.
    pub(super) old: Option<&'h Message>,
    pub(super) new: Option<&'h Message>,
}

impl Host<'_> {
    fn field_path(&self, name: &str) -> String {
        format!("{}.fields[{name}]", self.path)
    }

    /// A field of the message, by its number on each side.
    fn subject(&self, old: Option<&Field>, new: Option<&Field>) -> Option<Subject> {
        let (old_message, new_message) = (self.old?, self.new?);
        Some(Subject::Field {
            messages: (old_message.full_name(), new_message.full_name()),
            numbers: (old.map(|field| field.number), new.map(|field| field.number)),
            path: self.path.clone(),
        })
    }

    /// True when a new field stands in a oneof that was there before. A new oneof is nothing that
    /// readers switch over.
    fn has_known_oneof(&self, field: &Field) -> bool {
        let (Some(old), Some(new)) = (self.old, self.new) else {
            return false;
        };
        new.oneof_of(field)
            .is_some_and(|oneof| old.oneofs.iter().any(|other| other.name == oneof.name))
    }
}

impl Comparer<'_> {
    pub(super) fn fields<'s>(&mut self, host: &Host<'_>, old: &'s [Field], new: &'s [Field]) {
        let numbers = |fields: &'s [Field]| -> HashMap<u32, &'s Field> {
            fields.iter().map(|field| (field.number, field)).collect()
        };
        let (old_numbers, new_numbers) = (numbers(old), numbers(new));
        let new_names: HashMap<&str, &Field> = new
            .iter()
            .map(|field| (field.name.as_str(), field))
            .collect();
        let mut renumbered: HashSet<u32> = HashSet::new();
        for field in old {
            let path = host.field_path(&field.name);
            let moved = new_names.get(field.name.as_str());
            let is_same_type =
                |other: &Field| other.field_type == self.matching.new_type(&field.field_type);
            if let Some(other) = new_numbers.get(&field.number) {
                match moved {
                    // The number has another name, and the name another number: no new word for
                    // the same thing.
                    Some(moved) if moved.number != field.number => {
                        if is_same_type(moved) {
                            renumbered.insert(moved.number);
                        }
                        let rules = ["proto-field-renumbered", "proto-field-same-name"];
                        self.field_renumbered(host, &path, (field, moved), &rules);
                    }
                    _ => self.field_name(host, &path, field, other),
                }
                self.field(host, &path, field, other);
                continue;
            }
            if let Some(moved) = moved.filter(|moved| is_same_type(moved)) {
                let rules = [
                    "proto-field-renumbered",
                    "proto-field-no-delete-unless-number-reserved",
                    "proto-field-no-delete-unless-name-reserved",
                    "proto-field-no-delete",
                ];
                self.field_renumbered(host, &path, (field, moved), &rules);
                // Otherwise it is compared with the field that had the number.
                if !old_numbers.contains_key(&moved.number) {
                    renumbered.insert(moved.number);
                    self.field_name(host, &path, field, moved);
                    self.field(host, &path, field, moved);
                }
            } else {
                self.field_removed(host, path, field);
            }
        }
        for field in new {
            if !old_numbers.contains_key(&field.number) && !renumbered.contains(&field.number) {
                self.field_added(host, field);
            }
        }
    }

    fn field_renumbered(
        &mut self,
        host: &Host<'_>,
        path: &str,
        (old, new): (&Field, &Field),
        rules: &[&str],
    ) {
        let (before, after) = self.places(
            Some(Place {
                span: old.number_span,
                ..old.place
            }),
            Some(Place {
                span: new.number_span,
                ..new.place
            }),
        );
        let edit = Edit::new(format!("{path}.number"), ChangeKind::Modified)
            .values(old.number, new.number)
            .at(before, after)
            .direction(host.direction)
            .about(host.subject(Some(old), Some(new)));
        self.findings.add(edit, rules);
    }

    fn field_removed(&mut self, host: &Host<'_>, path: String, field: &Field) {
        let edit = Edit::new(path, ChangeKind::Removed)
            .at(
                self.old.location(field.place),
                host.new
                    .and_then(|message| self.new.location(message.place)),
            )
            .direction(host.direction)
            .about(host.subject(Some(field), None));
        let mut rules = Vec::new();
        if field.cardinality == Cardinality::Required {
            rules.push("proto-message-same-required-fields");
        }
        let is_number_reserved = host
            .new
            .is_some_and(|message| ranges::contains(&message.reserved, i64::from(field.number)));
        let is_name_reserved = host.new.is_some_and(|message| {
            let mut names = message.reserved_names.iter();
            names.any(|(name, _)| *name == field.name)
        });
        if !is_number_reserved {
            rules.push("proto-field-no-delete-unless-number-reserved");
        }
        if !is_name_reserved {
            rules.push("proto-field-no-delete-unless-name-reserved");
        }
        rules.push("proto-field-no-delete");
        self.findings.add(edit, &rules);
    }

    fn field_added(&mut self, host: &Host<'_>, field: &Field) {
        let path = host.field_path(&field.name);
        let place = self.new.location(field.place);
        let edit = Edit::new(path.clone(), ChangeKind::Added)
            .at(None, place.clone())
            .direction(host.direction)
            .about(host.subject(None, Some(field)));
        if field.cardinality == Cardinality::Required {
            self.findings.add(
                edit,
                &[
                    "proto-required-field-added",
                    "proto-message-same-required-fields",
                ],
            );
        } else if host.direction != Direction::Input && host.has_known_oneof(field) {
            self.findings
                .add(edit, &["proto-oneof-field-added", "proto-field-added"]);
        } else {
            self.findings.add(edit, &["proto-field-added"]);
        }
        if annotations::is_behaviour_required(&field.options) && host.direction != Direction::Output
        {
            let edit = Edit::new(format!("{path}.behavior[REQUIRED]"), ChangeKind::Added)
                .at(None, place.clone())
                .direction(host.direction);
            self.findings
                .add(edit, &["proto-field-behavior-required-added"]);
        }
        let is_seen = field.cardinality == Cardinality::Explicit;
        let rules = annotations::validation(&field.options);
        for (name, value) in annotations::refused_without(&rules, is_seen) {
            let path = format!("{path}.validate[{name}]");
            let edit = Edit::maybe(path, None, Some(value.clone()))
                .at(None, place.clone())
                .direction(host.direction);
            self.findings.add(edit, &["proto-validate-rule-tightened"]);
        }
    }

    /// What two fields with one number, or two extensions, are called.
    pub(super) fn field_name(&mut self, host: &Host<'_>, path: &str, old: &Field, new: &Field) {
        let schemas = (self.old, self.new);
        let edit = |suffix: &str| {
            Edit::new(format!("{path}{suffix}"), ChangeKind::Modified)
                .at(schemas.0.location(old.place), schemas.1.location(new.place))
                .direction(host.direction)
        };
        let subject = || host.subject(Some(old), Some(new));
        if old.name != new.name {
            let edit = edit(".name")
                .values(old.name.as_str(), new.name.as_str())
                .about(subject());
            let rules: &[&str] = if old.json_name == new.json_name {
                &["proto-field-same-name"]
            } else {
                &["proto-field-same-name", "proto-field-same-json-name"]
            };
            self.findings.add(edit, rules);
        } else if old.json_name != new.json_name {
            let edit = edit(".json-name")
                .values(old.json_name.as_str(), new.json_name.as_str())
                .about(subject());
            self.findings.add(edit, &["proto-field-same-json-name"]);
        }
    }

    /// Compares everything but the names of two fields with one number, or two extensions.
    pub(super) fn field(&mut self, host: &Host<'_>, path: &str, old: &Field, new: &Field) {
        let schemas = (self.old, self.new);
        let edit = |suffix: &str| {
            Edit::new(format!("{path}{suffix}"), ChangeKind::Modified)
                .at(schemas.0.location(old.place), schemas.1.location(new.place))
                .direction(host.direction)
        };
        let subject = || host.subject(Some(old), Some(new));
        let oneof_name = |message: Option<&Message>, field: &Field| {
            let oneof = message?.oneof_of(field)?;
            Some(Value::from(oneof.name.as_str()))
        };
        let oneofs = (oneof_name(host.old, old), oneof_name(host.new, new));
        if oneofs.0 != oneofs.1 {
            let mut edit = edit(".oneof").about(subject());
            edit.values = oneofs.clone();
            let rules: &[&str] = if is_presence(old, new) {
                &["proto-field-same-oneof", "proto-field-same-cardinality"]
            } else {
                &["proto-field-same-oneof"]
            };
            self.findings.add(edit, rules);
        }
        // That it shows whether a field is set follows from the oneof, and from the kind of type.
        let is_consequence = oneofs.0 != oneofs.1
            || [old, new]
                .iter()
                .any(|field| matches!(field.field_type, FieldType::Unresolved(_)));
        if !(is_presence(old, new) && is_consequence) {
            self.cardinality(&|suffix| edit(suffix).about(subject()), old, new);
        }
        let is_same_type = self.field_type(host, path, old, new);
        self.field_default(&edit, (old, new), is_same_type);
        if is_same_type && old.cardinality == new.cardinality {
            self.field_values(&edit, old, new);
        }
        self.field_options(host, path, &edit, old, new);
    }

    fn cardinality(&mut self, edit: &dyn Fn(&str) -> Edit, old: &Field, new: &Field) {
        if old.cardinality == new.cardinality {
            return;
        }
        let edit = edit(".cardinality").values(
            types::cardinality_word(old.cardinality),
            types::cardinality_word(new.cardinality),
        );
        if is_presence(old, new) {
            self.findings.add(
                edit,
                &[
                    "proto-field-presence-changed",
                    "proto-field-same-cardinality",
                ],
            );
            return;
        }
        let mut rules = Vec::new();
        if [old, new]
            .iter()
            .any(|field| field.cardinality == Cardinality::Required)
        {
            rules.push("proto-message-same-required-fields");
        }
        let compatible = types::cardinality(old.cardinality, new.cardinality);
        if !compatible.wire || self.is_other_entry(old, new) {
            rules.push("proto-field-wire-compatible-cardinality");
        }
        rules.push("proto-field-same-cardinality");
        if !compatible.json {
            rules.push("proto-field-wire-json-compatible-cardinality");
        }
        self.findings.add(edit, &rules);
    }

    /// True for a map on one side and a list on the other whose items are not the entries of the
    /// map: messages with the key as field 1 and the value as field 2.
    fn is_other_entry(&self, old: &Field, new: &Field) -> bool {
        let before = self.matching.new_type(&old.field_type);
        let (key, value, item, schema) = match (&before, &new.field_type) {
            (FieldType::Map(key, value), item) => (key, value, item, self.new),
            (_, FieldType::Map(key, value)) => (key, value, &old.field_type, self.old),
            _ => return false,
        };
        let entry = match item {
            FieldType::Message(name) => schema.messages.get(name),
            // It may be whatever is needed.
            FieldType::Unresolved(_) => return false,
            _ => None,
        };
        let has = |number, wanted: &FieldType| {
            let field = entry.and_then(|entry| entry.field(number));
            let is_once = |field: &&Field| {
                !matches!(field.cardinality, Cardinality::Repeated | Cardinality::Map)
            };
            field.filter(is_once).is_some_and(|field| {
                let is_old = std::ptr::eq(schema, self.old);
                let found = if is_old {
                    self.matching.new_type(&field.field_type)
                } else {
                    field.field_type.clone()
                };
                is_same(&found, wanted) || types::compatibility(&found, wanted, None, schema).wire
            })
        };
        !(has(1, &FieldType::Scalar(*key)) && has(2, value))
    }

    /// True when the types are equal, so that their values can be compared.
    fn field_type(&mut self, host: &Host<'_>, path: &str, old: &Field, new: &Field) -> bool {
        let before = self.matching.new_type(&old.field_type);
        if is_same(&before, &new.field_type) {
            return true;
        }
        let places = (
            self.old.location(Place {
                span: old.type_span,
                ..old.place
            }),
            self.new.location(Place {
                span: new.type_span,
                ..new.place
            }),
        );
        let edit = |suffix: &str, before: &str, after: &str| {
            Edit::new(format!("{path}{suffix}"), ChangeKind::Modified)
                .values(before, after)
                .at(places.0.clone(), places.1.clone())
                .direction(host.direction)
                .about(host.subject(Some(old), Some(new)))
        };
        if let (FieldType::Map(old_key, _), FieldType::Map(new_key, _)) = (&before, &new.field_type)
            && old_key != new_key
        {
            self.findings.add(
                edit(".key-type", old_key.name(), new_key.name()),
                &["proto-map-key-type-changed", "proto-field-same-type"],
            );
        }
        let (suffix, before, after, old_written) = match (&before, &new.field_type, &old.field_type)
        {
            (FieldType::Map(_, before), FieldType::Map(_, after), FieldType::Map(_, written)) => {
                if is_same(before, after) {
                    return false;
                }
                (".value-type", &**before, &**after, &**written)
            }
            // Between a map and something else the cardinality says it all.
            (FieldType::Map(..), _, _) | (_, FieldType::Map(..), _) => return false,
            (before, after, written) => (".type", before, after, written),
        };
        let old_enum = old_written
            .type_name()
            .and_then(|name| self.old.enums.get(name));
        let compatible = types::compatibility(before, after, old_enum, self.new);
        let mut rules = Vec::new();
        if !compatible.wire {
            rules.push("proto-field-wire-compatible-type");
        }
        rules.push("proto-field-same-type");
        if !compatible.json {
            rules.push("proto-field-wire-json-compatible-type");
        }
        self.findings.add(
            edit(suffix, &before.to_string(), &after.to_string()),
            &rules,
        );
        false
    }

    /// What an absent field stands for, as long as it is read as before otherwise.
    fn field_default(
        &mut self,
        edit: &dyn Fn(&str) -> Edit,
        (old, new): (&Field, &Field),
        is_same_type: bool,
    ) {
        let is_read_alike = match (&old.field_type, &new.field_type) {
            _ if is_same_type => true,
            (FieldType::Scalar(_), FieldType::Scalar(_)) => {
                types::compatibility(&old.field_type, &new.field_type, None, self.new).wire
            }
            _ => false,
        };
        let is_read_alike =
            is_read_alike && (old.cardinality == new.cardinality || is_presence(old, new));
        let defaults = (
            effective_default(old, self.old),
            effective_default(new, self.new),
        );
        if is_read_alike && defaults.0 != defaults.1 {
            let mut edit = edit(".default");
            edit.values = (
                old.default.as_deref().map(Value::from),
                new.default.as_deref().map(Value::from),
            );
            self.findings.add(edit, &["proto-field-same-default"]);
        }
    }

    fn field_values(&mut self, edit: &dyn Fn(&str) -> Edit, old: &Field, new: &Field) {
        if old.is_packed != new.is_packed {
            let edit = edit(".packed").values(old.is_packed, new.is_packed);
            self.findings.add(edit, &["proto-packed-changed"]);
        }
        let is_text = holds(&old.field_type, Scalar::String);
        let is_bytes = holds(&old.field_type, Scalar::Bytes);
        let (before, after) = (&old.features, &new.features);
        if (is_text || is_bytes) && before.cpp_string_type != after.cpp_string_type {
            let edit = edit(".cpp-string-type").values(
                before.cpp_string_type.as_str(),
                after.cpp_string_type.as_str(),
            );
            self.findings
                .add(edit, &["proto-field-same-cpp-string-type"]);
        }
        if !is_text {
            return;
        }
        if before.java_utf8_validation != after.java_utf8_validation {
            let edit = edit(".java-utf8-validation").values(
                before.java_utf8_validation.as_str(),
                after.java_utf8_validation.as_str(),
            );
            self.findings
                .add(edit, &["proto-field-same-java-utf8-validation"]);
        }
        if before.is_utf8_verified != after.is_utf8_verified {
            let is_inherited = self.is_inherited(
                old.place,
                new.place,
                |features| features.is_utf8_verified,
                &(before.is_utf8_verified, after.is_utf8_verified),
            );
            if !is_inherited {
                let word = |is_verified| if is_verified { "VERIFY" } else { "NONE" };
                let edit = edit(".utf8-validation")
                    .values(word(before.is_utf8_verified), word(after.is_utf8_verified));
                self.findings
                    .add(edit, &["proto-field-same-utf8-validation"]);
            }
        }
    }

    fn field_options(
        &mut self,
        host: &Host<'_>,
        path: &str,
        edit: &dyn Fn(&str) -> Edit,
        old: &Field,
        new: &Field,
    ) {
        let jstype = |field: &Field| match option(&field.options, "jstype") {
            Some(OptionValue::Word(word)) => word.clone(),
            _ => "JS_NORMAL".to_owned(),
        };
        if jstype(old) != jstype(new) {
            let edit = edit(".jstype").values(jstype(old), jstype(new));
            self.findings.add(edit, &["proto-field-same-jstype"]);
        }
        if !is_set(&old.options, "deprecated") && is_set(&new.options, "deprecated") {
            let mut edit = edit(".deprecated");
            edit.kind = ChangeKind::Added;
            self.findings.add(edit, &["proto-deprecated-set"]);
        }
        let is_required = annotations::is_behaviour_required;
        if !is_required(&old.options)
            && is_required(&new.options)
            && host.direction != Direction::Output
        {
            let mut edit = edit(".behavior[REQUIRED]");
            edit.kind = ChangeKind::Added;
            self.findings
                .add(edit, &["proto-field-behavior-required-added"]);
        }
        self.validation(
            path,
            host.direction,
            (&old.options, old.place),
            (&new.options, new.place),
        );
    }

    /// Validation rules of a field, oneof or message, one by one.
    pub(super) fn validation(
        &mut self,
        path: &str,
        direction: Direction,
        (old, old_place): (&[OptionSetting], Place),
        (new, new_place): (&[OptionSetting], Place),
    ) {
        let rules = (annotations::validation(old), annotations::validation(new));
        let names: BTreeSet<&String> = rules.0.keys().chain(rules.1.keys()).collect();
        for name in names {
            let (before, after) = (rules.0.get(name), rules.1.get(name));
            for effect in annotations::effects(name, before, after) {
                let rule = match effect {
                    Effect::Tightened => "proto-validate-rule-tightened",
                    Effect::Loosened => "proto-validate-rule-loosened",
                };
                let edit = Edit::maybe(
                    format!("{path}.validate[{name}]"),
                    before.cloned(),
                    after.cloned(),
                )
                .at(self.old.location(old_place), self.new.location(new_place))
                .direction(direction);
                self.findings.add(edit, &[rule]);
            }
        }
    }
}

/// True when the cardinality differs, and only in whether it shows that a field is set.
fn is_presence(old: &Field, new: &Field) -> bool {
    let presence = [Cardinality::Explicit, Cardinality::Implicit];
    old.cardinality != new.cardinality
        && presence.contains(&old.cardinality)
        && presence.contains(&new.cardinality)
}

/// A name that leads nowhere may be the same message that the other side knows.
fn is_same(old: &FieldType, new: &FieldType) -> bool {
    match (old, new) {
        (FieldType::Unresolved(written), known) | (known, FieldType::Unresolved(written)) => {
            known.type_name().is_some_and(|full| {
                full.strip_suffix(written.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            })
        }
        (FieldType::Map(old_key, old), FieldType::Map(new_key, new)) => {
            old_key == new_key && is_same(old, new)
        }
        _ => old == new,
    }
}

fn holds(field_type: &FieldType, scalar: Scalar) -> bool {
    match field_type {
        FieldType::Map(key, value) => *key == scalar || **value == FieldType::Scalar(scalar),
        other => *other == FieldType::Scalar(scalar),
    }
}

/// A declared default that is the default of the type counts as none.
fn effective_default<'f>(field: &'f Field, schema: &'f Schema) -> Option<&'f str> {
    let is_none = |default: &&str| match &field.field_type {
        FieldType::Scalar(Scalar::String | Scalar::Bytes) => default.is_empty(),
        FieldType::Enum(name) => {
            let first = schema.enums.get(name).and_then(|it| it.values.first());
            first.is_some_and(|first| first.name == **default)
        }
        _ => matches!(*default, "" | "0" | "-0" | "false"),
    };
    field.default.as_deref().filter(|default| !is_none(default))
}
