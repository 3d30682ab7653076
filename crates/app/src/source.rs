//! From a contract argument to a bundle.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use pacto_bundle::{
    ArchiveError, ArchiveLimits, Bundle, EntryKind, Files, FilesError, Origin, ResolvedFrom,
    StoreError, unpack,
};
use pacto_contract::overrides::{OverrideError, Overrides};
use pacto_contract::{CONTRACT_FILE, Digest, LoadError, Loaded, Reference, ReferenceError};
use pacto_diagnostic::{Location, SourceText};

use crate::argument::{Argument, is_archive_name, shown_directory};
use crate::directory::MAX_CONTRACT_BYTES;
use crate::overlay::Overlay;
use crate::resolver::{Fetched, Resolver};
use crate::text_file::{MAX_TEXT_BYTES, read_text};
use crate::{Context, DirectoryFiles, Failure, FailureKind};

/// A contract argument that was opened: its text is there, but not parsed yet.
#[derive(Debug, Clone)]
pub struct Source {
    /// The argument as typed; `.` when it was left out.
    pub argument: String,
    /// What to put before the files of findings so that people can open them.
    pub directory: String,
    /// The contract as written, or as merged with overrides.
    pub text: Arc<str>,
    /// The files beside it.
    pub files: Option<Arc<dyn Files>>,
    /// Where it came from.
    pub origin: Origin,
    /// What the reference led to; `None` for what lies on the local disk.
    pub resolved: Option<Artifact>,
}

/// The artifact that a reference led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// What was read, without scheme.
    pub reference: String,
    /// Tag that was chosen or given.
    pub tag: Option<String>,
    /// Digest of the manifest; `None` for what another program cached and nobody verified.
    pub digest: Option<Digest>,
    /// Who answered.
    pub resolved_from: ResolvedFrom,
}

/// Why an argument cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The argument is a reference that does not parse.
    #[error(
        "invalid reference \"{}\": {source}",
        pacto_contract::reference::without_credentials(argument)
    )]
    Reference {
        /// The argument as typed.
        argument: String,
        /// What is wrong with it.
        source: ReferenceError,
    },
    /// Nothing is there, or it may not be read.
    #[error("failed to access {path}: {source}")]
    Access {
        /// Path as typed.
        path: String,
        /// The reason the system gave.
        source: io::Error,
    },
    /// A file that is neither a contract nor an archive.
    #[error("{path} is not a directory, a {CONTRACT_FILE} or a packed bundle")]
    NotABundle {
        /// Path as typed.
        path: String,
    },
    /// No contract at the root.
    #[error("no {CONTRACT_FILE} found in {path}")]
    NoContract {
        /// Path as typed.
        path: String,
    },
    /// There is something called like a contract, but it is no file.
    #[error("{path} is {kind}, not a file")]
    NotAFile {
        /// The contract file.
        path: String,
        /// `a directory`, or `a symbolic link or special file`.
        kind: &'static str,
    },
    /// The contract file is not text.
    #[error("failed to parse {path}: it is not UTF-8 text")]
    NotText {
        /// What to put before the file so that people can open it.
        directory: String,
        /// The contract file.
        path: String,
        /// Line of the first byte that is no text, from 1.
        line: u32,
        /// Column of that byte in characters, from 1.
        column: u32,
        /// It looks like UTF-16.
        is_utf16: bool,
    },
    /// The contract file is larger than any contract.
    #[error("failed to parse {path}: it is larger than {} MiB", MAX_CONTRACT_BYTES >> 20)]
    TooLarge {
        /// What to put before the file so that people can open it.
        directory: String,
        /// The contract file.
        path: String,
    },
    /// A file of the bundle cannot be read.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The archive cannot be read, or is refused.
    #[error("failed to extract bundle {path}: {source}")]
    Archive {
        /// Path as typed.
        path: String,
        /// What is wrong with it.
        source: ArchiveError,
    },
    /// The registry or layout could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Standard input only makes sense for one command.
    #[error("this command does not read a contract from standard input")]
    NoStandardInput,
    /// Only a directory makes sense.
    #[error("{command} requires a local directory, not {argument}")]
    DirectoryOnly {
        /// `pack`, `push` or `lock`.
        command: &'static str,
        /// The argument as typed.
        argument: String,
    },
    /// The contract cannot be parsed.
    #[error("failed to parse {path}: {source}")]
    Parse {
        /// The contract file.
        path: String,
        /// Every problem that stopped parsing.
        source: Box<LoadError>,
    },
    /// A values file cannot be read.
    #[error("failed to read values file \"{file}\": {source}")]
    ValuesFile {
        /// File as typed.
        file: String,
        /// The reason the system gave.
        source: io::Error,
    },
    /// The overrides cannot be applied.
    #[error("failed to apply overrides: {0}")]
    Overrides(#[from] OverrideError),
    /// The merged contract breaks the schema.
    #[error("overrides produce an invalid contract: {message}")]
    Merged {
        /// The first violation.
        message: String,
    },
}

