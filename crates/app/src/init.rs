//! `init`: a directory with a valid starter bundle.

mod openapi;
mod starter;

use std::io;
use std::path::{Path, PathBuf};

use pacto_contract::CONTRACT_FILE;
use pacto_oci::disk::Staging;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Context, Failure, FailureKind};
use starter::Starter;

/// What to create.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InitOptions {
    /// Directory to create as typed; its last segment is the name of the service. Without one the
    /// title of the OpenAPI document gives the name.
    pub directory: Option<String>,
    /// Team that owns the service; `team/my-team` when absent.
    pub owner: Option<String>,
    /// OpenAPI document to start from, copied into the bundle.
    pub from_openapi: Option<PathBuf>,
}

/// What was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InitResult {
    /// `pacto.init/v1`.
    pub schema_version: &'static str,
    /// The directory as typed.
    pub dir: String,
    /// The contract file.
    pub path: String,
    /// Everything that was written, relative to `dir`, in byte order.
    pub files: Vec<String>,
}

/// Why nothing was created.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// No name.
    #[error("service name is required")]
    NoName,
    /// The name cannot be a service name.
    #[error(
        "`{0}` is not a service name: lower-case letters, digits and inner hyphens are allowed"
    )]
    Name(String),
    /// The owner cannot be a team name.
    #[error("`{0}` is not a team name: letters, digits and `._/-` are allowed")]
    Owner(String),
    /// Something is there already.
    #[error("directory \"{0}\" already exists")]
    Exists(String),
    /// The OpenAPI document could not be read.
    #[error("failed to read {file}")]
    Read {
        /// File as typed.
        file: String,
        /// The reason the system gave.
        #[source]
        source: io::Error,
    },
    /// The document is no OpenAPI description.
    #[error("{file} is not an OpenAPI document: {reason}")]
    NotOpenApi {
        /// File as typed.
        file: String,
        /// What is missing.
        reason: String,
    },
    /// The bundle could not be written.
    #[error("failed to write {path}")]
    Write {
        /// What was being written.
        path: String,
        /// The reason the system gave.
        #[source]
        source: io::Error,
    },
}

impl Failure for InitError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::NoName | Self::Name(_) | Self::Owner(_) => FailureKind::Usage,
            Self::Exists(_) | Self::Read { .. } | Self::NotOpenApi { .. } | Self::Write { .. } => {
                FailureKind::CouldNotRun
            }
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoName | Self::Name(_) => "invalid-name",
            Self::Owner(_) => "invalid-owner",
            Self::Exists(_) => "already-exists",
            Self::Read { .. } => "unreadable-file",
            Self::NotOpenApi { .. } => "not-openapi",
            Self::Write { .. } => "unwritable-file",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NoName => vec!["pacto init my-service".to_owned()],
            Self::Exists(_) => vec!["choose another name, or remove the directory".to_owned()],
            _ => Vec::new(),
        }
    }
}

/// The name of the service a directory is for: its last segment.
pub fn service_name(directory: &str) -> Result<&str, InitError> {
    let name = directory
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    if name.is_empty() {
        return Err(InitError::NoName);
    }
    let is_inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_name = name.bytes().all(is_inner) && !name.starts_with('-') && !name.ends_with('-');
    if is_name {
        Ok(name)
    } else {
        Err(InitError::Name(name.to_owned()))
    }
}

/// Creates the directory; nothing is left behind when it fails.
pub fn init(context: &Context, options: &InitOptions) -> Result<InitResult, InitError> {
    let description = match &options.from_openapi {
        Some(file) => Some(openapi::read(context, file)?),
        None => None,
    };
    let directory = match (&options.directory, &description) {
        (Some(directory), _) => directory.clone(),
        (None, Some(description)) => description.name.clone().ok_or(InitError::NoName)?,
        (None, None) => return Err(InitError::NoName),
    };
    let name = service_name(&directory)?;
    if let Some(owner) = &options.owner {
        let is_team = |b: u8| b.is_ascii_alphanumeric() || b"._/-".contains(&b);
        if owner.is_empty() || !owner.bytes().all(is_team) {
            return Err(InitError::Owner(owner.clone()));
        }
    }
    let mut starter = Starter::new(name, options.owner.as_deref());
    if let Some(description) = description {
        starter.describe(description);
    }
    let target = context.absolute(&directory);
    if std::fs::symlink_metadata(&target).is_ok() {
        return Err(InitError::Exists(directory));
    }

    let files = starter.files();
    write_all(&target, &files)?;
    Ok(InitResult {
        schema_version: "pacto.init/v1",
        path: Path::new(&directory)
            .join(CONTRACT_FILE)
            .to_string_lossy()
            .into_owned(),
        dir: directory,
        files: files.into_iter().map(|(path, _)| path).collect(),
    })
}

/// Writes into a fresh directory beside the target and renames it, so that a failure leaves
/// nothing half-written.
fn write_all(directory: &Path, files: &[(String, String)]) -> Result<(), InitError> {
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |source| InitError::Write { path, source }
    };
    let parent = directory.parent().unwrap_or(directory);
    std::fs::create_dir_all(parent).map_err(failed(parent))?;
    let staging = Staging::in_directory(parent).map_err(failed(parent))?;
    let root = staging.content();
    for (path, content) in files {
        let target = root.join(path);
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).map_err(failed(&directory.join(path)))?;
        }
        std::fs::write(&target, content).map_err(failed(&directory.join(path)))?;
    }
    staging
        .finish(|root| std::fs::rename(root, directory))
        .map_err(failed(directory))
}
