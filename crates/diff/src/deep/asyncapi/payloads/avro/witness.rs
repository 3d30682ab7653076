//! Data that one side writes and the other cannot read.

use pacto_spec::avro::{Parts, Schema, TypeId, TypeKind, Unread};
use serde_json::Value;

use super::Comparer;
use crate::Direction;
use crate::deep::witness::Witness;

/// Parts of all values that are made in one comparison.
const PARTS_LIMIT: usize = 2_000_000;

/// What a finding is about within the two types that are compared.
#[derive(Debug, Clone, Copy)]
pub(super) enum About<'a> {
    /// The types themselves.
    Types,
    /// A field, by its name on each side.
    Field(&'a str, &'a str),
    /// A symbol of an enum.
    Symbol(&'a str),
    /// A branch of a union.
    Branch(&'a str),
    /// Something that no data of either side shows, and why.
    NoData(&'static str),
}

impl About<'_> {
    /// Whether a value of a union, or of a type that is none, has what it is about.
    fn is_in(self, value: &Value, is_union: bool) -> bool {
        let branch = value.as_object().and_then(|members| members.iter().next());
        match self {
            Self::Types | Self::Field(..) => true,
            Self::Symbol(symbol) => {
                let inner = branch.map_or(value, |(_, inner)| inner);
                inner.as_str() == Some(symbol)
            }
            Self::Branch(_) if !is_union => true,
            Self::Branch(name) => branch.map_or("null", |(name, _)| name) == name,
            Self::NoData(_) => false,
        }
    }

    fn is_why(self, unread: &Unread) -> bool {
        match (self, &unread.field) {
            (Self::Field(old, new), field) => {
                field.as_deref().is_some_and(|it| [old, new].contains(&it))
            }
            (_, None) => true,
            (_, Some(_)) => false,
        }
    }
}

/// What is left of the parts that values may be made of.
pub(super) struct Work(Parts);

impl Default for Work {
    fn default() -> Self {
        Self(Parts::new(PARTS_LIMIT))
    }
}

impl Comparer<'_, '_> {
    /// Data that consumers cannot read (they have the old schema) or the service cannot (it has the
    /// new one); either where nobody says which way messages go.
    pub(super) fn witness(&mut self, about: About<'_>) -> Witness {
        let none = |none: &str| Witness::None {
            none: none.to_owned(),
        };
        if let About::NoData(why) = about {
            return none(why);
        }
        let (old, new) = ((self.old, self.current.0), (self.new, self.current.1));
        let orders: &[_] = match self.direction {
            Direction::Output => &[("new", new, old)],
            Direction::Input => &[("old", old, new)],
            Direction::Both | Direction::None => &[("new", new, old), ("old", old, new)],
        };
        for (side, writer, reader) in orders {
            if let Some((value, error)) = unreadable(about, *writer, *reader, &mut self.work.0) {
                return Witness::Value {
                    value,
                    accepted_by: side,
                    error,
                    r#where: self.current_path.clone(),
                    reading: None,
                };
            }
        }
        none("what is written is read by the other side")
    }
}

/// The first value that cannot be read for the sake of what a finding is about, and why.
fn unreadable(
    about: About<'_>,
    writer: (&Schema<'_>, TypeId),
    (reads, reader): (&Schema<'_>, TypeId),
    parts: &mut Parts,
) -> Option<(Value, String)> {
    let is_union = matches!(writer.0.get(writer.1).kind, TypeKind::Union(_));
    let values = writer.0.samples(writer.1, parts).into_iter();
    values
        .filter(|value| about.is_in(value, is_union))
        .find_map(|value| {
            let unread = reads.unread(reader, writer, &value);
            let why = unread.into_iter().find(|unread| about.is_why(unread))?;
            Some((value, why.message))
        })
}
