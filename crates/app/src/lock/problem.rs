//! Why a lock file is not what it should be.

use std::fmt;
use std::io;

use pacto_bundle::lock::LOCK_FILE;
use pacto_diagnostic::Finding;

use crate::{Failure, FailureKind};

/// Code of findings about what could not be resolved.
pub(super) const UNRESOLVED: &str = "LOCK_UNRESOLVED";

/// Differences between a lock file and the contracts, or why it cannot be read or made. Each
/// message begins with its code.
#[derive(Debug, Clone, PartialEq)]
pub struct LockProblem {
    findings: Vec<Finding>,
    is_unreadable: bool,
}

impl LockProblem {
    pub(super) fn new(findings: Vec<Finding>) -> Self {
        Self {
            findings,
            is_unreadable: false,
        }
    }

    /// The system refused to read the file.
    pub(super) fn unreadable(error: &io::Error) -> Self {
        let message = format!("LOCK_ERROR: cannot read {LOCK_FILE}: {error}");
        Self {
            findings: vec![Finding::error("LOCK_ERROR", "", message)],
            is_unreadable: true,
        }
    }

    /// Fails when there are findings.
    pub(super) fn none_of(findings: Vec<Finding>) -> Result<(), Self> {
        if findings.is_empty() {
            Ok(())
        } else {
            Err(Self::new(findings))
        }
    }

    /// The findings, never none.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}

impl fmt::Display for LockProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, finding) in self.findings.iter().enumerate() {
            if number > 0 {
                f.write_str("; ")?;
            }
            f.write_str(&finding.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for LockProblem {}

impl Failure for LockProblem {
    fn kind(&self) -> FailureKind {
        let is_unresolved = self
            .findings
            .iter()
            .any(|finding| finding.code == UNRESOLVED);
        if is_unresolved || self.is_unreadable {
            FailureKind::CouldNotRun
        } else {
            FailureKind::Findings
        }
    }

    fn code(&self) -> &'static str {
        "lock"
    }
}
