//! How two ranges lie to each other.

use std::collections::BTreeSet;

use semver::{BuildMetadata, Prerelease, Version};

use super::VersionRange;
use crate::LooseVersion;

/// How a range lies to another one, from the first to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeRelation {
    /// Both accept the same versions.
    Equivalent,
    /// The second accepts all of the first and more.
    Widened,
    /// The second accepts some of the first, and none or some others.
    Narrowed,
    /// No version lies in both.
    Disjoint,
}

impl VersionRange {
    /// How the versions of this range lie to those of a newer one.
    ///
    /// Ranges change their mind only at the versions written in them, so both are asked about
    /// these, their neighbours and the pre-releases around them: together that is every
    /// interval between two such versions.
    pub fn relation_to(&self, newer: &Self) -> RangeRelation {
        let (mut lost, mut gained, mut kept) = (false, false, false);
        for version in self.turning_points().union(&newer.turning_points()) {
            let version = LooseVersion::of(version.clone());
            match (self.matches(&version), newer.matches(&version)) {
                (true, true) => kept = true,
                (true, false) => lost = true,
                (false, true) => gained = true,
                (false, false) => {}
            }
        }
        match (lost, gained, kept) {
            (false, false, _) => RangeRelation::Equivalent,
            (false, true, true) => RangeRelation::Widened,
            (_, _, true) | (true, false, false) => RangeRelation::Narrowed,
            (_, true, false) => RangeRelation::Disjoint,
        }
    }

    /// A version of every interval between two versions that the range names.
    fn turning_points(&self) -> BTreeSet<Version> {
        let named = self.groups.iter().flat_map(|group| &group.comparators);
        let mut bounds: BTreeSet<(u64, u64, u64)> = BTreeSet::from([(0, 0, 0)]);
        let mut prereleases: BTreeSet<Prerelease> = BTreeSet::new();
        for comparator in named {
            let Version {
                major,
                minor,
                patch,
                ref pre,
                ..
            } = comparator.version;
            prereleases.insert(pre.clone());
            let (next_major, next_minor) = (major.saturating_add(1), minor.saturating_add(1));
            // Where the written version begins and ends, however much of it was written.
            bounds.extend([
                (major, minor, patch),
                (major, minor, 0),
                (major, 0, 0),
                (major, next_minor, 0),
                (next_major, 0, 0),
            ]);
        }
        let mut points = BTreeSet::new();
        for (major, minor, patch) in bounds {
            let before = match (major, minor, patch) {
                (0, 0, 0) => None,
                (major, 0, 0) => Some((major - 1, u64::MAX, u64::MAX)),
                (major, minor, 0) => Some((major, minor - 1, u64::MAX)),
                (major, minor, patch) => Some((major, minor, patch - 1)),
            };
            let after = (major, minor, patch.saturating_add(1));
            for (major, minor, patch) in [Some((major, minor, patch)), before, Some(after)]
                .into_iter()
                .flatten()
            {
                let release = Version::new(major, minor, patch);
                for pre in &prereleases {
                    for pre in around(pre) {
                        points.insert(Version {
                            pre,
                            build: BuildMetadata::EMPTY,
                            ..release.clone()
                        });
                    }
                }
                points.insert(release);
            }
        }
        points
    }
}

/// A pre-release, the first of all, and one right behind it.
fn around(pre: &Prerelease) -> impl Iterator<Item = Prerelease> {
    let behind = if pre.is_empty() {
        "zzz".to_owned()
    } else {
        format!("{pre}.0")
    };
    ["0".to_owned(), pre.as_str().to_owned(), behind]
        .into_iter()
        .filter_map(|text| Prerelease::new(&text).ok())
        .filter(|pre| !pre.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn relation(old: &str, new: &str) -> RangeRelation {
        let range = |text| VersionRange::parse(text).expect("the test writes a range");
        range(old).relation_to(&range(new))
    }

    #[test]
    fn ranges_are_compared_by_the_versions_they_accept() {
        use RangeRelation::{Disjoint, Equivalent, Narrowed, Widened};
        for (old, new, expected) in [
            (">=1.0.0", "^1.4.0", Narrowed),
            (">=0.9.0", "^0.9.1", Narrowed),
            ("^15.0.0", ">=15.0.0 <17.0.0", Widened),
            ("^1.0.0", ">=1.0.0, <2.0.0", Equivalent),
            ("1.x", "~1", Equivalent),
            ("1.2.x", "~1.2.0", Equivalent),
            ("^1.0.0", "^2.0.0", Disjoint),
            ("^1.0.0", "^1.0.0 || ^2.0.0", Widened),
            ("<2.0.0", ">=1.0.0", Narrowed),
            ("1.2.3", "1.2.4", Disjoint),
            ("*", ">=0.0.0", Equivalent),
            (">1.2.3", ">=1.2.4", Equivalent),
            ("!=1.2.3", "*", Widened),
            (">=1.0.0", ">=1.0.0-0", Widened),
            ("^0.2", "^0.2.0", Equivalent),
            ("^0.0.3", "0.0.3", Equivalent),
        ] {
            assert_eq!(relation(old, new), expected, "{old} → {new}");
        }
    }

    fn comparator() -> impl Strategy<Value = String> {
        let operator = prop::sample::select(vec!["", "=", "!=", ">", ">=", "<", "<=", "~", "^"]);
        let version = prop_oneof![
            (0..3_u64, 0..3_u64, 0..3_u64).prop_map(|(a, b, c)| format!("{a}.{b}.{c}")),
            (0..3_u64, 0..3_u64).prop_map(|(a, b)| format!("{a}.{b}")),
            (0..3_u64).prop_map(|a| a.to_string()),
            (0..3_u64, 0..3_u64, 0..3_u64).prop_map(|(a, b, c)| format!("{a}.{b}.{c}-rc.1")),
        ];
        (operator, version).prop_map(|(operator, version)| format!("{operator}{version}"))
    }

    fn range() -> impl Strategy<Value = String> {
        prop::collection::vec(prop::collection::vec(comparator(), 1..3), 1..3).prop_map(|groups| {
            let groups: Vec<String> = groups.iter().map(|group| group.join(", ")).collect();
            groups.join(" || ")
        })
    }

    proptest! {
        /// The relation is the one that the versions around all written ones show: those that are
        /// lost and gained are there, not merely possible.
        #[test]
        fn a_relation_is_what_every_version_shows(old in range(), new in range()) {
            let relation = relation(&old, &new);
            let (old, new) = (
                VersionRange::parse(&old).expect("a range"),
                VersionRange::parse(&new).expect("a range"),
            );
            let (mut lost, mut gained, mut kept) = (false, false, false);
            for major in 0..5 {
                for minor in 0..5 {
                    for patch in 0..5 {
                        for pre in ["", "-0", "-rc.0", "-rc.1", "-rc.2", "-zz"] {
                            let text = format!("{major}.{minor}.{patch}{pre}");
                            let version = LooseVersion::parse(&text).expect("a version");
                            let pair = (old.matches(&version), new.matches(&version));
                            lost |= pair == (true, false);
                            gained |= pair == (false, true);
                            kept |= pair == (true, true);
                        }
                    }
                }
            }
            let is_shown = match relation {
                RangeRelation::Equivalent => !lost && !gained,
                RangeRelation::Widened => !lost && gained && kept,
                RangeRelation::Narrowed => lost && (kept || !gained),
                RangeRelation::Disjoint => gained && !kept,
            };
            prop_assert!(
                is_shown,
                "{relation:?}, but lost: {lost}, gained: {gained}, kept: {kept}"
            );
        }
    }
}
