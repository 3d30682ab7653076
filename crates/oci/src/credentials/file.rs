//! Pacto's own credential file: `pacto/config.json` below the configuration directory.
//!
//! The file is shared with the Go implementation: `{"auths": {"host:port": {"auth": "…"}}}`, two
//! blanks of indent, sorted keys, no line end after the last brace. What is not understood is
//! kept.

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::Credential;
use super::docker::{Entry, is_same_key, place_of};
use crate::Environment;
use crate::registry::RegistryName;
use crate::secret::Secret;

/// The credential file at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialFile {
    path: PathBuf,
}

/// Why the credential file could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialFileError {
    /// Reading or writing failed.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason the system gave.
        #[source]
        source: io::Error,
    },
    /// It is not a JSON object of the expected shape; it is left as it is.
    #[error("{} is not a credential file: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Neither `XDG_CONFIG_HOME` nor `HOME` is set.
    #[error("no place for credentials: set HOME or XDG_CONFIG_HOME")]
    NoHome,
}

/// Keys of an entry that hold credentials, this one's included.
const CREDENTIAL_KEYS: [&str; 5] = [
    "auth",
    "username",
    "password",
    "identitytoken",
    "registrytoken",
];

impl CredentialFile {
    /// The file of an environment; `None` without a home.
    pub fn of(environment: &Environment) -> Option<Self> {
        let folder = environment.config_home()?.join("pacto");
        Some(Self {
            path: folder.join("config.json"),
        })
    }

    /// Where the file lies, whether it exists or not.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The credential of a registry.
    pub fn find(&self, registry: &RegistryName) -> Result<Option<Credential>, CredentialFileError> {
        let mut document = self.read()?;
        let Some(auths) = document.get_mut("auths").and_then(Value::as_object_mut) else {
            return Ok(None);
        };
        let Some(name) = names(auths, registry).into_iter().next() else {
            return Ok(None);
        };
        let entry = auths.remove(&name).unwrap_or_default();
        let entry: Entry = serde_json::from_value(entry)
            .map_err(|_| self.malformed(format!("the entry of {registry} is not one")))?;
        Ok(entry.credential())
    }

    /// Stores user and password of a registry.
    pub fn store(
        &self,
        registry: &RegistryName,
        user: &str,
        password: &Secret,
    ) -> Result<(), CredentialFileError> {
        let mut document = self.read()?;
        let auths = document
            .entry("auths")
            .or_insert_with(|| Value::Object(Map::new()))
            .as_object_mut()
            .ok_or_else(|| self.malformed("`auths` is not an object"))?;
        let mut entry = Map::new();
        // The same registry under another of its names would win over the new entry.
        for name in names(auths, registry) {
            if let Some(Value::Object(old)) = auths.remove(&name) {
                entry.extend(old);
            }
        }
        for key in CREDENTIAL_KEYS {
            entry.remove(key);
        }
        let auth = STANDARD.encode(format!("{user}:{}", password.expose()));
        entry.insert("auth".to_owned(), Value::String(auth));
        auths.insert(registry.to_string(), Value::Object(entry));
        self.write(document)
    }

    /// Removes what is stored for a registry; `false` when there was nothing.
    pub fn remove(&self, registry: &RegistryName) -> Result<bool, CredentialFileError> {
        let mut document = self.read()?;
        let Some(auths) = document.get_mut("auths").and_then(Value::as_object_mut) else {
            return Ok(false);
        };
        let names = names(auths, registry);
        if names.is_empty() {
            return Ok(false);
        }
        for name in names {
            auths.remove(&name);
        }
        self.write(document)?;
        Ok(true)
    }

    fn read(&self) -> Result<Map<String, Value>, CredentialFileError> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Map::new()),
            Err(source) => return Err(self.io("read", source)),
        };
        if text.trim().is_empty() {
            return Ok(Map::new());
        }
        match serde_json::from_str(&text) {
            Ok(Value::Object(document)) => Ok(document),
            Ok(_) => Err(self.malformed("not an object")),
            Err(error) => Err(self.malformed(place_of(&error))),
        }
    }

    fn write(&self, document: Map<String, Value>) -> Result<(), CredentialFileError> {
        let mut document = Value::Object(document);
        document.sort_all_objects();
        let text = serde_json::to_string_pretty(&document)
            .map_err(|error| self.io("write", error.into()))?;
        crate::disk::target_of(&self.path)
            .and_then(|target| crate::disk::replace_private(&target, text.as_bytes()))
            .map_err(|source| self.io("write", source))
    }

    fn io(&self, action: &'static str, source: io::Error) -> CredentialFileError {
        CredentialFileError::Io {
            action,
            path: self.path.clone(),
            source,
        }
    }

    fn malformed(&self, reason: impl Into<String>) -> CredentialFileError {
        CredentialFileError::Malformed {
            path: self.path.clone(),
            reason: reason.into(),
        }
    }
}

/// The names that a registry is filed under, its own first.
fn names(auths: &Map<String, Value>, registry: &RegistryName) -> Vec<String> {
    let mut names: Vec<String> = auths
        .keys()
        .filter(|name| is_same_key(name, registry.as_str()))
        .cloned()
        .collect();
    names.sort_by_key(|name| name != registry.as_str());
    names
}
