//! Data: small values of a type, and what a reader with another schema makes of them.
//!
//! Values are in the JSON encoding: bytes are text with one character per byte, and a value of a
//! union that is not null is an object with the name of its branch.
//!
//! Source: Apache Avro specification 1.12, "JSON Encoding" and "Schema Resolution".

use serde_json::{Map, Value, json};

use super::model::{Name, Primitive, Record, Schema, Type, TypeId, TypeKind};

/// Types in types that a value is made of, and that are looked at in one.
const DEPTH_LIMIT: usize = 16;

/// Bytes that a `fixed` may have in a value.
const FIXED_LIMIT: u64 = 64;

/// Why a reader cannot read a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The field it is about, of a record that is read.
    pub field: Option<String>,
    /// One sentence without a full stop.
    pub message: String,
}

impl Unread {
    fn new(message: String) -> Self {
        Self {
            field: None,
            message,
        }
    }
}

/// A budget of parts that values are made of.
#[derive(Debug)]
pub struct Parts(usize);

impl Parts {
    /// So many, over all values that are made with it.
    pub fn new(count: usize) -> Self {
        Self(count)
    }

    fn take(&mut self) -> Option<()> {
        self.0 = self.0.checked_sub(1)?;
        Some(())
    }
}

impl Schema<'_> {
    /// Small values of a type: one of most types, of enums every symbol, of unions those of every
    /// branch. Types that contain themselves without end have none.
    pub fn samples(&self, id: TypeId, parts: &mut Parts) -> Vec<Value> {
        let types = match &self.get(id).kind {
            TypeKind::Union(branches) => branches.as_slice(),
            _ => &[id],
        };
        let mut samples = Vec::new();
        for one in types {
            let name = || self.get(*one).kind.spelled();
            let is_branch = *one != id;
            let values = match &self.get(*one).kind {
                TypeKind::Enum(declared) => declared
                    .symbols
                    .iter()
                    .map_while(|symbol| parts.take().map(|()| json!(symbol.name)))
                    .collect(),
                _ => Vec::from_iter(self.sample(*one, 0, parts)),
            };
            samples.extend(values.into_iter().map(|value| match value {
                Value::Null => Value::Null,
                value if is_branch => json!({ name(): value }),
                value => value,
            }));
        }
        samples
    }

    /// The smallest value of a type.
    fn sample(&self, id: TypeId, depth: usize, parts: &mut Parts) -> Option<Value> {
        parts.take()?;
        if depth > DEPTH_LIMIT {
            return None;
        }
        Some(match &self.get(id).kind {
            TypeKind::Primitive(primitive) => match primitive {
                Primitive::Null => Value::Null,
                Primitive::Boolean => json!(true),
                Primitive::Int | Primitive::Long => json!(1),
                Primitive::Float | Primitive::Double => json!(1.5),
                Primitive::Bytes | Primitive::String => json!("s"),
            },
            TypeKind::Record(record) => {
                let mut members = Map::new();
                for field in &record.fields {
                    let value = self.sample(field.field_type, depth + 1, parts)?;
                    members.insert(field.name.clone(), value);
                }
                Value::Object(members)
            }
            TypeKind::Enum(declared) => json!(declared.symbols.first()?.name),
            TypeKind::Fixed(fixed) if fixed.size <= FIXED_LIMIT => {
                json!("\0".repeat(usize::try_from(fixed.size).ok()?))
            }
            TypeKind::Fixed(_) => return None,
            // Without items there is nothing to read in another way.
            TypeKind::Array(items) => match self.sample(*items, depth + 1, parts) {
                Some(item) => json!([item]),
                None => json!([]),
            },
            TypeKind::Map(values) => match self.sample(*values, depth + 1, parts) {
                Some(value) => json!({ "k": value }),
                None => json!({}),
            },
            TypeKind::Union(branches) => {
                let simple = |id: &&TypeId| matches!(self.get(**id).kind, TypeKind::Primitive(_));
                let branch = branches.iter().find(simple).or(branches.first())?;
                match self.sample(*branch, depth + 1, parts)? {
                    Value::Null => Value::Null,
                    value => json!({ self.get(*branch).kind.spelled(): value }),
                }
            }
        })
    }

    /// Everything for which a reader of a type cannot read a value that was written as a type of
    /// another schema; empty when it can.
    pub fn unread(&self, id: TypeId, writer: (&Schema<'_>, TypeId), value: &Value) -> Vec<Unread> {
        let mut unread = Vec::new();
        self.read_value(id, writer, value, 0, &mut unread);
        unread
    }

    fn read_value(
        &self,
        id: TypeId,
        (writer, written): (&Schema<'_>, TypeId),
        value: &Value,
        depth: usize,
        to: &mut Vec<Unread>,
    ) {
        if depth > 2 * DEPTH_LIMIT {
            return;
        }
        let (reads, wrote) = (self.get(id), writer.get(written));
        if let TypeKind::Union(branches) = &wrote.kind {
            let (name, value) = match value {
                Value::Object(members) => match members.iter().next() {
                    Some((name, value)) => (name.as_str(), value),
                    None => return,
                },
                other => ("null", other),
            };
            let mut branches = branches.iter();
            if let Some(branch) = branches.find(|id| writer.get(**id).kind.spelled() == name) {
                self.read_value(id, (writer, *branch), value, depth + 1, to);
            }
            return;
        }
        if let TypeKind::Union(branches) = &reads.kind {
            let mut found: Option<Vec<Unread>> = None;
            for branch in branches.iter().filter(|id| matches(self.get(**id), wrote)) {
                let mut unread = Vec::new();
                self.read_value(*branch, (writer, written), value, depth + 1, &mut unread);
                if unread.is_empty() {
                    return;
                }
                found.get_or_insert(unread);
            }
            to.extend(found.unwrap_or_else(|| {
                let written = wrote.kind.spelled();
                vec![Unread::new(format!("no branch reads {written}"))]
            }));
            return;
        }
        if !matches(reads, wrote) {
            let names = (wrote.kind.spelled(), reads.kind.spelled());
            to.push(Unread::new(format!(
                "{} is not read as {}",
                names.0, names.1
            )));
            return;
        }
        match (&reads.kind, &wrote.kind, value) {
            (TypeKind::Record(reads), TypeKind::Record(wrote), Value::Object(members)) => {
                self.read_fields(reads, (writer, wrote), members, depth, to);
            }
            (TypeKind::Enum(reads), _, Value::String(symbol)) => {
                let is_known = reads.symbols.iter().any(|it| it.name == *symbol);
                if !is_known && reads.default.is_none() {
                    let message = format!("{} has no symbol {symbol}", reads.name.full);
                    to.push(Unread::new(message));
                }
            }
            (TypeKind::Fixed(reads), TypeKind::Fixed(wrote), _) if reads.size != wrote.size => {
                let (size, other) = (wrote.size, reads.size);
                to.push(Unread::new(format!("{size} bytes are not read as {other}")));
            }
            (TypeKind::Array(items), TypeKind::Array(wrote), Value::Array(values)) => {
                for value in values {
                    self.read_value(*items, (writer, *wrote), value, depth + 1, to);
                }
            }
            (TypeKind::Map(values), TypeKind::Map(wrote), Value::Object(members)) => {
                for value in members.values() {
                    self.read_value(*values, (writer, *wrote), value, depth + 1, to);
                }
            }
            _ => {}
        }
    }

    fn read_fields(
        &self,
        reads: &Record,
        (writer, wrote): (&Schema<'_>, &Record),
        members: &Map<String, Value>,
        depth: usize,
        to: &mut Vec<Unread>,
    ) {
        for field in &reads.fields {
            let mut names = [&field.name].into_iter().chain(&field.aliases);
            let written = names.find_map(|name| wrote.fields.iter().find(|it| it.name == *name));
            let start = to.len();
            match written {
                Some(written) => {
                    if let Some(value) = members.get(&written.name) {
                        let written = (writer, written.field_type);
                        self.read_value(field.field_type, written, value, depth + 1, to);
                    }
                }
                None if field.default.is_none() => to.push(Unread::new(format!(
                    "field {} is not there and has no default",
                    field.name
                ))),
                None => {}
            }
            for unread in to.iter_mut().skip(start) {
                unread.field = Some(field.name.clone());
            }
        }
    }
}

/// Whether two types that are no unions go together, whatever is in them.
fn matches(reads: &Type, wrote: &Type) -> bool {
    let is_same_name = |reads: &Name, wrote: &Name| {
        reads.local() == wrote.local() || reads.aliases.contains(&wrote.full)
    };
    match (&reads.kind, &wrote.kind) {
        (TypeKind::Primitive(reads), TypeKind::Primitive(wrote)) => wrote.is_read_as(*reads),
        (TypeKind::Record(_), TypeKind::Record(_))
        | (TypeKind::Enum(_), TypeKind::Enum(_))
        | (TypeKind::Fixed(_), TypeKind::Fixed(_)) => {
            match (reads.kind.name(), wrote.kind.name()) {
                (Some(reads), Some(wrote)) => is_same_name(reads, wrote),
                _ => false,
            }
        }
        (TypeKind::Array(_), TypeKind::Array(_)) | (TypeKind::Map(_), TypeKind::Map(_)) => true,
        _ => false,
    }
}
