//! What changed between two bundles, and what it breaks.
//!
//! Three steps: [`detect`] finds typed changes without an opinion, [`judge`] classes them by rule
//! pages, [`render`] speaks. [`Side::read`] parses the documents of one bundle, [`compare()`] gives a
//! [`Comparison`] of two sides; [`Report`] adds dependencies, the graph and version advice.
//!
//! The records of the *base layer* are always there: the same facts and classes as the Go
//! implementation gives. With [`Engine::Full`] the rules of [`deep`] explain them, and stand beside
//! them where the base layer sees nothing. This crate does no I/O.

mod class;
mod compare;
pub mod deep;
mod description;
pub mod detect;
mod diagnostics;
mod expand;
pub mod judge;
mod options;
mod record;
pub mod render;
mod report;
pub mod rules_file;
mod set;
mod side;
mod tree;
mod version;
mod version_policy;

pub use class::Class;
pub use compare::{Comparison, compare, diff};
pub use deep::annotations::is_about_documentation;
pub use diagnostics::{Diagnostic, SideName};
pub use options::{
    AsyncApiOptions, Engine, FailOn, OpenApiOptions, Options, PathMatching, PathStyle,
    ProtoOptions, Scale, StabilityOptions, StripPrefix, SunsetOptions, V2Perspective,
    VersionPolicy,
};
pub use record::{Direction, Record};
pub use report::{DependencyDiff, Parts, Report, SCHEMA_VERSION, Summary};
pub use rules_file::RulesFile;
pub use set::{DiffSet, SET_SCHEMA_VERSION, ServiceDiff, ServiceError, ServiceStatus, SetSummary};
pub use side::{DocumentError, Side};
pub use tree::{
    DependencyTree, GraphChange, GraphChangeType, GraphDiff, GraphNode, UnresolvedDependency,
    services_on_both_sides,
};
pub use version::VersionAdvice;
