//! Uploads: in one request, in two, in chunks, or by mounting.

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::routes::{Call, error, method_not_allowed, with_header};
use super::storage::{Storage, has_digest, is_digest};
use super::{Shared, lock};

/// `POST /v2/NAME/blobs/uploads/`
pub(super) fn begin(shared: &Shared, call: &Call, repository: &str) -> Response {
    if call.method != Method::POST {
        return method_not_allowed();
    }
    let mut storage = lock(&shared.storage);
    if let Some(digest) = call.parameter("mount") {
        let found = match call.parameter("from") {
            Some(from) => storage.blob(&from, &digest),
            None => storage.blob_anywhere(&digest),
        };
        if let Some(content) = found {
            storage.tamper_blob(repository, &digest, content);
            return created(repository, &digest);
        }
    } else if let Some(digest) = call.parameter("digest") {
        return finish(&mut storage, repository, &digest, call.body.clone());
    }
    let id = storage.begin_upload(repository);
    let response = StatusCode::ACCEPTED.into_response();
    with_location(shared, response, repository, &id)
}

/// `PATCH`, `PUT`, `GET` and `DELETE` of an upload.
pub(super) fn advance(shared: &Shared, call: &Call, repository: &str, id: &str) -> Response {
    let mut storage = lock(&shared.storage);
    let Some(upload) = storage
        .uploads
        .get_mut(id)
        .filter(|upload| upload.repository == repository)
    else {
        return error(
            StatusCode::NOT_FOUND,
            "BLOB_UPLOAD_UNKNOWN",
            "no such upload",
        );
    };
    let received = upload.content.len();
    match call.method {
        Method::GET => {
            let response = StatusCode::NO_CONTENT.into_response();
            with_location(shared, with_range(response, received), repository, id)
        }
        Method::DELETE => {
            storage.uploads.remove(id);
            StatusCode::NO_CONTENT.into_response()
        }
        Method::PATCH | Method::PUT => {
            if let Some(range) = call.header("content-range")
                && !continues(range, received, call.body.len())
            {
                let response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
                return with_location(shared, with_range(response, received), repository, id);
            }
            upload.content.extend_from_slice(&call.body);
            let received = upload.content.len();
            if call.method == Method::PATCH {
                let response = StatusCode::ACCEPTED.into_response();
                return with_location(shared, with_range(response, received), repository, id);
            }
            let content = Bytes::from(std::mem::take(&mut upload.content));
            storage.uploads.remove(id);
            let digest = call.parameter("digest").unwrap_or_default();
            finish(&mut storage, repository, &digest, content)
        }
        _ => method_not_allowed(),
    }
}

fn finish(storage: &mut Storage, repository: &str, digest: &str, content: Bytes) -> Response {
    if !is_digest(digest) || !has_digest(&content, digest) {
        return error(
            StatusCode::BAD_REQUEST,
            "DIGEST_INVALID",
            "digest does not match the content",
        );
    }
    storage.tamper_blob(repository, digest, content);
    created(repository, digest)
}

fn created(repository: &str, digest: &str) -> Response {
    let response = StatusCode::CREATED.into_response();
    let response = with_header(response, "docker-content-digest", digest);
    with_header(
        response,
        "location",
        &format!("/v2/{repository}/blobs/{digest}"),
    )
}

/// The state in the query is opaque to clients; they must keep it.
fn with_location(shared: &Shared, response: Response, repository: &str, id: &str) -> Response {
    let base = if shared.options.has_absolute_locations {
        shared.base.as_str()
    } else {
        ""
    };
    with_header(
        response,
        "location",
        &format!("{base}/v2/{repository}/blobs/uploads/{id}?_state=secret-{id}"),
    )
}

fn with_range(response: Response, received: usize) -> Response {
    with_header(
        response,
        "range",
        &format!("0-{}", received.saturating_sub(1)),
    )
}

/// True when the range `first-last` begins where the upload stands and has the length sent.
fn continues(range: &str, received: usize, length: usize) -> bool {
    let Some((first, last)) = range.split_once('-') else {
        return false;
    };
    first.parse() == Ok(received) && last.parse() == Ok((received + length).saturating_sub(1))
}
