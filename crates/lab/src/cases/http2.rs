//! HTTP/2 to the origin.

use fivetwenty_harness::servers::edge;
use fivetwenty_harness::servers::origin::{self, Fault, SETTINGS, TLS, TLS_H2};
use fivetwenty_harness::servers::site::Site;
use fivetwenty_harness::servers::when::When;

use super::shorthand::{
    BLOG, CASE, CONFIRMED, DESK, FITS_CHROMIUM, HTTP2_ERROR, LIKELY, LIKELY_CHROMIUM, ORDERS, POSSIBLE, RESET, RESETS, SECURE_H2, SHUT,
    also, inferred, wire,
};
use crate::case::{Case, Expect, Reaches, Shows, Status, Visit};

const NOT_TOLD: &str =
    "Over HTTP/2 a connection that ends without an answer looks the same, whether the process died or its HTTP/2 is broken.";
const NEIGHBOURS: &str = "Firefox writes no error, but the entries beside it went over HTTP/2; nothing shows that HTTP/1.1 is well.";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "http2-reset",
        about: "Over HTTP/2 the origin resets the stream; over HTTP/1.1 it answers",
        origin: origin::Setup { site: DESK, protocol: TLS_H2, faults: &[(&[ORDERS, When::Http2], Fault::ResetStream(1))] },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        direct: HTTP2_ERROR,
        expect: wire("http2-origin", LIKELY_CHROMIUM),
        ..CASE
    },
    Case {
        name: "http2-goaway",
        about: "Over HTTP/2 the origin ends the connection with GOAWAY and an error",
        origin: origin::Setup { site: DESK, protocol: TLS_H2, faults: &[(&[ORDERS, When::Http2], Fault::GoAway(1))] },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        direct: Shows::Failed("net::ERR_CONNECTION_CLOSED"),
        expect: also("http2-origin", LIKELY_CHROMIUM, &["empty-reply"]),
        ..CASE
    },
    Case {
        name: "http2-hangup",
        about: "The origin offers HTTP/2 and hangs up as soon as it is spoken",
        origin: origin::Setup { site: DESK, protocol: TLS_H2, faults: &[(&[When::Http2], Fault::Greet(SETTINGS))] },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        curl: &["/"],
        direct: Shows::Failed("net::ERR_CONNECTION_CLOSED"),
        expect: also("http2-origin", FITS_CHROMIUM, &["empty-reply", "tls-abort"]),
        ..CASE
    },
    Case {
        name: "http2-fine-without",
        about: "HTTP/2 to the origin breaks; the direct capture was made over HTTP/1.1, where nothing is wrong",
        origin: origin::Setup { site: DESK, protocol: TLS_H2, faults: &[(&[ORDERS, When::Http2], Fault::ResetStream(1))] },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        direct_origin: Some(origin::Setup { site: DESK, protocol: TLS, faults: &[] }),
        expect: inferred("http2-origin", POSSIBLE, &["firewall-blocks-cloudflare", "closed-on-purpose"]),
        ..CASE
    },
    Case {
        name: "http2-closed",
        about: "The process dies on one URL, and with it every connection, over HTTP/2",
        origin: origin::Setup { site: DESK, protocol: TLS_H2, faults: &[(&[ORDERS], SHUT)] },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        direct: Shows::Failed("net::ERR_CONNECTION_CLOSED"),
        expect: Expect { why: NOT_TOLD, ..also("empty-reply", LIKELY, &["http2-origin", "tls-abort"]) },
        ..CASE
    },
    Case {
        name: "http2-connection-reset",
        about: "The connection is reset on one URL, over HTTP/2",
        origin: origin::Setup { site: DESK, protocol: TLS_H2, faults: &[(&[ORDERS], RESET)] },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        direct: RESETS,
        expect: also("connection-reset", CONFIRMED, &["empty-reply", "http2-origin"]),
        ..CASE
    },
    Case {
        name: "http2-internal-error",
        about: "Over HTTP/2 the origin ends the stream of one URL with an internal error; over HTTP/1.1 it answers",
        origin: origin::Setup { site: BLOG, protocol: TLS_H2, faults: &[(&[ORDERS, When::Http2], Fault::ResetStream(2))] },
        edge: edge::Setup { cached: BLOG, ..SECURE_H2 },
        direct: HTTP2_ERROR,
        expect: Expect { why: NEIGHBOURS, ..wire("http2-origin", LIKELY) },
        ..CASE
    },
    Case {
        name: "http2-page",
        about: "Over HTTP/2 the origin resets the stream of a page",
        origin: origin::Setup { site: BLOG, protocol: TLS_H2, faults: &[(&[When::Path("/account"), When::Http2], Fault::ResetStream(1))] },
        edge: edge::Setup { cached: BLOG, ..SECURE_H2 },
        visit: &[Visit::Open("/"), Visit::Open("/account"), Visit::Open("/account")],
        curl: &["/account"],
        direct: HTTP2_ERROR,
        expect: Expect { why: NEIGHBOURS, ..wire("http2-origin", LIKELY) },
        ..CASE
    },
    Case {
        name: "http2-refused",
        about: "Over HTTP/2 the origin refuses the stream of one URL at every try",
        origin: origin::Setup { site: DESK, protocol: TLS_H2, faults: &[(&[ORDERS, When::Http2], Fault::ResetStream(7))] },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        direct: Shows::Failed("net::ERR_HTTP2_SERVER_REFUSED_STREAM"),
        expect: Expect { why: NEIGHBOURS, ..wire("http2-origin", LIKELY) },
        ..CASE
    },
    Case {
        name: "http2-answers-http1",
        about: "The origin offers HTTP/2 and hands the bytes to a program that answers in HTTP/1.1",
        origin: origin::Setup {
            site: DESK,
            protocol: TLS_H2,
            faults: &[(&[When::Http2], Fault::Greet(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))],
        },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        curl: &["/"],
        direct: HTTP2_ERROR,
        expect: wire("http2-origin", LIKELY_CHROMIUM),
        ..CASE
    },
    Case {
        name: "http2-fallback",
        about: "The origin asks for HTTP/1.1 on one URL: browsers obey and are answered",
        origin: origin::Setup { site: DESK, protocol: TLS_H2, faults: &[(&[ORDERS, When::Http2], Fault::ResetStream(13))] },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        expect: Expect {
            ruled_out: &["not-520"],
            why: "Direct the request that fails goes over HTTP/1.1 while its neighbours go over HTTP/2.",
            ..inferred("http2-origin", POSSIBLE, &[])
        },
        ..CASE
    },
    Case {
        name: "http2-good-over-http1",
        about: "Over HTTP/2 the origin resets the stream of one URL, then asks for HTTP/1.1, over which it answers",
        origin: origin::Setup {
            site: Site { calls: &["GET /api/tickets", "GET /api/orders", "GET /api/orders", "GET /api/orders"], ..DESK },
            protocol: TLS_H2,
            faults: &[
                (&[ORDERS, When::Http2, When::Turn { nth: 3, of: 3 }], Fault::ResetStream(13)),
                (&[ORDERS, When::Http2], Fault::ResetStream(1)),
            ],
        },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        curl: &["/api/orders"],
        direct: HTTP2_ERROR,
        firefox: Some((Shows::Status(520), Shows::Fine)),
        expect: Expect {
            ruled_out: &["not-520"],
            why: "The same request fails over HTTP/2 and is answered over HTTP/1.1; Firefox repeats it until it is answered.",
            ..wire("http2-origin", Reaches::new(Some(Status::Confirmed), Some(Status::Possible)))
        },
        ..CASE
    },
];
