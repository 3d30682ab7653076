//! Unpacking: from an archive somebody made to files, within limits.
//!
//! Reading is streamed and bounded: memory follows what was really read, never what a header
//! declares, and a hostile archive ends in an error after at most the limits' worth of work.

use std::io::{self, BufRead, BufReader, Read};

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use tar::EntryType;

use crate::archive_error::ArchiveError;
use crate::entry_name::{self, SeenNames};
use crate::{ArchiveLimits, EntryKind, MemoryFiles};

/// An archive as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    /// The files.
    pub files: MemoryFiles,
    /// Whether every known reader of bundles reads this archive as it is: compressed with gzip,
    /// plain names, directories without a trailing slash. Others are packed anew before they are
    /// kept where another program may read them.
    pub is_canonical: bool,
    /// Names that are one name on systems that do not tell case apart, in byte order. Extracting
    /// on such a system must be refused.
    pub case_duplicates: Vec<String>,
}

/// Reads a tar archive, plain or compressed with gzip; which one is told by its first bytes.
pub fn unpack(archive: impl Read, limits: ArchiveLimits) -> Result<Unpacked, ArchiveError> {
    let mut reader = BufReader::with_capacity(
        64 << 10,
        Bounded {
            inner: archive,
            left: limits.compressed,
        },
    );
    let mut start = [0; 4];
    let length = read_start(&mut reader, &mut start).map_err(|error| failed(&error, limits))?;
    let start = start.get(..length).unwrap_or_default();
    let source = start.chain(reader);
    match start {
        [] => Err(ArchiveError::NotAnArchive {
            reason: "it is empty",
        }),
        [0x1f, 0x8b, ..] => read_tar(
            MultiGzDecoder::new(BufReader::with_capacity(64 << 10, source)),
            true,
            limits,
        ),
        [0x28, 0xb5, 0x2f, 0xfd] => Err(ArchiveError::NotAnArchive {
            reason: "it is compressed with zstd, which bundles are not",
        }),
        [b'P', b'K', 3, 4] => Err(ArchiveError::NotAnArchive {
            reason: "it is a zip file",
        }),
        _ => read_tar(source, false, limits),
    }
}

