//! A contract with its files, and where both came from.

use std::sync::Arc;

use pacto_contract::{CONTRACT_FILE, Digest, LoadError, Loaded};
use pacto_diagnostic::SourceText;

use crate::{Files, FilesError};

/// A contract with its files.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The contract as read.
    pub contract: Arc<Loaded>,
    /// The files beside it; `None` when only the contract text is known (standard input).
    pub files: Option<Arc<dyn Files>>,
    /// Where it came from.
    pub origin: Origin,
}

/// Why files are not a bundle.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// No `pacto.yaml` at the root.
    #[error("no {CONTRACT_FILE} at the root of the bundle")]
    NoContract,
    /// The contract file is not text.
    #[error("{CONTRACT_FILE} is not UTF-8 text")]
    NotText,
    /// The contract file cannot be read as a contract.
    #[error("failed to parse {CONTRACT_FILE}: {0}")]
    Contract(LoadError),
    /// The contract file could not be read at all.
    #[error(transparent)]
    Files(#[from] FilesError),
}

impl Bundle {
    /// Reads the contract at the root of some files.
    pub fn read(files: Arc<dyn Files>, origin: Origin) -> Result<Self, BundleError> {
        let bytes = files.read(CONTRACT_FILE)?.ok_or(BundleError::NoContract)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| BundleError::NotText)?;
        let contract =
            Loaded::parse(SourceText::new(CONTRACT_FILE, text)).map_err(BundleError::Contract)?;
        Ok(Self {
            contract: Arc::new(contract),
            files: Some(files),
            origin,
        })
    }
}

/// Where a bundle came from. Decides what its references may name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A directory on disk; relative local references resolve from it.
    Local {
        /// Absolute path of the directory.
        directory: String,
    },
    /// A packed archive on disk: no local references.
    Archive {
        /// Path of the archive.
        file: String,
    },
    /// A registry: no local and no layout references.
    Registry {
        /// `registry/repository` as contacted.
        repository: String,
        /// Digest of the manifest.
        digest: Digest,
    },
    /// An image layout: layout references only inside the same root.
    Layout {
        /// Absolute path of the layout directory.
        directory: String,
        /// Absolute path of the root that `oci://` references are looked up in first.
        root: String,
        /// Digest of the manifest.
        digest: Digest,
    },
    /// Standard input: relative local references resolve from the working directory.
    Text,
}
