//! The origin has a fault that the direct capture does not show: it was mended, comes now and then, or is hidden.

use fivetwenty_harness::servers::edge;
use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Part, TLS};
use fivetwenty_harness::servers::site::{SHOP, Site};
use fivetwenty_harness::servers::when::When;

use super::shorthand::{BLOG, BODY, CASE, DESK, JSON, LARGE, ORDERS, RESET, SECURE, SHUT, calling, faulty, not_reproduced};
use crate::case::{Case, Visit};

const OFTEN: &[&str] = &["GET /api/orders?page=2"; 22];
const FEW: &str = "Every try failed through Cloudflare, and the good direct answers are too few to rule a fault out.";
const RARE: &str = "So rare a fault would need more than a hundred good direct answers to be ruled out.";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "mended-empty-reply",
        about: "One URL gets no byte at every try; the origin was mended before the direct capture",
        origin: faulty(&[(&[ORDERS], SHUT)]),
        direct_origin: Some(HEALTHY),
        visit: &[Visit::Open("/"), Visit::Again],
        expect: not_reproduced("empty-reply", FEW),
        ..CASE
    },
    Case {
        name: "mended-page",
        about: "Every request of the blog is reset; the origin was mended before the direct capture",
        origin: origin::Setup { site: BLOG, faults: &[(&[], RESET)], ..HEALTHY },
        direct_origin: Some(origin::Setup { site: BLOG, ..HEALTHY }),
        visit: &[Visit::Open("/"), Visit::Open("/account"), Visit::Open("/account")],
        curl: &["/account"],
        expect: not_reproduced("connection-reset", FEW),
        ..CASE
    },
    Case {
        name: "mended-headers",
        about: "One URL sends 132,000 bytes of headers; the origin was mended before the direct capture",
        origin: origin::Setup { site: calling(&["GET /api/cart", "GET /api/orders?page=2"]), faults: &[(&[ORDERS], LARGE)], ..HEALTHY },
        direct_origin: Some(origin::Setup { site: calling(&["GET /api/cart", "GET /api/orders?page=2"]), ..HEALTHY }),
        expect: not_reproduced("headers-too-large", FEW),
        ..CASE
    },
    Case {
        name: "mended-malformed-https",
        about: "One URL answers with what is no HTTP, over TLS; the origin was mended before the direct capture",
        origin: origin::Setup {
            site: DESK,
            protocol: TLS,
            faults: &[(&[ORDERS], Fault::Send(&[Part::Text("Traceback (most recent call last):\n  orders.py, line 14\n")], End::Close))],
        },
        edge: edge::Setup { cached: DESK, ..SECURE },
        direct_origin: Some(origin::Setup { site: DESK, protocol: TLS, faults: &[] }),
        expect: not_reproduced("malformed-response", FEW),
        ..CASE
    },
    Case {
        name: "one-in-twenty-empty",
        about: "One request in twenty gets no byte; the direct capture met none of them",
        origin: origin::Setup {
            site: Site { calls: OFTEN, ..SHOP },
            faults: &[(&[ORDERS, When::Turn { nth: 13, of: 20 }], SHUT)],
            ..HEALTHY
        },
        direct_origin: Some(origin::Setup { site: Site { calls: OFTEN, ..SHOP }, ..HEALTHY }),
        expect: not_reproduced("empty-reply", RARE),
        ..CASE
    },
    Case {
        name: "one-in-twenty-reset",
        about: "Of 22 requests the fourth and the last are reset; the direct capture was a short one",
        origin: origin::Setup {
            site: Site { calls: OFTEN, ..DESK },
            faults: &[(&[ORDERS, When::Turn { nth: 4, of: 18 }], RESET)],
            ..HEALTHY
        },
        direct_origin: Some(origin::Setup { site: DESK, ..HEALTHY }),
        expect: not_reproduced("connection-reset", RARE),
        ..CASE
    },
    Case {
        name: "one-in-twenty-repeated",
        about: "One request in twenty gets no byte on both ways; the browser asks again by itself, so that its direct capture is good",
        origin: origin::Setup {
            site: Site { calls: OFTEN, ..SHOP },
            faults: &[(&[ORDERS, When::Turn { nth: 7, of: 20 }], SHUT)],
            ..HEALTHY
        },
        expect: not_reproduced(
            "empty-reply",
            "The browser repeats what fails on a connection that was used before, and its export holds only the repetition.",
        ),
        ..CASE
    },
    Case {
        name: "hidden-browser-cache",
        about: "One URL gets no byte but for the first direct answer, which the browser keeps and shows again",
        origin: origin::Setup {
            site: calling(&["GET /api/cart", "GET /api/orders?page=2", "GET /api/orders?page=2", "GET /api/orders?page=2"]),
            faults: &[
                (
                    &[ORDERS, When::Direct, When::Turn { nth: 1, of: 100 }],
                    Fault::Send(&[JSON, Part::Text("Cache-Control: max-age=600\r\n"), BODY], End::Keep),
                ),
                (&[ORDERS], SHUT),
            ],
            ..HEALTHY
        },
        expect: not_reproduced(
            "empty-reply",
            "What comes from the browser's cache says nothing of the origin, and one good answer is too few.",
        ),
        ..CASE
    },
    Case {
        name: "hidden-service-worker",
        about: "One URL gets no byte; direct, the page's service worker answers every call from what it has",
        origin: origin::Setup { site: DESK, protocol: TLS, faults: &[(&[ORDERS], SHUT)] },
        edge: edge::Setup { cached: DESK, ..SECURE },
        direct_origin: Some(origin::Setup {
            site: Site {
                embeds: &["/js/offline.js"],
                calls: &["PAUSE 2000", "GET /api/tickets", "GET /api/orders?page=2", "GET /api/orders?page=2"],
                ..DESK
            },
            protocol: TLS,
            faults: &[(&[ORDERS], SHUT)],
        }),
        expect: not_reproduced("empty-reply", "What a service worker answers says nothing of the origin."),
        ..CASE
    },
];
