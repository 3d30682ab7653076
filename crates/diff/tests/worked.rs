//! Worked examples: pairs whose records were computed by hand.

mod support;

use pacto_diff::{
    Class, Comparison, DependencyTree, Diagnostic, Engine, Options, Parts, PathStyle, Record,
    Report, SideName, VersionPolicy, diff, render,
};
use serde_json::{Value, json};

fn contracts(old: &str, new: &str) -> Comparison {
    diff(
        &support::bundle(&support::contract(old), &[]),
        &support::bundle(&support::contract(new), &[]),
        &Options::default(),
    )
}

/// Path, old and new value of each record; null where a side has none.
fn values(records: &[Record]) -> Vec<Value> {
    records
        .iter()
        .map(|record| json!([record.path, record.old_value, record.new_value]))
        .collect()
}

fn leaf(name: &str, version: &str) -> DependencyTree {
    DependencyTree {
        name: name.into(),
        version: version.into(),
        dependency: name.into(),
        ..DependencyTree::default()
    }
}

/// A report without dependencies.
fn report(root: Comparison) -> Report {
    let old = leaf(&root.service, &root.old_version);
    let new = leaf(&root.service, &root.new_version);
    let parts = Parts {
        old_path: "old",
        new_path: "new",
        root,
        dependencies: Vec::new(),
        old_tree: &old,
        new_tree: &new,
    };
    Report::new(parts, &Options::default())
}

#[test]
fn port_moved_and_version_bumped() {
    let comparison = contracts(
        "service: {name: svc, version: 1.0.0}\ninterfaces:\n  - {name: api, type: http, port: 8081}\n",
        "service: {name: svc, version: 2.0.0}\ninterfaces:\n  - {name: api, type: http, port: 9090}\n",
    );
    assert_eq!(
        support::lines(&comparison.changes),
        [
            "non-breaking service.version modified",
            "breaking interfaces.port modified"
        ]
    );
    assert_eq!(
        values(&comparison.changes),
        [
            json!(["service.version", "1.0.0", "2.0.0"]),
            json!(["interfaces.port", 8081, 9090])
        ]
    );
    assert_eq!(comparison.classification, Class::Breaking);
    let port = &comparison.changes[1];
    assert_eq!(port.reason, "interfaces.port modified");
    assert_eq!(port.interface.as_deref(), Some("api"));
    assert_eq!(port.aliases, ["interfaces[api].port"]);
    let place = port.old_location.as_ref().expect("a place");
    assert_eq!((place.line, place.column, place.length), (4, 35, 4));
}

#[test]
fn interface_goes_from_public_to_internal_and_back() {
    let one = "interfaces:\n  - {name: api, type: http, port: 80, visibility: public}\n";
    let other = one.replace("public", "internal");
    for (old, new) in [(one, other.as_str()), (other.as_str(), one)] {
        let comparison = contracts(old, new);
        assert_eq!(
            support::lines(&comparison.changes),
            ["potential interfaces.visibility modified"]
        );
    }
    assert_eq!(
        values(&contracts(one, &other).changes),
        [json!([
            "interfaces.visibility",
            "api: public",
            "api: internal"
        ])]
    );
}

#[test]
fn dependency_becomes_required_and_its_range_narrows() {
    let side = |required: bool, range: &str| {
        format!(
            "dependencies:\n  - {{name: auth, ref: \"oci://reg.example/auth-pacto\", required: {required}, compatibility: \"{range}\"}}\n"
        )
    };
    let comparison = contracts(&side(false, ">=1.0.0"), &side(true, "^1.4.0"));
    assert_eq!(
        values(&comparison.changes),
        [
            json!([
                "dependencies.compatibility",
                "auth: >=1.0.0",
                "auth: ^1.4.0"
            ]),
            json!([
                "dependencies.required",
                "auth: required=false",
                "auth: required=true"
            ])
        ]
    );
    assert_eq!(comparison.classification, Class::PotentialBreaking);
}

#[test]
fn a_dependency_without_name_prints_the_derived_one() {
    let side = |range: &str| {
        format!(
            "dependencies:\n  - {{ref: \"oci://reg.example/auth-pacto:1.0.0\", compatibility: \"{range}\"}}\n"
        )
    };
    let comparison = contracts(&side(">=1.0.0"), &side("^1.4.0"));
    assert_eq!(
        values(&comparison.changes),
        [json!([
            "dependencies.compatibility",
            "auth-pacto: >=1.0.0",
            "auth-pacto: ^1.4.0"
        ])]
    );
}

