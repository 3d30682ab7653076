//! `demo`: unpacks the example estate, ready to be looked at without a registry.

mod estate;

use std::fs;
use std::io;
use std::path::Path;

use pacto_bundle::{ArchiveError, BundleError, StoreError};
use pacto_oci::disk::{Staging, clear_leftovers};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Context, Failure, FailureKind};
use estate::Estate;

/// Names the directory as one that a later run may write over.
const MARKER: &str = ".pacto-demo";

/// Where to unpack to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoOptions {
    /// The directory as typed.
    pub directory: String,
}

/// What was unpacked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DemoResult {
    /// `pacto.demo/v1`.
    pub schema_version: &'static str,
    /// The directory as typed.
    pub dir: String,
    /// Published bundles, as folders below `bundles/` and as tags of the layouts.
    pub bundles: usize,
    /// Services, each with a layout below `layouts/`.
    pub services: Vec<DemoService>,
    /// The contract to start from.
    pub root: String,
}

/// One service of the estate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DemoService {
    /// Name of the service.
    pub name: String,
    /// Its layout: the reference that names the latest version.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its versions, oldest first.
    pub versions: Vec<String>,
}

/// Why the estate was not unpacked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// The directory holds something else.
    #[error("directory `{0}` is not empty and holds no earlier demo")]
    NotEmpty(String),
    /// The path is no directory.
    #[error("`{0}` is not a directory")]
    NotDirectory(String),
    /// The system refused.
    #[error("failed to write {path}")]
    Write {
        /// What was being written.
        path: String,
        /// The reason the system gave.
        #[source]
        source: io::Error,
    },
    /// A bundle of the estate cannot be read.
    #[error("the bundle {path} of the estate cannot be read")]
    Bundle {
        /// The bundle inside the estate.
        path: String,
        /// Why.
        #[source]
        source: BundleError,
    },
    /// A bundle of the estate cannot be packed.
    #[error("the bundle {path} of the estate cannot be packed")]
    Pack {
        /// The bundle inside the estate.
        path: String,
        /// Why.
        #[source]
        source: ArchiveError,
    },
    /// A layout could not be written.
    #[error("failed to write the layout of {name}")]
    Layout {
        /// Name of the service.
        name: String,
        /// Why.
        #[source]
        source: Box<StoreError>,
    },
}

impl Failure for DemoError {
    fn kind(&self) -> FailureKind {
        FailureKind::CouldNotRun
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotEmpty(_) => "directory-not-empty",
            Self::NotDirectory(_) => "not-a-directory",
            Self::Write { .. } => "unwritable-file",
            Self::Bundle { .. } | Self::Pack { .. } => "invalid-bundle",
            Self::Layout { source, .. } => source.code(),
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NotEmpty(_) => vec!["pacto demo my-demo unpacks somewhere else".to_owned()],
            _ => Vec::new(),
        }
    }
}

/// Unpacks the estate. Nothing is left half-written when it fails; an earlier demo in the same
/// directory is replaced.
pub fn demo(context: &Context, options: &DemoOptions) -> Result<DemoResult, DemoError> {
    let target = context.absolute(&options.directory);
    let is_there = check_target(&target, &options.directory)?;
    let estate = Estate::embedded()?;

    // Beside the target when it does not exist, so that one rename makes it appear; inside it
    // otherwise, because somebody may be standing in it.
    let parent = if is_there {
        target.as_path()
    } else {
        let parent = target.parent().unwrap_or(&target);
        fs::create_dir_all(parent).map_err(failed(parent))?;
        parent
    };
    let staging = Staging::in_directory(parent).map_err(failed(&target))?;
    let root = staging.content();
    fs::write(
        root.join(MARKER),
        "Written by `pacto demo`, which may replace it.\n",
    )
    .map_err(failed(&target.join(MARKER)))?;
    estate.write_files(root)?;
    estate.write_layouts(&root.join("layouts"))?;

    staging.finish(|root| {
        if is_there {
            move_entries(root, &target)
        } else {
            fs::rename(root, &target).map_err(failed(&target))
        }
    })?;
    Ok(result(&estate, &options.directory))
}

fn result(estate: &Estate, directory: &str) -> DemoResult {
    let base = directory.trim_end_matches('/');
    let reference = |name: &str| format!("oci-layout://{base}/layouts/{name}");
    let services: Vec<_> = estate
        .services()
        .map(|(name, versions)| DemoService {
            name: name.to_owned(),
            reference: reference(name),
            versions: versions.map(str::to_owned).collect(),
        })
        .collect();
    DemoResult {
        schema_version: "pacto.demo/v1",
        dir: directory.to_owned(),
        bundles: services.iter().map(|service| service.versions.len()).sum(),
        services,
        root: reference(estate::ROOT),
    }
}

/// Tells whether the target exists; refuses one that holds anything but an earlier demo.
fn check_target(target: &Path, typed: &str) -> Result<bool, DemoError> {
    // What a killed run left is no content.
    clear_leftovers(target);
    match fs::read_dir(target) {
        Ok(mut entries) => {
            let is_demo = target.join(MARKER).is_file();
            if entries.next().is_some() && !is_demo {
                return Err(DemoError::NotEmpty(typed.to_owned()));
            }
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(DemoError::NotDirectory(typed.to_owned()))
        }
        Err(error) => Err(failed(target)(error)),
    }
}

/// Moves everything in a directory into another, the marker first: whatever happens later, the
/// target stays one that the next run accepts.
fn move_entries(from: &Path, to: &Path) -> Result<(), DemoError> {
    let mut names: Vec<_> = fs::read_dir(from)
        .and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.file_name()))
                .collect::<io::Result<_>>()
        })
        .map_err(failed(from))?;
    names.sort_by_key(|name| (name != MARKER, name.clone()));
    for name in names {
        let target = to.join(&name);
        let removed = match fs::symlink_metadata(&target) {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&target),
            Ok(_) => fs::remove_file(&target),
            Err(_) => Ok(()),
        };
        removed
            .and_then(|()| fs::rename(from.join(&name), &target))
            .map_err(failed(&target))?;
    }
    Ok(())
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> DemoError {
    let path = path.display().to_string();
    move |source| DemoError::Write { path, source }
}
