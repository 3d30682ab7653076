//! `validate`: one contract, or all below a directory.

mod fix;
pub(crate) mod machine;
mod recursive;
mod result;

use std::io;

use pacto_bundle::Origin;
use pacto_contract::CONTRACT_FILE;
use pacto_diagnostic::SourceText;
use pacto_validate::{Input, Layer, Options, PolicyReferences, Report, Validation};

use crate::resolver::Resolver;
use crate::source::{OverrideOptions, Source, SourceError};
use crate::{Context, Failure as _, FailureKind};

pub use fix::FixError;
pub use recursive::{RecursiveError, validate_recursive};
pub use result::{
    ContractResult, RecursiveResult, Summary, ValidateResult, Validated, ValidatedAll,
};

/// How to validate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own, in any combination"
)]
pub struct ValidateOptions {
    /// Changes to the contract before it is validated.
    pub overrides: OverrideOptions,
    /// Old forms are errors.
    pub is_strict: bool,
    /// Ask for readiness at the date of the run.
    pub is_readiness_wanted: bool,
    /// Repair what can be repaired, then report the rest.
    pub is_fixing: bool,
    /// Validate as the Go implementation does.
    pub is_compat: bool,
}

/// Validates the contract an argument names; `input` is standard input, read for `-` only.
///
/// A contract that cannot be reached or read is a report too: one `PARSE_ERROR`.
pub fn validate(
    context: &Context,
    argument: &str,
    options: &ValidateOptions,
    input: impl io::Read,
) -> Result<Validated, FixError> {
    let resolver = Resolver::new(context);
    let opened = if argument == "-" {
        Source::read_input(context, input, &options.overrides)
    } else {
        Source::open(&resolver, argument, &options.overrides)
    };
    let source = match opened {
        Ok(source) => source,
        Err(error) => return Ok(not_opened(argument, &error)),
    };
    let mut fixed = None;
    let source = if options.is_fixing {
        let (source, count) = fix::fix(&resolver, source, options)?;
        fixed = Some(count);
        source
    } else {
        source
    };
    let resolver = with_root(resolver, &source.origin);
    let mut validated = validate_source(&resolver, &source, options);
    validated.result.fixed = fixed;
    Ok(validated)
}

/// A contract from a layout resolves its references beside that layout first.
fn with_root<'c>(resolver: Resolver<'c>, origin: &Origin) -> Resolver<'c> {
    match origin {
        Origin::Layout { root, .. } => resolver.with_layout_root(root),
        _ => resolver,
    }
}

/// Validates a contract that was opened.
fn validate_source(
    resolver: &Resolver<'_>,
    source: &Source,
    options: &ValidateOptions,
) -> Validated {
    let report = report(
        resolver,
        source,
        options,
        PolicyReferences::Resolve,
        LockCheck::Verify,
    );
    Validated::new(source, report)
}

/// Whether the lock file beside a contract counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LockCheck {
    /// It must match.
    Verify,
    /// It is not looked at.
    None,
}

/// Runs the engine on a contract and follows its policies.
pub(crate) fn report(
    resolver: &Resolver<'_>,
    source: &Source,
    options: &ValidateOptions,
    policies: PolicyReferences,
    lock: LockCheck,
) -> Report {
    let lock = match lock {
        LockCheck::Verify => crate::lock::findings(resolver, source),
        LockCheck::None => crate::lock::LockFindings::default(),
    };
    let name = if source.origin == Origin::Text {
        "<stdin>"
    } else {
        CONTRACT_FILE
    };
    let mut validation = Validation::start(
        Input {
            source: SourceText::new(name, source.text.clone()),
            files: source.files.clone(),
            origin: source.origin.clone(),
        },
        Options {
            strict: options.is_strict,
            compat_short_circuit: options.is_compat,
            readiness: options
                .is_readiness_wanted
                .then(|| resolver.context().today()),
            policies,
            lock_findings: lock.findings,
            ..Options::default()
        },
    );
    if let (Origin::Local { .. } | Origin::Text, Some(loaded)) =
        (&source.origin, validation.loaded())
    {
        resolver.name_registries(crate::references::written(loaded.contract()));
    }
    machine::follow(resolver, &mut validation);
    let mut report = validation.finish();
    report.could_not_run |= lock.could_not_run;
    report.is_refused_for_safety |= lock.is_refused_for_safety;
    report
}

/// The report on an argument that cannot be opened.
fn not_opened(argument: &str, error: &SourceError) -> Validated {
    let kind = if error.is_broken_text() {
        FailureKind::Findings
    } else {
        error.kind()
    };
    let (directory, location) = match error.place() {
        Some((directory, location)) => (directory, Some(location)),
        None => ("", None),
    };
    let mut report = Report::not_loaded(
        error.to_string(),
        location,
        kind == FailureKind::CouldNotRun,
    );
    if let (Some(finding), Some(hint)) = (report.findings.first_mut(), error.hints().first()) {
        finding.help = Some(hint.clone());
    }
    Validated::not_opened(argument, directory, report, kind)
}

/// The first violation of the contract schema in a text, or why it is no contract.
pub(crate) fn structural_violation(text: &str) -> Option<String> {
    let validation = Validation::start(
        Input {
            source: SourceText::new(CONTRACT_FILE, text),
            files: None,
            origin: Origin::Text,
        },
        Options {
            policies: PolicyReferences::Skip,
            ..Options::default()
        },
    );
    validation
        .finish()
        .errors()
        .find(|finding| {
            pacto_validate::find(&finding.code)
                .is_some_and(|page| matches!(page.layer, Layer::Load | Layer::Structural))
        })
        .map(|finding| finding.message.clone())
}
