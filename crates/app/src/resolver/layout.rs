//! References to image layouts on disk.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use futures::FutureExt as _;
use pacto_bundle::{
    ArchiveLimits, Artifact as PackedArtifact, Descriptor, Existing, FetchedManifest, Origin,
    Published, ResolveFailure, Resolved, ResolvedFrom, Selector, Store, StoreError,
};
use pacto_contract::{ArtifactReference, Digest, LayoutReference, LooseVersion, VersionRange};
use pacto_oci::{Layout, LayoutRoot};

use super::{Fetched, Resolver, Wanted, answered_by, not_followed};
use crate::discover::Found;
use crate::source::Artifact;

/// What an artifact is kept under: the directory of its layout and its digest.
type Key = (PathBuf, Digest);

/// A bundle that is read once, whoever asks first.
type Once = Arc<OnceLock<Result<Resolved, ResolveFailure>>>;

/// Layouts read so far.
#[derive(Debug, Default)]
pub(super) struct Memory {
    bundles: Mutex<HashMap<Key, Once>>,
    tags: Mutex<HashMap<PathBuf, Arc<Vec<String>>>>,
}

/// A layout that answers at once, without a runtime.
#[derive(Debug, Clone)]
struct Immediate(Layout);

impl Store for Immediate {
    fn repository(&self) -> String {
        self.0.repository()
    }

    async fn tags(&self) -> Result<Vec<String>, StoreError> {
        self.0.read_tags()
    }

    async fn find_tag(&self, tag: &str) -> Result<Option<Digest>, StoreError> {
        self.0.read_tag(tag)
    }

    async fn fetch_manifest(&self, selector: &Selector) -> Result<FetchedManifest, StoreError> {
        self.0.read_manifest(selector)
    }

    async fn fetch_blob(&self, descriptor: &Descriptor) -> Result<Bytes, StoreError> {
        self.0.read_blob(descriptor)
    }

    async fn publish(
        &self,
        tag: &str,
        artifact: &PackedArtifact,
        existing: Existing,
    ) -> Result<Published, StoreError> {
        self.0.write(tag, artifact, existing)
    }
}

/// Which artifact of a layout.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Choice<'a> {
    tag: Option<&'a str>,
    digest: Option<&'a Digest>,
    range: Option<&'a VersionRange>,
}

impl Memory {
    /// Reads an artifact; the root is where its own references are looked for.
    pub(super) fn fetch(
        &self,
        layout: &Layout,
        root: &LayoutRoot,
        choice: Choice<'_>,
    ) -> Result<Fetched, StoreError> {
        let (selector, tag) = self.select(layout, choice)?;
        let store = Immediate(layout.clone());
        let fetched = store
            .fetch_bundle(&selector, ArchiveLimits::DEFAULT)
            .now_or_never()
            .expect("reading a layout waits for nothing")?;
        let directory = canonical(layout.directory());
        Ok(Fetched {
            files: Arc::new(fetched.unpacked.files),
            origin: Origin::Layout {
                directory: directory.to_string_lossy().into_owned(),
                root: canonical(root.directory()).to_string_lossy().into_owned(),
                digest: fetched.digest.clone(),
            },
            artifact: Artifact {
                reference: selector.reference(&layout.repository()),
                tag,
                digest: Some(fetched.digest),
                resolved_from: ResolvedFrom::Layout,
            },
        })
    }

    /// Reads and parses an artifact once.
    fn resolve(
        &self,
        layout: &Layout,
        root: &LayoutRoot,
        choice: Choice<'_>,
    ) -> Result<Resolved, ResolveFailure> {
        let failed = |error: StoreError| ResolveFailure::from(&error);
        let (selector, tag) = self.select(layout, choice).map_err(failed)?;
        let digest = match &selector {
            Selector::Digest(digest) => digest.clone(),
            Selector::Tag(name) => layout.read_tag(name).map_err(failed)?.ok_or_else(|| {
                failed(StoreError::NotFound {
                    reference: selector.reference(&layout.repository()),
                })
            })?,
        };
        let slot = {
            let mut bundles = self
                .bundles
                .lock()
                .expect("nobody panics while holding this lock");
            let key = (canonical(layout.directory()), digest.clone());
            Arc::clone(bundles.entry(key).or_default())
        };
        let read = || {
            let choice = Choice {
                digest: Some(&digest),
                ..Choice::default()
            };
            self.fetch(layout, root, choice)
                .and_then(Fetched::into_resolved)
                .map_err(failed)
        };
        let mut resolved = slot.get_or_init(read).clone()?;
        resolved.reference = selector.reference(&layout.repository());
        resolved.tag = tag;
        Ok(resolved)
    }

