//! The example estate inside the program.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use pacto_bundle::{
    ArchiveLimits, Artifact, ArtifactIdentity, ArtifactOptions, Bundle, Existing, MemoryFiles,
    Origin,
};
use pacto_contract::LooseVersion;
use pacto_oci::Layout;

use super::{DemoError, failed};

/// The service that everything hangs below.
pub(super) const ROOT: &str = "acme-tickets";

/// Slash paths inside the estate with their contents, in byte order of the paths.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/estate.rs"));

/// The estate: its files, and which of them are published bundles.
#[derive(Debug)]
pub(super) struct Estate {
    services: BTreeMap<&'static str, Vec<Published>>,
}

/// One published bundle.
#[derive(Debug)]
struct Published {
    version: &'static str,
    artifact: Artifact,
}

impl Estate {
    /// Reads and packs the bundles of the estate.
    pub(super) fn embedded() -> Result<Self, DemoError> {
        let mut bundles: BTreeMap<(&str, &str), MemoryFiles> = BTreeMap::new();
        for (path, content) in FILES {
            let mut parts = path.splitn(4, '/');
            if let (Some("bundles"), Some(name), Some(version), Some(file)) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            {
                bundles
                    .entry((name, version))
                    .or_default()
                    .insert(file, Bytes::from_static(content));
            }
        }
        let mut services: BTreeMap<_, Vec<Published>> = BTreeMap::new();
        for ((name, version), files) in bundles {
            let artifact = pack(&format!("{name}/{version}"), files)?;
            services
                .entry(name)
                .or_default()
                .push(Published { version, artifact });
        }
        for versions in services.values_mut() {
            versions.sort_by_key(|published| LooseVersion::parse(published.version).ok());
        }
        Ok(Self { services })
    }

    /// Names of the services with their versions, oldest first.
    pub(super) fn services(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
        self.services
            .iter()
            .map(|(name, versions)| (*name, versions.iter().map(|published| published.version)))
    }

    /// Writes every file as it is.
    #[expect(
        clippy::unused_self,
        reason = "files and layouts are two views of one estate"
    )]
    pub(super) fn write_files(&self, root: &Path) -> Result<(), DemoError> {
        for (path, content) in FILES {
            let file = root.join(path);
            if let Some(directory) = file.parent() {
                fs::create_dir_all(directory).map_err(failed(directory))?;
            }
            fs::write(&file, content).map_err(failed(&file))?;
        }
        Ok(())
    }

    /// Writes one image layout per service, a tag per version.
    pub(super) fn write_layouts(&self, root: &Path) -> Result<(), DemoError> {
        for (name, versions) in &self.services {
            let layout = Layout::new(root.join(name));
            for published in versions {
                layout
                    .write(published.version, &published.artifact, Existing::Replace)
                    .map_err(|source| DemoError::Layout {
                        name: (*name).to_owned(),
                        source: Box::new(source),
                    })?;
            }
        }
        Ok(())
    }
}

fn pack(path: &str, files: MemoryFiles) -> Result<Artifact, DemoError> {
    let origin = Origin::Archive {
        file: path.to_owned(),
    };
    let files = Arc::new(files);
    let bundle =
        Bundle::read(Arc::clone(&files) as _, origin).map_err(|source| DemoError::Bundle {
            path: path.to_owned(),
            source,
        })?;
    Artifact::build(
        &ArtifactIdentity::from(bundle.contract.contract()),
        files.as_ref(),
        &ArtifactOptions::default(),
        ArchiveLimits::default(),
    )
    .map_err(|source| DemoError::Pack {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hostile_file_name_arrives_as_it_is() {
        assert!(
            FILES
                .iter()
                .any(|(path, _)| *path == "hostile/fan-forum/docs/\"><b>.md")
        );
        assert!(FILES.is_sorted_by(|a, b| a.0 < b.0));
    }
}
