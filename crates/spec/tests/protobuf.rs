//! Reading protobuf files: what is understood, what is reported, and that nothing hurts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use pacto_diagnostic::SourceText;
use pacto_spec::protobuf::{
    Cardinality, Edition, Field, FieldType, ImportTarget, OptionValue, ProblemKind, Scalar, Schema,
    is_set, option,
};
use proptest::prelude::*;

/// Loads the first file; the others can be imported.
fn load(files: &[(&str, &str)]) -> Schema {
    let rest: BTreeMap<&str, &str> = files.iter().copied().collect();
    let (name, text) = files[0];
    Schema::load(&SourceText::new(name, text), &mut |path| {
        rest.get(path).map(|text| SourceText::new(path, *text))
    })
}

fn one(text: &str) -> Schema {
    load(&[("a.proto", text)])
}

fn good(text: &str) -> Schema {
    let schema = one(text);
    assert_eq!(schema.problems, [], "{text}");
    schema
}

fn field<'s>(schema: &'s Schema, message: &str, name: &str) -> &'s Field {
    schema.messages[message]
        .field_named(name)
        .unwrap_or_else(|| panic!("{message} has {name}"))
}

fn named(kind: &str, name: &str) -> FieldType {
    match kind {
        "message" => FieldType::Message(name.to_owned()),
        _ => FieldType::Enum(name.to_owned()),
    }
}

#[test]
fn a_proto3_file_gives_messages_enums_and_services() {
    let schema = good(
        r#"
        syntax = "proto3";
        package shop.v1;
        option go_package = "example.com/" "shop";
        /* orders */
        message Order {
          string id = 1;
          optional int32 line_count = 2 [json_name = "lines", deprecated = true];
          repeated int64 amounts = 3;
          map<string, Line> by_key = 4;
          oneof target { string shelf = 5; Line line = 6; }
          State state = 7;
          message Line { bytes raw = 0x1; }
          reserved 8, 10 to 12, 100 to max;
          reserved "old", 'older';
        }
        enum State { option allow_alias = true; UNKNOWN = 0; NONE = 0; LOST = -1; reserved 5 to max; }
        service Shop {
          option deprecated = true;
          rpc Get(Order) returns (stream .shop.v1.Order);
          rpc Put(stream Order) returns (Order) { option idempotency_level = IDEMPOTENT; };
        }
        "#,
    );
    assert_eq!(schema.files[0].edition, Edition::Proto3);
    assert_eq!(
        option(&schema.files[0].options, "go_package"),
        Some(&OptionValue::Text("example.com/shop".to_owned()))
    );
    let order = &schema.messages["shop.v1.Order"];
    assert_eq!(
        (order.name.as_str(), order.package.as_str()),
        ("Order", "shop.v1")
    );
    assert_eq!(schema.messages["shop.v1.Order.Line"].name, "Order.Line");
    let id = field(&schema, "shop.v1.Order", "id");
    assert_eq!(id.cardinality, Cardinality::Implicit);
    assert_eq!(id.field_type, FieldType::Scalar(Scalar::String));
    let count = field(&schema, "shop.v1.Order", "line_count");
    assert_eq!(count.cardinality, Cardinality::Explicit);
    assert_eq!(count.json_name, "lines");
    assert!(is_set(&count.options, "deprecated"));
    assert!(field(&schema, "shop.v1.Order", "amounts").is_packed);
    let map = field(&schema, "shop.v1.Order", "by_key");
    assert_eq!(map.json_name, "byKey");
    assert_eq!(
        map.field_type.to_string(),
        "map<string, shop.v1.Order.Line>"
    );
    let line = field(&schema, "shop.v1.Order", "line");
    assert_eq!(line.cardinality, Cardinality::Explicit);
    assert_eq!(
        order.oneof_of(line).map(|oneof| oneof.name.as_str()),
        Some("target")
    );
    assert_eq!(
        field(&schema, "shop.v1.Order", "state").field_type,
        named("enum", "shop.v1.State")
    );
    let reserved: Vec<(i64, i64)> = order.reserved.iter().map(|r| (r.first, r.last)).collect();
    assert_eq!(reserved, [(8, 8), (10, 12), (100, 536_870_911)]);
    let names: Vec<&str> = order
        .reserved_names
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["old", "older"]);
    let numbers: Vec<i32> = schema.enums["shop.v1.State"]
        .values
        .iter()
        .map(|v| v.number)
        .collect();
    assert_eq!(numbers, [0, 0, -1]);
    let shop = &schema.services["shop.v1.Shop"];
    let get = shop.rpc("Get").expect("an rpc");
    assert!(!get.is_client_streaming && get.is_server_streaming);
    assert_eq!(get.response, "shop.v1.Order");
    assert!(shop.rpc("Put").expect("an rpc").is_client_streaming);
}

