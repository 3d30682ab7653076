//! Hosts that a registry points to.

use std::net::IpAddr;

use url::{Host, Url};

use super::failure::Failure;
use super::origin::{is_same_host, shown};
use super::session::Session;
use super::transport::{Route, addresses_of};

impl Session {
    /// How a host other than the registry may be reached; an error when it may not.
    pub(super) async fn route_away(&self, from: &Url, target: &Url) -> Result<Route, Failure> {
        let is_downgrade = from.scheme() == "https" && target.scheme() != "https";
        if is_downgrade || !matches!(target.scheme(), "https" | "http") {
            return Err(Failure::refused_for_safety(format!(
                "{} points from https to {}",
                from.host_str().unwrap_or_default(),
                shown(target)
            )));
        }
        let base = &self.entry().await?.base;
        if is_same_host(base, target) || !self.is_public(base).await {
            return Ok(Route::Registry);
        }
        let literal: Option<IpAddr> = match target.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            _ => None,
        };
        if literal.is_some_and(|address| !self.shared.transport.lookup.is_public(address)) {
            return Err(Failure::refused_for_safety(format!(
                "{} points to {}, which is not a public address",
                self.registry,
                shown(target)
            )));
        }
        Ok(Route::PublicOnly)
    }

    /// True when the registry is reached at a public address, or when that cannot be told.
    async fn is_public(&self, base: &Url) -> bool {
        let lookup = self.shared.transport.lookup.as_ref();
        *self
            .is_public
            .get_or_init(|| async {
                match base.host() {
                    Some(Host::Ipv4(address)) => lookup.is_public(address.into()),
                    Some(Host::Ipv6(address)) => lookup.is_public(address.into()),
                    Some(Host::Domain(name)) => addresses_of(lookup, name)
                        .await
                        .ok()
                        .filter(|addresses| !addresses.is_empty())
                        .is_none_or(|addresses| {
                            addresses.iter().any(|&address| lookup.is_public(address))
                        }),
                    None => true,
                }
            })
            .await
    }
}
