//! A registry in this process, after the OCI distribution specification 1.1.
//!
//! Everything is in memory. [`TestRegistry`] is the handle: where it listens, what it was asked,
//! what it holds. [`Fault`] makes it misbehave.

mod blobs;
mod fault;
mod log;
mod manifests;
mod path;
mod referrers;
mod routes;
mod storage;
mod tags;
mod uploads;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use bytes::Bytes;

use crate::server::Server;
use crate::token::{TokenIssuer, TokenServer};
use storage::Storage;

pub use fault::{Effect, Fault};
pub use log::RecordedRequest;
pub use storage::digest_of;

/// How the registry decides who may do what.
#[derive(Debug, Clone, Default)]
pub enum Access {
    /// Everybody everything.
    #[default]
    Open,
    /// Users and passwords of Basic authentication.
    Basic(BTreeMap<String, String>),
    /// Tokens of a token server.
    Token {
        /// What the challenge names as realm.
        realm: String,
        /// Who knows the tokens.
        issuer: TokenAuthority,
    },
}

/// The issuer of the tokens that a registry accepts.
#[derive(Debug, Clone)]
pub struct TokenAuthority(Arc<TokenIssuer>);

impl Access {
    /// One user with Basic authentication.
    pub fn basic(user: &str, password: &str) -> Self {
        Self::Basic(BTreeMap::from([(user.to_owned(), password.to_owned())]))
    }

    /// Tokens of `server`, found at its own address.
    pub fn token(server: &TokenServer) -> Self {
        Self::token_at(server, &server.realm())
    }

    /// Tokens of `server`, with a challenge that names another `realm`.
    pub fn token_at(server: &TokenServer, realm: &str) -> Self {
        Self::Token {
            realm: realm.to_owned(),
            issuer: TokenAuthority(server.issuer()),
        }
    }
}

/// What to start.
#[derive(Debug, Clone)]
pub struct RegistryOptions {
    /// Address to listen on.
    pub ip: IpAddr,
    /// Port; 0 takes a free one.
    pub port: u16,
    /// Serve TLS with this configuration.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// Who may do what.
    pub access: Access,
    /// False: the referrers API answers 404 and a pushed subject is not confirmed.
    pub has_referrers: bool,
    /// Most tags of one page, whatever the client asks for.
    pub page_size: Option<usize>,
    /// A tag that exists cannot be written again; the status of the refusal (409, 412 or 400).
    pub immutable_tags: Option<u16>,
    /// `Location` of uploads with scheme and host instead of a path.
    pub has_absolute_locations: bool,
}

impl Default for RegistryOptions {
    fn default() -> Self {
        Self {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            tls: None,
            access: Access::Open,
            has_referrers: true,
            page_size: None,
            immutable_tags: None,
            has_absolute_locations: false,
        }
    }
}

/// A running registry; stops when dropped.
#[derive(Debug)]
pub struct TestRegistry {
    server: Server,
    shared: Arc<Shared>,
    scheme: &'static str,
}

/// What the handle and the requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    options: RegistryOptions,
    /// `http://host:port`.
    base: String,
    storage: Mutex<Storage>,
    log: Mutex<Vec<RecordedRequest>>,
    faults: Mutex<Vec<Fault>>,
}

impl TestRegistry {
    /// Starts an open registry on a free loopback port.
    pub fn start() -> Self {
        Self::start_with(RegistryOptions::default()).expect("a free loopback port is available")
    }

    /// Starts a registry.
    pub fn start_with(options: RegistryOptions) -> anyhow::Result<Self> {
        let scheme = if options.tls.is_some() {
            "https"
        } else {
            "http"
        };
        let mut shared = None;
        let server = Server::start(options.ip, options.port, options.tls.clone(), |address| {
            let state = Arc::new(Shared {
                base: format!("{scheme}://{address}"),
                options,
                storage: Mutex::default(),
                log: Mutex::default(),
                faults: Mutex::default(),
            });
            shared = Some(Arc::clone(&state));
            Router::new().fallback(routes::handle).with_state(state)
        })?;
        let shared = shared.ok_or_else(|| anyhow::anyhow!("the server made no application"))?;
        Ok(Self {
            server,
            shared,
            scheme,
        })
    }

    /// Host and port, as they stand in references.
    pub fn host(&self) -> String {
        self.server.address().to_string()
    }

    /// Port the registry listens on.
    pub fn port(&self) -> u16 {
        self.server.address().port()
    }

    /// `http://host:port` (or https).
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.host())
    }

    /// Every request so far, in order of arrival.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.shared.log).clone()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        lock(&self.shared.log).clear();
    }

    /// How many requests had this method and a path that contains `path`.
    pub fn count(&self, method: &str, path: &str) -> usize {
        lock(&self.shared.log)
            .iter()
            .filter(|request| request.method == method && request.path.contains(path))
            .count()
    }

    /// Misbehaves from now on. Of several faults that fit a request the first one acts.
    pub fn misbehave(&self, fault: Fault) {
        lock(&self.shared.faults).push(fault);
    }

    /// Behaves again.
    pub fn behave(&self) {
        lock(&self.shared.faults).clear();
    }

    /// Stores a blob without any request; returns its digest.
    pub fn put_blob(&self, repository: &str, content: impl Into<Bytes>) -> String {
        lock(&self.shared.storage).put_blob(repository, content.into())
    }

    /// Stores a manifest without any request or check; returns its digest.
    pub fn put_manifest(
        &self,
        repository: &str,
        tag: Option<&str>,
        media_type: &str,
        content: impl Into<Bytes>,
    ) -> String {
        lock(&self.shared.storage).put_manifest(repository, tag, media_type, content.into())
    }

    /// Lets many tags name one manifest that is already there.
    pub fn put_tags<'t>(
        &self,
        repository: &str,
        digest: &str,
        tags: impl IntoIterator<Item = &'t str>,
    ) {
        lock(&self.shared.storage).put_tags(repository, digest, tags);
    }

    /// Content of a manifest by tag or digest.
    pub fn manifest(&self, repository: &str, reference: &str) -> Option<Bytes> {
        lock(&self.shared.storage)
            .manifest(repository, reference)
            .map(|(_, manifest)| manifest.content.clone())
    }

    /// Content of a blob.
    pub fn blob(&self, repository: &str, digest: &str) -> Option<Bytes> {
        lock(&self.shared.storage).blob(repository, digest)
    }

    /// Replaces the bytes behind a digest, as a broken disk or a liar would.
    pub fn tamper_blob(&self, repository: &str, digest: &str, content: impl Into<Bytes>) {
        lock(&self.shared.storage).tamper_blob(repository, digest, content.into());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
