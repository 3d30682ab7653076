//! Values in JSON that show what changes of protobuf files do, held against an independent library.

use std::collections::BTreeMap;

use pacto_diagnostic::SourceText;
use pacto_diff::deep::protobuf::{Level, ProtoFinding, compare};
use pacto_diff::deep::{Reading, Witness};
use pacto_literate::load_dir;
use pacto_spec::protobuf::Schema;
use prost_reflect::prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};
use serde_json::{Value, json};

fn load(text: &str) -> Schema {
    Schema::load(&SourceText::new("api.proto", text), &mut |_| None)
}

fn diff(old: &str, new: &str) -> Vec<ProtoFinding> {
    compare(&load(old), &load(new), Level::File)
}

/// The types of a file as the library knows them; `None` when it does not compile.
fn pool(text: &str) -> Option<DescriptorPool> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("api.proto"), text).expect("a file");
    let files = protox::compile(["api.proto"], [folder.path()]).ok()?;
    DescriptorPool::from_file_descriptor_set(files).ok()
}

/// What a path names in a file, as the library knows it, and a value of it. `None` when the library
/// does not compile the file.
fn of_library(text: &str, path: &str, value: &Value) -> Option<(MessageDescriptor, Value)> {
    let (kind, name) = path
        .strip_prefix("grpc.")?
        .strip_suffix(']')?
        .split_once('[')?;
    // A value of an enum is read within a message.
    let (text, name, value) = if kind == "enums" {
        let label = if text.contains("edition =") {
            ""
        } else {
            "optional "
        };
        let holder = format!("{text}\nmessage HolderOfAValue {{ {label}{name} held = 1; }}\n");
        (holder, "HolderOfAValue", json!({ "held": value }))
    } else {
        (text.to_owned(), name, value.clone())
    };
    let is_named = |full: &str| full == name || full.ends_with(&format!(".{name}"));
    let pool = pool(&text)?;
    let message = pool.all_messages().find(|it| is_named(it.full_name()))?;
    Some((message, value))
}

/// Whether the library reads a value as what a path names; `None` when it does not know that.
fn is_read(text: &str, path: &str, value: &Value) -> Option<bool> {
    let (message, value) = of_library(text, path, value)?;
    Some(DynamicMessage::deserialize(message, value).is_ok())
}

/// What the library reads in a value that it wrote with another file, and what it wrote; nothing
/// where it refuses the bytes.
fn reread(writer: &str, reader: &str, path: &str, value: &Value) -> Option<(Value, Option<Value>)> {
    let (written, value) = of_library(writer, path, value)?;
    let (read, _) = of_library(reader, path, &value)?;
    let message = DynamicMessage::deserialize(written, value).expect("a value of the writer");
    let in_json = |message: &DynamicMessage| {
        let options = SerializeOptions::new()
            .stringify_64_bit_integers(false)
            .use_enum_numbers(!path.starts_with("grpc.enums"))
            .skip_default_fields(false);
        message
            .serialize_with_options(serde_json::value::Serializer, &options)
            .expect("a value in JSON")
    };
    let bytes = message.encode_to_vec();
    let read = DynamicMessage::decode(read, bytes.as_slice());
    Some((in_json(&message), read.ok().as_ref().map(in_json)))
}

