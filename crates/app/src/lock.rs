//! `lock`: pins what a contract depends on, and tells whether the pins still hold.

mod document;
mod problem;
mod tags;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use pacto_bundle::lock::{LOCK_FILE, LockFile};
use pacto_bundle::{Bundle, Origin, Resolved};
use pacto_diagnostic::Finding;
use pacto_graph::{Graph, GraphOptions, ReferenceEdges, lock as locking};
use pacto_oci::disk::{self, NewFile};
use schemars::JsonSchema;
use serde::Serialize;

use crate::closure;
use crate::resolver::Resolver;
use crate::source::{OverrideOptions, Source, SourceError};
use crate::text_file::read_regular;
use crate::{Context, Failure, FailureKind};

pub use document::{LockDocument, LockedDependencyDocument, LockedReferenceDocument};
pub use problem::LockProblem;

/// Largest lock file that is read, in bytes.
pub(crate) const MAX_LOCK_BYTES: u64 = 64 << 20;

/// What to do with the lock file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LockMode {
    /// Write it where it is missing or does not match, keeping every pin that holds.
    #[default]
    Ensure,
    /// Compare only.
    Check,
    /// Resolve anew: everything, or the services of these names.
    Update(Vec<String>),
}

/// Which contract to lock, and how.
#[derive(Debug, Clone, Default)]
pub struct LockOptions {
    /// The directory as typed.
    pub argument: String,
    /// Overrides of the contract.
    pub overrides: OverrideOptions,
    /// What to do.
    pub mode: LockMode,
}

/// What became of the lock file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LockResult {
    /// `pacto.lock/v1`.
    pub schema_version: &'static str,
    /// The lock file, as people can open it.
    pub path: String,
    /// Its content.
    pub lock: LockDocument,
    /// It was written.
    #[serde(skip_serializing_if = "is_false", default)]
    pub written: bool,
    /// It holds as it is.
    #[serde(skip_serializing_if = "is_false", default)]
    pub up_to_date: bool,
    /// Number of locked services.
    pub dependencies: usize,
    /// Number of locked configuration and policy references.
    pub references: usize,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for this signature"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// Why there is no lock file, or not the one wanted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockFailure {
    /// The contract cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// It does not match, cannot be read, or cannot be made.
    #[error(transparent)]
    Problem(#[from] LockProblem),
    /// The lock file has no entries of these names.
    #[error("{LOCK_FILE} has no dependency named {}", quoted(names))]
    UnknownNames {
        /// The names.
        names: Vec<String>,
        /// Names that it has.
        known: Vec<String>,
    },
    /// It could not be written.
    #[error("failed to write {path}")]
    Write {
        /// The lock file, as people can open it.
        path: String,
        /// The reason the system gave.
        #[source]
        source: io::Error,
    },
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(" or ")
}

impl Failure for LockFailure {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Source(error) => error.kind(),
            Self::Problem(problem) => problem.kind(),
            Self::UnknownNames { .. } => FailureKind::Usage,
            Self::Write { .. } => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Source(error) => error.code(),
            Self::Problem(problem) => problem.code(),
            Self::UnknownNames { .. } => "unknown-dependency",
            Self::Write { .. } => "unwritable-file",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Source(error) => error.hints(),
            Self::Problem(problem) => problem.hints(),
            Self::UnknownNames { known, .. } if !known.is_empty() => {
                vec![format!("locked: {}", known.join(", "))]
            }
            Self::UnknownNames { .. } | Self::Write { .. } => Vec::new(),
        }
    }
}

/// Brings the lock file of a local contract to what the mode asks for. When that fails, nothing is
/// written.
pub fn lock(context: &Context, options: &LockOptions) -> Result<LockResult, LockFailure> {
    let resolver = Resolver::new(context).asking_always();
    let source =
        Source::open_directory(context, "pacto lock", &options.argument, &options.overrides)?;
    let root = closure::root(&resolver, &source)?;
    let file = LockPath::of(&source, &root.bundle);
    match &options.mode {
        LockMode::Check => check(&resolver, &root, &file),
        LockMode::Ensure => ensure(&resolver, &root, &file),
        LockMode::Update(names) => update(&resolver, &root, &file, names),
    }
}

