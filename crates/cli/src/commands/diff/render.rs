//! How a comparison looks.

use pacto_app::diff::Diffed;
use pacto_app::impact::ImpactResult;
use pacto_app::schema::DiffWithImpact;
use pacto_diagnostic::render::{Subject, github, junit, printable, sarif};
use pacto_diagnostic::{Finding, Severity, SourceMap};
use pacto_diff::render::{HtmlOptions, TextOptions, Texts, findings, html, json, markdown, text};
use pacto_diff::{Class, Diagnostic, FailOn, is_about_documentation};

use super::fold;
use crate::commands::impact::render::{markdown_section, section};
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::streams::WARNING;
use crate::version::VERSION;

/// How much of a report people get to see in text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Detail {
    /// Only the counts.
    pub(super) is_summary: bool,
    /// Lines around each place.
    pub(super) context: Option<u32>,
}

/// Prints the report to standard output and, for people, what could not be compared to standard
/// error.
pub(super) fn print(
    diffed: &Diffed,
    impact: Option<&ImpactResult>,
    fail_on: FailOn,
    detail: Detail,
    session: &mut Session,
) -> Result<(), Failed> {
    let report = &diffed.report;
    let texts = |_, side, file: &str| diffed.texts.get(side, file);
    let mut printed = match session.format {
        Format::Json if impact.is_some() => {
            return session.streams.json(&DiffWithImpact { report, impact });
        }
        Format::Json => json(report).map_err(|error| Failed::Output(error.into()))?,
        Format::Markdown => markdown(report),
        Format::Sarif | Format::Junit | Format::Github => {
            return session
                .streams
                .write(&machine(diffed, fail_on, session.format));
        }
        Format::Html => html(
            report,
            &HtmlOptions {
                texts: &texts,
                version: VERSION,
            },
        ),
        Format::Text | Format::Dot | Format::Mermaid => {
            text(report, &text_options(session, detail, &texts))
        }
    };
    match (session.format, impact) {
        (Format::Text, Some(impact)) => {
            printed.push_str(&section(impact, session.streams.out()));
        }
        (Format::Markdown, Some(impact)) => printed.push_str(&markdown_section(impact)),
        _ => {}
    }
    session.streams.write(&printed)?;
    if session.format == Format::Json {
        return Ok(());
    }
    tell(&report.diagnostics, "", session)
}

/// Whether a format has a place for who is hit.
pub(super) fn tells_impact(format: Format) -> bool {
    matches!(format, Format::Text | Format::Markdown | Format::Json)
}

/// Tells people what could not be compared, on standard error.
pub(super) fn tell(
    diagnostics: &[Diagnostic],
    prefix: &str,
    session: &mut Session,
) -> Result<(), Failed> {
    for (diagnostic, others) in fold::alike(diagnostics) {
        let side = diagnostic.side.map_or(String::new(), |side| {
            format!("{} contract: ", side.as_str())
        });
        let file = diagnostic
            .file
            .as_ref()
            .map_or(String::new(), |file| format!("{file}: "));
        let mut message = format!("{prefix}{side}{file}{}", diagnostic.message);
        if others > 0 {
            message.push_str(&format!(" ({others} more for the same reason)"));
        }
        if diagnostic.severity == Severity::Note {
            let word = session.streams.err().paint(WARNING, "note");
            session
                .streams
                .note(&format!("{word}: {}", printable(&message)))?;
        } else {
            session.streams.warn(&message)?;
        }
    }
    Ok(())
}

/// How text is laid out on this terminal.
pub(super) fn text_options<'t>(
    session: &Session,
    detail: Detail,
    texts: &'t Texts<'t>,
) -> TextOptions<'t> {
    let terminal = session.streams.out();
    TextOptions {
        width: Some(terminal.width),
        color: terminal.is_coloured,
        glyphs: terminal.is_terminal,
        summary: detail.is_summary,
        texts: Some(texts),
        context: detail.context,
    }
}

/// The formats other programs read.
fn machine(diffed: &Diffed, fail_on: FailOn, format: Format) -> String {
    let findings = findings(&diffed.report);
    let sources = SourceMap::default();
    let subject = Subject {
        name: &diffed.report.new_path,
        directory: &diffed.new_directory,
        findings: &findings,
        sources: &sources,
    };
    let gates = |finding: &Finding| {
        is_change(&diffed.report.diagnostics, finding) && gates(fail_on, finding)
    };
    machine_of(&[subject], gates, format)
}

/// Findings of one or many comparisons; `gates` tells what JUnit calls a failure.
pub(super) fn machine_of(
    subjects: &[Subject<'_>],
    gates: impl Fn(&Finding) -> bool,
    format: Format,
) -> String {
    match format {
        Format::Sarif => sarif::render(
            &sarif::Tool {
                version: VERSION,
                title: |_| None,
            },
            subjects,
        ),
        Format::Junit => junit::render("pacto diff", subjects, gates),
        _ => github::render(subjects),
    }
}

/// False for what could not be compared: that never gates.
fn is_change(diagnostics: &[Diagnostic], finding: &Finding) -> bool {
    !diagnostics
        .iter()
        .any(|diagnostic| diagnostic.code == finding.code && diagnostic.message == finding.message)
}

/// Whether a finding about a change makes the command fail. Edits of documentation are listed only.
pub(super) fn gates(fail_on: FailOn, finding: &Finding) -> bool {
    match (fail_on, class_of(finding.severity)) {
        (FailOn::Any, Class::NonBreaking) => !is_about_documentation(&finding.code),
        (_, class) => fail_on.gates(class),
    }
}

/// The class that a severity stands for.
fn class_of(severity: Severity) -> Class {
    match severity {
        Severity::Error => Class::Breaking,
        Severity::Warning => Class::PotentialBreaking,
        Severity::Note => Class::NonBreaking,
    }
}