#[test]
fn runtime_section_dropped() {
    let comparison = contracts(
        "runtime:\n  workload: service\n  state: {type: stateless, persistence: {scope: local, durability: ephemeral}, dataCriticality: low}\n",
        "interfaces: []\n",
    );
    assert_eq!(
        support::lines(&comparison.changes),
        [
            "breaking runtime.workload modified",
            "breaking runtime.state.type modified",
            "breaking runtime.state.persistence.scope modified",
            "breaking runtime.state.persistence.durability modified",
            "potential runtime.state.dataCriticality modified",
        ]
    );
    assert!(
        comparison
            .changes
            .iter()
            .all(|record| record.new_value == Some(json!("")))
    );
}

#[test]
fn range_scaling_becomes_fixed_replicas() {
    let comparison = contracts("scaling: {min: 1, max: 3}\n", "scaling: {replicas: 3}\n");
    assert_eq!(
        values(&comparison.changes),
        [json!(["scaling", "min=1 max=3", "replicas=3"])]
    );
    assert_eq!(comparison.classification, Class::PotentialBreaking);
}

#[test]
fn breaking_change_shipped_as_a_patch_release() {
    let comparison = contracts(
        "service: {name: svc, version: 1.4.0}\ninterfaces:\n  - {name: api, type: http, port: 8080}\n",
        "service: {name: svc, version: 1.4.1}\ninterfaces: []\n",
    );
    assert_eq!(
        support::lines(&comparison.changes),
        [
            "non-breaking service.version modified",
            "breaking interfaces removed"
        ]
    );
    let advice = report(comparison).version.expect("versions");
    assert_eq!(
        (advice.smallest.as_str(), advice.sufficient),
        ("2.0.0", false)
    );
}

#[test]
fn the_version_policy_speaks_about_the_record_of_the_version() {
    let bundle = |version: &str, interfaces: &str| {
        let text =
            format!("service: {{name: svc, version: {version}}}\ninterfaces: {interfaces}\n");
        support::bundle(&support::contract(&text), &[])
    };
    let one = "[{name: api, type: http, port: 8080}]";
    let judged = |new: (&str, &str), version_policy: VersionPolicy| {
        let options = Options {
            version_policy,
            ..Options::default()
        };
        let compared = diff(&bundle("1.4.0", one), &bundle(new.0, new.1), &options);
        let version = compared
            .changes
            .iter()
            .find(|it| it.path == "service.version");
        let version = version.map(|it| (it.classification, it.rule.clone(), it.refined));
        (version, compared.classification)
    };
    let rule = Some("version-bump-too-small".to_owned());
    let of_version = |policy| judged(("1.4.1", "[]"), policy).0;
    assert_eq!(
        of_version(VersionPolicy::Report),
        Some((
            Class::NonBreaking,
            rule.clone(),
            Some(Class::PotentialBreaking)
        ))
    );
    assert_eq!(
        of_version(VersionPolicy::Enforce),
        Some((Class::NonBreaking, rule, Some(Class::Breaking)))
    );
    assert_eq!(
        of_version(VersionPolicy::Off),
        Some((Class::NonBreaking, None, None))
    );
    // A new interface in a patch release breaks nobody, unless the policy says so.
    let more = "[{name: api, type: http, port: 8080}, {name: web, type: http, port: 80}]";
    let overall = |policy| judged(("1.4.1", more), policy).1;
    assert_eq!(overall(VersionPolicy::Off), Class::NonBreaking);
    assert_eq!(overall(VersionPolicy::Report), Class::PotentialBreaking);
    assert_eq!(overall(VersionPolicy::Enforce), Class::Breaking);
    assert_eq!(judged(("1.4.0", one), VersionPolicy::Enforce).0, None);
}

#[test]
fn path_removed() {
    let old = "/predict:\n  get: {responses: {\"200\": {description: ok}}}\n/health:\n  get: {responses: {\"200\": {description: ok}}}\n";
    let new = "/health:\n  get: {responses: {\"200\": {description: ok}}}\n";
    let comparison = diff(&support::api(old), &support::api(new), &Options::default());
    assert_eq!(
        values(&comparison.changes),
        [json!(["openapi.paths[/predict]", "/predict", null])]
    );
    let record = &comparison.changes[0];
    assert_eq!(record.reason, "API path /predict removed");
    assert_eq!(record.file.as_deref(), Some("interfaces/openapi.yaml"));
    let place = record.old_location.as_ref().expect("a place");
    assert_eq!(place.pointer.as_deref(), Some("/paths/~1predict"));
    assert_eq!((place.line, place.column), (4, 3));
    assert_eq!(record.new_location, None);
}

