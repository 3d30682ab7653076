//! What an OpenAPI document says about the service it describes.

use std::path::Path;

use pacto_contract::LooseVersion;
use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Node, Syntax};

use super::InitError;
use crate::Context;

/// What a document says, and the document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Description {
    /// The title as a service name, where one can be made of it.
    pub(super) name: Option<String>,
    /// The version, when it is one that a tag can carry.
    pub(super) version: Option<String>,
    /// A path that looks like a health check.
    pub(super) health_path: Option<String>,
    /// The port of the first server that names one.
    pub(super) port: Option<u16>,
    /// `json` or `yaml`, whatever the file is called.
    pub(super) extension: &'static str,
    /// The document as read.
    pub(super) text: String,
}

/// Reads a document.
pub(super) fn read(context: &Context, file: &Path) -> Result<Description, InitError> {
    let name = file.to_string_lossy();
    let text = crate::read_text(&context.absolute(file), Limits::default().bytes as u64).map_err(
        |source| InitError::Read {
            file: name.clone().into_owned(),
            source,
        },
    )?;
    describe(&name, text)
}

fn describe(file: &str, text: String) -> Result<Description, InitError> {
    let not_openapi = |reason: String| InitError::NotOpenApi {
        file: file.to_owned(),
        reason,
    };
    let source = SourceText::new(file, text.as_str());
    let document = Document::parse(source, Syntax::Detect, Limits::default())
        .map_err(|error| not_openapi(error.to_string()))?;
    let root = document.root();
    if root.get("openapi").is_none() && root.get("swagger").is_none() {
        return Err(not_openapi(
            "neither `openapi` nor `swagger` is set".to_owned(),
        ));
    }
    let info = |key: &str| root.get("info")?.get(key)?.as_str();
    Ok(Description {
        name: info("title").and_then(kebab_case),
        version: info("version")
            .filter(|version| LooseVersion::parse(version).is_ok() && !version.contains('+'))
            .map(str::to_owned),
        health_path: root.get("paths").and_then(health_path),
        port: port(root),
        extension: if text.trim_start().starts_with('{') {
            "json"
        } else {
            "yaml"
        },
        text,
    })
}

/// A title as a service name: lower-case words of ASCII letters and digits with hyphens between.
fn kebab_case(title: &str) -> Option<String> {
    let words: Vec<String> = title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    (!words.is_empty()).then(|| words.join("-"))
}

fn health_path(paths: Node<'_>) -> Option<String> {
    let is_health = |path: &&str| {
        let last = path.rsplit('/').next().unwrap_or_default();
        matches!(
            last,
            "health" | "healthz" | "livez" | "readyz" | "ready" | "live"
        )
    };
    paths
        .entries()
        .filter_map(|(path, _)| path.as_str())
        .find(is_health)
        .map(str::to_owned)
}

/// The port of the first server that names one: `servers` of OpenAPI 3, `host` of Swagger 2.
fn port(root: Node<'_>) -> Option<u16> {
    let servers = root
        .get("servers")
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|server| server.get("url")?.as_str());
    let host = root.get("host").and_then(Node::as_str);
    servers.chain(host).find_map(port_of_address)
}

fn port_of_address(address: &str) -> Option<u16> {
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = address.split(['/', '?', '#']).next()?;
    let (_, port) = authority.rsplit_once(':')?;
    port.parse().ok().filter(|port| *port != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_names() {
        assert_eq!(
            kebab_case("Payments API (v2)").as_deref(),
            Some("payments-api-v2")
        );
        assert_eq!(kebab_case("  Café  ").as_deref(), Some("caf"));
        assert_eq!(kebab_case("決済"), None);
    }

    #[test]
    fn ports_are_read_where_servers_name_them() {
        assert_eq!(port_of_address("http://localhost:9090/v1"), Some(9090));
        assert_eq!(port_of_address("api.example.com:8443"), Some(8443));
        assert_eq!(port_of_address("https://api.example.com/v1"), None);
        assert_eq!(port_of_address("http://{host}:{port}/"), None);
        assert_eq!(port_of_address("/v1:99"), None);
        assert_eq!(port_of_address("http://[::1]:70000/"), None);
    }
}
