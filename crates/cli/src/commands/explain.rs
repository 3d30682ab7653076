//! `pacto explain`

use pacto_app::explain::{ExplainResult, InterfaceFacts};

use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
