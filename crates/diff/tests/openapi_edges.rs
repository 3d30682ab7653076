//! Corners of OpenAPI documents: what is easily passed over, and what only looks like a change.

mod support;

use pacto_diff::{Class, Comparison, Options, diff};

/// Compares two documents in YAML.
fn compared(old: &str, new: &str) -> Comparison {
    let bundle = |document: &str| {
        support::bundle(
            &support::contract("interfaces: [{name: api, type: http, port: 80, contract: a.yaml}]"),
            &[("a.yaml", document)],
        )
    };
    diff(&bundle(old), &bundle(new), &Options::default())
}

/// Compares the content of `paths` in one version.
fn paths(version: &str, old: &str, new: &str) -> Comparison {
    let document = |paths: &str| format!("openapi: {version}\npaths:\n  {paths}\n");
    compared(&document(old), &document(new))
}

/// Compares schemas of a request body and of a response, beside components.
fn schemas(old: &str, new: &str) -> Comparison {
    let document = |text: &str| {
        let (schema, components) = text.split_once('\n').unwrap_or((text, "{}"));
        format!(
            "openapi: 3.1.0\npaths:\n  /u:\n    post:\n      requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}\n      responses: {{\"200\": {{description: d, content: {{application/json: {{schema: {schema}}}}}}}}}\ncomponents: {{schemas: {components}}}\n"
        )
    };
    compared(&document(old), &document(new))
}

/// Rules that fired, with their classes and paths below the operation.
fn rules(comparison: &Comparison) -> Vec<String> {
    let records = comparison.changes.iter();
    let named = records.filter_map(|it| Some((it.rule.as_deref()?, it)));
    named
        .map(|(rule, it)| {
            let class = it.refined.unwrap_or(it.classification);
            format!("{rule} {class} {}", it.path)
        })
        .collect()
}

/// The gravest class of the rules that fired for requests, or for responses.
fn gravest(comparison: &Comparison, place: &str) -> Option<Class> {
    let records = comparison.changes.iter();
    records
        .filter(|it| it.rule.is_some() && it.path.contains(place))
        .map(|it| it.refined.unwrap_or(it.classification))
        .max()
}

#[test]
fn the_methods_that_openapi_3_2_adds_are_compared() {
    let gone = paths(
        "3.2.0",
        "/a: {get: {responses: {}}, query: {responses: {}}, additionalOperations: {COPY: {responses: {}}}}",
        "/a: {get: {responses: {}}}",
    );
    assert_eq!(
        rules(&gone),
        [
            "api-removed-without-deprecation BREAKING openapi.paths[/a].methods[QUERY]",
            "api-removed-without-deprecation BREAKING openapi.paths[/a].methods[COPY]",
        ]
    );
    let changed = paths(
        "3.2.0",
        "/a: {additionalOperations: {COPY: {responses: {}}}}",
        "/a: {additionalOperations: {COPY: {parameters: [{name: q, in: query, required: true, schema: {type: string}}], responses: {}}}}",
    );
    assert_eq!(
        rules(&changed),
        [
            "new-required-request-parameter BREAKING openapi.paths[/a].methods[COPY].parameters[q:query]"
        ]
    );
}

#[test]
fn operations_and_parameters_beside_the_reference_of_a_path_are_compared() {
    let document = |required: &str| {
        format!(
            "openapi: 3.1.0\npaths:\n  /a: {{$ref: '#/components/pathItems/A', parameters: [{{name: q, in: query, required: {required}, schema: {{type: string}}}}], put: {{responses: {{}}}}}}\ncomponents: {{pathItems: {{A: {{get: {{responses: {{}}}}}}}}}}\n"
        )
    };
    let comparison = compared(&document("false"), &document("true"));
    let records = comparison.changes.iter();
    let required: Vec<&str> = records
        .filter(|it| it.rule.as_deref() == Some("request-parameter-became-required"))
        .map(|it| it.path.as_str())
        .collect();
    assert_eq!(
        required,
        [
            "openapi.paths[/a].methods[GET].parameters[q:query].required",
            "openapi.paths[/a].methods[PUT].parameters[q:query].required",
        ]
    );
}

