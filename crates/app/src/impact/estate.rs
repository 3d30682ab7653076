//! Reads the contracts of an estate from its sources.

mod discovery;
mod lock;

use std::path::Path;
use std::sync::{Arc, Mutex};

use pacto_bundle::{Bundle, LOCK_FILE, Origin};
use pacto_contract::{ArtifactReference, LayoutReference, Reference};
use pacto_graph::estate::{Estate, Member};
use rayon::prelude::*;

use super::ImpactError;
use super::report::{Limitation, LimitationCode, SourceSummary};
use crate::argument::Argument;
use crate::closure;
use crate::discover::{self, NotSearched};
use crate::resolver::Resolver;
use crate::source::{OverrideOptions, Source, SourceError};

/// An estate with the bundles it was made of.
#[derive(Debug)]
pub(super) struct Contracts {
    pub(super) estate: Estate,
    /// One bundle per member of the estate.
    pub(super) bundles: Vec<Arc<Bundle>>,
    pub(super) sources: Vec<SourceSummary>,
    /// What could not be read.
    pub(super) problems: Vec<Limitation>,
}

/// What was read so far.
#[derive(Debug, Default)]
struct Collected {
    found: Vec<(Arc<Bundle>, Option<String>)>,
    problems: Vec<Limitation>,
}

impl Collected {
    fn add(&mut self, bundle: Arc<Bundle>, repository: Option<String>) {
        self.found.push((bundle, repository));
    }

    fn failed(&mut self, subject: &str, message: &str) {
        self.problems.push(Limitation {
            code: LimitationCode::SourceFailed,
            message: format!("`{subject}` is not part of the answer: {message}"),
            subject: Some(subject.to_owned()),
        });
    }
}

/// Reads all sources. One that cannot be read is a limitation, unless nothing is left.
pub(super) fn read(resolver: &Resolver<'_>, sources: &[String]) -> Result<Contracts, ImpactError> {
    let mut all = Collected::default();
    let mut summaries = Vec::new();
    let mut first_error = None;
    for source in sources {
        let before = all.found.len();
        let contracts = match of_source(resolver, source, &mut all) {
            Ok(contracts) => contracts.unwrap_or(all.found.len() - before),
            Err(ImpactError::Estate { source: error, .. }) => {
                all.failed(source, &error.to_string());
                first_error.get_or_insert((source.clone(), error));
                0
            }
            Err(error) => return Err(error),
        };
        summaries.push(SourceSummary {
            source: source.clone(),
            contracts,
        });
    }
    if all.found.is_empty() {
        return Err(match first_error {
            Some((name, source)) => ImpactError::Estate { name, source },
            None => ImpactError::Empty {
                sources: sources.to_vec(),
            },
        });
    }
    let members = all
        .found
        .par_iter()
        .map(|(bundle, repository)| member(bundle, repository.as_deref()))
        .collect();
    tracing::debug!(contracts = all.found.len(), "estate read");
    Ok(Contracts {
        estate: Estate::new(members),
        bundles: all.found.into_iter().map(|(bundle, _)| bundle).collect(),
        sources: summaries,
        problems: all.problems,
    })
}

/// Reads one source; gives the number of contracts it holds where that is more than was read.
fn of_source(
    resolver: &Resolver<'_>,
    name: &str,
    all: &mut Collected,
) -> Result<Option<usize>, ImpactError> {
    if name == "k8s" || name.starts_with("k8s:") {
        return Err(ImpactError::Cluster {
            name: name.to_owned(),
        });
    }
    let failed = |source: SourceError| ImpactError::Estate {
        name: name.to_owned(),
        source: Box::new(source),
    };
    let parsed = Argument::parse(name).map_err(|source| {
        failed(SourceError::Reference {
            argument: name.to_owned(),
            source,
        })
    })?;
    match parsed {
        Argument::StandardInput => Err(failed(SourceError::NoStandardInput)),
        Argument::Path(path) if path.file_name().is_some_and(|file| file == LOCK_FILE) => {
            lock::read(resolver, name, &path, all).map_err(failed)?;
            Ok(None)
        }
        Argument::Path(path) => {
            of_directory(resolver, name, &path, all)?;
            Ok(None)
        }
        Argument::Layout(reference) => of_layouts(resolver, &reference, all)
            .map(Some)
            .map_err(failed),
        Argument::Registry(reference) => {
            of_registry(resolver, name, &reference, all);
            Ok(None)
        }
    }
}

