//! Documents that are broken, hostile or absent: told with a place, the rest compared, in bounded
//! time and memory, and never called unchanged.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// Far more than any of these takes, also on a machine that does other things.
const PATIENCE: Duration = Duration::from_mins(2);

/// What the contract says about the document, and what it is called.
struct Form {
    part: &'static str,
    file: &'static str,
}

const OPENAPI: Form = Form {
    part: "interfaces: [{ name: api, type: http, port: 80, contract: api.yaml }]\n",
    file: "api.yaml",
};
const ASYNCAPI: Form = Form {
    part: "interfaces: [{ name: api, type: event, contract: events.yaml }]\n",
    file: "events.yaml",
};
const PROTOBUF: Form = Form {
    part: "interfaces: [{ name: api, type: grpc, port: 80, contract: api.proto }]\n",
    file: "api.proto",
};
const GRAPHQL: Form = Form {
    part: "interfaces: [{ name: api, type: http, port: 80, contract: api.graphql }]\n",
    file: "api.graphql",
};
const SCHEMA: Form = Form {
    part: "configurations: [{ name: default, schema: schema.json }]\n",
    file: "schema.json",
};

/// Compares two bundles that differ in the document and in how often they run. `None` leaves the
/// document out.
fn compared(form: &Form, old: Option<&[u8]>, new: Option<&[u8]>) -> Value {
    let sandbox = Sandbox::new();
    for (side, document, replicas) in [("old", old, 1), ("new", new, 2)] {
        let contract = format!(
            "pactoVersion: \"1.0\"\nservice: {{ name: svc, version: 1.0.0 }}\n{}\
             scaling: {{ replicas: {replicas} }}\n",
            form.part
        );
        sandbox.file(&format!("{side}/pacto.yaml"), &contract);
        if let Some(document) = document {
            std::fs::write(sandbox.path(&format!("{side}/{}", form.file)), document)
                .expect("written");
        }
    }
    let begun = Instant::now();
    // A process that wants more memory than this is ended by the system.
    #[cfg(target_os = "linux")]
    let outcome = sandbox.shell("ulimit -v 4000000; exec \"$0\" diff old new --output-format json");
    #[cfg(not(target_os = "linux"))]
    let outcome = sandbox.pacto(["diff", "old", "new", "--output-format", "json"]);
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    assert!(matches!(outcome.code, 0 | 1), "{}", outcome.stderr);
    let answer = outcome.json();
    let is_rest = |change: &Value| change["path"] == "scaling.replicas";
    assert!(
        changes(&answer).iter().any(is_rest),
        "the rest is compared: {answer}"
    );
    assert!(
        outcome.stdout.len() < 64 << 20,
        "{} bytes",
        outcome.stdout.len()
    );
    answer
}

fn changes(answer: &Value) -> &Vec<Value> {
    answer["changes"].as_array().expect("a list")
}

fn paths(answer: &Value) -> Vec<&str> {
    let paths = changes(answer).iter().map(|change| &change["path"]);
    paths.map(|path| path.as_str().expect("a path")).collect()
}

/// Diagnostics as `side code file:line`.
fn told(answer: &Value) -> Vec<String> {
    let diagnostics = answer["diagnostics"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    diagnostics
        .iter()
        .map(|diagnostic| {
            format!(
                "{} {} {}:{}",
                text(&diagnostic["side"]),
                text(&diagnostic["code"]),
                text(&diagnostic["file"]),
                diagnostic["location"]["line"]
            )
        })
        .collect()
}

/// An API of one operation per path, each answering with a schema.
fn api(paths: &[(&str, Value)], schemas: &Value) -> Vec<u8> {
    let operation = |schema: &Value| {
        json!({"get": {"responses": {"200": {
            "description": "d",
            "content": {"application/json": {"schema": schema}},
        }}}})
    };
    let paths: serde_json::Map<String, Value> = paths
        .iter()
        .map(|(path, schema)| ((*path).to_owned(), operation(schema)))
        .collect();
    json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    })
    .to_string()
    .into_bytes()
}

