//! Manifests, indexes and descriptors as they travel (OCI image specification 1.1).
//!
//! Readers are tolerant: config media type, artifact type, annotations and the media type of a
//! single layer do not matter, because artifacts of several writers are about.

use std::collections::BTreeMap;

use pacto_contract::Digest;
use serde::{Deserialize, Serialize};

/// Largest manifest that is read, in bytes; registries accept no larger ones.
pub const MAX_MANIFEST_BYTES: u64 = 4 << 20;

/// Media types of what is written and read.
pub mod media_type {
    /// OCI image manifest.
    pub const IMAGE_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    /// OCI image index.
    pub const IMAGE_INDEX: &str = "application/vnd.oci.image.index.v1+json";
    /// Docker image manifest, schema 2.
    pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
    /// Docker manifest list, schema 2.
    pub const DOCKER_MANIFEST_LIST: &str =
        "application/vnd.docker.distribution.manifest.list.v2+json";
    /// OCI image configuration.
    pub const IMAGE_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
    /// Docker image configuration.
    pub const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
    /// The layer of a bundle: a gzip-compressed tar archive.
    pub const BUNDLE_LAYER: &str = "application/vnd.pacto.bundle.layer.v1.tar+gzip";
    /// Artifact type of bundles that are attached to an image.
    pub const BUNDLE_ARTIFACT: &str = "application/vnd.pacto.bundle.v1";
    /// What a reader of bundles asks a registry for, in order of preference.
    pub const READABLE_MANIFESTS: [&str; 4] = [
        IMAGE_MANIFEST,
        IMAGE_INDEX,
        DOCKER_MANIFEST,
        DOCKER_MANIFEST_LIST,
    ];
}

/// Names one blob or manifest: what it is, how large, and its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Media type of the content.
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
    /// Digest of the content.
    pub digest: Digest,
    /// Platform of a child of an index, as `os/architecture`.
    pub platform: Option<String>,
    /// Annotations by key.
    pub annotations: BTreeMap<String, String>,
}

/// A manifest as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manifest {
    /// An image manifest: one artifact.
    Image(Box<ImageManifest>),
    /// An index: several manifests under one name.
    Index(ImageIndex),
}

/// An image manifest as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageManifest {
    /// Config blob.
    pub config: Option<Descriptor>,
    /// Layers in order.
    pub layers: Vec<Descriptor>,
    /// Type of the artifact, when it names one.
    pub artifact_type: Option<String>,
    /// Manifest that this one is attached to.
    pub subject: Option<Descriptor>,
    /// Annotations by key.
    pub annotations: BTreeMap<String, String>,
}

/// An image index as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageIndex {
    /// Manifests in written order.
    pub manifests: Vec<Descriptor>,
}

/// Why a manifest does not lead to a bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// The text is not a manifest.
    #[error("malformed manifest: {reason}")]
    Malformed {
        /// What does not fit.
        reason: String,
    },
    /// A manifest of a kind that holds no bundles.
    #[error("unsupported manifest type `{media_type}`")]
    Unsupported {
        /// The media type.
        media_type: String,
    },
    /// No layer.
    #[error("image has no layers")]
    NoLayers,
    /// Several layers, and not exactly one is a bundle.
    #[error("expected 1 layer, got {count}")]
    LayerCount {
        /// Number of layers.
        count: usize,
    },
    /// An index without a child for this purpose.
    #[error("no manifest for linux/amd64 or without a platform in the index")]
    NoMatchingChild,
    /// The layer is larger than any bundle may be.
    #[error("compressed bundle of {size} bytes exceeds maximum size of {limit} bytes")]
    LayerTooLarge {
        /// Declared size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
}

impl ManifestError {
    /// Tells whether a limit that protects the reader was broken.
    pub fn is_refused_for_safety(&self) -> bool {
        matches!(self, Self::LayerTooLarge { .. })
    }

    /// Stable failure code: `unsafe-bundle` or `invalid-bundle`.
    pub fn code(&self) -> &'static str {
        if self.is_refused_for_safety() {
            "unsafe-bundle"
        } else {
            "invalid-bundle"
        }
    }
}

