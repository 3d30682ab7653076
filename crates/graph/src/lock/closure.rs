//! What a graph would lock.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use pacto_bundle::lock::{LockedDependency, LockedReference, Pin as Source, ReferenceKind};
use pacto_bundle::{Origin, ResolveFailure, content_hash};
use pacto_contract::Reference;
use pacto_diagnostic::Finding;

use super::finding;
use crate::graph::{Edge, EdgeKind, Graph, Node, NodeId, Target};
use crate::path;

/// The entries of a lock file that a graph asks for, and what stands in the way.
#[derive(Debug, Default)]
pub(super) struct Closure {
    /// By service name.
    pub(super) dependencies: BTreeMap<String, Needed>,
    /// By kind, name and reference or path.
    pub(super) references: BTreeMap<(ReferenceKind, String, String), LockedReference>,
    /// What cannot be locked.
    pub(super) problems: Vec<Finding>,
    /// Something could not be resolved, so the sets above may lack what lies behind it.
    pub(super) is_partial: bool,
}

/// A service that is needed.
#[derive(Debug)]
pub(super) struct Needed {
    /// As it would be locked: reference and constraint of the first edge of the root, else of the
    /// first edge at all.
    pub(super) entry: LockedDependency,
    asked: Vec<Asked>,
    node: NodeId,
}

/// How one edge asks for a service.
#[derive(Debug)]
struct Asked {
    constraint: String,
    /// Reference or path.
    target: String,
    /// The constraint chooses a version: there is neither tag nor digest.
    chooses: bool,
    is_from_root: bool,
}

impl Needed {
    /// True when the constraints of the root decide; everything else below it is pinned and cannot
    /// have changed unless the root did.
    pub(super) fn is_asked_by_root(&self) -> bool {
        self.asked.iter().any(|asked| asked.is_from_root)
    }

    fn deciding(&self) -> impl Iterator<Item = &Asked> {
        let is_asked_by_root = self.is_asked_by_root();
        self.asked
            .iter()
            .filter(move |asked| asked.is_from_root || !is_asked_by_root)
    }

    /// True when a deciding edge has this constraint.
    pub(super) fn has_constraint(&self, constraint: &str) -> bool {
        self.deciding().any(|asked| asked.constraint == constraint)
    }

    /// True when a deciding edge has this reference or path.
    pub(super) fn has_target(&self, target: &str) -> bool {
        self.deciding().any(|asked| asked.target == target)
    }

    /// The constraints under which versions of the service are chosen.
    pub(super) fn choosing_constraints(&self) -> impl Iterator<Item = &str> {
        self.asked
            .iter()
            .filter(|asked| asked.chooses)
            .map(|asked| asked.constraint.as_str())
    }
}

/// What a registry that cannot be reached says about itself, without the repository that was asked
/// for: one registry that is away is one problem, whatever is wanted from it.
fn registry_alone(reference: &str, failure: &ResolveFailure) -> Option<String> {
    if failure.code != "registry-unreachable" {
        return None;
    }
    let Ok(Reference::Oci(asked)) = Reference::parse(reference) else {
        return None;
    };
    let repository = format!("{}/{}", asked.registry, asked.repository);
    // What was asked for may stand there with its tag.
    let tagged = asked.tag.map(|tag| format!("{repository}:{tag}"));
    let mut message = failure.message.clone();
    for named in tagged.iter().chain([&repository]) {
        message = message.replace(named, &asked.registry);
    }
    Some(message)
}

