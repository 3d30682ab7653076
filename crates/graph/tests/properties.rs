//! Laws of any graph.

mod support;

use std::collections::BTreeSet;

use pacto_graph::{Graph, GraphOptions, NodeId, Target, render};
use proptest::prelude::*;
use support::{World, oci};

/// Edges among eight services; some lead to a ninth that does not exist.
fn edges() -> impl Strategy<Value = Vec<(usize, usize)>> {
    proptest::collection::vec((0usize..8, 0usize..9), 0..24)
}

fn world(edges: &[(usize, usize)]) -> World {
    let mut world = World::default();
    for service in 0..8 {
        let references: Vec<String> = edges
            .iter()
            .filter(|(from, _)| *from == service)
            .map(|(_, to)| oci(&format!("s{to}")))
            .collect();
        let dependencies: Vec<(&str, &str)> = references
            .iter()
            .map(|reference| (reference.as_str(), "*"))
            .collect();
        world.publish(&format!("s{service}"), "1.0.0", &dependencies);
    }
    world
}

fn resolve(world: &World, seed: u64) -> Graph {
    let root = world.remote("registry.example.com/acme/s0", "1.0.0");
    world
        .resolve_shuffled(&root, GraphOptions::default(), seed)
        .0
}

/// Services that some way leads to, the start excluded unless it lies on a cycle.
fn reach(edges: &[(usize, usize)], start: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![start];
    while let Some(service) = open.pop() {
        for (_, to) in edges
            .iter()
            .filter(|(from, to)| *from == service && *to < 8)
        {
            if found.insert(*to) {
                open.push(*to);
            }
        }
    }
    found
}

proptest! {
    #[test]
    fn the_graph_holds_what_can_be_reached_and_every_edge_of_it(edges in edges(), seed in 1u64..) {
        let world = world(&edges);
        let graph = resolve(&world, seed);
        let mut expected = reach(&edges, 0);
        expected.insert(0);
        let names: BTreeSet<String> = expected.iter().map(|service| format!("s{service}")).collect();
        let found: BTreeSet<String> = graph.nodes().iter().map(|node| node.name().to_owned()).collect();
        prop_assert_eq!(found, names);
        prop_assert_eq!(graph.nodes().len(), expected.len());
        let count = edges.iter().filter(|(from, _)| expected.contains(from)).count();
        prop_assert_eq!(graph.edges().count(), count);
        prop_assert_eq!(graph.to_json(false), resolve(&world, 0).to_json(false));
    }

    #[test]
    fn every_node_but_the_root_has_one_full_occurrence_after_its_parent(edges in edges()) {
        let graph = resolve(&world(&edges), 0);
        let mut seen = BTreeSet::from([NodeId::ROOT]);
        for (from, edge) in graph.edges() {
            match edge.target {
                Target::Node { id, is_shared: false, .. } => {
                    prop_assert!(from < id);
                    prop_assert!(seen.insert(id));
                }
                Target::Node { id, is_shared: true, .. } => prop_assert!(graph.node(id).is_some()),
                Target::Failed(_) => {}
            }
        }
        prop_assert_eq!(seen.len(), graph.nodes().len());
        let tree = render::tree(&graph);
        let lines = tree.lines().take_while(|line| !line.is_empty()).count();
        prop_assert_eq!(lines, graph.edges().count() + 1);
    }

    #[test]
    fn cycles_are_the_groups_of_services_that_reach_themselves(edges in edges()) {
        let graph = resolve(&world(&edges), 0);
        let mut reachable = reach(&edges, 0);
        reachable.insert(0);
        let mut groups: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
        for &service in &reachable {
            let forth = reach(&edges, service);
            if forth.contains(&service) {
                groups.insert(forth.iter().copied().filter(|other| reach(&edges, *other).contains(&service)).collect());
            }
        }
        let firsts: Vec<String> = groups
            .iter()
            .filter_map(|group| Some(format!("s{}", group.first()?)))
            .collect();
        let found: Vec<&str> = graph.cycles().iter().filter_map(|cycle| Some(cycle.first()?.as_str())).collect();
        prop_assert_eq!(found, firsts);
        for cycle in graph.cycles() {
            for (at, name) in cycle.iter().enumerate() {
                let next = cycle.get(at + 1).or(cycle.first());
                let is_edge = graph.edges().any(|(from, edge)| {
                    graph.node(from).map(pacto_graph::Node::name) == Some(name)
                        && edge.node().and_then(|id| graph.node(id)).map(pacto_graph::Node::name)
                            == next.map(String::as_str)
                });
                prop_assert!(is_edge, "{:?}", cycle);
            }
        }
    }
}
