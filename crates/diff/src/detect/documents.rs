//! Pairs of documents, and what is said when they cannot be compared.

use pacto_diagnostic::Location;
use pacto_document::Document;

use crate::Side;
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
        let errors = (sides.0.as_ref().err(), sides.1.as_ref().err());
        self.not_comparable(owner, (old, new), errors);
        None
    }

    /// Two documents that are no trees: whether they can be read as texts.
    pub(super) fn text_pair(&mut self, owner: &Fact, old: &str, new: &str) {
        let error = |side: &Side, path: &str| match side.document(path) {
            Some(document) => document.as_ref().err().cloned(),
            None => side.text(path).err(),
        };
        let errors = (error(self.old, old), error(self.new, new));
        self.not_comparable(owner, (old, new), (errors.0.as_ref(), errors.1.as_ref()));
    }

    fn not_comparable(
        &mut self,
        owner: &Fact,
        paths: (&str, &str),
        errors: (Option<&DocumentError>, Option<&DocumentError>),
    ) {
        for (side, path, error) in [
            (SideName::Old, paths.0, errors.0),
            (SideName::New, paths.1, errors.1),
        ] {
            if let Some(error) = error {
                self.unreadable(side, path, error);
            }
        }
        if errors.0.is_some() == errors.1.is_some() {
            return;
        }
        let place =
            |error: Option<&DocumentError>| error.and_then(DocumentError::location).cloned();
        self.nothing_in_common(owner, paths.1, (place(errors.0), place(errors.1)));
    }

    /// Says that two documents were not compared, and that their field may therefore hide anything.
    pub(super) fn nothing_in_common(
        &mut self,
        owner: &Fact,
        file: &str,
        (old, new): (Option<Location>, Option<Location>),
    ) {
        let change = Change::new(
            Fact::Document(Box::new(owner.clone())),
            ChangeKind::Modified,
        )
        .at(old, new)
        .file(file);
        self.push(match owner {
            Fact::Item {
                list: super::List::Interfaces,
                key,
                ..
            } => change.interface(key),
            _ => change,
        });
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
