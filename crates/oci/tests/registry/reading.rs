//! Reading from a registry that answers badly.

use std::time::{Duration, Instant};

use pacto_bundle::{ArchiveLimits, Descriptor, Selector, Store as _, StoreError};
use pacto_contract::Digest;
use pacto_testkit::registry::{Effect, Fault, TestRegistry};

use crate::client::{repository, seed, selector, told};

const PATH: &str = "acme/orders";

/// What pulling the bundle of a registry with a fault ends in.
async fn pull_with(fault: Fault) -> (Result<(), StoreError>, TestRegistry) {
    let registry = TestRegistry::start();
    seed(&registry, PATH, "1.2.0");
    registry.misbehave(fault);
    let repository = repository(&registry.host(), PATH, &[]);
    let result = repository
        .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
        .await;
    (result.map(|_| ()), registry)
}

async fn failure(fault: Fault) -> (&'static str, String) {
    let (result, _registry) = pull_with(fault).await;
    told(&result.unwrap_err())
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Effect {
    Effect::Answer {
        status,
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.to_owned(),
    }
}

#[tokio::test]
async fn every_bad_status_has_its_class() {
    for (status, expected, is_repeated) in [
        (401, "authentication-failed", false),
        (403, "authentication-failed", false),
        (404, "not-found", false),
        (400, "registry-refused", false),
        (418, "registry-refused", false),
        (408, "registry-unreachable", true),
        (429, "rate-limited", true),
        (500, "registry-error", true),
        (501, "registry-error", false),
        (503, "registry-error", true),
        (302, "registry-error", false),
        (204, "registry-error", false),
    ] {
        for place in ["/manifests/", "/blobs/"] {
            if status == 204 && place == "/manifests/" {
                continue;
            }
            let (result, registry) = pull_with(Fault::status(place, status)).await;
            let error = result.unwrap_err();
            assert_eq!(error.code(), expected, "{status} at {place}: {error}");
            let attempts = if is_repeated { 3 } else { 1 };
            assert_eq!(
                registry.count("GET", place),
                attempts,
                "{status} at {place}"
            );
        }
    }
}

#[tokio::test]
async fn a_registry_that_fails_to_be_entered_has_the_same_classes() {
    for (status, expected) in [
        (403, "authentication-failed"),
        (401, "authentication-failed"),
        (404, "registry-error"),
        (429, "rate-limited"),
        (500, "registry-error"),
    ] {
        let (code, text) = failure(Fault::status("/v2/", status)).await;
        assert_eq!(code, expected, "{status}: {text}");
    }
}

#[tokio::test]
async fn a_failure_that_passes_is_not_noticed() {
    for place in ["/v2/", "/manifests/", "/blobs/"] {
        let (result, _registry) = pull_with(Fault::status(place, 503).times(2)).await;
        result.unwrap();
    }
}

#[tokio::test]
async fn the_words_of_the_server_are_passed_on_in_one_clean_line() {
    let body = "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\\u001b[31m\\nentry\"}]}";
    let (_, text) = failure(Fault::on("/manifests/", answer(403, &[], body))).await;
    assert!(
        text.contains("403 Forbidden; the server says `DENIED: no [31m entry`"),
        "{text}"
    );
    assert!(text.contains("run `pacto login`"), "{text}");
}

#[tokio::test]
async fn retry_after_is_honoured_in_both_forms() {
    let past = "Wed, 21 Oct 2015 07:28:00 GMT";
    for value in ["0", past] {
        let fault = Fault::on("/manifests/", answer(429, &[("retry-after", value)], "")).times(1);
        pull_with(fault).await.0.unwrap();
    }
    let begin = Instant::now();
    let fault = Fault::on("/manifests/", answer(429, &[("retry-after", "1")], "")).times(1);
    pull_with(fault).await.0.unwrap();
    assert!(begin.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_server_that_wants_an_hour_is_not_waited_for() {
    let fault = Fault::on("/manifests/", answer(429, &[("retry-after", "3600")], ""));
    let (result, registry) = pull_with(fault).await;
    let (code, text) = told(&result.unwrap_err());
    assert_eq!(code, "rate-limited");
    assert!(text.contains("retry after 3600 s"), "{text}");
    assert_eq!(registry.count("GET", "/manifests/"), 1);
}

#[tokio::test]
async fn a_web_page_is_not_an_answer_of_a_registry() {
    for place in ["/manifests/", "/blobs/"] {
        let page = answer(
            200,
            &[("content-type", "text/html; charset=utf-8")],
            "<html>",
        );
        let (code, text) = failure(Fault::on(place, page)).await;
        assert_eq!(code, "registry-error", "{text}");
        assert!(text.contains("web page"), "{text}");
    }
}

#[tokio::test]
async fn text_that_is_no_manifest_is_an_invalid_bundle() {
    let (code, _) = failure(Fault::on("/manifests/", answer(200, &[], "nothing"))).await;
    assert_eq!(code, "invalid-bundle");
}

#[tokio::test]
async fn content_that_is_not_what_its_digest_says_is_refused() {
    for effect in [
        Effect::CorruptBody,
        Effect::ShortenBody(20),
        Effect::ExtendBody(1),
        Effect::ExtendBody(100_000),
    ] {
        for place in ["/manifests/", "/blobs/"] {
            let (result, registry) = pull_with(Fault::on(place, effect.clone())).await;
            let error = result.unwrap_err();
            assert_eq!(
                error.code(),
                "unsafe-bundle",
                "{effect:?} at {place}: {error}"
            );
            assert!(error.is_refused_for_safety());
            assert_eq!(
                registry.count("GET", place),
                1,
                "a lie is not asked for again"
            );
        }
    }
}

#[tokio::test]
async fn a_blob_replaced_at_the_registry_is_refused() {
    let registry = TestRegistry::start();
    let artifact = seed(&registry, PATH, "1.2.0");
    let mut other = artifact.layer.bytes.to_vec();
    other.reverse();
    registry.tamper_blob(PATH, artifact.layer.descriptor.digest.as_str(), other);
    let error = repository(&registry.host(), PATH, &[])
        .fetch_bundle(&selector(), ArchiveLimits::DEFAULT)
        .await
        .unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "unsafe-bundle");
    assert!(
        text.contains(artifact.layer.descriptor.digest.as_str()),
        "{text}"
    );
}

#[tokio::test]
async fn a_manifest_asked_for_by_digest_must_have_it() {
    let registry = TestRegistry::start();
    let artifact = seed(&registry, PATH, "1.2.0");
    let repository = repository(&registry.host(), PATH, &[]);
    let by_digest = Selector::Digest(artifact.digest.clone());
    let fetched = repository.fetch_manifest(&by_digest).await.unwrap();
    assert_eq!(fetched.bytes, artifact.manifest);
    let liar = answer(
        200,
        &[("docker-content-digest", artifact.digest.as_str())],
        "{}",
    );
    registry.misbehave(Fault::on("/manifests/", liar));
    let error = repository.fetch_manifest(&by_digest).await.unwrap_err();
    assert_eq!(error.code(), "unsafe-bundle");
}

#[tokio::test]
async fn a_transfer_that_breaks_is_repeated() {
    for place in ["/manifests/", "/blobs/"] {
        let broken = Fault::on(place, Effect::TruncateBody(10));
        pull_with(broken.clone().times(2)).await.0.unwrap();
        let (code, text) = failure(broken).await;
        assert_eq!(code, "registry-unreachable", "{text}");
    }
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    for effect in [Effect::Silence, Effect::StallBody] {
        for place in ["/manifests/", "/blobs/"] {
            let begin = Instant::now();
            let (code, text) = failure(Fault::on(place, effect.clone())).await;
            assert_eq!(code, "registry-unreachable", "{text}");
            assert!(text.contains("not a byte for 0.5 s"), "{text}");
            assert!(begin.elapsed() < Duration::from_secs(5));
        }
    }
}

#[tokio::test]
async fn a_slow_body_that_moves_is_waited_for() {
    let drip = Effect::DripBody {
        piece: 100,
        pause: Duration::from_millis(150),
    };
    let begin = Instant::now();
    pull_with(Fault::on("/blobs/", drip)).await.0.unwrap();
    assert!(
        begin.elapsed() > Duration::from_millis(500),
        "the whole took longer than one silence may"
    );
}

#[tokio::test]
async fn a_document_that_comes_byte_by_byte_is_given_up() {
    let drip = Effect::DripBody {
        piece: 1,
        pause: Duration::from_millis(50),
    };
    let begin = Instant::now();
    let error = pull_with(Fault::on("/manifests/", drip))
        .await
        .0
        .unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "registry-unreachable");
    assert!(text.contains("still not complete after 2.5 s"), "{text}");
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn manifests_over_four_mebibytes_are_not_read() {
    let registry = TestRegistry::start();
    registry.put_manifest(
        PATH,
        Some("1.2.0"),
        "application/vnd.oci.image.manifest.v1+json",
        vec![b' '; (4 << 20) + 1],
    );
    let error = repository(&registry.host(), PATH, &[])
        .fetch_manifest(&selector())
        .await
        .unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "registry-error");
    assert!(text.contains("exceeds 4194304 bytes"), "{text}");
}

#[tokio::test]
async fn a_missing_tag_or_repository_is_no_failure_of_a_question() {
    let registry = TestRegistry::start();
    let artifact = seed(&registry, PATH, "1.2.0");
    let here = repository(&registry.host(), PATH, &[]);
    assert_eq!(here.find_tag("1.2.0").await.unwrap(), Some(artifact.digest));
    assert_eq!(here.find_tag("9.9.9").await.unwrap(), None);
    let missing = repository(&registry.host(), "acme/missing", &[]);
    assert_eq!(missing.find_tag("1.2.0").await.unwrap(), None);
    let error = missing.fetch_manifest(&selector()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("artifact not found: {}/acme/missing:1.2.0", registry.host())
    );
}

#[tokio::test]
async fn a_tag_without_digest_header_is_read_and_hashed() {
    for fault in [
        Fault::on(
            "/manifests/",
            Effect::RemoveHeader("docker-content-digest".to_owned()),
        ),
        Fault::status("/manifests/", 405).method("HEAD"),
    ] {
        let registry = TestRegistry::start();
        let artifact = seed(&registry, PATH, "1.2.0");
        registry.misbehave(fault);
        let found = repository(&registry.host(), PATH, &[])
            .find_tag("1.2.0")
            .await
            .unwrap();
        assert_eq!(found, Some(artifact.digest));
        assert_eq!(registry.count("GET", "/manifests/1.2.0"), 1);
    }
}

#[tokio::test]
async fn blobs_named_by_sha512_are_verified_too() {
    let registry = TestRegistry::start();
    let digest = "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                  2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
    let descriptor = Descriptor {
        media_type: "application/octet-stream".to_owned(),
        size: 3,
        digest: Digest::parse(digest).unwrap(),
        platform: None,
        annotations: std::collections::BTreeMap::new(),
    };
    let repository = repository(&registry.host(), PATH, &[]);
    registry.tamper_blob(PATH, digest, "abc");
    let content = repository.fetch_blob(&descriptor).await.unwrap();
    assert_eq!(content, "abc");
    registry.tamper_blob(PATH, digest, "abd");
    let error = repository.fetch_blob(&descriptor).await.unwrap_err();
    assert_eq!(error.code(), "unsafe-bundle");
}
