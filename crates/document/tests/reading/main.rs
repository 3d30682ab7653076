//! Reading YAML and JSON: values, places, laws and hostile input.

mod hostile;
mod json;
mod laws;
mod places;
mod yaml;

use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, ParseError, Syntax};

fn parse(text: &str, syntax: Syntax) -> Result<Document, ParseError> {
    Document::parse(
        SourceText::new("file.yaml", text),
        syntax,
        Limits::default(),
    )
}

fn yaml(text: &str) -> Document {
    parse(text, Syntax::Yaml).unwrap_or_else(|error| panic!("{text:?}: {error:?}"))
}

fn value(text: &str) -> serde_json::Value {
    yaml(text).root().to_json().expect("is finite")
}

/// The message, line and column of the error that a text gives.
fn error(text: &str, syntax: Syntax) -> (String, u32, u32) {
    let error = parse(text, syntax).expect_err(text);
    let location = error.location.expect("has a place");
    (error.message, location.line, location.column)
}
