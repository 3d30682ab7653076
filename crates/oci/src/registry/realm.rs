//! Whether a token realm may see credentials.

use url::{Host, Url};

use super::RegistryName;
use super::origin::is_same_host;

/// What may be sent to a realm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RealmTrust {
    /// Credentials.
    Credentials,
    /// Only anonymous requests.
    Anonymous,
}

/// Decides by host: the registry's own (any port), one of the same registrable domain by the
/// public suffix list, or a listed one.
pub(super) fn trust<'l>(
    registry: &Url,
    realm: &Url,
    listed: impl IntoIterator<Item = &'l str>,
) -> RealmTrust {
    let is_trusted = is_same_host(registry, realm)
        || is_same_domain(registry, realm)
        || listed.into_iter().any(|entry| is_listed(realm, entry));
    if is_trusted {
        RealmTrust::Credentials
    } else {
        RealmTrust::Anonymous
    }
}

fn is_same_domain(a: &Url, b: &Url) -> bool {
    let domain = |url: &'_ Url| match url.host() {
        Some(Host::Domain(name)) => psl::domain(name.trim_end_matches('.').as_bytes())
            .map(|domain| domain.as_bytes().to_ascii_lowercase()),
        _ => None,
    };
    domain(a).is_some() && domain(a) == domain(b)
}

fn is_listed(realm: &Url, entry: &str) -> bool {
    let host = realm.host_str().unwrap_or_default();
    let port = realm.port_or_known_default().unwrap_or_default();
    RegistryName::of_endpoint(&format!("{host}:{port}")).is_listed_as(entry)
        || host.eq_ignore_ascii_case(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(registry: &str, realm: &str, listed: &[&str]) -> RealmTrust {
        let url = |text: &str| Url::parse(text).expect("the test writes a URL");
        trust(&url(registry), &url(realm), listed.iter().copied())
    }

    #[test]
    fn hosts_of_one_registrable_domain_are_trusted() {
        for (registry, realm) in [
            ("https://index.docker.io/", "https://auth.docker.io/token"),
            (
                "https://registry.gitlab.com/",
                "https://gitlab.com/jwt/auth",
            ),
            ("https://ghcr.io/", "https://ghcr.io/token"),
            (
                "https://host.example.com:5000/",
                "https://host.example.com/t",
            ),
            ("http://127.0.0.1:5000/", "http://127.0.0.1:5001/token"),
            ("https://a.example.co.uk/", "https://b.example.co.uk/"),
        ] {
            assert_eq!(
                decided(registry, realm, &[]),
                RealmTrust::Credentials,
                "{realm}"
            );
        }
    }

    #[test]
    fn tenants_of_a_public_suffix_are_strangers() {
        for (registry, realm) in [
            ("https://a.co.uk/", "https://b.co.uk/"),
            ("https://a.github.io/", "https://b.github.io/"),
            ("https://ghcr.io/", "https://evil.example/"),
            ("https://docker.io.evil.example/", "https://auth.docker.io/"),
            ("http://127.0.0.1/", "http://127.0.0.2/"),
            ("https://co.uk/", "https://x.co.uk/"),
        ] {
            assert_eq!(
                decided(registry, realm, &[]),
                RealmTrust::Anonymous,
                "{realm}"
            );
        }
    }

    #[test]
    fn listed_realms_are_trusted_with_and_without_port() {
        let registry = "https://registry.example.com/";
        let realm = "https://login.example.net:8443/token";
        for (entry, expected) in [
            ("login.example.net", RealmTrust::Credentials),
            ("LOGIN.example.net:8443", RealmTrust::Credentials),
            ("login.example.net:443", RealmTrust::Anonymous),
            ("example.net", RealmTrust::Anonymous),
        ] {
            assert_eq!(decided(registry, realm, &[entry]), expected, "{entry}");
        }
    }
}
