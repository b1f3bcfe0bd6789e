//! Between Cloudflare and the origin.

use fivetwenty_harness::servers::edge::{self, Act, PLAIN};
use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Part, Protocol};
use fivetwenty_harness::servers::site::{SHOP, Site};
use fivetwenty_harness::servers::when::When;

use super::shorthand::{
    BLOG, CASE, CONFIRMED, CONFIRMED_ANYWHERE, EMPTY, LIKELY, NO_STATUS, ORDERS, POSSIBLE, RESET, SHUT, also, by_rules, calling, faulty,
    inferred, not_reproduced, wire,
};
use crate::case::{Case, Expect, Shows, Visit};

const FILES_CACHED: &[(&[When], Act)] =
    &[(&[When::Path("/")], Act::Cached("HIT")), (&[When::Under("/js")], Act::Cached("HIT")), (&[When::Under("/css")], Act::Cached("HIT"))];

pub(super) const CASES: &[Case] = &[
    Case {
        name: "firewall-all",
        about: "A firewall resets every connection that comes from Cloudflare",
        origin: origin::Setup { site: BLOG, faults: &[(&[When::Cloudflare], RESET)], ..HEALTHY },
        visit: &[Visit::Open("/"), Visit::Open("/account"), Visit::Open("/")],
        curl: &["/account"],
        expect: inferred("firewall-blocks-cloudflare", POSSIBLE, &["closed-on-purpose"]),
        ..CASE
    },
    Case {
        name: "firewall-share",
        about: "A rate limit resets every second connection that comes from Cloudflare",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "GET /api/orders", "GET /api/orders", "GET /api/orders"]),
            faults: &[(&[When::Cloudflare, When::Under("/api/"), When::Turn { nth: 2, of: 2 }], RESET)],
            ..HEALTHY
        },
        expect: inferred("firewall-blocks-cloudflare", POSSIBLE, &["origin-overload"]),
        ..CASE
    },
    Case {
        name: "firewall-520-522",
        about: "Connections from Cloudflare are partly reset (520) and partly dropped (522)",
        origin: origin::Setup {
            site: calling(&["GET /api/orders?page=1", "GET /api/orders?page=2 & GET /api/orders?page=3", "GET /api/orders?page=4"]),
            faults: &[(&[When::Cloudflare, ORDERS, When::Turn { nth: 2, of: 2 }], RESET)],
            ..HEALTHY
        },
        edge: by_rules(&[(&[ORDERS, When::Turn { nth: 3, of: 4 }], Act::Dropped)]),
        expect: Expect { ruled_out: &["headers-too-large"], ..inferred("firewall-blocks-cloudflare", POSSIBLE, &["origin-overload"]) },
        ..CASE
    },
    Case {
        name: "wrong-origin",
        about: "The DNS record leads to another server, whose default site is found direct; what still works comes from Cloudflare's cache",
        origin: faulty(&[(&[When::Cloudflare], SHUT)]),
        edge: by_rules(FILES_CACHED),
        direct_origin: Some(origin::Setup {
            site: Site { title: "Welcome to your new server", server: "Apache/2.4.66 (Ubuntu)", page_headers: "", calls: &[], ..SHOP },
            protocol: Protocol::Http,
            faults: &[(
                &[When::Under("/api/")],
                Fault::Send(&[Part::Head("404 Not Found", "text/html"), Part::Text("Content-Length: 10\r\n\r\nNot Found\n")], End::Keep),
            )],
        }),
        expect: Expect {
            ruled_out: &["not-520"],
            ..inferred("wrong-origin", POSSIBLE, &["firewall-blocks-cloudflare", "closed-on-purpose"])
        },
        ..CASE
    },
    Case {
        name: "regional",
        about: "The same URL fails through one data centre and is answered through the other",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "GET /api/orders", "GET /api/orders", "GET /api/orders"]),
            faults: &[(&[ORDERS, When::Colo("AMS")], RESET)],
            ..HEALTHY
        },
        edge: edge::Setup { colos: &["FRA", "AMS"], ..PLAIN },
        expect: inferred("edge-regional", POSSIBLE, &["firewall-blocks-cloudflare"]),
        ..CASE
    },
    Case {
        name: "empty-reply-many-colos",
        about: "The origin gives no byte, through whatever data centre it is asked",
        origin: origin::Setup {
            site: calling(&["GET /api/cart", "GET /api/orders", "GET /api/orders", "GET /api/orders"]),
            faults: &[(&[ORDERS], SHUT)],
            ..HEALTHY
        },
        edge: edge::Setup { colos: &["FRA", "AMS", "LHR"], ..PLAIN },
        direct: EMPTY,
        expect: Expect { ruled_out: &["headers-too-large", "not-520", "edge-regional"], ..wire("empty-reply", CONFIRMED) },
        ..CASE
    },
    Case {
        name: "worker-relabels",
        about: "A Worker turns the application's own 500 into a 520 and keeps its body",
        origin: faulty(&[(
            &[ORDERS],
            Fault::Send(
                &[
                    Part::Head("500 Internal Server Error", "application/json"),
                    Part::Text("Content-Length: 30\r\n\r\n{\"error\":\"database timed out\"}\n"),
                ],
                End::Keep,
            ),
        )]),
        edge: by_rules(&[(&[When::Under("/api/")], Act::Relabel)]),
        direct: Shows::Status(500),
        expect: Expect {
            ruled_out: &["headers-too-large", "empty-reply"],
            ..also("worker-or-transform", LIKELY, &["not-520", "origin-error"])
        },
        ..CASE
    },
    Case {
        name: "worker-rewrites",
        about: "A Worker puts an error of its own in the place of a good answer, and relabels it as 520",
        origin: HEALTHY,
        edge: by_rules(&[(&[ORDERS], Act::Rewrite("{\"error\":\"upstream schema mismatch\"}\n"))]),
        expect: Expect {
            why: "Two failures with a Worker and none without are no more than chance makes.",
            ..inferred("worker-or-transform", POSSIBLE, &["not-520", "firewall-blocks-cloudflare"])
        },
        ..CASE
    },
    Case {
        name: "cache-hit-or-miss",
        about: "What comes from the cache is good, what must be fetched fails; direct it works",
        origin: faulty(&[(&[When::Cloudflare, When::Under("/api/orders")], RESET)]),
        edge: by_rules(&[(&[When::Path("/api/orders"), When::Turn { nth: 1, of: 2 }], Act::Cached("HIT"))]),
        expect: inferred("cache-rule", POSSIBLE, &["firewall-blocks-cloudflare", "origin-overload"]),
        ..CASE
    },
    Case {
        name: "cache-stale",
        about: "The page is stale because the origin could not be reached, and calls get no byte; direct neither",
        origin: faulty(&[(&[When::Under("/api/")], SHUT)]),
        edge: by_rules(&[(&[When::Path("/")], Act::Cached("STALE"))]),
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    Case {
        name: "cache-hit-page",
        about: "The page and its files come from Cloudflare's cache; what must be fetched gets no byte, direct neither",
        origin: faulty(&[(&[ORDERS], SHUT)]),
        edge: by_rules(FILES_CACHED),
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    Case {
        name: "cache-hides-all",
        about: "The origin gives no byte on anything; the page and its files come from Cloudflare's cache",
        origin: faulty(&[(&[], SHUT)]),
        edge: by_rules(FILES_CACHED),
        direct_visit: Some(&[Visit::Open("/"), Visit::Open("/api/orders?page=2")]),
        direct: EMPTY,
        expect: Expect {
            ruled_out: &["not-520"],
            why: "Direct every request fails, also those that Cloudflare answered from its cache: one condition of confirmed is not met.",
            ..also("empty-reply", LIKELY, &["connection-reset"])
        },
        ..CASE
    },
    Case {
        name: "cache-hit-mended",
        about: "The page comes from Cloudflare's cache and calls get no byte; the origin was mended before the direct capture",
        origin: faulty(&[(&[], SHUT)]),
        edge: by_rules(FILES_CACHED),
        direct_origin: Some(HEALTHY),
        expect: not_reproduced(
            "empty-reply",
            "What comes from a cache says nothing of the origin, and two good direct answers are too few.",
        ),
        ..CASE
    },
    Case {
        name: "cache-stale-malformed",
        about: "The page is stale; calls are answered without a status line or headers, direct too",
        origin: faulty(&[(&[When::Under("/api/")], NO_STATUS)]),
        edge: by_rules(&[(&[When::Path("/")], Act::Cached("STALE"))]),
        direct: Shows::Status(200),
        expect: wire("malformed-response", CONFIRMED_ANYWHERE),
        ..CASE
    },
    Case {
        name: "cache-stale-mended",
        about: "The page is stale and calls are reset; the origin was mended before the direct capture",
        origin: faulty(&[(&[When::Under("/api/")], RESET)]),
        edge: by_rules(&[(&[When::Path("/")], Act::Cached("STALE"))]),
        direct_origin: Some(HEALTHY),
        expect: not_reproduced("connection-reset", "Two good direct answers are too few."),
        ..CASE
    },
    Case {
        name: "firewall-enough-tries",
        about: "A firewall resets what comes from Cloudflare, at each of six tries; direct the same request is answered eight times",
        origin: origin::Setup { site: calling(&["GET /api/orders"; 6]), faults: &[(&[ORDERS, When::Cloudflare], RESET)], ..HEALTHY },
        direct_visit: Some(&[Visit::Open("/"), Visit::Again, Visit::Again]),
        curl: &["/api/orders"],
        expect: Expect {
            ruled_out: &["headers-too-large", "not-520"],
            why: "Of a fault that falls on at least 61 of 100 requests, eight good answers are no chance; but over kept connections a browser repeats an empty reply unseen.",
            ..inferred("firewall-blocks-cloudflare", POSSIBLE, &["closed-on-purpose"])
        },
        ..CASE
    },
];
