//! The whole example estate, as a folder of contracts without a registry.

mod support;

use std::fs;
use std::path::Path;

use pacto_bundle::FailureReason;
use pacto_graph::{EdgeKind, Graph, GraphOptions, ReferenceEdges, render};
use support::{World, failure};

const SMS_GATEWAY: &str = "oci://registry.acme.example/partners/sms-gateway";

const TREE: &str = "\
acme-tickets@1.0.0
├─ storefront@2.4.0
│  ├─ api-gateway@1.5.0
│  │  ├─ identity@3.1.0
│  │  │  ├─ postgres@16.3.0
│  │  │  └─ redis@7.2.4
│  │  ├─ catalog@1.9.0
│  │  │  └─ postgres@15.6.0
│  │  ├─ seat-inventory@2.0.0
│  │  │  ├─ postgres@16.3.0 (shared)
│  │  │  └─ redis@7.2.4 (shared)
│  │  ├─ orders@1.7.0
│  │  │  ├─ seat-inventory@2.0.0 (shared)
│  │  │  ├─ pricing@1.1.0
│  │  │  │  ├─ promotions@1.0.0
│  │  │  │  │  └─ pricing (error: cycle detected: oci://registry.acme.example/tickets/pricing)
│  │  │  │  └─ redis@7.2.4 (shared)
│  │  │  ├─ payments@2.1.0
│  │  │  │  ├─ postgres@16.3.0 (shared)
│  │  │  │  ├─ broker@3.13.1
│  │  │  │  ├─ card-acquirer@2024.01.01
│  │  │  │  └─ fraud-check@0.9.1
│  │  │  │     └─ redis@7.2.4 (shared)
│  │  │  ├─ postgres@16.3.0 (shared)
│  │  │  ├─ broker@3.13.1 (shared)
│  │  │  └─ notifications@1.4.0
│  │  │     ├─ broker@3.13.1 (shared)
│  │  │     ├─ mail-provider@1.0.0
│  │  │     ├─ payments@2.1.0 (shared)
│  │  │     └─ sms-gateway (error: registry unreachable)
│  │  └─ payments@1.2.0
│  │     ├─ postgres@16.3.0 (shared)
│  │     ├─ broker@3.13.1 (shared)
│  │     ├─ card-acquirer@2024.01.01 (shared)
│  │     └─ fraud-check@0.9.1 (shared)
│  └─ identity@3.1.0 (shared)
├─ settlement@1.0.2
│  ├─ payments@1.2.0 (shared)
│  └─ postgres@16.3.0 (shared)
└─ seatmap-import@0.3.0
   ├─ catalog (error: no tags satisfy constraint \"^2.0.0\")
   └─ seat-inventory@2.0.0 (shared)

Cycles (1):
  pricing -> promotions -> pricing

Conflicts (2):
  payments: [payments@1.2.0 payments@2.1.0]
  postgres: [postgres@15.6.0 postgres@16.3.0]
";

/// Group of each service in the registry.
fn group(name: &str) -> &'static str {
    match name {
        "postgres" | "redis" | "broker" => "infra",
        "card-acquirer" | "mail-provider" => "vendors",
        "platform-config" | "baseline-policy" | "service-policy" => "platform",
        _ => "tickets",
    }
}

fn estate() -> World {
    let bundles = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate/bundles");
    let names = |directory: &Path| -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(directory)
            .expect("the estate is there")
            .map(|entry| {
                let name = entry.expect("the estate is readable").file_name();
                name.into_string().expect("names are ASCII")
            })
            .collect();
        names.sort();
        names
    };
    let mut world = World {
        // What the digest of redis is, depends on packing.
        ignores_digests: true,
        ..World::default()
    };
    for name in names(&bundles) {
        let repository = format!("registry.acme.example/{}/{name}", group(&name));
        for version in names(&bundles.join(&name)) {
            let file = bundles.join(&name).join(&version).join("pacto.yaml");
            let yaml = fs::read_to_string(file).expect("every version has a contract");
            world
                .published
                .entry(repository.clone())
                .or_default()
                .insert(version, yaml);
        }
    }
    world.failures.insert(
        SMS_GATEWAY.to_owned(),
        failure(FailureReason::PullFailed, "registry unreachable".to_owned()),
    );
    world
}

