//! Writes the files of a bundle into a directory, and nowhere else.

mod same_name;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use pacto_bundle::{EntryKind, FileEntry, Files, FilesError, is_clean_path};
use pacto_oci::disk::Staging;

use crate::{Failure, FailureKind};

/// Why files were not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// A name that leads outside, or an entry that is neither file nor directory.
    #[error("refused `{path}`: {reason}")]
    Unsafe {
        /// The entry.
        path: String,
        /// Why.
        reason: &'static str,
    },
    /// Two names that are one where they are to be written.
    #[error("refused `{first}` and `{second}`: they are one name on this file system")]
    SameName {
        /// The first in byte order.
        first: String,
        /// The second.
        second: String,
    },
    /// The system refused.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The path, as people can open it.
        path: String,
        /// The reason the system gave.
        source: io::Error,
    },
    /// A file of the bundle cannot be read.
    #[error(transparent)]
    Files(#[from] FilesError),
}

impl Failure for ExtractError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Unsafe { .. } | Self::SameName { .. } => FailureKind::Refused,
            Self::Write { .. } | Self::Files(_) => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unsafe { .. } | Self::SameName { .. } => "unsafe-bundle",
            Self::Write { .. } => "unwritable-file",
            Self::Files(_) => "unreadable-file",
        }
    }
}

/// Writes all files below `target`; `shown` is the target as people can open it.
///
/// A target that does not exist appears complete or not at all. In one that exists, files of the
/// same name are replaced one by one once all are written, and others stay; links in it are never
/// followed.
pub(crate) fn extract(files: &dyn Files, target: &Path, shown: &str) -> Result<(), ExtractError> {
    let failed = |source| ExtractError::Write {
        path: shown.to_owned(),
        source,
    };
    let entries = files.list()?;
    let is_there = match fs::symlink_metadata(target) {
        Ok(metadata) if metadata.is_dir() || fs::metadata(target).is_ok_and(|to| to.is_dir()) => {
            true
        }
        Ok(_) => return Err(failed(io::Error::from(io::ErrorKind::NotADirectory))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(failed(error)),
    };
    let parent = if is_there {
        target
    } else {
        let parent = target.parent().unwrap_or(target);
        fs::create_dir_all(parent).map_err(failed)?;
        parent
    };
    let staging = Staging::in_directory(parent).map_err(failed)?;
    same_name::refuse(&entries, staging.content())?;
    write(files, &entries, staging.content(), shown)?;
    if !is_there {
        return staging
            .finish(|content| fs::rename(content, target))
            .map_err(failed);
    }
    // What cannot be replaced is found before anything is.
    visit(target, shown, Act::Check, &entries)?;
    staging.finish(|content| visit(target, shown, Act::Move { from: content }, &entries))
}

/// Writes all files into a directory that is empty and ours.
fn write(
    files: &dyn Files,
    entries: &[FileEntry],
    root: &Path,
    shown: &str,
) -> Result<(), ExtractError> {
    for entry in entries {
        let path = entry.path.as_str();
        if !is_clean_path(path) {
            return Err(refused(path, "the name leads outside"));
        }
        let failed = |source| unwritable(shown, path, source);
        let place = root.join(path);
        match entry.kind {
            EntryKind::Directory => create_below(root, path).map_err(failed)?,
            EntryKind::File => {
                if let Some((parent, _)) = path.rsplit_once('/') {
                    create_below(root, parent).map_err(failed)?;
                }
                let content = files.read(path)?.unwrap_or_default();
                let mut file = File::create_new(place).map_err(failed)?;
                file.write_all(&content).map_err(failed)?;
            }
            EntryKind::Other => return Err(refused(path, "neither a file nor a directory")),
        }
    }
    Ok(())
}

/// Creates a directory below another that must exist.
fn create_below(root: &Path, path: &str) -> io::Result<()> {
    let mut place = root.to_owned();
    for element in path.split('/') {
        place.push(element);
        match fs::create_dir(&place) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// A directory that exists, and what is done in it.
struct Place<'a> {
    root: &'a Path,
    shown: &'a str,
    act: Act<'a>,
}

enum Act<'a> {
    /// Finds out whether everything can be put there.
    Check,
    /// Moves every file from another directory there.
    Move { from: &'a Path },
}

fn visit(
    root: &Path,
    shown: &str,
    act: Act<'_>,
    entries: &[FileEntry],
) -> Result<(), ExtractError> {
    Place { root, shown, act }.visit(entries)
}

impl Place<'_> {
    fn visit(&self, entries: &[FileEntry]) -> Result<(), ExtractError> {
        for entry in entries {
            let path = entry.path.as_str();
            if entry.kind == EntryKind::Directory {
                self.directory(path, path)?;
                continue;
            }
            if let Some((parent, _)) = path.rsplit_once('/') {
                self.directory(parent, path)?;
            }
            let place = self.root.join(path);
            let failed = |source| unwritable(self.shown, path, source);
            match fs::symlink_metadata(&place) {
                Ok(metadata) if metadata.is_symlink() => {
                    return Err(refused(path, "a link is there"));
                }
                Ok(metadata) if metadata.is_dir() => {
                    return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
                }
                _ => {}
            }
            if let Act::Move { from } = self.act {
                fs::rename(from.join(path), place).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Looks at a directory element by element, so that no link on the way to `path` is followed,
    /// and creates what is missing.
    fn directory(&self, directory: &str, path: &str) -> Result<(), ExtractError> {
        let failed = |source| unwritable(self.shown, path, source);
        let mut place = self.root.to_owned();
        for element in directory.split('/') {
            place.push(element);
            match fs::symlink_metadata(&place) {
                Ok(metadata) if metadata.is_symlink() => {
                    return Err(refused(path, "a link is on the way"));
                }
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => return Err(failed(io::Error::from(io::ErrorKind::NotADirectory))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => match self.act {
                    // Nothing is below what is not there.
                    Act::Check => return Ok(()),
                    Act::Move { .. } => fs::create_dir(&place).map_err(failed)?,
                },
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    }
}

fn refused(path: &str, reason: &'static str) -> ExtractError {
    ExtractError::Unsafe {
        path: path.to_owned(),
        reason,
    }
}

fn unwritable(shown: &str, path: &str, source: io::Error) -> ExtractError {
    ExtractError::Write {
        path: format!("{}/{path}", shown.trim_end_matches('/')),
        source,
    }
}
