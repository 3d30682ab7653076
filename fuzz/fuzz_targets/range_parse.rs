//! Ranges and versions parse or say why; a range answers for every version.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pacto_contract::{LooseVersion, VersionRange};

fuzz_target!(|data: (&str, &str)| {
    let (range, version) = data;
    let version = LooseVersion::parse(version);
    if let Ok(range) = VersionRange::parse(range) {
        assert_eq!(range.as_str(), data.0);
        if let Ok(version) = &version {
            let _ = range.matches(version);
        }
        for sample in ["0.0.0", "1.2.3", "1.2.3-rc.1", "18446744073709551615.0.0"] {
            let sample = LooseVersion::parse(sample).expect("a sample is a version");
            let _ = range.matches(&sample);
        }
    }
    if let Ok(version) = version {
        assert_eq!(version.cmp(&version), std::cmp::Ordering::Equal);
    }
});
