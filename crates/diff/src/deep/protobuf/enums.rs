//! Enums and their values.

use std::collections::{BTreeMap, BTreeSet};

use pacto_spec::protobuf::{Enum, EnumValue, is_set};

use super::finding::Edit;
use super::messages::json_format;
use super::witness::Subject;
use super::{Comparer, ranges};
use crate::detect::ChangeKind;
use crate::{Class, Direction};

impl Comparer<'_> {
    pub(super) fn enums(&mut self) {
        let (old, new) = (self.old, self.new);
        for (full, declared) in &old.enums {
            let new_name = self.matching.new_name(full).to_owned();
            if let Some(after) = new.enums.get(&new_name) {
                self.enumeration(declared, after, &new_name);
            } else if !self.is_gone_with_another(full, declared.place) {
                let edit = Edit::new(self.enum_path(declared), ChangeKind::Removed)
                    .at(old.location(declared.place), None)
                    .direction(self.directions.get(&new_name));
                self.findings.add(
                    edit,
                    &["proto-enum-no-delete", "proto-package-enum-no-delete"],
                );
            }
        }
    }

    fn enum_path(&self, declared: &Enum) -> String {
        let name = self.matching.shown(&declared.package, &declared.name);
        format!("grpc.enums[{name}]")
    }

    fn enumeration(&mut self, old: &Enum, new: &Enum, full: &str) {
        let path = self.enum_path(new);
        let direction = self.directions.get(full);
        let schemas = (self.old, self.new);
        let edit = |suffix: &str, kind| {
            Edit::new(format!("{path}{suffix}"), kind)
                .at(schemas.0.location(old.place), schemas.1.location(new.place))
                .direction(direction)
        };
        let modified = |suffix: &str| edit(suffix, ChangeKind::Modified);
        if let Some((old_file, new_file)) = self.moved_file(old.place.file, new.place.file) {
            let edit = modified(".file").values(old_file, new_file);
            self.findings.add(edit, &["proto-enum-no-delete"]);
        }
        let closed = (old.features.is_closed_enum, new.features.is_closed_enum);
        if closed.0 != closed.1 {
            let word = |is_closed| if is_closed { "CLOSED" } else { "OPEN" };
            let edit = modified(".type").values(word(closed.0), word(closed.1));
            self.findings.add(edit, &["proto-enum-same-type"]);
        }
        let json = (old.features.is_json_allowed, new.features.is_json_allowed);
        if json.0 != json.1
            && !self.is_inherited(
                old.place,
                new.place,
                |features| features.is_json_allowed,
                &json,
            )
        {
            let edit = modified(".json-format").values(json_format(json.0), json_format(json.1));
            self.findings.add(edit, &["proto-enum-same-json-format"]);
        }
        let aliases = (
            is_set(&old.options, "allow_alias"),
            is_set(&new.options, "allow_alias"),
        );
        if aliases.0 != aliases.1 {
            let edit = modified(".allow-alias").values(aliases.0, aliases.1);
            self.findings.add(edit, &["proto-enum-alias-changed"]);
        }
        if !is_set(&old.options, "deprecated") && is_set(&new.options, "deprecated") {
            self.findings.add(
                edit(".deprecated", ChangeKind::Added),
                &["proto-deprecated-set"],
            );
        }
        self.values(&path, direction, old, new);
        self.released(
            &path,
            "proto-reserved-enum-no-delete",
            (&old.reserved, &old.reserved_names, old.place),
            (&new.reserved, &new.reserved_names),
        );
    }

    fn values(&mut self, path: &str, direction: Direction, old: &Enum, new: &Enum) {
        let (before, after) = (by_number(old), by_number(new));
        let numbers = (by_name(old), by_name(new));
        let defaults = (default_number(old), default_number(new));
        let is_other_default = defaults.0 != defaults.1;
        if is_other_default {
            let place = |declared: &Enum| declared.values.first().map(|value| value.place);
            let (old_place, new_place) = self.places(place(old), place(new));
            let edit = Edit::new(format!("{path}.zero-value"), ChangeKind::Modified)
                .values(defaults.0, defaults.1)
                .at(old_place, new_place)
                .direction(direction);
            self.findings.add(edit, &["proto-enum-zero-value-changed"]);
        }
        for (number, values) in &before {
            let value_path = format!("{path}.values[{number}]");
            let Some(others) = after.get(number) else {
                self.value_removed(value_path, direction, values, (old, new));
                continue;
            };
            self.value_names(
                (&value_path, direction),
                values,
                others,
                (old, new),
                (&numbers.0, &numbers.1),
            );
            let is_deprecated = |values: &[&EnumValue]| {
                values
                    .iter()
                    .any(|value| is_set(&value.options, "deprecated"))
            };
            if !is_deprecated(values) && is_deprecated(others) {
                let place = others
                    .first()
                    .and_then(|value| self.new.location(value.place));
                let edit = Edit::new(format!("{value_path}.deprecated"), ChangeKind::Added)
                    .at(None, place)
                    .direction(direction);
                self.findings.add(edit, &["proto-deprecated-set"]);
            }
        }
        for (number, values) in &after {
            if before.contains_key(number) {
                continue;
            }
            let first = values.first();
            let mut edit = Edit::new(format!("{path}.values[{number}]"), ChangeKind::Added)
                .at(None, first.and_then(|value| self.new.location(value.place)))
                .direction(direction);
            edit.values.1 = first.map(|value| value.name.as_str().into());
            // Readers of an open enum keep numbers they do not know.
            let is_harmless = direction == Direction::Input || !new.features.is_closed_enum;
            let class = if is_harmless {
                Class::NonBreaking
            } else {
                Class::PotentialBreaking
            };
            self.findings
                .add_as(class, edit, &["proto-enum-value-added"]);
        }
    }

    fn value_removed(
        &mut self,
        path: String,
        direction: Direction,
        values: &[&EnumValue],
        (old, new): (&Enum, &Enum),
    ) {
        let mut rules = Vec::new();
        let number = values.first().map_or(0, |value| value.number);
        if !ranges::contains(&new.reserved, i64::from(number)) {
            rules.push("proto-enum-value-no-delete-unless-number-reserved");
        }
        let is_reserved = |value: &&EnumValue| {
            let mut names = new.reserved_names.iter();
            names.any(|(name, _)| *name == value.name)
        };
        if !values.iter().all(is_reserved) {
            rules.push("proto-enum-value-no-delete-unless-name-reserved");
        }
        rules.push("proto-enum-value-no-delete");
        let first = values.first();
        let mut edit = Edit::new(path, ChangeKind::Removed)
            .at(
                first.and_then(|value| self.old.location(value.place)),
                self.new.location(new.place),
            )
            .direction(direction)
            .about(Some(subject(old, new, values, &[])));
        edit.values.0 = first.map(|value| value.name.as_str().into());
        self.findings.add(edit, &rules);
    }

    fn value_names(
        &mut self,
        (path, direction): (&str, Direction),
        old: &[&EnumValue],
        new: &[&EnumValue],
        enums: (&Enum, &Enum),
        numbers: (&Numbers<'_>, &Numbers<'_>),
    ) {
        let names = |values: &[&EnumValue]| -> BTreeSet<String> {
            values.iter().map(|value| value.name.clone()).collect()
        };
        let (before, after) = (names(old), names(new));
        if before.is_subset(&after) {
            return;
        }
        let (Some(first), Some(other)) = (old.first(), new.first()) else {
            return;
        };
        let text = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
        let (old_place, new_place) = self.places(Some(first.place), Some(other.place));
        let edit = Edit::new(format!("{path}.name"), ChangeKind::Modified)
            .values(text(&before), text(&after))
            .at(old_place, new_place)
            .direction(direction)
            .about(Some(subject(enums.0, enums.1, old, new)));
        // A new word for a number is a rename; a word that means another number is not.
        let has = |numbers: &Numbers<'_>, names: &BTreeSet<String>, others: &BTreeSet<String>| {
            names.difference(others).any(|name| {
                let number = numbers.get(name.as_str());
                number.is_some_and(|number| *number != first.number)
            })
        };
        let is_swapped = has(numbers.1, &before, &after) || has(numbers.0, &after, &before);
        let rules: &[&str] = match is_swapped {
            true if default_number(enums.0) == first.number => &[
                "proto-enum-zero-value-changed",
                "proto-enum-value-same-name",
            ],
            true => &["proto-enum-value-renumbered", "proto-enum-value-same-name"],
            false => &["proto-enum-value-same-name"],
        };
        self.findings.add(edit, rules);
    }
}

/// Values by their names on each side.
fn subject(old: &Enum, new: &Enum, before: &[&EnumValue], after: &[&EnumValue]) -> Subject {
    let names = |values: &[&EnumValue]| values.iter().map(|value| value.name.clone()).collect();
    Subject::Values {
        enums: (old.full_name(), new.full_name()),
        names: (names(before), names(after)),
    }
}

fn by_number(declared: &Enum) -> BTreeMap<i32, Vec<&EnumValue>> {
    let mut values: BTreeMap<i32, Vec<&EnumValue>> = BTreeMap::new();
    for value in &declared.values {
        values.entry(value.number).or_default().push(value);
    }
    values
}

/// Numbers by name.
type Numbers<'e> = BTreeMap<&'e str, i32>;

fn by_name(declared: &Enum) -> Numbers<'_> {
    let values = declared.values.iter();
    values
        .map(|value| (value.name.as_str(), value.number))
        .collect()
}

/// What a field holds that is not set: the first value, which is 0 in open enums.
fn default_number(declared: &Enum) -> i32 {
    declared.values.first().map_or(0, |value| value.number)
}
