//! The artifact: its exact form, and what is read from manifests of others.

use pacto_bundle::artifact::Blob;
use pacto_bundle::manifest::{ManifestError, media_type};
use pacto_bundle::{
    ArchiveLimits, Artifact, ArtifactForm, ArtifactIdentity, ArtifactOptions, Manifest,
    MemoryFiles, sha256, unpack,
};

fn build(options: &ArtifactOptions) -> Artifact {
    let files: MemoryFiles = [("pacto.yaml", "pactoVersion: \"1.0\"\n")]
        .into_iter()
        .collect();
    let identity = ArtifactIdentity {
        name: "my-service".to_owned(),
        version: "0.1.0".to_owned(),
        pacto_version: "1.0".to_owned(),
    };
    Artifact::build(&identity, &files, options, ArchiveLimits::DEFAULT).expect("a fine bundle")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("JSON")
}

#[test]
fn the_go_form_is_exactly_what_go_writes() {
    let artifact = build(&ArtifactOptions {
        form: ArtifactForm::Go,
        ..ArtifactOptions::default()
    });
    assert_eq!(
        text(&artifact.manifest),
        format!(
            concat!(
                r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","#,
                r#""config":{{"mediaType":"application/vnd.docker.container.image.v1+json","#,
                r#""size":{},"digest":"{}"}},"#,
                r#""layers":[{{"mediaType":"application/vnd.pacto.bundle.layer.v1.tar+gzip","#,
                r#""size":{},"digest":"{}"}}]}}"#
            ),
            artifact.config.bytes.len(),
            sha256(&artifact.config.bytes),
            artifact.layer.bytes.len(),
            sha256(&artifact.layer.bytes)
        )
    );
    // The lengths of the starter contract of the Go implementation.
    assert_eq!(artifact.config.bytes.len(), 329);
    assert_eq!(artifact.manifest.len(), 410);
    assert_eq!(artifact.digest, sha256(&artifact.manifest));
}

#[test]
fn the_config_has_labels_and_the_digest_of_the_uncompressed_layer() {
    for form in [ArtifactForm::Go, ArtifactForm::Oci] {
        let artifact = build(&ArtifactOptions {
            form,
            ..ArtifactOptions::default()
        });
        let mut tar = Vec::new();
        std::io::Read::read_to_end(
            &mut flate2::read::GzDecoder::new(artifact.layer.bytes.as_ref()),
            &mut tar,
        )
        .expect("our own compression");
        assert_eq!(
            text(&artifact.config.bytes),
            format!(
                concat!(
                    r#"{{"architecture":"","created":"0001-01-01T00:00:00Z","#,
                    r#""history":[{{"created":"0001-01-01T00:00:00Z"}}],"os":"","#,
                    r#""rootfs":{{"type":"layers","diff_ids":["{}"]}},"#,
                    r#""config":{{"Labels":{{"io.pacto.name":"my-service","#,
                    r#""io.pacto.pactoVersion":"1.0","io.pacto.version":"0.1.0"}}}}}}"#
                ),
                sha256(&tar)
            )
        );
    }
}

#[test]
fn the_default_form_differs_by_the_type_of_the_config_only() {
    let go = build(&ArtifactOptions {
        form: ArtifactForm::Go,
        ..ArtifactOptions::default()
    });
    let oci = build(&ArtifactOptions::default());
    assert_eq!(
        text(&oci.manifest),
        text(&go.manifest).replace(media_type::DOCKER_CONFIG, media_type::IMAGE_CONFIG)
    );
    assert_eq!(oci.layer, go.layer);
    assert_eq!(oci.artifact_type, None);
}

