//! One entry: a packed bundle, and the line that says what it is.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use pacto_bundle::{ArchiveLimits, Effort, FetchedBundle, Unpacked, pack, sha256, unpack};
use pacto_contract::Digest;

use super::key::{CacheKey, below};
use super::{Cache, prune};
use crate::disk;

/// The bundle, in the form that is pushed. The Go implementation writes the same file.
pub(super) const BUNDLE: &str = "bundle.tar.gz";

/// One line of ours: the digest of the manifest, a blank, the digest of the bundle file.
pub(super) const SIDECAR: &str = "digest";

/// How exact the order of last use is; a file is touched at most this often.
const USE_RESOLUTION: Duration = Duration::from_mins(10);

/// How often and how long to wait for another writer; an entry is written in milliseconds.
const TURN_ATTEMPTS: u32 = 200;
const TURN_PAUSE: Duration = Duration::from_millis(5);

/// A bundle from disk.
#[derive(Debug, Clone)]
pub struct CachedBundle {
    /// The files.
    pub unpacked: Unpacked,
    /// Digest of the manifest it came with; `None` when another program wrote the entry.
    pub digest: Option<Digest>,
    /// When it was written.
    pub written: SystemTime,
}

impl Cache {
    /// The bundle of an entry whose manifest has this digest; looked for under the key, its tag
    /// and the digest.
    pub fn load(&self, key: &CacheKey, digest: &Digest) -> Option<CachedBundle> {
        key.alternatives(digest).iter().find_map(|key| {
            let directory = key.directory(self.root()).directory;
            let sidecar = Sidecar::read(&directory)?;
            if sidecar.manifest != *digest {
                return None;
            }
            let found = read(&directory, Some(&sidecar))?;
            mark_used(&directory);
            Some(found)
        })
    }

    /// The bundle of an entry as it is, without knowing whether it is current: for working without
    /// a network. An entry of a digest must not say that it is another.
    pub fn load_stale(&self, key: &CacheKey) -> Option<CachedBundle> {
        if let Some(digest) = &key.digest
            && let Some(found) = self.load(key, digest)
        {
            return Some(found);
        }
        let entry = key.directory(self.root());
        if entry.is_shared {
            return None;
        }
        let sidecar = if entry.directory.join(SIDECAR).exists() {
            let sidecar = Sidecar::read(&entry.directory)?;
            if key
                .digest
                .as_ref()
                .is_some_and(|asked| *asked != sidecar.manifest)
            {
                return None;
            }
            Some(sidecar)
        } else {
            None
        };
        let found = read(&entry.directory, sidecar.as_ref())?;
        mark_used(&entry.directory);
        Some(found)
    }

    /// Whether an entry of ours lies on disk, so that asking the registry may save a download.
    pub(super) fn may_hold(&self, key: &CacheKey) -> bool {
        key.directory(self.root()).directory.join(SIDECAR).exists()
    }

    /// The tags of a repository that lie on disk, in byte order.
    pub fn tags(&self, repository: &str) -> Vec<String> {
        let entry = below(self.root(), repository);
        if entry.is_shared {
            return Vec::new();
        }
        let Ok(entries) = fs::read_dir(entry.directory) else {
            return Vec::new();
        };
        let mut tags: Vec<String> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let name = entry.file_name().into_string().ok()?;
                entry.path().join(BUNDLE).is_file().then_some(name)
            })
            .collect();
        tags.sort();
        tags
    }

    /// Keeps a bundle. Failures are logged once and otherwise ignored.
    pub fn store(&self, key: &CacheKey, fetched: &FetchedBundle) {
        let archive = if fetched.unpacked.is_canonical {
            fetched.layer.clone()
        } else {
            // Other programs read the entry, and some do not survive every form of archive.
            match pack(
                &fetched.unpacked.files,
                Effort::Speed,
                ArchiveLimits::DEFAULT,
            ) {
                Ok(packed) => packed.bytes,
                Err(error) => {
                    tracing::debug!(reference = key.reference(), %error, "not cached");
                    return;
                }
            }
        };
        let directory = key.directory(self.root()).directory;
        let written = write(&directory, &fetched.digest, &archive).or_else(|error| {
            // Another process may have removed the directory while pruning.
            if error.kind() == io::ErrorKind::NotFound {
                write(&directory, &fetched.digest, &archive)
            } else {
                Err(error)
            }
        });
        if let Err(error) = written {
            if !self.inner.has_warned.swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    directory = %directory.display(), %error,
                    "the cache cannot be written; going on without"
                );
            }
            return;
        }
        self.account(archive.len() as u64);
    }

    /// Drops an entry, such as the one of a reference that was just pushed.
    pub fn remove(&self, key: &CacheKey) {
        prune::remove_entry(self.root(), &key.directory(self.root()).directory);
    }

    /// Prunes when enough was written since the last time.
    fn account(&self, bytes: u64) {
        let before = self.inner.unmeasured.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) < self.inner.bound / 16 {
            return;
        }
        if let Ok(_guard) = self.inner.pruning.try_lock() {
            self.inner.unmeasured.store(0, Ordering::Relaxed);
            prune::prune(self.root(), self.inner.bound);
        }
    }
}

