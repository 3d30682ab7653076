//! One request and its answer, with nothing waited for longer than the idle time-out.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use futures::stream;
use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use reqwest::{Method, StatusCode};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use url::Url;

use super::failure::{Failure, FailureKind};
use super::origin::shown;
use super::transport::{PrivateAddress, Route, Transport, explain};
use crate::secret::Secret;

/// Size of the pieces an upload is sent in; progress is noticed once per piece.
const PIECE: usize = 64 * 1024;

/// How often the longest time without a byte may pass until a document is complete. Documents are
/// small; a server that sends them byte by byte would hold a run for days. Blobs may take longer.
const PATIENCE: u32 = 5;

/// What to send. Bodies are shared, so a request can be sent again.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    headers: HeaderMap,
    body: Option<Bytes>,
}

impl Request {
    pub(super) fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: None,
        }
    }

    pub(super) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    pub(super) fn body(mut self, content_type: &str, body: Bytes) -> Self {
        if let Ok(value) = HeaderValue::from_str(content_type) {
            self.headers.insert(CONTENT_TYPE, value);
        }
        self.body = Some(body);
        self
    }

    /// `GET https://…` for messages.
    pub(super) fn shown(&self) -> String {
        format!("{} {}", self.method, shown(&self.url))
    }
}

impl Transport {
    /// Sends a request and waits for the head of the answer.
    pub(super) async fn send(
        &self,
        request: &Request,
        authorization: Option<&Secret>,
        route: Route,
    ) -> Result<Answer, Failure> {
        let client = self.client(request.url.scheme(), route)?;
        let mut builder = client
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone());
        if let Some(secret) = authorization {
            let mut value = HeaderValue::from_str(secret.expose()).map_err(|_| {
                Failure::lasting(FailureKind::Authentication(
                    "the credentials hold characters that cannot be sent".to_owned(),
                ))
            })?;
            value.set_sensitive(true);
            builder = builder.header(AUTHORIZATION, value);
        }
        let progress = Progress::new();
        match &request.body {
            Some(body) if body.len() > PIECE => {
                builder = builder
                    .header(CONTENT_LENGTH, body.len())
                    .body(reqwest::Body::wrap_stream(progress.watch(body.clone())));
            }
            Some(body) => builder = builder.body(body.clone()),
            // Some servers want to hear that there is none.
            None if request.method == Method::POST || request.method == Method::PUT => {
                builder = builder.header(CONTENT_LENGTH, 0);
            }
            None => {}
        }
        let what = request.shown();
        let sending = builder.send();
        let response = tokio::select! {
            result = sending => result.map_err(|error| classify(&what, error))?,
            () = progress.stall(self.idle_timeout) => return Err(silent(&what, self.idle_timeout)),
        };
        tracing::debug!(
            request = what,
            status = response.status().as_u16(),
            "registry answered"
        );
        Ok(Answer {
            status: response.status(),
            what,
            url: request.url.clone(),
            response,
            idle_timeout: self.idle_timeout,
            permit: None,
        })
    }
}

/// When a body last moved.
struct Progress(Arc<Mutex<Instant>>);

impl Progress {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    /// The body in pieces; asking for a piece is progress.
    fn watch(&self, body: Bytes) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static {
        let moved = Arc::clone(&self.0);
        stream::unfold(body, move |mut rest| {
            *moved.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
            async move {
                if rest.is_empty() {
                    return None;
                }
                let piece = rest.split_to(PIECE.min(rest.len()));
                Some((Ok(piece), rest))
            }
        })
    }

    /// Ends when nothing moved for so long.
    async fn stall(&self, limit: Duration) {
        loop {
            let moved = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let deadline = moved + limit;
            if deadline <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(deadline).await;
        }
    }
}

/// The head of an answer; the body is read on demand.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// The request, for messages.
    pub(super) what: String,
    /// Where the answer came from.
    pub(super) url: Url,
    response: reqwest::Response,
    idle_timeout: Duration,
    /// The transfer that this answer is, among those allowed at once.
    permit: Option<OwnedSemaphorePermit>,
}

