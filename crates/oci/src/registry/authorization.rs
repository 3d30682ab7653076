//! What a request shows to a registry.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;

use super::RegistryName;
use super::challenge::Challenge;
use super::entry::Entry;
use super::failure::{Failure, FailureKind};
use super::session::Session;
use super::visitor::{Purpose, Visitor, VisitorState};
use crate::credentials::Credential;
use crate::secret::Secret;

impl Session {
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
    pub(super) async fn authorization(
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
    pub(super) async fn renew(
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
