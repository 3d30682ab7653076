//! Why reading from or writing to a store failed: one code per class, the same on every surface.

use std::io;

use pacto_contract::ReferenceError;

use crate::bundle::BundleError;
use crate::manifest::ManifestError;
use crate::{ArchiveError, FailureReason, ResolveFailure};

/// Why an artifact could not be read or written.
///
/// References in it carry no scheme and no secrets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The registry or its token service said 401 or 403.
    #[error(
        "authentication failed for {reference}: {detail} — run `pacto login` or check \
         PACTO_REGISTRY_TOKEN"
    )]
    AuthenticationFailed {
        /// What was asked for.
        reference: String,
        /// What the server said.
        detail: String,
    },
    /// Nothing under that name.
    #[error("artifact not found: {reference}")]
    NotFound {
        /// What was asked for.
        reference: String,
    },
    /// Still 429 after the retries.
    #[error("registry unreachable for {reference}: {detail}")]
    RateLimited {
        /// What was asked for.
        reference: String,
        /// What the server said.
        detail: String,
    },
    /// Names, connections, TLS or time-outs.
    #[error("registry unreachable for {reference}: {detail}")]
    Unreachable {
        /// What was asked for.
        reference: String,
        /// What failed.
        detail: String,
    },
    /// A 5xx status or an answer that makes no sense.
    #[error("registry unreachable for {reference}: {detail}")]
    RegistryError {
        /// What was asked for.
        reference: String,
        /// What the server said.
        detail: String,
    },
    /// Another 4xx status.
    #[error("registry refused {reference}: {detail}")]
    Refused {
        /// What was asked for.
        reference: String,
        /// The code and message of the registry.
        detail: String,
    },
    /// The name cannot be asked for.
    #[error("invalid reference \"{reference}\": {problem}")]
    InvalidReference {
        /// The reference as written.
        reference: String,
        /// What is wrong with it.
        problem: ReferenceProblem,
    },
    /// What is stored is not a bundle, or one that is refused for safety.
    #[error("failed to extract bundle: {problem}")]
    Bundle {
        /// What was asked for.
        reference: String,
        /// What is wrong with it.
        problem: Box<BundleProblem>,
    },
    /// What was received is not what its name promises.
    #[error("refused {reference}: expected {expected}, got {actual}")]
    Mismatch {
        /// What was asked for.
        reference: String,
        /// Digest or size expected.
        expected: String,
        /// Digest or size received.
        actual: String,
    },
    /// A name, link or address that leads outside what may be read.
    #[error("refused {reference}: {detail}")]
    Unsafe {
        /// What was asked for.
        reference: String,
        /// What it would have led to.
        detail: String,
    },
    /// No tag of the repository fits.
    #[error("{}", match range {
        Some(range) => format!("no tags satisfy constraint \"{range}\""),
        None => "no semver tags found".to_owned(),
    })]
    NoVersion {
        /// The repository.
        reference: String,
        /// The range asked for.
        range: Option<String>,
    },
    /// Outside the allow list.
    #[error("registry not allowed: {reference}")]
    NotAllowed {
        /// What was asked for.
        reference: String,
    },
    /// Not on disk, and the network is off.
    #[error("{reference} is not in the cache and the network is off")]
    Offline {
        /// What was asked for.
        reference: String,
    },
    /// A directory is not an image layout that can be read.
    #[error("{path} {problem}")]
    Layout {
        /// The directory.
        path: String,
        /// What is wrong with it.
        problem: LayoutProblem,
    },
    /// A file or directory of a layout could not be read or written.
    #[error("cannot {action} {path}: {source}")]
    Disk {
        /// `read`, `write`, `create`, `lock`.
        action: &'static str,
        /// The path.
        path: String,
        /// The reason the system gave.
        #[source]
        source: io::Error,
    },
}

/// What is wrong with a directory that should be an image layout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutProblem {
    /// It has no file `oci-layout`.
    #[error("is not an OCI image layout: it has no file `oci-layout`")]
    NoMarker,
    /// It has other content, so no layout is created in it.
    #[error("is neither empty nor an OCI image layout")]
    OtherContent,
    /// A version of the format that is not read.
    #[error("is an OCI image layout of version \"{0}\", which is not supported")]
    Version(String),
    /// One of its files cannot be understood.
    #[error("has a malformed `{file}`: {reason}")]
    Malformed {
        /// The file inside the layout.
        file: &'static str,
        /// What does not fit.
        reason: String,
    },
}

/// Why a reference cannot be used where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReferenceProblem {
    /// It does not parse.
    #[error(transparent)]
    Syntax(#[from] ReferenceError),
    /// It has neither tag nor digest where one is needed.
    #[error("a tag or digest is needed")]
    NoSelector,
    /// It has a digest where only a tag can be written.
    #[error("a digest cannot be written to")]
    DigestAsTarget,
    /// The tag is not one a registry can hold.
    #[error("malformed tag \"{0}\"")]
    MalformedTag(String),
}