/// Where the lock file lies.
struct LockPath {
    absolute: PathBuf,
    shown: String,
}

impl LockPath {
    fn of(source: &Source, bundle: &Bundle) -> Self {
        let directory = match &bundle.origin {
            Origin::Local { directory } => Path::new(directory),
            _ => Path::new("."),
        };
        Self {
            absolute: directory.join(LOCK_FILE),
            shown: match source.directory.trim_end_matches('/') {
                "" | "." => LOCK_FILE.to_owned(),
                directory => format!("{directory}/{LOCK_FILE}"),
            },
        }
    }

    fn result(&self, lock: &LockFile, is_written: bool) -> LockResult {
        LockResult {
            schema_version: "pacto.lock/v1",
            path: self.shown.clone(),
            lock: LockDocument::of(lock),
            written: is_written,
            up_to_date: !is_written,
            dependencies: lock.dependencies.len(),
            references: lock.references.len(),
        }
    }
}

fn check(
    resolver: &Resolver<'_>,
    root: &Resolved,
    file: &LockPath,
) -> Result<LockResult, LockFailure> {
    let Some(lock) = beside(&root.bundle)? else {
        return Err(LockProblem::new(vec![locking::missing()]).into());
    };
    let graph = closure_of(resolver, root, Some(&lock));
    let mut findings = locking::compare(&lock, &graph);
    let tags = tags::moved(resolver, root, &lock, &graph);
    findings.extend(tags.findings);
    LockProblem::none_of(findings)?;
    Ok(file.result(&lock, false))
}

fn ensure(
    resolver: &Resolver<'_>,
    root: &Resolved,
    file: &LockPath,
) -> Result<LockResult, LockFailure> {
    let old = beside(&root.bundle)?;
    let graph = closure_of(resolver, root, old.as_ref());
    if let Some(old) = &old
        && locking::compare(old, &graph).is_empty()
    {
        return Ok(file.result(old, false));
    }
    let new = create(resolver, &graph, old.as_ref())?;
    // Hashes of local directories are kept, so their drift is still there; only `--update` accepts
    // it.
    LockProblem::none_of(locking::compare(&new, &graph))?;
    write(file, &new)?;
    Ok(file.result(&new, true))
}

fn update(
    resolver: &Resolver<'_>,
    root: &Resolved,
    file: &LockPath,
    names: &[String],
) -> Result<LockResult, LockFailure> {
    // A lock file that cannot be read is one more reason to write a new one.
    let old = if names.is_empty() {
        beside(&root.bundle).unwrap_or_default()
    } else {
        beside(&root.bundle)?
    };
    let kept = match &old {
        Some(old) if !names.is_empty() => {
            let (kept, unknown) = locking::without(old, names);
            if !unknown.is_empty() {
                return Err(LockFailure::UnknownNames {
                    names: unknown,
                    known: old
                        .dependencies
                        .iter()
                        .map(|entry| entry.name.clone())
                        .collect(),
                });
            }
            Some(kept)
        }
        _ => None,
    };
    let graph = closure_of(resolver, root, kept.as_ref());
    let new = create(resolver, &graph, kept.as_ref())?;
    LockProblem::none_of(locking::compare(&new, &graph))?;
    if old.as_ref() == Some(&new) {
        return Ok(file.result(&new, false));
    }
    write(file, &new)?;
    Ok(file.result(&new, true))
}

fn create(
    resolver: &Resolver<'_>,
    graph: &Graph,
    kept: Option<&LockFile>,
) -> Result<LockFile, LockProblem> {
    locking::create(graph, resolver.context().version(), kept).map_err(LockProblem::new)
}

