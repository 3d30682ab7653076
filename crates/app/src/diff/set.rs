//! `diff --recursive`: every service of two folders, in parallel.
//!
//! Services find each other by name. What a contract depends on is not resolved here: a dependency
//! that lies in the folders too is a service of its own in the same answer, and the others are
//! counted in a note. So the work grows with the number of services, not with the size of what is
//! below each of them, and no network is needed.

mod folder;
mod pairs;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use pacto_bundle::{Bundle, Resolved};
use pacto_diagnostic::Severity;
use pacto_diff::{
    DependencyTree, Diagnostic, DiffSet, Engine, Options, Parts, Report, RulesFile, ServiceDiff,
    ServiceError, Side, SideName, compare,
};
use rayon::prelude::*;

use super::{Texts, providers};
use crate::discover::NOT_SEARCHED_HINT;
use crate::resolver::Resolver;
use crate::source::SourceError;
use crate::{Context, Failure, FailureKind, lock};

use folder::{Folder, Member};
use pairs::Pair;

/// Two folders to compare.
#[derive(Debug, Clone, Default)]
pub struct DiffSetOptions {
    /// The folder with the old contracts, or `oci-layout://DIR`.
    pub old: String,
    /// The folder with the new contracts, or `oci-layout://DIR`.
    pub new: String,
    /// What the comparisons are asked to do.
    pub comparison: Options,
    /// What changes weigh, and which are accepted.
    pub rules: RulesFile,
}

/// Two folders that were compared.
#[derive(Debug)]
pub struct DiffedSet {
    /// Everything that is said.
    pub set: DiffSet,
    /// The highest kind of failure among the services; changes are none.
    pub failure: Option<FailureKind>,
    /// What places point into: one entry per result, `None` for those that were not compared.
    pub texts: Vec<Option<Texts>>,
}

/// Why nothing was compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiffSetError {
    /// One side cannot be opened.
    #[error("{} contracts: {source}", side.as_str())]
    Source {
        /// Which one.
        side: SideName,
        /// Why.
        source: Box<SourceError>,
    },
    /// The path is no directory.
    #[error("{} contracts: {path} is not a directory", side.as_str())]
    NotADirectory {
        /// Which side.
        side: SideName,
        /// Path as typed.
        path: String,
    },
    /// Nothing to compare on either side.
    #[error("no contract found below {old} and {new}")]
    Nothing {
        /// The old folder as typed.
        old: String,
        /// The new folder as typed.
        new: String,
    },
    /// A single contract, or standard input.
    #[error("{} contracts: `--recursive` takes a directory or `oci-layout://DIR`", side.as_str())]
    Form {
        /// Which side.
        side: SideName,
    },
}

impl Failure for DiffSetError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Source { source, .. } => source.kind(),
            Self::Form { .. } => FailureKind::Usage,
            Self::NotADirectory { .. } | Self::Nothing { .. } => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Source { source, .. } => source.code(),
            Self::Form { .. } => "wrong-argument",
            Self::NotADirectory { .. } => "not-a-directory",
            Self::Nothing { .. } => "no-contract",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Source { source, .. } => source.hints(),
            Self::Nothing { .. } => vec![NOT_SEARCHED_HINT.to_owned()],
            Self::NotADirectory { .. } => {
                vec!["without `--recursive` two contracts are compared".to_owned()]
            }
            Self::Form { .. } => Vec::new(),
        }
    }
}

