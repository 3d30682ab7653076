//! Writes YAML: block style, two blanks per level, one scalar per line.

use std::fmt::Write;

use crate::scalar::{self, Meaning};
use crate::{Number, Tree};

/// Longest key that is written before its colon on one line, in bytes; readers look ahead 1024
/// characters.
const LONGEST_KEY: usize = 1000;

/// What stands before a node on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// Nothing: the root.
    Nothing,
    /// A dash: a container may begin on the same line.
    Dash,
    /// A colon: a container begins on the next line.
    Colon,
}

/// The tree as a YAML text.
pub(crate) fn yaml(tree: &Tree) -> String {
    let mut text = String::new();
    write_node(&mut text, tree, 0, After::Nothing);
    text
}

fn write_node(out: &mut String, tree: &Tree, level: usize, after: After) {
    let scalar = match tree {
        Tree::Mapping(entries) if !entries.is_empty() => {
            let mut is_first_inline = begin_container(out, after);
            for (key, value) in entries {
                indent(out, level, &mut is_first_inline);
                let key = yaml_scalar(key);
                if key.len() > LONGEST_KEY {
                    let _ = writeln!(out, "? {key}");
                    indent(out, level, &mut false);
                    out.push(':');
                } else {
                    let _ = write!(out, "{key}:");
                }
                write_node(out, value, level + 1, After::Colon);
            }
            return;
        }
        Tree::Sequence(items) if !items.is_empty() => {
            let mut is_first_inline = begin_container(out, after);
            for item in items {
                indent(out, level, &mut is_first_inline);
                out.push('-');
                write_node(out, item, level + 1, After::Dash);
            }
            return;
        }
        Tree::Mapping(_) => "{}".to_owned(),
        Tree::Sequence(_) => "[]".to_owned(),
        Tree::Null => "null".to_owned(),
        Tree::Bool(value) => value.to_string(),
        Tree::Number(number) => number_text(*number),
        Tree::Text(text) => yaml_scalar(text),
    };
    if after != After::Nothing {
        out.push(' ');
    }
    out.push_str(&scalar);
    out.push('\n');
}

/// Ends the line before a container where needed; true when its first part goes on in the line.
fn begin_container(out: &mut String, after: After) -> bool {
    match after {
        After::Nothing => true,
        After::Dash => {
            out.push(' ');
            true
        }
        After::Colon => {
            out.push('\n');
            false
        }
    }
}

fn indent(out: &mut String, level: usize, is_first_inline: &mut bool) {
    if !std::mem::take(is_first_inline) {
        for _ in 0..level {
            out.push_str("  ");
        }
    }
}

fn number_text(number: Number) -> String {
    match number {
        Number::Integer(value) => value.to_string(),
        Number::Unsigned(value) => value.to_string(),
        Number::Float(value) if value.is_nan() => ".nan".to_owned(),
        Number::Float(f64::INFINITY) => ".inf".to_owned(),
        Number::Float(f64::NEG_INFINITY) => "-.inf".to_owned(),
        Number::Float(value) => format!("{value:?}"),
    }
}

/// Text as a YAML scalar on one line: plain where every reader takes it for text in block and flow
/// style, else in double quotes.
pub fn yaml_scalar(text: &str) -> String {
    if is_plain_word(text) || is_plain_version(text) {
        return text.to_owned();
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        let code = character as u32;
        let _ = match character {
            '"' => quoted.write_str("\\\""),
            '\\' => quoted.write_str("\\\\"),
            '\n' => quoted.write_str("\\n"),
            '\t' => quoted.write_str("\\t"),
            '\r' => quoted.write_str("\\r"),
            '\0'..='\x1f' | '\x7f'..='\u{9f}' => write!(quoted, "\\x{code:02x}"),
            // Line separators, the byte order mark and what is no character.
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                write!(quoted, "\\u{code:04x}")
            }
            _ => quoted.write_char(character),
        };
    }
    quoted.push('"');
    quoted
}

/// Words that some YAML reader takes for something else.
const SPECIAL: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// Text that begins like a word or path and holds nothing that means something to YAML.
fn is_plain_word(text: &str) -> bool {
    let begins_well = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/');
    let is_allowed = |character: char| {
        character.is_ascii_alphanumeric() || " _./:@+~^=<>()$;-".contains(character)
    };
    begins_well
        && text.len() <= LONGEST_KEY
        && text.chars().all(is_allowed)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !SPECIAL.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// A version such as `1.0.0`, which no reader takes for a number or date.
fn is_plain_version(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".+-".contains(&byte);
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.len() <= LONGEST_KEY
        && text.bytes().all(is_allowed)
        && text.bytes().filter(|byte| *byte == b'.').count() >= 2
        && scalar::resolve(text) == Meaning::Text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_where_it_could_be_taken_for_something_else() {
        let plain = [
            "orders",
            "1.0.0",
            "v2.0.0-rc.1",
            "oci://r/x:1.0",
            "/healthz",
            "a b",
        ];
        for text in plain {
            assert_eq!(yaml_scalar(text), text);
        }
        let quoted = [
            "",
            "1.0",
            "80",
            "2099-12-31",
            "yes",
            "NO",
            "null",
            "~",
            "<<",
            "a: b",
            "a #b",
            "a,b",
            " a",
            "a ",
            "- a",
            "1e3",
            "12:30",
            "0x1f",
            ".5",
            "*",
            "^1.0",
            "é",
        ];
        for text in quoted {
            assert_eq!(yaml_scalar(text), format!("\"{text}\""));
        }
        assert_eq!(
            yaml_scalar("a\n\"\\\u{1}\u{2028}"),
            r#""a\n\"\\\x01\u2028""#
        );
    }

    #[test]
    fn containers_are_written_in_block_style() {
        let tree = Tree::Mapping(
            [
                (
                    "a".to_owned(),
                    Tree::Sequence(vec![
                        Tree::Mapping(
                            [
                                ("x".to_owned(), Tree::Number(Number::Integer(1))),
                                ("z".to_owned(), Tree::Null),
                            ]
                            .into_iter()
                            .collect(),
                        ),
                        Tree::Sequence(vec![Tree::Bool(true), Tree::Text("80".to_owned())]),
                        Tree::Sequence(Vec::new()),
                    ]),
                ),
                ("b".to_owned(), Tree::Number(Number::Float(1.0))),
            ]
            .into_iter()
            .collect(),
        );
        let expected = "a:\n  - x: 1\n    z: null\n  - - true\n    - \"80\"\n  - []\nb: 1.0\n";
        assert_eq!(tree.to_yaml(), expected);
    }
}
