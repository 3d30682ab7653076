//! The deep changes of one document.

use std::collections::BTreeSet;

use pacto_diagnostic::Severity;
use pacto_spec::Problem;

use super::finding::Finding;
use crate::{Diagnostic, SideName};

/// What was found between the documents of one item of a contract.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// Section of the contract and position in it.
    pub(crate) section: (u8, usize),
    /// Name of the interface, for documents of interfaces.
    pub(crate) interface: Option<String>,
    /// The document, in the new bundle.
    pub(crate) file: String,
    /// What changed.
    pub(crate) findings: Vec<Finding>,
    /// Paths below which something could not be read.
    pub(crate) incomplete: Vec<String>,
    /// Base paths of a removal and an addition that are one rename, with the path of its record.
    pub(crate) renames: Vec<(String, String, String)>,
    /// The rule and the keyed path of the reference that led here, when it changed.
    pub(crate) repinned: Option<(&'static str, String)>,
}

/// What was found in one document, before it is known where in the contract it stands.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) findings: Vec<Finding>,
    /// Paths below which something could not be read.
    pub(crate) incomplete: Vec<String>,
    /// What could not be read.
    pub(crate) problems: BTreeSet<(SideName, Problem)>,
    /// What could not be read in the languages of other formats.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Base paths of a removal and an addition that are one rename, with the path of its record.
    pub(crate) renames: Vec<(String, String, String)>,
    /// Something lies too deep, or in too many places, to be listed.
    pub(crate) is_cut_off: bool,
}

impl Found {
    /// Says what could not be read, and gives the rest its place in the contract.
    pub(crate) fn group(
        self,
        section: (u8, usize),
        interface: Option<&str>,
        file: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Group {
        for (side, problem) in self.problems {
            let diagnostic = Diagnostic {
                severity: Severity::Warning,
                code: problem.error.code(),
                side: Some(side),
                file: Some(problem.location.file.clone()),
                pointer: problem.location.pointer.clone(),
                message: problem.error.to_string(),
                location: Some(problem.location),
            };
            // A document that two interfaces share is reported once.
            if !diagnostics.contains(&diagnostic) {
                diagnostics.push(diagnostic);
            }
        }
        for diagnostic in self.diagnostics {
            if !diagnostics.contains(&diagnostic) {
                diagnostics.push(diagnostic);
            }
        }
        if self.is_cut_off {
            diagnostics.push(Diagnostic {
                severity: Severity::Warning,
                code: "comparison-cut-off",
                side: None,
                file: Some(file.to_owned()),
                pointer: None,
                message: "schemas lie too deep or in too many places to be compared completely"
                    .to_owned(),
                location: None,
            });
        }
        Group {
            section,
            interface: interface.map(str::to_owned),
            file: file.to_owned(),
            findings: self.findings,
            incomplete: self.incomplete,
            renames: self.renames,
            repinned: None,
        }
    }
}
