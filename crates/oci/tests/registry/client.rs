//! Clients and artifacts of the tests.

use std::time::Duration;

use pacto_bundle::{ArchiveLimits, Artifact, ArtifactIdentity, ArtifactOptions, MemoryFiles};
use pacto_contract::ArtifactReference;
use pacto_oci::{
    Environment, Registries, RegistryName, RegistryOptions, RegistryRepository, RetryPolicy,
};

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
