//! One registry during one run: scheme, authentication, limits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use reqwest::Method;
use tokio::sync::{OnceCell, Semaphore};
use url::Url;

use super::RegistryName;
use super::client::Shared;
use super::entry::Entry;
use super::failure::Failure;
use super::request::Request;
use super::visitor::{Action, Purpose, Visitor};

/// One registry.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) registry: RegistryName,
    pub(super) shared: Arc<Shared>,
    pub(super) entry: OnceCell<Entry>,
    pub(super) failed_entry: Mutex<Option<(Instant, Failure)>>,
    pub(super) is_public: OnceCell<bool>,
    pub(super) permits: Arc<Semaphore>,
    pub(super) visitors: Mutex<HashMap<String, Arc<Visitor>>>,
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

    /// An address below `/v2/`.
    pub(super) async fn address(&self, path: &str) -> Result<Url, Failure> {
        let entry = self.entry().await?;
        entry
            .base
            .join(&format!("v2/{path}"))
            .map_err(|_| Failure::server(format!("`{path}` is no path")))
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

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
