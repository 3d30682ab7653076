//! `pacto impact`

pub(crate) mod render;

use clap::ValueEnum;
use clap::builder::NonEmptyStringValueParser;
use pacto_app::diff::RulesSources;
use pacto_app::impact::{ImpactOptions, ImpactResult, Question, Severity, impact};
use pacto_diff::{Options, Scale};

use super::diff::ScaleName;
use crate::arguments::{EstateArgs, SidedOverrideArgs};
use crate::exit::Exit;
use crate::failed::Failed;
use crate::session::Session;

/// Tell who is hit by a new version, or when something goes
///
/// Compares two versions of a service and grades everybody in an estate who depends on it or refers
/// to it. One argument is the new contract, and the old one is the highest stable version in the
/// estate. Formats: text, json, markdown, sarif, junit, github.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto impact my-service --estate oci-layout://layouts\n  \
    pacto impact --remove redis --estate services\n  \
    pacto impact --remove-operation \"POST /refunds\" payments --estate services --fail-on critical")]
pub struct Args {
    /// The new contract, or the old and the new one: directories, files, archives, `oci://` or
    /// `oci-layout://`; with `--remove-operation` the service that has it
    #[arg(value_name = "CONTRACT", num_args = 0..=2, value_parser = NonEmptyStringValueParser::new())]
    pub contracts: Vec<String>,

    /// Ask what happens if this service goes: its name in the estate, or a reference
    #[arg(long, value_name = "SERVICE", conflicts_with = "remove_operation", value_parser = NonEmptyStringValueParser::new())]
    pub remove: Option<String>,

    /// Ask what happens if this operation goes: `METHOD /path`, `package.Service/Method` or a
    /// channel (repeatable)
    #[arg(long, value_name = "OPERATION", value_parser = NonEmptyStringValueParser::new())]
    pub remove_operation: Vec<String>,

    /// Estate.
    #[command(flatten)]
    pub estate: EstateArgs,

    /// The same as `--estate` for a directory
    #[arg(long, value_name = "DIR", value_parser = NonEmptyStringValueParser::new())]
    pub local: Vec<String>,

    /// Severity of a consumer that makes the command fail
    #[arg(long, value_name = "SEVERITY", default_value = "high")]
    pub fail_on: FailOn,

    /// Which class of a change counts as the verdict [default: compatible]
    #[arg(long, value_name = "SCALE")]
    pub scale: Option<ScaleName>,

    /// Rules file of the comparison [default: pacto-diff.yaml beside the new contract or here, else
    /// `diff` of the settings file]
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    pub rules: Option<String>,

    /// Leave out the changes in this file of `pacto diff --write-baseline` (repeatable)
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    pub baseline: Vec<String>,

    /// Count consumers too that a cluster of the estate does not run
    #[arg(long)]
    pub assume_active: bool,

    /// Overrides.
    #[command(flatten)]
    pub overrides: SidedOverrideArgs,
}

/// Severities that gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Consumers that break with the next resolution
    Critical,
    /// And those that break once they take the change
    High,
    /// And those that may break, or where something optional does
    Medium,
    /// And those that should know
    Low,
    /// Nothing
    None,
}

impl FailOn {
    /// The lowest severity that gates.
    fn threshold(self) -> Option<Severity> {
        match self {
            Self::Critical => Some(Severity::Critical),
            Self::High => Some(Severity::High),
            Self::Medium => Some(Severity::Medium),
            Self::Low => Some(Severity::Low),
            Self::None => None,
        }
    }
}

pub(super) fn run(args: Args, session: &mut Session) -> Result<Exit, Failed> {
    let question = question(&args)?;
    let estate = EstateArgs {
        estate: [args.estate.estate, args.local].concat(),
    };
    let estate = estate.sources(session);
    let beside = args.contracts.last().map_or(".", String::as_str);
    let rules = session.rules(RulesSources {
        named: args.rules,
        new: beside.to_owned(),
        baselines: args.baseline,
        ..RulesSources::default()
    })?;
    let mut comparison = rules.options(Options {
        today: Some(session.context.today()),
        ..Options::default()
    });
    match args.scale {
        Some(ScaleName::Compatible) => comparison.scale = Scale::Compatible,
        Some(ScaleName::Refined) => comparison.scale = Scale::Refined,
        None => {}
    }
    let result = impact(
        &session.context,
        &ImpactOptions {
            question,
            estate,
            comparison,
            rules,
        },
    )?;
    let threshold = args.fail_on.threshold();
    render::print(&result, threshold, session)?;
    gate(&result, threshold, session)
}

/// Fails when a consumer is hit as hard as the threshold says.
fn gate(
    result: &ImpactResult,
    threshold: Option<Severity>,
    session: &mut Session,
) -> Result<Exit, Failed> {
    let Some(threshold) = threshold else {
        return Ok(Exit::Ok);
    };
    let count = result.at_least(threshold).count();
    if count == 0 {
        return Ok(Exit::Ok);
    }
    let (noun, verb) = if count == 1 {
        ("consumer", "is")
    } else {
        ("consumers", "are")
    };
    let severity = threshold.as_str();
    session.streams.note(&match threshold {
        Severity::Critical => format!("{count} {noun} {verb} hit with severity {severity}"),
        _ => format!("{count} {noun} {verb} hit with severity {severity} or worse"),
    })?;
    Ok(Exit::Findings)
}

/// What is asked, from the flags and arguments.
fn question(args: &Args) -> Result<Question, Failed> {
    let (old_overrides, new_overrides) = args.overrides.sides();
    let has_overrides = !old_overrides.is_empty() || !new_overrides.is_empty();
    let is_removal = args.remove.is_some() || !args.remove_operation.is_empty();
    if is_removal && has_overrides {
        return Err(Failed::usage(
            "overrides make no sense with `--remove` and `--remove-operation`",
        ));
    }
    match (&args.remove, args.contracts.as_slice()) {
        (Some(service), []) => Ok(Question::Remove {
            service: service.clone(),
        }),
        (Some(_), _) => Err(Failed::usage("`--remove SERVICE` takes no contract")),
        (None, [service]) if is_removal => Ok(Question::RemoveOperations {
            operations: args.remove_operation.clone(),
            service: service.clone(),
        }),
        (None, _) if is_removal => Err(Failed::usage(
            "`--remove-operation OPERATION` takes the service that has it",
        )),
        (None, [new]) => Ok(Question::Publish {
            old: None,
            old_overrides,
            new: new.clone(),
            new_overrides,
        }),
        (None, [old, new]) => Ok(Question::Publish {
            old: Some(old.clone()),
            old_overrides,
            new: new.clone(),
            new_overrides,
        }),
        (None, _) => Err(Failed::Usage {
            message: "name the new contract, or what goes with `--remove` or `--remove-operation`"
                .to_owned(),
            hints: vec!["`pacto impact .` asks about the contract here".to_owned()],
        }),
    }
}
