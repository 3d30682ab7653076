//! Many services in text and Markdown: those where something happened, then the totals.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use pacto_diagnostic::render::markdown::{code, escape};
use pacto_diagnostic::render::printable;

use super::text::text_of_service;
use super::{TextOptions, markdown};
use crate::set::{DiffSet, ServiceDiff, ServiceStatus};

/// Renders the services that changed, came, went or failed, each as `pacto diff` would, and the
/// totals. Services without a change are only counted.
pub fn set_text(set: &DiffSet, options: &TextOptions<'_>) -> String {
    let mut page = String::new();
    for (index, result) in set.results.iter().enumerate() {
        if !is_told(result) {
            continue;
        }
        match (&result.report, options.summary) {
            (Some(report), true) => page.push_str(&super::text::headline(report, options)),
            (_, true) => happened_text(result, options, &mut page),
            (_, false) => {
                service_text(index, result, options, &mut page);
                page.push('\n');
            }
        }
    }
    let _ = writeln!(
        page,
        "{}  {}",
        painted(
            set.classification.as_str(),
            super::text::class_style(set.classification).bold(),
            options
        ),
        totals(set)
    );
    if set.is_unchanged() {
        let _ = writeln!(page, "{}", super::nothing_changed(set.has_gaps()));
    }
    page
}

/// The services worth reading about.
fn told(set: &DiffSet) -> impl Iterator<Item = &ServiceDiff> {
    set.results.iter().filter(|result| is_told(result))
}

fn is_told(result: &ServiceDiff) -> bool {
    result.status != ServiceStatus::Unchanged
}

fn painted(text: &str, style: Style, options: &TextOptions<'_>) -> String {
    if options.color {
        format!("{style}{text}{style:#}")
    } else {
        text.to_owned()
    }
}

fn service_text(index: usize, result: &ServiceDiff, options: &TextOptions<'_>, page: &mut String) {
    let path = printable(result.path());
    if let Some(report) = &result.report {
        let _ = writeln!(
            page,
            "{}",
            painted(&format!("== {path}"), Style::new().bold(), options)
        );
        page.push_str(&text_of_service(report, options, index));
        return;
    }
    let _ = writeln!(
        page,
        "{}",
        painted(&format!("== {path}"), Style::new().bold(), options)
    );
    happened_text(result, options, page);
}

/// That a service came, went or was not compared.
fn happened_text(result: &ServiceDiff, options: &TextOptions<'_>, page: &mut String) {
    let service = printable(&result.service);
    match (result.status, result.classification) {
        (ServiceStatus::Failed, _) | (_, None) => {
            let word = painted("NOT COMPARED", AnsiColor::Red.on_default().bold(), options);
            let _ = writeln!(page, "{word}  {service}");
            for error in &result.errors {
                let _ = writeln!(page, "   {}", printable(&error_line(error)));
                for hint in &error.hints {
                    let _ = writeln!(page, "   help: {}", printable(hint));
                }
            }
        }
        (status, Some(class)) => {
            let word = painted(
                class.as_str(),
                super::text::class_style(class).bold(),
                options,
            );
            let accepted = result.accepted().map_or(String::new(), |reason| {
                format!(" (accepted: {})", printable(reason))
            });
            let _ = writeln!(
                page,
                "{word}  {service} {}: {}{accepted}",
                printable(version(result)),
                happened(status)
            );
        }
    }
}

fn version(result: &ServiceDiff) -> &str {
    let version = result
        .new_version
        .as_deref()
        .or(result.old_version.as_deref());
    version.unwrap_or("")
}

pub(super) fn happened(status: ServiceStatus) -> &'static str {
    match status {
        ServiceStatus::Added => "service added",
        ServiceStatus::Removed => "service removed",
        ServiceStatus::Changed => "changed",
        ServiceStatus::Unchanged => "unchanged",
        ServiceStatus::Failed => "not compared",
    }
}

/// `old contract: no pacto.yaml found in a`
pub fn error_line(error: &crate::set::ServiceError) -> String {
    match error.side {
        Some(side) => format!("{} contract: {}", side.as_str(), error.message),
        None => error.message.clone(),
    }
}

/// `12 services: 3 changed, 1 added, 1 removed, 6 unchanged, 1 not compared`
pub fn totals(set: &DiffSet) -> String {
    let summary = &set.summary;
    let noun = if summary.services == 1 {
        "service"
    } else {
        "services"
    };
    let parts: Vec<String> = [
        (summary.changed, "changed"),
        (summary.added, "added"),
        (summary.removed, "removed"),
        (summary.unchanged, "unchanged"),
        (summary.failed, "not compared"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    format!("{} {noun}: {}", summary.services, parts.join(", "))
}

/// Renders a table of all services that are worth reading about, then the report of each.
pub fn set_markdown(set: &DiffSet) -> String {
    let mut page = format!(
        "# Contract Diff\n\n**Classification:** `{}`\n\n{}\n",
        set.classification,
        totals(set)
    );
    if set.is_unchanged() {
        let _ = writeln!(page, "\n{}", super::nothing_changed(set.has_gaps()));
        return page;
    }
    page.push_str("\n| Service | Result | Classification | Old | New |\n|---|---|---|---|---|\n");
    for result in told(set) {
        let cell = |value: Option<&str>| value.map(code).unwrap_or_default();
        let _ = writeln!(
            page,
            "| {} | {}{} | {} | {} | {} |",
            escape(name(result)),
            happened(result.status),
            result.accepted().map_or(String::new(), |reason| {
                format!(" (accepted: {})", escape(reason))
            }),
            result.classification.map_or("", |class| class.as_str()),
            cell(result.old_version.as_deref()),
            cell(result.new_version.as_deref()),
        );
    }
    for result in told(set) {
        if let Some(report) = &result.report {
            let body = markdown(report);
            let body = body.strip_prefix("## Contract Diff\n").unwrap_or(&body);
            let _ = write!(
                page,
                "\n## {} ({})\n{}",
                escape(name(result)),
                code(result.path()),
                body.trim_end_matches('\n')
            );
            page.push('\n');
        } else if result.status == ServiceStatus::Failed {
            let _ = writeln!(
                page,
                "\n## {} ({})\n\n**Not compared**\n",
                escape(name(result)),
                code(result.path())
            );
            for error in &result.errors {
                let _ = writeln!(page, "- {}", escape(&error_line(error)));
            }
        }
    }
    page
}

/// The name of the service, or its path when the contract could not be read.
fn name(result: &ServiceDiff) -> &str {
    if result.service.is_empty() {
        result.path()
    } else {
        &result.service
    }
}
