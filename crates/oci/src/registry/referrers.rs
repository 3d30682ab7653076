//! Artifacts that are attached to others (OCI distribution specification 1.1, "Referrers").

use std::collections::BTreeMap;

use bytes::Bytes;
use pacto_bundle::manifest::{MAX_MANIFEST_BYTES, Manifest, media_type};
use pacto_bundle::{Artifact, Selector};
use pacto_contract::Digest;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::RegistryRepository;
use super::failure::Failure;
use super::request::Request;
use super::visitor::Action;

/// An artifact that is attached to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referrer {
    /// Digest of its manifest.
    pub digest: Digest,
    /// Size of its manifest in bytes.
    pub size: u64,
    /// Type of the artifact; empty when the list does not tell.
    pub artifact_type: String,
    /// Annotations by key.
    pub annotations: BTreeMap<String, String>,
}

/// An entry of the list; what else it holds does not matter.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireReferrer {
    digest: Digest,
    size: u64,
    #[serde(default)]
    artifact_type: String,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

impl RegistryRepository {
    /// Lists an artifact under the tag that stands in for the referrers API where a registry
    /// lacks it: `sha256-` and the digits of the subject. Does nothing for artifacts without
    /// subject.
    pub(super) async fn list_as_referrer(&self, artifact: &Artifact) -> Result<(), Failure> {
        let subject = match Manifest::parse(&artifact.manifest) {
            Ok(Manifest::Image(image)) => image.subject,
            _ => None,
        };
        let Some(subject) = subject else {
            return Ok(());
        };
        let tag = format!("{}-{}", subject.digest.algorithm(), subject.digest.hex());
        let retry = &self.session.shared.retry;
        let mut manifests = match retry.run(|| self.read_index(&tag)).await {
            Ok(manifests) => manifests,
            Err(failure) if failure.is_not_found() => Vec::new(),
            Err(failure) => return Err(failure),
        };
        let own = artifact.digest.as_str();
        if manifests.iter().any(|entry| entry["digest"] == own) {
            return Ok(());
        }
        let mut entry = json!({
            "mediaType": media_type::IMAGE_MANIFEST,
            "digest": own,
            "size": artifact.manifest.len(),
        });
        if let Some(kind) = &artifact.artifact_type {
            entry["artifactType"] = Value::from(kind.as_str());
        }
        manifests.push(entry);
        let index = json!({
            "schemaVersion": 2,
            "mediaType": media_type::IMAGE_INDEX,
            "manifests": manifests,
        });
        let bytes = Bytes::from(index.to_string());
        retry
            .run(|| self.write_manifest(&tag, media_type::IMAGE_INDEX, &bytes))
            .await?;
        Ok(())
    }

    /// The entries of an index, as written.
    async fn read_index(&self, tag: &str) -> Result<Vec<Value>, Failure> {
        let fetched = self.read_manifest(&Selector::Tag(tag.to_owned())).await?;
        index_entries(&fetched.bytes)
    }

    /// One attempt to list what is attached to a manifest.
    pub(super) async fn read_referrers(
        &self,
        digest: &Digest,
        artifact_type: Option<&str>,
    ) -> Result<Vec<Referrer>, Failure> {
        let path = format!("{}/referrers/{digest}", self.path);
        let mut address = self.session.address(&path).await?;
        if let Some(kind) = artifact_type {
            address.query_pairs_mut().append_pair("artifactType", kind);
        }
        let request = Request::new(Method::GET, address);
        let mut answer = self
            .session
            .download(&request, self.purpose(Action::Pull))
            .await?;
        let entries = if answer.status.is_success() && !answer.is_html() {
            index_entries(&answer.read(MAX_MANIFEST_BYTES).await?)?
        } else {
            let failure = answer.into_failure().await;
            if !failure.is_not_found() {
                return Err(failure);
            }
            let tag = format!("{}-{}", digest.algorithm(), digest.hex());
            match self.read_index(&tag).await {
                Err(failure) if failure.is_not_found() => Vec::new(),
                other => other?,
            }
        };
        // Registries need not apply the filter. Entries that make no sense are nobody's.
        Ok(entries
            .into_iter()
            .filter_map(|entry| serde_json::from_value::<WireReferrer>(entry).ok())
            .filter(|entry| artifact_type.is_none_or(|kind| entry.artifact_type == kind))
            .map(|entry| Referrer {
                digest: entry.digest,
                size: entry.size,
                artifact_type: entry.artifact_type,
                annotations: entry.annotations,
            })
            .collect())
    }
}

fn index_entries(bytes: &[u8]) -> Result<Vec<Value>, Failure> {
    let malformed = || Failure::server("the list of referrers is not an index");
    let mut index: Value = serde_json::from_slice(bytes).map_err(|_| malformed())?;
    match index["manifests"].take() {
        Value::Array(manifests) => Ok(manifests),
        Value::Null => Ok(Vec::new()),
        _ => Err(malformed()),
    }
}
