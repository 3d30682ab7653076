//! Values in JSON that one side reads and the other does not, or reads as something else.

use pacto_spec::protobuf::{EnumValue, Field, JsonVerdict, Message, Schema};
use serde_json::Value;

use super::samples;
use crate::Direction;
use crate::deep::{Reading, Witness};

/// Fields that are looked at, over a whole comparison: to read a value takes time that follows the
/// size of its message, and a message may have as many changes as it has fields.
const WORK_LIMIT: usize = 50_000_000;

/// Values that are read for one change, about.
const VALUES_FOR_A_CHANGE: usize = 16;

/// What is left of the work that may be done.
pub(super) struct Work(usize);

impl Default for Work {
    fn default() -> Self {
        Self(WORK_LIMIT)
    }
}

/// What an edit is about; names and numbers of the old side first.
#[derive(Debug, Clone)]
pub(super) enum Subject {
    /// A field of a message.
    Field {
        messages: (String, String),
        numbers: (Option<u32>, Option<u32>),
        /// Path of the message.
        path: String,
    },
    /// Values of an enum.
    Values {
        enums: (String, String),
        names: (Vec<String>, Vec<String>),
    },
}

/// One side as a reader of JSON.
struct Reader<'s> {
    schema: &'s Schema,
    name: &'static str,
    /// Full name of the message or enum.
    full_name: &'s str,
}

impl Reader<'_> {
    /// How much there is to look at.
    fn size(&self) -> usize {
        let message = self.schema.messages.get(self.full_name);
        let declared = self.schema.enums.get(self.full_name);
        message.map_or(0, |it| it.fields.len()) + declared.map_or(0, |it| it.values.len())
    }

    /// The first value of the enum that is as asked for.
    fn value(&self, is_it: impl Fn(&EnumValue) -> bool) -> Option<&EnumValue> {
        let declared = self.schema.enums.get(self.full_name)?;
        declared.values.iter().find(|value| is_it(value))
    }
}

impl Subject {
    /// The first value that only one side reads: that of the caller where it supplies the data,
    /// that of the provider where it answers, else either.
    pub(super) fn witness(
        &self,
        (old, new): (&Schema, &Schema),
        direction: Direction,
        work: &mut Work,
    ) -> Witness {
        let (Self::Field {
            messages: names, ..
        }
        | Self::Values { enums: names, .. }) = self;
        let readers = [
            Reader {
                schema: old,
                name: "old",
                full_name: &names.0,
            },
            Reader {
                schema: new,
                name: "new",
                full_name: &names.1,
            },
        ];
        let sizes = readers.iter().map(Reader::size);
        match work
            .0
            .checked_sub(sizes.sum::<usize>() * VALUES_FOR_A_CHANGE)
        {
            Some(left) => work.0 = left,
            None => {
                return Witness::None {
                    none: "too much changed to look for values".to_owned(),
                };
            }
        }
        let mut is_unknown = false;
        self.search(&readers, direction, &mut is_unknown)
            .unwrap_or_else(|| Witness::None {
                none: if is_unknown {
                    "a type is not known".to_owned()
                } else {
                    "both sides read the same in whatever is written".to_owned()
                },
            })
    }

