//! The cache of bundles on disk, shared with the Go implementation.
//!
//! One file per reference, and beside it one of ours that says what the file is:
//!
//! ```text
//! <root>/registry.example.com/5000/acme/svc/1.2.0/bundle.tar.gz
//! <root>/registry.example.com/5000/acme/svc/1.2.0/digest
//! ```
//!
//! Tags move, so an entry of a tag is used only after the registry said that the tag still names
//! it, or when the network is off. Whatever is unreadable, cut off or does not fit together is not
//! there. A cache that cannot be written makes a program slower, never wrong, and never fail.

mod entry;
mod key;
mod prune;
mod through;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};

pub use entry::CachedBundle;
pub use key::CacheKey;
pub use through::{CacheUse, Obtained, ObtainedFrom};

use crate::Environment;

/// Size a cache may have by default, in bytes: 2 GiB.
pub const DEFAULT_CACHE_BYTES: u64 = 2 << 30;

/// The cache on disk. Cheap to clone; any number of processes may share one directory.
#[derive(Debug, Clone)]
pub struct Cache {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    bound: u64,
    /// Bytes written since the size was last looked at.
    unmeasured: AtomicU64,
    /// Held by the one that prunes.
    pruning: Mutex<()>,
    /// Whether a failure to write was told.
    has_warned: AtomicBool,
}

impl Cache {
    /// A cache in a directory, which is created on the first write.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self::with_bound(root, DEFAULT_CACHE_BYTES)
    }

    /// A cache that writers keep below a size in bytes.
    pub fn with_bound(root: impl Into<PathBuf>, bound: u64) -> Self {
        Self {
            inner: Arc::new(Inner {
                root: root.into(),
                bound,
                // The first write of a process looks at what others left.
                unmeasured: AtomicU64::new(bound),
                pruning: Mutex::new(()),
                has_warned: AtomicBool::new(false),
            }),
        }
    }

    /// The cache of the user: in `PACTO_CACHE_DIR`, else `XDG_CACHE_HOME/pacto/oci`, else
    /// `HOME/.cache/pacto/oci`; `None` when none of them is set.
    pub fn of_environment(environment: &Environment) -> Option<Self> {
        let root = environment
            .path("PACTO_CACHE_DIR")
            .map(Path::to_path_buf)
            .or_else(|| {
                environment
                    .path("XDG_CACHE_HOME")
                    .map(Path::to_path_buf)
                    .or_else(|| environment.path("HOME").map(|home| home.join(".cache")))
                    .map(|base| base.join("pacto").join("oci"))
            })?;
        Some(Self::new(root))
    }

    /// The directory.
    pub fn root(&self) -> &Path {
        &self.inner.root
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_follows_the_environment() {
        let root = |variables: &[(&str, &str)]| {
            Cache::of_environment(&variables.iter().copied().collect::<Environment>())
                .map(|cache| cache.root().display().to_string())
        };
        let all = [
            ("PACTO_CACHE_DIR", "/cache"),
            ("XDG_CACHE_HOME", "/xdg"),
            ("HOME", "/home/me"),
        ];
        assert_eq!(root(&all).as_deref(), Some("/cache"));
        assert_eq!(root(&all[1..]).as_deref(), Some("/xdg/pacto/oci"));
        assert_eq!(
            root(&all[2..]).as_deref(),
            Some("/home/me/.cache/pacto/oci")
        );
        assert_eq!(root(&[]), None);
    }
}
