//! The fault falls on some requests of a path only: on one query, one method, or on who is signed in.

use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Part};
use fivetwenty_harness::servers::site::{SHOP, Site};
use fivetwenty_harness::servers::when::When;

use super::shorthand::{
    BARE, BODY, CASE, CONFIRMED, CONFIRMED_ANYWHERE, EMPTY, JSON, LIKELY, ORDERS, POSTS, RESET, RESETS, SHUT, UNREADABLE, also, calling,
    not_reproduced, wire,
};
use crate::case::{Case, Expect, Shows, Visit};

const PAGES: &[&str] =
    &["GET /api/orders?page=1", "GET /api/orders?page=2", "GET /api/orders?page=3", "GET /api/orders?page=4", "GET /api/orders?page=3"];
const PAGE_3: When = When::Query("page=3");
const ORDER: When = When::Path("/api/orders/7");
const EVERY_TRY: &str = "One query fails at every try and the others never, so nothing comes by chance.";

/// Signs in whoever follows the link of a mail, and leads to the page.
const SIGN_IN: (&[When], Fault) = (
    &[When::Path("/sign-in")],
    Fault::Send(
        &[
            Part::Head("302 Found", "text/plain"),
            Part::Text("Location: /\r\nSet-Cookie: account=5f0c2be1; Path=/; HttpOnly\r\nContent-Length: 0\r\n\r\n"),
        ],
        End::Keep,
    ),
);
const MEMBERS: Site = Site { page_headers: "", calls: &["GET /api/cart", "GET /api/orders?page=2", "GET /api/orders?page=2"], ..SHOP };
const SIGNED_IN: When = When::Header("cookie", "account=");

