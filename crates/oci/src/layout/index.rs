//! The index of a layout: which manifests it has, and their tags.
//!
//! Other tools write more into it than is understood here, so the document is kept as it is and
//! only the descriptor of one tag is exchanged.

use std::collections::BTreeMap;

use pacto_bundle::manifest::media_type;
use pacto_bundle::{Artifact, Descriptor, LayoutProblem, StoreError};
use pacto_contract::Digest;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{INDEX, MARKER};

/// The annotation of a descriptor that is its tag.
const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// The version of layouts that is written, and the start of those that are read.
pub(super) const MARKER_CONTENT: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;

/// Checks the content of the marker file.
pub(super) fn check_marker(bytes: &[u8]) -> Result<(), LayoutProblem> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Marker {
        image_layout_version: String,
    }
    let marker: Marker =
        serde_json::from_slice(bytes).map_err(|error| LayoutProblem::Malformed {
            file: MARKER,
            reason: error.to_string(),
        })?;
    if marker.image_layout_version.starts_with("1.") {
        Ok(())
    } else {
        Err(LayoutProblem::Version(marker.image_layout_version))
    }
}

/// The index of a layout.
#[derive(Debug)]
pub(super) struct Index {
    name: String,
    document: Map<String, Value>,
}

impl Index {
    pub(super) fn new(name: &str) -> Self {
        let mut document = Map::new();
        document.insert("schemaVersion".to_owned(), json!(2));
        document.insert("mediaType".to_owned(), json!(media_type::IMAGE_INDEX));
        document.insert("manifests".to_owned(), json!([]));
        Self {
            name: name.to_owned(),
            document,
        }
    }

    pub(super) fn parse(name: &str, bytes: &[u8]) -> Result<Self, StoreError> {
        let document =
            serde_json::from_slice(bytes).map_err(|error| malformed(name, error.to_string()))?;
        let index = Self {
            name: name.to_owned(),
            document,
        };
        if index
            .document
            .get("manifests")
            .is_some_and(|list| !list.is_array())
        {
            return Err(malformed(name, "`manifests` is not a list".to_owned()));
        }
        Ok(index)
    }

    fn manifests(&self) -> &[Value] {
        self.document
            .get("manifests")
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// The tags in written order. Names that no registry could hold as a tag are not listed: other
    /// tools put whole references there.
    pub(super) fn tags(&self) -> impl Iterator<Item = &str> {
        self.manifests()
            .iter()
            .filter_map(tag_of)
            .filter(|tag| is_tag(tag))
    }

    /// The descriptor of a tag.
    pub(super) fn find(&self, tag: &str) -> Result<Option<Descriptor>, StoreError> {
        let Some(found) = self
            .manifests()
            .iter()
            .find(|entry| tag_of(entry) == Some(tag))
        else {
            return Ok(None);
        };
        let digest = found
            .get("digest")
            .and_then(Value::as_str)
            .and_then(|text| Digest::parse(text).ok());
        let size = found.get("size").and_then(Value::as_u64);
        let (Some(digest), Some(size)) = (digest, size) else {
            return Err(malformed(
                &self.name,
                format!("no digest or no size for the tag `{tag}`"),
            ));
        };
        Ok(Some(Descriptor {
            media_type: found
                .get("mediaType")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            size,
            digest,
            platform: None,
            annotations: BTreeMap::new(),
        }))
    }

    /// Lets a tag name an artifact, and nothing else.
    pub(super) fn set(&mut self, tag: &str, artifact: &Artifact) {
        let mut descriptor = json!({
            "mediaType": media_type::IMAGE_MANIFEST,
            "digest": artifact.digest.as_str(),
            "size": artifact.manifest.len(),
        });
        if let Some(entry) = descriptor.as_object_mut() {
            if let Some(artifact_type) = &artifact.artifact_type {
                entry.insert("artifactType".to_owned(), json!(artifact_type));
            }
            entry.insert("annotations".to_owned(), json!({ REF_NAME: tag }));
        }
        let list = self
            .document
            .entry("manifests")
            .or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.retain(|entry| tag_of(entry) != Some(tag));
            list.push(descriptor);
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&self.document).expect("a JSON document is JSON")
    }
}

fn tag_of(entry: &Value) -> Option<&str> {
    entry.get("annotations")?.get(REF_NAME)?.as_str()
}

/// Whether a registry could hold this as a tag.
pub(super) fn is_tag(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    text.len() <= 128
        && text.bytes().all(is_inner)
        && text
            .bytes()
            .next()
            .is_some_and(|first| first.is_ascii_alphanumeric() || first == b'_')
}

fn malformed(name: &str, reason: String) -> StoreError {
    StoreError::Layout {
        path: name.to_owned(),
        problem: LayoutProblem::Malformed {
            file: INDEX,
            reason,
        },
    }
}
