use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Node, Number, Syntax, Tree};
use proptest::prelude::*;
use serde_json::Value;

use crate::parse;

fn json_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z0-9.:~<-]{0,6}".prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 64, 20, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(("[a-z]{0,3}|\\PC{0,4}", inner), 0..24)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let scalar = prop_oneof![
        Just(Tree::Null),
        any::<bool>().prop_map(Tree::Bool),
        any::<i64>().prop_map(|value| Tree::Number(Number::Integer(value))),
        (i64::MAX as u64 + 1..).prop_map(|value| Tree::Number(Number::Unsigned(value))),
        any::<f64>().prop_map(|value| Tree::Number(Number::Float(value))),
        text().prop_map(Tree::Text),
    ];
    scalar.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Tree::Sequence),
            prop::collection::vec((text(), inner), 0..8)
                .prop_map(|entries| Tree::Mapping(entries.into_iter().collect())),
        ]
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z0-9.:~< #\\-\n]{0,8}",
        "[0-9]{1,4}[-.:_][0-9]{1,2}[-.:][0-9]{1,2}",
        "k{990,1010}",
    ]
}

/// Every node: spans lie inside the parent, and the text of a plain string is in its span.
fn check_spans(node: Node<'_>, text: &str) {
    let span = node.span();
    assert!(text.get(span.range()).is_some(), "on character boundaries");
    let children = node
        .items()
        .chain(node.entries().flat_map(|(key, value)| [key, value]));
    let mut last = span.start;
    for child in children {
        let inner = child.span();
        assert!(
            last <= inner.start && inner.end <= span.end,
            "in order and inside"
        );
        last = inner.end;
        check_spans(child, text);
    }
}

proptest! {
    #[test]
    fn json_round_trips(value in json_value()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).expect("serialises")] {
            let document = parse(&text, Syntax::Json).expect("is JSON");
            let read = document.root().to_json();
            prop_assert_eq!(read.as_ref(), Some(&value));
            check_spans(document.root(), &text);
        }
    }

    #[test]
    fn json_is_yaml_with_the_same_tree(value in json_value()) {
        let text = serde_json::to_string_pretty(&value).expect("serialises");
        let json = parse(&text, Syntax::Json).expect("is JSON");
        // Some characters that JSON strings may hold as they are must be escaped in YAML.
        if let Ok(yaml) = parse(&text, Syntax::Yaml) {
            prop_assert!(json.root().value_eq(yaml.root()));
            prop_assert!(yaml.root().value_eq(json.root()));
            check_spans(yaml.root(), &text);
        } else {
            prop_assert!(!text.is_ascii(), "only unusual characters differ: {}", text);
        }
    }

    #[test]
    fn a_written_tree_reads_as_it_was(tree in tree()) {
        let text = tree.to_yaml();
        let document = parse(&text, Syntax::Yaml);
        prop_assert!(document.is_ok(), "{:?}\n{text}", document.err());
        let read = document.expect("was checked").root().to_tree();
        // NaN differs from itself; its spelling does not.
        prop_assert_eq!(format!("{read:?}"), format!("{tree:?}"), "{}", text);
    }

    #[test]
    fn any_text_is_read_without_panic(text in "[\\[\\]{}:,\"'&*!|>%@`#a-c0-9 \\-\\n\\t~<\u{e9}\\\\?.]{0,80}") {
        for syntax in [Syntax::Detect, Syntax::Json, Syntax::Yaml] {
            let source = SourceText::new("f", text.as_str());
            if let Ok(document) = Document::parse(source, syntax, Limits::CONTRACT) {
                let root = document.root();
                prop_assert!(root.value_eq(root));
                let _ = root.to_json();
                let _ = root.location();
            }
        }
    }
}
