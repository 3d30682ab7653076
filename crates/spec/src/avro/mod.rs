//! Avro schemas, as their JSON declares them.
//!
//! [`Schema::read`] reads a schema at a node of a document: an object, a list (a union), the name
//! of a type, a reference to another file, or JSON in a string. Names are resolved, so that a
//! schema that refers to itself is a graph of [`Type`]s. A schema with anything wrong in it is
//! none: the first [`Problem`] says what and where.
//!
//! Source: Apache Avro specification 1.12, "Schema Declaration", "Names", "Aliases" and "Logical
//! Types". A default that does not fit its type is no reason not to read a schema, although parsers
//! refuse it: it is one of [`Schema::problems`].

mod datum;
mod defaults;
mod model;
mod names;
mod problem;
mod read;

pub use datum::{Parts, Unread};
pub use model::{
    Default, Enum, Field, Fixed, Logical, Name, Place, Primitive, Record, Schema, Symbol, Type,
    TypeId, TypeKind,
};
pub use problem::{Problem, ProblemKind};
