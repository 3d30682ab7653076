//! How ready a service is, at a given date: one function for every surface.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Readiness, ReadinessCheck};

/// Score that must be reached where a contract names none.
pub const DEFAULT_MIN_SCORE: i64 = 100;

/// Whether a piece of evidence counts at a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceStatus {
    /// It has not expired; the day it expires on still counts.
    Current,
    /// Its day is over.
    Expired,
    /// Its expiry is no date.
    Invalid,
}

/// One piece of evidence at a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckAssessment {
    /// Id of the check.
    pub id: String,
    /// Weight of the check, as written.
    pub weight: i64,
    /// Expiry as written.
    pub expires: String,
    /// Whether it counts.
    pub status: EvidenceStatus,
    /// Days until it expires, 0 on the last day; only while it is current.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_remaining: Option<i64>,
}

/// The readiness of a service at a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    /// Weight of the current evidence in percent of all, rounded half up; 0 when nothing has
    /// weight.
    pub score: i64,
    /// Score that must be reached; 100 where the contract names none.
    pub min_score: i64,
    /// The score is reached.
    pub passing: bool,
    /// Sum of the weights of current evidence.
    pub current_weight: i64,
    /// Sum of all weights.
    pub total_weight: i64,
    /// Number of current checks.
    pub current: usize,
    /// Number of expired checks.
    pub expired: usize,
    /// Number of checks whose expiry is no date.
    pub invalid: usize,
    /// Number of all checks.
    pub total: usize,
    /// The checks in written order.
    pub checks: Vec<CheckAssessment>,
}

/// Reads a date that is written the one canonical way, `YYYY-MM-DD`, and exists in the calendar.
pub fn canonical_date(text: &str) -> Option<Date> {
    // Other spellings that the date library reads are longer or print differently.
    let date: Date = (text.len() == 10).then(|| text.parse().ok()).flatten()?;
    (date.to_string() == text).then_some(date)
}

/// Weighs the evidence at a date, by convention the current one in UTC.
pub fn assess(readiness: &Readiness, today: Date) -> Assessment {
    let checks: Vec<_> = readiness
        .checks
        .iter()
        .map(|check| assess_check(check, today))
        .collect();
    let weight = |is_counted: fn(EvidenceStatus) -> bool| {
        let counted = checks.iter().filter(|check| is_counted(check.status));
        counted.fold(0i64, |sum, check| sum.saturating_add(check.weight))
    };
    let count = |status| checks.iter().filter(|check| check.status == status).count();
    let current_weight = weight(|status| status == EvidenceStatus::Current);
    let total_weight = weight(|_| true);
    let score = percent(current_weight, total_weight);
    let min_score = readiness.min_score.unwrap_or(DEFAULT_MIN_SCORE);
    Assessment {
        score,
        min_score,
        passing: score >= min_score,
        current_weight,
        total_weight,
        current: count(EvidenceStatus::Current),
        expired: count(EvidenceStatus::Expired),
        invalid: count(EvidenceStatus::Invalid),
        total: checks.len(),
        checks,
    }
}

fn assess_check(check: &ReadinessCheck, today: Date) -> CheckAssessment {
    let expires = canonical_date(&check.expires);
    let status = match expires {
        None => EvidenceStatus::Invalid,
        Some(expires) if today <= expires => EvidenceStatus::Current,
        Some(_) => EvidenceStatus::Expired,
    };
    let days_remaining = expires
        .filter(|_| status == EvidenceStatus::Current)
        .map(|expires| expires.duration_since(today).as_hours() / 24);
    CheckAssessment {
        id: check.id.clone(),
        weight: check.weight,
        expires: check.expires.clone(),
        status,
        days_remaining,
    }
}

/// `100 × part / whole`, rounded half up.
fn percent(part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    let (part, whole) = (i128::from(part), i128::from(whole));
    i64::try_from((200 * part + whole).div_euclid(2 * whole)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn readiness(min_score: Option<i64>, checks: &[(i64, &str)]) -> Readiness {
        let checks = checks
            .iter()
            .enumerate()
            .map(|(id, (weight, expires))| ReadinessCheck {
                id: format!("c{id}"),
                r#type: "url".to_owned(),
                evidence: "x".to_owned(),
                weight: *weight,
                expires: (*expires).to_owned(),
                description: None,
            });
        Readiness {
            min_score,
            checks: checks.collect(),
        }
    }

    #[test]
    fn current_evidence_counts_in_proportion_to_its_weight() {
        let readiness = readiness(
            Some(90),
            &[(50, "2026-12-31"), (25, "2026-06-30"), (25, "2026-06-29")],
        );
        let assessment = assess(&readiness, date(2026, 6, 30));
        assert_eq!((assessment.score, assessment.min_score), (75, 90));
        assert!(!assessment.passing);
        assert_eq!(
            (
                assessment.current,
                assessment.expired,
                assessment.invalid,
                assessment.total
            ),
            (2, 1, 0, 3)
        );
        let days: Vec<_> = assessment
            .checks
            .iter()
            .map(|check| check.days_remaining)
            .collect();
        assert_eq!(
            days,
            [Some(184), Some(0), None],
            "the last day still counts"
        );
    }

    #[test]
    fn evidence_without_a_date_never_counts() {
        let assessment = assess(
            &readiness(Some(50), &[(1, "2026-2-1"), (1, "2099-01-01")]),
            date(2026, 1, 1),
        );
        assert_eq!((assessment.score, assessment.invalid), (50, 1));
        assert!(assessment.passing, "reaching the score is enough");
    }

    #[test]
    fn scores_round_half_up() {
        for (part, whole, score) in [
            (1, 8, 13),
            (1, 3, 33),
            (2, 3, 67),
            (1, 200, 1),
            (1, 201, 0),
            (0, 5, 0),
            (5, 5, 100),
        ] {
            assert_eq!(percent(part, whole), score, "{part}/{whole}");
        }
    }

    #[test]
    fn without_weight_the_score_is_zero_and_the_default_minimum_is_a_hundred() {
        let assessment = assess(&readiness(None, &[(0, "2099-01-01")]), date(2026, 1, 1));
        assert_eq!(
            (assessment.score, assessment.min_score, assessment.passing),
            (0, 100, false)
        );
        assert!(assess(&readiness(Some(0), &[]), date(2026, 1, 1)).passing);
    }

    #[test]
    fn hostile_weights_do_not_overflow() {
        let assessment = assess(
            &readiness(
                None,
                &[
                    (i64::MAX, "2099-01-01"),
                    (i64::MAX, "2099-01-01"),
                    (i64::MIN, "x"),
                ],
            ),
            date(2026, 1, 1),
        );
        assert_eq!(assessment.total, 3);
    }

    #[test]
    fn only_the_canonical_spelling_of_a_real_day_is_a_date() {
        assert_eq!(canonical_date("2024-02-29"), Some(date(2024, 2, 29)));
        for text in [
            "2023-02-29",
            "2024-2-9",
            "24-02-09",
            "2024-02-09T00",
            " 2024-02-9",
            "20240209",
            "",
            "2024-02-09Z",
            "2024-02-09\n",
        ] {
            assert_eq!(canonical_date(text), None, "{text:?}");
        }
    }
}
