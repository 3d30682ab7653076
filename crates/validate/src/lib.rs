//! Validation of a contract: four layers, the readiness gate, and repairs.
//!
//! [`Validation`] takes the text of a contract (and its files, where there are any), says which
//! policy references it needs ([`Validation::pending`]), takes what was found for them
//! ([`Validation::supply`]), and ends in a [`Report`]. The layers are:
//!
//! 1. *structural*: the published JSON Schema on the document as written;
//! 2. *cross-field*: what a schema cannot say, bundle files included;
//! 3. *semantic*: what is allowed but odd;
//! 4. *policies*: the schemas that the contract promises to obey.
//!
//! A layer whose input is usable runs whatever the earlier ones found elsewhere in the document.
//! Every code is a page in `checks/<area>/<CODE>.md` ([`catalogue`]) and is emitted by
//! `src/checks/<area>.rs` or, for policies, `src/policy/`. This crate does no I/O.

mod blocked;
mod catalogue;
mod checks;
mod engine;
mod findings;
pub mod fix;
mod legacy;
mod options;
mod place;
mod policy;
mod repair;
mod report;
mod schema;

pub use catalogue::{CheckPage, Layer, catalogue, find};
pub use checks::lock::finding as lock_finding;
pub use checks::structure::partial_version_finding;
pub use engine::{Alone, Input, Validation, validate_alone};
pub use options::{Options, PolicyReferences};
pub use policy::{PolicyRequest, RequestId, policy_origin};
pub use report::Report;
