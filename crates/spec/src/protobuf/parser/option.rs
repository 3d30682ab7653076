//! Options and their values.

use pacto_diagnostic::Span;

use super::super::problem::ProblemKind;
use super::super::syntax::{OptionSetting, OptionValue};
use super::super::token::TokenKind;
use super::{DEPTH_LIMIT, Parser, Step, Stop, integer};

impl Parser<'_> {
    /// Reads `option name = value;`.
    pub(super) fn option_statement(&mut self) -> Step<OptionSetting> {
        self.advance();
        let setting = self.setting()?;
        self.semicolon();
        Ok(setting)
    }

    /// Reads `[name = value, …]` where it stands.
    pub(super) fn bracketed_options(&mut self) -> Step<Vec<OptionSetting>> {
        let mut options = Vec::new();
        if !self.take(b'[') {
            return Ok(options);
        }
        if self.take(b']') {
            return Ok(options);
        }
        loop {
            options.push(self.setting()?);
            if self.take(b']') {
                return Ok(options);
            }
            self.symbol(b',', "`,` or `]`")?;
        }
    }

    fn setting(&mut self) -> Step<OptionSetting> {
        let start = self.peek().span.start;
        let mut name = String::new();
        loop {
            if self.take(b'(') {
                let inner = self.dotted_name()?;
                self.symbol(b')', "`)`")?;
                name.push('(');
                name.push_str(inner.text.trim_start_matches('.'));
                name.push(')');
            } else {
                let part = self.name("the name of an option")?;
                name.push_str(&part.text);
            }
            if !self.take(b'.') {
                break;
            }
            name.push('.');
        }
        self.symbol(b'=', "`=`")?;
        let value = self.value()?;
        let end = self
            .at
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(start, |token| token.span.end);
        Ok(OptionSetting {
            name,
            value,
            span: Span::new(start, end),
        })
    }

    /// Reads a value as options and aggregates have them.
    fn value(&mut self) -> Step<OptionValue> {
        let token = self.peek();
        match token.kind {
            TokenKind::Symbol(b'{') => self.map(b'}'),
            TokenKind::Symbol(b'<') => self.map(b'>'),
            TokenKind::Symbol(b'[') => self.list(),
            TokenKind::Text => Ok(OptionValue::Text(self.text("a value")?.text)),
            TokenKind::Symbol(sign @ (b'-' | b'+')) => {
                self.advance();
                let value = self.value_without_sign()?;
                Ok(if sign == b'-' { negative(value) } else { value })
            }
            _ => self.value_without_sign(),
        }
    }

    fn value_without_sign(&mut self) -> Step<OptionValue> {
        let token = self.peek();
        let written = self.slice(token.span).to_owned();
        match token.kind {
            TokenKind::Integer => {
                self.advance();
                match integer(&written) {
                    Some(value) => Ok(OptionValue::Integer(i128::from(value))),
                    None => Ok(OptionValue::Float(float(&written))),
                }
            }
            TokenKind::Float => {
                self.advance();
                Ok(OptionValue::Float(float(&written)))
            }
            TokenKind::Word => Ok(OptionValue::Word(self.dotted_name()?.text)),
            _ => Err(self.expected("a value")),
        }
    }

    fn enter(&mut self) -> Step<()> {
        if self.depth >= DEPTH_LIMIT {
            let span = self.peek().span;
            self.problem(ProblemKind::TooDeep(DEPTH_LIMIT), span);
            return Err(Stop);
        }
        self.depth += 1;
        Ok(())
    }

    fn map(&mut self, close: u8) -> Step<OptionValue> {
        self.enter()?;
        self.advance();
        let entries = self.entries(close);
        self.depth -= 1;
        entries.map(OptionValue::Map)
    }

    fn entries(&mut self, close: u8) -> Step<Vec<(String, OptionValue)>> {
        let mut entries = Vec::new();
        while !self.take(close) {
            let key = if self.take(b'[') {
                let mut key = self.dotted_name()?.text;
                if self.take(b'/') {
                    key.push('/');
                    key.push_str(&self.dotted_name()?.text);
                }
                self.symbol(b']', "`]`")?;
                format!("[{key}]")
            } else {
                self.name("a key")?.text
            };
            let has_colon = self.take(b':');
            // Only in front of messages and lists of them.
            let is_block = self.is_symbol(b'{') || self.is_symbol(b'<') || self.is_symbol(b'[');
            if !has_colon && !is_block {
                return Err(self.expected("`:`"));
            }
            let value = self.value()?;
            entries.push((key, value));
            let _ = self.take(b',') || self.take(b';');
        }
        Ok(entries)
    }

    fn list(&mut self) -> Step<OptionValue> {
        self.enter()?;
        self.advance();
        let items = self.items();
        self.depth -= 1;
        items.map(OptionValue::List)
    }

    fn items(&mut self) -> Step<Vec<OptionValue>> {
        let mut items = Vec::new();
        while !self.take(b']') {
            items.push(self.value()?);
            if !self.is_symbol(b']') {
                self.symbol(b',', "`,` or `]`")?;
            }
        }
        Ok(items)
    }
}

fn negative(value: OptionValue) -> OptionValue {
    match value {
        OptionValue::Integer(number) => OptionValue::Integer(-number),
        OptionValue::Float(number) => OptionValue::Float(format!("-{number}")),
        OptionValue::Word(word) => OptionValue::Word(format!("-{word}")),
        other => other,
    }
}

/// One spelling per number.
fn float(written: &str) -> String {
    written
        .trim_end_matches(['f', 'F'])
        .parse::<f64>()
        .map_or_else(|_| written.to_owned(), |number| number.to_string())
}
