//! Versions as services, charts and tags write them: semantic versions, read loosely.

use std::cmp::Ordering;

/// A loosely written semantic version: `v?N[.N[.N]][-pre][+build]`.
///
/// Keeps the text as written. Ordering and equality are SemVer 2.0 precedence (section 11): build
/// metadata and spelling do not count.
#[derive(Debug, Clone)]
pub struct LooseVersion {
    text: String,
    version: semver::Version,
}

/// Why a text is not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid semantic version")]
pub struct VersionError;

impl LooseVersion {
    /// Reads a version.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        let _ = text;
        unimplemented!()
    }

    /// The version as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The three numbers, pre-release and build metadata.
    pub fn semver(&self) -> &semver::Version {
        &self.version
    }

    /// True when there is a pre-release part.
    pub fn is_prerelease(&self) -> bool {
        !self.version.pre.is_empty()
    }

    /// True when the text is the canonical spelling `MAJOR.MINOR.PATCH[-pre]`.
    pub fn is_canonical(&self) -> bool {
        unimplemented!()
    }

    /// Picks the tag that stands for "latest" among tags, or the highest that a range accepts.
    ///
    /// Without a range: the highest stable version, a pre-release only when there is nothing else.
    /// Texts that are no versions are skipped. Equal versions: canonical spelling, then one
    /// without `v`, then the first in byte order.
    pub fn pick<'t>(
        tags: impl IntoIterator<Item = &'t str>,
        range: Option<&crate::VersionRange>,
    ) -> Option<&'t str> {
        let _ = (tags.into_iter(), range);
        unimplemented!()
    }
}

impl PartialEq for LooseVersion {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for LooseVersion {}
impl PartialOrd for LooseVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for LooseVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.version.cmp_precedence(&other.version)
    }
}
