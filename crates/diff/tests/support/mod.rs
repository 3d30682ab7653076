//! Bundles from snippets.
#![allow(dead_code, reason = "every test binary uses its own part")]

pub(crate) mod options;
pub(crate) mod wrapped;

use std::sync::Arc;

use pacto_bundle::{Bundle, MemoryFiles, Origin};
use pacto_contract::Loaded;
use pacto_diagnostic::SourceText;
use pacto_diff::Record;
use pacto_diff::judge::Layer;

/// A bundle from the text of its contract and its files.
pub(crate) fn bundle(contract: &str, files: &[(&str, &str)]) -> Bundle {
    let loaded = Loaded::parse(SourceText::new("pacto.yaml", contract))
        .unwrap_or_else(|error| panic!("{error}:\n{contract}"));
    let files: MemoryFiles = files
        .iter()
        .map(|(path, content)| ((*path).to_owned(), (*content).to_owned()))
        .collect();
    Bundle {
        contract: Arc::new(loaded),
        files: Some(Arc::new(files)),
        origin: Origin::Text,
    }
}

/// A whole contract from the part an example shows.
pub(crate) fn contract(snippet: &str) -> String {
    let mut text = String::new();
    let has = |key: &str| snippet.lines().any(|line| line.starts_with(key));
    if !has("pactoVersion:") {
        text.push_str("pactoVersion: \"1.0\"\n");
    }
    if !has("service:") {
        text.push_str("service: {name: svc, version: 1.0.0}\n");
    }
    text.push_str(snippet);
    text
}

/// A contract with one interface whose OpenAPI document holds these paths.
pub(crate) fn api(paths: &str) -> Bundle {
    let indented = paths.lines().collect::<Vec<_>>().join("\n  ");
    bundle(
        &contract(
            "interfaces: [{name: api, type: http, port: 80, contract: interfaces/openapi.yaml}]",
        ),
        &[(
            "interfaces/openapi.yaml",
            &format!("openapi: 3.0.3\ninfo: {{title: t, version: \"1\"}}\npaths:\n  {indented}\n"),
        )],
    )
}

/// The records of the base layer.
pub(crate) fn base(records: &[Record]) -> Vec<&Record> {
    let is_base = |record: &&Record| record.layer != Some(Layer::Deep);
    records.iter().filter(is_base).collect()
}

/// `class path type` of the records of the base layer, classes as people write them.
pub(crate) fn lines(records: &[Record]) -> Vec<String> {
    base(records)
        .into_iter()
        .map(|record| {
            format!(
                "{} {} {}",
                record.classification.word(),
                record.path,
                record.kind
            )
        })
        .collect()
}
