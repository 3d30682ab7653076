use std::fmt::Write;
use std::time::{Duration, Instant};

use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Syntax};

/// Parses with contract limits; the time bounds work, not the machine.
fn refused(text: String, syntax: Syntax) -> String {
    let start = Instant::now();
    let result = Document::parse(SourceText::new("f", text), syntax, Limits::CONTRACT);
    assert!(start.elapsed() < Duration::from_secs(5), "took too long");
    result.expect_err("is refused").message
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        writeln!(
            text,
            "a{level}: &a{level} [{}]",
            format!("*a{below},").repeat(9)
        )
        .expect("fits");
    }
    assert_eq!(
        refused(text, Syntax::Yaml),
        "document has more than 200000 nodes"
    );
}

#[test]
fn a_merge_bomb_is_refused() {
    let mut text = "a0: &a0 {".to_owned();
    for key in 0..1000 {
        write!(text, "k{key}: 1, ").expect("fits");
    }
    text.push_str("}\n");
    for level in 1..1000 {
        writeln!(text, "a{level}: &a{level} {{<<: *a{}}}", level - 1).expect("fits");
    }
    assert_eq!(
        refused(text, Syntax::Yaml),
        "document has more than 200000 nodes"
    );
}

#[test]
fn copies_of_a_long_text_are_refused() {
    let text = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(100_000),
        "*a,".repeat(1000)
    );
    assert_eq!(
        refused(text, Syntax::Yaml),
        "document is larger than 4194304 bytes when its aliases are followed"
    );
}

#[test]
fn a_chain_of_aliases_cannot_outgrow_the_depth() {
    let mut text = "a0: &a0 [x]\n".to_owned();
    for level in 1..10_000 {
        writeln!(text, "a{level}: &a{level} [*a{}]", level - 1).expect("fits");
    }
    assert_eq!(
        refused(text, Syntax::Yaml),
        "document is nested deeper than 128 levels"
    );
}

#[test]
fn deep_nesting_is_refused() {
    let expected = "document is nested deeper than 128 levels";
    assert_eq!(refused("[".repeat(100_000), Syntax::Json), expected);
    assert_eq!(refused("{\"a\":".repeat(100_000), Syntax::Detect), expected);
    assert_eq!(refused("[".repeat(100_000), Syntax::Yaml), expected);
    assert_eq!(refused("- ".repeat(100_000), Syntax::Yaml), expected);
}

#[test]
fn many_nodes_are_refused() {
    assert_eq!(
        refused(format!("[{}]", "0,".repeat(300_000)), Syntax::Detect),
        "document has more than 200000 nodes"
    );
}

#[test]
fn large_texts_are_refused_before_they_are_read() {
    assert_eq!(
        refused(" ".repeat(5 << 20), Syntax::Yaml),
        "document is larger than 4194304 bytes"
    );
}
