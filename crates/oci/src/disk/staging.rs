//! A directory of files that belong together.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{Builder, TempDir};

use super::unfinished::Unfinished;
use super::{PREFIX, SUFFIX, clear_leftovers};

/// A directory in which files are gathered before they are moved to their place; removed when
/// dropped.
#[derive(Debug)]
pub struct Staging {
    directory: TempDir,
    content: PathBuf,
    unfinished: Unfinished,
    /// The directory itself, where the system lets it be opened and locked.
    _lock: Option<File>,
}

impl Staging {
    /// Creates one inside `parent`, on whose file system the files are going to stay. What killed
    /// processes left there is removed first.
    pub fn in_directory(parent: &Path) -> io::Result<Self> {
        clear_leftovers(parent);
        loop {
            let (directory, unfinished) = Unfinished::create(
                || {
                    Builder::new()
                        .prefix(PREFIX)
                        .suffix(SUFFIX)
                        .tempdir_in(parent)
                },
                TempDir::path,
            )?;
            // Not every file system has locks; `clear_leftovers` then waits longer.
            let lock = File::open(directory.path()).ok();
            let _ = lock.as_ref().map(File::lock);
            // Somebody may have taken it for a leftover before it was locked.
            if fs::symlink_metadata(directory.path()).is_ok() {
                let content = directory.path().join("content");
                fs::create_dir(&content)?;
                return Ok(Self {
                    directory,
                    content,
                    unfinished,
                    _lock: lock,
                });
            }
        }
    }

    /// The empty directory for the content, readable by everybody once it is elsewhere.
    pub fn content(&self) -> &Path {
        &self.content
    }

    /// Moves the content to its place: `place` gets the content directory and renames it, or what
    /// is in it. [`discard_unfinished`](super::discard_unfinished) waits for that.
    pub fn finish<T>(self, place: impl FnOnce(&Path) -> T) -> T {
        let Self {
            directory,
            content,
            unfinished,
            _lock,
        } = self;
        unfinished.finish(|| {
            let placed = place(&content);
            drop(directory);
            placed
        })
    }
}
