//! The comparison as numbers, and the page with them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::pair::Pair;
use super::waivers::{Waiver, is_waived};
use super::{BUF, Case, Counts, OASDIFF};

/// How the examples of one peer compare.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// Examples, or edits, that were run.
    pub(super) examples: usize,
    /// Examples that the peer cannot read.
    pub(super) refused: usize,
    /// Rules found by both, over all examples.
    pub(super) both: usize,
    /// The rules found by both.
    pub(super) rules: BTreeSet<String>,
    /// The rules that the peer fires only when it is asked otherwise.
    pub(super) asked_otherwise: BTreeSet<String>,
    /// The rules found by both that only inform here.
    pub(super) informing: BTreeSet<String>,
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
    for case in cases {
        comparison.examples += 1;
        if case.is_refused {
            comparison.refused += 1;
            continue;
        }
        let heard = case.asked_otherwise.intersection(&case.ours).cloned();
        comparison.asked_otherwise.extend(heard);
        let informing = case.informing.intersection(&case.peer).cloned();
        comparison.informing.extend(informing);
        for rule in case.ours.difference(&case.peer) {
            *comparison.only_ours.entry(rule.clone()).or_default() += 1;
        }
        for rule in case.peer {
            if case.ours.contains(&rule) {
                comparison.both += 1;
                comparison.rules.insert(rule);
            } else if is_waived(waivers, &case.page, &rule) {
                comparison.waived += 1;
            } else {
                let line = format!("{}:{} {rule}", case.page, case.line);
                comparison.missing.push(line);
            }
        }
    }
    comparison
}

/// The comparison with each peer, by its name.
pub(super) type ByPeer<'c> = [(&'static str, &'c Comparison); 2];

/// The numbers for a terminal.
pub(super) fn summary(examples: ByPeer<'_>, sweep: ByPeer<'_>, pairs: &[Pair]) -> String {
    let mut lines = Vec::new();
    for (kind, comparisons) in [("examples", examples), ("edits", sweep)] {
        for (name, it) in comparisons {
            lines.push(format!(
                "{name}: {} {kind}, {} refused, {} matched ({} rules), {} waived, {} missing",
                it.examples,
                it.refused,
                it.both,
                it.rules.len(),
                it.waived,
                it.missing.len()
            ));
        }
    }
    lines.extend(pairs.iter().map(|pair| {
        format!(
            "{}: {} reported, {} matched, {} withdrawn, {} waived, {} missing",
            pair.name,
            pair.total(),
            sum(&pair.both),
            sum(&pair.withdrawn),
            sum(&pair.waived),
            pair.missing.len(),
        )
    }));
    lines.join("\n")
}

fn sum(counts: &Counts) -> usize {
    counts.values().sum()
}

/// The page of the book.
pub(super) fn page(
    known: [&BTreeSet<String>; 2],
    examples: ByPeer<'_>,
    sweep: ByPeer<'_>,
    pairs: &[Pair],
    waivers: &[Waiver],
) -> String {
    let mut page = format!(
        "# Beside other programs\n\n`cargo xtask peers` runs `{OASDIFF}` and `{BUF}` on every example of the rule \
         pages, on single edits and on releases of public descriptions, and prints what they find beside what `pacto diff` \
         finds. Whatever the peer calls an error or a warning must be found under the same id and be at least potentially \
         breaking, or have a waiver.\n\n## Examples of the rule pages\n"
    );
    counts(&mut page, "examples", examples);
    page.push_str(
        "\n## Single edits\n\nEvery keyword of a schema is added, removed and changed at parameters, headers, bodies and \
         properties of requests and responses; operations, files, messages, fields, enumerations and procedures are edited \
         one by one.\n",
    );
    counts(&mut page, "edits", sweep);
    unmatched(&mut page, known, examples, sweep);
    releases(&mut page, pairs);
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
         informs. What is found here only between the releases was [judged by hand](peers-sample.md).\n\n| peer | rule | examples |\n| --- | --- | ---: |\n",
    );
    for (name, it) in examples {
        for (rule, count) in &it.only_ours {
            let _ = writeln!(page, "| {name} | `{rule}` | {count} |");
        }
    }
    page.push_str(
        "\nThe same for single edits.\n\n| peer | rule | edits |\n| --- | --- | ---: |\n",
    );
    for (name, it) in sweep {
        for (rule, count) in &it.only_ours {
            let _ = writeln!(page, "| {name} | `{rule}` | {count} |");
        }
    }
    page
}

