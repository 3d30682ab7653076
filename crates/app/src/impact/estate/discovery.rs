//! Finds an estate in a registry: from one repository to all that contracts name.

use std::collections::BTreeSet;
use std::sync::Arc;

use pacto_bundle::{Bundle, Origin, ResolveFailure, Resolved};
use pacto_contract::{ArtifactReference, Reference};

use crate::references;
use crate::resolver::{Machine, Resolver, Wanted};

/// Repositories that are followed: an estate of the largest size we promise to answer for.
const MAX_REPOSITORIES: usize = 50_000;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Discovered {
    /// Repositories with the bundle at their highest stable version.
    pub(super) bundles: Vec<(String, Arc<Bundle>)>,
    /// Why the first repository was not read. What others lack shows as unresolved references.
    pub(super) root_failure: Option<String>,
}

/// Follows references from a repository, each repository once.
pub(super) fn from(resolver: &Resolver<'_>, root: &ArtifactReference) -> Discovered {
    let mut discovery = Discovery {
        root: root.name(),
        seen: BTreeSet::new(),
        open: Vec::new(),
        found: Discovered::default(),
    };
    discovery.ask(root.clone(), &Origin::Text);
    resolver.drive(&mut discovery);
    discovery.found.bundles.sort_by(|(a, _), (b, _)| a.cmp(b));
    discovery.found
}

struct Discovery {
    root: String,
    seen: BTreeSet<String>,
    open: Vec<(String, Wanted)>,
    found: Discovered,
}

impl Discovery {
    fn ask(&mut self, reference: ArtifactReference, declared_by: &Origin) {
        let name = reference.name();
        if self.seen.len() >= MAX_REPOSITORIES || !self.seen.insert(name.clone()) {
            return;
        }
        self.open.push((
            name,
            Wanted {
                text: format!("oci://{reference}"),
                reference: Reference::Oci(reference),
                range: None,
                declared_by: declared_by.clone(),
                pin: None,
                root_directory: None,
            },
        ));
    }
}

impl Machine for Discovery {
    type Id = String;

    fn pending(&mut self) -> Vec<(String, Wanted)> {
        std::mem::take(&mut self.open)
    }

    fn supply(&mut self, id: String, answer: Result<Resolved, ResolveFailure>) {
        match answer {
            Ok(resolved) => {
                let bundle = resolved.bundle;
                for text in references::written(bundle.contract.contract()) {
                    if let Ok(Reference::Oci(reference)) = Reference::parse(text) {
                        // The repository, whatever version is named.
                        let reference = ArtifactReference {
                            tag: None,
                            digest: None,
                            ..reference
                        };
                        self.ask(reference, &bundle.origin);
                    }
                }
                self.found.bundles.push((id, bundle));
            }
            Err(failure) if id == self.root => self.found.root_failure = Some(failure.message),
            Err(_) => {}
        }
    }
}
