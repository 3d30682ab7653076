//! Hosts that a registry points to: token services, redirects, uploads.
//!
//! 127.0.0.1 counts as a private address here and 127.0.0.2 and later ones as public.

use pacto_bundle::{ArchiveLimits, Existing, Store as _};
use pacto_testkit::authority::TestAuthority;
use pacto_testkit::registry::{Access, Effect, Fault, RegistryOptions, TestRegistry};
use pacto_testkit::token::{TokenOptions, TokenServer};

use crate::client::{ADA, Names, artifact, registry_at, repository_with, seed, selector, told};

const PATH: &str = "acme/orders";

fn token_server(ip: &str) -> TokenServer {
    TokenServer::start(TokenOptions {
        ip: ip.parse().unwrap(),
        ..TokenOptions::default()
    })
    .unwrap()
}

#[tokio::test]
async fn a_token_service_on_another_host_sees_no_credentials() {
    let tokens = token_server("127.0.0.3");
    let registry = registry_at("127.0.0.2", Access::token(&tokens));
    seed(&registry, PATH, "1.2.0");
    let error = repository_with(&registry.host(), PATH, &ADA, &Names::new([]))
        .fetch_manifest(&selector())
        .await
        .unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "authentication-failed");
    assert!(text.contains("127.0.0.3"), "{text}");
    assert!(text.contains("PACTO_REGISTRY_REALMS"), "{text}");
    let asked = tokens.requests();
    assert!(!asked.is_empty());
    assert!(asked.iter().all(|request| request.authorization.is_none()));
}

#[tokio::test]
async fn a_listed_token_service_sees_credentials() {
    let tokens = token_server("127.0.0.3");
    let registry = registry_at("127.0.0.2", Access::token(&tokens));
    seed(&registry, PATH, "1.2.0");
    let mut variables = ADA.to_vec();
    variables.push(("PACTO_REGISTRY_REALMS", "auth.example.com, 127.0.0.3"));
    repository_with(&registry.host(), PATH, &variables, &Names::new([]))
        .fetch_manifest(&selector())
        .await
        .unwrap();
}

#[tokio::test]
async fn an_identity_token_stays_away_from_a_strange_token_service() {
    let tokens = token_server("127.0.0.3");
    let registry = registry_at("127.0.0.2", Access::token(&tokens));
    let config = tempfile::tempdir().unwrap();
    let text = format!(
        "{{\"auths\":{{\"{}\":{{\"identitytoken\":\"id-1\"}}}}}}",
        registry.host()
    );
    std::fs::write(config.path().join("config.json"), text).unwrap();
    let variables = [("DOCKER_CONFIG", config.path().to_str().unwrap())];
    repository_with(&registry.host(), PATH, &variables, &Names::new([]))
        .find_tag("1.2.0")
        .await
        .unwrap_err();
    for request in tokens.requests() {
        assert_eq!(request.method, "GET");
        assert!(request.parameters.iter().all(|(_, value)| value != "id-1"));
    }
}

#[tokio::test]
async fn a_token_service_at_a_private_address_is_not_contacted() {
    let tokens = token_server("127.0.0.1");
    let realm = tokens.realm().replace("127.0.0.1", "inner.example");
    let names = Names::new([("inner.example", "127.0.0.1")]);
    for realm in [tokens.realm(), realm] {
        let registry = registry_at("127.0.0.2", Access::token_at(&tokens, &realm));
        let mut variables = ADA.to_vec();
        variables.push(("PACTO_REGISTRY_REALMS", "127.0.0.1,inner.example"));
        let error = repository_with(&registry.host(), PATH, &variables, &names)
            .find_tag("1.2.0")
            .await
            .unwrap_err();
        assert!(error.is_refused_for_safety(), "{realm}: {error}");
        assert!(
            error.to_string().contains("not a public address"),
            "{error}"
        );
    }
    assert!(tokens.requests().is_empty());
}

