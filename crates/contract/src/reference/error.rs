//! Why a text is not a reference.

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
    /// A known algorithm followed by anything but all its digits. Reported only when nothing else
    /// is wrong with the reference.
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
