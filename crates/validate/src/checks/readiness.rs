//! Readiness: the evidence as written, and the gate.

use jiff::civil::Date;
use pacto_contract::Loaded;
use pacto_contract::readiness::{EvidenceStatus, assess, canonical_date};
use pacto_diagnostic::Finding;

use super::Subject;
use crate::catalogue::code;
use crate::findings::{Findings, new_finding};
use crate::{place, repair};

/// Dates are dates, ids are unique, texts are not blank.
pub(crate) fn checks(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let Some(readiness) = &subject.contract.readiness else {
        return;
    };
    for (i, check) in readiness.checks.iter().enumerate() {
        let id = &check.id;
        let expires = &check.expires;
        if canonical_date(expires).is_none() {
            let path = format!("readiness.checks[{i}].expires");
            let padded = padded_date(expires);
            let fix = padded.as_ref().and_then(|date| {
                repair::replace_text(subject.loaded, &place::pointer(&path), date)
            });
            out.report(
                code::INVALID_READINESS_EXPIRES,
                path,
                format!("readiness check \"{id}\" expires \"{expires}\": must be a valid YYYY-MM-DD date"),
            )
            .help_if(padded.map(|date| format!("write `{date}`")))
            .fix(fix);
        }
        let earlier = readiness
            .checks
            .iter()
            .take(i)
            .rposition(|other| other.id == *id);
        if let Some(p) = earlier.filter(|_| !id.is_empty()) {
            out.report(
                code::DUPLICATE_READINESS_ID,
                format!("readiness.checks[{i}].id"),
                format!("readiness check id \"{id}\" is already declared at readiness.checks[{p}]"),
            )
            .related("first declared here", &format!("readiness.checks[{p}].id"));
        }
        if check.evidence.trim().is_empty() {
            out.report(
                code::EMPTY_READINESS_EVIDENCE,
                format!("readiness.checks[{i}].evidence"),
                format!("readiness check \"{id}\" has blank evidence"),
            );
        }
        let description = check.description.as_deref();
        if description.is_some_and(|text| text.trim().is_empty()) {
            out.report(
                code::EMPTY_READINESS_DESCRIPTION,
                format!("readiness.checks[{i}].description"),
                format!("readiness check \"{id}\" has a blank description"),
            );
        }
    }
}

/// The canonical form of a date whose parts lack leading zeros.
fn padded_date(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_digits = |part: &str, longest| {
        (1..=longest).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let fits = year.len() == 4 && is_digits(year, 4) && is_digits(month, 2) && is_digits(day, 2);
    if !fits || parts.next().is_some() {
        return None;
    }
    let date = format!("{year}-{month:0>2}-{day:0>2}");
    canonical_date(&date).map(|_| date)
}

/// The readiness gate at a date (UTC); `None` when it passes.
pub(crate) fn gate(loaded: &Loaded, today: Date) -> Option<Finding> {
    let readiness = loaded.contract().readiness.as_ref()?;
    let assessment = assess(readiness, today);
    if assessment.passing {
        return None;
    }
    let message = format!(
        "readiness score {} is below minScore {} ({} current, {} expired, {} invalid of {} checks)",
        assessment.score,
        assessment.min_score,
        assessment.current,
        assessment.expired,
        assessment.invalid,
        assessment.checks.len()
    );
    let mut finding = new_finding(code::READINESS_GATE_UNMET, "readiness", message)
        .at(loaded.location("readiness"))
        .help("renew the evidence that has expired");
    for (i, check) in assessment.checks.iter().enumerate() {
        if check.status != EvidenceStatus::Current {
            let place = loaded.location(&format!("readiness.checks[{i}].expires"));
            finding = finding.related(format!("`{}` does not count", check.id), place);
        }
    }
    Some(finding)
}
