use pacto_contract::{InterfaceType, Owner, Visibility};

use crate::{loaded, with};

const FULL: &str = r#"
pactoVersion: "1.1"
service:
  name: catalog-api
  version: 3.2.1
  owner:
    team: commerce/catalog
    dri: mira.okafor
    contacts:
      - { type: chat, value: "\#catalog", purpose: support }
  image: { ref: registry.example.net/commerce/catalog-api:3.2.1, private: true }
  chart: { ref: oci://registry.example.net/charts/catalog-api, version: 1.9.0 }
interfaces:
  - { name: rest, type: http, port: 8080, visibility: public, contract: interfaces/openapi.yaml }
  - { name: admin, type: tcp, port: 80.0 }
configurations:
  - name: app
    schema: configuration/schema.json
    values: { PAGE_SIZE: 50, RATIO: 1.0 }
  - { name: platform, ref: oci://registry.example.net/platform/app-config }
policies:
  - { name: local-rules, schema: policy/local.json }
dependencies:
  - { name: db, ref: oci://registry.example.net/data/db, required: true, compatibility: "^15.0.0" }
runtime:
  workload: service
  state: { type: hybrid, persistence: { scope: local, durability: ephemeral }, dataCriticality: medium }
  lifecycle: { upgradeStrategy: rolling, gracefulShutdownSeconds: 20 }
  health: { interface: admin, path: /healthz, initialDelaySeconds: 5 }
  metrics: { interface: admin, path: /metrics }
scaling: { min: 2, max: 12 }
readiness:
  minScore: 80
  checks:
    - { id: dashboard, type: url, evidence: https://example.net/d, weight: 60, expires: 2099-06-30 }
metadata:
  domain: shop
  uses: { db: [query, "GET /x", 5], odd: text }
"#;

#[test]
fn every_field_is_read() {
    let text = FULL.replace("\\#", "#");
    let loaded = loaded(text.trim_start());
    let expected = serde_json::json!({
        "pactoVersion": "1.1",
        "service": {
            "name": "catalog-api", "version": "3.2.1",
            "owner": {"team": "commerce/catalog", "dri": "mira.okafor",
                "contacts": [{"type": "chat", "value": "#catalog", "purpose": "support"}]},
            "image": {"ref": "registry.example.net/commerce/catalog-api:3.2.1", "private": true},
            "chart": {"ref": "oci://registry.example.net/charts/catalog-api", "version": "1.9.0"}
        },
        "interfaces": [
            {"name": "rest", "type": "http", "port": 8080, "visibility": "public", "contract": "interfaces/openapi.yaml"},
            {"name": "admin", "type": "tcp", "port": 80}
        ],
        "configurations": [
            {"name": "app", "schema": "configuration/schema.json", "values": {"PAGE_SIZE": 50, "RATIO": 1.0}},
            {"name": "platform", "ref": "oci://registry.example.net/platform/app-config"}
        ],
        "policies": [{"name": "local-rules", "schema": "policy/local.json"}],
        "dependencies": [{"name": "db", "ref": "oci://registry.example.net/data/db", "required": true, "compatibility": "^15.0.0"}],
        "runtime": {
            "workload": "service",
            "state": {"type": "hybrid", "persistence": {"scope": "local", "durability": "ephemeral"}, "dataCriticality": "medium"},
            "lifecycle": {"upgradeStrategy": "rolling", "gracefulShutdownSeconds": 20},
            "health": {"interface": "admin", "path": "/healthz", "initialDelaySeconds": 5},
            "metrics": {"interface": "admin", "path": "/metrics"}
        },
        "scaling": {"min": 2, "max": 12},
        "readiness": {"minScore": 80, "checks": [
            {"id": "dashboard", "type": "url", "evidence": "https://example.net/d", "weight": 60, "expires": "2099-06-30"}
        ]},
        "metadata": {"domain": "shop", "uses": {"db": ["query", "GET /x", 5], "odd": "text"}}
    });
    let json = serde_json::to_value(loaded.contract()).expect("serialises");
    assert_eq!(json, expected);
    assert!(loaded.legacy().is_empty());
    assert_eq!(loaded.contract().domain(), Some("shop"));
    let uses = loaded.contract().uses();
    assert_eq!(uses.len(), 1);
    assert_eq!(uses["db"], ["query", "GET /x"]);
    assert_eq!(
        loaded.contract().interfaces[1].r#type,
        InterfaceType::Unknown("tcp".into())
    );
    assert_eq!(
        loaded.contract().interfaces[0].visibility,
        Some(Visibility::Public)
    );
}

#[test]
fn scalars_of_another_kind_are_kept_as_text() {
    let loaded = loaded("pactoVersion: 1.1\nservice: {name: true, version: 1.10, owner: 0x1F}");
    let contract = loaded.contract();
    assert_eq!(contract.pacto_version, "1.1");
    assert_eq!(contract.service.name, "true");
    assert_eq!(contract.service.version, "1.10");
    assert_eq!(contract.service.owner, Some(Owner::Text("0x1F".into())));
}

#[test]
fn words_for_truth_are_read_where_truth_is_wanted() {
    for (word, expected) in [
        ("yes", true),
        ("On", true),
        ("off", false),
        ("false", false),
    ] {
        let text = with(&format!(
            "dependencies: [{{name: d, ref: x, required: {word}}}]"
        ));
        assert_eq!(
            loaded(&text).contract().dependencies[0].required,
            expected,
            "{word}"
        );
    }
}

#[test]
fn null_sections_are_absent() {
    let loaded = loaded(&with("runtime:\ninterfaces: ~\nscaling: null\nmetadata:\n"));
    let contract = loaded.contract();
    assert!(contract.runtime.is_none() && contract.scaling.is_none());
    assert!(contract.interfaces.is_empty() && contract.metadata.is_none());
}

#[test]
fn anchors_and_merge_keys_work() {
    let text =
        with("interfaces:\n  - &base {name: a, type: http, port: 80}\n  - {<<: *base, name: b}\n");
    let loaded = loaded(&text);
    let ports: Vec<_> = loaded
        .contract()
        .interfaces
        .iter()
        .map(|interface| (interface.name.as_str(), interface.port))
        .collect();
    assert_eq!(ports, [("a", Some(80)), ("b", Some(80))]);
}

#[test]
fn dependencies_without_a_name_are_named_after_their_reference() {
    let table = [
        ("oci://ghcr.io/acme/auth-pacto:1.0.0", "auth-pacto"),
        ("oci://ghcr.io/acme/auth", "auth"),
        ("oci://host:5000/x", "x"),
        ("oci://ghcr.io/acme/auth@sha256:abc", "auth"),
        ("oci://ghcr.io/acme/auth:1.0@sha256:abc", "auth"),
        ("file://../ledger-db", "ledger-db"),
        ("../ledger-db/", "ledger-db"),
        ("oci-layout://dir/x:1", "x"),
        ("", "default"),
        ("oci://", "default"),
    ];
    for (reference, name) in table {
        let loaded = loaded(&with(&format!("dependencies: [{{ref: '{reference}'}}]")));
        let dependency = &loaded.contract().dependencies[0];
        assert_eq!(dependency.name, name, "{reference}");
        assert!(dependency.is_name_derived);
    }
}

#[test]
fn later_versions_load_as_far_as_they_share_fields() {
    let text = "pactoVersion: '2.0'\nservice: {name: a, version: 1.0.0}\n\
        interfaces: {rest: {ref: x}}\nscaling: none\nreadiness: {checks: []}\n\
        dependencies: [{name: d, ref: 'oci://r/d', compatibility: ^1}]\n";
    let loaded = loaded(text);
    let contract = loaded.contract();
    assert_eq!(contract.pacto_version, "2.0");
    assert!(contract.interfaces.is_empty() && contract.readiness.is_none());
    assert_eq!(contract.dependencies.len(), 1);
}

#[test]
fn later_documents_of_the_file_are_not_read() {
    let text = with("---\nnot: a contract\n");
    assert_eq!(loaded(&text).contract().service.name, "demo");
    assert!(loaded(&text).document().extra_document().is_some());
}

#[test]
fn hostile_text_never_panics() {
    for text in [
        "\u{0}",
        "? ? ?",
        "- - -",
        "&a *a",
        "{<<: }",
        "service: *x",
        "!!map 5",
        "\u{2028}: 1",
    ] {
        let _ = crate::load(text);
        let _ = crate::load(&with(text));
    }
}