impl Closure {
    pub(super) fn new(graph: &Graph) -> Self {
        let mut closure = Self::default();
        let mut conflicts = BTreeSet::new();
        let mut unresolved = BTreeSet::new();
        let mut away: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
        let mut depends_on: BTreeMap<NodeId, BTreeSet<String>> = BTreeMap::new();
        for (declarer, edge) in graph.edges() {
            if let Some(name) = edge.node().and_then(|id| graph.node(id)).map(Node::name)
                && edge.is_dependency()
            {
                depends_on
                    .entry(declarer)
                    .or_default()
                    .insert(name.to_owned());
            }
            match &edge.target {
                Target::Node { id, .. } => {
                    let Some(node) = graph.node(*id) else {
                        continue;
                    };
                    if let Err(problem) = closure.add(graph, declarer, edge, *id, node) {
                        match problem {
                            Problem::Conflict => {
                                conflicts.insert(node.name().to_owned());
                            }
                            Problem::Unreadable(reason) => {
                                unresolved.insert((edge.reference.clone(), reason));
                            }
                        }
                    }
                }
                // The way back is locked where it starts.
                Target::Failed(failed) if failed.closes_cycle_at.is_some() => {}
                Target::Failed(failed) => {
                    closure.is_partial = true;
                    let message = &failed.failure.message;
                    match registry_alone(&edge.reference, &failed.failure) {
                        Some(reason) => {
                            let references: &mut BTreeSet<_> = away.entry(reason).or_default();
                            references.insert((edge.reference.clone(), message.clone()));
                        }
                        None => {
                            unresolved.insert((edge.reference.clone(), message.clone()));
                        }
                    }
                }
            }
        }
        for needed in closure.dependencies.values_mut() {
            let names = depends_on.remove(&needed.node).unwrap_or_default();
            needed.entry.depends_on = names.into_iter().collect();
        }
        let (single, several): (Vec<_>, Vec<_>) = away
            .into_iter()
            .partition(|(_, references)| references.len() == 1);
        unresolved.extend(single.into_iter().flat_map(|(_, references)| references));
        let unresolved = unresolved
            .iter()
            .map(|(reference, reason)| finding::unresolved(reference, reason));
        let away = several.iter().map(|(reason, references)| {
            let names: Vec<&str> = references.iter().map(|(name, _)| name.as_str()).collect();
            finding::unresolved(&names.join(", "), reason)
        });
        closure.problems = unresolved
            .chain(away)
            .chain(conflicts.iter().map(|service| finding::conflict(service)))
            .collect();
        closure
    }

    fn add(
        &mut self,
        graph: &Graph,
        declarer: NodeId,
        edge: &Edge,
        id: NodeId,
        node: &Node,
    ) -> Result<(), Problem> {
        let source = source(graph, declarer, edge, node)?;
        let version = Some(node.version().to_owned()).filter(|version| !version.is_empty());
        match &edge.kind {
            EdgeKind::Reference(kind) => {
                let key = (*kind, edge.name.clone(), source.target().to_owned());
                self.references.entry(key).or_insert(LockedReference {
                    kind: *kind,
                    name: edge.name.clone(),
                    pin: source,
                    version,
                });
            }
            EdgeKind::Dependency { compatibility, .. } => {
                let asked = Asked {
                    constraint: compatibility.clone(),
                    target: source.target().to_owned(),
                    chooses: Reference::parse(&edge.reference).is_ok_and(|reference| {
                        !reference.is_local() && !reference.has_tag_or_digest()
                    }),
                    is_from_root: declarer == NodeId::ROOT,
                };
                let entry = LockedDependency {
                    name: node.name().to_owned(),
                    pin: source,
                    constraint: Some(compatibility.clone()),
                    version,
                    depends_on: Vec::new(),
                };
                match self.dependencies.entry(node.name().to_owned()) {
                    Entry::Vacant(vacant) => {
                        vacant.insert(Needed {
                            entry,
                            asked: vec![asked],
                            node: id,
                        });
                    }
                    Entry::Occupied(known) if known.get().node != id => {
                        return Err(Problem::Conflict);
                    }
                    Entry::Occupied(known) => {
                        let needed = known.into_mut();
                        if asked.is_from_root && !needed.is_asked_by_root() {
                            needed.entry = entry;
                        }
                        needed.asked.push(asked);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Why an edge cannot be locked.
enum Problem {
    /// Another version or another source of the same service is there.
    Conflict,
    /// The files of a local directory cannot be read.
    Unreadable(String),
}

/// What the node at the end of an edge is locked to.
fn source(graph: &Graph, declarer: NodeId, edge: &Edge, node: &Node) -> Result<Source, Problem> {
    if let Some(digest) = &node.digest {
        return Ok(Source::Artifact {
            reference: edge.reference.clone(),
            digest: digest.clone(),
        });
    }
    let files = node
        .bundle
        .files
        .as_ref()
        .ok_or_else(|| Problem::Unreadable("its files are not known".to_owned()))?;
    let content_hash =
        content_hash(files.as_ref()).map_err(|error| Problem::Unreadable(error.to_string()))?;
    Ok(Source::Local {
        path: local_path(graph, declarer, edge, node),
        content_hash,
    })
}

/// The path as written by the root; for others the way from the root, so that it means the same
/// on every machine.
fn local_path(graph: &Graph, declarer: NodeId, edge: &Edge, node: &Node) -> String {
    let written = match Reference::parse(&edge.reference) {
        Ok(Reference::Local(path)) => path,
        _ => edge.reference.clone(),
    };
    match (&graph.root().bundle.origin, &node.bundle.origin) {
        (Origin::Local { directory: root }, Origin::Local { directory })
            if declarer != NodeId::ROOT =>
        {
            path::relative(root, directory)
        }
        _ => written,
    }
}
