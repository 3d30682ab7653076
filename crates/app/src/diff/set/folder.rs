//! The contracts of one side.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use pacto_bundle::{Bundle, Origin, Resolved};
use pacto_contract::{Dependency, Reference};
use pacto_diff::{Diagnostic, SideName};
use rayon::prelude::*;

use super::DiffSetError;
use crate::argument::Argument;
use crate::closure;
use crate::discover::{self, Found, NotSearched};
use crate::resolver::Resolver;
use crate::source::{OverrideOptions, Source, SourceError};

/// A contract of a folder.
pub(super) struct Member {
    /// Path below the folder; what the two sides have in common where names do not decide.
    pub(super) relative: PathBuf,
    pub(super) argument: String,
    pub(super) opened: Result<Resolved, Box<SourceError>>,
}

impl Member {
    fn open(resolver: &Resolver<'_>, found: Found) -> Self {
        let overrides = OverrideOptions::default();
        let opened = Source::open(resolver, &found.argument, &overrides)
            .and_then(|source| closure::root(resolver, &source));
        Self {
            relative: found.relative,
            argument: found.argument,
            opened: opened.map_err(Box::new),
        }
    }

    pub(super) fn bundle(&self) -> Option<&Arc<Bundle>> {
        self.opened.as_ref().ok().map(|root| &root.bundle)
    }

    pub(super) fn name(&self) -> Option<&str> {
        Some(&self.bundle()?.contract.contract().service.name)
    }

    pub(super) fn version(&self) -> Option<&str> {
        Some(&self.bundle()?.contract.contract().service.version)
    }
}

/// The contracts of one side.
pub(super) struct Folder {
    pub(super) members: Vec<Member>,
    pub(super) by_name: BTreeMap<String, usize>,
    pub(super) by_directory: BTreeMap<PathBuf, usize>,
    pub(super) unreadable: Vec<Diagnostic>,
}

impl Folder {
    pub(super) fn open(
        resolver: &Resolver<'_>,
        side: SideName,
        argument: &str,
    ) -> Result<Self, DiffSetError> {
        let unopened = |source: SourceError| DiffSetError::Source {
            side,
            source: Box::new(source),
        };
        let parsed = Argument::parse(argument).map_err(|source| {
            unopened(SourceError::Reference {
                argument: argument.to_owned(),
                source,
            })
        })?;
        let unreadable = Mutex::new(Vec::new());
        let found = match parsed {
            Argument::Path(path) => {
                let note = |reason| {
                    let mut unreadable = unreadable
                        .lock()
                        .expect("nobody panics while holding this lock");
                    unreadable.push(Diagnostic::warning("directory-not-read", side, reason));
                };
                let below = discover::below(resolver.context(), argument, &path, &note);
                let below = below.map_err(|error| match error {
                    NotSearched::Source(source) => unopened(source),
                    NotSearched::NotADirectory(path) => DiffSetError::NotADirectory { side, path },
                })?;
                // A folder of packed bundles holds nothing else; beside contracts, archives are
                // somebody's data.
                if below.contracts.is_empty() {
                    below.archives
                } else {
                    below.contracts
                }
            }
            Argument::Layout(reference) => resolver
                .layouts_below(&reference)
                .map_err(|error| unopened(error.into()))?,
            Argument::StandardInput | Argument::Registry(_) => {
                return Err(DiffSetError::Form { side });
            }
        };
        let members: Vec<Member> = found
            .into_par_iter()
            .map(|found| Member::open(resolver, found))
            .collect();
        let mut unreadable = unreadable
            .into_inner()
            .expect("nobody panics while holding this lock");
        unreadable.sort_by(|a, b| a.message.cmp(&b.message));
        Ok(Self::of(members, unreadable))
    }

    fn of(members: Vec<Member>, unreadable: Vec<Diagnostic>) -> Self {
        let (mut by_name, mut by_directory) = (BTreeMap::new(), BTreeMap::new());
        for (index, member) in members.iter().enumerate() {
            let Some(bundle) = member.bundle() else {
                continue;
            };
            let name = bundle.contract.contract().service.name.clone();
            by_name.entry(name).or_insert(index);
            if let Origin::Local { directory } = &bundle.origin {
                by_directory.insert(PathBuf::from(directory), index);
            }
        }
        Self {
            members,
            by_name,
            by_directory,
            unreadable,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty() && self.unreadable.is_empty()
    }

    /// The service that a dependency names, where it lies in this folder.
    pub(super) fn provider(
        &self,
        declared_by: &Bundle,
        dependency: &Dependency,
    ) -> Option<&Member> {
        let index = match Reference::parse(&dependency.reference).ok()? {
            Reference::Oci(reference) => self.by_name.get(closure::last_segment(&reference)),
            Reference::Layout(reference) => {
                let directory = reference.directory.trim_end_matches('/');
                let name = directory.rsplit('/').next().unwrap_or(directory);
                self.by_name.get(name)
            }
            Reference::Local(path) => {
                let Origin::Local { directory } = &declared_by.origin else {
                    return None;
                };
                let target = Path::new(directory).join(path);
                self.by_directory.get(&std::fs::canonicalize(target).ok()?)
            }
        };
        self.members.get(*index?)
    }
}
