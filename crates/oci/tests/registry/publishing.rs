//! Publishing and reading back.

use pacto_bundle::{ArchiveLimits, Existing, Published, Selector, Store as _};
use pacto_testkit::registry::{RegistryOptions, TestRegistry};

use crate::client::{artifact, files, repository};

fn tag() -> Selector {
    Selector::Tag("1.2.0".to_owned())
}

#[tokio::test]
async fn what_was_published_is_read_back_byte_for_byte() {
    let registry = TestRegistry::start();
    let artifact = artifact();
    let repository = repository(&registry.host(), "acme/orders", &[]);
    let published = repository
        .publish("1.2.0", &artifact, Existing::Keep)
        .await
        .unwrap();
    assert_eq!(
        published,
        Published::Written {
            digest: artifact.digest.clone()
        }
    );
    let fetched = repository
        .fetch_bundle(&tag(), ArchiveLimits::DEFAULT)
        .await
        .unwrap();
    assert_eq!(fetched.digest, artifact.digest);
    assert_eq!(fetched.layer, artifact.layer.bytes);
    assert_eq!(fetched.unpacked.files, files());
}

#[tokio::test]
async fn publishing_again_costs_one_question_and_uploads_nothing() {
    let registry = TestRegistry::start();
    let artifact = artifact();
    for _ in 0..2 {
        registry.clear_requests();
        let repository = repository(&registry.host(), "acme/orders", &[]);
        repository
            .publish("1.2.0", &artifact, Existing::Keep)
            .await
            .unwrap();
    }
    let asked: Vec<String> = registry
        .requests()
        .iter()
        .map(|request| format!("{} {}", request.method, request.path))
        .collect();
    assert_eq!(asked, ["GET /v2/", "HEAD /v2/acme/orders/manifests/1.2.0"]);
}

#[tokio::test]
async fn replacing_with_the_same_blobs_writes_only_the_manifest() {
    let registry = TestRegistry::start();
    let artifact = artifact();
    let repository = repository(&registry.host(), "acme/orders", &[]);
    for _ in 0..2 {
        registry.clear_requests();
        repository
            .publish("1.2.0", &artifact, Existing::Replace)
            .await
            .unwrap();
    }
    assert_eq!(registry.count("POST", ""), 0);
    assert_eq!(registry.count("PUT", ""), 1);
    assert_eq!(registry.count("HEAD", "/blobs/"), 2);
}

#[tokio::test]
async fn uploads_follow_absolute_addresses_at_the_same_host() {
    let registry = TestRegistry::start_with(RegistryOptions {
        has_absolute_locations: true,
        ..RegistryOptions::default()
    })
    .unwrap();
    let repository = repository(&registry.host(), "acme/orders", &[]);
    repository
        .publish("1.2.0", &artifact(), Existing::Keep)
        .await
        .unwrap();
    assert!(registry.manifest("acme/orders", "1.2.0").is_some());
}
