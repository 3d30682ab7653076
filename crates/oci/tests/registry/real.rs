//! Publishing to and reading from real registry programs.

use std::collections::BTreeSet;
use std::process::Command;

use pacto_bundle::{ArchiveLimits, Existing, Published, Store as _};
use pacto_oci::{Registries, RegistryName, Secret};
use pacto_testkit::real::{RealAccess, RealRegistry, Tool, Wanted};
use pacto_testkit::token::{TokenOptions, TokenServer};

use crate::client::{ADA, artifact, files, options, repository, selector};

/// Publishes twice, reads back, lists, and asks for what is not there.
async fn round_trip(registry: &RealRegistry, variables: &[(&str, &str)]) {
    let artifact = artifact();
    let repository = repository(&registry.host(), "acme/orders", variables);
    assert_eq!(repository.find_tag("1.2.0").await.unwrap(), None);
    for expected in [
        Published::Written {
            digest: artifact.digest.clone(),
        },
        Published::Existed {
            digest: artifact.digest.clone(),
        },
    ] {
        let published = repository
            .publish("1.2.0", &artifact, Existing::Keep)
            .await
            .unwrap();
        assert_eq!(published, expected);
    }
    let fetched = repository
        .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
        .await
        .unwrap();
    assert_eq!(fetched.digest, artifact.digest);
    assert_eq!(fetched.layer, artifact.layer.bytes);
    assert_eq!(fetched.unpacked.files, files());
    assert_eq!(repository.tags().await.unwrap(), ["1.2.0"]);
    assert!(
        repository
            .referrers(&artifact.digest, None)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn open(tool: Tool) {
    if let Some(registry) = RealRegistry::start(tool, RealAccess::Open).unwrap() {
        round_trip(&registry, &[]).await;
    }
}

async fn htpasswd(tool: Tool) {
    let Some(registry) = RealRegistry::start(tool, RealAccess::Htpasswd).unwrap() else {
        return;
    };
    round_trip(&registry, &ADA).await;
    let error = repository(&registry.host(), "acme/orders", &[])
        .find_tag("1.2.0")
        .await
        .unwrap_err();
    assert_eq!(error.code(), "authentication-failed");
    let registries = Registries::new(options(&[]));
    let name = RegistryName::of_endpoint(&registry.host());
    for (password, is_right) in [("lovelace", true), ("hunter2", false)] {
        let checked = registries
            .check_credentials(&name, "ada", &Secret::new(password))
            .await;
        assert_eq!(checked.is_ok(), is_right, "{checked:?}");
    }
}

async fn token(tool: Tool) {
    let tokens = TokenServer::start(TokenOptions {
        anonymous_actions: BTreeSet::from(["pull".to_owned()]),
        ..TokenOptions::default()
    })
    .unwrap();
    let Some(registry) = RealRegistry::start(tool, RealAccess::Token(&tokens)).unwrap() else {
        return;
    };
    let refused = repository(&registry.host(), "acme/orders", &[])
        .publish("1.2.0", &artifact(), Existing::Keep)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "authentication-failed", "{refused}");
    round_trip(&registry, &ADA).await;
    let anonymous = repository(&registry.host(), "acme/orders", &[]);
    anonymous
        .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
        .await
        .unwrap();
}

#[tokio::test]
async fn debian_registry_open() {
    open(Tool::DockerRegistry).await;
}

#[tokio::test]
async fn debian_registry_with_passwords() {
    htpasswd(Tool::DockerRegistry).await;
}

#[tokio::test]
async fn debian_registry_with_tokens() {
    token(Tool::DockerRegistry).await;
}

#[tokio::test]
async fn distribution_3_open() {
    open(Tool::Distribution3).await;
}

#[tokio::test]
async fn distribution_3_with_passwords() {
    htpasswd(Tool::Distribution3).await;
}

#[tokio::test]
async fn distribution_3_with_tokens() {
    token(Tool::Distribution3).await;
}

#[tokio::test]
async fn skopeo_reads_what_was_published() {
    let Wanted::Found(skopeo) = Tool::Skopeo.find() else {
        return;
    };
    let Some(registry) = RealRegistry::start(Tool::DockerRegistry, RealAccess::Open).unwrap()
    else {
        return;
    };
    let artifact = artifact();
    repository(&registry.host(), "acme/orders", &[])
        .publish("1.2.0", &artifact, Existing::Keep)
        .await
        .unwrap();
    let source = format!("docker://{}/acme/orders:1.2.0", registry.host());
    let inspected = Command::new(&skopeo)
        .args(["inspect", "--tls-verify=false", &source])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&inspected.stdout);
    assert!(inspected.status.success(), "{inspected:?}");
    assert!(text.contains(artifact.digest.as_str()), "{text}");
    assert!(text.contains("\"io.pacto.name\": \"orders\""), "{text}");
    let folder = tempfile::tempdir().unwrap();
    let copied = Command::new(&skopeo)
        .args([
            "copy",
            "--src-tls-verify=false",
            "--insecure-policy",
            &source,
        ])
        .arg(format!("oci:{}:1.2.0", folder.path().display()))
        .output()
        .unwrap();
    assert!(copied.status.success(), "{copied:?}");
    let layer = folder
        .path()
        .join("blobs/sha256")
        .join(artifact.layer.descriptor.digest.hex());
    assert_eq!(std::fs::read(layer).unwrap(), artifact.layer.bytes);
}
