//! Manifests by tag and digest.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::path::is_tag;
use super::routes::{Call, error, method_not_allowed, with_header};
use super::storage::{Manifest, Storage, digest_of, has_digest, is_digest};
use super::{Shared, lock};

const MANIFEST_LIMIT: usize = 4 * 1024 * 1024;

pub(super) fn answer(shared: &Shared, call: &Call, repository: &str, reference: &str) -> Response {
    if reference.contains(':') && !is_digest(reference) {
        return error(
            StatusCode::BAD_REQUEST,
            "DIGEST_INVALID",
            "malformed digest",
        );
    }
    match call.method {
        Method::GET | Method::HEAD => read(shared, repository, reference),
        Method::PUT => write(shared, call, repository, reference),
        Method::DELETE => delete(shared, repository, reference),
        _ => method_not_allowed(),
    }
}

fn read(shared: &Shared, repository: &str, reference: &str) -> Response {
    let storage = lock(&shared.storage);
    let Some((digest, manifest)) = storage.manifest(repository, reference) else {
        return unknown();
    };
    // The server leaves the body out of answers to HEAD by itself.
    let response = (
        [(header::CONTENT_TYPE, manifest.media_type.clone())],
        Body::from(manifest.content.clone()),
    )
        .into_response();
    with_header(response, "docker-content-digest", &digest)
}

fn write(shared: &Shared, call: &Call, repository: &str, reference: &str) -> Response {
    if call.body.len() > MANIFEST_LIMIT {
        return error(
            StatusCode::PAYLOAD_TOO_LARGE,
            "SIZE_INVALID",
            "manifest over 4 MiB",
        );
    }
    let is_by_digest = reference.contains(':');
    if !is_by_digest && !is_tag(reference) {
        return error(StatusCode::BAD_REQUEST, "TAG_INVALID", "malformed tag");
    }
    if is_by_digest && !has_digest(&call.body, reference) {
        return error(
            StatusCode::BAD_REQUEST,
            "DIGEST_INVALID",
            "digest does not match the content",
        );
    }
    let Ok(document @ Value::Object(_)) = serde_json::from_slice(&call.body) else {
        return error(StatusCode::BAD_REQUEST, "MANIFEST_INVALID", "not an object");
    };
    let content_type = call.header("content-type").unwrap_or_default();
    let declared = document["mediaType"].as_str().unwrap_or(content_type);
    if declared != content_type {
        return error(
            StatusCode::BAD_REQUEST,
            "MANIFEST_INVALID",
            "media type differs from the header",
        );
    }
    let mut storage = lock(&shared.storage);
    if let Some(missing) = missing_blob(&storage, repository, &document) {
        return error(StatusCode::BAD_REQUEST, "MANIFEST_BLOB_UNKNOWN", &missing);
    }
    if let Some(status) = shared.options.immutable_tags
        && !is_by_digest
        && storage.manifest(repository, reference).is_some()
    {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT);
        return error(
            status,
            "TAG_INVALID",
            "the tag exists and tags are immutable here",
        );
    }
    let digest = if is_by_digest {
        reference.to_owned()
    } else {
        digest_of(&call.body)
    };
    let held = storage.repository_mut(repository);
    held.manifests.insert(
        digest.clone(),
        Manifest {
            media_type: content_type.to_owned(),
            content: call.body.clone(),
        },
    );
    if !is_by_digest {
        held.tags.insert(reference.to_owned(), digest.clone());
    }
    let mut response = StatusCode::CREATED.into_response();
    response = with_header(
        response,
        "location",
        &format!("/v2/{repository}/manifests/{digest}"),
    );
    response = with_header(response, "docker-content-digest", &digest);
    if shared.options.has_referrers
        && let Some(subject) = document["subject"]["digest"].as_str()
    {
        response = with_header(response, "oci-subject", subject);
    }
    response
}

/// The first blob the manifest names that the repository lacks. Layers that may not be
/// distributed need not be there.
fn missing_blob(storage: &Storage, repository: &str, manifest: &Value) -> Option<String> {
    let layers = manifest["layers"].as_array().into_iter().flatten();
    std::iter::once(&manifest["config"])
        .chain(layers)
        .filter(|descriptor| {
            let media_type = descriptor["mediaType"].as_str().unwrap_or_default();
            !media_type.contains("nondistributable") && !media_type.contains("foreign")
        })
        .filter_map(|descriptor| descriptor["digest"].as_str())
        .find(|digest| storage.blob(repository, digest).is_none())
        .map(str::to_owned)
}

fn delete(shared: &Shared, repository: &str, reference: &str) -> Response {
    let mut storage = lock(&shared.storage);
    if storage.manifest(repository, reference).is_none() {
        return unknown();
    }
    let held = storage.repository_mut(repository);
    if reference.contains(':') {
        held.manifests.remove(reference);
        held.tags.retain(|_, digest| digest != reference);
    } else {
        held.tags.remove(reference);
    }
    StatusCode::ACCEPTED.into_response()
}

fn unknown() -> Response {
    error(
        StatusCode::NOT_FOUND,
        "MANIFEST_UNKNOWN",
        "manifest unknown to registry",
    )
}