    /// A value that one side refuses, else one that it reads as something else, else one that
    /// callers are no longer told.
    fn search(
        &self,
        [before, after]: &[Reader<'_>; 2],
        direction: Direction,
        is_unknown: &mut bool,
    ) -> Option<Witness> {
        let orders: &[(&Reader<'_>, &Reader<'_>)] = match direction {
            Direction::Input => &[(before, after)],
            Direction::Output => &[(after, before)],
            Direction::Both | Direction::None => &[(before, after), (after, before)],
        };
        let mut refused = orders.iter();
        let mut reread = orders.iter();
        refused
            .find_map(|(accepting, refusing)| self.refused(accepting, refusing, None, is_unknown))
            .or_else(|| reread.find_map(|(writer, reader)| self.read_otherwise(writer, reader)))
            .or_else(|| {
                let reading = Some(Reading::Closed);
                (direction == Direction::Output)
                    .then(|| self.refused(before, after, reading, is_unknown))?
            })
    }

    /// The first value that one side accepts as JSON and the other refuses.
    fn refused(
        &self,
        accepting: &Reader<'_>,
        refusing: &Reader<'_>,
        reading: Option<Reading>,
        is_unknown: &mut bool,
    ) -> Option<Witness> {
        self.candidates(accepting).into_iter().find_map(|value| {
            match (self.read(accepting, &value), self.read(refusing, &value)) {
                (JsonVerdict::Accepted, JsonVerdict::Refused(error)) => {
                    Some(self.shown(value, accepting, error, reading))
                }
                (verdict, other) => {
                    *is_unknown |= [verdict, other].contains(&JsonVerdict::Unknown);
                    None
                }
            }
        })
    }

    fn shown(
        &self,
        value: Value,
        accepting: &Reader<'_>,
        error: String,
        reading: Option<Reading>,
    ) -> Witness {
        Witness::Value {
            value,
            accepted_by: accepting.name,
            error,
            r#where: self.place(),
            reading,
        }
    }

    /// The first value that one side writes in the binary form and the other reads as something
    /// else.
    fn read_otherwise(&self, writer: &Reader<'_>, reader: &Reader<'_>) -> Option<Witness> {
        let (value, error) = match self {
            Self::Field { .. } => {
                let (message, field) = self.field(writer)?;
                let (_, other) = self.field(reader)?;
                let zero = samples::with_zero(writer.schema, message, field);
                let mut values = zero.into_iter().chain(self.candidates(writer));
                values.find_map(|value| {
                    let error = reads_otherwise((writer, field), (reader, other), &value)?;
                    Some((value, error))
                })?
            }
            Self::Values { .. } => {
                let mut values = self.candidates(writer).into_iter();
                values.find_map(|value| {
                    let number = writer.value(|it| value == it.name.as_str())?.number;
                    let error = match reader.value(|it| it.number == number) {
                        Some(other) if value == other.name.as_str() => return None,
                        Some(other) => format!("the {} side reads {}", reader.name, other.name),
                        None => format!("the {} side reads {number}", reader.name),
                    };
                    Some((value, error))
                })?
            }
        };
        Some(self.shown(value, writer, error, Some(Reading::Wire)))
    }

    /// The field on one side, and its message.
    fn field<'s>(&self, side: &Reader<'s>) -> Option<(&'s Message, &'s Field)> {
        let Self::Field { numbers, .. } = self else {
            return None;
        };
        let message = side.schema.messages.get(side.full_name)?;
        let number = if side.name == "old" {
            numbers.0
        } else {
            numbers.1
        };
        Some((message, message.field(number?)?))
    }

    fn place(&self) -> String {
        match self {
            Self::Field { path, .. } => path.clone(),
            Self::Values { enums, .. } => format!("grpc.enums[{}]", enums.1),
        }
    }

    fn read(&self, reader: &Reader<'_>, value: &Value) -> JsonVerdict {
        match self {
            Self::Field { .. } => reader.schema.json_of_message(reader.full_name, value),
            Self::Values { .. } => reader.schema.json_of_enum(reader.full_name, value),
        }
    }

    /// Values around the subject as the accepting side describes it, the smallest first.
    fn candidates(&self, accepting: &Reader<'_>) -> Vec<Value> {
        match self {
            Self::Values { names, .. } => {
                let is_old = accepting.name == "old";
                let names = if is_old { &names.0 } else { &names.1 };
                let names = names.iter();
                names.map(|name| Value::from(name.as_str())).collect()
            }
            Self::Field { .. } => {
                let Some(message) = accepting.schema.messages.get(accepting.full_name) else {
                    return Vec::new();
                };
                let field = self.field(accepting).map(|(_, field)| field);
                samples::of_message(accepting.schema, message, field)
            }
        }
    }
}

/// What a reader says about a field of a value that another side wrote, when it is not the same.
fn reads_otherwise(
    (writer, field): (&Reader<'_>, &Field),
    (reader, other): (&Reader<'_>, &Field),
    value: &Value,
) -> Option<String> {
    let bytes = writer.schema.encode(writer.full_name, value)?;
    let meant = writer.schema.decode(writer.full_name, &bytes)?;
    let read = reader.schema.decode(reader.full_name, &bytes)?;
    let (name, side) = (&other.name, reader.name);
    match (meant.get(&field.json_name), read.get(&other.json_name)) {
        (Some(meant), Some(read)) if is_kept(meant, read) => None,
        (_, Some(read)) => Some(format!("the {side} side reads `{name}` as {read}")),
        (Some(_), None) => Some(format!("the {side} side does not see that `{name}` is set")),
        (None, None) => None,
    }
}

/// Whether a value has everything that another one has.
fn is_kept(meant: &Value, read: &Value) -> bool {
    match (meant, read) {
        (Value::Object(meant), Value::Object(read)) => meant
            .iter()
            .all(|(name, value)| read.get(name).is_some_and(|other| is_kept(value, other))),
        (Value::Array(meant), Value::Array(read)) => {
            let mut pairs = meant.iter().zip(read);
            meant.len() == read.len() && pairs.all(|(meant, read)| is_kept(meant, read))
        }
        _ => meant == read,
    }
}
