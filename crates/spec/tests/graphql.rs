//! Reading GraphQL schemas: what is understood, what is reported, and that nothing hurts.

use pacto_diagnostic::SourceText;
use pacto_spec::graphql::{Schema, TypeKind};
use proptest::prelude::*;

fn parse(text: &str) -> Schema {
    Schema::parse(&SourceText::new("schema.graphql", text))
}

fn names<'n>(names: impl Iterator<Item = &'n String>) -> Vec<&'n str> {
    names.map(String::as_str).collect()
}

#[test]
fn every_kind_of_definition_is_read() {
    let schema = parse(
        r#"
        """ The
            roots. """
        schema @link(url: "x", import: ["a", {b: 1}]) { query: Root }
        directive @cost(weight: Int! = 1) repeatable on | FIELD_DEFINITION | OBJECT
        "A date." scalar Date @specifiedBy(url: "u")
        type Root implements Node & Named {
          id: ID!
          users(first: Int = 10, "Which." filter: Filter = {name: "a" tags: [1, 2]}): [User!]!
          old: String @deprecated(reason: "gone")
        }
        interface Node { id: ID! }
        interface Named { id: ID! }
        union Found = | Root | User
        enum State { ON OFF @deprecated }
        input Filter { name: String = "x" tags: [Int!] }
        type User { id: ID! }
        extend type User { name: String }
        "#,
    );
    assert_eq!(schema.problems, []);
    assert_eq!(schema.roots["query"].0, "Root");
    let cost = &schema.directives["cost"];
    assert!(cost.is_repeatable && !cost.arguments["weight"].is_required());
    assert_eq!(names(cost.locations.iter()), ["FIELD_DEFINITION", "OBJECT"]);
    let root = &schema.types["Root"];
    assert_eq!(root.kind, TypeKind::Object);
    assert_eq!(names(root.interfaces.keys()), ["Named", "Node"]);
    let users = &root.fields["users"];
    assert_eq!(users.field_type.to_string(), "[User!]!");
    assert_eq!(users.arguments["first"].default.as_deref(), Some("10"));
    let filter = &users.arguments["filter"];
    assert_eq!(filter.default.as_deref(), Some("{name:\"a\" tags:[1 2]}"));
    assert_eq!(filter.description.as_deref(), Some("Which."));
    assert!(root.fields["old"].is_deprecated && !users.is_deprecated);
    assert_eq!(
        names(schema.types["Found"].members.keys()),
        ["Root", "User"]
    );
    assert!(schema.types["State"].values["OFF"].is_deprecated);
    assert!(!schema.types["Filter"].fields["name"].is_required());
    assert_eq!(names(schema.types["User"].fields.keys()), ["id", "name"]);
    let place = schema.location(users.type_span);
    assert_eq!((place.line, place.length), (9, 8));
}

#[test]
fn without_a_schema_definition_the_names_say_what_the_roots_are() {
    let schema = parse("type Query { a: Int } type Mutation { b: Int }");
    assert_eq!(names(schema.roots.keys()), ["mutation", "query"]);
}

#[test]
fn what_cannot_be_read_is_reported_with_its_place_and_the_rest_is_there() {
    let cases = [
        (
            "type A { a Int }\ntype B { b: Int }",
            1,
            12,
            "expected `:`, found `Int`",
        ),
        (
            "typo A { a: Int }\ntype B { b: Int }",
            1,
            1,
            "expected a definition, found `typo`",
        ),
        (
            "type A { a: [Int }\ntype B { b: Int }",
            1,
            18,
            "expected `]`, found `}`",
        ),
        (
            "type B { b: Int }\ntype A { a: Int",
            2,
            16,
            "expected a name, found the end of the file",
        ),
        (
            "type B { b: Int } ; type A { a: Int }",
            1,
            19,
            "unexpected character `;`",
        ),
        (
            "type B { b: Int } type B { c: Int }",
            1,
            24,
            "`B` is defined twice",
        ),
        (
            "type B { b: Int } \"open",
            1,
            19,
            "a string is never closed",
        ),
    ];
    for (text, line, column, message) in cases {
        let schema = parse(text);
        let problem = schema.problems.first().expect("a problem");
        let place = (problem.location.line, problem.location.column);
        assert_eq!(
            (place, problem.kind.to_string().as_str()),
            ((line, column), message),
            "{text}"
        );
        assert!(schema.types["B"].fields.contains_key("b"), "{text}");
    }
}

#[test]
fn deep_and_endless_texts_end_with_a_problem() {
    for text in [
        format!("type A {{ a: {}Int }}", "[".repeat(100_000)),
        format!("input A {{ a: Int = {} }}", "[".repeat(100_000)),
        "type ".repeat(100_000),
        "? ".repeat(100_000),
        "\"".repeat(99_999),
    ] {
        let schema = parse(&text);
        assert!(
            (1..=101).contains(&schema.problems.len()),
            "{}",
            schema.problems.len()
        );
    }
}

/// Pieces that documents are made of, so that random texts reach deep into the parser.
const PIECES: &[&str] = &[
    "type",
    "A",
    "{",
    "}",
    "a",
    ":",
    "Int",
    "!",
    "[",
    "]",
    "(",
    ")",
    "=",
    "1",
    "\"t\"",
    "@",
    "d",
    "on",
    "|",
    "&",
    "union",
    "enum",
    "input",
    "interface",
    "implements",
    "directive",
    "schema",
    "query",
    "extend",
    "scalar",
    "\"\"\"",
    "...",
    "$",
    "-",
    "é",
    "#",
    "\n",
];

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        parse(&text);
    }

    #[test]
    fn no_order_of_words_makes_the_reader_panic(
        picks in proptest::collection::vec(0..PIECES.len(), 0..100)
    ) {
        let text: Vec<&str> = picks.iter().map(|pick| PIECES[*pick]).collect();
        parse(&text.join(" "));
    }
}
