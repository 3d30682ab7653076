use crate::sandbox::Sandbox;

#[test]
fn init_writes_a_starter_bundle() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.pacto(["init", "my-service"]), @"");
    insta::assert_snapshot!(sandbox.read("my-service/pacto.yaml"), @"");
    assert!(
        sandbox
            .path("my-service/.pacto/contract.schema.json")
            .is_file()
    );
}

#[test]
fn the_last_segment_of_a_path_is_the_name() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.pacto(["init", "a/b/", "--owner", "pay", "--output-format", "json"]);
    insta::assert_snapshot!(outcome, @"");
    assert!(sandbox.read("a/b/pacto.yaml").contains("name: b\n"));
    assert!(sandbox.read("a/b/pacto.yaml").contains("owner: \"pay\"\n"));
}

#[test]
fn an_openapi_document_gives_version_and_health_path() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "api.json",
        r#"{"openapi": "3.0.3", "info": {"title": "x", "version": "2.1.0"}, "paths": {"/internal/healthz": {}}}"#,
    );
    assert_eq!(
        sandbox
            .pacto(["init", "x", "--from-openapi", "api.json"])
            .code,
        0
    );
    let contract = sandbox.read("x/pacto.yaml");
    assert!(contract.contains("version: \"2.1.0\""));
    assert!(contract.contains("path: \"/internal/healthz\""));
    assert!(contract.contains("contract: interfaces/openapi.json"));
    assert_eq!(
        sandbox.read("x/interfaces/openapi.json"),
        sandbox.read("api.json")
    );
}

#[test]
fn what_is_no_openapi_document_is_said_and_nothing_is_left_behind() {
    let sandbox = Sandbox::new();
    sandbox.file("api.yaml", "a: 1\n");
    insta::assert_snapshot!(sandbox.pacto(["init", "x", "--from-openapi", "api.yaml"]), @"");
    let left: Vec<_> = std::fs::read_dir(sandbox.directory())
        .expect("readable")
        .collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn an_existing_directory_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.file("x/keep", "me");
    insta::assert_snapshot!(sandbox.pacto(["init", "x"]), @"");
    assert_eq!(sandbox.read("x/keep"), "me");
}

#[test]
fn a_wrong_name_is_a_usage_error() {
    insta::assert_snapshot!(Sandbox::new().pacto(["init", "My_Service"]), @"");
}

#[test]
fn without_a_terminal_the_name_is_required() {
    insta::assert_snapshot!(Sandbox::new().pacto(["init"]), @"");
}
