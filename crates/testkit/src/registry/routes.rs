//! From a request to an answer: log, faults, authorization, endpoint.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::json;

use super::path::Endpoint;
use super::{Access, Effect, RecordedRequest, Shared, blobs, fault, lock};
use super::{manifests, referrers, tags, uploads};
use crate::token::parse_basic;

/// A request with its body read.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Call {
    /// First value of a query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

pub(super) async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX)
        .await
        .unwrap_or_default();
    let call = Call {
        method: parts.method,
        uri: parts.uri,
        headers: parts.headers,
        body,
    };
    let place = record(&shared, &call);
    let path = call.uri.path().to_owned();
    let effect = fault::take_effect(&mut lock(&shared.faults), &call.method, &path);
    if matches!(effect, Some(Effect::Silence)) {
        std::future::pending::<()>().await;
    }
    let replacement = effect
        .as_ref()
        .and_then(|effect| effect.replacement(&call.uri));
    let response = match (replacement, effect) {
        (Some(response), _) => response,
        (None, None) => answer(&shared, &call),
        (None, Some(effect)) => effect.spoil(answer(&shared, &call)).await,
    };
    if let Some(record) = lock(&shared.log).get_mut(place) {
        record.status = response.status().as_u16();
    }
    response
}

fn record(shared: &Shared, call: &Call) -> usize {
    let mut log = lock(&shared.log);
    log.push(RecordedRequest {
        method: call.method.to_string(),
        path: call.uri.path().to_owned(),
        query: call.uri.query().unwrap_or_default().to_owned(),
        authorization: call.header("authorization").map(str::to_owned),
        body_size: call.body.len(),
        status: 0,
    });
    log.len() - 1
}

fn answer(shared: &Shared, call: &Call) -> Response {
    let endpoint = Endpoint::parse(call.uri.path());
    if let Some(refusal) = authorize(shared, call, &endpoint) {
        return refusal;
    }
    match &endpoint {
        Endpoint::Ping => {
            let mut response = (StatusCode::OK, "{}").into_response();
            response.headers_mut().insert(
                "docker-distribution-api-version",
                HeaderValue::from_static("registry/2.0"),
            );
            response
        }
        Endpoint::Manifest {
            repository,
            reference,
        } => manifests::answer(shared, call, repository, reference),
        Endpoint::Blob { repository, digest } => blobs::answer(shared, call, repository, digest),
        Endpoint::Uploads { repository } => uploads::begin(shared, call, repository),
        Endpoint::Upload { repository, id } => uploads::advance(shared, call, repository, id),
        Endpoint::Tags { repository } => tags::answer(shared, call, repository),
        Endpoint::Referrers { repository, digest } => {
            referrers::answer(shared, call, repository, digest)
        }
        Endpoint::BadName => error(
            StatusCode::BAD_REQUEST,
            "NAME_INVALID",
            "invalid repository",
        ),
        Endpoint::Unknown => StatusCode::NOT_FOUND.into_response(),
    }
}

fn authorize(shared: &Shared, call: &Call, endpoint: &Endpoint) -> Option<Response> {
    let given = call.header("authorization").unwrap_or_default();
    let challenge = match &shared.options.access {
        Access::Open => return None,
        Access::Basic(users) => {
            let is_known = parse_basic(given)
                .is_some_and(|(user, password)| users.get(&user) == Some(&password));
            if is_known {
                return None;
            }
            "Basic realm=\"test registry\"".to_owned()
        }
        Access::Token { realm, issuer } => {
            let action = match call.method {
                Method::GET | Method::HEAD => "pull",
                Method::DELETE => "delete",
                _ => "push",
            };
            let scope = endpoint
                .repository()
                .map(|name| format!("repository:{name}:{action}"))
                .unwrap_or_default();
            let token = given.strip_prefix("Bearer ").unwrap_or_default();
            if issuer.0.allows(token, &scope) {
                return None;
            }
            let mut challenge = format!(
                "Bearer realm=\"{realm}\",service=\"{}\"",
                issuer.0.service()
            );
            if !scope.is_empty() {
                // As registries write it: pushing needs reading as well.
                let scope = scope.replace(":push", ":pull,push");
                let _ = write!(challenge, ",scope=\"{scope}\"");
            }
            challenge
        }
    };
    let mut response = error(
        StatusCode::UNAUTHORIZED,
        "UNAUTHORIZED",
        "authentication required",
    );
    if let Ok(value) = HeaderValue::from_str(&challenge) {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, value);
    }
    Some(response)
}

/// An error in the form of the distribution specification.
pub(super) fn error(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({ "errors": [{ "code": code, "message": message }] });
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        Body::from(body.to_string()),
    )
        .into_response()
}

pub(super) fn method_not_allowed() -> Response {
    error(
        StatusCode::METHOD_NOT_ALLOWED,
        "UNSUPPORTED",
        "method not allowed",
    )
}

/// Adds a header whose value is known to be one.
pub(super) fn with_header(mut response: Response, name: &'static str, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}
