//! `pacto diff`

mod baseline;
mod fold;
mod render;
mod set;

use clap::ValueEnum;
use clap::builder::NonEmptyStringValueParser;
use pacto_app::diff::{DiffError, DiffOptions, DiffSetOptions, RulesSources, diff, write_baseline};
use pacto_app::impact::impact_of_diff;
use pacto_diff::{Class, Engine, Options, PathStyle, Scale};

use super::lock;
use crate::arguments::{EstateArgs, SidedOverrideArgs};
use crate::exit::Exit;
use crate::failed::Failed;
use crate::session::Session;

/// Compare two contracts and tell what breaks
///
/// Compares the contracts, their interfaces, configurations and policies, every service below them
/// that both resolve, and the trees these form. Formats: text, json, markdown, sarif, junit,
/// github, html. With `--recursive` every service of two folders is compared with the one of its
/// name.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto diff oci://registry.example.com/acme/my-service:1.0.0 my-service\n  \
    pacto diff old new --output-format markdown >> \"$GITHUB_STEP_SUMMARY\"\n  \
    pacto diff --recursive main/services services")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own; they do not form states"
)]
pub struct Args {
    /// Old contract: a directory, a file, an archive, `oci://` or `oci-layout://`
    // A variable that is not set must not compare the working directory.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub old: String,

    /// New contract, in any of these forms
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub new: String,

    /// Compare every service of two folders: contracts, packed bundles, or the layouts below
    /// `oci-layout://DIR`
    #[arg(short, long)]
    pub recursive: bool,

    /// Changes that make the command fail [default: breaking]
    #[arg(long, value_name = "CLASS")]
    pub fail_on: Option<FailOn>,

    /// Layers that run: `base` gives the records and fields of the Go implementation only
    /// [default: full]
    #[arg(long, value_name = "ENGINE")]
    pub engine: Option<EngineName>,

    /// Spelling of paths inside schemas [default: canonical]
    #[arg(long, value_name = "STYLE")]
    pub path_style: Option<PathStyleName>,

    /// Which overall class is the verdict: `compatible` is never lower than that of the Go
    /// implementation, `refined` is what the rules found [default: compatible]
    #[arg(long, value_name = "SCALE")]
    pub scale: Option<ScaleName>,

    /// Rules file: severities, accepted changes, options of formats [default: pacto-diff.yaml beside
    /// the new contract or here, else `diff` of the settings file]
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    pub rules: Option<String>,

    /// Leave the changes in this file out of the verdict: `--write-baseline` wrote it, or a rules
    /// file names it with `baseline` (repeatable). Entries know their changes by fingerprints, which
    /// `--engine base` lacks and `--path-style go` spells otherwise
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    pub baseline: Vec<String>,

    /// Baseline to write.
    #[command(flatten)]
    pub write_baseline: baseline::WriteBaselineArgs,

    /// One record for each place of a change in a shared schema
    #[arg(long)]
    pub expand: bool,

    /// Print the counts only
    #[arg(long)]
    pub summary: bool,

    /// Lines shown before and after the places of what may break somebody, in text; without it, the
    /// lines that say more than their record
    #[arg(long, short = 'C', value_name = "LINES", conflicts_with = "summary")]
    pub context: Option<u32>,

    /// List edits of documentation too: descriptions, examples, tags and extensions of documents,
    /// and files below `docs/`
    #[arg(long)]
    pub include_annotations: bool,

    /// Estate: who is hit is told too.
    #[command(flatten)]
    pub estate: EstateArgs,

    /// Overrides.
    #[command(flatten)]
    pub overrides: SidedOverrideArgs,
}

/// Classes that gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Breaking changes
    Breaking,
    /// Breaking and potentially breaking changes
    Potential,
    /// Any change of the contract or of a dependency, edits of documentation aside
    Any,
    /// Nothing
    None,
}

impl From<FailOn> for pacto_diff::FailOn {
    fn from(word: FailOn) -> Self {
        match word {
            FailOn::Breaking => Self::Breaking,
            FailOn::Potential => Self::Potential,
            FailOn::Any => Self::Any,
            FailOn::None => Self::None,
        }
    }
}

