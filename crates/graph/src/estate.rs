//! Contracts looked at together: who depends on whom, and who is hit when something changes.
//!
//! An [`Estate`] takes what each contract says about its neighbours ([`Member`]) and groups it by
//! service, every service at its highest stable version. References are matched to services once
//! ([`MatchedBy`] says how); what leads nowhere is kept as a service of which only the name is known,
//! so that its consumers are not lost. [`Estate::reach`] walks the edges backwards.
//!
//! Everything works on positions: one question costs time in proportion to services and edges.

mod affected;
mod assemble;
mod matching;
mod member;
mod reach;
mod referral;

pub use affected::{Affected, OwnerCount};
pub use matching::MatchedBy;
pub use member::{Link, Member, ReferenceLink};
pub use reach::{Dependent, Reach};
pub use referral::Referral;

use pacto_bundle::lock::ReferenceKind;

/// Position of a service in an estate. Services are in byte order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub(crate) u32);

impl ServiceId {
    /// The position, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Position of a member among those that an estate was made of.
pub type MemberIndex = usize;

/// One service of an estate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The name while it is unique, else `name~repository`.
    pub id: String,
    /// Name in the contract, or the name made of the reference that leads nowhere.
    pub name: String,
    /// The member at the highest stable version; `None` for a service that is only referred to.
    pub current: Option<MemberIndex>,
    /// All members of this service, in the order they were given.
    pub versions: Vec<MemberIndex>,
}

/// A dependency edge between two services at their current versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The service that declares it.
    pub from: ServiceId,
    /// The service it leads to.
    pub to: ServiceId,
    /// Position in [`Member::dependencies`] of the current version of `from`.
    pub link: usize,
    /// Declared as required.
    pub is_required: bool,
    /// How the reference was matched.
    pub matched_by: MatchedBy,
}

/// A reference edge: a configuration or policy that another service provides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferenceEdge {
    /// The service that declares it.
    pub from: ServiceId,
    /// The provider.
    pub to: ServiceId,
    /// Position in [`Member::references`] of the current version of `from`.
    pub link: usize,
    /// What refers.
    pub kind: ReferenceKind,
}

/// Contracts looked at together.
#[derive(Debug, Clone)]
pub struct Estate {
    members: Vec<Member>,
    services: Vec<Service>,
    /// Sorted by `to`, then by `from`, required edges first, then in declared order.
    edges: Vec<Edge>,
    /// Where the edges to each service begin; one entry more than services.
    starts: Vec<usize>,
    /// Sorted by `to`, then by `from`, then in declared order.
    references: Vec<ReferenceEdge>,
    matcher: matching::Matcher,
}

impl Estate {
    /// Groups members by service and matches their references.
    pub fn new(members: Vec<Member>) -> Self {
        assemble::estate(members)
    }

    /// The members as given.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// All services by id, those that are only referred to included.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// Number of services whose contract is known.
    pub fn known(&self) -> usize {
        let services = self.services.iter();
        services.filter(|service| service.current.is_some()).count()
    }

    /// One service.
    pub fn service(&self, id: ServiceId) -> &Service {
        &self.services[id.index()]
    }

    /// The contract of a service at its current version.
    pub fn current(&self, id: ServiceId) -> Option<&Member> {
        self.members.get(self.service(id).current?)
    }

    /// All dependency edges, by target, then by source.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Dependency edges that end at a service, by source.
    pub fn edges_to(&self, id: ServiceId) -> &[Edge] {
        let (start, end) = (self.starts[id.index()], self.starts[id.index() + 1]);
        &self.edges[start..end]
    }

    /// All reference edges, by target, then by source.
    pub fn references(&self) -> &[ReferenceEdge] {
        &self.references
    }

    /// Reference edges that end at a service, by source.
    pub fn references_to(&self, id: ServiceId) -> impl Iterator<Item = &ReferenceEdge> {
        let start = self.references.partition_point(|edge| edge.to < id);
        self.references[start..]
            .iter()
            .take_while(move |edge| edge.to == id)
    }

    /// The service with this id or name, or the one that a reference leads to.
    pub fn find(&self, text: &str) -> Option<ServiceId> {
        let by_id = self
            .services
            .binary_search_by(|service| service.id.as_str().cmp(text));
        if let Ok(position) = by_id {
            return Some(ServiceId(position as u32));
        }
        self.matcher
            .find(&member::exact_names(text), text)
            .map(|(id, _)| id)
    }

    /// The service that a contract outside the estate belongs to: by its repository, else by its
    /// name.
    pub fn find_contract(&self, repository: Option<&str>, name: &str) -> Option<ServiceId> {
        let exact: Vec<String> = repository.map(str::to_owned).into_iter().collect();
        self.matcher.find(&exact, name).map(|(id, _)| id)
    }

    /// Everybody who depends on a service, directly or not.
    pub fn reach(&self, target: ServiceId) -> Reach {
        reach::reach(self, target)
    }

    /// Everybody who takes a policy or configuration from a service, directly or, for policies,
    /// through policies of others.
    pub fn referrals(&self, provider: ServiceId) -> Vec<Referral> {
        referral::referrals(self, provider)
    }

    /// How many services are hit when this one breaks: those that reach it over required
    /// dependency edges, itself excluded.
    pub fn blast_radius(&self, target: ServiceId) -> usize {
        reach::required(self, target)
    }
}
