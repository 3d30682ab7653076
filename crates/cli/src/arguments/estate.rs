//! Flags that name many contracts.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use crate::session::Session;

/// Where the contracts lie that are looked at together.
#[derive(Debug, Clone, Default, Args)]
pub struct EstateArgs {
    /// Contracts to look at: a directory, `oci://REPOSITORY` with all it names, `oci-layout://DIR`,
    /// or a `pacto.lock` (repeatable) [env: PACTO_ESTATE, separated by commas]
    #[arg(long, value_name = "SOURCE", value_parser = NonEmptyStringValueParser::new())]
    pub estate: Vec<String>,
}

impl EstateArgs {
    /// The sources of the flag, else those of environment and settings.
    pub(crate) fn sources(&self, session: &Session) -> Vec<String> {
        if self.estate.is_empty() {
            session.estate.clone()
        } else {
            self.estate.clone()
        }
    }
}
