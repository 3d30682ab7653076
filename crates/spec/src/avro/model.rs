//! What a schema declares.

use pacto_diagnostic::Location;
use pacto_document::{Document, Node};
use serde_json::Value;

use super::problem::Problem;
use crate::place;

/// A schema with all types it declares.
#[derive(Debug, Clone)]
pub struct Schema<'s> {
    /// The type it is about.
    pub root: TypeId,
    /// Defaults that do not fit their types, by place.
    pub problems: Vec<Problem>,
    pub(super) types: Vec<Type>,
    pub(super) sources: Vec<Source<'s>>,
}

/// Position of a type in its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub(super) usize);

/// A node of one of the texts that a schema is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub(super) source: usize,
    pub(super) node: u32,
}

/// A text that a schema is written in.
#[derive(Debug, Clone)]
pub(super) enum Source<'s> {
    /// A file of the bundle.
    Bundle(&'s Document),
    /// JSON in a string of a file.
    Text(Node<'s>),
}

impl Schema<'_> {
    /// A type by its position.
    pub fn get(&self, id: TypeId) -> &Type {
        // Positions are only made by the reader of this schema.
        &self.types[id.0]
    }

    /// Lines and columns of a place. What stands in a string is where the string is.
    pub fn location(&self, at: Place) -> Option<Location> {
        self.sources.get(at.source)?.location(at.node)
    }
}

impl Source<'_> {
    pub(super) fn location(&self, node: u32) -> Option<Location> {
        match self {
            Self::Bundle(document) => document.node(node).map(place),
            Self::Text(string) => Some(place(*string)),
        }
    }
}

/// A type where it is declared.
#[derive(Debug, Clone)]
pub struct Type {
    /// What it is.
    pub kind: TypeKind,
    /// How its values are to be understood.
    pub logical: Option<Logical>,
    /// Where it is declared.
    pub place: Place,
}

/// What a type is.
#[derive(Debug, Clone)]
pub enum TypeKind {
    /// A type without parts.
    Primitive(Primitive),
    /// Named fields.
    Record(Record),
    /// One of several symbols.
    Enum(Enum),
    /// A number of bytes.
    Fixed(Fixed),
    /// Items of one type.
    Array(TypeId),
    /// Values of one type by text.
    Map(TypeId),
    /// One of several types.
    Union(Vec<TypeId>),
}

impl TypeKind {
    /// The word for it in schemas; `union` has none of its own.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Primitive(primitive) => primitive.as_str(),
            Self::Record(_) => "record",
            Self::Enum(_) => "enum",
            Self::Fixed(_) => "fixed",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
            Self::Union(_) => "union",
        }
    }

    /// How the type is called, in a union as well: its full name, or the word for it.
    pub fn spelled(&self) -> &str {
        match self.name() {
            Some(name) => &name.full,
            None => self.as_str(),
        }
    }

    /// The name, of types that have one.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Self::Record(record) => Some(&record.name),
            Self::Enum(declared) => Some(&declared.name),
            Self::Fixed(fixed) => Some(&fixed.name),
            Self::Primitive(_) | Self::Array(_) | Self::Map(_) | Self::Union(_) => None,
        }
    }
}

/// A type without parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Primitive {
    /// No value.
    Null,
    /// `true` or `false`.
    Boolean,
    /// 32 bits, signed.
    Int,
    /// 64 bits, signed.
    Long,
    /// 32 bits, floating.
    Float,
    /// 64 bits, floating.
    Double,
    /// Any bytes.
    Bytes,
    /// Text in UTF-8.
    String,
}

impl Primitive {
    /// Every one of them.
    pub const ALL: [Self; 8] = [
        Self::Null,
        Self::Boolean,
        Self::Int,
        Self::Long,
        Self::Float,
        Self::Double,
        Self::Bytes,
        Self::String,
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Bytes => "bytes",
            Self::String => "string",
        }
    }

    /// The type with a name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    /// True when readers of the other type read what was written as this one ("Schema
    /// Resolution").
    pub fn is_read_as(self, reader: Self) -> bool {
        use Primitive::{Bytes, Double, Float, Int, Long, String};
        self == reader
            || matches!(
                (self, reader),
                (Int, Long | Float | Double)
                    | (Long, Float | Double)
                    | (Float, Double)
                    | (String, Bytes)
                    | (Bytes, String)
            )
    }
}

/// The full name of a type and its other names, all with their namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// `a.b.C`, or `C` without a namespace.
    pub full: String,
    /// Full names that data may have been written with.
    pub aliases: Vec<String>,
}

impl Name {
    /// The last part.
    pub fn local(&self) -> &str {
        self.full
            .rsplit_once('.')
            .map_or(self.full.as_str(), |(_, local)| local)
    }
}

/// A record.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its name.
    pub name: Name,
    /// Its fields, in the order they are written in.
    pub fields: Vec<Field>,
}

/// A field of a record.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Names that data may have been written with.
    pub aliases: Vec<String>,
    /// Its type.
    pub field_type: TypeId,
    /// What readers take where writers had no such field.
    pub default: Option<Default>,
    /// Where it is.
    pub place: Place,
}

/// A default, of a field or of an enum.
#[derive(Debug, Clone)]
pub struct Default {
    /// As written.
    pub value: Value,
    /// It is a value of the type it is for.
    pub fits: bool,
    /// Where it is.
    pub place: Place,
}

/// An enum.
#[derive(Debug, Clone)]
pub struct Enum {
    /// Its name.
    pub name: Name,
    /// Its symbols, in the order they are written in.
    pub symbols: Vec<Symbol>,
    /// The symbol readers take for one they do not know.
    pub default: Option<Default>,
}

/// A symbol of an enum.
#[derive(Debug, Clone)]
pub struct Symbol {
    /// The word.
    pub name: String,
    /// Where it is.
    pub place: Place,
}

/// A number of bytes.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// Its name.
    pub name: Name,
    /// How many.
    pub size: u64,
}

/// How values are to be understood. What the specification says to ignore, a known word at a type
/// it is not for, is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logical {
    /// `timestamp-millis`, `decimal`, or a word of someone else.
    pub name: String,
    /// Digits and digits after the point of `decimal`.
    pub decimal: Option<(u64, u64)>,
}
