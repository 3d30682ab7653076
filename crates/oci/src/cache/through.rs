//! Fetching with the cache in between.

use std::time::SystemTime;

use pacto_bundle::{ArchiveLimits, ReferenceProblem, Selector, Store, StoreError, Unpacked};
use pacto_contract::Digest;

use super::{Cache, CacheKey, CachedBundle};
use crate::layout::off_the_runtime;

/// What the cache is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheUse {
    /// What lies on disk is used when it is certainly what the store holds now.
    Revalidate,
    /// What lies on disk is not read, but written.
    Refresh,
}

/// A bundle, and where it came from.
#[derive(Debug, Clone)]
pub struct Obtained {
    /// The files.
    pub unpacked: Unpacked,
    /// Digest of the manifest; `None` only for what another program cached and nobody verified.
    pub digest: Option<Digest>,
    /// Who answered.
    pub from: ObtainedFrom,
}

/// Who answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObtainedFrom {
    /// The disk; the store confirmed it, or the digest proved it.
    Cache,
    /// The disk, and nobody knows whether it is current.
    StaleCache {
        /// When it was written.
        written: SystemTime,
    },
    /// The store.
    Store,
}

impl Cache {
    /// Fetches what a key names, from disk when that is certainly the same.
    ///
    /// A digest needs no request when it is on disk. A tag that is on disk costs one request for
    /// its digest; when the store cannot be reached, old content is not used in its place.
    pub async fn fetch<S: Store>(
        &self,
        store: &S,
        key: &CacheKey,
        usage: CacheUse,
    ) -> Result<Obtained, StoreError> {
        let selector = key.selector().ok_or_else(|| StoreError::InvalidReference {
            reference: key.reference(),
            problem: ReferenceProblem::NoSelector,
        })?;
        if usage == CacheUse::Revalidate {
            let digest = match &selector {
                Selector::Digest(digest) => Some(digest.clone()),
                Selector::Tag(tag) if self.may_hold(key) => {
                    let digest = store.find_tag(tag).await?;
                    Some(digest.ok_or_else(|| StoreError::NotFound {
                        reference: key.reference(),
                    })?)
                }
                Selector::Tag(_) => None,
            };
            if let Some(digest) = digest {
                let (cache, key) = (self.clone(), key.clone());
                let found = off_the_runtime(move || cache.load(&key, &digest)).await;
                if let Some(found) = found {
                    return Ok(Obtained {
                        unpacked: found.unpacked,
                        digest: found.digest,
                        from: ObtainedFrom::Cache,
                    });
                }
            }
        }
        let fetched = store
            .fetch_bundle(&selector, ArchiveLimits::DEFAULT)
            .await?;
        let (cache, key) = (self.clone(), key.clone());
        let fetched = off_the_runtime(move || {
            cache.store(&key, &fetched);
            fetched
        })
        .await;
        Ok(Obtained {
            unpacked: fetched.unpacked,
            digest: Some(fetched.digest),
            from: ObtainedFrom::Store,
        })
    }

    /// Reads what a key names without any request, current or not.
    pub async fn fetch_offline(&self, key: &CacheKey) -> Result<Obtained, StoreError> {
        let (cache, wanted) = (self.clone(), key.clone());
        let found: Option<CachedBundle> = off_the_runtime(move || cache.load_stale(&wanted)).await;
        let found = found.ok_or_else(|| StoreError::Offline {
            reference: key.reference(),
        })?;
        let is_proven = key.digest.is_some() && key.digest == found.digest;
        Ok(Obtained {
            unpacked: found.unpacked,
            digest: found.digest,
            from: if is_proven {
                ObtainedFrom::Cache
            } else {
                ObtainedFrom::StaleCache {
                    written: found.written,
                }
            },
        })
    }
}
