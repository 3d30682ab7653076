//! The answer of a validation.

use std::sync::Arc;

use pacto_contract::Loaded;
use pacto_diagnostic::{Finding, Location, SourceMap};

use crate::catalogue::code;
use crate::findings::new_finding;

/// The answer of a validation.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Errors and warnings in report order: by layer; within layer 1 by place, within layer 2 by
    /// check.
    pub findings: Vec<Finding>,
    /// The texts that the findings point into.
    pub sources: SourceMap,
    /// The contract, when it could be read.
    pub loaded: Option<Arc<Loaded>>,
    /// Something that was needed could not be fetched or read, so the answer is incomplete.
    pub could_not_run: bool,
    /// Something that was fetched broke a rule of safety (digest, archive).
    pub is_refused_for_safety: bool,
}

impl Report {
    /// The report on a contract that could not be reached or read at all: one `PARSE_ERROR`.
    ///
    /// `could_not_run` tells a file or registry that cannot be reached from a text that is wrong.
    pub fn not_loaded(
        message: impl Into<String>,
        location: Option<Location>,
        could_not_run: bool,
    ) -> Self {
        Self {
            findings: vec![new_finding(code::PARSE_ERROR, "", message).at(location)],
            could_not_run,
            ..Self::default()
        }
    }

    /// True when there is no error.
    pub fn is_valid(&self) -> bool {
        self.errors().next().is_none()
    }

    /// The errors in report order.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_error())
    }

    /// The warnings in report order.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !finding.is_error())
    }
}
