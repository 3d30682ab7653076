//! Schemes, TLS, proxies, and registries that are not there.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pacto_bundle::{ArchiveLimits, Store as _};
use pacto_oci::{Registries, RegistryOptions};
use pacto_testkit::authority::TestAuthority;
use pacto_testkit::registry::{
    Access, Effect, Fault, RegistryOptions as TestOptions, TestRegistry,
};

use crate::client::{
    ADA, Names, options, reference, registry_at, repository, repository_with, seed, selector, told,
};

const PATH: &str = "acme/orders";

fn tls_registry(authority: &TestAuthority, names: &[&str]) -> TestRegistry {
    let registry = TestRegistry::start_with(TestOptions {
        tls: Some(authority.server_config(names).unwrap()),
        ..TestOptions::default()
    })
    .unwrap();
    seed(&registry, PATH, "1.2.0");
    registry
}

#[tokio::test]
async fn nobody_at_the_port_is_unreachable_at_once() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = free.local_addr().unwrap().to_string();
    drop(free);
    let begin = Instant::now();
    let error = repository(&host, PATH, &[])
        .find_tag("1")
        .await
        .unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "registry-unreachable");
    assert!(text.contains("refused"), "{text}");
    assert!(!text.contains("https://"), "said once: {text}");
    assert!(begin.elapsed() < Duration::from_secs(2));
}

/// The system takes the connections, and nobody ever reads or writes.
#[tokio::test]
async fn somebody_silent_at_the_port_is_waited_for_once_per_scheme() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = silent.local_addr().unwrap().to_string();
    let registries = Registries::new(RegistryOptions {
        connect_timeout: Duration::from_millis(500),
        ..options(&[])
    });
    let begin = Instant::now();
    let error = registries
        .repository(&reference(&host, PATH))
        .unwrap()
        .find_tag("1")
        .await
        .unwrap_err();
    assert_eq!(told(&error).0, "registry-unreachable");
    assert!(begin.elapsed() < Duration::from_millis(1500), "{error}");
    drop(silent);
}

#[tokio::test]
async fn a_name_without_address_is_unreachable() {
    let error = repository_with("nowhere.example", PATH, &[], &Names::new([]))
        .find_tag("1")
        .await
        .unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "registry-unreachable");
    assert!(text.contains("no such name"), "{text}");
}

