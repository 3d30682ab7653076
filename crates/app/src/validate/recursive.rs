//! `validate --recursive`: every contract below a directory, in parallel.

use std::path::Path;

use rayon::prelude::*;

use super::{ValidateOptions, Validated, ValidatedAll, not_opened, validate_source};
use crate::argument::Argument;
use crate::discover::{self, NOT_SEARCHED_HINT, NotSearched};
use crate::resolver::Resolver;
use crate::source::{Source, SourceError};
use crate::{Context, Failure, FailureKind};

/// Why nothing was validated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecursiveError {
    /// The directory cannot be opened.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The path is no directory.
    #[error("{path} is not a directory")]
    NotADirectory {
        /// Path as typed.
        path: String,
    },
    /// Nothing to validate.
    #[error("no contract found below {path}")]
    Nothing {
        /// Path as typed.
        path: String,
    },
    /// Flags that make no sense for many contracts.
    #[error(
        "`--recursive` takes a directory or `oci-layout://DIR`, and no overrides and no `--fix`"
    )]
    Options,
}

impl Failure for RecursiveError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Source(error) => error.kind(),
            Self::Options => FailureKind::Usage,
            Self::NotADirectory { .. } | Self::Nothing { .. } => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Source(error) => error.code(),
            Self::Options => "wrong-argument",
            Self::NotADirectory { .. } => "not-a-directory",
            Self::Nothing { .. } => "no-contract",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Source(error) => error.hints(),
            Self::Nothing { .. } => vec![NOT_SEARCHED_HINT.to_owned()],
            Self::NotADirectory { .. } | Self::Options => Vec::new(),
        }
    }
}

/// Validates every contract below a directory; for `oci-layout://DIR` every tag of every layout
/// below it.
pub fn validate_recursive(
    context: &Context,
    argument: &str,
    options: &ValidateOptions,
) -> Result<ValidatedAll, RecursiveError> {
    if options.is_fixing || !options.overrides.is_empty() {
        return Err(RecursiveError::Options);
    }
    let parsed = Argument::parse(argument).map_err(|source| SourceError::Reference {
        argument: argument.to_owned(),
        source,
    })?;
    let (resolver, arguments) = match parsed {
        Argument::Path(path) => (Resolver::new(context), below(context, argument, &path)?),
        Argument::Layout(reference) => {
            let root = context.absolute(&reference.directory);
            let resolver = Resolver::new(context).with_layout_root(root);
            let arguments = resolver
                .layout_arguments(&reference)
                .map_err(SourceError::from)?;
            (resolver, arguments)
        }
        Argument::StandardInput | Argument::Registry(_) => return Err(RecursiveError::Options),
    };
    if arguments.is_empty() {
        return Err(RecursiveError::Nothing {
            path: argument.to_owned(),
        });
    }
    let progress = context
        .observer()
        .begin("validating", Some(arguments.len() as u64));
    let contracts: Vec<Validated> = arguments
        .par_iter()
        .map(|argument| {
            let validated = match Source::open(&resolver, argument, &options.overrides) {
                Ok(source) => validate_source(&resolver, &source, options),
                Err(error) => not_opened(argument, &error),
            };
            progress.advance(1);
            validated
        })
        .collect();
    drop(progress);
    Ok(ValidatedAll::new(argument.to_owned(), contracts))
}

/// The contracts below a directory, as arguments.
fn below(context: &Context, argument: &str, path: &Path) -> Result<Vec<String>, RecursiveError> {
    let observer = context.observer();
    let found = discover::below(context, argument, path, &|reason| observer.warn(&reason))?;
    let arguments = found.contracts.into_iter().map(|found| found.argument);
    Ok(arguments.collect())
}

impl From<NotSearched> for RecursiveError {
    fn from(error: NotSearched) -> Self {
        match error {
            NotSearched::Source(source) => Self::Source(source),
            NotSearched::NotADirectory(path) => Self::NotADirectory { path },
        }
    }
}
