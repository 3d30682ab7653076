//! Ignore rules and lock files as laws.

use pacto_bundle::lock::{
    LockFile, LockRoot, LockedDependency, LockedReference, Pin, ReferenceKind,
};
use pacto_bundle::{EntryKind, IgnoreRules, sha256};
use proptest::prelude::*;

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9-]{0,12}",
        "[ -~é\n\t]{1,12}",
        "[0-9.eEx~:+-]{1,8}"
    ]
}

fn pin() -> impl Strategy<Value = Pin> {
    (name(), any::<u64>(), any::<bool>()).prop_map(|(target, seed, is_local)| {
        let digest = sha256(&seed.to_be_bytes());
        if is_local {
            Pin::Local {
                path: target,
                content_hash: digest,
            }
        } else {
            Pin::Artifact {
                reference: format!("oci://r.example/{target}"),
                digest,
            }
        }
    })
}

fn dependency() -> impl Strategy<Value = LockedDependency> {
    (
        name(),
        pin(),
        prop::option::of(name()),
        prop::option::of(name()),
        prop::collection::vec(name(), 0..3),
    )
        .prop_map(
            |(name, pin, constraint, version, depends_on)| LockedDependency {
                name,
                pin,
                constraint,
                version,
                depends_on,
            },
        )
}

fn reference() -> impl Strategy<Value = LockedReference> {
    (any::<bool>(), name(), pin(), prop::option::of(name())).prop_map(
        |(is_policy, name, pin, version)| LockedReference {
            kind: if is_policy {
                ReferenceKind::Policy
            } else {
                ReferenceKind::Config
            },
            name,
            pin,
            version,
        },
    )
}

fn lock() -> impl Strategy<Value = LockFile> {
    (
        [name(), name(), name()],
        prop::collection::vec(dependency(), 0..4),
        prop::collection::vec(reference(), 0..4),
    )
        .prop_map(
            |([pacto_version, name, version], dependencies, references)| LockFile {
                pacto_version,
                root: LockRoot { name, version },
                dependencies,
                references,
            },
        )
}

/// The lock in the order it is written in.
fn sorted(mut lock: LockFile) -> LockFile {
    for dependency in &mut lock.dependencies {
        dependency.depends_on.sort();
    }
    lock.dependencies.sort();
    lock.references.sort();
    lock
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_lock_survives_the_round_trip(lock in lock()) {
        let text = lock.to_yaml();
        let read = LockFile::parse(&text).expect("our own file");
        prop_assert_eq!(&read, &sorted(lock));
        let mut reversed = read;
        reversed.dependencies.reverse();
        reversed.references.reverse();
        prop_assert_eq!(reversed.to_yaml(), text);
    }

    #[test]
    fn reading_any_text_as_a_lock_never_panics(text in "[ -~\n]{0,200}") {
        let _ = LockFile::parse(&text);
        let _ = LockFile::parse(&format!("lockVersion: 1\nroot: {{name: a, version: 1}}\ndependencies:\n{text}"));
    }

    #[test]
    fn any_ignore_text_and_path_are_answered(
        text in "[a-c*?/!\\[\\]^\\\\ \n.-]{0,40}",
        path in "[a-c./]{1,12}",
    ) {
        let rules = IgnoreRules::parse(&text);
        for kind in [EntryKind::File, EntryKind::Directory] {
            let _ = rules.is_ignored(&path, kind);
            prop_assert!(!rules.is_ignored("pacto.yaml", kind));
        }
    }

    #[test]
    fn what_lies_in_an_ignored_directory_is_ignored(text in "[ab*?/!\n]{0,20}", path in "[ab]/[ab]/[ab]") {
        let rules = IgnoreRules::parse(&text);
        if rules.is_ignored(&path[..1], EntryKind::Directory) {
            prop_assert!(rules.is_ignored(&path, EntryKind::File));
        }
    }

    #[test]
    fn a_literal_path_ignores_itself_only(path in "[a-z]{1,4}/[a-z]{1,4}", other in "[a-z]{1,4}/[a-z]{1,4}") {
        let rules = IgnoreRules::parse(&path);
        prop_assert!(rules.is_ignored(&path, EntryKind::File));
        prop_assert_eq!(rules.is_ignored(&other, EntryKind::File), path == other);
    }
}
