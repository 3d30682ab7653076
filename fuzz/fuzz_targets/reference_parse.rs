//! References parse or say why; what parses prints as a reference again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pacto_contract::Reference;

fuzz_target!(|text: &str| {
    if let Ok(reference) = Reference::parse(text) {
        let printed = reference.to_string();
        let again = Reference::parse(&printed).expect("a printed reference parses");
        assert_eq!(again.to_string(), printed);
    }
});
