//! One registry during one run: scheme, authentication, limits.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, StatusCode};
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};
use url::{Host, Url};

use super::RegistryName;
use super::challenge::Challenge;
use super::client::Shared;
use super::failure::{Failure, FailureKind};
use super::origin::{is_same_host, is_same_origin, shown};
use super::request::{Answer, Request};
use super::scheme::{Way, ways};
use super::token::Tokens;
use super::transport::{Route, addresses_of};
use crate::credentials::Credential;
use crate::secret::Secret;

/// Most redirects that a download follows.
const REDIRECT_LIMIT: usize = 5;

/// How long a registry that could not be entered is left alone.
const FAILURE_MEMORY: Duration = Duration::from_secs(5);

/// What a request does to a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Action {
    Pull,
    Push,
}

/// Whom a request is made for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purpose<'p> {
    pub(super) visitor: &'p Visitor,
    pub(super) action: Action,
}

impl Purpose<'_> {
    /// What a token must allow.
    pub(super) fn scopes(&self) -> BTreeSet<String> {
        let Some(repository) = &self.visitor.repository else {
            return BTreeSet::new();
        };
        let actions = match self.action {
            Action::Pull => "pull",
            Action::Push => "pull,push",
        };
        BTreeSet::from([format!("repository:{repository}:{actions}")])
    }
}

/// One registry.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) registry: RegistryName,
    pub(super) shared: Arc<Shared>,
    entry: OnceCell<Entry>,
    failed_entry: Mutex<Option<(Instant, Failure)>>,
    is_public: OnceCell<bool>,
    permits: Arc<Semaphore>,
    visitors: Mutex<HashMap<String, Arc<Visitor>>>,
}

/// What the first request found out.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// `scheme://host:port/`
    pub(super) base: Url,
    may_carry_credentials: bool,
    challenge: Option<Challenge>,
}

/// Somebody who asks for one repository, with credentials and tokens.
#[derive(Debug)]
pub(super) struct Visitor {
    /// `None` when no repository is meant, as when credentials are tried.
    repository: Option<String>,
    credential: OnceCell<Credential>,
    pub(super) state: tokio::sync::Mutex<VisitorState>,
}

#[derive(Debug, Default)]
pub(super) struct VisitorState {
    /// The latest challenge, where it differs from the one of the registry.
    challenge: Option<Challenge>,
    /// The registry took a token for a password only.
    is_token_password: bool,
    pub(super) tokens: Tokens,
    /// What to say when authentication fails.
    pub(super) note: Option<String>,
}

impl Visitor {
    pub(super) fn new(repository: Option<String>, credential: Option<Credential>) -> Self {
        Self {
            repository,
            credential: OnceCell::new_with(credential),
            state: tokio::sync::Mutex::default(),
        }
    }
}

