//! One file.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use super::unfinished::Unfinished;
use super::{PREFIX, SUFFIX};

/// A file without its final name; removed when dropped without one.
#[derive(Debug)]
pub struct NewFile {
    file: NamedTempFile,
    unfinished: Unfinished,
}

impl NewFile {
    /// Creates a file in the directory where it is going to have its name, with the permissions
    /// it is going to have on Unix (less those that the process gives to nobody).
    pub fn in_directory(directory: &Path, mode: u32) -> io::Result<Self> {
        // Says plainly when the directory is missing; the builder would name its own file.
        fs::metadata(directory)?;
        let mut builder = Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
        #[cfg(not(unix))]
        let _ = mode;
        loop {
            let (file, unfinished) =
                Unfinished::create(|| builder.tempfile_in(directory), NamedTempFile::path)?;
            // Not every file system has locks; `clear_leftovers` then waits longer.
            let _ = file.as_file().lock();
            // Somebody may have taken it for a leftover before it was locked.
            if fs::symlink_metadata(file.path()).is_ok() {
                return Ok(Self { file, unfinished });
            }
        }
    }

    /// The file.
    pub fn as_file_mut(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Gives it its name, whatever has that name now.
    pub fn persist(self, target: &Path) -> io::Result<()> {
        let Self { file, unfinished } = self;
        let persist = || file.persist(target).map(drop).map_err(|error| error.error);
        unfinished.finish(persist)
    }

    /// Gives it its name unless something has it.
    pub fn persist_new(self, target: &Path) -> io::Result<()> {
        let Self { file, unfinished } = self;
        let persist = || {
            let persisted = file.persist_noclobber(target);
            persisted.map(drop).map_err(|error| error.error)
        };
        unfinished.finish(persist)
    }
}
