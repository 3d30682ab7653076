//! The network as a run uses it: a runtime and one client of all registries, started on first use.

use std::sync::Arc;

use pacto_oci::{Registries, RegistryOptions};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

use crate::Environment;

/// Transfers at once over all registries; each registry has its own, lower bound.
const MAX_TRANSFERS: usize = 32;

/// A runtime and the client of all registries.
#[derive(Debug)]
pub(crate) struct Remote {
    /// There until dropped.
    runtime: Option<Runtime>,
    registries: Registries,
    transfers: Arc<Semaphore>,
}

impl Remote {
    pub(crate) fn start(environment: &Environment) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(std::thread::available_parallelism().map_or(2, |n| n.get().min(4)))
            .thread_name("pacto-network")
            .enable_all()
            .build()
            .expect("the system lets a program start threads");
        Self {
            runtime: Some(runtime),
            registries: Registries::new(RegistryOptions::new(environment.to_oci())),
            transfers: Arc::new(Semaphore::new(MAX_TRANSFERS)),
        }
    }

    /// Runs something to its end.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime().block_on(future)
    }

    /// Starts something on the runtime; a panic in it goes on where it is waited for.
    pub(crate) async fn spawn<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> T {
        match self.runtime().spawn(future).await {
            Ok(output) => output,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is going away, and with it whoever waits here.
                Err(_) => std::future::pending().await,
            },
        }
    }

    /// Starts something that nobody waits for, not even at the end of the program.
    pub(crate) fn spawn_unattended(&self, future: impl Future<Output = ()> + Send + 'static) {
        drop(self.runtime().spawn(future));
    }

    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("there until dropped")
    }

    pub(crate) fn registries(&self) -> &Registries {
        &self.registries
    }

    pub(crate) fn transfers(&self) -> Arc<Semaphore> {
        Arc::clone(&self.transfers)
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Dropping it would wait for work that nobody waits for, such as finding the address
            // of a name.
            runtime.shutdown_background();
        }
    }
}
