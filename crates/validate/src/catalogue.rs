//! Every check as a page, for `pacto rules explain` and the generated reference.

use pacto_diagnostic::Severity;
use schemars::JsonSchema;
use serde::Serialize;

/// One code that validation can give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckPage {
    /// The code, `UPPER_SNAKE`.
    pub id: &'static str,
    /// Part of the contract it belongs to; names the source file of the check.
    pub area: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// One or two sentences.
    pub summary: &'static str,
    /// Severity without `--strict`.
    pub severity: Severity,
    /// The layer that gives it.
    pub layer: Layer,
    /// Path pattern of its findings, `i` standing for a position; empty for the whole document.
    pub path: &'static str,
    /// The whole page with examples.
    pub markdown: &'static str,
}

/// The step of validation that gives a code, in the order in which steps run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Reading the contract.
    Load,
    /// Comparing the lock file.
    Lock,
    /// Layer 1: the JSON Schema on the document as written.
    Structural,
    /// Layer 2: names, references, versions and files.
    CrossField,
    /// Layer 3: what is allowed but odd.
    Semantic,
    /// Layer 4: policies.
    Policy,
    /// The readiness gate.
    Readiness,
}

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// Every page, sorted by code.
pub fn catalogue() -> &'static [CheckPage] {
    PAGES
}

/// The page of a code.
pub fn find(code: &str) -> Option<&'static CheckPage> {
    let position = PAGES.binary_search_by(|page| page.id.cmp(code)).ok()?;
    PAGES.get(position)
}

/// A code that has a page: its position in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code(usize);

impl Code {
    /// The page that defines the code.
    pub(crate) fn page(self) -> &'static CheckPage {
        PAGES
            .get(self.0)
            .expect("codes are generated from the pages")
    }
}

/// One constant per code.
pub(crate) mod code {
    use super::Code;

    include!(concat!(env!("OUT_DIR"), "/codes.rs"));
}