impl Manifest {
    /// Reads a manifest or index of OCI or Docker form.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let wire: WireManifest =
            serde_json::from_slice(bytes).map_err(|error| ManifestError::Malformed {
                reason: error.to_string(),
            })?;
        let is_index = match wire.media_type.as_deref() {
            Some(media_type::IMAGE_MANIFEST | media_type::DOCKER_MANIFEST) => false,
            Some(media_type::IMAGE_INDEX | media_type::DOCKER_MANIFEST_LIST) => true,
            // The media type inside the document is optional in OCI.
            None | Some("") => match (&wire.layers, &wire.manifests) {
                (Some(_), _) => false,
                (None, Some(_)) => true,
                (None, None) => {
                    return Err(ManifestError::Malformed {
                        reason: "neither `layers` nor `manifests`".to_owned(),
                    });
                }
            },
            Some(other) => {
                return Err(ManifestError::Unsupported {
                    media_type: other.to_owned(),
                });
            }
        };
        if is_index {
            let manifests = wire.manifests.unwrap_or_default();
            return Ok(Self::Index(ImageIndex {
                manifests: read_all(manifests)?,
            }));
        }
        Ok(Self::Image(Box::new(ImageManifest {
            config: wire.config.map(Descriptor::try_from).transpose()?,
            layers: read_all(wire.layers.unwrap_or_default())?,
            artifact_type: wire.artifact_type.filter(|text| !text.is_empty()),
            subject: wire.subject.map(Descriptor::try_from).transpose()?,
            annotations: wire.annotations.unwrap_or_default(),
        })))
    }
}

impl ImageManifest {
    /// The layer that holds the bundle: the only one, or the only one of several that has the
    /// media type of bundle layers. Refuses a layer whose declared size is over `limit` bytes.
    pub fn bundle_layer(&self, limit: u64) -> Result<&Descriptor, ManifestError> {
        let layer = match self.layers.as_slice() {
            [] => return Err(ManifestError::NoLayers),
            [only] => only,
            several => {
                let mut bundles = several
                    .iter()
                    .filter(|layer| layer.media_type == media_type::BUNDLE_LAYER);
                match (bundles.next(), bundles.next()) {
                    (Some(only), None) => only,
                    _ => {
                        return Err(ManifestError::LayerCount {
                            count: several.len(),
                        });
                    }
                }
            }
        };
        if layer.size > limit {
            return Err(ManifestError::LayerTooLarge {
                size: layer.size,
                limit,
            });
        }
        Ok(layer)
    }
}

impl ImageIndex {
    /// The child that stands for the artifact: the first for linux/amd64 or without a platform.
    pub fn bundle_child(&self) -> Result<&Descriptor, ManifestError> {
        self.manifests
            .iter()
            .find(|child| {
                child
                    .platform
                    .as_deref()
                    .is_none_or(|platform| platform == "linux/amd64")
            })
            .ok_or(ManifestError::NoMatchingChild)
    }
}

fn read_all(wire: Vec<WireDescriptor>) -> Result<Vec<Descriptor>, ManifestError> {
    wire.into_iter().map(Descriptor::try_from).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireManifest {
    media_type: Option<String>,
    artifact_type: Option<String>,
    config: Option<WireDescriptor>,
    layers: Option<Vec<WireDescriptor>>,
    manifests: Option<Vec<WireDescriptor>>,
    subject: Option<WireDescriptor>,
    annotations: Option<BTreeMap<String, String>>,
}

/// A descriptor with its keys in the order that existing artifacts have.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireDescriptor {
    media_type: String,
    size: u64,
    digest: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    platform: Option<WirePlatform>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    annotations: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct WirePlatform {
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    os: String,
}

impl TryFrom<WireDescriptor> for Descriptor {
    type Error = ManifestError;

    fn try_from(wire: WireDescriptor) -> Result<Self, ManifestError> {
        let digest = Digest::parse(&wire.digest).map_err(|_| ManifestError::Malformed {
            reason: format!("`{}` is not a digest", wire.digest),
        })?;
        Ok(Self {
            media_type: wire.media_type,
            size: wire.size,
            digest,
            platform: wire
                .platform
                .map(|platform| format!("{}/{}", platform.os, platform.architecture)),
            annotations: wire.annotations.unwrap_or_default(),
        })
    }
}

impl From<&Descriptor> for WireDescriptor {
    fn from(descriptor: &Descriptor) -> Self {
        Self {
            media_type: descriptor.media_type.clone(),
            size: descriptor.size,
            digest: descriptor.digest.to_string(),
            platform: descriptor.platform.as_deref().map(|platform| {
                let (os, architecture) = platform.split_once('/').unwrap_or((platform, ""));
                WirePlatform {
                    architecture: architecture.to_owned(),
                    os: os.to_owned(),
                }
            }),
            annotations: (!descriptor.annotations.is_empty())
                .then(|| descriptor.annotations.clone()),
        }
    }
}

impl Serialize for Descriptor {
    /// Writes the descriptor as manifests hold it.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WireDescriptor::from(self).serialize(serializer)
    }
}
