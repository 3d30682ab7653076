//! `validate --fix`: repairs what has one obvious repair.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use pacto_bundle::Origin;
use pacto_contract::CONTRACT_FILE;
use pacto_diagnostic::{Fix, SourceText};
use pacto_oci::disk;
use pacto_validate::PolicyReferences;

use super::{LockCheck, ValidateOptions, report};
use crate::resolver::Resolver;
use crate::source::Source;
use crate::{Failure, FailureKind};

/// One repair may uncover another; more rounds than this mean that repairs undo each other.
const MAX_ROUNDS: usize = 8;

/// Why nothing was repaired.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FixError {
    /// Only files on disk can be repaired.
    #[error("`--fix` changes files, so it needs a contract on disk, not {argument}")]
    NotOnDisk {
        /// The argument as typed.
        argument: String,
    },
    /// What overrides change is not in the file.
    #[error("`--fix` cannot be used together with overrides")]
    Overrides,
    /// The file could not be written.
    #[error("failed to write {path}: {source}")]
    Write {
        /// The file.
        path: String,
        /// The reason the system gave.
        source: io::Error,
    },
}

impl Failure for FixError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::NotOnDisk { .. } | Self::Overrides => FailureKind::Usage,
            Self::Write { .. } => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotOnDisk { .. } | Self::Overrides => "wrong-argument",
            Self::Write { .. } => "unwritable-file",
        }
    }
}

/// Repairs the contract file; gives the source as it is now and how many findings were repaired.
pub(super) fn fix(
    resolver: &Resolver<'_>,
    mut source: Source,
    options: &ValidateOptions,
) -> Result<(Source, usize), FixError> {
    let Origin::Local { directory } = &source.origin else {
        return Err(FixError::NotOnDisk {
            argument: source.argument,
        });
    };
    if !options.overrides.is_empty() {
        return Err(FixError::Overrides);
    }
    let path = Path::new(directory).join(CONTRACT_FILE);
    let mut fixed = 0;
    let mut text = source.text.clone();
    for _ in 0..MAX_ROUNDS {
        let round = report(
            resolver,
            &source,
            options,
            PolicyReferences::Skip,
            LockCheck::None,
        );
        let repairs: Vec<&Fix> = round
            .findings
            .iter()
            .filter_map(|finding| finding.fix.as_ref())
            .collect();
        if repairs.is_empty() {
            break;
        }
        let before = SourceText::new(CONTRACT_FILE, text.clone());
        let after = pacto_validate::fix::apply(&before, repairs.iter().copied());
        if after == *text {
            break;
        }
        fixed += repairs.len();
        text = after.into();
        source.text = text.clone();
    }
    if fixed > 0 {
        replace(&path, &text).map_err(|error| FixError::Write {
            path: source.contract_path(),
            source: error,
        })?;
    }
    Ok((source, fixed))
}

/// Writes beside the file and renames, so that nobody ever sees half of it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = disk::target_of(path)?;
    disk::clear_leftovers(path.parent().unwrap_or(&path));
    disk::replace(&path, |file| {
        file.write_all(text.as_bytes())?;
        match fs::metadata(&path) {
            Ok(metadata) => file.set_permissions(metadata.permissions()),
            Err(_) => Ok(()),
        }
    })
}