#[test]
fn the_value_is_the_smallest_that_shows_the_change() {
    let request = "service S { rpc Do(M) returns (R); }\nmessage R {}\n";
    let response = "service S { rpc Do(R) returns (M); }\nmessage R {}\n";
    for (uses, old, new, rule, expected) in [
        (
            request,
            "message M { string a = 1; }",
            "message M {}",
            "proto-field-no-delete-unless-number-reserved",
            Some((json!({"a": "s"}), "old", "there is no field `a`")),
        ),
        (
            request,
            "message M { int64 a = 1; }",
            "message M { int32 a = 1; }",
            "proto-field-same-type",
            Some((
                json!({"a": 2_147_483_648_i64}),
                "old",
                "field `a`: 2147483648 is no int32",
            )),
        ),
        (
            // Callers that send 32 bits are understood by a reader of 64.
            request,
            "message M { int32 a = 1; }",
            "message M { int64 a = 1; }",
            "proto-field-same-type",
            None,
        ),
        (
            response,
            "message M { int32 a = 1; }",
            "message M { int64 a = 1; }",
            "proto-field-same-type",
            Some((
                json!({"a": 2_147_483_648_i64}),
                "new",
                "field `a`: 2147483648 is no int32",
            )),
        ),
        (
            request,
            "message M { string user_name = 1; }",
            "message M { string login = 1; }",
            "proto-field-same-name",
            Some((
                json!({"userName": "s"}),
                "old",
                "there is no field `userName`",
            )),
        ),
        (
            request,
            "message M { string a = 1; string b = 2; }",
            "message M { oneof c { string a = 1; string b = 2; } }",
            "proto-field-same-oneof",
            Some((json!({"a": "s", "b": "s"}), "old", "`c` is given twice")),
        ),
        (
            request,
            "message M { repeated string a = 1; }",
            "message M { string a = 1; }",
            "proto-field-same-cardinality",
            Some((
                json!({"a": ["s"]}),
                "old",
                "field `a`: [\"s\"] is no string",
            )),
        ),
        (
            request,
            "message M { string a = 1; }",
            "message M { string a = 2; }",
            "proto-field-renumbered",
            Some((json!({"a": "s"}), "old", "the new side reads `a` as \"\"")),
        ),
        (
            request,
            "message M { int32 a = 1; }",
            "message M { optional int32 a = 1; }",
            "proto-field-presence-changed",
            Some((
                json!({"a": 0}),
                "old",
                "the new side does not see that `a` is set",
            )),
        ),
        (
            request,
            "message M { optional int32 a = 1; }",
            "message M { int32 a = 1; }",
            "proto-field-presence-changed",
            Some((json!({}), "old", "the new side reads `a` as 0")),
        ),
        (
            response,
            "message M { int32 a = 1; }",
            "message M { sint32 a = 1; }",
            "proto-field-wire-compatible-type",
            Some((json!({"a": 1}), "new", "the old side reads `a` as 2")),
        ),
        (
            request,
            "message N { string x = 1; }\nmessage M { N a = 1; }",
            "message N { string x = 1; }\nmessage O { string y = 1; }\nmessage M { O a = 1; }",
            "proto-field-wire-compatible-type",
            Some((
                json!({"a": {"x": "s"}}),
                "old",
                "field `a`: there is no field `x`",
            )),
        ),
        (
            // Nothing is refused, and callers are not told any more.
            response,
            "message M { string a = 1; }",
            "message M {}",
            "proto-field-no-delete-unless-number-reserved",
            Some((json!({"a": "s"}), "old", "there is no field `a`")),
        ),
        (
            request,
            "enum E { Z = 0; A = 1; }\nmessage M { E e = 1; }",
            "enum E { Z = 0; B = 1; A = 2; }\nmessage M { E e = 1; }",
            "proto-enum-value-same-name",
            Some((json!("A"), "old", "the new side reads B")),
        ),
        (
            "",
            "enum E { Z = 0; A = 1; }",
            "enum E { Z = 0; B = 1; }",
            "proto-enum-value-same-name",
            Some((json!("A"), "old", "\"A\" is no value of E")),
        ),
    ] {
        let side = |body: &str| format!("syntax = \"proto3\";\n{uses}{body}\n");
        let findings = diff(&side(old), &side(new));
        let is_it = |it: &&ProtoFinding| it.rule == rule || it.aliases.contains(&rule);
        let finding = findings
            .iter()
            .find(is_it)
            .unwrap_or_else(|| panic!("{rule}: {findings:#?}"));
        let shown = match &finding.witness {
            Some(Witness::Value {
                value,
                accepted_by,
                error,
                ..
            }) => Some((value.clone(), *accepted_by, error.as_str())),
            Some(Witness::None { .. }) => None,
            None => panic!("{rule} has no witness"),
        };
        assert_eq!(shown, expected, "{old} to {new}");
    }
}

