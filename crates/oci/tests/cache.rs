//! The cache on disk: what is used when, what is not there, and sharing it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use pacto_bundle::{
    ArchiveLimits, Artifact, ArtifactIdentity, ArtifactOptions, Descriptor, Effort, Existing,
    FetchedManifest, Files, MemoryFiles, Published, Selector, Store, StoreError, pack, sha256,
    unpack,
};
use pacto_contract::Digest;
use pacto_oci::{Cache, CacheKey, CacheUse, Layout, Obtained, ObtainedFrom};

/// A repository that counts what is asked of it, and can be switched off.
struct Counted {
    layout: Layout,
    heads: AtomicUsize,
    manifests: AtomicUsize,
    blobs: AtomicUsize,
    is_down: bool,
}

impl Counted {
    fn new(directory: &Path) -> Self {
        Self {
            layout: Layout::named("h.example/acme/svc", directory),
            heads: AtomicUsize::new(0),
            manifests: AtomicUsize::new(0),
            blobs: AtomicUsize::new(0),
            is_down: false,
        }
    }

    /// Requests for tags, manifests and blobs since the last time.
    fn counts(&self) -> [usize; 3] {
        [&self.heads, &self.manifests, &self.blobs].map(|count| count.swap(0, Ordering::SeqCst))
    }

    fn count(&self, counter: &AtomicUsize) -> Result<(), StoreError> {
        counter.fetch_add(1, Ordering::SeqCst);
        if self.is_down {
            return Err(StoreError::Unreachable {
                reference: self.repository(),
                detail: "switched off".to_owned(),
            });
        }
        Ok(())
    }

    fn publish_text(&self, tag: &str, text: &str) -> Digest {
        let files: MemoryFiles = [("pacto.yaml", text.to_owned())].into_iter().collect();
        let artifact = artifact(&files);
        self.layout
            .write(tag, &artifact, Existing::Replace)
            .expect("a writable layout");
        artifact.digest
    }
}

impl Store for Counted {
    fn repository(&self) -> String {
        self.layout.repository()
    }

    async fn tags(&self) -> Result<Vec<String>, StoreError> {
        self.layout.tags().await
    }

    async fn find_tag(&self, tag: &str) -> Result<Option<Digest>, StoreError> {
        self.count(&self.heads)?;
        self.layout.find_tag(tag).await
    }

    async fn fetch_manifest(&self, selector: &Selector) -> Result<FetchedManifest, StoreError> {
        self.count(&self.manifests)?;
        self.layout.fetch_manifest(selector).await
    }

    async fn fetch_blob(&self, descriptor: &Descriptor) -> Result<Bytes, StoreError> {
        self.count(&self.blobs)?;
        self.layout.fetch_blob(descriptor).await
    }

    async fn publish(
        &self,
        tag: &str,
        artifact: &Artifact,
        existing: Existing,
    ) -> Result<Published, StoreError> {
        self.layout.publish(tag, artifact, existing).await
    }
}

fn artifact(files: &MemoryFiles) -> Artifact {
    let identity = ArtifactIdentity {
        name: "svc".to_owned(),
        version: "1.0.0".to_owned(),
        pacto_version: "1.0".to_owned(),
    };
    Artifact::build(
        &identity,
        files,
        &ArtifactOptions::default(),
        ArchiveLimits::DEFAULT,
    )
    .expect("a fine bundle")
}

struct Setup {
    folder: tempfile::TempDir,
    store: Counted,
    cache: Cache,
}

impl Setup {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        Self {
            store: Counted::new(&folder.path().join("layout")),
            cache: Cache::new(folder.path().join("cache")),
            folder,
        }
    }

    fn entry(&self, path: &str) -> PathBuf {
        self.folder
            .path()
            .join("cache/h.example/acme/svc")
            .join(path)
    }

    async fn fetch(&self, key: &CacheKey) -> Result<Obtained, StoreError> {
        self.cache
            .fetch(&self.store, key, CacheUse::Revalidate)
            .await
    }
}

fn tag(text: &str) -> CacheKey {
    CacheKey::new("h.example/acme/svc", Selector::Tag(text.to_owned()))
}

fn digest(digest: &Digest) -> CacheKey {
    CacheKey::new("h.example/acme/svc", Selector::Digest(digest.clone()))
}

fn text(obtained: &Obtained) -> String {
    let bytes = obtained
        .unpacked
        .files
        .read("pacto.yaml")
        .expect("memory reads");
    String::from_utf8(bytes.expect("a contract").to_vec()).expect("text")
}

