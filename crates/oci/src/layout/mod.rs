//! Image layouts on disk, after the OCI image specification 1.1.
//!
//! A [`Layout`] is one repository with any number of tags: a directory with `oci-layout`,
//! `index.json` and `blobs/`, which other tools read and write as well. A [`LayoutRoot`] is a
//! directory with layouts in it. Nothing outside the directory is read, whatever links and names
//! in it say, and size and digest of everything read are verified.

mod content;
mod index;
mod publish;
mod root;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use pacto_bundle::manifest::MAX_MANIFEST_BYTES;
use pacto_bundle::{
    Artifact, Descriptor, Existing, FetchedManifest, LayoutProblem, Published, Selector, Store,
    StoreError,
};
use pacto_contract::Digest;

use content::Content;
use index::Index;

pub use root::LayoutRoot;

/// The file that makes a directory an image layout.
const MARKER: &str = "oci-layout";

/// The file that lists the manifests of a layout.
const INDEX: &str = "index.json";

/// An image layout: one repository on disk.
///
/// Cheap to clone; nothing is kept open. The directory need not exist until it is read from;
/// publishing creates it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    name: String,
    directory: PathBuf,
}

impl Layout {
    /// Names a directory; messages name it as it is written here.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        let directory = directory.into();
        Self {
            name: directory.display().to_string(),
            directory,
        }
    }

    /// Names a directory that messages call by another name, such as the path as typed.
    pub fn named(name: impl Into<String>, directory: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            directory: directory.into(),
        }
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Tells whether the directory is an image layout, going by its marker file.
    pub fn exists(&self) -> bool {
        self.directory.join(MARKER).is_file()
    }

    /// All tags in byte order, read now.
    pub fn read_tags(&self) -> Result<Vec<String>, StoreError> {
        let (_, index) = self.open()?;
        let mut tags: Vec<String> = index.tags().map(str::to_owned).collect();
        tags.sort();
        tags.dedup();
        Ok(tags)
    }

    /// The digest a tag names, read now; `None` when the tag or the layout does not exist.
    pub fn read_tag(&self, tag: &str) -> Result<Option<Digest>, StoreError> {
        if !self.exists() && self.may_be_created() {
            return Ok(None);
        }
        let (_, index) = self.open()?;
        Ok(index.find(tag)?.map(|descriptor| descriptor.digest))
    }

    /// A manifest or index, read now.
    pub fn read_manifest(&self, selector: &Selector) -> Result<FetchedManifest, StoreError> {
        let reference = selector.reference(&self.name);
        let (content, index) = self.open()?;
        let (digest, size) = match selector {
            Selector::Tag(tag) => {
                let descriptor = index.find(tag)?.ok_or(StoreError::NotFound {
                    reference: reference.clone(),
                })?;
                (descriptor.digest, Some(descriptor.size))
            }
            Selector::Digest(digest) => (digest.clone(), None),
        };
        let bytes = content.blob(&reference, &digest, size, MAX_MANIFEST_BYTES)?;
        Ok(FetchedManifest { digest, bytes })
    }

    /// A blob, read now.
    pub fn read_blob(&self, descriptor: &Descriptor) -> Result<Bytes, StoreError> {
        let reference = Selector::Digest(descriptor.digest.clone()).reference(&self.name);
        Content::open(&self.name, &self.directory)?.blob(
            &reference,
            &descriptor.digest,
            Some(descriptor.size),
            descriptor.size,
        )
    }

    /// Whether publishing would create the layout: the directory is missing or empty.
    fn may_be_created(&self) -> bool {
        match std::fs::read_dir(&self.directory) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        }
    }

    fn open(&self) -> Result<(Content, Index), StoreError> {
        let content = Content::open(&self.name, &self.directory)?;
        let marker = content
            .file(MARKER)?
            .ok_or_else(|| self.problem(LayoutProblem::NoMarker))?;
        index::check_marker(&marker).map_err(|problem| self.problem(problem))?;
        // A layout whose creation was interrupted has no index yet.
        let index = match content.file(INDEX)? {
            Some(bytes) => Index::parse(&self.name, &bytes)?,
            None => Index::new(&self.name),
        };
        Ok((content, index))
    }

    fn problem(&self, problem: LayoutProblem) -> StoreError {
        StoreError::Layout {
            path: self.name.clone(),
            problem,
        }
    }
}

impl Store for Layout {
    fn repository(&self) -> String {
        self.name.clone()
    }

    async fn tags(&self) -> Result<Vec<String>, StoreError> {
        let layout = self.clone();
        off_the_runtime(move || layout.read_tags()).await
    }

    async fn find_tag(&self, tag: &str) -> Result<Option<Digest>, StoreError> {
        let (layout, tag) = (self.clone(), tag.to_owned());
        off_the_runtime(move || layout.read_tag(&tag)).await
    }

    async fn fetch_manifest(&self, selector: &Selector) -> Result<FetchedManifest, StoreError> {
        let (layout, selector) = (self.clone(), selector.clone());
        off_the_runtime(move || layout.read_manifest(&selector)).await
    }

    async fn fetch_blob(&self, descriptor: &Descriptor) -> Result<Bytes, StoreError> {
        let (layout, descriptor) = (self.clone(), descriptor.clone());
        off_the_runtime(move || layout.read_blob(&descriptor)).await
    }

    async fn publish(
        &self,
        tag: &str,
        artifact: &Artifact,
        existing: Existing,
    ) -> Result<Published, StoreError> {
        let (layout, tag, artifact) = (self.clone(), tag.to_owned(), artifact.clone());
        off_the_runtime(move || layout.write(&tag, &artifact, existing)).await
    }
}

/// Does blocking work on a thread of its own, so that it does not hold up requests.
pub(crate) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(failure) => match failure.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down, and with it whoever waits here.
            Err(_) => std::future::pending().await,
        },
    }
}
