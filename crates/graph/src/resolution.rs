//! Resolution as a state machine: it says what it needs, somebody else fetches.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use pacto_bundle::lock::ReferenceKind;
use pacto_bundle::{Bundle, Origin, ResolveFailure, Resolved, ResolvedFrom};
use pacto_contract::Digest;

use crate::assemble::assemble;
use crate::graph::{EdgeKind, Graph};
use crate::identity::{Identity, is_published_form_of};
use crate::lock::Pins;
use crate::request::{Draft, Request, RequestId, RequestKey};

/// Which edges a graph has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReferenceEdges {
    /// Dependencies only.
    #[default]
    Exclude,
    /// Dependencies, and configuration and policy references, of every node.
    Include,
    /// Configuration and policy references only.
    Only,
    /// Dependencies of dependencies and references of references, both starting at the root: the
    /// closure of a lock file.
    Closure,
}

/// How a graph is resolved.
#[derive(Debug, Clone, Default)]
pub struct GraphOptions {
    /// Which edges there are.
    pub references: ReferenceEdges,
    /// What the lock file beside the root pins.
    pub pins: Pins,
}

/// Which edges of a node are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Wanted {
    dependencies: bool,
    references: bool,
}

impl Wanted {
    const BOTH: Self = Self {
        dependencies: true,
        references: true,
    };
    const DEPENDENCIES: Self = Self {
        dependencies: true,
        references: false,
    };
    const REFERENCES: Self = Self {
        dependencies: false,
        references: true,
    };

    fn or(self, other: Self) -> Self {
        Self {
            dependencies: self.dependencies || other.dependencies,
            references: self.references || other.references,
        }
    }

    fn without(self, other: Self) -> Self {
        Self {
            dependencies: self.dependencies && !other.dependencies,
            references: self.references && !other.references,
        }
    }
}

impl ReferenceEdges {
    fn of_root(self) -> Wanted {
        match self {
            Self::Exclude => Wanted::DEPENDENCIES,
            Self::Include | Self::Closure => Wanted::BOTH,
            Self::Only => Wanted::REFERENCES,
        }
    }

    /// What is followed at the end of an edge.
    fn behind(self, kind: &EdgeKind) -> Wanted {
        match (self, kind) {
            (Self::Exclude, _) | (Self::Closure, EdgeKind::Dependency { .. }) => {
                Wanted::DEPENDENCIES
            }
            (Self::Only, _) | (Self::Closure, EdgeKind::Reference(_)) => Wanted::REFERENCES,
            (Self::Include, _) => Wanted::BOTH,
        }
    }
}

/// A graph on its way.
///
/// ```
/// use pacto_bundle::{ResolveFailure, Resolved};
/// use pacto_graph::{Graph, GraphOptions, Request, Resolution};
///
/// fn resolve(
///     root: &Resolved,
///     fetch: impl Fn(&Request) -> Result<Resolved, ResolveFailure>,
/// ) -> Graph {
///     let mut resolution = Resolution::new(root, GraphOptions::default());
///     while !resolution.is_complete() {
///         // A driver with a network answers at any speed and in any order.
///         for request in resolution.pending() {
///             let outcome = fetch(&request);
///             resolution.supply(request.id, outcome);
///         }
///     }
///     resolution.finish()
/// }
/// ```
///
/// Equal requests are asked once; equal bundles are expanded once, so the work grows with the
/// number of contracts and edges and not with the number of ways through them.
#[derive(Debug)]
pub struct Resolution {
    edges: ReferenceEdges,
    pins: Pins,
    pub(crate) contracts: Vec<Contract>,
    by_identity: HashMap<Identity, usize>,
    pub(crate) slots: Vec<Slot>,
    by_key: HashMap<RequestKey, usize>,
    /// Requests that were not handed out yet, oldest first.
    waiting: Vec<Request>,
    unanswered: usize,
}

