//! JSON Schema of every draft, and the schema dialects of OpenAPI, as one shape.
//!
//! A schema is asked for by [`Schemas::shape`]: one node, or several that must all hold. The
//! [`Shape`] has references followed one level, plain `allOf` merged, nullability as a type and
//! exclusive bounds as numbers; what lies deeper stays a node until its shape is asked for.

mod bounds;
mod decimal;
mod dialect;
mod evaluate;
mod lower;
mod pattern;
mod shape;
mod types;

pub use bounds::{Bound, BoundKind};
pub use decimal::{is_multiple, number_order};
pub use dialect::Dialect;
pub use evaluate::{Budget, Refusal, Verdict};
pub use lower::Schemas;
pub use pattern::{contains as pattern_contains, samples as pattern_samples};
pub use shape::{Branch, Shape, Slot};
pub use types::TypeSet;
