//! What is asked for at which registry.

use std::fmt;

use super::{ArtifactReference, ReferenceError};

/// The registry meant by names that name none.
pub const DOCKER_HUB: &str = "index.docker.io";

/// Registry and repository as contacted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// Host with optional port.
    pub registry: String,
    /// Path below the registry, 2 to 255 of the characters `a-z 0-9 _ - . /`.
    pub repository: String,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)
    }
}

impl ArtifactReference {
    /// True when the first segment is a registry: it holds `.` or `:`, or is `localhost`.
    pub fn names_registry(&self) -> bool {
        self.registry.contains(['.', ':']) || self.registry == "localhost"
    }

    /// What is contacted: names without a registry belong to Docker Hub, where those of one
    /// segment lie below `library/`.
    pub fn endpoint(&self) -> Result<Endpoint, ReferenceError> {
        let refuse = |reason: &str| ReferenceError::NotContactable {
            text: self.to_string(),
            reason: reason.to_owned(),
        };
        let (registry, repository) = if self.names_registry() {
            (self.registry.as_str(), self.repository.clone())
        } else {
            (DOCKER_HUB, self.name())
        };
        let registry = if registry == "docker.io" {
            DOCKER_HUB
        } else {
            registry
        };
        let repository = if registry == DOCKER_HUB && !repository.contains('/') {
            format!("library/{repository}")
        } else {
            repository
        };
        if !is_host(registry) {
            return Err(refuse("no host with optional port before the first slash"));
        }
        let is_allowed = |byte: u8| {
            byte.is_ascii_lowercase()
                || byte.is_ascii_digit()
                || matches!(byte, b'_' | b'-' | b'.' | b'/')
        };
        if !repository.bytes().all(is_allowed) {
            return Err(refuse(
                "repository with other characters than a-z 0-9 _ - . /",
            ));
        }
        if !(2..=255).contains(&repository.len()) {
            return Err(refuse(
                "repository shorter than 2 or longer than 255 characters",
            ));
        }
        // URL libraries resolve such segments, so another repository would be asked.
        if repository
            .split('/')
            .any(|segment| matches!(segment, "" | "." | ".."))
        {
            return Err(refuse("repository with an empty, `.` or `..` segment"));
        }
        Ok(Endpoint {
            registry: registry.to_owned(),
            repository,
        })
    }
}

/// True for a host name, an IPv4 address or an IPv6 address in brackets, with optional port.
fn is_host(registry: &str) -> bool {
    let (host, port) = match registry.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (registry, None),
    };
    let is_port_good = port.is_none_or(|port| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
    });
    let is_host_good = match host.strip_prefix('[') {
        Some(address) => address
            .strip_suffix(']')
            .is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok()),
        None => {
            host.bytes().any(|byte| byte.is_ascii_alphanumeric())
                && host
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        }
    };
    is_port_good && is_host_good
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Result<String, String> {
        ArtifactReference::parse_argument(text)
            .and_then(|reference| reference.endpoint())
            .map(|endpoint| endpoint.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn names_without_a_registry_belong_to_docker_hub() {
        for (text, expected) in [
            ("redis", "index.docker.io/library/redis"),
            ("redis:7", "index.docker.io/library/redis"),
            ("acme/orders", "index.docker.io/acme/orders"),
            ("docker.io/redis", "index.docker.io/library/redis"),
            ("docker.io/acme/orders", "index.docker.io/acme/orders"),
            ("index.docker.io/redis", "index.docker.io/library/redis"),
            ("a", "index.docker.io/library/a"),
        ] {
            assert_eq!(endpoint(text).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn a_dot_a_port_or_localhost_makes_a_registry() {
        for text in [
            "ghcr.io/acme/orders",
            "localhost/orders",
            "localhost:5000/orders",
            "host:5000/acme/a_b-c.d",
            "127.0.0.1:5000/orders",
            "[::1]:5000/orders",
            "Registry.Example.com/orders",
        ] {
            assert_eq!(endpoint(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_a_registry_would_refuse_is_not_asked() {
        let long = format!("ghcr.io/{}", "a".repeat(256));
        for text in [
            "ghcr.io/a",
            &long,
            "ghcr.io/Acme/orders",
            "ghcr.io/acme/or ders",
            "ghcr.io/acme/ördrs",
            "ghcr.io/acme/../orders",
            "ghcr.io/acme//orders",
            "ghcr.io/acme/",
            "ghcr.io:http/acme",
            "ghcr.io:65536/acme",
            "user:secret:1/acme",
            "g?h.io/acme",
            "[::1/acme",
            ".:/acme",
        ] {
            assert!(endpoint(text).is_err(), "{text}");
        }
        assert_eq!(
            endpoint("ghcr.io/Acme/orders"),
            Err(
                "repository with other characters than a-z 0-9 _ - . / in \"ghcr.io/Acme/orders\""
                    .to_owned()
            )
        );
    }
}
