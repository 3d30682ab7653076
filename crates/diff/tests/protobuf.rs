//! Every example of every page about protobuf, and what holds for the pages as a collection.

use std::collections::{BTreeMap, BTreeSet};

use pacto_diagnostic::SourceText;
use pacto_diff::Class;
use pacto_diff::deep::protobuf::{Level, ProtoFinding, compare, rule, rules};
use pacto_literate::{Example, Page, load_dir};
use pacto_spec::protobuf::Schema;
use proptest::prelude::*;

fn pages() -> Vec<Page> {
    load_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/deep-rules/protobuf")).expect("good pages")
}

/// Reads the block with a name as the file that was asked for, and blocks below it as its imports.
fn side(example: &Example, name: &str) -> Schema {
    let prefix = format!("{name}/");
    let imports: BTreeMap<&str, &str> = example
        .files
        .iter()
        .filter_map(|block| Some((block.name().strip_prefix(&prefix)?, block.content.as_str())))
        .collect();
    load(example.file(name).unwrap_or_default(), &imports)
}

fn load(text: &str, imports: &BTreeMap<&str, &str>) -> Schema {
    Schema::load(&SourceText::new("api.proto", text), &mut |path| {
        imports.get(path).map(|text| SourceText::new(path, *text))
    })
}

fn level(page: &Page) -> Level {
    page.fields.get("compare").map_or(Level::File, |word| {
        Level::from_word(word).unwrap_or_else(|| panic!("{}: no level `{word}`", page.id))
    })
}

fn line(finding: &ProtoFinding) -> String {
    format!(
        "{}  {}  {}  {}",
        finding.rule,
        finding.class.word(),
        finding.path,
        finding.kind
    )
}

fn lines(findings: &[ProtoFinding]) -> Vec<String> {
    findings.iter().map(line).collect()
}

fn with_syntax(body: &str) -> String {
    format!("syntax = \"proto3\";\npackage a.v1;\n{body}\n")
}

fn diff(old: &str, new: &str) -> Vec<ProtoFinding> {
    let none = BTreeMap::new();
    compare(&load(old, &none), &load(new, &none), Level::File)
}

