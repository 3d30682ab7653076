//! Which tags must still name what was locked.

use std::collections::HashMap;

use pacto_bundle::lock::Pin as Source;
use pacto_bundle::{LockFile, Origin};
use pacto_contract::{Digest, LayoutReference, Reference};
use pacto_diagnostic::Finding;

use super::finding;
use crate::graph::Graph;

/// One question to a registry or layout: does the tag still name the digest?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCheck {
    /// Name of the entry, as messages write it.
    pub name: String,
    /// The repository or layout, as the lock has it.
    pub reference: Reference,
    /// Where to ask: the same, or the layout (by absolute path) that stood in for the repository.
    pub place: Reference,
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
///
/// The graph is the one compared with the lock; what it read from a layout is asked there.
pub fn tag_checks(lock: &LockFile, graph: &Graph) -> Vec<TagCheck> {
    let layouts: HashMap<&Digest, &str> = graph
        .nodes()
        .iter()
        .filter_map(|node| match &node.bundle.origin {
            Origin::Layout {
                directory, digest, ..
            } => Some((digest, directory.as_str())),
            _ => None,
        })
        .collect();
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
        .filter_map(|(name, pin, version)| tag_check(name, pin, version, &layouts))
        .collect()
}

fn tag_check(
    name: String,
    pin: &Source,
    version: Option<&str>,
    layouts: &HashMap<&Digest, &str>,
) -> Option<TagCheck> {
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
    let place = match layouts.get(digest) {
        Some(directory) => Reference::Layout(LayoutReference {
            directory: (*directory).to_owned(),
            tag: None,
            digest: None,
        }),
        None => reference.clone(),
    };
    Some(TagCheck {
        name,
        reference,
        place,
        tags,
        locked: digest.clone(),
    })
}
