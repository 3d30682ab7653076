//! What a file says, before names are resolved.

use pacto_diagnostic::{SourceText, Span};

use super::problem::Problem;
use super::scalar::Scalar;

/// A word or dotted name with its place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Span,
}

/// Which rules of the language a file follows; later ones are newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// `syntax = "proto2"`, and files that say nothing.
    Proto2,
    /// `syntax = "proto3"`.
    Proto3,
    /// `edition = "2023"`.
    Edition2023,
    /// `edition = "2024"`.
    Edition2024,
}

impl Edition {
    /// As written in a file: `proto2`, `2023`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proto2 => "proto2",
            Self::Proto3 => "proto3",
            Self::Edition2023 => "2023",
            Self::Edition2024 => "2024",
        }
    }
}

/// A value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionValue {
    /// `true`, `SPEED`, `inf`; with its sign.
    Word(String),
    /// A whole number.
    Integer(i128),
    /// A number with a fraction, in its shortest spelling.
    Float(String),
    /// Text; bytes that are no UTF-8 are escapes, `\xff`.
    Text(String),
    /// `{key: value …}` in written order; keys of extensions are in brackets.
    Map(Vec<(String, OptionValue)>),
    /// `[a, b]`.
    List(Vec<OptionValue>),
}

/// An option that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionSetting {
    /// `deprecated`, `(google.api.http)`, `features.field_presence`; leading dots inside
    /// parentheses are left out.
    pub name: String,
    /// Its value.
    pub value: OptionValue,
    /// Place of the whole setting.
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ImportKind {
    Plain,
    Public,
    Weak,
    /// Only for custom options; edition 2024.
    Option,
}

#[derive(Debug, Clone)]
pub(super) struct Import {
    pub(super) path: Name,
    pub(super) kind: ImportKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Optional,
    Required,
    Repeated,
}

#[derive(Debug, Clone)]
pub(super) enum TypeName {
    Scalar(Scalar),
    /// As written, with a leading dot when absolute.
    Named(String),
    /// A group; its message is a sibling declaration with this name.
    Group(String),
    Map(Scalar, Box<TypeName>),
}

#[derive(Debug, Clone)]
pub(super) struct FieldSyntax {
    pub(super) name: Name,
    pub(super) label: Option<Label>,
    pub(super) type_name: TypeName,
    pub(super) type_span: Span,
    pub(super) number: u32,
    pub(super) number_span: Span,
    /// Index into the oneofs of the message.
    pub(super) oneof: Option<usize>,
    pub(super) options: Vec<OptionSetting>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct OneofSyntax {
    pub(super) name: Name,
    pub(super) options: Vec<OptionSetting>,
}

/// Numbers from `first` to `last`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberRange {
    /// The first number.
    pub first: i64,
    /// The last number.
    pub last: i64,
    /// Place of the range.
    pub span: Span,
}

#[derive(Debug, Clone, Default)]
pub(super) struct MessageSyntax {
    pub(super) name: Name,
    pub(super) fields: Vec<FieldSyntax>,
    pub(super) oneofs: Vec<OneofSyntax>,
    pub(super) messages: Vec<MessageSyntax>,
    pub(super) enums: Vec<EnumSyntax>,
    pub(super) extends: Vec<ExtendSyntax>,
    pub(super) reserved: Vec<NumberRange>,
    pub(super) reserved_names: Vec<Name>,
    pub(super) extension_ranges: Vec<NumberRange>,
    pub(super) options: Vec<OptionSetting>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct EnumSyntax {
    pub(super) name: Name,
    pub(super) values: Vec<EnumValueSyntax>,
    pub(super) reserved: Vec<NumberRange>,
    pub(super) reserved_names: Vec<Name>,
    pub(super) options: Vec<OptionSetting>,
}

#[derive(Debug, Clone)]
pub(super) struct EnumValueSyntax {
    pub(super) name: Name,
    pub(super) number: i32,
    pub(super) options: Vec<OptionSetting>,
}

#[derive(Debug, Clone)]
pub(super) struct ExtendSyntax {
    pub(super) extendee: Name,
    pub(super) fields: Vec<FieldSyntax>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct ServiceSyntax {
    pub(super) name: Name,
    pub(super) rpcs: Vec<RpcSyntax>,
    pub(super) options: Vec<OptionSetting>,
}

#[derive(Debug, Clone)]
pub(super) struct RpcSyntax {
    pub(super) name: Name,
    pub(super) request: Name,
    pub(super) response: Name,
    pub(super) is_client_streaming: bool,
    pub(super) is_server_streaming: bool,
    pub(super) options: Vec<OptionSetting>,
}

/// One file.
#[derive(Debug, Clone)]
pub(super) struct FileSyntax {
    pub(super) source: SourceText,
    pub(super) edition: Edition,
    pub(super) edition_span: Span,
    pub(super) package: Name,
    pub(super) imports: Vec<Import>,
    pub(super) options: Vec<OptionSetting>,
    pub(super) messages: Vec<MessageSyntax>,
    pub(super) enums: Vec<EnumSyntax>,
    pub(super) extends: Vec<ExtendSyntax>,
    pub(super) services: Vec<ServiceSyntax>,
    pub(super) problems: Vec<Problem>,
}