#[test]
fn only_documentation_changed() {
    let side = |summary: &str, description: &str| {
        support::api(&format!(
            "/u:\n  get: {{summary: {summary}, responses: {{\"200\": {{description: {description}}}}}}}\n"
        ))
    };
    let comparison = diff(&side("a", "ok"), &side("b", "fine"), &Options::default());
    assert_eq!(
        support::lines(&comparison.changes),
        ["potential openapi.paths[/u].methods[GET].responses[200] modified"]
    );
    assert_eq!(comparison.changes[0].reason, "GET /u response 200 modified");
    assert_eq!(comparison.classification, Class::PotentialBreaking);
}

#[test]
fn tree_of_a_changed_graph() {
    let old = DependencyTree {
        children: vec![leaf("a", "1.0.0"), leaf("b", "1.0.0")],
        ..leaf("svc", "1.0.0")
    };
    let new = DependencyTree {
        children: vec![
            DependencyTree {
                children: vec![leaf("c", "1.0.0")],
                ..leaf("a", "2.0.0")
            },
            leaf("c", "1.0.0"),
        ],
        ..leaf("svc", "1.1.0")
    };
    let parts = Parts {
        old_path: "old",
        new_path: "new",
        root: contracts("interfaces: []\n", "interfaces: []\n"),
        dependencies: Vec::new(),
        old_tree: &old,
        new_tree: &new,
    };
    let report = Report::new(parts, &Options::default());
    assert_eq!(
        render::tree(&report.graph_diff),
        "svc\n├─ a             1.0.0 → 2.0.0\n│  └─ c             +1.0.0\n├─ c             +1.0.0\n└─ b             -1.0.0\n"
    );
    assert_eq!(report.classification, Class::NonBreaking);
}

#[test]
fn sbom_format_switch() {
    let old = r#"{"spdxVersion": "SPDX-2.3", "packages": [
        {"name": "liba", "versionInfo": "1.0", "licenseConcluded": "MIT", "supplier": "Organization: Acme"},
        {"name": "libb", "versionInfo": "1"}]}"#;
    let new = r#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
        {"name": "liba", "version": "2.0", "licenses": [{"license": {"id": "Apache-2.0"}}, {"expression": "MIT"}],
         "components": [{"name": "libc", "version": "3"}]}]}"#;
    let contract = support::contract("interfaces: []\n");
    let comparison = diff(
        &support::bundle(&contract, &[("sbom/x.spdx.json", old)]),
        &support::bundle(&contract, &[("sbom/x.cdx.json", new)]),
        &Options::default(),
    );
    assert_eq!(comparison.changes, []);
    assert_eq!(comparison.classification, Class::NonBreaking);
    assert_eq!(
        serde_json::to_value(comparison.sbom).expect("serialises"),
        json!({
            "oldFormat": "spdx",
            "newFormat": "cyclonedx",
            "changes": [
                {"package": "liba", "type": "modified", "field": "version", "oldValue": "1.0", "newValue": "2.0"},
                {"package": "liba", "type": "modified", "field": "license", "oldValue": "MIT", "newValue": "Apache-2.0 AND MIT"},
                {"package": "liba", "type": "modified", "field": "supplier", "oldValue": "Acme"},
                {"package": "libb", "type": "removed", "field": "package", "oldValue": "1"},
                {"package": "libc", "type": "added", "field": "package", "newValue": "3"},
            ]
        })
    );
}

