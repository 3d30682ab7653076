//! Who asks: the chain of places that credentials come from.
//!
//! The first source that yields something wins: environment, Pacto's own file, `gh`, Docker's and
//! Podman's files with their helpers, nobody. There is no second try with the next source.

mod docker;
mod file;
mod github;
mod program;

use std::collections::BTreeSet;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;

use crate::Environment;
use crate::registry::RegistryName;
use crate::secret::Secret;

pub use file::{CredentialFile, CredentialFileError};

/// What is shown to a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// Nothing.
    Anonymous,
    /// User and password.
    Password {
        /// User name.
        user: String,
        /// Password, or a personal token that stands for one.
        password: Secret,
    },
    /// A token that is exchanged for registry tokens.
    Identity(Secret),
    /// A token that the registry takes as it is.
    Registry(Secret),
}

/// Why credentials could not be looked up.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}")]
pub(crate) struct CredentialError {
    pub(crate) path: String,
    #[source]
    pub(crate) source: io::Error,
}

/// The chain of sources.
#[derive(Debug)]
pub(crate) struct CredentialChain {
    environment: Environment,
    /// Registries that the user named, which alone get the credentials of the environment.
    named: Mutex<BTreeSet<RegistryName>>,
    github: OnceCell<Option<Secret>>,
    program_timeout: Duration,
}

impl CredentialChain {
    pub(crate) fn new(environment: Environment, program_timeout: Duration) -> Self {
        Self {
            environment,
            named: Mutex::default(),
            github: OnceCell::new(),
            program_timeout,
        }
    }

    /// Remembers that the user named a registry.
    pub(crate) fn name(&self, registry: RegistryName) {
        self.named
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(registry);
    }

    /// The credential for a repository.
    pub(crate) async fn find(
        &self,
        registry: &RegistryName,
        repository: &str,
    ) -> Result<Credential, CredentialError> {
        if let Some(credential) = self.of_environment(registry) {
            return Ok(credential);
        }
        if let Some(credential) = CredentialFile::of(&self.environment)
            .and_then(|file| file.find(registry).ok().flatten())
        {
            return Ok(credential);
        }
        if matches!(registry.as_str(), "ghcr.io" | "docker.pkg.github.com") {
            let token = self
                .github
                .get_or_init(|| github::token(&self.environment, self.program_timeout))
                .await;
            if let Some(token) = token {
                return Ok(Credential::Password {
                    user: "x-access-token".to_owned(),
                    password: token.clone(),
                });
            }
        }
        let found = docker::find(
            &self.environment,
            registry,
            repository,
            self.program_timeout,
        );
        Ok(found.await?.unwrap_or(Credential::Anonymous))
    }

    /// One secret must not reach registries that only a fetched bundle names.
    fn of_environment(&self, registry: &RegistryName) -> Option<Credential> {
        let applies = match self.environment.text("PACTO_REGISTRY_HOST") {
            Some(host) => registry.is_listed_as(host),
            None => self
                .named
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .contains(registry),
        };
        if !applies {
            return None;
        }
        if let Some(token) = self.environment.text("PACTO_REGISTRY_TOKEN") {
            return Some(Credential::Registry(Secret::new(token)));
        }
        Some(Credential::Password {
            user: self.environment.text("PACTO_REGISTRY_USERNAME")?.to_owned(),
            password: Secret::new(self.environment.text("PACTO_REGISTRY_PASSWORD")?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn found(variables: &[(&str, &str)], named: &[&str], registry: &str) -> Credential {
        let chain =
            CredentialChain::new(variables.iter().copied().collect(), Duration::from_secs(1));
        for name in named {
            chain.name(RegistryName::of_endpoint(name));
        }
        chain
            .find(&RegistryName::of_endpoint(registry), "acme/orders")
            .await
            .expect("nothing is broken")
    }

    fn password(user: &str, password: &str) -> Credential {
        Credential::Password {
            user: user.to_owned(),
            password: Secret::new(password),
        }
    }

    #[tokio::test]
    async fn the_environment_serves_only_registries_that_the_user_named() {
        let variables = [
            ("PACTO_REGISTRY_USERNAME", "ada"),
            ("PACTO_REGISTRY_PASSWORD", "lovelace"),
        ];
        let named = ["registry.example.com"];
        assert_eq!(
            found(&variables, &named, "registry.example.com").await,
            password("ada", "lovelace")
        );
        assert_eq!(
            found(&variables, &named, "other.example.com").await,
            Credential::Anonymous
        );
    }

    #[tokio::test]
    async fn a_named_host_alone_gets_the_environment() {
        let variables = [
            ("PACTO_REGISTRY_TOKEN", "t"),
            ("PACTO_REGISTRY_HOST", "a.example.com:5000"),
        ];
        let token = Credential::Registry(Secret::new("t"));
        assert_eq!(found(&variables, &[], "a.example.com:5000").await, token);
        assert_eq!(
            found(&variables, &["b.example.com"], "b.example.com").await,
            Credential::Anonymous
        );
    }

    #[tokio::test]
    async fn a_token_wins_over_a_password_and_a_user_alone_is_nothing() {
        let named = ["a.example.com"];
        let variables = [
            ("PACTO_REGISTRY_TOKEN", "t"),
            ("PACTO_REGISTRY_USERNAME", "ada"),
            ("PACTO_REGISTRY_PASSWORD", "lovelace"),
        ];
        assert_eq!(
            found(&variables, &named, "a.example.com").await,
            Credential::Registry(Secret::new("t"))
        );
        assert_eq!(
            found(
                &[("PACTO_REGISTRY_USERNAME", "ada")],
                &named,
                "a.example.com"
            )
            .await,
            Credential::Anonymous
        );
    }
}
