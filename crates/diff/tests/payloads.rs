//! Payloads of messages in Avro and protobuf: our verdicts beside those of an implementation of
//! Avro, and what happens to payloads that cannot be read.

mod support;

use apache_avro::schema_compatibility::SchemaCompatibility;
use apache_avro::types::Value;
use apache_avro::{Schema, from_avro_datum, to_avro_datum};
use pacto_bundle::Bundle;
use pacto_diff::deep::Witness;
use pacto_diff::{Class, Comparison, Options, diff};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value as Json, json};

/// A bundle with one message that is sent or received.
fn bundle(action: &str, format: &str, schema: &str, files: &[(&str, &str)]) -> Bundle {
    let document = format!(
        "asyncapi: 3.0.0\nchannels:\n  c: {{address: c, messages: {{m: {{payload: {{schemaFormat: {format}, schema: {schema}}}}}}}}}\noperations:\n  o: {{action: {action}, channel: {{$ref: '#/channels/c'}}}}\n"
    );
    let contract =
        support::contract("interfaces: [{name: api, type: event, contract: events.yaml}]\n");
    let mut all = vec![("events.yaml", document.as_str())];
    all.extend(files);
    support::bundle(&contract, &all)
}

const AVRO: &str = "application/vnd.apache.avro;version=1.12.0";
const PROTOBUF: &str = "application/vnd.google.protobuf;version=3";

fn compared(action: &str, format: &str, (old, new): (&str, &str)) -> Comparison {
    diff(
        &bundle(action, format, old, &[]),
        &bundle(action, format, new, &[]),
        &Options::default(),
    )
}

fn lines(comparison: &Comparison) -> Vec<String> {
    let records = comparison
        .changes
        .iter()
        .filter(|record| record.rule.is_some());
    let line = |record: &pacto_diff::Record| {
        let rule = record.rule.as_deref().unwrap_or_default();
        format!("{rule} {} {}", record.classification.word(), record.path)
    };
    records.map(line).collect()
}

/// Whether our comparison lets readers of the old schema read what the new one writes (`send`), or
/// the other way round.
fn is_readable(action: &str, (old, new): (&str, &str)) -> bool {
    let comparison = compared(action, AVRO, (old, new));
    let classes = comparison
        .changes
        .iter()
        .map(|record| record.classification);
    Class::highest(classes) != Class::Breaking
}

fn parsed(schema: &str) -> Schema {
    Schema::parse_str(schema).unwrap_or_else(|error| panic!("{error}: {schema}"))
}

fn primitive() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "boolean", "int", "long", "float", "double", "bytes", "string",
    ];
    proptest::sample::select(WORDS).prop_map(|word| format!("\"{word}\""))
}

fn symbols() -> impl Strategy<Value = String> {
    proptest::sample::subsequence(vec!["\"A\"", "\"B\"", "\"C\""], 1..=3)
        .prop_map(|list| list.join(", "))
}

