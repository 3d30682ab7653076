//! Misbehaviour on demand.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;

/// When to misbehave, and how.
#[derive(Debug, Clone)]
pub struct Fault {
    method: Option<String>,
    path: String,
    skip: usize,
    times: Option<usize>,
    effect: Effect,
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Another answer altogether.
    Answer {
        /// Status.
        status: u16,
        /// Headers.
        headers: Vec<(String, String)>,
        /// Body.
        body: String,
    },
    /// A redirect (307) to the same path and query at another `scheme://host:port`.
    RedirectTo(String),
    /// The right number of wrong bytes: the last one is flipped.
    CorruptBody,
    /// A complete answer of fewer bytes than the client may expect.
    ShortenBody(usize),
    /// More bytes than the client may expect; the number of bytes added.
    ExtendBody(usize),
    /// The announced length is right, but the connection breaks after so many bytes.
    TruncateBody(usize),
    /// Status and headers, and then never a byte of the body.
    StallBody,
    /// The body comes in pieces of `piece` bytes with a pause before each.
    DripBody {
        /// Bytes of a piece.
        piece: usize,
        /// Pause before each piece.
        pause: Duration,
    },
    /// No answer at all.
    Silence,
    /// A header with another value.
    SetHeader(String, String),
    /// A header less.
    RemoveHeader(String),
}

impl Fault {
    /// Acts on every request whose path contains `path`.
    pub fn on(path: &str, effect: Effect) -> Self {
        Self {
            method: None,
            path: path.to_owned(),
            skip: 0,
            times: None,
            effect,
        }
    }

    /// An error answer with an empty JSON body.
    pub fn status(path: &str, status: u16) -> Self {
        Self::on(
            path,
            Effect::Answer {
                status,
                headers: Vec::new(),
                body: String::new(),
            },
        )
    }

    /// Only on this method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only so many times, then the registry behaves.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = Some(times);
        self
    }

    /// Lets so many requests pass first.
    #[must_use]
    pub fn after(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }

    /// True when the fault acts on this request; counts it.
    fn acts(&mut self, method: &Method, path: &str) -> bool {
        let fits = self
            .method
            .as_deref()
            .is_none_or(|wanted| wanted == method.as_str())
            && path.contains(&self.path);
        if !fits || self.times == Some(0) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if let Some(times) = &mut self.times {
            *times -= 1;
        }
        true
    }
}

/// The effect of the first fault that acts.
pub(super) fn take_effect(faults: &mut [Fault], method: &Method, path: &str) -> Option<Effect> {
    faults
        .iter_mut()
        .find_map(|fault| fault.acts(method, path).then(|| fault.effect.clone()))
}

impl Effect {
    /// The answer that stands instead of the usual one, when the effect needs no usual one.
    pub(super) fn replacement(&self, uri: &Uri) -> Option<Response> {
        match self {
            Self::Answer {
                status,
                headers,
                body,
            } => {
                let status =
                    StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                let mut response = (status, body.clone()).into_response();
                response.headers_mut().remove(header::CONTENT_TYPE);
                for (name, value) in headers {
                    set_header(&mut response, name, value);
                }
                Some(response)
            }
            Self::RedirectTo(base) => {
                let mut response = StatusCode::TEMPORARY_REDIRECT.into_response();
                set_header(&mut response, "location", &format!("{base}{uri}"));
                Some(response)
            }
            _ => None,
        }
    }

    /// The usual answer, spoilt.
    pub(super) async fn spoil(self, response: Response) -> Response {
        let (mut parts, body) = response.into_parts();
        let content = axum::body::to_bytes(body, usize::MAX)
            .await
            .unwrap_or_default();
        let body = match self {
            Self::CorruptBody => {
                let mut bytes = content.to_vec();
                if let Some(last) = bytes.last_mut() {
                    *last ^= 0xff;
                }
                Body::from(bytes)
            }
            Self::ShortenBody(length) => {
                parts.headers.remove(header::CONTENT_LENGTH);
                Body::from(content.slice(..length.min(content.len())))
            }
            Self::ExtendBody(extra) => {
                parts.headers.remove(header::CONTENT_LENGTH);
                let mut bytes = content.to_vec();
                bytes.resize(content.len() + extra, b'x');
                Body::from(bytes)
            }
            Self::TruncateBody(length) => {
                announce(&mut parts, content.len());
                let head = content.slice(..length.min(content.len()));
                let broken = std::io::Error::other("connection broken on purpose");
                Body::from_stream(stream::iter([Ok::<_, std::io::Error>(head), Err(broken)]))
            }
            Self::StallBody => {
                announce(&mut parts, content.len());
                Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>())
            }
            Self::DripBody { piece, pause } => {
                announce(&mut parts, content.len());
                let piece = piece.max(1);
                Body::from_stream(stream::unfold(content, move |mut rest| async move {
                    if rest.is_empty() {
                        return None;
                    }
                    tokio::time::sleep(pause).await;
                    let next = rest.split_to(piece.min(rest.len()));
                    Some((Ok::<_, std::io::Error>(next), rest))
                }))
            }
            Self::SetHeader(name, value) => {
                let mut response = Response::from_parts(parts, Body::from(content));
                set_header(&mut response, &name, &value);
                return response;
            }
            Self::RemoveHeader(name) => {
                parts.headers.remove(name.as_str());
                Body::from(content)
            }
            Self::Answer { .. } | Self::RedirectTo(_) | Self::Silence => Body::from(content),
        };
        Response::from_parts(parts, body)
    }
}

fn announce(parts: &mut axum::http::response::Parts, length: usize) {
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
}

fn set_header(response: &mut Response, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (
        HeaderName::from_bytes(name.as_bytes()),
        HeaderValue::from_str(value),
    ) {
        response.headers_mut().insert(name, value);
    }
}
