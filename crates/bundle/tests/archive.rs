//! Packing and unpacking: the form of the archive, its limits, and what hostile ones meet.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use pacto_bundle::{
    ArchiveError, ArchiveLimits, Effort, EntryKind, FileEntry, Files, FilesError, MemoryFiles,
    NameProblem, PackWarning, Unpacked, pack, sha256, unpack,
};
use proptest::prelude::*;

const LIMITS: ArchiveLimits = ArchiveLimits::DEFAULT;

fn starter() -> MemoryFiles {
    let mut files: MemoryFiles = [
        ("pacto.yaml", "pactoVersion: \"1.0\"\n"),
        ("docs/b.md", "b"),
        ("docs-a.md", "a"),
        (".hidden", "h"),
        ("docs/é.md", "accent"),
    ]
    .into_iter()
    .collect();
    files.insert_directory("empty");
    files.insert(
        format!("deep/{}/{}", "d".repeat(60), "f".repeat(59)),
        "split",
    );
    files.insert("n".repeat(120), "pax");
    files
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut tar = Vec::new();
    flate2::read::GzDecoder::new(bytes)
        .read_to_end(&mut tar)
        .expect("our own compression");
    tar
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// An archive with entries as they are given, however wrong.
#[derive(Default)]
struct Forge(Vec<u8>);

impl Forge {
    fn entry(mut self, name: &[u8], kind: u8, declared: u64, content: &[u8]) -> Self {
        let mut header = tar::Header::new_ustar();
        for (target, source) in header.as_old_mut().name.iter_mut().zip(name) {
            *target = *source;
        }
        header.set_entry_type(tar::EntryType::new(kind));
        header.set_size(declared);
        header.set_mode(0o644);
        header.set_cksum();
        self.0.extend(header.as_bytes());
        self.0.extend(content);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    fn file(self, name: &[u8], content: &[u8]) -> Self {
        self.entry(name, b'0', content.len() as u64, content)
    }

    fn end(mut self) -> Vec<u8> {
        self.0.extend([0; 1024]);
        self.0
    }

    fn read(self) -> Result<Unpacked, ArchiveError> {
        unpack(self.end().as_slice(), LIMITS)
    }
}

fn name_problem(result: Result<Unpacked, ArchiveError>) -> NameProblem {
    let error = result.expect_err("the archive must be refused");
    assert!(error.is_refused_for_safety());
    assert_eq!(error.code(), "unsafe-bundle");
    match error {
        ArchiveError::RefusedName { problem, .. } => problem,
        other => panic!("expected a refused name, got {other:?}"),
    }
}

fn assert_damaged(result: Result<Unpacked, ArchiveError>) {
    let error = result.expect_err("the archive must be refused");
    assert_eq!(error.code(), "invalid-bundle", "{error}");
    assert!(!error.is_refused_for_safety());
}

/// Types and names of the headers of an archive, in order.
fn headers(tar: &[u8]) -> Vec<(char, String)> {
    let mut archive = tar::Archive::new(tar);
    archive
        .entries()
        .expect("an archive")
        .raw(true)
        .map(|entry| {
            let entry = entry.expect("an entry");
            (
                char::from(entry.header().entry_type().as_byte()),
                String::from_utf8_lossy(&entry.header().path_bytes()).into_owned(),
            )
        })
        .collect()
}

#[test]
fn entries_come_depth_first_and_directories_without_a_slash() {
    let packed = pack(&starter(), Effort::Speed, LIMITS).expect("a fine bundle");
    let tar = gunzip(&packed.bytes);
    let directory = format!("deep/{}", "d".repeat(60));
    let expected = [
        ('0', ".hidden".to_owned()),
        ('5', "deep".to_owned()),
        ('5', directory.clone()),
        ('0', format!("{directory}/{}", "f".repeat(59))),
        ('5', "docs".to_owned()),
        ('0', "docs/b.md".to_owned()),
        ('x', "docs/PaxHeaders.0/.md".to_owned()),
        ('0', "docs/.md".to_owned()),
        ('0', "docs-a.md".to_owned()),
        ('5', "empty".to_owned()),
        ('x', format!("PaxHeaders.0/{}", "n".repeat(87))),
        ('0', "n".repeat(100)),
        ('0', "pacto.yaml".to_owned()),
    ];
    assert_eq!(headers(&tar), expected);
}

#[test]
fn headers_carry_no_time_owner_or_mode_of_this_machine() {
    let files: MemoryFiles = [("d/a", "x")].into_iter().collect();
    let tar = gunzip(
        &pack(&files, Effort::Speed, LIMITS)
            .expect("a fine bundle")
            .bytes,
    );
    // Two headers, one block of content, two zero blocks, and no padding to a record.
    assert_eq!(tar.len(), 5 * 512);
    let directory = tar.get(..512).expect("the header of the directory");
    let file = tar.get(512..1024).expect("the header of the file");
    let mut expected = Vec::new();
    expected.extend(b"0000755\x000000000\x000000000\x0000000000000\x0000000000000\0");
    assert_eq!(directory.get(100..148), Some(expected.as_slice()));
    assert_eq!(directory.get(..2), Some(b"d\0".as_slice()));
    assert_eq!(directory.get(156), Some(&b'5'));
    let mut expected = Vec::new();
    expected.extend(b"0000644\x000000000\x000000000\x0000000000001\x0000000000000\0");
    assert_eq!(file.get(100..148), Some(expected.as_slice()));
    assert_eq!(file.get(156), Some(&b'0'));
    for header in [directory, file] {
        assert_eq!(header.get(257..265), Some(b"ustar\x0000".as_slice()));
        assert!(
            header
                .get(265..329)
                .expect("owner names")
                .iter()
                .all(|byte| *byte == 0)
        );
        assert_eq!(
            header.get(329..345),
            Some(b"0000000\x000000000\0".as_slice())
        );
    }
    assert!(
        tar.get(3 * 512..)
            .expect("the end")
            .iter()
            .all(|byte| *byte == 0)
    );
}

#[test]
fn the_uncompressed_archive_never_changes() {
    let packed = pack(&starter(), Effort::Speed, LIMITS).expect("a fine bundle");
    assert_eq!(sha256(&gunzip(&packed.bytes)), packed.uncompressed_digest);
    assert_eq!(
        packed.uncompressed_digest.as_str(),
        "sha256:0458179023e770b5f9284ca2a47faf19d542cc261189a336701e0388f060fd6d"
    );
}

#[test]
fn the_gzip_header_has_neither_name_nor_time_nor_system() {
    for (effort, flags) in [(Effort::Speed, 4), (Effort::Balanced, 0)] {
        let packed = pack(&starter(), effort, LIMITS).expect("a fine bundle");
        assert_eq!(
            packed.bytes.get(..10),
            Some([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, flags, 255].as_slice())
        );
    }
}

#[test]
fn both_efforts_hold_the_same_archive() {
    let [fast, balanced] = [Effort::Speed, Effort::Balanced]
        .map(|effort| pack(&starter(), effort, LIMITS).expect("a fine bundle"));
    assert_eq!(fast.uncompressed_digest, balanced.uncompressed_digest);
}

#[test]
fn what_was_packed_is_unpacked() {
    let packed = pack(&starter(), Effort::Balanced, LIMITS).expect("a fine bundle");
    let read = unpack(packed.bytes.as_ref(), LIMITS).expect("our own archive");
    assert_eq!(read.files, starter());
    assert!(read.is_canonical);
    assert!(read.case_duplicates.is_empty());
    // A plain tar is read as well, but not every other reader does.
    let plain = unpack(gunzip(&packed.bytes).as_slice(), LIMITS).expect("a plain archive");
    assert_eq!(plain.files, starter());
    assert!(!plain.is_canonical);
}

#[test]
fn archives_of_other_tools_are_read() {
    let tar = Forge::default()
        .entry(b"pax_global_header", b'g', 17, b"17 comment=hello\n")
        .entry(b"./", b'5', 0, b"")
        .file(b"./pacto.yaml", b"x")
        .entry(b"./docs/", b'5', 0, b"")
        .entry(b"././@LongLink", b'L', 5, b"long\0")
        .file(b"cut", b"content")
        .entry(
            b"PaxHeaders/x",
            b'x',
            19,
            b"19 path=docs/\xc3\xa9t\xc3\xa9\n",
        )
        .file(b"docs/t", b"pax")
        .entry(b"old-directory/", 0, 0, b"")
        .end();
    let mut expected: MemoryFiles = [
        ("pacto.yaml", "x"),
        ("long", "content"),
        ("docs/été", "pax"),
    ]
    .into_iter()
    .collect();
    expected.insert_directory("old-directory");
    for archive in [
        tar.clone(),
        gzip(&tar),
        gzip(&[tar.as_slice(), &[0; 8192]].concat()),
    ] {
        let read = unpack(archive.as_slice(), LIMITS).expect("a readable archive");
        assert_eq!(read.files, expected);
        assert!(!read.is_canonical);
    }
}

#[test]
fn names_that_lead_out_are_refused() {
    for (name, problem) in [
        (b"/etc/passwd".as_slice(), NameProblem::Absolute),
        (b"../x", NameProblem::ParentElement),
        (b"a/../../x", NameProblem::ParentElement),
        (b"a//b", NameProblem::EmptyElement),
        (b"a\\..\\b", NameProblem::Backslash),
        (b"c:/x", NameProblem::DriveLetter),
        (b"caf\xe9", NameProblem::NotUtf8),
    ] {
        assert_eq!(
            name_problem(Forge::default().file(name, b"x").read()),
            problem,
            "{}",
            String::from_utf8_lossy(name)
        );
    }
    // The name that counts may stand in an extension.
    let hidden = Forge::default()
        .entry(b"x", b'x', 18, b"18 path=../../etc\n")
        .file(b"harmless", b"x");
    assert_eq!(name_problem(hidden.read()), NameProblem::ParentElement);
    let hidden = Forge::default()
        .entry(b"x", b'L', 5, b"/etc\0")
        .file(b"harmless", b"x");
    assert_eq!(name_problem(hidden.read()), NameProblem::Absolute);
    let nul = Forge::default()
        .entry(b"x", b'x', 13, b"13 path=a\0bc\n")
        .file(b"harmless", b"x");
    assert_eq!(name_problem(nul.read()), NameProblem::Nul);
}

#[test]
fn two_files_of_one_name_are_refused() {
    let twice = Forge::default().file(b"a", b"1").file(b"./a", b"2");
    assert_eq!(name_problem(twice.read()), NameProblem::Duplicate);
    let both = Forge::default().file(b"a", b"1").file(b"a/b", b"2");
    assert_eq!(name_problem(both.read()), NameProblem::FileAndDirectory);
    let case = Forge::default().file(b"a", b"1").file(b"A", b"2");
    assert_eq!(case.read().expect("fine here").case_duplicates, ["A", "a"]);
}

#[test]
fn only_files_and_directories_are_read() {
    for (kind, words) in [
        (b'1', "a hard link"),
        (b'2', "a symbolic link"),
        (b'3', "a device"),
        (b'4', "a device"),
        (b'6', "a named pipe"),
        (b'7', "a special entry"),
        (b'S', "a sparse file"),
        (b'V', "a special entry"),
    ] {
        let error = Forge::default()
            .entry(b"x", kind, 0, b"")
            .read()
            .expect_err("the archive must be refused");
        assert!(error.is_refused_for_safety());
        assert_eq!(
            error.to_string(),
            format!("`x` is {words}; a bundle holds only files and directories")
        );
    }
}

#[test]
fn declared_sizes_are_not_believed() {
    let huge = Forge::default().entry(b"x", b'0', 60 << 20, b"little");
    assert_damaged(huge.read());
    let beyond = Forge::default().entry(b"x", b'0', (64 << 20) + 1, b"");
    assert!(matches!(
        beyond.read(),
        Err(ArchiveError::FileTooLarge { .. })
    ));
    let two_sizes = Forge::default()
        .entry(b"x", b'x', 12, b"12 size=700\n")
        .file(b"a", b"x");
    assert_damaged(two_sizes.read());
    assert_damaged(Forge::default().entry(b"d", b'5', 3, b"abc").read());
    assert_damaged(Forge::default().entry(b"x", b'x', 1 << 20, b"").read());
    assert_damaged(
        Forge::default()
            .entry(b"x", b'x', 22, b"22 GNU.sparse.major=1\n")
            .file(b"a", b"x")
            .read(),
    );
}

#[test]
fn what_is_no_archive_says_what_it_is() {
    for (bytes, reason) in [
        (b"".as_slice(), "it is empty"),
        (b"<html>not found</html>", "it is neither gzip nor tar"),
        (b"PK\x03\x04zip", "it is a zip file"),
        (
            b"\x28\xb5\x2f\xfdzstd",
            "it is compressed with zstd, which bundles are not",
        ),
    ] {
        let error = unpack(bytes, LIMITS).expect_err("no archive");
        assert_eq!(error.to_string(), format!("not a bundle archive: {reason}"));
        assert_eq!(error.code(), "invalid-bundle");
    }
    assert_damaged(unpack(gzip(b"text").as_slice(), LIMITS));
}

#[test]
fn a_cut_or_changed_archive_is_noticed() {
    let packed = pack(&starter(), Effort::Speed, LIMITS)
        .expect("a fine bundle")
        .bytes;
    for cut in 4..packed.len() {
        assert_damaged(unpack(packed.get(..cut).expect("a prefix"), LIMITS));
    }
    let mut changed = packed.to_vec();
    let checksum = changed.len() - 6;
    if let Some(byte) = changed.get_mut(checksum) {
        *byte ^= 1;
    }
    assert_damaged(unpack(changed.as_slice(), LIMITS));
}

/// Repeats one piece without holding it more than once.
struct Repeated {
    piece: Vec<u8>,
    position: usize,
    left: u64,
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let rest = self.piece.get(self.position..).unwrap_or_default();
        let length = rest.len().min(buffer.len()).min(self.left as usize);
        for (target, source) in buffer.iter_mut().zip(&rest[..length]) {
            *target = *source;
        }
        self.position = (self.position + length) % self.piece.len();
        self.left -= length as u64;
        Ok(length)
    }
}

#[test]
fn ten_million_entries_end_after_ten_thousand() {
    // Directories of one name are no new entries, so their headers are counted as well.
    for (name, kind) in [(b"d".as_slice(), b'5'), (b"x", b'x'), (b"g", b'g')] {
        let entries = Repeated {
            piece: Forge::default().entry(name, kind, 0, b"").0,
            position: 0,
            left: 512 * 10_000_000,
        };
        let error = unpack(
            entries,
            ArchiveLimits {
                compressed: u64::MAX,
                ..LIMITS
            },
        )
        .expect_err("too many");
        assert_eq!(error.to_string(), "bundle holds more than 10000 entries");
        assert!(error.is_refused_for_safety());
    }
}

#[test]
fn a_compressed_bomb_ends_at_the_limits() {
    // 300 MiB of zeros in a few megabytes, six files of 50 MiB.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for name in b'a'..=b'f' {
        let header = Forge::default().entry(&[name], b'0', 50 << 20, b"").0;
        encoder.write_all(&header).expect("memory takes all");
        let zeros = vec![0; 1 << 20];
        for _ in 0..50 {
            encoder.write_all(&zeros).expect("memory takes all");
        }
    }
    let bomb = encoder.finish().expect("memory takes all");
    assert!(bomb.len() < 16 << 20);
    let error = unpack(bomb.as_slice(), LIMITS).expect_err("too large");
    assert_eq!(
        error.to_string(),
        "extracted bundle exceeds maximum total size of 268435456 bytes"
    );
    // Zeros after the end of the archive are no way around it.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(&Forge::default().file(b"pacto.yaml", b"x").end())
        .expect("memory");
    for _ in 0..4 {
        encoder
            .write_all(&vec![0; 1 << 20])
            .expect("memory takes all");
    }
    assert_damaged(unpack(encoder.finish().expect("memory").as_slice(), LIMITS));
}

