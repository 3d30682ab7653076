//! Groups members by service, then matches every reference once.

use std::collections::{BTreeMap, HashMap};

use pacto_contract::LooseVersion;

use super::matching::{MatchedBy, Matcher, derived_name};
use super::{Edge, Estate, Member, MemberIndex, ReferenceEdge, Service, ServiceId};

/// What tells services apart: name, then repository; `None` sorts first.
type Key = (String, Option<String>);

pub(super) fn estate(members: Vec<Member>) -> Estate {
    let mut groups = grouped(&members);
    add_strangers(&members, &mut groups);
    let mut services: Vec<(Service, Option<String>)> = named(&members, groups);
    services.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    let matcher = matcher(&members, &services);
    let services: Vec<Service> = services.into_iter().map(|(service, _)| service).collect();
    let (edges, references) = edges(&members, &services, &matcher);
    let mut starts = vec![0; services.len() + 1];
    for edge in &edges {
        starts[edge.to.index() + 1] += 1;
    }
    for position in 1..starts.len() {
        starts[position] += starts[position - 1];
    }
    Estate {
        members,
        services,
        edges,
        starts,
        references,
        matcher,
    }
}

/// Members by service. One whose repository is not known joins the service of its name when there
/// is exactly one.
fn grouped(members: &[Member]) -> BTreeMap<Key, Vec<MemberIndex>> {
    let mut groups: BTreeMap<Key, Vec<MemberIndex>> = BTreeMap::new();
    for (index, member) in members.iter().enumerate() {
        let key = (member.name.clone(), member.repository.clone());
        groups.entry(key).or_default().push(index);
    }
    let mut repositories: HashMap<&str, (usize, Option<&str>)> = HashMap::new();
    for member in members {
        if let Some(repository) = &member.repository {
            let entry = repositories.entry(&member.name).or_default();
            if entry.1 != Some(repository) {
                *entry = (entry.0 + 1, Some(repository));
            }
        }
    }
    for (name, place) in
        members
            .iter()
            .filter_map(|member| match repositories.get(member.name.as_str()) {
                Some((1, Some(repository))) if member.repository.is_none() => {
                    Some((member.name.clone(), (*repository).to_owned()))
                }
                _ => None,
            })
    {
        if let Some(joining) = groups.remove(&(name.clone(), None)) {
            let versions = groups.entry((name, Some(place))).or_default();
            versions.extend(joining);
            versions.sort_unstable();
        }
    }
    groups
}

/// Adds the services that references name and no member is.
fn add_strangers(members: &[Member], groups: &mut BTreeMap<Key, Vec<MemberIndex>>) {
    let preliminary = named(members, groups.clone());
    let matcher = matcher(members, &preliminary);
    for (_, versions) in groups.clone() {
        let Some(member) = current(members, &versions).and_then(|index| members.get(index)) else {
            continue;
        };
        let dependencies = member.dependencies.iter();
        let dependencies = dependencies.map(|link| (&link.exact, &link.reference));
        let references = member.references.iter();
        let references = references.map(|link| (&link.exact, &link.reference));
        for (exact, reference) in dependencies.chain(references) {
            if matcher.find(exact, reference).is_none() {
                let key = (derived_name(reference), exact.first().cloned());
                groups.entry(key).or_default();
            }
        }
    }
}

/// Services with their repositories; the id carries the repository where the name is not unique.
fn named(
    members: &[Member],
    groups: BTreeMap<Key, Vec<MemberIndex>>,
) -> Vec<(Service, Option<String>)> {
    let mut count: HashMap<String, usize> = HashMap::new();
    for (name, _) in groups.keys() {
        *count.entry(name.clone()).or_default() += 1;
    }
    groups
        .into_iter()
        .map(|((name, repository), versions)| {
            let id = match &repository {
                Some(repository) if count.get(&name).is_some_and(|count| *count > 1) => {
                    format!("{name}~{repository}")
                }
                _ => name.clone(),
            };
            let service = Service {
                id,
                name,
                current: current(members, &versions),
                versions,
            };
            (service, repository)
        })
        .collect()
}

/// The member at the highest stable version; the first of equal ones.
fn current(members: &[Member], versions: &[MemberIndex]) -> Option<MemberIndex> {
    let texts = versions.iter().filter_map(|index| members.get(*index));
    match LooseVersion::pick(texts.map(|member| member.version.as_str()), None) {
        Some(best) => versions
            .iter()
            .copied()
            .find(|index| members.get(*index).is_some_and(|m| m.version == best)),
        None => versions.first().copied(),
    }
}

fn matcher(members: &[Member], services: &[(Service, Option<String>)]) -> Matcher {
    let mut matcher = Matcher::default();
    // A service that is known comes before one that is only referred to.
    let known = services.iter().enumerate();
    let (known, strangers): (Vec<_>, Vec<_>) =
        known.partition(|(_, (service, _))| service.current.is_some());
    for (position, (service, repository)) in known.into_iter().chain(strangers) {
        let id = ServiceId(position as u32);
        if let Some(repository) = repository {
            matcher.exact.entry(repository.clone()).or_insert(id);
        }
        matcher.names.entry(service.name.clone()).or_insert(id);
        for member in service
            .versions
            .iter()
            .filter_map(|index| members.get(*index))
        {
            for place in &member.places {
                matcher.exact.entry(place.clone()).or_insert(id);
            }
            for alias in &member.aliases {
                matcher.aliases.entry(alias.clone()).or_insert(id);
            }
        }
    }
    matcher
}

fn edges(
    members: &[Member],
    services: &[Service],
    matcher: &Matcher,
) -> (Vec<Edge>, Vec<ReferenceEdge>) {
    let (mut edges, mut references) = (Vec::new(), Vec::new());
    for (position, service) in services.iter().enumerate() {
        let from = ServiceId(position as u32);
        let Some(member) = service.current.and_then(|index| members.get(index)) else {
            continue;
        };
        for (link, dependency) in member.dependencies.iter().enumerate() {
            let found = matcher.find(&dependency.exact, &dependency.reference);
            let found = found.or_else(|| {
                let name = derived_name(&dependency.reference);
                let id = matcher.names.get(&name)?;
                Some((*id, MatchedBy::Nothing))
            });
            if let Some((to, matched_by)) = found
                && to != from
            {
                let is_known = services[to.index()].current.is_some();
                edges.push(Edge {
                    from,
                    to,
                    link,
                    is_required: dependency.is_required,
                    matched_by: if is_known {
                        matched_by
                    } else {
                        MatchedBy::Nothing
                    },
                });
            }
        }
        for (link, reference) in member.references.iter().enumerate() {
            if let Some((to, _)) = matcher.find(&reference.exact, &reference.reference)
                && to != from
            {
                references.push(ReferenceEdge {
                    from,
                    to,
                    link,
                    kind: reference.kind,
                });
            }
        }
    }
    edges.sort_by_key(|edge| (edge.to, edge.from, !edge.is_required, edge.link));
    references.sort_by_key(|edge| (edge.to, edge.from, edge.link));
    (edges, references)
}