/// Compares every service of two folders. A service that cannot be read does not stop the rest.
pub fn diff_set(context: &Context, options: &DiffSetOptions) -> Result<DiffedSet, DiffSetError> {
    let resolver = Resolver::new(context);
    let (old, new) = rayon::join(
        || Folder::open(&resolver, SideName::Old, &options.old),
        || Folder::open(&resolver, SideName::New, &options.new),
    );
    let (old, new) = (old?, new?);
    if old.is_empty() && new.is_empty() {
        return Err(DiffSetError::Nothing {
            old: options.old.clone(),
            new: options.new.clone(),
        });
    }
    let pairs = pairs::of(&old.members, &new.members);
    let progress = context
        .observer()
        .begin("comparing", Some(pairs.len() as u64));
    let comparison = SetComparison {
        resolver: &resolver,
        old: &old,
        new: &new,
        options: &options.comparison,
        rules: &options.rules,
        used: Mutex::default(),
        failure: Mutex::default(),
        not_followed: Mutex::default(),
    };
    let results = pairs
        .par_iter()
        .map(|pair| {
            let result = comparison.pair(*pair);
            progress.advance(1);
            result
        })
        .collect();
    drop(progress);
    let used = comparison.used();
    let (mut failure, not_followed) = comparison.into_findings();
    let mut diagnostics = Vec::new();
    for folder in [&old, &new] {
        if !folder.unreadable.is_empty() {
            failure = failure.max(Some(FailureKind::CouldNotRun));
        }
        diagnostics.extend(folder.unreadable.iter().cloned());
    }
    diagnostics.extend(not_followed_note(&not_followed));
    let texts = pairs.iter().map(|pair| {
        let old = old.members.get(pair.old?)?.bundle()?;
        let new = new.members.get(pair.new?)?.bundle()?;
        Some(Texts::new(Arc::clone(old), Arc::clone(new)))
    });
    let texts = texts.collect();
    let mut set = DiffSet::new(&options.old, &options.new, results, diagnostics);
    if options.comparison.engine == Engine::Full {
        let has_gaps = set.has_gaps();
        let leftovers = options
            .rules
            .leftovers(&used, has_gaps, &options.comparison);
        set.diagnostics.extend(leftovers);
    }
    Ok(DiffedSet {
        set,
        failure,
        texts,
    })
}

fn not_followed_note(names: &BTreeSet<String>) -> Option<Diagnostic> {
    let count = names.len();
    let first = names.first()?;
    let what = match count {
        1 => format!("`{first}`, a dependency outside the two folders, was not followed"),
        _ => format!(
            "{count} dependencies outside the two folders were not followed (`{first}` and others)"
        ),
    };
    Some(Diagnostic {
        severity: Severity::Note,
        code: "dependencies-not-followed",
        side: None,
        file: None,
        pointer: None,
        message: format!("{what}; `pacto diff` of one service resolves them"),
        location: None,
    })
}

/// What the comparisons of all services have in common.
struct SetComparison<'s> {
    resolver: &'s Resolver<'s>,
    old: &'s Folder,
    new: &'s Folder,
    options: &'s Options,
    rules: &'s RulesFile,
    /// Entries of `ignore` that accepted something.
    used: Mutex<BTreeSet<usize>>,
    failure: Mutex<Option<FailureKind>>,
    not_followed: Mutex<BTreeSet<String>>,
}

