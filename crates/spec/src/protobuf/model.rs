//! Linked files: every type is known by its full name.

use std::collections::BTreeMap;

use pacto_diagnostic::{Location, SourceText, Span};

use super::features::Features;
use super::problem::Problem;
use super::scalar::Scalar;
use super::syntax::{Edition, NumberRange, OptionSetting, OptionValue};

/// A protobuf file with everything it imports.
///
/// Keys of maps are full names without a leading dot.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Files in the order they were first imported; the first is the one that was asked for.
    pub files: Vec<File>,
    /// Messages, nested ones and groups included, without the entries of maps.
    pub messages: BTreeMap<String, Message>,
    /// Enums, nested ones included.
    pub enums: BTreeMap<String, Enum>,
    /// Services.
    pub services: BTreeMap<String, Service>,
    /// Extension fields by the full name of what they extend and their number.
    pub extensions: BTreeMap<(String, u32), Field>,
    /// What is wrong, by file and place.
    pub problems: Vec<Problem>,
}

/// A place in one of the files of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index into [`Schema::files`].
    pub file: usize,
    /// Bytes in its text.
    pub span: Span,
}

/// One file.
#[derive(Debug, Clone)]
pub struct File {
    /// The text; its name is the path in the bundle.
    pub source: SourceText,
    /// `syntax` or `edition`.
    pub edition: Edition,
    /// Place of that statement, or the start of the file.
    pub edition_span: Span,
    /// The package; empty when there is none.
    pub package: String,
    /// Place of its name.
    pub package_span: Span,
    /// Imports as written.
    pub imports: Vec<ImportedFile>,
    /// Options of the file.
    pub options: Vec<OptionSetting>,
    /// What holds in the file where nothing else is set.
    pub features: Features,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedFile {
    /// As written.
    pub path: String,
    /// What it leads to.
    pub target: ImportTarget,
    /// Place of the path.
    pub span: Span,
}

/// What an import leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportTarget {
    /// Index into [`Schema::files`].
    File(usize),
    /// A file of `google/protobuf/` that is not in the bundle; its types are known by name.
    WellKnown,
    /// Nothing.
    Missing,
}

/// A message.
#[derive(Debug, Clone)]
pub struct Message {
    /// Name within the package: `Outer.Inner`.
    pub name: String,
    /// The package.
    pub package: String,
    /// Place of the name.
    pub place: Place,
    /// Fields in written order, those of oneofs and groups included.
    pub fields: Vec<Field>,
    /// Oneofs in written order; those that `optional` of proto3 implies are not listed.
    pub oneofs: Vec<Oneof>,
    /// Reserved numbers.
    pub reserved: Vec<NumberRange>,
    /// Reserved names with their places.
    pub reserved_names: Vec<(String, Span)>,
    /// Numbers left to extensions.
    pub extension_ranges: Vec<NumberRange>,
    /// Options of the message.
    pub options: Vec<OptionSetting>,
    /// Features of the message.
    pub features: Features,
}

/// A oneof.
#[derive(Debug, Clone)]
pub struct Oneof {
    /// Its name.
    pub name: String,
    /// Place of the name.
    pub place: Place,
    /// Options of the oneof.
    pub options: Vec<OptionSetting>,
}

/// How often a field occurs, and whether its absence shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cardinality {
    /// Exactly once.
    Required,
    /// At most once, and it shows whether it is set.
    Explicit,
    /// Once; the default value is the same as nothing.
    Implicit,
    /// Any number of times.
    Repeated,
    /// A map.
    Map,
}

/// The type of a field; messages and enums by full name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// One of the fifteen.
    Scalar(Scalar),
    /// A message.
    Message(String),
    /// A message that is encoded between tags.
    Group(String),
    /// An enum.
    Enum(String),
    /// A map.
    Map(Scalar, Box<FieldType>),
    /// A name that leads nowhere, as written without a leading dot.
    Unresolved(String),
}

impl FieldType {
    /// The full name of a message, group, enum or unresolved type.
    pub fn type_name(&self) -> Option<&str> {
        match self {
            Self::Message(name) | Self::Group(name) | Self::Enum(name) | Self::Unresolved(name) => {
                Some(name)
            }
            Self::Scalar(_) | Self::Map(..) => None,
        }
    }
}

impl std::fmt::Display for FieldType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Scalar(scalar) => f.write_str(scalar.name()),
            Self::Message(name) | Self::Enum(name) | Self::Unresolved(name) => f.write_str(name),
            Self::Group(name) => write!(f, "group {name}"),
            Self::Map(key, value) => write!(f, "map<{}, {value}>", key.name()),
        }
    }
}