#[test]
fn a_version_that_is_not_known_is_told_with_its_place_and_what_it_was_read_as() {
    let rest = "paths: {/a: {get: {responses: {}}}}\n";
    for (declared, place, read_as) in [
        ("openapi: 9.0.0", "/openapi", "OpenAPI 3.2"),
        ("openapi: 3", "/openapi", "OpenAPI 3.2"),
        ("swagger: \"1.2\"", "/swagger", "Swagger 2.0"),
    ] {
        let old = format!("openapi: 3.0.4\n{rest}");
        let comparison = compared(&old, &format!("# generated\n{declared}\n{rest}"));
        let [diagnostic] = comparison.diagnostics.as_slice() else {
            panic!("one diagnostic: {:?}", comparison.diagnostics);
        };
        assert_eq!(diagnostic.code, "unknown-version");
        assert_eq!(diagnostic.file.as_deref(), Some("a.yaml"));
        assert_eq!(diagnostic.pointer.as_deref(), Some(place));
        let line = diagnostic.location.as_ref().map(|it| it.line);
        assert_eq!(line, Some(2));
        assert!(
            diagnostic.message.contains(read_as),
            "{}",
            diagnostic.message
        );
        assert!(diagnostic.is_gap());
    }
    for known in [
        "swagger: \"2.0\"",
        "openapi: 3.0.3",
        "openapi: 3.1.1",
        "openapi: 3.2.0",
    ] {
        let old = format!("openapi: 3.0.4\n{rest}");
        let comparison = compared(&old, &format!("{known}\n{rest}"));
        assert_eq!(comparison.diagnostics, [], "{known}");
    }
}

#[test]
fn a_status_that_comes_is_held_against_the_range_or_the_rest_it_was_part_of() {
    let object = "content: {application/json: {schema: {type: object}}}";
    let text = "content: {application/json: {schema: {type: string}}}";
    let with = |responses: &str| format!("/a: {{get: {{responses: {{{responses}}}}}}}");
    let range = paths(
        "3.0.3",
        &with(&format!("\"4XX\": {{description: d, {object}}}")),
        &with(&format!(
            "\"404\": {{description: d, {text}}}, \"4XX\": {{description: d, {object}}}"
        )),
    );
    let changed = "response-body-type-changed BREAKING openapi.paths[/a].methods[GET].responses[404].schema.type";
    assert!(
        rules(&range).iter().any(|it| it == changed),
        "{:?}",
        rules(&range)
    );
    let rest = |success: &str| {
        paths(
            "3.0.3",
            &with(&format!("{success}default: {{description: d, {object}}}")),
            &with(&format!(
                "{success}\"202\": {{description: d, {text}}}, default: {{description: d, {object}}}"
            )),
        )
    };
    assert_eq!(gravest(&rest(""), ".responses[202]"), Some(Class::Breaking));
    // Beside a success the rest are failures.
    assert_eq!(
        gravest(&rest("\"200\": {description: d}, "), ".responses[202]"),
        Some(Class::NonBreaking)
    );
}

#[test]
fn a_name_that_takes_in_several_media_types_stands_for_each() {
    let body = |types: &[&str]| {
        let content: Vec<String> = types
            .iter()
            .map(|it| format!("\"{it}\": {{schema: {{type: object}}}}"))
            .collect();
        format!(
            "/a: {{post: {{requestBody: {{content: {{{}}}}}, responses: {{}}}}}}",
            content.join(", ")
        )
    };
    let old = body(&["application/json", "application/xml"]);
    assert_eq!(
        rules(&paths("3.0.3", &old, &body(&["*/*"]))),
        [
            "request-body-media-type-added NON_BREAKING openapi.paths[/a].methods[POST].request-body.content[*/*]"
        ]
    );
    let wide = body(&["*/*", "application/json"]);
    assert_eq!(
        rules(&paths("3.0.3", &wide, &body(&["*/*"]))),
        [] as [String; 0]
    );
    assert_eq!(
        gravest(
            &paths("3.0.3", &old, &body(&["application/json"])),
            ".request-body"
        ),
        Some(Class::Breaking)
    );
}

#[test]
fn a_parameter_whose_name_is_in_another_case_did_not_move() {
    let with = |name: &str| {
        format!(
            "/a: {{get: {{parameters: [{{name: {name}, in: query, schema: {{type: string}}}}], responses: {{}}}}}}"
        )
    };
    let found = rules(&paths("3.0.3", &with("Q"), &with("q")));
    assert!(
        found.iter().all(|it| !it.contains("parameter-moved")),
        "{found:?}"
    );
}

