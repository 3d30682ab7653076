//! Writes the files of a bundle into a directory, and nowhere else.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use pacto_bundle::{EntryKind, Files, FilesError, is_clean_path};

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
            Self::Unsafe { .. } => FailureKind::Refused,
            Self::Write { .. } | Self::Files(_) => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unsafe { .. } => "unsafe-bundle",
            Self::Write { .. } => "unwritable-file",
            Self::Files(_) => "unreadable-file",
        }
    }
}

/// Writes all files below `target`; `shown` is the target as people can open it.
///
/// A target that does not exist appears complete or not at all. In one that exists, files of the
/// same name are replaced one by one and others stay; links in it are never followed.
pub(crate) fn extract(files: &dyn Files, target: &Path, shown: &str) -> Result<(), ExtractError> {
    let failed = |source| ExtractError::Write {
        path: shown.to_owned(),
        source,
    };
    match fs::symlink_metadata(target) {
        Ok(metadata) if metadata.is_dir() || fs::metadata(target).is_ok_and(|to| to.is_dir()) => {
            write_below(files, target, shown)
        }
        Ok(_) => Err(failed(io::Error::from(io::ErrorKind::NotADirectory))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let parent = target.parent().unwrap_or(target);
            fs::create_dir_all(parent).map_err(failed)?;
            let staging = tempfile::Builder::new()
                .prefix(".pacto-pull-")
                .tempdir_in(parent)
                .map_err(failed)?;
            let fresh = staging.path().join("bundle");
            fs::create_dir(&fresh).map_err(failed)?;
            write_below(files, &fresh, shown)?;
            fs::rename(&fresh, target).map_err(failed)
        }
        Err(error) => Err(failed(error)),
    }
}

fn write_below(files: &dyn Files, root: &Path, shown: &str) -> Result<(), ExtractError> {
    for entry in files.list()? {
        let path = entry.path.as_str();
        let refuse = |reason| ExtractError::Unsafe {
            path: path.to_owned(),
            reason,
        };
        if !is_clean_path(path) {
            return Err(refuse("the name leads outside"));
        }
        let failed = |source| ExtractError::Write {
            path: format!("{}/{path}", shown.trim_end_matches('/')),
            source,
        };
        match entry.kind {
            EntryKind::Directory => {
                directory(root, path, &refuse, &failed)?;
            }
            EntryKind::File => {
                let parent = match path.rsplit_once('/') {
                    Some((parent, _)) => directory(root, parent, &refuse, &failed)?,
                    None => root.to_owned(),
                };
                let place = root.join(path);
                match fs::symlink_metadata(&place) {
                    Ok(metadata) if metadata.is_symlink() => {
                        return Err(refuse("a link is there"));
                    }
                    Ok(metadata) if metadata.is_dir() => {
                        return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
                    }
                    _ => {}
                }
                let content = files.read(path)?.unwrap_or_default();
                let mut file = crate::new_file::in_directory(&parent).map_err(failed)?;
                file.write_all(&content).map_err(failed)?;
                file.persist(&place).map_err(|error| failed(error.error))?;
            }
            EntryKind::Other => return Err(refuse("neither a file nor a directory")),
        }
    }
    Ok(())
}

/// Creates a directory below the root, element by element, so that no link on the way is followed.
fn directory(
    root: &Path,
    path: &str,
    refuse: &dyn Fn(&'static str) -> ExtractError,
    failed: &dyn Fn(io::Error) -> ExtractError,
) -> Result<PathBuf, ExtractError> {
    let mut place = root.to_owned();
    for element in path.split('/') {
        place.push(element);
        match fs::symlink_metadata(&place) {
            Ok(metadata) if metadata.is_symlink() => return Err(refuse("a link is on the way")),
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(failed(io::Error::from(io::ErrorKind::NotADirectory))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir(&place).map_err(failed)?;
            }
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(place)
}
