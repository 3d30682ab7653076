//! OpenAPI 2.0 to 3.2 as one model.
//!
//! [`Api`] finds the paths, webhooks and security of a document; an [`Operation`] is read when it
//! is asked for, with the parameters of its path merged in and references followed. Header names
//! are in lower case, status keys are texts however they are written, and in Swagger 2.0 the body
//! parameter is a request body and `consumes` and `produces` are media types.

mod api;
mod operation;
mod security;
mod template;

pub use api::{Api, METHODS, PathItem, Server};
pub use operation::{Header, Media, Operation, Parameter, RequestBody, Response};
pub use security::{Requirement, Requirements, SecurityScheme, alternatives};
pub use template::{layout_key, template_key};
