//! A world of contracts in memory, and a driver that answers from it.

#![allow(dead_code, reason = "each test program uses a part")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use pacto_bundle::{
    Bundle, FailureReason, Files, MemoryFiles, Origin, ResolveFailure, Resolved, ResolvedFrom,
    sha256,
};
use pacto_contract::{Digest, LooseVersion, Reference};
use pacto_graph::{Graph, GraphOptions, Request, Resolution};

/// Contracts by repository and tag, and by absolute directory.
#[derive(Debug, Default, Clone)]
pub(crate) struct World {
    pub(crate) published: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) directories: BTreeMap<String, MemoryFiles>,
    pub(crate) failures: BTreeMap<String, ResolveFailure>,
    /// Root of layouts that stand in for the registry, each named by the last segment.
    pub(crate) layouts: Option<String>,
    /// Digest references lead to the newest version, whatever they say.
    pub(crate) ignores_digests: bool,
}

/// Makes a contract; `extra` is further YAML.
pub(crate) fn contract(
    name: &str,
    version: &str,
    dependencies: &[(&str, &str)],
    extra: &str,
) -> String {
    let mut yaml =
        format!("pactoVersion: \"1.0\"\nservice:\n  name: {name}\n  version: \"{version}\"\n");
    if !dependencies.is_empty() {
        yaml.push_str("dependencies:\n");
    }
    for (reference, range) in dependencies {
        let name = Reference::derived_dependency_name(reference);
        let _ = writeln!(
            yaml,
            "  - {{name: {name}, ref: \"{reference}\", required: true, compatibility: \"{range}\"}}"
        );
    }
    yaml.push_str(extra);
    yaml
}

impl World {
    /// Publishes a contract at `registry.example.com/acme/NAME:VERSION`.
    pub(crate) fn publish(&mut self, name: &str, version: &str, dependencies: &[(&str, &str)]) {
        self.publish_with(name, version, dependencies, "");
    }

    pub(crate) fn publish_with(
        &mut self,
        name: &str,
        version: &str,
        dependencies: &[(&str, &str)],
        extra: &str,
    ) {
        self.published
            .entry(format!("registry.example.com/acme/{name}"))
            .or_default()
            .insert(
                version.to_owned(),
                contract(name, version, dependencies, extra),
            );
    }

    /// Puts a contract into a directory on disk.
    pub(crate) fn place(&mut self, directory: &str, yaml: &str) {
        let mut files = MemoryFiles::new();
        files.insert("pacto.yaml", yaml.to_owned());
        self.directories.insert(directory.to_owned(), files);
    }

    /// A root that is a directory on disk.
    pub(crate) fn local(&self, directory: &str) -> Resolved {
        self.read_directory(directory).expect("the test placed it")
    }

    /// A root that was published.
    pub(crate) fn remote(&self, repository: &str, tag: &str) -> Resolved {
        self.read(repository, tag).expect("the test published it")
    }

    fn read_directory(&self, directory: &str) -> Result<Resolved, ResolveFailure> {
        let files = self.directories.get(directory).ok_or_else(|| {
            failure(
                FailureReason::NotFound,
                format!("no pacto.yaml found in {directory}"),
            )
        })?;
        let origin = Origin::Local {
            directory: directory.to_owned(),
        };
        Ok(Resolved {
            bundle: bundle(files.clone(), origin),
            reference: directory.to_owned(),
            tag: None,
            digest: None,
            resolved_from: ResolvedFrom::Local,
        })
    }

    fn read(&self, repository: &str, tag: &str) -> Result<Resolved, ResolveFailure> {
        let reference = format!("{repository}:{tag}");
        let yaml = self
            .published
            .get(repository)
            .and_then(|tags| tags.get(tag))
            .ok_or_else(|| {
                failure(
                    FailureReason::NotFound,
                    format!("artifact not found: {reference}"),
                )
            })?;
        let digest = sha256(yaml.as_bytes());
        let origin = match &self.layouts {
            None => Origin::Registry {
                repository: repository.to_owned(),
                digest: digest.clone(),
            },
            Some(root) => Origin::Layout {
                directory: format!("{root}/{}", Reference::derived_dependency_name(repository)),
                root: root.clone(),
                digest: digest.clone(),
            },
        };
        let files: MemoryFiles = [("pacto.yaml", yaml.clone())].into_iter().collect();
        Ok(Resolved {
            bundle: bundle(files, origin),
            reference,
            tag: Some(tag.to_owned()),
            digest: Some(digest),
            resolved_from: ResolvedFrom::Registry,
        })
    }

