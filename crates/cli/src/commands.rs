//! The commands: one file each.

pub mod completion;
pub mod demo;
pub mod init;
pub mod man;
pub mod reference;
pub mod schema;
pub mod version;

use clap::Subcommand;

use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::{self, Format};
use crate::session::Session;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// See [`init`].
    Init(init::Args),
    /// See [`demo`].
    Demo(demo::Args),
    /// See [`schema`].
    Schema(schema::Args),
    /// See [`version`].
    Version(version::Args),
    /// See [`completion`].
    Completion(completion::Args),
    /// See [`man`].
    #[command(hide = true)]
    Man(man::Args),
    /// See [`reference`].
    #[command(hide = true)]
    Reference(reference::Args),
}

impl Command {
    /// The word on the command line.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Demo(_) => "demo",
            Self::Schema(_) => "schema",
            Self::Version(_) => "version",
            Self::Completion(_) => "completion",
            Self::Man(_) => "man",
            Self::Reference(_) => "reference",
        }
    }

    /// The output formats it has.
    pub(crate) fn formats(&self) -> &'static [Format] {
        output::COMMON
    }

    /// Runs it.
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, Failed> {
        match self {
            Self::Init(args) => init::run(args, session),
            Self::Demo(args) => demo::run(args, session),
            Self::Schema(args) => schema::run(&args, session),
            Self::Version(args) => version::run(args, session),
            Self::Completion(args) => completion::run(&args, session),
            Self::Man(args) => man::run(&args, session),
            Self::Reference(args) => reference::run(&args, session),
        }
    }
}
