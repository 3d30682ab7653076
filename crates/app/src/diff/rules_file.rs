//! Finding and reading the rules file of a comparison.

use std::io;
use std::path::{Path, PathBuf};

use pacto_diagnostic::{Finding, SourceText};
use pacto_diff::RulesFile;
use pacto_diff::rules_file::{ImportError, Imported, Peer, RULES_FILE, import};

use crate::text_file::{MAX_TEXT_BYTES, read_text};
use crate::{Context, Failure, FailureKind};

/// Why a rules file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RulesFileError {
    /// It cannot be read.
    #[error("failed to read rules file {file}")]
    Read {
        /// As named.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// It says what cannot be understood.
    #[error("{file} is not a usable rules file: {} problem(s)", findings.len())]
    Invalid {
        /// As named.
        file: String,
        /// What is wrong.
        findings: Vec<Finding>,
    },
    /// The configuration of a peer cannot be read.
    #[error("failed to import {file}: {source}")]
    Import {
        /// As named.
        file: String,
        /// Why.
        source: ImportError,
    },
}

impl Failure for RulesFileError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Read { .. } => FailureKind::CouldNotRun,
            Self::Invalid { .. } | Self::Import { .. } => FailureKind::Usage,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "rules-file-unreadable",
            Self::Invalid { .. } => "invalid-rules-file",
            Self::Import { .. } => "import-failed",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Invalid { findings, .. } => findings.iter().map(described).collect(),
            Self::Read { .. } | Self::Import { .. } => Vec::new(),
        }
    }
}

/// A finding on one line: place, message, what to do.
fn described(finding: &Finding) -> String {
    let place = finding.location.as_ref().map_or(String::new(), |place| {
        format!("{}:{}:{}: ", place.file, place.line, place.column)
    });
    let help = finding
        .help
        .as_ref()
        .map_or(String::new(), |help| format!("; {help}"));
    format!("{place}{}{help}", finding.message)
}

/// The rules file that counts: the named one, that in the directory of the new contract, that in the
/// working directory. `None` when there is none.
///
/// # Errors
/// A named file that cannot be read, and one that cannot be understood.
pub fn rules_file(
    context: &Context,
    named: Option<&str>,
    new: &str,
) -> Result<Option<RulesFile>, RulesFileError> {
    if let Some(named) = named {
        return read(&context.absolute(named), named).map(Some);
    }
    let local = new.strip_prefix("file://").unwrap_or(new);
    let beside = (!local.contains("://")).then(|| Path::new(local));
    let directory = beside.map(|path| {
        let is_file = context.absolute(path).is_file();
        let parent = if is_file { path.parent() } else { Some(path) };
        parent.unwrap_or(Path::new("")).to_owned()
    });
    let found = [directory, Some(PathBuf::new())]
        .into_iter()
        .flatten()
        .map(|directory| directory.join(RULES_FILE))
        .find(|path| context.absolute(path).is_file());
    found
        .map(|path| read(&context.absolute(&path), &path.display().to_string()))
        .transpose()
}

fn read(path: &Path, shown: &str) -> Result<RulesFile, RulesFileError> {
    let text = text(path, shown)?;
    RulesFile::read(SourceText::new(shown, text)).map_err(|findings| RulesFileError::Invalid {
        file: shown.to_owned(),
        findings,
    })
}

fn text(path: &Path, shown: &str) -> Result<String, RulesFileError> {
    read_text(path, MAX_TEXT_BYTES).map_err(|source| RulesFileError::Read {
        file: shown.to_owned(),
        source,
    })
}

/// A rules file from the configuration of a peer.
///
/// # Errors
/// A file that cannot be read, or is not of the peer's form.
pub fn import_rules(context: &Context, peer: Peer, file: &str) -> Result<Imported, RulesFileError> {
    let text = text(&context.absolute(file), file)?;
    import(peer, SourceText::new(file, text)).map_err(|source| RulesFileError::Import {
        file: file.to_owned(),
        source,
    })
}
