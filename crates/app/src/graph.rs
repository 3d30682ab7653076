//! `graph`: what a contract depends on, all the way down.

pub use pacto_graph::{Graph, ReferenceEdges};

use crate::closure;
use crate::lock::{self, LockProblem};
use crate::resolver::Resolver;
use crate::source::{OverrideOptions, Source, SourceError};
use crate::{Context, Failure, FailureKind};

/// What to resolve.
#[derive(Debug, Clone, Default)]
pub struct GraphOptions {
    /// The contract to start from.
    pub argument: String,
    /// Overrides of that contract.
    pub overrides: OverrideOptions,
    /// Which edges there are.
    pub references: ReferenceEdges,
}

/// Why there is no graph. What cannot be resolved below the root is part of the graph instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GraphError {
    /// The root cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The lock file beside the root has drifted or cannot be read.
    #[error(transparent)]
    Lock(#[from] LockProblem),
}

impl Failure for GraphError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Source(error) => error.kind(),
            Self::Lock(problem) => problem.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Source(error) => error.code(),
            Self::Lock(problem) => problem.code(),
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Source(error) => error.hints(),
            Self::Lock(problem) => problem.hints(),
        }
    }
}

/// Resolves the graph below a contract.
pub fn graph(context: &Context, options: &GraphOptions) -> Result<Graph, GraphError> {
    let resolver = Resolver::new(context);
    let source = Source::open(&resolver, &options.argument, &options.overrides)?;
    let root = closure::root(&resolver, &source)?;
    let lock = lock::beside(&root.bundle)?;
    let graph = closure::resolve(
        &resolver,
        &root,
        pacto_graph::GraphOptions {
            references: options.references,
            pins: lock::pins(lock.as_ref()),
        },
        None,
    );
    lock::verify(&resolver, &root, lock.as_ref())?;
    Ok(graph)
}
