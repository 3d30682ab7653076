//! References to registries: fetched concurrently, each artifact and tag list once.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use pacto_bundle::{Origin, ResolveFailure, Resolved, Selector, Store as _, StoreError};
use pacto_contract::{ArtifactReference, Digest, LooseVersion, Reference, VersionRange};
use pacto_oci::{RegistryName, RegistryRepository};
use tokio::sync::OnceCell;

use super::reader::{Currency, Reader};
use crate::remote::Remote;

use super::{Fetched, Machine, Pinned, Resolver, Wanted, answered_by};

/// An answer that is fetched once, whoever asks first.
type Once<T> = Arc<OnceCell<Result<T, ResolveFailure>>>;

/// Answers by what was asked for.
type Answers<K, T> = Mutex<HashMap<K, Once<T>>>;

/// What was read from registries so far.
#[derive(Debug, Default)]
pub(super) struct Memory {
    artifacts: Answers<(String, Selector), Resolved>,
    tags: Answers<String, Vec<String>>,
}

/// An artifact that was decided on.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub(super) selector: Selector,
    pub(super) tag: Option<String>,
}

impl Resolver<'_> {
    /// Allows credentials of the environment for registries, once the network is used.
    pub(super) fn name_hosts(&self, hosts: BTreeSet<String>) {
        self.named
            .lock()
            .expect("nobody panics while holding this lock")
            .extend(hosts);
    }

    /// The network, which knows the registries named so far.
    pub(crate) fn remote(&self) -> &Remote {
        let remote = self.context.remote();
        let mut named = self
            .named
            .lock()
            .expect("nobody panics while holding this lock");
        for host in std::mem::take(&mut *named) {
            remote.registries().name(RegistryName::of_endpoint(&host));
        }
        remote
    }

    /// Fetches what a machine asks for until it asks for nothing more.
    pub(super) fn drive_remote<M: Machine>(&self, machine: &mut M, remote: Vec<(M::Id, Wanted)>) {
        if self.context.network().is_offline {
            self.drive_offline(machine, remote);
            return;
        }
        let progress = self
            .context
            .observer()
            .begin("fetching", Some(remote.len() as u64));
        let network = self.remote();
        let reader = Reader::new(self);
        let listed = self.listed;
        network.block_on(async {
            let mut running = FuturesUnordered::new();
            let mut waiting = remote;
            loop {
                for (id, wanted) in waiting.drain(..) {
                    let memory = Arc::clone(&self.registry);
                    let reader = reader.clone();
                    let task = async move { resolve(&memory, &reader, &wanted, listed).await };
                    running.push(async move { (id, network.spawn(task).await) });
                }
                let Some((id, answer)) = running.next().await else {
                    break;
                };
                progress.advance(1);
                machine.supply(id, answer);
                self.answer_local(machine, &mut waiting);
                progress.extend(waiting.len() as u64);
            }
        });
    }

    /// Answers from the cache alone; needs no runtime.
    fn drive_offline<M: Machine>(&self, machine: &mut M, remote: Vec<(M::Id, Wanted)>) {
        let mut waiting = remote;
        while !waiting.is_empty() {
            for (id, wanted) in std::mem::take(&mut waiting) {
                machine.supply(id, self.resolve_offline(&wanted));
            }
            self.answer_local(machine, &mut waiting);
        }
    }

    fn resolve_offline(&self, wanted: &Wanted) -> Result<Resolved, ResolveFailure> {
        let Reference::Oci(reference) = &wanted.reference else {
            return Err(not_in_a_registry(wanted));
        };
        let mut resolved = self
            .fetch_offline(reference, wanted.range.as_ref(), wanted.pin.as_ref())
            .and_then(Fetched::into_resolved)
            .map_err(|error| ResolveFailure::from(&error))?;
        resolved.resolved_from = answered_by(wanted.pin.as_ref(), resolved.resolved_from);
        Ok(resolved)
    }

    /// Reads an artifact from the cache, and says how old it is.
    fn fetch_offline(
        &self,
        reference: &ArtifactReference,
        range: Option<&VersionRange>,
        pin: Option<&Pinned>,
    ) -> Result<Fetched, StoreError> {
        let cache = super::reader::cache_of(self.context).ok_or_else(|| StoreError::Offline {
            reference: reference.to_string(),
        })?;
        let chosen = if let Some(chosen) = Chosen::without_list(reference, pin) {
            chosen
        } else {
            let tags = cache.tags(&reference.name());
            if tags.is_empty() {
                return Err(StoreError::Offline {
                    reference: reference.to_string(),
                });
            }
            Chosen::among(&tags, &reference.name(), range)?
        };
        super::reader::read_offline(self.context, &cache, reference, chosen)
    }

    /// Reads an artifact that an argument names.
    pub(super) fn fetch_registry(
        &self,
        reference: &ArtifactReference,
        range: Option<&VersionRange>,
    ) -> Result<Fetched, StoreError> {
        if self.context.network().is_offline {
            return self.fetch_offline(reference, range, None);
        }
        let reader = Reader::new(self);
        self.remote().block_on(async {
            let repository = reader.repository(reference)?;
            let chosen = match Chosen::without_list(reference, None) {
                Some(chosen) => chosen,
                None => Chosen::among(&repository.tags().await?, &reference.name(), range)?,
            };
            reader
                .fetch(reference, &repository, chosen, Currency::Ask)
                .await
        })
    }

    /// Drops what the cache has under a reference that was written to.
    pub(crate) fn forget(&self, reference: &ArtifactReference) {
        if let Some(cache) = super::reader::cache_of(self.context) {
            cache.remove(&reference.into());
        }
    }

    /// For each question the digest of the first of its tags that exists.
    pub(crate) fn find_tags(
        &self,
        origin: &Origin,
        questions: Vec<(Reference, Vec<String>)>,
    ) -> Vec<Result<Option<Digest>, StoreError>> {
        let ask = |(reference, tags): (Reference, Vec<String>)| async move {
            let layout = match &reference {
                Reference::Layout(reference) => Some(self.layout_beside(origin, reference)),
                Reference::Oci(reference) => self.layout_below(origin, reference),
                Reference::Local(_) => return Ok(None),
            };
            if let Some(layout) = layout {
                return Self::find_layout_tag(&layout, &tags);
            }
            let Reference::Oci(reference) = &reference else {
                return Ok(None);
            };
            let reader = Reader::new(self);
            let repository = reader.repository(reference)?;
            for tag in &tags {
                if let Some(digest) = reader.find_tag(&repository, tag).await? {
                    return Ok(Some(digest));
                }
            }
            Ok(None)
        };
        let answers = futures::future::join_all(questions.into_iter().map(ask));
        self.remote().block_on(answers)
    }
}

