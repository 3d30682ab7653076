//! What every use case may rely on: where it runs, when, and what it may reach.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::release::{NewRelease, ReleaseCheck};
use crate::remote::Remote;
use crate::{Environment, Observer};

/// The world as a use case sees it.
#[derive(Debug)]
pub struct Context {
    environment: Environment,
    directory: PathBuf,
    now: jiff::Timestamp,
    network: Network,
    observer: Arc<dyn Observer>,
    version: String,
    remote: OnceLock<Remote>,
    releases: Option<ReleaseCheck>,
}

/// What may be reached besides the local disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Network {
    /// No request at all; the disk cache answers.
    pub is_offline: bool,
    /// The disk cache is written but not read.
    pub is_cache_ignored: bool,
}

impl Context {
    /// Creates a context.
    ///
    /// `directory` is the absolute working directory, `now` the time that counts for the whole
    /// run, `version` the version of the program (`v1.2.0` or `dev`).
    pub fn new(
        environment: Environment,
        directory: PathBuf,
        now: jiff::Timestamp,
        network: Network,
        observer: Arc<dyn Observer>,
        version: impl Into<String>,
    ) -> Self {
        Self {
            environment,
            directory,
            now,
            network,
            observer,
            version: version.into(),
            remote: OnceLock::new(),
            releases: None,
        }
    }

    /// The same context with the address of the release index that was set when the program was
    /// built. Without one nobody is ever asked for releases.
    #[must_use]
    pub fn with_release_index(mut self, address: Option<&str>) -> Self {
        self.releases = ReleaseCheck::new(&self.environment, &self.version, address);
        self
    }

    /// A newer release, as far as an earlier run learned of it.
    pub fn new_release(&self) -> Option<NewRelease> {
        self.releases.as_ref()?.known()
    }

    /// The environment variables.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The absolute working directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// A path as typed, made absolute.
    pub fn absolute(&self, path: impl AsRef<Path>) -> PathBuf {
        self.directory.join(path)
    }

    /// The time of the run.
    pub fn now(&self) -> jiff::Timestamp {
        self.now
    }

    /// The date of the run in UTC.
    pub fn today(&self) -> jiff::civil::Date {
        self.now.to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// What may be reached.
    pub fn network(&self) -> Network {
        self.network
    }

    /// The network; starts what it needs on first use.
    pub(crate) fn remote(&self) -> &Remote {
        self.remote.get_or_init(|| {
            let remote = Remote::start(&self.environment);
            if let Some(releases) = &self.releases
                && !self.network.is_offline
            {
                releases.refresh(&remote, self.now);
            }
            remote
        })
    }

    /// Who is told about warnings and progress.
    pub fn observer(&self) -> &dyn Observer {
        self.observer.as_ref()
    }

    /// The version of the program without a leading `v`.
    pub fn version(&self) -> &str {
        self.version.strip_prefix('v').unwrap_or(&self.version)
    }
}