fn text() -> Value {
    json!({"type": "string"})
}

fn reference(target: &str) -> Value {
    json!({ "$ref": target })
}

fn plain() -> Vec<u8> {
    api(&[("/a", text()), ("/b", text())], &json!({}))
}

#[test]
fn a_document_that_does_not_parse_is_told_with_its_place() {
    let broken: [(&[u8], &str); 5] = [
        (b"openapi: 3.0.3\npaths: [\n", "2"),
        (b"openapi: 3.0.3\nopenapi: 3.0.3\n", "2"),
        (
            b"a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: *nowhere\n",
            "3",
        ),
        (b"\xff\xfe\x00", "null"),
        (b"a: \"\xc3\x28\"\n", "null"),
    ];
    for (document, line) in broken {
        let shown = String::from_utf8_lossy(document).into_owned();
        let answer = compared(&OPENAPI, Some(&plain()), Some(document));
        assert_eq!(
            told(&answer),
            [format!("new document-not-parsable api.yaml:{line}")],
            "{shown}"
        );
        let rules = changes(&answer).iter().map(|change| &change["rule"]);
        assert!(
            rules
                .into_iter()
                .any(|rule| rule == "document-not-comparable"),
            "{shown}"
        );
        let answer = compared(&OPENAPI, Some(document), Some(&plain()));
        assert_eq!(
            told(&answer),
            [format!("old document-not-parsable api.yaml:{line}")],
            "{shown}"
        );
    }
}

#[test]
fn what_is_no_document_of_the_format_is_told() {
    for document in ["", "just text\n", "- a\n- b\n", "7\n", "null\n"] {
        let answer = compared(&OPENAPI, Some(&plain()), Some(document.as_bytes()));
        assert_eq!(
            told(&answer),
            ["- format-not-compared api.yaml:null"],
            "{document:?}"
        );
        assert_eq!(answer["classification"], "BREAKING", "{document:?}");
    }
}

#[test]
fn a_document_that_becomes_something_else_is_never_no_change() {
    let events =
        b"asyncapi: 2.6.0\nchannels: {c: {subscribe: {message: {payload: {type: string}}}}}\n";
    let schema = br#"{"type": "object", "required": ["a"]}"#;
    for (form, old, news, diagnostic) in [
        (
            ASYNCAPI,
            events.as_slice(),
            [
                "",
                "asyncapi: 7.0.0\nchannels: {}\n",
                "openapi: 3.1.0\npaths: {}\n",
            ]
            .as_slice(),
            "format-not-compared",
        ),
        (
            SCHEMA,
            schema,
            &["", "null", "[1]", "\"text\""],
            "document-not-parsable",
        ),
    ] {
        for new in news {
            for (old, new) in [(old, new.as_bytes()), (new.as_bytes(), old)] {
                let answer = compared(&form, Some(old), Some(new));
                let shown = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
                let mut rules = changes(&answer).iter().map(|it| &it["rule"]);
                assert!(rules.any(|it| it == "document-not-comparable"), "{shown:?}");
                assert_eq!(answer["classification"], "POTENTIAL_BREAKING", "{shown:?}");
                assert_eq!(answer["diagnostics"][0]["code"], diagnostic, "{shown:?}");
            }
        }
    }
}

#[test]
fn a_document_missing_on_one_side_is_told_and_classed() {
    for (form, document) in [
        (OPENAPI, plain()),
        (
            SCHEMA,
            br#"{"type": "object", "properties": {"a": {}}}"#.to_vec(),
        ),
        (ASYNCAPI, b"asyncapi: 3.0.0\nchannels: {}\n".to_vec()),
    ] {
        for (old, new, side) in [
            (Some(&document), None, "new"),
            (None, Some(&document), "old"),
        ] {
            let answer = compared(&form, old.map(Vec::as_slice), new.map(Vec::as_slice));
            assert_eq!(
                told(&answer),
                [format!("{side} document-not-found {}:null", form.file)]
            );
            let is_told = |change: &Value| {
                change["rule"] == "document-not-comparable"
                    && change["classification"] == "POTENTIAL_BREAKING"
            };
            assert!(changes(&answer).iter().any(is_told), "{answer}");
        }
    }
}

