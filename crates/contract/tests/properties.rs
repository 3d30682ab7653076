//! Laws of references, versions and ranges on any text.

use pacto_contract::{ArtifactReference, LooseVersion, Reference, VersionRange};
use proptest::prelude::*;

/// Text near the grammar of versions and ranges.
fn range_like() -> impl Strategy<Value = String> {
    "([<>=!~^v]{0,2} ?([0-9xX*]{1,3}\\.?){0,4}(-[0-9a-z.-]{0,4})?(\\+[0-9a-z.]{0,3})?( - | |,|\\|\\|)?){0,5}"
}

/// Text near the grammar of references.
fn reference_like() -> impl Strategy<Value = String> {
    "(oci://|oci-layout://|file://)?[a-zA-Z0-9._/:@ -]{0,30}(:[a-z0-9.]{0,4})?(@sha256:([a-f0-9]{64}|[a-f0-9]{0,5}))?"
}

proptest! {
    #[test]
    fn reading_any_text_never_panics(text in ".{0,200}") {
        let _ = VersionRange::parse(&text);
        let _ = LooseVersion::parse(&text);
        let _ = Reference::parse(&text);
        let _ = Reference::short_label(&text);
        prop_assert!(!Reference::derived_dependency_name(&text).is_empty());
        if let Ok(reference) = ArtifactReference::parse_argument(&text) {
            let _ = reference.endpoint();
            // Two dots inside of a name lead nowhere; a segment that is nothing else would.
            let folder = reference.cache_folder();
            prop_assert!(!folder.contains(['\\', '\0']), "{folder:?}");
            prop_assert!(
                folder.split('/').all(|segment| !matches!(segment, "" | "." | "..")),
                "{folder:?}"
            );
        }
    }

    #[test]
    fn a_range_answers_for_every_version(range in range_like(), version in "v?[0-9]{1,2}(\\.[0-9]{1,2}){0,2}(-[a-z0-9]{1,3})?") {
        if let (Ok(range), Ok(version)) = (VersionRange::parse(&range), LooseVersion::parse(&version)) {
            let again = VersionRange::parse(range.as_str()).expect("it parsed once");
            prop_assert_eq!(range.matches(&version), again.matches(&version));
        }
    }

    #[test]
    fn what_was_displayed_parses_to_the_same_reference(text in reference_like()) {
        if let Ok(reference) = Reference::parse(&text) {
            prop_assert_eq!(Reference::parse(&reference.to_string()), Ok(reference));
        }
    }

    #[test]
    fn a_version_reads_its_own_canonical_form(text in range_like()) {
        if let Ok(version) = LooseVersion::parse(&text) {
            let canonical = LooseVersion::parse(&version.semver().to_string()).expect("canonical");
            prop_assert_eq!(&canonical, &version);
            prop_assert_eq!(canonical.is_canonical(), version.semver().build.is_empty());
        }
    }

    #[test]
    fn picking_does_not_depend_on_the_order_of_tags(
        tags in proptest::collection::vec("v?[01]{1,2}(\\.[01]){0,2}(-[ab])?", 0..8),
        range in proptest::option::of(range_like()),
    ) {
        let range = range.and_then(|text| VersionRange::parse(&text).ok());
        let forwards = LooseVersion::pick(tags.iter().map(String::as_str), range.as_ref());
        let backwards = LooseVersion::pick(tags.iter().rev().map(String::as_str), range.as_ref());
        prop_assert_eq!(forwards, backwards);
    }
}
