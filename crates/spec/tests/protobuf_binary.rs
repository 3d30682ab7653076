//! The binary form against that of an independent library.

use std::sync::LazyLock;

use pacto_diagnostic::SourceText;
use pacto_spec::protobuf::Schema;
use proptest::prelude::*;
use prost_reflect::prost::Message as _;
use prost_reflect::prost::encoding::{DecodeContext, WireType, decode_key, skip_field};
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde_json::{Value, json};

/// Two files with the same numbers, so that what one writes means something to the other.
const TEXTS: [&str; 2] = [
    r#"
syntax = "proto3";
package shop.v1;
enum State { STATE_UNSPECIFIED = 0; STATE_OPEN = 1; STATE_SHUT = 2; }
message Line { string name = 1; optional int32 count = 2; }
message Order {
  int32 a = 1;
  sint64 b = 2;
  optional uint32 c = 3;
  fixed64 d = 4;
  float e = 5;
  bool f = 6;
  string g = 7;
  bytes h = 8;
  State i = 9;
  Line j = 10;
  repeated int32 k = 11;
  repeated Line l = 12;
  map<string, Line> m = 13;
  map<int32, State> n = 14;
  oneof target { string o = 15; sfixed32 p = 16; Line q = 17; }
  repeated string r = 18;
}
"#,
    r#"
syntax = "proto2";
package shop.v1;
message Line { optional bytes name = 1; optional sint32 count = 2; }
message Order {
  optional sint32 a = 1;
  optional int64 b = 2;
  optional bool c = 3;
  optional double d = 4;
  optional sfixed32 e = 5;
  optional uint64 f = 6;
  repeated string g = 7;
  optional Line h = 8;
  repeated int32 i = 9;
  repeated Line j = 10;
  repeated int64 k = 11 [packed = true];
  optional Line l = 12;
  map<string, string> m = 13;
  repeated group N = 14 { optional int32 key = 1; }
  oneof target { int32 o = 15; fixed32 p = 16; bytes q = 17; }
  optional string r = 18;
  optional group S = 19 { optional string s = 1; }
}
"#,
];

struct Side {
    ours: Schema,
    library: DescriptorPool,
}

static SIDES: LazyLock<[Side; 2]> = LazyLock::new(|| TEXTS.map(side));

fn side(text: &str) -> Side {
    let ours = Schema::load(&SourceText::new("shop.proto", text), &mut |_| None);
    assert!(ours.is_complete(), "{:?}", ours.problems);
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("shop.proto"), text).expect("a file");
    let files = protox::compile(["shop.proto"], [folder.path()]).expect("a file that compiles");
    let library = DescriptorPool::from_file_descriptor_set(files).expect("a pool");
    Side { ours, library }
}

const ORDER: &str = "shop.v1.Order";

impl Side {
    fn encoded_by_library(&self, value: &Value) -> Option<Vec<u8>> {
        let descriptor = self.library.get_message_by_name(ORDER)?;
        let message = DynamicMessage::deserialize(descriptor, value).ok()?;
        Some(message.encode_to_vec())
    }

    fn decoded_by_library(&self, bytes: &[u8]) -> Option<Value> {
        let descriptor = self.library.get_message_by_name(ORDER)?;
        let message = DynamicMessage::decode(descriptor, bytes).ok()?;
        let options = SerializeOptions::new()
            .stringify_64_bit_integers(false)
            .use_enum_numbers(true)
            .skip_default_fields(false);
        let value = message.serialize_with_options(serde_json::value::Serializer, &options);
        Some(without_empty(value.expect("a value in JSON"), true))
    }
}

