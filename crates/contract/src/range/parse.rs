//! From text to comparators: `||` splits alternatives, blanks and commas split comparators.
//!
//! ```text
//! constraint = group *( "||" group )
//! group      = ws term *( ( 1*ws / "," ws ) term ) ws
//! term       = [ operator ] ws version
//! version    = [ "v" ] part [ "." part [ "." part ] ] [ "-" pre ] [ "+" build ]
//! part       = 1*( DIGIT / "x" / "X" / "*" / "|" )
//! hyphen     = version 1*ws "-" 1*ws version
//! ```
//!
//! A part of mixed characters (`1x`, `1|2`) has the right form and is refused afterwards, with
//! another message, because the original does so. Everything here is ASCII: any other character
//! fails to match.

use std::fmt;

use semver::{Prerelease, Version};

use super::VersionRange;
use super::comparator::{Comparator, Operator, Precision};
use crate::LooseVersion;

/// What is wrong with a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// A piece does not have the form of a constraint.
    Improper(String),
    /// A version has the form, but is none.
    Version,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Improper(piece) => write!(f, "improper constraint: {piece}"),
            Self::Version => f.write_str("constraint parser error"),
        }
    }
}

/// Reads the comparators of every alternative.
pub(super) fn groups(text: &str) -> Result<Vec<Vec<Comparator>>, Problem> {
    if text.len() > VersionRange::MAX_LENGTH {
        return Err(Problem::Improper(text.to_owned()));
    }
    rewrite_hyphens(text).split("||").map(group).collect()
}

/// Blanks between terms: ASCII white space without the vertical tab.
fn is_blank(character: char) -> bool {
    character.is_ascii_whitespace()
}

fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_blank)
}

fn group(text: &str) -> Result<Vec<Comparator>, Problem> {
    let improper = || Problem::Improper(text.to_owned());
    // All terms must have the right form before the first one is judged: the message differs.
    let mut terms = Vec::new();
    let mut rest = trim_start(text);
    loop {
        let (operator, after_operator) = Operator::split(rest);
        let written = WrittenVersion::split(trim_start(after_operator)).ok_or_else(improper)?;
        let after_blanks = trim_start(written.rest);
        let is_separated = after_blanks.len() < written.rest.len();
        rest = match after_blanks.strip_prefix(',') {
            Some(after_comma) => trim_start(after_comma),
            None if after_blanks.is_empty() => {
                terms.push((operator, written));
                break;
            }
            None if is_separated => after_blanks,
            None => return Err(improper()),
        };
        terms.push((operator, written));
    }
    terms
        .into_iter()
        .map(|(operator, written)| written.comparator(operator))
        .collect()
}

/// A version of a range as written, split but not judged.
#[derive(Debug, Clone, Copy)]
struct WrittenVersion<'t> {
    /// The whole version.
    text: &'t str,
    /// Major, minor and patch part; later ones may be missing.
    parts: [Option<&'t str>; 3],
    /// Pre-release without the hyphen, empty when absent.
    pre: &'t str,
    /// What follows the version.
    rest: &'t str,
}

impl<'t> WrittenVersion<'t> {
    /// Splits the longest version off the front.
    fn split(text: &'t str) -> Option<Self> {
        let (major, mut rest) = part(text.strip_prefix('v').unwrap_or(text))?;
        let mut parts = [Some(major), None, None];
        for slot in parts.iter_mut().skip(1) {
            let Some((found, after)) = rest.strip_prefix('.').and_then(part) else {
                break;
            };
            *slot = Some(found);
            rest = after;
        }
        let mut pre = "";
        if let Some((found, after)) = rest.strip_prefix('-').and_then(identifiers) {
            (pre, rest) = (found, after);
        }
        if let Some((_, after)) = rest.strip_prefix('+').and_then(identifiers) {
            rest = after;
        }
        Some(Self {
            text: text.get(..text.len() - rest.len())?,
            parts,
            pre,
            rest,
        })
    }

