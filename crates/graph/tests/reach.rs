//! Who depends on whom: the example estate counted by hand, laws against a naive walk, and size.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Instant;

use pacto_contract::Loaded;
use pacto_diagnostic::SourceText;
use pacto_graph::estate::{Affected, Estate, Link, MatchedBy, Member, ServiceId};
use proptest::prelude::*;

/// All 37 contracts of the example estate.
fn acme() -> Estate {
    let bundles = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate/bundles");
    let mut members = Vec::new();
    for service in fs::read_dir(bundles).expect("the estate is there") {
        for version in fs::read_dir(service.expect("readable").path()).expect("versions") {
            let file = version.expect("readable").path().join("pacto.yaml");
            let text = fs::read_to_string(file).expect("a contract");
            let loaded = Loaded::parse(SourceText::new("pacto.yaml", text)).expect("it parses");
            members.push(Member::of(loaded.contract()));
        }
    }
    assert_eq!(members.len(), 37);
    Estate::new(members)
}

fn find(estate: &Estate, name: &str) -> ServiceId {
    estate.find(name).expect("the service is there")
}

#[test]
fn the_example_estate_has_the_nodes_and_edges_counted_by_hand() {
    let estate = acme();
    assert_eq!((estate.known(), estate.services().len()), (22, 23));
    let strangers: Vec<_> = estate
        .services()
        .iter()
        .filter(|service| service.current.is_none())
        .map(|service| service.id.as_str())
        .collect();
    assert_eq!(strangers, ["sms-gateway"]);
    let required = estate.edges().iter().filter(|edge| edge.is_required);
    assert_eq!((estate.edges().len(), required.count()), (37, 32));
    assert_eq!(estate.references().len(), 17);
    let catalog = estate.current(find(&estate, "catalog")).expect("known");
    assert_eq!(catalog.version, "1.9.0");
}

#[test]
fn every_radius_of_the_example_estate_is_the_one_counted_by_hand() {
    let expected = [
        ("acme-tickets", 0, 0, 0, 0, 0),
        ("api-gateway", 2, 1, 1, 0, 0),
        ("baseline-policy", 0, 0, 0, 0, 3),
        ("broker", 7, 3, 4, 0, 0),
        ("card-acquirer", 6, 1, 6, 1, 0),
        ("catalog", 4, 2, 2, 0, 0),
        ("fraud-check", 6, 1, 6, 1, 0),
        ("identity", 3, 2, 1, 0, 0),
        ("mail-provider", 1, 1, 4, 4, 0),
        ("notifications", 0, 1, 3, 4, 0),
        ("orders", 3, 1, 2, 0, 0),
        ("payments", 5, 4, 2, 1, 0),
        ("platform-config", 0, 0, 0, 0, 5),
        ("postgres", 10, 6, 5, 1, 0),
        ("pricing", 5, 2, 3, 0, 0),
        ("promotions", 5, 1, 4, 0, 0),
        ("redis", 10, 4, 9, 3, 0),
        ("seat-inventory", 5, 3, 2, 0, 0),
        ("seatmap-import", 0, 1, 0, 1, 0),
        ("service-policy", 0, 0, 0, 0, 9),
        ("settlement", 1, 1, 0, 0, 0),
        ("storefront", 1, 1, 0, 0, 0),
    ];
    let estate = acme();
    let mut sum = 0;
    for (name, radius, direct, transitive, optional, references) in expected {
        let id = find(&estate, name);
        let affected = Affected::of(&estate, &estate.reach(id));
        let counted = (
            estate.blast_radius(id),
            affected.direct,
            affected.transitive,
            affected.optional,
            affected.references,
        );
        assert_eq!(
            counted,
            (radius, direct, transitive, optional, references),
            "{name}"
        );
        assert_eq!(affected.required, radius, "{name}");
        sum += radius;
    }
    assert_eq!(sum, 74);
}

