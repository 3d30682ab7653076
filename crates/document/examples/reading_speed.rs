//! Times the reading of a large generated interface document as JSON and as YAML.
//!
//! `cargo run --release -p pacto-document --example reading_speed`

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Syntax};

fn main() -> std::io::Result<()> {
    let json = generated();
    let source = SourceText::new("api.json", json.as_str());
    let document =
        Document::parse(source, Syntax::Json, Limits::default()).map_err(std::io::Error::other)?;
    let yaml = document.root().to_tree().to_yaml();
    let mut out = std::io::stdout();
    for (name, text, syntax) in [
        ("JSON", &json, Syntax::Detect),
        ("YAML", &yaml, Syntax::Detect),
        ("JSON read as YAML", &json, Syntax::Yaml),
    ] {
        let best = best_of_five(text, syntax)?;
        let size = text.len() as f64 / 1e6;
        writeln!(out, "{name}: {size:.1} MB in {best:?}")?;
    }
    let start = Instant::now();
    let is_equal = document.root().value_eq(document.root());
    writeln!(out, "comparing ({is_equal}): {:?}", start.elapsed())?;
    let start = Instant::now();
    let found = document
        .root()
        .get("paths")
        .into_iter()
        .flat_map(|paths| paths.entries().map(move |(key, _)| (paths, key)))
        .filter(|(paths, key)| key.as_str().and_then(|key| paths.get(key)).is_some())
        .count();
    writeln!(out, "finding {found} paths: {:?}", start.elapsed())
}

fn best_of_five(text: &str, syntax: Syntax) -> std::io::Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let source = SourceText::new("file", text);
        let start = Instant::now();
        let document =
            Document::parse(source, syntax, Limits::default()).map_err(std::io::Error::other)?;
        best = best.min(start.elapsed());
        drop(document);
    }
    Ok(best)
}

/// An OpenAPI document of about 12 MB.
fn generated() -> String {
    let mut text = "{\"openapi\": \"3.1.0\", \"paths\": {\n".to_owned();
    for path in 0..9000 {
        let comma = if path == 0 { "" } else { ",\n" };
        let _ = write!(text, "{comma}  \"/resources/{path}/items/{{id}}\": {{");
        for (position, method) in ["get", "put", "delete"].iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            let _ = write!(
                text,
                "{comma}\n    \"{method}\": {{\n      \"operationId\": \"{method}Item{path}\",\n      \
                 \"parameters\": [{{\"name\": \"id\", \"in\": \"path\", \"required\": true, \
                 \"schema\": {{\"type\": \"string\", \"maxLength\": 64}}}}],\n      \
                 \"responses\": {{\"200\": {{\"description\": \"The item \\\"{path}\\\"\", \
                 \"content\": {{\"application/json\": {{\"schema\": {{\"$ref\": \
                 \"#/components/schemas/Item{path}\"}}}}}}}}, \"404\": {{\"description\": \"Not found\"}}}}}}"
            );
        }
        text.push_str("\n  }");
    }
    text.push_str("\n}}\n");
    text
}
