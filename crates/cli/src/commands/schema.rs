//! `pacto schema`

use crate::exit::Exit;
use crate::failed::Failed;
use crate::session::Session;

/// Print a JSON Schema: of contracts, or of what a command prints
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto schema > contract.schema.json\n  \
    pacto schema validate\n  \
    pacto schema graph")]
pub struct Args {
    /// `contract`, or the command whose JSON output is described
    #[arg(default_value = "contract")]
    pub name: String,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, Failed> {
    let schema = pacto_app::schema::schema(Some(&args.name))?;
    // A schema is JSON in every format.
    session.streams.json(&schema)?;
    Ok(Exit::Ok)
}
