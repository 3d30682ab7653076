//! What `pack` and `push` have in common: the contract of a directory, validated as it will be
//! packed.

use std::sync::Arc;

use pacto_bundle::{ArchiveError, Bundle, Files, FilesError, FilteredFiles};
use pacto_validate::PolicyReferences;

use crate::resolver::Resolver;
use crate::source::{OverrideOptions, Source, SourceError};
use crate::validate::{LockCheck, ValidateOptions, Validated, report};
use crate::{Failure, FailureKind};

/// A directory that may be packed.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The contract.
    pub(crate) bundle: Bundle,
    /// The files without what `.pactoignore` leaves out.
    pub(crate) files: Arc<dyn Files>,
}

/// Why a directory cannot be packed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackingError {
    /// The directory or its contract cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The contract is not valid.
    #[error("contract validation failed with {}", errors(.0))]
    Invalid(Box<Validated>),
    /// A file cannot be read.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// A name, size or kind of file that no reader accepts.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

fn errors(validated: &Validated) -> String {
    pacto_diagnostic::render::counted(validated.result.errors.len(), "error")
}

impl Failure for PackingError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Source(error) if error.is_broken_text() => FailureKind::Findings,
            Self::Source(error) => error.kind(),
            Self::Invalid(validated) => validated.failure.unwrap_or(FailureKind::Findings),
            Self::Archive(error) if error.is_refused_for_safety() => FailureKind::Refused,
            Self::Files(_) | Self::Archive(_) => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Source(error) => error.code(),
            Self::Invalid(_) => "invalid-contract",
            Self::Files(_) => "unreadable-file",
            Self::Archive(error) => error.code(),
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Source(error) => error.hints(),
            Self::Archive(error) => error.hints(),
            Self::Invalid(_) | Self::Files(_) => Vec::new(),
        }
    }
}

impl Prepared {
    /// Opens and validates a directory as it will be packed.
    pub(crate) fn open(
        resolver: &Resolver<'_>,
        command: &'static str,
        directory: &str,
        overrides: &OverrideOptions,
        policies: PolicyReferences,
        lock: LockCheck,
    ) -> Result<Self, PackingError> {
        let context = resolver.context();
        let mut source = Source::open_directory(context, command, directory, overrides)?;
        if let Some(files) = source.files.take() {
            let filtered = FilteredFiles::load(files)?;
            for pattern in filtered.rules().malformed() {
                context.observer().warn(&format!(
                    ".pactoignore line {}: `{}` is not a pattern and matches nothing",
                    pattern.line, pattern.text
                ));
            }
            source.files = Some(Arc::new(filtered));
        }
        let report = report(
            resolver,
            &source,
            &ValidateOptions::default(),
            policies,
            lock,
        );
        if !report.is_valid() {
            return Err(PackingError::Invalid(Box::new(Validated::new(
                &source, report,
            ))));
        }
        let bundle = source.bundle()?;
        let files = bundle
            .files
            .clone()
            .ok_or_else(|| SourceError::NoContract {
                path: directory.to_owned(),
            })?;
        Ok(Self { bundle, files })
    }
}
