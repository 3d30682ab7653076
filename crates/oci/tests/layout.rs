//! Image layouts on disk: publishing, reading, and what leads outside.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use pacto_bundle::manifest::media_type;
use pacto_bundle::{
    ArchiveLimits, Artifact, ArtifactIdentity, ArtifactOptions, Existing, MemoryFiles, Published,
    Selector, Store, StoreError, sha256,
};
use pacto_oci::{Layout, LayoutRoot};

fn artifact(version: &str) -> Artifact {
    let files: MemoryFiles = [
        ("pacto.yaml", format!("version: {version}\n")),
        ("docs/a.md", "text".to_owned()),
    ]
    .into_iter()
    .collect();
    let identity = ArtifactIdentity {
        name: "payments".to_owned(),
        version: version.to_owned(),
        pacto_version: "1.0".to_owned(),
    };
    Artifact::build(
        &identity,
        &files,
        &ArtifactOptions::default(),
        ArchiveLimits::DEFAULT,
    )
    .expect("a fine bundle")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

/// Every file below a directory with its content.
fn snapshot(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut pending = vec![directory.to_path_buf()];
    while let Some(current) = pending.pop() {
        for entry in fs::read_dir(current).expect("a readable directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                pending.push(path);
            } else {
                files.push((
                    path.strip_prefix(directory)
                        .expect("below")
                        .display()
                        .to_string(),
                    fs::read(&path).expect("a readable file"),
                ));
            }
        }
    }
    files.sort();
    files
}

fn tag(text: &str) -> Selector {
    Selector::Tag(text.to_owned())
}

#[tokio::test]
async fn a_published_bundle_is_read_again_byte_for_byte() {
    let folder = folder();
    let layout = Layout::new(folder.path().join("new/payments"));
    let artifact = artifact("1.0.0");
    assert_eq!(layout.find_tag("1.0.0").await.expect("no layout yet"), None);
    let published = layout.publish("1.0.0", &artifact, Existing::Keep).await;
    assert_eq!(
        published.expect("a new layout"),
        Published::Written {
            digest: artifact.digest.clone()
        }
    );
    assert_eq!(layout.tags().await.expect("a layout"), ["1.0.0"]);
    assert_eq!(
        layout.find_tag("1.0.0").await.expect("a layout"),
        Some(artifact.digest.clone())
    );
    for selector in [tag("1.0.0"), Selector::Digest(artifact.digest.clone())] {
        let fetched = layout
            .fetch_bundle(&selector, ArchiveLimits::DEFAULT)
            .await
            .expect("what was published");
        assert_eq!(fetched.digest, artifact.digest);
        assert_eq!(fetched.layer, artifact.layer.bytes);
        assert_eq!(
            fetched
                .unpacked
                .files
                .files()
                .get("docs/a.md")
                .map(AsRef::as_ref),
            Some(b"text".as_slice())
        );
    }
}

#[tokio::test]
async fn the_files_are_those_of_the_specification() {
    let folder = folder();
    let artifact = artifact("1.0.0");
    let layout = Layout::new(folder.path());
    layout
        .publish("1.0.0", &artifact, Existing::Keep)
        .await
        .expect("a new layout");
    let blob = |bytes: &[u8]| format!("blobs/{}", sha256(bytes).as_str().replace(':', "/"));
    let mut expected =
        vec![
        ("oci-layout".to_owned(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec()),
        (
            "index.json".to_owned(),
            format!(
                concat!(
                    r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","#,
                    r#""manifests":[{{"mediaType":"application/vnd.oci.image.manifest.v1+json","#,
                    r#""digest":"{}","size":{},"#,
                    r#""annotations":{{"org.opencontainers.image.ref.name":"1.0.0"}}}}]}}"#
                ),
                artifact.digest,
                artifact.manifest.len()
            )
            .into_bytes(),
        ),
        (blob(&artifact.manifest), artifact.manifest.to_vec()),
        (blob(&artifact.config.bytes), artifact.config.bytes.to_vec()),
        (blob(&artifact.layer.bytes), artifact.layer.bytes.to_vec()),
    ];
    expected.sort();
    assert_eq!(snapshot(folder.path()), expected);
}

#[cfg(unix)]
#[tokio::test]
async fn others_may_read_what_is_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let layout = Layout::new(folder.path());
    layout
        .publish("1.0.0", &artifact("1.0.0"), Existing::Keep)
        .await
        .expect("a new layout");
    for (path, _) in snapshot(folder.path()) {
        let mode = fs::metadata(folder.path().join(&path))
            .expect("a file")
            .permissions()
            .mode();
        // The mask of the process may take away from this, but never from the owner.
        assert_eq!(mode & 0o600, 0o600, "{path}");
        assert_eq!(mode & 0o7133, 0, "{path}");
    }
}

