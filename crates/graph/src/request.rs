//! What a resolution asks for.

use pacto_bundle::{FailureReason, Origin, ResolveFailure};
use pacto_contract::{
    ArtifactReference, Digest, Endpoint, LayoutReference, Reference, VersionRange,
};

use crate::graph::EdgeKind;
use crate::lock::{Pin, Pins};
use crate::path;

/// Names a request of one resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub(crate) usize);

/// One reference that must be followed.
///
/// References that no answer could make good (local paths in published contracts, texts that do
/// not parse, bad ranges) fail on their own and are never asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// To be given back with the answer.
    pub id: RequestId,
    /// Reference as first written.
    pub text: String,
    /// The reference, taken apart.
    pub reference: Reference,
    /// Accepted versions; only for references without tag and digest.
    pub range: Option<VersionRange>,
    /// Where the declaring contract came from: relative paths start there.
    pub declared_by: Origin,
    /// Version and digest of the lock file: read this digest, choose nothing.
    pub pin: Option<Pin>,
    /// Directory of a local root, for the hint that a path would exist there.
    pub root_directory: Option<String>,
}

impl Request {
    /// Absolute path of a local or layout reference, joined to the directory of the declaring
    /// contract; `None` for references to registries and when that directory is not known.
    pub fn path(&self) -> Option<String> {
        let path = match &self.reference {
            Reference::Oci(_) => return None,
            Reference::Layout(layout) => &layout.directory,
            Reference::Local(path) => path,
        };
        match &self.declared_by {
            Origin::Local { directory } | Origin::Layout { directory, .. } => {
                Some(path::join(directory, path))
            }
            _ if path.starts_with('/') => Some(path::join("/", path)),
            _ => None,
        }
    }

    /// Path of a local reference as seen from the root, when that is another place than
    /// [`Request::path`]. Nothing is ever read there; it only explains a failure.
    pub fn path_from_root(&self) -> Option<String> {
        let Reference::Local(path) = &self.reference else {
            return None;
        };
        let from_root = path::join(self.root_directory.as_deref()?, path);
        (Some(&from_root) != self.path().as_ref()).then_some(from_root)
    }
}

/// Requests with equal keys are asked once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RequestKey {
    target: TargetKey,
    /// Only where a version is chosen.
    range: Option<String>,
    pin: Option<Pin>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum TargetKey {
    Artifact {
        endpoint: Endpoint,
        selector: Selector,
        /// Artifacts met from a layout are looked for beside it first.
        layout_root: Option<String>,
    },
    Layout {
        declared_by: Origin,
        directory: String,
        selector: Selector,
    },
    Local {
        path: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Selector {
    Newest,
    Tag(String),
    Digest(Digest),
}

impl Selector {
    fn new(tag: Option<&String>, digest: Option<&Digest>) -> Self {
        match (tag, digest) {
            (_, Some(digest)) => Self::Digest(digest.clone()),
            (Some(tag), None) => Self::Tag(tag.clone()),
            (None, None) => Self::Newest,
        }
    }
}

/// A request before it has an id.
pub(crate) struct Draft {
    pub(crate) key: RequestKey,
    pub(crate) reference: Reference,
    pub(crate) range: Option<VersionRange>,
    pub(crate) pin: Option<Pin>,
}

impl Draft {
    /// Judges one declared reference, as far as that needs no I/O.
    pub(crate) fn new(
        text: &str,
        kind: &EdgeKind,
        declared_by: &Origin,
        is_declared_by_root: bool,
        pins: &Pins,
    ) -> Result<Self, ResolveFailure> {
        let reference = Reference::parse(text).map_err(|error| {
            invalid_reference(format!("invalid OCI reference \"{text}\": {error}"))
        })?;
        let target = match &reference {
            Reference::Oci(artifact) => artifact_key(artifact, declared_by)?,
            Reference::Layout(layout) => layout_key(layout, text, declared_by)?,
            Reference::Local(path) => local_key(path, text, declared_by)?,
        };
        let constraint = match kind {
            EdgeKind::Dependency { compatibility, .. } => Some(compatibility.as_str()),
            EdgeKind::Reference(_) => None,
        };
        let is_open = !reference.is_local() && !reference.has_tag_or_digest();
        let pin = match constraint {
            Some(constraint) => pins.dependency(text, constraint, is_declared_by_root),
            None => pins.reference(text),
        };
        let range = match constraint.filter(|_| is_open) {
            Some(constraint) => {
                Some(
                    VersionRange::parse(constraint).map_err(|error| ResolveFailure {
                        reason: FailureReason::NoMatchingVersion,
                        code: "no-version",
                        message: error.to_string(),
                        is_refused_for_safety: false,
                    })?,
                )
            }
            None => None,
        };
        Ok(Self {
            key: RequestKey {
                target,
                range: range.as_ref().map(|range| range.as_str().to_owned()),
                pin: pin.clone(),
            },
            reference,
            range,
            pin,
        })
    }
}

fn artifact_key(
    artifact: &ArtifactReference,
    declared_by: &Origin,
) -> Result<TargetKey, ResolveFailure> {
    let endpoint = artifact
        .endpoint()
        .map_err(|error| invalid_reference(format!("invalid reference \"{artifact}\": {error}")))?;
    Ok(TargetKey::Artifact {
        endpoint,
        selector: Selector::new(artifact.tag.as_ref(), artifact.digest.as_ref()),
        layout_root: match declared_by {
            Origin::Layout { root, .. } => Some(root.clone()),
            _ => None,
        },
    })
}

fn layout_key(
    layout: &LayoutReference,
    text: &str,
    declared_by: &Origin,
) -> Result<TargetKey, ResolveFailure> {
    match declared_by {
        Origin::Registry { .. } | Origin::Archive { .. } => Err(not_published(text, declared_by)),
        Origin::Local { .. } | Origin::Layout { .. } | Origin::Text => Ok(TargetKey::Layout {
            declared_by: declared_by.clone(),
            directory: layout.directory.clone(),
            selector: Selector::new(layout.tag.as_ref(), layout.digest.as_ref()),
        }),
    }
}

fn local_key(path: &str, text: &str, declared_by: &Origin) -> Result<TargetKey, ResolveFailure> {
    match declared_by {
        Origin::Local { directory } => Ok(TargetKey::Local {
            path: path::join(directory, path),
        }),
        Origin::Text => Ok(TargetKey::Local {
            path: path.to_owned(),
        }),
        Origin::Registry { .. } | Origin::Layout { .. } | Origin::Archive { .. } => {
            Err(not_published(text, declared_by))
        }
    }
}

/// A published contract must not reach into the disk of whoever reads it.
fn not_published(text: &str, declared_by: &Origin) -> ResolveFailure {
    let place = match declared_by {
        Origin::Registry { .. } => "a registry",
        Origin::Layout { .. } => "an image layout",
        Origin::Archive { .. } => "an archive",
        Origin::Local { .. } => "a directory",
        Origin::Text => "standard input",
    };
    ResolveFailure {
        reason: FailureReason::NonOciRef,
        code: "invalid-reference",
        message: format!("`{text}` is a path on disk, in a contract that came from {place}"),
        is_refused_for_safety: false,
    }
}

fn invalid_reference(message: String) -> ResolveFailure {
    ResolveFailure {
        reason: FailureReason::NonOciRef,
        code: "invalid-reference",
        message,
        is_refused_for_safety: false,
    }
}
