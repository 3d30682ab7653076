//! Graphs that are deep, wide or full of ways.

mod support;

use std::time::{Duration, Instant};

use pacto_graph::{GraphOptions, render};
use support::{World, oci};

#[test]
fn the_work_grows_with_the_edges_and_not_with_the_ways() {
    // 40 layers of 5: 5^40 ways from the root to the last layer.
    let mut world = World::default();
    let (layers, width) = (40, 5);
    for layer in 0..layers {
        for place in 0..width {
            let below: Vec<String> = (0..width)
                .filter(|_| layer + 1 < layers)
                .map(|below| oci(&format!("s{}-{below}", layer + 1)))
                .collect();
            let below: Vec<(&str, &str)> = below.iter().map(|name| (name.as_str(), "^1")).collect();
            world.publish(&format!("s{layer}-{place}"), "1.0.0", &below);
        }
    }
    let root = world.remote("registry.example.com/acme/s0-0", "1.0.0");
    let started = Instant::now();
    let (graph, requests) = world.resolve_shuffled(&root, GraphOptions::default(), 7);
    assert_eq!(requests, (layers - 1) * width);
    assert_eq!(graph.nodes().len(), (layers - 1) * width + 1);
    assert_eq!(graph.edges().count(), width + (layers - 2) * width * width);
    assert!(graph.cycles().is_empty());
    assert_eq!(
        render::tree(&graph).lines().count(),
        graph.edges().count() + 1
    );
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn a_chain_of_thousands_needs_no_stack() {
    let count = 3_000;
    let mut world = World::default();
    for index in 0..count {
        let next = oci(&format!("s{}", (index + 1) % count));
        world.publish(&format!("s{index}"), "1.0.0", &[(next.as_str(), "^1")]);
    }
    let root = world.remote("registry.example.com/acme/s0", "1.0.0");
    // A stack on which thousands of nested calls do not fit.
    let run = move || {
        let graph = world.resolve(&root, GraphOptions::default());
        assert_eq!(graph.nodes().len(), count);
        assert_eq!(graph.cycles().len(), 1);
        assert_eq!(graph.cycles()[0].len(), count);
        assert!(render::tree(&graph).contains("s2999@1.0.0\n"));
        assert!(render::dot(&graph).contains("n2999 -> n0"));
        assert!(graph.to_json(false).contains("\"name\":\"s2999\""));
    };
    std::thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no overflow");
}
