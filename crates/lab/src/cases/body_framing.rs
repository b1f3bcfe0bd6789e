//! The body is not what its framing says.

use fivetwenty_harness::servers::edge::{self, Act};
use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Part, TLS};
use fivetwenty_harness::servers::when::When;

use super::shorthand::{
    BLOG, BODY, CASE, DESK, JSON, LIKELY, LIKELY_CHROMIUM, ORDERS, SECURE, SHORT, UNFINISHED, also, by_rules, faulty, wire,
};
use crate::case::{Case, Expect, Shows, Visit};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "truncated-length",
        about: "The body ends before its Content-Length",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[JSON, Part::Text("Content-Length: 4096\r\n\r\n{\"orders\":[{\"id\":1}")], End::Close))]),
        proxied: SHORT,
        direct: SHORT,
        expect: Expect { ruled_out: &["headers-too-large"], ..wire("truncated-body", LIKELY) },
        ..CASE
    },
    Case {
        name: "truncated-chunks",
        about: "The last chunk never comes",
        origin: faulty(&[(
            &[ORDERS],
            Fault::Send(&[JSON, Part::Text("Transfer-Encoding: chunked\r\n\r\n13\r\n{\"orders\":[{\"id\":1}\r\n")], End::Close),
        )]),
        proxied: UNFINISHED,
        direct: UNFINISHED,
        firefox: Some((Shows::Status(200), Shows::Fine)),
        expect: Expect { ruled_out: &["headers-too-large"], ..wire("truncated-body", LIKELY_CHROMIUM) },
        ..CASE
    },
    Case {
        name: "truncated-reset",
        about: "The connection is reset in the middle of the body",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[JSON, Part::Text("Content-Length: 4096\r\n\r\n{\"orders\":[{\"id\":1}")], End::Reset))]),
        proxied: SHORT,
        direct: Shows::Broken("net::ERR_CONNECTION_RESET"),
        expect: Expect { ruled_out: &["headers-too-large"], ..also("truncated-body", LIKELY, &["connection-reset"]) },
        ..CASE
    },
    Case {
        name: "truncated-https",
        about: "The body ends early over TLS, and the browser's HTTP/2 stream with it",
        origin: origin::Setup {
            site: DESK,
            protocol: TLS,
            faults: &[(&[ORDERS], Fault::Send(&[JSON, Part::Text("Content-Length: 4096\r\n\r\n{\"orders\":[{\"id\":1}")], End::Close))],
        },
        edge: edge::Setup { cached: DESK, ..SECURE },
        proxied: Shows::Broken("net::ERR_HTTP2_PROTOCOL_ERROR"),
        direct: SHORT,
        expect: Expect { ruled_out: &["headers-too-large"], ..wire("truncated-body", LIKELY) },
        ..CASE
    },
    Case {
        name: "truncated-buffered",
        about: "The body ends early at an edge that waits for all of it, and answers 520",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[JSON, Part::Text("Content-Length: 4096\r\n\r\n{\"orders\":[{\"id\":1}")], End::Close))]),
        edge: by_rules(&[(&[ORDERS], Act::Buffer)]),
        direct: SHORT,
        expect: wire("truncated-body", LIKELY),
        ..CASE
    },
    Case {
        name: "truncated-page",
        about: "The page itself ends in the middle, at another byte each time",
        origin: origin::Setup {
            site: BLOG,
            faults: &[
                (
                    &[When::Path("/account"), When::Turn { nth: 1, of: 2 }],
                    Fault::Send(
                        &[
                            Part::Head("200 OK", "text/html"),
                            Part::Text("Content-Length: 9000\r\n\r\n<!doctype html><title>Account</title><p>Your"),
                        ],
                        End::Close,
                    ),
                ),
                (
                    &[When::Path("/account")],
                    Fault::Send(
                        &[
                            Part::Head("200 OK", "text/html"),
                            Part::Text("Content-Length: 9000\r\n\r\n<!doctype html><title>Account</title>"),
                        ],
                        End::Close,
                    ),
                ),
            ],
            ..HEALTHY
        },
        visit: &[Visit::Open("/"), Visit::Open("/account"), Visit::Open("/account")],
        curl: &["/account"],
        proxied: SHORT,
        direct: SHORT,
        expect: Expect { ruled_out: &["headers-too-large"], ..wire("truncated-body", LIKELY) },
        ..CASE
    },
    Case {
        name: "gzip-label",
        about: "The answer is labelled as gzip and is none",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[JSON, Part::Text("Content-Encoding: gzip\r\n"), BODY], End::Keep))]),
        proxied: Shows::Broken("net::ERR_CONTENT_DECODING_FAILED"),
        direct: Shows::Broken("net::ERR_CONTENT_DECODING_FAILED"),
        firefox: Some((Shows::Absent("/api/orders"), Shows::Absent("/api/orders"))),
        expect: Expect { ruled_out: &["headers-too-large"], ..wire("bad-content-length", LIKELY_CHROMIUM) },
        ..CASE
    },
    Case {
        name: "gzip-old-length",
        about: "The body was compressed and kept the length that it had before: browsers take it, an edge that waits for all of it does not",
        origin: faulty(&[(
            &[ORDERS],
            Fault::Send(
                &[JSON, Part::Text("Content-Encoding: gzip\r\nContent-Length: 754\r\n\r\n"), Part::Bytes(include_bytes!("orders.json.gz"))],
                End::Close,
            ),
        )]),
        edge: by_rules(&[(&[ORDERS], Act::Buffer)]),
        direct: Shows::Status(200),
        expect: also("bad-content-length", LIKELY, &["truncated-body"]),
        ..CASE
    },
];
