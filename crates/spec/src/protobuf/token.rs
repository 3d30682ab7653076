//! From text to tokens; blanks and comments vanish.

use pacto_diagnostic::Span;

use super::problem::ProblemKind;

/// What a token is; its text is the span's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Letters, digits and underscores. Dots are symbols.
    Word,
    Integer,
    Float,
    /// With its quotes.
    Text,
    Symbol(u8),
    /// After the last token, for ever.
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

/// Problem with the place.
pub(super) type Misread = (ProblemKind, Span);

/// Splits a text; what cannot be read is left out and reported.
pub(super) fn tokens(text: &str, limit: usize) -> (Vec<Token>, Vec<Misread>) {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        problems: Vec::new(),
    };
    let mut tokens = Vec::with_capacity(text.len() / 6);
    // A byte order mark is no character of the language.
    if text.starts_with('\u{feff}') {
        lexer.at = 3;
    }
    while let Some(token) = lexer.next() {
        tokens.push(token);
        if lexer.problems.len() > limit {
            break;
        }
    }
    (tokens, lexer.problems)
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    problems: Vec<Misread>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn span(&self, start: usize) -> Span {
        Span::new(start as u32, self.at as u32)
    }

    fn skip_while(&mut self, accept: impl Fn(u8) -> bool) {
        while self.bytes.get(self.at).is_some_and(|byte| accept(*byte)) {
            self.at += 1;
        }
    }

    fn next(&mut self) -> Option<Token> {
        loop {
            self.skip_while(|byte| byte.is_ascii_whitespace() || byte == 0x0b);
            let start = self.at;
            let byte = *self.bytes.get(self.at)?;
            match byte {
                b'/' if self.peek(1) == b'/' => self.skip_while(|byte| byte != b'\n'),
                b'/' if self.peek(1) == b'*' => self.block_comment(),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                    self.skip_while(is_word);
                    return Some(self.token(TokenKind::Word, start));
                }
                b'0'..=b'9' => return Some(self.number(start)),
                b'.' if self.peek(1).is_ascii_digit() => return Some(self.number(start)),
                b'"' | b'\'' => return Some(self.quoted(byte, start)),
                b'{' | b'}' | b'(' | b')' | b'[' | b']' | b'<' | b'>' | b'=' | b';' | b','
                | b'.' | b':' | b'-' | b'+' | b'/' => {
                    self.at += 1;
                    return Some(self.token(TokenKind::Symbol(byte), start));
                }
                _ => {
                    let character = self
                        .text
                        .get(self.at..)
                        .and_then(|rest| rest.chars().next())
                        .unwrap_or('\u{fffd}');
                    self.at += character.len_utf8();
                    let span = self.span(start);
                    self.problems
                        .push((ProblemKind::Character(character), span));
                    if self.problems.len() > 1_000 {
                        return None;
                    }
                }
            }
        }
    }

    fn token(&self, kind: TokenKind, start: usize) -> Token {
        Token {
            kind,
            span: self.span(start),
        }
    }

    fn block_comment(&mut self) {
        let start = self.at;
        if let Some(offset) = self.text.get(start + 2..).and_then(|rest| rest.find("*/")) {
            self.at = start + 2 + offset + 2;
        } else {
            self.at = self.bytes.len();
            let span = Span::new(start as u32, start as u32 + 2);
            self.problems
                .push((ProblemKind::Unclosed("a comment"), span));
        }
    }

    fn number(&mut self, start: usize) -> Token {
        let is_hexadecimal = self.peek(0) == b'0' && matches!(self.peek(1), b'x' | b'X');
        if is_hexadecimal {
            self.at += 2;
            self.skip_while(is_word);
            return self.token(TokenKind::Integer, start);
        }
        let mut kind = TokenKind::Integer;
        self.skip_while(|byte| byte.is_ascii_digit());
        if self.peek(0) == b'.' {
            kind = TokenKind::Float;
            self.at += 1;
            self.skip_while(|byte| byte.is_ascii_digit());
        }
        if matches!(self.peek(0), b'e' | b'E') {
            kind = TokenKind::Float;
            self.at += 1;
            if matches!(self.peek(0), b'+' | b'-') {
                self.at += 1;
            }
            self.skip_while(|byte| byte.is_ascii_digit());
        }
        if matches!(self.peek(0), b'f' | b'F') {
            kind = TokenKind::Float;
            self.at += 1;
        }
        // `12abc` is one bad number, not a number and a word.
        self.skip_while(is_word);
        self.token(kind, start)
    }

    fn quoted(&mut self, quote: u8, start: usize) -> Token {
        self.at += 1;
        loop {
            match self.bytes.get(self.at) {
                Some(b'\\') => {
                    self.at += 1;
                    let next = self
                        .text
                        .get(self.at..)
                        .and_then(|rest| rest.chars().next());
                    self.at += next.map_or(0, char::len_utf8);
                }
                Some(byte) if *byte == quote => {
                    self.at += 1;
                    return self.token(TokenKind::Text, start);
                }
                None | Some(b'\n') => {
                    let span = Span::new(start as u32, start as u32 + 1);
                    self.problems
                        .push((ProblemKind::Unclosed("a string"), span));
                    return self.token(TokenKind::Text, start);
                }
                Some(_) => self.at += 1,
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The value of a token of text. Bytes that are no UTF-8 stay as escapes, `\xff`, so that different
/// ones stay different.
pub(super) fn unquote(written: &str) -> Result<String, ProblemKind> {
    let Some(quote) = written.chars().next() else {
        return Ok(String::new());
    };
    let inner = written.get(1..).unwrap_or("");
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    if !inner.contains('\\') {
        return Ok(inner.to_owned());
    }
    let mut value = Vec::with_capacity(inner.len());
    let mut characters = inner.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\\' {
            push_character(&mut value, character);
            continue;
        }
        let Some(escape) = characters.next() else {
            return Err(ProblemKind::Escape);
        };
        match escape {
            'a' => value.push(7),
            'b' => value.push(8),
            'f' => value.push(12),
            'n' => value.push(b'\n'),
            'r' => value.push(b'\r'),
            't' => value.push(b'\t'),
            'v' => value.push(11),
            '\\' | '\'' | '"' | '?' => push_character(&mut value, escape),
            '0'..='7' => {
                let first = escape.to_digit(8).unwrap_or(0);
                let number = digits(&mut characters, 8, 2, first);
                value.push(u8::try_from(number).map_err(|_| ProblemKind::Escape)?);
            }
            'x' | 'X' => value.push(
                u8::try_from(digits(&mut characters, 16, 2, 0)).map_err(|_| ProblemKind::Escape)?,
            ),
            'u' => push_code(&mut value, digits(&mut characters, 16, 4, 0))?,
            'U' => push_code(&mut value, digits(&mut characters, 16, 8, 0))?,
            _ => return Err(ProblemKind::Escape),
        }
    }
    let mut text = String::with_capacity(value.len());
    for chunk in value.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    Ok(text)
}

/// Reads up to `most` digits that follow `first`.
fn digits(
    characters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    radix: u32,
    most: usize,
    first: u32,
) -> u32 {
    let mut number = first;
    for _ in 0..most {
        let Some(digit) = characters.peek().and_then(|next| next.to_digit(radix)) else {
            break;
        };
        number = number.wrapping_mul(radix).wrapping_add(digit);
        characters.next();
    }
    number
}

fn push_character(value: &mut Vec<u8>, character: char) {
    let mut buffer = [0; 4];
    value.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
}

fn push_code(value: &mut Vec<u8>, code: u32) -> Result<(), ProblemKind> {
    let character = char::from_u32(code).ok_or(ProblemKind::Escape)?;
    push_character(value, character);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        tokens(text, 10)
            .0
            .iter()
            .map(|token| (token.kind, text.get(token.span.range()).expect("a range")))
            .collect()
    }

    #[test]
    fn words_numbers_text_and_symbols_are_told_apart() {
        assert_eq!(
            kinds("a.b_1 = 0x1F // c\n/* d */ 1.5e-3 .5 'it\\'s'"),
            [
                (TokenKind::Word, "a"),
                (TokenKind::Symbol(b'.'), "."),
                (TokenKind::Word, "b_1"),
                (TokenKind::Symbol(b'='), "="),
                (TokenKind::Integer, "0x1F"),
                (TokenKind::Float, "1.5e-3"),
                (TokenKind::Float, ".5"),
                (TokenKind::Text, "'it\\'s'"),
            ]
        );
    }

    #[test]
    fn what_never_ends_is_reported_where_it_starts() {
        for (text, what) in [("a \"b", "a string"), ("a /* b", "a comment")] {
            let (_, problems) = tokens(text, 10);
            assert_eq!(problems.len(), 1);
            assert_eq!(problems[0].0, ProblemKind::Unclosed(what));
            assert_eq!(problems[0].1.start, 2);
        }
    }

    #[test]
    fn escapes_become_what_they_mean() {
        assert_eq!(
            unquote(r#""a\n\x41\101\u00e9\"""#),
            Ok("a\nAAé\"".to_owned())
        );
        assert_eq!(unquote(r"'a\376\xFF'"), Ok(r"a\xfe\xff".to_owned()));
        assert_eq!(unquote(r"'\q'"), Err(ProblemKind::Escape));
        assert_eq!(unquote(r"'\777'"), Err(ProblemKind::Escape));
    }
}
