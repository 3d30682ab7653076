//! The hash that pins a local directory in a lock file.

use pacto_contract::Digest;

use crate::{EntryKind, Files, FilesError, Sha256Hasher};

/// SHA-256 over all regular files in byte order of their paths, each as: length of the path
/// (8 bytes, big-endian), path, length of the content (likewise), content.
///
/// Every file counts, ignored ones and lock files included; directories do not.
pub fn content_hash(files: &dyn Files) -> Result<Digest, FilesError> {
    let mut paths: Vec<String> = files
        .list()?
        .into_iter()
        .filter(|entry| entry.kind == EntryKind::File)
        .map(|entry| entry.path)
        .collect();
    paths.sort();
    let mut hasher = Sha256Hasher::new();
    for path in paths {
        let Some(content) = files.read(&path)? else {
            continue;
        };
        for part in [path.as_bytes(), &content] {
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MemoryFiles, sha256};

    #[test]
    fn the_hash_frames_paths_and_contents() {
        // `a-b` sorts before `a/b` in bytes, though the tree lists the directory first.
        let files: MemoryFiles = [("a/b", "two"), ("a-b", "one")].into_iter().collect();
        let mut expected = Vec::new();
        for (path, content) in [("a-b", "one"), ("a/b", "two")] {
            expected.extend([0, 0, 0, 0, 0, 0, 0, 3]);
            expected.extend(path.as_bytes());
            expected.extend([0, 0, 0, 0, 0, 0, 0, 3]);
            expected.extend(content.as_bytes());
        }
        assert_eq!(
            content_hash(&files).expect("memory reads"),
            sha256(&expected)
        );
    }

    #[test]
    fn directories_do_not_count_and_every_file_does() {
        let mut files: MemoryFiles = [("pacto.yaml", "x")].into_iter().collect();
        let before = content_hash(&files).expect("memory reads");
        files.insert_directory("docs");
        assert_eq!(content_hash(&files).expect("memory reads"), before);
        files.insert(".DS_Store", "");
        assert_ne!(content_hash(&files).expect("memory reads"), before);
    }
}
