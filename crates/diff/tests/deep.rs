//! What both layers say about one pair, beyond the lists of `worked.md`.

mod support;

use pacto_bundle::Bundle;
use pacto_diff::deep::{Reading, Witness};
use pacto_diff::judge::Layer;
use pacto_diff::{Comparison, Options, Record, diff};
use serde_json::json;

/// A day after every sunset date that counts as past here.
fn today() -> Options {
    Options {
        today: Some(jiff::civil::date(2026, 1, 31)),
        ..Options::default()
    }
}

fn api(old: &str, new: &str) -> Comparison {
    diff(&support::api(old), &support::api(new), &today())
}

/// A pair of documents given as `paths` and what follows them.
fn documents(old: &str, new: &str) -> Comparison {
    let bundle = |text: &str| {
        support::bundle(
            &support::contract("interfaces: [{name: api, type: http, port: 80, contract: a.yaml}]"),
            &[("a.yaml", &format!("openapi: 3.0.3\n{text}"))],
        )
    };
    diff(&bundle(old), &bundle(new), &today())
}

fn configuration(old: &str, new: &str) -> Comparison {
    let bundle = |text: &str| {
        support::bundle(
            &support::contract("configuration: {schema: c.json}"),
            &[("c.json", text)],
        )
    };
    diff(&bundle(old), &bundle(new), &today())
}

/// One line per record: layer, class, refined class where it differs, path, kind, rule.
fn lines(compared: &Comparison) -> Vec<String> {
    compared.changes.iter().map(line).collect()
}

fn line(record: &Record) -> String {
    let layer = match record.layer {
        Some(Layer::Deep) => "deep",
        _ => "base",
    };
    let refined = match record.refined {
        Some(refined) if refined != record.classification => format!(" ({})", refined.word()),
        _ => String::new(),
    };
    let rule = record.rule.as_deref().unwrap_or("-");
    format!(
        "{layer} {}{refined} {} {} {rule}",
        record.classification.word(),
        record.path,
        record.kind
    )
}

#[test]
fn new_required_configuration_key() {
    let old = r#"{"properties":{"a":{"type":"string"}},"required":["a"]}"#;
    let new = r#"{"properties":{"a":{"type":"string"},"region":{"type":"string"}},"required":["a","region"]}"#;
    let compared = configuration(old, new);
    assert_eq!(
        lines(&compared),
        [
            "base non-breaking configuration.properties[region] added -",
            "deep breaking configuration.required[region] added config-required-property-added"
        ]
    );
    let with_default = new.replace(
        r#""region":{"type":"string"}"#,
        r#""region":{"type":"string","default":"eu-1"}"#,
    );
    assert_eq!(
        lines(&configuration(old, &with_default))[1],
        "deep potential configuration.required[region] added \
         config-required-property-with-default-added"
    );
}

#[test]
fn path_parameter_renamed() {
    let old = r#"
/users/{id}:
  get:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    responses: {"200": {description: ok}}
"#;
    let new = old
        .replace("{id}", "{userId}")
        .replace("name: id", "name: userId");
    let compared = api(old, &new);
    assert_eq!(
        lines(&compared),
        [
            "base breaking (potential) openapi.paths[/users/{id}] removed -",
            "base non-breaking (potential) openapi.paths[/users/{userId}] added -",
            "deep potential openapi.paths[/users/{userId}] modified path-parameter-renamed"
        ]
    );
    let rename = compared.changes[2].fingerprint.clone();
    for base in &compared.changes[..2] {
        assert_eq!(base.explained_by.first().cloned(), rename);
    }
}

/// A `POST /u` whose request and response have these schemas.
fn post(request: &str, response: &str) -> String {
    format!(
        r#"
/u:
  post:
    requestBody: {{content: {{application/json: {{schema: {request}}}}}}}
    responses: {{"200": {{description: ok, content: {{application/json: {{schema: {response}}}}}}}}}
"#
    )
}

/// Deep lines, with the request and the response of [`post`] called so.
fn deep(compared: &Comparison) -> Vec<String> {
    let deep = lines(compared)
        .into_iter()
        .filter_map(|line| line.strip_prefix("deep ").map(str::to_owned));
    deep.map(|line| {
        line.replace("openapi.paths[/u].methods[POST].request-body", "request")
            .replace("openapi.paths[/u].methods[POST].responses[200]", "response")
            .replace("openapi.paths[/u].methods[GET].responses[200]", "response")
    })
    .collect()
}