#[tokio::test]
async fn a_tag_on_disk_costs_one_request_and_no_download() {
    let setup = Setup::new();
    let published = setup.store.publish_text("1.0.0", "one");
    let first = setup.fetch(&tag("1.0.0")).await.expect("a bundle");
    assert_eq!(
        (first.from, setup.store.counts()),
        (ObtainedFrom::Store, [0, 1, 1])
    );
    let second = setup.fetch(&tag("1.0.0")).await.expect("a bundle");
    assert_eq!(
        (second.from, setup.store.counts()),
        (ObtainedFrom::Cache, [1, 0, 0])
    );
    assert_eq!(second.digest, Some(published));
    assert_eq!(second.unpacked.files, first.unpacked.files);
}

#[tokio::test]
async fn a_tag_that_moved_is_fetched_again() {
    let setup = Setup::new();
    setup.store.publish_text("latest", "one");
    setup.fetch(&tag("latest")).await.expect("a bundle");
    let moved = setup.store.publish_text("latest", "two");
    let obtained = setup.fetch(&tag("latest")).await.expect("a bundle");
    assert_eq!(text(&obtained), "two");
    assert_eq!(
        (obtained.from, obtained.digest),
        (ObtainedFrom::Store, Some(moved))
    );
    // And back: the next pull sees it at once.
    setup.store.publish_text("latest", "one");
    assert_eq!(
        text(&setup.fetch(&tag("latest")).await.expect("a bundle")),
        "one"
    );
}

#[tokio::test]
async fn a_digest_on_disk_costs_no_request() {
    let setup = Setup::new();
    let published = setup.store.publish_text("1.0.0", "one");
    setup.fetch(&digest(&published)).await.expect("a bundle");
    assert_eq!(setup.store.counts(), [0, 1, 1]);
    let again = setup.fetch(&digest(&published)).await.expect("a bundle");
    assert_eq!(
        (again.from, setup.store.counts()),
        (ObtainedFrom::Cache, [0, 0, 0])
    );
}

#[tokio::test]
async fn what_was_cached_by_tag_is_found_by_digest() {
    let setup = Setup::new();
    let published = setup.store.publish_text("1.0.0", "one");
    setup.fetch(&tag("1.0.0")).await.expect("a bundle");
    setup.store.counts();
    let both = CacheKey {
        digest: Some(published),
        ..tag("1.0.0")
    };
    let obtained = setup.fetch(&both).await.expect("a bundle");
    assert_eq!(
        (obtained.from, setup.store.counts()),
        (ObtainedFrom::Cache, [0, 0, 0])
    );
    // A tag that moved since does not serve the old digest's place.
    let other = CacheKey {
        digest: Some(setup.store.publish_text("1.0.0", "two")),
        ..both
    };
    assert_eq!(text(&setup.fetch(&other).await.expect("a bundle")), "two");
}

#[tokio::test]
async fn old_content_does_not_stand_in_for_a_registry_that_is_down() {
    let mut setup = Setup::new();
    setup.store.publish_text("1.0.0", "one");
    setup.fetch(&tag("1.0.0")).await.expect("a bundle");
    setup.store.is_down = true;
    let error = setup.fetch(&tag("1.0.0")).await.expect_err("no registry");
    assert_eq!(error.code(), "registry-unreachable");
    assert!(error.hints().iter().any(|hint| hint.contains("--offline")));
}

#[tokio::test]
async fn a_tag_that_is_gone_is_not_found() {
    let setup = Setup::new();
    setup.store.publish_text("1.0.0", "one");
    setup.fetch(&tag("1.0.0")).await.expect("a bundle");
    fs::remove_file(setup.folder.path().join("layout/index.json")).expect("removable");
    let error = setup.fetch(&tag("1.0.0")).await.expect_err("no such tag");
    assert_eq!(
        error.to_string(),
        "artifact not found: h.example/acme/svc:1.0.0"
    );
}

#[tokio::test]
async fn refreshing_writes_but_does_not_read() {
    let setup = Setup::new();
    let published = setup.store.publish_text("1.0.0", "one");
    for _ in 0..2 {
        let obtained = setup
            .cache
            .fetch(&setup.store, &digest(&published), CacheUse::Refresh)
            .await
            .expect("a bundle");
        assert_eq!(
            (obtained.from, setup.store.counts()),
            (ObtainedFrom::Store, [0, 1, 1])
        );
    }
    let obtained = setup.fetch(&digest(&published)).await.expect("a bundle");
    assert_eq!(obtained.from, ObtainedFrom::Cache);
}