/// One distinct contract, in order of arrival.
#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) bundle: Arc<Bundle>,
    expanded: Wanted,
    pub(crate) dependencies: Vec<Declared>,
    pub(crate) references: Vec<Declared>,
    /// What the root was resolved as; edges say it for all others.
    pub(crate) found: Found,
}

/// One declared edge.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) reference: String,
    pub(crate) kind: EdgeKind,
    pub(crate) slot: usize,
}

/// One distinct request and its answer.
#[derive(Debug)]
pub(crate) struct Slot {
    wanted: Wanted,
    pub(crate) outcome: Option<Result<Found, ResolveFailure>>,
}

/// What a request led to.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Index of the contract.
    pub(crate) contract: usize,
    pub(crate) reference: String,
    pub(crate) tag: Option<String>,
    pub(crate) digest: Option<Digest>,
    pub(crate) resolved_from: ResolvedFrom,
}

impl Found {
    fn new(contract: usize, resolved: &Resolved) -> Self {
        Self {
            contract,
            reference: resolved.reference.clone(),
            tag: resolved.tag.clone(),
            digest: resolved.digest.clone(),
            resolved_from: resolved.resolved_from,
        }
    }
}

/// Index of the root among the contracts.
pub(crate) const ROOT: usize = 0;

impl Resolution {
    /// Starts from a root that was resolved already.
    pub fn new(root: &Resolved, options: GraphOptions) -> Self {
        let mut resolution = Self {
            edges: options.references,
            pins: options.pins,
            contracts: Vec::new(),
            by_identity: HashMap::new(),
            slots: Vec::new(),
            by_key: HashMap::new(),
            waiting: Vec::new(),
            unanswered: 0,
        };
        resolution.contract(root);
        resolution.expand(ROOT, options.references.of_root());
        resolution
    }