#[tokio::test]
async fn a_private_registry_may_have_a_private_token_service() {
    let tokens = token_server("127.0.0.1");
    let registry = registry_at("127.0.0.1", Access::token(&tokens));
    seed(&registry, PATH, "1.2.0");
    repository_with(&registry.host(), PATH, &ADA, &Names::new([]))
        .fetch_manifest(&selector())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_registry_over_https_may_not_name_a_token_service_over_http() {
    let authority = TestAuthority::new().unwrap();
    let tokens = token_server("127.0.0.1");
    let registry = TestRegistry::start_with(RegistryOptions {
        tls: Some(authority.server_config(&["127.0.0.1"]).unwrap()),
        access: Access::token(&tokens),
        ..RegistryOptions::default()
    })
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("roots.pem");
    std::fs::write(&roots, authority.pem()).unwrap();
    let mut variables = ADA.to_vec();
    variables.push(("SSL_CERT_FILE", roots.to_str().unwrap()));
    let error = repository_with(&registry.host(), PATH, &variables, &Names::new([]))
        .find_tag("1.2.0")
        .await
        .unwrap_err();
    assert!(error.is_refused_for_safety(), "{error}");
    assert!(error.to_string().contains("from https to http"), "{error}");
    assert!(tokens.requests().is_empty());
}

/// A registry with Basic authentication whose blobs lie somewhere else.
fn redirecting(ip: &str, to: &str) -> TestRegistry {
    let registry = registry_at(ip, Access::basic("ada", "lovelace"));
    seed(&registry, PATH, "1.2.0");
    registry.misbehave(Fault::on("/blobs/", Effect::RedirectTo(to.to_owned())).method("GET"));
    registry
}

#[tokio::test]
async fn credentials_do_not_follow_a_redirect_to_another_host() {
    let elsewhere = registry_at("127.0.0.3", Access::Open);
    seed(&elsewhere, PATH, "1.2.0");
    let registry = redirecting("127.0.0.2", &elsewhere.url());
    repository_with(&registry.host(), PATH, &ADA, &Names::new([]))
        .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
        .await
        .unwrap();
    let seen = elsewhere.requests();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].authorization, None);
}

#[tokio::test]
async fn credentials_do_not_come_back_with_a_second_redirect() {
    let elsewhere = registry_at("127.0.0.3", Access::Open);
    let registry = redirecting("127.0.0.2", &elsewhere.url());
    elsewhere.misbehave(Fault::on("/blobs/", Effect::RedirectTo(registry.url())));
    registry.clear_requests();
    repository_with(&registry.host(), PATH, &ADA, &Names::new([]))
        .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
        .await
        .unwrap_err();
    let blobs: Vec<bool> = registry
        .requests()
        .iter()
        .filter(|request| request.path.contains("/blobs/"))
        .map(|request| request.authorization.is_some())
        .collect();
    assert!(blobs.len() > 1, "{blobs:?}");
    assert_eq!(blobs.iter().filter(|is_shown| **is_shown).count(), 1);
}

#[tokio::test]
async fn a_wrong_blob_behind_a_redirect_is_refused() {
    let elsewhere = registry_at("127.0.0.3", Access::Open);
    seed(&elsewhere, PATH, "1.2.0");
    elsewhere.misbehave(Fault::on("/blobs/", Effect::CorruptBody));
    let registry = redirecting("127.0.0.2", &elsewhere.url());
    let error = repository_with(&registry.host(), PATH, &ADA, &Names::new([]))
        .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "unsafe-bundle");
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let inner = registry_at("127.0.0.1", Access::Open);
    seed(&inner, PATH, "1.2.0");
    let by_name = inner.url().replace("127.0.0.1", "inner.example");
    let by_localhost = inner.url().replace("127.0.0.1", "x.localhost");
    let names = Names::new([("inner.example", "127.0.0.1")]);
    for target in [inner.url(), by_name, by_localhost] {
        let registry = redirecting("127.0.0.2", &target);
        let error = repository_with(&registry.host(), PATH, &ADA, &names)
            .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
            .await
            .unwrap_err();
        assert!(error.is_refused_for_safety(), "{target}: {error}");
    }
    assert!(inner.requests().is_empty());
}

#[tokio::test]
async fn endless_redirects_end() {
    let registry = registry_at("127.0.0.2", Access::Open);
    seed(&registry, PATH, "1.2.0");
    registry.misbehave(Fault::on("/blobs/", Effect::RedirectTo(registry.url())));
    let error = repository_with(&registry.host(), PATH, &[], &Names::new([]))
        .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
        .await
        .unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "registry-error");
    assert!(text.contains("redirects"), "{text}");
}

#[tokio::test]
async fn an_upload_address_on_another_host_is_refused() {
    let elsewhere = registry_at("127.0.0.3", Access::Open);
    let registry = registry_at("127.0.0.2", Access::Open);
    registry.misbehave(
        Fault::on(
            "/uploads/",
            Effect::SetHeader("location".to_owned(), format!("{}/x", elsewhere.url())),
        )
        .method("POST"),
    );
    let error = repository_with(&registry.host(), PATH, &ADA, &Names::new([]))
        .publish("1.2.0", &artifact(), Existing::Keep)
        .await
        .unwrap_err();
    assert!(error.is_refused_for_safety(), "{error}");
    assert!(elsewhere.requests().is_empty());
    assert!(registry.manifest(PATH, "1.2.0").is_none());
}
