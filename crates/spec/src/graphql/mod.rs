//! GraphQL schemas, as the schema definition language writes them.
//!
//! [`Schema::parse`] reads one document; extensions (`extend type`) are joined with what they
//! extend. A definition that cannot be read is a [`Problem`] with its place, and everything else
//! is there all the same. Whether the schema is valid is not checked.
//!
//! Source: GraphQL specification, October 2021, section 3; directives on definitions are kept
//! where they mean something to a comparison (`deprecated`).

mod model;
mod parser;
mod problem;
mod token;

pub use model::{
    Argument, Directive, EnumValue, Field, Schema, TypeDefinition, TypeKind, TypeReference,
};
pub use problem::{Problem, ProblemKind};
