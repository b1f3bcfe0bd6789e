//! TLS to the origin.

use std::time::Duration;

use fivetwenty_harness::servers::edge;
use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Part, Protocol, TLS};
use fivetwenty_harness::servers::tls::{Certificate, Clients, Offers};
use fivetwenty_harness::servers::when::When;

use super::shorthand::{
    BLOG, CASE, CONFIRMED, DESK, EMPTY, FITS_CHROMIUM, HTML_400, JSON, LIKELY, ORDERS, POSSIBLE, SECURE, SHUT, also, wire,
};
use crate::case::{Case, Expect, Shows, Visit};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "tls-close",
        about: "The handshake is completed, then the connection is closed without a byte",
        origin: origin::Setup { site: BLOG, protocol: TLS, faults: &[(&[ORDERS], SHUT)] },
        edge: edge::Setup { cached: BLOG, ..SECURE },
        direct: EMPTY,
        expect: also("empty-reply", CONFIRMED, &["tls-abort"]),
        ..CASE
    },
    Case {
        name: "tls-alert",
        about: "The handshake is completed, then a fatal alert answers the request",
        origin: origin::Setup { site: BLOG, protocol: TLS, faults: &[(&[ORDERS], Fault::Send(&[], End::Alert))] },
        edge: edge::Setup { cached: BLOG, ..SECURE },
        direct: Shows::Failed("net::ERR_SSL_BAD_RECORD_MAC_ALERT"),
        expect: wire("tls-abort", FITS_CHROMIUM),
        ..CASE
    },
    Case {
        name: "tls-alert-in-body",
        about: "A fatal alert comes in the middle of a body",
        origin: origin::Setup {
            site: BLOG,
            protocol: TLS,
            faults: &[(
                &[ORDERS],
                Fault::Send(
                    &[JSON, Part::Text("Content-Length: 4096\r\n\r\n{\"orders\":[{\"id\":1}"), Part::Wait(Duration::from_millis(300))],
                    End::Alert,
                ),
            )],
        },
        edge: edge::Setup { cached: BLOG, ..SECURE },
        proxied: Shows::Broken("net::ERR_HTTP2_PROTOCOL_ERROR"),
        direct: Shows::Broken("net::ERR_SSL_BAD_RECORD_MAC_ALERT"),
        expect: Expect { ruled_out: &["headers-too-large"], ..also("truncated-body", LIKELY, &["tls-abort"]) },
        ..CASE
    },
    Case {
        name: "pulls-tls",
        about: "The origin's TLS demands a client certificate, and the edge shows none",
        origin: origin::Setup {
            site: DESK,
            protocol: Protocol::Https { certificate: Certificate::Public, offers: Offers::Http1, clients: Clients::WithCertificate },
            ..HEALTHY
        },
        edge: edge::Setup { cached: DESK, ..SECURE },
        curl: &["/"],
        direct: Shows::Failed("net::ERR_BAD_SSL_CLIENT_AUTH_CERT"),
        expect: wire("authenticated-origin-pulls", FITS_CHROMIUM),
        ..CASE
    },
    Case {
        name: "pulls-page",
        about: "Direct, the origin says which certificate it misses; the edge's certificate makes it close without a word",
        origin: origin::Setup {
            site: DESK,
            protocol: TLS,
            faults: &[
                (&[When::Cloudflare], SHUT),
                (
                    &[],
                    Fault::Send(
                        &[Part::Head("400 Bad Request", "text/html"), Part::Text("Connection: close\r\n\r\n"), Part::Text(HTML_400)],
                        End::Close,
                    ),
                ),
            ],
        },
        edge: edge::Setup { cached: DESK, ..SECURE },
        visit: &[Visit::Open("/"), Visit::Open("/account")],
        curl: &["/account"],
        direct: Shows::Status(400),
        expect: wire("authenticated-origin-pulls", POSSIBLE),
        ..CASE
    },
    Case {
        name: "pulls-page-through",
        about: "The origin's page about a missing client certificate arrives through the edge, between errors 520",
        origin: origin::Setup {
            site: DESK,
            protocol: TLS,
            faults: &[
                (&[When::Path("/account"), When::Cloudflare], SHUT),
                (
                    &[],
                    Fault::Send(
                        &[Part::Head("400 Bad Request", "text/html"), Part::Text("Connection: close\r\n\r\n"), Part::Text(HTML_400)],
                        End::Close,
                    ),
                ),
            ],
        },
        edge: edge::Setup { cached: DESK, ..SECURE },
        visit: &[Visit::Open("/"), Visit::Open("/account"), Visit::Open("/account")],
        curl: &["/account"],
        direct: Shows::Status(400),
        expect: wire("authenticated-origin-pulls", LIKELY),
        ..CASE
    },
];
