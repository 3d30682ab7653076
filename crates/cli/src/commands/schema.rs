//! `pacto schema`

use pacto_app::schema::{SCHEMAS, schema};
use serde::Serialize;

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

/// The names, for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List {
    schema_version: &'static str,
    schemas: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    name: &'static str,
    summary: &'static str,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<Exit, Failed> {
    if args.list {
        list(session)?;
        return Ok(Exit::Ok);
    }
    // A schema is JSON in every format.
    session.streams.json(&schema(Some(&args.name))?)?;
    Ok(Exit::Ok)
}

fn list(session: &mut Session) -> Result<(), Failed> {
    if session.format == Format::Json {
        let schemas = SCHEMAS.iter().map(|named| Entry {
            name: named.name,
            summary: named.summary,
        });
        return session.streams.json(&List {
            schema_version: "pacto.schema-list/v1",
            schemas: schemas.collect(),
        });
    }
    for named in SCHEMAS {
        session.streams.line(named.name)?;
    }
    Ok(())
}