/// The library shows lists and maps without items, and wholes of floats in another way.
fn without_empty(value: Value, is_message: bool) -> Value {
    match value {
        Value::Object(members) => {
            let is_map = |name: &str| is_message && ["m", "n"].contains(&name);
            let members = members.into_iter().map(|(name, value)| {
                let value = without_empty(value, !is_map(&name));
                (name, value)
            });
            let is_shown = |(name, value): &(String, Value)| match value {
                Value::Array(items) => !items.is_empty(),
                Value::Object(members) => !(is_map(name) && members.is_empty()),
                _ => true,
            };
            members.filter(is_shown).collect()
        }
        Value::Array(items) => {
            let items = items.into_iter();
            items.map(|item| without_empty(item, true)).collect()
        }
        other => other,
    }
}

fn line() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!({})),
        Just(json!({"name": "a"})),
        Just(json!({"count": 0})),
        Just(json!({"name": "é", "count": -3})),
    ]
}

fn order() -> impl Strategy<Value = Value> {
    let integers = prop_oneof![Just(0), Just(1), Just(-1), Just(i32::MAX), any::<i32>()];
    let naturals = prop_oneof![Just(0), Just(1), Just(u32::MAX), any::<u32>()];
    let texts = prop_oneof![Just(""), Just("s"), Just("\u{1}\u{8}"), Just("日本")];
    let member = prop_oneof![
        integers.clone().prop_map(|it| ("a", json!(it))),
        any::<i64>().prop_map(|it| ("b", json!(it.to_string()))),
        naturals.prop_map(|it| ("c", json!(it))),
        any::<u64>().prop_map(|it| ("d", json!(it))),
        prop_oneof![Just(json!(0)), Just(json!(1.5)), Just(json!("NaN"))].prop_map(|it| ("e", it)),
        any::<bool>().prop_map(|it| ("f", json!(it))),
        texts.clone().prop_map(|it| ("g", json!(it))),
        prop_oneof![Just(""), Just("AA=="), Just("CgFh"), Just("_-8")]
            .prop_map(|it| ("h", json!(it))),
        prop_oneof![
            Just(json!("STATE_OPEN")),
            Just(json!("STATE_SHUT")),
            Just(json!(0)),
            Just(json!(9))
        ]
        .prop_map(|it| ("i", it)),
        line().prop_map(|it| ("j", it)),
        prop::collection::vec(integers.clone(), 0..3).prop_map(|it| ("k", json!(it))),
        prop::collection::vec(line(), 0..3).prop_map(|it| ("l", json!(it))),
        prop::collection::btree_map("[a-c]{0,2}", line(), 0..3).prop_map(|it| ("m", json!(it))),
        prop::collection::btree_map("[1-3]", Just("STATE_SHUT"), 0..3)
            .prop_map(|it| ("n", json!(it))),
        texts.prop_map(|it| ("o", json!(it))),
        integers.prop_map(|it| ("p", json!(it))),
        line().prop_map(|it| ("q", it)),
        prop::collection::vec("[a-z]{0,3}", 0..3).prop_map(|it| ("r", json!(it))),
    ];
    prop::collection::vec(member, 0..4).prop_map(|members| {
        let oneof = ["o", "p", "q"];
        let mut order = serde_json::Map::new();
        for (name, value) in members {
            if oneof.contains(&name) {
                for other in oneof {
                    order.remove(other);
                }
            }
            order.insert(name.to_owned(), value);
        }
        Value::Object(order)
    })
}

