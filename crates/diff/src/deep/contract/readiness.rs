//! Readiness: a score that is lower now, evidence that has expired.

use std::collections::BTreeSet;

use jiff::civil::Date;
use pacto_contract::readiness::{Assessment, EvidenceStatus, assess};
use serde_json::Value;

use crate::deep::finding::{Finding, Order};
use crate::deep::rules;
use crate::detect::ChangeKind;
use crate::{Direction, Side};

/// Both sides are weighed on the same day, so that time alone changes nothing.
pub(super) fn findings(old: &Side, new: &Side, today: Option<Date>) -> Vec<Finding> {
    let Some(today) = today else {
        return Vec::new();
    };
    let weigh = |side: &Side| -> Option<Assessment> {
        let readiness = side.contract().readiness.as_ref()?;
        Some(assess(readiness, today))
    };
    let (Some(before), Some(after)) = (weigh(old), weigh(new)) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    if after.score < before.score {
        findings.push(finding(
            "readiness-score-dropped",
            "readiness.score".to_owned(),
            (Some(before.score.into()), Some(after.score.into())),
            format!(
                "the readiness score falls from {} to {}",
                before.score, after.score
            ),
        ));
    }
    let expired = |assessment: &Assessment| -> BTreeSet<String> {
        let checks = assessment.checks.iter();
        checks
            .filter(|check| check.status == EvidenceStatus::Expired)
            .map(|check| check.id.clone())
            .collect()
    };
    for id in expired(&after).difference(&expired(&before)) {
        let check = after.checks.iter().find(|check| check.id == *id);
        let day = check.map(|check| Value::from(check.expires.as_str()));
        findings.push(finding(
            "readiness-expired",
            format!("readiness.checks[{id}]"),
            (None, day),
            format!("the evidence of readiness check {id} has expired"),
        ));
    }
    findings
}

fn finding(
    rule: &str,
    path: String,
    values: (Option<Value>, Option<Value>),
    reason: String,
) -> Finding {
    let judgement = rules::judge(rule, None, Direction::None);
    Finding {
        rule: rule.to_owned(),
        page: judgement.page,
        class: judgement.class,
        direction: Direction::None,
        path,
        occurrences: Vec::new(),
        kind: ChangeKind::Modified,
        old_value: values.0,
        new_value: values.1,
        old_location: None,
        new_location: None,
        reason,
        witness: None,
        order: Order::default(),
    }
}