    fn tag_of(&self, repository: &str, digest: &Digest) -> Option<&str> {
        self.published
            .get(repository)?
            .iter()
            .find(|(_, yaml)| sha256(yaml.as_bytes()) == *digest)
            .map(|(tag, _)| tag.as_str())
    }

    /// Answers one request as a resolver would.
    pub(crate) fn answer(&self, request: &Request) -> Result<Resolved, ResolveFailure> {
        if let Some(failure) = self.failures.get(&request.text) {
            return Err(failure.clone());
        }
        let artifact = match &request.reference {
            Reference::Oci(artifact) => artifact,
            Reference::Layout(_) => unreachable!("no test uses layouts"),
            Reference::Local(_) => {
                return self.read_directory(&request.path().expect("declared on disk"));
            }
        };
        let repository = artifact.name();
        let tags = self.published.get(&repository);
        let tags = || tags.into_iter().flatten().map(|(tag, _)| tag.as_str());
        let pinned = request.pin.as_ref().map(|pin| &pin.digest);
        let digest = pinned.or(artifact.digest.as_ref());
        let newest = || {
            let range = request.range.as_ref();
            LooseVersion::pick(tags(), range).ok_or_else(|| match range {
                _ if !self.published.contains_key(&repository) => failure(
                    FailureReason::NotFound,
                    format!("artifact not found: {repository}"),
                ),
                Some(range) => failure(
                    FailureReason::NoMatchingVersion,
                    format!("no tags satisfy constraint \"{range}\""),
                ),
                None => failure(
                    FailureReason::NoSemverTags,
                    "no semver tags found".to_owned(),
                ),
            })
        };
        let tag = match (digest, &artifact.tag) {
            (Some(_), _) if self.ignores_digests => newest()?,
            (Some(digest), _) => self.tag_of(&repository, digest).ok_or_else(|| {
                failure(
                    FailureReason::NotFound,
                    format!("artifact not found: {repository}@{digest}"),
                )
            })?,
            (None, Some(tag)) => tag,
            (None, None) => newest()?,
        };
        let mut resolved = self.read(&repository, tag)?;
        if pinned.is_some() {
            resolved.resolved_from = ResolvedFrom::Lock;
        }
        Ok(resolved)
    }

    /// Resolves a graph, answering in the order of the requests.
    pub(crate) fn resolve(&self, root: &Resolved, options: GraphOptions) -> Graph {
        self.resolve_shuffled(root, options, 0).0
    }

    /// Resolves a graph, answering in an order made from a seed; also counts the requests.
    pub(crate) fn resolve_shuffled(
        &self,
        root: &Resolved,
        options: GraphOptions,
        seed: u64,
    ) -> (Graph, usize) {
        let mut resolution = Resolution::new(root, options);
        let mut open: Vec<Request> = Vec::new();
        let mut count = 0;
        let mut random = seed;
        loop {
            let new = resolution.pending();
            count += new.len();
            open.extend(new);
            if open.is_empty() {
                assert!(resolution.is_complete());
                return (resolution.finish(), count);
            }
            // Knuth's generator is random enough to try orders.
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let index = if seed == 0 {
                0
            } else {
                (random >> 33) as usize % open.len()
            };
            let request = open.remove(index);
            resolution.supply(request.id, self.answer(&request));
        }
    }
}

fn bundle(files: MemoryFiles, origin: Origin) -> Arc<Bundle> {
    let files: Arc<dyn Files> = Arc::new(files);
    Arc::new(Bundle::read(files, origin).expect("the test writes contracts"))
}

pub(crate) fn failure(reason: FailureReason, message: String) -> ResolveFailure {
    ResolveFailure {
        reason,
        code: "not-found",
        message,
        is_refused_for_safety: false,
    }
}

/// Shorthand for references below `registry.example.com/acme`.
pub(crate) fn oci(name: &str) -> String {
    format!("oci://registry.example.com/acme/{name}")
}