impl Session {
    pub(super) fn new(registry: RegistryName, shared: Arc<Shared>) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(shared.parallel.max(1))),
            registry,
            shared,
            entry: OnceCell::new(),
            failed_entry: Mutex::default(),
            is_public: OnceCell::new(),
            visitors: Mutex::default(),
        }
    }

    /// The visitor of a repository; the same one for everybody who asks for it.
    pub(super) fn visitor(&self, repository: &str) -> Arc<Visitor> {
        let mut visitors = lock(&self.visitors);
        let visitor = visitors
            .entry(repository.to_owned())
            .or_insert_with(|| Arc::new(Visitor::new(Some(repository.to_owned()), None)));
        Arc::clone(visitor)
    }

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

    /// An address below `/v2/`.
    pub(super) async fn address(&self, path: &str) -> Result<Url, Failure> {
        let entry = self.entry().await?;
        entry
            .base
            .join(&format!("v2/{path}"))
            .map_err(|_| Failure::server(format!("`{path}` is no path")))
    }

    /// Sends one request to the registry itself and returns any answer but failed
    /// authentication. Not repeated: whoever reads the body decides that.
    ///
    /// The answer counts as a transfer until it is dropped, so drop it before sending more.
    pub(super) async fn send(
        &self,
        request: &Request,
        purpose: Purpose<'_>,
    ) -> Result<Answer, Failure> {
        // Before a permit is taken: the first request may wait for others of this session.
        self.entry().await?;
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| Failure::server("the client was shut down"))?;
        self.send_permitted(request, purpose, permit).await
    }

    async fn send_permitted(
        &self,
        request: &Request,
        purpose: Purpose<'_>,
        permit: OwnedSemaphorePermit,
    ) -> Result<Answer, Failure> {
        let entry = self.entry().await?;
        let authorization = self.authorization(entry, purpose).await?;
        let answer = self.send_home(request, authorization.as_ref()).await?;
        if !is_denied(&answer) {
            return Ok(answer.holding(permit));
        }
        let challenge = Challenge::choose(answer.headers("www-authenticate"));
        let status = answer.status;
        let failure = answer.into_failure().await;
        let renewed = self
            .renew(entry, purpose, status, challenge, authorization.as_ref())
            .await?;
        let failure = match renewed {
            None => failure,
            Some(authorization) => {
                let answer = self.send_home(request, Some(&authorization)).await?;
                if !is_denied(&answer) {
                    return Ok(answer.holding(permit));
                }
                answer.into_failure().await
            }
        };
        let note = purpose.visitor.state.lock().await.note.clone();
        Err(failure.with_note(note.as_deref()))
    }

    async fn send_home(
        &self,
        request: &Request,
        authorization: Option<&Secret>,
    ) -> Result<Answer, Failure> {
        self.shared
            .transport
            .send(request, authorization, Route::Registry)
            .await
    }

    /// Sends a reading request and follows redirects. Nothing that identifies the user goes to
    /// another origin, and never again once it was left.
    pub(super) async fn download(
        &self,
        request: &Request,
        purpose: Purpose<'_>,
    ) -> Result<Answer, Failure> {
        let mut answer = self.send(request, purpose).await?;
        let mut request = request.clone();
        let mut is_home = true;
        for _ in 0..REDIRECT_LIMIT {
            if !answer.status.is_redirection() {
                return Ok(answer);
            }
            let target = answer
                .header("location")
                .and_then(|location| answer.url.join(location).ok())
                .ok_or_else(|| {
                    Failure::server(format!("{}: a redirect to nowhere", answer.what))
                })?;
            is_home = is_home && is_same_origin(&self.entry().await?.base, &target);
            let from = std::mem::replace(&mut request.url, target);
            let Some(permit) = answer.release() else {
                return Err(Failure::server("a transfer without permission"));
            };
            answer = if is_home {
                self.send_permitted(&request, purpose, permit).await?
            } else {
                let route = self.route_away(&from, &request.url).await?;
                self.shared
                    .transport
                    .send(&request, None, route)
                    .await?
                    .holding(permit)
            };
        }
        if answer.status.is_redirection() {
            return Err(Failure::server(format!(
                "{}: more than {REDIRECT_LIMIT} redirects",
                answer.what
            )));
        }
        Ok(answer)
    }

    /// How a host other than the registry may be reached; an error when it may not.
    pub(super) async fn route_away(&self, from: &Url, target: &Url) -> Result<Route, Failure> {
        let is_downgrade = from.scheme() == "https" && target.scheme() != "https";
        if is_downgrade || !matches!(target.scheme(), "https" | "http") {
            return Err(Failure::refused_for_safety(format!(
                "{} points from https to {}",
                from.host_str().unwrap_or_default(),
                shown(target)
            )));
        }
        let base = &self.entry().await?.base;
        if is_same_host(base, target) || !self.is_public(base).await {
            return Ok(Route::Registry);
        }
        let literal: Option<IpAddr> = match target.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            _ => None,
        };
        if literal.is_some_and(|address| !self.shared.transport.lookup.is_public(address)) {
            return Err(Failure::refused_for_safety(format!(
                "{} points to {}, which is not a public address",
                self.registry,
                shown(target)
            )));
        }
        Ok(Route::PublicOnly)
    }

    /// True when the registry is reached at a public address, or when that cannot be told.
    async fn is_public(&self, base: &Url) -> bool {
        let lookup = self.shared.transport.lookup.as_ref();
        *self
            .is_public
            .get_or_init(|| async {
                match base.host() {
                    Some(Host::Ipv4(address)) => lookup.is_public(address.into()),
                    Some(Host::Ipv6(address)) => lookup.is_public(address.into()),
                    Some(Host::Domain(name)) => addresses_of(lookup, name)
                        .await
                        .ok()
                        .filter(|addresses| !addresses.is_empty())
                        .is_none_or(|addresses| {
                            addresses.iter().any(|&address| lookup.is_public(address))
                        }),
                    None => true,
                }
            })
            .await
    }

    /// The credential that may be used, which is none where it would travel in the open.
    async fn credential(
        &self,
        entry: &Entry,
        visitor: &Visitor,
        state: &mut VisitorState,
    ) -> Result<Credential, Failure> {
        let credential = visitor
            .credential
            .get_or_try_init(|| async {
                let repository = visitor.repository.as_deref().unwrap_or_default();
                self.shared
                    .credentials
                    .find(&self.registry, repository)
                    .await
                    .map_err(|error| {
                        Failure::lasting(FailureKind::Disk {
                            path: error.path,
                            kind: error.source.kind(),
                            reason: error.source.to_string(),
                        })
                    })
            })
            .await?;
        if !entry.may_carry_credentials && *credential != Credential::Anonymous {
            state.note = Some(format!(
                "credentials are not sent over plain HTTP; name {} in PACTO_REGISTRY_INSECURE \
                 to allow it",
                self.registry
            ));
            return Ok(Credential::Anonymous);
        }
        Ok(match credential {
            Credential::Registry(token) if state.is_token_password => Credential::Password {
                user: self
                    .shared
                    .environment
                    .text("PACTO_REGISTRY_USERNAME")
                    .unwrap_or("x-access-token")
                    .to_owned(),
                password: token.clone(),
            },
            other => other.clone(),
        })
    }

    /// The `Authorization` of a request, as far as the registry has asked for one.
    async fn authorization(
        &self,
        entry: &Entry,
        purpose: Purpose<'_>,
    ) -> Result<Option<Secret>, Failure> {
        let mut state = purpose.visitor.state.lock().await;
        self.authorize(entry, purpose, &mut state, BTreeSet::new())
            .await
    }

    async fn authorize(
        &self,
        entry: &Entry,
        purpose: Purpose<'_>,
        state: &mut VisitorState,
        asked: BTreeSet<String>,
    ) -> Result<Option<Secret>, Failure> {
        let challenge = state.challenge.clone().or_else(|| entry.challenge.clone());
        let Some(challenge) = challenge else {
            return Ok(None);
        };
        let credential = self.credential(entry, purpose.visitor, state).await?;
        if let Credential::Registry(token) = &credential {
            return Ok(Some(Secret::new(format!("Bearer {}", token.expose()))));
        }
        match challenge {
            Challenge::Basic => Ok(match &credential {
                Credential::Password { user, password } => Some(basic(user, password)),
                _ => None,
            }),
            Challenge::Bearer { realm, service, .. } => {
                let token = self
                    .token(
                        state,
                        &realm,
                        service.as_deref(),
                        asked.into_iter().chain(purpose.scopes()).collect(),
                        &credential,
                    )
                    .await?;
                Ok(Some(Secret::new(format!("Bearer {}", token.expose()))))
            }
        }
    }

    /// Another `Authorization` after a refusal; `None` when there is no other to try.
    async fn renew(
        &self,
        entry: &Entry,
        purpose: Purpose<'_>,
        status: StatusCode,
        challenge: Option<Challenge>,
        used: Option<&Secret>,
    ) -> Result<Option<Secret>, Failure> {
        let mut state = purpose.visitor.state.lock().await;
        let credential = self.credential(entry, purpose.visitor, &mut state).await?;
        if matches!(credential, Credential::Registry(_)) && used.is_some() {
            if !takes_tokens_as_passwords(&self.registry) {
                return Ok(None);
            }
            state.is_token_password = true;
        } else if status == StatusCode::FORBIDDEN {
            return Ok(None);
        }
        let mut asked = BTreeSet::new();
        if let Some(challenge) = challenge {
            if let Challenge::Bearer { scopes, .. } = &challenge {
                asked.extend(scopes.iter().cloned());
            }
            state.challenge = Some(challenge);
        }
        // Somebody else may have renewed the token meanwhile.
        if let Some(used) = used {
            state.tokens.forget(used);
        }
        let renewed = self.authorize(entry, purpose, &mut state, asked).await?;
        Ok(renewed.filter(|renewed| Some(renewed) != used))
    }

    /// Asks `GET /v2/` with the credentials of a visitor.
    pub(super) async fn check(&self, visitor: &Visitor) -> Result<(), Failure> {
        let url = self.address("").await?;
        let request = Request::new(Method::GET, url);
        let purpose = Purpose {
            visitor,
            action: Action::Pull,
        };
        self.shared
            .retry
            .run(|| async {
                let answer = self.send(&request, purpose).await?;
                if answer.status.is_success() {
                    return Ok(());
                }
                Err(answer.into_failure().await)
            })
            .await
    }
}

/// User and password as a header value.
pub(super) fn basic(user: &str, password: &Secret) -> Secret {
    let encoded = STANDARD.encode(format!("{user}:{}", password.expose()));
    Secret::new(format!("Basic {encoded}"))
}

/// Personal tokens of GitHub work as passwords only.
fn takes_tokens_as_passwords(registry: &RegistryName) -> bool {
    registry.host() == "ghcr.io"
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_denied(answer: &Answer) -> bool {
    matches!(
        answer.status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    )
}
