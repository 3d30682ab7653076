//! Patterns for one element of a path, with the syntax of Go's `path.Match`.
//!
//! `*` is any number of characters, `?` one, `[a-z]` one of a class, `[^a-z]` one outside it, `\c`
//! the character itself.

/// A pattern for one path element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glob(Vec<Token>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Literal(char),
    AnyOne,
    AnyRun,
    Class {
        is_negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Glob {
    /// Reads a pattern; `None` when it is malformed.
    pub(crate) fn parse(pattern: &str) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut characters = pattern.chars().peekable();
        while let Some(character) = characters.next() {
            tokens.push(match character {
                '*' => Token::AnyRun,
                '?' => Token::AnyOne,
                '\\' => Token::Literal(characters.next()?),
                '[' => {
                    let is_negated = characters.next_if_eq(&'^').is_some();
                    let mut ranges = Vec::new();
                    while ranges.is_empty() || characters.next_if_eq(&']').is_none() {
                        let low = class_character(&mut characters)?;
                        let high = match characters.next_if_eq(&'-') {
                            Some(_) => class_character(&mut characters)?,
                            None => low,
                        };
                        ranges.push((low, high));
                    }
                    Token::Class { is_negated, ranges }
                }
                other => Token::Literal(other),
            });
        }
        Some(Self(tokens))
    }

    /// Tells whether the whole text matches. Takes time proportional to the product of the
    /// lengths, however many stars there are.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut token, mut position) = (0, 0);
        // The last run seen, and where its text ends for now.
        let mut run: Option<(usize, usize)> = None;
        while position < text.len() {
            match (self.0.get(token), text.get(position)) {
                (Some(Token::AnyRun), _) => {
                    run = Some((token, position));
                    token += 1;
                }
                (Some(one), Some(character)) if one.accepts(*character) => {
                    token += 1;
                    position += 1;
                }
                _ => {
                    let Some((at, end)) = run else { return false };
                    run = Some((at, end + 1));
                    token = at + 1;
                    position = end + 1;
                }
            }
        }
        self.0
            .get(token..)
            .is_some_and(|rest| rest.iter().all(|token| *token == Token::AnyRun))
    }
}

fn class_character(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    match characters.next()? {
        '-' | ']' => None,
        '\\' => characters.next(),
        other => Some(other),
    }
}

impl Token {
    fn accepts(&self, character: char) -> bool {
        match self {
            Self::Literal(literal) => *literal == character,
            Self::AnyOne => true,
            Self::AnyRun => false,
            Self::Class { is_negated, ranges } => {
                ranges
                    .iter()
                    .any(|(low, high)| (*low..=*high).contains(&character))
                    != *is_negated
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Glob::parse(pattern)
            .expect("a well-formed pattern")
            .matches(text)
    }

    #[test]
    fn runs_singles_and_classes_match() {
        for (pattern, text, expected) in [
            ("abc", "abc", true),
            ("abc", "abcd", false),
            ("*", "", true),
            ("*c", "abc", true),
            ("a*", "abc", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("a*b?c*x", "abxbbxdbxebxczzy", false),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("ab[c]", "abc", true),
            ("ab[b-d]", "abc", true),
            ("ab[e-g]", "abc", false),
            ("ab[^c]", "abc", false),
            ("ab[^e-g]", "abc", true),
            ("[!a]", "!", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "ab", false),
            ("[\\]a]", "]", true),
            ("[x\\-]", "-", true),
            ("a[ζ-α]*", "α", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn broken_classes_and_escapes_are_malformed() {
        for pattern in [
            "[", "[a", "[^", "[]a]", "[-]", "[-x]", "[x-]", "[a-b-c]", "a\\", "[^]",
        ] {
            assert_eq!(Glob::parse(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn many_stars_do_not_take_forever() {
        let pattern = "a*".repeat(1000) + "b";
        assert!(!matches(&pattern, &"a".repeat(4000)));
    }
}
