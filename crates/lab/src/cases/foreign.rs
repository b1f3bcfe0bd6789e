//! Other people's hosts in both captures, with errors and without: they change nothing of what is wrong with the site.

use fivetwenty_harness::servers::edge::{self, Act};
use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Part, TLS};
use fivetwenty_harness::servers::pages::EdgeAnswer;
use fivetwenty_harness::servers::site::{SHOP, Site};
use fivetwenty_harness::servers::when::When;

use super::shorthand::{
    BARE, CASE, CONFIRMED, CONFIRMED_ANYWHERE, DESK, EMPTY, LARGE, NO_STATUS, NOTHING, ORDERS, RESET, RESETS, SECURE, SHUT, also, calling,
    faulty, healthy, not_reproduced, wire,
};
use crate::case::{Case, Customer, Expect, Shows, Visit};

/// A site that was open before, whose page calls for its headlines.
const NEWS: Site = Site {
    host: "news.example",
    title: "The Harbour Post",
    server: "Apache",
    page_headers: "Set-Cookie: edition=north; Path=/\r\n",
    calls: &["GET /api/headlines"],
    ..SHOP
};

const HEADLINES: When = When::Path("/api/headlines");
const FROM_NEWS: &[Visit] = &[Visit::Open("//news.example/"), Visit::Open("/")];
const GOOD_NEWS: &[Customer] = &[Customer { origin: origin::Setup { site: NEWS, ..HEALTHY }, rules: &[] }];
/// Its origin gives no byte, which is a 520 through Cloudflare on both ways.
const NEWS_520: &[Customer] = &[Customer { origin: origin::Setup { site: NEWS, faults: &[(&[HEADLINES], SHUT)], ..HEALTHY }, rules: &[] }];
const UNAVAILABLE: Fault =
    Fault::Send(&[Part::Head("503 Service Unavailable", "text/plain"), Part::Text("Content-Length: 5\r\n\r\nbusy\n")], End::Keep);

/// A host that pages of others load from.
const fn party(host: &'static str) -> Site {
    Site { host, title: "Offers", server: "ECS", headers: "", page_headers: "", calls: &[], ..SHOP }
}

