//! From text to tokens; blanks, commas and comments vanish.

use pacto_diagnostic::Span;

use super::problem::ProblemKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Name,
    Number,
    /// With its quotes.
    Text,
    /// `...` is the symbol `.`.
    Symbol(u8),
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

/// Splits a text; what cannot be read is left out and reported.
pub(super) fn tokens(text: &str, limit: usize) -> (Vec<Token>, Vec<(ProblemKind, Span)>) {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut problems = Vec::new();
    let mut at = 0;
    let skip = |from: usize, accept: &dyn Fn(u8) -> bool| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| accept(**byte)).count()
    };
    while let Some(byte) = bytes.get(at).copied() {
        let start = at;
        let kind = match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = skip(at, &|byte| byte != b'\n');
                continue;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                at = skip(at, &|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                TokenKind::Name
            }
            b'0'..=b'9' | b'-' => {
                at = skip(at + 1, &|byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-')
                });
                TokenKind::Number
            }
            b'"' => {
                let (end, is_closed) = text_end(text, at);
                at = end;
                if !is_closed {
                    let span = Span::new(start as u32, start as u32 + 1);
                    problems.push((ProblemKind::Unclosed, span));
                }
                TokenKind::Text
            }
            b'.' if text.get(at..).is_some_and(|rest| rest.starts_with("...")) => {
                at += 3;
                TokenKind::Symbol(b'.')
            }
            b'{' | b'}' | b'(' | b')' | b'[' | b']' | b':' | b'!' | b'=' | b'|' | b'&' | b'@'
            | b'$' => {
                at += 1;
                TokenKind::Symbol(byte)
            }
            _ => {
                let rest = text.get(at..).unwrap_or("");
                let character = rest.chars().next().unwrap_or('\u{fffd}');
                at += character.len_utf8();
                // A byte order mark is no character of the language.
                if character != '\u{feff}' {
                    let span = Span::new(start as u32, at as u32);
                    problems.push((ProblemKind::Character(character), span));
                    if problems.len() > limit {
                        break;
                    }
                }
                continue;
            }
        };
        tokens.push(Token {
            kind,
            span: Span::new(start as u32, at as u32),
        });
    }
    (tokens, problems)
}

/// Where a string that starts at an offset ends, and whether it is closed.
fn text_end(text: &str, start: usize) -> (usize, bool) {
    let rest = text.get(start..).unwrap_or("");
    if let Some(block) = rest.strip_prefix("\"\"\"") {
        let mut from = 0;
        while let Some(found) = block.get(from..).and_then(|rest| rest.find("\"\"\"")) {
            let end = from + found;
            if block
                .get(..end)
                .is_some_and(|before| before.ends_with('\\'))
            {
                from = end + 3;
            } else {
                return (start + 3 + end + 3, true);
            }
        }
        return (text.len(), false);
    }
    let mut is_escaped = false;
    for (offset, character) in rest.char_indices().skip(1) {
        match character {
            '\n' => return (start + offset, false),
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return (start + offset + 1, true),
            _ => {}
        }
    }
    (text.len(), false)
}

/// The words of a description: without quotes, and without the blanks that indent it.
pub(super) fn description(written: &str) -> String {
    let inner = written.trim_matches('"');
    let lines: Vec<&str> = inner.lines().map(str::trim).collect();
    lines.join("\n").trim().to_owned()
}
