//! Any text is a contract or a list of findings with places that exist; never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pacto_contract::Loaded;
use pacto_contract::overrides::Overrides;
use pacto_diagnostic::SourceText;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let source = SourceText::new("pacto.yaml", text);
    match Loaded::parse(source.clone()) {
        Ok(loaded) => {
            let _ = loaded.document().root().to_json();
            let _ = loaded.contract().uses();
            for form in loaded.legacy() {
                let _ = loaded.location(&form.path);
            }
            let overrides = Overrides {
                values: Vec::new(),
                sets: vec!["service.version=9.9.9".to_owned()],
            };
            if let Ok(merged) = overrides.apply(text) {
                let again = Loaded::parse(SourceText::new("pacto.yaml", merged))
                    .expect("an overridden contract is still a contract");
                assert_eq!(again.contract().service.version, "9.9.9");
            }
        }
        Err(error) => {
            assert!(!error.findings.is_empty(), "an error says where it is");
            for finding in &error.findings {
                if let Some(location) = &finding.location {
                    assert!(source.span(location).is_some(), "{location:?} lies outside the text");
                }
            }
        }
    }
});
