//! References to artifacts in registries, as written.

use std::fmt;

use super::{Digest, ReferenceError, is_tag};

/// An artifact in a registry, as written (no Docker Hub normalisation).
///
/// `Display` writes it without scheme: `registry/repository[:tag][@digest]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtifactReference {
    /// Host with optional port, or the first segment of a Docker Hub name; empty when a reference
    /// on the command line is a short name of one segment.
    pub registry: String,
    /// Path below the registry.
    pub repository: String,
    /// Tag, when one is given.
    pub tag: Option<String>,
    /// Digest, when one is given; it wins over the tag.
    pub digest: Option<Digest>,
}

impl ArtifactReference {
    /// Reads the text after `oci://`, as a contract may write it: a registry and a repository,
    /// then a tag and a digest if wanted. An incomplete digest is the last thing complained about.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let reference = Self::parse_argument(text);
        match reference {
            Ok(reference) if reference.registry.is_empty() => {
                Err(ReferenceError::MissingRepository(text.to_owned()))
            }
            Err(ReferenceError::IncompleteDigest(_)) if !text.contains('/') => {
                Err(ReferenceError::MissingRepository(text.to_owned()))
            }
            other => other,
        }
    }

    /// Reads the text after `oci://` as given on the command line, where a name of one segment
    /// stands for a repository of Docker Hub.
    pub fn parse_argument(text: &str) -> Result<Self, ReferenceError> {
        if text.is_empty() {
            return Err(ReferenceError::Empty);
        }
        let (name_and_tag, digest) = match text.split_once('@') {
            Some((name_and_tag, digest)) => (name_and_tag, Some(digest)),
            None => (text, None),
        };
        let last_segment = name_and_tag.rfind('/').map_or(0, |slash| slash + 1);
        let (path, segment) = name_and_tag
            .split_at_checked(last_segment)
            .unwrap_or((name_and_tag, ""));
        let (segment, tag) = match segment.split_once(':') {
            Some((segment, tag)) => (segment, Some(tag)),
            None => (segment, None),
        };
        let name = format!("{path}{segment}");
        let (registry, repository) = name.split_once('/').unwrap_or(("", &name));
        if registry.is_empty() && name.contains('/') {
            return Err(ReferenceError::EmptyRegistry(text.to_owned()));
        }
        if repository.is_empty() {
            return Err(ReferenceError::EmptyRepository(text.to_owned()));
        }
        if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
            return Err(ReferenceError::MalformedTag(tag.to_owned()));
        }
        Ok(Self {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            tag: tag.map(ToOwned::to_owned),
            digest: digest.map(Digest::parse_part).transpose()?,
        })
    }

    /// Registry and repository as written, without tag and digest.
    pub fn name(&self) -> String {
        if self.registry.is_empty() {
            self.repository.clone()
        } else {
            format!("{}/{}", self.registry, self.repository)
        }
    }

    /// True when the reference says itself which artifact it means.
    pub fn has_tag_or_digest(&self) -> bool {
        self.tag.is_some() || self.digest.is_some()
    }

    /// The same artifact under a tag, without digest.
    #[must_use]
    pub fn with_tag(&self, tag: &str) -> Self {
        Self {
            tag: Some(tag.to_owned()),
            digest: None,
            ..self.clone()
        }
    }

    /// The same artifact by digest, without tag.
    #[must_use]
    pub fn with_digest(&self, digest: &Digest) -> Self {
        Self {
            tag: None,
            digest: Some(digest.clone()),
            ..self.clone()
        }
    }

    /// Folder of the artifact in the cache that is shared with the original tool, relative to the
    /// root of the cache: the reference with every `:` replaced by `/`, or `_invalid` when that
    /// would lead elsewhere.
    pub fn cache_folder(&self) -> String {
        let folder = self.to_string().replace(':', "/");
        let is_inside = folder
            .split('/')
            .all(|segment| !matches!(segment, "" | "." | "..") && !segment.contains(['\\', '\0']));
        if is_inside {
            folder
        } else {
            "_invalid".to_owned()
        }
    }
}