/// Whether a field of a map is not written as bytes. The library reads it as if it were, where a
/// reader has to skip it like any other field that is written in another way.
fn has_map_of_another_kind(mut bytes: &[u8]) -> bool {
    while let Ok((number, kind)) = decode_key(&mut bytes) {
        if [13, 14].contains(&number) && kind != WireType::LengthDelimited {
            return true;
        }
        if skip_field(kind, number, &mut bytes, DecodeContext::default()).is_err() {
            break;
        }
    }
    false
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn either_side_reads_what_the_library_reads(order in order()) {
        let [writer, other] = &*SIDES;
        let ours = writer.ours.encode(ORDER, &order).expect("bytes");
        let library = writer.encoded_by_library(&order).expect("bytes");
        // The bytes may differ: the order of fields is free, and so are defaults in entries of maps.
        prop_assert_eq!(
            writer.decoded_by_library(&ours),
            writer.decoded_by_library(&library),
            "{}",
            order
        );
        for bytes in [&ours, &library] {
            let expected = writer.decoded_by_library(bytes);
            prop_assert!(expected.is_some(), "{}", order);
            prop_assert_eq!(writer.ours.decode(ORDER, bytes), expected, "{}", order);
            // The library refuses fields that are written in another way; they are to be skipped.
            if let Some(expected) = other.decoded_by_library(bytes) {
                prop_assert_eq!(other.ours.decode(ORDER, bytes), Some(expected), "{}", order);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        for side in &*SIDES {
            let read = side.ours.decode(ORDER, &bytes);
            if has_map_of_another_kind(&bytes) {
                continue;
            }
            if let Some(expected) = side.decoded_by_library(&bytes) {
                prop_assert_eq!(read, Some(expected));
            }
        }
    }

    /// Bytes at random are rarely anything; these are a field, of maps and messages above all.
    #[test]
    fn whatever_is_in_a_field_is_read_or_refused(
        number in 1_u8..16,
        content in prop::collection::vec(prop_oneof![0_u8..40, any::<u8>()], 0..14),
    ) {
        let length = u8::try_from(content.len()).expect("a short field");
        let bytes = [&[number << 3 | 2, length], content.as_slice()].concat();
        for side in &*SIDES {
            let read = side.ours.decode(ORDER, &bytes);
            if let Some(expected) = side.decoded_by_library(&bytes) {
                prop_assert_eq!(read, Some(expected), "{:?}", bytes);
            }
        }
    }
}

#[test]
fn bytes_are_those_of_the_specification() {
    let side = side(
        "syntax = \"proto2\"; message A { optional int32 a = 1; optional string b = 2; \
         optional A c = 3; repeated int32 d = 6 [packed = true]; optional sint32 e = 7; \
         optional group G = 8 { optional bool f = 1; } }",
    );
    for (value, expected) in [
        (json!({"a": 150}), &[0x08, 0x96, 0x01][..]),
        (json!({"b": "testing"}), b"\x12\x07testing"),
        (json!({"c": {"a": 150}}), b"\x1a\x03\x08\x96\x01"),
        (
            json!({"d": [3, 270, 86942]}),
            b"\x32\x06\x03\x8e\x02\x9e\xa7\x05",
        ),
        (json!({"e": -2}), &[0x38, 0x03]),
        (json!({"g": {"f": true}}), &[0x43, 0x08, 0x01, 0x44]),
        (json!({"a": null}), &[]),
    ] {
        assert_eq!(
            side.ours.encode("A", &value).as_deref(),
            Some(expected),
            "{value}"
        );
        if !value["a"].is_null() || expected.is_empty() {
            continue;
        }
        assert_eq!(side.ours.decode("A", expected), Some(value));
    }
    assert_eq!(side.ours.encode("A", &json!({"a": "x"})), None);
    assert_eq!(side.ours.encode("A", &json!({"z": 1})), None);
    assert_eq!(side.ours.decode("A", &[0x08]), None);
    assert_eq!(side.ours.decode("B", &[]), None);
}

#[test]
fn what_a_reader_does_not_know_is_skipped() {
    let side = side(
        "syntax = \"proto2\"; enum E { X = 1; } message A { optional E a = 1; optional int32 b = 2; }",
    );
    for bytes in [
        // A number that the closed enum does not list.
        &[0x08, 0x07][..],
        // Four bytes where a varint should be.
        &[0x15, 1, 2, 3, 4],
        // Another field.
        &[0x18, 0x01],
    ] {
        assert_eq!(side.ours.decode("A", bytes), Some(json!({})), "{bytes:?}");
    }
    assert_eq!(side.ours.decode("A", &[0x08, 0x01]), Some(json!({"a": 1})));
}
