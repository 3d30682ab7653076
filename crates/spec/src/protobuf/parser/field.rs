//! Fields, groups and ranges of numbers.

use pacto_diagnostic::Span;

use super::super::problem::ProblemKind;
use super::super::scalar::Scalar;
use super::super::syntax::{FieldSyntax, Label, MessageSyntax, Name, NumberRange, TypeName};
use super::super::token::TokenKind;
use super::{Parser, Step, Stop};

/// The highest number of a field.
const LAST_FIELD: i64 = 536_870_911;

/// Names and ranges of a `reserved` statement.
#[derive(Default)]
pub(super) struct Reserved {
    pub(super) ranges: Vec<NumberRange>,
    pub(super) names: Vec<Name>,
}

impl Parser<'_> {
    /// Reads a field; the message of a group is added to `messages`.
    pub(super) fn field(
        &mut self,
        oneof: Option<usize>,
        messages: &mut Vec<MessageSyntax>,
    ) -> Step<FieldSyntax> {
        let label = match self.word() {
            "optional" => Some(Label::Optional),
            "required" => Some(Label::Required),
            "repeated" => Some(Label::Repeated),
            _ => None,
        };
        // A type may be called like a label: `repeated repeated = 1` is none, `optional = 1` is.
        let label = label.filter(|_| {
            matches!(
                self.peek_at(1).kind,
                TokenKind::Word | TokenKind::Symbol(b'.')
            )
        });
        if label.is_some() {
            self.advance();
        }
        let is_group = self.word() == "group"
            && self.peek_at(1).kind == TokenKind::Word
            && self
                .slice(self.peek_at(1).span)
                .starts_with(|first: char| first.is_ascii_uppercase());
        if is_group {
            return self.group(label, oneof, messages);
        }
        let (type_name, type_span) = self.type_name()?;
        let name = self.name("the name of a field")?;
        self.symbol(b'=', "`=`")?;
        let (number, number_span) = self.field_number()?;
        let options = self.bracketed_options()?;
        self.semicolon();
        Ok(FieldSyntax {
            name,
            label,
            type_name,
            type_span,
            number,
            number_span,
            oneof,
            options,
        })
    }

    fn group(
        &mut self,
        label: Option<Label>,
        oneof: Option<usize>,
        messages: &mut Vec<MessageSyntax>,
    ) -> Step<FieldSyntax> {
        self.advance();
        let name = self.name("the name of a group")?;
        self.symbol(b'=', "`=`")?;
        let (number, number_span) = self.field_number()?;
        let options = self.bracketed_options()?;
        let mut message = MessageSyntax {
            name: name.clone(),
            ..MessageSyntax::default()
        };
        self.message_body(&mut message)?;
        messages.push(message);
        Ok(FieldSyntax {
            type_name: TypeName::Group(name.text.clone()),
            type_span: name.span,
            name: Name {
                text: name.text.to_ascii_lowercase(),
                span: name.span,
            },
            label,
            number,
            number_span,
            oneof,
            options,
        })
    }

    fn type_name(&mut self) -> Step<(TypeName, Span)> {
        let is_map = self.word() == "map" && self.peek_at(1).kind == TokenKind::Symbol(b'<');
        if !is_map {
            let name = self.dotted_name()?;
            return Ok((named(name.text), name.span));
        }
        let start = self.peek().span.start;
        self.advance();
        self.advance();
        let key_span = self.peek().span;
        let key = self.name("the type of a key")?;
        let Some(key) = Scalar::from_name(&key.text).filter(|key| key.is_map_key()) else {
            self.problem(
                ProblemKind::Expected {
                    expected: "the type of a key",
                    found: format!("`{}`", key.text),
                },
                key_span,
            );
            return Err(Stop);
        };
        self.symbol(b',', "`,`")?;
        let value = named(self.dotted_name()?.text);
        let end = self.peek().span.end;
        self.symbol(b'>', "`>`")?;
        Ok((TypeName::Map(key, Box::new(value)), Span::new(start, end)))
    }

    fn field_number(&mut self) -> Step<(u32, Span)> {
        let (number, span) = self.integer("the number of a field")?;
        match u32::try_from(number) {
            Ok(number) if (1..=LAST_FIELD).contains(&i64::from(number)) => Ok((number, span)),
            _ => {
                self.problem(ProblemKind::OutOfRange("the number of a field"), span);
                Err(Stop)
            }
        }
    }

    /// Reads `1, 5 to 9, 100 to max`.
    pub(super) fn ranges(&mut self, last_of_all: i64) -> Step<Vec<NumberRange>> {
        let mut ranges = Vec::new();
        loop {
            let (first, mut span) = self.range_end("a number")?;
            let mut last = first;
            if self.word() == "to" {
                self.advance();
                if self.word() == "max" {
                    span.end = self.peek().span.end;
                    last = last_of_all;
                    self.advance();
                } else {
                    let (number, end) = self.range_end("a number or `max`")?;
                    span.end = end.end;
                    last = number;
                }
            }
            if last < first {
                self.problem(ProblemKind::OutOfRange("the end of a range"), span);
            } else {
                ranges.push(NumberRange { first, last, span });
            }
            if !self.take(b',') {
                return Ok(ranges);
            }
        }
    }

    fn range_end(&mut self, expected: &'static str) -> Step<(i64, Span)> {
        let (number, span) = self.integer(expected)?;
        if let Ok(number) = i32::try_from(number) {
            Ok((i64::from(number), span))
        } else {
            self.problem(ProblemKind::OutOfRange("a number of a range"), span);
            Err(Stop)
        }
    }

    /// Reads `reserved 1, 2 to 3;`, `reserved "a", "b";` or, in editions, `reserved a, b;`.
    pub(super) fn reserved(&mut self, last_of_all: i64) -> Step<Reserved> {
        self.advance();
        let mut reserved = Reserved::default();
        match self.peek().kind {
            TokenKind::Text | TokenKind::Word => loop {
                let name = if self.peek().kind == TokenKind::Text {
                    self.text("a name")?
                } else {
                    self.name("a name")?
                };
                reserved.names.push(name);
                if !self.take(b',') {
                    break;
                }
            },
            _ => reserved.ranges = self.ranges(last_of_all)?,
        }
        self.semicolon();
        Ok(reserved)
    }

    /// Reads `extensions 100 to 199 [options];`.
    pub(super) fn extension_ranges(&mut self) -> Step<Vec<NumberRange>> {
        self.advance();
        let ranges = self.ranges(LAST_FIELD)?;
        self.bracketed_options()?;
        self.semicolon();
        Ok(ranges)
    }

    pub(super) fn reserved_fields(&mut self) -> Step<Reserved> {
        self.reserved(LAST_FIELD)
    }
}

fn named(text: String) -> TypeName {
    match Scalar::from_name(&text) {
        Some(scalar) => TypeName::Scalar(scalar),
        None => TypeName::Named(text),
    }
}