#[test]
fn a_proto2_file_has_labels_groups_extensions_and_defaults() {
    let schema = good(
        r"
        syntax = 'proto2';
        message M {
          required int32 a = 1;
          optional double b = 2 [default = 1];
          repeated group Result = 3 { required string url = 1; }
          optional bytes c = 5 [default = 'a\001'];
          extensions 100 to 199, 500 [declaration = {number: 500 full_name: '.x' type: 'int32'}];
          extend M { optional M inner = 101; }
        }
        extend M { repeated int32 more = 100 [packed = true]; }
        enum E { FIRST = 1; }
        ",
    );
    assert_eq!(field(&schema, "M", "a").cardinality, Cardinality::Required);
    assert_eq!(field(&schema, "M", "b").default.as_deref(), Some("1"));
    assert_eq!(field(&schema, "M", "c").default.as_deref(), Some("a\u{1}"));
    assert_eq!(
        field(&schema, "M", "result").field_type,
        FieldType::Group("M.Result".to_owned())
    );
    assert_eq!(field(&schema, "M.Result", "url").number, 1);
    let more = &schema.extensions[&("M".to_owned(), 100)];
    assert!(more.is_packed && more.name == "more");
    assert_eq!(schema.extensions[&("M".to_owned(), 101)].name, "M.inner");
    assert!(schema.enums["E"].features.is_closed_enum);
}

#[test]
fn an_edition_spells_its_features_out_at_any_level() {
    let schema = good(
        r#"
        edition = "2023";
        option features = { enum_type: CLOSED, [pb.java]: { utf8_validation: VERIFY } };
        message M {
          int32 a = 1;
          int32 b = 2 [features.field_presence = IMPLICIT];
          int32 c = 3 [features.field_presence = LEGACY_REQUIRED];
          N d = 4 [features.message_encoding = DELIMITED];
          repeated int32 e = 5 [features.repeated_field_encoding = EXPANDED];
          string f = 6 [features.(pb.cpp).string_type = CORD];
          reserved gone, went;
        }
        message N { option features.json_format = LEGACY_BEST_EFFORT; }
        enum E { option features.enum_type = OPEN; E_0 = 0; }
        enum F { F_0 = 0; }
        "#,
    );
    let cardinality = |name: &str| field(&schema, "M", name).cardinality;
    assert_eq!(cardinality("a"), Cardinality::Explicit);
    assert_eq!(cardinality("b"), Cardinality::Implicit);
    assert_eq!(cardinality("c"), Cardinality::Required);
    assert_eq!(
        field(&schema, "M", "d").field_type,
        FieldType::Group("N".to_owned())
    );
    assert!(!field(&schema, "M", "e").is_packed);
    assert_eq!(field(&schema, "M", "f").features.cpp_string_type, "CORD");
    assert_eq!(schema.files[0].features.java_utf8_validation, "VERIFY");
    assert!(!schema.messages["N"].features.is_json_allowed);
    assert!(schema.messages["M"].features.is_json_allowed);
    assert!(!schema.enums["E"].features.is_closed_enum);
    assert!(schema.enums["F"].features.is_closed_enum);
}

#[test]
fn edition_2024_knows_visibility_and_option_imports() {
    let schema = load(&[
        (
            "a.proto",
            "edition = '2024'; import option 'o.proto'; export message A { local enum E { Z = 0; } }",
        ),
        ("o.proto", "edition = '2024';"),
    ]);
    assert_eq!(schema.problems, []);
    assert!(schema.enums.contains_key("A.E"));
    assert_eq!(schema.files[0].features.cpp_string_type, "VIEW");
}