fn resolve(references: ReferenceEdges, seed: u64) -> (Graph, usize) {
    let world = estate();
    let root = world.remote("registry.acme.example/tickets/acme-tickets", "1.0.0");
    let options = GraphOptions {
        references,
        ..GraphOptions::default()
    };
    world.resolve_shuffled(&root, options, seed)
}

#[test]
fn the_tree_is_the_one_computed_by_hand() {
    let (graph, _) = resolve(ReferenceEdges::Exclude, 0);
    assert_eq!(render::tree(&graph), TREE);
}

#[test]
fn edges_nodes_and_reasons_are_counted_as_by_hand() {
    let (graph, _) = resolve(ReferenceEdges::Exclude, 0);
    let is_shared = |edge: &&pacto_graph::Edge| {
        matches!(
            edge.target,
            pacto_graph::Target::Node {
                is_shared: true,
                ..
            }
        )
    };
    let edges: Vec<_> = graph.edges().map(|(_, edge)| edge).collect();
    assert_eq!(edges.len(), 41);
    assert_eq!(edges.iter().copied().filter(is_shared).count(), 18);
    assert_eq!(
        edges.iter().filter(|edge| edge.failure().is_some()).count(),
        3
    );
    assert_eq!(graph.nodes().len(), 21);
    let mut names: Vec<&str> = graph.nodes().iter().map(pacto_graph::Node::name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 19);
    let reasons: Vec<FailureReason> = edges
        .iter()
        .filter_map(|edge| Some(edge.failure()?.failure.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            FailureReason::Cycle,
            FailureReason::PullFailed,
            FailureReason::NoMatchingVersion
        ]
    );
    assert_eq!(graph.cycles(), [["pricing", "promotions"]]);
}

#[test]
fn the_order_of_answers_changes_no_byte() {
    for references in [
        ReferenceEdges::Exclude,
        ReferenceEdges::Include,
        ReferenceEdges::Only,
        ReferenceEdges::Closure,
    ] {
        let (first, requests) = resolve(references, 0);
        for seed in 1..=20 {
            let (again, count) = resolve(references, seed);
            assert_eq!(again.to_json(true), first.to_json(true), "seed {seed}");
            assert_eq!(render::tree(&again), render::tree(&first), "seed {seed}");
            assert_eq!(count, requests, "seed {seed}");
        }
    }
}

#[test]
fn each_distinct_reference_and_range_is_asked_once() {
    let (graph, requests) = resolve(ReferenceEdges::Exclude, 0);
    let mut asked: Vec<(&str, &str)> = graph
        .edges()
        .filter_map(|(_, edge)| match &edge.kind {
            EdgeKind::Dependency { compatibility, .. } => {
                let is_explicit = edge.reference.contains(":1.2.0") || edge.reference.contains('@');
                let range = if is_explicit { "" } else { compatibility };
                Some((edge.reference.as_str(), range))
            }
            EdgeKind::Reference(_) => None,
        })
        .collect();
    asked.sort_unstable();
    asked.dedup();
    assert_eq!(requests, asked.len());
}

#[test]
fn references_add_the_three_providers() {
    let (graph, _) = resolve(ReferenceEdges::Include, 0);
    assert_eq!(graph.nodes().len(), 21 + 3);
    // 17 of the current versions, and the one of payments 1.2.0.
    assert_eq!(graph.edges().count(), 41 + 18);
    let tree = render::tree(&graph);
    assert!(tree.contains("platform-config@1.1.0 [ref]\n"), "{tree}");
    assert!(
        tree.contains("service-policy@1.0.0 [ref] (shared)\n"),
        "{tree}"
    );
    let (only, _) = resolve(ReferenceEdges::Only, 0);
    assert_eq!(render::tree(&only), "acme-tickets@1.0.0\n");
}
