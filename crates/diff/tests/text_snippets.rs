//! The lines of both sides in the text form.

mod support;

use pacto_diagnostic::SourceText;
use pacto_diff::render::{self, TextOptions};
use pacto_diff::{DependencyTree, Options, Parts, Report, SideName, diff};

const CONTRACT: &str = "interfaces: [{name: api, type: http, port: 80, contract: a.yaml}]\n";

/// What is told of two documents of an interface, in lines of at most 100 characters.
fn told(old: &str, new: &str, context: Option<u32>) -> String {
    let contract = support::contract(CONTRACT);
    let tree = DependencyTree {
        name: "svc".into(),
        version: "1.0.0".into(),
        dependency: "svc".into(),
        ..DependencyTree::default()
    };
    let parts = Parts {
        old_path: "old",
        new_path: "new",
        root: diff(
            &support::bundle(&contract, &[("a.yaml", old)]),
            &support::bundle(&contract, &[("a.yaml", new)]),
            &Options::default(),
        ),
        dependencies: Vec::new(),
        old_tree: &tree,
        new_tree: &tree,
    };
    let report = Report::new(parts, &Options::default());
    let texts = |_, side, file: &str| {
        let text = match side {
            SideName::Old => old,
            SideName::New => new,
        };
        (file == "a.yaml").then(|| SourceText::new(file, text))
    };
    let options = TextOptions {
        width: Some(100),
        texts: Some(&texts),
        context,
        ..TextOptions::default()
    };
    render::text(&report, &options)
}

/// An operation with a body, written over lines.
fn document(required: &str, path: &str) -> String {
    format!(
        "openapi: 3.0.3\npaths:\n  {path}:\n    post:\n      requestBody:\n        content:\n          \
         application/json:\n            schema:\n              type: object\n              \
         required: {required}\n              properties:\n                amount: {{type: integer}}\n                \
         currency: {{type: string}}\n      responses: {{}}\n"
    )
}

#[test]
fn a_line_is_shown_when_it_says_more_than_the_record() {
    let (old, new) = (
        document("[amount]", "/charges"),
        document("[amount, currency]", "/charges"),
    );
    insta::assert_snapshot!(told(&old, &new, None));
}

#[test]
fn a_line_that_only_repeats_the_record_is_named_by_its_number() {
    let (old, new) = (
        document("[amount]", "/charges"),
        document("[amount]", "/payments"),
    );
    let text = told(&old, &new, None);
    assert!(text.contains("API path /charges"), "{text}");
    assert!(text.contains("was line 3"), "{text}");
    assert!(!text.contains(" | "), "{text}");
}

#[test]
fn context_shows_the_lines_around_both_places() {
    let (old, new) = (
        document("[amount]", "/charges").replace("type: integer", "type: integer, maximum: 9"),
        document("[amount]", "/charges").replace("type: integer", "type: integer, maximum: 5"),
    );
    insta::assert_snapshot!(told(&old, &new, Some(1)));
}

#[test]
fn what_breaks_nobody_stays_one_line() {
    let (old, new) = (
        document("[amount, currency]", "/charges"),
        document("[amount]", "/charges"),
    );
    let text = told(&old, &new, Some(3));
    assert!(text.contains("request-property-became-optional"), "{text}");
    assert!(!text.contains(" | "), "{text}");
}

#[test]
fn long_lines_are_cut_around_the_place_and_hostile_ones_stay_one_line() {
    let filler = format!("\"x-note\": \"{}\", ", "z".repeat(500));
    let hostile = "\"x-more\": \"\u{9b}31m\u{202e}\"";
    let minified = |required: &str| {
        format!(
            "{{\"openapi\": \"3.0.3\", {filler}\"paths\": {{\"/a\": {{\"post\": {{\"requestBody\": {{\"content\": \
             {{\"application/json\": {{\"schema\": {{{hostile}, \"required\": {required}, \
             \"properties\": {{\"a\": {{}}, \"b\": {{}}}}}}}}}}}}, \"responses\": {{}}}}}}}}}}"
        )
    };
    for context in [None, Some(2)] {
        let text = told(&minified("[]"), &minified("[\"b\"]"), context);
        let line = text.lines().find(|line| line.contains(" | "));
        let line = line.unwrap_or_else(|| panic!("{text}"));
        assert!(line.contains("31m"), "{text}");
        assert!(line.contains("\"b\"]"), "{text}");
        assert!(line.contains('…'), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 100),
            "{text}"
        );
        assert!(!text.contains(['\u{9b}', '\u{202e}']), "{text}");
    }
}