/// Follows one reference, reading nothing twice.
async fn resolve(
    memory: &Memory,
    reader: &Reader,
    wanted: &Wanted,
    listed: Currency,
) -> Result<Resolved, ResolveFailure> {
    let Reference::Oci(reference) = &wanted.reference else {
        return Err(not_in_a_registry(wanted));
    };
    let failed = |error: StoreError| ResolveFailure::from(&error);
    let repository = reader.repository(reference).map_err(failed)?;
    let (chosen, currency) = match Chosen::without_list(reference, wanted.pin.as_ref()) {
        Some(chosen) => (chosen, Currency::Ask),
        None => (choose(memory, reader, &repository, wanted).await?, listed),
    };
    let key = (repository.repository(), chosen.selector.clone());
    let tag = chosen.tag.clone();
    let mut resolved = once(&memory.artifacts, key)
        .get_or_init(|| async {
            reader
                .fetch(reference, &repository, chosen, currency)
                .await
                .and_then(Fetched::into_resolved)
                .map_err(failed)
        })
        .await
        .clone()?;
    resolved.tag = tag;
    resolved.resolved_from = answered_by(wanted.pin.as_ref(), resolved.resolved_from);
    Ok(resolved)
}

/// The best tag of a repository, whose tags are listed once.
async fn choose(
    memory: &Memory,
    reader: &Reader,
    repository: &RegistryRepository,
    wanted: &Wanted,
) -> Result<Chosen, ResolveFailure> {
    let failed = |error: StoreError| ResolveFailure::from(&error);
    let tags = once(&memory.tags, repository.repository());
    let tags = tags
        .get_or_init(|| async { reader.tags(repository).await.map_err(failed) })
        .await
        .as_ref()
        .map_err(Clone::clone)?;
    Chosen::among(tags, &repository.repository(), wanted.range.as_ref()).map_err(failed)
}

fn once<K: Eq + std::hash::Hash, T>(memory: &Answers<K, T>, key: K) -> Once<T> {
    let mut memory = memory
        .lock()
        .expect("nobody panics while holding this lock");
    Arc::clone(
        memory
            .entry(key)
            .or_insert_with(|| Arc::new(OnceCell::new())),
    )
}

fn not_in_a_registry(wanted: &Wanted) -> ResolveFailure {
    super::not_followed(format!("`{}` is not in a registry", wanted.text))
}

impl Chosen {
    /// What is read when no choice is left; `None` when the tags must be listed.
    fn without_list(reference: &ArtifactReference, pin: Option<&Pinned>) -> Option<Self> {
        let (digest, tag) = match pin {
            Some(pin) => (Some(&pin.digest), pin.version.as_ref()),
            None => (reference.digest.as_ref(), reference.tag.as_ref()),
        };
        match (digest, tag) {
            (Some(digest), tag) => Some(Self {
                selector: Selector::Digest(digest.clone()),
                tag: tag.cloned(),
            }),
            (None, Some(tag)) => Some(Self {
                selector: Selector::Tag(tag.clone()),
                tag: Some(tag.clone()),
            }),
            (None, None) => None,
        }
    }

    /// The best of some tags.
    fn among(
        tags: &[String],
        repository: &str,
        range: Option<&VersionRange>,
    ) -> Result<Self, StoreError> {
        LooseVersion::pick(tags.iter().map(String::as_str), range)
            .map(|tag| Self {
                selector: Selector::Tag(tag.to_owned()),
                tag: Some(tag.to_owned()),
            })
            .ok_or_else(|| StoreError::NoVersion {
                reference: repository.to_owned(),
                range: range.map(|range| range.as_str().to_owned()),
            })
    }
}
