//! Where a URL leads, and how it may be shown.

use url::Url;

/// True when both have the same scheme, host and port.
pub(super) fn is_same_origin(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme()
        && is_same_host(a, b)
        && a.port_or_known_default() == b.port_or_known_default()
}

/// True when both have the same host, whatever the port.
pub(super) fn is_same_host(a: &Url, b: &Url) -> bool {
    a.host().is_some() && a.host() == b.host()
}

/// A URL for messages: without query, which may hold the state of an upload or a signature, and
/// without user and password.
pub(super) fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Both fail only for URLs that have no host to stand before.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.to_string()
}

/// The address a registry gave for the next request, which must lie at the same host: `given`
/// may be relative. A registry behind a proxy may name the scheme or port it sees itself by; the
/// ones that worked are kept.
pub(super) fn follow_at_home(current: &Url, given: &str) -> Result<Url, String> {
    let mut next = current
        .join(given)
        .map_err(|_| "the registry gave an address that is none".to_owned())?;
    if !is_same_host(current, &next) {
        return Err(format!(
            "the registry at {} points to another host, {}",
            current.host_str().unwrap_or_default(),
            next.host_str().unwrap_or("(none)")
        ));
    }
    if !is_same_origin(current, &next) {
        let is_default_port = next.port().is_none();
        if !is_default_port && next.port() != current.port() {
            return Err(format!(
                "the registry at {} points to another port, {}",
                current.host_str().unwrap_or_default(),
                next.port().unwrap_or_default()
            ));
        }
        let _ = next.set_scheme(current.scheme());
        let _ = next.set_port(current.port());
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("the test writes a URL")
    }

    #[test]
    fn queries_and_passwords_are_not_shown() {
        assert_eq!(
            shown(&url("https://ada:hunter2@host/v2/x?_state=abc#y")),
            "https://host/v2/x"
        );
    }

    #[test]
    fn the_default_port_is_the_same_origin() {
        assert!(is_same_origin(&url("https://a/"), &url("https://A:443/x")));
        assert!(!is_same_origin(&url("https://a/"), &url("http://a/")));
        assert!(!is_same_origin(&url("https://a/"), &url("https://a:444/")));
    }

    #[test]
    fn an_address_at_the_same_host_is_followed() {
        let current = url("https://host/v2/a/blobs/uploads/");
        for (given, expected) in [
            ("/v2/a/1?s=x", "https://host/v2/a/1?s=x"),
            ("1?s=x", "https://host/v2/a/blobs/uploads/1?s=x"),
            ("https://host/1", "https://host/1"),
            ("http://host/1", "https://host/1"),
        ] {
            assert_eq!(
                follow_at_home(&current, given).as_ref().map(Url::as_str),
                Ok(expected)
            );
        }
    }

    #[test]
    fn an_address_elsewhere_is_not_followed() {
        let current = url("https://host:5000/v2/");
        for given in [
            "https://other/1",
            "//other/1",
            "https://host.other/1",
            "https://host:5001/1",
            "data:text/plain,x",
            "http://[",
        ] {
            assert!(follow_at_home(&current, given).is_err(), "{given}");
        }
    }
}
