//! Headers that are too large.

use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Part};
use fivetwenty_harness::servers::site::Site;
use fivetwenty_harness::servers::when::When;

use super::shorthand::{BODY, CASE, CONFIRMED_ANYWHERE, DESK, JSON, ORDERS, calling, healthy, wire};
use crate::case::{Case, Expect, Shows};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "headers-132k-cookies",
        about: "33 cookies of 4000 bytes each are set at once",
        origin: origin::Setup {
            site: calling(&["GET /api/cart", "GET /api/orders?page=2"]),
            faults: &[(&[ORDERS], Fault::Send(&[JSON, Part::Cookies(33, 4000), BODY], End::Close))],
            ..HEALTHY
        },
        direct: Shows::Status(200),
        expect: Expect { ruled_out: &["empty-reply", "not-520"], ..wire("headers-too-large", CONFIRMED_ANYWHERE) },
        ..CASE
    },
    Case {
        name: "headers-132k-debug",
        about: "One header of 132,000 bytes",
        origin: origin::Setup {
            site: Site { calls: &["GET /api/tickets", "GET /api/orders?page=2"], ..DESK },
            faults: &[(&[ORDERS], Fault::Send(&[JSON, Part::Long("X-Debug-Queries", 132_000), BODY], End::Close))],
            ..HEALTHY
        },
        direct: Shows::Status(200),
        expect: Expect { ruled_out: &["empty-reply", "not-520"], ..wire("headers-too-large", CONFIRMED_ANYWHERE) },
        ..CASE
    },
    Case {
        name: "headers-270k",
        about: "270,000 bytes of headers, which Chromium does not take either",
        origin: origin::Setup {
            site: calling(&["GET /api/cart", "GET /api/orders?page=2"]),
            faults: &[(
                &[ORDERS],
                Fault::Send(
                    &[
                        JSON,
                        Part::Long("X-Debug-Queries", 90_000),
                        Part::Long("X-Debug-Views", 90_000),
                        Part::Long("X-Debug-Cache", 90_000),
                        BODY,
                    ],
                    End::Close,
                ),
            )],
            ..HEALTHY
        },
        direct: Shows::Failed("net::ERR_RESPONSE_HEADERS_TOO_BIG"),
        firefox: Some((Shows::Status(520), Shows::Status(200))),
        expect: Expect { ruled_out: &["empty-reply", "not-520"], ..wire("headers-too-large", CONFIRMED_ANYWHERE) },
        ..CASE
    },
    Case {
        origin: origin::Setup {
            site: Site { calls: &["GET /api/tickets", "GET /api/orders?page=2"], ..DESK },
            faults: &[(&[ORDERS, When::Direct], Fault::Send(&[JSON, Part::Long("X-Debug-Queries", 127_000), BODY], End::Keep))],
            ..HEALTHY
        },
        ..healthy(
            "healthy-headers-127k",
            "Whoever does not come through Cloudflare is shown 127,000 bytes of headers, which an edge would still take",
        )
    },
    Case {
        origin: origin::Setup {
            site: calling(&["GET /api/orders?page=2"]),
            faults: &[(&[ORDERS], Fault::Send(&[JSON, Part::Cookies(5, 2000), BODY], End::Keep))],
            ..HEALTHY
        },
        ..healthy("healthy-headers-10k", "10,000 bytes of cookies")
    },
];
