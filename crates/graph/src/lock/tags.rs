//! Which tags must still name what was locked.

use pacto_bundle::LockFile;
use pacto_bundle::lock::Pin as Source;
use pacto_contract::{Digest, Reference};
use pacto_diagnostic::Finding;

use super::finding;

/// One question to a registry or layout: does the tag still name the digest?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCheck {
    /// Name of the entry, as messages write it.
    pub name: String,
    /// The repository or layout, as the lock has it.
    pub reference: Reference,
    /// Spellings of the tag; the first that exists counts.
    pub tags: Vec<String>,
    /// What it was locked at.
    pub locked: Digest,
}

impl TagCheck {
    /// Judges the digest that the tag names now.
    pub fn compare(&self, found: &Digest) -> Option<Finding> {
        (*found != self.locked)
            .then(|| finding::digest_mismatch(&self.name, self.locked.as_str(), found.as_str()))
    }
}

/// The questions of a lock file, in the order of its entries. References by digest cannot move, and
/// local directories have no tags.
pub fn tag_checks(lock: &LockFile) -> Vec<TagCheck> {
    let dependencies = lock
        .dependencies
        .iter()
        .map(|entry| (entry.name.clone(), &entry.pin, entry.version.as_deref()));
    let references = lock.references.iter().map(|entry| {
        let name = format!("{}/{}", entry.kind.as_str(), entry.name);
        (name, &entry.pin, entry.version.as_deref())
    });
    dependencies
        .chain(references)
        .filter_map(|(name, pin, version)| tag_check(name, pin, version))
        .collect()
}

fn tag_check(name: String, pin: &Source, version: Option<&str>) -> Option<TagCheck> {
    let Source::Artifact { reference, digest } = pin else {
        return None;
    };
    let reference = Reference::parse(reference).ok()?;
    if reference.digest().is_some() || reference.is_local() {
        return None;
    }
    let tags = match (reference.tag(), version) {
        (Some(tag), _) => vec![tag.to_owned()],
        // A repository may spell its tags with a `v` that the contract does not have.
        (None, Some(version)) => vec![version.to_owned(), format!("v{version}")],
        (None, None) => return None,
    };
    Some(TagCheck {
        name,
        reference,
        tags,
        locked: digest.clone(),
    })
}