/// Scales by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScaleName {
    /// The graver of both answers
    Compatible,
    /// What the rules found
    Refined,
}

/// Layers by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EngineName {
    /// Everything
    Full,
    /// The layer that is compatible with the Go implementation
    Base,
}

/// Spellings by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PathStyleName {
    /// One spelling per fact
    Canonical,
    /// As the Go implementation spells them
    Go,
}

pub(super) fn run(args: Args, session: &mut Session) -> Result<Exit, Failed> {
    let (old_overrides, new_overrides) = args.overrides.sides();
    let rules = session.rules(RulesSources {
        named: args.rules.clone(),
        new: args.new.clone(),
        baselines: args.baseline.clone(),
        written: args.write_baseline.file.clone(),
        ..RulesSources::default()
    })?;
    let fail_on = args
        .fail_on
        .map_or_else(|| rules.fail_on.unwrap_or_default(), Into::into);
    let mut comparison = rules.options(Options {
        today: Some(session.context.today()),
        expand: args.expand,
        include_annotations: args.include_annotations,
        ..Options::default()
    });
    match args.engine {
        Some(EngineName::Full) => comparison.engine = Engine::Full,
        Some(EngineName::Base) => comparison.engine = Engine::Base,
        None => {}
    }
    match args.path_style {
        Some(PathStyleName::Canonical) => comparison.path_style = PathStyle::Canonical,
        Some(PathStyleName::Go) => comparison.path_style = PathStyle::Go,
        None => {}
    }
    match args.scale {
        Some(ScaleName::Compatible) => comparison.scale = Scale::Compatible,
        Some(ScaleName::Refined) => comparison.scale = Scale::Refined,
        None => {}
    }
    baseline::check(&args, &rules, &comparison)?;
    let recording = args
        .write_baseline
        .options(fail_on, &comparison, &session.context)?;
    let detail = render::Detail {
        is_summary: args.summary,
        context: args.context,
    };
    if args.recursive {
        if !old_overrides.is_empty() || !new_overrides.is_empty() {
            return Err(Failed::usage("`--recursive` takes no overrides"));
        }
        if !args.estate.estate.is_empty() {
            return Err(Failed::usage("`--recursive` takes no `--estate`"));
        }
        let options = DiffSetOptions {
            old: args.old,
            new: args.new,
            comparison,
            rules,
        };
        return set::run(&options, recording.as_ref(), fail_on, detail, session);
    }
    let estate = args.estate.sources(session);
    let scale = comparison.scale;
    let outcome = diff(
        &session.context,
        &DiffOptions {
            old: args.old,
            old_overrides,
            new: args.new,
            new_overrides,
            comparison,
            rules,
        },
    );
    let mut diffed = match outcome {
        Ok(diffed) => diffed,
        Err(DiffError::Lock { source, .. }) => return lock::report(&source, session),
        Err(error) => return Err(error.into()),
    };
    let written = match &recording {
        Some(options) => Some(write_baseline(
            &session.context,
            &mut diffed.report,
            options,
        )?),
        None => None,
    };
    let impact = if estate.is_empty() {
        None
    } else if !render::tells_impact(session.format) {
        session.streams.note(
            "note: who is hit is told in text, Markdown and JSON only; `pacto impact` answers it alone",
        )?;
        None
    } else {
        Some(impact_of_diff(&session.context, &estate, &diffed)?)
    };
    render::print(&diffed, impact.as_ref(), fail_on, detail, session)?;
    if let Some(written) = &written {
        baseline::tell(written, session)?;
    }
    if !diffed.report.reaches(fail_on, scale) {
        return Ok(Exit::Ok);
    }
    session
        .streams
        .note(detected(diffed.report.classification))?;
    Ok(Exit::Findings)
}

/// Why the command fails, for people.
fn detected(class: Class) -> &'static str {
    match class {
        Class::Breaking => "breaking changes detected",
        Class::PotentialBreaking => "potentially breaking changes detected",
        Class::NonBreaking => "changes detected",
    }
}
