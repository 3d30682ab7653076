//! The JSON reader (RFC 8259).
//!
//! Strict: no comments, no trailing commas, no duplicate keys, no lone surrogates, no number that
//! does not fit a double.

use pacto_diagnostic::Span;

use crate::build::{Builder, Problem};
use crate::tape::{Tag, Tape};
use crate::{Limits, Number};

/// Reads a JSON text.
pub(crate) fn read(text: &str, limits: Limits) -> Result<Tape, Problem> {
    let mut reader = Reader {
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        is_fresh: false,
        unescaped: String::new(),
        builder: Builder::new(text, limits),
    };
    reader.document()?;
    Ok(reader.builder.finish())
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    /// A container was opened and nothing was read since.
    is_fresh: bool,
    unescaped: String,
    builder: Builder<'t>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_whitespace(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// A problem at the character where reading stands.
    fn problem(&self, message: impl Into<String>) -> Problem {
        let rest = self.builder.text().get(self.at..).unwrap_or("");
        let length = rest.chars().next().map_or(0, char::len_utf8);
        let span = Span::new(self.at as u32, (self.at + length) as u32);
        Problem::new(message, span)
    }

    fn expected(&self, what: &str) -> Problem {
        let rest = self.builder.text().get(self.at..).unwrap_or("");
        match rest.chars().next() {
            Some(character) => self.problem(format!("expected {what}, found {character:?}")),
            None => self.problem(format!("expected {what}, found the end of the text")),
        }
    }

    fn document(&mut self) -> Result<(), Problem> {
        self.skip_whitespace();
        loop {
            self.value()?;
            if !self.up_to_next_value()? {
                break;
            }
        }
        self.skip_whitespace();
        if self.at < self.bytes.len() {
            return Err(self.expected("the end of the text"));
        }
        Ok(())
    }

    /// Goes on behind a value or an opening bracket: closes containers, reads separators and keys.
    /// False when the root is complete.
    fn up_to_next_value(&mut self) -> Result<bool, Problem> {
        loop {
            let Some(is_mapping) = self.builder.innermost_is_mapping() else {
                return Ok(false);
            };
            self.skip_whitespace();
            let is_fresh = std::mem::take(&mut self.is_fresh);
            match self.peek() {
                Some(b'}') if is_mapping => {
                    self.at += 1;
                    self.builder.close(self.at as u32)?;
                    continue;
                }
                Some(b']') if !is_mapping => {
                    self.at += 1;
                    self.builder.close(self.at as u32)?;
                    continue;
                }
                Some(b',') if !is_fresh => {
                    self.at += 1;
                    self.skip_whitespace();
                }
                Some(_) if is_fresh => {}
                _ if is_mapping => return Err(self.expected("`,` or `}`")),
                _ => return Err(self.expected("`,` or `]`")),
            }
            if is_mapping {
                if self.peek() != Some(b'"') {
                    return Err(self.expected("a key in double quotes"));
                }
                self.string()?;
                self.skip_whitespace();
                if self.peek() != Some(b':') {
                    return Err(self.expected("`:`"));
                }
                self.at += 1;
                self.skip_whitespace();
            }
            return Ok(true);
        }
    }

    /// Reads a scalar or opens a container.
    fn value(&mut self) -> Result<(), Problem> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(bracket @ (b'{' | b'[')) => {
                self.builder.open(self.at as u32, bracket == b'{')?;
                self.at += 1;
                self.is_fresh = true;
                Ok(())
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Tag::True),
            Some(b'f') => self.word("false", Tag::False),
            Some(b'n') => self.word("null", Tag::Null),
            _ => Err(self.expected("a value")),
        }
    }

    fn word(&mut self, word: &str, tag: Tag) -> Result<(), Problem> {
        let end = self.at + word.len();
        if self.bytes.get(self.at..end) != Some(word.as_bytes()) {
            return Err(self.expected("a value"));
        }
        self.builder
            .word(Span::new(self.at as u32, end as u32), tag)?;
        self.at = end;
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Problem> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.expected("a digit"));
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Problem> {
        let start = self.at;
        let is_negative = self.peek() == Some(b'-');
        if is_negative {
            self.at += 1;
        }
        let first = self.peek();
        let digits_start = self.at;
        self.digits()?;
        if first == Some(b'0') && self.at > digits_start + 1 {
            self.at = digits_start;
            return Err(self.problem("number with a leading zero"));
        }
        let mut is_integer = true;
        if self.peek() == Some(b'.') {
            is_integer = false;
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            is_integer = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let span = Span::new(start as u32, self.at as u32);
        let text = self.builder.text().get(span.range()).unwrap_or("");
        let integer = if is_integer && text != "-0" {
            text.parse::<i64>()
                .map(Number::Integer)
                .or_else(|_| text.parse::<u64>().map(Number::Unsigned))
                .ok()
        } else {
            None
        };
        let number = match integer {
            Some(number) => number,
            None => match text.parse::<f64>() {
                Ok(value) if value.is_finite() => Number::Float(value),
                _ => return Err(Problem::new("number out of range", span)),
            },
        };
        self.builder.number(span, number)?;
        Ok(())
    }

    /// Reads a string; the quote is at the current place.
    fn string(&mut self) -> Result<(), Problem> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => return self.escaped_string(start),
                Some(0x20..) => self.at += 1,
                Some(_) => return Err(self.problem("control character in a string")),
                None => return Err(self.problem("string without an end")),
            }
        }
        self.at += 1;
        self.builder.plain(
            Span::new(start as u32, self.at as u32),
            Span::new(start as u32 + 1, self.at as u32 - 1),
        )?;
        Ok(())
    }

    /// Goes on with a string from its first backslash.
    fn escaped_string(&mut self, start: usize) -> Result<(), Problem> {
        let mut value = std::mem::take(&mut self.unescaped);
        value.clear();
        let text = self.builder.text();
        let mut copied = start + 1;
        loop {
            match self.peek() {
                Some(byte @ (b'"' | b'\\')) => {
                    value.push_str(text.get(copied..self.at).unwrap_or(""));
                    self.at += 1;
                    if byte == b'"' {
                        break;
                    }
                    value.push(self.escape()?);
                    copied = self.at;
                }
                Some(0x20..) => self.at += 1,
                Some(_) => return Err(self.problem("control character in a string")),
                None => return Err(self.problem("string without an end")),
            }
        }
        let span = Span::new(start as u32, self.at as u32);
        self.builder.buffered(span, &value)?;
        self.unescaped = value;
        Ok(())
    }

    /// Reads what follows a backslash.
    fn escape(&mut self) -> Result<char, Problem> {
        let character = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte as char,
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode_escape();
            }
            _ => return Err(self.problem("unknown escape in a string")),
        };
        self.at += 1;
        Ok(character)
    }

    fn unicode_escape(&mut self) -> Result<char, Problem> {
        let first = self.hex()?;
        let is_high = (0xd800..0xdc00).contains(&first);
        let has_low = self.bytes.get(self.at..self.at + 2) == Some(b"\\u");
        let code = if is_high && has_low {
            self.at += 2;
            let second = self.hex()?;
            if !(0xdc00..0xe000).contains(&second) {
                return Err(self.problem("lone surrogate in a string"));
            }
            0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
        } else {
            first
        };
        char::from_u32(code).ok_or_else(|| self.problem("lone surrogate in a string"))
    }

    fn hex(&mut self) -> Result<u32, Problem> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| (byte as char).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.expected("four hexadecimal digits"));
            };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }
}
