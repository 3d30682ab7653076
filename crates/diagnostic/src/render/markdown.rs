//! Findings as Markdown tables, for comments on changes and job summaries.

use std::fmt::Write as _;

use super::Subject;
use super::printable::printable_line;
use crate::Severity;

/// Renders one subject: a heading, the counts, and a table of findings where there are any.
pub fn render(subject: &Subject<'_>) -> String {
    let mut text = format!("## {}\n\n", escape(subject.name));
    if subject.findings.is_empty() {
        text.push_str("No findings.\n");
        return text;
    }
    let _ = writeln!(text, "{}\n", super::Counts::of(subject.findings));
    text.push_str(&table(subject));
    text
}

/// The table of findings alone.
pub fn table(subject: &Subject<'_>) -> String {
    let mut text = String::from(
        "| Severity | Code | Place | Path | Message |\n| --- | --- | --- | --- | --- |\n",
    );
    for finding in subject.findings {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let place = finding.location.as_ref().map_or(String::new(), |location| {
            format!(
                "{}:{}:{}",
                subject.file(location),
                location.line,
                location.column
            )
        });
        let mut message = escape(&finding.message);
        if let Some(help) = &finding.help {
            let _ = write!(message, " ({})", escape(help));
        }
        let _ = writeln!(
            text,
            "| {severity} | {} | {} | {} | {message} |",
            code(&finding.code),
            code(&place),
            code(&finding.path),
        );
    }
    text
}

/// Text as a code span that fits into a table cell; empty stays empty.
pub fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text = printable_line(text).replace('|', "\\|");
    // A span is fenced by one backtick more than the longest run inside it.
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Text that Markdown shows as it is, on one line and safe in a table cell. Code spans stay: our
/// own messages use them.
pub fn escape(text: &str) -> String {
    let text = printable_line(text);
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '|' | '*' | '[' | ']' | '\\' => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn cells_are_escaped() {
        insta::assert_snapshot!(render(&Sample::new().subject()), @r"
        ## payments-api 2.1.0

        2 errors, 1 warning (1 fixable)

        | Severity | Code | Place | Path | Message |
        | --- | --- | --- | --- | --- |
        | error | `HEALTH_INTERFACE_NOT_FOUND` | `svc/pacto.yaml:9:16` | `runtime.health.interface` | health interface `rest` does not match any declared interface |
        | warning | `ODD_PATH` | `svc/pacto.yaml:10:11` | `runtime.health.path` | path &lt;\\u{1b}\[31m\|/health\|z&gt; 100% is odd, and: more (write `/health`) |
        | error | `LOCK_STALE` |  |  | dependency set changed |
        ");
    }

    #[test]
    fn code_spans_survive_backticks() {
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code(""), "");
    }
}
