//! OpenAPI documents of every version as one model.

use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Syntax};
use pacto_spec::Documents;
use pacto_spec::openapi::{Api, Operation};

fn with_operation(text: &str, check: impl FnOnce(Operation<'_>)) {
    let source = SourceText::new("openapi.yaml", text);
    let document = Document::parse(source, Syntax::Detect, Limits::default()).expect("a document");
    let documents = Documents::alone(&document);
    let api = Api::read(&documents).expect("an API");
    let (paths, problems) = api.paths();
    assert_eq!(problems, []);
    let item = paths.values().next().expect("a path");
    check(item.operation("post").expect("an operation"));
}

#[test]
fn parameters_of_the_path_hold_for_its_operations_and_give_way_to_theirs() {
    let text = "
openapi: 3.0.3
paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: limit, in: query, schema: {type: string}}
    post:
      parameters:
        - {name: limit, in: query, required: true, schema: {type: integer}}
        - {$ref: '#/components/parameters/Trace'}
components: {parameters: {Trace: {name: X-Trace, in: header, schema: {type: string}}}}
";
    with_operation(text, |operation| {
        let keys: Vec<(&str, &str)> = operation
            .parameters
            .keys()
            .map(|(location, name)| (*location, name.as_str()))
            .collect();
        assert_eq!(
            keys,
            [("header", "x-trace"), ("path", "id"), ("query", "limit")]
        );
        let limit = &operation.parameters[&("query", "limit".to_owned())];
        assert!(limit.is_required && !limit.is_inherited && limit.explode);
    });
}

#[test]
fn statuses_are_texts_however_they_are_written() {
    let text = "{openapi: 3.0.3, paths: {/a: {post: {responses: {200: {description: ok}, \
                '404': {description: no}, default: {description: d}, x-y: 1}}}}}";
    with_operation(text, |operation| {
        let keys: Vec<&str> = operation.responses.keys().copied().collect();
        assert_eq!(keys, ["200", "404", "default"]);
    });
}

#[test]
fn swagger_bodies_and_media_types_look_like_those_of_openapi() {
    let text = "
swagger: '2.0'
produces: [application/json, application/xml]
paths:
  /a:
    post:
      consumes: [text/plain]
      parameters:
        - {name: b, in: body, required: true, schema: {type: string}}
        - {name: q, in: query, type: array, items: {type: string}, collectionFormat: multi}
      responses:
        200: {description: ok, schema: {type: object}, headers: {X-A: {type: string}}}
        204: {description: empty}
";
    with_operation(text, |operation| {
        let body = operation.request_body.as_ref().expect("a body");
        assert!(body.is_required);
        assert_eq!(
            body.content.keys().copied().collect::<Vec<_>>(),
            ["text/plain"]
        );
        assert_eq!(operation.responses["200"].content.len(), 2);
        assert_eq!(operation.responses["204"].content.len(), 0);
        assert!(operation.responses["200"].headers.contains_key("x-a"));
        assert!(operation.parameters[&("query", "q".to_owned())].explode);
    });
}

#[test]
fn references_that_lead_nowhere_are_problems_and_the_rest_is_read() {
    let text = "
openapi: 3.1.0
paths:
  /a:
    post:
      parameters: [{$ref: '#/components/parameters/Gone'}, {name: a, in: query}]
      responses: {'200': {$ref: 'https://example.com/r.yaml'}, '201': {description: ok}}
";
    with_operation(text, |operation| {
        let places: Vec<u32> = operation
            .problems
            .iter()
            .map(|it| it.location.line)
            .collect();
        assert_eq!(places, [6, 7]);
        assert_eq!(operation.parameters.len(), 1);
        assert_eq!(operation.responses.len(), 1);
    });
}
