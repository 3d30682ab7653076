//! Judging: from a typed change to its class.
//!
//! The rules are the pages below `rules/`, turned into a static table when the crate is built. A
//! page of the base layer owns rows of the classification table; a row is the path of a record
//! without its keys ([`Fact::row`](crate::detect::Fact::row)).
//!
//! # Front matter of a page
//!
//! | field | content |
//! |---|---|
//! | `id` | kebab case, equal to the file name, never changed |
//! | `layer` | `base` or `deep` |
//! | `rows` | rows it owns, separated by blanks; `"*"` for everything no other page names |
//! | `added`, `removed`, `modified` | `breaking`, `potential`, `non-breaking`, or `never` |
//! | `since` | version of Pacto that has it first |
//! | `document` | what the snippets of its examples are: nothing for parts of a contract, else `openapi` (the content of `paths`), `configuration`, `named-configuration` or `policy` (a JSON Schema) |
//! | `engine` | `base` when its examples run with that engine only |
//!
//! An example has a block `before`, a block `after`, further files as `before/PATH` and
//! `after/PATH`, and expects every record of the whole engine as `ID  CLASS  PATH  TYPE`.

mod table;

pub use table::{Layer, Rule, rule, rules};

use crate::Class;
use crate::detect::{Change, ChangeKind};

/// The rule that speaks for everything no row names.
pub(crate) const CATCH_ALL: &str = "unlisted-change";

/// What a page says about a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// The class.
    pub class: Class,
    /// Id of the page; a catch-all where none is about the change.
    pub page: &'static str,
}

/// Judges a change by the classification table.
pub fn judge(change: &Change) -> Judgement {
    lookup(&change.fact.row(), change.kind)
}

/// Looks a row up; a row or a kind the table does not know is potentially breaking.
fn lookup(row: &str, kind: ChangeKind) -> Judgement {
    let found = table::row(row).and_then(|rule| {
        let class = rule.class(kind)?;
        Some(Judgement {
            class,
            page: rule.id,
        })
    });
    found.unwrap_or(Judgement {
        class: Class::PotentialBreaking,
        page: CATCH_ALL,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_row_names_is_potentially_breaking() {
        let judgement = lookup("runtime.colour", ChangeKind::Added);
        assert_eq!(judgement.class, Class::PotentialBreaking);
        assert_eq!(judgement.page, CATCH_ALL);
    }

    #[test]
    fn the_kind_decides_within_a_row() {
        let class = |kind| lookup("interfaces.port", kind).class;
        assert_eq!(class(ChangeKind::Added), Class::PotentialBreaking);
        assert_eq!(class(ChangeKind::Removed), Class::Breaking);
        assert_eq!(class(ChangeKind::Modified), Class::Breaking);
    }
}
