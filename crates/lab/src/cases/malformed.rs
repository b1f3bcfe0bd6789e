//! The answer is not HTTP.

use std::time::Duration;

use fivetwenty_harness::servers::edge::{self, Act, PLAIN};
use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Part, TLS};
use fivetwenty_harness::servers::pages::Form;
use fivetwenty_harness::servers::when::When;

use super::shorthand::{
    BARE, BLOG, BODY, CASE, CONFIRMED, CONFIRMED_ANYWHERE, JSON, LIKELY, LIKELY_CHROMIUM, LIKELY_FIREFOX, NO_STATUS, ORDERS, SECURE,
    UNFINISHED, UNREADABLE, also, by_rules, faulty, inferred, wire,
};
use crate::case::{Case, Expect, Shows, Visit};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "malformed-no-status",
        about: "The body comes without a status line or headers",
        origin: faulty(&[(&[ORDERS], NO_STATUS)]),
        direct: Shows::Status(200),
        expect: wire("malformed-response", CONFIRMED_ANYWHERE),
        ..CASE
    },
    Case {
        name: "malformed-no-status-https",
        about: "The body comes without a status line or headers, over TLS",
        origin: origin::Setup { site: BLOG, protocol: TLS, faults: &[(&[ORDERS], NO_STATUS)] },
        edge: edge::Setup { cached: BLOG, ..SECURE },
        direct: Shows::Status(200),
        expect: wire("malformed-response", CONFIRMED_ANYWHERE),
        ..CASE
    },
    Case {
        name: "malformed-status-line",
        about: "The status line has no number where one must be, which browsers take for a 200",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[Part::Text("HTTP/1.1 OK\r\nContent-Type: application/json\r\n"), BODY], End::Close))]),
        direct: Shows::Status(200),
        firefox: Some((Shows::Status(520), Shows::Silent)),
        expect: inferred("malformed-response", LIKELY_FIREFOX, &["firewall-blocks-cloudflare", "closed-on-purpose"]),
        ..CASE
    },
    Case {
        name: "malformed-chunk-size",
        about: "The size of a chunk is no number, at an edge that waits for the whole body",
        origin: faulty(&[(
            &[ORDERS],
            Fault::Send(&[JSON, Part::Text("Transfer-Encoding: chunked\r\n\r\nZZ\r\n{\"orders\":[]}\r\n0\r\n\r\n")], End::Close),
        )]),
        edge: by_rules(&[(&[ORDERS], Act::Buffer)]),
        direct: Shows::Broken("net::ERR_INVALID_CHUNKED_ENCODING"),
        firefox: Some((Shows::Status(520), Shows::Silent)),
        expect: wire("malformed-response", LIKELY),
        ..CASE
    },
    Case {
        name: "malformed-chunk-size-streamed",
        about: "The size of a chunk is no number, and the edge has passed the headers on before",
        origin: faulty(&[(
            &[ORDERS],
            Fault::Send(
                &[
                    JSON,
                    Part::Text("Transfer-Encoding: chunked\r\n\r\n13\r\n{\"orders\":[{\"id\":1}\r\n"),
                    Part::Wait(Duration::from_millis(300)),
                    Part::Text("ZZ\r\n]}\r\n0\r\n\r\n"),
                ],
                End::Close,
            ),
        )]),
        proxied: UNFINISHED,
        direct: Shows::Broken("net::ERR_INVALID_CHUNKED_ENCODING"),
        firefox: Some((Shows::Status(200), Shows::Fine)),
        expect: Expect { ruled_out: &["headers-too-large"], ..also("malformed-response", LIKELY_CHROMIUM, &["truncated-body"]) },
        ..CASE
    },
    Case {
        name: "malformed-nul",
        about: "A header holds a NUL byte",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[JSON, Part::Bytes(b"X-Trace: a\0b\r\n"), BODY], End::Close))]),
        direct: UNREADABLE,
        expect: also("malformed-response", CONFIRMED, &["invalid-headers"]),
        ..CASE
    },
    Case {
        name: "missing-headers",
        about: "A status line, and nothing else",
        origin: faulty(&[(&[ORDERS], BARE)]),
        direct: Shows::Status(200),
        expect: wire("missing-headers", CONFIRMED_ANYWHERE),
        ..CASE
    },
    Case {
        name: "missing-headers-page",
        about: "A page without headers or a body",
        origin: origin::Setup { site: BLOG, faults: &[(&[When::Path("/account")], BARE)], ..HEALTHY },
        visit: &[Visit::Open("/"), Visit::Open("/account"), Visit::Open("/account")],
        curl: &["/account"],
        direct: Shows::Status(200),
        expect: wire("missing-headers", CONFIRMED_ANYWHERE),
        ..CASE
    },
    Case {
        name: "custom-page-missing-headers",
        about: "A status line, and nothing else; the zone has a page of its own for Cloudflare's errors",
        origin: faulty(&[(&[ORDERS], BARE)]),
        edge: edge::Setup { form: Form::Custom, ..PLAIN },
        direct: Shows::Status(200),
        expect: wire("missing-headers", CONFIRMED_ANYWHERE),
        ..CASE
    },
];