impl Failure for SourceError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Reference { .. }
            | Self::NoStandardInput
            | Self::DirectoryOnly { .. }
            | Self::Overrides(_)
            | Self::Store(StoreError::InvalidReference { .. }) => FailureKind::Usage,
            Self::Merged { .. } => FailureKind::Findings,
            Self::Archive { source, .. } if source.is_refused_for_safety() => FailureKind::Refused,
            Self::Store(error) if error.is_refused_for_safety() => FailureKind::Refused,
            Self::Access { .. }
            | Self::NotABundle { .. }
            | Self::NoContract { .. }
            | Self::NotAFile { .. }
            | Self::NotText { .. }
            | Self::TooLarge { .. }
            | Self::Files(_)
            | Self::Archive { .. }
            | Self::Store(_)
            | Self::Parse { .. }
            | Self::ValuesFile { .. } => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Reference { .. } => "invalid-reference",
            Self::Access { .. } | Self::Files(_) | Self::ValuesFile { .. } => "unreadable-file",
            Self::NotABundle { .. } | Self::NoContract { .. } | Self::NotAFile { .. } => {
                "no-contract"
            }
            Self::NotText { .. } | Self::TooLarge { .. } | Self::Parse { .. } => "invalid-contract",
            Self::Archive { source, .. } => source.code(),
            Self::Store(error) => error.code(),
            Self::NoStandardInput | Self::DirectoryOnly { .. } => "wrong-argument",
            Self::Overrides(_) | Self::Merged { .. } => "invalid-overrides",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Access { path, source } if source.kind() == io::ErrorKind::NotFound => {
                if Reference::is_probably_missing_scheme(path) {
                    vec![format!("oci://{path} names an artifact in a registry")]
                } else {
                    Vec::new()
                }
            }
            Self::NotABundle { .. } => {
                vec!["a packed bundle is a .tar.gz, .tgz or .tar file".to_owned()]
            }
            Self::NotAFile { .. } => {
                vec!["replace it by the contract itself; links are not followed".to_owned()]
            }
            Self::NotText { is_utf16, .. } => vec![if *is_utf16 {
                "it looks like UTF-16; save it as UTF-8".to_owned()
            } else {
                "save it as UTF-8".to_owned()
            }],
            Self::TooLarge { .. } => {
                vec!["move data into files beside the contract".to_owned()]
            }
            Self::NoContract { .. } => {
                vec!["`pacto init NAME` writes a starter contract".to_owned()]
            }
            Self::Archive { source, .. } => source.hints(),
            Self::Store(error) => error.hints(),
            Self::Parse { .. } => vec!["`pacto validate` shows every problem".to_owned()],
            _ => Vec::new(),
        }
    }
}

impl SourceError {
    /// True when the text of the contract itself is at fault, not the way to it.
    pub fn is_broken_text(&self) -> bool {
        matches!(
            self,
            Self::NotText { .. } | Self::TooLarge { .. } | Self::Parse { .. } | Self::Merged { .. }
        )
    }

    /// The place in the contract, with what to put before its file so that people can open it.
    pub(crate) fn place(&self) -> Option<(&str, Location)> {
        let (directory, line, column) = match self {
            Self::NotText {
                directory,
                line,
                column,
                ..
            } => (directory, *line, *column),
            Self::TooLarge { directory, .. } => (directory, 1, 1),
            _ => return None,
        };
        let file = if directory.is_empty() {
            "<stdin>"
        } else {
            CONTRACT_FILE
        };
        let location = Location {
            file: file.to_owned(),
            line,
            column,
            length: 1,
            pointer: None,
        };
        Some((directory, location))
    }
}

/// Overrides as typed: files by name, not read yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OverrideOptions {
    /// Values files in order.
    pub values: Vec<String>,
    /// `KEY=VALUE` texts in order.
    pub sets: Vec<String>,
}

