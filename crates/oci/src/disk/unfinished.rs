//! What this process is writing right now, so that it can take it away when it has to end.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static PATHS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn paths() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    PATHS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes everything that this process has begun to write and not finished, and lets it neither
/// begin nor finish anything else: to be called right before the process ends.
///
/// Waits for what is just being moved to its place.
pub fn discard_unfinished() {
    let paths = paths();
    for path in paths.iter() {
        // What cannot be removed is left to the next run.
        let _ = match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
            _ => fs::remove_file(path),
        };
    }
    // Whoever wants to write waits until the process is gone.
    std::mem::forget(paths);
}

/// Something on disk that is not complete; forgotten when dropped.
#[derive(Debug)]
pub(super) struct Unfinished(PathBuf);

impl Unfinished {
    /// Creates something and remembers where it is, with no chance to be interrupted in between.
    pub(super) fn create<T>(
        create: impl FnOnce() -> io::Result<T>,
        path: impl FnOnce(&T) -> &Path,
    ) -> io::Result<(T, Self)> {
        let mut paths = paths();
        let created = create()?;
        let place = path(&created).to_owned();
        paths.insert(place.clone());
        Ok((created, Self(place)))
    }

    /// Does something that must not be interrupted.
    pub(super) fn finish<T>(self, act: impl FnOnce() -> T) -> T {
        let done = {
            let _undisturbed = paths();
            act()
        };
        drop(self);
        done
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        paths().remove(&self.0);
    }
}
