//! The estate of a lock file: the contract beside it, and everything it pins.

use std::path::Path;
use std::sync::Arc;

use pacto_bundle::lock::{LockFile, Pin};
use pacto_bundle::{Bundle, Origin, ResolveFailure, Resolved};
use pacto_contract::Reference;

use super::Collected;
use crate::closure;
use crate::lock::MAX_LOCK_BYTES;
use crate::resolver::{Machine, Pinned, Resolver, Wanted};
use crate::source::{OverrideOptions, Source, SourceError};
use crate::text_file::read_regular;

/// Reads what a lock file pins. What cannot be read is a limitation.
pub(super) fn read(
    resolver: &Resolver<'_>,
    name: &str,
    path: &Path,
    all: &mut Collected,
) -> Result<(), SourceError> {
    let context = resolver.context();
    let text = read_regular(&context.absolute(path), MAX_LOCK_BYTES).map_err(|source| {
        SourceError::Access {
            path: name.to_owned(),
            source,
        }
    })?;
    let lock = match LockFile::parse(&text) {
        Ok(lock) => lock,
        Err(error) => {
            all.failed(name, &error.to_string());
            return Ok(());
        }
    };
    let directory = match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory.display().to_string(),
        _ => ".".to_owned(),
    };
    let source = Source::open(resolver, &directory, &OverrideOptions::default())?;
    let root = closure::root(resolver, &source)?;
    let pins = lock
        .dependencies
        .into_iter()
        .map(|dependency| (dependency.pin, dependency.version))
        .chain(
            lock.references
                .into_iter()
                .map(|reference| (reference.pin, reference.version)),
        );
    let mut entries = Entries {
        open: pins
            .filter_map(|(pin, version)| wanted(pin, version, &root.bundle.origin))
            .collect(),
        found: Vec::new(),
    };
    entries.open.dedup_by(|(a, _), (b, _)| a == b);
    all.add(root.bundle, None);
    resolver.drive(&mut entries);
    entries.found.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (target, answer) in entries.found {
        let repository = match Reference::parse(&target) {
            Ok(Reference::Oci(reference)) => Some(reference.name()),
            _ => None,
        };
        match answer {
            Ok(bundle) => all.add(bundle, repository),
            Err(message) => all.failed(&target, &message),
        }
    }
    Ok(())
}

fn wanted(pin: Pin, version: Option<String>, declared_by: &Origin) -> Option<(String, Wanted)> {
    let (text, pin) = match pin {
        Pin::Artifact { reference, digest } => (reference, Some(Pinned { version, digest })),
        Pin::Local { path, .. } => (path, None),
    };
    let wanted = Wanted {
        reference: Reference::parse(&text).ok()?,
        text: text.clone(),
        range: None,
        declared_by: declared_by.clone(),
        pin,
        root_directory: None,
    };
    Some((text, wanted))
}

struct Entries {
    open: Vec<(String, Wanted)>,
    found: Vec<(String, Result<Arc<Bundle>, String>)>,
}

impl Machine for Entries {
    type Id = String;

    fn pending(&mut self) -> Vec<(String, Wanted)> {
        std::mem::take(&mut self.open)
    }

    fn supply(&mut self, id: String, answer: Result<Resolved, ResolveFailure>) {
        let answer = answer
            .map(|resolved| resolved.bundle)
            .map_err(|failure| failure.message);
        self.found.push((id, answer));
    }
}