#[test]
fn options_may_be_aggregates_and_are_found_whole_or_in_part() {
    let schema = good(
        r#"
        syntax = "proto3";
        service S {
          rpc A(M) returns (M) {
            option (google.api.http) = {
              get: "/v1/{name=a/*}"
              additional_bindings { post: '/v1' body: "*" };
              list: [1, -2.50, { deep < x: inf > }]
              [type.googleapis.com/foo.Bar] { }
            };
          }
          rpc B(M) returns (M) { option (.google.api.http).get = "/v2"; }
        }
        message M {}
        "#,
    );
    let get = |rpc: &str| {
        let rpc = schema.services["S"].rpc(rpc).expect("an rpc");
        option(&rpc.options, "(google.api.http).get").cloned()
    };
    assert_eq!(
        get("A"),
        Some(OptionValue::Text("/v1/{name=a/*}".to_owned()))
    );
    assert_eq!(get("B"), Some(OptionValue::Text("/v2".to_owned())));
}

#[test]
fn names_are_looked_up_from_the_innermost_scope_outwards() {
    let schema = load(&[
        (
            "proto/a.proto",
            "syntax = 'proto3'; package p.q; import 'b.proto'; import 'google/protobuf/any.proto';
             message M { message T {} T a = 1; r.T b = 2; .p.T c = 3; google.protobuf.Any d = 4; }",
        ),
        (
            "proto/b.proto",
            "syntax = 'proto3'; package p; import public 'c.proto'; message T {}",
        ),
        (
            "proto/c.proto",
            "syntax = 'proto3'; package p.r; message T {}",
        ),
    ]);
    assert_eq!(schema.problems, []);
    let types: Vec<String> = schema.messages["p.q.M"]
        .fields
        .iter()
        .map(|field| field.field_type.to_string())
        .collect();
    assert_eq!(types, ["p.q.M.T", "p.r.T", "p.T", "google.protobuf.Any"]);
    assert_eq!(schema.files[0].imports[1].target, ImportTarget::WellKnown);
}

#[test]
fn an_import_that_is_not_public_is_not_handed_on() {
    let schema = load(&[
        (
            "a.proto",
            "syntax = 'proto3'; import 'b.proto'; message M { C c = 1; }",
        ),
        ("b.proto", "syntax = 'proto3'; import 'c.proto';"),
        ("c.proto", "syntax = 'proto3'; message C {}"),
    ]);
    let kinds: Vec<String> = schema.problems.iter().map(|p| p.kind.to_string()).collect();
    assert_eq!(kinds, ["no type is called `C`"]);
}

#[test]
fn imports_may_go_round_in_a_circle() {
    let schema = load(&[
        (
            "a.proto",
            "syntax = 'proto3'; import 'b.proto'; message A { B b = 1; }",
        ),
        (
            "b.proto",
            "syntax = 'proto3'; import 'a.proto'; message B { A a = 1; }",
        ),
    ]);
    assert_eq!(schema.problems, []);
    assert_eq!(field(&schema, "B", "a").field_type, named("message", "A"));
}

#[test]
fn imports_are_found_below_the_folder_their_file_was_found_from() {
    let schema = load(&[
        (
            "interfaces/proto/acme/v1/api.proto",
            "syntax = 'proto3'; import 'acme/v1/types.proto'; message A { T t = 1; }",
        ),
        (
            "interfaces/proto/acme/v1/types.proto",
            "syntax = 'proto3'; import 'acme/base.proto'; message T { Base b = 1; }",
        ),
        (
            "interfaces/proto/acme/base.proto",
            "syntax = 'proto3'; message Base {}",
        ),
    ]);
    assert_eq!(schema.problems, []);
    assert_eq!(schema.files.len(), 3);
}

#[test]
fn a_missing_import_is_one_problem_with_a_place_and_the_rest_is_linked() {
    let schema = one(
        "syntax = \"proto3\";\nimport \"gone.proto\";\nimport \"../up.proto\";\nmessage M { gone.T t = 1; N n = 2; }\nmessage N {}\n",
    );
    let problems: Vec<(u32, u32, &str)> = schema
        .problems
        .iter()
        .map(|problem| {
            (
                problem.location.line,
                problem.location.column,
                problem.kind.code(),
            )
        })
        .collect();
    assert_eq!(
        problems,
        [
            (2, 8, "proto-import-unresolved"),
            (3, 8, "proto-import-unresolved")
        ]
    );
    assert_eq!(
        field(&schema, "M", "t").field_type,
        FieldType::Unresolved("gone.T".to_owned())
    );
    assert_eq!(field(&schema, "M", "n").field_type, named("message", "N"));
}

