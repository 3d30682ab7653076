//! What went wrong with a request, before it is known what it was for.

use std::io;
use std::time::Duration;

use pacto_bundle::StoreError;

/// A failed request.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) kind: FailureKind,
    pub(super) retry: Retry,
}

/// Classes of failures; each is one class of [`StoreError`].
#[derive(Debug, Clone)]
pub(super) enum FailureKind {
    Authentication(String),
    NotFound(String),
    RateLimited(String),
    Unreachable(String),
    Server(String),
    Refused(String),
    Mismatch {
        expected: String,
        actual: String,
    },
    Unsafe(String),
    Disk {
        path: String,
        kind: io::ErrorKind,
        reason: String,
    },
}

/// Whether asking again may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    Never,
    Soon,
    After(Duration),
}

impl Failure {
    /// A failure that repeating does not change.
    pub(super) fn lasting(kind: FailureKind) -> Self {
        Self {
            kind,
            retry: Retry::Never,
        }
    }

    /// A failure that may pass.
    pub(super) fn passing(kind: FailureKind) -> Self {
        Self {
            kind,
            retry: Retry::Soon,
        }
    }

    pub(super) fn server(detail: impl Into<String>) -> Self {
        Self::lasting(FailureKind::Server(detail.into()))
    }

    pub(super) fn refused_for_safety(detail: impl Into<String>) -> Self {
        Self::lasting(FailureKind::Unsafe(detail.into()))
    }

    pub(super) fn is_not_found(&self) -> bool {
        matches!(self.kind, FailureKind::NotFound(_))
    }

    /// The same failure, never repeated.
    pub(super) fn for_good(mut self) -> Self {
        self.retry = Retry::Never;
        self
    }

    /// The failure of two ways to the same registry. What both say is said once.
    pub(super) fn and_then(self, later: &Self) -> Self {
        let (FailureKind::Unreachable(first), FailureKind::Unreachable(second)) =
            (&self.kind, &later.kind)
        else {
            return self;
        };
        let reason = |detail: &str| {
            detail
                .split_once(": ")
                .map_or_else(|| detail.to_owned(), |(_, reason)| reason.to_owned())
        };
        let detail = if reason(first) == reason(second) {
            first.clone()
        } else {
            format!("{first}; {second}")
        };
        Self {
            kind: FailureKind::Unreachable(detail),
            retry: later.retry,
        }
    }

    /// One sentence about what happened.
    pub(super) fn detail(&self) -> String {
        match &self.kind {
            FailureKind::Authentication(detail)
            | FailureKind::NotFound(detail)
            | FailureKind::RateLimited(detail)
            | FailureKind::Unreachable(detail)
            | FailureKind::Server(detail)
            | FailureKind::Refused(detail)
            | FailureKind::Unsafe(detail) => detail.clone(),
            FailureKind::Mismatch { expected, actual } => {
                format!("expected {expected}, got {actual}")
            }
            FailureKind::Disk { path, reason, .. } => format!("{path}: {reason}"),
        }
    }

    /// Adds to what is said about failed authentication.
    pub(super) fn with_note(mut self, note: Option<&str>) -> Self {
        if let (FailureKind::Authentication(detail), Some(note)) = (&mut self.kind, note) {
            detail.push_str("; ");
            detail.push_str(note);
        }
        self
    }

    /// The failure of what was asked for.
    pub(super) fn at(self, reference: &str) -> StoreError {
        let reference = reference.to_owned();
        match self.kind {
            FailureKind::Authentication(detail) => {
                StoreError::AuthenticationFailed { reference, detail }
            }
            FailureKind::NotFound(_) => StoreError::NotFound { reference },
            FailureKind::RateLimited(detail) => StoreError::RateLimited { reference, detail },
            FailureKind::Unreachable(detail) => StoreError::Unreachable { reference, detail },
            FailureKind::Server(detail) => StoreError::RegistryError { reference, detail },
            FailureKind::Refused(detail) => StoreError::Refused { reference, detail },
            FailureKind::Mismatch { expected, actual } => StoreError::Mismatch {
                reference,
                expected,
                actual,
            },
            FailureKind::Unsafe(detail) => StoreError::Unsafe { reference, detail },
            FailureKind::Disk { path, kind, reason } => StoreError::Disk {
                action: "read",
                path,
                source: io::Error::new(kind, reason),
            },
        }
    }
}
