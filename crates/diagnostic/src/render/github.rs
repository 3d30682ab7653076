//! Findings as workflow commands, which GitHub shows as annotations on the changed lines.

use std::fmt::Write as _;

use super::Subject;
use crate::Severity;

/// Renders one command per finding.
///
/// Source: GitHub Actions, "Workflow commands": properties escape `%`, line breaks, `:` and `,`;
/// the message escapes `%` and line breaks.
pub fn render(subjects: &[Subject<'_>]) -> String {
    let mut text = String::new();
    for subject in subjects {
        for finding in subject.findings {
            let command = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            let _ = write!(text, "::{command} ");
            if let Some(location) = &finding.location {
                let _ = write!(
                    text,
                    "file={},line={},col={},",
                    property(&subject.file(location)),
                    location.line,
                    location.column
                );
                if location.length > 0 {
                    let _ = write!(text, "endColumn={},", location.column + location.length);
                }
            }
            let _ = write!(text, "title={}::", property(&finding.code));
            let mut message = String::new();
            if finding.location.is_none() {
                let _ = write!(message, "{}: ", subject.name);
            }
            message.push_str(&finding.message);
            if let Some(help) = &finding.help {
                let _ = write!(message, "\n{help}");
            }
            let _ = writeln!(text, "{}", data(&message));
        }
    }
    text
}

fn data(text: &str) -> String {
    super::printable(&text.replace("\r\n", "\n"))
        .replace('%', "%25")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn each_finding_is_one_line_that_cannot_start_another_command() {
        let text = render(&[Sample::new().subject()]);
        assert_eq!(text.lines().count(), 3);
        insta::assert_snapshot!(text, @r"
        ::error file=svc/pacto.yaml,line=9,col=16,endColumn=20,title=HEALTH_INTERFACE_NOT_FOUND::health interface `rest` does not match any declared interface
        ::warning file=svc/pacto.yaml,line=10,col=11,endColumn=20,title=ODD_PATH::path <\u{1b}[31m|/health|z> 100%25%0Ais odd, and: more%0Awrite `/health`
        ::error title=LOCK_STALE::payments-api 2.1.0: dependency set changed
        ");
    }
}
