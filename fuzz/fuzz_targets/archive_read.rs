//! Any bytes unpack within the limits or are refused; what unpacks packs again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pacto_bundle::{ArchiveLimits, Effort, Manifest, pack, unpack};

/// Small, so that the fuzzer spends its time on structure instead of on inflating zeros.
const LIMITS: ArchiveLimits =
    ArchiveLimits { file: 1 << 20, total: 4 << 20, compressed: 1 << 20, entries: 1_000, name: 512 };

fuzz_target!(|data: &[u8]| {
    let _ = Manifest::parse(data);
    if let Ok(unpacked) = unpack(data, LIMITS)
        && let Ok(packed) = pack(&unpacked.files, Effort::Speed, LIMITS)
    {
        let again = unpack(&packed.bytes[..], LIMITS).expect("what we pack unpacks");
        assert_eq!(again.files, unpacked.files);
        assert!(again.is_canonical, "what we pack every reader reads");
    }
});
