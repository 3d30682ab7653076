//! What a lock file holds still.

use std::collections::HashMap;

use pacto_bundle::LockFile;
use pacto_bundle::lock::Pin as Source;
use pacto_contract::{Digest, LooseVersion, Reference, VersionRange};

/// Version and digest that a reference resolves to while its lock entry holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pin {
    /// Version of the locked contract.
    pub version: Option<String>,
    /// Digest of the manifest to read.
    pub digest: Digest,
}

/// The pins of a lock file, by reference. Without a lock file there are none.
///
/// Local directories are not pinned: they are read as they are, and compared.
#[derive(Debug, Clone, Default)]
pub struct Pins {
    dependencies: HashMap<String, LockedConstraint>,
    references: HashMap<String, Pin>,
}

#[derive(Debug, Clone)]
struct LockedConstraint {
    constraint: Option<String>,
    pin: Pin,
}

impl Pins {
    /// Takes the pins of a lock file.
    pub fn new(lock: &LockFile) -> Self {
        let mut pins = Self::default();
        for entry in &lock.dependencies {
            if let Some((key, pin)) = pin(&entry.pin, entry.version.as_ref()) {
                let constraint = entry.constraint.clone();
                pins.dependencies
                    .insert(key, LockedConstraint { constraint, pin });
            }
        }
        for entry in &lock.references {
            if let Some((key, pin)) = pin(&entry.pin, entry.version.as_ref()) {
                pins.references.insert(key, pin);
            }
        }
        pins
    }

    /// The pin of a dependency: its reference as written, with the constraint it was locked with.
    ///
    /// An entry records one constraint, that of the root where the root has one. Contracts below
    /// the root are pinned themselves and cannot have changed theirs, so there a pin holds as long
    /// as the locked version satisfies. A reference with tag or digest chooses nothing, so its
    /// constraint does not matter.
    pub fn dependency(
        &self,
        reference: &str,
        constraint: &str,
        is_declared_by_root: bool,
    ) -> Option<Pin> {
        if self.dependencies.is_empty() {
            return None;
        }
        let locked = self.dependencies.get(&key(reference))?;
        let is_explicit =
            Reference::parse(reference).is_ok_and(|reference| reference.has_tag_or_digest());
        let is_held = is_explicit
            || locked.constraint.as_deref() == Some(constraint)
            || (!is_declared_by_root && locked.pin.satisfies(constraint));
        is_held.then(|| locked.pin.clone())
    }

    /// The pin of a configuration or policy reference as written.
    pub fn reference(&self, reference: &str) -> Option<Pin> {
        if self.references.is_empty() {
            return None;
        }
        self.references.get(&key(reference)).cloned()
    }

    /// True when nothing is pinned.
    pub fn is_empty(&self) -> bool {
        self.dependencies.is_empty() && self.references.is_empty()
    }
}

impl Pin {
    fn satisfies(&self, constraint: &str) -> bool {
        self.version
            .as_deref()
            .is_some_and(|version| satisfies(version, constraint))
    }
}

/// True when a version lies in a range; false when either cannot be read.
pub(super) fn satisfies(version: &str, constraint: &str) -> bool {
    match (
        LooseVersion::parse(version),
        VersionRange::parse(constraint),
    ) {
        (Ok(version), Ok(range)) => range.matches(&version),
        _ => false,
    }
}

/// Two spellings of one reference have one key.
fn key(reference: &str) -> String {
    Reference::parse(reference).map_or_else(|_| reference.to_owned(), |parsed| parsed.to_string())
}

fn pin(source: &Source, version: Option<&String>) -> Option<(String, Pin)> {
    match source {
        Source::Artifact { reference, digest } => Some((
            key(reference),
            Pin {
                version: version.cloned(),
                digest: digest.clone(),
            },
        )),
        Source::Local { .. } => None,
    }
}
