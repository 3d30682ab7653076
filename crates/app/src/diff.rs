//! `diff`: what changed between two contracts and below them.

mod baseline;
mod providers;
mod rules_file;
mod set;
mod texts;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pacto_bundle::{Bundle, Resolved};
use pacto_diff::{Comparison, Engine, Options, Parts, Report, RulesFile, Side, SideName};
use pacto_diff::{compare, services_on_both_sides};
use pacto_graph::{Graph, GraphOptions, Node};
use rayon::prelude::*;

pub use baseline::{
    BaselineError, BaselineOptions, WrittenBaseline, write_baseline, write_baseline_of_set,
};
pub use rules_file::{RulesFileError, RulesSources, import_rules, rules};

use crate::closure::{self, Siblings};
use crate::lock::{self, LockProblem};
use crate::resolver::Resolver;
use crate::source::{OverrideOptions, Source, SourceError};
use crate::{Context, Failure, FailureKind};

pub use set::{DiffSetError, DiffSetOptions, DiffedSet, diff_set};
pub use texts::Texts;

/// What to compare.
#[derive(Debug, Clone, Default)]
pub struct DiffOptions {
    /// The old contract.
    pub old: String,
    /// Overrides of the old contract.
    pub old_overrides: OverrideOptions,
    /// The new contract.
    pub new: String,
    /// Overrides of the new contract.
    pub new_overrides: OverrideOptions,
    /// What the comparison is asked to do.
    pub comparison: Options,
    /// What changes weigh, and which are accepted.
    pub rules: RulesFile,
}

/// A comparison with what is needed to show it.
#[derive(Debug)]
pub struct Diffed {
    /// Everything that is said.
    pub report: Report,
    /// What to put before files of the old bundle so that people can open them.
    pub old_directory: String,
    /// What to put before files of the new bundle so that people can open them.
    pub new_directory: String,
    /// What places point into.
    pub texts: Texts,
}

/// Why two contracts were not compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiffError {
    /// One side cannot be read.
    #[error("{} contract: {source}", side.as_str())]
    Source {
        /// Which one.
        side: SideName,
        /// Why.
        source: Box<SourceError>,
    },
    /// The lock file beside one side has drifted or cannot be read.
    #[error("{} contract: {source}", side.as_str())]
    Lock {
        /// Which one.
        side: SideName,
        /// How.
        source: LockProblem,
    },
}

impl Failure for DiffError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Source { source, .. } => source.kind(),
            Self::Lock { source, .. } => source.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Source { source, .. } => source.code(),
            Self::Lock { source, .. } => source.code(),
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Source { source, .. } if matches!(**source, SourceError::NoContract { .. }) => {
                vec!["`--recursive` compares every service of two folders".to_owned()]
            }
            Self::Source { source, .. } => source.hints(),
            Self::Lock { source, .. } => source.hints(),
        }
    }
}