#[test]
fn nothing_that_could_not_be_read_is_called_unchanged() {
    let sandbox = Sandbox::new();
    for side in ["old", "new"] {
        sandbox
            .file(
                &format!("{side}/pacto.yaml"),
                &format!(
                    "pactoVersion: \"1.0\"\nservice: {{ name: svc, version: 1.0.0 }}\n{}",
                    OPENAPI.part
                ),
            )
            .file(&format!("{side}/api.yaml"), "openapi: [");
    }
    for format in ["text", "markdown", "html"] {
        let outcome = sandbox.pacto(["diff", "old", "new", "--output-format", format]);
        let page = &outcome.stdout;
        assert!(
            !page.contains("No changes detected."),
            "{format}: {outcome}"
        );
        assert!(
            page.contains("No changes detected in what could be compared."),
            "{format}: {outcome}"
        );
        assert!(
            outcome.stderr.contains("warning: new contract: api.yaml: "),
            "{format}: {outcome}"
        );
    }
    let markdown = sandbox.pacto(["diff", "old", "new", "--output-format", "markdown"]);
    assert!(
        markdown
            .stdout
            .contains("### Not compared (2)\n\n- old contract: `api.yaml:1`: "),
        "{markdown}"
    );
}

#[test]
fn a_reference_that_leads_nowhere_is_told_and_the_rest_compared() {
    for (target, code) in [
        ("#/components/schemas/Nope", "ref-unresolved"),
        ("#/components/schemas/~2", "ref-unresolved"),
        ("https://example.com/a.json#/A", "external-ref-not-compared"),
        ("other.yaml#/A", "ref-unresolved"),
        ("../../secret.yaml", "ref-unresolved"),
        ("/etc/passwd", "ref-unresolved"),
    ] {
        let document = api(
            &[
                ("/a", reference(target)),
                ("/c", json!({"type": "integer"})),
            ],
            &json!({}),
        );
        let before = api(
            &[("/a", reference(target)), ("/b", text()), ("/c", text())],
            &json!({}),
        );
        let answer = compared(&OPENAPI, Some(&before), Some(&document));
        assert_eq!(
            told(&answer),
            [
                format!("old {code} api.yaml:1"),
                format!("new {code} api.yaml:1")
            ],
            "{target}"
        );
        let paths = paths(&answer);
        assert!(paths.contains(&"openapi.paths[/b]"), "{target}: {paths:?}");
        assert!(
            paths
                .iter()
                .any(|path| path.starts_with("openapi.paths[/c]")),
            "{target}: {paths:?}"
        );
    }
}

#[test]
fn references_in_a_circle_end() {
    let schemas = |kind: &str| {
        json!({
            "A": reference("#/components/schemas/B"),
            "B": reference("#/components/schemas/A"),
            "Self": reference("#/components/schemas/Self"),
            "Tree": {"type": "object", "properties": {
                "children": {"type": "array", "items": reference("#/components/schemas/Tree")},
                "value": {"type": kind},
            }},
        })
    };
    let paths = [
        ("/a", reference("#/components/schemas/A")),
        ("/s", reference("#/components/schemas/Self")),
        ("/t", reference("#/components/schemas/Tree")),
    ];
    let answer = compared(
        &OPENAPI,
        Some(&api(&paths, &schemas("string"))),
        Some(&api(&paths, &schemas("integer"))),
    );
    let rules: Vec<&Value> = changes(&answer)
        .iter()
        .map(|change| &change["rule"])
        .collect();
    assert!(
        rules.contains(&&json!("response-property-type-changed")),
        "{answer}"
    );
}

