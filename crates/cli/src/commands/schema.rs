//! `pacto schema`

use pacto_app::schema::{list, schema};

use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;

/// Print a JSON Schema: of contracts, of settings, or of what a command prints
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto schema > contract.schema.json\n  \
    pacto schema validate\n  \
    pacto schema --list")]
pub struct Args {
    /// `contract`, `settings`, or the command whose JSON output is described
    #[arg(default_value = "contract")]
    pub name: String,

    /// Print the names of all schemas
    #[arg(long, conflicts_with = "name")]
    pub list: bool,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, Failed> {
    if args.list {
        print_names(session)?;
        return Ok(Exit::Ok);
    }
    // A schema is JSON in every format.
    session.streams.json(&schema(Some(&args.name))?)?;
    Ok(Exit::Ok)
}

fn print_names(session: &mut Session) -> Result<(), Failed> {
    let names = list();
    if session.format == Format::Json {
        return session.streams.json(&names);
    }
    for schema in names.schemas {
        session.streams.line(schema.name)?;
    }
    Ok(())
}