/// Text, place and words of the first problem, and what is there nevertheless.
const BROKEN: &[(&str, u32, u32, &str, &[&str])] = &[
    (
        "message A { string = 1; int32 b = 2; }",
        1,
        20,
        "expected the name of a field, found `=`",
        &["A.b"],
    ),
    (
        "message A { int32 a = 1\n int32 b = 2; }",
        2,
        2,
        "expected `;`, found `int32`",
        &["A.a", "A.b"],
    ),
    (
        "messag A { int32 a = 1; }\nmessage B { int32 b = 1; }",
        1,
        1,
        "expected a declaration, found `messag`",
        &["B.b"],
    ),
    (
        "message A { int32 a = 0; int32 b = 1; }",
        1,
        23,
        "the number of a field is out of range",
        &["A.b"],
    ),
    (
        "message A { int32 a = 99999999999999999999; int32 b = 1; }",
        1,
        23,
        "a number is out of range",
        &["A.b"],
    ),
    (
        "message A { int32 a = 1;",
        1,
        11,
        "a block is never closed",
        &["A.a"],
    ),
    (
        "message A { int32 a = 1 [(x) = { y: ] }]; int32 b = 2; }",
        1,
        37,
        "expected a value, found `]`",
        &[],
    ),
    (
        "message A { map<float, int32> a = 1; int32 b = 2; }",
        1,
        17,
        "expected the type of a key, found `float`",
        &["A.b"],
    ),
    (
        "message A { int32 a = 1; int32 a = 2; int32 c = 1; }",
        1,
        32,
        "`a` is declared twice",
        &["A.a"],
    ),
    (
        "message A {} message A {}",
        1,
        22,
        "`A` is declared twice",
        &[],
    ),
    (
        "message A { B b = 1; }",
        1,
        13,
        "no type is called `B`",
        &["A.b"],
    ),
    (
        "message A { int32 a = 1; } } message B { int32 b = 1; }",
        1,
        28,
        "expected a declaration, found `}`",
        &["A.a", "B.b"],
    ),
    (
        "enum E { X = 99999999999; Y = 1; }",
        1,
        14,
        "the number of a value is out of range",
        &[],
    ),
    (
        "service S { rpc A(M) retuns (M); rpc B(M) returns (M); } message M {}",
        1,
        22,
        "expected `returns`, found `retuns`",
        &[],
    ),
    (
        "service S { rpc B(E) returns (E); } enum E { Z = 0; }",
        1,
        19,
        "`E` is not a message",
        &[],
    ),
    (
        "message A { string a = 1 § ; int32 b = 2; }",
        1,
        26,
        "unexpected character `\\u{a7}`",
        &["A.a", "A.b"],
    ),
    (
        "message A { reserved 5 to 2; int32 b = 2; }",
        1,
        22,
        "the end of a range is out of range",
        &["A.b"],
    ),
    (
        "import \"a\nmessage A { int32 b = 2; }",
        1,
        8,
        "a string is never closed",
        &["A.b"],
    ),
    (
        "syntax = \"proto4\"; message A { optional int32 b = 2; }",
        1,
        10,
        "unknown syntax `proto4`",
        &["A.b"],
    ),
    (
        "edition = \"2099\"; message A { int32 b = 2; }",
        1,
        11,
        "unknown edition `2099`",
        &["A.b"],
    ),
];

#[test]
fn what_cannot_be_read_is_reported_with_its_place_and_the_rest_is_there() {
    for (text, line, column, message, fields) in BROKEN {
        let schema = one(text);
        let problem = schema
            .problems
            .first()
            .unwrap_or_else(|| panic!("a problem: {text}"));
        let place = (problem.location.line, problem.location.column);
        assert_eq!(
            (place, problem.kind.to_string().as_str()),
            ((*line, *column), *message),
            "{text}"
        );
        for name in *fields {
            let (message, name) = name.split_once('.').expect("a dot");
            assert!(
                schema.messages[message].field_named(name).is_some(),
                "{text}: {name}"
            );
        }
    }
}