#[test]
fn annotations_are_sorted_and_a_subject_sets_the_type() {
    let subject = Blob::new(media_type::IMAGE_MANIFEST, "{}").descriptor;
    let artifact = build(&ArtifactOptions {
        annotations: [("b", "<&>"), ("a", "1")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        subject: Some(subject.clone()),
        ..ArtifactOptions::default()
    });
    let manifest = text(&artifact.manifest);
    assert!(manifest.starts_with(concat!(
        r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","#,
        r#""artifactType":"application/vnd.pacto.bundle.v1","config":"#
    )));
    assert!(manifest.ends_with(&format!(
        concat!(
            r#""annotations":{{"a":"1","b":"\u003c\u0026\u003e"}},"subject":"#,
            r#"{{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":2,"digest":"{}"}}}}"#
        ),
        sha256(b"{}")
    )));
    let Ok(Manifest::Image(read)) = Manifest::parse(&artifact.manifest) else {
        panic!("our own manifest");
    };
    assert_eq!(read.subject, Some(subject));
    assert_eq!(
        read.artifact_type.as_deref(),
        Some(media_type::BUNDLE_ARTIFACT)
    );
    assert_eq!(read.annotations.get("b").map(String::as_str), Some("<&>"));
}

#[test]
fn our_manifest_leads_back_to_the_layer() {
    let artifact = build(&ArtifactOptions::default());
    let Ok(Manifest::Image(image)) = Manifest::parse(&artifact.manifest) else {
        panic!("our own manifest");
    };
    let layer = image.bundle_layer(u64::MAX).expect("one layer");
    assert_eq!(layer, &artifact.layer.descriptor);
    let read = unpack(artifact.layer.bytes.as_ref(), ArchiveLimits::DEFAULT).expect("our layer");
    assert!(read.is_canonical);
}

fn descriptor(media_type: &str, size: u64, rest: &str) -> String {
    format!(
        r#"{{"mediaType":"{media_type}","size":{size},"digest":"{}"{rest}}}"#,
        sha256(format!("{media_type}{rest}").as_bytes())
    )
}

fn layer_of(layers: &[String]) -> Result<String, ManifestError> {
    let manifest = format!(r#"{{"schemaVersion":2,"layers":[{}]}}"#, layers.join(","));
    match Manifest::parse(manifest.as_bytes())? {
        Manifest::Image(image) => image
            .bundle_layer(1000)
            .map(|layer| layer.media_type.clone()),
        Manifest::Index(_) => panic!("no index"),
    }
}

#[test]
fn the_only_layer_is_taken_whatever_its_type() {
    for media_type in [
        media_type::BUNDLE_LAYER,
        "application/vnd.oci.image.layer.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "text/plain",
    ] {
        assert_eq!(
            layer_of(&[descriptor(media_type, 1, "")]).as_deref(),
            Ok(media_type)
        );
    }
}

#[test]
fn of_several_layers_the_one_bundle_is_taken() {
    let bundle = descriptor(media_type::BUNDLE_LAYER, 1, "");
    let other = descriptor("text/plain", 1, "");
    assert_eq!(
        layer_of(&[other.clone(), bundle.clone()]).as_deref(),
        Ok(media_type::BUNDLE_LAYER)
    );
    let message = |layers: &[String]| layer_of(layers).expect_err("no single bundle").to_string();
    assert_eq!(message(&[other.clone(), other]), "expected 1 layer, got 2");
    assert_eq!(
        message(&[bundle.clone(), bundle]),
        "expected 1 layer, got 2"
    );
    assert_eq!(message(&[]), "image has no layers");
}

#[test]
fn a_layer_that_claims_too_much_is_refused_before_download() {
    let error = layer_of(&[descriptor(media_type::BUNDLE_LAYER, 1001, "")]).expect_err("too large");
    assert!(error.is_refused_for_safety());
    assert_eq!(error.code(), "unsafe-bundle");
}

#[test]
fn an_index_leads_to_linux_amd64_or_to_a_child_without_platform() {
    let child = |platform: &str| {
        let rest = match platform.split_once('/') {
            Some((os, architecture)) => {
                format!(r#","platform":{{"os":"{os}","architecture":"{architecture}"}}"#)
            }
            None => String::new(),
        };
        descriptor(media_type::IMAGE_MANIFEST, 1, &rest)
    };
    let choice = |platforms: &[&str]| {
        let children: Vec<String> = platforms.iter().map(|platform| child(platform)).collect();
        let index = format!(
            r#"{{"schemaVersion":2,"mediaType":"{}","manifests":[{}]}}"#,
            media_type::IMAGE_INDEX,
            children.join(",")
        );
        match Manifest::parse(index.as_bytes()).expect("an index") {
            Manifest::Index(index) => index.bundle_child().map(|child| child.platform.clone()),
            Manifest::Image(_) => panic!("an index"),
        }
    };
    let amd64 = Ok(Some("linux/amd64".to_owned()));
    assert_eq!(choice(&["linux/arm64", "linux/amd64", ""]), amd64);
    assert_eq!(choice(&["linux/arm64", ""]), Ok(None));
    assert_eq!(
        choice(&["unknown/unknown"]),
        Err(ManifestError::NoMatchingChild)
    );
}

#[test]
fn what_is_no_manifest_says_so() {
    for (text, start) in [
        ("<html>", "malformed manifest: "),
        ("{}", "malformed manifest: neither `layers` nor `manifests`"),
        (
            r#"{"mediaType":"application/vnd.docker.distribution.manifest.v1+prettyjws"}"#,
            "unsupported manifest type `application/vnd.docker.distribution.manifest.v1+prettyjws`",
        ),
        (
            r#"{"layers":[{"mediaType":"a","size":1,"digest":"sha256:12"}]}"#,
            "malformed manifest: `sha256:12` is not a digest",
        ),
        (
            r#"{"layers":[{"mediaType":"a","size":-1,"digest":"sha256:12"}]}"#,
            "malformed manifest: ",
        ),
    ] {
        let error = Manifest::parse(text.as_bytes()).expect_err("no manifest");
        assert!(error.to_string().starts_with(start), "{error}");
        assert_eq!(error.code(), "invalid-bundle");
    }
}
