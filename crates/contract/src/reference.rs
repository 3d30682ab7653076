//! References: where a contract or an artifact lies.
//!
//! Two steps meet here. *Syntax in a contract* ([`ArtifactReference::parse`]) is what validation
//! checks. *The name contacted* ([`ArtifactReference::endpoint`]) adds the rules of registries:
//! Docker Hub short names, allowed characters.

mod artifact;
mod digest;
mod endpoint;
mod error;
mod label;
mod layout;

use std::fmt;

pub use artifact::ArtifactReference;
pub use digest::{Digest, DigestProblem};
pub use endpoint::{DOCKER_HUB, Endpoint};
pub use error::ReferenceError;
pub use layout::LayoutReference;

/// Scheme of artifacts in registries.
pub const OCI_SCHEME: &str = "oci://";
/// Scheme of image layouts on disk.
pub const LAYOUT_SCHEME: &str = "oci-layout://";
/// Scheme of local directories; a bare path means the same.
pub const FILE_SCHEME: &str = "file://";

/// Where something lies.
///
/// `Display` writes the reference with its scheme; local paths stay bare. Parsing what was
/// displayed gives the same reference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// `oci://REGISTRY/REPOSITORY[:TAG][@DIGEST]`.
    Oci(ArtifactReference),
    /// `oci-layout://DIR[:TAG][@DIGEST]`: an OCI image layout on disk.
    Layout(LayoutReference),
    /// `file://PATH` or a bare path, as written without the scheme.
    Local(String),
}

impl Reference {
    /// Reads a reference of a contract. Text without a known scheme is a local path and always
    /// parses; schemes are lower-case.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        Self::parse_with(text, ArtifactReference::parse)
    }

    /// Reads a reference given on the command line, where Docker Hub short names of one segment
    /// (`oci://redis`) are allowed.
    pub fn parse_argument(text: &str) -> Result<Self, ReferenceError> {
        Self::parse_with(text, ArtifactReference::parse_argument)
    }

    fn parse_with(
        text: &str,
        parse_artifact: impl Fn(&str) -> Result<ArtifactReference, ReferenceError>,
    ) -> Result<Self, ReferenceError> {
        if let Some(artifact) = text.strip_prefix(OCI_SCHEME) {
            parse_artifact(artifact).map(Self::Oci)
        } else if let Some(layout) = text.strip_prefix(LAYOUT_SCHEME) {
            LayoutReference::parse(layout).map(Self::Layout)
        } else {
            let path = text.strip_prefix(FILE_SCHEME).unwrap_or(text);
            Ok(Self::Local(path.to_owned()))
        }
    }

    /// Tag, when one is given.
    pub fn tag(&self) -> Option<&str> {
        match self {
            Self::Oci(artifact) => artifact.tag.as_deref(),
            Self::Layout(layout) => layout.tag.as_deref(),
            Self::Local(_) => None,
        }
    }

    /// Digest, when one is given.
    pub fn digest(&self) -> Option<&Digest> {
        match self {
            Self::Oci(artifact) => artifact.digest.as_ref(),
            Self::Layout(layout) => layout.digest.as_ref(),
            Self::Local(_) => None,
        }
    }

    /// True when the reference says itself which artifact it means, so that no tag is chosen.
    pub fn has_tag_or_digest(&self) -> bool {
        self.tag().is_some() || self.digest().is_some()
    }

    /// True for a local path: `file://` or no scheme.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Local(_))
    }

    /// True for a bare path that reads like an artifact whose `oci://` was forgotten, such as
    /// `ghcr.io/acme/orders:1.0.0`.
    pub fn is_probably_missing_scheme(text: &str) -> bool {
        !text.contains("://")
            && !text.starts_with(['.', '/'])
            && ArtifactReference::parse(text)
                .is_ok_and(|artifact| artifact.names_registry() && artifact.endpoint().is_ok())
    }

    /// Name of a dependency that has none of its own, from its reference as written: the last
    /// path segment without scheme, tag and digest, `default` when nothing is left.
    ///
    /// ```
    /// use pacto_contract::Reference;
    ///
    /// let name = Reference::derived_dependency_name("oci://host:5000/acme/auth:1.0.0");
    /// assert_eq!(name, "auth");
    /// ```
    pub fn derived_dependency_name(text: &str) -> String {
        label::LastSegment::of(text).derived_name().to_owned()
    }

    /// What people read instead of a reference as written: the last path segment with its tag and
    /// the first seven digits of its digest (`orders:1.0.0`, `orders@sha256:0123456`).
    pub fn short_label(text: &str) -> String {
        label::LastSegment::of(text).to_string()
    }
}

