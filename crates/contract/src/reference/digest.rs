//! Content digests.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ReferenceError;

/// A complete content digest: `sha256:` and 64 or `sha512:` and 128 lower-case hex digits.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Digest(String);

/// What is wrong with a digest text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigestProblem {
    /// A known algorithm, but not a complete digest: documents intent, cannot be resolved.
    #[error("incomplete digest")]
    Incomplete,
    /// Not a digest at all.
    #[error("malformed digest")]
    Malformed,
}

impl Digest {
    /// Reads a complete digest.
    pub fn parse(text: &str) -> Result<Self, DigestProblem> {
        let (algorithm, hex) = text.split_once(':').ok_or(DigestProblem::Malformed)?;
        let length = match algorithm {
            "sha256" => 64,
            "sha512" => 128,
            _ => return Err(DigestProblem::Malformed),
        };
        let is_complete = hex.len() == length
            && hex
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_complete {
            Ok(Self(text.to_owned()))
        } else if hex.is_empty() {
            Err(DigestProblem::Malformed)
        } else {
            Err(DigestProblem::Incomplete)
        }
    }

    /// Reads the digest part of a reference.
    pub(super) fn parse_part(text: &str) -> Result<Self, ReferenceError> {
        Self::parse(text).map_err(|problem| match problem {
            DigestProblem::Incomplete => ReferenceError::IncompleteDigest(text.to_owned()),
            DigestProblem::Malformed => ReferenceError::MalformedDigest(text.to_owned()),
        })
    }

    /// The digest as text, `sha256:…`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `sha256` or `sha512`.
    pub fn algorithm(&self) -> &str {
        self.0
            .split_once(':')
            .map_or("", |(algorithm, _)| algorithm)
    }

    /// The hex digits, 64 or 128 of them.
    pub fn hex(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, hex)| hex)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Digest {
    type Err = DigestProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestProblem;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_digests_are_read() {
        for (algorithm, length) in [("sha256", 64), ("sha512", 128)] {
            let hex: String = "0123456789abcdef".chars().cycle().take(length).collect();
            let text = format!("{algorithm}:{hex}");
            let digest = Digest::parse(&text).expect("complete");
            assert_eq!(digest.as_str(), text);
            assert_eq!(digest.algorithm(), algorithm);
            assert_eq!(digest.hex(), hex);
        }
    }

    #[test]
    fn a_known_algorithm_with_other_digits_is_incomplete() {
        let upper = format!("sha256:{}", "A".repeat(64));
        let long = format!("sha256:{}", "a".repeat(65));
        let other_length = format!("sha512:{}", "a".repeat(64));
        for text in [
            "sha256:abc",
            "sha512:…",
            "sha256: ",
            &upper,
            &long,
            &other_length,
        ] {
            assert_eq!(
                Digest::parse(text),
                Err(DigestProblem::Incomplete),
                "{text}"
            );
        }
    }

    #[test]
    fn another_algorithm_or_nothing_is_malformed() {
        let md5 = format!("md5:{}", "a".repeat(32));
        for text in [
            "",
            "sha256",
            "sha256:",
            "sha512:",
            "SHA256:abc",
            ":abc",
            &md5,
        ] {
            assert_eq!(Digest::parse(text), Err(DigestProblem::Malformed), "{text}");
        }
    }
}
