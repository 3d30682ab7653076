//! Recursive descent with recovery: a statement that cannot be read is reported and left out.

mod declaration;
mod field;
mod option;

use pacto_diagnostic::{SourceText, Span};

use super::problem::{Problem, ProblemKind};
use super::syntax::{Edition, FileSyntax, Import, ImportKind, Name};
use super::token::{Misread, Token, TokenKind, tokens, unquote};

/// Blocks and values nested deeper than this are not read.
const DEPTH_LIMIT: usize = 100;

/// After this many problems the rest of a file is not read.
const PROBLEM_LIMIT: usize = 100;

/// Files larger than this are not read.
const SIZE_LIMIT: usize = 64 << 20;

/// The statement ended early; the reason is recorded.
struct Stop;

type Step<T> = Result<T, Stop>;

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    problems: Vec<Misread>,
}

/// Reads one file.
pub(super) fn parse(source: &SourceText) -> FileSyntax {
    let is_too_large = source.text().len() > SIZE_LIMIT;
    let text = if is_too_large { "" } else { source.text() };
    let (tokens, mut problems) = tokens(text, PROBLEM_LIMIT);
    if is_too_large {
        problems.push((ProblemKind::TooLarge(SIZE_LIMIT), Span::new(0, 0)));
    }
    let mut parser = Parser {
        text,
        tokens,
        at: 0,
        depth: 0,
        problems,
    };
    let mut file = FileSyntax {
        source: source.clone(),
        edition: Edition::Proto2,
        edition_span: Span::new(0, 0),
        package: Name::default(),
        imports: Vec::new(),
        options: Vec::new(),
        messages: Vec::new(),
        enums: Vec::new(),
        extends: Vec::new(),
        services: Vec::new(),
        problems: Vec::new(),
    };
    parser.file(&mut file);
    let mut problems = parser.problems;
    problems.sort_by_key(|(_, span)| *span);
    if problems.len() > PROBLEM_LIMIT {
        problems.truncate(PROBLEM_LIMIT);
        let end = text.len() as u32;
        problems.push((
            ProblemKind::TooManyProblems(PROBLEM_LIMIT),
            Span::new(end, end),
        ));
    }
    file.problems = problems
        .into_iter()
        .map(|(kind, span)| Problem {
            kind,
            location: source.location(span),
        })
        .collect();
    file
}