/// Writes beside the target and renames, so that readers see the old file or the new one.
fn write(file: &LockPath, lock: &LockFile) -> Result<(), LockFailure> {
    let write = || -> io::Result<()> {
        let target = disk::target_of(&file.absolute)?;
        let directory = target.parent().unwrap_or(Path::new("."));
        disk::clear_leftovers(directory);
        // The lock file is for everybody who may read the contract.
        let mut new = NewFile::in_directory(directory, 0o666)?;
        new.as_file_mut().write_all(lock.to_yaml().as_bytes())?;
        new.as_file_mut().sync_all()?;
        new.persist(&target)
    };
    write().map_err(|source| LockFailure::Write {
        path: file.shown.clone(),
        source,
    })
}

/// The closure that a lock file is about.
fn closure_of(resolver: &Resolver<'_>, root: &Resolved, lock: Option<&LockFile>) -> Graph {
    let options = GraphOptions {
        references: ReferenceEdges::Closure,
        pins: pins(lock),
    };
    closure::resolve(resolver, root, options, None)
}

/// What a lock file pins.
pub(crate) fn pins(lock: Option<&LockFile>) -> locking::Pins {
    lock.map(locking::Pins::new).unwrap_or_default()
}

/// The lock file beside a local contract; those of published contracts are not consulted.
pub(crate) fn beside(bundle: &Bundle) -> Result<Option<LockFile>, LockProblem> {
    let Origin::Local { directory } = &bundle.origin else {
        return Ok(None);
    };
    let text = match read_regular(&Path::new(directory).join(LOCK_FILE), MAX_LOCK_BYTES) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(LockProblem::unreadable(&error)),
    };
    LockFile::parse(&text)
        .map(Some)
        .map_err(|error| LockProblem::new(vec![locking::unreadable(&error)]))
}

/// Fails when a lock file does not match what is below a contract any more. An edge that cannot be
/// resolved is data for whoever asks, and no drift.
pub(crate) fn verify(
    resolver: &Resolver<'_>,
    root: &Resolved,
    lock: Option<&LockFile>,
) -> Result<(), LockProblem> {
    let Some(lock) = lock else {
        return Ok(());
    };
    let findings = locking::compare(lock, &closure_of(resolver, root, Some(lock)))
        .into_iter()
        .filter(|finding| finding.code != problem::UNRESOLVED)
        .collect();
    LockProblem::none_of(findings)
}

/// What comparing the lock file beside a contract gave.
#[derive(Debug, Default)]
pub(crate) struct LockFindings {
    /// Differences, as findings.
    pub(crate) findings: Vec<Finding>,
    /// Something could not be resolved or asked for.
    pub(crate) could_not_run: bool,
    /// Something that was fetched broke a rule of safety.
    pub(crate) is_refused_for_safety: bool,
}

/// Compares the lock file beside a local contract; nothing where there is none. Asks once per
/// entry whether its tag still names what was locked.
pub(crate) fn findings(resolver: &Resolver<'_>, source: &Source) -> LockFindings {
    let Origin::Local { directory } = &source.origin else {
        return LockFindings::default();
    };
    // Most contracts have no lock: they need not be read a second time.
    let lock = Path::new(directory).join(LOCK_FILE);
    if lock
        .symlink_metadata()
        .is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    {
        return LockFindings::default();
    }
    // A contract that cannot be read has findings of its own.
    let Ok(root) = closure::root(resolver, source) else {
        return LockFindings::default();
    };
    let lock = match beside(&root.bundle) {
        Ok(Some(lock)) => lock,
        Ok(None) => return LockFindings::default(),
        Err(problem) => {
            return LockFindings {
                could_not_run: problem.kind() == FailureKind::CouldNotRun,
                findings: problem.into_findings(),
                ..LockFindings::default()
            };
        }
    };
    let graph = closure_of(resolver, &root, Some(&lock));
    let mut findings = locking::compare(&lock, &graph);
    let tags = tags::moved(resolver, &root, &lock, &graph);
    findings.extend(tags.findings);
    LockFindings {
        could_not_run: findings
            .iter()
            .any(|finding| finding.code == problem::UNRESOLVED),
        findings,
        is_refused_for_safety: tags.is_refused_for_safety,
    }
}
