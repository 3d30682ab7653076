//! Recursive descent with recovery at the next definition.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use pacto_diagnostic::{SourceText, Span};

use super::model::{
    Argument, Directive, EnumValue, Field, Schema, TypeDefinition, TypeKind, TypeReference,
};
use super::problem::{Problem, ProblemKind};
use super::token::{Token, TokenKind, description, tokens};

/// Types and values nested deeper than this are not read.
const DEPTH_LIMIT: usize = 100;

/// After this many problems the rest of a file is not read.
const PROBLEM_LIMIT: usize = 100;

/// Words that begin a definition.
const KEYWORDS: &[&str] = &[
    "type",
    "interface",
    "union",
    "enum",
    "input",
    "scalar",
    "directive",
    "schema",
    "extend",
];

/// The definition ended early; the reason is recorded.
struct Stop;

type Step<T> = Result<T, Stop>;

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    problems: Vec<(ProblemKind, Span)>,
    schema: Schema,
    /// Types that were defined, not only extended.
    defined: BTreeSet<String>,
    /// There is a `schema { … }` that lists the roots.
    has_schema: bool,
}

impl Schema {
    /// Reads a document.
    pub fn parse(source: &SourceText) -> Self {
        let (tokens, problems) = tokens(source.text(), PROBLEM_LIMIT);
        let mut parser = Parser {
            text: source.text(),
            tokens,
            at: 0,
            problems,
            schema: Self {
                source: source.clone(),
                types: BTreeMap::new(),
                directives: BTreeMap::new(),
                roots: BTreeMap::new(),
                problems: Vec::new(),
            },
            defined: BTreeSet::new(),
            has_schema: false,
        };
        parser.document();
        parser.finish()
    }
}

