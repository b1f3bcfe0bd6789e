//! Headers that break the grammar.

use fivetwenty_harness::servers::origin::{End, Fault, Part};

use super::shorthand::{BODY, CASE, CONFIRMED, JSON, LIKELY, ORDERS, UNSEEN, faulty, inferred, wire};
use crate::case::{Case, Shows};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "invalid-content-lengths",
        about: "Two Content-Length headers that differ",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[JSON, Part::Text("Content-Length: 20\r\n"), BODY], End::Close))]),
        direct: Shows::Failed("net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH"),
        expect: wire("invalid-headers", CONFIRMED),
        ..CASE
    },
    Case {
        name: "invalid-locations",
        about: "A redirect with two Location headers that differ",
        origin: faulty(&[(
            &[ORDERS],
            Fault::Send(
                &[Part::Head("302 Found", "text/plain"), Part::Text("Location: /api/a\r\nLocation: /api/b\r\nContent-Length: 0\r\n\r\n")],
                End::Close,
            ),
        )]),
        direct: Shows::Failed("net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION"),
        expect: wire("invalid-headers", LIKELY),
        ..CASE
    },
    Case {
        name: "invalid-control-byte",
        about: "A header holds a control byte, which browsers take",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[JSON, Part::Bytes(b"X-Search: wool\x01blanket\r\n"), BODY], End::Close))]),
        direct: Shows::Status(200),
        expect: wire("invalid-headers", LIKELY),
        ..CASE
    },
    Case {
        name: "invalid-injected-line",
        about: "A search word with a line end is echoed into a header: what follows is a line without a colon, which browsers take",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[JSON, Part::Text("X-Search: wool\r\nblanket, grey\r\n"), BODY], End::Close))]),
        direct: Shows::Status(200),
        expect: inferred("invalid-headers", UNSEEN, &["firewall-blocks-cloudflare"]),
        ..CASE
    },
];
