//! Any bill of materials is read or refused, and does not differ from itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pacto_diff::{Options, diff};

fuzz_target!(|data: &[u8]| {
    for format in ["sbom", "cyclonedx"] {
        let Some(bundle) = pacto_fuzz::bundle(format, data) else { return };
        let comparison = diff(&bundle, &bundle, &Options::default());
        assert!(comparison.is_empty(), "{comparison:?}");
    }
});
