//! Any AsyncAPI document is read as far as it goes, and does not differ from itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pacto_diff::{Options, diff};

fuzz_target!(|data: &[u8]| {
    let Some(bundle) = pacto_fuzz::bundle("asyncapi", data) else { return };
    let comparison = diff(&bundle, &bundle, &Options::default());
    assert!(comparison.changes.is_empty(), "{:?}", comparison.changes);
});
