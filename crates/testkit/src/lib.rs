//! Registries, fixtures and harnesses for tests.
//!
//! - [`registry::TestRegistry`]: a registry in this process, conformant to the OCI distribution
//!   specification 1.1, which counts what it is asked and [misbehaves](registry::Fault) on demand.
//! - [`token::TokenServer`]: the token endpoint beside it, also understood by real registries.
//! - [`real`]: real registry programs, started on a free loopback port.
//! - [`authority::TestAuthority`]: certificates for TLS in tests.
//!
//! Everything stops when its handle is dropped. Nothing here is part of the product.

pub mod authority;
pub mod real;
pub mod registry;
mod server;
pub mod token;
