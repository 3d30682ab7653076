//! How a validation looks.

use pacto_app::validate::{Validated, ValidatedAll};
use pacto_diagnostic::Finding;
use pacto_diagnostic::render::{Subject, counted, github, junit, markdown, printable, sarif, text};

use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::streams::{ERROR, GOOD, STRONG, Terminal, WARNING};
use crate::version::VERSION;

/// Prints the answer for one contract.
pub(super) fn one(validated: &Validated, session: &mut Session) -> Result<(), Failed> {
    let subject = validated.subject();
    let printed = match session.format {
        Format::Json => {
            session.streams.json(&validated.to_result())?;
            return note_failure(
                &verdict(validated, session.streams.err()),
                validated.result.valid,
                session,
            );
        }
        Format::Markdown => markdown_of(&subject, validated),
        Format::Text | Format::Dot | Format::Mermaid => {
            let terminal = session.streams.out();
            let mut printed = text::render(&subject, &text_options(terminal));
            if let Some(fixed) = validated.result.fixed {
                let line = format!(
                    "{} {}",
                    terminal.paint(GOOD, "fixed"),
                    counted(fixed, "finding")
                );
                printed.push_str(&line);
                printed.push('\n');
            }
            printed.push_str(&verdict(validated, terminal));
            printed.push('\n');
            return session.streams.write(&printed);
        }
        format => machine(format, &[subject]),
    };
    session.streams.write(&printed)?;
    note_failure(
        &verdict(validated, session.streams.err()),
        validated.result.valid,
        session,
    )
}

/// Prints the answers for many contracts.
pub(super) fn all(all: &ValidatedAll, session: &mut Session) -> Result<(), Failed> {
    let is_valid = all.summary.invalid == 0;
    match session.format {
        Format::Json => session.streams.json(&all.to_result())?,
        Format::Markdown => {
            let mut printed = format!("# {}\n", totals(all));
            for contract in all
                .contracts
                .iter()
                .filter(|contract| !contract.findings.is_empty())
            {
                printed.push('\n');
                printed.push_str(&markdown_of(&contract.subject(), contract));
            }
            session.streams.write(&printed)?;
        }
        Format::Text | Format::Dot | Format::Mermaid => {
            let terminal = session.streams.out();
            let options = text_options(terminal);
            for contract in all
                .contracts
                .iter()
                .filter(|contract| !contract.findings.is_empty())
            {
                session
                    .streams
                    .write(&text::render(&contract.subject(), &options))?;
                let verdict = verdict(contract, terminal);
                let path = printable(&contract.result.path);
                // What could not be read is called by its path already.
                let line = if contract.label == contract.result.path {
                    format!("{verdict}\n")
                } else {
                    format!("{path}: {verdict}\n")
                };
                session.streams.line(&line)?;
            }
            return session.streams.line(&totals(all));
        }
        format => {
            let subjects: Vec<Subject<'_>> = all.contracts.iter().map(Validated::subject).collect();
            session.streams.write(&machine(format, &subjects))?;
        }
    }
    note_failure(&totals(all), is_valid, session)
}

/// In the formats for programs, people still learn on standard error why the exit is not 0.
fn note_failure(line: &str, is_valid: bool, session: &mut Session) -> Result<(), Failed> {
    if is_valid {
        return Ok(());
    }
    session.streams.note(line)
}

fn text_options(terminal: Terminal) -> text::TextOptions<'static> {
    text::TextOptions {
        is_coloured: terminal.is_coloured,
        width: terminal.width,
        fix_command: Some("pacto validate --fix"),
        has_page: |code| pacto_validate::find(code).is_some(),
    }
}

/// `payments-api 2.1.0: 1 error, 1 warning (1 fixable)`
fn verdict(validated: &Validated, terminal: Terminal) -> String {
    let label = terminal.paint(STRONG, &printable(&validated.label));
    let counts = validated.counts();
    if !validated.result.valid {
        return format!("{label}: {}", terminal.paint(ERROR, &counts.to_string()));
    }
    let valid = terminal.paint(GOOD, "valid");
    if validated.findings.is_empty() {
        format!("{label}: {valid}")
    } else {
        format!(
            "{label}: {valid}, {}",
            terminal.paint(WARNING, &counts.to_string())
        )
    }
}

/// `37 contracts: 36 valid, 1 invalid; 7 errors, 8 warnings`
fn totals(all: &ValidatedAll) -> String {
    let summary = all.summary;
    let mut line = format!(
        "{}: {} valid, {} invalid",
        counted(summary.contracts, "contract"),
        summary.valid,
        summary.invalid
    );
    if summary.errors + summary.warnings > 0 {
        line.push_str(&format!(
            "; {}, {}",
            counted(summary.errors, "error"),
            counted(summary.warnings, "warning")
        ));
    }
    line
}

fn markdown_of(subject: &Subject<'_>, validated: &Validated) -> String {
    let sign = if validated.result.valid {
        "valid"
    } else {
        "invalid"
    };
    let mut printed = format!("## {}: {sign}\n", markdown::escape(subject.name));
    if !subject.findings.is_empty() {
        printed.push_str(&format!("\n{}\n\n", validated.counts()));
        printed.push_str(&markdown::table(subject));
    }
    printed
}

fn machine(format: Format, subjects: &[Subject<'_>]) -> String {
    match format {
        Format::Sarif => sarif::render(
            &sarif::Tool {
                version: VERSION,
                title: |code| pacto_validate::find(code).map(|page| page.title),
            },
            subjects,
        ),
        Format::Junit => junit::render("pacto validate", subjects, Finding::is_error),
        _ => github::render(subjects),
    }
}

/// The findings of a contract that keep it from being published, on standard error: they are not
/// what the command was asked for.
pub(super) fn refused(validated: &Validated, session: &mut Session) -> Result<(), Failed> {
    let errors: Vec<Finding> = validated.result.errors.clone();
    let subject = Subject {
        findings: &errors,
        ..validated.subject()
    };
    let printed = text::render(&subject, &text_options(session.streams.err()));
    session.streams.note(printed.trim_end())
}
