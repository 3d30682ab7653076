//! Reading and writing baselines: the changes that are there today, so that only new ones fail.

use std::io::{self, Write as _};
use std::path::Path;

use jiff::civil::Date;
use pacto_diagnostic::SourceText;
use pacto_diff::rules_file::{Baseline, ExpiredEntry, Recording, Updated};
use pacto_diff::{FailOn, Options, Report};
use pacto_oci::disk::{self, NewFile};

use super::{DiffedSet, RulesFileError};
use crate::text_file::read_text;
use crate::{Context, Failure, FailureKind};

/// Largest baseline that is read, in bytes; programs write it.
const MAX_BASELINE_BYTES: u64 = 64 << 20;

/// Why new entries are accepted, where nobody says it.
const REASON: &str = "was there when the baseline was written";

/// Entries that are named when they have expired.
const MOST_NAMED: usize = 5;

/// Which baseline to write, and how.
#[derive(Debug, Clone)]
pub struct BaselineOptions {
    /// The file as typed.
    pub file: String,
    /// Why new entries are accepted.
    pub reason: Option<String>,
    /// Last day of new entries, and of those that have expired.
    pub until: Option<Date>,
    /// Changes that make the command fail, which is what is recorded.
    pub fail_on: FailOn,
    /// What the comparison was asked to do.
    pub comparison: Options,
}

/// What became of a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenBaseline {
    /// The file as typed.
    pub file: String,
    /// Entries that are new.
    pub added: usize,
    /// Entries that stay as they are.
    pub kept: usize,
    /// Of these, entries that accept nothing and stay because something could not be compared.
    pub unmatched: usize,
    /// Entries that got a later last day.
    pub renewed: usize,
    /// Entries that accept nothing any more.
    pub removed: usize,
}

/// Why a baseline was not written; the old one is still there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// What is there is no baseline.
    #[error(transparent)]
    Unusable(#[from] RulesFileError),
    /// Entries have expired while their changes are still there.
    #[error("{file} is not written: {}", expired_entries(expired.len()))]
    Expired {
        /// The file as typed.
        file: String,
        /// The entries.
        expired: Vec<ExpiredEntry>,
    },
    /// It could not be written.
    #[error("failed to write {file}")]
    Write {
        /// The file as typed.
        file: String,
        /// The reason the system gave.
        #[source]
        source: io::Error,
    },
}

fn expired_entries(count: usize) -> String {
    match count {
        1 => "1 entry has expired while its change is still there".to_owned(),
        _ => format!("{count} entries have expired while their changes are still there"),
    }
}

impl Failure for BaselineError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Unusable(error) => error.kind(),
            Self::Expired { .. } => FailureKind::Usage,
            Self::Write { .. } => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unusable(error) => error.code(),
            Self::Expired { .. } => "expired-baseline",
            Self::Write { .. } => "unwritable-file",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Unusable(error) => error.hints(),
            Self::Expired { file, expired } => {
                let named = expired.iter().take(MOST_NAMED);
                let mut hints: Vec<String> = named.map(|entry| described(file, entry)).collect();
                let more = expired.len().saturating_sub(MOST_NAMED);
                if more > 0 {
                    hints.push(format!("and {more} more"));
                }
                let advice =
                    "take the changes back, or accept them longer with `--until YYYY-MM-DD`";
                hints.push(advice.to_owned());
                hints
            }
            Self::Write { .. } => Vec::new(),
        }
    }
}

fn described(file: &str, entry: &ExpiredEntry) -> String {
    let ExpiredEntry {
        line, rule, until, ..
    } = entry;
    let path = entry.path.as_ref();
    let path = path.map_or(String::new(), |path| format!(" at {path}"));
    format!("{file}:{line}: {rule}{path}, accepted until {until}")
}

/// A baseline with the bytes it was read from.
pub(super) struct ReadBaseline {
    pub(super) baseline: Baseline,
    text: String,
}