/// A field of a message, or an extension.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name; a group's is in lower case, an extension's is its full name.
    pub name: String,
    /// Its number.
    pub number: u32,
    /// Type, messages and enums by full name.
    pub field_type: FieldType,
    /// How often it occurs.
    pub cardinality: Cardinality,
    /// Index into the oneofs of its message.
    pub oneof: Option<usize>,
    /// Its name in JSON.
    pub json_name: String,
    /// Declared default, in one spelling per value.
    pub default: Option<String>,
    /// Repeated values are written packed.
    pub is_packed: bool,
    /// Options of the field.
    pub options: Vec<OptionSetting>,
    /// Features of the field.
    pub features: Features,
    /// Place of the name.
    pub place: Place,
    /// Place of the type.
    pub type_span: Span,
    /// Place of the number.
    pub number_span: Span,
}

/// An enum.
#[derive(Debug, Clone)]
pub struct Enum {
    /// Name within the package.
    pub name: String,
    /// The package.
    pub package: String,
    /// Place of the name.
    pub place: Place,
    /// Values in written order.
    pub values: Vec<EnumValue>,
    /// Reserved numbers.
    pub reserved: Vec<NumberRange>,
    /// Reserved names with their places.
    pub reserved_names: Vec<(String, Span)>,
    /// Options of the enum.
    pub options: Vec<OptionSetting>,
    /// Features of the enum.
    pub features: Features,
}

/// A value of an enum.
#[derive(Debug, Clone)]
pub struct EnumValue {
    /// Its name.
    pub name: String,
    /// Its number.
    pub number: i32,
    /// Options of the value.
    pub options: Vec<OptionSetting>,
    /// Place of the name.
    pub place: Place,
}

/// A service.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// The package.
    pub package: String,
    /// Place of the name.
    pub place: Place,
    /// Its procedures in written order.
    pub rpcs: Vec<Rpc>,
    /// Options of the service.
    pub options: Vec<OptionSetting>,
}

/// A procedure of a service.
#[derive(Debug, Clone)]
pub struct Rpc {
    /// Its name.
    pub name: String,
    /// Full name of the request message, or as written when it leads nowhere.
    pub request: String,
    /// Full name of the response message, or as written when it leads nowhere.
    pub response: String,
    /// The client sends a stream.
    pub is_client_streaming: bool,
    /// The server sends a stream.
    pub is_server_streaming: bool,
    /// Options of the procedure.
    pub options: Vec<OptionSetting>,
    /// Place of the name.
    pub place: Place,
    /// Place of the request type.
    pub request_span: Span,
    /// Place of the response type.
    pub response_span: Span,
}

impl Schema {
    /// Lines and columns of a place.
    pub fn location(&self, place: Place) -> Option<Location> {
        let file = self.files.get(place.file)?;
        Some(file.source.location(place.span))
    }

    /// True when everything was read and every name found.
    pub fn is_complete(&self) -> bool {
        self.problems.is_empty()
    }
}

/// A name within a package, as it is known everywhere.
fn full_name(package: &str, name: &str) -> String {
    if package.is_empty() {
        name.to_owned()
    } else {
        format!("{package}.{name}")
    }
}

impl Enum {
    /// Its name with that of the package.
    pub fn full_name(&self) -> String {
        full_name(&self.package, &self.name)
    }
}

impl Message {
    /// Its name with that of the package.
    pub fn full_name(&self) -> String {
        full_name(&self.package, &self.name)
    }

    /// The field with a number.
    pub fn field(&self, number: u32) -> Option<&Field> {
        self.fields.iter().find(|field| field.number == number)
    }

    /// The field with a name.
    pub fn field_named(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Name of the oneof a field belongs to.
    pub fn oneof_of(&self, field: &Field) -> Option<&Oneof> {
        self.oneofs.get(field.oneof?)
    }
}

impl Service {
    /// The procedure with a name.
    pub fn rpc(&self, name: &str) -> Option<&Rpc> {
        self.rpcs.iter().find(|rpc| rpc.name == name)
    }
}

/// The value of an option, set as a whole or part by part; the last setting counts.
pub fn option<'o>(options: &'o [OptionSetting], name: &str) -> Option<&'o OptionValue> {
    options.iter().rev().find_map(|option| {
        let rest = name.strip_prefix(&option.name)?;
        if rest.is_empty() {
            return Some(&option.value);
        }
        let rest = rest.strip_prefix('.')?;
        rest.split('.')
            .try_fold(&option.value, |value, key| match value {
                OptionValue::Map(entries) => entries
                    .iter()
                    .rev()
                    .find(|(entry, _)| entry == key)
                    .map(|(_, value)| value),
                _ => None,
            })
    })
}

/// True when an option is set to `true`.
pub fn is_set(options: &[OptionSetting], name: &str) -> bool {
    matches!(option(options, name), Some(OptionValue::Word(word)) if word == "true")
}
