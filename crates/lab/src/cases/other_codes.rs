//! Another code than 520.

use fivetwenty_harness::servers::edge::{self, Act, PLAIN, ToOrigin};
use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Part, Protocol, TLS};
use fivetwenty_harness::servers::pages::{EdgeAnswer, Form};
use fivetwenty_harness::servers::site::Site;
use fivetwenty_harness::servers::tls::{Certificate, Clients, Offers, Strictness};
use fivetwenty_harness::servers::when::When;

use super::shorthand::{BLOG, BODY, DESK, JSON, ORDERS, OWN_520, SECURE, by_rules, faulty, other_code, seconds};
use crate::case::{Case, Shows, Visit};
use crate::recorders::Certificates;

pub(super) const CASES: &[Case] = &[
    other_code("code-500", "The edge fails by itself", &[(&[ORDERS], Act::Answer(EdgeAnswer::Error(500)))], 500),
    other_code("code-502", "The edge makes a 502", &[(&[ORDERS], Act::Answer(EdgeAnswer::Error(502)))], 502),
    other_code("code-504", "The edge makes a 504, as plain text", &[(&[ORDERS], Act::Answer(EdgeAnswer::Error(504)))], 504),
    Case {
        edge: edge::Setup { form: Form::Structured, ..by_rules(&[(&[ORDERS], Act::Answer(EdgeAnswer::Error(521)))]) },
        ..other_code("code-521", "The origin refuses the connection", &[], 521)
    },
    other_code("code-522", "The edge's packets are dropped for 19 seconds", &[(&[ORDERS], Act::Dropped)], 522),
    Case {
        edge: edge::Setup { form: Form::Old, ..by_rules(&[(&[ORDERS], Act::Answer(EdgeAnswer::Error(523)))]) },
        ..other_code("code-523", "There is no route to the origin", &[], 523)
    },
    Case {
        origin: origin::Setup {
            site: Site { calls: &["GET /api/tickets", "GET /api/orders & GET /api/orders?page=2"], ..DESK },
            faults: &[(&[ORDERS], Fault::Send(&[seconds(130), JSON, BODY], End::Keep))],
            ..HEALTHY
        },
        direct_origin: Some(origin::Setup {
            site: Site { calls: &["GET /api/tickets", "GET /api/orders & GET /api/orders?page=2"], ..DESK },
            faults: &[(&[ORDERS], Fault::Send(&[seconds(130), JSON, BODY], End::Keep))],
            ..HEALTHY
        }),
        ..other_code("code-524", "The origin takes 130 seconds, the edge waits for 125", &[], 524)
    },
    Case {
        origin: origin::Setup { site: DESK, ..HEALTHY },
        edge: edge::Setup { cached: DESK, ..SECURE },
        ..other_code("code-525", "Cloudflare speaks TLS to a port where none is spoken", &[], 525)
    },
    Case {
        origin: origin::Setup {
            site: DESK,
            protocol: Protocol::Https { certificate: Certificate::Expired, offers: Offers::Http1, clients: Clients::Anybody },
            ..HEALTHY
        },
        edge: edge::Setup { cached: DESK, to_origin: ToOrigin::Https(Strictness::Strict, Offers::Http1), ..SECURE },
        certificates: Certificates::Trusted,
        direct: Shows::Failed("net::ERR_CERT_AUTHORITY_INVALID"),
        ..other_code("code-526", "The origin's certificate has ended, and the SSL mode is strict", &[], 526)
    },
    other_code(
        "code-530-1016",
        "The origin's name cannot be resolved",
        &[(&[When::Under("/api/")], Act::Answer(EdgeAnswer::Numbered { status: 530, code: 1016 }))],
        530,
    ),
    other_code(
        "code-530-1033",
        "The tunnel is not running",
        &[(&[When::Under("/api/")], Act::Answer(EdgeAnswer::Numbered { status: 530, code: 1033 }))],
        530,
    ),
    other_code("code-1101", "A Worker throws", &[(&[ORDERS], Act::Answer(EdgeAnswer::Numbered { status: 500, code: 1101 }))], 500),
    other_code(
        "code-1015",
        "A rate limit of the zone refuses calls",
        &[(&[ORDERS], Act::Answer(EdgeAnswer::Numbered { status: 429, code: 1015 }))],
        429,
    ),
    other_code(
        "code-1020",
        "A rule of the zone refuses calls",
        &[(&[ORDERS], Act::Answer(EdgeAnswer::Numbered { status: 403, code: 1020 }))],
        403,
    ),
    other_code("code-challenge", "The zone challenges calls of scripts", &[(&[ORDERS], Act::Answer(EdgeAnswer::Challenge(403)))], 403),
    Case {
        origin: faulty(&[(
            &[ORDERS],
            Fault::Send(
                &[
                    Part::Head("500 Internal Server Error", "application/json"),
                    Part::Text("Content-Length: 30\r\n\r\n{\"error\":\"database timed out\"}\n"),
                ],
                End::Keep,
            ),
        )]),
        direct: Shows::Status(500),
        ..other_code("code-500-origin", "The application's own 500 is passed on", &[], 500)
    },
    Case {
        origin: origin::Setup {
            site: BLOG,
            faults: &[(
                &[ORDERS],
                Fault::Send(
                    &[
                        Part::Head("503 Service Unavailable", "text/html"),
                        Part::Text("Retry-After: 600\r\nContent-Length: 27\r\n\r\n<h1>Briefly unavailable</h1>"),
                    ],
                    End::Close,
                ),
            )],
            ..HEALTHY
        },
        direct: Shows::Status(503),
        ..other_code("code-503-origin", "The application is in maintenance", &[], 503)
    },
    Case {
        origin: faulty(&[(&[ORDERS], OWN_520)]),
        direct: Shows::Status(520),
        ..other_code("code-520-origin", "The application itself answers with the number 520", &[], 520)
    },
    Case {
        origin: origin::Setup {
            site: BLOG,
            faults: &[(
                &[When::Path("/account")],
                Fault::Send(
                    &[
                        Part::Head("520 Backend Fault", "text/html; charset=utf-8"),
                        Part::Text("Content-Length: 66\r\n\r\n<!doctype html>\n<title>520</title>\n<p>Our backend took a rest</p>\n"),
                    ],
                    End::Keep,
                ),
            )],
            ..HEALTHY
        },
        visit: &[Visit::Open("/"), Visit::Open("/account"), Visit::Open("/account")],
        curl: &["/account"],
        direct: Shows::Status(520),
        ..other_code("code-520-origin-page", "The application shows a page of its own under the number 520, on both ways", &[], 520)
    },
    Case {
        origin: origin::Setup { site: DESK, protocol: TLS, faults: &[(&[ORDERS], OWN_520)] },
        edge: edge::Setup { cached: DESK, ..SECURE },
        direct: Shows::Status(520),
        ..other_code("code-520-origin-https", "The application itself answers with the number 520, over TLS on both ways", &[], 520)
    },
    Case {
        origin: faulty(&[(&[ORDERS], OWN_520)]),
        edge: edge::Setup { form: Form::Custom, ..PLAIN },
        direct: Shows::Status(520),
        ..other_code(
            "code-520-origin-custom",
            "The application itself answers with the number 520; the zone has a page of its own for Cloudflare's errors",
            &[],
            520,
        )
    },
];
