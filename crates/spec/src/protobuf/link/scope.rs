//! Finding what a name means where it stands.

use std::collections::{HashMap, HashSet};

use super::super::load::LoadedFile;
use super::super::model::ImportTarget;
use super::super::syntax::MessageSyntax;
use super::super::well_known::{self, WellKnown};
use super::joined;

/// What a name of a type stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TypeKind {
    Message,
    Enum,
}

/// All names of all files, and which file sees which.
pub(super) struct Names {
    types: HashMap<String, (TypeKind, usize)>,
    /// Per file: the files whose names it sees, itself included.
    visible: Vec<HashSet<usize>>,
    /// Per file: whether it, or a file it sees, imports something that is not there.
    misses: Vec<bool>,
}

impl Names {
    pub(super) fn of(files: &[LoadedFile]) -> Self {
        let mut types = HashMap::new();
        for (index, file) in files.iter().enumerate() {
            let package = &file.syntax.package.text;
            for message in &file.syntax.messages {
                declare(&mut types, message, package, index);
            }
            for declared in &file.syntax.enums {
                types
                    .entry(joined(package, &declared.name.text))
                    .or_insert((TypeKind::Enum, index));
            }
        }
        let visible: Vec<HashSet<usize>> =
            (0..files.len()).map(|file| visible(files, file)).collect();
        let is_missing: Vec<bool> = files
            .iter()
            .map(|file| {
                let mut imports = file.imports.iter();
                imports.any(|import| import.target == ImportTarget::Missing)
                    || !file.syntax.problems.is_empty()
            })
            .collect();
        let misses = visible
            .iter()
            .map(|seen| {
                seen.iter()
                    .any(|file| is_missing.get(*file).copied().unwrap_or(false))
            })
            .collect();
        Self {
            types,
            visible,
            misses,
        }
    }

    /// True when a name may be unknown because a file, or part of one, was not read.
    pub(super) fn misses_files(&self, file: usize) -> bool {
        self.misses.get(file).copied().unwrap_or(true)
    }

    /// Looks a name up from the innermost scope outwards, as the language says.
    pub(super) fn resolve(
        &self,
        name: &str,
        scope: &str,
        file: usize,
    ) -> Option<(String, TypeKind)> {
        if let Some(absolute) = name.strip_prefix('.') {
            return self.find(absolute, file);
        }
        let mut scope = scope;
        loop {
            let candidate = joined(scope, name);
            if let Some(found) = self.find(&candidate, file) {
                return Some(found);
            }
            if scope.is_empty() {
                return None;
            }
            scope = scope.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }

    fn find(&self, full: &str, file: usize) -> Option<(String, TypeKind)> {
        let declared = self.types.get(full).filter(|(_, declared_in)| {
            self.visible
                .get(file)
                .is_some_and(|seen| seen.contains(declared_in))
        });
        let kind = match declared {
            Some((kind, _)) => *kind,
            None => match well_known::find(full)? {
                WellKnown::Message => TypeKind::Message,
                WellKnown::Enum => TypeKind::Enum,
            },
        };
        Some((full.to_owned(), kind))
    }
}

/// A file sees itself, what it imports, and what that imports publicly.
fn visible(files: &[LoadedFile], file: usize) -> HashSet<usize> {
    let mut seen = HashSet::from([file]);
    let mut queue: Vec<usize> = files
        .get(file)
        .into_iter()
        .flat_map(|file| &file.imports)
        .filter_map(|import| match import.target {
            ImportTarget::File(index) => Some(index),
            ImportTarget::WellKnown | ImportTarget::Missing => None,
        })
        .collect();
    while let Some(index) = queue.pop() {
        if seen.insert(index)
            && let Some(file) = files.get(index)
        {
            queue.extend(&file.public);
        }
    }
    seen
}

fn declare(
    types: &mut HashMap<String, (TypeKind, usize)>,
    message: &MessageSyntax,
    scope: &str,
    file: usize,
) {
    let full = joined(scope, &message.name.text);
    for nested in &message.messages {
        declare(types, nested, &full, file);
    }
    for nested in &message.enums {
        types
            .entry(joined(&full, &nested.name.text))
            .or_insert((TypeKind::Enum, file));
    }
    types.entry(full).or_insert((TypeKind::Message, file));
}