#[tokio::test]
async fn nothing_is_written_when_the_tag_exists() {
    let folder = folder();
    let layout = Layout::new(folder.path());
    let first = artifact("1.0.0");
    layout
        .publish("1.0.0", &first, Existing::Keep)
        .await
        .expect("a new layout");
    let before = snapshot(folder.path());
    let again = layout
        .publish("1.0.0", &artifact("2.0.0"), Existing::Keep)
        .await;
    assert_eq!(
        again.expect("an existing tag"),
        Published::Existed {
            digest: first.digest
        }
    );
    assert_eq!(snapshot(folder.path()), before);
}

#[tokio::test]
async fn force_moves_the_tag_and_keeps_what_others_wrote() {
    let folder = folder();
    let layout = Layout::new(folder.path());
    let (first, second) = (artifact("1.0.0"), artifact("2.0.0"));
    layout
        .publish("latest", &first, Existing::Keep)
        .await
        .expect("a new layout");
    layout
        .publish("1.0.0", &first, Existing::Keep)
        .await
        .expect("a second tag");
    let index = folder.path().join("index.json");
    let text = fs::read_to_string(&index).expect("an index");
    let text = text.replacen('{', r#"{"annotations":{"by":"someone else"},"#, 1);
    fs::write(&index, text).expect("writable");
    layout
        .publish("latest", &second, Existing::Replace)
        .await
        .expect("a moved tag");
    assert_eq!(
        layout.find_tag("latest").await.expect("a layout"),
        Some(second.digest)
    );
    assert_eq!(
        layout.find_tag("1.0.0").await.expect("a layout"),
        Some(first.digest.clone())
    );
    assert_eq!(layout.tags().await.expect("a layout"), ["1.0.0", "latest"]);
    let text = fs::read_to_string(&index).expect("an index");
    assert!(text.contains("someone else"));
    // What lost its tag is still there by its digest.
    layout
        .fetch_bundle(&Selector::Digest(first.digest), ArchiveLimits::DEFAULT)
        .await
        .expect("the first artifact");
}

#[tokio::test]
async fn writers_of_one_layout_wait_for_each_other() {
    let folder = folder();
    let layout = Arc::new(Layout::new(folder.path().join("shared")));
    let writers: Vec<_> = (0..16)
        .map(|number| {
            let layout = layout.clone();
            tokio::spawn(async move {
                let tag = format!("1.0.{number}");
                layout.publish(&tag, &artifact(&tag), Existing::Keep).await
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no panic").expect("a written artifact");
    }
    assert_eq!(layout.tags().await.expect("a layout").len(), 16);
}

#[tokio::test]
async fn a_directory_with_other_content_is_left_alone() {
    let folder = folder();
    fs::write(folder.path().join("notes.txt"), "mine").expect("writable");
    let layout = Layout::new(folder.path());
    let error = layout.find_tag("1.0.0").await.expect_err("no layout");
    assert!(matches!(error, StoreError::Layout { .. }), "{error}");
    let error = layout
        .publish("1.0.0", &artifact("1.0.0"), Existing::Replace)
        .await
        .expect_err("not empty");
    assert!(
        error
            .to_string()
            .ends_with("is neither empty nor an OCI image layout"),
        "{error}"
    );
    assert_eq!(snapshot(folder.path()).len(), 1);
}

#[tokio::test]
async fn a_malformed_tag_is_refused_before_anything_is_written() {
    let folder = folder();
    let layout = Layout::new(folder.path().join("new"));
    for bad in ["", "1.0.0+build", "-x", ".x", "a/b", &"x".repeat(129)] {
        let error = layout
            .publish(bad, &artifact("1.0.0"), Existing::Keep)
            .await
            .expect_err("a malformed tag");
        assert_eq!(error.code(), "invalid-reference");
    }
    assert!(!folder.path().join("new").exists());
}

#[tokio::test]
async fn what_is_missing_is_not_found() {
    let folder = folder();
    let missing = Layout::new(folder.path().join("missing"));
    assert_eq!(
        missing.tags().await.expect_err("no layout").code(),
        "not-found"
    );
    let layout = Layout::new(folder.path());
    // An empty directory is one that a push fills.
    assert_eq!(layout.find_tag("1.0.0").await.expect("empty"), None);
    let error = layout.tags().await.expect_err("no layout");
    assert!(matches!(error, StoreError::Layout { .. }), "{error}");
    layout
        .publish("1.0.0", &artifact("1.0.0"), Existing::Keep)
        .await
        .expect("a new layout");
    for selector in [tag("2.0.0"), Selector::Digest(sha256(b"other"))] {
        let error = layout
            .fetch_manifest(&selector)
            .await
            .expect_err("nothing there");
        assert_eq!(error.code(), "not-found");
        assert!(!error.is_refused_for_safety());
    }
}

/// Lets a tag name a manifest that is none of ours.
fn set_manifest(layout: &Layout, name: &str, media_type: &str, manifest: &str) {
    let digest = sha256(manifest.as_bytes());
    let blob = layout
        .directory()
        .join("blobs")
        .join(digest.as_str().replace(':', "/"));
    fs::write(blob, manifest).expect("writable");
    let index = layout.directory().join("index.json");
    let text = fs::read_to_string(&index).expect("an index");
    let entry = format!(
        concat!(
            r#""manifests":[{{"mediaType":"{}","digest":"{}","size":{},"#,
            r#""annotations":{{"org.opencontainers.image.ref.name":"{}"}}}},"#
        ),
        media_type,
        digest,
        manifest.len(),
        name
    );
    fs::write(&index, text.replacen(r#""manifests":["#, &entry, 1)).expect("writable");
}

#[tokio::test]
async fn an_index_is_followed_once() {
    let folder = folder();
    let layout = Layout::new(folder.path());
    let artifact = artifact("1.0.0");
    layout
        .publish("1.0.0", &artifact, Existing::Keep)
        .await
        .expect("a new layout");
    let list = |media_type: &str, digest: &str, size: usize| {
        format!(
            concat!(
                r#"{{"schemaVersion":2,"manifests":["#,
                r#"{{"mediaType":"{0}","digest":"{1}","size":{2},"#,
                r#""platform":{{"os":"linux","architecture":"arm64"}}}},"#,
                r#"{{"mediaType":"{0}","digest":"{1}","size":{2},"#,
                r#""platform":{{"os":"linux","architecture":"amd64"}}}}]}}"#
            ),
            media_type, digest, size
        )
    };
    let index = list(
        media_type::IMAGE_MANIFEST,
        artifact.digest.as_str(),
        artifact.manifest.len(),
    );
    set_manifest(&layout, "index", media_type::IMAGE_INDEX, &index);
    let fetched = layout
        .fetch_bundle(&tag("index"), ArchiveLimits::DEFAULT)
        .await
        .expect("the child for linux/amd64");
    // The digest is that of what the tag names.
    assert_eq!(fetched.digest, sha256(index.as_bytes()));
    assert_eq!(fetched.layer, artifact.layer.bytes);
    let nested = list(
        media_type::IMAGE_INDEX,
        sha256(index.as_bytes()).as_str(),
        index.len(),
    );
    set_manifest(&layout, "nested", media_type::IMAGE_INDEX, &nested);
    let error = layout
        .fetch_bundle(&tag("nested"), ArchiveLimits::DEFAULT)
        .await
        .expect_err("an index in an index");
    assert_eq!(error.code(), "invalid-bundle");
}

#[tokio::test]
async fn what_is_stored_but_no_bundle_says_why() {
    let folder = folder();
    let layout = Layout::new(folder.path());
    layout
        .publish("1.0.0", &artifact("1.0.0"), Existing::Keep)
        .await
        .expect("a new layout");
    let layer = |size: u64| {
        format!(
            r#"{{"layers":[{{"mediaType":"a","digest":"{}","size":{size}}}]}}"#,
            sha256(b"none")
        )
    };
    for (manifest, code, message) in [
        (
            r#"{"layers":[]}"#.to_owned(),
            "invalid-bundle",
            "failed to extract bundle: image has no layers",
        ),
        (
            layer((256 << 20) + 1),
            "unsafe-bundle",
            "failed to extract bundle: compressed bundle of 268435457 bytes exceeds maximum size \
             of 268435456 bytes",
        ),
    ] {
        set_manifest(&layout, "bad", media_type::IMAGE_MANIFEST, &manifest);
        let error = layout
            .fetch_bundle(&tag("bad"), ArchiveLimits::DEFAULT)
            .await
            .expect_err("no bundle");
        assert_eq!((error.code(), error.to_string().as_str()), (code, message));
    }
    set_manifest(&layout, "gone", media_type::IMAGE_MANIFEST, &layer(1));
    let error = layout
        .fetch_bundle(&tag("gone"), ArchiveLimits::DEFAULT)
        .await
        .expect_err("a missing blob");
    assert_eq!(error.code(), "not-found");
}

#[tokio::test]
async fn a_changed_blob_is_refused() {
    for (size_changes, part) in [(false, 0), (true, 0), (false, 1), (true, 1)] {
        let folder = folder();
        let layout = Layout::new(folder.path());
        let artifact = artifact("1.0.0");
        layout
            .publish("1.0.0", &artifact, Existing::Keep)
            .await
            .expect("a new layout");
        let digest = if part == 0 {
            &artifact.digest
        } else {
            &artifact.layer.descriptor.digest
        };
        let blob = folder
            .path()
            .join("blobs")
            .join(digest.as_str().replace(':', "/"));
        let mut bytes = fs::read(&blob).expect("a blob");
        if size_changes {
            bytes.pop();
        } else if let Some(last) = bytes.last_mut() {
            *last ^= 1;
        }
        fs::write(&blob, bytes).expect("writable");
        let error = layout
            .fetch_bundle(&tag("1.0.0"), ArchiveLimits::DEFAULT)
            .await
            .expect_err("a changed blob");
        assert_eq!(error.code(), "unsafe-bundle", "{error}");
        assert!(error.is_refused_for_safety());
        // Publishing the same again repairs it.
        layout
            .publish("1.0.0", &artifact, Existing::Replace)
            .await
            .expect("a repaired layout");
        layout
            .fetch_bundle(&tag("1.0.0"), ArchiveLimits::DEFAULT)
            .await
            .expect("the artifact");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn links_out_of_the_layout_are_refused() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let other = Layout::new(folder.path().join("other"));
    let artifact = artifact("1.0.0");
    other
        .publish("1.0.0", &artifact, Existing::Keep)
        .await
        .expect("a new layout");
    for linked in ["oci-layout", "index.json", "blobs"] {
        let directory = folder.path().join(format!("with-{linked}"));
        let layout = Layout::new(&directory);
        layout
            .publish("1.0.0", &artifact, Existing::Keep)
            .await
            .expect("a new layout");
        let target = directory.join(linked);
        if target.is_dir() {
            fs::remove_dir_all(&target).expect("removable");
        } else {
            fs::remove_file(&target).expect("removable");
        }
        symlink(other.directory().join(linked), &target).expect("a link");
        let error = layout
            .fetch_bundle(&tag("1.0.0"), ArchiveLimits::DEFAULT)
            .await
            .expect_err("a link out");
        assert!(error.is_refused_for_safety(), "{linked}: {error}");
        assert!(
            error.to_string().ends_with("leads outside the layout"),
            "{error}"
        );
    }
    // Nor is anything written through one.
    let directory = folder.path().join("trap");
    let outside = folder.path().join("outside");
    fs::create_dir_all(&directory).expect("writable");
    fs::create_dir(&outside).expect("writable");
    symlink(&outside, directory.join("blobs")).expect("a link");
    let error = Layout::new(&directory)
        .publish("1.0.0", &artifact, Existing::Keep)
        .await
        .expect_err("a link out");
    assert!(error.is_refused_for_safety(), "{error}");
    assert!(snapshot(&outside).is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn a_layout_may_itself_be_reached_by_a_link() {
    let folder = folder();
    let layout = Layout::new(folder.path().join("real"));
    layout
        .publish("1.0.0", &artifact("1.0.0"), Existing::Keep)
        .await
        .expect("a new layout");
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(layout.directory(), &link).expect("a link");
    Layout::new(link)
        .fetch_bundle(&tag("1.0.0"), ArchiveLimits::DEFAULT)
        .await
        .expect("the artifact");
}

#[tokio::test]
async fn broken_layouts_say_what_is_broken() {
    let marker = r#"{"imageLayoutVersion":"1.0.0"}"#;
    for (marker, index, expected) in [
        ("", "{}", "has a malformed `oci-layout`: "),
        (
            r#"{"imageLayoutVersion":"2.0.0"}"#,
            "{}",
            "version \"2.0.0\", which is not supported",
        ),
        (marker, "<html>", "has a malformed `index.json`: "),
        (marker, "[]", "has a malformed `index.json`: "),
        (marker, r#"{"manifests":{}}"#, "`manifests` is not a list"),
        (
            marker,
            r#"{"manifests":[{"digest":"sha256:../x","size":1,"annotations":{"org.opencontainers.image.ref.name":"1.0.0"}}]}"#,
            "no digest or no size for the tag `1.0.0`",
        ),
    ] {
        let folder = folder();
        fs::write(folder.path().join("oci-layout"), marker).expect("writable");
        fs::write(folder.path().join("index.json"), index).expect("writable");
        let error = Layout::new(folder.path())
            .fetch_manifest(&tag("1.0.0"))
            .await
            .expect_err("a broken layout");
        assert_eq!(error.code(), "invalid-bundle");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn names_that_are_no_tags_are_not_listed_but_found() {
    let folder = folder();
    let layout = Layout::new(folder.path());
    layout
        .publish("here", &artifact("1.0.0"), Existing::Keep)
        .await
        .expect("a new layout");
    let index = folder.path().join("index.json");
    let text = fs::read_to_string(&index).expect("an index");
    fs::write(
        &index,
        text.replace("\"here\"", "\"docker.io/library/x:1\""),
    )
    .expect("writable");
    assert!(layout.tags().await.expect("a layout").is_empty());
    assert!(
        layout
            .find_tag("docker.io/library/x:1")
            .await
            .expect("a layout")
            .is_some()
    );
}

#[tokio::test]
async fn a_root_lists_its_layouts_by_path() {
    let folder = folder();
    for path in ["b", "a/c", "a/b/d", "a/b/d/inner", ".hidden"] {
        Layout::new(folder.path().join(path))
            .write("1.0.0", &artifact("1.0.0"), Existing::Keep)
            .expect("a new layout");
    }
    fs::create_dir_all(folder.path().join("empty/deep")).expect("writable");
    let names: Vec<String> = LayoutRoot::new(folder.path())
        .layouts()
        .expect("a readable root")
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["a/b/d", "a/c", "b"]);
    let missing = LayoutRoot::new(folder.path().join("missing")).layouts();
    assert_eq!(missing.expect_err("nothing there").code(), "not-found");
}

#[tokio::test]
async fn published_references_are_looked_for_beside_a_layout() {
    let folder = folder();
    let at = |path: &str| folder.path().join("root").join(path);
    for path in ["h.example/acme/auth", "acme/auth", "auth", "start"] {
        Layout::new(at(path))
            .write("1.0.0", &artifact("1.0.0"), Existing::Keep)
            .expect("a new layout");
    }
    let root = LayoutRoot::beside(&Layout::new(at("start"))).expect("a layout");
    let found = |registry: &str, repository: &str| -> Vec<String> {
        root.find(registry, repository)
            .iter()
            .map(|layout| {
                let root = root.directory();
                layout
                    .directory()
                    .strip_prefix(root)
                    .expect("below")
                    .display()
                    .to_string()
            })
            .collect()
    };
    assert_eq!(
        found("h.example", "acme/auth"),
        ["h.example/acme/auth", "acme/auth", "auth"]
    );
    assert_eq!(found("other.example", "team/auth"), ["auth"]);
    assert_eq!(found("h.example", "auth"), ["auth"]);
    assert!(found("h.example", "acme/unknown").is_empty());
    // Names that lead up find nothing, though there is a layout.
    Layout::new(folder.path().join("up"))
        .write("1.0.0", &artifact("1.0.0"), Existing::Keep)
        .expect("a new layout");
    assert!(found("..", "up").is_empty());
    assert!(found("h.example", "../up").is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn a_bundle_names_layouts_inside_its_root_only() {
    let folder = folder();
    let root_directory = folder.path().join("root");
    for path in ["root/a", "outside"] {
        Layout::new(folder.path().join(path))
            .write("1.0.0", &artifact("1.0.0"), Existing::Keep)
            .expect("a new layout");
    }
    std::os::unix::fs::symlink(folder.path().join("outside"), root_directory.join("link"))
        .expect("a link");
    let root = LayoutRoot::new(&root_directory);
    for (path, is_allowed) in [
        ("root/a", true),
        ("root/a/../a", true),
        // Missing, but inside: that it is missing is told later.
        ("root/none", true),
        ("outside", false),
        ("root/../outside", false),
        ("root/link", false),
        ("root/none/../../outside", false),
        ("none", false),
    ] {
        let opened = root.open_inside(&Layout::new(folder.path().join(path)));
        assert_eq!(opened.is_ok(), is_allowed, "{path}");
        if let Err(error) = opened {
            assert!(error.is_refused_for_safety());
        }
    }
    assert_eq!(root.layouts().expect("a root").len(), 1);
}
