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
    Ok(())
}

/// The rows of the classification table that a page defines, separated by blanks.
fn rows(page: &Page) -> Result<String, LiterateError> {
    let rows: Vec<&str> = page.field("rows")?.split_whitespace().collect();
    if rows.is_empty() {
        return Err(page.problem(Problem::MissingField("rows".to_owned())));
    }
    Ok(format!("&{rows:?}"))
}