/// A type whose named parts are called after where they stand.
fn any_type(at: &'static str, depth: u32) -> BoxedStrategy<String> {
    let name = move |word: &str| format!("{word}_{at}_{depth}");
    let leaf = prop_oneof![
        4 => primitive(),
        1 => symbols().prop_map(move |symbols| format!(r#"{{"type": "enum", "name": "{}", "symbols": [{symbols}]}}"#, name("E"))),
        1 => (1..3_u8).prop_map(move |size| format!(r#"{{"type": "fixed", "name": "{}", "size": {size}}}"#, name("F"))),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = move || any_type(at, depth - 1);
    prop_oneof![
        4 => leaf,
        1 => inner().prop_map(|items| format!(r#"{{"type": "array", "items": {items}}}"#)),
        1 => inner().prop_map(|values| format!(r#"{{"type": "map", "values": {values}}}"#)),
        2 => proptest::sample::subsequence(vec!["\"boolean\"", "\"int\"", "\"long\"", "\"double\"", "\"string\""], 1..=4)
            .prop_map(|branches| format!("[\"null\", {}]", branches.join(", "))),
        1 => inner().prop_map(move |field| format!(
            r#"{{"type": "record", "name": "{}", "fields": [{{"name": "f", "type": {field}}}]}}"#, name("R"))),
    ]
    .boxed()
}

/// A record with some of three fields; those with a default are optional text.
fn record() -> impl Strategy<Value = String> {
    let field = |name: &'static str| {
        let required = any_type(name, 2)
            .prop_map(move |inner| format!(r#"{{"name": "{name}", "type": {inner}}}"#));
        let optional = Just(format!(
            r#"{{"name": "{name}", "type": ["null", "string"], "default": null}}"#
        ));
        proptest::option::weighted(0.7, prop_oneof![3 => required, 1 => optional])
    };
    (field("a"), field("b"), field("c")).prop_map(|(a, b, c)| {
        let fields: Vec<String> = [a, b, c].into_iter().flatten().collect();
        format!(
            r#"{{"type": "record", "name": "Root", "fields": [{}]}}"#,
            fields.join(", ")
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn verdicts_are_those_of_schema_resolution(old in record(), new in record()) {
        let (one, other) = (parsed(&old), parsed(&new));
        let sent = SchemaCompatibility::can_read(&other, &one).is_ok();
        prop_assert_eq!(is_readable("send", (&old, &new)), sent, "sent: {} {}", old, new);
        let received = SchemaCompatibility::can_read(&one, &other).is_ok();
        prop_assert_eq!(is_readable("receive", (&old, &new)), received, "received: {} {}", old, new);
    }

    #[test]
    fn a_schema_does_not_differ_from_itself(schema in record()) {
        let comparison = compared("send", AVRO, (&schema, &schema));
        prop_assert_eq!(lines(&comparison), [""; 0]);
        prop_assert_eq!(comparison.diagnostics.len(), 0);
    }
}

/// A default of any form, for a type of any form.
fn default() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(
        &[
            "null",
            "true",
            "7",
            "1.5",
            "\"A\"",
            "[]",
            "[1]",
            "[\"A\"]",
            "{}",
            "{\"k\": 1}",
            "{\"f\": \"A\"}",
        ][..],
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn defaults_that_do_not_fit_are_those_that_the_implementation_refuses(
        field in any_type("f", 2),
        default in default(),
    ) {
        let schema = |default: &str| {
            format!(r#"{{"type": "record", "name": "Root", "fields": [{{"name": "g", "type": {field}{default}}}]}}"#)
        };
        let (old, new) = (schema(""), schema(&format!(r#", "default": {default}"#)));
        let comparison = compared("send", AVRO, (&old, &new));
        // Lists stand for bytes there, one number each, which the specification does not say.
        let is_bytes = field == "\"bytes\"" && default.starts_with('[');
        let is_refused = Schema::parse_str(&new).is_err() || is_bytes;
        let path = "asyncapi.operations[o].message[m].payload.fields[g].default";
        let rule = if is_refused {
            "asyncapi-avro-default-invalid potential"
        } else {
            "asyncapi-avro-default-added non-breaking"
        };
        prop_assert_eq!(lines(&comparison), [format!("{rule} {path}")], "{}", new);
        let codes: Vec<&str> = comparison.diagnostics.iter().map(|it| it.code).collect();
        prop_assert_eq!(codes, vec!["avro-parse-failed"; usize::from(is_refused)]);
    }
}

#[test]
fn a_default_that_does_not_fit_is_told_on_top_of_what_differs() {
    let record = |fields: &str| format!("{{type: record, name: R, fields: [{fields}]}}");
    let (f, g) = ("{name: f, type: int}", "{name: g, type: int, default: x}");
    let comparison = compared("send", AVRO, (&record(f), &record(&format!("{f}, {g}"))));
    let path = "asyncapi.operations[o].message[m].payload.fields[g]";
    assert_eq!(
        lines(&comparison),
        [
            format!("asyncapi-avro-field-added non-breaking {path}"),
            format!("asyncapi-avro-default-invalid potential {path}.default"),
        ]
    );
    let [diagnostic] = comparison.diagnostics.as_slice() else {
        panic!("{:?}", comparison.diagnostics)
    };
    assert_eq!(
        (diagnostic.code, diagnostic.message.as_str()),
        (
            "avro-parse-failed",
            "the default of field `g` is no value of its type, int"
        )
    );
    // Nothing new where the old schema had it as well.
    let comparison = compared(
        "send",
        AVRO,
        (
            &record(g),
            &record(&format!("{g}, {{name: h, type: int, default: 1}}")),
        ),
    );
    let path = "asyncapi.operations[o].message[m].payload.fields[h]";
    assert_eq!(
        lines(&comparison),
        [format!("asyncapi-avro-field-added non-breaking {path}")]
    );
}

#[test]
fn longer_numbers_that_mean_something_else_are_told() {
    let (old, new) = (
        "{type: int, logicalType: date}",
        "{type: long, logicalType: timestamp-millis}",
    );
    let path = "asyncapi.operations[o].message[m].payload";
    assert_eq!(
        lines(&compared("receive", AVRO, (old, new))),
        [
            format!("asyncapi-avro-logical-type-changed breaking {path}.logicalType"),
            format!("asyncapi-avro-type-widened non-breaking {path}.type"),
        ]
    );
}

#[test]
fn sentences_say_what_changed_where_and_who_fails() {
    let record = |field: &str| {
        format!(
            "{{type: record, name: R, fields: [{{name: a, type: {{type: record, name: S, fields: [{field}]}}}}]}}"
        )
    };
    let reasons = |old: &str, new: &str| -> Vec<String> {
        let comparison = compared("send", AVRO, (old, new));
        let records = comparison
            .changes
            .into_iter()
            .filter(|it| it.rule.is_some());
        let reason = |it: pacto_diff::Record| it.reason.replace("operation o: message m: ", "");
        records.map(reason).collect()
    };
    assert_eq!(
        reasons(&record("{name: f, type: int}"), &record("")),
        ["fields[a]: field f removed; readers with the old schema need it and have no default"]
    );
    assert_eq!(
        reasons("['null', int]", "['null', int, string]"),
        ["branch string added; readers with the old schema have no branch for it and fail"]
    );
    assert_eq!(
        reasons(
            &record("{name: f, type: int, default: 1}"),
            &record("{name: f, type: int, default: 2}")
        ),
        ["fields[a]: default of field f changed from 1 to 2"]
    );
}

/// The part of a schema that a path below the payload names.
fn part<'j>(schema: &'j Json, path: &str) -> &'j Json {
    let mut part = schema;
    for step in path.split('.').skip(1) {
        let (word, name) = step
            .trim_end_matches(']')
            .split_once('[')
            .unwrap_or((step, ""));
        part = match word {
            "fields" => {
                let fields = part["fields"].as_array().expect("fields");
                let field = fields.iter().find(|field| field["name"] == name);
                &field.expect("a field")["type"]
            }
            "union" => match part.as_array() {
                Some(branches) => branches.iter().find(|it| *it == name).expect("a branch"),
                None => part,
            },
            word => &part[word],
        };
    }
    part
}

/// A value in JSON as the implementation has it.
fn datum(schema: &Json, value: &Json) -> Value {
    if let Some(branches) = schema.as_array() {
        let members = value.as_object().and_then(|members| members.iter().next());
        let (name, value) = members.map_or(("null", value), |(name, value)| (name, value));
        let at = branches
            .iter()
            .position(|it| *it == name)
            .expect("a branch");
        let branch = datum(&branches[at], value);
        return Value::Union(u32::try_from(at).expect("few"), Box::new(branch));
    }
    let text = || value.as_str().expect("text").to_owned();
    let kind = schema.as_str().or(schema["type"].as_str()).expect("a type");
    match kind {
        "null" => Value::Null,
        "boolean" => Value::Boolean(value.as_bool().expect("a boolean")),
        "int" => Value::Int(
            value
                .as_i64()
                .and_then(|it| it.try_into().ok())
                .expect("int"),
        ),
        "long" => Value::Long(value.as_i64().expect("long")),
        "float" => Value::Float(value.as_f64().expect("float") as f32),
        "double" => Value::Double(value.as_f64().expect("double")),
        "bytes" => Value::Bytes(text().into_bytes()),
        "string" => Value::String(text()),
        "fixed" => Value::Fixed(text().len(), text().into_bytes()),
        "enum" => {
            let symbols = schema["symbols"].as_array().expect("symbols");
            let at = symbols.iter().position(|it| it == value).expect("a symbol");
            Value::Enum(u32::try_from(at).expect("few"), text())
        }
        "array" => {
            let items = value.as_array().expect("a list").iter();
            Value::Array(items.map(|it| datum(&schema["items"], it)).collect())
        }
        "map" => {
            let members = value.as_object().expect("an object").iter();
            let values = members.map(|(key, it)| (key.clone(), datum(&schema["values"], it)));
            Value::Map(values.collect())
        }
        _ => {
            let fields = schema["fields"].as_array().expect("fields").iter();
            let fields = fields.map(|field| {
                let name = field["name"].as_str().expect("a name");
                (name.to_owned(), datum(&field["type"], &value[name]))
            });
            Value::Record(fields.collect())
        }
    }
}

#[test]
fn no_value_that_breaks_is_read_by_the_implementation() {
    let checked = std::cell::RefCell::new(std::collections::BTreeMap::<String, usize>::new());
    let check = |action: &str, (old, new): (&str, &str)| {
        for record in compared(action, AVRO, (old, new)).changes {
            let Some(witness) = record.witness else {
                continue;
            };
            // Its data is older than both sides, and the meaning of data is not in it.
            let rule = record.rule.unwrap_or_default();
            if ["default", "string-bytes"]
                .iter()
                .any(|it| rule.contains(it))
                && !rule.contains("without-default")
            {
                continue;
            }
            let Witness::Value {
                value,
                accepted_by,
                error,
                r#where,
                ..
            } = witness
            else {
                panic!("{}: {witness:?}, {old} {new}", record.path);
            };
            let sides = [old, new].map(|text| serde_json::from_str::<Json>(text).expect("JSON"));
            let (_, path) = r#where.split_once(".payload").expect("a payload");
            let [old, new] = sides.each_ref().map(|side| part(side, path));
            let (writer, reader) = if accepted_by == "old" {
                (old, new)
            } else {
                (new, old)
            };
            assert_eq!(accepted_by == "old", action == "receive");
            let (written, read) = (parsed(&writer.to_string()), parsed(&reader.to_string()));
            let about = format!("{value}, {error}, {writer} read as {reader}");
            let bytes = to_avro_datum(&written, datum(writer, &value)).expect(&about);
            let is_read = from_avro_datum(&written, &mut bytes.as_slice(), Some(&read)).is_ok();
            // The implementation also reads numbers as shorter ones, which its own check of
            // schemas and the specification refuse.
            let is_check = SchemaCompatibility::can_read(&written, &read).is_ok();
            assert!(!is_read || !is_check && error.contains("read"), "{about}");
            *checked.borrow_mut().entry(rule).or_default() += usize::from(!is_read);
        }
    };
    let mut runner = TestRunner::new_with_rng(
        ProptestConfig::with_cases(400),
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    runner
        .run(&(record(), record()), |(old, new)| {
            check("send", (&old, &new));
            check("receive", (&old, &new));
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    let checked = checked.into_inner();
    assert!(
        checked.len() >= 6 && checked.values().all(|count| *count > 0),
        "{checked:#?}"
    );
}

#[test]
fn a_value_of_avro_says_what_consumers_cannot_read() {
    let record =
        |fields: &str| format!(r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#);
    let (f, g) = (
        r#"{"name": "f", "type": "int"}"#,
        r#"{"name": "g", "type": ["null", "string"]}"#,
    );
    let symbols = |list: &str| format!(r#"{{"type": "enum", "name": "E", "symbols": [{list}]}}"#);
    for (old, new, expected) in [
        (
            record(&format!("{f}, {g}")),
            record(g),
            json!([{"g": null}, "field f is not there and has no default"]),
        ),
        (
            symbols(r#""A""#),
            symbols(r#""A", "B""#),
            json!(["B", "E has no symbol B"]),
        ),
        (
            r#"["null", "int"]"#.to_owned(),
            r#"["null", "int", "string"]"#.to_owned(),
            json!([{"string": "s"}, "no branch reads string"]),
        ),
        (
            record(f),
            record(r#"{"name": "f", "type": "string"}"#),
            json!(["s", "string is not read as int"]),
        ),
    ] {
        let comparison = compared("send", AVRO, (&old, &new));
        let mut witnesses = comparison
            .changes
            .iter()
            .filter_map(|it| it.witness.as_ref());
        let Some(Witness::Value {
            value,
            error,
            accepted_by,
            ..
        }) = witnesses.next()
        else {
            panic!("{comparison:#?}");
        };
        assert_eq!(
            (json!([value, error]), *accepted_by),
            (expected, "new"),
            "{old} {new}"
        );
    }
}

#[test]
fn data_is_read_where_we_say_so() {
    let symbols = |list: &str, default: &str| {
        format!(r#"{{"type": "enum", "name": "E", "symbols": [{list}]{default}}}"#)
    };
    let plain = symbols(r#""A""#, "");
    let with_default = symbols(r#""A""#, r#", "default": "A""#);
    let more = symbols(r#""A", "B""#, "");
    let record =
        |fields: &str| format!(r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#);
    let (empty, field) = (record(""), record(r#"{"name": "f", "type": "int"}"#));
    let optional = record(r#"{"name": "f", "type": "int", "default": 1}"#);
    let none = || Value::Record(vec![]);
    let b = || Value::Enum(1, "B".to_owned());
    // What readers have, what was written and with which schema. The implementation also reads a
    // `long` as an `int`, which its own check of schemas and the specification refuse.
    for (reader, writer, datum) in [
        (plain.as_str(), more.as_str(), b()),
        (&with_default, &more, b()),
        (&field, &empty, none()),
        (&optional, &empty, none()),
        (
            &empty,
            &field,
            Value::Record(vec![("f".to_owned(), Value::Int(3))]),
        ),
        (r#""long""#, r#""int""#, Value::Int(3)),
        (r#""bytes""#, r#""string""#, Value::String("a".to_owned())),
        (r#""boolean""#, r#""string""#, Value::String("a".to_owned())),
        (
            r#""string""#,
            r#"["null", "string"]"#,
            Value::Union(0, Box::new(Value::Null)),
        ),
        (
            r#"["null", "string"]"#,
            r#""string""#,
            Value::String("a".to_owned()),
        ),
    ] {
        let (read, written) = (parsed(reader), parsed(writer));
        let bytes = to_avro_datum(&written, datum).expect("data of its own schema");
        let is_read = from_avro_datum(&written, &mut bytes.as_slice(), Some(&read)).is_ok();
        // What is sent is read with the old schema, what is received with the new one.
        assert_eq!(
            is_readable("send", (reader, writer)),
            is_read,
            "{reader} reads {writer}"
        );
        assert_eq!(
            is_readable("receive", (writer, reader)),
            is_read,
            "{reader} reads {writer}"
        );
    }
}

#[test]
fn protobuf_is_compared_by_the_rules_about_its_files() {
    let message = |field: &str| format!("'syntax = \"proto3\"; message M {{ {field} }}'");
    let (old, new) = (message("string a = 1;"), message("int32 a = 1;"));
    let comparison = compared("send", PROTOBUF, (&old, &new));
    let path = "asyncapi.operations[o].message[m].payload.messages[M].fields[a].type";
    assert_eq!(
        lines(&comparison),
        [format!(
            "asyncapi-protobuf-field-wire-compatible-type breaking {path}"
        )]
    );
    let place = comparison
        .changes
        .iter()
        .find_map(|record| record.new_location.clone());
    assert_eq!(place.expect("a place").file, "events.yaml");
}

#[test]
fn schemas_in_files_are_compared_with_places_in_them() {
    let sides = |format: &str, file: &str, texts: [&str; 2]| {
        let reference = format!("{{$ref: './schemas/{file}'}}");
        let path = format!("schemas/{file}");
        let [old, new] =
            texts.map(|text| bundle("send", format, &reference, &[(path.as_str(), text)]));
        let comparison = diff(&old, &new, &Options::default());
        let place = comparison
            .changes
            .iter()
            .find_map(|record| record.new_location.clone());
        assert_eq!(comparison.diagnostics, []);
        (lines(&comparison), place.expect("a place").file)
    };
    let (found, file) = sides(
        AVRO,
        "r.avsc",
        [r#"{"type": "int"}"#, r#"{"type": "long"}"#],
    );
    assert_eq!(
        found,
        ["asyncapi-avro-type-widened breaking asyncapi.operations[o].message[m].payload.type"]
    );
    assert_eq!(file, "schemas/r.avsc");
    let proto = |field: &str| format!("syntax = \"proto3\";\nmessage M {{ {field} }}\n");
    let (old, new) = (proto("string a = 1;"), proto("string a = 1; string b = 2;"));
    let (found, file) = sides(PROTOBUF, "m.proto", [&old, &new]);
    assert_eq!(
        found,
        [
            "asyncapi-protobuf-field-added non-breaking asyncapi.operations[o].message[m].payload.messages[M].fields[b]"
        ]
    );
    assert_eq!(file, "schemas/m.proto");
}

#[test]
fn what_cannot_be_read_is_said_and_never_no_change() {
    let deep = format!(
        "{}int{}",
        "{type: array, items: ".repeat(200),
        "}".repeat(200)
    );
    for (format, old, new, code) in [
        (AVRO, "int", "{type: record, name: R}", "avro-parse-failed"),
        (AVRO, "int", "Nobody", "avro-parse-failed"),
        (AVRO, "int", "{$ref: gone.avsc}", "ref-unresolved"),
        (AVRO, "int", &deep, "avro-parse-failed"),
        (
            PROTOBUF,
            "'message M {}'",
            "'message M {'",
            "proto-parse-failed",
        ),
        (
            PROTOBUF,
            "'message M {}'",
            "{type: object}",
            "proto-parse-failed",
        ),
        (
            PROTOBUF,
            "'message M {}'",
            "{$ref: gone.proto}",
            "ref-unresolved",
        ),
    ] {
        let comparison = compared("send", format, (old, new));
        let path = "asyncapi.operations[o].message[m].payload";
        assert_eq!(
            lines(&comparison),
            [format!("asyncapi-payload-not-compared potential {path}")],
            "{new}"
        );
        let found = comparison.diagnostics.iter().find(|it| it.code == code);
        assert!(
            found.is_some_and(|it| it.location.is_some()),
            "{new}: {:?}",
            comparison.diagnostics
        );
    }
}

#[test]
fn types_that_refer_to_each_other_without_end_are_cut_off_with_a_word() {
    // Each record contains the one before. Only the last is compared, since the fields that declare
    // them have other names, and the first is thousands of names away from it.
    let chain = |holder: &str, last: &str| {
        let mut fields = vec![format!(
            "{{name: {holder}0, type: {{type: record, name: R0, fields: [{{name: f, type: {last}}}]}}}}"
        )];
        for at in 1..3_000 {
            let inner = format!("{{name: f, type: R{}}}", at - 1);
            fields.push(format!(
                "{{name: {holder}{at}, type: {{type: record, name: R{at}, fields: [{inner}]}}}}"
            ));
        }
        fields.push("{name: z, type: R2999}".to_owned());
        format!(
            "{{type: record, name: Root, fields: [{}]}}",
            fields.join(", ")
        )
    };
    let comparison = compared("send", AVRO, (&chain("h", "int"), &chain("k", "long")));
    let path = "asyncapi.operations[o].message[m].payload";
    assert_eq!(
        lines(&comparison),
        [format!("asyncapi-payload-not-compared potential {path}")]
    );
    let codes: Vec<&str> = comparison.diagnostics.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["comparison-cut-off"]);
}