    /// What to read: the digest, else the tag, else the best version.
    fn select(
        &self,
        layout: &Layout,
        choice: Choice<'_>,
    ) -> Result<(Selector, Option<String>), StoreError> {
        if let Some(digest) = choice.digest {
            let tag = choice.tag.map(str::to_owned);
            return Ok((Selector::Digest(digest.clone()), tag));
        }
        let tag = if let Some(tag) = choice.tag {
            tag.to_owned()
        } else {
            let tags = self.tags(layout)?;
            LooseVersion::pick(tags.iter().map(String::as_str), choice.range)
                .map(str::to_owned)
                .ok_or_else(|| StoreError::NoVersion {
                    reference: layout.repository(),
                    range: choice.range.map(|range| range.as_str().to_owned()),
                })?
        };
        Ok((Selector::Tag(tag.clone()), Some(tag)))
    }

    fn tags(&self, layout: &Layout) -> Result<Arc<Vec<String>>, StoreError> {
        let mut known = self
            .tags
            .lock()
            .expect("nobody panics while holding this lock");
        if let Some(tags) = known.get(layout.directory()) {
            return Ok(Arc::clone(tags));
        }
        let tags = Arc::new(layout.read_tags()?);
        known.insert(layout.directory().to_owned(), Arc::clone(&tags));
        Ok(tags)
    }
}

