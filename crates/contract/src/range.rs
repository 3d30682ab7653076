//! Version ranges in the dialect of the Go library Masterminds/semver.
//!
//! Contracts were written against that library (3.4.0), so its whole table counts, oddities
//! included: `^*` accepts 0.0.0 only, and one pre-release in a group admits every pre-release for
//! the group. `tests/ranges.tsv` holds its answers, and a test compares ours with all of them.

mod comparator;
mod parse;
mod relation;

use std::fmt;

use crate::LooseVersion;
use comparator::Comparator;
pub use relation::RangeRelation;

/// A parsed range such as `>=1.0.0, <2.0.0 || ^3`: alternatives, each a list of comparators that
/// must all accept.
///
/// ```
/// use pacto_contract::{LooseVersion, VersionRange};
///
/// let range = VersionRange::parse("^1.2").unwrap();
/// assert!(range.matches(&LooseVersion::parse("1.9").unwrap()));
/// assert!(!range.matches(&LooseVersion::parse("2.0.0").unwrap()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRange {
    text: String,
    groups: Vec<Group>,
}

/// Comparators joined by "and".
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    comparators: Vec<Comparator>,
    admits_prereleases: bool,
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
    /// Texts longer than this (in bytes) are refused: finding hyphen ranges takes time that grows
    /// with the square of the length.
    pub const MAX_LENGTH: usize = 4096;

    /// Reads a range. Hyphen ranges (`1.2 - 2.0`) are rewritten to two comparators first, so the
    /// piece that an error names may be the rewritten one.
    pub fn parse(text: &str) -> Result<Self, RangeError> {
        let groups = parse::groups(text).map_err(|problem| RangeError {
            range: text.to_owned(),
            reason: problem.to_string(),
        })?;
        Ok(Self {
            text: text.to_owned(),
            groups: groups
                .into_iter()
                .map(|comparators| Group {
                    admits_prereleases: comparators.iter().any(Comparator::has_prerelease),
                    comparators,
                })
                .collect(),
        })
    }

    /// The range as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// True when the version lies in the range.
    pub fn matches(&self, version: &LooseVersion) -> bool {
        self.groups.iter().any(|group| {
            (group.admits_prereleases || !version.is_prerelease())
                && group
                    .comparators
                    .iter()
                    .all(|comparator| comparator.accepts(version.semver()))
        })
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for VersionRange {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(range: &str, version: &str) -> bool {
        VersionRange::parse(range)
            .expect("the test writes a range")
            .matches(&LooseVersion::parse(version).expect("the test writes a version"))
    }

    fn message(range: &str) -> Option<String> {
        VersionRange::parse(range)
            .err()
            .map(|error| error.to_string())
    }

    #[test]
    fn an_error_names_the_range_and_the_piece() {
        for (range, expected) in [
            (
                "latest",
                "invalid semver range \"latest\": improper constraint: latest",
            ),
            ("", "invalid semver range \"\": improper constraint: "),
            (
                "^1 ||",
                "invalid semver range \"^1 ||\": improper constraint: ",
            ),
            (
                "^1 || b c",
                "invalid semver range \"^1 || b c\": improper constraint:  b c",
            ),
            (
                "=~1",
                "invalid semver range \"=~1\": improper constraint: =~1",
            ),
            ("1x", "invalid semver range \"1x\": constraint parser error"),
            (
                "1|2",
                "invalid semver range \"1|2\": constraint parser error",
            ),
            (
                "1 - 2 c",
                "invalid semver range \"1 - 2 c\": improper constraint: >= 1, <= 2 c",
            ),
        ] {
            assert_eq!(message(range).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_range_of_excessive_length_is_refused() {
        let longest = format!("1{}", " ".repeat(VersionRange::MAX_LENGTH - 1));
        assert_eq!(message(&longest), None);
        assert!(message(&format!("{longest} ")).is_some());
    }

    #[test]
    fn one_prerelease_in_a_group_admits_prereleases_for_that_group_only() {
        assert!(accepts(">=1.0.0-0", "1.9.9-rc1"));
        assert!(accepts("^1.0.0-alpha", "1.9.9-rc1"));
        assert!(!accepts("^1.0.0-alpha", "2.0.0-rc1"));
        assert!(!accepts("^1.0.0", "1.9.9-rc1"));
        assert!(accepts(">=1 <3.0.0-0", "2.0.0-rc1"));
        assert!(!accepts("^1.0.0-0 || ^2", "2.1.0-rc1"));
    }

    #[test]
    fn a_hyphen_includes_both_ends_and_everything_the_upper_one_leaves_open() {
        for (version, expected) in [
            ("1.1.9", false),
            ("1.2.0", true),
            ("2.0.99", true),
            ("2.1.0", false),
        ] {
            assert_eq!(accepts("1.2 - 2.0", version), expected, "{version}");
        }
    }

    #[test]
    fn a_wildcard_alone_keeps_the_oddities_of_the_original() {
        for (range, accepted) in [
            ("*", "0.0.0 0.0.7 3.0.0"),
            ("!=*", "0.0.7 3.0.0"),
            (">*", "0.0.7 3.0.0"),
            ("<*", ""),
            ("<=*", "0.0.0 0.0.7"),
            ("^*", "0.0.0"),
            ("~*", "0.0.0 0.0.7 3.0.0"),
            ("~0.0.0", "0.0.0 0.0.7 3.0.0"),
        ] {
            let found: Vec<_> = ["0.0.0", "0.0.7", "3.0.0"]
                .into_iter()
                .filter(|version| accepts(range, version))
                .collect();
            assert_eq!(found.join(" "), accepted, "{range}");
        }
    }
}
