//! Any Avro schema is read or refused with a place, and does not differ from itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Syntax};
use pacto_spec::Documents;
use pacto_spec::avro::Schema;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let source = SourceText::new("schema.avsc", text);
    let Ok(document) = Document::parse(source.clone(), Syntax::Detect, Limits::default()) else { return };
    let documents = Documents::alone(&document);
    if let Err(problem) = Schema::read(&documents, document.root()) {
        assert!(source.span(&problem.location).is_some(), "{problem:?} lies outside the text");
    }
});
