//! Nothing is wrong.

use fivetwenty_harness::servers::edge::{self, Act};
use fivetwenty_harness::servers::origin::{self, HEALTHY, TLS, TLS_H2};
use fivetwenty_harness::servers::site::{Order, SHOP, Site};
use fivetwenty_harness::servers::when::When;

use super::shorthand::{BLOG, DESK, LOGO, SECURE, SECURE_H2, by_rules, calling, healthy};
use crate::case::{At, Case, Visit};

pub(super) const CASES: &[Case] = &[
    Case { origin: origin::Setup { site: Site { embeds: LOGO, ..SHOP }, ..HEALTHY }, ..healthy("healthy-shop", "A healthy shop") },
    Case {
        origin: origin::Setup { site: BLOG, ..HEALTHY },
        ..healthy("healthy-blog", "A healthy blog with a script of another customer of Cloudflare")
    },
    Case { origin: origin::Setup { site: DESK, ..HEALTHY }, ..healthy("healthy-desk", "A healthy desk that takes a POST") },
    Case { visit: &[Visit::Open("/old")], curl: &["/old", "-L"], ..healthy("healthy-redirect", "An old address leads to the page") },
    Case {
        origin: origin::Setup {
            site: Site {
                order: Order::Shuffled,
                calls: &["GET /api/cart", "GET /api/orders", "GET /api/prices", "GET /api/stock"],
                ..SHOP
            },
            ..HEALTHY
        },
        ..healthy("healthy-shuffled", "A page that makes its calls in another order at every visit")
    },
    Case {
        origin: origin::Setup {
            site: calling(&["GET /api/cart?_=NOW", "GET /api/orders?page=2&_=NOW", "GET /api/orders?page=2&_=NOW"]),
            ..HEALTHY
        },
        ..healthy("healthy-busting", "Calls with a parameter that never repeats")
    },
    Case { visit: &[Visit::Open("/"), Visit::Again, Visit::Again], ..healthy("healthy-retries", "A visitor who asks again and again") },
    Case { at: At::Address, ..healthy("healthy-address", "The direct capture asks an address and port") },
    Case { at: At::Host("staging.shop.example"), ..healthy("healthy-staging", "The direct capture asks a staging host") },
    Case {
        origin: origin::Setup { site: DESK, protocol: TLS_H2, ..HEALTHY },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        ..healthy("healthy-http2", "HTTP/2 everywhere")
    },
    Case {
        origin: origin::Setup { site: Site { embeds: LOGO, ..SHOP }, ..HEALTHY },
        edge: by_rules(&[
            (&[When::Under("/css")], Act::Cached("HIT")),
            (&[When::Under("/js")], Act::Cached("REVALIDATED")),
            (&[When::Under("/img")], Act::Cached("UPDATING")),
        ]),
        ..healthy("healthy-cached", "Files from Cloudflare's cache")
    },
    Case {
        origin: origin::Setup { site: BLOG, protocol: TLS, ..HEALTHY },
        edge: edge::Setup { cached: BLOG, colos: &["IAD", "CDG"], ..SECURE },
        visit: &[Visit::Open("/"), Visit::Open("/account")],
        ..healthy("healthy-two-pages", "Two pages over TLS, through two data centres")
    },
];
