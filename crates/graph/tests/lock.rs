//! Lock files: made, used as pins, compared.

mod support;

use pacto_bundle::{LockFile, ResolvedFrom, sha256};
use pacto_diagnostic::Finding;
use pacto_graph::lock::{self, Pins};
use pacto_graph::{Graph, GraphOptions, ReferenceEdges, Target, render};
use support::{World, contract, oci};

const ROOT: &str = "/work/root";

fn closure(world: &World, pins: Pins) -> Graph {
    let options = GraphOptions {
        references: ReferenceEdges::Closure,
        pins,
    };
    world.resolve(&world.local(ROOT), options)
}

fn create(world: &World) -> LockFile {
    lock::create(&closure(world, Pins::default()), "1.2.3", None).expect("nothing is in the way")
}

/// Compares as commands do: what the lock pins is read by digest.
fn compare(world: &World, lock: &LockFile) -> Vec<String> {
    messages(&lock::compare(lock, &closure(world, Pins::new(lock))))
}

fn messages(findings: &[Finding]) -> Vec<String> {
    for finding in findings {
        assert_eq!(finding.path, "");
        assert!(finding.is_error());
        assert!(finding.message.starts_with(&format!("{}: ", finding.code)));
    }
    findings
        .iter()
        .map(|finding| finding.message.clone())
        .collect()
}

