//! Where artifacts are kept: the view that registries and image layouts share.

use std::future::Future;

use bytes::Bytes;
use pacto_contract::Digest;

use crate::ArchiveLimits;
use crate::artifact::Artifact;
use crate::manifest::{Descriptor, Manifest, ManifestError};
use crate::store_error::{BundleProblem, StoreError};
use crate::unpack::{Unpacked, unpack};

/// One repository of artifacts: in a registry, or an image layout on disk.
///
/// Implementations verify size and digest of everything they read, retry what is worth retrying,
/// and never print. The trait names no runtime; futures are `Send`.
pub trait Store: Send + Sync {
    /// The repository as messages name it: `registry/repository`, or the directory of a layout.
    fn repository(&self) -> String;

    /// All tags, in no particular order. A repository that does not exist is
    /// [`StoreError::NotFound`].
    fn tags(&self) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;

    /// The digest a tag names now, without reading the artifact; `None` when there is no such tag
    /// or repository.
    fn find_tag(
        &self,
        tag: &str,
    ) -> impl Future<Output = Result<Option<Digest>, StoreError>> + Send;

    /// Reads a manifest or index as stored, at most
    /// [`MAX_MANIFEST_BYTES`](crate::manifest::MAX_MANIFEST_BYTES).
    fn fetch_manifest(
        &self,
        selector: &Selector,
    ) -> impl Future<Output = Result<FetchedManifest, StoreError>> + Send;

    /// Reads a blob; the result has exactly the size and digest of the descriptor.
    fn fetch_blob(
        &self,
        descriptor: &Descriptor,
    ) -> impl Future<Output = Result<Bytes, StoreError>> + Send;

    /// Writes the blobs that are missing, then the manifest, then the tag.
    ///
    /// With [`Existing::Keep`], nothing is written when the tag exists.
    fn publish(
        &self,
        tag: &str,
        artifact: &Artifact,
        existing: Existing,
    ) -> impl Future<Output = Result<Published, StoreError>> + Send;

    /// Reads and unpacks a bundle: manifest, the child of an index, the bundle layer.
    fn fetch_bundle(
        &self,
        selector: &Selector,
        limits: ArchiveLimits,
    ) -> impl Future<Output = Result<FetchedBundle, StoreError>> + Send
    where
        Self: Sized,
    {
        fetch_bundle(self, selector, limits)
    }
}

/// Which artifact of a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selector {
    /// The one a tag names now.
    Tag(String),
    /// The one with this manifest digest.
    Digest(Digest),
}

impl Selector {
    /// The reference to this artifact of a repository: `repository:tag` or `repository@digest`.
    pub fn reference(&self, repository: &str) -> String {
        match self {
            Self::Tag(tag) => format!("{repository}:{tag}"),
            Self::Digest(digest) => format!("{repository}@{digest}"),
        }
    }
}

/// What publishing does with a tag that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Writes nothing and reports the digest found.
    Keep,
    /// Moves the tag.
    Replace,
}

/// What publishing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// The tag names the artifact now.
    Written {
        /// Digest of the manifest.
        digest: Digest,
    },
    /// The tag existed; nothing was written.
    Existed {
        /// Digest the tag names.
        digest: Digest,
    },
}

/// A manifest as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedManifest {
    /// Digest of `bytes`.
    pub digest: Digest,
    /// The manifest.
    pub bytes: Bytes,
}

/// A bundle as stored.
#[derive(Debug, Clone)]
pub struct FetchedBundle {
    /// Digest of the manifest the selector named (of the index, when it named one).
    pub digest: Digest,
    /// The layer as stored.
    pub layer: Bytes,
    /// The files in it.
    pub unpacked: Unpacked,
}

async fn fetch_bundle<S: Store>(
    store: &S,
    selector: &Selector,
    limits: ArchiveLimits,
) -> Result<FetchedBundle, StoreError> {
    let reference = selector.reference(&store.repository());
    let invalid = |problem: BundleProblem| StoreError::Bundle {
        reference: reference.clone(),
        problem: Box::new(problem),
    };
    let fetched = store.fetch_manifest(selector).await?;
    let image = match Manifest::parse(&fetched.bytes).map_err(|error| invalid(error.into()))? {
        Manifest::Image(image) => image,
        Manifest::Index(index) => {
            let child = index
                .bundle_child()
                .map_err(|error| invalid(error.into()))?;
            let child = store
                .fetch_manifest(&Selector::Digest(child.digest.clone()))
                .await?;
            match Manifest::parse(&child.bytes).map_err(|error| invalid(error.into()))? {
                Manifest::Image(image) => image,
                // Indexes inside indexes could lead anywhere, any number of times.
                Manifest::Index(_) => return Err(invalid(ManifestError::NoMatchingChild.into())),
            }
        }
    };
    let layer = image
        .bundle_layer(limits.compressed)
        .map_err(|error| invalid(error.into()))?;
    let bytes = store.fetch_blob(layer).await?;
    let unpacked = unpack(bytes.as_ref(), limits).map_err(|error| invalid(error.into()))?;
    Ok(FetchedBundle {
        digest: fetched.digest,
        layer: bytes,
        unpacked,
    })
}
