//! Basic authentication and tokens.

use std::collections::BTreeSet;
use std::time::Duration;

use pacto_bundle::{ArchiveLimits, Existing, Store as _};
use pacto_testkit::registry::{Access, Effect, Fault, RegistryOptions, TestRegistry};
use pacto_testkit::token::{TokenOptions, TokenServer};

use crate::client::{ADA, Names, artifact, repository, repository_with, seed, selector, told};

const PATH: &str = "acme/orders";

fn registry(access: Access) -> TestRegistry {
    TestRegistry::start_with(RegistryOptions {
        access,
        ..RegistryOptions::default()
    })
    .unwrap()
}

fn anonymous_pull() -> TokenOptions {
    TokenOptions {
        anonymous_actions: BTreeSet::from(["pull".to_owned()]),
        ..TokenOptions::default()
    }
}

async fn pull(registry: &TestRegistry, variables: &[(&str, &str)]) -> Result<(), String> {
    repository(&registry.host(), PATH, variables)
        .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
        .await
        .map(|_| ())
        .map_err(|error| format!("{}: {error}", error.code()))
}

async fn push(registry: &TestRegistry, variables: &[(&str, &str)]) -> Result<(), String> {
    repository(&registry.host(), PATH, variables)
        .publish("2.0.0", &artifact(), Existing::Keep)
        .await
        .map(|_| ())
        .map_err(|error| format!("{}: {error}", error.code()))
}

fn docker_config(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.json"), text).unwrap();
    folder
}

#[tokio::test]
async fn an_open_registry_is_shown_no_credentials() {
    let registry = registry(Access::Open);
    seed(&registry, PATH, "1.2.0");
    pull(&registry, &ADA).await.unwrap();
    push(&registry, &ADA).await.unwrap();
    assert!(
        registry
            .requests()
            .iter()
            .all(|request| request.authorization.is_none())
    );
}

