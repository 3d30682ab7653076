//! Cursors into a document.

use pacto_diagnostic::{Location, Span};

use crate::tape::{Record, Tag};
use crate::{Document, Pointer, PointerSegment};

/// What a node is, as JSON knows kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`.
    Bool,
    /// An integer or a float.
    Number,
    /// Text.
    String,
    /// A list.
    Sequence,
    /// A map with text keys in written order.
    Mapping,
}

impl Kind {
    /// The word JSON Schema uses: `null`, `boolean`, `number`, `string`, `array`, `object`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Sequence => "array",
            Self::Mapping => "object",
        }
    }
}

/// A number that has not lost precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Fits a signed 64-bit integer.
    Integer(i64),
    /// Fits an unsigned 64-bit integer only.
    Unsigned(u64),
    /// Everything else, infinities and NaN included.
    Float(f64),
}

impl Number {
    /// The nearest double.
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Unsigned(value) => value as f64,
            Self::Float(value) => value,
        }
    }

    /// The value when it is integral and within ±2^64, whatever its spelling.
    fn to_integer(self) -> Option<i128> {
        match self {
            Self::Integer(value) => Some(value.into()),
            Self::Unsigned(value) => Some(value.into()),
            Self::Float(value) => {
                let is_small = value.abs() <= 18_446_744_073_709_551_616.0;
                (is_small && value.fract() == 0.0).then_some(value as i128)
            }
        }
    }

    /// Numeric equality without rounding: `1` equals `1.0`, NaN equals NaN.
    pub fn value_eq(self, other: Self) -> bool {
        match (self.to_integer(), other.to_integer()) {
            (Some(left), Some(right)) => left == right,
            (None, None) => {
                let (left, right) = (self.to_f64(), other.to_f64());
                left == right || (left.is_nan() && right.is_nan())
            }
            _ => false,
        }
    }
}

/// A cursor to one node; copying is cheap. Aliases are followed, except for the place: that of an
/// alias is where the alias stands.
#[derive(Debug, Clone, Copy)]
pub struct Node<'d> {
    pub(crate) document: &'d Document,
    pub(crate) index: u32,
}

/// Iterator over the items of a sequence.
#[derive(Debug, Clone)]
pub struct Items<'d> {
    pub(crate) document: &'d Document,
    pub(crate) next: u32,
    pub(crate) end: u32,
}

/// Iterator over the entries of a mapping, in written order: key node and value node.
///
/// Keys are always text (`Node::as_str` is `Some`); merged entries come last.
#[derive(Debug, Clone)]
pub struct Entries<'d> {
    pub(crate) document: &'d Document,
    pub(crate) next: u32,
    pub(crate) end: u32,
}

impl<'d> Node<'d> {
    /// The record behind aliases, and its index.
    fn resolved(self) -> (u32, Record) {
        let index = self.document.tape.resolve(self.index);
        (index, self.document.tape.record(index))
    }

