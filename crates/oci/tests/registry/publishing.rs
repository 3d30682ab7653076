//! Publishing and reading back.

use std::time::Duration;

use pacto_bundle::{
    ArchiveLimits, Artifact, ArtifactIdentity, ArtifactOptions, Existing, MemoryFiles, Published,
    Store as _,
};
use pacto_testkit::registry::{Effect, Fault, RegistryOptions, TestRegistry};

use crate::client::{artifact, artifact_with, files, repository, seed, selector, told};

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
        .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
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

#[tokio::test]
async fn a_tag_that_exists_is_kept_and_its_digest_told() {
    let registry = TestRegistry::start();
    let other = seed(&registry, "acme/orders", "1.2.0");
    let artifact = artifact_with(&ArtifactOptions {
        annotations: [("a".to_owned(), "b".to_owned())].into(),
        ..ArtifactOptions::default()
    });
    assert_ne!(artifact.digest, other.digest);
    let repository = repository(&registry.host(), "acme/orders", &[]);
    let kept = repository
        .publish("1.2.0", &artifact, Existing::Keep)
        .await
        .unwrap();
    assert_eq!(
        kept,
        Published::Existed {
            digest: other.digest
        }
    );
    let replaced = repository
        .publish("1.2.0", &artifact, Existing::Replace)
        .await
        .unwrap();
    let digest = artifact.digest.clone();
    assert_eq!(replaced, Published::Written { digest });
    assert_eq!(
        registry.manifest("acme/orders", "1.2.0"),
        Some(artifact.manifest)
    );
}

#[tokio::test]
async fn an_immutable_tag_is_told_as_such() {
    for status in [409, 412, 400] {
        let registry = TestRegistry::start_with(RegistryOptions {
            immutable_tags: Some(status),
            ..RegistryOptions::default()
        })
        .unwrap();
        seed(&registry, "acme/orders", "1.2.0");
        let error = repository(&registry.host(), "acme/orders", &[])
            .publish("1.2.0", &artifact(), Existing::Replace)
            .await
            .unwrap_err();
        let (code, text) = told(&error);
        assert_eq!(code, "registry-refused");
        assert!(
            text.contains("tag `1.2.0` exists and is immutable"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_registry_may_name_neither_location_nor_digest() {
    for header in ["location", "docker-content-digest"] {
        let registry = TestRegistry::start();
        let fault = Fault::on("/manifests/", Effect::RemoveHeader(header.to_owned()));
        registry.misbehave(fault.method("PUT"));
        repository(&registry.host(), "acme/orders", &[])
            .publish("1.2.0", &artifact(), Existing::Keep)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_registry_that_stored_something_else_is_caught() {
    let registry = TestRegistry::start();
    let liar = Effect::SetHeader(
        "docker-content-digest".to_owned(),
        format!("sha256:{}", "0".repeat(64)),
    );
    registry.misbehave(Fault::on("/manifests/", liar).method("PUT"));
    let error = repository(&registry.host(), "acme/orders", &[])
        .publish("1.2.0", &artifact(), Existing::Keep)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "unsafe-bundle");
}

#[tokio::test]
async fn a_failed_upload_begins_anew_and_its_state_is_not_told() {
    let registry = TestRegistry::start();
    let fault = Fault::status("/uploads/", 500).method("PUT");
    registry.misbehave(fault.clone().times(2));
    let repository = repository(&registry.host(), "acme/orders", &[]);
    repository
        .publish("1.2.0", &artifact(), Existing::Keep)
        .await
        .unwrap();
    registry.misbehave(fault);
    let second = Artifact::build(
        &ArtifactIdentity {
            name: "x1".to_owned(),
            version: "1".to_owned(),
            pacto_version: "1.0".to_owned(),
        },
        &MemoryFiles::from_iter([("pacto.yaml", "x")]),
        &ArtifactOptions::default(),
        ArchiveLimits::DEFAULT,
    )
    .unwrap();
    let error = repository
        .publish("2.0.0", &second, Existing::Keep)
        .await
        .unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "registry-error");
    assert!(text.contains("/blobs/uploads/upload-"), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn a_repository_that_must_exist_first_is_told() {
    let registry = TestRegistry::start();
    registry.misbehave(Fault::status("/uploads/", 404).method("POST"));
    let error = repository(&registry.host(), "acme/orders", &[])
        .publish("1.2.0", &artifact(), Existing::Keep)
        .await
        .unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "registry-refused");
    assert!(text.contains("create it first"), "{text}");
}

#[tokio::test]
async fn a_large_bundle_travels_in_pieces_and_arrives_whole() {
    let registry = TestRegistry::start();
    let content: Vec<u8> = (0..3_000_000_u32)
        .flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    let artifact = Artifact::build(
        &ArtifactIdentity {
            name: "large".to_owned(),
            version: "1.0.0".to_owned(),
            pacto_version: "1.0".to_owned(),
        },
        &MemoryFiles::from_iter([("pacto.yaml", content)]),
        &ArtifactOptions::default(),
        ArchiveLimits::DEFAULT,
    )
    .unwrap();
    let repository = repository(&registry.host(), "acme/large", &[]);
    repository
        .publish("1.0.0", &artifact, Existing::Keep)
        .await
        .unwrap();
    let layer = repository
        .fetch_blob(&artifact.layer.descriptor)
        .await
        .unwrap();
    assert_eq!(layer, artifact.layer.bytes);
}

#[tokio::test]
async fn an_upload_that_is_not_answered_is_given_up() {
    let registry = TestRegistry::start();
    registry.misbehave(Fault::on("/uploads/", Effect::Silence).method("PUT"));
    let publishing = async {
        repository(&registry.host(), "acme/orders", &[])
            .publish("1.2.0", &artifact(), Existing::Keep)
            .await
    };
    let error = tokio::time::timeout(Duration::from_secs(5), publishing)
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(error.code(), "registry-unreachable", "{error}");
    assert!(registry.manifest("acme/orders", "1.2.0").is_none());
}

#[tokio::test]
async fn a_subject_is_found_with_and_without_the_referrers_api() {
    for has_referrers in [true, false] {
        let registry = TestRegistry::start_with(RegistryOptions {
            has_referrers,
            ..RegistryOptions::default()
        })
        .unwrap();
        let image = seed(&registry, "acme/orders", "image");
        let attached = artifact_with(&ArtifactOptions {
            subject: Some(image.descriptor()),
            ..ArtifactOptions::default()
        });
        let repository = repository(&registry.host(), "acme/orders", &[]);
        for _ in 0..2 {
            repository
                .publish("1.2.0", &attached, Existing::Replace)
                .await
                .unwrap();
        }
        let kind = "application/vnd.pacto.bundle.v1";
        let found = repository
            .referrers(&image.digest, Some(kind))
            .await
            .unwrap();
        let digests: Vec<_> = found.iter().map(|referrer| &referrer.digest).collect();
        assert_eq!(digests, [&attached.digest]);
        let other = repository
            .referrers(&image.digest, Some("x"))
            .await
            .unwrap();
        assert!(other.is_empty());
        let nothing = repository.referrers(&attached.digest, None).await.unwrap();
        assert!(nothing.is_empty());
    }
}