#[tokio::test]
async fn offline_reads_what_is_there_and_says_since_when() {
    let setup = Setup::new();
    let published = setup.store.publish_text("1.0.0", "one");
    let error = setup
        .cache
        .fetch_offline(&tag("1.0.0"))
        .await
        .expect_err("an empty cache");
    assert_eq!(
        (error.code(), error.is_refused_for_safety()),
        ("offline", false)
    );
    setup.fetch(&tag("1.0.0")).await.expect("a bundle");
    setup.store.counts();
    let written = SystemTime::now() - Duration::from_hours(25);
    fs::File::options()
        .append(true)
        .open(setup.entry("1.0.0/bundle.tar.gz"))
        .and_then(|file| file.set_modified(written))
        .expect("a file of ours");
    let obtained = setup
        .cache
        .fetch_offline(&tag("1.0.0"))
        .await
        .expect("on disk");
    let ObtainedFrom::StaleCache { written: told } = obtained.from else {
        panic!("nobody can know that it is current");
    };
    assert!(told.duration_since(written).unwrap_or_default() < Duration::from_secs(2));
    // A digest cannot become stale.
    let key = digest(&published);
    let error = setup
        .cache
        .fetch_offline(&key)
        .await
        .expect_err("not under that name");
    assert_eq!(error.code(), "offline");
    let both = CacheKey {
        tag: Some("1.0.0".to_owned()),
        ..key
    };
    let obtained = setup.cache.fetch_offline(&both).await.expect("on disk");
    assert_eq!(obtained.from, ObtainedFrom::Cache);
    assert_eq!(setup.store.counts(), [0, 0, 0]);
}

#[tokio::test]
async fn tags_on_disk_are_listed() {
    let setup = Setup::new();
    assert!(setup.cache.tags("h.example/acme/svc").is_empty());
    for tag_text in ["1.0.0", "v2", "latest"] {
        setup.store.publish_text(tag_text, tag_text);
        setup.fetch(&tag(tag_text)).await.expect("a bundle");
    }
    let published = setup.store.publish_text("3", "3");
    setup.fetch(&digest(&published)).await.expect("a bundle");
    fs::create_dir_all(setup.entry("sub/repository")).expect("writable");
    assert_eq!(
        setup.cache.tags("h.example/acme/svc"),
        ["1.0.0", "latest", "v2"]
    );
    assert!(setup.cache.tags("../..").is_empty());
}

#[tokio::test]
async fn an_entry_of_the_go_implementation_is_fetched_again_but_readable_offline() {
    let setup = Setup::new();
    setup.store.publish_text("1.0.0", "new");
    let files: MemoryFiles = [("pacto.yaml", "old")].into_iter().collect();
    let archive = pack(&files, Effort::Balanced, ArchiveLimits::DEFAULT).expect("a fine bundle");
    let published = setup.store.publish_text("2.0.0", "two");
    let hex = published.as_str().trim_start_matches("sha256:").to_owned();
    let by_digest = format!("../svc@sha256/{hex}");
    for entry in ["1.0.0", &by_digest] {
        fs::create_dir_all(setup.entry(entry)).expect("writable");
        fs::write(setup.entry(entry).join("bundle.tar.gz"), &archive.bytes).expect("writable");
    }
    for key in [tag("1.0.0"), digest(&published)] {
        let offline = setup.cache.fetch_offline(&key).await.expect("on disk");
        assert_eq!(
            (text(&offline).as_str(), offline.digest.as_ref()),
            ("old", None)
        );
        assert!(matches!(offline.from, ObtainedFrom::StaleCache { .. }));
        let online = setup.fetch(&key).await.expect("a bundle");
        assert_eq!(online.from, ObtainedFrom::Store);
        assert_ne!(text(&online), "old");
        let offline = setup.cache.fetch_offline(&key).await.expect("on disk");
        assert_eq!(text(&offline), text(&online));
    }
}

/// Something that goes wrong with an entry, and its name.
type Damage<'a> = (&'a str, Box<dyn Fn() + 'a>);

