//! `push`: a directory as an artifact in a registry or an image layout.

mod local_references;

use std::collections::BTreeMap;

use pacto_bundle::{
    ArchiveLimits, Artifact, ArtifactForm, ArtifactIdentity, ArtifactOptions, Existing, Published,
    ReferenceProblem, Store as _, StoreError,
};
use pacto_contract::{ArtifactReference, LayoutReference, Reference, ReferenceError};
use pacto_validate::PolicyReferences;
use schemars::JsonSchema;
use serde::Serialize;

use crate::packing::{PackingError, Prepared};
use crate::resolver::Resolver;
use crate::source::{OverrideOptions, SourceError};
use crate::validate::LockCheck;
use crate::{Context, Failure, FailureKind};

pub use local_references::LocalReference;
use local_references::local_reference;

/// What to push, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PushOptions {
    /// `oci://` or `oci-layout://` reference as typed.
    pub reference: String,
    /// The directory as typed.
    pub directory: String,
    /// Changes to the contract before it is pushed.
    pub overrides: OverrideOptions,
    /// Move a tag that exists.
    pub is_forced: bool,
    /// Write the manifest exactly as the Go implementation does.
    pub is_go_form: bool,
    /// Annotations of the manifest.
    pub annotations: BTreeMap<String, String>,
    /// Image in the same repository to attach the bundle to: tag or digest reference.
    pub subject: Option<String>,
}

/// What was pushed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PushResult {
    /// `pacto.push/v1`.
    pub schema_version: &'static str,
    /// The reference with its tag, without `oci://`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Digest that the tag names now.
    pub digest: String,
    /// Name of the service.
    pub name: String,
    /// Version of the service.
    pub version: String,
    /// False when the tag existed and nothing was written.
    pub pushed: bool,
    /// With `pushed: false`: whether the tag names what would have been pushed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_same: Option<bool>,
}

/// Why nothing was pushed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PushError {
    /// The target is neither in a registry nor in a layout.
    #[error("push requires an OCI reference (oci://...): got \"{0}\"")]
    NotAnArtifact(String),
    /// The target does not parse.
    #[error(
        "invalid reference \"{}\": {problem}",
        pacto_contract::reference::without_credentials(reference)
    )]
    Reference {
        /// The reference as typed.
        reference: String,
        /// What is wrong with it.
        problem: ReferenceProblem,
    },
    /// The version of the contract cannot be a tag.
    #[error("version \"{version}\" cannot be a tag: registries do not allow `+`")]
    VersionAsTag {
        /// The version.
        version: String,
    },
    /// The directory cannot be packed.
    #[error(transparent)]
    Packing(#[from] PackingError),
    /// The contract refers to something that others cannot reach.
    #[error(transparent)]
    Local(#[from] LocalReference),
    /// The image to attach to does not exist.
    #[error("there is no image {reference} to attach to")]
    NoSubject {
        /// The reference as typed.
        reference: String,
    },
    /// Registries are out of reach.
    #[error("nothing can be pushed to a registry while the network is off")]
    Offline,
    /// The registry or layout could not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Failure for PushError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::NotAnArtifact(_) | Self::Reference { .. } | Self::VersionAsTag { .. } => {
                FailureKind::Usage
            }
            Self::Packing(error) => error.kind(),
            Self::Local(_) => FailureKind::Findings,
            // The arguments are the only references that a registry is asked for here.
            Self::Store(StoreError::InvalidReference { .. }) => FailureKind::Usage,
            Self::Store(error) if error.is_refused_for_safety() => FailureKind::Refused,
            Self::NoSubject { .. } | Self::Offline | Self::Store(_) => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotAnArtifact(_) | Self::Reference { .. } => "invalid-reference",
            Self::VersionAsTag { .. } => "invalid-tag",
            Self::Packing(error) => error.code(),
            Self::Local(_) => "local-reference",
            Self::NoSubject { .. } => "not-found",
            Self::Offline => "offline",
            Self::Store(error) => error.code(),
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NotAnArtifact(text) if Reference::is_probably_missing_scheme(text) => {
                vec![format!("pacto push oci://{text}")]
            }
            Self::VersionAsTag { .. } => {
                vec!["name a tag: `pacto push REFERENCE:TAG`".to_owned()]
            }
            Self::Packing(error) => error.hints(),
            Self::Local(error) => error.hints(),
            // What the cache holds is no help for writing.
            Self::NotAnArtifact(_)
            | Self::Reference { .. }
            | Self::NoSubject { .. }
            | Self::Store(
                StoreError::Unreachable { .. }
                | StoreError::RegistryError { .. }
                | StoreError::Offline { .. },
            ) => Vec::new(),
            Self::Store(error) => error.hints(),
            Self::Offline => vec!["push to `oci-layout://DIR`, which needs no network".to_owned()],
        }
    }
}

