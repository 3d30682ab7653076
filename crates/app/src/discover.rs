//! Finds contracts below a directory, for the commands that take many at once.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::{DirEntry, WalkBuilder, WalkState};
use pacto_bundle::IGNORE_FILE;
use pacto_contract::CONTRACT_FILE;

use crate::Context;
use crate::argument::is_archive_name;
use crate::source::SourceError;

/// Directories that never hold contracts of the repository itself.
const SKIPPED: [&str; 2] = ["node_modules", "vendor"];

/// Something found below a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Path below the directory searched; empty for the directory itself.
    pub(crate) relative: PathBuf,
    /// What commands take: the directory as typed, joined with the path.
    pub(crate) argument: String,
}

/// What lies below a directory, each list sorted by path.
#[derive(Debug, Default)]
pub(crate) struct Below {
    /// Directories that hold a `pacto.yaml`.
    pub(crate) contracts: Vec<Found>,
    /// Packed bundles, by their names.
    pub(crate) archives: Vec<Found>,
}

/// Why a directory was not searched.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSearched {
    /// It cannot be opened.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The path is no directory.
    #[error("{0} is not a directory")]
    NotADirectory(String),
}

/// Why nothing was found, as a hint.
pub(crate) const NOT_SEARCHED_HINT: &str = "hidden directories, `node_modules`, `vendor` and what \
     .gitignore or .pactoignore name are not searched";

/// Searches the directory that an argument names.
///
/// Any depth; names that start with `.` and [`SKIPPED`] are not entered, `.gitignore` and
/// `.pactoignore` are honoured, links are not followed. Directories that cannot be read are given
/// to `unreadable`.
pub(crate) fn below(
    context: &Context,
    argument: &str,
    path: &Path,
    unreadable: &(dyn Fn(String) + Sync),
) -> Result<Below, NotSearched> {
    let root = context.absolute(path);
    match std::fs::metadata(&root) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err(NotSearched::NotADirectory(argument.to_owned())),
        Err(source) => return Err(access(path, source).into()),
    }
    let (contracts, archives) = search(&root, unreadable);
    let found = |relative: PathBuf| Found {
        argument: if relative.as_os_str().is_empty() {
            path.display().to_string()
        } else if path == Path::new(".") {
            relative.display().to_string()
        } else {
            path.join(&relative).display().to_string()
        },
        relative,
    };
    Ok(Below {
        contracts: contracts.into_iter().map(found).collect(),
        archives: archives.into_iter().map(found).collect(),
    })
}

fn access(path: &Path, source: io::Error) -> SourceError {
    SourceError::Access {
        path: path.display().to_string(),
        source,
    }
}

/// Directories below `root` that hold a contract, and packed bundles, sorted, relative to it.
fn search(root: &Path, unreadable: &(dyn Fn(String) + Sync)) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let found = Mutex::new((Vec::new(), Vec::new()));
    if is_trap(root) {
        unreadable(format!(
            "{}: an ignore file in it is a pipe or device",
            root.display()
        ));
        return (Vec::new(), Vec::new());
    }
    WalkBuilder::new(root)
        .hidden(true)
        .ignore(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .parents(true)
        .follow_links(false)
        .add_custom_ignore_filename(IGNORE_FILE)
        .filter_entry(|entry| entry.depth() == 0 || !(is_skipped(entry) || is_trap(entry.path())))
        .build_parallel()
        .run(|| {
            Box::new(|entry| {
                match entry {
                    Ok(entry) => {
                        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                        let path = entry.path();
                        let relative = |path: &Path| {
                            path.strip_prefix(root)
                                .map_or_else(|_| path.to_owned(), Path::to_owned)
                        };
                        if is_file && (entry.file_name() == CONTRACT_FILE || is_archive_name(path))
                        {
                            let mut found =
                                found.lock().expect("nobody panics while holding this lock");
                            if entry.file_name() != CONTRACT_FILE {
                                found.1.push(relative(path));
                            } else if let Some(directory) = path.parent() {
                                found.0.push(relative(directory));
                            }
                        }
                    }
                    Err(error) => unreadable(error.to_string()),
                }
                WalkState::Continue
            })
        });
    let mut found = found
        .into_inner()
        .expect("nobody panics while holding this lock");
    found.0.sort();
    found.1.sort();
    found
}

/// True for a directory with an ignore file that is a pipe or device: reading it may never end.
fn is_trap(directory: &Path) -> bool {
    [".gitignore", IGNORE_FILE].iter().any(|name| {
        directory
            .join(name)
            .metadata()
            .is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
    })
}

fn is_skipped(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
        && SKIPPED.iter().any(|name| entry.file_name() == *name)
}