const POLICY: &str = "\
policies:
  - {name: rules, ref: \"oci://registry.example.com/acme/policy\"}
";

/// root → auth (^2), lib (local); lib → crypto; auth → crypto; root → policy → base.
fn world() -> World {
    let mut world = World::default();
    place_root(
        &mut world,
        &[(&oci("auth"), "^2.0.0"), ("../lib", "*")],
        POLICY,
    );
    world.place(
        "/work/lib",
        &contract(
            "lib",
            "0.1.0",
            &[(&oci("crypto"), ">=1.0.0"), ("./inner", "*")],
            "",
        ),
    );
    world.place("/work/lib/inner", &contract("inner", "0.1.0", &[], ""));
    world.publish("auth", "2.5.0", &[(&oci("crypto"), "^1.0.0")]);
    world.publish("crypto", "1.1.0", &[]);
    world.publish_with(
        "policy",
        "1.3.0",
        &[],
        "configurations:\n  - {name: base, ref: \"oci://registry.example.com/acme/base:1.0.0\"}\n",
    );
    world.publish("base", "1.0.0", &[]);
    world
}

fn place_root(world: &mut World, dependencies: &[(&str, &str)], extra: &str) {
    world.place(ROOT, &contract("root", "3.0.0", dependencies, extra));
}

fn digest_of(world: &World, name: &str, version: &str) -> String {
    let yaml = &world.published[&format!("registry.example.com/acme/{name}")][version];
    sha256(yaml.as_bytes()).to_string()
}

fn hash_of(world: &World, directory: &str) -> String {
    pacto_bundle::content_hash(&world.directories[directory])
        .expect("in memory")
        .to_string()
}

#[test]
fn a_lock_holds_the_whole_closure() {
    let world = world();
    let expected = format!(
        "\
lockVersion: 1
pacto:
  version: 1.2.3
root:
  name: root
  version: 3.0.0
dependencies:
  - name: auth
    source: oci
    ref: oci://registry.example.com/acme/auth
    constraint: ^2.0.0
    version: 2.5.0
    digest: {}
    dependsOn: [crypto]
  - name: crypto
    source: oci
    ref: oci://registry.example.com/acme/crypto
    constraint: ^1.0.0
    version: 1.1.0
    digest: {}
  - name: inner
    source: local
    path: ../lib/inner
    constraint: \"*\"
    version: 0.1.0
    contentHash: {}
  - name: lib
    source: local
    path: ../lib
    constraint: \"*\"
    version: 0.1.0
    contentHash: {}
    dependsOn: [crypto, inner]
references:
  - kind: config
    name: base
    source: oci
    ref: oci://registry.example.com/acme/base:1.0.0
    version: 1.0.0
    digest: {}
  - kind: policy
    name: rules
    source: oci
    ref: oci://registry.example.com/acme/policy
    version: 1.3.0
    digest: {}
",
        digest_of(&world, "auth", "2.5.0"),
        digest_of(&world, "crypto", "1.1.0"),
        hash_of(&world, "/work/lib/inner"),
        hash_of(&world, "/work/lib"),
        digest_of(&world, "base", "1.0.0"),
        digest_of(&world, "policy", "1.3.0"),
    );
    assert_eq!(create(&world).to_yaml(), expected);
}

#[test]
fn a_fresh_lock_agrees_with_its_contracts() {
    let world = world();
    let lock = create(&world);
    let read = LockFile::parse(&lock.to_yaml()).expect("our own file");
    assert_eq!(compare(&world, &read), [""; 0]);
}

#[test]
fn newer_releases_are_no_difference_and_are_not_chosen() {
    let mut world = world();
    let lock = create(&world);
    world.publish("auth", "2.6.0", &[(&oci("new"), "*")]);
    world.publish("crypto", "1.2.0", &[]);
    world.publish("policy", "1.4.0", &[]);
    assert_eq!(compare(&world, &lock), [""; 0]);
    let graph = closure(&world, Pins::new(&lock));
    let tree = render::tree(&graph);
    assert!(tree.contains("auth@2.5.0\n"), "{tree}");
    assert!(!tree.contains("crypto@1.2.0"), "{tree}");
    assert!(tree.contains("policy@1.3.0 [ref]\n"), "{tree}");
    for (_, edge) in graph.edges() {
        let is_local = edge.reference.starts_with('.');
        let expected = if is_local {
            ResolvedFrom::Local
        } else {
            ResolvedFrom::Lock
        };
        match edge.target {
            Target::Node { resolved_from, .. } => assert_eq!(resolved_from, expected),
            Target::Failed(_) => panic!("{} failed", edge.reference),
        }
    }
}

#[test]
fn a_changed_constraint_is_stale_and_unpins_its_entry_only() {
    let mut world = world();
    let lock = create(&world);
    world.publish("auth", "2.6.0", &[(&oci("crypto"), "^1.0.0")]);
    world.publish("crypto", "1.2.0", &[]);
    place_root(
        &mut world,
        &[(&oci("auth"), "^2.1.0"), ("../lib", "*")],
        POLICY,
    );
    assert_eq!(
        compare(&world, &lock),
        ["LOCK_STALE: constraint of auth changed from \"^2.0.0\" to \"^2.1.0\"; run `pacto lock`"]
    );
    let graph = closure(&world, Pins::new(&lock));
    let relocked = lock::create(&graph, "1.2.3", Some(&lock)).expect("a lock");
    let versions: Vec<_> = relocked
        .dependencies
        .iter()
        .map(|entry| (entry.name.as_str(), entry.version.as_deref()))
        .collect();
    assert_eq!(versions[0], ("auth", Some("2.6.0")));
    assert_eq!(versions[1], ("crypto", Some("1.1.0")));
}

#[test]
fn a_changed_set_is_stale_entry_by_entry() {
    let mut world = world();
    let lock = create(&world);
    world.publish("extra", "1.0.0", &[]);
    world.publish("other", "1.0.0", &[]);
    place_root(
        &mut world,
        &[(&oci("auth"), "^2.0.0"), (&oci("extra"), "*")],
        "policies:\n  - {name: other, ref: \"oci://registry.example.com/acme/other\"}\n",
    );
    assert_eq!(
        compare(&world, &lock),
        [
            "LOCK_STALE: dependency set changed; run `pacto lock`",
            "LOCK_STALE: new dependency extra; run `pacto lock`",
            "LOCK_STALE: reference set changed; run `pacto lock`",
            "LOCK_STALE: new reference policy/other; run `pacto lock`",
        ]
    );
}

#[test]
fn a_service_that_moved_is_a_changed_set() {
    let mut world = world();
    let lock = create(&world);
    place_root(
        &mut world,
        &[(&oci("auth:2.5.0"), "^2.0.0"), ("../lib", "*")],
        POLICY,
    );
    assert_eq!(
        compare(&world, &lock),
        ["LOCK_STALE: dependency set changed; run `pacto lock`"]
    );
}

#[test]
fn a_locked_version_outside_its_constraint_is_stale() {
    let world = world();
    let mut lock = create(&world);
    let entry = lock
        .dependencies
        .iter_mut()
        .find(|entry| entry.name == "auth")
        .expect("auth is locked");
    entry.version = Some("1.9.0".to_owned());
    assert_eq!(
        compare(&world, &lock),
        ["LOCK_STALE: auth locked at 1.9.0 does not satisfy \"^2.0.0\"; run `pacto lock`"]
    );
}

#[test]
fn changed_local_content_is_drift_that_a_plain_lock_keeps() {
    let mut world = world();
    let lock = create(&world);
    world
        .directories
        .get_mut("/work/lib")
        .expect("placed")
        .insert("docs/new.md", "text");
    let drift = "LOCK_LOCAL_DRIFT: local dependency lib content changed since lock; \
                 run `pacto lock --update`";
    assert_eq!(compare(&world, &lock), [drift]);
    let graph = closure(&world, Pins::new(&lock));
    let kept = lock::create(&graph, "1.2.3", Some(&lock)).expect("a lock");
    assert_eq!(kept, lock);
    let updated = lock::create(&graph, "1.2.3", None).expect("a lock");
    assert_eq!(compare(&world, &updated), [""; 0]);
}

#[test]
fn conflicts_and_unresolved_references_prevent_a_lock_and_are_all_named() {
    let mut world = world();
    world.publish("crypto", "2.0.0", &[]);
    place_root(
        &mut world,
        &[
            (&oci("auth"), "^2.0.0"),
            (&oci("crypto"), "^2.0.0"),
            (&oci("gone"), "*"),
        ],
        "policies:\n  - {name: rules, ref: \"oci://registry.example.com/acme/lost\"}\n",
    );
    let findings = lock::create(&closure(&world, Pins::default()), "1.2.3", None)
        .expect_err("three things are in the way");
    assert_eq!(
        messages(&findings),
        [
            "LOCK_UNRESOLVED: cannot resolve oci://registry.example.com/acme/gone: \
             artifact not found: registry.example.com/acme/gone",
            "LOCK_UNRESOLVED: cannot resolve oci://registry.example.com/acme/lost: \
             artifact not found: registry.example.com/acme/lost",
            "LOCK_CONFLICT: crypto required at conflicting versions",
        ]
    );
}

#[test]
fn nothing_counts_as_gone_while_something_is_unresolved() {
    let mut world = world();
    let lock = create(&world);
    world.published.remove("registry.example.com/acme/auth");
    world.published.remove("registry.example.com/acme/policy");
    let found = compare(&world, &lock);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found
            .iter()
            .all(|text| text.starts_with("LOCK_UNRESOLVED: "))
    );
}

