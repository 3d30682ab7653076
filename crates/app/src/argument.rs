//! What a contract argument names, before anything is looked at.

use std::path::{Path, PathBuf};

use pacto_contract::{
    ArtifactReference, CONTRACT_FILE, LayoutReference, Reference, ReferenceError,
};

/// A contract argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Argument {
    /// `-`: the contract alone, on standard input.
    StandardInput,
    /// A directory, a `pacto.yaml` or a packed archive, as typed without `file://`.
    Path(PathBuf),
    /// `oci-layout://DIR[:TAG][@DIGEST]`
    Layout(LayoutReference),
    /// `oci://REGISTRY/REPOSITORY[:TAG][@DIGEST]`
    Registry(ArtifactReference),
}

impl Argument {
    /// Reads an argument; an empty one is the working directory.
    pub(crate) fn parse(text: &str) -> Result<Self, ReferenceError> {
        if text == "-" {
            return Ok(Self::StandardInput);
        }
        Ok(match Reference::parse_argument(text)? {
            Reference::Oci(reference) => Self::Registry(reference),
            Reference::Layout(reference) => Self::Layout(reference),
            Reference::Local(path) if path.is_empty() => Self::Path(".".into()),
            Reference::Local(path) => Self::Path(path.into()),
        })
    }
}

/// Where the files of a bundle at a path lie, as typed: the path itself for a directory, its
/// directory for a contract file.
pub(crate) fn shown_directory(path: &Path) -> String {
    let directory = if path.file_name().is_some_and(|name| name == CONTRACT_FILE) {
        path.parent().unwrap_or(path)
    } else {
        path
    };
    match directory.to_string_lossy() {
        empty if empty.is_empty() => ".".to_owned(),
        shown => shown.into_owned(),
    }
}

/// True for names that a packed bundle has.
pub(crate) fn is_archive_name(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    [".tar.gz", ".tgz", ".tar"]
        .iter()
        .any(|extension| name.ends_with(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_told_apart() {
        let parse = |text| Argument::parse(text).expect("parses");
        assert_eq!(parse("-"), Argument::StandardInput);
        assert_eq!(parse(""), Argument::Path(".".into()));
        assert_eq!(parse("file://svc"), Argument::Path("svc".into()));
        assert_eq!(parse("a.tar.gz"), Argument::Path("a.tar.gz".into()));
        assert!(matches!(parse("oci://h.example/r"), Argument::Registry(_)));
        assert!(matches!(parse("oci-layout://d:1"), Argument::Layout(_)));
        assert!(Argument::parse("oci://").is_err());
    }

    #[test]
    fn the_directory_of_a_contract_file_is_shown() {
        assert_eq!(shown_directory(Path::new("pacto.yaml")), ".");
        assert_eq!(shown_directory(Path::new("a/pacto.yaml")), "a");
        assert_eq!(shown_directory(Path::new("a")), "a");
    }
}