#[test]
fn ten_thousand_paths_are_compared() {
    let names: Vec<String> = (0..10_000)
        .map(|index| format!("/p{index}/{{id}}"))
        .collect();
    let document = |kind: &str| {
        let paths: Vec<(&str, Value)> = names
            .iter()
            .map(|name| (name.as_str(), reference("#/components/schemas/S")))
            .collect();
        api(
            &paths,
            &json!({"S": {"type": "object", "properties": {"a": {"type": kind}}}}),
        )
    };
    let answer = compared(
        &OPENAPI,
        Some(&document("string")),
        Some(&document("integer")),
    );
    let shared = changes(&answer)
        .iter()
        .find(|change| change["rule"] == "response-property-type-changed")
        .expect("the change");
    assert_eq!(shared["occurrences"].as_array().map(Vec::len), Some(10_000));
}

#[test]
fn nesting_is_followed_as_far_as_it_is_announced() {
    let nested = |levels: usize, kind: &str| {
        (0..levels).fold(
            json!({"type": kind}),
            |inner, _| json!({"type": "object", "properties": {"a": inner}}),
        )
    };
    let document = |levels: usize, kind: &str| api(&[("/a", nested(levels, kind))], &json!({}));
    let answer = compared(
        &OPENAPI,
        Some(&document(100, "string")),
        Some(&document(100, "integer")),
    );
    assert_eq!(told(&answer), Vec::<String>::new());
    assert_eq!(answer["classification"], "BREAKING");
    let answer = compared(
        &OPENAPI,
        Some(&document(200, "string")),
        Some(&document(200, "integer")),
    );
    assert_eq!(told(&answer), ["- comparison-cut-off api.yaml:null"]);
    // As text: JSON values nested that deep cannot even be built safely here.
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let answer = compared(&OPENAPI, Some(&plain()), Some(deep.as_bytes()));
    assert_eq!(told(&answer), ["new document-not-parsable api.yaml:1"]);
    let types = format!(
        "type Query {{ a: {}Int{} }}",
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    let answer = compared(
        &GRAPHQL,
        Some(b"type Query { a: Int }"),
        Some(types.as_bytes()),
    );
    assert_eq!(told(&answer), ["new graphql-parse-failed api.graphql:1"]);
    let messages = format!(
        "syntax = \"proto3\"; {}{}",
        "message M { ".repeat(50_000),
        "}".repeat(50_000)
    );
    let answer = compared(
        &PROTOBUF,
        Some(b"syntax = \"proto3\";"),
        Some(messages.as_bytes()),
    );
    assert!(
        told(&answer).contains(&"new proto-parse-failed api.proto:1".to_owned()),
        "{:?}",
        told(&answer)
    );
}

/// A chain of schemas, each made of the next one `width` times.
fn bomb(levels: usize, kind: &str, level: impl Fn(Vec<Value>) -> Value, width: usize) -> Vec<u8> {
    let mut schemas = serde_json::Map::new();
    for index in 0..levels {
        let next = reference(&format!("#/components/schemas/S{}", index + 1));
        schemas.insert(format!("S{index}"), level(vec![next; width]));
    }
    schemas.insert(format!("S{levels}"), json!({"type": kind}));
    api(
        &[("/a", reference("#/components/schemas/S0"))],
        &Value::Object(schemas),
    )
}

#[test]
fn what_multiplies_at_every_level_is_cut_off_and_said_to_be() {
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let level = |schemas: Vec<Value>| json!({ keyword: schemas });
        let answer = compared(
            &OPENAPI,
            Some(&bomb(60, "string", level, 2)),
            Some(&bomb(60, "integer", level, 2)),
        );
        assert_eq!(
            told(&answer),
            ["- comparison-cut-off api.yaml:null"],
            "{keyword}"
        );
        assert_eq!(answer["classification"], "BREAKING", "{keyword}");
    }
    let properties = |schemas: Vec<Value>| {
        let named = schemas.into_iter().enumerate();
        let properties: serde_json::Map<String, Value> = named
            .map(|(index, schema)| (format!("p{index}"), schema))
            .collect();
        json!({"type": "object", "properties": properties})
    };
    for (levels, width) in [(100, 3), (12, 10)] {
        let answer = compared(
            &OPENAPI,
            Some(&bomb(levels, "string", properties, width)),
            Some(&bomb(levels, "integer", properties, width)),
        );
        assert_eq!(
            told(&answer),
            ["- comparison-cut-off api.yaml:null"],
            "{levels} {width}"
        );
    }
}

