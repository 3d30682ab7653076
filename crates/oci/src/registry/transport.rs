//! HTTP clients: proxies, trust roots, time-outs, and which addresses may be connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, NoProxy, Proxy};

use super::address::AddressLookup;
use super::failure::{Failure, FailureKind};
use crate::Environment;

/// Where a request may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// The registry itself, wherever it lies.
    Registry,
    /// Another host that a public registry pointed to: public addresses only.
    PublicOnly,
}

/// A name led to an address that is not public.
#[derive(Debug, thiserror::Error)]
#[error("{host} leads to {address}, which is not a public address")]
pub(super) struct PrivateAddress {
    host: String,
    address: IpAddr,
}

/// Clients for all routes, made when first needed.
#[derive(Debug)]
pub(super) struct Transport {
    environment: Environment,
    pub(super) lookup: Arc<dyn AddressLookup>,
    connect_timeout: Duration,
    /// Longest time without a byte.
    pub(super) idle_timeout: Duration,
    user_agent: String,
    // Reading the trust roots costs more than a request to this machine, so plain HTTP has
    // clients of its own.
    clients: [OnceLock<Result<Client, String>>; 4],
}

impl Transport {
    pub(super) fn new(
        environment: Environment,
        lookup: Arc<dyn AddressLookup>,
        connect_timeout: Duration,
        idle_timeout: Duration,
        user_agent: String,
    ) -> Self {
        Self {
            environment,
            lookup,
            connect_timeout,
            idle_timeout,
            user_agent,
            clients: Default::default(),
        }
    }

    /// The client for a scheme and a route.
    pub(super) fn client(&self, scheme: &str, route: Route) -> Result<&Client, Failure> {
        let is_tls = scheme == "https";
        let [registry, registry_tls, public, public_tls] = &self.clients;
        let cell = match (route, is_tls) {
            (Route::Registry, false) => registry,
            (Route::Registry, true) => registry_tls,
            (Route::PublicOnly, false) => public,
            (Route::PublicOnly, true) => public_tls,
        };
        cell.get_or_init(|| self.build(is_tls, route))
            .as_ref()
            .map_err(|problem| Failure::lasting(FailureKind::Unreachable(problem.clone())))
    }

    fn build(&self, is_tls: bool, route: Route) -> Result<Client, String> {
        // Fails when somebody installed a provider before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut proxy_hosts = Vec::new();
        let mut builder = Client::builder()
            .user_agent(&self.user_agent)
            .connect_timeout(self.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // Digests are those of the bytes as they travel.
            .no_gzip()
            .no_proxy();
        for (variables, make) in PROXIES {
            let Some(text) = variables
                .iter()
                .find_map(|name| self.environment.text(name))
            else {
                continue;
            };
            let [name, ..] = variables;
            let proxy = make(text).map_err(|_| format!("{name} is not the URL of a proxy"))?;
            builder = builder.proxy(proxy.no_proxy(self.exceptions()));
            let address = if text.contains("://") {
                url::Url::parse(text)
            } else {
                url::Url::parse(&format!("http://{text}"))
            };
            if let Some(host) = address.ok().as_ref().and_then(url::Url::host_str) {
                proxy_hosts.push(host.to_owned());
            }
        }
        if !is_tls {
            builder = builder.tls_certs_only(std::iter::empty::<Certificate>());
        } else if let Some(roots) = self.roots()? {
            builder = builder.tls_certs_only(roots);
        }
        builder
            .dns_resolver(Arc::new(Resolver {
                lookup: Arc::clone(&self.lookup),
                route,
                proxy_hosts,
            }))
            .build()
            .map_err(|error| format!("cannot set up TLS: {}", explain(&error)))
    }

    /// Hosts that no proxy is asked for: those of `NO_PROXY`, and this machine.
    fn exceptions(&self) -> Option<NoProxy> {
        let listed = self
            .environment
            .text("NO_PROXY")
            .or_else(|| self.environment.text("no_proxy"))
            .unwrap_or_default();
        NoProxy::from_string(&format!("{listed},localhost,.localhost,127.0.0.0/8,::1"))
    }

    /// The certificates of `SSL_CERT_FILE` and `SSL_CERT_DIR`; `None` when neither is set.
    fn roots(&self) -> Result<Option<Vec<Certificate>>, String> {
        let file = self.environment.path("SSL_CERT_FILE");
        let folders = self.environment.path("SSL_CERT_DIR");
        if file.is_none() && folders.is_none() {
            return Ok(None);
        }
        let mut roots = Vec::new();
        if let Some(file) = file {
            roots.extend(read_certificates(file).map_err(|problem| {
                format!("cannot read SSL_CERT_FILE {}: {problem}", file.display())
            })?);
        }
        for folder in folders.into_iter().flat_map(std::env::split_paths) {
            // Such directories hold other files and dangling links as well.
            let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
            paths.sort();
            roots.extend(
                paths
                    .iter()
                    .flat_map(|path| read_certificates(path).unwrap_or_default()),
            );
        }
        Ok(Some(roots))
    }
}

type MakeProxy = fn(&str) -> reqwest::Result<Proxy>;

const PROXIES: [([&str; 2], MakeProxy); 3] = [
    (["HTTPS_PROXY", "https_proxy"], |url| Proxy::https(url)),
    (["HTTP_PROXY", "http_proxy"], |url| Proxy::http(url)),
    (["ALL_PROXY", "all_proxy"], |url| Proxy::all(url)),
];

fn read_certificates(path: &Path) -> Result<Vec<Certificate>, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    Certificate::from_pem_bundle(&bytes).map_err(|_| "not a PEM file".to_owned())
}

