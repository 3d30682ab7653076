//! The smallest version a change allows.

use pacto_contract::LooseVersion;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Class;
use crate::deep::annotations::is_annotation;
use crate::record::Record;

/// Whether the new version says honestly what changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionAdvice {
    /// Version on the old side, as written.
    pub old: String,
    /// Version on the new side, as written.
    pub new: String,
    /// The smallest version the overall class allows.
    pub smallest: String,
    /// The new version is at least that.
    pub sufficient: bool,
}

impl VersionAdvice {
    /// Advises on a step; `None` when a version cannot be read.
    ///
    /// Breaking asks for a major version, potentially breaking or something new to use for a
    /// minor one, anything else for a patch, nothing and mere documentation for the same version. Below 1.0.0 every step
    /// is one smaller. A pre-release promises nothing yet: its release is always large enough.
    pub(crate) fn of(old: &str, new: &str, class: Class, changes: &[Record]) -> Option<Self> {
        let (before, after) = (
            LooseVersion::parse(old).ok()?,
            LooseVersion::parse(new).ok()?,
        );
        let from = before.semver();
        let has_new_surface = changes
            .iter()
            .any(|record| record.is_added_surface && !is_annotation(record));
        let step = match class {
            Class::Breaking => Step::Major,
            Class::PotentialBreaking => Step::Minor,
            Class::NonBreaking if has_new_surface => Step::Minor,
            Class::NonBreaking if changes.iter().all(is_annotation) => Step::None,
            Class::NonBreaking => Step::Patch,
        };
        let numbers = (from.major, from.minor, from.patch);
        let is_unstable = from.major == 0;
        let smallest = match (step, is_unstable) {
            _ if before.is_prerelease() => numbers,
            (Step::None, _) => numbers,
            (Step::Major, false) => (from.major.saturating_add(1), 0, 0),
            (Step::Major, true) | (Step::Minor, false) => {
                (from.major, from.minor.saturating_add(1), 0)
            }
            (Step::Minor, true) | (Step::Patch, _) => {
                (from.major, from.minor, from.patch.saturating_add(1))
            }
        };
        let to = after.semver();
        // A pre-release of a version that is large enough is on its way there.
        let sufficient = (to.major, to.minor, to.patch) >= smallest;
        let (major, minor, patch) = smallest;
        Some(Self {
            old: old.to_owned(),
            new: new.to_owned(),
            smallest: format!("{major}.{minor}.{patch}"),
            sufficient,
        })
    }
}

/// Which number of a version has to grow.
#[derive(Clone, Copy)]
enum Step {
    None,
    Patch,
    Minor,
    Major,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smallest(old: &str, new: &str, class: Class) -> (String, bool) {
        let advice = VersionAdvice::of(old, new, class, &[]).expect("versions");
        (advice.smallest, advice.sufficient)
    }

    #[test]
    fn a_breaking_change_asks_for_a_major_version() {
        assert_eq!(
            smallest("1.8.0", "1.9.0", Class::Breaking),
            ("2.0.0".into(), false)
        );
        assert_eq!(
            smallest("1.2.0", "2.0.0", Class::Breaking),
            ("2.0.0".into(), true)
        );
    }

    #[test]
    fn below_one_every_step_is_one_smaller() {
        assert_eq!(
            smallest("0.9.0", "0.9.1", Class::Breaking),
            ("0.10.0".into(), false)
        );
        assert_eq!(
            smallest("0.9.0", "0.9.1", Class::PotentialBreaking),
            ("0.9.1".into(), true)
        );
    }

    #[test]
    fn a_pre_release_of_the_smallest_version_is_enough() {
        assert_eq!(
            smallest("1.9.0", "2.0.0-rc.1", Class::Breaking),
            ("2.0.0".into(), true)
        );
        assert_eq!(
            smallest("2.0.0-rc.1", "2.0.0-rc.2", Class::Breaking),
            ("2.0.0".into(), true)
        );
    }

    #[test]
    fn no_change_asks_for_nothing() {
        assert_eq!(
            smallest("1.0.0", "1.0.0", Class::NonBreaking),
            ("1.0.0".into(), true)
        );
    }

    #[test]
    fn texts_that_are_no_versions_get_no_advice() {
        assert_eq!(
            VersionAdvice::of("one", "1.0.0", Class::Breaking, &[]),
            None
        );
    }
}
