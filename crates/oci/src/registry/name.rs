//! Names of registries.

use pacto_contract::reference::DOCKER_HUB;

/// Host with optional port of a registry, as credentials are filed under.
///
/// The several names of Docker Hub are one registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegistryName(String);

/// Why a text names no registry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a registry: expected a host with optional port, such as `ghcr.io`")]
pub struct RegistryNameError {
    /// The text as given, without what may be a password.
    pub text: String,
}

impl RegistryName {
    /// The registry of a reference that was parsed before.
    pub fn of_endpoint(registry: &str) -> Self {
        let host = registry.to_ascii_lowercase();
        let is_docker_hub = matches!(
            host.as_str(),
            "docker.io" | "index.docker.io" | "registry-1.docker.io" | "registry.hub.docker.com"
        );
        Self(if is_docker_hub {
            DOCKER_HUB.to_owned()
        } else {
            host
        })
    }

    /// Reads what people type: scheme, path and trailing slash are dropped.
    pub fn parse(text: &str) -> Result<Self, RegistryNameError> {
        let trimmed = text.trim();
        let rest = trimmed
            .split_once("://")
            .map_or(trimmed, |(_scheme, rest)| rest);
        let host = rest.split('/').next().unwrap_or_default();
        // Somebody may paste `https://user:password@host`.
        let shown = host.rsplit('@').next().unwrap_or_default();
        let fail = || RegistryNameError {
            text: shown.to_owned(),
        };
        if host.is_empty()
            || host.contains(['@', '?', '#', '\\'])
            || host.contains(char::is_whitespace)
        {
            return Err(fail());
        }
        let url = url::Url::parse(&format!("https://{host}/")).map_err(|_| fail())?;
        // Something the URL reader had to change is something people would not recognise later.
        let has_host = url
            .host_str()
            .is_some_and(|seen| host.to_ascii_lowercase().starts_with(seen));
        if !has_host {
            return Err(fail());
        }
        Ok(Self::of_endpoint(host))
    }

    /// Host with optional port.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host without port; IPv6 addresses keep their brackets.
    pub fn host(&self) -> &str {
        match self.0.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => host,
            _ => &self.0,
        }
    }

    /// True for Docker Hub under any of its names.
    pub fn is_docker_hub(&self) -> bool {
        self.0 == DOCKER_HUB
    }

    /// True when an entry of a host list (`host` or `host:port`) names this registry.
    pub(crate) fn is_listed_as(&self, entry: &str) -> bool {
        let entry = Self::of_endpoint(entry);
        entry.0 == self.0 || entry.0 == self.host()
    }
}

impl std::fmt::Display for RegistryName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::RegistryName;

    fn parsed(text: &str) -> Option<String> {
        RegistryName::parse(text)
            .ok()
            .map(|name| name.as_str().to_owned())
    }

    #[test]
    fn scheme_path_and_slash_are_dropped() {
        for (text, expected) in [
            ("ghcr.io", "ghcr.io"),
            ("https://ghcr.io/", "ghcr.io"),
            ("http://host:5000/v2/", "host:5000"),
            ("oci://Registry.Example.com/acme/x", "registry.example.com"),
            ("docker.io", "index.docker.io"),
            ("https://index.docker.io/v1/", "index.docker.io"),
            ("registry-1.docker.io", "index.docker.io"),
            ("[::1]:5000", "[::1]:5000"),
        ] {
            assert_eq!(parsed(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused_without_showing_a_password() {
        for text in ["", "https://", "a b", "host:port", "host:99999", "/x"] {
            assert_eq!(parsed(text), None, "{text}");
        }
        let error = RegistryName::parse("https://ada:hunter2@host").expect_err("no registry");
        assert!(!error.to_string().contains("hunter2"));
    }

    #[test]
    fn a_list_entry_without_port_names_every_port() {
        let name = RegistryName::of_endpoint("host:5000");
        assert!(name.is_listed_as("host"));
        assert!(name.is_listed_as("HOST:5000"));
        assert!(!name.is_listed_as("host:5001"));
        assert_eq!(RegistryName::of_endpoint("[::1]:5000").host(), "[::1]");
        assert_eq!(RegistryName::of_endpoint("[::1]").host(), "[::1]");
    }
}
