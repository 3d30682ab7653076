//! References to directories and packed archives on disk.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use pacto_bundle::{
    ArchiveLimits, Bundle, BundleError, FailureReason, Origin, ResolveFailure, Resolved,
    ResolvedFrom, unpack,
};
use pacto_contract::CONTRACT_FILE;

use super::{Wanted, not_followed};
use crate::argument::is_archive_name;
use crate::{Context, DirectoryFiles};

type Answer = Result<Arc<Bundle>, ResolveFailure>;

/// Bundles read so far, by absolute path.
#[derive(Debug, Default)]
pub(super) struct Memory {
    bundles: Mutex<HashMap<PathBuf, Arc<OnceLock<Answer>>>>,
}

impl Memory {
    /// Follows a local path from the contract that declares it.
    pub(super) fn resolve(
        &self,
        context: &Context,
        wanted: &Wanted,
        path: &str,
    ) -> Result<Resolved, ResolveFailure> {
        let directory = match &wanted.declared_by {
            Origin::Local { directory } => Path::new(directory),
            Origin::Text => context.directory(),
            Origin::Registry { .. } | Origin::Layout { .. } | Origin::Archive { .. } => {
                return Err(not_followed(format!(
                    "`{}` is a path on disk, in a contract that was published",
                    wanted.text
                )));
            }
        };
        let target = directory.join(path);
        let bundle = self.read(&target).map_err(|mut failure| {
            if failure.reason == FailureReason::NotFound
                && let Some(root) = &wanted.root_directory
                && Path::new(root) != directory
                && Path::new(root).join(path).join(CONTRACT_FILE).is_file()
            {
                failure.message.push_str(
                    "; it exists seen from the root contract, but paths start at the contract \
                     that writes them",
                );
            }
            failure
        })?;
        Ok(Resolved {
            reference: wanted.text.clone(),
            bundle,
            tag: None,
            digest: None,
            resolved_from: ResolvedFrom::Local,
        })
    }

    fn read(&self, target: &Path) -> Answer {
        let target =
            fs::canonicalize(target).map_err(|error| unreadable(&plain(target), &error))?;
        let slot = {
            let mut bundles = self
                .bundles
                .lock()
                .expect("nobody panics while holding this lock");
            Arc::clone(bundles.entry(target.clone()).or_default())
        };
        slot.get_or_init(|| open(&target)).clone()
    }
}

fn open(target: &Path) -> Answer {
    let metadata = fs::metadata(target).map_err(|error| unreadable(target, &error))?;
    let bundle = if metadata.is_dir() {
        read_directory(target)
    } else if metadata.is_file() && is_archive_name(target) {
        return open_archive(target);
    } else if metadata.is_file() && target.file_name().is_some_and(|name| name == CONTRACT_FILE) {
        read_directory(target.parent().unwrap_or(target))
    } else {
        return Err(ResolveFailure {
            reason: FailureReason::NonOciRef,
            code: "invalid-reference",
            message: format!(
                "{} is not a directory, a {CONTRACT_FILE} or a packed bundle",
                target.display()
            ),
            is_refused_for_safety: false,
        });
    };
    bundle
        .map(Arc::new)
        .map_err(|error| not_a_bundle(target, &error))
}

fn read_directory(directory: &Path) -> Result<Bundle, BundleError> {
    let origin = Origin::Local {
        directory: directory.to_string_lossy().into_owned(),
    };
    Bundle::read(Arc::new(DirectoryFiles::new(directory)), origin)
}

fn open_archive(target: &Path) -> Answer {
    let file = fs::File::open(target).map_err(|error| unreadable(target, &error))?;
    let unpacked = unpack(file, ArchiveLimits::DEFAULT).map_err(|error| ResolveFailure {
        reason: FailureReason::PullFailed,
        code: error.code(),
        message: format!("failed to extract bundle {}: {error}", target.display()),
        is_refused_for_safety: error.is_refused_for_safety(),
    })?;
    let origin = Origin::Archive {
        file: target.to_string_lossy().into_owned(),
    };
    Bundle::read(Arc::new(unpacked.files), origin)
        .map(Arc::new)
        .map_err(|error| not_a_bundle(target, &error))
}

/// A path without `.` and `..`, for messages only: links are not looked at.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

fn unreadable(target: &Path, error: &io::Error) -> ResolveFailure {
    let is_missing = error.kind() == io::ErrorKind::NotFound;
    ResolveFailure {
        reason: if is_missing {
            FailureReason::NotFound
        } else {
            FailureReason::PullFailed
        },
        code: if is_missing {
            "not-found"
        } else {
            "disk-error"
        },
        message: format!("failed to access {}: {error}", target.display()),
        is_refused_for_safety: false,
    }
}

fn not_a_bundle(target: &Path, error: &BundleError) -> ResolveFailure {
    let (reason, message) = match error {
        BundleError::NoContract => (
            FailureReason::NotFound,
            format!("no {CONTRACT_FILE} found in {}", target.display()),
        ),
        other => (
            FailureReason::PullFailed,
            format!("{}: {other}", target.display()),
        ),
    };
    ResolveFailure {
        reason,
        code: "invalid-bundle",
        message,
        is_refused_for_safety: false,
    }
}