impl Answer {
    /// The answer as a transfer that holds `permit` until it is dropped.
    pub(super) fn holding(mut self, permit: OwnedSemaphorePermit) -> Self {
        self.permit = Some(permit);
        self
    }

    /// Ends the transfer and hands its permit on.
    pub(super) fn release(self) -> Option<OwnedSemaphorePermit> {
        self.permit
    }

    /// A header that is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// All values of a header that are text.
    pub(super) fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.response
            .headers()
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
    }

    /// The announced length of the body.
    pub(super) fn length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    /// True when the body is a page for people.
    pub(super) fn is_html(&self) -> bool {
        self.header("content-type").is_some_and(|kind| {
            kind.trim_start()
                .to_ascii_lowercase()
                .starts_with("text/html")
        })
    }

    /// The next piece of the body.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        match tokio::time::timeout(self.idle_timeout, self.response.chunk()).await {
            Ok(result) => result.map_err(|error| classify(&self.what, error)),
            Err(_) => Err(silent(&self.what, self.idle_timeout)),
        }
    }

    /// The body, refused when it is longer than `limit` bytes.
    pub(super) async fn read(&mut self, limit: u64) -> Result<Bytes, Failure> {
        let too_long =
            |what: &str| Failure::server(format!("{what}: the answer exceeds {limit} bytes"));
        if self.length().is_some_and(|length| length > limit) {
            return Err(too_long(&self.what));
        }
        let mut body = Vec::new();
        let deadline = Instant::now() + self.idle_timeout * PATIENCE;
        while let Some(chunk) = self.chunk().await? {
            if Instant::now() > deadline {
                return Err(Failure::lasting(FailureKind::Unreachable(format!(
                    "{}: still not complete after {} s",
                    self.what,
                    (self.idle_timeout * PATIENCE).as_secs_f64()
                ))));
            }
            if (body.len() + chunk.len()) as u64 > limit {
                return Err(too_long(&self.what));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.into())
    }
}

fn silent(what: &str, limit: Duration) -> Failure {
    // Trying again would only wait again.
    Failure::lasting(FailureKind::Unreachable(format!(
        "{what}: not a byte for {} s",
        limit.as_secs_f64()
    )))
}

/// What a failed connection or transfer means.
fn classify(what: &str, error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let detail = format!("{what}: {}", explain(&error));
    if find_cause::<PrivateAddress>(&error).is_some() {
        return Failure::refused_for_safety(detail);
    }
    let kind = FailureKind::Unreachable(detail);
    let is_passing = if error.is_connect() {
        // Whoever was waited for in vain would only be waited for again.
        !error.is_timeout()
            && find_cause::<std::io::Error>(&error).is_some_and(|error| {
                use std::io::ErrorKind;
                matches!(
                    error.kind(),
                    ErrorKind::ConnectionReset
                        | ErrorKind::ConnectionAborted
                        | ErrorKind::BrokenPipe
                        | ErrorKind::UnexpectedEof
                )
            })
    } else {
        !error.is_builder()
    };
    if is_passing {
        Failure::passing(kind)
    } else {
        Failure::lasting(kind)
    }
}

fn find_cause<'e, E: std::error::Error + 'static>(
    error: &'e (dyn std::error::Error + 'static),
) -> Option<&'e E> {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        current = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;

    use super::*;

    #[tokio::test]
    async fn a_body_that_moves_is_waited_for_and_one_that_stops_is_not() {
        let limit = Duration::from_millis(300);
        let progress = Progress::new();
        let mut pieces = std::pin::pin!(progress.watch(vec![0; 10 * PIECE].into()));
        let mut received = 0;
        let moving = async {
            for _ in 0..6 {
                tokio::time::sleep(limit / 3).await;
                received += pieces
                    .next()
                    .await
                    .map_or(0, |piece| piece.map_or(0, |p| p.len()));
            }
        };
        tokio::select! {
            () = moving => {}
            () = progress.stall(limit) => panic!("the body moved all the time"),
        }
        assert_eq!(received, 6 * PIECE);
        let stopped = tokio::time::timeout(limit * 3, progress.stall(limit));
        stopped.await.expect("nothing moves any more");
    }
}
