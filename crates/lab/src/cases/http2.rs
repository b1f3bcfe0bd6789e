//! HTTP/2 to the origin.

use fivetwenty_harness::servers::edge;
use fivetwenty_harness::servers::origin::{self, Fault, TLS, TLS_H2};
use fivetwenty_harness::servers::when::When;

use super::shorthand::{CASE, DESK, FITS_CHROMIUM, HTTP2_ERROR, LIKELY_CHROMIUM, ORDERS, POSSIBLE, SECURE_H2, also, inferred, wire};
use crate::case::{Case, Shows};

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
        origin: origin::Setup { site: DESK, protocol: TLS_H2, faults: &[(&[When::Http2], Fault::Hangup)] },
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
];