/// Reads a baseline; `None` when it is not there.
pub(super) fn read(context: &Context, file: &str) -> Result<Option<ReadBaseline>, RulesFileError> {
    let text = match read_text(&context.absolute(file), MAX_BASELINE_BYTES) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(RulesFileError::ReadBaseline {
                file: file.to_owned(),
                source,
            });
        }
    };
    let baseline = Baseline::read(SourceText::new(file, text.as_str())).map_err(|findings| {
        RulesFileError::InvalidBaseline {
            file: file.to_owned(),
            findings,
        }
    })?;
    Ok(Some(ReadBaseline { baseline, text }))
}

/// Brings a baseline to what a comparison found, and accepts that in its report.
///
/// # Errors
/// A file that is no baseline, entries that have expired, and what the system says.
pub fn write_baseline(
    context: &Context,
    report: &mut Report,
    options: &BaselineOptions,
) -> Result<WrittenBaseline, BaselineError> {
    let old = read(context, &options.file)?;
    let has_gaps = report.has_gaps();
    let updated = update(
        old.as_ref(),
        context,
        has_gaps,
        options,
        |old, recording| old.update(&[report], recording),
    )?;
    report.accept(&updated.baseline, &options.comparison);
    store(context, old.as_ref(), &updated, options)
}

/// The same for many services compared at once.
///
/// # Errors
/// As [`write_baseline`].
pub fn write_baseline_of_set(
    context: &Context,
    diffed: &mut DiffedSet,
    options: &BaselineOptions,
) -> Result<WrittenBaseline, BaselineError> {
    let old = read(context, &options.file)?;
    let set = &mut diffed.set;
    let has_gaps = set.has_gaps();
    let updated = update(
        old.as_ref(),
        context,
        has_gaps,
        options,
        |old, recording| old.update_of_set(&set.results, recording),
    )?;
    for result in &mut set.results {
        result.accept(&updated.baseline, &options.comparison);
    }
    set.weigh();
    store(context, old.as_ref(), &updated, options)
}

fn update(
    old: Option<&ReadBaseline>,
    context: &Context,
    has_gaps: bool,
    options: &BaselineOptions,
    update: impl FnOnce(&Baseline, &Recording<'_>) -> Result<Updated, Vec<ExpiredEntry>>,
) -> Result<Updated, BaselineError> {
    let recording = Recording {
        fail_on: options.fail_on,
        scale: options.comparison.scale,
        today: context.today(),
        reason: options.reason.as_deref().unwrap_or(REASON),
        until: options.until,
        has_gaps,
    };
    let nothing = Baseline::default();
    let old = old.map_or(&nothing, |old| &old.baseline);
    update(old, &recording).map_err(|expired| BaselineError::Expired {
        file: options.file.clone(),
        expired,
    })
}

fn store(
    context: &Context,
    old: Option<&ReadBaseline>,
    updated: &Updated,
    options: &BaselineOptions,
) -> Result<WrittenBaseline, BaselineError> {
    let text = updated.baseline.to_yaml();
    if old.is_none_or(|old| old.text != text) {
        write(&context.absolute(&options.file), &text).map_err(|source| BaselineError::Write {
            file: options.file.clone(),
            source,
        })?;
    }
    Ok(WrittenBaseline {
        file: options.file.clone(),
        added: updated.added,
        kept: updated.kept,
        unmatched: updated.unmatched,
        renewed: updated.renewed,
        removed: updated.removed,
    })
}

/// Writes beside the target and renames, so that readers see the old file or the new one.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let path = disk::target_of(path)?;
    let directory = path.parent().unwrap_or(Path::new("."));
    disk::clear_leftovers(directory);
    // The baseline is for everybody who may read the contract.
    let mut new = NewFile::in_directory(directory, 0o666)?;
    new.as_file_mut().write_all(text.as_bytes())?;
    new.as_file_mut().sync_all()?;
    new.persist(&path)
}
