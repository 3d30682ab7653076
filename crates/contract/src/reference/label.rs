//! Names made of the end of a reference. They work on any text, also on one that does not parse.

use std::fmt;

use super::{FILE_SCHEME, LAYOUT_SCHEME, OCI_SCHEME};

/// Hex digits of a digest that people read.
const SHORT_DIGEST: usize = 7;

/// The last path segment of a reference, taken apart.
pub(super) struct LastSegment<'t> {
    name: &'t str,
    tag: Option<&'t str>,
    digest: Option<&'t str>,
}

impl<'t> LastSegment<'t> {
    /// Takes the end of a reference as written. Local paths have neither tag nor digest.
    pub(super) fn of(text: &'t str) -> Self {
        let artifact = text
            .strip_prefix(OCI_SCHEME)
            .or_else(|| text.strip_prefix(LAYOUT_SCHEME));
        let path = artifact.unwrap_or_else(|| text.strip_prefix(FILE_SCHEME).unwrap_or(text));
        let path = path.trim_end_matches('/');
        let segment = path.rsplit_once('/').map_or(path, |(_, segment)| segment);
        let (name_and_tag, digest) = match segment.split_once('@') {
            Some((front, digest)) if artifact.is_some() => (front, Some(digest)),
            _ => (segment, None),
        };
        let (name, tag) = match name_and_tag.split_once(':') {
            Some((name, tag)) => (name, Some(tag)),
            None => (name_and_tag, None),
        };
        Self { name, tag, digest }
    }

    /// The name alone, `default` when there is none.
    pub(super) fn derived_name(&self) -> &'t str {
        if self.name.is_empty() {
            "default"
        } else {
            self.name
        }
    }
}

impl fmt::Display for LastSegment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if let Some(tag) = self.tag {
            write!(f, ":{tag}")?;
        }
        match self.digest.map(|digest| (digest, digest.split_once(':'))) {
            Some((_, Some((algorithm, hex)))) => {
                let short: String = hex.chars().take(SHORT_DIGEST).collect();
                write!(f, "@{algorithm}:{short}")
            }
            Some((digest, None)) => write!(f, "@{digest}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Reference;

    #[test]
    fn a_derived_name_is_the_last_segment_without_tag_and_digest() {
        for (text, expected) in [
            ("oci://ghcr.io/acme/auth-pacto:1.0.0", "auth-pacto"),
            ("oci://ghcr.io/acme/auth-pacto", "auth-pacto"),
            ("oci://ghcr.io/acme/auth@sha256:0123", "auth"),
            ("oci://ghcr.io/acme/auth:1@sha256:0123", "auth"),
            ("oci://host:5000/x", "x"),
            ("oci-layout://demo/payments:1", "payments"),
            ("../shared-lib", "shared-lib"),
            ("../shared-lib/", "shared-lib"),
            ("file://../shared-lib", "shared-lib"),
            ("ghcr.io/acme/auth:1", "auth"),
            ("oci://", "default"),
            ("", "default"),
        ] {
            assert_eq!(Reference::derived_dependency_name(text), expected, "{text}");
        }
    }

    #[test]
    fn a_label_keeps_the_tag_and_seven_digits_of_the_digest() {
        for (text, expected) in [
            (
                "oci://registry.example.com/acme/missing:1.0.0",
                "missing:1.0.0",
            ),
            (
                "oci://r/acme/mid@sha256:0123456789abcdef",
                "mid@sha256:0123456",
            ),
            (
                "oci://r/acme/mid:1@sha256:0123456789abcdef",
                "mid:1@sha256:0123456",
            ),
            ("oci://r/acme/pricing", "pricing"),
            ("../a/b", "b"),
            ("oci://r/x@odd", "x@odd"),
        ] {
            assert_eq!(Reference::short_label(text), expected, "{text}");
        }
    }
}