/// Where to push to.
#[derive(Debug)]
enum Target {
    Registry(ArtifactReference),
    Layout(LayoutReference),
}

impl Target {
    fn parse(text: &str) -> Result<Self, PushError> {
        let problem = |problem: ReferenceProblem| PushError::Reference {
            reference: text.to_owned(),
            problem,
        };
        let reference = Reference::parse_argument(text)
            .map_err(|error: ReferenceError| problem(error.into()))?;
        if reference.digest().is_some() {
            return Err(problem(ReferenceProblem::DigestAsTarget));
        }
        match reference {
            Reference::Oci(reference) => Ok(Self::Registry(reference)),
            Reference::Layout(reference) => Ok(Self::Layout(reference)),
            Reference::Local(_) => Err(PushError::NotAnArtifact(text.to_owned())),
        }
    }

    fn tag(&self) -> Option<&str> {
        match self {
            Self::Registry(reference) => reference.tag.as_deref(),
            Self::Layout(reference) => reference.tag.as_deref(),
        }
    }
}

/// Validates a directory with its policies, and pushes it.
///
/// A tag that exists is left alone unless forced: that is a success, with a warning.
pub fn push(context: &Context, options: &PushOptions) -> Result<PushResult, PushError> {
    let target = Target::parse(&options.reference)?;
    if matches!(target, Target::Registry(_)) && context.network().is_offline {
        return Err(PushError::Offline);
    }
    let mut resolver = Resolver::new(context);
    if let Target::Layout(layout) = &target {
        // An estate published into layouts is complete by itself: policies are looked for among
        // the layouts beside this one, before a registry is asked.
        let directory = context.absolute(&layout.directory);
        if let Some(root) = directory.parent() {
            resolver = resolver.with_layout_root(root);
        }
    }
    let resolver = resolver;
    resolver.name_registries([options.reference.as_str()]);
    let prepared = Prepared::open(
        &resolver,
        "pacto push",
        &options.directory,
        &options.overrides,
        PolicyReferences::Resolve,
        LockCheck::Verify,
    )?;
    let contract = prepared.bundle.contract.contract();
    let is_layout = matches!(target, Target::Layout(_));
    if let Some(local) = local_reference(contract, is_layout) {
        return Err(local.into());
    }
    let tag = match target.tag() {
        Some(tag) => tag.to_owned(),
        None if contract.service.version.contains('+') => {
            return Err(PushError::VersionAsTag {
                version: contract.service.version.clone(),
            });
        }
        None => contract.service.version.clone(),
    };
    let mut artifact_options = ArtifactOptions {
        form: if options.is_go_form {
            ArtifactForm::Go
        } else {
            ArtifactForm::Oci
        },
        annotations: options.annotations.clone(),
        subject: None,
    };
    if let Some(subject) = &options.subject {
        artifact_options.subject = Some(find_subject(&resolver, &target, subject)?);
    }
    let artifact = Artifact::build(
        &ArtifactIdentity::from(contract),
        prepared.files.as_ref(),
        &artifact_options,
        ArchiveLimits::DEFAULT,
    )
    .map_err(PackingError::from)?;
    for warning in &artifact.warnings {
        context.observer().warn(&warning.to_string());
    }
    let existing = if options.is_forced {
        Existing::Replace
    } else {
        Existing::Keep
    };
    let (name, published) = publish(&resolver, &target, &tag, &artifact, existing)?;
    let reference = format!("{name}:{tag}");
    let (digest, pushed) = match published {
        Published::Written { digest } => (digest, true),
        Published::Existed { digest } => (digest, false),
    };
    let is_same = digest == artifact.digest;
    if !pushed {
        let difference = if is_same {
            "with the same content"
        } else {
            "with different content"
        };
        context.observer().warn(&format!(
            "artifact already exists, {difference}: {reference} (use --force to overwrite)"
        ));
    }
    Ok(PushResult {
        schema_version: "pacto.push/v1",
        reference,
        digest: digest.to_string(),
        name: contract.service.name.clone(),
        version: contract.service.version.clone(),
        pushed,
        is_same: (!pushed).then_some(is_same),
    })
}

