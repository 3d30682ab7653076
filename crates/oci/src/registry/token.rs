//! Tokens of the token service that a registry names.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use url::Url;

use super::authorization::basic;
use super::failure::{Failure, FailureKind};
use super::origin::{is_same_host, shown};
use super::realm::{RealmTrust, trust};
use super::request::{Answer, Request};
use super::session::Session;
use super::transport::Route;
use super::visitor::VisitorState;
use crate::credentials::Credential;
use crate::secret::Secret;

/// Lifetime of a token whose answer names none (distribution token authentication).
const DEFAULT_LIFETIME: Duration = Duration::from_mins(1);

/// Largest answer of a token service, in bytes.
const ANSWER_LIMIT: u64 = 1 << 20;

/// How the client calls itself when it exchanges an identity token.
const CLIENT_ID: &str = "pacto";

/// Tokens of one visitor by what they allow.
#[derive(Debug, Default)]
pub(super) struct Tokens(BTreeMap<BTreeSet<String>, Token>);

#[derive(Debug)]
struct Token {
    secret: Secret,
    until: Instant,
}

impl Tokens {
    fn find(&self, scopes: &BTreeSet<String>) -> Option<Secret> {
        let token = self.0.get(scopes)?;
        (token.until > Instant::now()).then(|| token.secret.clone())
    }

    /// Drops the token of an `Authorization` that was refused.
    pub(super) fn forget(&mut self, authorization: &Secret) {
        let refused = authorization.expose().strip_prefix("Bearer ");
        self.0
            .retain(|_, token| Some(token.secret.expose()) != refused);
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<f64>,
}

impl Session {
    /// A token that allows `scopes`, remembered or new.
    pub(super) async fn token(
        &self,
        state: &mut VisitorState,
        realm: &str,
        service: Option<&str>,
        scopes: BTreeSet<String>,
        credential: &Credential,
    ) -> Result<Secret, Failure> {
        if let Some(token) = state.tokens.find(&scopes) {
            return Ok(token);
        }
        let realm = self.realm(realm).await?;
        let base = &self.entry().await?.base;
        let listed = self.shared.environment.list("PACTO_REGISTRY_REALMS");
        let credential = match trust(base, &realm.url, listed) {
            RealmTrust::Credentials => credential,
            RealmTrust::Anonymous if *credential == Credential::Anonymous => credential,
            RealmTrust::Anonymous => {
                let host = realm.url.host_str().unwrap_or_default();
                state.note = Some(format!(
                    "no credentials were sent to the token service at {host}, a stranger to {}; \
                     name it in PACTO_REGISTRY_REALMS to trust it",
                    self.registry
                ));
                &Credential::Anonymous
            }
        };
        let asked = Asked {
            realm,
            service,
            scopes: &scopes,
        };
        let note = state.note.clone();
        let (secret, lifetime) = self
            .shared
            .retry
            .run(|| self.fetch_token(&asked, credential))
            .await
            .map_err(|failure| failure.with_note(note.as_deref()).for_good())?;
        let until = Instant::now() + usable(lifetime);
        let token = Token {
            secret: secret.clone(),
            until,
        };
        state.tokens.0.insert(scopes, token);
        Ok(secret)
    }

    /// The realm of a challenge and how it may be reached.
    async fn realm(&self, text: &str) -> Result<Realm, Failure> {
        let base = &self.entry().await?.base;
        let url = Url::parse(text).map_err(|_| {
            Failure::server(format!(
                "{} names a token service that is no URL",
                self.registry
            ))
        })?;
        let route = if is_same_host(base, &url) && url.scheme() == base.scheme() {
            Route::Registry
        } else {
            self.route_away(base, &url).await?
        };
        Ok(Realm { url, route })
    }

    async fn fetch_token(
        &self,
        asked: &Asked<'_>,
        credential: &Credential,
    ) -> Result<(Secret, Duration), Failure> {
        let transport = &self.shared.transport;
        let route = asked.realm.route;
        let answer = match credential {
            Credential::Identity(identity) => {
                let answer = transport.send(&asked.form(identity), None, route).await?;
                if answer.status == StatusCode::NOT_FOUND {
                    // Services without the exchange take the token as a password.
                    let authorization = basic("<token>", identity);
                    transport
                        .send(&asked.query(), Some(&authorization), route)
                        .await?
                } else {
                    answer
                }
            }
            Credential::Password { user, password } => {
                let authorization = basic(user, password);
                transport
                    .send(&asked.query(), Some(&authorization), route)
                    .await?
            }
            Credential::Anonymous | Credential::Registry(_) => {
                transport.send(&asked.query(), None, route).await?
            }
        };
        read(answer).await
    }
}

struct Realm {
    url: Url,
    route: Route,
}

struct Asked<'a> {
    realm: Realm,
    service: Option<&'a str>,
    scopes: &'a BTreeSet<String>,
}

impl Asked<'_> {
    fn query(&self) -> Request {
        let mut url = self.realm.url.clone();
        {
            let mut query = url.query_pairs_mut();
            for scope in self.scopes {
                query.append_pair("scope", scope);
            }
            if let Some(service) = self.service {
                query.append_pair("service", service);
            }
        }
        Request::new(Method::GET, url)
    }

    fn form(&self, identity: &Secret) -> Request {
        let scopes: Vec<&str> = self.scopes.iter().map(String::as_str).collect();
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "refresh_token")
            .append_pair("refresh_token", identity.expose())
            .append_pair("service", self.service.unwrap_or_default())
            .append_pair("scope", &scopes.join(" "))
            .append_pair("client_id", CLIENT_ID);
        Request::new(Method::POST, self.realm.url.clone()).body(
            "application/x-www-form-urlencoded",
            Bytes::from(form.finish()),
        )
    }
}

async fn read(mut answer: Answer) -> Result<(Secret, Duration), Failure> {
    if answer.status.is_redirection() {
        return Err(Failure::server(format!(
            "{}: the token service redirects, which is not followed",
            answer.what
        )));
    }
    if !answer.status.is_success() {
        let failure = answer.into_failure().await;
        return Err(match failure.kind {
            // What is missing is not what the user asked for.
            FailureKind::NotFound(detail) => Failure::server(detail),
            _ => failure,
        });
    }
    let body = answer.read(ANSWER_LIMIT).await?;
    let malformed = || {
        Failure::server(format!(
            "{}: the answer of the token service holds no token",
            shown(&answer.url)
        ))
    };
    let parsed: TokenAnswer = serde_json::from_slice(&body).map_err(|_| malformed())?;
    let token = parsed
        .token
        .filter(|token| !token.is_empty())
        .or(parsed.access_token)
        .filter(|token| !token.is_empty())
        .ok_or_else(malformed)?;
    let lifetime = parsed
        .expires_in
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .unwrap_or(DEFAULT_LIFETIME);
    Ok((Secret::new(token), lifetime))
}

/// The part of a lifetime in which a request still arrives in time.
fn usable(lifetime: Duration) -> Duration {
    let lifetime = lifetime.min(Duration::from_hours(24));
    lifetime.saturating_sub(Duration::from_secs(10).min(lifetime / 2))
}

#[cfg(test)]
mod tests {
    use super::usable;
    use std::time::Duration;

    #[test]
    fn a_token_is_renewed_before_it_ends() {
        assert_eq!(usable(Duration::from_mins(5)), Duration::from_secs(290));
        assert_eq!(usable(Duration::from_secs(4)), Duration::from_secs(2));
        assert_eq!(usable(Duration::MAX).as_secs(), 24 * 3600 - 10);
    }
}
