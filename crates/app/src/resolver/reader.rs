//! Reads artifacts of registries with the cache in between.

use std::sync::Arc;
use std::time::SystemTime;

use pacto_bundle::{
    ArchiveLimits, Files, Origin, ReferenceProblem, ResolvedFrom, Selector, Store as _, StoreError,
    Unpacked, content_hash,
};
use pacto_contract::{ArtifactReference, Digest};
use pacto_oci::{
    Cache, CacheKey, CacheUse, CachedBundle, ObtainedFrom, Registries, RegistryRepository,
};
use tokio::sync::Semaphore;

use super::registry::Chosen;
use super::{Fetched, Resolver};
use crate::Context;
use crate::source::Artifact;

/// What it takes to believe that a cached tag is current.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Currency {
    /// Ask the registry what the tag names now.
    Ask,
    /// The tag was chosen from a list read a moment ago: versions chosen that way are not asked
    /// for a second time.
    JustListed,
}

/// What a fetch needs besides the reference; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    registries: Registries,
    transfers: Arc<Semaphore>,
    cache: Option<Cache>,
    usage: CacheUse,
}

/// The cache of a run.
pub(super) fn cache_of(context: &Context) -> Option<Cache> {
    context.environment().cache_directory().map(Cache::new)
}

/// Reads an artifact from the cache without any request, and says how old it is.
pub(super) fn read_offline(
    context: &Context,
    cache: &Cache,
    reference: &ArtifactReference,
    chosen: Chosen,
) -> Result<Fetched, StoreError> {
    let key = key(reference, &chosen);
    let found = cache.load_stale(&key).ok_or_else(|| StoreError::Offline {
        reference: key.reference(),
    })?;
    let is_proven = key.digest.is_some() && key.digest == found.digest;
    if !is_proven {
        context.observer().warn(&format!(
            "offline: {} is used as it was fetched {}",
            key.reference(),
            ago(context, found.written)
        ));
    }
    fetched(
        reference,
        chosen,
        found.unpacked,
        found.digest,
        ResolvedFrom::Cache,
    )
}

impl Reader {
    pub(super) fn new(resolver: &Resolver<'_>) -> Self {
        let context = resolver.context();
        let remote = resolver.remote();
        Self {
            registries: remote.registries().clone(),
            transfers: remote.transfers(),
            cache: cache_of(context),
            usage: if context.network().is_cache_ignored {
                CacheUse::Refresh
            } else {
                CacheUse::Revalidate
            },
        }
    }

    pub(super) fn repository(
        &self,
        reference: &ArtifactReference,
    ) -> Result<RegistryRepository, StoreError> {
        self.registries.repository(reference)
    }

    pub(super) async fn tags(
        &self,
        repository: &RegistryRepository,
    ) -> Result<Vec<String>, StoreError> {
        let _permit = self.transfers.acquire().await;
        repository.tags().await
    }

    pub(super) async fn find_tag(
        &self,
        repository: &RegistryRepository,
        tag: &str,
    ) -> Result<Option<Digest>, StoreError> {
        let _permit = self.transfers.acquire().await;
        repository.find_tag(tag).await
    }

    /// Reads an artifact, from disk when that is the same.
    pub(super) async fn fetch(
        &self,
        reference: &ArtifactReference,
        repository: &RegistryRepository,
        chosen: Chosen,
        currency: Currency,
    ) -> Result<Fetched, StoreError> {
        let _permit = self.transfers.acquire().await;
        let key = key(reference, &chosen);
        let Some(cache) = &self.cache else {
            let found = repository
                .fetch_bundle(&chosen.selector, ArchiveLimits::DEFAULT)
                .await?;
            return fetched(
                reference,
                chosen,
                found.unpacked,
                Some(found.digest),
                ResolvedFrom::Registry,
            );
        };
        if currency == Currency::JustListed
            && self.usage == CacheUse::Revalidate
            && let Some(CachedBundle {
                unpacked,
                digest: Some(digest),
                ..
            }) = cache.load_stale(&key)
        {
            tracing::debug!(oci.reference = key.reference(), "found in the cache");
            return fetched(
                reference,
                chosen,
                unpacked,
                Some(digest),
                ResolvedFrom::Cache,
            );
        }
        tracing::debug!(oci.reference = key.reference(), "fetching");
        let obtained = cache.fetch(repository, &key, self.usage).await?;
        let from = match obtained.from {
            ObtainedFrom::Cache | ObtainedFrom::StaleCache { .. } => ResolvedFrom::Cache,
            ObtainedFrom::Store => ResolvedFrom::Registry,
        };
        fetched(reference, chosen, obtained.unpacked, obtained.digest, from)
    }
}

fn key(reference: &ArtifactReference, chosen: &Chosen) -> CacheKey {
    CacheKey {
        repository: reference.name(),
        tag: chosen.tag.clone(),
        digest: match &chosen.selector {
            Selector::Digest(digest) => Some(digest.clone()),
            Selector::Tag(_) => None,
        },
    }
}

fn fetched(
    reference: &ArtifactReference,
    chosen: Chosen,
    unpacked: Unpacked,
    digest: Option<Digest>,
    resolved_from: ResolvedFrom,
) -> Result<Fetched, StoreError> {
    let endpoint = reference
        .endpoint()
        .map_err(|error| StoreError::InvalidReference {
            reference: reference.to_string(),
            problem: ReferenceProblem::Syntax(error),
        })?;
    let name = chosen.selector.reference(&reference.name());
    let files: Arc<dyn Files> = Arc::new(unpacked.files);
    let identity = match &digest {
        Some(digest) => digest.clone(),
        // Another program cached it and nobody verified it: its content says which one it is.
        None => content_hash(files.as_ref()).map_err(|error| StoreError::Disk {
            action: "read",
            path: name.clone(),
            source: error.source,
        })?,
    };
    Ok(Fetched {
        files,
        origin: Origin::Registry {
            repository: format!("{}/{}", endpoint.registry, endpoint.repository),
            digest: identity,
        },
        artifact: Artifact {
            reference: name,
            tag: chosen.tag,
            digest,
            resolved_from,
        },
    })
}

/// How long ago something was, in the largest whole unit.
fn ago(context: &Context, time: SystemTime) -> String {
    let now = SystemTime::from(context.now());
    let seconds = now.duration_since(time).unwrap_or_default().as_secs();
    let (count, unit) = match seconds {
        0..=59 => return "less than a minute ago".to_owned(),
        60..=3_599 => (seconds / 60, "minute"),
        3_600..=86_399 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!(
        "{} ago",
        pacto_diagnostic::render::counted(count as usize, unit)
    )
}