#[test]
fn a_cycle_can_be_locked() {
    let mut world = World::default();
    place_root(&mut world, &[(&oci("a"), "*")], "");
    world.publish("a", "1.0.0", &[(&oci("b"), "*")]);
    world.publish("b", "1.0.0", &[(&oci("a"), "*"), (&oci("root"), "*")]);
    world.publish("root", "2.0.0", &[]);
    let lock = create(&world);
    let entries: Vec<_> = lock
        .dependencies
        .iter()
        .map(|entry| (entry.name.as_str(), entry.depends_on.join(" ")))
        .collect();
    assert_eq!(entries, [("a", "b".to_owned()), ("b", "a root".to_owned())]);
    assert_eq!(compare(&world, &lock), [""; 0]);
}

#[test]
fn the_constraint_of_the_root_is_the_one_recorded() {
    let mut world = World::default();
    place_root(&mut world, &[(&oci("a"), "*"), (&oci("b"), "^1.1.0")], "");
    world.publish("a", "1.0.0", &[(&oci("b"), ">=1.0.0")]);
    world.publish("b", "1.2.0", &[]);
    let lock = create(&world);
    assert_eq!(lock.dependencies[1].constraint.as_deref(), Some("^1.1.0"));
    world.publish("b", "1.3.0", &[]);
    world.publish("b", "2.0.0", &[]);
    // `a` would float to 2.0.0, were it not for the pin.
    assert_eq!(compare(&world, &lock), [""; 0]);
}