impl fmt::Display for ArtifactReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest() -> String {
        format!("sha256:{}", "28ed".repeat(16))
    }

    #[test]
    fn parts_are_split_where_the_grammar_says() {
        let digest = digest();
        for (text, registry, repository, tag, has_digest) in [
            (
                "ghcr.io/acme/svc".to_owned(),
                "ghcr.io",
                "acme/svc",
                None,
                false,
            ),
            ("host:5000/x".to_owned(), "host:5000", "x", None, false),
            (
                "host:5000/x:1.0.0".to_owned(),
                "host:5000",
                "x",
                Some("1.0.0"),
                false,
            ),
            (format!("h/a/b@{digest}"), "h", "a/b", None, true),
            (
                format!("h/a/b:_t-1@{digest}"),
                "h",
                "a/b",
                Some("_t-1"),
                true,
            ),
            ("h/UPPER//odd".to_owned(), "h", "UPPER//odd", None, false),
        ] {
            let reference = ArtifactReference::parse(&text).expect("the test writes a reference");
            assert_eq!(reference.registry, registry, "{text}");
            assert_eq!(reference.repository, repository, "{text}");
            assert_eq!(reference.tag.as_deref(), tag, "{text}");
            assert_eq!(reference.digest.is_some(), has_digest, "{text}");
            assert_eq!(reference.to_string(), text);
        }
    }

    #[test]
    fn each_mistake_has_its_message() {
        let long_tag = "t".repeat(129);
        let long = format!("malformed tag \"{long_tag}\"");
        for (text, message) in [
            ("", "empty OCI reference"),
            ("acme", "missing repository in \"acme\""),
            ("acme:1", "missing repository in \"acme:1\""),
            (
                "acme@sha256:abc",
                "missing repository in \"acme@sha256:abc\"",
            ),
            ("/acme", "empty registry in \"/acme\""),
            ("ghcr.io/", "empty repository in \"ghcr.io/\""),
            ("ghcr.io/:1", "empty repository in \"ghcr.io/:1\""),
            ("h/a:", "malformed tag \"\""),
            ("h/a:-x", "malformed tag \"-x\""),
            ("h/a:1+b", "malformed tag \"1+b\""),
            ("h/a:b:c", "malformed tag \"b:c\""),
            (&format!("h/a:{long_tag}"), &long),
            ("h/a@", "malformed digest \"\""),
            ("h/a@md5:abc", "malformed digest \"md5:abc\""),
            ("h/a@sha256:", "malformed digest \"sha256:\""),
            ("h/a@sha256:abc", "incomplete digest \"sha256:abc\""),
            ("h/a:b c@sha256:abc", "malformed tag \"b c\""),
            ("h/a@sha256:abc@x", "incomplete digest \"sha256:abc@x\""),
        ] {
            let error = ArtifactReference::parse(text).expect_err(text);
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn a_command_line_may_name_a_repository_without_a_registry() {
        let reference = ArtifactReference::parse_argument("redis:7").expect("short name");
        assert_eq!(reference.registry, "");
        assert_eq!(reference.repository, "redis");
        assert_eq!(reference.to_string(), "redis:7");
    }

    #[test]
    fn the_cache_folder_is_the_reference_with_slashes_for_colons() {
        let digest = digest();
        let hex = "28ed".repeat(16);
        for (text, folder) in [
            (
                "registry.example.com:5000/acme/svc:1.2.0".to_owned(),
                "registry.example.com/5000/acme/svc/1.2.0".to_owned(),
            ),
            (
                format!("ghcr.io/acme/svc@{digest}"),
                format!("ghcr.io/acme/svc@sha256/{hex}"),
            ),
            (
                format!("ghcr.io/acme/svc:1.4.0@{digest}"),
                format!("ghcr.io/acme/svc/1.4.0@sha256/{hex}"),
            ),
            ("h/../../etc:1".to_owned(), "_invalid".to_owned()),
            ("h/a//b".to_owned(), "_invalid".to_owned()),
            ("h/a\\..\\b".to_owned(), "_invalid".to_owned()),
        ] {
            let reference = ArtifactReference::parse(&text).expect("the test writes a reference");
            assert_eq!(reference.cache_folder(), folder);
        }
    }
}