impl SetComparison<'_> {
    fn used(&self) -> BTreeSet<usize> {
        let used = self.used.lock();
        used.expect("nobody panics while holding this lock").clone()
    }

    fn into_findings(self) -> (Option<FailureKind>, BTreeSet<String>) {
        let failure = self.failure.into_inner();
        let not_followed = self.not_followed.into_inner();
        (
            failure.expect("nobody panics while holding this lock"),
            not_followed.expect("nobody panics while holding this lock"),
        )
    }

    fn pair(&self, pair: Pair) -> ServiceDiff {
        let old = pair.old.and_then(|index| self.old.members.get(index));
        let new = pair.new.and_then(|index| self.new.members.get(index));
        let mut errors = Vec::new();
        for (side, member) in [(SideName::Old, old), (SideName::New, new)] {
            if let Some(Err(error)) = member.map(|member| &member.opened) {
                errors.push(self.error(side, error.as_ref()));
            }
        }
        let path = |member: Option<&Member>| member.map(|member| member.argument.clone());
        let name = new.and_then(Member::name).or(old.and_then(Member::name));
        let failed = |errors| {
            ServiceDiff::failed(
                name.unwrap_or(""),
                path(old).as_deref(),
                path(new).as_deref(),
                errors,
            )
        };
        if !errors.is_empty() {
            return failed(errors);
        }
        match (old, new) {
            (Some(old), Some(new)) => match self.compare(old, new) {
                Ok(report) => ServiceDiff::compared(report),
                Err((side, error)) => failed(vec![self.error(side, error.as_ref())]),
            },
            (None, Some(new)) => self.judged(ServiceDiff::added(
                name.unwrap_or(""),
                &new.argument,
                new.version().unwrap_or(""),
            )),
            (Some(old), None) => self.judged(ServiceDiff::removed(
                name.unwrap_or(""),
                &old.argument,
                old.version().unwrap_or(""),
            )),
            (None, None) => failed(errors),
        }
    }

    fn judged(&self, mut result: ServiceDiff) -> ServiceDiff {
        let used = result.judge(self.rules, self.options);
        self.note_used(used);
        result
    }

    fn note_used(&self, used: BTreeSet<usize>) {
        let mut seen = self.used.lock();
        let seen = seen
            .as_mut()
            .expect("nobody panics while holding this lock");
        seen.extend(used);
    }

    fn error(&self, side: SideName, error: &dyn Failure) -> ServiceError {
        let mut failure = self
            .failure
            .lock()
            .expect("nobody panics while holding this lock");
        *failure = (*failure).max(Some(error.kind()));
        ServiceError {
            side: Some(side),
            code: error.code().to_owned(),
            message: error.to_string(),
            hints: error.hints(),
        }
    }

    fn compare(&self, old: &Member, new: &Member) -> Result<Report, (SideName, Box<dyn Failure>)> {
        let sides = [(SideName::Old, old), (SideName::New, new)];
        for (side, member) in sides {
            if let Ok(root) = &member.opened {
                self.check_lock(root).map_err(|error| (side, error))?;
            }
        }
        let (Some(before), Some(after)) = (old.bundle(), new.bundle()) else {
            let source = SourceError::NoContract {
                path: new.argument.clone(),
            };
            return Err((SideName::New, Box::new(source)));
        };
        let (mut old_side, mut new_side) = (Side::read(before), Side::read(after));
        let mut unresolved = Vec::new();
        if self.options.engine == Engine::Full {
            let moved = providers::moved(before, after);
            if !moved.is_empty() {
                for (name, bundle, side) in [
                    (SideName::Old, before, &mut old_side),
                    (SideName::New, after, &mut new_side),
                ] {
                    let found = providers::fetch(self.resolver, name, bundle, &moved);
                    unresolved.extend(found.unresolved);
                    side.add_providers(found.sides);
                }
            }
        }
        let mut root = compare(&old_side, &new_side, self.options);
        root.diagnostics.extend(unresolved);
        if self.options.engine == Engine::Full {
            let service = root.service.clone();
            let used = self.rules.apply(&mut root, Some(&service), self.options);
            self.note_used(used);
        }
        let old_tree = self.tree(self.old, before);
        let new_tree = self.tree(self.new, after);
        Ok(Report::new(
            Parts {
                old_path: &old.argument,
                new_path: &new.argument,
                root,
                dependencies: Vec::new(),
                old_tree: &old_tree,
                new_tree: &new_tree,
            },
            self.options,
        ))
    }

    fn check_lock(&self, root: &Resolved) -> Result<(), Box<dyn Failure>> {
        let checked = lock::beside(&root.bundle)
            .and_then(|lock| lock::verify(self.resolver, root, lock.as_ref()));
        checked.map_err(|problem| Box::new(problem) as Box<dyn Failure>)
    }

    /// A service with those it depends on in the same folder, one level deep; each of them is an
    /// answer of its own.
    fn tree(&self, folder: &Folder, bundle: &Bundle) -> DependencyTree {
        let contract = bundle.contract.contract();
        let mut tree = DependencyTree {
            name: contract.service.name.clone(),
            version: contract.service.version.clone(),
            ..DependencyTree::default()
        };
        for dependency in &contract.dependencies {
            match folder.provider(bundle, dependency) {
                Some(member) => tree.children.push(DependencyTree {
                    name: member.name().unwrap_or_default().to_owned(),
                    version: member.version().unwrap_or_default().to_owned(),
                    dependency: dependency.name.clone(),
                    is_shared: true,
                    ..DependencyTree::default()
                }),
                None => {
                    self.not_followed
                        .lock()
                        .expect("nobody panics while holding this lock")
                        .insert(dependency.name.clone());
                }
            }
        }
        tree
    }
}
