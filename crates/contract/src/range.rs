//! Version ranges in the dialect of the Go library Masterminds/semver.

use crate::LooseVersion;

/// A parsed range such as `>=1.0.0, <2.0.0 || ^3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRange {
    text: String,
}

/// Why a text is not a range. Displays as `invalid semver range "R": improper constraint: PIECE`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid semver range \"{range}\": {reason}")]
pub struct RangeError {
    /// The whole range as written.
    pub range: String,
    /// `improper constraint: PIECE` or `constraint parser error`.
    pub reason: String,
}

impl VersionRange {
    /// Reads a range.
    pub fn parse(text: &str) -> Result<Self, RangeError> {
        let _ = text;
        unimplemented!()
    }

    /// The range as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// True when the version lies in the range.
    pub fn matches(&self, version: &LooseVersion) -> bool {
        let _ = version;
        unimplemented!()
    }
}
