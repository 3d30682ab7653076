//! Turns the pages of `checks/` into the catalogue and into one constant per code.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use pacto_literate::{Column, LiterateError, Table, load_dir};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pages = Path::new("checks");
    let output = PathBuf::from(std::env::var("OUT_DIR")?);
    Table::new("PAGES", "CheckPage")
        .column(Column::word("severity", "severity", SEVERITIES))
        .column(Column::word("layer", "layer", LAYERS))
        .column(Column::text("path", "path"))
        .build(pages, output.join("pages.rs"))?;
    std::fs::write(output.join("codes.rs"), codes(pages)?)?;
    Ok(())
}

const SEVERITIES: &[(&str, &str)] = &[
    ("error", "Severity::Error"),
    ("warning", "Severity::Warning"),
];

const LAYERS: &[(&str, &str)] = &[
    ("load", "Layer::Load"),
    ("lock", "Layer::Lock"),
    ("structural", "Layer::Structural"),
    ("cross-field", "Layer::CrossField"),
    ("semantic", "Layer::Semantic"),
    ("policy", "Layer::Policy"),
    ("readiness", "Layer::Readiness"),
];

/// A constant per page: code and severity in one value, so that a check cannot emit a code that
/// has no page, nor another severity than its page says.
fn codes(pages: &Path) -> Result<String, LiterateError> {
    let mut source = String::new();
    for (position, page) in load_dir(pages)?.iter().enumerate() {
        let _ = writeln!(
            source,
            "pub(crate) const {}: Code = Code({position});",
            page.id
        );
    }
    Ok(source)
}
