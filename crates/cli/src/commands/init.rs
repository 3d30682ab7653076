//! `pacto init`

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use pacto_app::init::{InitOptions, InitResult, init, service_name};

use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::streams::GOOD;

/// Create a directory with a valid starter contract
///
/// On a terminal, asks for what is missing; in scripts, everything comes from the flags.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto init my-service\n  \
    pacto init services/payments --owner payments-team\n  \
    pacto init payments --from-openapi api/openapi.yaml")]
pub struct Args {
    /// Directory to create; its last segment is the name of the service. With `--from-openapi`, the
    /// title of the document is the default
    pub name: Option<String>,

    /// Team that owns the service
    #[arg(long, value_name = "TEAM")]
    pub owner: Option<String>,

    /// Start from an OpenAPI document
    #[arg(long, value_name = "FILE")]
    pub from_openapi: Option<PathBuf>,
}

pub(super) fn run(args: Args, session: &mut Session) -> Result<Exit, Failed> {
    let may_ask = std::io::stdin().is_terminal()
        && session.streams.err().is_terminal
        && session.format == Format::Text;
    // The title of a document gives the name.
    let is_asking = may_ask && args.name.is_none() && args.from_openapi.is_none();
    let directory = match args.name {
        None if is_asking => Some(ask(session, "Name of the service", None)?),
        name => name,
    };
    // A wrong name is said before the next question.
    if let Some(directory) = &directory {
        service_name(directory)?;
    }
    let owner = match args.owner {
        None if is_asking => Some(ask(session, "Team that owns it", Some("team/my-team"))?),
        owner => owner,
    };
    let result = init(
        &session.context,
        &InitOptions {
            directory,
            owner,
            from_openapi: args.from_openapi,
        },
    )?;
    match session.format {
        Format::Json => session.streams.json(&result)?,
        _ => text(&result, session)?,
    }
    Ok(Exit::Ok)
}

fn text(result: &InitResult, session: &mut Session) -> Result<(), Failed> {
    let created = session.streams.out().paint(GOOD, "Created");
    let directory = result.dir.trim_end_matches('/');
    session.streams.line(&format!("{created} {directory}/"))?;
    for file in result.files.iter().filter(|file| !file.starts_with('.')) {
        session.streams.line(&format!("  {directory}/{file}"))?;
    }
    session.streams.note(&format!(
        "Next: edit {}, then run `pacto validate {directory}`",
        result.path
    ))
}

fn ask(session: &mut Session, question: &str, default: Option<&str>) -> Result<String, Failed> {
    session.streams.flush()?;
    let suffix = default.map_or(String::new(), |default| format!(" [{default}]"));
    let mut terminal = std::io::stderr();
    write!(terminal, "{question}{suffix}: ").map_err(Failed::Output)?;
    terminal.flush().map_err(Failed::Output)?;
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failed::usage(format!("cannot read the answer: {error}")))?;
    let answer = answer.trim();
    Ok(match default {
        Some(default) if answer.is_empty() => default.to_owned(),
        _ => answer.to_owned(),
    })
}
