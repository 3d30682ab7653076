//! What the service is: version, image, chart.

use pacto_contract::{ArtifactReference, LooseVersion, Reference, ReferenceError};

use super::Subject;
use crate::catalogue::code;
use crate::findings::Findings;

const VERSION_HELP: &str = "write `MAJOR.MINOR.PATCH`, such as `1.4.0` or `2.0.0-rc.1`";

/// The service version is a version.
pub(crate) fn version(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let version = &subject.contract.service.version;
    if let Err(error) = LooseVersion::parse(version) {
        out.report(
            code::INVALID_SEMVER,
            "service.version",
            format!("\"{version}\" is not valid semver: {error}"),
        )
        .help(VERSION_HELP);
    }
}

/// The image reference names a registry and a repository.
pub(crate) fn image(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let Some(image) = &subject.contract.service.image else {
        return;
    };
    let text = &image.reference;
    let Some(error) = syntax_error(ArtifactReference::parse(text), subject.is_compat) else {
        return;
    };
    let help = matches!(error, ReferenceError::MissingRepository(_))
        .then(|| format!("name the registry: `docker.io/library/{text}`"));
    out.report(
        code::INVALID_IMAGE_REF,
        "service.image.ref",
        format!("invalid OCI reference \"{text}\": {error}"),
    )
    .help_if(help);
}

/// The chart reference parses and its version is a version.
pub(crate) fn chart(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let Some(chart) = &subject.contract.service.chart else {
        return;
    };
    let text = &chart.reference;
    if let Some(error) = syntax_error(Reference::parse(text), subject.is_compat) {
        out.report(
            code::INVALID_CHART_REF,
            "service.chart.ref",
            format!(
                "invalid OCI reference \"{}\": {error}",
                without_scheme(text)
            ),
        );
    }
    if let Err(error) = LooseVersion::parse(&chart.version) {
        out.report(
            code::INVALID_CHART_VERSION,
            "service.chart.version",
            format!("\"{}\" is not valid semver: {error}", chart.version),
        )
        .help(VERSION_HELP);
    }
}

/// The syntax error of a reference. An incomplete digest documents intent and has a warning of
/// its own; only the Go implementation rejects it here.
pub(super) fn syntax_error<T>(
    parsed: Result<T, ReferenceError>,
    is_compat: bool,
) -> Option<ReferenceError> {
    parsed
        .err()
        .filter(|error| is_compat || !matches!(error, ReferenceError::IncompleteDigest(_)))
}

pub(super) fn without_scheme(text: &str) -> &str {
    text.strip_prefix("oci://").unwrap_or(text)
}
