//! References: where a contract or an artifact lies.
//!
//! Two steps meet here. *Syntax in a contract* ([`ArtifactReference::parse`]) is what validation
//! checks. *The name contacted* ([`ArtifactReference::endpoint`]) adds the rules of registries:
//! Docker Hub short names, allowed characters.

use std::fmt;

/// Where something lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// `oci://REGISTRY/REPOSITORY[:TAG][@DIGEST]`.
    Oci(ArtifactReference),
    /// `oci-layout://DIR[:TAG][@DIGEST]`: an OCI image layout on disk.
    Layout(LayoutReference),
    /// `file://PATH` or a bare path, as written without the scheme.
    Local(String),
}

/// An artifact in a registry, as written (no Docker Hub normalisation).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtifactReference {
    /// Host with optional port.
    pub registry: String,
    /// Path below the registry.
    pub repository: String,
    /// Tag, when one is given.
    pub tag: Option<String>,
    /// Digest, when one is given; it wins over the tag.
    pub digest: Option<Digest>,
}

/// An artifact in an image layout directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayoutReference {
    /// Directory as written.
    pub directory: String,
    /// Tag, when one is given.
    pub tag: Option<String>,
    /// Digest, when one is given.
    pub digest: Option<Digest>,
}

/// A complete content digest: `sha256:` and 64 or `sha512:` and 128 lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(String);

/// What is wrong with a digest text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigestProblem {
    /// A known algorithm, but not a complete digest: documents intent, cannot be resolved.
    Incomplete,
    /// Not a digest at all.
    Malformed,
}

/// Why a reference does not parse. Displays as the text after `invalid OCI reference "R": `.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReferenceError {
    /// Nothing there.
    #[error("empty OCI reference")]
    Empty,
    /// No slash.
    #[error("missing repository in \"{0}\"")]
    MissingRepository(String),
    /// Nothing before the first slash.
    #[error("empty registry in \"{0}\"")]
    EmptyRegistry(String),
    /// Nothing after the first slash.
    #[error("empty repository in \"{0}\"")]
    EmptyRepository(String),
    /// The tag breaks its grammar.
    #[error("malformed tag \"{0}\"")]
    MalformedTag(String),
    /// The digest breaks its grammar.
    #[error("malformed digest \"{0}\"")]
    MalformedDigest(String),
    /// A known algorithm followed by anything but all its digits.
    #[error("incomplete digest \"{0}\"")]
    IncompleteDigest(String),
    /// The name cannot be asked for at a registry.
    #[error("{reason} in \"{text}\"")]
    NotContactable {
        /// The reference as written.
        text: String,
        /// What a registry would refuse.
        reason: String,
    },
}

impl Digest {
    /// Reads a complete digest.
    pub fn parse(text: &str) -> Result<Self, DigestProblem> {
        let _ = text;
        unimplemented!()
    }
    /// The digest as text, `sha256:…`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Reference {
    /// Reads a reference. Text without a known scheme is a local path and always parses.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let _ = text;
        unimplemented!()
    }
}

impl ArtifactReference {
    /// Reads the text after `oci://`, as a contract may write it.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let _ = text;
        unimplemented!()
    }
}