#[tokio::test]
async fn own_roots_are_taken_from_file_and_directory() {
    let authority = TestAuthority::new().unwrap();
    let registry = tls_registry(&authority, &["127.0.0.1"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roots.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "no certificate").unwrap();
    for (name, path) in [
        ("SSL_CERT_FILE", file.as_path()),
        ("SSL_CERT_DIR", folder.path()),
    ] {
        let variables = [(name, path.to_str().unwrap())];
        repository(&registry.host(), PATH, &variables)
            .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn an_unknown_authority_or_another_name_is_unreachable() {
    let authority = TestAuthority::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ours = folder.path().join("ours.pem");
    let other = folder.path().join("other.pem");
    std::fs::write(&ours, authority.pem()).unwrap();
    std::fs::write(&other, TestAuthority::new().unwrap().pem()).unwrap();
    for (names, roots) in [(["127.0.0.1"], &other), (["registry.example"], &ours)] {
        let registry = tls_registry(&authority, &names);
        let variables = [("SSL_CERT_FILE", roots.to_str().unwrap())];
        let error = repository(&registry.host(), PATH, &variables)
            .find_tag("1.2.0")
            .await
            .unwrap_err();
        let (code, text) = told(&error);
        assert_eq!(code, "registry-unreachable");
        assert!(text.contains("certificate"), "{text}");
        assert!(registry.requests().is_empty());
    }
}

#[tokio::test]
async fn a_roots_file_that_is_not_there_is_named() {
    let authority = TestAuthority::new().unwrap();
    let registry = tls_registry(&authority, &["127.0.0.1"]);
    let variables = [("SSL_CERT_FILE", "/nowhere/roots.pem")];
    let names = Names::new([("registry.example", "127.0.0.1")]);
    let host = format!("registry.example:{}", registry.port());
    let error = repository_with(&host, PATH, &variables, &names)
        .find_tag("1")
        .await
        .unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "registry-unreachable");
    assert!(text.contains("SSL_CERT_FILE /nowhere/roots.pem"), "{text}");
}

#[tokio::test]
async fn plain_http_to_a_local_network_is_anonymous_unless_it_is_allowed() {
    let registry = TestRegistry::start_with(TestOptions {
        access: Access::basic("ada", "lovelace"),
        ..TestOptions::default()
    })
    .unwrap();
    seed(&registry, PATH, "1.2.0");
    let names = Names::new([("nas.local", "127.0.0.1")]);
    let host = format!("nas.local:{}", registry.port());
    let error = repository_with(&host, PATH, &ADA, &names)
        .find_tag("1.2.0")
        .await
        .unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "authentication-failed");
    assert!(text.contains("PACTO_REGISTRY_INSECURE"), "{text}");
    assert!(
        registry
            .requests()
            .iter()
            .all(|request| request.authorization.is_none())
    );
    let mut variables = ADA.to_vec();
    variables.push(("PACTO_REGISTRY_INSECURE", "nas.local"));
    repository_with(&host, PATH, &variables, &names)
        .find_tag("1.2.0")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_public_name_is_never_asked_over_plain_http() {
    let registry = registry_at("127.0.0.2", Access::Open);
    let names = Names::new([("127.0.0.1.example", "127.0.0.2")]);
    let host = format!("127.0.0.1.example:{}", registry.port());
    let error = repository_with(&host, PATH, &[], &names)
        .find_tag("1.2.0")
        .await
        .unwrap_err();
    assert_eq!(error.code(), "registry-unreachable", "{error}");
    assert!(registry.requests().is_empty());
}

#[tokio::test]
async fn a_proxy_is_asked_for_other_hosts_than_this_machine() {
    // The registry answers whatever host a request names, as a proxy does.
    let proxy = TestRegistry::start();
    seed(&proxy, PATH, "1.2.0");
    let address = proxy.url();
    let variables = [
        ("HTTP_PROXY", address.as_str()),
        ("PACTO_REGISTRY_INSECURE", "registry.example"),
    ];
    let names = Names::new([]);
    repository_with("registry.example", PATH, &variables, &names)
        .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
        .await
        .unwrap();
    proxy.clear_requests();
    let mut excepted = variables.to_vec();
    excepted.push(("NO_PROXY", "registry.example"));
    repository_with("registry.example", PATH, &excepted, &names)
        .find_tag("1.2.0")
        .await
        .unwrap_err();
    let here = TestRegistry::start();
    repository_with(&here.host(), PATH, &variables, &names)
        .find_tag("1.2.0")
        .await
        .unwrap();
    assert!(proxy.requests().is_empty());
}

#[tokio::test]
async fn a_registry_that_is_down_is_tried_once_for_everybody() {
    let registry = TestRegistry::start();
    registry.misbehave(Fault::status("/v2/", 503));
    let registries = Registries::new(options(&[]));
    for path in ["acme/a1", "acme/b1", "acme/c1"] {
        let repository = registries
            .repository(&reference(&registry.host(), path))
            .unwrap();
        assert!(repository.find_tag("1").await.is_err());
    }
    assert_eq!(registry.requests().len(), 3, "one round of attempts");
}

#[tokio::test]
async fn transfers_of_one_registry_are_bounded() {
    let registry = TestRegistry::start();
    let artifact = seed(&registry, PATH, "1.2.0");
    let drip = Effect::DripBody {
        piece: 1 << 20,
        pause: Duration::from_millis(100),
    };
    registry.misbehave(Fault::on("/blobs/", drip));
    let registries = Registries::new(RegistryOptions {
        parallel: 2,
        ..options(&[])
    });
    let repository = Arc::new(
        registries
            .repository(&reference(&registry.host(), PATH))
            .unwrap(),
    );
    let begin = Instant::now();
    let transfers: Vec<_> = (0..6)
        .map(|_| {
            let repository = Arc::clone(&repository);
            let layer = artifact.layer.descriptor.clone();
            tokio::spawn(async move { repository.fetch_blob(&layer).await.unwrap() })
        })
        .collect();
    for transfer in transfers {
        transfer.await.unwrap();
    }
    assert!(
        begin.elapsed() >= Duration::from_millis(290),
        "six transfers of 100 ms, two at a time"
    );
}