/// What is wrong with a stored bundle.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleProblem {
    /// The manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The layer.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The contract.
    #[error(transparent)]
    Contract(#[from] BundleError),
}

impl StoreError {
    /// Stable, bounded failure code for JSON output, logs, metric labels and documentation.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AuthenticationFailed { .. } => "authentication-failed",
            Self::NotFound { .. } => "not-found",
            Self::RateLimited { .. } => "rate-limited",
            Self::Unreachable { .. } => "registry-unreachable",
            Self::RegistryError { .. } => "registry-error",
            Self::Refused { .. } => "registry-refused",
            Self::InvalidReference { .. } => "invalid-reference",
            Self::Bundle { problem, .. } => problem.code(),
            Self::Layout { .. } => "invalid-bundle",
            Self::Mismatch { .. } | Self::Unsafe { .. } => "unsafe-bundle",
            Self::NoVersion { .. } => "no-version",
            Self::NotAllowed { .. } => "registry-not-allowed",
            Self::Offline { .. } => "offline",
            Self::Disk { .. } => "disk-error",
        }
    }

    /// Tells whether the failure is a refusal for safety (exit code 4) and not an inability
    /// (exit code 3).
    pub fn is_refused_for_safety(&self) -> bool {
        matches!(self.code(), "unsafe-bundle" | "registry-not-allowed")
    }

    /// The reason that an unresolved edge of a graph gives.
    pub fn reason(&self) -> FailureReason {
        match self {
            Self::AuthenticationFailed { .. } => FailureReason::AuthFailed,
            Self::NotFound { .. } => FailureReason::NotFound,
            Self::InvalidReference { .. } => FailureReason::NonOciRef,
            Self::NoVersion { range: None, .. } => FailureReason::NoSemverTags,
            Self::NoVersion { range: Some(_), .. } => FailureReason::NoMatchingVersion,
            Self::NotAllowed { .. } => FailureReason::RegistryNotAllowed,
            Self::Offline { .. } => FailureReason::Offline,
            Self::RateLimited { .. }
            | Self::Unreachable { .. }
            | Self::RegistryError { .. }
            | Self::Refused { .. }
            | Self::Bundle { .. }
            | Self::Mismatch { .. }
            | Self::Unsafe { .. }
            | Self::Layout { .. }
            | Self::Disk { .. } => FailureReason::PullFailed,
        }
    }

    /// What the user can do, most likely first. The display text already names the first step for
    /// failed authentication.
    pub fn hints(&self) -> Vec<String> {
        if let Self::AuthenticationFailed { reference, .. } | Self::Unreachable { reference, .. } =
            self
            && is_host_alone(reference)
        {
            return vec![format!(
                "without a slash, {reference} is a repository of Docker Hub; another registry is \
                 written HOST/REPOSITORY"
            )];
        }
        let hint = match self {
            Self::RateLimited { .. } => "wait, or log in: registries allow more to known users",
            Self::Unreachable { .. } | Self::RegistryError { .. } => {
                "use `--offline` to read what the cache holds"
            }
            Self::Offline { .. } => "run once without `--offline` to fill the cache",
            Self::NoVersion { range: Some(_), .. } => {
                "name a tag, or widen the range; ranges admit pre-releases only when they name one"
            }
            Self::NoVersion { range: None, .. } => "name a tag: `REFERENCE:TAG`",
            Self::Mismatch { .. } => {
                "the content was damaged or replaced on its way; do not use it and tell the owner \
                 of the registry"
            }
            Self::AuthenticationFailed { .. }
            | Self::NotFound { .. }
            | Self::Refused { .. }
            | Self::InvalidReference { .. }
            // What helps the one who packed it does not help the one who reads it.
            | Self::Bundle { .. }
            | Self::Unsafe { .. }
            | Self::NotAllowed { .. }
            | Self::Layout { .. }
            | Self::Disk { .. } => return Vec::new(),
        };
        vec![hint.to_owned()]
    }
}

/// A reference that is a name on Docker Hub, and was probably meant as a registry.
fn is_host_alone(reference: &str) -> bool {
    !reference.contains(['/', '@']) && reference.contains(['.', ':'])
}

impl BundleProblem {
    /// Stable failure code: `unsafe-bundle` or `invalid-bundle`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Manifest(error) => error.code(),
            Self::Archive(error) => error.code(),
            Self::Contract(_) => "invalid-bundle",
        }
    }
}