    fn comparator(self, operator: Operator) -> Result<Comparator, Problem> {
        let [major, minor, patch] = self
            .parts
            .map(|part| part.filter(|part| !is_wildcard(part)));
        let (precision, version) = match (major, minor, patch) {
            (None, _, _) => (Precision::Nothing, self.partial("0", "0")?),
            (Some(major), None, _) => (Precision::Major, self.partial(major, "0")?),
            (Some(major), Some(minor), None) => (Precision::Minor, self.partial(major, minor)?),
            (Some(_), Some(_), Some(_)) => {
                let version = LooseVersion::parse(self.text).map_err(|_| Problem::Version)?;
                (Precision::Patch, version.semver().clone())
            }
        };
        Ok(Comparator {
            operator,
            version,
            precision,
        })
    }

    /// The version of the parts that count and the pre-release; build metadata is dropped.
    fn partial(self, major: &str, minor: &str) -> Result<Version, Problem> {
        let numbers = LooseVersion::parse(&format!("{major}.{minor}"));
        let mut version = numbers.map_err(|_| Problem::Version)?.semver().clone();
        version.pre = Prerelease::new(self.pre).map_err(|_| Problem::Version)?;
        Ok(version)
    }
}

fn is_wildcard(part: &str) -> bool {
    matches!(part, "x" | "X" | "*")
}

/// Splits `1*( DIGIT / "x" / "X" / "*" / "|" )` off the front.
fn part(text: &str) -> Option<(&str, &str)> {
    run(text, |byte| {
        byte.is_ascii_digit() || matches!(byte, b'x' | b'X' | b'*' | b'|')
    })
}

/// Splits identifiers joined by dots off the front.
fn identifiers(text: &str) -> Option<(&str, &str)> {
    let is_identifier = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let (_, mut rest) = run(text, is_identifier)?;
    while let Some((_, after)) = rest
        .strip_prefix('.')
        .and_then(|rest| run(rest, is_identifier))
    {
        rest = after;
    }
    text.split_at_checked(text.len() - rest.len())
}

/// Splits the longest non-empty run of accepted bytes off the front.
fn run(text: &str, is_accepted: impl Fn(u8) -> bool) -> Option<(&str, &str)> {
    let end = text
        .bytes()
        .position(|byte| !is_accepted(byte))
        .unwrap_or(text.len());
    if end == 0 {
        None
    } else {
        text.split_at_checked(end)
    }
}

/// Writes each hyphen range as two comparators: `1.2 - 2.0` becomes `>= 1.2, <= 2.0 `.
fn rewrite_hyphens(text: &str) -> String {
    let mut rewritten = text.to_owned();
    let mut rest = text;
    while let Some(hyphen) = HyphenRange::find(rest) {
        let replacement = format!(">= {}, <= {} ", hyphen.from, hyphen.to);
        // The original replaces by text, so the first occurrence counts, wherever it stands.
        rewritten = rewritten.replacen(hyphen.text, &replacement, 1);
        rest = hyphen.rest;
    }
    rewritten
}

/// A hyphen range found in a text.
struct HyphenRange<'t> {
    /// All of it, blanks around it included.
    text: &'t str,
    from: &'t str,
    to: &'t str,
    /// What follows it.
    rest: &'t str,
}

impl<'t> HyphenRange<'t> {
    /// Finds the first hyphen range; it may start in the middle of a word.
    fn find(text: &'t str) -> Option<Self> {
        text.char_indices()
            .find_map(|(start, _)| Self::split(text.get(start..)?))
    }

    /// Reads a hyphen range at the front.
    fn split(text: &'t str) -> Option<Self> {
        let from = WrittenVersion::split(trim_start(text))?;
        let to = WrittenVersion::split(blanks(blanks(from.rest)?.strip_prefix('-')?)?)?;
        let rest = trim_start(to.rest);
        Some(Self {
            text: text.get(..text.len() - rest.len())?,
            from: from.text,
            to: to.text,
            rest,
        })
    }
}

/// Skips blanks, at least one.
fn blanks(text: &str) -> Option<&str> {
    let rest = trim_start(text);
    (rest.len() < text.len()).then_some(rest)
}