#[tokio::test]
async fn what_does_not_fit_together_is_not_there() {
    let setup = Setup::new();
    let published = setup.store.publish_text("1.0.0", "one");
    let other: MemoryFiles = [("pacto.yaml", "forged")].into_iter().collect();
    let other = pack(&other, Effort::Speed, ArchiveLimits::DEFAULT)
        .expect("a fine bundle")
        .bytes;
    let bundle = setup.entry("1.0.0/bundle.tar.gz");
    let sidecar = setup.entry("1.0.0/digest");
    let damages: [Damage; 6] = [
        (
            "cut off",
            Box::new(|| {
                let bytes = fs::read(&bundle).expect("a file");
                fs::write(&bundle, &bytes[..bytes.len() / 2]).expect("writable");
            }),
        ),
        (
            "empty",
            Box::new(|| fs::write(&bundle, "").expect("writable")),
        ),
        (
            "another bundle",
            Box::new(|| fs::write(&bundle, &other).expect("writable")),
        ),
        (
            "half a line",
            Box::new(|| fs::write(&sidecar, "sha256:12").expect("writable")),
        ),
        (
            "no line",
            Box::new(|| fs::write(&sidecar, "").expect("writable")),
        ),
        (
            "no archive, though the line fits",
            Box::new(|| {
                fs::write(&bundle, "text").expect("writable");
                let line = format!("{published} {}\n", sha256(b"text"));
                fs::write(&sidecar, line).expect("writable");
            }),
        ),
    ];
    for (name, damage) in &damages {
        setup.fetch(&tag("1.0.0")).await.expect("a bundle");
        damage();
        let offline = setup.cache.fetch_offline(&tag("1.0.0")).await;
        assert_eq!(offline.expect_err("damaged").code(), "offline", "{name}");
        let obtained = setup.fetch(&tag("1.0.0")).await.expect("a bundle");
        assert_eq!(
            (text(&obtained).as_str(), obtained.from),
            ("one", ObtainedFrom::Store),
            "{name}"
        );
        // It is repaired then.
        let obtained = setup.fetch(&tag("1.0.0")).await.expect("a bundle");
        assert_eq!(obtained.from, ObtainedFrom::Cache, "{name}");
    }
}

#[tokio::test]
async fn a_killed_writer_leaves_nothing_that_is_read() {
    let setup = Setup::new();
    setup.store.publish_text("1.0.0", "one");
    fs::create_dir_all(setup.entry("1.0.0")).expect("writable");
    fs::write(setup.entry("1.0.0/.pacto-abc.tmp"), "half").expect("writable");
    assert!(setup.cache.tags("h.example/acme/svc").is_empty());
    let obtained = setup.fetch(&tag("1.0.0")).await.expect("a bundle");
    assert_eq!(text(&obtained), "one");
}

#[tokio::test]
async fn layers_that_other_readers_do_not_survive_are_packed_anew() {
    let setup = Setup::new();
    let mut header = tar_header("docs/");
    header.extend(tar_header("./pacto.yaml"));
    header.extend([0; 1024]);
    let layer = pacto_bundle::artifact::Blob::new("application/octet-stream", header);
    let mut artifact = artifact(&MemoryFiles::new());
    let manifest = String::from_utf8(artifact.manifest.to_vec()).expect("JSON");
    let manifest = manifest
        .replace(
            artifact.layer.descriptor.digest.as_str(),
            layer.descriptor.digest.as_str(),
        )
        .replace(
            &format!(
                "\"size\":{},\"digest\":\"{}",
                artifact.layer.bytes.len(),
                layer.descriptor.digest
            ),
            &format!(
                "\"size\":{},\"digest\":\"{}",
                layer.bytes.len(),
                layer.descriptor.digest
            ),
        );
    artifact.digest = sha256(manifest.as_bytes());
    artifact.manifest = manifest.into();
    artifact.layer = layer;
    setup
        .store
        .layout
        .write("1.0.0", &artifact, Existing::Keep)
        .expect("a writable layout");
    let first = setup.fetch(&tag("1.0.0")).await.expect("a readable bundle");
    assert!(!first.unpacked.is_canonical);
    let cached = fs::read(setup.entry("1.0.0/bundle.tar.gz")).expect("a file");
    let cached = unpack(cached.as_slice(), ArchiveLimits::DEFAULT).expect("an archive");
    assert!(cached.is_canonical);
    assert_eq!(cached.files, first.unpacked.files);
    let second = setup.fetch(&tag("1.0.0")).await.expect("a bundle");
    assert_eq!(second.from, ObtainedFrom::Cache);
}