#[test]
fn another_consumer_of_a_locked_service_does_not_change_its_entry() {
    let mut world = world();
    let lock = create(&world);
    world.publish("also", "1.0.0", &[(&oci("crypto"), ">=1.0.1")]);
    place_root(
        &mut world,
        &[
            (&oci("also"), "*"),
            (&oci("auth"), "^2.0.0"),
            ("../lib", "*"),
        ],
        POLICY,
    );
    assert_eq!(
        compare(&world, &lock),
        ["LOCK_STALE: new dependency also; run `pacto lock`"]
    );
}

#[test]
fn only_named_services_are_resolved_anew() {
    let mut world = world();
    let lock = create(&world);
    world.publish("auth", "2.6.0", &[(&oci("crypto"), "^1.0.0")]);
    world.publish("crypto", "1.2.0", &[]);
    let names = ["crypto".to_owned(), "nobody".to_owned()];
    let (kept, unknown) = lock::without(&lock, &names);
    assert_eq!(unknown, ["nobody"]);
    let graph = closure(&world, Pins::new(&kept));
    let updated = lock::create(&graph, "1.2.3", Some(&kept)).expect("a lock");
    let version = |name: &str| {
        let entry = updated.dependencies.iter().find(|entry| entry.name == name);
        entry.and_then(|entry| entry.version.clone())
    };
    assert_eq!(version("auth").as_deref(), Some("2.5.0"));
    assert_eq!(version("crypto").as_deref(), Some("1.2.0"));
}

#[test]
fn a_moved_tag_is_found_by_asking_for_it() {
    let world = world();
    let lock = create(&world);
    let checks = lock::tag_checks(&lock, &closure(&world, Pins::new(&lock)));
    let asked: Vec<_> = checks
        .iter()
        .map(|check| (check.name.as_str(), check.tags.join(" ")))
        .collect();
    assert_eq!(
        asked,
        [
            ("auth", "2.5.0 v2.5.0".to_owned()),
            ("crypto", "1.1.0 v1.1.0".to_owned()),
            ("config/base", "1.0.0".to_owned()),
            ("policy/rules", "1.3.0 v1.3.0".to_owned()),
        ]
    );
    let check = &checks[0];
    assert_eq!(check.place, check.reference);
    assert_eq!(check.compare(&check.locked), None);
    let moved = sha256(b"moved");
    assert_eq!(
        messages(&Vec::from_iter(check.compare(&moved))),
        [format!(
            "LOCK_DIGEST_MISMATCH: auth locked at {} but resolves to {moved}; \
             run `pacto lock --update` to re-pin",
            check.locked
        )]
    );
}

#[test]
fn a_tag_is_asked_for_in_the_layout_that_stood_in_for_the_registry() {
    let mut world = world();
    world.layouts = Some("/demo/layouts".to_owned());
    let lock = create(&world);
    let checks = lock::tag_checks(&lock, &closure(&world, Pins::new(&lock)));
    let places: Vec<String> = checks.iter().map(|check| check.place.to_string()).collect();
    assert_eq!(
        places,
        [
            "oci-layout:///demo/layouts/auth",
            "oci-layout:///demo/layouts/crypto",
            "oci-layout:///demo/layouts/base",
            "oci-layout:///demo/layouts/policy",
        ]
    );
    assert_eq!(
        checks[0].reference.to_string(),
        "oci://registry.example.com/acme/auth"
    );
}

#[test]
fn a_lock_that_is_missing_or_unreadable_has_its_own_codes() {
    let error = LockFile::parse("lockVersion: 2\n").expect_err("another format");
    let finding = lock::unreadable(&error);
    assert_eq!(finding.location.map(|location| location.line), Some(1));
    assert_eq!(
        finding.message,
        "LOCK_ERROR: unsupported lockVersion 2 (want 1)"
    );
    assert_eq!(lock::missing().message, "LOCK_MISSING: no pacto.lock found");
}
