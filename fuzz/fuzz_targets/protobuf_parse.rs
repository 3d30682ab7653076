//! Any protobuf file is read as far as it goes; problems have places that exist.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pacto_diagnostic::SourceText;
use pacto_spec::protobuf::Schema;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // A file that imports its own text under another name, once.
    let (entry, other) = text.split_once("\n=====\n").unwrap_or((text, ""));
    let schema = Schema::load(&SourceText::new("api.proto", entry), &mut |path| {
        (path == "other.proto").then(|| SourceText::new("other.proto", other))
    });
    assert_eq!(schema.is_complete(), schema.problems.is_empty());
    for problem in &schema.problems {
        let _ = problem.finding();
    }
});