#[tokio::test]
async fn basic_authentication_takes_user_and_password() {
    let registry = registry(Access::basic("ada", "lovelace"));
    seed(&registry, PATH, "1.2.0");
    pull(&registry, &ADA).await.unwrap();
    push(&registry, &ADA).await.unwrap();
    for variables in [
        [].as_slice(),
        &[
            ("PACTO_REGISTRY_USERNAME", "ada"),
            ("PACTO_REGISTRY_PASSWORD", "hunter2"),
        ],
    ] {
        let error = pull(&registry, variables).await.unwrap_err();
        assert!(error.starts_with("authentication-failed:"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn one_token_serves_all_reading_of_a_repository() {
    let tokens = TokenServer::start(anonymous_pull()).unwrap();
    let registry = registry(Access::token(&tokens));
    seed(&registry, PATH, "1.2.0");
    pull(&registry, &[]).await.unwrap();
    let asked = tokens.requests();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].method, "GET");
    assert_eq!(asked[0].authorization, None);
    assert_eq!(
        asked[0].values("scope"),
        [format!("repository:{PATH}:pull")]
    );
    assert_eq!(asked[0].values("service"), ["test-registry"]);
}

#[tokio::test]
async fn a_password_is_shown_to_the_token_service_only() {
    let tokens = TokenServer::start(TokenOptions::default()).unwrap();
    let registry = registry(Access::token(&tokens));
    seed(&registry, PATH, "1.2.0");
    pull(&registry, &ADA).await.unwrap();
    push(&registry, &ADA).await.unwrap();
    assert!(
        tokens
            .requests()
            .iter()
            .all(|request| request.authorization.as_deref() == Some("Basic YWRhOmxvdmVsYWNl"))
    );
    assert!(registry.requests().iter().all(|request| {
        request
            .authorization
            .as_deref()
            .is_none_or(|value| value.starts_with("Bearer "))
    }));
    let scopes: Vec<String> = tokens
        .requests()
        .iter()
        .flat_map(|request| {
            request
                .values("scope")
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(
        scopes,
        [
            format!("repository:{PATH}:pull"),
            format!("repository:{PATH}:pull,push"),
        ]
    );
}

#[tokio::test]
async fn what_the_token_does_not_allow_fails_after_one_more_try() {
    let tokens = TokenServer::start(anonymous_pull()).unwrap();
    let registry = registry(Access::token(&tokens));
    seed(&registry, PATH, "1.2.0");
    let error = push(&registry, &[]).await.unwrap_err();
    assert!(error.starts_with("authentication-failed:"), "{error}");
    assert_eq!(registry.count("PUT", "/manifests/2.0.0"), 2);
    assert!(registry.manifest(PATH, "2.0.0").is_none());
}

#[tokio::test]
async fn a_wrong_password_at_the_token_service_is_failed_authentication() {
    let tokens = TokenServer::start(TokenOptions::default()).unwrap();
    let registry = registry(Access::token(&tokens));
    let error = pull(
        &registry,
        &[
            ("PACTO_REGISTRY_USERNAME", "ada"),
            ("PACTO_REGISTRY_PASSWORD", "hunter2"),
        ],
    )
    .await
    .unwrap_err();
    assert!(error.starts_with("authentication-failed:"), "{error}");
    assert!(error.contains("wrong user name or password"), "{error}");
    assert_eq!(tokens.requests().len(), 1);
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let tokens = TokenServer::start(anonymous_pull()).unwrap();
    let registry = registry(Access::token(&tokens));
    let artifact = seed(&registry, PATH, "1.2.0");
    let repository = repository(&registry.host(), PATH, &[]);
    assert!(repository.find_tag("1.2.0").await.unwrap().is_some());
    tokens.expire_all();
    let found = repository.find_tag("1.2.0").await.unwrap();
    assert_eq!(found, Some(artifact.digest));
    assert_eq!(tokens.requests().len(), 2);
}

#[tokio::test]
async fn a_token_that_ends_soon_is_not_used_after_its_end() {
    let tokens = TokenServer::start(TokenOptions {
        lifetime: Duration::from_secs(1),
        ..anonymous_pull()
    })
    .unwrap();
    let registry = registry(Access::token(&tokens));
    seed(&registry, PATH, "1.2.0");
    let repository = repository(&registry.host(), PATH, &[]);
    repository.find_tag("1.2.0").await.unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    registry.clear_requests();
    repository.find_tag("1.2.0").await.unwrap();
    assert_eq!(tokens.requests().len(), 2);
    assert_eq!(
        registry.requests().len(),
        1,
        "the old token was not tried any more"
    );
}

#[tokio::test]
async fn an_identity_token_is_exchanged_by_form() {
    let tokens = TokenServer::start(TokenOptions {
        identity_tokens: BTreeSet::from(["id-1".to_owned()]),
        ..TokenOptions::default()
    })
    .unwrap();
    let registry = registry(Access::token(&tokens));
    seed(&registry, PATH, "1.2.0");
    let config = docker_config(&format!(
        "{{\"auths\":{{\"{}\":{{\"identitytoken\":\"id-1\"}}}}}}",
        registry.host()
    ));
    let folder = config.path().to_str().unwrap();
    pull(&registry, &[("DOCKER_CONFIG", folder)]).await.unwrap();
    let asked = tokens.requests();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].method, "POST");
    for (name, value) in [
        ("grant_type", "refresh_token"),
        ("refresh_token", "id-1"),
        ("service", "test-registry"),
        ("scope", "repository:acme/orders:pull"),
        ("client_id", "pacto"),
    ] {
        assert_eq!(asked[0].values(name), [value], "{name}");
    }
}

#[tokio::test]
async fn an_identity_token_becomes_a_password_where_there_is_no_exchange() {
    let tokens = TokenServer::start(TokenOptions {
        users: [("<token>".to_owned(), "id-1".to_owned())].into(),
        has_form_flow: false,
        ..TokenOptions::default()
    })
    .unwrap();
    let registry = registry(Access::token(&tokens));
    seed(&registry, PATH, "1.2.0");
    let config = docker_config(&format!(
        "{{\"auths\":{{\"{}\":{{\"identitytoken\":\"id-1\"}}}}}}",
        registry.host()
    ));
    let folder = config.path().to_str().unwrap();
    pull(&registry, &[("DOCKER_CONFIG", folder)]).await.unwrap();
    let methods: Vec<String> = tokens
        .requests()
        .into_iter()
        .map(|request| request.method)
        .collect();
    assert_eq!(methods, ["POST", "GET"]);
}

#[tokio::test]
async fn a_registry_token_is_sent_as_it_is() {
    let tokens = TokenServer::start(TokenOptions::default()).unwrap();
    let registry = registry(Access::token(&tokens));
    seed(&registry, PATH, "1.2.0");
    let error = pull(&registry, &[("PACTO_REGISTRY_TOKEN", "made-up")])
        .await
        .unwrap_err();
    assert!(error.starts_with("authentication-failed:"), "{error}");
    assert!(tokens.requests().is_empty(), "it was not exchanged");
    let sent: Vec<Option<String>> = registry
        .requests()
        .into_iter()
        .map(|request| request.authorization)
        .collect();
    assert_eq!(sent, [None, Some("Bearer made-up".to_owned())]);
}

#[tokio::test]
async fn a_registry_that_asks_late_is_answered_then() {
    let registry = registry(Access::basic("ada", "lovelace"));
    seed(&registry, PATH, "1.2.0");
    registry.misbehave(
        Fault::on(
            "/v2/",
            Effect::Answer {
                status: 200,
                headers: Vec::new(),
                body: "{}".to_owned(),
            },
        )
        .times(1),
    );
    pull(&registry, &ADA).await.unwrap();
    assert_eq!(registry.requests()[1].authorization, None);
}

#[tokio::test]
async fn a_token_service_that_answers_nonsense_is_an_error_of_the_registry() {
    for (status, body, expected) in [
        (200, "<html>", "registry-error"),
        (200, "{}", "registry-error"),
        (200, "{\"token\":\"\"}", "registry-error"),
        (404, "", "registry-error"),
        (500, "", "registry-error"),
        (302, "", "registry-error"),
        (429, "", "rate-limited"),
        (403, "", "authentication-failed"),
        (400, "", "registry-refused"),
    ] {
        let tokens = TokenServer::start(TokenOptions::default()).unwrap();
        let fake = TestRegistry::start();
        fake.misbehave(Fault::on(
            "/",
            Effect::Answer {
                status,
                headers: Vec::new(),
                body: body.to_owned(),
            },
        ));
        let realm = format!("{}/token", fake.url());
        let registry = registry(Access::token_at(&tokens, &realm));
        let error = repository(&registry.host(), PATH, &[])
            .find_tag("1.2.0")
            .await
            .unwrap_err();
        let (code, text) = told(&error);
        assert_eq!(code, expected, "{status} {body}: {text}");
        assert!(
            fake.count("GET", "/token") <= 3,
            "repetitions do not multiply"
        );
    }
}

#[tokio::test]
async fn a_personal_token_becomes_a_password_at_github() {
    let tokens = TokenServer::start(TokenOptions {
        users: [("x-access-token".to_owned(), "ghp_1".to_owned())].into(),
        ..TokenOptions::default()
    })
    .unwrap();
    let realm = tokens.realm().replace("127.0.0.1", "ghcr.io");
    let registry = registry(Access::token_at(&tokens, &realm));
    seed(&registry, PATH, "1.2.0");
    let variables = [
        ("PACTO_REGISTRY_TOKEN", "ghp_1"),
        ("PACTO_REGISTRY_INSECURE", "ghcr.io"),
    ];
    let host = format!("ghcr.io:{}", registry.port());
    let names = Names::new([("ghcr.io", "127.0.0.1")]);
    let repository = repository_with(&host, PATH, &variables, &names);
    for _ in 0..2 {
        assert!(repository.find_tag("1.2.0").await.unwrap().is_some());
    }
    assert_eq!(tokens.requests().len(), 1);
    let refused = registry
        .requests()
        .iter()
        .filter(|request| request.authorization.as_deref() == Some("Bearer ghp_1"))
        .count();
    assert_eq!(refused, 1, "what was refused is not tried again");
}
