//! The contract: what a team writes about one service in `pacto.yaml`.
//!
//! [`Loaded::parse`] reads text of every V1 shape (`pactoVersion` 1.0 and 1.1) into a [`Contract`]
//! and keeps the [`Document`](pacto_document::Document), so that every finding can point at a
//! line. Old shapes are normalised; what was normalised is remembered in [`Loaded::legacy`].
//!
//! References ([`Reference`]), versions ([`LooseVersion`]) and ranges ([`VersionRange`]) are values
//! of their own. This crate does no I/O and does not judge: `pacto-validate` does.

mod decode;
mod load;
pub mod model;
mod normalise;
pub mod overrides;
pub mod range;
mod read;
pub mod readiness;
pub mod reference;
pub mod schema;
pub mod version;

pub use load::{LoadError, Loaded};
pub use model::*;
pub use normalise::LegacyForm;
pub use range::{RangeError, RangeRelation, VersionRange};
pub use reference::{
    ArtifactReference, Digest, DigestProblem, Endpoint, LayoutReference, Reference, ReferenceError,
};
pub use version::LooseVersion;

/// The name of the contract file at the root of a bundle.
pub const CONTRACT_FILE: &str = "pacto.yaml";