/// Compares two contracts, the services below them, and the trees they form.
pub fn diff(context: &Context, options: &DiffOptions) -> Result<Diffed, DiffError> {
    let resolver = Resolver::new(context);
    let (old, new) = rayon::join(
        || {
            Opened::new(
                &resolver,
                SideName::Old,
                &options.old,
                &options.old_overrides,
            )
        },
        || {
            Opened::new(
                &resolver,
                SideName::New,
                &options.new,
                &options.new_overrides,
            )
        },
    );
    let (mut old, mut new) = (old?, new?);
    let mut unresolved = Vec::new();
    if options.comparison.engine == Engine::Full {
        let moved = providers::moved(&old.root, &new.root);
        for (name, opened) in [(SideName::Old, &mut old), (SideName::New, &mut new)] {
            let found = providers::fetch(&resolver, name, &opened.root, &moved);
            unresolved.extend(found.unresolved);
            opened.side.add_providers(found.sides);
        }
    }
    let old_tree = tree::of(&old.graph);
    let new_tree = tree::of(&new.graph);
    let (mut root, mut dependencies) = rayon::join(
        || compare(&old.side, &new.side, &options.comparison),
        || {
            let (old, new) = (by_name(&old.graph), by_name(&new.graph));
            services_on_both_sides(&old_tree, &new_tree)
                .par_iter()
                .filter_map(|name| {
                    compare_nodes(
                        old.get(name.as_str())?,
                        new.get(name.as_str())?,
                        &options.comparison,
                    )
                })
                .collect::<Vec<Comparison>>()
        },
    );
    root.diagnostics.extend(unresolved);
    let used = apply_rules(
        &options.rules,
        &mut root,
        &mut dependencies,
        &options.comparison,
    );
    let mut report = Report::new(
        Parts {
            old_path: &options.old,
            new_path: &options.new,
            root,
            dependencies,
            old_tree: &old_tree,
            new_tree: &new_tree,
        },
        &options.comparison,
    );
    if let Some(used) = used {
        let has_gaps = report.has_gaps();
        let leftovers = options
            .rules
            .leftovers(&used, has_gaps, &options.comparison);
        report.diagnostics.extend(leftovers);
    }
    Ok(Diffed {
        report,
        old_directory: old.directory,
        new_directory: new.directory,
        texts: Texts::new(old.root, new.root),
    })
}

/// Gives everything that was compared the classes of the rules file; the entries of `ignore` there
/// was something to accept for. The base layer alone is what the Go implementation says, whatever we
/// think of it.
fn apply_rules(
    rules: &RulesFile,
    root: &mut Comparison,
    dependencies: &mut [Comparison],
    options: &Options,
) -> Option<BTreeSet<usize>> {
    if options.engine == Engine::Base {
        return None;
    }
    let mut used = rules.apply(root, None, options);
    for dependency in dependencies {
        let name = dependency.service.clone();
        used.extend(rules.apply(dependency, Some(&name), options));
    }
    Some(used)
}

/// One side with its documents and what is below it.
struct Opened {
    side: Side,
    root: Arc<Bundle>,
    graph: Graph,
    directory: String,
}

impl Opened {
    fn new(
        resolver: &Resolver<'_>,
        name: SideName,
        argument: &str,
        overrides: &OverrideOptions,
    ) -> Result<Self, DiffError> {
        let unreadable = |source: SourceError| DiffError::Source {
            side: name,
            source: Box::new(source),
        };
        let source = Source::open(resolver, argument, overrides).map_err(unreadable)?;
        let root = closure::root(resolver, &source).map_err(unreadable)?;
        let (side, graph) = rayon::join(
            || Side::read(&root.bundle),
            || resolve(resolver, name, &root),
        );
        Ok(Self {
            side,
            root: root.bundle,
            graph: graph.map_err(|source| DiffError::Lock { side: name, source })?,
            directory: source.directory,
        })
    }
}

fn resolve(resolver: &Resolver<'_>, name: SideName, root: &Resolved) -> Result<Graph, LockProblem> {
    let siblings = match name {
        SideName::New => Siblings::of(&root.bundle),
        SideName::Old => None,
    };
    let lock = lock::beside(&root.bundle)?;
    let options = GraphOptions {
        pins: lock::pins(lock.as_ref()),
        ..GraphOptions::default()
    };
    let graph = closure::resolve(resolver, root, options, siblings);
    lock::verify(resolver, root, lock.as_ref())?;
    Ok(graph)
}

/// The first node of each name in pre-order.
fn by_name(graph: &Graph) -> BTreeMap<&str, &Node> {
    let mut nodes = BTreeMap::new();
    for node in graph.nodes() {
        nodes.entry(node.name()).or_insert(node);
    }
    nodes
}

/// Compares two versions of a service; `None` when both are the same bytes.
fn compare_nodes(old: &Node, new: &Node, options: &Options) -> Option<Comparison> {
    if old.bundle.origin == new.bundle.origin || (old.digest.is_some() && old.digest == new.digest)
    {
        return None;
    }
    let (old, new) = rayon::join(|| Side::read(&old.bundle), || Side::read(&new.bundle));
    Some(compare(&old, &new, options))
}
