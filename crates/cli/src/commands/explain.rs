//! `pacto explain`

mod summary;

use pacto_app::explain::{ExplainOptions, ExplainResult, explain};
use pacto_diagnostic::render::{markdown, printable};

use crate::arguments::OverrideArgs;
use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::streams::STRONG;
use summary::blocks;

/// Show what a contract says, at a glance
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto explain\n  \
    pacto explain oci://registry.example.com/acme/my-service:1.0.0\n  \
    pacto explain my-service --output-format json")]
pub struct Args {
    /// Contract to explain: a directory, a file, an archive, `oci://` or `oci-layout://`
    #[arg(default_value = ".")]
    pub contract: String,

    /// Overrides.
    #[command(flatten)]
    pub overrides: OverrideArgs,
}

pub(super) fn run(args: Args, session: &mut Session) -> Result<Exit, Failed> {
    let facts = explain(
        &session.context,
        &ExplainOptions {
            argument: args.contract,
            overrides: args.overrides.into(),
        },
    )?;
    match session.format {
        Format::Json => session.streams.json(&facts)?,
        Format::Markdown => session.streams.write(&as_markdown(&facts))?,
        _ => text(&facts, session)?,
    }
    Ok(Exit::Ok)
}

fn text(facts: &ExplainResult, session: &mut Session) -> Result<(), Failed> {
    for (number, block) in blocks(facts).iter().enumerate() {
        if number > 0 {
            session.streams.line("")?;
        }
        let heading = printable(&block.heading).replace('\n', " ");
        let heading = session.streams.out().paint(STRONG, &heading);
        session.streams.line(&heading)?;
        for line in &block.lines {
            let line = printable(line).replace('\n', " ");
            session.streams.line(&format!("  {line}"))?;
        }
    }
    Ok(())
}

fn as_markdown(facts: &ExplainResult) -> String {
    let mut text = String::new();
    for (number, block) in blocks(facts).iter().enumerate() {
        let level = if number == 0 { "##" } else { "\n###" };
        text.push_str(&format!("{level} {}\n\n", markdown::escape(&block.heading)));
        for line in &block.lines {
            text.push_str(&format!("- {}\n", markdown::escape(line)));
        }
    }
    text
}