impl Resolver<'_> {
    /// Opens an `oci-layout://` argument.
    pub(crate) fn fetch_layout_argument(
        &self,
        reference: &LayoutReference,
    ) -> Result<Fetched, StoreError> {
        let layout = self.layout_of(reference);
        let root = match &self.layout_root {
            Some(root) => LayoutRoot::new(root),
            None => LayoutRoot::beside(&layout)?,
        };
        self.layouts
            .fetch(&layout, &root, Choice::of(reference, None))
    }

    /// The layout that a reference on the command line names.
    pub(crate) fn layout_of(&self, reference: &LayoutReference) -> Layout {
        Layout::named(
            reference.directory.clone(),
            self.context.absolute(&reference.directory),
        )
    }

    /// Every tag of every layout at or below a directory, as arguments, by path and version.
    pub(crate) fn layout_arguments(
        &self,
        reference: &LayoutReference,
    ) -> Result<Vec<String>, StoreError> {
        let mut arguments = Vec::new();
        for (path, layout) in self.layouts_at(reference)? {
            let mut tags = layout.read_tags()?;
            tags.sort_by(|a, b| {
                let version = |tag: &String| LooseVersion::parse(tag).ok();
                version(a).cmp(&version(b)).then_with(|| a.cmp(b))
            });
            let argument = layout_argument(reference, &path);
            arguments.extend(tags.iter().map(|tag| format!("{argument}:{tag}")));
        }
        Ok(arguments)
    }

    /// Every layout at or below a directory, by path. An argument names the version that a
    /// reference without tag names.
    pub(crate) fn layouts_below(
        &self,
        reference: &LayoutReference,
    ) -> Result<Vec<Found>, StoreError> {
        let layouts = self.layouts_at(reference)?.into_iter();
        let found = layouts.map(|(path, _)| Found {
            argument: layout_argument(reference, &path),
            relative: path.into(),
        });
        Ok(found.collect())
    }

    fn layouts_at(&self, reference: &LayoutReference) -> Result<Vec<(String, Layout)>, StoreError> {
        let layout = self.layout_of(reference);
        if layout.exists() {
            Ok(vec![(String::new(), layout)])
        } else {
            LayoutRoot::new(layout.directory()).layouts()
        }
    }

    /// Follows an `oci-layout://` reference.
    pub(super) fn resolve_layout(
        &self,
        wanted: &Wanted,
        reference: &LayoutReference,
    ) -> Result<Resolved, ResolveFailure> {
        let base = match &wanted.declared_by {
            Origin::Local { directory } | Origin::Layout { directory, .. } => Path::new(directory),
            Origin::Text => self.context.directory(),
            Origin::Registry { .. } | Origin::Archive { .. } => {
                return Err(not_followed(format!(
                    "`{}` is a path on disk, in a contract that was published",
                    wanted.text
                )));
            }
        };
        let directory = base.join(&reference.directory);
        let mut layout = Layout::named(reference.directory.clone(), directory);
        let failed = |error: StoreError| ResolveFailure::from(&error);
        let root = match &wanted.declared_by {
            Origin::Layout { root, .. } => {
                let root = LayoutRoot::new(root);
                layout = root.open_inside(&layout).map_err(failed)?;
                root
            }
            _ if layout.exists() => LayoutRoot::beside(&layout).map_err(failed)?,
            _ => {
                return Err(failed(StoreError::NotFound {
                    reference: layout.repository(),
                }));
            }
        };
        self.answer(
            wanted,
            &layout,
            &root,
            Choice::of(reference, wanted.range.as_ref()),
        )
    }

    /// Looks for an `oci://` reference below a root; `None` when no layout there is meant.
    pub(super) fn resolve_below(
        &self,
        root: &Path,
        wanted: &Wanted,
        reference: &ArtifactReference,
    ) -> Option<Result<Resolved, ResolveFailure>> {
        let root = LayoutRoot::new(root);
        let layout = root
            .find(&reference.registry, &reference.repository)
            .into_iter()
            .next()?;
        let choice = Choice {
            tag: reference.tag.as_deref(),
            digest: reference.digest.as_ref(),
            range: wanted.range.as_ref(),
        };
        Some(self.answer(wanted, &layout, &root, choice))
    }

    fn answer(
        &self,
        wanted: &Wanted,
        layout: &Layout,
        root: &LayoutRoot,
        choice: Choice<'_>,
    ) -> Result<Resolved, ResolveFailure> {
        let choice = match &wanted.pin {
            Some(pin) => Choice {
                tag: pin.version.as_deref(),
                digest: Some(&pin.digest),
                range: None,
            },
            None => choice,
        };
        let mut resolved = self.layouts.resolve(layout, root, choice)?;
        resolved.resolved_from = answered_by(wanted.pin.as_ref(), ResolvedFrom::Layout);
        Ok(resolved)
    }

    /// The layout that a lock beside a contract names.
    pub(super) fn layout_beside(&self, origin: &Origin, reference: &LayoutReference) -> Layout {
        let base = match origin {
            Origin::Local { directory } | Origin::Layout { directory, .. } => Path::new(directory),
            _ => self.context.directory(),
        };
        Layout::named(reference.directory.clone(), base.join(&reference.directory))
    }

    /// The layout that stands for a registry reference.
    pub(super) fn layout_below(
        &self,
        origin: &Origin,
        reference: &ArtifactReference,
    ) -> Option<Layout> {
        let root = match origin {
            Origin::Layout { root, .. } => Path::new(root),
            _ => self.layout_root.as_deref()?,
        };
        LayoutRoot::new(root)
            .find(&reference.registry, &reference.repository)
            .into_iter()
            .next()
    }

    /// The digest of the first of some tags that exists.
    pub(super) fn find_layout_tag(
        layout: &Layout,
        tags: &[String],
    ) -> Result<Option<Digest>, StoreError> {
        for tag in tags {
            if let Some(digest) = layout.read_tag(tag)? {
                return Ok(Some(digest));
            }
        }
        Ok(None)
    }
}

impl<'a> Choice<'a> {
    fn of(reference: &'a LayoutReference, range: Option<&'a VersionRange>) -> Self {
        Self {
            tag: reference.tag.as_deref(),
            digest: reference.digest.as_ref(),
            range,
        }
    }
}

/// One spelling per directory.
fn canonical(directory: &Path) -> PathBuf {
    std::fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned())
}

/// A layout below the directory of a reference, as an argument.
fn layout_argument(reference: &LayoutReference, path: &str) -> String {
    let typed = reference.directory.trim_end_matches('/');
    if path.is_empty() {
        format!("oci-layout://{typed}")
    } else {
        format!("oci-layout://{typed}/{path}")
    }
}
