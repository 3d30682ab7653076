//! From syntax to the model: names to full names, options to facts.

mod scope;

use std::collections::HashSet;
use std::collections::btree_map::Entry;

use pacto_diagnostic::Span;

use super::features::{Features, FieldPresence};
use super::load::LoadedFile;
use super::model::{
    Cardinality, Enum, EnumValue, Field, FieldType, File, Message, Oneof, Place, Rpc, Schema,
    Service, is_set, option,
};
use super::problem::{Problem, ProblemKind};
use super::scalar::Scalar;
use super::syntax::{
    Edition, EnumSyntax, ExtendSyntax, FieldSyntax, Label, MessageSyntax, Name, OptionSetting,
    OptionValue, ServiceSyntax, TypeName,
};
use scope::{Names, TypeKind};

/// Links files; the first is the one that was asked for.
pub(super) fn link(loaded: Vec<LoadedFile>) -> Schema {
    let names = Names::of(&loaded);
    let mut schema = Schema::default();
    for (index, file) in loaded.into_iter().enumerate() {
        let syntax = file.syntax;
        let features = java_checks(
            Features::of(syntax.edition).with(&syntax.options),
            &syntax.options,
        );
        let mut linker = Linker {
            names: &names,
            file: index,
            edition: syntax.edition,
            package: &syntax.package.text,
            schema: &mut schema,
            problems: Vec::new(),
        };
        let scope = syntax.package.text.clone();
        for message in &syntax.messages {
            linker.message(message, &scope, &features);
        }
        for declared in &syntax.enums {
            linker.enumeration(declared, &scope, &features);
        }
        for extend in &syntax.extends {
            linker.extend(extend, &scope, &features);
        }
        for service in &syntax.services {
            linker.service(service, &scope);
        }
        let found = linker.problems;
        let mut problems = syntax.problems;
        problems.extend(found.into_iter().map(|(kind, span)| Problem {
            kind,
            location: syntax.source.location(span),
        }));
        problems.sort_by(|a, b| a.location.cmp(&b.location));
        schema.problems.extend(problems);
        schema.files.push(File {
            source: syntax.source,
            edition: syntax.edition,
            edition_span: syntax.edition_span,
            package: syntax.package.text,
            package_span: syntax.package.span,
            imports: file.imports,
            options: syntax.options,
            features,
        });
    }
    schema
}

/// The option of files that came before the feature.
fn java_checks(mut features: Features, options: &[OptionSetting]) -> Features {
    if is_set(options, "java_string_check_utf8") {
        features.java_utf8_validation = "VERIFY".to_owned();
    }
    features
}

struct Linker<'l> {
    names: &'l Names,
    file: usize,
    edition: Edition,
    package: &'l str,
    schema: &'l mut Schema,
    problems: Vec<(ProblemKind, Span)>,
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() {
        name.to_owned()
    } else {
        format!("{scope}.{name}")
    }
}

fn named(names: &[Name]) -> Vec<(String, Span)> {
    names
        .iter()
        .map(|name| (name.text.clone(), name.span))
        .collect()
}

