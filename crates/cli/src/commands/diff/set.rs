//! `pacto diff --recursive`: many services at once.

use std::collections::HashSet;

use pacto_app::FailureKind;
use pacto_app::diff::{
    BaselineOptions, DiffSetOptions, DiffedSet, diff_set, write_baseline_of_set,
};
use pacto_diagnostic::render::Subject;
use pacto_diagnostic::{Finding, SourceMap};
use pacto_diff::render::{
    HtmlOptions, error_line, set_findings, set_html, set_markdown, set_text, totals,
};
use pacto_diff::{DiffSet, FailOn};

use super::render::Detail;
use super::{baseline, detected, render};
use crate::exit::Exit;
use crate::failed::Failed;
use crate::output::Format;
use crate::session::Session;
use crate::version::VERSION;

pub(super) fn run(
    options: &DiffSetOptions,
    recording: Option<&BaselineOptions>,
    fail_on: FailOn,
    detail: Detail,
    session: &mut Session,
) -> Result<Exit, Failed> {
    let mut diffed = diff_set(&session.context, options)?;
    let written = match recording {
        Some(options) => Some(write_baseline_of_set(
            &session.context,
            &mut diffed,
            options,
        )?),
        None => None,
    };
    print(&diffed, fail_on, detail, session)?;
    let DiffedSet { set, failure, .. } = diffed;
    if set.summary.failed > 0 {
        let count = set.summary.failed;
        let noun = if count == 1 { "service" } else { "services" };
        session
            .streams
            .note(&format!("{count} {noun} could not be compared"))?;
    }
    if let Some(written) = &written {
        baseline::tell(written, session)?;
    }
    let mut exit = failure.map_or(Exit::Ok, |kind: FailureKind| kind.into());
    if set.reaches(fail_on, options.comparison.scale) {
        session.streams.note(detected(set.classification))?;
        exit = exit.max(Exit::Findings);
    }
    Ok(exit)
}

fn print(
    diffed: &DiffedSet,
    fail_on: FailOn,
    detail: Detail,
    session: &mut Session,
) -> Result<(), Failed> {
    let set = &diffed.set;
    let texts = |index: usize, side, file: &str| {
        let texts = diffed.texts.get(index)?.as_ref()?;
        texts.get(side, file)
    };
    match session.format {
        Format::Json => return session.streams.json(set),
        Format::Markdown => session.streams.write(&set_markdown(set))?,
        Format::Sarif | Format::Junit | Format::Github => {
            session
                .streams
                .write(&machine(set, fail_on, session.format))?;
            session.streams.note(&totals(set))?;
        }
        Format::Html => {
            let options = HtmlOptions {
                texts: &texts,
                version: VERSION,
            };
            session.streams.write(&set_html(set, &options))?;
        }
        Format::Text | Format::Dot | Format::Mermaid => {
            let options = render::text_options(session, detail, &texts);
            session.streams.write(&set_text(set, &options))?;
        }
    }
    for result in &set.results {
        if let Some(report) = &result.report {
            let prefix = format!("{}: ", result.path());
            render::tell(&report.diagnostics, &prefix, session)?;
        }
    }
    render::tell(&set.diagnostics, "", session)
}

/// The formats other programs read: one subject per service.
fn machine(set: &DiffSet, fail_on: FailOn, format: Format) -> String {
    let findings: Vec<Vec<Finding>> = set.results.iter().map(set_findings).collect();
    let sources = SourceMap::default();
    let subjects: Vec<Subject<'_>> = set
        .results
        .iter()
        .zip(&findings)
        .map(|(result, findings)| Subject {
            name: result.path(),
            directory: result.path(),
            findings,
            sources: &sources,
        })
        .collect();
    let told = Told::of(set);
    let gates = |finding: &Finding| {
        told.is_failure(finding)
            || (!told.is_diagnostic(finding) && render::gates(fail_on, finding))
    };
    render::machine_of(&subjects, gates, format)
}

/// Findings that are no changes, by code and message.
struct Told<'s> {
    diagnostics: HashSet<(&'s str, &'s str)>,
    failures: HashSet<(&'s str, String)>,
}

impl<'s> Told<'s> {
    fn of(set: &'s DiffSet) -> Self {
        let reports = set
            .results
            .iter()
            .filter_map(|result| result.report.as_ref());
        let errors = set.results.iter().flat_map(|result| &result.errors);
        Self {
            diagnostics: reports
                .flat_map(|report| &report.diagnostics)
                .map(|diagnostic| (diagnostic.code, diagnostic.message.as_str()))
                .collect(),
            failures: errors
                .map(|error| (error.code.as_str(), error_line(error)))
                .collect(),
        }
    }

    /// What could not be compared inside a service never gates.
    fn is_diagnostic(&self, finding: &Finding) -> bool {
        self.diagnostics
            .contains(&(finding.code.as_ref(), finding.message.as_str()))
    }

    /// What kept a service from being compared fails whatever the threshold is.
    fn is_failure(&self, finding: &Finding) -> bool {
        self.failures
            .contains(&(finding.code.as_ref(), finding.message.clone()))
    }
}