impl OverrideOptions {
    /// These overrides, then others.
    #[must_use]
    pub fn followed_by(&self, others: &Self) -> Self {
        let mut both = self.clone();
        both.values.extend(others.values.iter().cloned());
        both.sets.extend(others.sets.iter().cloned());
        both
    }

    /// True when there is nothing to apply.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.sets.is_empty()
    }

    fn read(&self, context: &Context) -> Result<Overrides, SourceError> {
        let mut values = Vec::new();
        for file in &self.values {
            let text = read_text(&context.absolute(file), MAX_TEXT_BYTES).map_err(|source| {
                SourceError::ValuesFile {
                    file: file.clone(),
                    source,
                }
            })?;
            values.push((file.clone(), text));
        }
        Ok(Overrides {
            values,
            sets: self.sets.clone(),
        })
    }
}

impl Source {
    /// Opens an argument of any form.
    pub fn open(
        resolver: &Resolver<'_>,
        argument: &str,
        overrides: &OverrideOptions,
    ) -> Result<Self, SourceError> {
        let context = resolver.context();
        let parsed = Argument::parse(argument).map_err(|source| SourceError::Reference {
            argument: argument.to_owned(),
            source,
        })?;
        let source = match parsed {
            Argument::StandardInput => return Err(SourceError::NoStandardInput),
            Argument::Path(path) => Self::open_path(context, argument, &path)?,
            Argument::Layout(reference) => {
                let fetched = resolver.fetch_layout_argument(&reference)?;
                Self::of_fetched(argument, fetched)?
            }
            Argument::Registry(reference) => {
                let fetched = resolver.fetch_registry_argument(&reference)?;
                Self::of_fetched(argument, fetched)?
            }
        };
        source.overridden(context, overrides)
    }

    /// Opens a directory, for the commands that take nothing else.
    pub fn open_directory(
        context: &Context,
        command: &'static str,
        argument: &str,
        overrides: &OverrideOptions,
    ) -> Result<Self, SourceError> {
        let only = || SourceError::DirectoryOnly {
            command,
            argument: argument.to_owned(),
        };
        let path = match Argument::parse(argument) {
            Ok(Argument::Path(path)) => path,
            Ok(_) => return Err(only()),
            Err(source) => {
                return Err(SourceError::Reference {
                    argument: argument.to_owned(),
                    source,
                });
            }
        };
        let metadata =
            fs::metadata(context.absolute(&path)).map_err(|source| SourceError::Access {
                path: path.display().to_string(),
                source,
            })?;
        let is_contract = path.file_name().is_some_and(|name| name == CONTRACT_FILE);
        if !metadata.is_dir() && !is_contract {
            return Err(only());
        }
        Self::open_path(context, argument, &path)?.overridden(context, overrides)
    }

    /// Reads a contract alone from standard input.
    pub fn read_input(
        context: &Context,
        mut input: impl io::Read,
        overrides: &OverrideOptions,
    ) -> Result<Self, SourceError> {
        let mut bytes = Vec::new();
        input
            .by_ref()
            .take(MAX_CONTRACT_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|source| SourceError::Access {
                path: "standard input".to_owned(),
                source,
            })?;
        if bytes.len() as u64 > MAX_CONTRACT_BYTES {
            return Err(SourceError::TooLarge {
                directory: String::new(),
                path: "standard input".to_owned(),
            });
        }
        let text = text_of(&bytes.into(), "", "standard input")?;
        Self {
            argument: "-".to_owned(),
            directory: String::new(),
            text,
            files: None,
            origin: Origin::Text,
            resolved: None,
        }
        .overridden(context, overrides)
    }

    fn open_path(context: &Context, argument: &str, path: &Path) -> Result<Self, SourceError> {
        let shown = shown_directory(path);
        let absolute = context.absolute(path);
        let metadata = fs::metadata(&absolute).map_err(|source| SourceError::Access {
            path: path.display().to_string(),
            source,
        })?;
        let is_contract = path.file_name().is_some_and(|name| name == CONTRACT_FILE);
        if metadata.is_file() && is_archive_name(path) {
            return Self::open_archive(argument, path, &absolute);
        }
        let directory = if metadata.is_dir() {
            absolute
        } else if metadata.is_file() && is_contract {
            absolute.parent().unwrap_or(&absolute).to_owned()
        } else {
            return Err(SourceError::NotABundle {
                path: path.display().to_string(),
            });
        };
        // One spelling per directory, whatever links and `..` led here.
        let directory = fs::canonicalize(&directory).unwrap_or(directory);
        let origin = Origin::Local {
            directory: directory.to_string_lossy().into_owned(),
        };
        Self::of_files(
            argument,
            shown,
            Arc::new(DirectoryFiles::new(directory)),
            origin,
            None,
        )
    }

