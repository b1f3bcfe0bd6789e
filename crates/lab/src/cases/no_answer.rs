//! The origin's connection ends without an answer.

use fivetwenty_harness::servers::edge::{self, PLAIN};
use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Part, TLS};
use fivetwenty_harness::servers::pages::Form;
use fivetwenty_harness::servers::when::When;

use super::shorthand::{
    BLOG, BODY, CASE, CONFIRMED, DESK, EMPTY, JSON, LIKELY_CHROMIUM, ORDERS, POSTS, RESET, RESETS, SECURE, SHUT, also, calling, faulty,
    not_reproduced, seconds, wire,
};
use crate::case::{Case, Expect, Shows, Visit};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "empty-reply",
        about: "The origin reads the request and closes the connection without a byte",
        origin: origin::Setup { site: calling(&["GET /api/cart", "GET /api/orders?page=2"]), faults: &[(&[ORDERS], SHUT)], ..HEALTHY },
        visit: &[Visit::Open("/"), Visit::Again, Visit::Again],
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    Case {
        name: "empty-reply-page",
        about: "A page, not a call of one, gets no byte; the blog loads a script from another customer of Cloudflare",
        origin: origin::Setup { site: BLOG, faults: &[(&[When::Path("/account")], SHUT)], ..HEALTHY },
        edge: edge::Setup { form: Form::Old, ..PLAIN },
        visit: &[Visit::Open("/"), Visit::Open("/account"), Visit::Open("/account")],
        curl: &["/account"],
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    Case {
        name: "empty-reply-post",
        about: "Only what is sent in crashes the application",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "POST /api/orders 200", "POST /api/orders 200"]),
            faults: &[(&[ORDERS, POSTS], SHUT)],
            ..HEALTHY
        },
        curl: &["/api/orders", "-d", "note=x"],
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    Case {
        name: "empty-reply-delayed",
        about: "The worker dies after two seconds of work, without a byte; the edge answers in JSON",
        origin: origin::Setup {
            site: calling(&["GET /api/cart", "GET /api/orders application/json", "GET /api/orders application/json"]),
            faults: &[(&[ORDERS], Fault::Send(&[seconds(2)], End::Close))],
            ..HEALTHY
        },
        edge: edge::Setup { form: Form::Structured, ..PLAIN },
        curl: &["/api/orders", "-H", "Accept: application/json"],
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    Case {
        name: "empty-reply-custom-page",
        about: "The site's owner has put a page of his own in the place of Cloudflare's",
        origin: faulty(&[(&[ORDERS], SHUT)]),
        edge: edge::Setup { form: Form::Custom, ..PLAIN },
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    Case {
        name: "custom-page-reset",
        about: "The connection is reset, under a page of the zone's own",
        origin: origin::Setup {
            site: calling(&["GET /api/cart", "GET /api/orders?page=2", "GET /api/prices", "GET /api/orders?page=2"]),
            faults: &[(&[ORDERS], RESET), (&[When::Path("/api/prices")], RESET)],
            ..HEALTHY
        },
        edge: edge::Setup { form: Form::Custom, ..PLAIN },
        direct: RESETS,
        expect: also("connection-reset", CONFIRMED, &["empty-reply"]),
        ..CASE
    },
    Case {
        name: "custom-page-mended",
        about: "A page gets no byte, under a page of the zone's own; the origin was mended before the direct capture",
        origin: origin::Setup { site: BLOG, faults: &[(&[When::Path("/account")], SHUT)], ..HEALTHY },
        edge: edge::Setup { form: Form::Custom, ..PLAIN },
        direct_origin: Some(origin::Setup { site: BLOG, ..HEALTHY }),
        visit: &[Visit::Open("/"), Visit::Open("/account"), Visit::Open("/account")],
        curl: &["/account"],
        expect: Expect {
            ruled_out: &[],
            ..not_reproduced("empty-reply", "Nothing says whose page it is, and two good direct answers are too few.")
        },
        ..CASE
    },
    Case {
        name: "empty-reply-often",
        about: "Two of three requests of one URL crash a worker, the third is answered",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "GET /api/orders", "GET /api/orders", "GET /api/orders"]),
            faults: &[(&[ORDERS, When::Turn { nth: 3, of: 3 }], Fault::Send(&[JSON, BODY], End::Keep)), (&[ORDERS], SHUT)],
            ..HEALTHY
        },
        direct: EMPTY,
        firefox: Some((Shows::Status(520), Shows::Fine)),
        expect: Expect { ruled_out: &["not-520"], ..also("empty-reply", LIKELY_CHROMIUM, &["origin-overload"]) },
        ..CASE
    },
    Case {
        name: "empty-reply-beside-500",
        about: "One URL crashes the process, another shows the application's own error page",
        origin: origin::Setup {
            site: DESK,
            faults: &[
                (&[ORDERS], SHUT),
                (
                    &[When::Path("/api/tickets"), POSTS],
                    Fault::Send(
                        &[
                            Part::Head("500 Internal Server Error", "text/plain"),
                            Part::Text("Content-Length: 22\r\n\r\nInternal Server Error\n"),
                        ],
                        End::Keep,
                    ),
                ),
            ],
            ..HEALTHY
        },
        direct: EMPTY,
        expect: Expect { ruled_out: &["headers-too-large"], ..also("empty-reply", CONFIRMED, &["origin-error"]) },
        ..CASE
    },
    Case {
        name: "connection-reset",
        about: "The connection is reset before the headers; the edge shows its page of former years",
        origin: faulty(&[(&[ORDERS], RESET)]),
        edge: edge::Setup { form: Form::Old, ..PLAIN },
        direct: RESETS,
        expect: also("connection-reset", CONFIRMED, &["empty-reply"]),
        ..CASE
    },
    Case {
        name: "connection-reset-headers",
        about: "The connection is reset in the middle of the headers",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[JSON, Part::Text("Content-Le")], End::Reset))]),
        direct: RESETS,
        expect: also("connection-reset", CONFIRMED, &["empty-reply"]),
        ..CASE
    },
    Case {
        name: "connection-reset-https",
        about: "The connection is reset after the request, over TLS; the edge answers as plain text",
        origin: origin::Setup { site: DESK, protocol: TLS, faults: &[(&[ORDERS], RESET)] },
        edge: edge::Setup { form: Form::Plain, cached: DESK, ..SECURE },
        direct: RESETS,
        expect: also("connection-reset", CONFIRMED, &["empty-reply"]),
        ..CASE
    },
    Case {
        name: "headers-cut",
        about: "The connection is closed in the middle of the headers",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[Part::Text("HTTP/1.1 200 OK\r\nServer: ngi")], End::Close))]),
        direct: Shows::Status(200),
        expect: also("truncated-body", LIKELY_CHROMIUM, &["malformed-response", "missing-headers", "empty-reply"]),
        ..CASE
    },
];
