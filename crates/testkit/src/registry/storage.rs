//! What the registry holds.

use std::collections::BTreeMap;

use bytes::Bytes;
use sha2::{Digest as _, Sha256, Sha512};

#[derive(Debug, Default)]
pub(super) struct Storage {
    repositories: BTreeMap<String, Repository>,
    pub(super) uploads: BTreeMap<String, Upload>,
    serial: u64,
}

#[derive(Debug, Default)]
pub(super) struct Repository {
    pub(super) blobs: BTreeMap<String, Bytes>,
    pub(super) manifests: BTreeMap<String, Manifest>,
    pub(super) tags: BTreeMap<String, String>,
}

#[derive(Debug, Clone)]
pub(super) struct Manifest {
    pub(super) media_type: String,
    pub(super) content: Bytes,
}

/// An upload that is not finished.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) repository: String,
    pub(super) content: Vec<u8>,
}

/// SHA-256 digest of some bytes, as text.
pub fn digest_of(content: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(content)))
}

/// True when `digest` is a complete digest of a known algorithm.
pub(super) fn is_digest(digest: &str) -> bool {
    let (expected, rest) = match digest.split_once(':') {
        Some(("sha256", rest)) => (64, rest),
        Some(("sha512", rest)) => (128, rest),
        _ => return false,
    };
    rest.len() == expected && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// True when `content` has this digest.
pub(super) fn has_digest(content: &[u8], digest: &str) -> bool {
    match digest.split_once(':') {
        Some(("sha256", expected)) => hex(&Sha256::digest(content)) == expected,
        Some(("sha512", expected)) => hex(&Sha512::digest(content)) == expected,
        _ => false,
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Storage {
    pub(super) fn repository(&self, name: &str) -> Option<&Repository> {
        self.repositories.get(name)
    }

    pub(super) fn repository_mut(&mut self, name: &str) -> &mut Repository {
        self.repositories.entry(name.to_owned()).or_default()
    }

    pub(super) fn blob(&self, repository: &str, digest: &str) -> Option<Bytes> {
        self.repository(repository)?.blobs.get(digest).cloned()
    }

    /// A blob of any repository.
    pub(super) fn blob_anywhere(&self, digest: &str) -> Option<Bytes> {
        self.repositories
            .values()
            .find_map(|repository| repository.blobs.get(digest).cloned())
    }

    pub(super) fn put_blob(&mut self, repository: &str, content: Bytes) -> String {
        let digest = digest_of(&content);
        self.tamper_blob(repository, &digest, content);
        digest
    }

    pub(super) fn tamper_blob(&mut self, repository: &str, digest: &str, content: Bytes) {
        self.repository_mut(repository)
            .blobs
            .insert(digest.to_owned(), content);
    }

    pub(super) fn put_manifest(
        &mut self,
        repository: &str,
        tag: Option<&str>,
        media_type: &str,
        content: Bytes,
    ) -> String {
        let digest = digest_of(&content);
        let repository = self.repository_mut(repository);
        repository.manifests.insert(
            digest.clone(),
            Manifest {
                media_type: media_type.to_owned(),
                content,
            },
        );
        if let Some(tag) = tag {
            repository.tags.insert(tag.to_owned(), digest.clone());
        }
        digest
    }

    pub(super) fn put_tags<'t>(
        &mut self,
        repository: &str,
        digest: &str,
        tags: impl IntoIterator<Item = &'t str>,
    ) {
        let repository = self.repository_mut(repository);
        for tag in tags {
            repository.tags.insert(tag.to_owned(), digest.to_owned());
        }
    }

    /// A manifest by tag or digest, with its digest.
    pub(super) fn manifest(
        &self,
        repository: &str,
        reference: &str,
    ) -> Option<(String, &Manifest)> {
        let repository = self.repository(repository)?;
        let digest = match repository.tags.get(reference) {
            Some(digest) => digest.as_str(),
            None => reference,
        };
        let manifest = repository.manifests.get(digest)?;
        Some((digest.to_owned(), manifest))
    }

    /// Begins an upload; returns its name.
    pub(super) fn begin_upload(&mut self, repository: &str) -> String {
        self.serial += 1;
        let id = format!("upload-{}", self.serial);
        self.uploads.insert(
            id.clone(),
            Upload {
                repository: repository.to_owned(),
                content: Vec::new(),
            },
        );
        id
    }
}
