//! A contract with files, options and the bundles that its references lead to, ready to run.

use std::collections::BTreeMap;
use std::sync::Arc;

use pacto_bundle::{
    Bundle, FailureReason, Files, MemoryFiles, Origin, ResolveFailure, Resolved, ResolvedFrom,
};
use pacto_contract::{CONTRACT_FILE, Loaded};
use pacto_diagnostic::{Finding, SourceText};
use pacto_validate::{
    Alone, Input, Options, Report, Validation, partial_version_finding, validate_alone,
};

/// Finds the files that a reference leads to.
pub(crate) type Resolve = Box<dyn Fn(&str) -> Option<MemoryFiles>>;

/// What a test validates, and what its references lead to.
#[derive(Default)]
pub(crate) struct Scenario {
    pub(crate) text: String,
    pub(crate) files: MemoryFiles,
    pub(crate) options: Options,
    pub(crate) has_no_files: bool,
    pub(crate) is_shown: bool,
    pub(crate) alone: Option<Alone>,
    /// What a reference leads to, by text: files, or a message when nothing answers.
    pub(crate) bundles: BTreeMap<String, Result<MemoryFiles, String>>,
    /// What other references lead to.
    pub(crate) resolve: Option<Resolve>,
}

impl Scenario {
    /// All findings.
    pub(crate) fn run(&self) -> Vec<Finding> {
        if self.is_shown || self.alone.is_some() {
            let loaded = Loaded::parse(self.source()).expect("it can be read");
            return match self.alone {
                Some(layer) => validate_alone(&loaded, Some(&self.files), layer),
                None => partial_version_finding(&loaded).into_iter().collect(),
            };
        }
        self.report().findings
    }

    /// The report of the whole engine.
    pub(crate) fn report(&self) -> Report {
        let files: Arc<dyn Files> = Arc::new(self.files.clone());
        let input = Input {
            source: self.source(),
            files: (!self.has_no_files).then_some(files),
            origin: Origin::Text,
        };
        let mut validation = Validation::start(input, self.options.clone());
        loop {
            let pending = validation.pending();
            if pending.is_empty() {
                break validation.finish();
            }
            for request in pending {
                let answer = self.answer(&request.reference);
                validation.supply(request.id, answer);
            }
        }
    }

    fn source(&self) -> SourceText {
        SourceText::new(CONTRACT_FILE, self.text.as_str())
    }

    fn answer(&self, reference: &str) -> Result<Resolved, ResolveFailure> {
        let resolved = self.resolve.as_ref().and_then(|resolve| resolve(reference));
        let given = resolved
            .map(Ok)
            .or_else(|| self.bundles.get(reference).cloned());
        let files = match given {
            Some(Ok(files)) => files,
            other => {
                let message = match other {
                    Some(Err(message)) => message,
                    _ => "nothing there".to_owned(),
                };
                return Err(ResolveFailure {
                    reason: FailureReason::PullFailed,
                    code: "not-found",
                    message,
                    is_refused_for_safety: false,
                });
            }
        };
        let contract = files.files().get(CONTRACT_FILE).map_or_else(
            || "pactoVersion: '1.1'\nservice: { name: provider, version: 1.0.0 }\n".to_owned(),
            |text| String::from_utf8(text.to_vec()).expect("text"),
        );
        let contract = Loaded::parse(SourceText::new(CONTRACT_FILE, contract)).expect("a contract");
        Ok(Resolved {
            bundle: Arc::new(Bundle {
                contract: Arc::new(contract),
                files: Some(Arc::new(files)),
                origin: Origin::Text,
            }),
            reference: reference.to_owned(),
            tag: None,
            digest: None,
            resolved_from: ResolvedFrom::Local,
        })
    }
}