/// Writes the artifact; gives the repository as people name it, and what was done.
fn publish(
    resolver: &Resolver<'_>,
    target: &Target,
    tag: &str,
    artifact: &Artifact,
    existing: Existing,
) -> Result<(String, Published), StoreError> {
    match target {
        Target::Layout(reference) => {
            let layout = resolver.layout_of(reference);
            Ok((layout.repository(), layout.write(tag, artifact, existing)?))
        }
        Target::Registry(reference) => {
            let context = resolver.context();
            let remote = resolver.remote();
            let repository = remote.registries().repository(reference)?;
            let progress = context.observer().begin("pushing", None);
            let published = remote.block_on(repository.publish(tag, artifact, existing))?;
            drop(progress);
            resolver.forget(&reference.with_tag(tag));
            Ok((repository.repository(), published))
        }
    }
}

/// The manifest that a bundle is attached to.
fn find_subject(
    resolver: &Resolver<'_>,
    target: &Target,
    subject: &str,
) -> Result<pacto_bundle::Descriptor, PushError> {
    let missing = || PushError::NoSubject {
        reference: subject.to_owned(),
    };
    let reference = Reference::parse_argument(subject).map_err(|error| PushError::Reference {
        reference: subject.to_owned(),
        problem: error.into(),
    })?;
    let same_place = match (&reference, target) {
        (Reference::Oci(subject), Target::Registry(target)) => {
            subject.registry == target.registry && subject.repository == target.repository
        }
        (Reference::Layout(subject), Target::Layout(target)) => {
            subject.directory == target.directory
        }
        _ => false,
    };
    if !same_place {
        // Registries look for referrers inside one repository only.
        return Err(missing());
    }
    let selector = match (reference.digest(), reference.tag()) {
        (Some(digest), _) => pacto_bundle::Selector::Digest(digest.clone()),
        (None, Some(tag)) => pacto_bundle::Selector::Tag(tag.to_owned()),
        (None, None) => {
            return Err(PushError::Reference {
                reference: subject.to_owned(),
                problem: ReferenceProblem::NoSelector,
            });
        }
    };
    let manifest = match (&reference, target) {
        (Reference::Oci(reference), _) => {
            let remote = resolver.remote();
            let repository = remote.registries().repository(reference)?;
            remote.block_on(repository.fetch_manifest(&selector))?
        }
        (Reference::Layout(reference), _) => {
            resolver.layout_of(reference).read_manifest(&selector)?
        }
        (Reference::Local(_), _) => return Err(missing()),
    };
    let media_type = serde_json::from_slice::<serde_json::Value>(&manifest.bytes)
        .ok()
        .and_then(|value| value.get("mediaType")?.as_str().map(str::to_owned))
        .unwrap_or_else(|| pacto_bundle::manifest::media_type::IMAGE_MANIFEST.to_owned());
    Ok(pacto_bundle::Descriptor {
        media_type,
        size: manifest.bytes.len() as u64,
        digest: manifest.digest,
        platform: None,
        annotations: BTreeMap::new(),
    })
}

impl From<SourceError> for PushError {
    fn from(error: SourceError) -> Self {
        Self::Packing(error.into())
    }
}
