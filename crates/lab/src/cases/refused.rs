//! Somebody does not want the request.

use fivetwenty_harness::servers::origin::{End, Fault, Part};
use fivetwenty_harness::servers::when::When;

use super::shorthand::{CASE, CONFIRMED, EMPTY, LIKELY, POSSIBLE, SHUT, also, faulty, inferred, wire};
use crate::case::{At, Case, Expect, Shows, Visit};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "closed-forwarded",
        about: "The origin closes without a word on whatever carries X-Forwarded-For",
        origin: faulty(&[(&[When::Header("x-forwarded-for", ".")], SHUT)]),
        visit: &[Visit::Open("/"), Visit::Open("/account")],
        curl: &["/account"],
        expect: inferred("closed-on-purpose", POSSIBLE, &["firewall-blocks-cloudflare"]),
        ..CASE
    },
    Case {
        name: "closed-host",
        about: "The default host closes without a word; only the staging host, which the direct capture asks, is set up",
        origin: faulty(&[(&[When::Header("host", "shop.example")], SHUT)]),
        visit: &[Visit::Open("/"), Visit::Open("/account")],
        curl: &["/account"],
        at: At::Host("preview.lantern.example"),
        expect: inferred("closed-on-purpose", POSSIBLE, &["firewall-blocks-cloudflare"]),
        ..CASE
    },
    Case {
        name: "closed-agent",
        about: "A rule against robots closes on calls of scripts without a word: those whose Accept names no type",
        origin: faulty(&[(&[When::Under("/api/"), When::Header("accept", "*/*")], SHUT)]),
        direct: EMPTY,
        expect: also("empty-reply", CONFIRMED, &["closed-on-purpose"]),
        ..CASE
    },
    Case {
        name: "scheme-plain-to-tls",
        about: "Cloudflare asks in plain HTTP on a port where TLS is spoken: the origin's bytes are no HTTP",
        origin: faulty(&[(&[], Fault::Send(&[Part::Bytes(b"\x15\x03\x01\x00\x02\x02\x46")], End::Close))]),
        visit: &[Visit::Open("/"), Visit::Open("/account")],
        curl: &["/account"],
        direct: Shows::Broken("net::ERR_ABORTED"),
        firefox: Some((Shows::Status(520), Shows::Status(200))),
        expect: Expect { ruled_out: &["not-520"], ..also("wrong-port-or-scheme", LIKELY, &["malformed-response"]) },
        ..CASE
    },
    Case {
        name: "scheme-400",
        about: "The origin says that plain HTTP came to its HTTPS port; behind the edge it closes on some paths",
        origin: faulty(&[
            (&[When::Path("/account"), When::Cloudflare], SHUT),
            (
                &[],
                Fault::Send(
                    &[
                        Part::Head("400 Bad Request", "text/html"),
                        Part::Text(
                            "Connection: close\r\n\r\n<html>\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\n<body>\n<h1>400 Bad Request</h1>\nThe plain HTTP request was sent to HTTPS port\n</body>\n</html>\n",
                        ),
                    ],
                    End::Close,
                ),
            ),
        ]),
        visit: &[Visit::Open("/"), Visit::Open("/account"), Visit::Open("/account")],
        curl: &["/account"],
        direct: Shows::Status(400),
        expect: wire("wrong-port-or-scheme", LIKELY),
        ..CASE
    },
];