    fn open_archive(argument: &str, path: &Path, absolute: &Path) -> Result<Self, SourceError> {
        let shown = path.display().to_string();
        let file = fs::File::open(absolute).map_err(|source| SourceError::Access {
            path: shown.clone(),
            source,
        })?;
        let unpacked =
            unpack(file, ArchiveLimits::DEFAULT).map_err(|source| SourceError::Archive {
                path: shown.clone(),
                source,
            })?;
        let origin = Origin::Archive {
            file: absolute.to_string_lossy().into_owned(),
        };
        Self::of_files(argument, shown, Arc::new(unpacked.files), origin, None)
    }

    fn of_fetched(argument: &str, fetched: Fetched) -> Result<Self, SourceError> {
        Self::of_files(
            argument,
            argument.to_owned(),
            fetched.files,
            fetched.origin,
            Some(fetched.artifact),
        )
    }

    fn of_files(
        argument: &str,
        directory: String,
        files: Arc<dyn Files>,
        origin: Origin,
        resolved: Option<Artifact>,
    ) -> Result<Self, SourceError> {
        let path = contract_path(&directory);
        let bytes = match files.read(CONTRACT_FILE) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(no_file(files.as_ref(), directory, path)),
            Err(error) if error.source.kind() == io::ErrorKind::FileTooLarge => {
                return Err(SourceError::TooLarge { directory, path });
            }
            Err(error) => return Err(error.into()),
        };
        let text = text_of(&bytes, &directory, &path)?;
        Ok(Self {
            argument: argument.to_owned(),
            directory,
            text,
            files: Some(files),
            origin,
            resolved,
        })
    }

    fn overridden(
        mut self,
        context: &Context,
        overrides: &OverrideOptions,
    ) -> Result<Self, SourceError> {
        if overrides.is_empty() {
            return Ok(self);
        }
        let overrides = overrides.read(context)?;
        let merged = overrides.apply(&self.text)?;
        // Every command refuses a merged contract that breaks the schema.
        if let Some(violation) = crate::validate::structural_violation(&merged) {
            return Err(SourceError::Merged { message: violation });
        }
        self.text = merged.into();
        self.files = self.files.map(|files| {
            Arc::new(Overlay::new(files, CONTRACT_FILE, self.text.to_string())) as Arc<dyn Files>
        });
        Ok(self)
    }

    /// The contract file as people can open it.
    pub fn contract_path(&self) -> String {
        contract_path(&self.directory)
    }

    /// Parses the contract.
    pub fn bundle(&self) -> Result<Bundle, SourceError> {
        let contract =
            Loaded::parse(SourceText::new(CONTRACT_FILE, self.text.clone())).map_err(|source| {
                SourceError::Parse {
                    path: self.contract_path(),
                    source: Box::new(source),
                }
            })?;
        Ok(Bundle {
            contract: Arc::new(contract),
            files: self.files.clone(),
            origin: self.origin.clone(),
        })
    }
}

fn contract_path(directory: &str) -> String {
    match directory.trim_end_matches('/') {
        "" | "." => CONTRACT_FILE.to_owned(),
        directory => format!("{directory}/{CONTRACT_FILE}"),
    }
}

/// Why no contract was read from files that could be asked for one.
fn no_file(files: &dyn Files, directory: String, path: String) -> SourceError {
    let kind = match files.entry(CONTRACT_FILE) {
        Ok(Some(EntryKind::Directory)) => "a directory",
        Ok(Some(EntryKind::Other)) => "a symbolic link or special file",
        _ => return SourceError::NoContract { path: directory },
    };
    SourceError::NotAFile { path, kind }
}

fn text_of(bytes: &Bytes, directory: &str, path: &str) -> Result<Arc<str>, SourceError> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Arc::from(text)),
        Err(error) => error,
    };
    let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
    let before = String::from_utf8_lossy(before);
    let (lines, line) = before.rsplit_once('\n').unwrap_or(("", &before));
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
    let line_breaks = lines.matches('\n').count() + usize::from(before.contains('\n'));
    Err(SourceError::NotText {
        directory: directory.to_owned(),
        path: path.to_owned(),
        line: number(line_breaks),
        column: number(line.chars().count()),
        is_utf16: bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]),
    })
}
