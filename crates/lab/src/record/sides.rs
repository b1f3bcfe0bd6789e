//! The two sides of a case: the servers of each, and how they are reached.

use std::net::SocketAddr;

use anyhow::Result;
use fivetwenty_harness::servers::edge::{self, Edge, PLAIN, Scheme};
use fivetwenty_harness::servers::origin::{self, HEALTHY, Origin, Protocol};
use fivetwenty_harness::servers::site::{SHOP, Site};

use crate::case::{At, Case, Customer, Visit};
use crate::recorders::{Certificates, Host};

/// One side of a case: the servers, which run as long as this is there, and how they are reached.
pub(super) struct Side {
    /// The file's name without its ending.
    pub(super) name: &'static str,
    /// The scheme and host of its URLs.
    pub(super) base: String,
    pub(super) hosts: Vec<Host>,
    pub(super) certificates: Certificates,
    /// What the visitor does.
    pub(super) visit: &'static [Visit],
    origins: Vec<Origin>,
    edges: Vec<Edge>,
}

/// The origin behind the edge, and the other hosts that a visit leads to.
pub(super) async fn proxied(case: &Case) -> Result<Side> {
    let origin = Origin::start(case.origin).await?;
    let edge = Edge::start(case.edge, origin.address()).await?;
    let secure = case.edge.scheme == Scheme::Https;
    let name = case.origin.site.host;
    let mut side = Side {
        name: "proxied",
        base: format!("{}://{name}", if secure { "https" } else { "http" }),
        hosts: vec![host(name, secure, edge.address())],
        certificates: Certificates::Any,
        visit: case.visit,
        origins: vec![origin],
        edges: vec![edge],
    };
    side.add_others(case).await?;
    Ok(side)
}

/// The origin alone, and the other hosts that a visit leads to.
pub(super) async fn direct(case: &Case) -> Result<Side> {
    let setup = case.direct_origin.unwrap_or(case.origin);
    let origin = Origin::start(setup).await?;
    let secure = setup.protocol != Protocol::Http;
    let scheme = if secure { "https" } else { "http" };
    let address = origin.address();
    let (base, hosts) = match case.at {
        At::SameHost => (format!("{scheme}://{}", setup.site.host), vec![host(setup.site.host, secure, address)]),
        At::Host(name) => (format!("{scheme}://{name}"), vec![host(name, secure, address)]),
        At::Address => (format!("{scheme}://{address}"), Vec::new()),
    };
    let mut side = Side {
        name: "direct",
        base,
        hosts,
        certificates: case.certificates,
        visit: case.direct_visit.unwrap_or(case.visit),
        origins: vec![origin],
        edges: Vec::new(),
    };
    side.add_others(case).await?;
    Ok(side)
}

impl Side {
    /// The scheme of its URLs, with the colon.
    pub(super) fn scheme(&self) -> &str {
        self.base.split_inclusive(':').next().unwrap_or_default()
    }

    /// Starts what the visits lead to beside the case's own site: other customers of Cloudflare, who have nothing wrong where the case
    /// does not say so.
    async fn add_others(&mut self, case: &Case) -> Result<()> {
        let secure = self.scheme() == "https:";
        let scheme = if secure { Scheme::Https } else { Scheme::Http };
        for name in case.other_hosts() {
            let named = case.others.iter().find(|other| other.origin.site.host == name).copied();
            let customer = named.unwrap_or_else(|| Customer { origin: origin::Setup { site: site_of(name), ..HEALTHY }, rules: &[] });
            let origin = Origin::start(customer.origin).await?;
            let setup = edge::Setup { scheme, cached: customer.origin.site, colos: &["AMS"], rules: customer.rules, ..PLAIN };
            let edge = Edge::start(setup, origin.address()).await?;
            self.hosts.push(host(name, secure, edge.address()));
            self.origins.push(origin);
            self.edges.push(edge);
        }
        Ok(())
    }
}

/// A site that others load from: everybody may read its answers.
fn site_of(host: &'static str) -> Site {
    Site { host, title: host, server: "ECS", headers: "Access-Control-Allow-Origin: *\r\n", page_headers: "", calls: &[], ..SHOP }
}

fn host(name: &str, secure: bool, address: SocketAddr) -> Host {
    Host { name: name.to_owned(), port: if secure { 443 } else { 80 }, address }
}
