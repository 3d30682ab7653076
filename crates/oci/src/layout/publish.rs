//! Writing to a layout: blobs first, the index last, one writer at a time.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use pacto_bundle::{Artifact, Existing, LayoutProblem, Published, ReferenceProblem, StoreError};
use pacto_contract::Digest;

use super::content::{Content, blob_path};
use super::index;
use super::{INDEX, Layout, MARKER};
use crate::disk;

impl Layout {
    /// Writes an artifact under a tag, creating the layout when the directory is missing or
    /// empty. Writers wait for each other; readers never see half of it.
    pub fn write(
        &self,
        tag: &str,
        artifact: &Artifact,
        existing: Existing,
    ) -> Result<Published, StoreError> {
        if !index::is_tag(tag) {
            return Err(StoreError::InvalidReference {
                reference: format!("{}:{tag}", self.name),
                problem: ReferenceProblem::MalformedTag(tag.to_owned()),
            });
        }
        self.create()?;
        // The marker is never replaced, so all writers lock the same file.
        let marker = File::open(self.directory.join(MARKER))
            .map_err(|source| self.disk("read", MARKER, source))?;
        let mut lock = fd_lock::RwLock::new(marker);
        let _guard = lock
            .write()
            .map_err(|source| self.disk("lock", MARKER, source))?;
        let (content, mut index) = self.open()?;
        if let (Existing::Keep, Some(found)) = (existing, index.find(tag)?) {
            return Ok(Published::Existed {
                digest: found.digest,
            });
        }
        for blob in [&artifact.layer, &artifact.config] {
            self.write_blob(&content, &blob.descriptor.digest, &blob.bytes)?;
        }
        self.write_blob(&content, &artifact.digest, &artifact.manifest)?;
        disk::clear_leftovers(&self.directory);
        let blobs = self.directory.join(blob_path(&artifact.digest));
        disk::clear_leftovers(blobs.parent().unwrap_or(&self.directory));
        index.set(tag, artifact);
        self.write_file(INDEX, &index.to_bytes())?;
        Ok(Published::Written {
            digest: artifact.digest.clone(),
        })
    }

    /// Makes the directory a layout unless it is one.
    fn create(&self) -> Result<(), StoreError> {
        if self.exists() {
            return Ok(());
        }
        fs::create_dir_all(&self.directory).map_err(|source| self.disk("create", "", source))?;
        let entries =
            fs::read_dir(&self.directory).map_err(|source| self.disk("read", "", source))?;
        for entry in entries {
            let entry = entry.map_err(|source| self.disk("read", "", source))?;
            let name = entry.file_name();
            // Another writer may be at work on the same new layout.
            let is_expected = [MARKER, INDEX, "blobs"].iter().any(|known| name == *known)
                || disk::is_temporary(&name);
            if !is_expected {
                return Err(self.problem(LayoutProblem::OtherContent));
            }
        }
        let written = disk::write_new(
            &self.directory.join(MARKER),
            index::MARKER_CONTENT.as_bytes(),
        );
        match written {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(self.disk("write", MARKER, error))
            }
            _ => Ok(()),
        }
    }

    /// Writes a blob unless it is there already, undamaged.
    fn write_blob(
        &self,
        content: &Content,
        digest: &Digest,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let size = bytes.len() as u64;
        match content.blob(&self.name, digest, Some(size), size) {
            Ok(_) => Ok(()),
            Err(StoreError::NotFound { .. } | StoreError::Mismatch { .. }) => {
                self.write_file(&blob_path(digest), bytes)
            }
            Err(other) => Err(other),
        }
    }

    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let target = self.directory.join(path);
        self.check_inside(target.parent().unwrap_or(&self.directory), path)?;
        disk::replace(&target, |file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .map_err(|source| self.disk("write", path, source))
    }

    /// Creates a directory of the layout and makes sure that no link on the way leads outside.
    fn check_inside(&self, directory: &Path, path: &str) -> Result<(), StoreError> {
        let io_failed = |source| self.disk("create", path, source);
        let root = self.directory.canonicalize().map_err(io_failed)?;
        // Creating follows links, so what exists is checked before.
        let mut current = self.directory.clone();
        let below = directory
            .strip_prefix(&self.directory)
            .map_err(|_| io_failed(io::ErrorKind::InvalidInput.into()))?;
        for element in below.components() {
            current.push(element);
            match fs::create_dir(&current) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(io_failed(error));
                }
                _ => {}
            }
            if !current
                .canonicalize()
                .map_err(io_failed)?
                .starts_with(&root)
            {
                return Err(StoreError::Unsafe {
                    reference: self.name.clone(),
                    detail: format!("{path} leads outside the layout"),
                });
            }
        }
        Ok(())
    }

    fn disk(&self, action: &'static str, path: &str, source: io::Error) -> StoreError {
        let path = if path.is_empty() {
            self.name.clone()
        } else {
            format!("{}/{path}", self.name)
        };
        StoreError::Disk {
            action,
            path,
            source,
        }
    }
}
