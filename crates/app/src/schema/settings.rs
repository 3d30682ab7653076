//! The shape of the settings file, for editors.

use schemars::JsonSchema;

/// Settings of Pacto; flags and environment variables win over them.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "only its schema is used: the file is read leniently"
)]
pub(super) struct SettingsFile {
    /// How results are printed where a command has this format.
    output_format: Option<OutputFormat>,
    /// Do not read bundles from the disk cache.
    no_cache: Option<bool>,
    /// Never use the network; the disk cache answers.
    offline: Option<bool>,
    /// Log what is done on standard error.
    verbose: Option<bool>,
    /// Root of the bundle cache.
    cache_dir: Option<String>,
    /// Contracts that are looked at together: directories, `oci://` repositories, `oci-layout://`
    /// directories, lock files.
    estate: Option<Vec<String>>,
    /// Rules of comparisons, the content of `pacto-diff.yaml`.
    diff: Option<pacto_diff::RulesFile>,
    /// Settings of the dashboard.
    dashboard: Option<Dashboard>,
}

/// How results are printed.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "only its schema is used")]
enum OutputFormat {
    Text,
    Json,
    Markdown,
    Sarif,
    Junit,
    Github,
    Dot,
    Mermaid,
}

/// Settings of the dashboard.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Dashboard {
    /// Address to listen on.
    host: Option<String>,
    /// Port to listen on.
    port: Option<u16>,
    /// Kubernetes namespace to look at; all without one.
    namespace: Option<String>,
    /// Show diagnostics.
    diagnostics: Option<bool>,
}
