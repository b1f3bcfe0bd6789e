//! What is too much in a request.

use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Part};
use fivetwenty_harness::servers::when::When;

use super::shorthand::{BODY, CASE, JSON, LIKELY, ORDERS, RESET, RESETS, SHUT, also, calling, wire};
use crate::case::{Case, Shows};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "request-headers-reset",
        about: "The origin resets the connection when the cookies are over 8 KB, without a word",
        origin: origin::Setup {
            site: calling(&["GET /api/login", "GET /api/orders?page=2"]),
            faults: &[
                (&[When::Path("/api/login")], Fault::Send(&[JSON, Part::Cookies(3, 2800), BODY], End::Keep)),
                (&[ORDERS, When::CookiesOver(8190)], RESET),
            ],
            ..HEALTHY
        },
        direct: RESETS,
        expect: also("request-headers-too-large", LIKELY, &["connection-reset", "empty-reply"]),
        ..CASE
    },
    Case {
        name: "request-headers-431",
        about: "Direct, cookies over 4 KB get a 431; what Cloudflare adds makes the origin close without a word",
        origin: origin::Setup {
            site: calling(&["GET /api/login", "GET /api/orders?page=2", "GET /api/orders?page=2"]),
            faults: &[
                (&[When::Path("/api/login")], Fault::Send(&[JSON, Part::Cookies(2, 2200), BODY], End::Keep)),
                (&[ORDERS, When::CookiesOver(4096), When::Cloudflare], SHUT),
                (
                    &[ORDERS, When::CookiesOver(4096)],
                    Fault::Send(
                        &[
                            Part::Head("431 Request Header Fields Too Large", "text/plain"),
                            Part::Text("Content-Length: 32\r\n\r\nRequest Header Fields Too Large\n"),
                        ],
                        End::Close,
                    ),
                ),
            ],
            ..HEALTHY
        },
        direct: Shows::Status(431),
        expect: wire("request-headers-too-large", LIKELY),
        ..CASE
    },
    Case {
        name: "request-body-reset",
        about: "Uploads over 8 KB are reset before they are read; small ones are taken",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "POST /api/upload 400", "POST /api/upload 9000", "POST /api/upload 9000"]),
            faults: &[(&[When::BodyOver(8192)], Fault::Refuse(&[], End::Reset))],
            ..HEALTHY
        },
        curl: &["/api/upload", "-F", "file=@Cargo.lock"],
        direct: RESETS,
        expect: also("request-body-rejected", LIKELY, &["connection-reset", "empty-reply"]),
        ..CASE
    },
];
