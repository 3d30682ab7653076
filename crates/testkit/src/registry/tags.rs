//! Tag lists in pages.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::routes::{Call, error, method_not_allowed, with_header};
use super::{Shared, lock};

pub(super) fn answer(shared: &Shared, call: &Call, repository: &str) -> Response {
    if call.method != Method::GET {
        return method_not_allowed();
    }
    let storage = lock(&shared.storage);
    let Some(held) = storage.repository(repository) else {
        return error(
            StatusCode::NOT_FOUND,
            "NAME_UNKNOWN",
            "repository name not known to registry",
        );
    };
    let last = call.parameter("last").unwrap_or_default();
    let asked = match call.parameter("n").map(|n| n.parse::<usize>()) {
        None => usize::MAX,
        Some(Ok(n)) => n,
        Some(Err(_)) => {
            return error(
                StatusCode::BAD_REQUEST,
                "PAGINATION_NUMBER_INVALID",
                "n is no number",
            );
        }
    };
    let size = asked.min(shared.options.page_size.unwrap_or(usize::MAX));
    let rest: Vec<&str> = held
        .tags
        .keys()
        .map(String::as_str)
        .filter(|tag| *tag > last.as_str())
        .collect();
    let page: Vec<&str> = rest.iter().copied().take(size).collect();
    let body = json!({ "name": repository, "tags": page });
    let response = (
        [(header::CONTENT_TYPE, "application/json")],
        Body::from(body.to_string()),
    )
        .into_response();
    match page.last() {
        Some(end) if page.len() < rest.len() => with_header(
            response,
            "link",
            &format!("</v2/{repository}/tags/list?last={end}&n={size}>; rel=\"next\""),
        ),
        _ => response,
    }
}