#[test]
fn the_chain_shown_is_the_shortest_required_one() {
    let estate = acme();
    let reach = estate.reach(find(&estate, "payments"));
    let chain = |name: &str| -> Vec<&str> {
        let id = find(&estate, name);
        let mut dependents = reach.dependents().iter();
        let dependent = dependents.find(|d| d.service == id).expect("a dependent");
        let chain = reach.chain(dependent);
        chain.map(|id| estate.service(id).id.as_str()).collect()
    };
    assert_eq!(
        chain("acme-tickets"),
        ["acme-tickets", "settlement", "payments"]
    );
    assert_eq!(
        chain("storefront"),
        ["storefront", "api-gateway", "payments"]
    );
    assert_eq!(chain("notifications"), ["notifications", "payments"]);
}

fn member(name: &str, repository: Option<&str>, references: &[&str]) -> Member {
    Member {
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        owner_key: "(unowned)".to_owned(),
        repository: repository.map(str::to_owned),
        dependencies: references.iter().map(|text| link(text, true)).collect(),
        ..Member::default()
    }
}

fn link(reference: &str, is_required: bool) -> Link {
    let exact = reference.strip_prefix("oci://").map(str::to_owned);
    Link {
        name: reference.to_owned(),
        reference: reference.to_owned(),
        is_required,
        compatibility: String::new(),
        exact: exact.into_iter().collect(),
    }
}

#[test]
fn a_repository_decides_before_a_name_and_a_name_before_an_alias() {
    let mut aliased = member("ledger", None, &[]);
    aliased.aliases = vec!["bookkeeper".to_owned(), "one".to_owned()];
    let estate = Estate::new(vec![
        member("one", Some("r.example/a/one"), &[]),
        member("one", Some("r.example/b/one"), &[]),
        aliased,
        member(
            "user",
            None,
            &[
                "oci://r.example/b/one",
                "oci://elsewhere.example/one",
                "oci://r.example/x/bookkeeper",
                "oci://r.example/x/ledger-pacto",
                "oci://r.example/x/nobody-pacto",
            ],
        ),
    ]);
    let mut found: Vec<(usize, &str, MatchedBy)> = estate
        .edges()
        .iter()
        .map(|edge| {
            (
                edge.link,
                estate.service(edge.to).id.as_str(),
                edge.matched_by,
            )
        })
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            (0, "one~r.example/b/one", MatchedBy::Repository),
            (1, "one~r.example/a/one", MatchedBy::Name),
            (2, "ledger", MatchedBy::Alias),
            (3, "ledger", MatchedBy::Suffix),
            (4, "nobody", MatchedBy::Nothing),
        ]
    );
    assert!(estate.find("nobody").is_some());
    assert_eq!(estate.find("somebody"), None);
}

#[test]
fn what_is_pinned_is_not_pulled_and_a_range_decides_about_the_rest() {
    let pinned = format!("oci://r.example/a@sha256:{}", "0".repeat(64));
    for (reference, compatibility, version, expected, pulls) in [
        ("oci://r.example/a", "^1.0.0", "1.2.0", Some(true), true),
        ("oci://r.example/a", "^1.0.0", "2.0.0", Some(false), false),
        ("oci://r.example/a", "", "2.0.0", None, true),
        ("oci://r.example/a", "", "2.0.0-rc.1", None, false),
        ("oci://r.example/a", "nonsense", "2.0.0", None, false),
        ("oci://r.example/a", "^1.0.0", "two", None, false),
        (
            "oci://r.example/a:1.0.0",
            "^1.0.0",
            "1.2.0",
            Some(true),
            false,
        ),
        (pinned.as_str(), "", "2.0.0", None, false),
    ] {
        let mut link = link(reference, true);
        link.compatibility = compatibility.to_owned();
        assert_eq!(
            (link.admits(version), link.pulls(version)),
            (expected, pulls),
            "{reference} {compatibility} {version}"
        );
    }
}

/// Edges among seven services: from, to, required.
fn edges() -> impl Strategy<Value = Vec<(usize, usize, bool)>> {
    proptest::collection::vec((0usize..7, 0usize..7, any::<bool>()), 0..20)
}

fn of_edges(edges: &[(usize, usize, bool)], count: usize) -> Estate {
    let mut members: Vec<Member> = (0..count)
        .map(|number| member(&format!("s{number:05}"), None, &[]))
        .collect();
    for (from, to, is_required) in edges {
        let reference = format!("oci://r.example/a/s{to:05}");
        members[*from]
            .dependencies
            .push(link(&reference, *is_required));
    }
    Estate::new(members)
}

