//! `pacto graph`

use pacto_app::graph::{Graph, GraphError, GraphOptions, ReferenceEdges, graph};
use pacto_diagnostic::render::markdown::escape;
use pacto_graph::render::{dot, mermaid, tree};

use super::lock;
use crate::arguments::OverrideArgs;
use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;

/// Show what a contract depends on, all the way down
///
/// Dependencies that cannot be resolved, cycles and version conflicts are part of the answer and
/// do not make the command fail. Besides the common output formats there are `dot` and `mermaid`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    pacto graph\n  \
    pacto graph --with-references oci://registry.example.com/acme/shop\n  \
    pacto graph --output-format mermaid my-service")]
pub struct Args {
    /// Contract to start from: a directory, a file, an archive, `oci://` or `oci-layout://`
    #[arg(default_value = ".")]
    pub contract: String,

    /// Show configuration and policy references as well
    #[arg(long)]
    pub with_references: bool,

    /// Show configuration and policy references only
    #[arg(long, conflicts_with = "with_references")]
    pub only_references: bool,

    /// Overrides.
    #[command(flatten)]
    pub overrides: OverrideArgs,
}

pub(super) fn run(args: Args, session: &mut Session) -> Result<Exit, Failed> {
    let references = match (args.with_references, args.only_references) {
        (_, true) => ReferenceEdges::Only,
        (true, false) => ReferenceEdges::Include,
        (false, false) => ReferenceEdges::Exclude,
    };
    let outcome = graph(
        &session.context,
        &GraphOptions {
            argument: args.contract,
            overrides: args.overrides.into(),
            references,
        },
    );
    let graph = match outcome {
        Ok(graph) => graph,
        Err(GraphError::Lock(problem)) => return lock::report(&problem, session),
        Err(error) => return Err(error.into()),
    };
    let text = match session.format {
        Format::Json => format!("{}\n", graph.to_json(true)),
        Format::Dot => dot(&graph),
        Format::Mermaid => mermaid(&graph),
        Format::Markdown => markdown(&graph),
        _ => tree(&graph),
    };
    session.streams.write(&text)?;
    Ok(Exit::Ok)
}

/// A drawing for readers that show Mermaid, and the tree for those that do not.
fn markdown(graph: &Graph) -> String {
    let root = graph.root();
    let tree = tree(graph);
    // Longer than any run of backticks inside.
    let longest = tree
        .split(|c: char| c != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!(
        "## Dependency graph of {} {}\n\n```mermaid\n{}```\n\n{fence}text\n{tree}{fence}\n",
        escape(root.name()),
        escape(root.version()),
        mermaid(graph),
    )
}
