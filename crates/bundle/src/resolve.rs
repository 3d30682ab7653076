//! What resolving a reference gives, and why it may fail: the vocabulary that graph, policies,
//! lock and diff share with whoever does the fetching.

use std::sync::Arc;

use pacto_contract::Digest;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Bundle;

/// A reference that led to a bundle.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The bundle.
    pub bundle: Arc<Bundle>,
    /// What was read, without scheme: `registry/repository:tag`, a layout or a directory.
    pub reference: String,
    /// Tag that was chosen or given, in its original spelling.
    pub tag: Option<String>,
    /// Digest of the manifest; `None` for local directories and archives.
    pub digest: Option<Digest>,
    /// Who answered.
    pub resolved_from: ResolvedFrom,
}

/// Who answered a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResolvedFrom {
    /// The lock file pinned version and digest.
    Lock,
    /// The disk cache, without a request.
    Cache,
    /// The registry.
    Registry,
    /// An image layout on disk.
    Layout,
    /// A local directory or archive.
    Local,
}

/// Why a reference did not lead to a bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ResolveFailure {
    /// Bounded reason, as graph edges print it.
    pub reason: FailureReason,
    /// Stable failure code of the registry vocabulary (`not-found`, `authentication-failed`, …).
    pub code: &'static str,
    /// One sentence for people, without secrets.
    pub message: String,
    /// The breach was a safety matter (digest, archive rules): exit 4 instead of 3.
    pub is_refused_for_safety: bool,
}

/// Bounded reasons of unresolved edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// The reference is not one that may be resolved here.
    NonOciRef,
    /// The registry asked for other credentials.
    AuthFailed,
    /// No tag of the repository is a version.
    NoSemverTags,
    /// No version lies in the range.
    NoMatchingVersion,
    /// Nothing under that name.
    NotFound,
    /// Fetching failed.
    PullFailed,
    /// Not resolved yet.
    Discovering,
    /// Outside the allow list.
    RegistryNotAllowed,
    /// Not on disk, and the network is off.
    Offline,
    /// The reference leads back to its own chain.
    Cycle,
}