/// The header of an empty entry; a name with a slash at its end is a directory.
fn tar_header(name: &str) -> Vec<u8> {
    let mut block = vec![0_u8; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[124..135].copy_from_slice(b"00000000000");
    block[148..156].fill(b' ');
    block[156] = if name.ends_with('/') { b'5' } else { b'0' };
    block[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = block.iter().copied().map(u32::from).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

#[tokio::test]
async fn pushing_drops_the_entry() {
    let setup = Setup::new();
    setup.store.publish_text("1.0.0", "one");
    setup.fetch(&tag("1.0.0")).await.expect("a bundle");
    setup.cache.remove(&tag("1.0.0"));
    assert!(setup.cache.load_stale(&tag("1.0.0")).is_none());
    // Nothing is left of it, not even directories; the root stays.
    assert!(!setup.folder.path().join("cache/h.example").exists());
    assert!(setup.cache.root().is_dir());
    setup.cache.remove(&tag("1.0.0"));
}

#[tokio::test]
async fn a_cache_that_cannot_be_written_does_not_fail_anything() {
    let setup = Setup::new();
    setup.store.publish_text("1.0.0", "one");
    let file = setup.folder.path().join("file");
    fs::write(&file, "not a directory").expect("writable");
    let cache = Cache::new(file.join("cache"));
    for _ in 0..2 {
        let obtained = cache
            .fetch(&setup.store, &tag("1.0.0"), CacheUse::Revalidate)
            .await
            .expect("a bundle, as without a cache");
        assert_eq!(obtained.from, ObtainedFrom::Store);
    }
    assert!(cache.tags("h.example/acme/svc").is_empty());
}

/// Bytes that do not compress, different for each seed.
fn noise(seed: u32, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as u8
        })
        .collect()
}

#[tokio::test]
async fn the_least_recently_used_go_when_the_cache_is_full() {
    let setup = Setup::new();
    let cache = Cache::with_bound(setup.folder.path().join("cache"), 100_000);
    let other = setup.folder.path().join("cache/h.example/notes.txt");
    for number in 0..7_u32 {
        let name = number.to_string();
        let files: MemoryFiles = [("pacto.yaml", noise(number, 20_000))]
            .into_iter()
            .collect();
        setup
            .store
            .layout
            .write(&name, &artifact(&files), Existing::Keep)
            .expect("writable");
        cache
            .fetch(&setup.store, &tag(&name), CacheUse::Revalidate)
            .await
            .expect("a bundle");
        if number == 0 {
            fs::write(&other, noise(99, 200_000)).expect("writable");
        }
        if number == 3 {
            // All are old, but the first was used a moment ago.
            for old in 0..=3_u32 {
                for file in ["bundle.tar.gz", "digest"] {
                    let time = SystemTime::now() - Duration::from_secs(100_000 - u64::from(old));
                    fs::File::options()
                        .append(true)
                        .open(setup.entry(&format!("{old}/{file}")))
                        .and_then(|file| file.set_modified(time))
                        .expect("a file of ours");
                }
            }
            assert!(cache.load_stale(&tag("0")).is_some());
        }
    }
    let kept = cache.tags("h.example/acme/svc");
    // Five are too many; the one used lately outlives those written after it.
    assert_eq!(kept, ["0", "4", "5", "6"]);
    // What is not ours is neither counted nor removed.
    assert!(other.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_share_one_directory() {
    let setup = Setup::new();
    let root = setup.cache.root().to_path_buf();
    let contents: Vec<(Digest, MemoryFiles)> = (0..4_u32)
        .map(|number| {
            let files: MemoryFiles = [("pacto.yaml", noise(number, 50_000))]
                .into_iter()
                .collect();
            let built = artifact(&files);
            setup
                .store
                .layout
                .write(&number.to_string(), &built, Existing::Keep)
                .expect("writable");
            (built.digest, files)
        })
        .collect();
    // Each has its own view of the directory, as two processes have; all write the same entry.
    let workers: Vec<_> = (0..4_usize)
        .map(|worker| {
            let (cache, contents) = (Cache::with_bound(&root, 200_000), contents.clone());
            let layout = setup.store.layout.clone();
            tokio::spawn(async move {
                for round in 0..40 {
                    let (published, _) = &contents[(worker + round) % contents.len()];
                    let fetched = layout
                        .fetch_bundle(&Selector::Digest(published.clone()), ArchiveLimits::DEFAULT)
                        .await
                        .expect("in the layout");
                    cache.store(&tag("latest"), &fetched);
                    for (published, files) in &contents {
                        if let Some(found) = cache.load(&tag("latest"), published) {
                            assert_eq!(&found.unpacked.files, files);
                        }
                    }
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("never anything torn");
    }
    let obtained = setup
        .cache
        .load_stale(&tag("latest"))
        .expect("the last one written");
    let (_, files) = contents
        .iter()
        .find(|(published, _)| Some(published) == obtained.digest.as_ref())
        .expect("one of the four");
    assert_eq!(&obtained.unpacked.files, files);
}
