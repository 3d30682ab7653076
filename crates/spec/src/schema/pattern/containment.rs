//! Whether one expression matches every text that another one matches.
//!
//! Both become automata that read the same text side by side: a text after which one accepts and
//! the other does not is what tells them apart, and when none can be reached there is none.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};

use super::is_common;

type Machine = dense::DFA<Vec<u32>>;

/// Bytes of one automaton, and of what it takes to make it.
const SIZE_LIMIT: usize = 1 << 20;

/// Pairs of states that are looked at.
const PAIRS_LIMIT: usize = 4_000;

/// Any text at all: bytes that are none are never read.
static TEXT: LazyLock<Option<Machine>> = LazyLock::new(|| machine(r"\A(?s:.)*\z"));

/// Whether `wide` matches every text that `narrow` matches; `None` where this cannot be told: for
/// expressions that look around, that are too large, or that ECMA-262 reads differently.
pub fn contains(wide: &str, narrow: &str) -> Option<bool> {
    if !is_common(wide) || !is_common(narrow) {
        return None;
    }
    let (wide, narrow) = (machine(&translated(wide))?, machine(&translated(narrow))?);
    let text = TEXT.as_ref()?;
    let bytes = representatives(&wide, &narrow, text);
    let first = (begin(&wide)?, Some(begin(&narrow)?), begin(text)?);
    let mut seen = HashSet::from([first]);
    let mut open = vec![first];
    while let Some((in_wide, in_narrow, in_text)) = open.pop() {
        let is_match = in_narrow.is_none_or(|state| ends(&narrow, state));
        if is_match && ends(text, in_text) && !ends(&wide, in_wide) {
            return Some(false);
        }
        for byte in &bytes {
            let after = text.next_state(in_text, *byte);
            let in_wide = wide.next_state(in_wide, *byte);
            let in_narrow = in_narrow.map(|state| narrow.next_state(state, *byte));
            // From a match on, everything that follows is matched as well.
            if text.is_dead_state(after) || wide.is_match_state(in_wide) {
                continue;
            }
            if in_narrow.is_some_and(|state| narrow.is_dead_state(state)) {
                continue;
            }
            let next = (
                in_wide,
                in_narrow.filter(|it| !narrow.is_match_state(*it)),
                after,
            );
            if seen.insert(next) {
                open.push(next);
            }
        }
        if seen.len() > PAIRS_LIMIT {
            return None;
        }
    }
    Some(true)
}

/// The automaton of an expression; `None` for what is not regular, and beyond the limits.
fn machine(expression: &str) -> Option<Machine> {
    let config = dense::Config::new()
        .start_kind(StartKind::Unanchored)
        .match_kind(MatchKind::All)
        .dfa_size_limit(Some(SIZE_LIMIT))
        .determinize_size_limit(Some(SIZE_LIMIT));
    let parts = thompson::Config::new()
        .which_captures(WhichCaptures::None)
        .nfa_size_limit(Some(SIZE_LIMIT));
    let mut builder = dense::Builder::new();
    builder.configure(config).thompson(parts);
    builder.build(expression).ok()
}

fn begin(machine: &Machine) -> Option<StateID> {
    let config = start::Config::new().anchored(Anchored::No);
    machine.start_state(&config).ok()
}

/// Whether a text that ends here is matched.
fn ends(machine: &Machine, state: StateID) -> bool {
    machine.is_match_state(machine.next_eoi_state(state))
}

/// One byte for all that none of the automata tells apart.
fn representatives(one: &Machine, other: &Machine, text: &Machine) -> Vec<u8> {
    let mut seen = HashSet::new();
    let class = |machine: &Machine, byte| machine.byte_classes().get(byte);
    (0..=u8::MAX)
        .filter(|byte| seen.insert((class(one, *byte), class(other, *byte), class(text, *byte))))
        .collect()
}

/// An expression of ECMA-262 (section 22.2.2) with the classes that mean more here written out.
fn translated(expression: &str) -> String {
    const SPACE: &str =
        r"\t\n\x0B\x0C\r \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF";
    let mut text = String::with_capacity(expression.len());
    let mut is_in_class = false;
    let mut characters = expression.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('d') => text.push_str("[0-9]"),
                Some('D') => text.push_str("[^0-9]"),
                Some('w') => text.push_str("[0-9A-Za-z_]"),
                Some('W') => text.push_str("[^0-9A-Za-z_]"),
                Some('s') => text.push_str(&format!("[{SPACE}]")),
                Some('S') => text.push_str(&format!("[^{SPACE}]")),
                escaped => text.extend(['\\'].into_iter().chain(escaped)),
            },
            '.' if !is_in_class => text.push_str(r"[^\n\r\u2028\u2029]"),
            _ => {
                is_in_class = match character {
                    '[' => true,
                    ']' => false,
                    _ => is_in_class,
                };
                text.push(character);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::{matches, samples};
    use super::*;

    #[test]
    fn what_matches_more_contains_what_matches_less() {
        for (wide, narrow) in [
            (".*", "^a"),
            ("", "^\\d+$"),
            ("^\\w{1,8}$", "^[a-f]{2,4}$"),
            ("^[a-z]+$", "^(foo|bar)$"),
            ("a", "^ba{2}$"),
            ("^[\\w-]+$", "^\\w+$"),
            ("^[0-9]$", "^\\d$"),
            ("^.*$", "^[^\\n\\r\\u2028\\u2029]*$"),
        ] {
            assert_eq!(contains(wide, narrow), Some(true), "{wide} {narrow}");
        }
        for (wide, narrow) in [
            ("^a", "a"),
            ("^[a-f]{2,4}$", "^\\w{1,8}$"),
            ("^a$", "^b$"),
            ("^.*$", ""),
            ("^[ -~]*$", "^[^x]*$"),
            ("^[0-9]+$", "^\\d*$"),
        ] {
            assert_eq!(contains(wide, narrow), Some(false), "{wide} {narrow}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        for expression in [
            "^(?=a)",
            "(a)\\1",
            "(",
            "\\bx",
            "^(\\p{L}{9}){99}$",
            "[a&&b]",
        ] {
            assert_eq!(contains(expression, "a"), None, "{expression}");
            assert_eq!(contains("a", expression), None, "{expression}");
        }
    }

    #[test]
    fn no_sample_of_a_contained_expression_is_refused() {
        let expressions = [
            "", "a", "^a", "a$", "^a*$", "^[ab]+$", "^(a|bc)$", "^\\d+$", "^\\w+$", "^\\S+$",
            "^.{1,3}$", "^[^b]*$", "b|c",
        ];
        let mut contained = 0;
        for wide in expressions {
            for narrow in expressions {
                let texts = samples(narrow);
                let is_refused = texts.iter().any(|it| matches(wide, it) == Some(false));
                let is_contained = contains(wide, narrow) == Some(true);
                assert!(!(is_contained && is_refused), "{wide} {narrow}");
                contained += usize::from(is_contained);
            }
        }
        assert!(contained > expressions.len());
    }
}
