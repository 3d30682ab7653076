//! What a schema defines.

use std::collections::{BTreeMap, BTreeSet};

use pacto_diagnostic::{Location, SourceText, Span};

use super::problem::Problem;

/// A schema of one document.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The text.
    pub source: SourceText,
    /// Types by name; those every schema has (`String`, `Int`) are not listed.
    pub types: BTreeMap<String, TypeDefinition>,
    /// Directives by name, without `@`.
    pub directives: BTreeMap<String, Directive>,
    /// Root types: `query`, `mutation`, `subscription`, each with the name of its type.
    pub roots: BTreeMap<String, (String, Span)>,
    /// What is wrong, by place.
    pub problems: Vec<Problem>,
}

impl Schema {
    /// Lines and columns of a span.
    pub fn location(&self, span: Span) -> Location {
        self.source.location(span)
    }
}

/// Kind of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TypeKind {
    /// `scalar`.
    Scalar,
    /// `type`.
    Object,
    /// `interface`.
    Interface,
    /// `union`.
    Union,
    /// `enum`.
    Enum,
    /// `input`.
    Input,
}

impl TypeKind {
    /// The keyword.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Object => "type",
            Self::Interface => "interface",
            Self::Union => "union",
            Self::Enum => "enum",
            Self::Input => "input",
        }
    }
}

/// A type.
#[derive(Debug, Clone)]
pub struct TypeDefinition {
    /// Its kind.
    pub kind: TypeKind,
    /// Its description.
    pub description: Option<String>,
    /// Place of the name.
    pub span: Span,
    /// Fields of objects, interfaces and inputs by name.
    pub fields: BTreeMap<String, Field>,
    /// Values of an enum by name.
    pub values: BTreeMap<String, EnumValue>,
    /// Members of a union, with their places.
    pub members: BTreeMap<String, Span>,
    /// Interfaces it implements, with their places.
    pub interfaces: BTreeMap<String, Span>,
    /// An input of which exactly one field is given: it carries `@oneOf`.
    pub is_one_of: bool,
}

/// A field; those of inputs have a default and no arguments.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its type.
    pub field_type: TypeReference,
    /// Its description.
    pub description: Option<String>,
    /// Place of the name.
    pub span: Span,
    /// Place of the type.
    pub type_span: Span,
    /// Arguments by name.
    pub arguments: BTreeMap<String, Argument>,
    /// Default in one spelling per value.
    pub default: Option<String>,
    /// It carries `@deprecated`.
    pub is_deprecated: bool,
}

/// An argument of a field or directive.
#[derive(Debug, Clone)]
pub struct Argument {
    /// Its type.
    pub argument_type: TypeReference,
    /// Its description.
    pub description: Option<String>,
    /// Default in one spelling per value.
    pub default: Option<String>,
    /// Place of the name.
    pub span: Span,
    /// Place of the type.
    pub type_span: Span,
    /// It carries `@deprecated`.
    pub is_deprecated: bool,
}

impl Argument {
    /// True when callers must give it.
    pub fn is_required(&self) -> bool {
        self.default.is_none() && matches!(self.argument_type, TypeReference::NonNull(_))
    }
}

impl Field {
    /// True when callers must give it, as a field of an input.
    pub fn is_required(&self) -> bool {
        self.default.is_none() && matches!(self.field_type, TypeReference::NonNull(_))
    }
}

/// A value of an enum.
#[derive(Debug, Clone)]
pub struct EnumValue {
    /// Its description.
    pub description: Option<String>,
    /// Place of the name.
    pub span: Span,
    /// It carries `@deprecated`.
    pub is_deprecated: bool,
}

/// A directive.
#[derive(Debug, Clone)]
pub struct Directive {
    /// Its description.
    pub description: Option<String>,
    /// Place of the name.
    pub span: Span,
    /// Arguments by name.
    pub arguments: BTreeMap<String, Argument>,
    /// It may stand more than once at a place.
    pub is_repeatable: bool,
    /// Where it may stand.
    pub locations: BTreeSet<String>,
}

/// A type as fields and arguments name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeReference {
    /// `T`.
    Named(String),
    /// `[T]`.
    List(Box<TypeReference>),
    /// `T!`.
    NonNull(Box<TypeReference>),
}

impl std::fmt::Display for TypeReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::List(inner) => write!(f, "[{inner}]"),
            Self::NonNull(inner) => write!(f, "{inner}!"),
        }
    }
}
