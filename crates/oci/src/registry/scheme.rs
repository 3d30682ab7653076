//! Which scheme a registry is asked over.

use std::net::IpAddr;

use super::RegistryName;

/// One way to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    /// `https` or `http`.
    pub(super) scheme: &'static str,
    /// False: only anonymous requests.
    pub(super) may_carry_credentials: bool,
}

const HTTPS: Way = Way {
    scheme: "https",
    may_carry_credentials: true,
};
const HTTP: Way = Way {
    scheme: "http",
    may_carry_credentials: true,
};
const ANONYMOUS_HTTP: Way = Way {
    scheme: "http",
    may_carry_credentials: false,
};

/// The ways to try, in order. Plain HTTP comes first on this machine only, and elsewhere only
/// for hosts of private networks (without credentials) or those that `is_listed_insecure` names.
pub(super) fn ways(registry: &RegistryName, is_listed_insecure: bool) -> Vec<Way> {
    let host = registry.host();
    let address: Option<IpAddr> = host
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
        .unwrap_or(host)
        .parse()
        .ok();
    let is_loopback = match address {
        Some(address) => address.is_loopback(),
        None => host == "localhost" || is_below(host, "localhost"),
    };
    let is_private = match address {
        Some(IpAddr::V4(address)) => address.is_private(),
        Some(IpAddr::V6(_)) => false,
        None => is_below(host, "local"),
    };
    if is_loopback {
        vec![HTTP, HTTPS]
    } else if is_listed_insecure {
        vec![HTTPS, HTTP]
    } else if is_private {
        vec![HTTPS, ANONYMOUS_HTTP]
    } else {
        vec![HTTPS]
    }
}

/// True when the last label of a name with several is `top`.
fn is_below(host: &str, top: &str) -> bool {
    host.rsplit_once('.').is_some_and(|(_, last)| last == top)
}

#[cfg(test)]
mod tests {
    use super::{ANONYMOUS_HTTP, HTTP, HTTPS, ways};
    use crate::registry::RegistryName;

    #[test]
    fn plain_http_depends_on_the_parsed_host() {
        for (registry, expected) in [
            ("localhost", vec![HTTP, HTTPS]),
            ("localhost:5000", vec![HTTP, HTTPS]),
            ("x.localhost:5000", vec![HTTP, HTTPS]),
            ("127.0.0.1:5000", vec![HTTP, HTTPS]),
            ("127.9.9.9", vec![HTTP, HTTPS]),
            ("[::1]:5000", vec![HTTP, HTTPS]),
            ("127.0.0.1.example.com", vec![HTTPS]),
            ("10.0.0.1:5000", vec![HTTPS, ANONYMOUS_HTTP]),
            ("172.20.0.1", vec![HTTPS, ANONYMOUS_HTTP]),
            ("172.40.0.1", vec![HTTPS]),
            ("nas.local", vec![HTTPS, ANONYMOUS_HTTP]),
            ("ghcr.io", vec![HTTPS]),
            ("mylocalhost", vec![HTTPS]),
        ] {
            let name = RegistryName::of_endpoint(registry);
            assert_eq!(ways(&name, false), expected, "{registry}");
        }
    }

    #[test]
    fn a_listed_host_gets_plain_http_with_credentials() {
        let name = RegistryName::of_endpoint("10.0.0.1:5000");
        assert_eq!(ways(&name, true), [HTTPS, HTTP]);
    }
}
