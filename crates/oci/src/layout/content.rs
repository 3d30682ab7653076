//! Reading the files of a layout: nothing outside the directory, nothing larger than it says.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use pacto_bundle::{StoreError, digest_like};
use pacto_contract::Digest;

/// Largest index of a layout that is read, in bytes: some fifty thousand tags.
const MAX_INDEX_BYTES: u64 = 16 << 20;

/// The directory of a layout, with all links on the way to it followed once.
#[derive(Debug)]
pub(super) struct Content {
    name: String,
    directory: PathBuf,
}

impl Content {
    pub(super) fn open(name: &str, directory: &Path) -> Result<Self, StoreError> {
        match directory.canonicalize() {
            Ok(directory) => Ok(Self {
                name: name.to_owned(),
                directory,
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StoreError::NotFound {
                reference: name.to_owned(),
            }),
            Err(source) => Err(StoreError::Disk {
                action: "read",
                path: name.to_owned(),
                source,
            }),
        }
    }

    /// A small file of the layout; `None` when it is not there.
    pub(super) fn file(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some((file, size)) = self.open_file(path)? else {
            return Ok(None);
        };
        if size > MAX_INDEX_BYTES {
            return Err(self.too_large(path, size, MAX_INDEX_BYTES));
        }
        let mut bytes = Vec::new();
        file.take(MAX_INDEX_BYTES)
            .read_to_end(&mut bytes)
            .map_err(|source| self.disk(path, source))?;
        Ok(Some(bytes))
    }

    /// A blob with the digest and, where it is known, the size it must have.
    pub(super) fn blob(
        &self,
        reference: &str,
        digest: &Digest,
        size: Option<u64>,
        limit: u64,
    ) -> Result<Bytes, StoreError> {
        let path = blob_path(digest);
        let (file, actual_size) = self.open_file(&path)?.ok_or_else(|| StoreError::NotFound {
            reference: reference.to_owned(),
        })?;
        let mismatch = |expected: String, actual: String| StoreError::Mismatch {
            reference: reference.to_owned(),
            expected,
            actual,
        };
        if let Some(size) = size.filter(|size| *size != actual_size) {
            return Err(mismatch(
                format!("{digest} of {size} bytes"),
                format!("{actual_size} bytes"),
            ));
        }
        if actual_size > limit {
            return Err(self.too_large(&path, actual_size, limit));
        }
        let mut bytes = Vec::with_capacity(actual_size as usize);
        file.take(limit)
            .read_to_end(&mut bytes)
            .map_err(|source| self.disk(&path, source))?;
        let actual = digest_like(digest, &bytes);
        if actual != *digest {
            return Err(mismatch(digest.to_string(), actual.to_string()));
        }
        Ok(bytes.into())
    }

    /// Opens a regular file inside the directory, whatever links say.
    fn open_file(&self, path: &str) -> Result<Option<(File, u64)>, StoreError> {
        let resolved = match self.directory.join(path).canonicalize() {
            Ok(resolved) => resolved,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(source) => return Err(self.disk(path, source)),
        };
        if !resolved.starts_with(&self.directory) {
            return Err(self.refused(format!("{path} leads outside the layout")));
        }
        // A named pipe would block for ever on opening.
        let metadata = resolved
            .metadata()
            .map_err(|source| self.disk(path, source))?;
        if !metadata.is_file() {
            return Err(self.refused(format!("{path} is not a file")));
        }
        let file = File::open(&resolved).map_err(|source| self.disk(path, source))?;
        Ok(Some((file, metadata.len())))
    }

    fn too_large(&self, path: &str, size: u64, limit: u64) -> StoreError {
        self.refused(format!(
            "{path} of {size} bytes exceeds maximum size of {limit} bytes"
        ))
    }

    fn refused(&self, detail: String) -> StoreError {
        StoreError::Unsafe {
            reference: self.name.clone(),
            detail,
        }
    }

    fn disk(&self, path: &str, source: io::Error) -> StoreError {
        StoreError::Disk {
            action: "read",
            path: format!("{}/{path}", self.name),
            source,
        }
    }
}

/// Where a blob lies inside a layout. Digests have no characters that could lead elsewhere.
pub(super) fn blob_path(digest: &Digest) -> String {
    format!("blobs/{}", digest.as_str().replacen(':', "/", 1))
}