#[test]
fn an_sbom_in_the_later_format_has_the_same_packages() {
    let old = r#"{"spdxVersion": "SPDX-2.3", "packages": [
        {"name": "liba", "versionInfo": "1.0", "licenseConcluded": "MIT", "supplier": "Organization: Acme"},
        {"name": "libb", "versionInfo": "1", "licenseConcluded": "Apache-2.0 OR MIT"}]}"#;
    let new = |version: &str| {
        format!(
            r#"{{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
        {{"type": "Organization", "spdxId": "urn:acme", "name": "Acme"}},
        {{"type": "software_Package", "spdxId": "urn:a", "name": "liba", "software_packageVersion": "1.0", "suppliedBy": "urn:acme"}},
        {{"type": "software_Package", "spdxId": "urn:b", "name": "libb", "software_packageVersion": "{version}"}},
        {{"type": "simplelicensing_LicenseExpression", "spdxId": "urn:l", "simplelicensing_licenseExpression": "Apache-2.0 OR MIT"}},
        {{"type": "Relationship", "from": "urn:a", "relationshipType": "hasConcludedLicense", "to": ["https://spdx.org/licenses/MIT"]}},
        {{"type": "Relationship", "from": "urn:a", "relationshipType": "dependsOn", "to": ["urn:b"]}},
        {{"type": "Relationship", "from": "urn:b", "relationshipType": "hasConcludedLicense", "to": ["urn:l"]}}]}}"#
        )
    };
    let contract = support::contract("interfaces: []\n");
    let bundle = |text: &str| support::bundle(&contract, &[("sbom/x.spdx.json", text)]);
    let compared = |new: &str| diff(&bundle(old), &bundle(new), &Options::default()).sbom;
    assert_eq!(compared(&new("1")), None);
    let changes = compared(&new("2")).expect("a difference").changes;
    let [change] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    assert_eq!(
        (change.package.as_str(), change.new_value.as_deref()),
        ("libb", Some("2"))
    );
}

#[test]
fn an_sbom_that_does_not_parse_disables_the_section_and_says_so() {
    let contract = support::contract("interfaces: []\n");
    let comparison = diff(
        &support::bundle(
            &contract,
            &[("sbom/x.spdx.json", "{\"packages\": [{\"name\": \"a\"}]}")],
        ),
        &support::bundle(&contract, &[("sbom/x.spdx.json", "{")]),
        &Options::default(),
    );
    assert_eq!(comparison.sbom, None);
    let codes: Vec<_> = comparison
        .diagnostics
        .iter()
        .map(|diagnostic| (diagnostic.code, diagnostic.side))
        .collect();
    assert_eq!(codes, [("sbom-not-comparable", Some(SideName::New))]);
}

#[test]
fn the_base_engine_prints_only_the_fields_of_the_go_implementation() {
    let contract = support::contract("configuration: {schema: c.json}\n");
    let side = |schema: &str| support::bundle(&contract, &[("c.json", schema)]);
    let options = Options {
        engine: Engine::Base,
        path_style: PathStyle::Go,
        ..Options::default()
    };
    let comparison = diff(
        &side(r#"{"properties": {"a": {"properties": {"x": {}}}, "b": {}}}"#),
        &side(r#"{"properties": {"a": {"type": "string"}}}"#),
        &options,
    );
    assert_eq!(
        serde_json::to_value(&comparison.changes).expect("serialises"),
        json!([{
            "path": "schema.properties[b]",
            "type": "removed",
            "oldValue": "b",
            "classification": "BREAKING",
            "reason": "configuration property b removed",
        }])
    );
}

#[test]
fn documents_that_cannot_be_read_are_named() {
    let contract = support::contract(
        "interfaces: [{name: api, type: http, port: 80, contract: a.yaml}, {name: b, type: http, port: 81, contract: a.yaml}]\n",
    );
    let comparison = diff(
        &support::bundle(&contract, &[]),
        &support::bundle(&contract, &[("a.yaml", "a: {")]),
        &Options::default(),
    );
    assert_eq!(comparison.changes, []);
    let found: Vec<(&str, Option<SideName>)> = comparison
        .diagnostics
        .iter()
        .map(|Diagnostic { code, side, .. }| (*code, *side))
        .collect();
    assert_eq!(
        found,
        [
            ("document-not-found", Some(SideName::Old)),
            ("document-not-parsable", Some(SideName::New)),
        ]
    );
}

#[test]
fn two_interfaces_with_one_document_are_told_apart() {
    let contract = support::contract(
        "interfaces: [{name: api, type: http, port: 80, contract: a.yaml}, {name: b, type: http, port: 81, contract: a.yaml}]\n",
    );
    let side = |paths: &str| support::bundle(&contract, &[("a.yaml", paths)]);
    let comparison = diff(
        &side("paths: {/x: {}}"),
        &side("paths: {}"),
        &Options::default(),
    );
    let interfaces: Vec<_> = comparison
        .changes
        .iter()
        .filter_map(|record| record.interface.as_deref())
        .collect();
    assert_eq!(interfaces, ["api", "b"]);
}