impl Parser<'_> {
    fn file(&mut self, file: &mut FileSyntax) {
        loop {
            let token = self.peek();
            match token.kind {
                TokenKind::End => return,
                TokenKind::Symbol(b';') => self.advance(),
                _ => {
                    let start = self.at;
                    if self.file_statement(file).is_err() {
                        self.recover(start);
                        if self.at == start {
                            self.advance();
                        }
                    }
                }
            }
            self.stop_when_hopeless();
        }
    }

    fn file_statement(&mut self, file: &mut FileSyntax) -> Step<()> {
        let start = self.peek().span;
        match self.word() {
            "syntax" => self.edition(file, "syntax"),
            "edition" => self.edition(file, "edition"),
            "package" => {
                self.advance();
                let name = self.dotted_name()?;
                if file.package.text.is_empty() {
                    file.package = name;
                } else {
                    self.problem(
                        ProblemKind::Duplicate {
                            name: "package".to_owned(),
                        },
                        start,
                    );
                }
                self.semicolon();
                Ok(())
            }
            "import" => {
                self.advance();
                let kind = match self.word() {
                    "public" => ImportKind::Public,
                    "weak" => ImportKind::Weak,
                    "option" => ImportKind::Option,
                    _ => ImportKind::Plain,
                };
                if kind != ImportKind::Plain {
                    self.advance();
                }
                let path = self.text("the path of a file")?;
                file.imports.push(Import { path, kind });
                self.semicolon();
                Ok(())
            }
            "option" => {
                file.options.push(self.option_statement()?);
                Ok(())
            }
            "export" | "local" if matches!(self.word_after(), "message" | "enum") => {
                self.advance();
                self.file_statement(file)
            }
            "message" => {
                file.messages.push(self.message()?);
                Ok(())
            }
            "enum" => {
                file.enums.push(self.enumeration()?);
                Ok(())
            }
            "extend" => {
                let extend = self.extend(&mut file.messages)?;
                file.extends.push(extend);
                Ok(())
            }
            "service" => {
                file.services.push(self.service()?);
                Ok(())
            }
            _ => Err(self.expected("a declaration")),
        }
    }

    fn edition(&mut self, file: &mut FileSyntax, keyword: &'static str) -> Step<()> {
        let start = self.peek().span.start;
        self.advance();
        self.symbol(b'=', "`=`")?;
        let value = self.text("a string")?;
        file.edition_span = Span::new(start, value.span.end);
        let edition = match (keyword, value.text.as_str()) {
            ("syntax", "proto2") => Some(Edition::Proto2),
            ("syntax", "proto3") => Some(Edition::Proto3),
            ("edition", "2023") => Some(Edition::Edition2023),
            ("edition", "2024") => Some(Edition::Edition2024),
            _ => None,
        };
        if let Some(edition) = edition {
            file.edition = edition;
        } else {
            // The newest rules we know are closest to those of a newer edition.
            if keyword == "edition" {
                file.edition = Edition::Edition2024;
            }
            let kind = ProblemKind::Edition {
                keyword,
                value: value.text,
            };
            self.problem(kind, value.span);
        }
        self.semicolon();
        Ok(())
    }

    /// Reads `{ statement* }`.
    fn block(&mut self, mut statement: impl FnMut(&mut Self) -> Step<()>) -> Step<()> {
        let open = self.peek().span;
        self.symbol(b'{', "`{`")?;
        if self.depth >= DEPTH_LIMIT {
            self.problem(ProblemKind::TooDeep(DEPTH_LIMIT), open);
            self.skip_to_close(1);
            return Ok(());
        }
        self.depth += 1;
        let result = loop {
            match self.peek().kind {
                TokenKind::Symbol(b'}') => {
                    self.advance();
                    break Ok(());
                }
                TokenKind::End => {
                    self.problem(ProblemKind::Unclosed("a block"), open);
                    // What was read so far counts.
                    break Ok(());
                }
                TokenKind::Symbol(b';') => self.advance(),
                _ => {
                    let start = self.at;
                    if statement(self).is_err() {
                        self.recover(start);
                        if self.at == start {
                            self.advance();
                        }
                    }
                }
            }
            self.stop_when_hopeless();
        };
        self.depth -= 1;
        result
    }

    /// Skips the statement that begins at a token: to its semicolon, or past its block, but never
    /// out of the block around it.
    fn recover(&mut self, start: usize) {
        let reached = self.at;
        self.at = start;
        loop {
            match self.peek().kind {
                TokenKind::End | TokenKind::Symbol(b'}') => break,
                TokenKind::Symbol(b';') => {
                    self.advance();
                    break;
                }
                TokenKind::Symbol(b'{') => {
                    self.advance();
                    self.skip_to_close(1);
                    if self.peek().kind == TokenKind::Symbol(b';') {
                        self.advance();
                    }
                    break;
                }
                _ => self.advance(),
            }
        }
        // Never read anything twice.
        if matches!(self.peek().kind, TokenKind::End) {
            self.at = self.at.max(reached);
        }
    }

    /// Skips past the brace that closes `open` open ones.
    fn skip_to_close(&mut self, open: usize) {
        let mut open = open;
        while open > 0 {
            match self.peek().kind {
                TokenKind::End => return,
                TokenKind::Symbol(b'{') => open += 1,
                TokenKind::Symbol(b'}') => open -= 1,
                _ => {}
            }
            self.advance();
        }
    }

    fn stop_when_hopeless(&mut self) {
        if self.problems.len() > PROBLEM_LIMIT {
            self.at = self.tokens.len();
        }
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

    fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len());
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The word at the cursor; empty when there is none.
    fn word(&self) -> &str {
        self.word_at(0)
    }

    fn word_after(&self) -> &str {
        self.word_at(1)
    }

    fn word_at(&self, ahead: usize) -> &str {
        let token = self.peek_at(ahead);
        if token.kind == TokenKind::Word {
            self.slice(token.span)
        } else {
            ""
        }
    }

    fn is_symbol(&self, symbol: u8) -> bool {
        self.peek().kind == TokenKind::Symbol(symbol)
    }

    /// Takes a symbol if it stands here.
    fn take(&mut self, symbol: u8) -> bool {
        let is_here = self.is_symbol(symbol);
        if is_here {
            self.advance();
        }
        is_here
    }

    fn symbol(&mut self, symbol: u8, expected: &'static str) -> Step<()> {
        if self.take(symbol) {
            Ok(())
        } else {
            Err(self.expected(expected))
        }
    }

    /// A missing semicolon is reported, and the next statement read as if it were there.
    fn semicolon(&mut self) {
        if !self.take(b';') {
            let _ = self.expected("`;`");
        }
    }

    fn problem(&mut self, kind: ProblemKind, span: Span) {
        self.problems.push((kind, span));
    }

    fn expected(&mut self, expected: &'static str) -> Stop {
        let token = self.peek();
        let found = if token.kind == TokenKind::End {
            "the end of the file".to_owned()
        } else {
            let text: String = self.slice(token.span).chars().take(40).collect();
            format!("`{text}`")
        };
        self.problem(ProblemKind::Expected { expected, found }, token.span);
        Stop
    }

    fn name(&mut self, expected: &'static str) -> Step<Name> {
        let token = self.peek();
        if token.kind != TokenKind::Word {
            return Err(self.expected(expected));
        }
        self.advance();
        Ok(Name {
            text: self.slice(token.span).to_owned(),
            span: token.span,
        })
    }

    /// Reads `.a.b.c`, the first dot being optional.
    fn dotted_name(&mut self) -> Step<Name> {
        let start = self.peek().span.start;
        let mut text = String::new();
        if self.take(b'.') {
            text.push('.');
        }
        loop {
            let part = self.name("a name")?;
            text.push_str(&part.text);
            let is_more = self.is_symbol(b'.') && self.peek_at(1).kind == TokenKind::Word;
            if !is_more {
                let span = Span::new(start, part.span.end);
                return Ok(Name { text, span });
            }
            self.advance();
            text.push('.');
        }
    }

    /// Reads strings that stand side by side as one.
    fn text(&mut self, expected: &'static str) -> Step<Name> {
        let first = self.peek();
        if first.kind != TokenKind::Text {
            return Err(self.expected(expected));
        }
        let mut value = Name {
            text: String::new(),
            span: first.span,
        };
        while self.peek().kind == TokenKind::Text {
            let token = self.peek();
            match unquote(self.slice(token.span)) {
                Ok(part) => value.text.push_str(&part),
                Err(kind) => self.problem(kind, token.span),
            }
            value.span.end = token.span.end;
            self.advance();
        }
        Ok(value)
    }

    /// Reads a whole number with its sign.
    fn integer(&mut self, expected: &'static str) -> Step<(i128, Span)> {
        let start = self.peek().span.start;
        let is_negative = self.take(b'-');
        let token = self.peek();
        if token.kind != TokenKind::Integer {
            return Err(self.expected(expected));
        }
        let Some(value) = integer(self.slice(token.span)) else {
            self.problem(ProblemKind::OutOfRange("a number"), token.span);
            return Err(Stop);
        };
        self.advance();
        let value = i128::from(value);
        Ok((
            if is_negative { -value } else { value },
            Span::new(start, token.span.end),
        ))
    }
}

/// The value of a token: decimal, `0x1f`, or `017`.
fn integer(written: &str) -> Option<u64> {
    let lower = written.to_ascii_lowercase();
    if let Some(digits) = lower.strip_prefix("0x") {
        u64::from_str_radix(digits, 16).ok()
    } else if lower.len() > 1 && lower.starts_with('0') {
        u64::from_str_radix(&lower, 8).ok()
    } else {
        lower.parse().ok()
    }
}
