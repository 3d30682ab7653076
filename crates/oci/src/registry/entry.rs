//! The first contact with a registry.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use url::Url;

use super::challenge::Challenge;
use super::failure::{Failure, FailureKind};
use super::request::Request;
use super::scheme::{Way, ways};
use super::session::{Session, lock};
use super::transport::Route;

/// How long a registry that could not be entered is left alone.
const FAILURE_MEMORY: Duration = Duration::from_secs(5);

/// What the first request found out.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// `scheme://host:port/`
    pub(super) base: Url,
    pub(super) may_carry_credentials: bool,
    pub(super) challenge: Option<Challenge>,
}

impl Session {
    /// The first contact: which scheme works, and what the registry asks for.
    pub(super) async fn entry(&self) -> Result<&Entry, Failure> {
        self.entry.get_or_try_init(|| self.enter_once()).await
    }

    /// Enters, unless that failed just now: hundreds may wait for one registry that is down, and
    /// each would be told only after all attempts of those before.
    async fn enter_once(&self) -> Result<Entry, Failure> {
        if let Some((when, failure)) = lock(&self.failed_entry).as_ref()
            && when.elapsed() < FAILURE_MEMORY
        {
            return Err(failure.clone());
        }
        let result = self.shared.retry.run(|| self.enter()).await;
        result.map_err(|failure| {
            let failure = failure.for_good();
            *lock(&self.failed_entry) = Some((Instant::now(), failure.clone()));
            failure
        })
    }

    async fn enter(&self) -> Result<Entry, Failure> {
        let is_listed_insecure = self
            .shared
            .environment
            .list("PACTO_REGISTRY_INSECURE")
            .any(|entry| self.registry.is_listed_as(entry));
        let mut failed: Option<Failure> = None;
        for way in ways(&self.registry, is_listed_insecure) {
            match self.ping(way).await {
                Ok(entry) => return Ok(entry),
                Err((failure, is_final)) => {
                    if is_final {
                        return Err(failure);
                    }
                    failed = Some(match failed {
                        None => failure,
                        Some(before) => before.and_then(&failure),
                    });
                }
            }
        }
        Err(failed.unwrap_or_else(|| Failure::server("there is no way to ask this registry")))
    }

    /// Asks `GET /v2/`. The flag of a failure says that other schemes need not be tried.
    async fn ping(&self, way: Way) -> Result<Entry, (Failure, bool)> {
        let base = Url::parse(&format!("{}://{}/", way.scheme, self.registry)).map_err(|_| {
            let detail = format!("`{}` is no host", self.registry);
            (Failure::server(detail), true)
        })?;
        let url = base
            .join("v2/")
            .map_err(|_| (Failure::server("no address"), true))?;
        let request = Request::new(Method::GET, url);
        let answer = self
            .shared
            .transport
            .send(&request, None, Route::Registry)
            .await
            .map_err(|failure| (failure, false))?;
        let challenge = match answer.status {
            status if status.is_success() => None,
            StatusCode::UNAUTHORIZED => {
                let challenge = Challenge::choose(answer.headers("www-authenticate"));
                if challenge.is_none() {
                    let detail =
                        format!("{}: 401 without a Basic or Bearer challenge", answer.what);
                    let failure = Failure::lasting(FailureKind::Authentication(detail));
                    return Err((failure, true));
                }
                challenge
            }
            status => {
                // Servers that expect TLS answer plain HTTP with 400.
                let is_final = status != StatusCode::BAD_REQUEST;
                let failure = match answer.into_failure().await {
                    Failure {
                        kind: FailureKind::NotFound(detail),
                        ..
                    } => Failure::server(format!("{detail}; there is no registry at this address")),
                    failure => failure,
                };
                return Err((failure, is_final));
            }
        };
        tracing::debug!(oci.registry = %self.registry, scheme = way.scheme, ?challenge, "registry entered");
        Ok(Entry {
            base,
            may_carry_credentials: way.may_carry_credentials,
            challenge,
        })
    }
}