    /// The kind of the node.
    pub fn kind(self) -> Kind {
        match self.resolved().1.tag {
            // An alias never leads to an alias.
            Tag::Null | Tag::Alias => Kind::Null,
            Tag::True | Tag::False => Kind::Bool,
            Tag::Integer | Tag::Unsigned | Tag::Float => Kind::Number,
            Tag::Plain | Tag::Buffered | Tag::MergeKey => Kind::String,
            Tag::Sequence => Kind::Sequence,
            Tag::Mapping => Kind::Mapping,
        }
    }
    /// The document this node lies in.
    pub fn document(self) -> &'d Document {
        self.document
    }
    /// Number of the node in its document; that of the anchor for an alias. Two nodes of one
    /// document are the same value in the same place when their numbers are equal.
    pub fn id(self) -> u32 {
        self.resolved().0
    }
    /// Tells nodes of several documents apart, as long as the documents stay where they are in
    /// memory: the address of the document, and [`Self::id`].
    pub fn identity(self) -> (usize, u32) {
        (std::ptr::from_ref(self.document).addr(), self.id())
    }
    /// Bytes of the node in the text.
    pub fn span(self) -> Span {
        let record = self.document.tape.record(self.index);
        Span::new(record.start, record.end)
    }
    /// Place of the node, without pointer.
    pub fn location(self) -> Location {
        self.document.source.location(self.span())
    }
    /// Text as written, quotes included; that of the anchor for an alias.
    pub fn raw(self) -> &'d str {
        let record = self.resolved().1;
        self.document
            .source
            .slice(Span::new(record.start, record.end))
    }
    /// True when the node stands for another one by an alias or a merge.
    pub fn is_alias(self) -> bool {
        self.document.tape.record(self.index).tag == Tag::Alias
    }
    /// True when the node is null.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }
    /// The text of a string node.
    pub fn as_str(self) -> Option<&'d str> {
        let document = self.document;
        document.tape.text(document.source.text(), self.index)
    }
    /// The value of a boolean node.
    pub fn as_bool(self) -> Option<bool> {
        match self.resolved().1.tag {
            Tag::True => Some(true),
            Tag::False => Some(false),
            _ => None,
        }
    }
    /// The value of a number node.
    pub fn as_number(self) -> Option<Number> {
        self.resolved().1.as_number()
    }
    /// The value of an integral number node (`80` and `80.0`).
    pub fn as_i64(self) -> Option<i64> {
        i64::try_from(self.as_number()?.to_integer()?).ok()
    }
    /// The items of a sequence; empty for other kinds.
    pub fn items(self) -> Items<'d> {
        let (index, record) = self.resolved();
        let is_sequence = record.tag == Tag::Sequence;
        Items {
            document: self.document,
            next: index + 1,
            end: if is_sequence { record.a } else { 0 },
        }
    }
    /// The entries of a mapping; empty for other kinds.
    pub fn entries(self) -> Entries<'d> {
        let (index, record) = self.resolved();
        let is_mapping = record.tag == Tag::Mapping;
        Entries {
            document: self.document,
            next: index + 1,
            end: if is_mapping { record.a } else { 0 },
        }
    }
    /// Number of items or entries; 0 for scalars.
    pub fn len(self) -> usize {
        match self.resolved().1 {
            Record {
                tag: Tag::Sequence | Tag::Mapping,
                b,
                ..
            } => b as usize,
            _ => 0,
        }
    }
    /// True when there are no items or entries.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
    /// The value under a key of a mapping.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.get_entry(key).map(|(_, value)| value)
    }
    /// The key node and the value under a key of a mapping; a binary search in large mappings.
    pub fn get_entry(self, key: &str) -> Option<(Node<'d>, Node<'d>)> {
        let document = self.document;
        let mapping = document.tape.resolve(self.index);
        let index = document
            .tape
            .find_key(document.source.text(), mapping, key)?;
        let node = |index| Node { document, index };
        Some((node(index), node(index + 1)))
    }
    /// The item at a position of a sequence, in a bounded number of steps.
    pub fn at(self, position: usize) -> Option<Node<'d>> {
        let document = self.document;
        let sequence = document.tape.resolve(self.index);
        let index = document.tape.item(sequence, position)?;
        Some(Node { document, index })
    }
    /// Follows a pointer from this node.
    pub fn find(self, pointer: &Pointer) -> Option<Node<'d>> {
        let mut node = self;
        for segment in &pointer.0 {
            node = node.step(segment)?;
        }
        Some(node)
    }
    /// Follows one step of a pointer.
    pub fn step(self, segment: &PointerSegment) -> Option<Node<'d>> {
        match (segment, self.kind()) {
            (PointerSegment::Key(key), Kind::Mapping) => self.get(key),
            (PointerSegment::Index(index), Kind::Sequence) => self.at(*index),
            (PointerSegment::Index(index), Kind::Mapping) => self.get(&index.to_string()),
            _ => None,
        }
    }
    /// Deep equality of values: key order does not matter, item order does, `1` equals `1.0`.
    pub fn value_eq(self, other: Node<'_>) -> bool {
        if self.kind() != other.kind() {
            return false;
        }
        match self.kind() {
            Kind::Null => true,
            Kind::Bool => self.as_bool() == other.as_bool(),
            Kind::String => self.as_str() == other.as_str(),
            Kind::Number => match (self.as_number(), other.as_number()) {
                (Some(left), Some(right)) => left.value_eq(right),
                _ => false,
            },
            Kind::Sequence => {
                self.len() == other.len()
                    && self
                        .items()
                        .zip(other.items())
                        .all(|(left, right)| left.value_eq(right))
            }
            Kind::Mapping => {
                // Mostly the keys come in the same order: looking one up is the exception.
                let mut guesses = other.entries();
                self.len() == other.len()
                    && self.entries().all(|(key, value)| {
                        let key = key.as_str();
                        let partner = match guesses.next() {
                            Some((guess, partner)) if guess.as_str() == key => Some(partner),
                            _ => key.and_then(|key| other.get(key)),
                        };
                        partner.is_some_and(|partner| value.value_eq(partner))
                    })
            }
        }
    }
    /// The node as a JSON value, aliases expanded; `None` when an infinity or NaN is in it.
    pub fn to_json(self) -> Option<serde_json::Value> {
        use serde_json::Value;
        Some(match self.kind() {
            Kind::Null => Value::Null,
            Kind::Bool => Value::Bool(self.as_bool()?),
            Kind::String => Value::String(self.as_str()?.to_owned()),
            Kind::Number => Value::Number(match self.as_number()? {
                Number::Integer(value) => value.into(),
                Number::Unsigned(value) => value.into(),
                Number::Float(value) => serde_json::Number::from_f64(value)?,
            }),
            Kind::Sequence => Value::Array(self.items().map(Node::to_json).collect::<Option<_>>()?),
            Kind::Mapping => Value::Object(
                self.entries()
                    .map(|(key, value)| Some((key.as_str()?.to_owned(), value.to_json()?)))
                    .collect::<Option<_>>()?,
            ),
        })
    }
}

impl<'d> Iterator for Items<'d> {
    type Item = Node<'d>;
    fn next(&mut self) -> Option<Node<'d>> {
        if self.next >= self.end {
            return None;
        }
        let index = self.next;
        self.next = self.document.tape.after(index);
        Some(Node {
            document: self.document,
            index,
        })
    }
}

impl<'d> Iterator for Entries<'d> {
    type Item = (Node<'d>, Node<'d>);
    fn next(&mut self) -> Option<(Node<'d>, Node<'d>)> {
        let document = self.document;
        while self.next < self.end {
            let key = self.next;
            self.next = document.tape.after(key + 1);
            if document.tape.record(key).tag != Tag::MergeKey {
                let node = |index| Node { document, index };
                return Some((node(key), node(key + 1)));
            }
        }
        None
    }
}
