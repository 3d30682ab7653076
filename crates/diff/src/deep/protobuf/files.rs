//! Files: packages, syntax, options, imports.

use std::collections::BTreeSet;

use pacto_diagnostic::Location;
use pacto_spec::protobuf::{File, ImportTarget, OptionSetting, OptionValue, Schema, option};
use serde_json::Value;

use super::Comparer;
use super::annotations::json;
use super::finding::Edit;
use crate::detect::ChangeKind;

/// Options of files, the rule about each, and what holds when it is not set.
const OPTIONS: &[(&str, &str, &str)] = &[
    (
        "cc_enable_arenas",
        "proto-file-same-cc-enable-arenas",
        "true",
    ),
    (
        "cc_generic_services",
        "proto-file-same-cc-generic-services",
        "false",
    ),
    ("csharp_namespace", "proto-file-same-csharp-namespace", ""),
    ("go_package", "proto-file-same-go-package", ""),
    (
        "java_generic_services",
        "proto-file-same-java-generic-services",
        "false",
    ),
    (
        "java_multiple_files",
        "proto-file-same-java-multiple-files",
        "false",
    ),
    (
        "java_outer_classname",
        "proto-file-same-java-outer-classname",
        "",
    ),
    ("java_package", "proto-file-same-java-package", ""),
    ("objc_class_prefix", "proto-file-same-objc-class-prefix", ""),
    ("optimize_for", "proto-file-same-optimize-for", "SPEED"),
    ("php_class_prefix", "proto-file-same-php-class-prefix", ""),
    (
        "php_metadata_namespace",
        "proto-file-same-php-metadata-namespace",
        "",
    ),
    ("php_namespace", "proto-file-same-php-namespace", ""),
    (
        "py_generic_services",
        "proto-file-same-py-generic-services",
        "false",
    ),
    ("ruby_package", "proto-file-same-ruby-package", ""),
    ("swift_prefix", "proto-file-same-swift-prefix", ""),
];

