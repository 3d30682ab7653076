//! Turns the rule pages into a static table.

use pacto_literate::{Column, LiterateError, Page, Problem, Table};

const CLASSES: &[(&str, &str)] = &[
    ("breaking", "Some(Class::Breaking)"),
    ("potential", "Some(Class::PotentialBreaking)"),
    ("non-breaking", "Some(Class::NonBreaking)"),
    ("never", "None"),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = std::env::var("CARGO_MANIFEST_DIR")?;
    let output = std::env::var("OUT_DIR")?;
    Table::new("RULES", "Rule")
        .column(Column::text("since", "since"))
        .column(Column::word(
            "layer",
            "layer",
            &[("base", "Layer::Base"), ("deep", "Layer::Deep")],
        ))
        .column(Column::computed("rows", rows))
        .column(Column::word("added", "added", CLASSES))
        .column(Column::word("removed", "removed", CLASSES))
        .column(Column::word("modified", "modified", CLASSES))
        .build(format!("{root}/rules"), format!("{output}/rules.rs"))?;
    Table::new("DEEP_RULES", "DeepRule")
        .column(Column::text("since", "since"))
        .column(Column::computed("families", |page| Ok(list(page, EFFECTS))))
        .column(Column::computed("ids", |page| Ok(list(page, WORDS))))
        .build(
            format!("{root}/deep-rules"),
            format!("{output}/deep_rules.rs"),
        )?;
    Table::new("PROTO_RULES", "ProtoRule")
        .column(Column::text("since", "since"))
        .column(Column::computed("grade", grade))
        .column(Column::word("level", "level", LEVELS))
        .column(Column::computed("peers", |page| {
            let peers = page.fields.get("peer").map_or("", String::as_str);
            Ok(format!(
                "&{:?}",
                peers.split_whitespace().collect::<Vec<_>>()
            ))
        }))
        .build(
            format!("{root}/deep-rules/protobuf"),
            format!("{output}/proto_rules.rs"),
        )?;
    Ok(())
}

const EFFECTS: &[(&str, &str)] = &[
    ("narrowing", "Effect::Narrowing"),
    ("widening", "Effect::Widening"),
    ("incomparable", "Effect::Incomparable"),
    ("unknown", "Effect::Unknown"),
    ("annotation", "Effect::Annotation"),
];

const WORDS: &[(&str, &str)] = &[
    ("breaking", "Class::Breaking"),
    ("potential", "Class::PotentialBreaking"),
    ("non-breaking", "Class::NonBreaking"),
];

/// The names that stand in front matter fields, each with what its field means.
fn list(page: &Page, fields: &[(&str, &str)]) -> String {
    let entries: Vec<String> = fields
        .iter()
        .flat_map(|(field, expression)| {
            let names = page.fields.get(*field).map_or("", String::as_str);
            names
                .split_whitespace()
                .map(move |name| format!("({name:?}, {expression})"))
        })
        .collect();
    format!("&[{}]", entries.join(", "))
}

/// The rows of the classification table that a page defines, separated by blanks.
fn rows(page: &Page) -> Result<String, LiterateError> {
    let rows: Vec<&str> = page.field("rows")?.split_whitespace().collect();
    if rows.is_empty() {
        return Err(page.problem(Problem::MissingField("rows".to_owned())));
    }
    Ok(format!("&{rows:?}"))
}

const LEVELS: &[(&str, &str)] = &[
    ("wire", "Level::Wire"),
    ("json", "Level::Json"),
    ("package", "Level::Package"),
    ("file", "Level::File"),
];

/// How the class of a page about protobuf is known: the one field that names its own id.
fn grade(page: &Page) -> Result<String, LiterateError> {
    let owns = |field: &str| page.fields.get(field).is_some_and(|ids| *ids == page.id);
    let classes = WORDS
        .iter()
        .map(|(field, expression)| (field, format!("Grade::Class({expression})")));
    let effects = EFFECTS
        .iter()
        .map(|(field, expression)| (field, format!("Grade::Effect({expression})")));
    classes
        .chain(effects)
        .find(|(field, _)| owns(field))
        .map(|(_, expression)| expression)
        .ok_or_else(|| page.problem(Problem::MissingField("breaking".to_owned())))
}