#[test]
fn required_response_property_removed_behind_a_reference() {
    let old = "
paths:
  /users/{id}:
    get: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}}}
components:
  schemas: {User: {type: object, required: [id], properties: {id: {type: string}, name: {type: string}}}}
";
    let new = old
        .replace("required: [id], ", "")
        .replace("id: {type: string}, ", "");
    let compared = documents(old, &new);
    assert_eq!(
        lines(&compared),
        ["deep breaking \
             openapi.paths[/users/{id}].methods[GET].responses[200].schema.properties[id] removed \
             response-required-property-removed"]
    );
    let place = compared.changes[0].old_location.clone();
    assert_eq!(
        place.expect("a place").pointer.as_deref(),
        Some("/components/schemas/User/properties/id")
    );
}

#[test]
fn response_property_removed_from_a_schema_that_lists_other_required_names() {
    let old =
        "{type: object, required: [id], properties: {id: {type: string}, nick: {type: string}}}";
    let new = "{type: object, required: [id], properties: {id: {type: string}}}";
    assert_eq!(
        deep(&api(&post("{}", old), &post("{}", new))),
        ["potential response.schema.properties[nick] removed response-optional-property-removed"]
    );
    let (old, new) = (
        old.replace("required: [id], ", ""),
        new.replace("required: [id], ", ""),
    );
    assert_eq!(
        deep(&api(&post("{}", &old), &post("{}", &new))),
        ["breaking response.schema.properties[nick] removed response-property-removed"]
    );
}

#[test]
fn success_status_replaced() {
    let compared = api(
        "/u:\n  post: {responses: {\"200\": {description: ok}, \"400\": {description: bad}}}\n",
        "/u:\n  post: {responses: {\"201\": {description: ok}, \"422\": {description: bad}}}\n",
    );
    let root = "openapi.paths[/u].methods[POST].responses";
    assert_eq!(
        lines(&compared),
        [
            format!("base breaking {root}[200] removed response-success-status-removed"),
            format!("base non-breaking {root}[201] added response-success-status-added"),
            format!(
                "base breaking (potential) {root}[400] removed response-non-success-status-removed"
            ),
            format!("base non-breaking {root}[422] added response-non-success-status-added"),
        ]
    );
}

#[test]
fn schemas_that_refer_to_each_other_are_reported_wherever_they_are_used() {
    // What differs in a user is found on the way to a file and back, and again from a file.
    let old = "
paths:
  /users:
    get: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}}}
  /files:
    get: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/File'}}}}}}
components:
  schemas:
    User: {type: object, properties: {avatar: {$ref: '#/components/schemas/File'}, seen: {type: string}}}
    File: {type: object, properties: {owner: {$ref: '#/components/schemas/User'}}}
";
    let compared = documents(
        old,
        &old.replace("seen: {type: string}", "seen: {type: integer}"),
    );
    let [change] = compared.changes.as_slice() else {
        panic!("{:?}", lines(&compared));
    };
    assert_eq!(
        change.rule.as_deref(),
        Some("response-property-type-changed")
    );
    let place = |path: &str, below: &str| {
        format!("openapi.paths[{path}].methods[GET].responses[200].schema.{below}.type")
    };
    assert_eq!(
        change.occurrences,
        [
            place("/files", "properties[owner].properties[seen]"),
            place(
                "/users",
                "properties[avatar].properties[owner].properties[seen]"
            ),
            place("/users", "properties[seen]"),
        ]
    );
}

#[test]
fn a_witness_is_the_smallest_value_that_tells_the_sides_apart() {
    let compared = api(
        &post(
            "{type: object, required: [a], properties: {a: {type: integer, minimum: 1}, b: {type: string}}}",
            "{}",
        ),
        &post(
            "{type: object, required: [a, b], properties: {a: {type: integer, minimum: 1}, b: {type: string}}}",
            "{}",
        ),
    );
    let witness = compared.changes[1].witness.as_ref();
    let Some(Witness::Value {
        value,
        accepted_by,
        error,
        ..
    }) = witness
    else {
        panic!("{witness:?}");
    };
    assert_eq!(value, &json!({"a": 1}));
    assert_eq!(*accepted_by, "old");
    assert_eq!(error, "required property `b` is missing");
}

