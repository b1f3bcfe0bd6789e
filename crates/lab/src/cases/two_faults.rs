//! Two faults at once, each on requests of its own.

use fivetwenty_harness::servers::edge::Act;
use fivetwenty_harness::servers::origin::{self, HEALTHY};
use fivetwenty_harness::servers::pages::EdgeAnswer;
use fivetwenty_harness::servers::when::When;

use super::shorthand::{
    BARE, CASE, CONFIRMED, CONFIRMED_ANYWHERE, EMPTY, LARGE, ORDERS, OWN_520, RESET, RESETS, SHUT, also, by_rules, calling,
};
use crate::case::{Case, Expect};

const PRICES: When = When::Path("/api/prices");
const BOTH: &[&str] = &["GET /api/cart", "GET /api/orders?page=2", "GET /api/prices", "GET /api/orders?page=2"];

pub(super) const CASES: &[Case] = &[
    Case {
        name: "two-empty-and-headers",
        about: "One URL gets no byte, another is sent with 132,000 bytes of headers",
        origin: origin::Setup { site: calling(BOTH), faults: &[(&[ORDERS], SHUT), (&[PRICES], LARGE)], ..HEALTHY },
        direct: EMPTY,
        expect: Expect {
            ruled_out: &["not-520"],
            why: "Both are faults of their own requests; the size of headers can be measured in every form.",
            ..also("headers-too-large", CONFIRMED_ANYWHERE, &["empty-reply"])
        },
        ..CASE
    },
    Case {
        name: "two-reset-and-missing",
        about: "One URL is reset, another is answered with a bare status line",
        origin: origin::Setup { site: calling(BOTH), faults: &[(&[ORDERS], RESET), (&[PRICES], BARE)], ..HEALTHY },
        direct: RESETS,
        expect: Expect {
            ruled_out: &["not-520"],
            why: "Both are faults of their own requests; missing headers show in every form.",
            ..also("missing-headers", CONFIRMED_ANYWHERE, &["connection-reset", "empty-reply"])
        },
        ..CASE
    },
    Case {
        name: "two-empty-and-worker",
        about: "One URL gets no byte, and a Worker throws on another",
        origin: origin::Setup { site: calling(BOTH), faults: &[(&[ORDERS], SHUT)], ..HEALTHY },
        edge: by_rules(&[(&[PRICES], Act::Answer(EdgeAnswer::Numbered { status: 500, code: 1101 }))]),
        direct: EMPTY,
        expect: Expect { ruled_out: &["headers-too-large"], ..also("empty-reply", CONFIRMED, &["not-520", "worker-or-transform"]) },
        ..CASE
    },
    Case {
        name: "two-empty-and-own-520",
        about: "One URL gets no byte, and the application answers another with the number 520 itself",
        origin: origin::Setup { site: calling(BOTH), faults: &[(&[ORDERS], SHUT), (&[PRICES], OWN_520)], ..HEALTHY },
        direct: EMPTY,
        expect: Expect { ruled_out: &[], ..also("empty-reply", CONFIRMED, &["not-520", "origin-error"]) },
        ..CASE
    },
];