impl From<&StoreError> for ResolveFailure {
    fn from(error: &StoreError) -> Self {
        Self {
            reason: error.reason(),
            code: error.code(),
            message: error.to_string(),
            is_refused_for_safety: error.is_refused_for_safety(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NameProblem;

    #[test]
    fn each_class_has_its_code_reason_and_exit() {
        let reference = || "h.example/r:1".to_owned();
        let detail = || "503 Service Unavailable".to_owned();
        let archive = |error: ArchiveError| StoreError::Bundle {
            reference: reference(),
            problem: Box::new(error.into()),
        };
        let no_version = |range: Option<&str>| StoreError::NoVersion {
            reference: reference(),
            range: range.map(str::to_owned),
        };
        let cases = [
            (
                StoreError::AuthenticationFailed {
                    reference: reference(),
                    detail: detail(),
                },
                "authentication-failed",
                FailureReason::AuthFailed,
                false,
            ),
            (
                StoreError::NotFound {
                    reference: reference(),
                },
                "not-found",
                FailureReason::NotFound,
                false,
            ),
            (
                StoreError::RateLimited {
                    reference: reference(),
                    detail: detail(),
                },
                "rate-limited",
                FailureReason::PullFailed,
                false,
            ),
            (
                StoreError::Unreachable {
                    reference: reference(),
                    detail: detail(),
                },
                "registry-unreachable",
                FailureReason::PullFailed,
                false,
            ),
            (
                StoreError::RegistryError {
                    reference: reference(),
                    detail: detail(),
                },
                "registry-error",
                FailureReason::PullFailed,
                false,
            ),
            (
                StoreError::Refused {
                    reference: reference(),
                    detail: detail(),
                },
                "registry-refused",
                FailureReason::PullFailed,
                false,
            ),
            (
                StoreError::InvalidReference {
                    reference: reference(),
                    problem: ReferenceProblem::DigestAsTarget,
                },
                "invalid-reference",
                FailureReason::NonOciRef,
                false,
            ),
            (
                archive(ArchiveError::NotAnArchive {
                    reason: "it is empty",
                }),
                "invalid-bundle",
                FailureReason::PullFailed,
                false,
            ),
            (
                archive(ArchiveError::RefusedName {
                    name: "/x".to_owned(),
                    problem: NameProblem::Absolute,
                }),
                "unsafe-bundle",
                FailureReason::PullFailed,
                true,
            ),
            (
                StoreError::Mismatch {
                    reference: reference(),
                    expected: "a".to_owned(),
                    actual: "b".to_owned(),
                },
                "unsafe-bundle",
                FailureReason::PullFailed,
                true,
            ),
            (
                no_version(None),
                "no-version",
                FailureReason::NoSemverTags,
                false,
            ),
            (
                no_version(Some("^1")),
                "no-version",
                FailureReason::NoMatchingVersion,
                false,
            ),
            (
                StoreError::NotAllowed {
                    reference: reference(),
                },
                "registry-not-allowed",
                FailureReason::RegistryNotAllowed,
                true,
            ),
            (
                StoreError::Offline {
                    reference: reference(),
                },
                "offline",
                FailureReason::Offline,
                false,
            ),
        ];
        for (error, code, reason, is_refused) in cases {
            let failure = ResolveFailure::from(&error);
            assert_eq!(failure.code, code);
            assert_eq!(failure.reason, reason, "{code}");
            assert_eq!(failure.is_refused_for_safety, is_refused, "{code}");
            assert_eq!(failure.message, error.to_string());
        }
    }

    #[test]
    fn a_host_without_a_repository_is_told_apart_from_docker_hub() {
        for (reference, is_told) in [
            ("ghcr.io", true),
            ("localhost:5000", true),
            ("ghcr.io/acme/svc", false),
            ("nginx", false),
        ] {
            let error = StoreError::Unreachable {
                reference: reference.to_owned(),
                detail: "timed out".to_owned(),
            };
            let hints = error.hints().concat();
            assert_eq!(hints.contains("HOST/REPOSITORY"), is_told, "{reference}");
        }
    }

    #[test]
    fn the_words_of_the_common_classes_stay() {
        let reference = || "h.example/r:1".to_owned();
        for (error, words) in [
            (
                StoreError::AuthenticationFailed {
                    reference: reference(),
                    detail: "401 Unauthorized".to_owned(),
                },
                "authentication failed for h.example/r:1: 401 Unauthorized — run `pacto login` or \
                 check PACTO_REGISTRY_TOKEN",
            ),
            (
                StoreError::NotFound {
                    reference: reference(),
                },
                "artifact not found: h.example/r:1",
            ),
            (
                StoreError::NoVersion {
                    reference: reference(),
                    range: Some("^2".to_owned()),
                },
                "no tags satisfy constraint \"^2\"",
            ),
        ] {
            assert_eq!(error.to_string(), words);
        }
    }
}
