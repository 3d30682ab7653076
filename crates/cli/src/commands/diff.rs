//! `pacto diff`

mod fold;
mod render;
mod set;

use clap::ValueEnum;
use pacto_app::diff::{DiffError, DiffOptions, DiffSetOptions, diff};
use pacto_diff::{Class, Engine, Options, PathStyle, Report};

use super::lock;
use crate::arguments::SidedOverrideArgs;
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
pub struct Args {
    /// Old contract: a directory, a file, an archive, `oci://` or `oci-layout://`
    pub old: String,

    /// New contract, in any of these forms
    pub new: String,

    /// Compare every service of two folders: contracts, packed bundles, or the layouts below
    /// `oci-layout://DIR`
    #[arg(short, long)]
    pub recursive: bool,

    /// Changes that make the command fail
    #[arg(long, value_name = "CLASS", default_value = "breaking")]
    pub fail_on: FailOn,

    /// Layers that run: `base` gives the records and fields of the Go implementation only
    #[arg(long, value_name = "ENGINE", default_value = "full")]
    pub engine: EngineName,

    /// Spelling of paths inside schemas
    #[arg(long, value_name = "STYLE", default_value = "canonical")]
    pub path_style: PathStyleName,

    /// Print the counts only
    #[arg(long)]
    pub summary: bool,

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
    /// Any change
    Any,
    /// Nothing
    None,
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
    let comparison = Options {
        engine: match args.engine {
            EngineName::Full => Engine::Full,
            EngineName::Base => Engine::Base,
        },
        path_style: match args.path_style {
            PathStyleName::Canonical => PathStyle::Canonical,
            PathStyleName::Go => PathStyle::Go,
        },
        today: Some(session.context.today()),
        ..Options::default()
    };
    if args.recursive {
        if !old_overrides.is_empty() || !new_overrides.is_empty() {
            return Err(Failed::usage("`--recursive` takes no overrides"));
        }
        let options = DiffSetOptions {
            old: args.old,
            new: args.new,
            comparison,
        };
        return set::run(&options, args.fail_on, args.summary, session);
    }
    let outcome = diff(
        &session.context,
        &DiffOptions {
            old: args.old,
            old_overrides,
            new: args.new,
            new_overrides,
            comparison,
        },
    );
    let diffed = match outcome {
        Ok(diffed) => diffed,
        Err(DiffError::Lock { source, .. }) => return lock::report(&source, session),
        Err(error) => return Err(error.into()),
    };
    render::print(&diffed, args.fail_on, args.summary, session)?;
    if !is_reached(args.fail_on, &diffed.report) {
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

/// Tells whether the changes are as bad as the threshold.
fn is_reached(fail_on: FailOn, report: &Report) -> bool {
    match fail_on {
        FailOn::Any => !report.is_empty(),
        _ => gates(fail_on, report.classification),
    }
}

/// Tells whether a single change of some class gates.
fn gates(fail_on: FailOn, class: Class) -> bool {
    match fail_on {
        FailOn::Breaking => class >= Class::Breaking,
        FailOn::Potential => class >= Class::PotentialBreaking,
        FailOn::Any => true,
        FailOn::None => false,
    }
}