/// Resolves names, and refuses addresses that a route may not lead to.
#[derive(Debug)]
struct Resolver {
    lookup: Arc<dyn AddressLookup>,
    route: Route,
    /// The user chose these, so they may lie anywhere.
    proxy_hosts: Vec<String>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let lookup = Arc::clone(&self.lookup);
        let is_guarded = self.route == Route::PublicOnly && !self.proxy_hosts.contains(&host);
        Box::pin(async move {
            let addresses = addresses_of(lookup.as_ref(), &host).await?;
            if is_guarded
                && let Some(&address) = addresses
                    .iter()
                    .find(|address| !lookup.is_public(**address))
            {
                return Err(PrivateAddress { host, address }.into());
            }
            let addresses = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
            let addresses: Addrs = Box::new(addresses);
            Ok(addresses)
        })
    }
}

/// The addresses of a name. `localhost` and names below it are this machine, whatever a name
/// server says (RFC 6761, section 6.3): credentials go there over plain HTTP.
pub(super) async fn addresses_of(
    lookup: &dyn AddressLookup,
    host: &str,
) -> std::io::Result<Vec<IpAddr>> {
    if host == "localhost" || host.ends_with(".localhost") {
        return Ok(vec![
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ]);
    }
    lookup.lookup(host).await
}

/// What the layers of the client say on the way to the cause.
const GENERAL: [&str; 7] = [
    "client error (",
    "connection error",
    "dns error",
    "error resolving DNS",
    "error sending request",
    "error trying to connect",
    "tcp connect error",
];

/// The causes of an error in one line, in the words that help a person: the layers of the client
/// and the numbers of the system are left out.
pub(super) fn explain(error: &dyn std::error::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut last = None;
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = plain(&error.to_string());
        if !GENERAL.iter().any(|general| text.starts_with(general)) && parts.last() != Some(&text) {
            parts.push(text.clone());
        }
        last = Some(text);
        cause = error.source();
    }
    if parts.is_empty() {
        return last.unwrap_or_else(|| plain(&error.to_string()));
    }
    parts.join(": ")
}

/// Words of libraries that say little to those who do not know them.
const WORDS: [(&str, &str); 4] = [
    (
        "failed to lookup address information",
        "cannot find the address of the host",
    ),
    (
        "tunnel error: failed to create underlying connection",
        "cannot reach the proxy",
    ),
    (
        "received corrupt message of type InvalidContentType",
        "the server does not speak TLS",
    ),
    (
        "invalid HTTP version parsed",
        "the server does not speak HTTP",
    ),
];

fn plain(text: &str) -> String {
    let text = WORDS.iter().fold(text.to_owned(), |text, (theirs, ours)| {
        text.replace(theirs, ours)
    });
    match text.rsplit_once(" (os error ") {
        Some((reason, number)) if number.trim_end_matches(')').parse::<i32>().is_ok() => {
            reason.to_owned()
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: Option<Box<Layer>>,
    }

    fn chain(texts: &[&'static str]) -> Layer {
        let (text, rest) = texts.split_first().unwrap();
        Layer {
            text,
            source: (!rest.is_empty()).then(|| Box::new(chain(rest))),
        }
    }

    #[test]
    fn people_are_told_the_cause_and_not_the_layers() {
        for (texts, told) in [
            (
                &[
                    "error sending request",
                    "client error (Connect)",
                    "dns error",
                    "error resolving DNS",
                    "failed to lookup address information: Name or service not known",
                ][..],
                "cannot find the address of the host: Name or service not known",
            ),
            (
                &[
                    "error sending request",
                    "client error (Connect)",
                    "tcp connect error",
                    "Connection refused (os error 111)",
                ],
                "Connection refused",
            ),
            (
                &["error decoding response body", "unexpected end of file"],
                "unexpected end of file",
            ),
            // Nothing but layers: the innermost says most.
            (
                &["error sending request", "client error (SendRequest)"],
                "client error (SendRequest)",
            ),
            (&["builder error"], "builder error"),
        ] {
            assert_eq!(explain(&chain(texts)), told);
        }
    }
}
