//! `pacto lock`

mod problem;

use pacto_app::lock::{LockFailure, LockMode, LockOptions, LockResult, lock};
use pacto_diagnostic::render::counted;

use crate::arguments::OverrideArgs;
use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::streams::GOOD;

pub(super) use problem::report;

/// Pin what a contract depends on in pacto.lock
///
/// Resolves all dependencies, configurations and policies, directly and below, and writes versions
/// and digests beside the contract. A pin holds while its constraint is unchanged; `validate`,
/// `push`, `graph` and `diff` read what is pinned and report what does not match.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto lock\n  \
    pacto lock --check my-service\n  \
    pacto lock --update-name payments")]
pub struct Args {
    /// Directory of the contract
    #[arg(default_value = ".")]
    pub directory: String,

    /// Compare only, and fail when the lock file does not match; nothing is written
    #[arg(long, conflicts_with_all = ["update", "update_name"])]
    pub check: bool,

    /// Resolve everything anew
    #[arg(long)]
    pub update: bool,

    /// Resolve this service anew and keep the other pins (repeatable)
    #[arg(long, value_name = "NAME")]
    pub update_name: Vec<String>,

    /// Overrides.
    #[command(flatten)]
    pub overrides: OverrideArgs,
}

pub(super) fn run(args: Args, session: &mut Session) -> Result<Exit, Failed> {
    let mode = if args.check {
        LockMode::Check
    } else if args.update || !args.update_name.is_empty() {
        LockMode::Update(args.update_name)
    } else {
        LockMode::Ensure
    };
    let outcome = lock(
        &session.context,
        &LockOptions {
            argument: args.directory,
            overrides: args.overrides.into(),
            mode,
        },
    );
    let result = match outcome {
        Ok(result) => result,
        Err(LockFailure::Problem(problem)) => return report(&problem, session),
        Err(error) => return Err(error.into()),
    };
    match session.format {
        Format::Json => session.streams.json(&result)?,
        _ => text(&result, session)?,
    }
    Ok(Exit::Ok)
}

fn text(result: &LockResult, session: &mut Session) -> Result<(), Failed> {
    let terminal = session.streams.out();
    let counts = format!(
        "({}, {})",
        match result.dependencies {
            1 => "1 dependency".to_owned(),
            count => format!("{count} dependencies"),
        },
        counted(result.references, "reference")
    );
    let line = if result.written {
        format!("{} {} {counts}", terminal.paint(GOOD, "wrote"), result.path)
    } else {
        format!(
            "{} is {} {counts}",
            result.path,
            terminal.paint(GOOD, "up to date")
        )
    };
    session.streams.line(&line)
}
