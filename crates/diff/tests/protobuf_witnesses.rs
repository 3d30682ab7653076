//! Values in JSON that show what changes of protobuf files do, held against an independent library.

use std::collections::BTreeMap;

use pacto_diagnostic::SourceText;
use pacto_diff::deep::Witness;
use pacto_diff::deep::protobuf::{Level, ProtoFinding, compare};
use pacto_literate::load_dir;
use pacto_spec::protobuf::Schema;
use prost_reflect::{DescriptorPool, DynamicMessage};
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

/// Whether the library reads a value as what a path names; `None` when it does not know that.
fn is_read(text: &str, path: &str, value: &Value) -> Option<bool> {
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
    Some(DynamicMessage::deserialize(message, value).is_ok())
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
            None,
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

#[test]
fn every_value_of_every_example_holds_before_the_library() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/deep-rules/protobuf");
    let mut checked: BTreeMap<String, usize> = BTreeMap::new();
    for page in load_dir(folder).expect("good pages") {
        for example in &page.examples {
            let (Some(old), Some(new)) = (example.file("before"), example.file("after")) else {
                continue;
            };
            for finding in diff(old, new) {
                let Some(Witness::Value {
                    value,
                    accepted_by,
                    r#where,
                    error,
                    ..
                }) = &finding.witness
                else {
                    continue;
                };
                // The library does not ask for required fields.
                if error.starts_with("required field") {
                    continue;
                }
                let verdicts = (is_read(old, r#where, value), is_read(new, r#where, value));
                let (Some(by_old), Some(by_new)) = verdicts else {
                    continue;
                };
                let expected = (*accepted_by == "old", *accepted_by == "new");
                assert_eq!(
                    (by_old, by_new),
                    expected,
                    "{} {}: {value}",
                    page.id,
                    example.title
                );
                *checked.entry(finding.rule.to_owned()).or_default() += 1;
            }
        }
    }
    assert!(
        checked.len() >= 8 && checked.values().sum::<usize>() >= 30,
        "{checked:#?}"
    );
}
