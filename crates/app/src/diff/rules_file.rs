//! Finding and reading the rules file of a comparison, and the baselines that go with it.

use std::io;
use std::path::{Path, PathBuf};

use pacto_diagnostic::render::counted;
use pacto_diagnostic::{Finding, SourceText};
use pacto_diff::RulesFile;
use pacto_diff::rules_file::{ImportError, Imported, Peer, RULES_FILE, import};

use super::baseline;
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
    /// A baseline cannot be read.
    #[error("failed to read baseline {file}")]
    ReadBaseline {
        /// As named.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// A baseline is not there.
    #[error("there is no baseline {file}{}", named_in.as_ref().map_or(String::new(), |rules| format!(", which {rules} names")))]
    NoBaseline {
        /// As named.
        file: String,
        /// The rules file that names it; `None` for a flag.
        named_in: Option<String>,
    },
    /// It says what cannot be understood.
    #[error("{file} is not a usable rules file: {}", counted(findings.len(), "problem"))]
    Invalid {
        /// As named.
        file: String,
        /// What is wrong.
        findings: Vec<Finding>,
    },
    /// A baseline says what cannot be understood, or what is none of its business.
    #[error("{file} is not a usable baseline: {}", counted(findings.len(), "problem"))]
    InvalidBaseline {
        /// As named.
        file: String,
        /// What is wrong.
        findings: Vec<Finding>,
    },
    /// The file of a peer cannot be read.
    #[error("failed to read {file}")]
    ReadImport {
        /// As named.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// The configuration of a peer cannot be understood.
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
            Self::Read { .. }
            | Self::ReadBaseline { .. }
            | Self::ReadImport { .. }
            | Self::NoBaseline { .. } => FailureKind::CouldNotRun,
            Self::Invalid { .. } | Self::InvalidBaseline { .. } | Self::Import { .. } => {
                FailureKind::Usage
            }
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "rules-file-unreadable",
            Self::ReadBaseline { .. } => "baseline-unreadable",
            Self::NoBaseline { .. } => "no-baseline",
            Self::Invalid { .. } => "invalid-rules-file",
            Self::InvalidBaseline { .. } => "invalid-baseline",
            Self::ReadImport { .. } | Self::Import { .. } => "import-failed",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Invalid { findings, .. } => findings.iter().map(described).collect(),
            Self::InvalidBaseline { findings, .. } => {
                let findings = findings.iter().map(described);
                let advice = "a baseline is a file of its own, such as `pacto-baseline.yaml`";
                findings.chain([advice.to_owned()]).collect()
            }
            Self::NoBaseline { file, .. } => vec![format!(
                "`pacto diff OLD NEW --write-baseline {file}` makes it from what fails now"
            )],
            Self::Read { .. }
            | Self::ReadBaseline { .. }
            | Self::ReadImport { .. }
            | Self::Import { .. } => Vec::new(),
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

/// Where the rules of a comparison come from.
#[derive(Debug, Clone, Default)]
pub struct RulesSources {
    /// The rules file that somebody named.
    pub named: Option<String>,
    /// The new contract as typed; a rules file may lie beside it.
    pub new: String,
    /// The settings file and its rules, or what is wrong with them; they count where there is no
    /// rules file.
    pub settings: Option<(String, Result<RulesFile, Vec<Finding>>)>,
    /// Baselines that somebody named, beside the one of the rules file.
    pub baselines: Vec<String>,
    /// The baseline that is about to be written: it is left out, and need not be there.
    pub written: Option<String>,
}

/// The rules that count: those of the named file, of that in the directory of the new contract, of
/// that in the working directory, or of the settings file. Baselines add to what they accept.
///
/// # Errors
/// A named file that cannot be read, and one that cannot be understood.
pub fn rules(context: &Context, sources: &RulesSources) -> Result<RulesFile, RulesFileError> {
    let (shown, mut rules) = without_baselines(context, sources)?;
    let of_file = rules.baseline.as_deref().map(|file| {
        let directory = Path::new(&shown).parent().unwrap_or(Path::new(""));
        let beside = directory.join(file).display().to_string();
        (beside, Some(shown.clone()))
    });
    let of_flags = sources.baselines.iter().map(|file| (file.clone(), None));
    let mut seen: Vec<PathBuf> = Vec::new();
    seen.extend(sources.written.iter().map(|file| real(context, file)));
    for (file, named_in) in of_file.into_iter().chain(of_flags) {
        let path = real(context, &file);
        if seen.contains(&path) {
            continue;
        }
        seen.push(path);
        match baseline::read(context, &file)? {
            Some(baseline) => rules.add_baseline(&baseline.baseline),
            None => return Err(RulesFileError::NoBaseline { file, named_in }),
        }
    }
    Ok(rules)
}

/// The rules and the file they stand in.
fn without_baselines(
    context: &Context,
    sources: &RulesSources,
) -> Result<(String, RulesFile), RulesFileError> {
    if let Some(shown) = locate(context, sources) {
        let rules = read(&context.absolute(&shown), &shown)?;
        return Ok((shown, rules));
    }
    match sources.settings.clone() {
        None => Ok((String::new(), RulesFile::default())),
        Some((file, Ok(rules))) => Ok((file, rules)),
        Some((file, Err(findings))) => Err(RulesFileError::Invalid { file, findings }),
    }
}

/// What tells files apart, however they are spelled; one that is not there yet by its directory.
fn real(context: &Context, file: &str) -> PathBuf {
    let path = context.absolute(file);
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match (path.parent().map(Path::canonicalize), path.file_name()) {
        (Some(Ok(directory)), Some(name)) => directory.join(name),
        _ => path,
    }
}

fn locate(context: &Context, sources: &RulesSources) -> Option<String> {
    if sources.named.is_some() {
        return sources.named.clone();
    }
    let new = sources.new.as_str();
    let local = new.strip_prefix("file://").unwrap_or(new);
    let beside = (!local.contains("://")).then(|| Path::new(local));
    let directory = beside.map(|path| {
        let is_file = context.absolute(path).is_file();
        let parent = if is_file { path.parent() } else { Some(path) };
        parent.unwrap_or(Path::new("")).to_owned()
    });
    [directory, Some(PathBuf::new())]
        .into_iter()
        .flatten()
        .map(|directory| directory.join(RULES_FILE))
        // One that is there and cannot be read is an error, and not as good as none.
        .find(|path| context.absolute(path).symlink_metadata().is_ok())
        .map(|path| path.display().to_string())
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
    let text = read_text(&context.absolute(file), MAX_TEXT_BYTES).map_err(|source| {
        RulesFileError::ReadImport {
            file: file.to_owned(),
            source,
        }
    })?;
    import(peer, SourceText::new(file, text)).map_err(|source| RulesFileError::Import {
        file: file.to_owned(),
        source,
    })
}
