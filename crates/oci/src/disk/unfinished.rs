//! What this process is writing right now, so that it can take it away when it has to end.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::SUFFIX;

/// How often something that comes back is removed.
const ATTEMPTS: u32 = 200;

/// After so many looks without anything there, nothing comes back.
const TIMES_GONE: u32 = 3;

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(1);

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
        remove(path);
    }
    // Whoever wants to write waits until the process is gone.
    std::mem::forget(paths);
}

/// Removes something that another thread may still be writing; what cannot be removed is left to
/// the next run.
fn remove(path: &Path) {
    let aside = path.with_extension(format!("gone{SUFFIX}"));
    let mut times_gone = 0;
    for _ in 0..ATTEMPTS {
        // Under another name nobody adds to it any more. The other thread fails at its next
        // file, or at the end of its work, and goes no further; until then it may create the
        // directory again.
        if fs::rename(path, &aside).is_ok() {
            times_gone = 0;
            let _ = match fs::symlink_metadata(&aside) {
                Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&aside),
                _ => fs::remove_file(&aside),
            };
        } else {
            times_gone += 1;
        }
        if times_gone == TIMES_GONE {
            break;
        }
        std::thread::sleep(PAUSE);
    }
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
