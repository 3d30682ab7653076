//! A contract with its files, and where both came from.

use std::sync::Arc;

use pacto_contract::{Digest, Loaded};

use crate::Files;

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