fn read_start(reader: &mut impl BufRead, start: &mut [u8; 4]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(rest) = start.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// Headers before an entry that say more about it.
#[derive(Default)]
struct Extensions {
    name: Option<Vec<u8>>,
    size: Option<u64>,
}

/// Size of one extension header in bytes; names are far shorter.
const MAX_EXTENSION: u64 = 64 << 10;

/// Bytes after the end of the archive; writers pad it to their record size.
const MAX_PADDING: u64 = 1 << 20;

fn read_tar(
    source: impl Read,
    is_compressed: bool,
    limits: ArchiveLimits,
) -> Result<Unpacked, ArchiveError> {
    let mut archive = tar::Archive::new(source);
    let mut collected = Collected {
        limits,
        files: MemoryFiles::new(),
        seen: SeenNames::default(),
        total: 0,
        is_canonical: is_compressed,
    };
    let mut extensions = Extensions::default();
    let mut headers = 0_usize;
    let entries = archive.entries().map_err(|error| failed(&error, limits))?;
    for entry in entries.raw(true) {
        let mut entry = entry.map_err(|error| {
            if headers == 0 && !is_exceeded(&error) && !is_compressed {
                ArchiveError::NotAnArchive {
                    reason: "it is neither gzip nor tar",
                }
            } else {
                failed(&error, limits)
            }
        })?;
        headers += 1;
        // Each entry may have a pax header and a long name in front of it.
        if headers > limits.entries.saturating_mul(3).saturating_add(3) {
            return Err(ArchiveError::TooManyEntries {
                limit: limits.entries,
            });
        }
        match entry.header().entry_type() {
            EntryType::XHeader => {
                let data = read_extension(&mut entry, limits)?;
                read_pax(&data, &mut extensions)?;
            }
            EntryType::GNULongName => {
                let mut name = read_extension(&mut entry, limits)?;
                while name.last() == Some(&0) {
                    name.pop();
                }
                extensions.name = Some(name);
            }
            // Global records say nothing about names and sizes; tools put comments there. Readers
            // that know no better take them for files.
            EntryType::XGlobalHeader => {
                read_extension(&mut entry, limits)?;
                collected.is_canonical = false;
            }
            _ => {
                let extensions = std::mem::take(&mut extensions);
                collected.add(&mut entry, extensions)?;
            }
        }
    }
    drain(archive.into_inner()).map_err(|error| failed(&error, limits))?;
    Ok(Unpacked {
        files: collected.files,
        is_canonical: collected.is_canonical,
        case_duplicates: collected.seen.case_duplicates(),
    })
}

struct Collected {
    limits: ArchiveLimits,
    files: MemoryFiles,
    seen: SeenNames,
    total: u64,
    is_canonical: bool,
}

impl Collected {
    fn add<R: Read>(
        &mut self,
        entry: &mut tar::Entry<'_, R>,
        extensions: Extensions,
    ) -> Result<(), ArchiveError> {
        let limits = self.limits;
        let size = entry
            .header()
            .entry_size()
            .map_err(|error| failed(&error, limits))?;
        if extensions.size.is_some_and(|declared| declared != size) {
            return Err(ArchiveError::Damaged {
                reason: "two sizes for one entry".to_owned(),
            });
        }
        let raw_name = extensions
            .name
            .unwrap_or_else(|| entry.header().path_bytes().into_owned());
        let name = entry_name::read(&raw_name, limits)?;
        self.is_canonical &= name.is_canonical;
        let entry_type = entry.header().entry_type();
        let kind = match entry_type {
            // Before ustar, a directory was a file whose name ends with a slash.
            EntryType::Regular if raw_name.ends_with(b"/") => EntryKind::Directory,
            EntryType::Regular => EntryKind::File,
            EntryType::Directory => EntryKind::Directory,
            _ => {
                return Err(ArchiveError::RefusedEntry {
                    path: name.path.unwrap_or_else(|| ".".to_owned()),
                    kind: describe(entry_type),
                });
            }
        };
        if kind == EntryKind::Directory && size != 0 {
            return Err(ArchiveError::Damaged {
                reason: "a directory with content".to_owned(),
            });
        }
        let Some(path) = name.path else {
            return match kind {
                EntryKind::Directory => Ok(()),
                _ => Err(ArchiveError::Damaged {
                    reason: "the root is a file".to_owned(),
                }),
            };
        };
        self.seen.add(&path, kind)?;
        if self.seen.len() > limits.entries {
            return Err(ArchiveError::TooManyEntries {
                limit: limits.entries,
            });
        }
        if kind == EntryKind::Directory {
            self.files.insert_directory(&path);
            return Ok(());
        }
        if size > limits.file {
            return Err(ArchiveError::FileTooLarge {
                path,
                limit: limits.file,
            });
        }
        self.total += size;
        if self.total > limits.total {
            return Err(ArchiveError::BundleTooLarge {
                limit: limits.total,
            });
        }
        let content = read_exactly(entry, size).map_err(|error| failed(&error, limits))?;
        self.files.insert(path, content);
        Ok(())
    }
}

/// Reads the declared number of bytes, allocating as they come.
fn read_exactly(entry: &mut impl Read, size: u64) -> io::Result<Bytes> {
    /// A declared size is trusted this far.
    const TRUSTED: u64 = 1 << 20;
    let mut content = Vec::with_capacity(size.min(TRUSTED) as usize);
    entry.take(size).read_to_end(&mut content)?;
    if content.len() as u64 != size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(content.into())
}

fn read_extension<R: Read>(
    entry: &mut tar::Entry<'_, R>,
    limits: ArchiveLimits,
) -> Result<Vec<u8>, ArchiveError> {
    let size = entry
        .header()
        .entry_size()
        .map_err(|error| failed(&error, limits))?;
    if size > MAX_EXTENSION {
        return Err(ArchiveError::Damaged {
            reason: format!("an extension header of {size} bytes"),
        });
    }
    let content = read_exactly(entry, size).map_err(|error| failed(&error, limits))?;
    Ok(content.into())
}

/// Reads pax records: a length in decimal, a blank, `key=value` and a line feed.
fn read_pax(mut data: &[u8], extensions: &mut Extensions) -> Result<(), ArchiveError> {
    while !data.is_empty() {
        let (key, value, rest) = pax_record(data).ok_or_else(|| ArchiveError::Damaged {
            reason: "a malformed pax record".to_owned(),
        })?;
        match key {
            b"path" => extensions.name = Some(value.to_vec()),
            b"size" => {
                let size = std::str::from_utf8(value)
                    .ok()
                    .and_then(|text| text.parse().ok());
                extensions.size = Some(size.ok_or_else(|| ArchiveError::Damaged {
                    reason: "a malformed size".to_owned(),
                })?);
            }
            // What such an entry holds is not the content of the file.
            sparse if sparse.starts_with(b"GNU.sparse.") => {
                return Err(ArchiveError::Damaged {
                    reason: "sparse files are not supported".to_owned(),
                });
            }
            _ => {}
        }
        data = rest;
    }
    Ok(())
}

fn pax_record(data: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let blank = data.iter().position(|byte| *byte == b' ')?;
    let length: usize = std::str::from_utf8(data.get(..blank)?).ok()?.parse().ok()?;
    let record = data.get(blank + 1..length)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|byte| *byte == b'=')?;
    Some((
        record.get(..equals)?,
        record.get(equals + 1..)?,
        data.get(length..)?,
    ))
}

/// Reads what follows the archive, so that the checksum of the compression is verified.
fn drain(rest: impl Read) -> io::Result<()> {
    let read = io::copy(&mut rest.take(MAX_PADDING + 1), &mut io::sink())?;
    if read > MAX_PADDING {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "data after the end of the archive",
        ));
    }
    Ok(())
}

fn describe(entry_type: EntryType) -> &'static str {
    match entry_type {
        EntryType::Symlink => "a symbolic link",
        EntryType::Link => "a hard link",
        EntryType::Char | EntryType::Block => "a device",
        EntryType::Fifo => "a named pipe",
        EntryType::GNUSparse => "a sparse file",
        _ => "a special entry",
    }
}

/// Ends reading after a number of bytes.
struct Bounded<R> {
    inner: R,
    left: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("too many bytes")]
struct Exceeded;

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other(Exceeded))?;
        Ok(read)
    }
}

fn is_exceeded(error: &io::Error) -> bool {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Exceeded>())
        .is_some()
}

fn failed(error: &io::Error, limits: ArchiveLimits) -> ArchiveError {
    if is_exceeded(error) {
        ArchiveError::ArchiveTooLarge {
            limit: limits.compressed,
        }
    } else {
        ArchiveError::damaged(error)
    }
}
