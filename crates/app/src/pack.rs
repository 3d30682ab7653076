//! `pack`: a directory as one archive.

use std::io::{self, Write as _};
use std::path::Path;

use pacto_bundle::{ArchiveError, ArchiveLimits, Effort, pack as pack_files};
use pacto_oci::disk;
use pacto_validate::PolicyReferences;
use schemars::JsonSchema;
use serde::Serialize;

use crate::packing::{PackingError, Prepared};
use crate::resolver::Resolver;
use crate::source::OverrideOptions;
use crate::validate::LockCheck;
use crate::{Context, Failure, FailureKind};

/// What to pack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackOptions {
    /// The directory as typed.
    pub directory: String,
    /// File to write; `NAME-VERSION.tar.gz` in the working directory when absent.
    pub output: Option<String>,
    /// Changes to the contract before it is packed.
    pub overrides: OverrideOptions,
}

/// What was packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PackResult {
    /// `pacto.pack/v1`.
    pub schema_version: &'static str,
    /// The archive.
    pub output: String,
    /// Name of the service.
    pub name: String,
    /// Version of the service.
    pub version: String,
    /// Size of the archive in bytes.
    pub size: u64,
}

/// Why nothing was packed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// The directory cannot be packed.
    #[error(transparent)]
    Packing(#[from] PackingError),
    /// The archive could not be written.
    #[error("failed to write {file}: {source}")]
    Write {
        /// File as typed.
        file: String,
        /// The reason the system gave.
        source: io::Error,
    },
}

impl From<ArchiveError> for PackError {
    fn from(error: ArchiveError) -> Self {
        Self::Packing(error.into())
    }
}

impl Failure for PackError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Packing(error) => error.kind(),
            Self::Write { .. } => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Packing(error) => error.code(),
            Self::Write { .. } => "unwritable-file",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Packing(error) => error.hints(),
            Self::Write { .. } => Vec::new(),
        }
    }
}

/// Validates a directory without following policy references, and packs it.
pub fn pack(context: &Context, options: &PackOptions) -> Result<PackResult, PackError> {
    let resolver = Resolver::new(context);
    let prepared = Prepared::open(
        &resolver,
        "pacto pack",
        &options.directory,
        &options.overrides,
        PolicyReferences::Skip,
        LockCheck::None,
    )?;
    let service = &prepared.bundle.contract.contract().service;
    let packed = pack_files(
        prepared.files.as_ref(),
        Effort::Balanced,
        ArchiveLimits::DEFAULT,
    )?;
    for warning in &packed.warnings {
        context.observer().warn(&warning.to_string());
    }
    let output = options
        .output
        .clone()
        .unwrap_or_else(|| format!("{}-{}.tar.gz", service.name, service.version));
    write(&context.absolute(&output), &packed.bytes).map_err(|source| PackError::Write {
        file: output.clone(),
        source,
    })?;
    Ok(PackResult {
        schema_version: "pacto.pack/v1",
        output,
        name: service.name.clone(),
        version: service.version.clone(),
        size: packed.bytes.len() as u64,
    })
}

/// Writes beside the target and renames: whoever reads it never sees half of it. The directory
/// must exist.
fn write(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = disk::target_of(target)?;
    disk::clear_leftovers(target.parent().unwrap_or(&target));
    disk::replace(&target, |file| file.write_all(bytes))
}
