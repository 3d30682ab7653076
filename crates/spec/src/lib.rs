//! Interface documents and JSON Schemas as models that can be compared.
//!
//! [`Documents`] is a document with the files of the bundle it refers to. [`schema`] reads JSON
//! Schema of every draft and the dialects of OpenAPI into one [`Shape`](schema::Shape);
//! [`openapi`] reads OpenAPI 2.0 to 3.2 into one model. [`protobuf`] reads protobuf files,
//! [`graphql`] GraphQL schemas, [`avro`] those of Avro.
//!
//! Everything is a view: models hold cursors into the documents, references are followed when
//! they are asked for and nothing is expanded. What cannot be followed is a [`Problem`] with a
//! place. This crate does no I/O; whoever calls it hands over the texts of files.

pub mod avro;
mod documents;
pub mod graphql;
pub mod openapi;
mod place;
pub mod protobuf;
mod reference;
mod resources;
pub mod schema;

pub use documents::{Documents, Problem};
pub use place::place;
pub use reference::ReferenceError;