const fn failing(host: &'static str, faults: &'static [(&'static [When], Fault)]) -> Customer {
    Customer { origin: origin::Setup { site: party(host), faults, ..HEALTHY }, rules: &[] }
}

const ADS: &str = "//ads.example/js/ads.js";
const FRAME: &str = "//ads.example/frame";
const WIDGET: &str = "//widgets.example/js/widget.js";

const FOREIGN: &str = "Errors of hosts that belong to others change nothing.";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "earlier-page",
        about: "The visitor was on another customer's site before; then one call of the shop gets no byte",
        origin: faulty(&[(&[ORDERS], SHUT)]),
        visit: FROM_NEWS,
        others: GOOD_NEWS,
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    Case {
        name: "earlier-page-proxied-only",
        about: "Only the capture through Cloudflare begins on another customer's site, which has a 520 of its own; the shop resets",
        origin: faulty(&[(&[ORDERS], RESET)]),
        visit: FROM_NEWS,
        direct_visit: Some(&[Visit::Open("/")]),
        others: NEWS_520,
        direct: RESETS,
        expect: Expect { why: FOREIGN, ..also("connection-reset", CONFIRMED, &["empty-reply"]) },
        ..CASE
    },
    Case {
        name: "earlier-page-503",
        about: "The site that was open before is overloaded and says so; the shop answers without a status line",
        origin: faulty(&[(&[ORDERS], NO_STATUS)]),
        visit: FROM_NEWS,
        others: &[Customer { origin: origin::Setup { site: NEWS, faults: &[(&[HEADLINES], UNAVAILABLE)], ..HEALTHY }, rules: &[] }],
        direct: Shows::Status(200),
        expect: Expect { why: FOREIGN, ..wire("malformed-response", CONFIRMED_ANYWHERE) },
        ..CASE
    },
    Case {
        name: "earlier-page-520",
        about: "The site that was open before has a 520 of its own on both ways; then one call of the shop gets no byte",
        origin: faulty(&[(&[ORDERS], SHUT)]),
        visit: FROM_NEWS,
        others: NEWS_520,
        direct: EMPTY,
        expect: Expect { why: FOREIGN, ..wire("empty-reply", CONFIRMED) },
        ..CASE
    },
    Case {
        name: "earlier-page-520-mended",
        about: "The site that was open before has a 520 of its own on both ways; the shop's fault was mended before the direct capture",
        origin: faulty(&[(&[ORDERS], SHUT)]),
        direct_origin: Some(HEALTHY),
        visit: FROM_NEWS,
        others: NEWS_520,
        direct: Shows::Status(520),
        expect: not_reproduced(
            "empty-reply",
            "The 520 of the direct capture is another site's, and two good answers of the shop are too few.",
        ),
        ..CASE
    },
    Case {
        visit: FROM_NEWS,
        others: NEWS_520,
        proxied: Shows::Status(520),
        direct: Shows::Status(520),
        expect: Expect { why: "The site is the host that the two captures reach by different ways, and it is well.", ..NOTHING },
        ..healthy("healthy-earlier-page-520", "The shop is well; the site that was open before has a 520 of its own on both ways")
    },
    Case {
        name: "foreign-520-script",
        about: "An advertisement's script is a 520 on both ways; one call of the shop gets no byte",
        origin: origin::Setup { site: Site { embeds: &[ADS, WIDGET], ..SHOP }, faults: &[(&[ORDERS], SHUT)], ..HEALTHY },
        others: &[failing("ads.example", &[(&[When::Under("/js/")], SHUT)])],
        direct: EMPTY,
        expect: Expect { why: FOREIGN, ..wire("empty-reply", CONFIRMED) },
        ..CASE
    },
    Case {
        name: "foreign-503-login",
        about: "A login provider answers 503 on both ways, and a network for files is well; the shop sends 132,000 bytes of headers",
        origin: origin::Setup {
            site: Site {
                embeds: &["//login.example/js/sdk.js", "//files.example/img/logo.svg"],
                calls: &["GET //login.example/api/session", "GET /api/cart", "GET /api/orders?page=2"],
                ..SHOP
            },
            faults: &[(&[ORDERS], LARGE)],
            ..HEALTHY
        },
        others: &[failing(
            "login.example",
            &[(
                &[When::Under("/api/")],
                Fault::Send(
                    &[
                        Part::Head("503 Service Unavailable", "text/plain"),
                        Part::Text("Access-Control-Allow-Origin: *\r\nContent-Length: 5\r\n\r\nbusy\n"),
                    ],
                    End::Keep,
                ),
            )],
        )],
        direct: Shows::Status(200),
        expect: Expect { ruled_out: &["empty-reply", "not-520"], why: FOREIGN, ..wire("headers-too-large", CONFIRMED_ANYWHERE) },
        ..CASE
    },
    Case {
        name: "foreign-521-frame",
        about: "An advertisement's frame is a 521 and a script for statistics a 502 on both ways; the shop resets the connection",
        origin: origin::Setup {
            site: Site { embeds: &["//stats.example/js/stats.js", FRAME], ..SHOP },
            faults: &[(&[ORDERS], RESET)],
            ..HEALTHY
        },
        others: &[
            Customer {
                origin: origin::Setup { site: party("ads.example"), ..HEALTHY },
                rules: &[(&[When::Path("/frame")], Act::Answer(EdgeAnswer::Error(521)))],
            },
            Customer {
                origin: origin::Setup { site: party("stats.example"), ..HEALTHY },
                rules: &[(&[When::Under("/js/")], Act::Answer(EdgeAnswer::Error(502)))],
            },
        ],
        direct: RESETS,
        expect: Expect { why: FOREIGN, ..also("connection-reset", CONFIRMED, &["empty-reply"]) },
        ..CASE
    },
    Case {
        name: "foreign-520-call",
        about: "A call of another customer's interface is a 520 that the page may not read; the shop answers with a bare status line",
        origin: origin::Setup {
            site: calling(&["GET //prices.example/api/rates", "GET /api/cart", "GET /api/orders?page=2", "GET /api/orders?page=2"]),
            faults: &[(&[ORDERS], BARE)],
            ..HEALTHY
        },
        others: &[failing("prices.example", &[(&[When::Under("/api/")], SHUT)])],
        direct: Shows::Status(200),
        expect: Expect { why: FOREIGN, ..wire("missing-headers", CONFIRMED_ANYWHERE) },
        ..CASE
    },
    Case {
        name: "foreign-520-https",
        about: "An advertisement's frame is a 520 over HTTP/2 on both ways; the desk speaks HTTP/1.1 alone, and gives no byte on one call",
        origin: origin::Setup { site: Site { embeds: &[WIDGET, FRAME], ..DESK }, protocol: TLS, faults: &[(&[ORDERS], SHUT)] },
        edge: edge::Setup { cached: DESK, ..SECURE },
        others: &[failing("ads.example", &[(&[When::Path("/frame")], SHUT)])],
        direct: EMPTY,
        expect: Expect {
            why: "Other hosts speak HTTP/2 and have errors: neither says anything of the desk.",
            ..wire("empty-reply", CONFIRMED)
        },
        ..CASE
    },
    Case {
        name: "foreign-520-mended",
        about: "An advertisement's frame is a 520 on both ways; the shop's own fault was mended before the direct capture",
        origin: origin::Setup { site: Site { embeds: &[WIDGET, FRAME], ..SHOP }, faults: &[(&[ORDERS], SHUT)], ..HEALTHY },
        direct_origin: Some(origin::Setup { site: Site { embeds: &[WIDGET, FRAME], ..SHOP }, ..HEALTHY }),
        others: &[failing("ads.example", &[(&[When::Path("/frame")], SHUT)])],
        direct: Shows::Status(520),
        expect: not_reproduced(
            "empty-reply",
            "The 520 of the direct capture is another site's, and two good answers of the shop are too few.",
        ),
        ..CASE
    },
    Case {
        origin: origin::Setup { site: Site { embeds: &[WIDGET, FRAME], ..SHOP }, ..HEALTHY },
        others: &[failing("ads.example", &[(&[When::Path("/frame")], SHUT)])],
        proxied: Shows::Status(520),
        direct: Shows::Status(520),
        expect: Expect { why: FOREIGN, ..NOTHING },
        ..healthy("healthy-foreign-520", "The shop is well; an advertisement's frame in its page is a 520 on both ways")
    },
];
