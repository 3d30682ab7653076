//! The artifact a bundle travels as: one layer, a config, a manifest.

use std::collections::BTreeMap;

use bytes::Bytes;
use pacto_contract::{Contract, Digest};
use serde::Serialize;

use crate::archive::{Effort, PackWarning, pack};
use crate::manifest::{Descriptor, media_type};
use crate::{ArchiveError, ArchiveLimits, Files, sha256};

/// Which of two forms the manifest takes; every reader of bundles reads both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ArtifactForm {
    /// An OCI manifest with an OCI config: the valid pairing that other tools accept.
    #[default]
    Oci,
    /// Exactly what the Go implementation writes: an OCI manifest with Docker's config type.
    Go,
}

/// What the labels of an artifact say, taken from the contract after overrides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactIdentity {
    /// Name of the service.
    pub name: String,
    /// Version of the service.
    pub version: String,
    /// `pactoVersion` of the contract.
    pub pacto_version: String,
}

impl From<&Contract> for ArtifactIdentity {
    fn from(contract: &Contract) -> Self {
        Self {
            name: contract.service.name.clone(),
            version: contract.service.version.clone(),
            pacto_version: contract.pacto_version.clone(),
        }
    }
}

/// Choices when building an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArtifactOptions {
    /// The form of the manifest.
    pub form: ArtifactForm,
    /// Annotations of the manifest; none by default, so that equal bundles give equal digests.
    pub annotations: BTreeMap<String, String>,
    /// Manifest to attach the bundle to; also sets the artifact type, which referrers are filtered
    /// by.
    pub subject: Option<Descriptor>,
}

/// A bundle ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// The layer: the packed bundle.
    pub layer: Blob,
    /// The config with the labels.
    pub config: Blob,
    /// The manifest, of type [`media_type::IMAGE_MANIFEST`].
    pub manifest: Bytes,
    /// Digest of the manifest: the digest of the artifact.
    pub digest: Digest,
    /// Type of the artifact, when the manifest names one.
    pub artifact_type: Option<String>,
    /// What other readers may not accept.
    pub warnings: Vec<PackWarning>,
}

/// Bytes with the descriptor that names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Names the bytes.
    pub descriptor: Descriptor,
    /// The bytes.
    pub bytes: Bytes,
}

impl Blob {
    /// Describes some bytes.
    pub fn new(media_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self {
            descriptor: Descriptor {
                media_type: media_type.into(),
                size: bytes.len() as u64,
                digest: sha256(&bytes),
                platform: None,
                annotations: BTreeMap::new(),
            },
            bytes,
        }
    }
}

impl Artifact {
    /// Packs files and describes them. Equal input gives equal bytes.
    pub fn build(
        identity: &ArtifactIdentity,
        files: &dyn Files,
        options: &ArtifactOptions,
        limits: ArchiveLimits,
    ) -> Result<Self, ArchiveError> {
        let packed = pack(files, Effort::Speed, limits)?;
        let layer = Blob::new(media_type::BUNDLE_LAYER, packed.bytes);
        let config_type = match options.form {
            ArtifactForm::Oci => media_type::IMAGE_CONFIG,
            ArtifactForm::Go => media_type::DOCKER_CONFIG,
        };
        let config = Blob::new(
            config_type,
            to_json(&Config::new(identity, &packed.uncompressed_digest)),
        );
        let artifact_type = options
            .subject
            .as_ref()
            .map(|_| media_type::BUNDLE_ARTIFACT.to_owned());
        let manifest: Bytes = to_json(&WireManifest {
            schema_version: 2,
            media_type: media_type::IMAGE_MANIFEST,
            artifact_type: artifact_type.as_deref(),
            config: &config.descriptor,
            layers: [&layer.descriptor],
            annotations: &options.annotations,
            subject: options.subject.as_ref(),
        })
        .into();
        Ok(Self {
            digest: sha256(&manifest),
            layer,
            config,
            manifest,
            artifact_type,
            warnings: packed.warnings,
        })
    }

    /// The descriptor of the manifest, as an index or a subject names it.
    pub fn descriptor(&self) -> Descriptor {
        Descriptor {
            media_type: media_type::IMAGE_MANIFEST.to_owned(),
            size: self.manifest.len() as u64,
            digest: self.digest.clone(),
            platform: None,
            annotations: BTreeMap::new(),
        }
    }
}

/// Keys in the order of existing artifacts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireManifest<'a> {
    schema_version: u8,
    media_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact_type: Option<&'a str>,
    config: &'a Descriptor,
    layers: [&'a Descriptor; 1],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a Descriptor>,
}

/// Time zero as existing artifacts write it.
const NO_TIME: &str = "0001-01-01T00:00:00Z";

#[derive(Serialize)]
struct Config<'a> {
    architecture: &'a str,
    created: &'a str,
    history: [History<'a>; 1],
    os: &'a str,
    rootfs: RootFs<'a>,
    #[serde(rename = "config")]
    runtime: Labels<'a>,
}

#[derive(Serialize)]
struct History<'a> {
    created: &'a str,
}

#[derive(Serialize)]
struct RootFs<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    diff_ids: [&'a str; 1],
}

#[derive(Serialize)]
struct Labels<'a> {
    #[serde(rename = "Labels")]
    labels: BTreeMap<&'a str, &'a str>,
}

impl<'a> Config<'a> {
    fn new(identity: &'a ArtifactIdentity, uncompressed: &'a Digest) -> Self {
        Self {
            architecture: "",
            created: NO_TIME,
            history: [History { created: NO_TIME }],
            os: "",
            rootfs: RootFs {
                kind: "layers",
                diff_ids: [uncompressed.as_str()],
            },
            runtime: Labels {
                labels: BTreeMap::from([
                    ("io.pacto.name", identity.name.as_str()),
                    ("io.pacto.pactoVersion", identity.pacto_version.as_str()),
                    ("io.pacto.version", identity.version.as_str()),
                ]),
            },
        }
    }
}

/// JSON without white space. Go escapes what browsers could take for markup, so ours does too.
fn to_json(value: &impl Serialize) -> Vec<u8> {
    let text = serde_json::to_string(value).expect("maps with text keys are JSON");
    // These characters occur inside strings only.
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("\\u003c"),
            '>' => escaped.push_str("\\u003e"),
            '&' => escaped.push_str("\\u0026"),
            '\u{2028}' => escaped.push_str("\\u2028"),
            '\u{2029}' => escaped.push_str("\\u2029"),
            other => escaped.push(other),
        }
    }
    escaped.into_bytes()
}
