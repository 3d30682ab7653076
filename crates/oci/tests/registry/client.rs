//! Clients and artifacts of the tests.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use pacto_bundle::{
    ArchiveLimits, Artifact, ArtifactIdentity, ArtifactOptions, MemoryFiles, Selector, StoreError,
};
use pacto_contract::ArtifactReference;
use pacto_oci::{
    AddressLookup, Environment, Registries, RegistryName, RegistryOptions, RegistryRepository,
    RetryPolicy,
};
use pacto_testkit::registry::{Access, RegistryOptions as TestOptions, TestRegistry};

/// Options that read nothing of this machine and wait for nothing.
pub(crate) fn options(variables: &[(&str, &str)]) -> RegistryOptions {
    let environment: Environment = variables.iter().copied().collect();
    RegistryOptions {
        retry: RetryPolicy {
            waits: vec![Duration::from_millis(1), Duration::from_millis(1)],
            jitter_percent: 0,
            longest_wait: Duration::from_secs(2),
        },
        idle_timeout: Duration::from_millis(500),
        connect_timeout: Duration::from_secs(5),
        ..RegistryOptions::new(environment)
    }
}

/// A repository seen by a client of its own with these variables; the registry counts as named
/// by the user.
pub(crate) fn repository(host: &str, path: &str, variables: &[(&str, &str)]) -> RegistryRepository {
    let registries = Registries::new(options(variables));
    registries.name(RegistryName::of_endpoint(host));
    registries.repository(&reference(host, path)).unwrap()
}

pub(crate) fn reference(host: &str, path: &str) -> ArtifactReference {
    ArtifactReference::parse(&format!("{host}/{path}")).unwrap()
}

/// A small bundle.
pub(crate) fn files() -> MemoryFiles {
    let mut files = MemoryFiles::from_iter([
        ("pacto.yaml", CONTRACT.to_owned()),
        ("docs/readme.md", "# Orders\n".to_owned()),
        ("interfaces/ä.json", "{}".to_owned()),
    ]);
    files.insert_directory("empty");
    files
}

pub(crate) const CONTRACT: &str =
    "pactoVersion: \"1.0\"\nservice:\n  name: orders\n  version: 1.2.0\n";

/// The bundle as an artifact.
pub(crate) fn artifact() -> Artifact {
    artifact_with(&ArtifactOptions::default())
}

pub(crate) fn artifact_with(options: &ArtifactOptions) -> Artifact {
    let identity = ArtifactIdentity {
        name: "orders".to_owned(),
        version: "1.2.0".to_owned(),
        pacto_version: "1.0".to_owned(),
    };
    Artifact::build(&identity, &files(), options, ArchiveLimits::DEFAULT).unwrap()
}

/// Names with their addresses. 127.0.0.1 counts as private here, the rest of the loopback network
/// as public.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(BTreeMap<String, IpAddr>);

impl Names {
    pub(crate) fn new<'n>(names: impl IntoIterator<Item = (&'n str, &'n str)>) -> Arc<Self> {
        let names = names.into_iter();
        Arc::new(Self(
            names
                .map(|(name, address)| (name.to_owned(), address.parse().unwrap()))
                .collect(),
        ))
    }
}

impl AddressLookup for Names {
    fn lookup(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let found = self.0.get(host).copied();
        Box::pin(async move {
            found
                .map(|address| vec![address])
                .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such name"))
        })
    }

    fn is_public(&self, address: IpAddr) -> bool {
        address != IpAddr::V4(Ipv4Addr::LOCALHOST)
    }
}

/// A repository seen by a client for which 127.0.0.1 is private, and which knows these names.
pub(crate) fn repository_with(
    host: &str,
    path: &str,
    variables: &[(&str, &str)],
    names: &Arc<Names>,
) -> RegistryRepository {
    let registries = Registries::new(RegistryOptions {
        lookup: Arc::clone(names) as Arc<dyn AddressLookup>,
        ..options(variables)
    });
    registries.name(RegistryName::of_endpoint(host));
    registries.repository(&reference(host, path)).unwrap()
}

/// A registry at another address of the loopback network.
pub(crate) fn registry_at(ip: &str, access: Access) -> TestRegistry {
    TestRegistry::start_with(TestOptions {
        ip: ip.parse().unwrap(),
        access,
        ..TestOptions::default()
    })
    .unwrap()
}

/// Fills a registry with the artifact without any request.
pub(crate) fn seed(registry: &TestRegistry, path: &str, tag: &str) -> Artifact {
    let artifact = artifact();
    registry.put_blob(path, artifact.layer.bytes.clone());
    registry.put_blob(path, artifact.config.bytes.clone());
    registry.put_manifest(
        path,
        Some(tag),
        "application/vnd.oci.image.manifest.v1+json",
        artifact.manifest.clone(),
    );
    artifact
}

/// The tag that the artifact is published under.
pub(crate) fn selector() -> Selector {
    Selector::Tag("1.2.0".to_owned())
}

/// Variables with user and password of the registries of the tests.
pub(crate) const ADA: [(&str, &str); 2] = [
    ("PACTO_REGISTRY_USERNAME", "ada"),
    ("PACTO_REGISTRY_PASSWORD", "lovelace"),
];

/// The whole text of an error, with its code.
pub(crate) fn told(error: &StoreError) -> (&'static str, String) {
    (error.code(), error.to_string())
}
