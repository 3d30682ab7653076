//! Any GraphQL schema is read as far as it goes; problems have places that exist.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pacto_diagnostic::SourceText;
use pacto_spec::graphql::Schema;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let source = SourceText::new("api.graphql", text);
    let schema = Schema::parse(&source);
    for problem in &schema.problems {
        let finding = problem.finding();
        let location = finding.location.expect("a problem has a place");
        assert!(source.span(&location).is_some(), "{location:?} lies outside the text");
    }
});
