//! Findings as a JUnit XML report, which every CI server reads.

use std::fmt::Write as _;

use super::Subject;
use crate::Finding;

/// Renders one suite per subject and one case per finding; a subject without findings is one
/// passing case. What `gates` accepts is a failure, the rest passes with its text as output.
pub fn render(name: &str, subjects: &[Subject<'_>], gates: impl Fn(&Finding) -> bool) -> String {
    let cases = |subject: &Subject<'_>| subject.findings.len().max(1);
    let failures = |subject: &Subject<'_>| {
        subject
            .findings
            .iter()
            .filter(|finding| gates(finding))
            .count()
    };
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        text,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\">",
        escape(name),
        subjects.iter().map(cases).sum::<usize>(),
        subjects.iter().map(failures).sum::<usize>(),
    );
    for subject in subjects {
        let suite = escape(subject.name);
        let _ = writeln!(
            text,
            "  <testsuite name=\"{suite}\" tests=\"{}\" failures=\"{}\">",
            cases(subject),
            failures(subject)
        );
        if subject.findings.is_empty() {
            let _ = writeln!(
                text,
                "    <testcase classname=\"{suite}\" name=\"{}\"/>",
                escape(name)
            );
        }
        for finding in subject.findings {
            case(&mut text, subject, finding, gates(finding));
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn case(text: &mut String, subject: &Subject<'_>, finding: &Finding, is_failure: bool) {
    let case_name = if finding.path.is_empty() {
        finding.code.to_string()
    } else {
        format!("{} {}", finding.code, finding.path)
    };
    let mut body = String::new();
    if let Some(location) = &finding.location {
        let _ = write!(
            body,
            "{}:{}:{}: ",
            subject.file(location),
            location.line,
            location.column
        );
    }
    body.push_str(&finding.message);
    if let Some(help) = &finding.help {
        let _ = write!(body, "\nhelp: {help}");
    }
    let _ = writeln!(
        text,
        "    <testcase classname=\"{}\" name=\"{}\">",
        escape(subject.name),
        escape(&case_name)
    );
    if is_failure {
        let _ = writeln!(
            text,
            "      <failure type=\"{}\" message=\"{}\">{}</failure>",
            escape(&finding.code),
            escape(&finding.message),
            escape(&body)
        );
    } else {
        let _ = writeln!(text, "      <system-out>{}</system-out>", escape(&body));
    }
    text.push_str("    </testcase>\n");
}

/// Escapes text for elements and attributes; characters XML 1.0 does not allow (section 2.2) are
/// shown as `\u{…}`.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in super::printable(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => escaped.extend(character.escape_unicode()),
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
    fn what_gates_is_a_failure_and_the_rest_passes() {
        let sample = Sample::new();
        insta::assert_snapshot!(render("validate", &[sample.subject()], Finding::is_error), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="validate" tests="3" failures="2">
          <testsuite name="payments-api 2.1.0" tests="3" failures="2">
            <testcase classname="payments-api 2.1.0" name="HEALTH_INTERFACE_NOT_FOUND runtime.health.interface">
              <failure type="HEALTH_INTERFACE_NOT_FOUND" message="health interface `rest` does not match any declared interface">svc/pacto.yaml:9:16: health interface `rest` does not match any declared interface</failure>
            </testcase>
            <testcase classname="payments-api 2.1.0" name="ODD_PATH runtime.health.path">
              <system-out>svc/pacto.yaml:10:11: path &lt;\u{1b}[31m|/health|z&gt; 100%&#10;is odd, and: more&#10;help: write `/health`</system-out>
            </testcase>
            <testcase classname="payments-api 2.1.0" name="LOCK_STALE">
              <failure type="LOCK_STALE" message="dependency set changed">dependency set changed</failure>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn a_subject_without_findings_is_one_passing_case() {
        let sample = Sample::new();
        let mut subject = sample.subject();
        subject.findings = &[];
        insta::assert_snapshot!(render("validate", &[subject], Finding::is_error), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="validate" tests="1" failures="0">
          <testsuite name="payments-api 2.1.0" tests="1" failures="0">
            <testcase classname="payments-api 2.1.0" name="validate"/>
          </testsuite>
        </testsuites>
        "#);
    }
}
