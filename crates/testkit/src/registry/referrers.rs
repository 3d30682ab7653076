//! Manifests that name another one as their subject.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::routes::{Call, error, method_not_allowed, with_header};
use super::storage::is_digest;
use super::{Shared, lock};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

pub(super) fn answer(shared: &Shared, call: &Call, repository: &str, digest: &str) -> Response {
    if !shared.options.has_referrers {
        return StatusCode::NOT_FOUND.into_response();
    }
    if call.method != Method::GET {
        return method_not_allowed();
    }
    if !is_digest(digest) {
        return error(
            StatusCode::BAD_REQUEST,
            "DIGEST_INVALID",
            "malformed digest",
        );
    }
    let filter = call.parameter("artifactType");
    let storage = lock(&shared.storage);
    let manifests: Vec<Value> = storage
        .repository(repository)
        .into_iter()
        .flat_map(|held| &held.manifests)
        .filter_map(|(own, manifest)| {
            let document: Value = serde_json::from_slice(&manifest.content).ok()?;
            if document["subject"]["digest"].as_str() != Some(digest) {
                return None;
            }
            let artifact_type = document["artifactType"]
                .as_str()
                .filter(|kind| !kind.is_empty())
                .or_else(|| document["config"]["mediaType"].as_str())
                .map(str::to_owned);
            if filter.is_some() && filter != artifact_type {
                return None;
            }
            let mut descriptor = json!({
                "mediaType": manifest.media_type,
                "digest": own,
                "size": manifest.content.len(),
            });
            if let Some(kind) = artifact_type {
                descriptor["artifactType"] = Value::from(kind);
            }
            if document["annotations"].is_object() {
                descriptor["annotations"] = document["annotations"].clone();
            }
            Some(descriptor)
        })
        .collect();
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests });
    let response = (
        [(header::CONTENT_TYPE, INDEX)],
        Body::from(index.to_string()),
    )
        .into_response();
    match filter {
        Some(_) => with_header(response, "oci-filters-applied", "artifactType"),
        None => response,
    }
}