impl Parser<'_> {
    fn finish(self) -> Schema {
        let Self {
            text,
            mut problems,
            mut schema,
            has_schema,
            ..
        } = self;
        // Without `schema { … }` the types with these names are the roots; `extend schema` only
        // adds to them.
        if !has_schema {
            for (root, name) in [
                ("query", "Query"),
                ("mutation", "Mutation"),
                ("subscription", "Subscription"),
            ] {
                if let Some(definition) = schema.types.get(name) {
                    let target = (name.to_owned(), definition.span);
                    schema.roots.entry(root.to_owned()).or_insert(target);
                }
            }
        }
        problems.sort_by_key(|(_, span)| *span);
        if problems.len() > PROBLEM_LIMIT {
            problems.truncate(PROBLEM_LIMIT);
            let end = text.len() as u32;
            problems.push((
                ProblemKind::TooManyProblems(PROBLEM_LIMIT),
                Span::new(end, end),
            ));
        }
        schema.problems = problems
            .into_iter()
            .map(|(kind, span)| Problem {
                kind,
                location: schema.source.location(span),
            })
            .collect();
        schema
    }

    fn document(&mut self) {
        while self.peek().kind != TokenKind::End && self.problems.len() <= PROBLEM_LIMIT {
            let start = self.at;
            if self.definition().is_err() {
                self.at = self.at.max(start + 1);
                self.recover();
            }
        }
    }

    /// Skips to a word that begins a definition outside of braces, as far as that can be told.
    fn recover(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.peek().kind {
                TokenKind::End => return,
                TokenKind::Symbol(b'{') => depth += 1,
                TokenKind::Symbol(b'}') => depth = depth.saturating_sub(1),
                TokenKind::Name if depth == 0 => {
                    let is_field = self.peek_at(1).kind == TokenKind::Symbol(b':');
                    if KEYWORDS.contains(&self.word()) && !is_field {
                        return;
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn definition(&mut self) -> Step<()> {
        let words = self.description();
        let is_extension = self.take_word("extend");
        let keyword = self.word().to_owned();
        let kind = match keyword.as_str() {
            "scalar" => TypeKind::Scalar,
            "type" => TypeKind::Object,
            "interface" => TypeKind::Interface,
            "union" => TypeKind::Union,
            "enum" => TypeKind::Enum,
            "input" => TypeKind::Input,
            "schema" => return self.roots(is_extension),
            "directive" if !is_extension => return self.directive(words),
            _ => return Err(self.expected("a definition")),
        };
        self.at += 1;
        self.type_definition(kind, words, is_extension)
    }

    fn roots(&mut self, is_extension: bool) -> Step<()> {
        self.at += 1;
        self.directives()?;
        if !self.take(b'{') {
            return Ok(());
        }
        self.has_schema |= !is_extension;
        while !self.take(b'}') {
            let (root, _) = self.name()?;
            self.symbol(b':', "`:`")?;
            let target = self.name()?;
            self.schema.roots.insert(root, target);
        }
        Ok(())
    }

    fn directive(&mut self, description: Option<String>) -> Step<()> {
        self.at += 1;
        self.symbol(b'@', "`@`")?;
        let (name, span) = self.name()?;
        let arguments = self.arguments()?;
        let is_repeatable = self.take_word("repeatable");
        if !self.take_word("on") {
            return Err(self.expected("`on`"));
        }
        self.take(b'|');
        let mut locations = BTreeSet::from([self.name()?.0]);
        while self.take(b'|') {
            locations.insert(self.name()?.0);
        }
        let directive = Directive {
            description,
            span,
            arguments,
            is_repeatable,
            locations,
        };
        match self.schema.directives.entry(name) {
            Entry::Vacant(free) => {
                free.insert(directive);
            }
            Entry::Occupied(taken) => {
                let name = taken.key().clone();
                self.problems.push((ProblemKind::Duplicate(name), span));
            }
        }
        Ok(())
    }

    fn type_definition(
        &mut self,
        kind: TypeKind,
        description: Option<String>,
        is_extension: bool,
    ) -> Step<()> {
        let (name, span) = self.name()?;
        let mut definition = TypeDefinition {
            kind,
            description,
            span,
            fields: BTreeMap::new(),
            values: BTreeMap::new(),
            members: BTreeMap::new(),
            interfaces: BTreeMap::new(),
            is_one_of: false,
        };
        let body = self.type_body(&mut definition);
        let is_first = is_extension || self.defined.insert(name.clone());
        if !is_first {
            self.problems.push((ProblemKind::Duplicate(name), span));
            return body;
        }
        match self.schema.types.get_mut(&name) {
            Some(known) => {
                if !is_extension {
                    known.kind = definition.kind;
                    known.span = definition.span;
                    known.description = definition.description;
                }
                known.fields.extend(definition.fields);
                known.values.extend(definition.values);
                known.members.extend(definition.members);
                known.interfaces.extend(definition.interfaces);
                known.is_one_of |= definition.is_one_of;
            }
            None => {
                self.schema.types.insert(name, definition);
            }
        }
        body
    }

    fn type_body(&mut self, definition: &mut TypeDefinition) -> Step<()> {
        if self.take_word("implements") {
            self.take(b'&');
            loop {
                let (name, span) = self.name()?;
                definition.interfaces.insert(name, span);
                // Before 2018 nothing stood between the names. A type without fields may be followed
                // by another definition at once.
                let is_more = self.take(b'&')
                    || (self.peek().kind == TokenKind::Name && !KEYWORDS.contains(&self.word()));
                if !is_more {
                    break;
                }
            }
        }
        definition.is_one_of = self.directives()?.contains("oneOf");
        if definition.kind == TypeKind::Union {
            if !self.take(b'=') {
                return Ok(());
            }
            self.take(b'|');
            loop {
                let (name, span) = self.name()?;
                definition.members.insert(name, span);
                if !self.take(b'|') {
                    return Ok(());
                }
            }
        }
        if definition.kind == TypeKind::Scalar || !self.take(b'{') {
            return Ok(());
        }
        while !self.take(b'}') {
            let words = self.description();
            let (name, span) = self.name()?;
            if definition.kind == TypeKind::Enum {
                let is_deprecated = self.is_deprecated()?;
                let value = EnumValue {
                    description: words,
                    span,
                    is_deprecated,
                };
                definition.values.insert(name, value);
                continue;
            }
            let arguments = self.arguments()?;
            self.symbol(b':', "`:`")?;
            let (field_type, type_span) = self.type_reference()?;
            let default = self.default()?;
            let is_deprecated = self.is_deprecated()?;
            let field = Field {
                field_type,
                description: words,
                span,
                type_span,
                arguments,
                default,
                is_deprecated,
            };
            definition.fields.insert(name, field);
        }
        Ok(())
    }

    fn arguments(&mut self) -> Step<BTreeMap<String, Argument>> {
        let mut arguments = BTreeMap::new();
        if !self.take(b'(') {
            return Ok(arguments);
        }
        while !self.take(b')') {
            let description = self.description();
            let (name, span) = self.name()?;
            self.symbol(b':', "`:`")?;
            let (argument_type, type_span) = self.type_reference()?;
            let default = self.default()?;
            let is_deprecated = self.is_deprecated()?;
            let argument = Argument {
                argument_type,
                description,
                default,
                span,
                type_span,
                is_deprecated,
            };
            arguments.insert(name, argument);
        }
        Ok(arguments)
    }

    fn type_reference(&mut self) -> Step<(TypeReference, Span)> {
        let start = self.peek().span;
        let mut lists = 0_usize;
        while self.take(b'[') {
            lists += 1;
            if lists > DEPTH_LIMIT {
                self.problems
                    .push((ProblemKind::TooDeep(DEPTH_LIMIT), start));
                return Err(Stop);
            }
        }
        let mut reference = TypeReference::Named(self.name()?.0);
        loop {
            if self.take(b'!') {
                reference = TypeReference::NonNull(Box::new(reference));
            }
            if lists == 0 {
                return Ok((reference, Span::new(start.start, self.last_end())));
            }
            self.symbol(b']', "`]`")?;
            reference = TypeReference::List(Box::new(reference));
            lists -= 1;
        }
    }

    fn default(&mut self) -> Step<Option<String>> {
        if !self.take(b'=') {
            return Ok(None);
        }
        let mut value = String::new();
        self.value(&mut value, 0)?;
        Ok(Some(value))
    }

    /// Writes a value in one spelling: one blank after each item, keys in order.
    fn value(&mut self, out: &mut String, depth: usize) -> Step<()> {
        let token = self.peek();
        if depth > DEPTH_LIMIT {
            self.problems
                .push((ProblemKind::TooDeep(DEPTH_LIMIT), token.span));
            return Err(Stop);
        }
        let (close, is_map) = match token.kind {
            TokenKind::Symbol(b'[') => (b']', false),
            TokenKind::Symbol(b'{') => (b'}', true),
            TokenKind::Name | TokenKind::Number | TokenKind::Text => {
                out.push_str(self.slice(token.span));
                self.at += 1;
                return Ok(());
            }
            TokenKind::Symbol(b'$') => {
                self.at += 1;
                let (name, _) = self.name()?;
                out.push('$');
                out.push_str(&name);
                return Ok(());
            }
            _ => return Err(self.expected("a value")),
        };
        self.at += 1;
        let mut items = Vec::new();
        while !self.take(close) {
            let mut item = String::new();
            if is_map {
                item.push_str(&self.name()?.0);
                self.symbol(b':', "`:`")?;
                item.push(':');
            }
            self.value(&mut item, depth + 1)?;
            items.push(item);
        }
        if is_map {
            items.sort();
        }
        out.push(if is_map { '{' } else { '[' });
        out.push_str(&items.join(" "));
        out.push(char::from(close));
        Ok(())
    }

    /// Skips directives; true when one of them is `@deprecated`.
    fn is_deprecated(&mut self) -> Step<bool> {
        Ok(self.directives()?.contains("deprecated"))
    }

    /// Reads the names of directives.
    fn directives(&mut self) -> Step<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        while self.take(b'@') {
            names.insert(self.name()?.0);
            if self.take(b'(') {
                while !self.take(b')') {
                    self.name()?;
                    self.symbol(b':', "`:`")?;
                    self.value(&mut String::new(), 0)?;
                }
            }
        }
        Ok(names)
    }

    fn description(&mut self) -> Option<String> {
        let token = self.peek();
        if token.kind != TokenKind::Text {
            return None;
        }
        self.at += 1;
        Some(description(self.slice(token.span)))
    }

    fn peek(&self) -> Token {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Token {
        let end = self.text.len() as u32;
        self.tokens.get(self.at + ahead).copied().unwrap_or(Token {
            kind: TokenKind::End,
            span: Span::new(end, end),
        })
    }

    /// Where the last token that was taken ends.
    fn last_end(&self) -> u32 {
        self.at
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(0, |token| token.span.end)
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    fn word(&self) -> &str {
        let token = self.peek();
        if token.kind == TokenKind::Name {
            self.slice(token.span)
        } else {
            ""
        }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_here = self.word() == word;
        self.at += usize::from(is_here);
        is_here
    }

    fn take(&mut self, symbol: u8) -> bool {
        let is_here = self.peek().kind == TokenKind::Symbol(symbol);
        self.at += usize::from(is_here);
        is_here
    }

    fn symbol(&mut self, symbol: u8, expected: &'static str) -> Step<()> {
        if self.take(symbol) {
            Ok(())
        } else {
            Err(self.expected(expected))
        }
    }

    fn name(&mut self) -> Step<(String, Span)> {
        let token = self.peek();
        if token.kind != TokenKind::Name {
            return Err(self.expected("a name"));
        }
        self.at += 1;
        Ok((self.slice(token.span).to_owned(), token.span))
    }

    fn expected(&mut self, expected: &'static str) -> Stop {
        let token = self.peek();
        let found = if token.kind == TokenKind::End {
            "the end of the file".to_owned()
        } else {
            let text: String = self.slice(token.span).chars().take(40).collect();
            format!("`{text}`")
        };
        self.problems
            .push((ProblemKind::Expected { expected, found }, token.span));
        Stop
    }
}
