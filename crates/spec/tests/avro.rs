//! Avro schemas: what is read, what is refused, and where.

use std::sync::Arc;

use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Syntax};
use pacto_spec::Documents;
use pacto_spec::avro::{ProblemKind, Schema, TypeKind};

fn document(name: &str, text: &str) -> Document {
    let source = SourceText::new(name, text);
    Document::parse(source, Syntax::Detect, Limits::default()).expect("a document")
}

/// Reads a schema and gives what is made of it.
fn read<T>(
    text: &str,
    files: &[(&str, &str)],
    then: impl FnOnce(&Schema<'_>) -> T,
) -> Result<T, (ProblemKind, u32)> {
    let main = document("events.yaml", text);
    let documents = Documents::read(&main, |path| {
        let found = files.iter().find(|(name, _)| *name == path);
        Ok(found.map(|(_, text)| Arc::from(*text)))
    });
    match Schema::read(&documents, main.root()) {
        Ok(schema) => Ok(then(&schema)),
        Err(problem) => Err((problem.kind, problem.location.line)),
    }
}

/// Names of the types of the fields of the root.
fn fields(text: &str, files: &[(&str, &str)]) -> Vec<String> {
    read(text, files, |schema| {
        let TypeKind::Record(record) = &schema.get(schema.root).kind else {
            panic!("no record")
        };
        let shown = |id| {
            let kind = &schema.get(id).kind;
            kind.name()
                .map_or_else(|| kind.as_str().to_owned(), |name| name.full.clone())
        };
        let fields = record.fields.iter();
        fields
            .map(|field| format!("{} {}", field.name, shown(field.field_type)))
            .collect()
    })
    .expect("a schema")
}

#[test]
fn names_are_found_by_the_namespace_they_stand_in() {
    let text = r#"{"type": "record", "name": "R", "namespace": "a.b", "fields": [
        {"name": "own", "type": {"type": "enum", "name": "E", "symbols": ["X"]}},
        {"name": "other", "type": {"type": "fixed", "name": "c.F", "size": 2}},
        {"name": "short", "type": "E"}, {"name": "long", "type": "a.b.E"},
        {"name": "again", "type": "c.F"}, {"name": "self", "type": "R"},
        {"name": "more", "type": ["null", "R"]}]}"#;
    let wanted = [
        "own a.b.E",
        "other c.F",
        "short a.b.E",
        "long a.b.E",
        "again c.F",
        "self a.b.R",
        "more union",
    ];
    assert_eq!(fields(text, &[]), wanted);
}

#[test]
fn a_schema_may_be_in_a_string_or_another_file() {
    let schema = r#"{"type": "record", "name": "R", "fields": [{"name": "f", "type": "int"}]}"#;
    assert_eq!(fields(&format!("'{schema}'"), &[]), ["f int"]);
    assert_eq!(fields("$ref: r.avsc", &[("r.avsc", schema)]), ["f int"]);
    let twice = "{type: record, name: S, fields: [{name: a, type: {$ref: r.avsc}}, {name: b, type: {$ref: r.avsc}}]}";
    assert_eq!(fields(twice, &[("r.avsc", schema)]), ["a R", "b R"]);
}

#[test]
fn logical_types_that_do_not_fit_are_ignored() {
    for (text, wanted) in [
        ("{type: int, logicalType: date}", Some("date")),
        ("{type: string, logicalType: date}", None),
        (
            "{type: bytes, logicalType: decimal, precision: 4, scale: 2}",
            Some("decimal"),
        ),
        (
            "{type: bytes, logicalType: decimal, precision: 4, scale: 5}",
            None,
        ),
        (
            "{type: fixed, name: F, size: 12, logicalType: duration}",
            Some("duration"),
        ),
        (
            "{type: fixed, name: F, size: 11, logicalType: duration}",
            None,
        ),
        (
            "{type: string, logicalType: of-our-own}",
            Some("of-our-own"),
        ),
    ] {
        let found = read(text, &[], |schema| {
            let logical = schema.get(schema.root).logical.as_ref();
            logical.map(|logical| logical.name.clone())
        });
        assert_eq!(found, Ok(wanted.map(str::to_owned)), "{text}");
    }
}

