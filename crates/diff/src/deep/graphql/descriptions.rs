//! Descriptions, which are listed on request only.

use std::collections::BTreeMap;

use pacto_diagnostic::Span;
use pacto_spec::graphql::Argument;

use super::Comparer;
use crate::deep::schema::delta::bracketed;

/// A description and the place of what it describes.
type Described<'s> = (Option<&'s str>, Span);

impl Comparer<'_> {
    /// Lists what is described in other words on both sides.
    pub(super) fn descriptions(&mut self) {
        let (old, new) = (self.old, self.new);
        for (name, before, after) in on_both_sides(&old.types, &new.types) {
            let path = format!("graphql.types[{}]", bracketed(name));
            self.description(
                &path,
                (before.description.as_deref(), before.span),
                (after.description.as_deref(), after.span),
            );
            for (name, before, after) in on_both_sides(&before.fields, &after.fields) {
                let path = format!("{path}.fields[{}]", bracketed(name));
                self.description(
                    &path,
                    (before.description.as_deref(), before.span),
                    (after.description.as_deref(), after.span),
                );
                self.arguments(&path, &before.arguments, &after.arguments);
            }
            for (name, before, after) in on_both_sides(&before.values, &after.values) {
                self.description(
                    &format!("{path}.values[{}]", bracketed(name)),
                    (before.description.as_deref(), before.span),
                    (after.description.as_deref(), after.span),
                );
            }
        }
        for (name, before, after) in on_both_sides(&old.directives, &new.directives) {
            let path = format!("graphql.directives[@{}]", bracketed(name));
            self.description(
                &path,
                (before.description.as_deref(), before.span),
                (after.description.as_deref(), after.span),
            );
            self.arguments(&path, &before.arguments, &after.arguments);
        }
    }

    fn arguments(
        &mut self,
        path: &str,
        old: &BTreeMap<String, Argument>,
        new: &BTreeMap<String, Argument>,
    ) {
        for (name, before, after) in on_both_sides(old, new) {
            self.description(
                &format!("{path}.args[{}]", bracketed(name)),
                (before.description.as_deref(), before.span),
                (after.description.as_deref(), after.span),
            );
        }
    }

    fn description(&mut self, path: &str, old: Described<'_>, new: Described<'_>) {
        if old.0 == new.0 {
            return;
        }
        self.add_values(
            "graphql-description-changed",
            format!("{path}.description"),
            (old.0.map(|_| old.1), new.0.map(|_| new.1)),
            (old.0.map(Into::into), new.0.map(Into::into)),
        );
    }
}

fn on_both_sides<'s, V>(
    old: &'s BTreeMap<String, V>,
    new: &'s BTreeMap<String, V>,
) -> impl Iterator<Item = (&'s str, &'s V, &'s V)> {
    old.iter()
        .filter_map(|(name, before)| Some((name.as_str(), before, new.get(name)?)))
}
