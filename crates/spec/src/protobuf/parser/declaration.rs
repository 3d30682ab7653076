//! Messages, enums, extensions and services.

use super::super::problem::ProblemKind;
use super::super::syntax::{
    EnumSyntax, EnumValueSyntax, ExtendSyntax, MessageSyntax, Name, OneofSyntax, RpcSyntax,
    ServiceSyntax,
};
use super::super::token::TokenKind;
use super::{Parser, Step, Stop};

impl Parser<'_> {
    pub(super) fn message(&mut self) -> Step<MessageSyntax> {
        self.advance();
        let mut message = MessageSyntax {
            name: self.name("the name of a message")?,
            ..MessageSyntax::default()
        };
        self.message_body(&mut message)?;
        Ok(message)
    }

    pub(super) fn message_body(&mut self, message: &mut MessageSyntax) -> Step<()> {
        self.block(|parser| parser.message_statement(message))
    }

    fn message_statement(&mut self, message: &mut MessageSyntax) -> Step<()> {
        let is_declaration = self.peek_at(1).kind == TokenKind::Word;
        match self.word() {
            "message" if is_declaration => {
                message.messages.push(self.message()?);
            }
            "enum" if is_declaration => {
                message.enums.push(self.enumeration()?);
            }
            "export" | "local" if matches!(self.word_after(), "message" | "enum") => {
                self.advance();
                self.message_statement(message)?;
            }
            "extend" => {
                let extend = self.extend(&mut message.messages)?;
                message.extends.push(extend);
            }
            "oneof" if is_declaration => self.oneof(message)?,
            "option" => message.options.push(self.option_statement()?),
            "extensions" => {
                let ranges = self.extension_ranges()?;
                message.extension_ranges.extend(ranges);
            }
            "reserved" => {
                let reserved = self.reserved_fields()?;
                message.reserved.extend(reserved.ranges);
                message.reserved_names.extend(reserved.names);
            }
            _ => {
                let field = self.field(None, &mut message.messages)?;
                message.fields.push(field);
            }
        }
        Ok(())
    }

    fn oneof(&mut self, message: &mut MessageSyntax) -> Step<()> {
        self.advance();
        let index = message.oneofs.len();
        message.oneofs.push(OneofSyntax {
            name: self.name("the name of a oneof")?,
            options: Vec::new(),
        });
        self.block(|parser| {
            if parser.word() == "option" && parser.peek_at(1).kind != TokenKind::Symbol(b'.') {
                let option = parser.option_statement()?;
                if let Some(oneof) = message.oneofs.get_mut(index) {
                    oneof.options.push(option);
                }
            } else {
                let field = parser.field(Some(index), &mut message.messages)?;
                message.fields.push(field);
            }
            Ok(())
        })
    }

    /// Reads `extend Name { … }`; groups in it declare messages beside it.
    pub(super) fn extend(&mut self, messages: &mut Vec<MessageSyntax>) -> Step<ExtendSyntax> {
        self.advance();
        let mut extend = ExtendSyntax {
            extendee: self.dotted_name()?,
            fields: Vec::new(),
        };
        self.block(|parser| {
            extend.fields.push(parser.field(None, messages)?);
            Ok(())
        })?;
        Ok(extend)
    }

    pub(super) fn enumeration(&mut self) -> Step<EnumSyntax> {
        self.advance();
        let mut declared = EnumSyntax {
            name: self.name("the name of an enum")?,
            ..EnumSyntax::default()
        };
        self.block(|parser| {
            let is_value = parser.peek_at(1).kind == TokenKind::Symbol(b'=');
            match parser.word() {
                "option" if !is_value => declared.options.push(parser.option_statement()?),
                "reserved" if !is_value => {
                    let reserved = parser.reserved(i64::from(i32::MAX))?;
                    declared.reserved.extend(reserved.ranges);
                    declared.reserved_names.extend(reserved.names);
                }
                _ => declared.values.push(parser.enum_value()?),
            }
            Ok(())
        })?;
        Ok(declared)
    }

    fn enum_value(&mut self) -> Step<EnumValueSyntax> {
        let name = self.name("the name of a value")?;
        self.symbol(b'=', "`=`")?;
        let (number, span) = self.integer("the number of a value")?;
        let Ok(number) = i32::try_from(number) else {
            self.problem(ProblemKind::OutOfRange("the number of a value"), span);
            return Err(Stop);
        };
        let options = self.bracketed_options()?;
        self.semicolon();
        Ok(EnumValueSyntax {
            name,
            number,
            options,
        })
    }

    pub(super) fn service(&mut self) -> Step<ServiceSyntax> {
        self.advance();
        let mut service = ServiceSyntax {
            name: self.name("the name of a service")?,
            ..ServiceSyntax::default()
        };
        self.block(|parser| {
            match parser.word() {
                "option" => service.options.push(parser.option_statement()?),
                "rpc" => service.rpcs.push(parser.rpc()?),
                _ => return Err(parser.expected("`rpc` or `option`")),
            }
            Ok(())
        })?;
        Ok(service)
    }

    fn rpc(&mut self) -> Step<RpcSyntax> {
        self.advance();
        let name = self.name("the name of an rpc")?;
        let (is_client_streaming, request) = self.rpc_type()?;
        if self.word() != "returns" {
            return Err(self.expected("`returns`"));
        }
        self.advance();
        let (is_server_streaming, response) = self.rpc_type()?;
        let mut options = Vec::new();
        if self.is_symbol(b'{') {
            self.block(|parser| {
                if parser.word() != "option" {
                    return Err(parser.expected("`option`"));
                }
                options.push(parser.option_statement()?);
                Ok(())
            })?;
        } else {
            self.semicolon();
        }
        Ok(RpcSyntax {
            name,
            request,
            response,
            is_client_streaming,
            is_server_streaming,
            options,
        })
    }

    /// Reads `(stream Type)`.
    fn rpc_type(&mut self) -> Step<(bool, Name)> {
        self.symbol(b'(', "`(`")?;
        let is_streaming =
            self.word() == "stream" && self.peek_at(1).kind != TokenKind::Symbol(b')');
        if is_streaming {
            self.advance();
        }
        let name = self.dotted_name()?;
        self.symbol(b')', "`)`")?;
        Ok((is_streaming, name))
    }
}
