//! Headers of archive entries (POSIX ustar, with pax records where ustar cannot say it).
//!
//! Directory names carry no trailing slash: the Go implementation does not survive one. Times are
//! zero, owners empty, modes 0755 and 0644, so that equal trees give equal headers.

use std::io::{self, Write};

use crate::EntryKind;

/// Size of a block in bytes; headers and contents are padded to it.
pub(crate) const BLOCK: usize = 512;

/// Length of the name field in bytes.
const NAME: usize = 100;

/// Length of the prefix field in bytes.
const PREFIX: usize = 155;

/// Writes the header of a file or directory, and a pax header before it when the name needs one.
pub(crate) fn write(
    out: &mut impl Write,
    path: &str,
    kind: EntryKind,
    size: u64,
) -> io::Result<()> {
    if let Some((prefix, name)) = split(path) {
        return out.write_all(&block(prefix, name, kind.into(), size));
    }
    let record = pax_record("path", path);
    let (parent, base) = path.rsplit_once('/').unwrap_or(("", path));
    let pax_name = if parent.is_empty() {
        format!("PaxHeaders.0/{base}")
    } else {
        format!("{parent}/PaxHeaders.0/{base}")
    };
    out.write_all(&block(
        "",
        &shortened(&pax_name),
        Type::Pax,
        record.len() as u64,
    ))?;
    out.write_all(&record)?;
    let padding = record.len().next_multiple_of(BLOCK) - record.len();
    out.write_all([0; BLOCK].get(..padding).unwrap_or_default())?;
    out.write_all(&block("", &shortened(path), kind.into(), size))
}

#[derive(Clone, Copy)]
enum Type {
    File,
    Directory,
    Pax,
}

impl From<EntryKind> for Type {
    fn from(kind: EntryKind) -> Self {
        match kind {
            EntryKind::Directory => Self::Directory,
            EntryKind::File | EntryKind::Other => Self::File,
        }
    }
}

/// Prefix and name of a path that fits a ustar header.
fn split(path: &str) -> Option<(&str, &str)> {
    if !path.is_ascii() {
        return None;
    }
    if path.len() <= NAME {
        return Some(("", path));
    }
    // The longest prefix leaves the shortest name.
    let slash = path.get(..=PREFIX).unwrap_or(path).rfind('/')?;
    let (prefix, name) = (path.get(..slash)?, path.get(slash + 1..)?);
    (!prefix.is_empty() && name.len() <= NAME).then_some((prefix, name))
}

/// What readers without pax see: ASCII only, cut to the field.
fn shortened(path: &str) -> String {
    let ascii: String = path.chars().filter(char::is_ascii).take(NAME).collect();
    // A trailing slash would make a directory of it, whatever the type says.
    let name = ascii.trim_end_matches('/');
    if name.is_empty() { "_" } else { name }.to_owned()
}

/// One pax record: its own length in decimal, a blank, `key=value` and a line feed.
fn pax_record(key: &str, value: &str) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    format!("{length} {key}={value}\n").into_bytes()
}

fn block(prefix: &str, name: &str, kind: Type, size: u64) -> [u8; BLOCK] {
    let mut header = tar::Header::new_ustar();
    if let Some(ustar) = header.as_ustar_mut() {
        fill(&mut ustar.name, name);
        fill(&mut ustar.prefix, prefix);
    }
    let (entry_type, mode) = match kind {
        Type::File => (tar::EntryType::Regular, 0o644),
        Type::Directory => (tar::EntryType::Directory, 0o755),
        Type::Pax => (tar::EntryType::XHeader, 0),
    };
    header.set_entry_type(entry_type);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size);
    // Go leaves these out in headers that describe the next one, and so do we: the archive is the
    // same as Go's, byte for byte, for equal headers.
    if let (Type::File | Type::Directory, Some(ustar)) = (kind, header.as_ustar_mut()) {
        ustar.set_device_major(0);
        ustar.set_device_minor(0);
    }
    // Six digits, NUL, blank: the historic form, which every other writer uses. The field counts
    // as blanks in its own sum.
    header.as_old_mut().cksum = [b' '; 8];
    let sum: u32 = header.as_bytes().iter().copied().map(u32::from).sum();
    fill(&mut header.as_old_mut().cksum, &format!("{sum:06o}\0 "));
    *header.as_bytes()
}

fn fill(field: &mut [u8], text: &str) {
    for (target, source) in field.iter_mut().zip(text.bytes()) {
        *target = source;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_counts_its_own_length() {
        assert_eq!(pax_record("path", "é"), "11 path=é\n".as_bytes());
        // 3 + 4 + 92 and two digits are 101, which needs three.
        let record = pax_record("path", &"a".repeat(92));
        assert!(record.starts_with(b"102 path="));
        assert_eq!(record.len(), 102);
    }

    #[test]
    fn long_names_are_split_at_the_last_slash_that_fits() {
        let deep = format!("{}/{}", "d".repeat(60), "f".repeat(60));
        let (prefix, name) = split(&deep).expect("both parts fit");
        assert_eq!((prefix.len(), name.len()), (60, 60));
        assert_eq!(split(&"f".repeat(101)), None);
        assert_eq!(split(&format!("{}/f", "d".repeat(156))), None);
        assert_eq!(split("é"), None);
        assert_eq!(
            split(&format!("{}/f", "d".repeat(155))).map(|(prefix, _)| prefix.len()),
            Some(155)
        );
    }

    #[test]
    fn the_short_form_of_a_name_is_never_empty_and_never_a_directory() {
        assert_eq!(shortened("é"), "_");
        assert_eq!(shortened("a/é"), "a");
        assert_eq!(shortened(&"x".repeat(300)).len(), 100);
    }
}
