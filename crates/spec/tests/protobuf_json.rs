//! Verdicts about JSON forms against those of an independent library.

use std::sync::LazyLock;

use pacto_diagnostic::SourceText;
use pacto_spec::protobuf::{JsonVerdict, Schema};
use proptest::prelude::*;
use proptest::sample::select;
use prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::{Map, Value, json};

const TEXT: &str = r#"
syntax = "proto3";
package shop.v1;
import "google/protobuf/wrappers.proto";
import "google/protobuf/struct.proto";
enum State { STATE_UNSPECIFIED = 0; STATE_OPEN = 1; }
message Line { string name = 1; }
message Order {
  int32 i32 = 1;
  uint32 u32 = 2;
  int64 i64 = 3;
  uint64 u64 = 4;
  float f = 5;
  double d = 6;
  bool b = 7;
  string s = 8;
  bytes raw = 9;
  State state = 10;
  Line line = 11;
  repeated int32 numbers = 12;
  repeated Line line_items = 13;
  map<string, Line> by_name = 14;
  map<int32, bool> by_number = 15;
  map<bool, State> by_flag = 16;
  oneof target { string shelf = 17; int32 place = 18; }
  int32 old_name = 19 [json_name = "fresh"];
  google.protobuf.Int64Value wrapped = 20;
  google.protobuf.Value anything = 21;
  google.protobuf.Struct object = 22;
  google.protobuf.ListValue list = 23;
}
"#;

static OURS: LazyLock<Schema> = LazyLock::new(|| {
    let schema = Schema::load(&SourceText::new("shop.proto", TEXT), &mut |_| None);
    assert!(schema.is_complete(), "{:?}", schema.problems);
    schema
});

static LIBRARY: LazyLock<DescriptorPool> = LazyLock::new(|| pool(TEXT));

/// The types of a file as the library knows them.
fn pool(text: &str) -> DescriptorPool {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("shop.proto"), text).expect("a file");
    let files = protox::compile(["shop.proto"], [folder.path()]).expect("a file that compiles");
    DescriptorPool::from_file_descriptor_set(files).expect("a pool")
}

fn is_read_by_library(pool: &DescriptorPool, message: &str, value: &Value) -> bool {
    let descriptor = pool.get_message_by_name(message).expect(message);
    DynamicMessage::deserialize(descriptor, value).is_ok()
}

const NAMES: [&str; 28] = [
    "i32",
    "u32",
    "i64",
    "u64",
    "f",
    "d",
    "b",
    "s",
    "raw",
    "state",
    "line",
    "numbers",
    "lineItems",
    "line_items",
    "byName",
    "by_number",
    "byNumber",
    "byFlag",
    "shelf",
    "place",
    "fresh",
    "old_name",
    "oldName",
    "wrapped",
    "anything",
    "object",
    "list",
    "unknown",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        select(vec![
            json!(0),
            json!(-1),
            json!(1.5),
            json!(2.0),
            json!(i32::MAX),
            json!(i64::from(i32::MAX) + 1),
            json!(u32::MAX),
            json!(i64::MAX),
            json!(u64::MAX),
            json!(1e39),
        ]),
        select(vec![
            "",
            "a",
            "1",
            "-1",
            "4294967296",
            "NaN",
            "Infinity",
            "1.5",
            "STATE_OPEN",
            "STATE_SHUT",
            "AA==",
            "AA",
            "A",
            "_-8=",
            "true",
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let key = select(vec!["name", "a", "1", "true", "x"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..3).prop_map(object),
        ]
    })
}

fn object(members: Vec<(&'static str, Value)>) -> Value {
    let members = members.into_iter().map(|(name, it)| (name.to_owned(), it));
    Value::Object(members.collect::<Map<_, _>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_verdict_contradicts_the_library(
        members in prop::collection::vec((select(NAMES.to_vec()), value()), 1..4)
    ) {
        let value = object(members);
        match OURS.json_of_message("shop.v1.Order", &value) {
            JsonVerdict::Accepted => {
                prop_assert!(is_read_by_library(&LIBRARY, "shop.v1.Order", &value), "accepts {}", value);
            }
            // The library only minds when both hold something.
            JsonVerdict::Refused(why) if why.ends_with("is given twice") => {}
            JsonVerdict::Refused(why) => {
                prop_assert!(!is_read_by_library(&LIBRARY, "shop.v1.Order", &value), "refuses {}: {}", value, why);
            }
            JsonVerdict::Unknown => {}
        }
    }
}

#[test]
fn required_fields_and_closed_enums_of_proto2_are_held_to() {
    let text = "syntax = \"proto2\";\nenum E { A = 1; }\nmessage M { required int32 id = 1; optional E e = 2; }\n";
    let schema = Schema::load(&SourceText::new("m.proto", text), &mut |_| None);
    let verdict = |value: Value| schema.json_of_message("M", &value);
    assert_eq!(verdict(json!({"id": 1, "e": "A"})), JsonVerdict::Accepted);
    assert_eq!(
        verdict(json!({"e": "A"})),
        JsonVerdict::Refused("required field `id` is missing".into())
    );
    assert_eq!(
        verdict(json!({"id": 1, "e": 7})),
        JsonVerdict::Refused("field `e`: 7 is no value of E".into())
    );
    assert_eq!(
        schema.json_of_message("Gone", &json!({})),
        JsonVerdict::Unknown
    );
}