/// Contracts and packed bundles below a directory.
fn of_directory(
    resolver: &Resolver<'_>,
    name: &str,
    path: &Path,
    all: &mut Collected,
) -> Result<(), ImpactError> {
    let unreadable = Mutex::new(Vec::new());
    let note = |reason| {
        let mut unreadable = unreadable
            .lock()
            .expect("nobody panics while holding this lock");
        unreadable.push(reason);
    };
    let below = discover::below(resolver.context(), name, path, &note);
    let below = below.map_err(|error| match error {
        NotSearched::Source(source) => ImpactError::Estate {
            name: name.to_owned(),
            source: Box::new(source),
        },
        NotSearched::NotADirectory(path) => ImpactError::NotASource { name: path },
    })?;
    let found = below.contracts.into_iter().chain(below.archives);
    let found: Vec<String> = found.map(|found| found.argument).collect();
    open_all(
        resolver,
        found.into_iter().map(|argument| (argument, None)),
        all,
    );
    let unreadable = unreadable
        .into_inner()
        .expect("nobody panics while holding this lock");
    for reason in unreadable {
        all.failed(name, &reason);
    }
    Ok(())
}

/// Every layout at or below a directory, at its highest stable version.
fn of_layouts(
    resolver: &Resolver<'_>,
    reference: &LayoutReference,
    all: &mut Collected,
) -> Result<usize, SourceError> {
    let contracts = resolver.layout_arguments(reference)?.len();
    let layouts = resolver.layouts_below(reference)?;
    let found = layouts.into_iter().map(|found| {
        let path = found.relative.display().to_string();
        // A path of one segment is a name; a longer one tells repositories apart.
        let repository = path.contains('/').then_some(path);
        (found.argument, repository)
    });
    open_all(resolver, found, all);
    Ok(contracts)
}

fn open_all(
    resolver: &Resolver<'_>,
    found: impl Iterator<Item = (String, Option<String>)>,
    all: &mut Collected,
) {
    let found: Vec<(String, Option<String>)> = found.collect();
    let progress = resolver
        .context()
        .observer()
        .begin("reading the estate", Some(found.len() as u64));
    let overrides = OverrideOptions::default();
    let opened: Vec<_> = found
        .into_par_iter()
        .map(|(argument, repository)| {
            let opened = Source::open(resolver, &argument, &overrides)
                .and_then(|source| closure::root(resolver, &source));
            progress.advance(1);
            (argument, repository, opened)
        })
        .collect();
    for (argument, repository, opened) in opened {
        match opened {
            Ok(root) => all.add(root.bundle, repository),
            Err(error) => all.failed(&argument, &error.to_string()),
        }
    }
}

/// A repository, and everything its contracts name.
fn of_registry(
    resolver: &Resolver<'_>,
    name: &str,
    reference: &ArtifactReference,
    all: &mut Collected,
) {
    resolver.name_registries([name]);
    let found = discovery::from(resolver, reference);
    for (repository, bundle) in found.bundles {
        all.add(bundle, Some(repository));
    }
    if let Some(failure) = found.root_failure {
        all.failed(name, &failure);
    }
}

/// What an estate needs to know about a bundle.
pub(super) fn member(bundle: &Bundle, repository: Option<&str>) -> Member {
    let mut member = Member::of(bundle.contract.contract());
    member.repository = repository.map(str::to_owned);
    match &bundle.origin {
        Origin::Registry { repository, .. } => {
            member.places.push(repository.clone());
            member.repository.get_or_insert_with(|| repository.clone());
        }
        Origin::Local { directory } => {
            member.places.push(directory.clone());
            let place = |reference: &str| match Reference::parse(reference) {
                Ok(Reference::Local(path)) => {
                    let path = Path::new(directory).join(path);
                    let path = std::fs::canonicalize(&path).unwrap_or(path);
                    Some(path.to_string_lossy().into_owned())
                }
                _ => None,
            };
            for link in &mut member.dependencies {
                link.exact.extend(place(&link.reference));
            }
            for link in &mut member.references {
                link.exact.extend(place(&link.reference));
            }
        }
        Origin::Layout { .. } | Origin::Archive { .. } | Origin::Text => {}
    }
    member
}
