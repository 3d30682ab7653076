use crate::sandbox::Sandbox;

#[test]
fn explain_shows_what_a_contract_says() {
    let sandbox = Sandbox::new();
    sandbox.copy("examples/estate/bundles/payments/2.0.0", "payments");
    insta::assert_snapshot!(sandbox.pacto(["explain", "payments"]), @"
    exit 0
    -- stdout --
    payments 2.0.0
      Owner: payments
      Pacto version: 1.0
      Image: registry.acme.example/tickets/payments:2.0.0

    Runtime
      Workload: service
      State: stateless
      Persistence: local/ephemeral
      Data criticality: high
      Upgrades: rolling
      Graceful shutdown: 45 s
      Health: rest /healthz, first after 10 s
      Metrics: rest /metrics
      Scaling: 2-6

    Interfaces (2)
      rest (http, port 9090, interfaces/openapi.yaml)
      events (event, interfaces/events.yaml)

    Dependencies (4)
      postgres: oci://registry.acme.example/infra/postgres (>=15.0.0, required)
      broker: oci://registry.acme.example/infra/broker (^3.12.0, required)
      card-acquirer: oci://registry.acme.example/vendors/card-acquirer (>=2024.01.01, required)
      fraud-check: oci://registry.acme.example/tickets/fraud-check (^0.9.1, required)

    Configurations (1)
      default: configuration/schema.json

    Policies (1)
      service: oci://registry.acme.example/platform/service-policy

    Metadata
      domain: money
    ");
}

#[test]
fn old_forms_are_explained_in_their_modern_shape() {
    let sandbox = Sandbox::new();
    sandbox.copy("examples/estate/bundles/fraud-check/0.9.1", "fraud-check");
    insta::assert_snapshot!(
        sandbox.pacto(["explain", "fraud-check/pacto.yaml", "--output-format", "json"]),
        @r#"
    exit 0
    -- stdout --
    {
      "schemaVersion": "pacto.explain/v1",
      "name": "fraud-check",
      "version": "0.9.1",
      "owner": "team/risk",
      "ownerDisplay": "team/risk",
      "pactoVersion": "1.0",
      "image": {
        "ref": "registry.acme.example/tickets/fraud-check:0.9.1",
        "private": false
      },
      "runtime": {
        "workloadType": "service",
        "stateType": "stateless",
        "scope": "local",
        "durability": "ephemeral",
        "dataCriticality": "medium"
      },
      "lifecycle": {
        "upgradeStrategy": "rolling",
        "gracefulShutdownSeconds": 20
      },
      "health": {
        "interface": "rest",
        "path": "/healthz",
        "initialDelaySeconds": 5
      },
      "interfaces": [
        {
          "name": "rest",
          "type": "http",
          "port": 8087,
          "contract": "interfaces/openapi.json"
        }
      ],
      "dependencies": [
        {
          "name": "redis",
          "ref": "oci://registry.acme.example/infra/redis",
          "required": true,
          "compatibility": "^7.0.0"
        }
      ],
      "configurations": [
        {
          "name": "default",
          "schema": "configuration/schema.json",
          "values": []
        }
      ],
      "policies": [],
      "scaling": {
        "replicas": 2
      },
      "metadata": {
        "domain": "money"
      }
    }
    "#
    );
}

#[test]
fn overrides_are_part_of_what_is_explained() {
    let sandbox = Sandbox::new();
    sandbox.copy("examples/estate/bundles/redis/7.2.4", "redis");
    insta::assert_snapshot!(
        sandbox.pacto([
            "explain",
            "redis",
            "--set",
            "service.version=9.0.0",
            "--set",
            "scaling.replicas=1",
            "--output-format",
            "markdown",
        ]),
        @"
    exit 0
    -- stdout --
    ## redis 9.0.0

    - Owner: platform
    - Responsible: @dri-platform
    - Contact: url https://wiki.acme.example/platform (support)
    - Contact: group platform-leads (escalation)
    - Pacto version: 1.0
    - Image: docker.io/library/redis:7.2.4

    ### Runtime

    - Workload: service
    - State: hybrid
    - Persistence: local/ephemeral
    - Data criticality: medium
    - Upgrades: ordered
    - Graceful shutdown: 30 s
    - Scaling: 1 replica

    ### Metadata

    - domain: platform
    "
    );
}

#[test]
fn a_contract_with_nothing_but_a_name_is_explained_too() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "pacto.yaml",
        "pactoVersion: \"1.0\"\nservice: { name: bare, version: 1.0.0 }\n",
    );
    insta::assert_snapshot!(sandbox.pacto(["explain"]), @"
    exit 0
    -- stdout --
    bare 1.0.0
      Pacto version: 1.0
    ");
    let answer = sandbox.pacto(["explain", "--output-format", "json"]).json();
    assert_eq!(answer["runtime"]["workloadType"], "");
    assert_eq!(answer["policies"], serde_json::json!([]));
    assert_eq!(answer.get("interfaces"), None);
}

#[test]
fn what_cannot_be_read_could_not_run() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.pacto(["explain", "nowhere"]), @"
    exit 3
    -- stderr --
    error: failed to access nowhere: No such file or directory (os error 2)
    ");
    sandbox.file("broken/pacto.yaml", "a: [");
    insta::assert_snapshot!(sandbox.pacto(["explain", "broken"]), @"
    exit 3
    -- stderr --
    error: failed to parse broken/pacto.yaml: parse error: failed to parse YAML: yaml: line 1: unclosed bracket '['
      help: `pacto validate` shows every problem
    ");
}

#[test]
fn texts_of_others_cannot_move_the_cursor() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "pacto.yaml",
        "pactoVersion: \"1.0\"\nservice: { name: x, version: 1.0.0, owner: \"a\\e[2Jb\\nc\\u202e\" }\n",
    );
    let outcome = sandbox.pacto(["explain"]);
    assert!(
        !outcome.stdout.contains(['\u{1b}', '\u{202e}']),
        "{outcome}"
    );
}
