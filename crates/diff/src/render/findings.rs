//! Records as findings, for the formats other programs read.

use std::borrow::Cow;

use pacto_diagnostic::{Finding, Location, Severity};

use super::set::error_line;
use crate::diagnostics::SideName;
use crate::record::told;
use crate::set::ServiceDiff;
use crate::{Record, Report};

/// Every record and every diagnostic as a finding: breaking is an error, potentially breaking a
/// warning, the rest notes. Places are those in the new bundle; where something is gone the
/// message says where it stood. A record that another one explains is left to that.
pub fn findings(report: &Report) -> Vec<Finding> {
    let mut findings: Vec<Finding> = told(&report.changes)
        .into_iter()
        .map(|record| finding(record, None))
        .collect();
    for dependency in &report.dependency_diffs {
        let records = told(&dependency.changes).into_iter();
        findings.extend(records.map(|record| finding(record, Some(&dependency.name))));
    }
    findings.extend(report.diagnostics.iter().map(|diagnostic| {
        let place = match diagnostic.side {
            Some(SideName::New) => diagnostic.location.clone(),
            _ => None,
        };
        Finding::new(
            diagnostic.severity,
            diagnostic.code,
            "",
            diagnostic.message.clone(),
        )
        .at(place)
    }));
    findings
}

/// The findings of one service among many: those of its report; that it came, went, or why it was
/// not compared.
pub fn set_findings(result: &ServiceDiff) -> Vec<Finding> {
    if let Some(report) = &result.report {
        return findings(report);
    }
    let errors = result.errors.iter();
    let errors = errors
        .map(|error| Finding::new(Severity::Error, error.code.clone(), "", error_line(error)));
    let records = told(&result.changes).into_iter().map(|record| {
        let class = record.refined.unwrap_or(record.classification);
        let severity = class.max(record.classification).severity();
        Finding::new(
            severity,
            record.code().to_owned(),
            "",
            record.reason.clone(),
        )
    });
    records.chain(errors).collect()
}

fn finding(record: &Record, dependency: Option<&str>) -> Finding {
    let class = record.refined.map_or(record.classification, |refined| {
        refined.max(record.classification)
    });
    let code: Cow<'static, str> = match &record.rule {
        Some(rule) => rule.clone().into(),
        None => record.judged_by.into(),
    };
    let mut message = record.reason.clone();
    match (&record.old_value, &record.new_value) {
        (Some(old), Some(new)) if old != new => {
            message.push_str(&format!(": {} → {}", super::shown(old), super::shown(new)));
        }
        (None, Some(value)) | (Some(value), None) => {
            let value = super::shown(value);
            if !message.contains(&value) {
                message.push_str(&format!(": {value}"));
            }
        }
        _ => {}
    }
    if let Some(line) = record.witness.as_ref().and_then(super::witness_line) {
        message.push_str(&format!("; {line}"));
    }
    if let Some(dependency) = dependency {
        return Finding::new(
            class.severity(),
            code,
            format!("{dependency}: {}", record.path),
            format!("{dependency}: {message}"),
        );
    }
    if let (Some(Location { file, line, .. }), None) = (&record.old_location, &record.new_location)
    {
        message.push_str(&format!(" (was at {file}:{line})"));
    }
    Finding::new(class.severity(), code, record.path.clone(), message)
        .at(record.new_location.clone())
}