#[test]
fn a_compressed_archive_has_a_limit_of_its_own() {
    let packed = pack(&starter(), Effort::Speed, LIMITS)
        .expect("a fine bundle")
        .bytes;
    let limits = ArchiveLimits {
        compressed: packed.len() as u64,
        ..LIMITS
    };
    unpack(packed.as_ref(), limits).expect("exactly as large as it may be");
    let limits = ArchiveLimits {
        compressed: packed.len() as u64 - 1,
        ..LIMITS
    };
    assert!(matches!(
        unpack(packed.as_ref(), limits),
        Err(ArchiveError::ArchiveTooLarge { .. })
    ));
    assert!(matches!(
        pack(&starter(), Effort::Speed, limits),
        Err(ArchiveError::ArchiveTooLarge { .. })
    ));
}

#[test]
fn limits_hold_for_packing_as_for_reading() {
    let files: MemoryFiles = [("a", "123"), ("b", "45")].into_iter().collect();
    let tar = pack(&files, Effort::Speed, LIMITS)
        .expect("a fine bundle")
        .bytes;
    for (limits, message) in [
        (
            ArchiveLimits { file: 2, ..LIMITS },
            "file a exceeds maximum size of 2 bytes",
        ),
        (
            ArchiveLimits { total: 4, ..LIMITS },
            "extracted bundle exceeds maximum total size of 4 bytes",
        ),
        (
            ArchiveLimits {
                entries: 1,
                ..LIMITS
            },
            "bundle holds more than 1 entries",
        ),
    ] {
        let packing = pack(&files, Effort::Speed, limits).expect_err("over the limit");
        let reading = unpack(tar.as_ref(), limits).expect_err("over the limit");
        assert_eq!(packing.to_string(), message);
        assert_eq!(reading.to_string(), message);
    }
    let exact = ArchiveLimits {
        file: 3,
        total: 5,
        entries: 2,
        ..LIMITS
    };
    pack(&files, Effort::Speed, exact).expect("exactly at the limits");
    unpack(tar.as_ref(), exact).expect("exactly at the limits");
}

