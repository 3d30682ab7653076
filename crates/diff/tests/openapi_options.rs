//! Options of OpenAPI comparisons that no page sets.

mod support;

use pacto_diff::{Class, OpenApiOptions, Options, PathMatching, Record, StabilityOptions, diff};

/// Records with a rule, as `rule class path`.
fn compare(old: &str, new: &str, openapi: OpenApiOptions) -> Vec<String> {
    let options = Options {
        openapi,
        ..Options::default()
    };
    let records = diff(&support::api(old), &support::api(new), &options).changes;
    let line = |record: &Record| {
        let class = record.refined.unwrap_or(record.classification).word();
        let rule = record.rule.as_deref()?;
        Some(format!("{rule} {class} {}", record.path))
    };
    records.iter().filter_map(line).collect()
}

#[test]
fn templates_with_other_names_are_other_paths_when_matched_exactly() {
    let old = "/a/{id}:\n  get: {responses: {}}";
    let new = "/a/{key}:\n  get: {responses: {}}";
    let exact = OpenApiOptions {
        path_matching: PathMatching::Exact,
        ..OpenApiOptions::default()
    };
    assert_eq!(
        compare(old, new, exact),
        [
            "api-path-removed-without-deprecation breaking openapi.paths[/a/{id}]",
            "endpoint-added non-breaking openapi.paths[/a/{key}]",
        ]
    );
    assert_eq!(
        compare(old, new, OpenApiOptions::default()),
        ["path-parameter-renamed potential openapi.paths[/a/{key}]"]
    );
}

#[test]
fn the_extension_of_values_that_may_grow_can_have_another_name() {
    let side = |name: &str, values: &str| {
        format!(
            "/a:\n  get: {{responses: {{}}, parameters: [{{name: q, in: query, schema: {{{name}: \
             {values}}}}}]}}"
        )
    };
    let named = OpenApiOptions {
        extensible_enum: "x-known".to_owned(),
        ..OpenApiOptions::default()
    };
    let removed = "request-parameter-x-extensible-enum-value-removed breaking \
                   openapi.paths[/a].methods[GET].parameters[q:query].schema.x-known[b]";
    let pair = |name| (side(name, "[a, b]"), side(name, "[a]"));
    let (old, new) = pair("x-known");
    assert_eq!(compare(&old, &new, named.clone()), [removed]);
    assert_eq!(
        compare(&old, &new, OpenApiOptions::default()),
        [] as [&str; 0]
    );
    let (old, new) = pair("x-extensible-enum");
    assert_eq!(compare(&old, &new, named), [] as [&str; 0]);
}

#[test]
fn what_settled_operations_share_with_unsettled_ones_keeps_its_class() {
    let document = |limit: u32, second: &str| {
        let body = "requestBody: {content: {application/json: {schema: {$ref: \
                    '#/paths/~1s/x-schema'}}}}, responses: {}";
        format!(
            "/a:\n  post: {{x-stability-level: alpha, {body}}}\n/b:\n  post: {{x-stability-level: \
             {second}, {body}}}\n/s:\n  x-schema: {{type: string, maxLength: {limit}}}"
        )
    };
    let options = || OpenApiOptions {
        stability: Some(StabilityOptions::default()),
        ..OpenApiOptions::default()
    };
    let class = |second: &str| {
        let lines = compare(&document(9, second), &document(8, second), options());
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines.join("").split(' ').nth(1).map(str::to_owned)
    };
    assert_eq!(class("stable").as_deref(), Some(Class::Breaking.word()));
    assert_eq!(class("draft").as_deref(), Some(Class::NonBreaking.word()));
}

#[test]
fn without_the_option_ends_need_no_notice() {
    let old = "/a:\n  get: {responses: {}}";
    let new = "/a:\n  get: {deprecated: true, x-sunset: soon, responses: {}}";
    assert_eq!(
        compare(old, new, OpenApiOptions::default()),
        ["endpoint-deprecated-with-sunset non-breaking openapi.paths[/a].methods[GET].deprecated"]
    );
}
