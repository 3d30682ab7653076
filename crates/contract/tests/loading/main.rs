//! Loading contracts: every V1 shape, what stops loading, and the places of things.

mod errors;
mod laws;
mod legacy;
mod places;
mod shapes;

use pacto_contract::{LoadError, Loaded};
use pacto_diagnostic::SourceText;

fn load(text: &str) -> Result<Loaded, LoadError> {
    Loaded::parse(SourceText::new("pacto.yaml", text))
}

fn loaded(text: &str) -> Loaded {
    load(text).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// The smallest contract with more text at its end.
fn with(text: &str) -> String {
    format!("pactoVersion: \"1.1\"\nservice: {{ name: demo, version: 1.0.0 }}\n{text}")
}