/// Values held against the library, by how they are read and the rule.
#[derive(Debug, Default)]
struct Checked(BTreeMap<(bool, &'static str), usize>);

impl Checked {
    fn rules(&self, is_wire: bool) -> usize {
        self.0.keys().filter(|(wire, _)| *wire == is_wire).count()
    }

    fn values(&self, is_wire: bool) -> usize {
        let of_it = self.0.iter().filter(|((wire, _), _)| *wire == is_wire);
        of_it.map(|(_, count)| count).sum()
    }

    /// Holds the value of a finding against the library, where that knows the types.
    fn check(&mut self, finding: &ProtoFinding, (old, new): (&str, &str)) {
        let Some(Witness::Value {
            value,
            accepted_by,
            r#where,
            error,
            reading,
        }) = &finding.witness
        else {
            return;
        };
        let is_wire = *reading == Some(Reading::Wire);
        let about = format!("{} {value}, {error}, from\n{old}\nto\n{new}", finding.rule);
        if is_wire {
            let (writer, reader) = if *accepted_by == "old" {
                (old, new)
            } else {
                (new, old)
            };
            let Some((written, read)) = reread(writer, reader, r#where, value) else {
                return;
            };
            assert_ne!(Some(&written), read.as_ref(), "{about}");
            if let (Some((_, shown)), Some(read)) = (error.split_once("` as "), read) {
                let shown: Value = serde_json::from_str(shown).expect("a value in JSON");
                let mut values = read.as_object().expect("an object").values();
                assert!(values.any(|it| *it == shown), "{read}: {about}");
            }
        } else {
            // The library does not ask for required fields.
            if error.starts_with("required field") {
                return;
            }
            let verdicts = (is_read(old, r#where, value), is_read(new, r#where, value));
            let (Some(by_old), Some(by_new)) = verdicts else {
                return;
            };
            let expected = (*accepted_by == "old", *accepted_by == "new");
            assert_eq!((by_old, by_new), expected, "{about}");
        }
        *self.0.entry((is_wire, finding.rule)).or_default() += 1;
    }
}

#[test]
fn every_value_of_every_example_holds_before_the_library() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/deep-rules/protobuf");
    let mut checked = Checked::default();
    for page in load_dir(folder).expect("good pages") {
        for example in &page.examples {
            let (Some(old), Some(new)) = (example.file("before"), example.file("after")) else {
                continue;
            };
            for finding in diff(old, new) {
                checked.check(&finding, (old, new));
            }
        }
    }
    assert!(
        checked.rules(false) >= 8 && checked.values(false) >= 30 && checked.rules(true) >= 4,
        "{checked:#?}"
    );
}

#[test]
fn every_value_between_any_two_fields_holds_before_the_library() {
    let mut fields: Vec<String> = [
        "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32",
        "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes", "E", "F", "N", "O",
    ]
    .map(|name| format!("{name} a = 1;"))
    .into();
    fields.extend(
        [
            "optional int32 a = 1;",
            "optional string a = 1;",
            "repeated int32 a = 1;",
            "repeated N a = 1;",
            "map<string, int32> a = 1;",
            "map<int32, N> a = 1;",
            "oneof c { int32 a = 1; }",
            "int32 a = 2;",
            "int32 b = 1;",
            "",
        ]
        .map(str::to_owned),
    );
    let types = "enum E { E_Z = 0; E_A = 1; }\nenum F { F_Z = 0; F_A = 1; F_B = 2; }\n\
                 message N { string x = 1; }\nmessage O { int32 y = 2; }\n";
    let uses = [
        "service S { rpc Do(M) returns (N); }",
        "service S { rpc Do(N) returns (M); }",
    ];
    let mut checked = Checked::default();
    let pairs = fields
        .iter()
        .flat_map(|old| fields.iter().map(move |new| (old, new)));
    for ((old, new), use_of_it) in pairs.zip(uses.iter().cycle()) {
        let side = |field: &str| {
            format!("syntax = \"proto3\";\n{types}{use_of_it}\nmessage M {{ {field} }}\n")
        };
        let sides = (side(old), side(new));
        for finding in diff(&sides.0, &sides.1) {
            checked.check(&finding, (&sides.0, &sides.1));
        }
    }
    assert!(
        checked.values(false) >= 200 && checked.values(true) >= 40,
        "{checked:#?}"
    );
}