#[test]
fn documents_of_two_versions_are_compared() {
    let swagger = json!({
        "swagger": "2.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/a": {"get": {"responses": {"200": {"description": "d", "schema": {"type": "string"}}}}},
            "/b": {"get": {"responses": {"200": {"description": "d"}}}},
        },
    })
    .to_string();
    let document = api(&[("/a", json!({"type": "integer"}))], &json!({}));
    let document = String::from_utf8(document)
        .expect("text")
        .replace("3.0.3", "3.1.0");
    let answer = compared(
        &OPENAPI,
        Some(swagger.as_bytes()),
        Some(document.as_bytes()),
    );
    let rules: Vec<&Value> = changes(&answer)
        .iter()
        .map(|change| &change["rule"])
        .collect();
    for rule in [
        "response-body-type-changed",
        "api-path-removed-without-deprecation",
    ] {
        assert!(rules.contains(&&json!(rule)), "{rule}: {rules:?}");
    }
}

#[test]
fn a_protobuf_file_with_a_missing_import_is_compared_without_it() {
    let file = |kind: &str| {
        format!(
            "syntax = \"proto3\";\npackage a;\nimport \"missing/other.proto\";\n\
             message M {{ {kind} a = 1; other.X x = 2; }}\n"
        )
    };
    let answer = compared(
        &PROTOBUF,
        Some(file("int32").as_bytes()),
        Some(file("string").as_bytes()),
    );
    let told = told(&answer);
    for side in ["old", "new"] {
        let line = format!("{side} proto-import-unresolved api.proto:3");
        assert!(told.contains(&line), "{told:?}");
    }
    assert_eq!(answer["classification"], "BREAKING", "{answer}");
    let broken = b"syntax = \"proto3\"; message {";
    let answer = compared(&PROTOBUF, Some(file("int32").as_bytes()), Some(broken));
    assert!(
        self::told(&answer).contains(&"new proto-parse-failed api.proto:1".to_owned()),
        "{answer}"
    );
}

#[test]
fn other_formats_tell_what_they_cannot_read() {
    let answer = compared(
        &GRAPHQL,
        Some(b"type Query { a: Int }"),
        Some(b"type Query {\n a: "),
    );
    assert_eq!(told(&answer), ["new graphql-parse-failed api.graphql:2"]);
    let answer = compared(
        &SCHEMA,
        Some(b"{\"type\": \"object\"}"),
        Some(b"{\"type\":\n"),
    );
    assert_eq!(told(&answer), ["new document-not-parsable schema.json:1"]);
    let events = |target: &str| {
        format!(
            "asyncapi: 3.0.0\nchannels: {{ c: {{ address: a, messages: {{ m: {{ $ref: \"{target}\" }} }} }} }}\n"
        )
    };
    let answer = compared(
        &ASYNCAPI,
        Some(events("#/nope").as_bytes()),
        Some(events("https://example.com/m").as_bytes()),
    );
    assert_eq!(
        told(&answer),
        [
            "old ref-unresolved events.yaml:2",
            "new external-ref-not-compared events.yaml:2"
        ]
    );
}
