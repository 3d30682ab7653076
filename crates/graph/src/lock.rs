//! Lock files: made of a resolved closure, used as pins, compared with the contracts.
//!
//! A lock pins. While the constraint of an entry is unchanged, its version and digest hold
//! ([`Pins`]), so a newer release is no difference. What does differ is reported entry by entry
//! ([`compare`]): the set of dependencies and references, their constraints, the content of local
//! directories. Whether a tag was moved is found out with one question per entry
//! ([`tag_checks`]).
//!
//! The graph handed to [`create`] and [`compare`] is one that was resolved with
//! [`ReferenceEdges::Closure`](crate::ReferenceEdges::Closure). The form of the file is in
//! [`pacto_bundle::lock`].

mod closure;
mod compare;
mod create;
mod finding;
mod pins;
mod tags;

pub use compare::compare;
pub use create::{create, without};
pub use finding::{missing, unreadable};
pub use pins::{Pin, Pins};
pub use tags::{TagCheck, tag_checks};