    /// Hands out the requests that were not handed out before, oldest first. Each is answered by
    /// one [`Resolution::supply`], in any order.
    pub fn pending(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.waiting)
    }

    /// True when every request was answered.
    pub fn is_complete(&self) -> bool {
        self.unanswered == 0
    }

    /// Answers a request; new ones may be pending afterwards. A second answer is ignored.
    pub fn supply(&mut self, id: RequestId, outcome: Result<Resolved, ResolveFailure>) {
        let slot = match self.slots.get(id.0) {
            Some(slot) if slot.outcome.is_none() => slot,
            _ => return,
        };
        let wanted = slot.wanted;
        let outcome = outcome.map(|resolved| Found::new(self.contract(&resolved), &resolved));
        let contract = outcome.as_ref().ok().map(|found| found.contract);
        if let Some(slot) = self.slots.get_mut(id.0) {
            slot.outcome = Some(outcome);
            self.unanswered -= 1;
        }
        if let Some(contract) = contract {
            self.expand(contract, wanted);
        }
    }

    /// Assembles the graph. Requests without an answer become edges with the reason
    /// `discovering`.
    pub fn finish(self) -> Graph {
        assemble(&self)
    }

    /// Index of a resolved contract, stored when it is new.
    fn contract(&mut self, resolved: &Resolved) -> usize {
        if let Some(root) = self.contracts.first()
            && is_published_form_of(&root.bundle, &resolved.bundle)
        {
            return ROOT;
        }
        let next = self.contracts.len();
        match self.by_identity.entry(Identity::of(&resolved.bundle)) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(vacant) => {
                vacant.insert(next);
                self.contracts.push(Contract {
                    bundle: Arc::clone(&resolved.bundle),
                    expanded: Wanted::default(),
                    dependencies: Vec::new(),
                    references: Vec::new(),
                    found: Found::new(next, resolved),
                });
                next
            }
        }
    }

    /// Follows the wanted edges of a contract that were not followed before, and what is known
    /// behind them.
    fn expand(&mut self, contract: usize, wanted: Wanted) {
        let mut open = vec![(contract, wanted)];
        while let Some((index, wanted)) = open.pop() {
            let Some(contract) = self.contracts.get_mut(index) else {
                continue;
            };
            let missing = wanted.without(contract.expanded);
            contract.expanded = contract.expanded.or(wanted);
            let bundle = Arc::clone(&contract.bundle);
            if missing.dependencies {
                let declared =
                    self.declare(index, &bundle.origin, dependencies(&bundle), &mut open);
                if let Some(contract) = self.contracts.get_mut(index) {
                    contract.dependencies = declared;
                }
            }
            if missing.references {
                let declared = self.declare(index, &bundle.origin, references(&bundle), &mut open);
                if let Some(contract) = self.contracts.get_mut(index) {
                    contract.references = declared;
                }
            }
        }
    }

    fn declare(
        &mut self,
        declarer: usize,
        origin: &Origin,
        edges: Vec<(String, String, EdgeKind)>,
        open: &mut Vec<(usize, Wanted)>,
    ) -> Vec<Declared> {
        edges
            .into_iter()
            .map(|(name, reference, kind)| {
                let wanted = self.edges.behind(&kind);
                let slot = self.slot(declarer, origin, &reference, &kind);
                if let Some(known) = self.slots.get_mut(slot) {
                    match &known.outcome {
                        Some(Ok(found)) => open.push((found.contract, wanted)),
                        Some(Err(_)) => {}
                        None => known.wanted = known.wanted.or(wanted),
                    }
                }
                Declared {
                    name,
                    reference,
                    kind,
                    slot,
                }
            })
            .collect()
    }

    /// The slot of a reference; a new one asks, or has failed already.
    fn slot(&mut self, declarer: usize, origin: &Origin, text: &str, kind: &EdgeKind) -> usize {
        let next = self.slots.len();
        let draft = match Draft::new(text, kind, origin, declarer == ROOT, &self.pins) {
            Ok(draft) => draft,
            Err(failure) => {
                self.slots.push(Slot {
                    wanted: Wanted::default(),
                    outcome: Some(Err(failure)),
                });
                return next;
            }
        };
        match self.by_key.entry(draft.key) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(vacant) => {
                vacant.insert(next);
                self.slots.push(Slot {
                    wanted: Wanted::default(),
                    outcome: None,
                });
                self.unanswered += 1;
                let root = self.contracts.first().map(|root| &root.bundle.origin);
                self.waiting.push(Request {
                    id: RequestId(next),
                    text: text.to_owned(),
                    reference: draft.reference,
                    range: draft.range,
                    declared_by: origin.clone(),
                    pin: draft.pin,
                    root_directory: match root {
                        Some(Origin::Local { directory }) => Some(directory.clone()),
                        _ => None,
                    },
                });
                next
            }
        }
    }
}

/// Name, reference and kind of every dependency, in declaration order.
fn dependencies(bundle: &Bundle) -> Vec<(String, String, EdgeKind)> {
    let contract = bundle.contract.contract();
    contract
        .dependencies
        .iter()
        .map(|dependency| {
            (
                dependency.name.clone(),
                dependency.reference.clone(),
                EdgeKind::Dependency {
                    required: dependency.required,
                    compatibility: dependency.compatibility.clone(),
                },
            )
        })
        .collect()
}

/// Name, reference and kind of every configuration and policy that refers elsewhere.
fn references(bundle: &Bundle) -> Vec<(String, String, EdgeKind)> {
    let contract = bundle.contract.contract();
    let configurations = contract.configurations.iter().map(|configuration| {
        (
            &configuration.name,
            &configuration.reference,
            ReferenceKind::Config,
        )
    });
    let policies = contract
        .policies
        .iter()
        .map(|policy| (&policy.name, &policy.reference, ReferenceKind::Policy));
    configurations
        .chain(policies)
        .filter_map(|(name, reference, kind)| {
            Some((name.clone(), reference.clone()?, EdgeKind::Reference(kind)))
        })
        .collect()
}
