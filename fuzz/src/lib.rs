//! What several targets need.

use std::sync::Arc;

use pacto_bundle::{Bundle, MemoryFiles, Origin};
use pacto_contract::Loaded;
use pacto_diagnostic::SourceText;

/// Documents a bundle can hold: name of the format, file, and the part of the contract that names it.
const FORMATS: &[(&str, &str, &str)] = &[
    ("openapi", "api.yaml", "interfaces: [{ name: i, type: http, port: 80, contract: api.yaml }]\n"),
    ("asyncapi", "events.yaml", "interfaces: [{ name: i, type: event, contract: events.yaml }]\n"),
    ("protobuf", "api.proto", "interfaces: [{ name: i, type: grpc, port: 80, contract: api.proto }]\n"),
    ("graphql", "api.graphql", "interfaces: [{ name: i, type: http, port: 80, contract: api.graphql }]\n"),
    ("schema", "schema.json", "configurations: [{ name: default, schema: schema.json }]\n"),
    ("sbom", "sbom/a.spdx.json", ""),
    ("cyclonedx", "sbom/a.cdx.json", ""),
];

/// A bundle with one document of a format; `None` for a format there is none of.
pub fn bundle(format: &str, document: &[u8]) -> Option<Bundle> {
    let (_, file, part) = FORMATS.iter().find(|(name, ..)| *name == format)?;
    let contract =
        format!("pactoVersion: \"1.0\"\nservice: {{ name: s, version: 1.0.0 }}\n{part}");
    let mut files = MemoryFiles::new();
    files.insert("pacto.yaml", contract.clone().into_bytes());
    files.insert(*file, document.to_vec());
    let contract = Loaded::parse(SourceText::new("pacto.yaml", contract)).ok()?;
    Some(Bundle {
        contract: Arc::new(contract),
        files: Some(Arc::new(files)),
        origin: Origin::Text,
    })
}