#[test]
fn a_mapping_that_leads_to_the_same_schema_under_another_name_is_the_same() {
    let schema = |name: &str, kind: &str| {
        format!(
            "{{oneOf: [{{$ref: '#/components/schemas/{name}'}}, {{$ref: '#/components/schemas/Y'}}], discriminator: {{propertyName: k, mapping: {{x: '#/components/schemas/{name}', y: Y}}}}}}\n{{{name}: {{type: object, properties: {{k: {{type: string}}, a: {{type: {kind}}}}}}}, Y: {{type: object, properties: {{k: {{type: string}}, b: {{type: string}}}}}}}}"
        )
    };
    let same = schemas(&schema("X", "string"), &schema("X2", "string"));
    let found = rules(&same);
    assert!(found.iter().all(|it| !it.contains("mapping")), "{found:?}");
    let other = schemas(&schema("X", "string"), &schema("X2", "integer"));
    let found = rules(&other);
    assert!(
        found.iter().any(|it| it.contains("mapping-changed")),
        "{found:?}"
    );
}

#[test]
fn one_choice_beside_another_narrows() {
    let old = "{allOf: [{anyOf: [{minLength: 2}, {pattern: x}]}]}";
    let new =
        "{anyOf: [{maxLength: 5}, {pattern: y}], allOf: [{anyOf: [{minLength: 2}, {pattern: x}]}]}";
    let comparison = schemas(old, new);
    assert_eq!(gravest(&comparison, ".request-body"), Some(Class::Breaking));
    let components = "{S: {anyOf: [{minLength: 2}, {pattern: x}]}}";
    let comparison = schemas(
        &format!("{{$ref: '#/components/schemas/S'}}\n{components}"),
        &format!(
            "{{$ref: '#/components/schemas/S', anyOf: [{{maxLength: 5}}, {{pattern: y}}]}}\n{components}"
        ),
    );
    assert_eq!(gravest(&comparison, ".request-body"), Some(Class::Breaking));
}

#[test]
fn bytes_and_files_are_respelled_by_a_new_version() {
    let with = |version: &str, schema: &str| {
        format!(
            "openapi: {version}\npaths: {{/a: {{post: {{requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}, responses: {{}}}}}}}}\n"
        )
    };
    for (old, new) in [
        (
            "{type: string, format: byte}",
            "{type: string, contentEncoding: base64}",
        ),
        (
            "{type: string, format: binary}",
            "{type: string, contentMediaType: application/octet-stream}",
        ),
    ] {
        let comparison = compared(&with("3.0.3", old), &with("3.1.0", new));
        assert_eq!(rules(&comparison), [] as [String; 0], "{old}");
    }
    let comparison = compared(
        &with("3.0.3", "{type: string, format: byte}"),
        &with("3.1.0", "{type: string, contentEncoding: base32}"),
    );
    assert_eq!(gravest(&comparison, ".request-body"), Some(Class::Breaking));
}

#[test]
fn a_branch_that_goes_by_its_own_name_has_another_value_when_it_is_renamed() {
    let schema = |name: &str, mapping: &str| {
        format!(
            "{{oneOf: [{{$ref: '#/components/schemas/{name}'}}, {{$ref: '#/components/schemas/Y'}}], discriminator: {{propertyName: k{mapping}}}}}\n{{{name}: {{type: object, properties: {{k: {{type: string}}, a: {{type: string}}}}}}, Y: {{type: object, properties: {{k: {{type: string}}, b: {{type: string}}}}}}}}"
        )
    };
    let renamed = schemas(&schema("X", ""), &schema("X2", ""));
    for place in [".request-body", ".responses[200]"] {
        assert_eq!(gravest(&renamed, place), Some(Class::Breaking));
    }
    let mapped = ", mapping: {X: '#/components/schemas/X2', Y: Y}";
    let found = rules(&schemas(&schema("X", ""), &schema("X2", mapped)));
    assert!(found.iter().all(|it| !it.contains("unmapped")), "{found:?}");
}

#[test]
fn an_object_that_may_be_null_is_a_part_of_another_in_every_version() {
    let with = |version: &str, part: &str| {
        format!(
            "openapi: {version}\npaths: {{/a: {{post: {{requestBody: {{content: {{application/json: {{schema: {{allOf: [{{$ref: '#/components/schemas/P'}}, {{type: object, properties: {{z: {{type: string}}}}}}]}}}}}}}}, responses: {{}}}}}}}}\ncomponents: {{schemas: {{P: {part}}}}}\n"
        )
    };
    let old = with(
        "3.0.3",
        "{type: object, nullable: true, properties: {a: {type: string}}}",
    );
    let new = |kind: &str| {
        with(
            "3.1.0",
            &format!("{{type: [object, 'null'], properties: {{a: {{type: {kind}}}}}}}"),
        )
    };
    assert_eq!(rules(&compared(&old, &new("string"))), [] as [String; 0]);
    let found = rules(&compared(&old, &new("integer")));
    assert_eq!(
        found,
        [
            "request-property-type-changed BREAKING openapi.paths[/a].methods[POST].request-body.schema.properties[a].type"
        ]
    );
}