#[test]
fn what_is_wrong_has_a_place() {
    for (text, wanted) in [
        ("\n\n{type: record, name: R}", "a record has no `fields`"),
        (
            "\n\n{type: record, name: R, fields: 1}",
            "expected a list of fields, found number",
        ),
        (
            "\n\n{type: enum, name: E, symbols: [A, A]}",
            "`A` is declared twice",
        ),
        ("\n\n[int, int]", "`int` is declared twice"),
        ("\n\n[int, [string]]", "a union directly inside a union"),
        (
            "\n\n{type: fixed, name: F, size: -1}",
            "expected a number of bytes, found number",
        ),
        ("\n\n{type: array}", "an array has no `items`"),
        ("\n\nNobody", "no type is called `Nobody`"),
        ("\n\n'{\"type\": '", "the string is no JSON"),
        (
            "\n\n$ref: gone.avsc",
            "`gone.avsc` names a file that is not in the bundle",
        ),
        (
            "\n\n{type: array, items: {$ref: '#'}}",
            "nested deeper than 128 levels",
        ),
        ("\n\n$ref: '#'", "`#` leads back to itself"),
    ] {
        let (kind, line) = read(text, &[], |_| ()).expect_err(text);
        assert!(kind.to_string().starts_with(wanted), "{text}: {kind}");
        assert_eq!(line, 3, "{text}");
    }
}

#[test]
fn hostile_schemas_are_refused_and_cost_little() {
    let deep = format!(
        "{}\"int\"{}",
        r#"{"type": "array", "items": "#.repeat(200),
        "}".repeat(200)
    );
    let refused = |text: &str| read(text, &[], |_| ()).expect_err("refused").0;
    assert_eq!(refused(&deep), ProblemKind::TooDeep(128));
    // Every level refers to the next one twice.
    let mut doubling = String::from("{type: {$ref: '#/d/0'}, d: [");
    for level in 1..20 {
        doubling.push_str(&format!(
            "{{type: map, values: [{{type: array, items: {{$ref: '#/d/{level}'}}}}, {{type: map, values: {{$ref: '#/d/{level}'}}}}]}}, "
        ));
    }
    doubling.push_str("int]}");
    assert_eq!(refused(&doubling), ProblemKind::TooManyTypes(20_000));
}

#[test]
fn defaults_are_held_against_their_types() {
    let record = |field: &str| {
        format!(
            "{{type: record, name: R, fields: [{{name: a, type: int}},\n  {{name: f, {field}}}]}}"
        )
    };
    for (field, expected) in [
        ("type: int, default: 1", None),
        ("type: int, default: 3000000000", Some("int")),
        ("type: long, default: 3000000000", None),
        ("type: long, default: 1.5", Some("long")),
        ("type: double, default: 1", None),
        ("type: string, default: 1", Some("string")),
        ("type: ['null', string], default: null", None),
        ("type: [string, 'null'], default: null", None),
        ("type: ['null', string], default: 1", Some("[null, string]")),
        ("type: {type: array, items: int}, default: [1, 2]", None),
        (
            "type: {type: array, items: int}, default: [1, x]",
            Some("array"),
        ),
        ("type: {type: map, values: int}, default: {a: 1}", None),
        ("type: {type: map, values: int}, default: []", Some("map")),
        (
            "type: {type: enum, name: E, symbols: [A]}, default: A",
            None,
        ),
        (
            "type: {type: enum, name: E, symbols: [A]}, default: B",
            Some("E"),
        ),
        (
            "type: {type: record, name: S, fields: [{name: b, type: int}]}, default: {b: 1}",
            None,
        ),
        (
            "type: {type: record, name: S, fields: [{name: b, type: int}]}, default: {}",
            Some("S"),
        ),
        (
            "type: {type: record, name: S, fields: [{name: b, type: ['null', R], default: null}]}, default: {}",
            None,
        ),
    ] {
        let problems = read(&record(field), &[], |schema| schema.problems.clone());
        let problems = problems.expect("a schema");
        let found = problems
            .first()
            .map(|it| (it.kind.clone(), it.location.line));
        let wanted = expected.map(|expected| {
            let field = "f".to_owned();
            let expected = expected.to_owned();
            (ProblemKind::Default { field, expected }, 2)
        });
        assert_eq!(found, wanted, "{field}");
    }
    let symbols = "{type: enum, name: E, symbols: [A],\n  default: B}";
    let problems = read(symbols, &[], |schema| schema.problems.clone()).expect("a schema");
    let found: Vec<_> = problems
        .into_iter()
        .map(|it| (it.kind, it.location.line))
        .collect();
    assert_eq!(found, [(ProblemKind::EnumDefault("E".to_owned()), 2)]);
}