/// What was found in cases of one kind.
fn counts(page: &mut String, kind: &str, comparisons: ByPeer<'_>) {
    let _ = writeln!(
        page,
        "\n| peer | {kind} | not readable by the peer | found by both | rules | waived | found by the peer only |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    for (name, it) in comparisons {
        let missing = it.missing.len();
        let _ = writeln!(
            page,
            "| {name} | {} | {} | {} | {} | {} | {missing} |",
            it.examples,
            it.refused,
            it.both,
            it.rules.len(),
            it.waived
        );
    }
}

/// The rules of each peer that nothing above makes fire there and here.
fn unmatched(
    page: &mut String,
    known: [&BTreeSet<String>; 2],
    examples: ByPeer<'_>,
    sweep: ByPeer<'_>,
) {
    for ((known, (name, examples)), (_, sweep)) in known.into_iter().zip(examples).zip(sweep) {
        let found: BTreeSet<&String> = examples.rules.union(&sweep.rules).collect();
        let (otherwise, rest): (Vec<&String>, Vec<&String>) = known
            .iter()
            .filter(|rule| !found.contains(rule))
            .partition(|rule| examples.asked_otherwise.contains(*rule));
        let (informing, rest): (Vec<&String>, Vec<&String>) = rest
            .into_iter()
            .partition(|rule| examples.informing.contains(*rule));
        let listed = |rules: &[&String]| {
            let quoted: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
            quoted.join(", ")
        };
        let _ = write!(
            page,
            "\nOf the {} rules of {name}, {} fire in both programs on these examples and edits.",
            known.len(),
            known.len() - rest.len()
        );
        if !otherwise.is_empty() {
            let _ = write!(
                page,
                " {} of them do so in {name} only when it reads OpenAPI 3.0, may inform and leaves the parameters of paths \
                 where they are: {}.",
                otherwise.len(),
                listed(&otherwise)
            );
        }
        if !informing.is_empty() {
            let _ = write!(
                page,
                " {} of them only inform here, because they leave data and the API of other languages as they are: {}.",
                informing.len(),
                listed(&informing)
            );
        }
        if !rest.is_empty() {
            let _ = write!(page, " The others: {}.", listed(&rest));
        }
        page.push('\n');
    }
}

/// The pairs, then the rules over all of them.
fn releases(page: &mut String, pairs: &[Pair]) {
    page.push_str(
        "\n## Releases of public descriptions\n\nAs published in npm. A line of oasdiff is matched by a record of the \
         same rule at the same element of the same operation, a line of buf by one of the same rule at the same element. oasdiff reads the \
         parts of `allOf` one by one, so that a schema that moves into such a part is gone for it. It runs a second time \
         with `--flatten-allof`: a line that we do not have is withdrawn when it does not repeat it, and what it finds \
         only then must be matched as well. It does not read Swagger 2.0 and gets what a converter makes of it; \
         `pacto diff` reads the original. The last column is about our own records: for how many of those about values \
         there is one that only one side accepts.\n\n| releases | name | lines | matched | withdrawn | waived | not found | shown by a value |\n\
         | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for pair in pairs {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} | {} of {} |",
            pair.title,
            pair.name,
            pair.total(),
            sum(&pair.both),
            sum(&pair.withdrawn),
            sum(&pair.waived),
            pair.missing.len(),
            pair.shown.1,
            pair.shown.0
        );
    }
    not_shown(page, pairs);
    page.push_str("\nThe rules of the peers over all releases:\n");
    page.push_str("\n| rule | matched | withdrawn | waived |\n| --- | ---: | ---: | ---: |\n");
    let mut rules: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for pair in pairs {
        for (column, counts) in [&pair.both, &pair.withdrawn, &pair.waived]
            .iter()
            .enumerate()
        {
            for (rule, count) in *counts {
                if let Some(cell) = rules.entry(rule).or_default().get_mut(column) {
                    *cell += count;
                }
            }
        }
    }
    for (rule, [both, withdrawn, waived]) in rules {
        let _ = writeln!(page, "| `{rule}` | {both} | {withdrawn} | {waived} |");
    }
}

/// Our records without a value that shows them.
fn not_shown(page: &mut String, pairs: &[Pair]) {
    page.push_str(
        "\nThe records without such a value:\n\n| name | our rule | records | why |\n| --- | --- | ---: | --- |\n",
    );
    for pair in pairs {
        for ((rule, why), count) in &pair.not_shown {
            let _ = writeln!(page, "| {} | `{rule}` | {count} | {why} |", pair.name);
        }
    }
}