/// All chains without repetition from every service to the target.
fn chains(edges: &[(usize, usize, bool)], target: usize) -> Vec<(Vec<usize>, bool)> {
    let mut found = Vec::new();
    let mut open = vec![(vec![target], true)];
    while let Some((chain, is_required)) = open.pop() {
        for (from, to, required) in edges {
            if *to == chain[0] && !chain.contains(from) {
                let mut longer = vec![*from];
                longer.extend(&chain);
                found.push((longer.clone(), is_required && *required));
                open.push((longer, is_required && *required));
            }
        }
    }
    found
}

proptest! {
    #[test]
    fn every_dependent_and_its_chain_are_those_of_a_naive_walk(edges in edges(), target in 0usize..7) {
        let estate = of_edges(&edges, 7);
        let mut expected: BTreeMap<usize, (bool, usize, Vec<usize>)> = BTreeMap::new();
        for (chain, is_required) in chains(&edges, target) {
            let rank = (!is_required, chain.len(), chain.clone());
            let best = expected.entry(chain[0]).or_insert_with(|| rank.clone());
            if rank < *best {
                *best = rank;
            }
        }
        let direct: BTreeSet<usize> = edges
            .iter()
            .filter(|(from, to, _)| *to == target && *from != target)
            .map(|(from, _, _)| *from)
            .collect();
        let reach = estate.reach(find(&estate, &format!("s{target:05}")));
        let mut found = BTreeMap::new();
        for dependent in reach.dependents() {
            let chain: Vec<usize> = reach.chain(dependent).map(ServiceId::index).collect();
            prop_assert_eq!(dependent.depth, chain.len() - 1);
            prop_assert_eq!(dependent.is_direct, direct.contains(&chain[0]));
            prop_assert_eq!(dependent.first.to.index(), chain[1]);
            prop_assert_eq!(dependent.last.to.index(), target);
            prop_assert_eq!(dependent.last.from.index(), chain[chain.len() - 2]);
            found.insert(chain[0], (!dependent.is_required, chain.len(), chain));
        }
        prop_assert_eq!(&found, &expected);
        let required = expected.values().filter(|(is_optional, _, _)| !is_optional).count();
        prop_assert_eq!(estate.blast_radius(reach.target()), required);
        let affected = Affected::of(&estate, &reach);
        prop_assert_eq!(affected.direct + affected.transitive, found.len());
        prop_assert_eq!(affected.required + affected.optional, found.len());
        prop_assert_eq!(affected.by_depth.iter().sum::<usize>(), found.len());
        prop_assert_eq!(affected.by_owner.iter().map(|owner| owner.count).sum::<usize>(), found.len());
    }

    #[test]
    fn the_order_of_members_changes_nothing(edges in edges(), seed in any::<u64>()) {
        let estate = of_edges(&edges, 7);
        let mut shuffled = estate.members().to_vec();
        shuffled.rotate_left((seed % 7) as usize);
        let other = Estate::new(shuffled);
        let shown = |estate: &Estate| format!("{:?}", estate.edges());
        prop_assert_eq!(shown(&estate), shown(&other));
    }
}

#[test]
fn ten_thousand_services_are_walked_in_no_time() {
    const SERVICES: usize = 10_000;
    let mut edges = Vec::new();
    for from in 1..SERVICES {
        for step in [1, 7, 113, 1009] {
            if from >= step {
                edges.push((from, from - step, step != 7));
            }
        }
        edges.push((from, 0, false));
    }
    let estate = of_edges(&edges, SERVICES);
    let start = Instant::now();
    let reach = estate.reach(find(&estate, "s00000"));
    let affected = Affected::of(&estate, &reach);
    let longest = reach.dependents().iter().map(|dependent| dependent.depth);
    assert!(longest.max() > Some(9));
    assert_eq!((affected.required, affected.direct), (9_999, 9_999));
    // Far above what it takes, far below what a walk per dependent would take.
    assert!(start.elapsed().as_millis() < 1_000);
}
