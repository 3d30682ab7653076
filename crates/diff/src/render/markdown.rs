//! The Markdown form, for comments on pull requests.

use std::fmt::Write as _;

use pacto_diagnostic::render::markdown::{code, escape};
use serde_json::Value;

use super::text::shared_documents;
use crate::detect::docs::DocsChange;
use crate::detect::sbom::SbomDiff;
use crate::{Diagnostic, Record, Report};

/// Things that are listed as not compared; those beyond are counted.
const GAPS_LIMIT: usize = 20;

/// Renders headings, tables and the tree of the graph.
pub fn markdown(report: &Report) -> String {
    let mut text = format!(
        "## Contract Diff\n\n**Classification:** `{}`\n\n",
        report.classification
    );
    if report.is_empty() {
        let _ = writeln!(text, "{}", super::nothing_changed(report.has_gaps()));
        gaps(&report.diagnostics, &mut text);
        return text;
    }
    let changes = open(&report.changes);
    if !changes.is_empty() {
        let _ = writeln!(text, "### Changes ({})\n", changes.len());
        records(&changes, &mut text);
    }
    for dependency in &report.dependency_diffs {
        let _ = writeln!(
            text,
            "### Dependency: {} (`{}`)\n",
            escape(&dependency.name),
            dependency.classification
        );
        let changes = open(&dependency.changes);
        if !changes.is_empty() {
            records(&changes, &mut text);
        }
        if let Some(diff) = &dependency.sbom_diff {
            let _ = writeln!(text, "#### SBOM Changes: {}\n", escape(&dependency.name));
            packages(diff, &mut text);
        }
        if !dependency.docs_diff.is_empty() {
            let name = escape(&dependency.name);
            let _ = writeln!(text, "#### Documentation Changes: {name}\n");
            docs(&dependency.docs_diff, &mut text);
        }
    }
    if !report.graph_diff.changes.is_empty() {
        let tree = super::tree(&report.graph_diff);
        // Names come from contracts: none may close the fence.
        let fence = if tree.contains("```") {
            "``````"
        } else {
            "```"
        };
        let _ = writeln!(
            text,
            "### Dependency Graph Changes\n\n{fence}\n{tree}{fence}"
        );
    }
    if let Some(diff) = &report.sbom_diff {
        text.push_str("### SBOM Changes\n\n");
        packages(diff, &mut text);
    }
    if !report.docs_diff.is_empty() {
        text.push_str("### Documentation Changes\n\n");
        docs(&report.docs_diff, &mut text);
    }
    accepted(report, &mut text);
    gaps(&report.diagnostics, &mut text);
    text
}

/// What could not be compared: whoever reads a comment sees no other output of the command.
fn gaps(diagnostics: &[Diagnostic], text: &mut String) {
    let is_gap = |diagnostic: &&Diagnostic| diagnostic.is_gap();
    let count = diagnostics.iter().filter(is_gap).count();
    if count == 0 {
        return;
    }
    let _ = writeln!(text, "\n### Not compared ({count})\n");
    for diagnostic in diagnostics.iter().filter(is_gap).take(GAPS_LIMIT) {
        let side = diagnostic.side.map_or(String::new(), |side| {
            format!("{} contract: ", side.as_str())
        });
        let place = match (&diagnostic.location, &diagnostic.file) {
            (Some(place), _) => format!("{}: ", code(&format!("{}:{}", place.file, place.line))),
            (None, Some(file)) => format!("{}: ", code(file)),
            (None, None) => String::new(),
        };
        let _ = writeln!(text, "- {side}{place}{}", escape(&diagnostic.message));
    }
    if count > GAPS_LIMIT {
        let _ = writeln!(text, "- and {} more", count - GAPS_LIMIT);
    }
}

/// The changes that count; accepted ones have a table of their own.
fn open(records: &[Record]) -> Vec<&Record> {
    let is_open = |record: &&Record| record.suppressed.is_none();
    records.iter().filter(is_open).collect()
}

/// Accepted changes with their reasons.
fn accepted(report: &Report, text: &mut String) {
    let records = super::accepted(report);
    if records.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "### Accepted ({})\n\n| Path | Rule | Reason |\n|---|---|---|",
        records.len()
    );
    let (listed, more) = super::folded(&records);
    for accepted in listed {
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            code(&accepted.path()),
            code(accepted.record.code()),
            escape(accepted.reason)
        );
    }
    for (reason, count) in more {
        let _ = writeln!(text, "| … {count} more |  | {} |", escape(reason));
    }
    text.push('\n');
}

/// A table of records. The column of rules is there when a record has one. Where several interfaces
/// have one document, the reason names the interface.
fn records(records: &[&Record], text: &mut String) {
    let shared = shared_documents(records);
    let has_rules = records.iter().any(|record| record.rule.is_some());
    text.push_str("| Classification | Path | Type | Reason | Old | New |");
    text.push_str(if has_rules { " Rule |\n" } else { "\n" });
    text.push_str("|---|---|---|---|---|---|");
    text.push_str(if has_rules { "---|\n" } else { "\n" });
    for record in records {
        let is_shared = record
            .file
            .as_deref()
            .is_some_and(|file| shared.contains(file));
        let interface = record.interface.as_deref().filter(|_| is_shared);
        let of = interface.map_or(String::new(), |interface| {
            format!(" (interface {})", escape(interface))
        });
        let _ = write!(
            text,
            "| {} | {} | {} | {}{of} | {} | {} |",
            record.classification,
            code(&record.path),
            record.kind,
            escape(&record.reason),
            value(record.old_value.as_ref()),
            value(record.new_value.as_ref()),
        );
        if has_rules {
            let _ = write!(text, " {} |", code(record.rule.as_deref().unwrap_or("")));
        }
        text.push('\n');
    }
    text.push('\n');
}

/// A value as code; an absent one is an empty cell, an empty text an empty pair of backticks.
fn value(value: Option<&Value>) -> String {
    value
        .map(super::shown)
        .map_or_else(String::new, |text| cell(&text))
}

fn cell(text: &str) -> String {
    if text.is_empty() {
        "``".to_owned()
    } else {
        code(text)
    }
}

fn packages(diff: &SbomDiff, text: &mut String) {
    text.push_str("| Package | Type | Field | Old | New |\n|---|---|---|---|---|\n");
    for change in &diff.changes {
        let value = |value: &Option<String>| value.as_deref().map(cell).unwrap_or_default();
        let annotation = match &change.annotation {
            Some(annotation) => format!(" ({})", escape(annotation)),
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {}{annotation} | {} | {} |",
            code(&change.package),
            change.kind,
            change.field.as_str(),
            value(&change.old_value),
            value(&change.new_value),
        );
    }
    text.push('\n');
}

fn docs(changes: &[DocsChange], text: &mut String) {
    text.push_str("| File | Type |\n|---|---|\n");
    for change in changes {
        let _ = writeln!(text, "| {} | {} |", code(&change.file), change.kind);
    }
    text.push('\n');
}
