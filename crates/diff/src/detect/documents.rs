//! Pairs of documents, and what is said when they cannot be compared.

use pacto_document::Document;

use crate::diagnostics::{Diagnostic, SideName};
use crate::side::DocumentError;

use super::{Change, ChangeKind, Detector, Fact};

impl<'s> Detector<'s> {
    /// Both documents, when both can be read and differ as texts.
    ///
    /// What cannot be read gives a diagnostic; when one side can be read, also a change about the
    /// field that names the document.
    pub(super) fn document_pair(
        &mut self,
        owner: &Fact,
        old: &str,
        new: &str,
    ) -> Option<(&'s Document, &'s Document)> {
        let sides = (self.old.document(old)?, self.new.document(new)?);
        if let (Ok(old), Ok(new)) = sides {
            return (old.source().text() != new.source().text()).then_some((old, new));
        }
        for (side, path, document) in [(SideName::Old, old, sides.0), (SideName::New, new, sides.1)]
        {
            if let Err(error) = document {
                self.unreadable(side, path, error);
            }
        }
        if sides.0.is_ok() != sides.1.is_ok() {
            let place = |document: &Result<Document, DocumentError>| match document {
                Ok(_) => None,
                Err(error) => error.location().cloned(),
            };
            let change = Change::new(
                Fact::Document(Box::new(owner.clone())),
                ChangeKind::Modified,
            )
            .at(place(sides.0), place(sides.1))
            .file(new);
            self.push(match owner {
                Fact::Item {
                    list: super::List::Interfaces,
                    key,
                    ..
                } => change.interface(key),
                _ => change,
            });
        }
        None
    }

    fn unreadable(&mut self, side: SideName, path: &str, error: &DocumentError) {
        let mut diagnostic = Diagnostic::warning(
            error.code(),
            side,
            format!("`{path}` was not compared: {error}"),
        )
        .file(path);
        diagnostic.location = error.location().cloned();
        // A document that two interfaces share is reported once.
        if !self.found.diagnostics.contains(&diagnostic) {
            self.found.diagnostics.push(diagnostic);
        }
    }
}