impl Linker<'_> {
    fn place(&self, span: Span) -> Place {
        Place {
            file: self.file,
            span,
        }
    }

    /// The name without the package.
    fn local(&self, full: &str) -> String {
        full.strip_prefix(self.package)
            .and_then(|rest| rest.strip_prefix('.'))
            .filter(|_| !self.package.is_empty())
            .unwrap_or(full)
            .to_owned()
    }

    fn duplicate(&mut self, name: &Name) {
        self.problems.push((
            ProblemKind::Duplicate {
                name: name.text.clone(),
            },
            name.span,
        ));
    }

    fn message(&mut self, syntax: &MessageSyntax, scope: &str, outer: &Features) {
        let full = joined(scope, &syntax.name.text);
        let features = outer.with(&syntax.options);
        let oneof_features: Vec<Features> = syntax
            .oneofs
            .iter()
            .map(|oneof| features.with(&oneof.options))
            .collect();
        let mut fields = Vec::with_capacity(syntax.fields.len());
        let (mut numbers, mut field_names) = (HashSet::new(), HashSet::new());
        for field in &syntax.fields {
            let is_new =
                numbers.insert(field.number) & field_names.insert(field.name.text.as_str());
            if !is_new {
                self.duplicate(&field.name);
                continue;
            }
            let around = field
                .oneof
                .and_then(|oneof| oneof_features.get(oneof))
                .unwrap_or(&features);
            fields.push(self.field(field, &full, around));
        }
        for nested in &syntax.messages {
            self.message(nested, &full, &features);
        }
        for nested in &syntax.enums {
            self.enumeration(nested, &full, &features);
        }
        for extend in &syntax.extends {
            self.extend(extend, &full, &features);
        }
        let message = Message {
            name: self.local(&full),
            package: self.package.to_owned(),
            place: self.place(syntax.name.span),
            fields,
            oneofs: syntax
                .oneofs
                .iter()
                .map(|oneof| Oneof {
                    name: oneof.name.text.clone(),
                    place: self.place(oneof.name.span),
                    options: oneof.options.clone(),
                })
                .collect(),
            reserved: syntax.reserved.clone(),
            reserved_names: named(&syntax.reserved_names),
            extension_ranges: syntax.extension_ranges.clone(),
            options: syntax.options.clone(),
            features,
        };
        if let Entry::Vacant(free) = self.schema.messages.entry(full) {
            free.insert(message);
        } else {
            self.duplicate(&syntax.name);
        }
    }

    fn field(&mut self, syntax: &FieldSyntax, scope: &str, around: &Features) -> Field {
        let mut features = around.with(&syntax.options);
        if let Some(OptionValue::Word(kind)) = option(&syntax.options, "ctype") {
            features.cpp_string_type.clone_from(kind);
        }
        let mut field_type = self.field_type(&syntax.type_name, scope, syntax.type_span);
        if features.is_delimited
            && let FieldType::Message(name) = &field_type
        {
            field_type = FieldType::Group(name.clone());
        }
        let cardinality = self.cardinality(syntax, &field_type, &features);
        let is_packable = match &field_type {
            FieldType::Scalar(scalar) => scalar.is_packable(),
            FieldType::Enum(_) => true,
            _ => false,
        };
        let is_packed = match option(&syntax.options, "packed") {
            Some(OptionValue::Word(word)) => word == "true",
            _ => features.is_packed,
        };
        let json_name = match option(&syntax.options, "json_name") {
            Some(OptionValue::Text(name)) => name.clone(),
            _ => json_name(&syntax.name.text),
        };
        Field {
            name: syntax.name.text.clone(),
            number: syntax.number,
            cardinality,
            oneof: syntax.oneof,
            json_name,
            default: option(&syntax.options, "default").map(|value| default(value, &field_type)),
            is_packed: is_packed && is_packable && cardinality == Cardinality::Repeated,
            field_type,
            options: syntax.options.clone(),
            features,
            place: self.place(syntax.name.span),
            type_span: syntax.type_span,
            number_span: syntax.number_span,
        }
    }

    fn cardinality(
        &self,
        syntax: &FieldSyntax,
        field_type: &FieldType,
        features: &Features,
    ) -> Cardinality {
        if matches!(field_type, FieldType::Map(..)) {
            return Cardinality::Map;
        }
        let is_message = matches!(field_type, FieldType::Message(_) | FieldType::Group(_));
        match syntax.label {
            Some(Label::Repeated) => Cardinality::Repeated,
            Some(Label::Required) => Cardinality::Required,
            Some(Label::Optional) => Cardinality::Explicit,
            None => match features.field_presence {
                FieldPresence::LegacyRequired => Cardinality::Required,
                _ if syntax.oneof.is_some() || is_message => Cardinality::Explicit,
                FieldPresence::Explicit => Cardinality::Explicit,
                FieldPresence::Implicit => {
                    // A type that was not found may be a message; nothing is said about it.
                    if matches!(field_type, FieldType::Unresolved(_))
                        && self.edition != Edition::Proto3
                    {
                        Cardinality::Explicit
                    } else {
                        Cardinality::Implicit
                    }
                }
            },
        }
    }

    fn field_type(&mut self, written: &TypeName, scope: &str, span: Span) -> FieldType {
        match written {
            TypeName::Scalar(scalar) => FieldType::Scalar(*scalar),
            TypeName::Map(key, value) => {
                FieldType::Map(*key, Box::new(self.field_type(value, scope, span)))
            }
            TypeName::Group(name) => FieldType::Group(joined(scope, name)),
            TypeName::Named(name) => match self.resolve(name, scope, span) {
                Ok((full, TypeKind::Message)) => FieldType::Message(full),
                Ok((full, TypeKind::Enum)) => FieldType::Enum(full),
                Err(name) => FieldType::Unresolved(name),
            },
        }
    }

    /// Full name and kind; otherwise the name as written, reported unless a file is missing.
    fn resolve(
        &mut self,
        name: &str,
        scope: &str,
        span: Span,
    ) -> Result<(String, TypeKind), String> {
        if let Some(found) = self.names.resolve(name, scope, self.file) {
            return Ok(found);
        }
        if !self.names.misses_files(self.file) {
            self.problems.push((
                ProblemKind::UnknownType {
                    name: name.to_owned(),
                },
                span,
            ));
        }
        Err(name.trim_start_matches('.').to_owned())
    }

    fn message_name(&mut self, name: &Name, scope: &str) -> String {
        match self.resolve(&name.text, scope, name.span) {
            Ok((full, TypeKind::Message)) => full,
            Ok((full, TypeKind::Enum)) => {
                self.problems.push((
                    ProblemKind::NotAMessage {
                        name: name.text.clone(),
                    },
                    name.span,
                ));
                full
            }
            Err(written) => written,
        }
    }

    fn enumeration(&mut self, syntax: &EnumSyntax, scope: &str, outer: &Features) {
        let full = joined(scope, &syntax.name.text);
        let mut seen = HashSet::new();
        let mut values = Vec::with_capacity(syntax.values.len());
        for value in &syntax.values {
            if !seen.insert(value.name.text.as_str()) {
                self.duplicate(&value.name);
                continue;
            }
            values.push(EnumValue {
                name: value.name.text.clone(),
                number: value.number,
                options: value.options.clone(),
                place: self.place(value.name.span),
            });
        }
        let declared = Enum {
            name: self.local(&full),
            package: self.package.to_owned(),
            place: self.place(syntax.name.span),
            values,
            reserved: syntax.reserved.clone(),
            reserved_names: named(&syntax.reserved_names),
            features: outer.with(&syntax.options),
            options: syntax.options.clone(),
        };
        if let Entry::Vacant(free) = self.schema.enums.entry(full) {
            free.insert(declared);
        } else {
            self.duplicate(&syntax.name);
        }
    }

    fn extend(&mut self, syntax: &ExtendSyntax, scope: &str, outer: &Features) {
        let extendee = self.message_name(&syntax.extendee, scope);
        for field in &syntax.fields {
            let mut extension = self.field(field, scope, outer);
            extension.name = joined(scope, &extension.name);
            // Presence of an extension always shows.
            if extension.cardinality == Cardinality::Implicit {
                extension.cardinality = Cardinality::Explicit;
            }
            let key = (extendee.clone(), field.number);
            if let Entry::Vacant(free) = self.schema.extensions.entry(key) {
                free.insert(extension);
            } else {
                self.duplicate(&field.name);
            }
        }
    }

    fn service(&mut self, syntax: &ServiceSyntax, scope: &str) {
        let full = joined(scope, &syntax.name.text);
        let mut rpcs: Vec<Rpc> = Vec::with_capacity(syntax.rpcs.len());
        let mut seen = HashSet::new();
        for rpc in &syntax.rpcs {
            if !seen.insert(rpc.name.text.as_str()) {
                self.duplicate(&rpc.name);
                continue;
            }
            rpcs.push(Rpc {
                name: rpc.name.text.clone(),
                request: self.message_name(&rpc.request, &full),
                response: self.message_name(&rpc.response, &full),
                is_client_streaming: rpc.is_client_streaming,
                is_server_streaming: rpc.is_server_streaming,
                options: rpc.options.clone(),
                place: self.place(rpc.name.span),
                request_span: rpc.request.span,
                response_span: rpc.response.span,
            });
        }
        let service = Service {
            name: self.local(&full),
            package: self.package.to_owned(),
            place: self.place(syntax.name.span),
            rpcs,
            options: syntax.options.clone(),
        };
        if let Entry::Vacant(free) = self.schema.services.entry(full) {
            free.insert(service);
        } else {
            self.duplicate(&syntax.name);
        }
    }
}

/// The name of a field in JSON: underscores go, and the letter after each is a capital.
fn json_name(name: &str) -> String {
    let mut json = String::with_capacity(name.len());
    let mut is_after_underscore = false;
    for character in name.chars() {
        if character == '_' {
            is_after_underscore = true;
        } else if is_after_underscore {
            json.push(character.to_ascii_uppercase());
            is_after_underscore = false;
        } else {
            json.push(character);
        }
    }
    json
}

/// One spelling per value: `1` and `1.0` of a double are equal.
fn default(value: &OptionValue, field_type: &FieldType) -> String {
    let is_float = matches!(
        field_type,
        FieldType::Scalar(Scalar::Double | Scalar::Float)
    );
    match value {
        OptionValue::Integer(number) if is_float => (*number as f64).to_string(),
        OptionValue::Integer(number) => number.to_string(),
        OptionValue::Float(text) | OptionValue::Word(text) | OptionValue::Text(text) => {
            text.clone()
        }
        OptionValue::Map(_) | OptionValue::List(_) => String::new(),
    }
}
