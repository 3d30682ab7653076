//! Scaling: bounds, and the workloads that may scale.

use pacto_contract::Workload;

use super::Subject;
use crate::catalogue::code;
use crate::findings::Findings;

/// The lower bound is not above the upper one.
pub(crate) fn bounds(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let scaling = subject.contract.scaling.as_ref();
    let bounds = scaling.and_then(|scaling| scaling.min.zip(scaling.max));
    if let Some((min, max)) = bounds.filter(|(min, max)| min > max) {
        out.report(
            code::SCALING_MIN_EXCEEDS_MAX,
            "scaling",
            format!("scaling min ({min}) must not exceed max ({max})"),
        )
        .related("the lower bound", "scaling.min")
        .related("the upper bound", "scaling.max");
    }
}

/// A job runs once; it does not scale.
pub(crate) fn workload(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let runtime = subject.contract.runtime.as_ref();
    let workload = runtime.and_then(|runtime| runtime.workload.as_ref());
    if subject.contract.scaling.is_some() && workload == Some(&Workload::Job) {
        out.report(
            code::JOB_SCALING_NOT_ALLOWED,
            "scaling",
            "scaling must not be applied to job workloads",
        )
        .related("declared a job here", "runtime.workload")
        .help("remove `scaling`, or use the workload `scheduled` or `service`");
    }
}
