//! Why an archive was refused, in both directions.

use std::io;

use crate::FilesError;

/// Why a bundle could not be packed, or an archive could not be read.
///
/// Two kinds matter to callers: what is refused for safety (limits, names and entry types; the
/// same table for writers and readers) and what is merely not a bundle.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// A file is larger than one file may be.
    #[error("file {path} exceeds maximum size of {limit} bytes")]
    FileTooLarge {
        /// Path inside the bundle.
        path: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// The files together are larger than a bundle may be.
    #[error("extracted bundle exceeds maximum total size of {limit} bytes")]
    BundleTooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The compressed archive is larger than one may be.
    #[error("compressed bundle exceeds maximum size of {limit} bytes")]
    ArchiveTooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// More files and directories than a bundle may hold.
    #[error("bundle holds more than {limit} entries")]
    TooManyEntries {
        /// The limit.
        limit: usize,
    },
    /// A name that no bundle may hold.
    #[error("invalid path in bundle: `{name}` {problem}")]
    RefusedName {
        /// The name as found; bytes that are not UTF-8 are replaced.
        name: String,
        /// What is wrong with it.
        problem: NameProblem,
    },
    /// A symbolic link, device or other special entry.
    #[error("`{path}` is {kind}; a bundle holds only files and directories")]
    RefusedEntry {
        /// Path inside the bundle.
        path: String,
        /// What it is, with its article: `a symbolic link`.
        kind: &'static str,
    },
    /// The bytes are no archive this program reads.
    #[error("not a bundle archive: {reason}")]
    NotAnArchive {
        /// What was seen instead.
        reason: &'static str,
    },
    /// The archive is cut off or broken inside.
    #[error("damaged archive: {reason}")]
    Damaged {
        /// What does not fit.
        reason: String,
    },
    /// A file to pack could not be read.
    #[error(transparent)]
    Files(#[from] FilesError),
}

/// What is wrong with a name in a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NameProblem {
    /// Starts with `/`.
    #[error("is absolute")]
    Absolute,
    /// Has a `..` element.
    #[error("leads out of the bundle")]
    ParentElement,
    /// Has `..` inside an element; other readers of bundles refuse such names, so none is packed.
    #[error("contains `..`, which other readers of bundles refuse; rename it")]
    ContainsDots,
    /// Has an element `.` that is not the prefix.
    #[error("has the element `.`")]
    CurrentElement,
    /// Has an empty element or is empty.
    #[error("has an empty element")]
    EmptyElement,
    /// Has a NUL byte.
    #[error("contains a NUL byte")]
    Nul,
    /// Has a backslash, which separates elements elsewhere.
    #[error("contains a backslash")]
    Backslash,
    /// Starts with a drive letter and a colon.
    #[error("starts with a drive letter")]
    DriveLetter,
    /// Is not UTF-8.
    #[error("is not UTF-8")]
    NotUtf8,
    /// Longer than a name may be.
    #[error("is too long")]
    TooLong,
    /// Came before.
    #[error("occurs twice")]
    Duplicate,
    /// Is a file, and another entry has it as directory.
    #[error("is both a file and a directory")]
    FileAndDirectory,
}

impl ArchiveError {
    /// Tells whether rules that protect the reader were broken (limits, names, entry types), as
    /// opposed to an archive that is merely broken.
    pub fn is_refused_for_safety(&self) -> bool {
        match self {
            Self::FileTooLarge { .. }
            | Self::BundleTooLarge { .. }
            | Self::ArchiveTooLarge { .. }
            | Self::TooManyEntries { .. }
            | Self::RefusedName { .. }
            | Self::RefusedEntry { .. } => true,
            Self::NotAnArchive { .. } | Self::Damaged { .. } | Self::Files(_) => false,
        }
    }

    /// Stable failure code: `unsafe-bundle`, `invalid-bundle` or, for files that could not be read
    /// while packing, `disk-error`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Files(_) => "disk-error",
            other if other.is_refused_for_safety() => "unsafe-bundle",
            _ => "invalid-bundle",
        }
    }

    /// What the user can do, most likely first.
    pub fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::FileTooLarge { path, .. } => {
                format!("leave it out with a line `/{path}` in .pactoignore")
            }
            Self::BundleTooLarge { .. } | Self::TooManyEntries { .. } => {
                "leave files out with .pactoignore".to_owned()
            }
            Self::RefusedEntry { path, .. } => format!(
                "replace it by what it points to, or leave it out with a line `/{path}` in \
                 .pactoignore"
            ),
            Self::RefusedName { .. }
            | Self::ArchiveTooLarge { .. }
            | Self::NotAnArchive { .. }
            | Self::Damaged { .. }
            | Self::Files(_) => return Vec::new(),
        };
        vec![hint]
    }

    /// A failure of the decompressor or the archive reader.
    pub(crate) fn damaged(error: &io::Error) -> Self {
        Self::Damaged {
            reason: if error.kind() == io::ErrorKind::UnexpectedEof {
                "it ends too early".to_owned()
            } else {
                error.to_string()
            },
        }
    }
}
