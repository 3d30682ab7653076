//! Versions as services, charts and tags write them: semantic versions, read loosely.

use std::cmp::Ordering;
use std::fmt;

use crate::VersionRange;

/// A loosely written semantic version: `v?N[.N[.N]][-pre][+build]`.
///
/// Keeps the text as written. Ordering and equality are SemVer 2.0 precedence (section 11): build
/// metadata and spelling do not count.
///
/// ```
/// use pacto_contract::LooseVersion;
///
/// let version = LooseVersion::parse("v2024.01").unwrap();
/// assert_eq!(version.as_str(), "v2024.01");
/// assert_eq!(version.semver().to_string(), "2024.1.0");
/// ```
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
    /// Reads a version. Missing parts are 0; leading zeros of the numbers are tolerated, of
    /// pre-release identifiers not; each number fits 64 bits.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        let rest = text.strip_prefix('v').unwrap_or(text);
        let (rest, build) = match rest.split_once('+') {
            Some((rest, build)) => (rest, Some(build)),
            None => (rest, None),
        };
        let (numbers, pre) = match rest.split_once('-') {
            Some((numbers, pre)) => (numbers, Some(pre)),
            None => (rest, None),
        };
        let mut parts = numbers.split('.').map(number);
        let major = parts.next().ok_or(VersionError)??;
        let minor = parts.next().transpose()?.unwrap_or(0);
        let patch = parts.next().transpose()?.unwrap_or(0);
        if parts.next().is_some() {
            return Err(VersionError);
        }
        let mut version = semver::Version::new(major, minor, patch);
        // The types of `semver` read an empty text as "none"; written, it is a mistake.
        if let Some(pre) = pre {
            version.pre = non_empty(pre)?.parse().map_err(|_| VersionError)?;
        }
        if let Some(build) = build {
            version.build = non_empty(build)?.parse().map_err(|_| VersionError)?;
        }
        Ok(Self {
            text: text.to_owned(),
            version,
        })
    }

    /// A version that nobody wrote, in its canonical spelling.
    pub(crate) fn of(version: semver::Version) -> Self {
        Self {
            text: version.to_string(),
            version,
        }
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
        self.version.build.is_empty() && self.version.to_string() == self.text
    }

    /// Picks the tag that stands for "latest" among tags, or the highest that a range accepts.
    ///
    /// Without a range: the highest stable version, a pre-release only when there is nothing else.
    /// Texts that are no versions are skipped. Equal versions: canonical spelling, then one
    /// without `v`, then the first in byte order. The order of the tags does not matter.
    pub fn pick<'t>(
        tags: impl IntoIterator<Item = &'t str>,
        range: Option<&VersionRange>,
    ) -> Option<&'t str> {
        tags.into_iter()
            .filter_map(|tag| Some((tag, Self::parse(tag).ok()?)))
            .filter(|(_, version)| range.is_none_or(|range| range.matches(version)))
            .max_by(|(_, a), (_, b)| {
                let stable_first = match range {
                    None => b.is_prerelease().cmp(&a.is_prerelease()),
                    Some(_) => Ordering::Equal,
                };
                stable_first
                    .then_with(|| a.cmp(b))
                    .then_with(|| b.spelling_rank().cmp(&a.spelling_rank()))
            })
            .map(|(tag, _)| tag)
    }

    /// Sort key of spellings of one version, the preferred one first.
    fn spelling_rank(&self) -> (bool, bool, &str) {
        (
            !self.is_canonical(),
            self.text.starts_with('v'),
            self.text.as_str(),
        )
    }
}

/// Reads one number of a version; leading zeros do not count.
fn number(digits: &str) -> Result<u64, VersionError> {
    // `u64` itself would accept a sign.
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.parse().map_err(|_| VersionError)
    } else {
        Err(VersionError)
    }
}

fn non_empty(text: &str) -> Result<&str, VersionError> {
    if text.is_empty() {
        Err(VersionError)
    } else {
        Ok(text)
    }
}

