//! The two sides of a case: the servers of each, and how they are reached.

use std::net::SocketAddr;

use anyhow::Result;
use fivetwenty_harness::servers::edge::{self, Edge, Scheme};
use fivetwenty_harness::servers::origin::{self, Origin, Protocol};
use fivetwenty_harness::servers::site::{SHOP, Site};

use crate::case::{At, Case};
use crate::recorders::{Certificates, Host};

/// One side of a case: the servers, which run as long as this is there, and how they are reached.
pub(super) struct Side {
    /// The file's name without its ending.
    pub(super) name: &'static str,
    /// The scheme and host of its URLs.
    pub(super) base: String,
    pub(super) hosts: Vec<Host>,
    pub(super) certificates: Certificates,
    origins: Vec<Origin>,
    edges: Vec<Edge>,
}

/// The origin behind the edge, and the third party where there is one.
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
        origins: vec![origin],
        edges: vec![edge],
    };
    side.add_widget(case, secure).await?;
    Ok(side)
}

/// The origin alone, and the third party where there is one.
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
    let mut side = Side { name: "direct", base, hosts, certificates: case.certificates, origins: vec![origin], edges: Vec::new() };
    side.add_widget(case, secure).await?;
    Ok(side)
}

impl Side {
    /// Starts the site that the case's page loads a script from: another customer of Cloudflare, with nothing wrong.
    async fn add_widget(&mut self, case: &Case, secure: bool) -> Result<()> {
        let Some(name) = case.origin.site.widget else { return Ok(()) };
        let site = Site { host: name, server: "ECS", page_headers: "", ..SHOP };
        let origin = Origin::start(origin::Setup { site, ..origin::HEALTHY }).await?;
        let scheme = if secure { Scheme::Https } else { Scheme::Http };
        let edge = Edge::start(edge::Setup { scheme, cached: site, colos: &["AMS"], ..edge::PLAIN }, origin.address()).await?;
        self.hosts.push(host(name, secure, edge.address()));
        self.origins.push(origin);
        self.edges.push(edge);
        Ok(())
    }
}

fn host(name: &str, secure: bool, address: SocketAddr) -> Host {
    Host { name: name.to_owned(), port: if secure { 443 } else { 80 }, address }
}