#[test]
fn packing_warns_about_what_others_cannot_read() {
    let large = vec![0_u8; (10 << 20) + 1];
    let files: MemoryFiles = (0..5)
        .map(|number| (format!("f{number}"), large.clone()))
        .chain([("F0".to_owned(), Vec::new())])
        .collect();
    let warnings = pack(&files, Effort::Speed, LIMITS)
        .expect("within limits")
        .warnings;
    assert_eq!(warnings.len(), 7);
    assert_eq!(
        warnings.first().map(ToString::to_string).as_deref(),
        Some("f0 has 10485761 bytes; the Go implementation reads files up to 10485760 bytes")
    );
    assert_eq!(
        warnings.get(5..),
        Some(
            [
                PackWarning::LargeBundle {
                    size: 5 * ((10 << 20) + 1)
                },
                PackWarning::CaseDuplicates {
                    paths: vec!["F0".to_owned(), "f0".to_owned()]
                },
            ]
            .as_slice()
        )
    );
}

#[test]
fn names_that_others_refuse_are_not_packed() {
    for (name, problem) in [
        ("my..file.yaml", NameProblem::ContainsDots),
        ("a\\b", NameProblem::Backslash),
        ("C:x", NameProblem::DriveLetter),
    ] {
        let files: MemoryFiles = [(name, "x")].into_iter().collect();
        match pack(&files, Effort::Speed, LIMITS) {
            Err(ArchiveError::RefusedName {
                name: refused,
                problem: found,
            }) => {
                assert_eq!((refused.as_str(), found), (name, problem));
            }
            other => panic!("expected a refused name, got {other:?}"),
        }
    }
}

