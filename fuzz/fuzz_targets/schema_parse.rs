//! Any JSON Schema of any draft becomes a shape, and answers about values.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Syntax};
use pacto_spec::Documents;
use pacto_spec::schema::Schemas;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let source = SourceText::new("schema.json", text);
    let Ok(document) = Document::parse(source, Syntax::Detect, Limits::default()) else { return };
    let documents = Documents::alone(&document);
    let schemas = Schemas::new(&documents);
    let root = [document.root()];
    let shape = schemas.shape(&root);
    for nodes in shape.properties.values().chain(shape.slots.values()) {
        let _ = schemas.shape(nodes);
    }
    for value in [
        serde_json::json!(null),
        serde_json::json!(-1.5),
        serde_json::json!("2020-02-30"),
        serde_json::json!([1, 1, {"a": []}]),
        serde_json::json!({"a": 1, "b": {"c": "d"}}),
    ] {
        let first = schemas.asserting_formats().verdict(&root, &value);
        assert_eq!(first, schemas.asserting_formats().verdict(&root, &value));
    }
});
