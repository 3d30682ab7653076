//! Blobs by digest, whole and in ranges.

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::routes::{Call, error, method_not_allowed, with_header};
use super::storage::is_digest;
use super::{Shared, lock};

pub(super) fn answer(shared: &Shared, call: &Call, repository: &str, digest: &str) -> Response {
    if !is_digest(digest) {
        return error(
            StatusCode::BAD_REQUEST,
            "DIGEST_INVALID",
            "malformed digest",
        );
    }
    let mut storage = lock(&shared.storage);
    let Some(content) = storage.blob(repository, digest) else {
        return error(
            StatusCode::NOT_FOUND,
            "BLOB_UNKNOWN",
            "blob unknown to registry",
        );
    };
    match call.method {
        Method::GET | Method::HEAD => {
            let response = read(content, call.header("range"));
            with_header(response, "docker-content-digest", digest)
        }
        Method::DELETE => {
            storage.repository_mut(repository).blobs.remove(digest);
            StatusCode::ACCEPTED.into_response()
        }
        _ => method_not_allowed(),
    }
}

fn read(content: Bytes, range: Option<&str>) -> Response {
    let total = content.len();
    let mut response = match range.and_then(|range| range.strip_prefix("bytes=")) {
        None => Body::from(content).into_response(),
        Some(range) => match satisfy(range, total) {
            None => StatusCode::RANGE_NOT_SATISFIABLE.into_response(),
            Some((first, last)) => {
                let part = content.slice(first..=last);
                let response = (StatusCode::PARTIAL_CONTENT, Body::from(part)).into_response();
                with_header(
                    response,
                    "content-range",
                    &format!("bytes {first}-{last}/{total}"),
                )
            }
        },
    };
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    response
}

/// First and last byte of `5-9`, `5-` or `-5` within so many bytes.
fn satisfy(range: &str, total: usize) -> Option<(usize, usize)> {
    let (first, last) = range.split_once('-')?;
    let end = total.checked_sub(1)?;
    let (first, last) = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) => (first, last.min(end)),
        (Ok(first), Err(_)) if last.is_empty() => (first, end),
        (Err(_), Ok(count)) if first.is_empty() => (total.saturating_sub(count), end),
        _ => return None,
    };
    (first <= last).then_some((first, last))
}
