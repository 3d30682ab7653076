use crate::sandbox::Sandbox;

#[test]
fn init_writes_a_starter_bundle() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.pacto(["init", "my-service"]), @"
    exit 0
    -- stdout --
    Created my-service/
      my-service/configuration/schema.json
      my-service/interfaces/openapi.yaml
      my-service/pacto.yaml
    -- stderr --
    Next: edit my-service/pacto.yaml, then run `pacto validate my-service`
    ");
    insta::assert_snapshot!(sandbox.read("my-service/pacto.yaml"), @r#"
    # yaml-language-server: $schema=.pacto/contract.schema.json
    pactoVersion: "1.0"

    service:
      name: my-service
      version: "0.1.0"
      owner: "team/my-team"
      image:
        ref: ghcr.io/my-org/my-service:0.1.0
        private: false

    interfaces:
      - name: api
        type: http
        port: 8080
        visibility: internal
        contract: interfaces/openapi.yaml

    configurations:
      - name: default
        schema: configuration/schema.json

    # dependencies:
    #   - name: auth
    #     ref: oci://ghcr.io/my-org/auth-pacto
    #     required: true
    #     compatibility: "^1.0.0"

    runtime:
      workload: service
      state:
        type: stateless
        persistence:
          scope: local
          durability: ephemeral
        dataCriticality: low
      lifecycle:
        upgradeStrategy: rolling
        gracefulShutdownSeconds: 30
      health:
        interface: api
        path: "/health"
        initialDelaySeconds: 5

    scaling:
      min: 1
      max: 3

    metadata:
      team: "my-team"
      tier: standard
    "#);
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
    insta::assert_snapshot!(outcome, @r#"
    exit 0
    -- stdout --
    {
      "schemaVersion": "pacto.init/v1",
      "dir": "a/b/",
      "path": "a/b/pacto.yaml",
      "files": [
        ".pacto/contract.schema.json",
        ".pactoignore",
        "configuration/schema.json",
        "interfaces/openapi.yaml",
        "pacto.yaml"
      ]
    }
    "#);
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
    insta::assert_snapshot!(sandbox.pacto(["init", "x", "--from-openapi", "api.yaml"]), @"
    exit 3
    -- stderr --
    error: api.yaml is not an OpenAPI document: neither `openapi` nor `swagger` is set
    ");
    let left: Vec<_> = std::fs::read_dir(sandbox.directory())
        .expect("readable")
        .collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn an_existing_directory_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.file("x/keep", "me");
    insta::assert_snapshot!(sandbox.pacto(["init", "x"]), @r#"
    exit 3
    -- stderr --
    error: directory "x" already exists
      help: choose another name, or remove the directory
    "#);
    assert_eq!(sandbox.read("x/keep"), "me");
}

#[test]
fn a_wrong_name_is_a_usage_error() {
    insta::assert_snapshot!(Sandbox::new().pacto(["init", "My_Service"]), @"
    exit 2
    -- stderr --
    error: `My_Service` is not a service name: lower-case letters, digits and inner hyphens are allowed
    ");
}

#[test]
fn without_a_terminal_the_name_is_required() {
    insta::assert_snapshot!(Sandbox::new().pacto(["init"]), @"
    exit 2
    -- stderr --
    error: service name is required
      help: pacto init my-service
    ");
}

#[test]
fn the_starter_is_valid_and_has_no_warnings() {
    let sandbox = Sandbox::new();
    for name in ["my-service", "a/b", "007", "true"] {
        assert_eq!(sandbox.pacto(["init", name]).code, 0, "{name}");
        let outcome = sandbox.pacto(["validate", name, "--strict", "--output-format", "json"]);
        assert_eq!(outcome.code, 0, "{outcome}");
        assert_eq!(outcome.json()["warnings"], serde_json::json!([]), "{name}");
    }
}

#[test]
fn a_document_alone_is_enough_to_start_from() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "api.yaml",
        "openapi: 3.1.0
info: { title: Payments API, version: 2.1.0 }
servers: [{ url: 'https://pay.example.com' }, { url: 'http://localhost:9090/v1' }]
paths: {}
",
    );
    let outcome = sandbox.pacto(["init", "--from-openapi", "api.yaml"]);
    assert_eq!(outcome.code, 0, "{outcome}");
    let contract = sandbox.read("payments-api/pacto.yaml");
    for line in [
        "  name: payments-api\n",
        "    port: 9090\n",
        "    ref: ghcr.io/my-org/payments-api:2.1.0\n",
    ] {
        assert!(contract.contains(line), "{contract}");
    }
    assert_eq!(sandbox.pacto(["validate", "payments-api"]).code, 0);
}

#[test]
fn the_schema_beside_the_starter_is_for_editors_and_is_not_packed() {
    let sandbox = Sandbox::new();
    sandbox.pacto(["init", "x"]);
    let schema: serde_json::Value =
        serde_json::from_str(&sandbox.read("x/.pacto/contract.schema.json")).expect("JSON");
    assert_eq!(schema, sandbox.pacto(["schema"]).json());
    assert!(schema["properties"]["service"].is_object());
    assert_eq!(sandbox.read("x/.pactoignore"), ".pacto/\n");
}

#[test]
fn the_starter_validates_without_findings() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.pacto(["init", "svc"]).code, 0);
    let outcome = sandbox.pacto(["validate", "svc", "--strict"]);
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (0, "svc 0.1.0: valid\n")
    );
    assert_eq!(sandbox.pacto(["pack", "svc"]).code, 0);
}