pub(super) const CASES: &[Case] = &[
    Case {
        name: "query-empty-reply",
        about: "Only the third page of a list gets no byte, at every try",
        origin: origin::Setup { site: calling(PAGES), faults: &[(&[ORDERS, PAGE_3], SHUT)], ..HEALTHY },
        curl: &["/api/orders?page=3"],
        direct: EMPTY,
        expect: Expect { why: EVERY_TRY, ..wire("empty-reply", CONFIRMED) },
        ..CASE
    },
    Case {
        name: "query-missing-headers",
        about: "Only the third page of a list is answered with a bare status line",
        origin: origin::Setup { site: calling(PAGES), faults: &[(&[ORDERS, PAGE_3], BARE)], ..HEALTHY },
        curl: &["/api/orders?page=3"],
        direct: Shows::Status(200),
        expect: Expect { why: EVERY_TRY, ..wire("missing-headers", CONFIRMED_ANYWHERE) },
        ..CASE
    },
    Case {
        name: "query-mended",
        about: "Only the third page of a list is reset, at every try; the origin was mended before the direct capture",
        origin: origin::Setup { site: calling(PAGES), faults: &[(&[ORDERS, PAGE_3], RESET)], ..HEALTHY },
        direct_origin: Some(origin::Setup { site: calling(PAGES), ..HEALTHY }),
        curl: &["/api/orders?page=3"],
        expect: not_reproduced("connection-reset", "Two good direct answers are too few, and other queries say nothing of this one."),
        ..CASE
    },
    Case {
        name: "query-not-asked",
        about: "Only the third page of a list gets no byte, and the direct capture does not ask for it",
        origin: origin::Setup { site: calling(PAGES), faults: &[(&[ORDERS, PAGE_3], SHUT)], ..HEALTHY },
        direct_origin: Some(origin::Setup { site: calling(&["GET /api/orders?page=1", "GET /api/orders?page=2"]), ..HEALTHY }),
        curl: &["/api/orders?page=3"],
        expect: not_reproduced("empty-reply", "The request that fails was not made direct; other queries of its path say nothing of it."),
        ..CASE
    },
    Case {
        name: "method-delete",
        about: "Whoever deletes an order gets a reset; reading it works",
        origin: origin::Setup {
            site: calling(&["GET /api/orders/7", "DELETE /api/orders/7", "GET /api/orders/7", "DELETE /api/orders/7"]),
            faults: &[(&[ORDER, When::Method("DELETE")], RESET)],
            ..HEALTHY
        },
        curl: &["/api/orders/7", "-X", "DELETE"],
        direct: RESETS,
        expect: also("connection-reset", CONFIRMED, &["empty-reply"]),
        ..CASE
    },
    Case {
        name: "method-put",
        about: "Whoever changes an order gets a header with a NUL byte; reading it works",
        origin: origin::Setup {
            site: calling(&["GET /api/orders/7", "PUT /api/orders/7 80", "GET /api/orders/7", "PUT /api/orders/7 80"]),
            faults: &[(&[ORDER, When::Method("PUT")], Fault::Send(&[JSON, Part::Bytes(b"X-Trace: a\0b\r\n"), BODY], End::Close))],
            ..HEALTHY
        },
        curl: &["/api/orders/7", "-X", "PUT", "-d", "note=x"],
        direct: UNREADABLE,
        expect: also("malformed-response", CONFIRMED, &["invalid-headers"]),
        ..CASE
    },
    Case {
        name: "method-post-mended",
        about: "What is posted gets no byte while reading the same URL works; the origin was mended before the direct capture",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "POST /api/orders 200", "GET /api/orders", "POST /api/orders 200"]),
            faults: &[(&[ORDERS, POSTS], SHUT)],
            ..HEALTHY
        },
        direct_origin: Some(origin::Setup {
            site: calling(&["GET /api/orders", "POST /api/orders 200", "GET /api/orders", "POST /api/orders 200"]),
            ..HEALTHY
        }),
        curl: &["/api/orders", "-d", "note=x"],
        expect: not_reproduced("empty-reply", "Two good direct answers are too few, and another method says nothing of this one."),
        ..CASE
    },
    Case {
        name: "method-post-not-asked",
        about: "What is posted gets no byte while reading the same URL works; the direct capture only reads",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "POST /api/orders 200", "GET /api/orders", "POST /api/orders 200"]),
            faults: &[(&[ORDERS, POSTS], SHUT)],
            ..HEALTHY
        },
        direct_origin: Some(origin::Setup { site: calling(&["GET /api/orders"; 4]), ..HEALTHY }),
        curl: &["/api/orders", "-d", "note=x"],
        expect: not_reproduced("empty-reply", "The request that fails was not made direct; another method of its URL says nothing of it."),
        ..CASE
    },
    Case {
        name: "signed-in",
        about: "Whoever is signed in gets no byte, on both ways; guests are answered",
        origin: origin::Setup { site: MEMBERS, faults: &[SIGN_IN, (&[ORDERS, SIGNED_IN], SHUT)], ..HEALTHY },
        visit: &[Visit::Open("/"), Visit::Open("/sign-in")],
        curl: &["/api/orders?page=2", "-H", "Cookie: account=5f0c2be1"],
        direct: EMPTY,
        expect: Expect {
            why: "The same URL was also answered on both ways, before the visitor signed in, so one condition of confirmed is not met.",
            ..wire("empty-reply", LIKELY)
        },
        ..CASE
    },
    Case {
        name: "signed-in-guest-direct",
        about: "Whoever is signed in gets no byte; the direct capture was made by a guest",
        origin: origin::Setup { site: MEMBERS, faults: &[SIGN_IN, (&[ORDERS, SIGNED_IN], SHUT)], ..HEALTHY },
        visit: &[Visit::Open("/sign-in")],
        direct_visit: Some(&[Visit::Open("/")]),
        curl: &["/api/orders?page=2", "-H", "Cookie: account=5f0c2be1"],
        expect: not_reproduced("empty-reply", "Good answers to a guest say nothing of those who are signed in."),
        ..CASE
    },
    Case {
        name: "signed-in-only",
        about: "A visitor who signs in first gets no byte, on both ways",
        origin: origin::Setup { site: MEMBERS, faults: &[SIGN_IN, (&[ORDERS, SIGNED_IN], SHUT)], ..HEALTHY },
        visit: &[Visit::Open("/sign-in")],
        curl: &["/api/orders?page=2", "-H", "Cookie: account=5f0c2be1"],
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
];
