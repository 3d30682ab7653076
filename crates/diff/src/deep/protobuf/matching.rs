//! What belongs together on both sides.

use std::collections::{BTreeMap, BTreeSet};

use pacto_spec::protobuf::{FieldType, ImportTarget, Schema};

/// Which files and packages of the old side are which of the new side.
pub(super) struct Matching {
    /// Old file index to new file index.
    pub(super) files: BTreeMap<usize, usize>,
    /// Old package to its new name, where a file renamed it.
    pub(super) packages: BTreeMap<String, String>,
    /// Packages of the files that were asked for: their elements are named without it.
    own: BTreeSet<String>,
    /// Full names of the old side that a renamed package moves.
    moved: BTreeMap<String, String>,
    /// Old files that the new side imports and does not have: nothing in them is gone for sure.
    pub(super) missed_old: BTreeSet<usize>,
    /// New files that the old side imports and does not have.
    pub(super) missed_new: BTreeSet<usize>,
}

/// Files of one side, imports of which lead nowhere on the other.
fn missed(here: &Schema, there: &Schema) -> BTreeSet<usize> {
    let missing: BTreeSet<&str> = there
        .files
        .iter()
        .flat_map(|file| &file.imports)
        .filter(|import| import.target == ImportTarget::Missing)
        .map(|import| import.path.as_str())
        .collect();
    here.files
        .iter()
        .flat_map(|file| &file.imports)
        .filter(|import| missing.contains(import.path.as_str()))
        .filter_map(|import| match import.target {
            ImportTarget::File(index) => Some(index),
            ImportTarget::WellKnown | ImportTarget::Missing => None,
        })
        .collect()
}

impl Matching {
    pub(super) fn of(old: &Schema, new: &Schema) -> Self {
        let by_name: BTreeMap<&str, usize> = new
            .files
            .iter()
            .enumerate()
            .skip(1)
            .map(|(index, file)| (file.source.name(), index))
            .collect();
        let mut files = BTreeMap::new();
        for (index, file) in old.files.iter().enumerate() {
            // The files that were asked for belong together whatever they are called.
            let found = if index == 0 {
                (!new.files.is_empty()).then_some(0)
            } else {
                by_name.get(file.source.name()).copied()
            };
            if let Some(found) = found {
                files.insert(index, found);
            }
        }
        let packages_of = |schema: &Schema| -> BTreeSet<String> {
            schema
                .files
                .iter()
                .map(|file| file.package.clone())
                .collect()
        };
        let (old_packages, new_packages) = (packages_of(old), packages_of(new));
        let mut packages = BTreeMap::new();
        for (old_index, new_index) in &files {
            let (Some(before), Some(after)) =
                (old.files.get(*old_index), new.files.get(*new_index))
            else {
                continue;
            };
            let is_rename = before.package != after.package
                && !new_packages.contains(&before.package)
                && !old_packages.contains(&after.package);
            if is_rename {
                packages
                    .entry(before.package.clone())
                    .or_insert_with(|| after.package.clone());
            }
        }
        let mut own = BTreeSet::new();
        for schema in [old, new] {
            own.extend(schema.files.first().map(|file| file.package.clone()));
        }
        let mut matching = Self {
            files,
            packages,
            own,
            moved: BTreeMap::new(),
            missed_old: missed(old, new),
            missed_new: missed(new, old),
        };
        if !matching.packages.is_empty() {
            matching.moved = moved(old, &matching.packages);
        }
        matching
    }

    /// What an old full name is called on the new side.
    pub(super) fn new_name<'n>(&'n self, full: &'n str) -> &'n str {
        self.moved.get(full).map_or(full, String::as_str)
    }

    /// An old type with the names of the new side.
    pub(super) fn new_type(&self, old: &FieldType) -> FieldType {
        let name = |name: &str| self.new_name(name).to_owned();
        match old {
            FieldType::Scalar(scalar) => FieldType::Scalar(*scalar),
            FieldType::Message(full) => FieldType::Message(name(full)),
            FieldType::Group(full) => FieldType::Group(name(full)),
            FieldType::Enum(full) => FieldType::Enum(name(full)),
            FieldType::Unresolved(full) => FieldType::Unresolved(name(full)),
            FieldType::Map(key, value) => FieldType::Map(*key, Box::new(self.new_type(value))),
        }
    }

    /// How paths call an element.
    pub(super) fn shown(&self, package: &str, name: &str) -> String {
        if package.is_empty() || self.own.contains(package) {
            name.to_owned()
        } else {
            format!("{package}.{name}")
        }
    }
}

fn moved(old: &Schema, packages: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let messages = old
        .messages
        .iter()
        .map(|(full, message)| (full, &message.package, &message.name));
    let enums = old
        .enums
        .iter()
        .map(|(full, declared)| (full, &declared.package, &declared.name));
    let services = old
        .services
        .iter()
        .map(|(full, service)| (full, &service.package, &service.name));
    messages
        .chain(enums)
        .chain(services)
        .filter_map(|(full, package, name)| {
            let package = packages.get(package)?;
            let new = if package.is_empty() {
                name.clone()
            } else {
                format!("{package}.{name}")
            };
            Some((full.clone(), new))
        })
        .collect()
}
