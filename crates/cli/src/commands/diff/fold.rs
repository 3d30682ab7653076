//! Failures with one cause are told once.

use std::collections::HashMap;

use pacto_diff::Diagnostic;

/// Entries of one file that are odd in one way and told one by one; a baseline may have many.
const FEW_ENTRIES: usize = 5;

/// The first diagnostic of each cause in order, with the number of the others.
///
/// A registry that is away says so once per dependency and side, and so does a baseline once per
/// entry when a release makes it obsolete. Whoever reads that needs it once; JSON and the formats for
/// programs keep every one.
pub(super) fn alike(diagnostics: &[Diagnostic]) -> Vec<(&Diagnostic, usize)> {
    let mut entries: HashMap<(&str, &str), usize> = HashMap::new();
    for diagnostic in diagnostics {
        if let Some(kind) = entry(diagnostic) {
            *entries.entry(kind).or_default() += 1;
        }
    }
    let cause = |diagnostic| match entry(diagnostic) {
        Some(kind) if entries.get(&kind).is_some_and(|count| *count > FEW_ENTRIES) => Some(kind),
        Some(_) => None,
        None => Some((diagnostic.code, cause(diagnostic)?)),
    };
    let mut told: Vec<(&Diagnostic, usize)> = Vec::new();
    for diagnostic in diagnostics {
        let earlier = told.iter_mut().find(|(earlier, _)| {
            matches!((cause(earlier), cause(diagnostic)), (Some(a), Some(b)) if a == b)
        });
        match earlier {
            Some((_, others)) => *others += 1,
            None => told.push((diagnostic, 0)),
        }
    }
    told
}

/// The way in which an entry of a rules file is odd, and the file.
fn entry(diagnostic: &Diagnostic) -> Option<(&str, &str)> {
    let is_entry = ["unused-ignore", "expired-ignore"].contains(&diagnostic.code);
    let file = diagnostic.file.as_deref().filter(|_| is_entry)?;
    Some((diagnostic.code, file))
}

/// Why a dependency was not resolved, without its name, where the registry is the reason; other
/// reasons are about one dependency only.
fn cause(diagnostic: &Diagnostic) -> Option<&str> {
    let middle = match diagnostic.code {
        "unresolved" => " was not resolved: ",
        "reference-not-compared" => " was not compared: ",
        _ => return None,
    };
    let (_, reason) = diagnostic.message.split_once(middle)?;
    let (_, rest) = reason.split_once("registry unreachable for ")?;
    rest.split_once(": ").map(|(_, cause)| cause)
}

#[cfg(test)]
mod tests {
    use pacto_diff::SideName;

    use super::*;

    #[test]
    fn many_odd_entries_of_a_file_are_one_line_and_few_are_not() {
        let odd = |file: &str, line: usize| {
            let message = format!("the ignore entry in line {line} accepts nothing");
            Diagnostic {
                side: None,
                ..Diagnostic::warning("unused-ignore", SideName::Old, message).file(file)
            }
        };
        let many = (0..6).map(|line| odd("pacto-baseline.yaml", line));
        let few = (0..5).map(|line| odd("pacto-diff.yaml", line));
        let diagnostics: Vec<Diagnostic> = many.chain(few).collect();
        let told: Vec<usize> = alike(&diagnostics)
            .iter()
            .map(|(_, others)| *others)
            .collect();
        assert_eq!(told, [5, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn one_line_for_one_registry_that_is_away() {
        let unresolved = |side, name: &str, reason: &str| {
            let message = format!("dependency `{name}` of svc was not resolved: {reason}");
            Diagnostic::warning("unresolved", side, message)
        };
        let away = |path: &str, host: &str| {
            format!("registry unreachable for {host}/{path}: GET https://{host}/v2/: timed out")
        };
        let behind = |path: &str| {
            let message = format!(
                "the content behind `h.example/{path}` was not compared: {}",
                away(path, "h.example")
            );
            Diagnostic::warning("reference-not-compared", SideName::New, message)
        };
        let missing = |path: &str| format!("artifact not found: h.example/{path}");
        let diagnostics = [
            unresolved(SideName::Old, "a", &away("a", "h.example")),
            unresolved(SideName::Old, "b", &away("b", "h.example")),
            unresolved(SideName::Old, "c", &away("c", "i.example")),
            unresolved(SideName::Old, "d", &missing("d")),
            unresolved(SideName::New, "a", &away("a", "h.example")),
            unresolved(SideName::New, "d", &missing("d")),
            behind("e"),
            behind("f"),
        ];
        let told: Vec<(usize, usize)> = alike(&diagnostics)
            .iter()
            .map(|(diagnostic, others)| {
                let place = diagnostics.iter().position(|other| other == *diagnostic);
                (place.expect("one of them"), *others)
            })
            .collect();
        assert_eq!(told, [(0, 2), (2, 0), (3, 0), (5, 0), (6, 1)]);
    }
}
