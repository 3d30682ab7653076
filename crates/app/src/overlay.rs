//! Files with one of them replaced in memory: what packing sees of a contract with overrides.

use std::sync::Arc;

use bytes::Bytes;
use pacto_bundle::{EntryKind, FileEntry, Files, FilesError};

/// Files with one regular file replaced.
#[derive(Debug, Clone)]
pub(crate) struct Overlay {
    files: Arc<dyn Files>,
    path: String,
    content: Bytes,
}

impl Overlay {
    pub(crate) fn new(
        files: Arc<dyn Files>,
        path: impl Into<String>,
        content: impl Into<Bytes>,
    ) -> Self {
        Self {
            files,
            path: path.into(),
            content: content.into(),
        }
    }
}

impl Files for Overlay {
    fn read(&self, path: &str) -> Result<Option<Bytes>, FilesError> {
        if path == self.path {
            return Ok(Some(self.content.clone()));
        }
        self.files.read(path)
    }

    fn entry(&self, path: &str) -> Result<Option<EntryKind>, FilesError> {
        self.files.entry(path)
    }

    fn list(&self) -> Result<Vec<FileEntry>, FilesError> {
        self.list_except(&|_, _| false)
    }

    fn list_except(
        &self,
        skip: &dyn Fn(&str, EntryKind) -> bool,
    ) -> Result<Vec<FileEntry>, FilesError> {
        let mut entries = self.files.list_except(skip)?;
        for entry in &mut entries {
            if entry.path == self.path {
                entry.size = self.content.len() as u64;
            }
        }
        Ok(entries)
    }
}