/// Where objects are open, every value passes: what shows the change is a member that one side
/// does not mention.
#[test]
fn what_open_objects_hide_is_shown_by_a_member_that_one_side_mentions() {
    let cat = "{title: Cat, type: object, properties: {lives: {type: integer}}}";
    let dog = "{title: Dog, type: object, properties: {barks: {type: boolean}}}";
    let gone = "{type: object, properties: {lives: {type: integer}, age: {}}, required: [lives]}";
    let kept = "{type: object, properties: {lives: {type: integer}}, required: [lives]}";
    for (old, new, rule, value, accepted_by, error) in [
        (
            format!("{{anyOf: [{cat}]}}"),
            format!("{{anyOf: [{cat}, {dog}]}}"),
            "response-body-any-of-added",
            json!({"barks": true}),
            "new",
            "no branch of anyOf matches",
        ),
        (
            gone.to_owned(),
            kept.to_owned(),
            "response-optional-property-removed",
            json!({"lives": 1, "age": null}),
            "old",
            "property `age` is not described",
        ),
    ] {
        let compared = api(&post("{}", &old), &post("{}", &new));
        let is_it = |record: &&Record| record.rule.as_deref() == Some(rule);
        let record = compared.changes.iter().find(is_it).expect(rule);
        assert_eq!(
            record.witness,
            Some(Witness::Value {
                value,
                accepted_by,
                error: error.to_owned(),
                r#where: record
                    .path
                    .split_inclusive(".schema")
                    .next()
                    .expect("a path")
                    .to_owned(),
                reading: Some(Reading::Closed),
            })
        );
    }
}

#[test]
fn a_reference_that_leads_nowhere_is_told_and_the_rest_is_compared() {
    let schema = "{type: object, properties: {a: {$ref: '#/gone'}, b: {type: string}}}";
    let new = schema.replace("b: {type: string}", "b: {type: integer}");
    let compared = api(&post(schema, "{}"), &post(&new, "{}"));
    assert_eq!(
        lines(&compared),
        [
            "base potential openapi.paths[/u].methods[POST].request-body modified -",
            "deep breaking openapi.paths[/u].methods[POST].request-body.schema.properties[b].type \
             modified request-property-type-changed"
        ]
    );
    let codes: Vec<&str> = compared
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    assert_eq!(codes, ["ref-unresolved", "ref-unresolved"]);
}

/// Interfaces and configurations of the example estate, computed by hand.
mod estate {
    use std::path::{Path, PathBuf};

    use pacto_bundle::Bundle;

    use super::*;

    fn collect(directory: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(directory).expect("a folder of the estate") {
            let path: PathBuf = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            let relative = format!("{prefix}{name}");
            if path.is_dir() {
                collect(&path, &format!("{relative}/"), files);
            } else {
                let text = std::fs::read_to_string(&path).expect("a text");
                files.push((relative, text));
            }
        }
    }

    fn load(service: &str, version: &str) -> Bundle {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate/bundles");
        let mut files = Vec::new();
        collect(&root.join(service).join(version), "", &mut files);
        let contract = files
            .iter()
            .find(|(path, _)| path == "pacto.yaml")
            .expect("a contract");
        let others: Vec<(&str, &str)> = files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        support::bundle(&contract.1, &others)
    }

    pub(super) fn step(service: &str, old: &str, new: &str) -> Comparison {
        diff(&load(service, old), &load(service, new), &today())
    }

    /// The records about interfaces' documents and configuration schemas.
    fn check(service: &str, old: &str, new: &str, expected: &[&str]) {
        let compared = step(service, old, new);
        let found: Vec<String> = lines(&compared)
            .into_iter()
            .filter(|line| {
                line.contains("openapi.")
                    || line.contains(".properties[")
                    || line.contains(".required[")
            })
            .map(|line| line.replace("openapi.paths[", "P["))
            .collect();
        assert_eq!(found, expected, "{service} {old} -> {new}");
        assert_eq!(compared.diagnostics, [], "{service} {old} -> {new}");
    }

