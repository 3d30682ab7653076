//! The files of a bundle, wherever they lie.

use std::collections::BTreeMap;

use bytes::Bytes;

/// Read access to the files of a bundle.
///
/// Paths are clean slash paths relative to the bundle root ([`is_clean_path`]). Implementations
/// must not lead outside the bundle, whatever the path says.
pub trait Files: Send + Sync + std::fmt::Debug {
    /// Content of a regular file; `None` when nothing, or a directory, is there.
    fn read(&self, path: &str) -> Result<Option<Bytes>, FilesError>;

    /// What is there, without reading it.
    fn entry(&self, path: &str) -> Result<Option<EntryKind>, FilesError>;

    /// Everything in the bundle in depth-first lexical order (byte order of names within a
    /// directory, a directory before its content), the root excluded.
    fn list(&self) -> Result<Vec<FileEntry>, FilesError>;

    /// What [`list`](Self::list) gives, without the entries that `skip` accepts; nothing below a
    /// skipped directory is visited or asked about. Implementations that walk a disk override
    /// this, so that they need not enter what is skipped.
    fn list_except(
        &self,
        skip: &dyn Fn(&str, EntryKind) -> bool,
    ) -> Result<Vec<FileEntry>, FilesError> {
        let mut kept = Vec::new();
        let mut skipped: Option<String> = None;
        for entry in self.list()? {
            if skipped
                .as_deref()
                .is_some_and(|directory| is_below(&entry.path, directory))
            {
                continue;
            }
            if skip(&entry.path, entry.kind) {
                skipped = (entry.kind == EntryKind::Directory).then_some(entry.path);
            } else {
                kept.push(entry);
            }
        }
        Ok(kept)
    }
}

fn is_below(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, device, socket or pipe: never packed.
    Other,
}

/// One entry of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Clean slash path relative to the root.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// Size in bytes; 0 for directories.
    pub size: u64,
}

/// Why a file of a bundle could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{path}`: {source}")]
pub struct FilesError {
    /// The path inside the bundle.
    pub path: String,
    /// The reason the system gave.
    #[source]
    pub source: std::io::Error,
}

/// True for non-empty relative slash paths without `.`, `..`, empty or trailing elements, as the
/// Go package `io/fs` defines valid paths (`fs.ValidPath`, the root excluded).
pub fn is_clean_path(path: &str) -> bool {
    !path.is_empty()
        && path
            .split('/')
            .all(|element| !element.is_empty() && element != "." && element != "..")
}

/// A bundle held in memory: files by path, and directories.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryFiles {
    files: BTreeMap<String, Bytes>,
    directories: std::collections::BTreeSet<String>,
}

impl MemoryFiles {
    /// Creates a bundle without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and the directories above it.
    pub fn insert(&mut self, path: impl Into<String>, content: impl Into<Bytes>) {
        let path = path.into();
        if let Some((parent, _)) = path.rsplit_once('/') {
            self.insert_directory(parent);
        }
        self.files.insert(path, content.into());
    }

    /// Adds a directory and those above it.
    pub fn insert_directory(&mut self, path: &str) {
        let mut end = 0;
        for element in path.split('/') {
            end += element.len();
            if let Some(prefix) = path.get(..end) {
                self.directories.insert(prefix.to_owned());
            }
            end += 1;
        }
    }

    /// The files by path, in byte order.
    pub fn files(&self) -> &BTreeMap<String, Bytes> {
        &self.files
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str) -> Result<Option<Bytes>, FilesError> {
        Ok(self.files.get(path).cloned())
    }

    fn entry(&self, path: &str) -> Result<Option<EntryKind>, FilesError> {
        Ok(if self.files.contains_key(path) {
            Some(EntryKind::File)
        } else if self.directories.contains(path) {
            Some(EntryKind::Directory)
        } else {
            None
        })
    }

    fn list(&self) -> Result<Vec<FileEntry>, FilesError> {
        let files = self.files.iter().map(|(path, content)| FileEntry {
            path: path.clone(),
            kind: EntryKind::File,
            size: content.len() as u64,
        });
        let directories = self.directories.iter().map(|path| FileEntry {
            path: path.clone(),
            kind: EntryKind::Directory,
            size: 0,
        });
        let mut entries: Vec<_> = files.chain(directories).collect();
        entries.sort_by(|a, b| a.path.split('/').cmp(b.path.split('/')));
        Ok(entries)
    }
}

impl<P: Into<String>, C: Into<Bytes>> FromIterator<(P, C)> for MemoryFiles {
    fn from_iter<I: IntoIterator<Item = (P, C)>>(entries: I) -> Self {
        let mut files = Self::new();
        for (path, content) in entries {
            files.insert(path, content);
        }
        files
    }
}
