//! How much a change matters to one consumer.

use pacto_diff::Class;
use schemars::JsonSchema;
use serde::Serialize;

/// How much a change matters to one consumer; later variants weigh more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Not at all.
    None,
    /// Worth knowing.
    Low,
    /// It may break, or only something optional does.
    Medium,
    /// It breaks once it takes the change.
    High,
    /// It breaks with the next resolution, without anybody deciding so.
    Critical,
}

impl Severity {
    /// The spelling of every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Whether the declared range admits the new version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It does.
    Compatible,
    /// It does not.
    Incompatible,
    /// There is no range, it or the version cannot be read, or the consumer is not direct.
    Unknown,
}

impl Verdict {
    /// The spelling of every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Compatible => "compatible",
            Self::Incompatible => "incompatible",
            Self::Unknown => "unknown",
        }
    }

    /// The verdict of a range.
    pub(super) fn of(admits: Option<bool>) -> Self {
        match admits {
            Some(true) => Self::Compatible,
            Some(false) => Self::Incompatible,
            None => Self::Unknown,
        }
    }
}

/// How a consumer is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// It depends on the service.
    Dependency,
    /// It obeys a policy that the service provides.
    Policy,
    /// It takes a configuration that the service provides.
    Configuration,
}

impl Relation {
    /// The spelling of every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dependency => "dependency",
            Self::Policy => "policy",
            Self::Configuration => "configuration",
        }
    }
}

/// Why a consumer is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// Its range does not admit the new version.
    RangeUnsatisfied,
    /// It uses an operation that goes.
    OperationRemoved,
    /// Something changed that it uses, or may use.
    SurfaceChanged,
    /// The service goes.
    ServiceRemoved,
    /// Its contract violates the new policy.
    PolicyFails,
    /// The configuration it takes has changed.
    ConfigurationChanged,
    /// It depends on the service through others.
    Transitive,
}

impl Reason {
    /// The spelling of machine formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RangeUnsatisfied => "RANGE_UNSATISFIED",
            Self::OperationRemoved => "OPERATION_REMOVED",
            Self::SurfaceChanged => "SURFACE_CHANGED",
            Self::ServiceRemoved => "SERVICE_REMOVED",
            Self::PolicyFails => "POLICY_FAILS",
            Self::ConfigurationChanged => "CONFIGURATION_CHANGED",
            Self::Transitive => "TRANSITIVE",
        }
    }
}

/// How sure the connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Declared, with a range that can be read.
    Contractual,
    /// Declared, without one.
    Declared,
    /// Concluded from the declarations of others.
    Inferred,
}

/// The severity of a change of some class for one dependent.
pub(super) fn of_dependent(
    class: Class,
    is_required: bool,
    verdict: Verdict,
    is_pulled: bool,
) -> Severity {
    match (class, is_required, verdict) {
        // A range that does not admit the version protects its owner until it moves.
        (Class::Breaking, true, Verdict::Compatible | Verdict::Unknown) if is_pulled => {
            Severity::Critical
        }
        (Class::Breaking, true, _) => Severity::High,
        (Class::Breaking, false, _) | (Class::PotentialBreaking, true, _) => Severity::Medium,
        // The last: a range too tight for a harmless change.
        (Class::PotentialBreaking, false, _)
        | (Class::NonBreaking, true, Verdict::Incompatible) => Severity::Low,
        (Class::NonBreaking, _, _) => Severity::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_as_documented() {
        use Class::{Breaking as B, NonBreaking as N, PotentialBreaking as P};
        use Severity::{Critical, High, Low, Medium, None};
        use Verdict::{Compatible, Incompatible, Unknown};
        for (class, is_required, verdict, is_pulled, expected) in [
            (B, true, Compatible, true, Critical),
            (B, true, Unknown, true, Critical),
            (B, true, Compatible, false, High),
            (B, true, Unknown, false, High),
            (B, true, Incompatible, false, High),
            (B, false, Compatible, true, Medium),
            (B, false, Incompatible, false, Medium),
            (P, true, Compatible, true, Medium),
            (P, true, Incompatible, false, Medium),
            (P, false, Unknown, false, Low),
            (N, true, Compatible, true, None),
            (N, true, Unknown, false, None),
            (N, true, Incompatible, false, Low),
            (N, false, Incompatible, false, None),
        ] {
            let severity = of_dependent(class, is_required, verdict, is_pulled);
            assert_eq!(
                severity, expected,
                "{class} {is_required} {verdict:?} {is_pulled}"
            );
        }
    }
}
