//! `pacto rules`

use clap::Subcommand;
use pacto_app::diff::import_rules;
use pacto_app::rules::{Area, RuleEntry, RulesExplainResult, explain, list};

use pacto_diff::rules_file::Peer;

use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::streams::STRONG;

/// List the rules and checks, or explain one
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto rules list\n  \
    pacto rules list --area diff\n  \
    pacto rules explain HEALTH_INTERFACE_NOT_FOUND")]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What to do with the rules.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List rules and checks with their meaning
    #[command(after_help = "Examples:\n  \
        pacto rules list\n  \
        pacto rules list --area validate\n  \
        pacto rules list --output-format json")]
    List {
        /// Only one area: `validate` or `diff`
        #[arg(long, value_name = "AREA")]
        area: Option<AreaName>,
    },
    /// Print the page of one rule or check
    #[command(after_help = "Examples:\n  \
        pacto rules explain INVALID_SEMVER\n  \
        pacto rules explain LEGACY_FORM --output-format markdown\n  \
        pacto rules explain LOCK_STALE --output-format json")]
    Explain {
        /// Code of a finding or id of a rule
        code: String,
    },
    /// Translate the configuration of another tool into a rules file
    ///
    /// Prints the rules file. What has no counterpart is named on standard error.
    #[command(after_help = "Examples:\n  \
        pacto rules import --from buf buf.yaml > pacto-diff.yaml\n  \
        pacto rules import --from oasdiff severity-levels.txt > pacto-diff.yaml")]
    Import {
        /// Tool the file belongs to
        #[arg(long, value_name = "TOOL")]
        from: PeerName,
        /// `buf.yaml`, or a file of severity levels
        file: String,
    },
}

/// Tools whose configuration is understood.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum PeerName {
    /// A file of severity levels
    Oasdiff,
    /// The section `breaking` of a `buf.yaml`
    Buf,
}

/// An area with rules.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum AreaName {
    /// Checks of `pacto validate`
    Validate,
    /// Rules of `pacto diff`
    Diff,
}

pub(super) fn run(args: Args, session: &mut Session) -> Result<Exit, Failed> {
    match args.action {
        Action::List { area } => {
            let area = area.map(|area| match area {
                AreaName::Validate => Area::Validate,
                AreaName::Diff => Area::Diff,
            });
            let listed = list(area);
            match session.format {
                Format::Json => session.streams.json(&listed)?,
                Format::Markdown => session.streams.write(&markdown(&listed.rules))?,
                _ => text(&listed.rules, session)?,
            }
        }
        Action::Import { from, file } => {
            let peer = match from {
                PeerName::Oasdiff => Peer::Oasdiff,
                PeerName::Buf => Peer::Buf,
            };
            let imported = import_rules(&session.context, peer, &file)?;
            session.streams.write(&imported.text)?;
            for warning in &imported.warnings {
                session.streams.warn(&format!("{file}: {warning}"))?;
            }
        }
        Action::Explain { code } => {
            let explained = explain(&code)?;
            if session.format == Format::Json {
                session.streams.json(&explained)?;
            } else {
                // A page is Markdown that reads well as text.
                session.streams.line(&page(&explained))?;
            }
        }
    }
    Ok(Exit::Ok)
}

fn text(rules: &[RuleEntry], session: &mut Session) -> Result<(), Failed> {
    let terminal = session.streams.out();
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut area = None;
    for rule in rules {
        if area != Some(rule.area) {
            if area.is_some() {
                session.streams.line("")?;
            }
            session
                .streams
                .line(&terminal.paint(STRONG, rule.area.name()))?;
            area = Some(rule.area);
        }
        session
            .streams
            .line(&format!("  {:width$}  {}", rule.id, rule.title))?;
    }
    Ok(())
}

/// The page with its code and the facts it defines below the title.
fn page(explained: &RulesExplainResult) -> String {
    let (title, body) = explained
        .markdown
        .split_once('\n')
        .unwrap_or((explained.markdown, ""));
    let facts: Vec<String> = explained
        .facts
        .iter()
        .map(|fact| format!("{}: {}", fact.name, fact.value))
        .collect();
    format!(
        "{title}\n\n`{}` ({})\n{}",
        explained.rule.id,
        facts.join("; "),
        body.trim_end()
    )
}

fn markdown(rules: &[RuleEntry]) -> String {
    use pacto_diagnostic::render::markdown::{code, escape};

    let mut text = String::from("| Area | Rule | Meaning |\n| --- | --- | --- |\n");
    for rule in rules {
        text.push_str(&format!(
            "| {} | {} | {} |\n",
            rule.area.name(),
            code(rule.id),
            escape(rule.title)
        ));
    }
    text
}
