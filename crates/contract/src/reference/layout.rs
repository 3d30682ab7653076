//! References to artifacts in image layouts on disk.

use std::fmt;

use super::{Digest, ReferenceError, is_tag};

/// An artifact in an image layout directory.
///
/// `Display` writes it without scheme: `DIR[:TAG][@DIGEST]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayoutReference {
    /// Directory as written.
    pub directory: String,
    /// Tag, when one is given.
    pub tag: Option<String>,
    /// Digest, when one is given.
    pub digest: Option<Digest>,
}

impl LayoutReference {
    /// Reads the text after `oci-layout://`. A final `@` with a digest is the digest, a `:` after
    /// the last `/` starts the tag; so a directory whose last segment holds a `:` must be written
    /// with a tag.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let (directory_and_tag, digest) = match text.rsplit_once('@') {
            Some((front, digest))
                if digest.starts_with("sha256:") || digest.starts_with("sha512:") =>
            {
                (front, Some(digest))
            }
            _ => (text, None),
        };
        let (directory, tag) = match directory_and_tag.rsplit_once(':') {
            Some((directory, tag)) if !tag.contains('/') => (directory, Some(tag)),
            _ => (directory_and_tag, None),
        };
        if directory.is_empty() {
            return Err(ReferenceError::Empty);
        }
        if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
            return Err(ReferenceError::MalformedTag(tag.to_owned()));
        }
        Ok(Self {
            directory: directory.to_owned(),
            tag: tag.map(ToOwned::to_owned),
            digest: digest.map(Digest::parse_part).transpose()?,
        })
    }

    /// True when the reference says itself which artifact it means.
    pub fn has_tag_or_digest(&self) -> bool {
        self.tag.is_some() || self.digest.is_some()
    }
}

impl fmt::Display for LayoutReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.directory)?;
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

    #[test]
    fn directory_tag_and_digest_are_told_apart() {
        let digest = format!("sha256:{}", "0".repeat(64));
        for (text, directory, tag, has_digest) in [
            ("demo/payments".to_owned(), "demo/payments", None, false),
            (
                "/srv/payments:1.0.0".to_owned(),
                "/srv/payments",
                Some("1.0.0"),
                false,
            ),
            (
                format!("demo/payments@{digest}"),
                "demo/payments",
                None,
                true,
            ),
            (
                format!("demo/payments:1@{digest}"),
                "demo/payments",
                Some("1"),
                true,
            ),
            ("a:b/c".to_owned(), "a:b/c", None, false),
            ("a/b:c:1".to_owned(), "a/b:c", Some("1"), false),
            ("a/@team/b".to_owned(), "a/@team/b", None, false),
        ] {
            let reference = LayoutReference::parse(&text).expect("the test writes a reference");
            assert_eq!(reference.directory, directory, "{text}");
            assert_eq!(reference.tag.as_deref(), tag, "{text}");
            assert_eq!(reference.digest.is_some(), has_digest, "{text}");
            assert_eq!(reference.to_string(), text);
        }
    }

    #[test]
    fn mistakes_are_told() {
        for (text, error) in [
            ("", ReferenceError::Empty),
            (":1", ReferenceError::Empty),
            ("a:", ReferenceError::MalformedTag(String::new())),
            ("a:b c", ReferenceError::MalformedTag("b c".to_owned())),
            (
                "a@sha256:12",
                ReferenceError::IncompleteDigest("sha256:12".to_owned()),
            ),
        ] {
            assert_eq!(LayoutReference::parse(text), Err(error));
        }
    }
}
