//! Other programs read the layouts written here: skopeo and umoci.
//!
//! A missing program is said aloud; in continuous integration (`CI` set) it fails the test.

use std::path::Path;
use std::process::Command;

use pacto_bundle::{
    ArchiveLimits, Artifact, ArtifactForm, ArtifactIdentity, ArtifactOptions, Existing,
    MemoryFiles, Selector, Store,
};
use pacto_oci::Layout;

#[expect(clippy::print_stderr, reason = "a test that does not run must be seen")]
fn is_there(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        assert!(
            std::env::var_os("CI").is_none(),
            "{program} is not installed, and CI must not pass without it"
        );
        eprintln!("skipped: {program} is not installed (apt-get install {program})");
    }
    found
}

fn run(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn files() -> MemoryFiles {
    let mut files: MemoryFiles = [
        ("pacto.yaml", "pactoVersion: \"1.0\"\n"),
        ("docs/é.md", "accent"),
    ]
    .into_iter()
    .collect();
    files.insert_directory("empty");
    files
}

fn publish(directory: &Path, form: ArtifactForm) -> Artifact {
    let identity = ArtifactIdentity {
        name: "payments".to_owned(),
        version: "1.0.0".to_owned(),
        pacto_version: "1.0".to_owned(),
    };
    let options = ArtifactOptions {
        form,
        ..ArtifactOptions::default()
    };
    let artifact = Artifact::build(&identity, &files(), &options, ArchiveLimits::DEFAULT)
        .expect("a fine bundle");
    Layout::new(directory)
        .write("1.0.0", &artifact, Existing::Keep)
        .expect("a new layout");
    artifact
}

#[tokio::test]
async fn skopeo_inspects_and_copies_a_layout_of_ours_and_we_read_its_copy() {
    if !is_there("skopeo") {
        return;
    }
    for form in [ArtifactForm::Oci, ArtifactForm::Go] {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let ours = folder.path().join("ours");
        let artifact = publish(&ours, form);
        let source = format!("oci:{}:1.0.0", ours.display());
        let raw = run("skopeo", &["inspect", "--raw", &source]).expect("skopeo reads it");
        assert_eq!(raw.as_bytes(), artifact.manifest.as_ref());
        let inspected = run("skopeo", &["inspect", &source]);
        match form {
            ArtifactForm::Oci => {
                let inspected = inspected.expect("a valid pairing of manifest and config");
                assert!(
                    inspected.contains(r#""io.pacto.name": "payments""#),
                    "{inspected}"
                );
                assert!(inspected.contains(artifact.digest.as_str()), "{inspected}");
            }
            // The reason why it is not the default form.
            ArtifactForm::Go => {
                inspected.expect_err("Docker's config type in an OCI manifest");
            }
        }
        let copy = folder.path().join("copy");
        let target = format!("oci:{}:copied", copy.display());
        run(
            "skopeo",
            &[
                "--insecure-policy",
                "copy",
                "--preserve-digests",
                &source,
                &target,
            ],
        )
        .expect("skopeo copies it");
        let fetched = Layout::new(&copy)
            .fetch_bundle(&Selector::Tag("copied".to_owned()), ArchiveLimits::DEFAULT)
            .await
            .expect("a layout that skopeo wrote");
        assert_eq!(fetched.digest, artifact.digest);
        assert_eq!(fetched.unpacked.files, files());
        // We write into a layout that skopeo made, and it reads that again.
        Layout::new(&copy)
            .write("ours", &artifact, Existing::Keep)
            .expect("a second tag");
        let source = format!("oci:{}:ours", copy.display());
        run("skopeo", &["inspect", "--raw", &source]).expect("skopeo reads its own layout");
    }
}

#[tokio::test]
async fn umoci_lists_and_describes_a_layout_of_ours_and_we_read_its_tags() {
    if !is_there("umoci") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary directory");
    let ours = folder.path().join("ours");
    let artifact = publish(&ours, ArtifactForm::Oci);
    let ours = ours.display().to_string();
    let image = format!("{ours}:1.0.0");
    let listed = run("umoci", &["list", "--layout", &ours]).expect("umoci lists it");
    assert_eq!(listed.trim(), "1.0.0");
    let described = run("umoci", &["stat", "--json", "--image", &image]).expect("umoci reads it");
    assert!(described.contains("history"), "{described}");
    run("umoci", &["tag", "--image", &image, "other"]).expect("umoci tags it");
    let layout = Layout::new(&ours);
    assert_eq!(layout.read_tags().expect("a layout"), ["1.0.0", "other"]);
    assert_eq!(
        layout.read_tag("other").expect("a layout"),
        Some(artifact.digest.clone())
    );
    run("umoci", &["gc", "--layout", &ours]).expect("umoci collects what is unused");
    let fetched = layout
        .fetch_bundle(&Selector::Tag("other".to_owned()), ArchiveLimits::DEFAULT)
        .await
        .expect("what umoci kept");
    assert_eq!(fetched.digest, artifact.digest);
}
