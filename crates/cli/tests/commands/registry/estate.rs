//! A thousand services in a registry.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use pacto_bundle::manifest::media_type;
use pacto_bundle::{ArchiveLimits, Artifact, ArtifactIdentity, ArtifactOptions, MemoryFiles};
use pacto_testkit::registry::TestRegistry;

use super::{asked, contract};
use crate::sandbox::Sandbox;

const SERVICES: usize = 1_000;

/// What is in the cache before a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cache {
    Cold,
    Warm,
    WithHoles,
}

/// Repositories that one entry point reaches, all of them without a tag.
fn name(number: usize) -> String {
    format!("service-{number:04}")
}

/// Service N depends on up to four services with higher numbers, so that all hang together and
/// most are reached on several ways.
fn dependencies(number: usize) -> Vec<usize> {
    let mut targets = vec![number + 1, number * 2 + 1, number * 3 + 2, number + 17];
    targets.retain(|target| *target < SERVICES);
    targets.sort_unstable();
    targets.dedup();
    targets
}

fn text(host: &str, number: usize, version: &str) -> String {
    let mut rest = String::new();
    for (index, target) in dependencies(number).into_iter().enumerate() {
        if index == 0 {
            rest.push_str("dependencies:\n");
        }
        let name = name(target);
        writeln!(
            rest,
            "- {{ name: {name}, ref: \"oci://{host}/acme/{name}\", required: true, compatibility: ^1.0.0 }}"
        )
        .expect("text takes all");
    }
    contract(&name(number), version, &rest)
}

fn put(registry: &TestRegistry, number: usize, version: &str) {
    let repository = format!("acme/{}", name(number));
    let files = MemoryFiles::from_iter([("pacto.yaml", text(&registry.host(), number, version))]);
    let identity = ArtifactIdentity {
        name: name(number),
        version: version.to_owned(),
        pacto_version: "1.0".to_owned(),
    };
    let artifact = Artifact::build(
        &identity,
        &files,
        &ArtifactOptions::default(),
        ArchiveLimits::DEFAULT,
    )
    .expect("a small bundle");
    registry.put_blob(&repository, artifact.layer.bytes);
    registry.put_blob(&repository, artifact.config.bytes);
    registry.put_manifest(
        &repository,
        Some(version),
        media_type::IMAGE_MANIFEST,
        artifact.manifest,
    );
}

fn estate() -> TestRegistry {
    let registry = TestRegistry::start();
    for number in 0..SERVICES {
        put(&registry, number, "1.0.0");
        if number % 3 == 0 {
            put(&registry, number, "1.1.0");
            put(&registry, number, "2.0.0");
        }
    }
    registry
}

/// One question per repository and nothing else, but for the one whether a registry is there.
fn assert_only_lists(registry: &TestRegistry) {
    let pings = registry
        .requests()
        .iter()
        .filter(|request| request.path == "/v2/")
        .count();
    assert_eq!(pings, 1);
    let mut expected: Vec<String> = (1..SERVICES)
        .map(|number| format!("GET /v2/acme/{}/tags/list", name(number)))
        .collect();
    expected.sort();
    assert_eq!(asked(registry), expected);
}

