//! Resolves everything below a contract: the graph crate asks, the resolver answers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pacto_bundle::{Bundle, Origin, ResolveFailure, Resolved, ResolvedFrom};
use pacto_contract::{ArtifactReference, CONTRACT_FILE, Reference};
use pacto_graph::{Graph, GraphOptions, Request, RequestId, Resolution};

use crate::DirectoryFiles;
use crate::resolver::{Machine, Pinned, Resolver, Wanted};
use crate::source::{Source, SourceError};

/// A contract argument, opened and parsed, as the root of a graph.
pub(crate) fn root(resolver: &Resolver<'_>, source: &Source) -> Result<Resolved, SourceError> {
    let bundle = source.bundle()?;
    if matches!(bundle.origin, Origin::Local { .. }) {
        // Who wrote this contract names these registries.
        resolver.name_registries(crate::references::written(bundle.contract.contract()));
    }
    let bundle = Arc::new(bundle);
    Ok(match &source.resolved {
        Some(artifact) => Resolved {
            bundle,
            reference: artifact.reference.clone(),
            tag: artifact.tag.clone(),
            digest: artifact.digest.clone(),
            resolved_from: artifact.resolved_from,
        },
        None => Resolved {
            bundle,
            reference: source.directory.clone(),
            tag: None,
            digest: None,
            resolved_from: ResolvedFrom::Local,
        },
    })
}

/// Resolves the graph below a root.
pub(crate) fn resolve(
    resolver: &Resolver<'_>,
    root: &Resolved,
    options: GraphOptions,
    siblings: Option<Siblings>,
) -> Graph {
    let mut closure = Closure {
        resolution: Resolution::new(root, options),
        siblings,
    };
    resolver.drive(&mut closure);
    closure.resolution.finish()
}

struct Closure {
    resolution: Resolution,
    siblings: Option<Siblings>,
}

impl Machine for Closure {
    type Id = RequestId;

    fn pending(&mut self) -> Vec<(RequestId, Wanted)> {
        loop {
            let mut open = Vec::new();
            let mut is_any_answered = false;
            for request in self.resolution.pending() {
                let sibling = self
                    .siblings
                    .as_ref()
                    .and_then(|siblings| siblings.find(&request));
                match sibling {
                    Some(resolved) => {
                        self.resolution.supply(request.id, Ok(resolved));
                        is_any_answered = true;
                    }
                    None => open.push((request.id, wanted(request))),
                }
            }
            if !open.is_empty() || !is_any_answered {
                return open;
            }
        }
    }

    fn supply(&mut self, id: RequestId, answer: Result<Resolved, ResolveFailure>) {
        self.resolution.supply(id, answer);
    }
}

fn wanted(request: Request) -> Wanted {
    Wanted {
        text: request.text,
        reference: request.reference,
        range: request.range,
        declared_by: request.declared_by,
        pin: request.pin.map(|pin| Pinned {
            version: pin.version,
            digest: pin.digest,
        }),
        root_directory: request.root_directory,
    }
}

/// The directories beside a local bundle, taken for published services of the same name, so that a
/// change across several contracts shows before anything is pushed.
#[derive(Debug, Clone)]
pub(crate) struct Siblings {
    parent: PathBuf,
}

impl Siblings {
    /// Those of a bundle; `None` unless it lies in a directory.
    pub(crate) fn of(bundle: &Bundle) -> Option<Self> {
        match &bundle.origin {
            Origin::Local { directory } => Some(Self {
                parent: Path::new(directory).parent()?.to_owned(),
            }),
            Origin::Archive { .. }
            | Origin::Registry { .. }
            | Origin::Layout { .. }
            | Origin::Text => None,
        }
    }

    /// The sibling that a reference to a registry names.
    fn find(&self, request: &Request) -> Option<Resolved> {
        let Reference::Oci(reference) = &request.reference else {
            return None;
        };
        let directory = self.parent.join(last_segment(reference));
        if !directory.join(CONTRACT_FILE).is_file() {
            return None;
        }
        let directory = std::fs::canonicalize(directory).ok()?;
        let origin = Origin::Local {
            directory: directory.to_string_lossy().into_owned(),
        };
        // A sibling that cannot be read is no sibling: the registry is asked.
        let bundle = Bundle::read(Arc::new(DirectoryFiles::new(&directory)), origin).ok()?;
        Some(Resolved {
            bundle: Arc::new(bundle),
            reference: directory.to_string_lossy().into_owned(),
            tag: None,
            digest: None,
            resolved_from: ResolvedFrom::Local,
        })
    }
}

/// The last segment of a repository, without tag and digest.
pub(crate) fn last_segment(reference: &ArtifactReference) -> &str {
    reference
        .repository
        .rsplit('/')
        .next()
        .unwrap_or(&reference.repository)
}