/// The text of a reference as it may be shown: user and password before the host, which a reference
/// does not take and people type all the same, become `***`.
pub fn without_credentials(text: &str) -> std::borrow::Cow<'_, str> {
    let (scheme, rest) = match text.find("://") {
        Some(end) => text.split_at(end + 3),
        None => ("", text),
    };
    let host = rest.split('/').next().unwrap_or(rest);
    match host.rsplit_once('@') {
        Some((credentials, _)) if credentials.contains(':') => {
            format!("{scheme}***{}", &rest[credentials.len()..]).into()
        }
        _ => text.into(),
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Oci(artifact) => write!(f, "{OCI_SCHEME}{artifact}"),
            Self::Layout(layout) => write!(f, "{LAYOUT_SCHEME}{layout}"),
            Self::Local(path) => {
                let is_ambiguous = [OCI_SCHEME, LAYOUT_SCHEME, FILE_SCHEME]
                    .iter()
                    .any(|scheme| path.starts_with(scheme));
                let scheme = if is_ambiguous { FILE_SCHEME } else { "" };
                write!(f, "{scheme}{path}")
            }
        }
    }
}

impl std::str::FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// True for texts that may follow the `:` of a reference: a letter, digit or `_`, then up to 127
/// letters, digits, `.`, `_` or `-` (OCI distribution specification 1.1, "Pulling manifests").
pub fn is_tag(text: &str) -> bool {
    text.len() <= 128
        && !text.starts_with(['.', '-'])
        && !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides_the_kind() {
        for (text, expected) in [
            ("file://../orders", "../orders"),
            ("../orders", "../orders"),
            ("ghcr.io/acme/orders:1", "ghcr.io/acme/orders:1"),
            ("OCI://ghcr.io/acme/orders", "OCI://ghcr.io/acme/orders"),
            ("", ""),
        ] {
            assert_eq!(
                Reference::parse(text),
                Ok(Reference::Local(expected.to_owned()))
            );
        }
        assert!(matches!(
            Reference::parse("oci://a/b"),
            Ok(Reference::Oci(_))
        ));
        assert!(matches!(
            Reference::parse("oci-layout://a/b"),
            Ok(Reference::Layout(_))
        ));
    }

    #[test]
    fn an_explicit_tag_or_digest_leaves_nothing_to_choose() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (text, expected) in [
            ("oci://host:5000/a".to_owned(), false),
            ("oci://host:5000/a:1".to_owned(), true),
            (format!("oci://host/a@{digest}"), true),
            ("oci-layout://a:1/b".to_owned(), false),
            ("oci-layout://a/b:1".to_owned(), true),
            ("./a:1".to_owned(), false),
        ] {
            let reference = Reference::parse(&text).expect("the test writes a reference");
            assert_eq!(reference.has_tag_or_digest(), expected, "{text}");
        }
    }

    #[test]
    fn a_path_that_looks_like_a_schemeless_artifact_is_recognised() {
        for (text, expected) in [
            ("ghcr.io/acme/orders:1", true),
            ("localhost:5000/orders", true),
            ("../orders", false),
            ("orders", false),
            ("services/orders", false),
            ("oci://ghcr.io/acme/orders", false),
            ("/srv.d/orders", false),
        ] {
            assert_eq!(
                Reference::is_probably_missing_scheme(text),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_local_path_that_starts_like_a_scheme_survives_display() {
        let reference = Reference::Local("oci://x".to_owned());
        assert_eq!(reference.to_string(), "file://oci://x");
        assert_eq!(Reference::parse(&reference.to_string()), Ok(reference));
    }

    #[test]
    fn credentials_in_a_reference_are_not_shown() {
        assert_eq!(
            without_credentials("oci://ada:secret@host/x"),
            "oci://***@host/x"
        );
        assert_eq!(without_credentials("ada:secret@host:5000"), "***@host:5000");
    }

    #[test]
    fn digests_are_not_credentials() {
        for text in [
            "oci://host/x@sha256:12",
            "oci://host:5000/x:1@sha256:12",
            "../a@b/c",
            "x",
        ] {
            assert_eq!(without_credentials(text), text);
        }
    }
}