impl fmt::Display for LooseVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for LooseVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> LooseVersion {
        LooseVersion::parse(text).expect("the test writes a version")
    }

    #[test]
    fn loose_spellings_are_read() {
        for (text, canonical) in [
            ("1", "1.0.0"),
            ("v1", "1.0.0"),
            ("16", "16.0.0"),
            ("1.2", "1.2.0"),
            ("2024.01.01", "2024.1.1"),
            ("0000000000000000000000000000000001.2", "1.2.0"),
            ("1.0.0+a", "1.0.0+a"),
            ("1+01", "1.0.0+01"),
            ("v1.2-rc.1+b.2", "1.2.0-rc.1+b.2"),
            ("1--", "1.0.0--"),
            ("1.0.0-0", "1.0.0-0"),
            ("18446744073709551615", "18446744073709551615.0.0"),
        ] {
            assert_eq!(version(text).semver().to_string(), canonical, "{text}");
            assert_eq!(version(text).as_str(), text);
        }
    }

    #[test]
    fn other_texts_are_no_versions() {
        for text in [
            "",
            "V1",
            "v",
            "vv1",
            "1.2.3.4",
            "x",
            " 1",
            "1 ",
            "1.",
            ".1",
            "1..2",
            "1.0.0-",
            "1.0.0+",
            "1.0.0-01",
            "1.0.0-a..b",
            "1.0.0-a.",
            "1.0.0-ä",
            "+1",
            "-1",
            "1.+2",
            "１",
            "1.9.0_build",
            "latest",
            "18446744073709551616",
            "1.x",
        ] {
            assert_eq!(LooseVersion::parse(text).ok(), None, "{text:?}");
        }
    }

    #[test]
    fn precedence_is_that_of_semver_and_ignores_build_and_spelling() {
        let ascending = [
            "0.9",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1",
            "1.0.1",
            "1.10",
            "v2",
        ];
        for pair in ascending.windows(2) {
            if let [a, b] = pair {
                assert!(version(a) < version(b), "{a} < {b}");
            }
        }
        assert_eq!(version("v1.0"), version("1.0.0+build"));
    }

    #[test]
    fn only_the_printed_form_is_canonical() {
        for (text, expected) in [
            ("1.2.3", true),
            ("1.2.3-rc.1", true),
            ("1.2", false),
            ("v1.2.3", false),
            ("01.2.3", false),
            ("1.2.3+b", false),
        ] {
            assert_eq!(version(text).is_canonical(), expected, "{text}");
        }
    }

    /// The tags and answers measured on a registry with the original tool, except that a
    /// pre-release is not "latest".
    const MEASURED: [&str; 9] = [
        "v1.2.0",
        "1.3",
        "2.0.0-rc.1",
        "1.9.0_build",
        "latest",
        "01.2.3",
        "1.2.0",
        "3",
        "v0.9",
    ];

    #[test]
    fn the_highest_tag_in_the_range_is_picked_in_its_own_spelling() {
        for (range, expected) in [
            ("^1.0.0", Some("1.3")),
            ("~1.2", Some("01.2.3")),
            ("1.x", Some("1.3")),
            (">=1.0.0 <2.0.0", Some("1.3")),
            ("^1.0.0 || ^3", Some("3")),
            ("*", Some("3")),
            (">=2.0.0-0", Some("3")),
            ("^2.0.0-0", Some("2.0.0-rc.1")),
            ("^2", None),
        ] {
            let parsed = VersionRange::parse(range).expect("the test writes a range");
            assert_eq!(
                LooseVersion::pick(MEASURED, Some(&parsed)),
                expected,
                "{range}"
            );
        }
        assert_eq!(LooseVersion::pick(MEASURED, None), Some("3"));
    }

    #[test]
    fn without_a_range_a_prerelease_is_picked_only_when_there_is_nothing_else() {
        assert_eq!(
            LooseVersion::pick(["1.0.0", "2.0.0-rc.1"], None),
            Some("1.0.0")
        );
        assert_eq!(
            LooseVersion::pick(["2.0.0-rc.1", "2.0.0-rc.2", "latest"], None),
            Some("2.0.0-rc.2")
        );
        assert_eq!(LooseVersion::pick(["latest"], None), None);
    }

    #[test]
    fn among_equal_versions_the_canonical_spelling_wins_in_any_order() {
        for (tags, expected) in [
            (["v1.0.0", "1.0.0", "1", "01.0.0"], "1.0.0"),
            (["v1.0.0", "v1", "1.0", "01"], "01"),
            (["v1.0.0", "v1", "v1.0", "v01"], "v01"),
        ] {
            for turn in 0..tags.len() {
                let mut tags = tags;
                tags.rotate_left(turn);
                assert_eq!(LooseVersion::pick(tags, None), Some(expected));
            }
        }
    }
}
