//! The comparison as numbers, and the page with them.

use std::fmt::Write as _;

use super::github::Pair;
use super::waivers::{Waiver, is_waived};
use super::{BUF, Case, Counts, OASDIFF};

/// How the examples of one peer compare.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// Examples that were run.
    pub(super) examples: usize,
    /// Examples that the peer cannot read.
    pub(super) refused: usize,
    /// Rules found by both, over all examples.
    pub(super) both: usize,
    /// Different rules found by both.
    pub(super) rules: usize,
    /// Found by the peer only, and waived.
    pub(super) waived: usize,
    /// Found by the peer only, and not waived: `PAGE:LINE RULE`.
    pub(super) missing: Vec<String>,
    /// Found by us only, by rule.
    pub(super) only_ours: Counts,
}

/// Counts what both find.
pub(super) fn compare(cases: Vec<Case>, waivers: &mut [Waiver]) -> Comparison {
    let mut comparison = Comparison::default();
    let mut rules = std::collections::BTreeSet::new();
    for case in cases {
        comparison.examples += 1;
        if case.is_refused {
            comparison.refused += 1;
            continue;
        }
        for rule in case.ours.difference(&case.peer) {
            *comparison.only_ours.entry(rule.clone()).or_default() += 1;
        }
        for rule in case.peer {
            if case.ours.contains(&rule) {
                comparison.both += 1;
                rules.insert(rule);
            } else if is_waived(waivers, &case.page, &rule) {
                comparison.waived += 1;
            } else {
                let line = format!("{}:{} {rule}", case.page, case.line);
                comparison.missing.push(line);
            }
        }
    }
    comparison.rules = rules.len();
    comparison
}

/// The numbers for a terminal.
pub(super) fn summary(openapi: &Comparison, pair: &Pair, protobuf: &Comparison) -> String {
    let line = |name: &str, it: &Comparison| {
        format!(
            "{name}: {} examples, {} refused, {} matched ({} rules), {} waived, {} missing",
            it.examples,
            it.refused,
            it.both,
            it.rules,
            it.waived,
            it.missing.len()
        )
    };
    format!(
        "{}\n{}\ngithub: {} reported, {} matched, {} waived, {} missing",
        line("oasdiff", openapi),
        line("buf", protobuf),
        pair.total(),
        pair.both.values().sum::<usize>(),
        pair.waived.values().sum::<usize>(),
        pair.missing.len(),
    )
}

/// The page of the book.
pub(super) fn page(
    openapi: &Comparison,
    pair: &Pair,
    protobuf: &Comparison,
    waivers: &[Waiver],
) -> String {
    let mut page = format!(
        "# Beside other programs\n\n`cargo xtask peers` runs `{OASDIFF}` and `{BUF}` on every example of the rule \
         pages and on two releases of a public description, and prints what they find beside what `pacto diff` finds. \
         Whatever the peer calls an error or a warning must be found under the same id and be at least potentially \
         breaking, or have a waiver.\n\n## Examples of the rule pages\n\n| peer | examples | not readable by the peer | found by both | rules | \
         waived | found by the peer only |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    );
    for (name, it) in [("oasdiff", openapi), ("buf", protobuf)] {
        let missing = it.missing.len();
        let _ = writeln!(
            page,
            "| {name} | {} | {} | {} | {} | {} | {missing} |",
            it.examples, it.refused, it.both, it.rules, it.waived
        );
    }
    page.push_str(
        "\n## Two releases of the description of the GitHub REST API\n\n`@octokit/openapi` 16.0.0 and 23.0.2, as \
         published in npm. A line of the peer is matched by a record of the same rule at the same operation.\n\n| rule | \
         matched | waived | not found |\n| --- | ---: | ---: | ---: |\n",
    );
    let rules: std::collections::BTreeSet<&String> =
        pair.both.keys().chain(pair.waived.keys()).collect();
    for rule in rules {
        let count = |counts: &Counts| counts.get(rule).copied().unwrap_or(0);
        let (both, waived) = (count(&pair.both), count(&pair.waived));
        let missing = pair.missing.iter();
        let missing = missing
            .filter(|line| line.split(' ').nth(1) == Some(rule))
            .count();
        let _ = writeln!(page, "| `{rule}` | {both} | {waived} | {missing} |");
    }
    let _ = writeln!(
        page,
        "| all | {} | {} | {} |",
        pair.both.values().sum::<usize>(),
        pair.waived.values().sum::<usize>(),
        pair.missing.len()
    );
    page.push_str(
        "\n## Waivers\n\n| where | rule of the peer | times | why |\n| --- | --- | ---: | --- |\n",
    );
    for waiver in waivers {
        let place = match waiver.place.as_str() {
            "*" => "anywhere",
            place => place,
        };
        let _ = writeln!(
            page,
            "| {place} | `{}` | {} | {} |",
            waiver.rule, waiver.used, waiver.reason
        );
    }
    page.push_str(
        "\n## Found here only\n\nRules that fire on the examples where the peer is silent, finds something else, or only \
         informs.\n\n| peer | rule | examples |\n| --- | --- | ---: |\n",
    );
    for (name, it) in [("oasdiff", openapi), ("buf", protobuf)] {
        for (rule, count) in &it.only_ours {
            let _ = writeln!(page, "| {name} | `{rule}` | {count} |");
        }
    }
    page
}
