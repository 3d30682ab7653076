//! A lock file as JSON: the keys of the file.

use pacto_bundle::lock::{LOCK_VERSION, LockFile, LockedDependency, LockedReference, Pin};
use schemars::JsonSchema;
use serde::Serialize;

/// A lock file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LockDocument {
    /// Version of the format: 1.
    pub lock_version: i64,
    /// The program that wrote it.
    pub pacto: LockWriter,
    /// The contract it belongs to.
    pub root: LockedRoot,
    /// Services, by name.
    pub dependencies: Vec<LockedDependencyDocument>,
    /// Bundles that configurations and policies refer to, by kind, name and reference.
    pub references: Vec<LockedReferenceDocument>,
}

/// The program that wrote a lock file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LockWriter {
    /// Its version.
    pub version: String,
}

/// The contract a lock file belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LockedRoot {
    /// Name of the service.
    pub name: String,
    /// Version of the service.
    pub version: String,
}

/// One locked service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LockedDependencyDocument {
    /// Name of the service.
    pub name: String,
    /// What it is pinned to.
    #[serde(flatten)]
    pub pin: PinDocument,
    /// Range the version was chosen by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraint: Option<String>,
    /// Version it was resolved to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Names of the services it depends on.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub depends_on: Vec<String>,
}

/// One locked configuration or policy reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LockedReferenceDocument {
    /// `config` or `policy`.
    pub kind: &'static str,
    /// Name of the configuration or policy.
    pub name: String,
    /// What it is pinned to.
    #[serde(flatten)]
    pub pin: PinDocument,
    /// Version it was resolved to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// What an entry is pinned to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PinDocument {
    /// `oci` or `local`.
    pub source: &'static str,
    /// The reference as written.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The path as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Digest of the manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Hash of the files of a local directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_hash: Option<String>,
}

impl LockDocument {
    pub(super) fn of(lock: &LockFile) -> Self {
        Self {
            lock_version: LOCK_VERSION,
            pacto: LockWriter {
                version: lock.pacto_version.clone(),
            },
            root: LockedRoot {
                name: lock.root.name.clone(),
                version: lock.root.version.clone(),
            },
            dependencies: lock.dependencies.iter().map(dependency).collect(),
            references: lock.references.iter().map(reference).collect(),
        }
    }
}

fn dependency(entry: &LockedDependency) -> LockedDependencyDocument {
    LockedDependencyDocument {
        name: entry.name.clone(),
        pin: pin(&entry.pin),
        constraint: entry.constraint.clone(),
        version: entry.version.clone(),
        depends_on: entry.depends_on.clone(),
    }
}

fn reference(entry: &LockedReference) -> LockedReferenceDocument {
    LockedReferenceDocument {
        kind: entry.kind.as_str(),
        name: entry.name.clone(),
        pin: pin(&entry.pin),
        version: entry.version.clone(),
    }
}

fn pin(pin: &Pin) -> PinDocument {
    match pin {
        Pin::Artifact { reference, digest } => PinDocument {
            source: "oci",
            reference: Some(reference.clone()),
            path: None,
            digest: Some(digest.to_string()),
            content_hash: None,
        },
        Pin::Local { path, content_hash } => PinDocument {
            source: "local",
            reference: None,
            path: Some(path.clone()),
            digest: None,
            content_hash: Some(content_hash.to_string()),
        },
    }
}
