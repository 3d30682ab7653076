//! From references to paths in the cache.

use std::path::{Path, PathBuf};

use pacto_bundle::Selector;
use pacto_contract::{ArtifactReference, Digest};

/// Names an entry: a reference as typed, after its tag was resolved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CacheKey {
    /// `registry/repository` as typed, without names that Docker Hub would add.
    pub repository: String,
    /// Tag, when one was given or chosen.
    pub tag: Option<String>,
    /// Digest, when one was given; it wins over the tag.
    pub digest: Option<Digest>,
}

impl CacheKey {
    /// The entry of what a selector names in a repository.
    pub fn new(repository: impl Into<String>, selector: Selector) -> Self {
        let (tag, digest) = match selector {
            Selector::Tag(tag) => (Some(tag), None),
            Selector::Digest(digest) => (None, Some(digest)),
        };
        Self {
            repository: repository.into(),
            tag,
            digest,
        }
    }

    /// The reference, as messages name it.
    pub fn reference(&self) -> String {
        let mut text = self.repository.clone();
        if let Some(tag) = &self.tag {
            text.push(':');
            text.push_str(tag);
        }
        if let Some(digest) = &self.digest {
            text.push('@');
            text.push_str(digest.as_str());
        }
        text
    }

    /// What the reference names in its repository; `None` for one with neither tag nor digest.
    pub fn selector(&self) -> Option<Selector> {
        match (&self.digest, &self.tag) {
            (Some(digest), _) => Some(Selector::Digest(digest.clone())),
            (None, Some(tag)) => Some(Selector::Tag(tag.clone())),
            (None, None) => None,
        }
    }

    /// The entries that may hold an artifact of known digest: this one, its tag's, its digest's.
    pub(super) fn alternatives(&self, digest: &Digest) -> Vec<Self> {
        let mut keys = vec![self.clone()];
        if let Some(tag) = &self.tag {
            keys.push(Self::new(
                self.repository.clone(),
                Selector::Tag(tag.clone()),
            ));
        }
        keys.push(Self::new(
            self.repository.clone(),
            Selector::Digest(digest.clone()),
        ));
        keys.dedup();
        keys
    }

    /// The directory of the entry below a root.
    pub(super) fn directory(&self, root: &Path) -> EntryPath {
        below(root, &self.reference())
    }
}

impl From<&ArtifactReference> for CacheKey {
    fn from(reference: &ArtifactReference) -> Self {
        Self {
            repository: format!("{}/{}", reference.registry, reference.repository),
            tag: reference.tag.clone(),
            digest: reference.digest.clone(),
        }
    }
}

/// The directory of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EntryPath {
    pub(super) directory: PathBuf,
    /// All references that would leave the root share one directory, so what lies there is used
    /// only when its digest is known.
    pub(super) is_shared: bool,
}

/// The directory that a reference, or a repository, has below a root: `:` separates like `/`.
pub(super) fn below(root: &Path, reference: &str) -> EntryPath {
    let mut elements: Vec<&str> = Vec::new();
    for element in reference.split(['/', ':']) {
        match element {
            "" | "." => {}
            ".." => {
                if elements.pop().is_none() {
                    return invalid(root);
                }
            }
            other => elements.push(other),
        }
    }
    if elements.is_empty() {
        return invalid(root);
    }
    let mut directory = root.to_path_buf();
    directory.extend(elements);
    EntryPath {
        directory,
        is_shared: false,
    }
}

fn invalid(root: &Path) -> EntryPath {
    EntryPath {
        directory: root.join("_invalid"),
        is_shared: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(reference: &str) -> String {
        below(Path::new("/root"), reference)
            .directory
            .display()
            .to_string()
    }

    #[test]
    fn references_map_to_the_paths_of_the_go_implementation() {
        let hex = "28ed".repeat(16);
        for (reference, expected) in [
            (
                "registry.example.com:5000/acme/svc:1.2.0".to_owned(),
                "registry.example.com/5000/acme/svc/1.2.0".to_owned(),
            ),
            (
                format!("ghcr.io/acme/svc@sha256:{hex}"),
                format!("ghcr.io/acme/svc@sha256/{hex}"),
            ),
            (
                format!("ghcr.io/acme/svc:1.4.0@sha256:{hex}"),
                format!("ghcr.io/acme/svc/1.4.0@sha256/{hex}"),
            ),
        ] {
            assert_eq!(path(&reference), format!("/root/{expected}"));
            let parsed = ArtifactReference::parse(&reference).expect("a reference");
            assert_eq!(CacheKey::from(&parsed).reference(), reference);
        }
    }

    #[test]
    fn nothing_leaves_the_root() {
        for reference in ["..", "../x:1", "a/../../x", "h/../..:..:/etc", "", "/", "."] {
            let entry = below(Path::new("/root"), reference);
            assert!(entry.is_shared, "{reference}");
            assert_eq!(entry.directory, Path::new("/root/_invalid"));
        }
        assert_eq!(path("/a/./b//c/../d"), "/root/a/b/d");
    }

    #[test]
    fn a_digest_wins_over_a_tag() {
        let digest = pacto_bundle::sha256(b"x");
        let key = CacheKey {
            repository: "h/r".to_owned(),
            tag: Some("1".to_owned()),
            digest: Some(digest.clone()),
        };
        assert_eq!(key.selector(), Some(Selector::Digest(digest.clone())));
        let paths: Vec<String> = key
            .alternatives(&digest)
            .iter()
            .map(CacheKey::reference)
            .collect();
        assert_eq!(
            paths,
            [
                format!("h/r:1@{digest}"),
                "h/r:1".to_owned(),
                format!("h/r@{digest}")
            ]
        );
    }
}
