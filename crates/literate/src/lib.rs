//! Rules and checks written as Markdown pages, read at build time and by tests.
//!
//! A page defines one rule or check: front matter with its facts, prose for people, and examples
//! that a harness runs. The shape is:
//!
//! `````markdown
//! ---
//! code: PORT_IGNORED
//! severity: warning
//! ---
//! # A port on an event interface
//!
//! The first paragraph is the one-line summary. More prose follows.
//!
//! ## Examples
//! ### Fires: an event interface with a port
//! ```yaml pacto.yaml
//! …
//! ```
//! ```expect
//! PORT_IGNORED warning interfaces[0].port 5:3
//! ```
//! ### Silent: no port
//! …
//! `````
//!
//! [`load_dir`] reads a folder of pages; [`Table`] turns them into a static table, so that nothing
//! is parsed at run time. Start with [`Page`].

mod codegen;
mod error;
mod load;
mod page;

pub use codegen::{Column, Table};
pub use error::{LiterateError, Problem};
pub use load::load_dir;
pub use page::{Block, Example, Page};
