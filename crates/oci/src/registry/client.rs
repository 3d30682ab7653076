//! The client of all registries.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pacto_bundle::{ReferenceProblem, StoreError};
use pacto_contract::ArtifactReference;

use super::address::{AddressLookup, SystemLookup};
use super::retry::RetryPolicy;
use super::session::Session;
use super::transport::Transport;
use super::visitor::Visitor;
use super::{RegistryName, RegistryRepository};
use crate::Environment;
use crate::credentials::{Credential, CredentialChain};
use crate::secret::Secret;

/// How registries are talked to.
#[derive(Debug, Clone)]
pub struct RegistryOptions {
    /// Credentials, proxies, trust roots and host lists.
    pub environment: Environment,
    /// How names become addresses.
    pub lookup: Arc<dyn AddressLookup>,
    /// How failed requests are repeated.
    pub retry: RetryPolicy,
    /// Longest time until a connection stands, TLS included.
    pub connect_timeout: Duration,
    /// Longest time without a byte in either direction.
    pub idle_timeout: Duration,
    /// Longest time a credential program may take.
    pub program_timeout: Duration,
    /// Transfers at once, for each registry.
    pub parallel: usize,
}

impl RegistryOptions {
    /// The usual limits with the variables of an environment.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            lookup: Arc::new(SystemLookup),
            retry: RetryPolicy::default(),
            connect_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_mins(1),
            program_timeout: Duration::from_secs(10),
            parallel: 8,
        }
    }
}

/// The client of all registries: one for a process, cheap to clone.
///
/// Nothing is read and nobody is asked before the first request.
#[derive(Debug, Clone)]
pub struct Registries {
    shared: Arc<Shared>,
    sessions: Arc<Mutex<BTreeMap<RegistryName, Arc<Session>>>>,
}

/// What the sessions of all registries have in common.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) environment: Environment,
    pub(super) credentials: CredentialChain,
    pub(super) transport: Transport,
    pub(super) retry: RetryPolicy,
    pub(super) parallel: usize,
}

impl Registries {
    /// Makes a client.
    pub fn new(options: RegistryOptions) -> Self {
        let transport = Transport::new(
            options.environment.clone(),
            options.lookup,
            options.connect_timeout,
            options.idle_timeout,
            format!("pacto/{}", env!("CARGO_PKG_VERSION")),
        );
        let credentials =
            CredentialChain::new(options.environment.clone(), options.program_timeout);
        Self {
            shared: Arc::new(Shared {
                environment: options.environment,
                credentials,
                transport,
                retry: options.retry,
                parallel: options.parallel,
            }),
            sessions: Arc::default(),
        }
    }

    /// Remembers a registry that the user named: in arguments, or in the references of local
    /// contracts given as arguments. Unless `PACTO_REGISTRY_HOST` says otherwise, the credentials
    /// of the environment go to these registries alone; they are never sent to one that only a
    /// fetched bundle names. To be called before the first request to the registry.
    pub fn name(&self, registry: RegistryName) {
        self.shared.credentials.name(registry);
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.shared.transport
    }

    /// The repository that a reference names.
    pub fn repository(
        &self,
        reference: &ArtifactReference,
    ) -> Result<RegistryRepository, StoreError> {
        let endpoint = reference
            .endpoint()
            .map_err(|error| StoreError::InvalidReference {
                reference: reference.to_string(),
                problem: ReferenceProblem::Syntax(error),
            })?;
        let registry = RegistryName::of_endpoint(&endpoint.registry);
        let session = self.session(&registry);
        Ok(RegistryRepository::new(
            session,
            endpoint.repository,
            reference.name(),
        ))
    }

    /// Tries user and password at a registry, with the token flow where it asks for one. Stores
    /// nothing. A registry that asks for nothing takes everybody.
    pub async fn check_credentials(
        &self,
        registry: &RegistryName,
        user: &str,
        password: &Secret,
    ) -> Result<(), StoreError> {
        let credential = Credential::Password {
            user: user.to_owned(),
            password: password.clone(),
        };
        let visitor = Visitor::new(None, Some(credential));
        self.session(registry)
            .check(&visitor)
            .await
            .map_err(|failure| failure.at(registry.as_str()))
    }

    fn session(&self, registry: &RegistryName) -> Arc<Session> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions
            .entry(registry.clone())
            .or_insert_with(|| Arc::new(Session::new(registry.clone(), Arc::clone(&self.shared))));
        Arc::clone(session)
    }
}