    #[test]
    fn payments() {
        check(
            "payments",
            "1.2.0",
            "2.0.0",
            &[
                "deep potential P[/charges].methods[GET].responses[200].schema.items.properties[status].enum[disputed] added response-property-enum-value-added",
                "base potential (breaking) P[/charges].methods[POST].request-body modified -",
                "deep breaking P[/charges].methods[POST].request-body.schema.required[currency] added request-property-became-required",
                "base breaking P[/charges/{id}].methods[DELETE] removed api-removed-without-deprecation",
                "base non-breaking P[/charges/{id}/capture] added endpoint-added",
                "base breaking configuration.properties[SETTLEMENT_FOLDER] removed config-property-removed",
                "base non-breaking configuration.properties[ACQUIRER_TIMEOUT_MS] added -",
                "deep breaking configuration.required[ACQUIRER_TIMEOUT_MS] added config-required-property-added",
            ],
        );
        check(
            "payments",
            "1.1.0",
            "1.2.0",
            &[
                "base potential (non-breaking) P[/charges].methods[GET].parameters[status:query] added new-optional-request-parameter",
                "deep non-breaking P[/charges].methods[GET].responses[200].schema.items.properties[riskScore] added response-optional-property-added",
                "base non-breaking configuration.properties[FRAUD_CHECK_ENABLED] added config-property-added",
            ],
        );
        check(
            "payments",
            "1.0.0",
            "1.1.0",
            &[
                "base non-breaking P[/charges].methods[GET] added endpoint-added",
                "base non-breaking configuration.properties[WEBHOOK_SECRET] added config-property-added",
            ],
        );
    }

    #[test]
    fn a_shared_schema_is_reported_once_with_all_its_places_and_a_witness() {
        let compared = step("payments", "1.2.0", "2.0.0");
        let shared = compared
            .changes
            .iter()
            .find(|record| record.rule.as_deref() == Some("response-property-enum-value-added"))
            .expect("the value of the enumeration");
        let places: Vec<&str> = shared
            .occurrences
            .iter()
            .filter_map(|path| path.split(".schema").next())
            .collect();
        assert_eq!(
            places,
            [
                "openapi.paths[/charges].methods[GET].responses[200]",
                "openapi.paths[/charges].methods[POST].responses[201]",
                "openapi.paths[/charges/{id}].methods[GET].responses[200]",
            ]
        );
        let currency = compared
            .changes
            .iter()
            .find(|record| record.rule.as_deref() == Some("request-property-became-required"))
            .expect("the currency");
        let Some(Witness::Value { value, .. }) = &currency.witness else {
            panic!("a value");
        };
        assert_eq!(value, &json!({"amount": 1, "source": "s"}));
    }

    #[test]
    fn catalog() {
        check(
            "catalog",
            "1.8.0",
            "1.9.0",
            &[
                "base potential (breaking) P[/events].methods[GET].parameters[sort:query] modified -",
                "deep breaking P[/events].methods[GET].parameters[sort:query].schema.enum[price] removed request-parameter-enum-value-removed",
                "deep potential P[/events].methods[GET].responses[200].schema.items.properties[doorsOpen] removed response-optional-property-removed",
                "base non-breaking P[/events/{eventId}/sessions] added endpoint-added",
                "deep breaking configurations[app].properties[PAGE_SIZE].maximum modified config-property-max-decreased",
            ],
        );
        check(
            "catalog",
            "1.9.0",
            "2.0.0-rc.1",
            &["base breaking P[/venues/{venueId}] removed api-path-removed-without-deprecation"],
        );
    }

    #[test]
    fn orders_has_no_false_positive() {
        check(
            "orders",
            "1.6.0",
            "1.7.0",
            &[
                "base potential (non-breaking) P[/orders].methods[GET].parameters[status:query] modified -",
                "deep non-breaking P[/orders].methods[GET].parameters[status:query].schema.enum[refunded] added request-parameter-enum-value-added",
                "base potential (non-breaking) P[/orders].methods[POST].request-body modified -",
                "base non-breaking P[/orders].methods[POST].responses[409] added response-non-success-status-added",
                "base potential (non-breaking) P[/orders/{orderId}].methods[GET].responses[200] modified -",
                "base non-breaking configurations[app].properties[HOLD_MINUTES] added config-property-added",
            ],
        );
    }

    #[test]
    fn smaller_steps() {
        check(
            "identity",
            "3.0.0",
            "3.1.0",
            &[
                "base potential (non-breaking) P[/sessions/{id}].methods[GET].responses[200] modified -",
            ],
        );
        check(
            "payments",
            "2.0.0",
            "2.1.0",
            &["base non-breaking P[/refunds].methods[GET] added endpoint-added"],
        );
        check(
            "platform-config",
            "1.0.0",
            "1.1.0",
            &[
                "base non-breaking configuration.properties[TRACE_SAMPLE_RATE] added config-property-added",
            ],
        );
    }
}

