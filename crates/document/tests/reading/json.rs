use pacto_document::{Node, Number, Syntax};

use crate::{error, parse};

#[test]
fn json_reads_as_serde_json_reads_it() {
    let text =
        r#" { "a": [1, -2.5e3, true, false, null, "x\n\u00e9\ud83d\ude00"], "": {}, "b":[] } "#;
    let document = parse(text, Syntax::Json).expect("is JSON");
    let expected: serde_json::Value = serde_json::from_str(text).expect("is JSON");
    assert_eq!(document.root().to_json(), Some(expected));
}

#[test]
fn integers_keep_all_their_digits() {
    let document = parse(
        "[9223372036854775807, 18446744073709551615, 1e2]",
        Syntax::Json,
    )
    .expect("is JSON");
    let numbers: Vec<_> = document
        .root()
        .items()
        .filter_map(Node::as_number)
        .collect();
    let expected = [
        Number::Integer(i64::MAX),
        Number::Unsigned(u64::MAX),
        Number::Float(100.0),
    ];
    assert_eq!(numbers, expected);
    assert_eq!(document.root().at(2).and_then(Node::as_i64), Some(100));
}

#[test]
fn what_is_not_json_is_refused_at_its_place() {
    let table = [
        ("", "expected a value, found the end of the text", 1),
        ("[1,]", "expected a value, found ']'", 4),
        (
            "{\"a\":1,}",
            "expected a key in double quotes, found '}'",
            8,
        ),
        ("{a:1}", "expected a key in double quotes, found 'a'", 2),
        ("{\"a\" 1}", "expected `:`, found '1'", 6),
        ("[1 2]", "expected `,` or `]`, found '2'", 4),
        ("[1}", "expected `,` or `]`, found '}'", 3),
        ("[01]", "number with a leading zero", 2),
        ("[1.]", "expected a digit, found ']'", 4),
        ("[-]", "expected a digit, found ']'", 3),
        ("[1e400]", "number out of range", 2),
        ("[\"a\tb\"]", "control character in a string", 4),
        ("[\"a", "string without an end", 4),
        ("[\"\\x\"]", "unknown escape in a string", 4),
        (
            "[\"\\u12g4\"]",
            "expected four hexadecimal digits, found 'g'",
            7,
        ),
        ("[\"\\ud800\"]", "lone surrogate in a string", 9),
        ("[\"\\udc00x\"]", "lone surrogate in a string", 9),
        ("[\"\\ud800\\u0041\"]", "lone surrogate in a string", 15),
        ("[1] x", "expected the end of the text, found 'x'", 5),
        ("[truE]", "expected a value, found 't'", 2),
        ("[é]", "expected a value, found 'é'", 2),
    ];
    for (text, message, column) in table {
        assert_eq!(
            error(text, Syntax::Json),
            (message.to_owned(), 1, column),
            "{text}"
        );
    }
}

#[test]
fn a_second_equal_key_names_the_first() {
    let text = "{\"a\": 1,\n \"b\": 2,\n \"\\u0061\": 3}";
    let error = parse(text, Syntax::Json).expect_err("has a duplicate");
    assert_eq!(error.message, "mapping key \"a\" already defined at line 1");
    let location = error.location.expect("has a place");
    assert_eq!((location.line, location.column), (3, 2));
    let (_, first) = *error.related.expect("names the first");
    assert_eq!((first.line, first.column), (1, 2));
}

#[test]
fn duplicates_are_found_in_large_mappings_too() {
    let entries: Vec<_> = (0..100).map(|n| format!("\"k{n}\": {n},")).collect();
    let text = format!("{{{}\n\"k7\": 1, \"k3\": 2}}", entries.join("\n"));
    let (message, line, _) = error(&text, Syntax::Json);
    assert_eq!(message, "mapping key \"k7\" already defined at line 8");
    assert_eq!(line, 101);
}

#[test]
fn large_mappings_find_every_key() {
    let text: Vec<_> = (0..1000).rev().map(|n| format!("\"k{n}\": {n}")).collect();
    let document = parse(&format!("{{{}}}", text.join(",")), Syntax::Json).expect("is JSON");
    for n in 0..1000 {
        let found = document.root().get(&format!("k{n}"));
        assert_eq!(found.and_then(Node::as_i64), Some(n));
    }
    assert!(document.root().get("k1000").is_none());
    let first = document
        .root()
        .entries()
        .next()
        .and_then(|(key, _)| key.as_str());
    assert_eq!(first, Some("k999"), "entries stay in written order");
}

#[test]
fn detection_falls_back_to_flow_style_yaml() {
    let document = parse("{a: 1, b: [x,],}", Syntax::Detect).expect("is YAML");
    assert_eq!(document.root().len(), 2);
    let document = parse("\u{feff} {\"a\": 1}", Syntax::Detect).expect("is JSON");
    assert_eq!(document.root().get("a").and_then(Node::as_i64), Some(1));
}
