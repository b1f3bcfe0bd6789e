//! The direct side says little.

use fivetwenty_harness::servers::edge::{self, ToOrigin};
use fivetwenty_harness::servers::origin::{self, End, Fault, Part, Protocol};
use fivetwenty_harness::servers::tls::{Certificate, Clients, Offers, Strictness};
use fivetwenty_harness::servers::when::When;

use super::shorthand::{CASE, DESK, ORDERS, RESET, RESETS, SECURE, SHUT, UNSEEN, faulty, inferred};
use crate::case::{Case, Expect, Shows};
use crate::recorders::Certificates;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "direct-only-cloudflare",
        about: "The origin crashes on one URL, and answers 403 to everybody but Cloudflare",
        origin: faulty(&[
            (
                &[When::Direct],
                Fault::Send(&[Part::Head("403 Forbidden", "text/html"), Part::Text("Content-Length: 10\r\n\r\nForbidden\n")], End::Keep),
            ),
            (&[ORDERS], SHUT),
        ]),
        direct: Shows::Status(403),
        expect: Expect {
            ruled_out: &["not-520"],
            ..inferred("empty-reply", UNSEEN, &["connection-reset", "origin-overload", "firewall-blocks-cloudflare"])
        },
        ..CASE
    },
    Case {
        name: "direct-only-cloudflare-reset",
        about: "The origin crashes on one URL, and resets the connections of everybody but Cloudflare",
        origin: faulty(&[(&[When::Direct], RESET), (&[ORDERS], SHUT)]),
        direct: RESETS,
        expect: Expect {
            ruled_out: &["not-520"],
            ..inferred("empty-reply", UNSEEN, &["connection-reset", "origin-overload", "firewall-blocks-cloudflare"])
        },
        ..CASE
    },
    Case {
        name: "direct-certificate",
        about: "The origin crashes on one URL, and shows a certificate that only Cloudflare trusts",
        origin: origin::Setup {
            site: DESK,
            protocol: Protocol::Https { certificate: Certificate::OriginCa, offers: Offers::Http1, clients: Clients::Anybody },
            faults: &[(&[ORDERS], SHUT)],
        },
        edge: edge::Setup { cached: DESK, to_origin: ToOrigin::Https(Strictness::Strict, Offers::Http1), ..SECURE },
        certificates: Certificates::Trusted,
        direct: Shows::Failed("net::ERR_CERT_AUTHORITY_INVALID"),
        expect: Expect {
            ruled_out: &["not-520"],
            ..inferred("empty-reply", UNSEEN, &["connection-reset", "origin-overload", "firewall-blocks-cloudflare"])
        },
        ..CASE
    },
];
