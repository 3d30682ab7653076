use pacto_document::{Node, Syntax};
use serde_json::json;

use crate::{error, value, yaml};

#[test]
fn block_and_flow_style_give_one_tree() {
    let block = "a:\n  - 1\n  - x: y\n    z:\nb: |\n  one\n  two\nc: >-\n  folded\n  text\n";
    let flow = r#"{a: [1, {x: y, z: }], b: "one\ntwo\n", c: 'folded text'}"#;
    let expected = json!({"a": [1, {"x": "y", "z": null}], "b": "one\ntwo\n", "c": "folded text"});
    assert_eq!(value(block), expected);
    assert_eq!(value(flow), expected);
    assert!(yaml(block).root().value_eq(yaml(flow).root()));
}

#[test]
fn keys_are_text_whatever_they_look_like() {
    assert_eq!(
        value("200: ok\ntrue: a\n1.0: b\n~: c\n"),
        json!({"200": "ok", "true": "a", "1.0": "b", "~": "c"})
    );
}

#[test]
fn words_and_dates_stay_text() {
    assert_eq!(
        value("[yes, no, on, off, 2024-01-02, 2024-01-02T03:04:05Z]"),
        json!([
            "yes",
            "no",
            "on",
            "off",
            "2024-01-02",
            "2024-01-02T03:04:05Z"
        ])
    );
}

#[test]
fn tags_decide_over_the_look() {
    assert_eq!(
        value("[!!str 80, !!int \"80\", !!float 80, !!binary aGk=, !own 80, !!str, !!bool 'true']"),
        json!(["80", 80, 80.0, "hi", "80", "", true])
    );
    let (message, ..) = error("a: !!int x", Syntax::Yaml);
    assert_eq!(message, "cannot decode `x` as a !!int");
    let (message, ..) = error("a: !!binary '*'", Syntax::Yaml);
    assert_eq!(message, "!!binary value contains invalid base64 data");
}

#[test]
fn aliases_lead_to_their_anchor() {
    let document =
        yaml("base: &b {x: [1, 2]}\ncopy: *b\nkey: &k name\n? *k\n: 1\nnum: &n 5\n? *n\n: 2\n");
    assert_eq!(
        document.root().to_json(),
        Some(
            json!({"base": {"x": [1, 2]}, "copy": {"x": [1, 2]}, "key": "name", "name": 1, "num": 5, "5": 2})
        )
    );
    let copy = document.root().get("copy").expect("present");
    assert!(copy.is_alias());
    assert_eq!(
        copy.location().line,
        2,
        "an alias stands where it is written"
    );
    assert_eq!(copy.get("x").expect("present").location().line, 1);
    assert!(copy.value_eq(document.root().get("base").expect("present")));
}

#[test]
fn merge_keys_bring_in_what_is_not_there() {
    let text = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: [*a, *b]\n  x: own\nd:\n  k: v\n  <<: *a\n";
    let document = yaml(text);
    let root = document.root();
    let c = root.get("c").expect("present");
    assert_eq!(c.to_json(), Some(json!({"x": "own", "y": 2, "z": 4})));
    assert_eq!(c.len(), 3);
    let keys: Vec<_> = c.entries().filter_map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["x", "y", "z"], "merged entries come last");
    assert_eq!(
        root.get("d").and_then(Node::to_json),
        Some(json!({"k": "v", "x": 1, "y": 2}))
    );
    assert_eq!(
        value("a: {<<: {q: 1}, r: 2}"),
        json!({"a": {"r": 2, "q": 1}})
    );
    assert_eq!(
        value("a: {\"<<\": 1}"),
        json!({"a": {"<<": 1}}),
        "quoted is a key"
    );
}

#[test]
fn merged_mappings_merge_again() {
    let text = "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, z: 3}\n";
    assert_eq!(
        value(text),
        json!({"a": {"x": 1}, "b": {"y": 2, "x": 1}, "c": {"z": 3, "y": 2, "x": 1}})
    );
}

#[test]
fn merging_anything_but_maps_is_an_error() {
    let (message, line, column) = error("a: 1\nb:\n  <<: [1]\n", Syntax::Yaml);
    assert_eq!(
        message,
        "map merge requires map or sequence of maps as the value"
    );
    assert_eq!((line, column), (3, 8));
}

#[test]
fn only_the_first_document_counts() {
    let document = yaml("a: 1\n---\nb: [\n");
    assert_eq!(document.root().to_json(), Some(json!({"a": 1})));
    let location = document.extra_document().expect("there is another");
    assert_eq!((location.line, location.column, location.length), (2, 1, 3));
    assert!(yaml("---\na: 1\n...\n").extra_document().is_none());
    assert!(yaml("a: 1\n").extra_document().is_none());
}

#[test]
fn nothing_is_null() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "\u{feff}"] {
        assert!(yaml(text).root().is_null(), "{text:?}");
    }
}

#[test]
fn errors_have_places() {
    let table = [
        (
            "a: 1\na: 2\n",
            "mapping key \"a\" already defined at line 1",
            2,
            1,
        ),
        (
            "1: x\n'1': y\n",
            "mapping key \"1\" already defined at line 1",
            2,
            1,
        ),
        (
            "? [a]\n: 1\n",
            "a list or map cannot be a mapping key",
            1,
            3,
        ),
        ("a: &x [*x]\n", "anchor contains itself", 1, 8),
    ];
    for (text, message, line, column) in table {
        assert_eq!(
            error(text, Syntax::Yaml),
            (message.to_owned(), line, column),
            "{text}"
        );
    }
    for text in [
        "a: [1",
        "a: b: c",
        "a: *nope",
        "\"\\ud800\"",
        "a:\n\t- b",
        "%",
        "'",
        "- a\nb: c",
    ] {
        let (message, line, _) = error(text, Syntax::Yaml);
        assert!(!message.is_empty() && line > 0, "{text:?}");
    }
}

#[test]
fn infinities_have_no_json_form() {
    assert_eq!(yaml("a: [1, .inf]").root().to_json(), None);
    assert_eq!(yaml("a: .nan").root().to_json(), None);
}

#[test]
fn values_are_equal_by_meaning() {
    let equal = [
        ("{a: 1, b: [x]}", "{b: [\"x\"], a: 1.0}"),
        ("[0x10, 1e2]", "[16, 100]"),
        ("[.nan]", "[.NaN]"),
    ];
    for (left, right) in equal {
        assert!(yaml(left).root().value_eq(yaml(right).root()), "{left}");
    }
    let different = [
        ("[1, 2]", "[2, 1]"),
        ("{a: 1}", "{a: 1, b: 2}"),
        ("{a: 1}", "{b: 1}"),
        ("'1'", "1"),
        ("~", "''"),
        ("9007199254740993", "9007199254740992.0"),
    ];
    for (left, right) in different {
        assert!(!yaml(left).root().value_eq(yaml(right).root()), "{left}");
    }
}
