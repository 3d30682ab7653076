//! Whether there is a newer release: told from a file, which is refreshed beside other work.
//!
//! A command never waits for this. What it tells is what `release-check.json` in the user's
//! configuration directory says; the file is refreshed by commands that use the network anyway,
//! and only if the answer comes while they are at work.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use pacto_contract::LooseVersion;
use serde::{Deserialize, Serialize};
use tracing::debug;

use crate::Environment;
use crate::remote::Remote;
use crate::text_file::read_regular;

/// Variable that turns the check off when it is exactly `1`.
pub const NO_CHECK: &str = "PACTO_NO_UPDATE_CHECK";

/// How long what the file says is not asked again.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// Largest file and largest index, in bytes; the index may list more than is read here.
const MAX_BYTES: usize = 1 << 20;

/// A newer release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRelease {
    /// Version of the running program, with `v`.
    pub running: String,
    /// Version of the latest release, with `v`.
    pub latest: String,
    /// Address of the release index.
    pub address: String,
}

/// The check as one build of the program makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReleaseCheck {
    running: LooseVersion,
    address: String,
    file: PathBuf,
}

/// What the file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Checked {
    checked_at: String,
    latest_version: String,
}

/// What is read of the index.
#[derive(Debug, Deserialize)]
struct Index {
    latest: String,
}

impl ReleaseCheck {
    /// The check, unless there is none: the build knows no release index, it is no release
    /// itself, the user does not want it, or there is no place for the file.
    pub(crate) fn new(
        environment: &Environment,
        version: &str,
        address: Option<&str>,
    ) -> Option<Self> {
        let address = address.filter(|address| !address.is_empty())?;
        if environment.get(NO_CHECK) == Some("1") {
            return None;
        }
        Some(Self {
            running: LooseVersion::parse(version).ok()?,
            address: address.to_owned(),
            file: environment.config_directory()?.join("release-check.json"),
        })
    }

    /// What the file says about a newer release, however old the file is.
    pub(crate) fn known(&self) -> Option<NewRelease> {
        let latest = LooseVersion::parse(&self.read()?.latest_version).ok()?;
        (latest.semver() > self.running.semver()).then(|| NewRelease {
            running: format!("v{}", self.running.semver()),
            latest: format!("v{}", latest.semver()),
            address: self.address.clone(),
        })
    }

    /// Asks for the latest release on the runtime of other work, when that was not done lately.
    /// Nobody waits for the answer; one that does not come, or is no answer, changes nothing.
    pub(crate) fn refresh(&self, remote: &Remote, now: Timestamp) {
        if self.is_fresh(now) {
            return;
        }
        let (check, registries) = (self.clone(), remote.registries().clone());
        remote.spawn_unattended(async move {
            match registries.read_document(&check.address, MAX_BYTES).await {
                Ok(document) => check.store(&document, now),
                Err(error) => debug!(%error, "the release index did not answer"),
            }
        });
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        let checked_at = self
            .read()
            .and_then(|checked| checked.checked_at.parse::<Timestamp>().ok());
        // A time to come is the work of a clock that was wrong.
        checked_at.is_some_and(|at| at <= now && now.duration_since(at) < FRESH)
    }

    fn read(&self) -> Option<Checked> {
        let text = read_regular(&self.file, MAX_BYTES as u64).ok()?;
        serde_json::from_str(&text).ok()
    }

    fn store(&self, document: &[u8], now: Timestamp) {
        let latest = serde_json::from_slice::<Index>(document)
            .ok()
            .and_then(|index| LooseVersion::parse(&index.latest).ok());
        let Some(latest) = latest else {
            debug!(address = self.address, "no release index");
            return;
        };
        let checked = Checked {
            checked_at: now.to_string(),
            latest_version: format!("v{}", latest.semver()),
        };
        let written = serde_json::to_vec(&checked)
            .map_err(std::io::Error::from)
            .and_then(|line| pacto_oci::disk::replace_private(&self.file, &line));
        if let Err(error) = written {
            debug!(%error, "the release check cannot be stored");
        }
    }
}

#[cfg(test)]
mod tests;
