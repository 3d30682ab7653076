//! Packing: from files to one deterministic archive.
//!
//! Equal trees give equal bytes: entries in depth-first lexical order, canonical headers, a gzip
//! header without name and time. The archive inside (the tar) is stable across releases; its
//! compressed form depends on the compressor and is not.

use std::fmt;
use std::io::{self, Write};

use bytes::Bytes;
use flate2::{Compression, GzBuilder, write::GzEncoder};
use pacto_contract::Digest;

use crate::archive_error::ArchiveError;
use crate::digest::HashingWriter;
use crate::entry_name::{SeenNames, check_packed};
use crate::tar_header::{self, BLOCK};
use crate::{ArchiveLimits, EntryKind, Files};

/// How hard to compress. Existing writers use one for layers and the other for archive files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Best speed: layers that are pushed, and the cache.
    Speed,
    /// The default level: archives written by `pack`.
    Balanced,
}

/// A packed bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The gzip-compressed tar archive.
    pub bytes: Bytes,
    /// Digest of the archive before compression.
    pub uncompressed_digest: Digest,
    /// What other readers may not accept, in archive order.
    pub warnings: Vec<PackWarning>,
}

/// Something in a packed bundle that not every reader accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackWarning {
    /// A file larger than the Go implementation reads.
    LargeFile {
        /// Path inside the bundle.
        path: String,
        /// Size in bytes.
        size: u64,
    },
    /// A bundle larger than the Go implementation reads.
    LargeBundle {
        /// Size of all files in bytes.
        size: u64,
    },
    /// Names that are one on systems that do not tell case apart.
    CaseDuplicates {
        /// The names in byte order.
        paths: Vec<String>,
    },
}

impl fmt::Display for PackWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LargeFile { path, size } => write!(
                f,
                "{path} has {size} bytes; the Go implementation reads files up to {} bytes",
                ArchiveLimits::GO_FILE
            ),
            Self::LargeBundle { size } => write!(
                f,
                "the bundle has {size} bytes; the Go implementation reads bundles up to {} bytes",
                ArchiveLimits::GO_TOTAL
            ),
            Self::CaseDuplicates { paths } => write!(
                f,
                "names differ by case only and overwrite each other on some systems: {}",
                paths.join(", ")
            ),
        }
    }
}

/// Packs files into a gzip-compressed tar archive.
///
/// Every limit and name rule that readers apply is applied here first, so nothing is packed that
/// cannot be read.
pub fn pack(
    files: &dyn Files,
    effort: Effort,
    limits: ArchiveLimits,
) -> Result<Packed, ArchiveError> {
    let mut entries = files.list()?;
    entries.sort_by(|a, b| a.path.split('/').cmp(b.path.split('/')));
    if entries.len() > limits.entries {
        return Err(ArchiveError::TooManyEntries {
            limit: limits.entries,
        });
    }
    let level = match effort {
        Effort::Speed => Compression::fast(),
        Effort::Balanced => Compression::default(),
    };
    let encoder = GzBuilder::new()
        .mtime(0)
        .operating_system(255)
        .write(Vec::new(), level);
    let mut tar = HashingWriter::new(encoder);
    let mut seen = SeenNames::default();
    let mut warnings = Vec::new();
    let mut total = 0_u64;
    for entry in &entries {
        check_packed(&entry.path, limits)?;
        seen.add(&entry.path, entry.kind)?;
        match entry.kind {
            EntryKind::Directory => {
                tar_header::write(&mut tar, &entry.path, EntryKind::Directory, 0)
                    .map_err(|error| ArchiveError::damaged(&error))?;
            }
            EntryKind::File => {
                let too_large = || ArchiveError::FileTooLarge {
                    path: entry.path.clone(),
                    limit: limits.file,
                };
                if entry.size > limits.file {
                    return Err(too_large());
                }
                // A file that vanished since it was listed counts as a special entry would.
                let content = files.read(&entry.path)?.ok_or(ArchiveError::RefusedEntry {
                    path: entry.path.clone(),
                    kind: "no longer a file",
                })?;
                let size = content.len() as u64;
                if size > limits.file {
                    return Err(too_large());
                }
                total += size;
                if total > limits.total {
                    return Err(ArchiveError::BundleTooLarge {
                        limit: limits.total,
                    });
                }
                if size > ArchiveLimits::GO_FILE {
                    warnings.push(PackWarning::LargeFile {
                        path: entry.path.clone(),
                        size,
                    });
                }
                write_file(&mut tar, &entry.path, &content)
                    .map_err(|error| ArchiveError::damaged(&error))?;
            }
            EntryKind::Other => {
                return Err(ArchiveError::RefusedEntry {
                    path: entry.path.clone(),
                    kind: "a symbolic link or special file",
                });
            }
        }
    }
    if total > ArchiveLimits::GO_TOTAL {
        warnings.push(PackWarning::LargeBundle { size: total });
    }
    let paths = seen.case_duplicates();
    if !paths.is_empty() {
        warnings.push(PackWarning::CaseDuplicates { paths });
    }
    let (bytes, uncompressed_digest) =
        finish(tar).map_err(|error| ArchiveError::damaged(&error))?;
    if bytes.len() as u64 > limits.compressed {
        return Err(ArchiveError::ArchiveTooLarge {
            limit: limits.compressed,
        });
    }
    Ok(Packed {
        bytes: bytes.into(),
        uncompressed_digest,
        warnings,
    })
}

fn write_file(tar: &mut impl Write, path: &str, content: &[u8]) -> io::Result<()> {
    tar_header::write(tar, path, EntryKind::File, content.len() as u64)?;
    tar.write_all(content)?;
    let padding = content.len().next_multiple_of(BLOCK) - content.len();
    tar.write_all([0; BLOCK].get(..padding).unwrap_or_default())
}

fn finish(mut tar: HashingWriter<GzEncoder<Vec<u8>>>) -> io::Result<(Vec<u8>, Digest)> {
    tar.write_all(&[0; 2 * BLOCK])?;
    let (encoder, digest) = tar.into_parts();
    Ok((encoder.finish()?, digest))
}
