//! `pull`: an artifact as a directory.

use pacto_bundle::{Bundle, BundleProblem, StoreError};
use pacto_contract::Reference;
use schemars::JsonSchema;
use serde::Serialize;

use crate::extract::{ExtractError, extract};
use crate::init::service_name;
use crate::resolver::Resolver;
use crate::{Context, Failure, FailureKind};

/// What to pull, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PullOptions {
    /// `oci://` or `oci-layout://` reference as typed.
    pub reference: String,
    /// Directory to write to; the name of the service when absent.
    pub output: Option<String>,
}

/// What was pulled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PullResult {
    /// `pacto.pull/v1`.
    pub schema_version: &'static str,
    /// The reference with the tag that was chosen, without `oci://`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Digest of the manifest; left out when only an unverified copy could be read offline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Directory written to.
    pub output: String,
    /// Name of the service.
    pub name: String,
    /// Version of the service.
    pub version: String,
}

/// Why nothing was pulled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PullError {
    /// The reference is neither in a registry nor in a layout.
    #[error("pull requires an OCI reference (oci://...): got \"{0}\"")]
    NotAnArtifact(String),
    /// The reference does not parse.
    #[error(
        "invalid reference \"{}\": {source}",
        pacto_contract::reference::without_credentials(reference)
    )]
    Reference {
        /// The reference as typed.
        reference: String,
        /// What is wrong with it.
        source: pacto_contract::ReferenceError,
    },
    /// The registry or layout did not give it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The artifact wants to be written to a place it may not choose.
    #[error("refused to write to a directory named by the artifact: `{name}`")]
    Name {
        /// The name of the service as the artifact has it.
        name: String,
    },
    /// The files could not be written.
    #[error("failed to extract bundle: {0}")]
    Extract(#[from] ExtractError),
}

impl Failure for PullError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::NotAnArtifact(_)
            | Self::Reference { .. }
            | Self::Store(StoreError::InvalidReference { .. }) => FailureKind::Usage,
            Self::Store(error) if error.is_refused_for_safety() => FailureKind::Refused,
            Self::Store(_) => FailureKind::CouldNotRun,
            Self::Name { .. } => FailureKind::Refused,
            Self::Extract(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotAnArtifact(_) | Self::Reference { .. } => "invalid-reference",
            Self::Store(error) => error.code(),
            Self::Name { .. } => "unsafe-bundle",
            Self::Extract(error) => error.code(),
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NotAnArtifact(text) if Reference::is_probably_missing_scheme(text) => {
                vec![format!("pacto pull oci://{text}")]
            }
            Self::Store(error) => error.hints(),
            Self::Name { .. } => vec!["name a directory: `--output DIR`".to_owned()],
            Self::NotAnArtifact(_) | Self::Reference { .. } | Self::Extract(_) => Vec::new(),
        }
    }
}

/// Reads an artifact and writes its files.
pub fn pull(context: &Context, options: &PullOptions) -> Result<PullResult, PullError> {
    let resolver = Resolver::new(context);
    let reference =
        Reference::parse_argument(&options.reference).map_err(|source| PullError::Reference {
            reference: options.reference.clone(),
            source,
        })?;
    let progress = context.observer().begin("fetching", None);
    let fetched = match &reference {
        Reference::Oci(reference) => resolver.fetch_registry_argument(reference)?,
        Reference::Layout(reference) => resolver.fetch_layout_argument(reference)?,
        Reference::Local(_) => {
            return Err(PullError::NotAnArtifact(options.reference.clone()));
        }
    };
    drop(progress);
    let bundle = Bundle::read(fetched.files.clone(), fetched.origin).map_err(|problem| {
        StoreError::Bundle {
            reference: fetched.artifact.reference.clone(),
            problem: Box::new(BundleProblem::from(problem)),
        }
    })?;
    let service = &bundle.contract.contract().service;
    let output = match &options.output {
        Some(output) => output.clone(),
        // The artifact chooses this name, so it must be a plain one.
        None if service_name(&service.name).is_ok_and(|name| name == service.name) => {
            service.name.clone()
        }
        None => {
            return Err(PullError::Name {
                name: service.name.clone(),
            });
        }
    };
    extract(fetched.files.as_ref(), &context.absolute(&output), &output)?;
    Ok(PullResult {
        schema_version: "pacto.pull/v1",
        reference: fetched.artifact.reference,
        digest: fetched.artifact.digest.map(|digest| digest.to_string()),
        output,
        name: service.name.clone(),
        version: service.version.clone(),
    })
}