/// What the sidecar says.
#[derive(Debug, PartialEq, Eq)]
struct Sidecar {
    manifest: Digest,
    archive: Digest,
}

impl Sidecar {
    fn read(directory: &Path) -> Option<Self> {
        /// Two digests, even long ones.
        const MAX_BYTES: u64 = 512;
        let mut text = String::new();
        File::open(directory.join(SIDECAR))
            .ok()?
            .take(MAX_BYTES)
            .read_to_string(&mut text)
            .ok()?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Option<Self> {
        let (manifest, archive) = text.strip_suffix('\n').unwrap_or(text).split_once(' ')?;
        let archive = if archive.contains(':') {
            Digest::parse(archive)
        } else {
            Digest::parse(&format!("sha256:{archive}"))
        };
        Some(Self {
            manifest: Digest::parse(manifest).ok()?,
            archive: archive.ok()?,
        })
    }
}

fn read(directory: &Path, sidecar: Option<&Sidecar>) -> Option<CachedBundle> {
    let file = File::open(directory.join(BUNDLE)).ok()?;
    let metadata = file.metadata().ok()?;
    let limit = ArchiveLimits::DEFAULT.compressed;
    if !metadata.is_file() || metadata.len() > limit {
        return None;
    }
    let mut archive = Vec::with_capacity(metadata.len() as usize);
    file.take(limit).read_to_end(&mut archive).ok()?;
    if sidecar.is_some_and(|sidecar| sha256(&archive) != sidecar.archive) {
        return None;
    }
    Some(CachedBundle {
        unpacked: unpack(archive.as_slice(), ArchiveLimits::DEFAULT).ok()?,
        digest: sidecar.map(|sidecar| sidecar.manifest.clone()),
        written: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH),
    })
}

/// Writes the bundle, then the line about it. In between the old line does not fit the new file,
/// which readers take for nothing there.
fn write(directory: &Path, manifest: &Digest, archive: &Bytes) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    // Two files make an entry: writers take turns, so that they belong together.
    let _turn = turn(directory);
    disk::clear_leftovers(directory);
    disk::replace(&directory.join(BUNDLE), |file| file.write_all(archive))?;
    let line = format!("{manifest} {}\n", sha256(archive));
    disk::replace(&directory.join(SIDECAR), |file| {
        file.write_all(line.as_bytes())
    })
}

/// Holds a directory for one writer until the file is dropped. Where directories cannot be locked,
/// or somebody keeps one for too long, writers meet, and readers see that the files do not belong
/// together.
fn turn(directory: &Path) -> Option<File> {
    let file = File::open(directory).ok()?;
    for _ in 0..TURN_ATTEMPTS {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(TURN_PAUSE),
            Ok(()) | Err(TryLockError::Error(_)) => break,
        }
    }
    Some(file)
}

/// Remembers that an entry was used; the age of the bundle file stays as it is.
fn mark_used(directory: &Path) {
    let path = directory.join(SIDECAR);
    let is_recent = path
        .metadata()
        .and_then(|metadata| metadata.modified())
        .is_ok_and(|modified| {
            modified
                .elapsed()
                .is_ok_and(|elapsed| elapsed < USE_RESOLUTION)
        });
    if is_recent {
        return;
    }
    // A cache that is only readable is pruned by those who can write.
    if let Ok(file) = File::options().append(true).open(path) {
        let _ = file.set_modified(SystemTime::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_two_digests() {
        let (manifest, archive) = (sha256(b"m"), sha256(b"a"));
        let expected = Some(Sidecar {
            manifest: manifest.clone(),
            archive: archive.clone(),
        });
        let hex = archive.as_str().trim_start_matches("sha256:");
        assert_eq!(Sidecar::parse(&format!("{manifest} {archive}\n")), expected);
        assert_eq!(Sidecar::parse(&format!("{manifest} {hex}")), expected);
        for broken in [
            String::new(),
            manifest.to_string(),
            format!("{manifest} "),
            format!("{manifest} {archive} more"),
            format!("x {archive}"),
        ] {
            assert_eq!(Sidecar::parse(&broken), None, "{broken}");
        }
    }
}
