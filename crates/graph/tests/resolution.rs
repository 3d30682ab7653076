//! Cycles, sharing, conflicts, local references and failures.

mod support;

use pacto_bundle::{FailureReason, ResolvedFrom};
use pacto_graph::{Graph, GraphOptions, ReferenceEdges, Resolution, Target, render};
use support::{World, contract, oci};

fn exclude() -> GraphOptions {
    GraphOptions::default()
}

fn with(references: ReferenceEdges) -> GraphOptions {
    GraphOptions {
        references,
        ..GraphOptions::default()
    }
}

fn remote(world: &World, name: &str, version: &str) -> Graph {
    let root = world.remote(&format!("registry.example.com/acme/{name}"), version);
    world.resolve(&root, exclude())
}

#[test]
fn a_cycle_through_a_published_root_stops_at_the_root() {
    let mut world = World::default();
    world.publish("a", "1.0.0", &[(&oci("b"), "^1.0.0")]);
    world.publish("b", "1.0.0", &[(&oci("a:1.0.0"), "^1.0.0")]);
    assert_eq!(
        render::tree(&remote(&world, "a", "1.0.0")),
        "\
a@1.0.0
└─ b@1.0.0
   └─ a:1.0.0 (error: cycle detected: oci://registry.example.com/acme/a:1.0.0)

Cycles (1):
  a -> b -> a
"
    );
}

#[test]
fn a_cycle_through_a_working_copy_stops_at_the_published_form_of_the_root() {
    let mut world = World::default();
    world.place(
        "/work/a",
        &contract("a", "1.1.0", &[(&oci("b"), "^1.0.0")], ""),
    );
    world.publish("a", "1.0.0", &[(&oci("b"), "^1.0.0")]);
    world.publish("b", "1.0.0", &[(&oci("a"), "^1.0.0")]);
    let graph = world.resolve(&world.local("/work/a"), exclude());
    assert_eq!(
        render::tree(&graph),
        "\
a@1.1.0
└─ b@1.0.0
   └─ a (error: cycle detected: oci://registry.example.com/acme/a)

Cycles (1):
  a -> b -> a
"
    );
}

#[test]
fn a_contract_that_depends_on_itself_is_a_cycle_of_one() {
    let mut world = World::default();
    world.publish("a", "1.0.0", &[(&oci("a"), "^1.0.0")]);
    let graph = remote(&world, "a", "1.0.0");
    assert_eq!(graph.cycles(), [["a"]]);
    assert!(render::tree(&graph).ends_with("Cycles (1):\n  a -> a\n"));
}

#[test]
fn another_version_of_a_published_root_is_another_node() {
    let mut world = World::default();
    world.publish("a", "2.0.0", &[(&oci("b"), "^1.0.0")]);
    world.publish("a", "1.0.0", &[]);
    world.publish("b", "1.0.0", &[(&oci("a"), "^1.0.0")]);
    let graph = remote(&world, "a", "2.0.0");
    assert!(graph.cycles().is_empty());
    assert_eq!(graph.conflicts()[0].versions, ["1.0.0", "2.0.0"]);
}

#[test]
fn one_cycle_is_reported_per_component_and_it_is_a_shortest_one() {
    let mut world = World::default();
    // c → d → a → b → c is long, a → b → a is short; x ⇄ y is a component of its own.
    world.publish("root", "1.0.0", &[(&oci("c"), "*"), (&oci("x"), "*")]);
    world.publish("c", "1.0.0", &[(&oci("d"), "*")]);
    world.publish("d", "1.0.0", &[(&oci("a"), "*")]);
    world.publish("a", "1.0.0", &[(&oci("b"), "*")]);
    world.publish(
        "b",
        "1.0.0",
        &[(&oci("c"), "*"), (&oci("a"), "*"), (&oci("y"), "*")],
    );
    world.publish("x", "1.0.0", &[(&oci("y"), "*")]);
    world.publish("y", "1.0.0", &[(&oci("x"), "*")]);
    let graph = remote(&world, "root", "1.0.0");
    assert_eq!(graph.cycles(), [["a", "b"], ["x", "y"]]);
}

#[test]
fn a_node_is_shared_however_its_reference_is_written() {
    let mut world = World::default();
    world.publish("leaf", "1.4.0", &[]);
    world.publish("mid", "1.0.0", &[(&oci("leaf:1.4.0"), "^1.0.0")]);
    world.publish(
        "root",
        "1.0.0",
        &[
            (&oci("mid"), "*"),
            (&oci("leaf"), "^1.0.0"),
            (&oci("leaf"), ">=1.2"),
        ],
    );
    assert_eq!(
        render::tree(&remote(&world, "root", "1.0.0")),
        "\
root@1.0.0
├─ mid@1.0.0
│  └─ leaf@1.4.0
├─ leaf@1.4.0 (shared)
└─ leaf@1.4.0 (shared)
"
    );
}

#[test]
fn two_versions_of_a_service_are_a_conflict_in_order_of_precedence() {
    let mut world = World::default();
    for version in ["1.9.0", "1.10.0", "2.0.0-rc.1", "2.0.0"] {
        world.publish("leaf", version, &[]);
    }
    let wanted = ["=2.0.0", "=1.10.0", "=2.0.0-rc.1", "=1.9.0"];
    let reference = oci("leaf");
    let dependencies: Vec<_> = wanted
        .iter()
        .map(|range| (reference.as_str(), *range))
        .collect();
    world.publish("root", "1.0.0", &dependencies);
    let graph = remote(&world, "root", "1.0.0");
    assert_eq!(graph.conflicts().len(), 1);
    assert_eq!(graph.conflicts()[0].name, "leaf");
    assert_eq!(
        graph.conflicts()[0].versions,
        ["1.9.0", "1.10.0", "2.0.0-rc.1", "2.0.0"]
    );
}

#[test]
fn local_references_start_at_the_declaring_contract() {
    let mut world = World::default();
    world.place(
        "/work/root",
        &contract("root", "1.0.0", &[("../libs/a", "*")], ""),
    );
    world.place(
        "/work/libs/a",
        &contract(
            "a",
            "1.0.0",
            &[("file://./b", "*"), ("../missing", "*")],
            "",
        ),
    );
    world.place(
        "/work/libs/a/b",
        &contract("b", "1.0.0", &[("/work/libs/a/../a", "*")], ""),
    );
    let graph = world.resolve(&world.local("/work/root"), exclude());
    assert_eq!(
        render::tree(&graph),
        "\
root@1.0.0
└─ a@1.0.0 [local]
   ├─ b@1.0.0 [local]
   │  └─ a (error: cycle detected: /work/libs/a/../a)
   └─ missing (error: no pacto.yaml found in /work/libs/missing)

Cycles (1):
  a -> b -> a
"
    );
}

#[test]
fn a_request_says_where_a_path_would_lie_below_the_root() {
    let mut world = World::default();
    world.place(
        "/work/root",
        &contract("root", "1.0.0", &[("../a", "*")], ""),
    );
    world.place("/work/a", &contract("a", "1.0.0", &[("libs/b", "*")], ""));
    let mut resolution = Resolution::new(&world.local("/work/root"), exclude());
    let first = resolution.pending().remove(0);
    assert_eq!(first.path().as_deref(), Some("/work/a"));
    assert_eq!(first.path_from_root(), None);
    resolution.supply(first.id, world.answer(&first));
    let second = resolution.pending().remove(0);
    assert_eq!(second.path().as_deref(), Some("/work/a/libs/b"));
    assert_eq!(
        second.path_from_root().as_deref(),
        Some("/work/root/libs/b")
    );
}

#[test]
fn a_published_contract_may_not_name_a_path() {
    let mut world = World::default();
    world.publish(
        "root",
        "1.0.0",
        &[("../secret", "*"), ("oci-layout://dir", "*")],
    );
    let root = world.remote("registry.example.com/acme/root", "1.0.0");
    let mut resolution = Resolution::new(&root, exclude());
    assert!(resolution.pending().is_empty(), "nothing may be asked for");
    let graph = resolution.finish();
    for (_, edge) in graph.edges() {
        let failure = &edge.failure().expect("refused").failure;
        assert_eq!(failure.reason, FailureReason::NonOciRef);
        assert_eq!(
            failure.message,
            format!(
                "`{}` is a path on disk, in a contract that came from a registry",
                edge.reference
            )
        );
    }
    assert_eq!(graph.edges().count(), 2);
}

#[test]
fn references_that_cannot_be_asked_for_fail_with_their_reason() {
    let mut world = World::default();
    world.publish(
        "root",
        "1.0.0",
        &[
            ("oci://acme", "*"),
            ("oci://registry.example.com/acme/a@sha256:12", "*"),
            ("oci://registry.example.com/Acme/a", "*"),
            ("oci://registry.example.com/acme/a", "latest"),
        ],
    );
    let graph = remote(&world, "root", "1.0.0");
    let found: Vec<(FailureReason, &str)> = graph
        .edges()
        .filter_map(|(_, edge)| edge.failure())
        .map(|failed| (failed.failure.reason, failed.failure.message.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (
                FailureReason::NonOciRef,
                "invalid OCI reference \"oci://acme\": missing repository in \"acme\""
            ),
            (
                FailureReason::NonOciRef,
                "invalid OCI reference \"oci://registry.example.com/acme/a@sha256:12\": \
                 incomplete digest \"sha256:12\""
            ),
            (
                FailureReason::NonOciRef,
                "invalid reference \"registry.example.com/Acme/a\": repository with other \
                 characters than a-z 0-9 _ - . / in \"registry.example.com/Acme/a\""
            ),
            (
                FailureReason::NoMatchingVersion,
                "invalid semver range \"latest\": improper constraint: latest"
            ),
        ]
    );
}

#[test]
fn an_explicit_tag_is_asked_once_whatever_the_ranges() {
    let mut world = World::default();
    world.publish("leaf", "1.0.0", &[]);
    world.publish(
        "root",
        "1.0.0",
        &[
            (&oci("leaf:1.0.0"), "^1"),
            (&oci("leaf:1.0.0"), "^2"),
            (&oci("leaf"), "^1"),
        ],
    );
    let root = world.remote("registry.example.com/acme/root", "1.0.0");
    let (graph, requests) = world.resolve_shuffled(&root, exclude(), 0);
    assert_eq!(requests, 2);
    assert_eq!(graph.nodes().len(), 2);
}

#[test]
fn an_unanswered_request_is_still_being_discovered() {
    let mut world = World::default();
    world.publish("root", "1.0.0", &[(&oci("leaf"), "*")]);
    let root = world.remote("registry.example.com/acme/root", "1.0.0");
    let mut resolution = Resolution::new(&root, exclude());
    assert_eq!(resolution.pending().len(), 1);
    assert!(!resolution.is_complete());
    let graph = resolution.finish();
    let (_, edge) = graph.edges().next().expect("one edge");
    assert_eq!(
        edge.failure().map(|failed| failed.failure.reason),
        Some(FailureReason::Discovering)
    );
}

const REFERENCES: &str = "\
configurations:
  - {name: platform, ref: \"oci://registry.example.com/acme/config\"}
policies:
  - {name: own, schema: policy/schema.json}
  - {name: rules, ref: \"oci://registry.example.com/acme/policy\"}
";

/// root → service → config, policy; root → config, policy; policy → base (policy); config needs
/// a service of its own.
fn world_with_references() -> World {
    let mut world = World::default();
    let base = "policies:\n  - {name: base, ref: \"oci://registry.example.com/acme/base\"}\n";
    world.publish_with("root", "1.0.0", &[(&oci("service"), "*")], REFERENCES);
    world.publish_with("service", "1.0.0", &[], base);
    world.publish("config", "1.0.0", &[(&oci("store"), "*")]);
    world.publish_with("policy", "1.0.0", &[], base);
    world.publish("base", "1.0.0", &[]);
    world.publish("store", "1.0.0", &[]);
    world
}

fn tree_of(references: ReferenceEdges) -> String {
    let world = world_with_references();
    let root = world.remote("registry.example.com/acme/root", "1.0.0");
    render::tree(&world.resolve(&root, with(references)))
}

#[test]
fn references_are_left_out_unless_asked_for() {
    assert_eq!(
        tree_of(ReferenceEdges::Exclude),
        "root@1.0.0\n└─ service@1.0.0\n"
    );
}

#[test]
fn included_references_follow_the_dependencies_of_every_node() {
    assert_eq!(
        tree_of(ReferenceEdges::Include),
        "\
root@1.0.0
├─ service@1.0.0
│  └─ base@1.0.0 [ref]
├─ config@1.0.0 [ref]
│  └─ store@1.0.0
└─ policy@1.0.0 [ref]
   └─ base@1.0.0 [ref] (shared)
"
    );
}

#[test]
fn references_alone_are_followed_through_references() {
    assert_eq!(
        tree_of(ReferenceEdges::Only),
        "\
root@1.0.0
├─ config@1.0.0 [ref]
└─ policy@1.0.0 [ref]
   └─ base@1.0.0 [ref]
"
    );
}

#[test]
fn the_closure_of_a_lock_keeps_both_kinds_of_edges_apart() {
    assert_eq!(
        tree_of(ReferenceEdges::Closure),
        "\
root@1.0.0
├─ service@1.0.0
├─ config@1.0.0 [ref]
└─ policy@1.0.0 [ref]
   └─ base@1.0.0 [ref]
"
    );
}

#[test]
fn every_edge_says_who_answered() {
    let mut world = World::default();
    world.place("/work/lib", &contract("lib", "1.0.0", &[], ""));
    world.place(
        "/work/root",
        &contract("root", "1.0.0", &[(&oci("a"), "*"), ("../lib", "*")], ""),
    );
    world.publish("a", "1.0.0", &[]);
    let graph = world.resolve(&world.local("/work/root"), exclude());
    let from: Vec<ResolvedFrom> = graph
        .edges()
        .filter_map(|(_, edge)| match edge.target {
            Target::Node { resolved_from, .. } => Some(resolved_from),
            Target::Failed(_) => None,
        })
        .collect();
    assert_eq!(from, [ResolvedFrom::Registry, ResolvedFrom::Local]);
}