#[test]
fn every_example_comes_out_as_written() {
    let mut failures = String::new();
    for page in pages() {
        for example in &page.examples {
            let (old, new) = (side(example, "before"), side(example, "after"));
            let found = lines(&compare(&old, &new, level(&page)));
            if found != example.expect {
                failures.push_str(&format!(
                    "{}:{} {}\n  expected {:#?}\n  found {found:#?}\n",
                    page.id, example.line, example.title, example.expect
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_example_is_read_without_a_problem_unless_it_is_about_that() {
    for page in pages() {
        if matches!(
            page.id.as_str(),
            "proto-parse-failed" | "proto-import-unresolved"
        ) {
            continue;
        }
        for example in &page.examples {
            for name in ["before", "after"] {
                let schema = side(example, name);
                assert_eq!(schema.problems, [], "{} {} {name}", page.id, example.title);
            }
        }
    }
}

#[test]
fn every_side_of_every_example_equals_itself() {
    for page in pages() {
        for example in &page.examples {
            for name in ["before", "after"] {
                let schema = side(example, name);
                assert_eq!(
                    lines(&compare(&schema, &schema, Level::File)),
                    [""; 0],
                    "{}",
                    page.id
                );
            }
        }
    }
}

#[test]
fn swapping_the_sides_exchanges_what_was_added_and_removed() {
    // What is only said one way: nobody loses when these go.
    const ONE_WAY: &[&str] = &[
        ".deprecated",
        ".behavior[",
        ".options[no_standard",
        ".reserved[",
        ".extensions[",
        ".oneofs[",
        ".http",
        ".name",
        ".allow-alias",
        // The file a declaration left may be gone, and then that is what is said.
        ".file",
        // What moved is called by its old name.
        ".package",
    ];
    let is_compared = |finding: &&ProtoFinding| {
        let has_mirror_only_there = finding.path.starts_with("grpc.enums[")
            && !finding.path.contains("].")
            || finding.path.starts_with("grpc.files[")
            || finding.path.starts_with("grpc.packages[")
            || finding.path.starts_with("grpc.extensions[")
            || finding.path.contains(".validate[");
        !has_mirror_only_there && !ONE_WAY.iter().any(|part| finding.path.contains(part))
    };
    let mut wrong: Vec<String> = Vec::new();
    for page in pages() {
        for example in &page.examples {
            let (old, new) = (side(example, "before"), side(example, "after"));
            let forth = compare(&old, &new, Level::File);
            let back = compare(&new, &old, Level::File);
            let keys = |findings: &[ProtoFinding], is_mirrored: bool| -> BTreeSet<String> {
                findings
                    .iter()
                    .filter(is_compared)
                    .map(|finding| {
                        let kind = if is_mirrored {
                            finding.kind.mirrored()
                        } else {
                            finding.kind
                        };
                        format!("{} {kind}", finding.path)
                    })
                    .collect()
            };
            let (forth, back) = (keys(&forth, true), keys(&back, false));
            if forth != back {
                wrong.push(format!("{} {}: {forth:?} {back:?}", page.id, example.title));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_page_has_a_firing_and_a_silent_example() {
    for page in pages() {
        assert!(
            page.examples.iter().any(|example| example.fires),
            "{}",
            page.id
        );
        assert!(
            page.examples.iter().any(|example| !example.fires),
            "{}",
            page.id
        );
        assert!(page.id.starts_with("proto-"), "{}", page.id);
    }
}

#[test]
fn all_breaking_rules_of_buf_have_a_page_of_their_own() {
    let own: BTreeSet<String> = rules()
        .iter()
        .flat_map(|rule| rule.peers)
        .map(|peer| (*peer).to_owned())
        .collect();
    assert_eq!(own.len(), 64, "{own:#?}");
    for peer in own {
        let id = format!("proto-{}", peer.to_ascii_lowercase().replace('_', "-"));
        let page = rule(&id).unwrap_or_else(|| panic!("a page {id}"));
        assert_eq!(page.peers, [peer]);
    }
}

#[test]
fn levels_include_the_ones_before() {
    for page in pages() {
        for example in &page.examples {
            let (old, new) = (side(example, "before"), side(example, "after"));
            let mut last: Vec<Class> = Vec::new();
            for level in [Level::Wire, Level::Json, Level::Package, Level::File] {
                let classes: Vec<Class> = compare(&old, &new, level)
                    .iter()
                    .map(|finding| finding.class)
                    .collect();
                assert!(classes.len() >= last.len(), "{} {}", page.id, example.title);
                assert!(
                    classes.iter().max() >= last.iter().max(),
                    "{} {}",
                    page.id,
                    example.title
                );
                last = classes;
            }
        }
    }
}

#[test]
fn a_type_an_enum_a_stream_and_a_procedure() {
    let old = with_syntax(
        "message M { int32 id = 1; string name = 2; }
         enum E { E_UNSPECIFIED = 0; E_A = 1; }
         service S { rpc Get(M) returns (M); rpc Del(M) returns (M); }",
    );
    let new = with_syntax(
        "message M { int64 id = 1; bytes name = 2; }
         enum E { E_UNSPECIFIED = 0; E_B = 1; }
         service S { rpc Get(M) returns (stream M); }",
    );
    let findings = diff(&old, &new);
    assert_eq!(
        lines(&findings),
        [
            "proto-enum-value-same-name  potential  grpc.enums[E].values[1].name  modified",
            "proto-field-same-type  potential  grpc.messages[M].fields[id].type  modified",
            "proto-field-same-type  potential  grpc.messages[M].fields[name].type  modified",
            "proto-rpc-no-delete  breaking  grpc.rpcs[S.Del]  removed",
            "proto-rpc-same-server-streaming  breaking  grpc.rpcs[S.Get].server-streaming  modified",
        ]
    );
    let id = &findings[1];
    assert_eq!(id.aliases, ["proto-field-wire-json-compatible-type"]);
    assert_eq!(id.old_value, Some("int32".into()));
    let place = |location: &Option<pacto_diagnostic::Location>| {
        location
            .as_ref()
            .map(|location| (location.line, location.column, location.length))
    };
    assert_eq!(
        (place(&id.old_location), place(&id.new_location)),
        (Some((3, 13, 5)), Some((3, 13, 5)))
    );
}

#[test]
fn a_field_deleted_with_and_without_reservation() {
    let findings = diff(
        &with_syntax("message M { string a = 1; string b = 2; string c = 3; }"),
        &with_syntax("message M { string a = 1; reserved 2; reserved \"b\"; }"),
    );
    assert_eq!(
        lines(&findings),
        [
            "proto-field-no-delete  potential  grpc.messages[M].fields[b]  removed",
            "proto-field-no-delete-unless-number-reserved  breaking  grpc.messages[M].fields[c]  removed",
        ]
    );
    assert_eq!(
        findings[1].aliases,
        [
            "proto-field-no-delete-unless-name-reserved",
            "proto-field-no-delete"
        ]
    );
}

#[test]
fn the_seat_inventory_of_the_example_estate() {
    let read = |version: &str| {
        let path = format!(
            "{}/../../examples/estate/bundles/seat-inventory/{version}/interfaces/inventory.proto",
            env!("CARGO_MANIFEST_DIR")
        );
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    assert_eq!(
        lines(&diff(&read("1.2.0"), &read("2.0.0"))),
        [
            "proto-enum-value-added  non-breaking  grpc.enums[SeatState].values[4]  added",
            "proto-field-wire-compatible-type  breaking  grpc.messages[Hold].fields[expires_at].type  modified",
            "proto-field-added  non-breaking  grpc.messages[HoldSeatsRequest].fields[channel]  added",
            "proto-field-no-delete  potential  grpc.messages[Seat].fields[row_label]  removed",
            "proto-message-added  non-breaking  grpc.messages[SeatUpdate]  added",
            "proto-message-added  non-breaking  grpc.messages[WatchSeatsRequest]  added",
            "proto-rpc-no-delete  breaking  grpc.rpcs[SeatInventory.ReleaseHold]  removed",
            "proto-rpc-added  non-breaking  grpc.rpcs[SeatInventory.WatchSeats]  added",
        ]
    );
}

#[test]
fn a_large_file_is_compared_in_time_that_follows_its_size() {
    // Comparing everything with everything would take minutes here.
    let count = 20_000;
    let mut text = String::new();
    for (name, statement) in [
        ("message M", "int32 f@ = #;"),
        ("message R", "reserved #;"),
        ("enum E", "V@ = #;"),
        ("service S", "rpc R@(M) returns (M);"),
    ] {
        text.push_str(name);
        text.push('{');
        for index in 0..count {
            let number = (index * 3 + 1).to_string();
            let statement = statement
                .replace('@', &index.to_string())
                .replace('#', &number);
            text.push_str(&statement);
        }
        text.push('}');
    }
    let old = with_syntax(&text);
    let new = with_syntax(
        &text
            .replace('f', "g")
            .replace("rpc R", "rpc T")
            .replace("1;", "2;"),
    );
    let findings = diff(&old, &new);
    assert!(findings.len() > count, "{}", findings.len());
    assert_eq!(lines(&diff(&old, &old)), [""; 0]);
}

/// Declarations that do not depend on each other's order.
const DECLARATIONS: &[&str] = &[
    "message A { string a = 1; repeated B b = 2; }",
    "message B { map<string, E> e = 1; oneof kind { A a = 2; int32 n = 3; } }",
    "enum E { ZERO = 0; ONE = 1; }",
    "service S { rpc Get(A) returns (B); rpc Put(B) returns (A); }",
    "option go_package = \"x\";",
    "message C { reserved 1 to 5; optional string d = 6; message D {} }",
];

proptest! {
    #[test]
    fn the_order_of_declarations_changes_nothing(
        order in Just((0..DECLARATIONS.len()).collect::<Vec<_>>()).prop_shuffle()
    ) {
        let straight = with_syntax(&DECLARATIONS.join("\n"));
        let shuffled: Vec<&str> = order.iter().map(|index| DECLARATIONS[*index]).collect();
        let shuffled = with_syntax(&shuffled.join("\n"));
        prop_assert_eq!(lines(&diff(&straight, &shuffled)), Vec::<String>::new());
    }

    #[test]
    fn leaving_declarations_out_is_what_adding_them_is_the_other_way_round(
        kept in proptest::collection::vec(any::<bool>(), DECLARATIONS.len())
    ) {
        let all = with_syntax(&DECLARATIONS.join("\n"));
        let some: Vec<&str> = DECLARATIONS
            .iter()
            .zip(&kept)
            .filter(|(_, is_kept)| **is_kept)
            .map(|(text, _)| *text)
            .collect();
        let some = with_syntax(&some.join("\n"));
        let top = |findings: &[ProtoFinding], prefix: &str| -> Vec<String> {
            findings
                .iter()
                .filter(|finding| finding.path.starts_with(prefix) && finding.path.ends_with(']'))
                .map(|finding| finding.path.clone())
                .collect()
        };
        let (gone, come) = (diff(&all, &some), diff(&some, &all));
        for prefix in ["grpc.messages[", "grpc.services["] {
            prop_assert_eq!(top(&gone, prefix), top(&come, prefix));
        }
        if !kept[3] {
            prop_assert!(gone.iter().any(|finding| finding.class == Class::Breaking));
        }
    }
}
