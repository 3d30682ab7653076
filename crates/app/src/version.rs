//! `version`: which program this is.

use schemars::JsonSchema;
use serde::Serialize;

/// Which program this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionResult {
    /// `pacto.version/v1`.
    pub schema_version: &'static str,
    /// The version with a leading `v`, or `dev`.
    pub version: &'static str,
    /// The commit it was built from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<&'static str>,
    /// When it was built.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub built: Option<&'static str>,
}
