use pacto_document::Pointer;

use crate::yaml;

const TEXT: &str = r#"# leading
name: "quoted\n"
plain: some text # comment
empty:
list:
  - a
  - {k: [1, 2]}
  -
block: |
  one
  two

nested:
  deep:
    x: 'y'

last: end
"#;

fn raw(pointer: &str) -> &'static str {
    let document = yaml(TEXT);
    let node = document.find(&Pointer::parse(pointer)).expect(pointer);
    let range = node.span().range();
    TEXT.get(range).expect("is on character boundaries")
}

#[test]
fn spans_cover_what_was_written_and_no_more() {
    assert_eq!(raw("/name"), r#""quoted\n""#);
    assert_eq!(raw("/plain"), "some text");
    assert_eq!(raw("/list/1"), "{k: [1, 2]}");
    assert_eq!(raw("/list/1/k"), "[1, 2]");
    assert_eq!(raw("/list/1/k/1"), "2");
    assert_eq!(raw("/block"), "|\n  one\n  two");
    assert_eq!(raw("/nested"), "deep:\n    x: 'y'");
    assert_eq!(raw("/nested/deep"), "x: 'y'");
    assert_eq!(raw("/list"), "- a\n  - {k: [1, 2]}\n  -");
    assert!(raw("").starts_with("name:") && raw("").ends_with("last: end"));
}

#[test]
fn a_missing_value_stands_behind_its_colon() {
    let document = yaml(TEXT);
    let location = document.root().get("empty").expect("present").location();
    assert_eq!((location.line, location.column, location.length), (4, 7, 0));
    let document = yaml("a: {b: , c: 1, d}");
    for (pointer, column) in [("/a/b", 7), ("/a/d", 17)] {
        let node = document.find(&Pointer::parse(pointer)).expect("present");
        assert!(node.is_null());
        assert_eq!(node.location().column, column, "{pointer}");
    }
}

#[test]
fn keys_have_places_too() {
    let document = yaml(TEXT);
    let (key, _) = document.root().get_entry("plain").expect("present");
    assert_eq!(key.raw(), "plain");
    assert_eq!(key.location().line, 3);
}

#[test]
fn columns_count_characters() {
    let document = yaml("ä: {ö: x}");
    let node = document.find(&Pointer::parse("/ä/ö")).expect("present");
    assert_eq!(node.location().column, 8);
}

#[test]
fn items_of_long_lists_are_found_by_position() {
    for count in [1, 63, 64, 65, 128, 129, 1000] {
        let items: Vec<_> = (0..count).map(|item| format!("[{item}, [x]]")).collect();
        let text = format!("a: &a [{}]\nb: *a\n", items.join(", "));
        let document = yaml(&text);
        for key in ["a", "b"] {
            let list = document.root().get(key).expect("present");
            for (position, item) in list.items().enumerate() {
                assert_eq!(
                    list.at(position).map(pacto_document::Node::id),
                    Some(item.id())
                );
            }
            assert!(list.at(count).is_none());
        }
    }
}
