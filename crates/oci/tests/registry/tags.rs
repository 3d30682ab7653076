//! Tag lists.

use pacto_bundle::Store as _;
use pacto_testkit::registry::{Effect, Fault, RegistryOptions, TestRegistry};

use crate::client::{repository, seed, told};

const PATH: &str = "acme/orders";

fn registry_with_pages(size: usize) -> TestRegistry {
    let registry = TestRegistry::start_with(RegistryOptions {
        page_size: Some(size),
        ..RegistryOptions::default()
    })
    .unwrap();
    let artifact = seed(&registry, PATH, "1.2.0");
    registry.put_tags(
        PATH,
        artifact.digest.as_str(),
        ["1.0.0", "1.1.0", "2.0.0", "latest", "v3"],
    );
    registry
}

fn link(value: &str) -> Fault {
    Fault::on(
        "/tags/list",
        Effect::SetHeader("link".to_owned(), value.to_owned()),
    )
}

#[tokio::test]
async fn all_pages_are_read() {
    let registry = registry_with_pages(2);
    let mut tags = repository(&registry.host(), PATH, &[])
        .tags()
        .await
        .unwrap();
    tags.sort();
    assert_eq!(tags, ["1.0.0", "1.1.0", "1.2.0", "2.0.0", "latest", "v3"]);
    assert_eq!(registry.count("GET", "/tags/list"), 3);
    let first = &registry.requests()[1];
    assert_eq!(first.query, "n=1000");
}

#[tokio::test]
async fn a_missing_repository_is_not_found() {
    let registry = TestRegistry::start();
    let error = repository(&registry.host(), PATH, &[])
        .tags()
        .await
        .unwrap_err();
    assert_eq!(
        told(&error),
        (
            "not-found",
            format!("artifact not found: {}/{PATH}", registry.host())
        )
    );
}

#[tokio::test]
async fn a_list_that_goes_on_at_another_host_is_refused() {
    let elsewhere = TestRegistry::start();
    let registry = registry_with_pages(100);
    registry.misbehave(link(&format!(
        "<{}/v2/{PATH}/tags/list>; rel=\"next\"",
        elsewhere.url()
    )));
    let error = repository(&registry.host(), PATH, &[])
        .tags()
        .await
        .unwrap_err();
    assert!(error.is_refused_for_safety(), "{error}");
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn pages_that_lead_back_end() {
    let registry = registry_with_pages(100);
    registry.misbehave(link(&format!("</v2/{PATH}/tags/list?n=1000>; rel=next")));
    let error = repository(&registry.host(), PATH, &[])
        .tags()
        .await
        .unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, "registry-error");
    assert!(text.contains("leads back"), "{text}");
    assert_eq!(registry.count("GET", "/tags/list"), 1);
}

#[tokio::test]
async fn a_list_of_something_else_is_an_error_of_the_registry() {
    for (body, kind) in [("[]", "application/json"), ("<html>", "text/html")] {
        let registry = registry_with_pages(100);
        registry.misbehave(Fault::on(
            "/tags/list",
            Effect::Answer {
                status: 200,
                headers: vec![("content-type".to_owned(), kind.to_owned())],
                body: body.to_owned(),
            },
        ));
        let error = repository(&registry.host(), PATH, &[])
            .tags()
            .await
            .unwrap_err();
        assert_eq!(error.code(), "registry-error", "{error}");
    }
}

#[tokio::test]
async fn no_tags_may_be_written_as_null() {
    let registry = registry_with_pages(100);
    registry.misbehave(Fault::on(
        "/tags/list",
        Effect::Answer {
            status: 200,
            headers: Vec::new(),
            body: "{\"name\":\"acme/orders\",\"tags\":null}".to_owned(),
        },
    ));
    let tags = repository(&registry.host(), PATH, &[])
        .tags()
        .await
        .unwrap();
    assert!(tags.is_empty());
}
