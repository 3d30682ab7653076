//! The in-process registry against the conformance runner of the OCI distribution specification.

use std::process::Command;

use pacto_testkit::real::{Tool, Wanted};
use pacto_testkit::registry::TestRegistry;

#[test]
fn the_registry_conforms_to_distribution_spec_1_1() {
    let runner = match Tool::Conformance.find() {
        Wanted::Found(path) => path,
        Wanted::Skip => return,
    };
    let registry = TestRegistry::start();
    let results = tempfile::tempdir().expect("a temporary directory");
    let output = Command::new(runner)
        .current_dir(results.path())
        .env("OCI_REGISTRY", registry.host())
        .env("OCI_TLS", "disabled")
        .env("OCI_VERSION", "1.1")
        .env("OCI_RESULTS_DIR", results.path())
        // Beyond what the runner asks for by itself.
        .env("OCI_API_BLOBS_DIGEST_HEADER", "true")
        .env("OCI_API_BLOBS_UPLOAD_CANCEL", "true")
        .env("OCI_API_MANIFESTS_DIGEST_HEADER", "true")
        .output()
        .expect("the runner starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let problems = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{problems}");
    assert_eq!(count(&text, "FAIL"), Some(0), "{text}");
    assert_eq!(count(&text, "Error"), Some(0), "{text}");
    // The runner also ends well when it could not do anything.
    assert!(count(&text, "Total") > Some(500), "{text}\n{problems}");
}

/// The number of a summary line such as `  FAIL......:   0`.
fn count(summary: &str, label: &str) -> Option<u32> {
    let line = summary
        .lines()
        .find(|line| line.trim_start().starts_with(&format!("{label}.")))?;
    line.rsplit(':').next()?.trim().parse().ok()
}