/// A directory with a link in it.
#[derive(Debug)]
struct WithLink;

impl Files for WithLink {
    fn read(&self, _path: &str) -> Result<Option<bytes::Bytes>, FilesError> {
        Ok(None)
    }

    fn entry(&self, path: &str) -> Result<Option<EntryKind>, FilesError> {
        Ok((path == "link").then_some(EntryKind::Other))
    }

    fn list(&self) -> Result<Vec<FileEntry>, FilesError> {
        Ok(vec![FileEntry {
            path: "link".to_owned(),
            kind: EntryKind::Other,
            size: 0,
        }])
    }
}

#[test]
fn links_are_not_packed() {
    let error = pack(&WithLink, Effort::Speed, LIMITS).expect_err("a link");
    assert!(error.is_refused_for_safety());
    assert_eq!(
        error.hints(),
        ["replace it by what it points to, or leave it out with a line `/link` in .pactoignore"]
    );
}

fn element() -> impl Strategy<Value = String> {
    "[a-zA-Zé._ -]{1,120}".prop_filter("clean and packable", |name| {
        name != "." && !name.contains("..")
    })
}

fn tree() -> impl Strategy<Value = MemoryFiles> {
    let path = prop::collection::vec(element(), 1..4).prop_map(|elements| elements.join("/"));
    let content = prop::collection::vec(any::<u8>(), 0..2000);
    prop::collection::vec((path, prop::option::of(content)), 0..12).prop_map(|entries| {
        let mut files = MemoryFiles::new();
        for (path, content) in entries {
            // A later entry must not need a file as its directory, nor the reverse.
            let clashes = path
                .match_indices('/')
                .any(|(end, _)| files.files().contains_key(&path[..end]))
                || files.entry(&path).expect("memory reads").is_some();
            match content {
                _ if clashes => {}
                Some(content) => files.insert(path, content),
                None => files.insert_directory(&path),
            }
        }
        files
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tree_survives_the_round_trip(files in tree()) {
        let packed = pack(&files, Effort::Speed, LIMITS).expect("a packable tree");
        let read = unpack(packed.bytes.as_ref(), LIMITS).expect("our own archive");
        prop_assert_eq!(&read.files, &files);
        prop_assert!(read.is_canonical);
        let again = pack(&read.files, Effort::Speed, LIMITS).expect("a packable tree");
        prop_assert_eq!(again.bytes, packed.bytes);
    }

    #[test]
    fn reading_arbitrary_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
        let _ = unpack(bytes.as_slice(), LIMITS);
        let _ = unpack(gzip(&bytes).as_slice(), LIMITS);
    }

    #[test]
    fn reading_damaged_headers_never_panics(
        files in tree(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        keeps_checksum in any::<bool>(),
    ) {
        let packed = pack(&files, Effort::Speed, LIMITS).expect("a packable tree");
        let mut tar = gunzip(&packed.bytes);
        for (index, byte) in damage {
            let position = index.index(tar.len());
            tar[position] = byte;
            if keeps_checksum {
                let start = position / 512 * 512;
                let sum: u32 = tar[start..start + 512]
                    .iter()
                    .enumerate()
                    .map(|(offset, byte)| {
                        if (148..156).contains(&offset) { 32 } else { u32::from(*byte) }
                    })
                    .sum();
                tar[start + 148..start + 156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
            }
        }
        let _ = unpack(tar.as_slice(), LIMITS);
    }
}
