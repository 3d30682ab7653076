//! The commands: one file each.

pub mod completion;
pub mod demo;
pub mod diff;
pub mod explain;
pub mod graph;
pub mod impact;
pub mod init;
pub mod lock;
pub mod login;
pub mod logout;
pub mod man;
pub mod pack;
pub mod pull;
pub mod push;
pub mod reference;
pub mod rules;
pub mod schema;
pub mod validate;
pub mod version;

use clap::Subcommand;

use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::{self, Format};
use crate::session::Session;

/// What to do.
#[derive(Debug, Subcommand)]
#[expect(
    missing_docs,
    reason = "a comment here would replace the help of the command"
)]
pub enum Command {
    Init(init::Args),
    Validate(validate::Args),
    Explain(explain::Args),
    Pack(pack::Args),
    Push(push::Args),
    Pull(pull::Args),
    Diff(diff::Args),
    Impact(impact::Args),
    Graph(graph::Args),
    Lock(lock::Args),
    Login(login::Args),
    Logout(logout::Args),
    Rules(rules::Args),
    Demo(demo::Args),
    Schema(schema::Args),
    Version(version::Args),
    Completion(completion::Args),
    #[command(hide = true)]
    Man(man::Args),
    #[command(hide = true)]
    Reference(reference::Args),
}

impl Command {
    /// The word on the command line.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Validate(_) => "validate",
            Self::Explain(_) => "explain",
            Self::Diff(_) => "diff",
            Self::Impact(_) => "impact",
            Self::Graph(_) => "graph",
            Self::Lock(_) => "lock",
            Self::Pack(_) => "pack",
            Self::Push(_) => "push",
            Self::Pull(_) => "pull",
            Self::Login(_) => "login",
            Self::Logout(_) => "logout",
            Self::Rules(_) => "rules",
            Self::Demo(_) => "demo",
            Self::Schema(_) => "schema",
            Self::Version(_) => "version",
            Self::Completion(_) => "completion",
            Self::Man(_) => "man",
            Self::Reference(_) => "reference",
        }
    }

    /// Whether it writes files that must not stay half-written when it is interrupted.
    pub(crate) fn writes(&self) -> bool {
        match self {
            Self::Init(_)
            | Self::Explain(_)
            | Self::Diff(_)
            | Self::Impact(_)
            | Self::Graph(_)
            | Self::Lock(_)
            | Self::Pack(_)
            | Self::Push(_)
            | Self::Pull(_)
            | Self::Login(_)
            | Self::Logout(_)
            | Self::Demo(_) => true,
            Self::Validate(args) => args.fix,
            Self::Rules(_)
            | Self::Schema(_)
            | Self::Version(_)
            | Self::Completion(_)
            | Self::Man(_)
            | Self::Reference(_) => false,
        }
    }

    /// The output formats it has.
    pub(crate) fn formats(&self) -> &'static [Format] {
        match self {
            Self::Validate(_) | Self::Impact(_) => output::FINDINGS,
            Self::Diff(_) => output::DIFF,
            Self::Graph(_) => output::GRAPH,
            _ => output::COMMON,
        }
    }

    /// Runs it.
    pub(crate) fn run(self, session: &mut Session) -> Result<Exit, Failed> {
        match self {
            Self::Init(args) => init::run(args, session),
            Self::Validate(args) => validate::run(args, session),
            Self::Explain(args) => explain::run(args, session),
            Self::Diff(args) => diff::run(args, session),
            Self::Impact(args) => impact::run(args, session),
            Self::Graph(args) => graph::run(args, session),
            Self::Lock(args) => lock::run(args, session),
            Self::Pack(args) => pack::run(args, session),
            Self::Push(args) => push::run(args, session),
            Self::Pull(args) => pull::run(args, session),
            Self::Login(args) => login::run(args, session),
            Self::Logout(args) => logout::run(&args, session),
            Self::Rules(args) => rules::run(args, session),
            Self::Demo(args) => demo::run(args, session),
            Self::Schema(args) => schema::run(&args, session),
            Self::Version(args) => version::run(args, session),
            Self::Completion(args) => completion::run(&args, session),
            Self::Man(args) => man::run(&args, session),
            Self::Reference(args) => reference::run(&args, session),
        }
    }
}
