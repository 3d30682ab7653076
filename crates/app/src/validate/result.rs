//! What a validation answers.

use pacto_diagnostic::render::{Counts, Subject};
use pacto_diagnostic::{Finding, SourceMap};
use pacto_validate::Report;
use schemars::JsonSchema;
use serde::Serialize;

use crate::FailureKind;
use crate::source::Source;

/// JSON of `pacto validate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidateResult {
    /// `pacto.validate/v1`.
    pub schema_version: &'static str,
    /// The answer.
    #[serde(flatten)]
    pub contract: ContractResult,
}

/// The answer for one contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContractResult {
    /// The argument as typed, or the path below the directory searched.
    pub path: String,
    /// True when there are no errors.
    pub valid: bool,
    /// Findings that make it invalid, in report order.
    pub errors: Vec<Finding>,
    /// Findings that do not, in report order.
    pub warnings: Vec<Finding>,
    /// How many findings were repaired; only with `--fix`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<usize>,
}

/// JSON of `pacto validate --recursive`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecursiveResult {
    /// `pacto.validate/v1`.
    pub schema_version: &'static str,
    /// The directory searched, as typed.
    pub path: String,
    /// True when every contract is valid.
    pub valid: bool,
    /// One answer per contract, sorted by path.
    pub results: Vec<ContractResult>,
    /// Totals.
    pub summary: Summary,
}

/// Totals over many contracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Contracts validated.
    pub contracts: usize,
    /// Those without errors.
    pub valid: usize,
    /// The others.
    pub invalid: usize,
    /// Errors in all.
    pub errors: usize,
    /// Warnings in all.
    pub warnings: usize,
}

/// Name of the JSON output.
pub(super) const SCHEMA_VERSION: &str = "pacto.validate/v1";

/// A contract that was validated, with what renderers need.
#[derive(Debug, Clone)]
pub struct Validated {
    /// The answer.
    pub result: ContractResult,
    /// All findings in report order.
    pub findings: Vec<Finding>,
    /// The texts the findings point into.
    pub sources: SourceMap,
    /// What is put before file names so that people can open them.
    pub directory: String,
    /// Name and version of the service, or the argument where there is no contract.
    pub label: String,
    /// Why the answer is no, where it is: the highest kind that applies.
    pub failure: Option<FailureKind>,
}

/// Many contracts that were validated.
#[derive(Debug, Clone)]
pub struct ValidatedAll {
    /// The directory searched, as typed.
    pub path: String,
    /// The contracts, sorted by path.
    pub contracts: Vec<Validated>,
    /// Totals.
    pub summary: Summary,
    /// The highest kind of failure among them.
    pub failure: Option<FailureKind>,
}

impl Validated {
    pub(crate) fn new(source: &Source, report: Report) -> Self {
        let label = match &report.loaded {
            Some(loaded) => {
                let service = &loaded.contract().service;
                format!("{} {}", service.name, service.version)
            }
            None => source.argument.clone(),
        };
        let failure = if report.is_refused_for_safety {
            Some(FailureKind::Refused)
        } else if report.could_not_run {
            Some(FailureKind::CouldNotRun)
        } else if report.is_valid() {
            None
        } else {
            Some(FailureKind::Findings)
        };
        Self::of(
            source.argument.clone(),
            source.directory.clone(),
            &label,
            report,
            failure,
        )
    }

    pub(super) fn not_opened(
        argument: &str,
        directory: &str,
        report: Report,
        failure: FailureKind,
    ) -> Self {
        Self::of(
            argument.to_owned(),
            directory.to_owned(),
            argument,
            report,
            Some(failure),
        )
    }

    fn of(
        path: String,
        directory: String,
        label: &str,
        report: Report,
        failure: Option<FailureKind>,
    ) -> Self {
        let valid = report.is_valid();
        Self {
            result: ContractResult {
                path,
                valid,
                errors: report.errors().cloned().collect(),
                warnings: report.warnings().cloned().collect(),
                fixed: None,
            },
            findings: report.findings,
            sources: report.sources,
            directory,
            label: on_one_line(label),
            failure,
        }
    }

    /// The view that renderers take.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            name: &self.label,
            directory: &self.directory,
            findings: &self.findings,
            sources: &self.sources,
        }
    }

    /// How many findings there are.
    pub fn counts(&self) -> Counts {
        Counts::of(&self.findings)
    }

    /// The JSON of the command.
    pub fn to_result(&self) -> ValidateResult {
        ValidateResult {
            schema_version: SCHEMA_VERSION,
            contract: self.result.clone(),
        }
    }
}

/// A label ends up in lines that people and programs read: it cannot begin one of its own.
fn on_one_line(label: &str) -> String {
    label
        .chars()
        .fold(String::with_capacity(label.len()), |mut line, character| {
            if character.is_control() {
                line.extend(character.escape_unicode());
            } else {
                line.push(character);
            }
            line
        })
}

impl ValidatedAll {
    pub(super) fn new(path: String, contracts: Vec<Validated>) -> Self {
        let mut summary = Summary {
            contracts: contracts.len(),
            ..Summary::default()
        };
        for contract in &contracts {
            if contract.result.valid {
                summary.valid += 1;
            } else {
                summary.invalid += 1;
            }
            summary.errors += contract.result.errors.len();
            summary.warnings += contract.result.warnings.len();
        }
        let failure = contracts
            .iter()
            .filter_map(|contract| contract.failure)
            .max();
        Self {
            path,
            contracts,
            summary,
            failure,
        }
    }

    /// The JSON of the command.
    pub fn to_result(&self) -> RecursiveResult {
        RecursiveResult {
            schema_version: SCHEMA_VERSION,
            path: self.path.clone(),
            valid: self.summary.invalid == 0,
            results: self
                .contracts
                .iter()
                .map(|contract| contract.result.clone())
                .collect(),
            summary: self.summary,
        }
    }
}
