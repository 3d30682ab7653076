//! Regular expressions of schemas: whether they match, a short text that they do match, and which
//! of two matches more.

mod containment;

pub use containment::contains;

use regex_syntax::hir::{Class, Hir, HirKind};

/// Characters of a sample; a longer one shows nothing.
const SAMPLE_LIMIT: usize = 1_000;

/// Steps that a match may go back, which bounds the time of hostile expressions.
const BACKTRACK_LIMIT: usize = 20_000;

/// Whether an expression matches somewhere in a text; `None` where this cannot be told.
///
/// Schemas speak the expressions of ECMA-262 (section 22.2). Nothing is said about text, and about
/// expressions, that the two languages read differently.
pub(super) fn matches(expression: &str, text: &str) -> Option<bool> {
    let is_printable = text.chars().all(|it| matches!(it, ' '..='~'));
    if !is_printable || !is_common(expression) {
        return None;
    }
    let regex = fancy_regex::RegexBuilder::new(expression)
        .backtrack_limit(BACKTRACK_LIMIT)
        .build();
    regex.ok()?.is_match(text).ok()
}

/// Short texts that an expression matches, from their start to their end: the shortest, and one
/// with everything once more that may be repeated. None for expressions beyond the regular ones.
pub fn samples(expression: &str) -> Vec<String> {
    if !is_common(expression) {
        return Vec::new();
    }
    let Ok(hir) = regex_syntax::parse(expression) else {
        return Vec::new();
    };
    let mut texts: Vec<String> = Vec::new();
    for more in [0, 1] {
        let mut text = String::new();
        if write(&hir, more, &mut text).is_some() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// Whether an expression means the same in ECMA-262 and here, as far as printable text goes.
fn is_common(expression: &str) -> bool {
    const ESCAPES: &str = "bBdDwWsSnrtfvxukpP";
    let mut is_in_class = false;
    let mut characters = expression.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        match character {
            '\\' => {
                let escaped = characters.next();
                let is_known = escaped.is_some_and(|it| {
                    it.is_ascii() && (!it.is_ascii_alphabetic() || ESCAPES.contains(it))
                });
                // A backspace there, a boundary of words elsewhere.
                if !is_known || is_in_class && escaped == Some('b') {
                    return false;
                }
            }
            // Sets inside sets, and their operators, are letters in ECMA-262.
            '[' if is_in_class => return false,
            '&' | '-' | '~' if is_in_class && next == Some(character) => return false,
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            _ => {}
        }
    }
    true
}

/// Writes a match in which everything is repeated `more` times beyond what is needed.
fn write(hir: &Hir, more: u32, text: &mut String) -> Option<()> {
    if text.len() > SAMPLE_LIMIT {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => text.push(member(class)?),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            for _ in 0..repetition.min.saturating_add(more).min(most) {
                write(&repetition.sub, more, text)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, more, text)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, more, text)?;
            }
        }
        HirKind::Alternation(branches) => write(branches.first()?, more, text)?,
    }
    Some(())
}

/// A member of a class of characters that people can read, where it has one.
fn member(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else {
        return None;
    };
    let holds = |wanted: char| {
        class
            .ranges()
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&wanted))
    };
    "a1A-_. "
        .chars()
        .find(|wanted| holds(*wanted))
        .or_else(|| (' '..='~').find(|wanted| holds(*wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_match_what_they_are_samples_of() {
        for expression in [
            "^[0-9a-f]{40}$",
            "^(a|b)+\\.x$",
            "^\\d{4}-\\d{2}$",
            "^/v1\\/[^/]+$",
            "^\\S+@\\w+$",
            "x*",
        ] {
            let texts = samples(expression);
            assert!(!texts.is_empty(), "{expression}");
            for text in texts {
                assert_eq!(
                    matches(expression, &text),
                    Some(true),
                    "{expression}: {text}"
                );
            }
        }
        assert_eq!(samples("^(?=a)b$"), Vec::<String>::new());
        assert_eq!(samples("^a(?:bc)?$"), ["a", "abc"]);
    }

    #[test]
    fn a_match_is_looked_for_anywhere() {
        assert_eq!(matches("b", "abc"), Some(true));
        assert_eq!(matches("^b", "abc"), Some(false));
        assert_eq!(matches("^(?!x)", "abc"), Some(true));
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        assert_eq!(matches("(", "a"), None);
        assert_eq!(matches("^\\w$", "é"), None);
        assert_eq!(matches("[a&&b]", "a"), None);
        assert_eq!(matches("\\Aa", "a"), None);
        let text = format!("{}b", "a".repeat(60));
        assert_ne!(matches("^(?=(a+)+$)", &text), Some(true));
    }
}
