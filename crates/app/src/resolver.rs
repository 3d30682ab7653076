//! Follows references: to directories, image layouts, the cache and registries.
//!
//! The pure crates say which references they need ([`Machine`]); a [`Resolver`] answers. What lies
//! on the local disk is answered at once and needs no runtime; the rest is fetched concurrently.
//! Everything is read once: directories by path, artifacts by repository and digest, tag lists by
//! repository.

mod layout;
mod local;
mod reader;
mod registry;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use pacto_bundle::{
    Bundle, FailureReason, Files, Origin, ResolveFailure, Resolved, ResolvedFrom, StoreError,
};
use pacto_contract::{ArtifactReference, Digest, Reference, VersionRange};

use crate::Context;
use crate::source::Artifact;

/// What a lock file says about a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pinned {
    /// Tag that the digest was found under.
    pub(crate) version: Option<String>,
    /// The manifest to read.
    pub(crate) digest: Digest,
}

/// A reference to follow.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The reference as written.
    pub(crate) text: String,
    /// The reference, taken apart.
    pub(crate) reference: Reference,
    /// Accepted versions, where one is to be chosen.
    pub(crate) range: Option<VersionRange>,
    /// Where the declaring contract came from.
    pub(crate) declared_by: Origin,
    /// Version and digest of the lock file.
    pub(crate) pin: Option<Pinned>,
    /// Directory of a local root, for the hint that a path would exist there.
    pub(crate) root_directory: Option<String>,
}

/// Something that needs references followed.
pub(crate) trait Machine {
    /// Names a request.
    type Id: Send;

    /// Requests that were not handed out before.
    fn pending(&mut self) -> Vec<(Self::Id, Wanted)>;

    /// Takes an answer; new requests may follow.
    fn supply(&mut self, id: Self::Id, answer: Result<Resolved, ResolveFailure>);
}

/// A bundle as fetched, before its contract is parsed.
#[derive(Debug, Clone)]
pub(crate) struct Fetched {
    pub(crate) files: Arc<dyn Files>,
    pub(crate) origin: Origin,
    pub(crate) artifact: Artifact,
}

/// Follows references for one run.
#[derive(Debug)]
pub struct Resolver<'c> {
    context: &'c Context,
    /// Where `oci://` references are looked for before any registry is asked.
    layout_root: Option<PathBuf>,
    /// What it takes to believe a cached tag that was chosen from a list.
    listed: reader::Currency,
    /// Registries that the user named; told to the network when it is first used.
    named: Mutex<BTreeSet<String>>,
    local: local::Memory,
    layouts: layout::Memory,
    registry: Arc<registry::Memory>,
}

impl<'c> Resolver<'c> {
    /// Creates a resolver that has read nothing yet.
    pub fn new(context: &'c Context) -> Self {
        Self {
            context,
            layout_root: None,
            listed: reader::Currency::JustListed,
            named: Mutex::default(),
            local: local::Memory::default(),
            layouts: layout::Memory::default(),
            registry: Arc::default(),
        }
    }

    /// Looks for `oci://` references among the layouts below this directory first.
    #[must_use]
    pub fn with_layout_root(mut self, root: impl Into<PathBuf>) -> Self {
        self.layout_root = Some(root.into());
        self
    }

    /// Asks the registry about every tag, also about those that were chosen from a list a moment
    /// ago: what is about to be pinned must be what is published now.
    #[must_use]
    pub fn asking_always(mut self) -> Self {
        self.listed = reader::Currency::Ask;
        self
    }

    /// Allows credentials of the environment for the registries in these texts: arguments, and
    /// references of local contracts that were given as arguments.
    pub fn name_registries<'t>(&self, texts: impl IntoIterator<Item = &'t str>) {
        let hosts: BTreeSet<String> = texts
            .into_iter()
            .filter_map(|text| match Reference::parse_argument(text) {
                Ok(Reference::Oci(reference)) => Some(reference.registry),
                _ => None,
            })
            .collect();
        self.name_hosts(hosts);
    }

    /// The world of the run.
    pub fn context(&self) -> &'c Context {
        self.context
    }

    /// Answers a machine until it asks for nothing more.
    pub(crate) fn drive(&self, machine: &mut impl Machine) {
        let mut remote = Vec::new();
        self.answer_local(machine, &mut remote);
        if !remote.is_empty() {
            self.drive_remote(machine, remote);
        }
    }

    /// Answers all that needs no network; the rest is collected.
    fn answer_local<M: Machine>(&self, machine: &mut M, remote: &mut Vec<(M::Id, Wanted)>) {
        loop {
            let pending = machine.pending();
            if pending.is_empty() {
                return;
            }
            for (id, wanted) in pending {
                match self.resolve_local(&wanted) {
                    Some(answer) => machine.supply(id, answer),
                    None => remote.push((id, wanted)),
                }
            }
        }
    }

    /// Follows a reference that leads to the disk; `None` for one that leads to a registry.
    fn resolve_local(&self, wanted: &Wanted) -> Option<Result<Resolved, ResolveFailure>> {
        match &wanted.reference {
            Reference::Local(path) => Some(self.local.resolve(self.context, wanted, path)),
            Reference::Layout(reference) => Some(self.resolve_layout(wanted, reference)),
            Reference::Oci(reference) => {
                let root = match &wanted.declared_by {
                    Origin::Layout { root, .. } => Some(Path::new(root)),
                    _ => self.layout_root.as_deref(),
                }?;
                self.resolve_below(root, wanted, reference)
            }
        }
    }

    /// Opens an `oci://` argument.
    pub(crate) fn fetch_registry_argument(
        &self,
        reference: &ArtifactReference,
    ) -> Result<Fetched, StoreError> {
        self.name_hosts([reference.registry.clone()].into());
        self.fetch_registry(reference, None)
    }
}

impl Fetched {
    /// Parses the contract.
    fn into_resolved(self) -> Result<Resolved, StoreError> {
        let bundle =
            Bundle::read(self.files, self.origin).map_err(|problem| StoreError::Bundle {
                reference: self.artifact.reference.clone(),
                problem: Box::new(problem.into()),
            })?;
        Ok(Resolved {
            bundle: Arc::new(bundle),
            reference: self.artifact.reference,
            tag: self.artifact.tag,
            digest: self.artifact.digest,
            resolved_from: self.artifact.resolved_from,
        })
    }
}

/// The answer for a reference that may not be followed from where it stands.
fn not_followed(message: String) -> ResolveFailure {
    ResolveFailure {
        reason: FailureReason::NonOciRef,
        code: "invalid-reference",
        message,
        is_refused_for_safety: false,
    }
}

/// What a pinned artifact counts as.
fn answered_by(pin: Option<&Pinned>, otherwise: ResolvedFrom) -> ResolvedFrom {
    if pin.is_some() {
        ResolvedFrom::Lock
    } else {
        otherwise
    }
}