/// The records of two AsyncAPI documents of an event interface.
fn events(old: &str, new: &str) -> Vec<String> {
    let bundle = |text: &str| {
        support::bundle(
            &support::contract("interfaces: [{name: events, type: event, contract: e.yaml}]"),
            &[("e.yaml", text)],
        )
    };
    lines(&diff(&bundle(old), &bundle(new), &today()))
}

#[test]
fn a_reference_that_leads_nowhere_in_a_document_of_events_is_told() {
    let bundle = |target: &str| {
        support::bundle(
            &support::contract("interfaces: [{name: events, type: event, contract: e.yaml}]"),
            &[(
                "e.yaml",
                &format!(
                    "asyncapi: 2.6.0\nchannels:\n  a: {{subscribe: {{message: {{$ref: '#/components/messages/{target}'}}}}}}\n  b: {{}}\ncomponents: {{messages: {{A: {{name: A}}}}}}\n"
                ),
            )],
        )
    };
    let compared = diff(&bundle("A"), &bundle("B"), &today());
    assert_eq!(compared.diagnostics.len(), 1, "{:?}", compared.diagnostics);
    assert_eq!(compared.diagnostics[0].code, "ref-unresolved");
    assert_eq!(
        lines(&compared),
        [
            "deep potential asyncapi.channels[a].subscribe.message[A] removed asyncapi-message-removed"
        ]
    );
}

#[test]
fn the_schema_of_a_message_is_compared_without_taking_sides() {
    assert_eq!(
        events(
            r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {"n": {"type": "integer", "maximum": 9}}}"#,
            r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": {"n": {"type": "integer", "maximum": 5}}}"#,
        ),
        [
            "deep potential interfaces[events].schema.properties[n].maximum modified schema-property-max-decreased"
        ]
    );
}

#[test]
fn callbacks_that_lead_back_to_themselves_are_compared_once_per_direction() {
    let side = |length: usize| {
        format!(
            "/a:\n  post:\n    responses: {{}}\n    callbacks:\n      c:\n        /u:\n          post:\n            \
             requestBody: {{content: {{application/json: {{schema: {{type: string, maxLength: {length}}}}}}}}}\n            \
             responses: {{}}\n            callbacks: {{c: {{$ref: '#/paths/~1a/post/callbacks/c'}}, d: {{$ref: \
             '#/paths/~1a/post/callbacks/c'}}}}"
        )
    };
    let found = api(&side(4), &side(5));
    let deep = found
        .changes
        .iter()
        .filter(|record| record.layer == Some(Layer::Deep));
    let deep: Vec<&str> = deep.filter_map(|record| record.rule.as_deref()).collect();
    assert_eq!(
        deep,
        [
            "request-body-max-length-increased",
            "callback-request-body-max-length-increased",
            "schema-direction-conflict",
        ]
    );
    assert_eq!(found.diagnostics, []);
}

/// A list whose items are given by name.
fn dynamic(anchors: &str, length: usize) -> Bundle {
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: a, version: '1'}}\npaths:\n /a:\n  get:\n    responses:\n      '200':\n        description: ok\n        content:\n          \
         application/json:\n            schema: {{type: array, items: {{$dynamicRef: '#T'}}, $defs: {{t: {{$dynamicAnchor: \
         T, type: string, maxLength: {length}}}{anchors}}}}}"
    );
    support::bundle(
        &support::contract("interfaces: [{name: api, type: http, port: 80, contract: a.yaml}]"),
        &[("a.yaml", &text)],
    )
}

#[test]
fn a_dynamic_reference_to_the_only_place_of_its_name_is_followed() {
    let found = diff(&dynamic("", 3), &dynamic("", 4), &today());
    let rules: Vec<_> = found
        .changes
        .iter()
        .filter_map(|it| it.rule.as_deref())
        .collect();
    assert_eq!(rules, ["response-property-max-length-increased"]);
    assert_eq!(found.diagnostics, []);
}

#[test]
fn a_dynamic_reference_that_depends_on_the_way_to_it_is_never_taken_as_equal() {
    let other = ", u: {$id: u.json, $dynamicAnchor: T, type: integer}";
    let found = diff(&dynamic(other, 3), &dynamic(other, 4), &today());
    let codes: Vec<_> = found.diagnostics.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["ref-unresolved", "ref-unresolved"]);
    // The record about the response stands: nobody says that it is about words only.
    assert!(
        found.changes.iter().all(|it| it.refined.is_none()),
        "{:?}",
        found.changes
    );
}
