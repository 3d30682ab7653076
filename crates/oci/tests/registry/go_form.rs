//! Artifacts of other writers, above all the exact form of the Go implementation.

use pacto_bundle::{ArchiveLimits, ArtifactForm, ArtifactOptions, Existing, Selector, Store as _};
use pacto_contract::Digest;
use pacto_testkit::registry::{TestRegistry, digest_of};

use crate::client::{artifact, artifact_with, files, repository, selector};

const PATH: &str = "acme/orders";

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// The config as the Go implementation writes it, keys in its order.
fn go_config(diff_id: &str) -> String {
    format!(
        "{{\"architecture\":\"\",\"created\":\"0001-01-01T00:00:00Z\",\"history\":[{{\"created\":\
         \"0001-01-01T00:00:00Z\"}}],\"os\":\"\",\"rootfs\":{{\"type\":\"layers\",\"diff_ids\":[\
         \"{diff_id}\"]}},\"config\":{{\"Labels\":{{\"io.pacto.name\":\"orders\",\
         \"io.pacto.pactoVersion\":\"1.0\",\"io.pacto.version\":\"1.2.0\"}}}}}}"
    )
}

/// The manifest as the Go implementation writes it, keys in its order.
fn go_manifest(config: &[u8], layer: &[u8]) -> String {
    format!(
        "{{\"schemaVersion\":2,\"mediaType\":\"{MANIFEST}\",\"config\":{{\"mediaType\":\
         \"application/vnd.docker.container.image.v1+json\",\"size\":{},\"digest\":\"{}\"}},\
         \"layers\":[{{\"mediaType\":\"application/vnd.pacto.bundle.layer.v1.tar+gzip\",\"size\":{},\
         \"digest\":\"{}\"}}]}}",
        config.len(),
        digest_of(config),
        layer.len(),
        digest_of(layer)
    )
}

/// A manifest of one layer of some media type.
fn manifest_of(kind: &str, layer: &[u8]) -> String {
    format!(
        "{{\"schemaVersion\":2,\"config\":{{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\
         \"size\":2,\"digest\":\"{}\"}},\"layers\":[{{\"mediaType\":\"{kind}\",\"size\":{},\
         \"digest\":\"{}\"}}]}}",
        digest_of(b"{}"),
        layer.len(),
        digest_of(layer)
    )
}

#[tokio::test]
async fn an_artifact_of_the_go_implementation_is_read() {
    let registry = TestRegistry::start();
    let layer = artifact().layer.bytes;
    let config = go_config(&digest_of(b"not looked at"));
    let manifest = go_manifest(config.as_bytes(), &layer);
    registry.put_blob(PATH, layer.clone());
    registry.put_blob(PATH, config);
    let digest = registry.put_manifest(PATH, Some("1.2.0"), MANIFEST, manifest);
    let fetched = repository(&registry.host(), PATH, &[])
        .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
        .await
        .unwrap();
    assert_eq!(fetched.digest.as_str(), digest);
    assert_eq!(fetched.unpacked.files, files());
    assert_eq!(
        registry.count("GET", "/blobs/"),
        1,
        "the config is not needed"
    );
}

#[tokio::test]
async fn the_go_form_is_written_byte_for_byte() {
    let registry = TestRegistry::start();
    let artifact = artifact_with(&ArtifactOptions {
        form: ArtifactForm::Go,
        ..ArtifactOptions::default()
    });
    repository(&registry.host(), PATH, &[])
        .publish("1.2.0", &artifact, Existing::Keep)
        .await
        .unwrap();
    let written = registry.manifest(PATH, "1.2.0").unwrap();
    let expected = go_manifest(&artifact.config.bytes, &artifact.layer.bytes);
    assert_eq!(written, expected);
    let config = registry
        .blob(PATH, artifact.config.descriptor.digest.as_str())
        .unwrap();
    let config: serde_json::Value = serde_json::from_slice(&config).unwrap();
    let diff_id = config["rootfs"]["diff_ids"][0].as_str().unwrap();
    assert_eq!(config.to_string(), go_config(diff_id));
}

#[tokio::test]
async fn the_media_type_of_a_single_layer_does_not_matter() {
    for kind in [
        "application/vnd.oci.image.layer.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "application/octet-stream",
    ] {
        let registry = TestRegistry::start();
        let layer = artifact().layer.bytes;
        registry.put_manifest(PATH, Some("1.2.0"), MANIFEST, manifest_of(kind, &layer));
        registry.put_blob(PATH, layer);
        let fetched = repository(&registry.host(), PATH, &[])
            .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
            .await
            .unwrap();
        assert_eq!(fetched.unpacked.files, files());
    }
}

#[tokio::test]
async fn an_index_leads_to_its_child() {
    let registry = TestRegistry::start();
    let artifact = artifact();
    registry.put_blob(PATH, artifact.layer.bytes.clone());
    let child = registry.put_manifest(PATH, None, MANIFEST, artifact.manifest.clone());
    let kind = "application/vnd.oci.image.index.v1+json";
    let index = format!(
        "{{\"schemaVersion\":2,\"mediaType\":\"{kind}\",\"manifests\":[{{\"mediaType\":\
         \"{MANIFEST}\",\"size\":1,\"digest\":\"{}\",\"platform\":{{\"architecture\":\"arm64\",\
         \"os\":\"linux\"}}}},{{\"mediaType\":\"{MANIFEST}\",\"size\":{},\"digest\":\"{child}\",\
         \"platform\":{{\"architecture\":\"amd64\",\"os\":\"linux\"}}}}]}}",
        digest_of(b"missing"),
        artifact.manifest.len()
    );
    let digest = registry.put_manifest(PATH, Some("1.2.0"), kind, index);
    let repository = repository(&registry.host(), PATH, &[]);
    for selector in [
        selector(),
        Selector::Digest(Digest::parse(&digest).unwrap()),
    ] {
        let fetched = repository
            .fetch_bundle(&selector, ArchiveLimits::DEFAULT)
            .await
            .unwrap();
        assert_eq!(fetched.digest.as_str(), digest);
        assert_eq!(fetched.unpacked.files, files());
    }
}