impl Comparer<'_> {
    pub(super) fn files(&mut self) {
        self.packages();
        for (index, file) in self.old.files.iter().enumerate() {
            match self.matching.files.get(&index) {
                Some(new_index) => {
                    if let Some(new) = self.new.files.get(*new_index) {
                        self.file(file, new);
                    }
                }
                None if self.matching.missed_old.contains(&index) => {}
                None => {
                    let path = file_path(file);
                    let place = file.source.location(file.edition_span);
                    let edit = Edit::new(path, ChangeKind::Removed).at(Some(place), None);
                    self.findings.add(edit, &["proto-file-no-delete"]);
                }
            }
        }
        self.readability();
    }

    fn packages(&mut self) {
        let names = |schema: &Schema| -> BTreeSet<String> {
            let packages = schema.files.iter().map(|file| file.package.clone());
            packages.filter(|package| !package.is_empty()).collect()
        };
        let new = names(self.new);
        for package in names(self.old) {
            let is_missed = self.matching.missed_old.iter().any(|index| {
                let file = self.old.files.get(*index);
                file.is_some_and(|file| file.package == package)
            });
            if is_missed || new.contains(&package) || self.matching.packages.contains_key(&package)
            {
                continue;
            }
            let declaring = self.old.files.iter().find(|file| file.package == package);
            let place = declaring.map(|file| file.source.location(file.package_span));
            let edit =
                Edit::new(format!("grpc.packages[{package}]"), ChangeKind::Removed).at(place, None);
            self.findings.add(edit, &["proto-package-no-delete"]);
        }
    }

    fn file(&mut self, old: &File, new: &File) {
        let path = file_path(new);
        if old.package != new.package {
            let edit = Edit::new(format!("{path}.package"), ChangeKind::Modified)
                .values(old.package.as_str(), new.package.as_str())
                .at(
                    Some(old.source.location(old.package_span)),
                    Some(new.source.location(new.package_span)),
                );
            self.findings.add(
                edit,
                &["proto-file-same-package", "proto-package-no-delete"],
            );
        }
        if old.edition != new.edition {
            let edit = Edit::new(format!("{path}.syntax"), ChangeKind::Modified)
                .values(old.edition.as_str(), new.edition.as_str())
                .at(
                    Some(old.source.location(old.edition_span)),
                    Some(new.source.location(new.edition_span)),
                );
            self.findings.add(edit, &["proto-file-same-syntax"]);
        }
        for (name, rule, default) in OPTIONS {
            let values = (text(&old.options, name), text(&new.options, name));
            let effective = |value: &Option<String>| value.as_deref().unwrap_or(default).to_owned();
            if effective(&values.0) == effective(&values.1) {
                continue;
            }
            let edit = Edit::maybe(
                format!("{path}.options[{name}]"),
                values.0.map(Value::from),
                values.1.map(Value::from),
            )
            .at(place(old, name), place(new, name));
            self.findings.add(edit, &[rule]);
        }
    }

    /// What one side only could not read.
    fn readability(&mut self) {
        for (is_old, schema, other) in [(true, self.old, self.new), (false, self.new, self.old)] {
            let kind = if is_old {
                ChangeKind::Removed
            } else {
                ChangeKind::Added
            };
            let sides = |place: Location| {
                if is_old {
                    (Some(place), None)
                } else {
                    (None, Some(place))
                }
            };
            let missed_there: BTreeSet<&str> = other
                .files
                .iter()
                .flat_map(|file| &file.imports)
                .filter(|import| import.target == ImportTarget::Missing)
                .map(|import| import.path.as_str())
                .collect();
            for file in &schema.files {
                for import in &file.imports {
                    let is_missing = import.target == ImportTarget::Missing;
                    let is_missed_there = missed_there.contains(import.path.as_str());
                    if !is_missing || is_missed_there {
                        continue;
                    }
                    let (old, new) = sides(file.source.location(import.span));
                    let path = format!("{}.imports[{}]", file_path(file), import.path);
                    let edit = Edit::new(path, kind).at(old, new);
                    self.findings.add(edit, &["proto-import-unresolved"]);
                }
            }
            let failures = |schema: &Schema| -> Vec<Location> {
                let failures = schema
                    .problems
                    .iter()
                    .filter(|problem| problem.kind.code() == "proto-parse-failed");
                failures.map(|problem| problem.location.clone()).collect()
            };
            if !failures(other).is_empty() {
                continue;
            }
            let mut files = BTreeSet::new();
            for place in failures(schema) {
                if files.insert(place.file.clone()) {
                    let path = format!("grpc.files[{}].parsed", place.file);
                    let (old, new) = sides(place);
                    self.findings
                        .add(Edit::new(path, kind).at(old, new), &["proto-parse-failed"]);
                }
            }
        }
    }

    /// A place in the old schema and one in the new.
    pub(super) fn places(
        &self,
        old: Option<pacto_spec::protobuf::Place>,
        new: Option<pacto_spec::protobuf::Place>,
    ) -> (Option<Location>, Option<Location>) {
        (
            old.and_then(|place| self.old.location(place)),
            new.and_then(|place| self.new.location(place)),
        )
    }

    /// An element of the old side that stands in another file now, while its file is still there.
    pub(super) fn moved_file(&self, old: usize, new: usize) -> Option<(String, String)> {
        let expected = *self.matching.files.get(&old)?;
        (expected != new).then_some(())?;
        let name = |schema: &Schema, index: usize| {
            let file = schema.files.get(index)?;
            Some(file.source.name().to_owned())
        };
        Some((name(self.old, old)?, name(self.new, new)?))
    }
}

fn file_path(file: &File) -> String {
    format!("grpc.files[{}]", file.source.name())
}

fn text(options: &[OptionSetting], name: &str) -> Option<String> {
    option(options, name).map(|value| match value {
        OptionValue::Word(text) | OptionValue::Text(text) | OptionValue::Float(text) => {
            text.clone()
        }
        other => json(other).to_string(),
    })
}

fn place(file: &File, name: &str) -> Option<Location> {
    let setting = file
        .options
        .iter()
        .rev()
        .find(|setting| setting.name == name)?;
    Some(file.source.location(setting.span))
}