#[test]
fn deep_nesting_is_reported_not_followed() {
    for depth in [99, 100_000] {
        let open = "message M { ".repeat(depth);
        let close = "}".repeat(depth);
        let text = format!("syntax = 'proto3'; {open}{close} message After {{ int32 a = 1; }}");
        let schema = one(&text);
        let is_reported = schema
            .problems
            .iter()
            .any(|problem| matches!(problem.kind, ProblemKind::TooDeep(_)));
        assert_eq!(is_reported, depth > 100, "{depth}");
        assert!(schema.messages.contains_key("After"), "{depth}");
    }
    let value = format!(
        "option (x) = {}1{};",
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    let schema = one(&value);
    assert!(matches!(schema.problems[0].kind, ProblemKind::TooDeep(_)));
}

#[test]
fn a_file_of_nothing_but_errors_ends_after_a_hundred() {
    let schema = one(&"? ".repeat(100_000));
    assert_eq!(schema.problems.len(), 101);
    let schema = one(&"message M { int32 a = 0; }\n".repeat(10_000));
    assert!(schema.problems.len() <= 210, "{}", schema.problems.len());
}

/// Pieces that files are made of, so that random texts reach deep into the parser.
const PIECES: &[&str] = &[
    "syntax",
    "=",
    "\"proto3\"",
    ";",
    "message",
    "M",
    "{",
    "}",
    "enum",
    "E",
    "oneof",
    "map",
    "<",
    ">",
    ",",
    "string",
    "int32",
    "1",
    "-",
    "0",
    "reserved",
    "to",
    "max",
    "extensions",
    "extend",
    "service",
    "rpc",
    "(",
    ")",
    "returns",
    "stream",
    "option",
    "[",
    "]",
    ".",
    "repeated",
    "optional",
    "group",
    "G",
    ":",
    "'t'",
    "1.5",
    "package",
    "import",
    "features",
    "// c\n",
    "/*",
    "*/",
    "\"",
    "é",
    "\\",
    "export",
    "local",
    "required",
    "default",
];

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        one(&text);
    }

    #[test]
    fn no_order_of_words_makes_the_reader_panic(
        picks in proptest::collection::vec(0..PIECES.len(), 0..120)
    ) {
        let text: Vec<&str> = picks.iter().map(|pick| PIECES[*pick]).collect();
        let schema = one(&text.join(" "));
        for problem in &schema.problems {
            prop_assert!(problem.location.line >= 1);
        }
    }

    #[test]
    fn blanks_and_comments_between_tokens_change_nothing(
        blanks in proptest::collection::vec(
            prop_oneof![Just(" "), Just("\n\t"), Just("/* c */"), Just(" // c\n")],
            40,
        )
    ) {
        let tokens = [
            "syntax", "=", "'proto3'", ";", "message", "M", "{", "repeated", "int32", "a", "=",
            "1", "[", "packed", "=", "false", "]", ";", "reserved", "2", "to", "5", ";", "}",
        ];
        let mut text = String::new();
        for (token, blank) in tokens.iter().zip(blanks.iter().cycle()) {
            let _ = write!(text, "{token}{blank}");
        }
        let schema = good(&text);
        let field = field(&schema, "M", "a");
        prop_assert!(!field.is_packed && field.cardinality == Cardinality::Repeated);
        prop_assert_eq!(schema.messages["M"].reserved.len(), 1);
    }
}

/// Reads every file below the folder in `PACTO_PROTOS` (npm `google-proto-files`, unpacked), as
/// one schema. The compiler accepts these trees, so nothing may be reported.
#[test]
fn a_tree_the_compiler_accepts_is_read_without_a_problem() {
    let Some(root) = std::env::var_os("PACTO_PROTOS").map(std::path::PathBuf::from) else {
        println!("skipped: PACTO_PROTOS names no folder with google/api/annotations.proto");
        return;
    };
    let mut folders = vec![root.join("google")];
    let mut paths = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "proto")
            {
                let relative = path.strip_prefix(&root).expect("below the root");
                let name = relative.to_str().expect("text").replace('\\', "/");
                // Test data of the compiler itself declares names twice on purpose.
                if !name.starts_with("google/protobuf/") {
                    paths.push(name);
                }
            }
        }
    }
    paths.sort();
    assert!(paths.len() > 100, "{} files", paths.len());
    let mut entry = String::new();
    for path in &paths {
        let _ = writeln!(entry, "import '{path}';");
    }
    let schema = Schema::load(&SourceText::new("entry.proto", entry), &mut |path| {
        let text = std::fs::read_to_string(root.join(path)).ok()?;
        Some(SourceText::new(path, text))
    });
    assert_eq!(schema.problems, []);
    assert!(schema.messages.len() > 1_000);
}
