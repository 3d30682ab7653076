//! The texts that the places of a comparison point into.

use std::sync::Arc;

use pacto_bundle::Bundle;
use pacto_contract::CONTRACT_FILE;
use pacto_diagnostic::SourceText;
use pacto_diff::SideName;

/// The files of two bundles, read when they are asked for.
#[derive(Debug, Clone)]
pub struct Texts {
    old: Arc<Bundle>,
    new: Arc<Bundle>,
}

impl Texts {
    pub(super) fn new(old: Arc<Bundle>, new: Arc<Bundle>) -> Self {
        Self { old, new }
    }

    /// The bundles that were compared, the old one first.
    pub(crate) fn bundles(&self) -> (&Arc<Bundle>, &Arc<Bundle>) {
        (&self.old, &self.new)
    }

    /// A file of one side; `None` when it is not there or no text. The contract is the one that
    /// was compared, overrides included.
    pub fn get(&self, side: SideName, file: &str) -> Option<SourceText> {
        let bundle = match side {
            SideName::Old => &self.old,
            SideName::New => &self.new,
        };
        if file == CONTRACT_FILE {
            return Some(bundle.contract.source().clone());
        }
        let bytes = bundle.files.as_ref()?.read(file).ok()??;
        let text = std::str::from_utf8(&bytes).ok()?;
        Some(SourceText::new(file, text))
    }
}