#[test]
fn a_graph_of_a_thousand_services_is_the_same_bytes_from_any_cache() {
    let registry = estate();
    let mut sandbox = Sandbox::new();
    sandbox.file("root/pacto.yaml", &text(&registry.host(), 0, "1.0.0"));
    let mut first: BTreeMap<&str, String> = BTreeMap::new();
    let mut first_of_state: BTreeMap<(&str, Cache), String> = BTreeMap::new();
    for run in 0..20 {
        let cache = match run % 5 {
            0 => Cache::Cold,
            3 => Cache::WithHoles,
            _ => Cache::Warm,
        };
        match cache {
            Cache::Cold => {
                sandbox.variable("PACTO_CACHE_DIR", &format!("cache-{run}"));
            }
            Cache::WithHoles => {
                let held = sandbox
                    .path(&format!("cache-{}", run - 3))
                    .join(registry.host().replace(':', "/"))
                    .join("acme");
                for number in (1..SERVICES).step_by(7) {
                    std::fs::remove_dir_all(held.join(name(number))).expect("cached before");
                }
            }
            Cache::Warm => {}
        }
        registry.clear_requests();
        // JSON says everything; the other formats take every second turn.
        let format = match run % 10 {
            0..5 => "json",
            5 | 8 => "text",
            6 | 9 => "dot",
            _ => "mermaid",
        };
        let graph = sandbox.pacto(["graph", "root", "--output-format", format]);
        assert_eq!(graph.code, 0, "{}", graph.stderr);
        assert!(graph.stderr.is_empty(), "{}", graph.stderr);
        assert!(!graph.stdout.contains("(error: "));
        // From caches in the same state every byte is the same.
        let expected = first_of_state
            .entry((format, cache))
            .or_insert_with(|| graph.stdout.clone());
        assert!(*expected == graph.stdout, "run {run}: {format} differs");
        // From others only the field of JSON that says who answered is not.
        let shown = graph.stdout.replace(
            "\"resolvedFrom\": \"cache\"",
            "\"resolvedFrom\": \"registry\"",
        );
        let expected = first.entry(format).or_insert_with(|| shown.clone());
        assert!(*expected == shown, "run {run}: {format} differs");
        match cache {
            Cache::Warm => assert_only_lists(&registry),
            Cache::Cold => assert_eq!(registry.count("GET", "/blobs/"), SERVICES - 1),
            Cache::WithHoles => {
                assert_eq!(registry.count("GET", "/blobs/"), (SERVICES - 1).div_ceil(7));
            }
        }
    }
    assert_eq!(first.len(), 4);
    assert!(first["text"].contains("service-0999@1.1.0"));

    // A version published since is seen, and nothing but that is fetched.
    put(&registry, 500, "1.9.0");
    registry.clear_requests();
    let graph = sandbox.pacto(["graph", "root"]);
    assert!(
        graph.stdout.contains("service-0500@1.9.0"),
        "the new version is taken"
    );
    assert_eq!(registry.count("GET", "/blobs/"), 1);

    // What a lock file pins is read from the cache without a single question.
    let locked = sandbox.pacto(["lock", "root"]);
    assert_eq!(locked.code, 0, "{}", locked.stderr);
    let pinned = sandbox.pacto(["graph", "root"]);
    assert_eq!(pinned.code, 0, "{}", pinned.stderr);
    registry.clear_requests();
    assert_eq!(sandbox.pacto(["graph", "root"]).stdout, pinned.stdout);
    assert_eq!(registry.requests(), []);
}

#[test]
fn a_version_that_was_published_again_is_seen_by_those_who_ask() {
    let registry = TestRegistry::start();
    let host = registry.host();
    let sandbox = Sandbox::new();
    let dependency = format!(
        "dependencies: [{{ name: leaf, ref: \"oci://{host}/acme/leaf\", required: true, compatibility: ^1.0.0 }}]\n"
    );
    sandbox.file("root/pacto.yaml", &contract("root", "1.0.0", &dependency));
    let publish = |owner: &str| {
        let text = contract("leaf", "1.0.0", "").replace(
            "version: 1.0.0 }",
            &format!("version: 1.0.0, owner: {owner} }}"),
        );
        sandbox.file("leaf/pacto.yaml", &text);
        // Somebody else publishes: the cache of this user does not hear of it.
        let elsewhere = sandbox.path("elsewhere").display().to_string();
        let output = sandbox
            .command(&[
                "push",
                &format!("oci://{host}/acme/leaf"),
                "-p",
                "leaf",
                "--force",
            ])
            .env("PACTO_CACHE_DIR", elsewhere)
            .status()
            .expect("the program starts");
        assert!(output.success());
        let manifest = registry.manifest("acme/leaf", "1.0.0").expect("pushed");
        pacto_testkit::registry::digest_of(&manifest)
    };
    let digest = |arguments: [&str; 5]| {
        let graph = sandbox.pacto(arguments);
        assert_eq!(graph.code, 0, "{graph}");
        let json = graph.json();
        json["root"]["dependencies"][0]["node"]["digest"]
            .as_str()
            .expect("a digest")
            .to_owned()
    };
    let first = publish("a");
    let graph = ["graph", "root", "--output-format", "json", "--verbose"];
    let fresh = ["graph", "root", "--output-format", "json", "--no-cache"];
    assert_eq!(digest(graph), first);
    let second = publish("b");
    assert_ne!(first, second);
    assert_eq!(
        digest(graph),
        first,
        "a published version is taken for unchanged"
    );
    let locked = sandbox.pacto(["lock", "root"]);
    assert_eq!(locked.code, 0, "{locked}");
    assert!(
        sandbox.read("root/pacto.lock").contains(&second),
        "what is pinned is asked for"
    );
    std::fs::remove_file(sandbox.path("root/pacto.lock")).expect("written");
    assert_eq!(digest(graph), second, "and the cache learnt it");
    let third = publish("c");
    assert_eq!(digest(fresh), third);
    assert_eq!(digest(graph), third);
    let fourth = publish("d");
    let reference = format!("oci://{host}/acme/leaf");
    let pulled = sandbox.pacto(["pull", &reference, "-o", "back", "--output-format", "json"]);
    assert_eq!(
        pulled.json()["digest"],
        fourth.as_str(),
        "an argument is asked for"
    );
}
