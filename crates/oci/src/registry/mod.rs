//! Registries over HTTP, after the OCI distribution specification 1.1.
//!
//! [`Registries`] is the client: one for a process. [`RegistryRepository`] is one repository seen
//! through it, a [`Store`](pacto_bundle::Store). What happens on the wire (schemes, credentials,
//! retries, redirects) is decided here and nowhere else.

mod address;
mod answer;
mod authorization;
mod blobs;
mod challenge;
mod client;
mod digest;
mod document;
mod entry;
mod exchange;
mod failure;
mod name;
mod origin;
mod realm;
mod referrers;
mod repository;
mod request;
mod retry;
mod route;
mod scheme;
mod session;
mod tags;
mod token;
mod transport;
mod visitor;

pub use address::{AddressLookup, SystemLookup, is_public};
pub use client::{Registries, RegistryOptions};
pub use name::{RegistryName, RegistryNameError};
pub use referrers::Referrer;
pub use repository::RegistryRepository;
pub use retry::RetryPolicy;
