//! The files of a bundle in a directory on disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use pacto_bundle::{EntryKind, FileEntry, Files, FilesError, is_clean_path};
use pacto_contract::CONTRACT_FILE;

use crate::text_file::too_large;

/// Largest file that is read into memory; interface documents are far smaller.
const MAX_FILE_BYTES: u64 = 256 << 20;

/// Largest contract that is read into memory; parsing takes no more.
pub(crate) const MAX_CONTRACT_BYTES: u64 = 4 << 20;

/// A bundle in a directory.
///
/// Symbolic links are never followed, neither the last element of a path nor one above it: they
/// are [`EntryKind::Other`], and nothing is read through them.
#[derive(Debug, Clone)]
pub struct DirectoryFiles {
    root: PathBuf,
}

impl DirectoryFiles {
    /// Reads below a directory.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path on disk with what is there; `None` when nothing is there or a link is on the way.
    fn locate(&self, path: &str) -> Result<Option<(PathBuf, fs::Metadata)>, FilesError> {
        if !is_clean_path(path) {
            return Ok(None);
        }
        let mut place = self.root.clone();
        let mut elements = path.split('/').peekable();
        while let Some(element) = elements.next() {
            if !is_plain(element) {
                return Ok(None);
            }
            place.push(element);
            let is_last = elements.peek().is_none();
            let metadata = match fs::symlink_metadata(&place) {
                Ok(metadata) => metadata,
                Err(error) if is_absent(&error) => return Ok(None),
                Err(source) => return Err(failed(path, source)),
            };
            if is_last {
                return Ok(Some((place, metadata)));
            }
            if !metadata.is_dir() {
                return Ok(None);
            }
        }
        Ok(None)
    }
}

impl Files for DirectoryFiles {
    fn read(&self, path: &str) -> Result<Option<Bytes>, FilesError> {
        let Some((place, metadata)) = self.locate(path)? else {
            return Ok(None);
        };
        if !metadata.is_file() {
            return Ok(None);
        }
        let limit = if path == CONTRACT_FILE {
            MAX_CONTRACT_BYTES
        } else {
            MAX_FILE_BYTES
        };
        if metadata.len() > limit {
            return Err(failed(path, too_large(limit)));
        }
        fs::read(place)
            .map(|content| Some(content.into()))
            .map_err(|source| failed(path, source))
    }

    fn entry(&self, path: &str) -> Result<Option<EntryKind>, FilesError> {
        Ok(self.locate(path)?.map(|(_, metadata)| kind_of(&metadata)))
    }

    fn list(&self) -> Result<Vec<FileEntry>, FilesError> {
        self.list_except(&|_, _| false)
    }

    fn list_except(
        &self,
        skip: &dyn Fn(&str, EntryKind) -> bool,
    ) -> Result<Vec<FileEntry>, FilesError> {
        let mut entries = Vec::new();
        collect(&self.root, "", skip, &mut entries)?;
        Ok(entries)
    }
}

fn collect(
    directory: &Path,
    prefix: &str,
    skip: &dyn Fn(&str, EntryKind) -> bool,
    entries: &mut Vec<FileEntry>,
) -> Result<(), FilesError> {
    let shown = if prefix.is_empty() { "." } else { prefix };
    let mut children = Vec::new();
    for child in fs::read_dir(directory).map_err(|source| failed(shown, source))? {
        let child = child.map_err(|source| failed(shown, source))?;
        let name = child.file_name().into_string().map_err(|name| {
            let reason = format!("the name {} is not UTF-8", name.to_string_lossy());
            failed(shown, io::Error::new(io::ErrorKind::InvalidData, reason))
        })?;
        children.push((name, child));
    }
    children.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (name, child) in children {
        let path = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}/{name}")
        };
        // Does not follow links.
        let metadata = match child.metadata() {
            Ok(metadata) => metadata,
            Err(error) if is_absent(&error) => continue,
            Err(source) => return Err(failed(&path, source)),
        };
        let kind = kind_of(&metadata);
        if skip(&path, kind) {
            continue;
        }
        entries.push(FileEntry {
            path: path.clone(),
            kind,
            size: if kind == EntryKind::File {
                metadata.len()
            } else {
                0
            },
        });
        if kind == EntryKind::Directory {
            collect(&child.path(), &path, skip, entries)?;
        }
    }
    Ok(())
}

fn kind_of(metadata: &fs::Metadata) -> EntryKind {
    if metadata.is_file() {
        EntryKind::File
    } else if metadata.is_dir() {
        EntryKind::Directory
    } else {
        EntryKind::Other
    }
}

/// True for elements that the system takes as a name, not as a drive or a separator.
fn is_plain(element: &str) -> bool {
    !element.contains('\0')
        && matches!(
            Path::new(element).components().collect::<Vec<_>>()[..],
            [std::path::Component::Normal(_)]
        )
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename
    )
}

fn failed(path: &str, source: io::Error) -> FilesError {
    FilesError {
        path: path.to_owned(),
        source,
    }
}
