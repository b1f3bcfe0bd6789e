//! Time and load.

use std::time::Duration;

use fivetwenty_harness::servers::edge::{self, Connections, PLAIN};
use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Part};
use fivetwenty_harness::servers::site::{SHOP, Site};
use fivetwenty_harness::servers::when::When;

use super::shorthand::{CASE, DESK, EMPTY, LIKELY, ORDERS, POSSIBLE, RESETS, SHUT, also, calling, inferred, not_reproduced, seconds};
use crate::case::{Case, Expect, Shows};

const LONG: &str = "PAUSE 900";
const POST: &str = "POST /api/orders 120";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "timeout-30s",
        about: "The worker is killed after 30 seconds, and the connection closed",
        origin: origin::Setup {
            site: Site { calls: &["GET /api/tickets", "GET /api/orders & GET /api/orders?page=2"], ..DESK },
            faults: &[(&[ORDERS], Fault::Send(&[seconds(30)], End::Close))],
            ..HEALTHY
        },
        direct: EMPTY,
        expect: also("origin-timeout", LIKELY, &["empty-reply"]),
        ..CASE
    },
    Case {
        name: "timeout-60s",
        about: "The proxy in front of the application closes after 60 seconds",
        origin: origin::Setup {
            site: Site { calls: &["GET /api/cart", "POST /api/orders 60 & POST /api/orders?page=2 60"], ..SHOP },
            faults: &[(&[ORDERS], Fault::Send(&[seconds(60)], End::Reset))],
            ..HEALTHY
        },
        direct: RESETS,
        expect: also("origin-timeout", LIKELY, &["connection-reset", "empty-reply"]),
        ..CASE
    },
    Case {
        name: "overload",
        about: "The same URL is answered ever more slowly, then with 503, then not at all",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "GET /api/orders", "GET /api/orders", "GET /api/orders", "GET /api/orders"]),
            faults: &[
                (
                    &[ORDERS, When::Turn { nth: 3, of: 5 }],
                    Fault::Send(
                        &[
                            seconds(2),
                            Part::Head("503 Service Unavailable", "text/plain"),
                            Part::Text("Retry-After: 5\r\nContent-Length: 5\r\n\r\nbusy\n"),
                        ],
                        End::Keep,
                    ),
                ),
                (&[ORDERS, When::Turn { nth: 4, of: 5 }], Fault::Send(&[seconds(3)], End::Close)),
                (&[ORDERS], Fault::Slow(Duration::from_millis(500))),
            ],
            ..HEALTHY
        },
        direct: Shows::Status(503),
        expect: Expect { ruled_out: &["headers-too-large"], ..also("origin-overload", LIKELY, &["empty-reply"]) },
        ..CASE
    },
    Case {
        name: "overload-only-proxied",
        about: "A share of the requests fails under the load that comes through Cloudflare; the direct capture was made in a quiet hour",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "GET /api/orders", "GET /api/orders", "GET /api/orders"]),
            faults: &[
                (&[ORDERS, When::Cloudflare, When::Turn { nth: 2, of: 4 }], Fault::Send(&[seconds(2)], End::Close)),
                (
                    &[ORDERS, When::Cloudflare, When::Turn { nth: 4, of: 4 }],
                    Fault::Send(
                        &[seconds(3), Part::Head("503 Service Unavailable", "text/plain"), Part::Text("Content-Length: 5\r\n\r\nbusy\n")],
                        End::Keep,
                    ),
                ),
                (&[ORDERS, When::Cloudflare], Fault::Slow(Duration::from_millis(500))),
            ],
            ..HEALTHY
        },
        expect: Expect { ruled_out: &["headers-too-large"], ..inferred("origin-overload", LIKELY, &["firewall-blocks-cloudflare"]) },
        ..CASE
    },
    Case {
        name: "proxy-in-front",
        about: "A proxy in front of the application gets broken answers: 502 of its own, and answers without a byte",
        origin: origin::Setup {
            site: Site {
                server: "nginx/1.28.0",
                headers: "Via: 1.1 varnish (Varnish/7.1)\r\nX-Varnish: 32770\r\n",
                calls: &["GET /api/tickets", "GET /api/orders", "GET /api/orders", "GET /api/orders"],
                ..DESK
            },
            faults: &[
                (
                    &[ORDERS, When::Turn { nth: 2, of: 3 }],
                    Fault::Send(
                        &[
                            Part::Head("502 Bad Gateway", "text/html"),
                            Part::Text("Content-Length: 46\r\n\r\n<html><body><h1>502 Bad Gateway</h1></body>\r\n\r\n"),
                        ],
                        End::Close,
                    ),
                ),
                (&[ORDERS], SHUT),
            ],
            ..HEALTHY
        },
        direct: Shows::Status(502),
        expect: Expect { ruled_out: &[], ..also("proxy-misconfiguration", LIKELY, &["empty-reply", "origin-overload"]) },
        ..CASE
    },
    Case {
        name: "idle-reuse",
        about: "The origin closes a connection that was idle for half a second just as it is used again; what is posted is not repeated",
        origin: origin::Setup {
            site: calling(&[
                "GET /api/cart",
                "PAUSE 900",
                "POST /api/orders 120",
                "PAUSE 200",
                "GET /api/cart",
                "PAUSE 900",
                "POST /api/orders 120",
            ]),
            faults: &[(&[When::Idle(Duration::from_millis(500))], SHUT)],
            ..HEALTHY
        },
        edge: edge::Setup { connections: Connections::Kept, ..PLAIN },
        curl: &["/api/orders", "-d", "note=x"],
        expect: not_reproduced(
            "idle-connection-reuse",
            "Too few requests were sent without a pause to compare with, and one visitor does not know Cloudflare's connections.",
        ),
        ..CASE
    },
    Case {
        name: "idle-reuse-control",
        about: "What is posted after a pause meets a connection that the origin closes; what is posted at once is taken, six times each",
        origin: origin::Setup {
            site: calling(&[
                "GET /api/cart",
                LONG,
                POST,
                POST,
                LONG,
                POST,
                POST,
                LONG,
                POST,
                POST,
                LONG,
                POST,
                POST,
                LONG,
                POST,
                POST,
                LONG,
                POST,
                POST,
            ]),
            faults: &[(&[When::Idle(Duration::from_millis(500))], SHUT)],
            ..HEALTHY
        },
        edge: edge::Setup { connections: Connections::Kept, ..PLAIN },
        curl: &["/api/orders", "-d", "note=x"],
        expect: Expect {
            ruled_out: &["not-520"],
            why: "Six failures after pauses and none of six without are no chance, but one visitor does not know Cloudflare's connections.",
            ..inferred("idle-connection-reuse", POSSIBLE, &[])
        },
        ..CASE
    },
    Case {
        name: "idle-reuse-no-control",
        about: "What is posted after a pause meets a connection that the origin closes, and nothing is posted without a pause",
        origin: origin::Setup {
            site: calling(&["GET /api/cart", LONG, POST, "GET /api/cart", LONG, POST, "GET /api/cart", LONG, POST]),
            faults: &[(&[When::Idle(Duration::from_millis(500))], SHUT)],
            ..HEALTHY
        },
        edge: edge::Setup { connections: Connections::Kept, ..PLAIN },
        curl: &["/api/orders", "-d", "note=x"],
        expect: not_reproduced("idle-connection-reuse", "Without tries that follow each other at once, pauses explain nothing."),
        ..CASE
    },
    Case {
        name: "idle-no-matter",
        about: "Every third POST gets no byte, after pauses and without them alike; the direct capture was made in a quiet hour",
        origin: origin::Setup {
            site: calling(&[LONG, POST, POST, LONG, POST, POST, LONG, POST, POST, LONG, POST, POST, LONG, POST, POST, LONG, POST, POST]),
            faults: &[(&[ORDERS, When::Turn { nth: 2, of: 3 }], SHUT)],
            ..HEALTHY
        },
        direct_origin: Some(origin::Setup { site: calling(&["GET /api/cart", POST, POST]), ..HEALTHY }),
        curl: &["/api/orders", "-d", "note=x"],
        expect: not_reproduced(
            "empty-reply",
            "Two failures after pauses and two without: the pauses say nothing, and two good answers are too few.",
        ),
        ..CASE
    },
];
