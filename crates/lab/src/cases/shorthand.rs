//! What many cases have in common: sites, conditions, faults, and what a diagnosis comes to.

use std::time::Duration;

use fivetwenty_harness::servers::edge::{self, Act, PLAIN, Scheme, ToOrigin};
use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Part};
use fivetwenty_harness::servers::site::{Order, SHOP, Site};
use fivetwenty_harness::servers::tls::{Offers, Strictness};
use fivetwenty_harness::servers::when::When;

use crate::case::{At, Case, Expect, Reaches, Seen, Shows, Status, Visit};
use crate::recorders::Certificates;

/// Proven by the errors that only Chromium writes; Firefox shows at least that there was no answer.
pub(super) const CONFIRMED: Reaches = Reaches::new(Some(Status::Confirmed), Some(Status::Likely));
/// Proven in any form.
pub(super) const CONFIRMED_ANYWHERE: Reaches = Reaches::new(Some(Status::Confirmed), Some(Status::Confirmed));
pub(super) const LIKELY: Reaches = Reaches::new(Some(Status::Likely), Some(Status::Likely));
/// Seen by the errors that only Chromium writes.
pub(super) const LIKELY_CHROMIUM: Reaches = Reaches::new(Some(Status::Likely), None);
/// Chromium takes what Firefox refuses.
pub(super) const LIKELY_FIREFOX: Reaches = Reaches::new(None, Some(Status::Likely));
pub(super) const POSSIBLE: Reaches = Reaches::new(Some(Status::Possible), Some(Status::Possible));
/// Fits the errors that only Chromium writes.
pub(super) const FITS_CHROMIUM: Reaches = Reaches::new(Some(Status::Possible), None);
/// No form shows it: only who asks the origin as Cloudflare does can tell.
pub(super) const UNSEEN: Reaches = Reaches::new(None, None);

/// What a page embeds that shows its own picture.
pub(super) const LOGO: &[&str] = &["/img/logo.svg"];

pub(super) const NOT_OTHER: &[&str] = &["headers-too-large", "not-520"];

pub(super) const fn wire(cause: &'static str, reaches: Reaches) -> Expect {
    Expect { cause: Some(cause), also: &[], seen: Seen::Wire, reaches: Some(reaches), ruled_out: NOT_OTHER, why: "" }
}

pub(super) const fn also(cause: &'static str, reaches: Reaches, also: &'static [&'static str]) -> Expect {
    Expect { also, ..wire(cause, reaches) }
}

pub(super) const fn inferred(cause: &'static str, reaches: Reaches, also: &'static [&'static str]) -> Expect {
    Expect { also, seen: Seen::Inferred, ..wire(cause, reaches) }
}

/// The direct capture does not show the fault, and was not made often enough to say that there is none: no fault of the wire is ruled
/// out, and nothing is above `possible`.
pub(super) const fn not_reproduced(cause: &'static str, why: &'static str) -> Expect {
    Expect { ruled_out: &["not-520"], why, ..inferred(cause, UNSEEN, &[]) }
}

pub(super) const OTHER_CODE: Expect = Expect {
    cause: Some("not-520"),
    also: &[],
    seen: Seen::OtherCode,
    reaches: Some(CONFIRMED_ANYWHERE),
    ruled_out: &["empty-reply", "headers-too-large"],
    why: "",
};

pub(super) const NOTHING: Expect = Expect { cause: None, also: &[], seen: Seen::Healthy, reaches: None, ruled_out: &[], why: "" };

pub(super) const fn faulty(faults: &'static [(&'static [When], Fault)]) -> origin::Setup {
    origin::Setup { faults, ..HEALTHY }
}

pub(super) const fn by_rules(rules: &'static [(&'static [When], Act)]) -> edge::Setup {
    edge::Setup { rules, ..PLAIN }
}

pub(super) const fn calling(calls: &'static [&'static str]) -> Site {
    Site { calls, ..SHOP }
}

pub(super) const fn seconds(seconds: u64) -> Part {
    Part::Wait(Duration::from_secs(seconds))
}

pub(super) const BLOG: Site = Site {
    host: "blog.example",
    title: "Notes from the Harbour",
    server: "Apache/2.4.66 (Debian)",
    headers: "X-Powered-By: PHP/8.4.11\r\n",
    page_headers: "Set-Cookie: PHPSESSID=q1v8kdu3mn02; path=/\r\n",
    calls: &["GET /api/comments?post=7", "GET /api/orders?page=2", "GET /api/orders?page=2"],
    order: Order::Given,
    embeds: &["/img/logo.svg", "//widgets.example/js/widget.js"],
};

pub(super) const DESK: Site = Site {
    host: "desk.example",
    title: "Service Desk",
    server: "gunicorn",
    headers: "X-Request-Id: 5d1c7e02\r\n",
    page_headers: "",
    calls: &["GET /api/tickets", "GET /api/orders?page=2", "POST /api/tickets 300", "GET /api/orders?page=2"],
    order: Order::Given,
    embeds: &[],
};

pub(super) const ORDERS: When = When::Path("/api/orders");
pub(super) const POSTS: When = When::Method("POST");
pub(super) const JSON: Part = Part::Head("200 OK", "application/json");
pub(super) const SHUT: Fault = Fault::Send(&[], End::Close);
pub(super) const RESET: Fault = Fault::Send(&[], End::Reset);
/// A status line, and nothing else.
pub(super) const BARE: Fault = Fault::Send(&[Part::Text("HTTP/1.1 200 OK\r\n\r\n")], End::Close);
/// A body without a status line or headers.
pub(super) const NO_STATUS: Fault = Fault::Send(&[Part::Text("<!doctype html><p>Notice: undefined index in orders.php</p>\n")], End::Close);
/// More headers than Cloudflare takes, in lines that curl takes.
pub(super) const LARGE: Fault =
    Fault::Send(&[JSON, Part::Long("X-Debug-Queries", 66_000), Part::Long("X-Debug-Views", 66_000), BODY], End::Close);
pub(super) const BODY: Part = Part::Text("Content-Length: 14\r\n\r\n{\"orders\":[]}\n");
/// What an application answers that has taken the number for its own.
pub(super) const OWN_520: Fault = Fault::Send(
    &[Part::Head("520 Unknown Error", "application/json"), Part::Text("Content-Length: 29\r\n\r\n{\"error\":\"unexpected state\"}\n")],
    End::Keep,
);
pub(super) const HTML_400: &str = "<html>\n<head><title>400 No required SSL certificate was sent</title></head>\n<body>\n<h1>400 Bad Request</h1>\n\
                        No required SSL certificate was sent\n</body>\n</html>\n";

/// A connection that is closed without a byte.
pub(crate) const EMPTY: Shows = Shows::Failed("net::ERR_EMPTY_RESPONSE");
pub(super) const RESETS: Shows = Shows::Failed("net::ERR_CONNECTION_RESET");
pub(super) const UNREADABLE: Shows = Shows::Failed("net::ERR_INVALID_HTTP_RESPONSE");
pub(super) const HTTP2_ERROR: Shows = Shows::Failed("net::ERR_HTTP2_PROTOCOL_ERROR");
pub(super) const SHORT: Shows = Shows::Broken("net::ERR_CONTENT_LENGTH_MISMATCH");
pub(super) const UNFINISHED: Shows = Shows::Broken("net::ERR_INCOMPLETE_CHUNKED_ENCODING");

pub(super) const SECURE: edge::Setup =
    edge::Setup { scheme: Scheme::Https, to_origin: ToOrigin::Https(Strictness::Full, Offers::Http1), ..PLAIN };
pub(super) const SECURE_H2: edge::Setup =
    edge::Setup { scheme: Scheme::Https, to_origin: ToOrigin::Https(Strictness::Full, Offers::Http2), ..PLAIN };

pub(super) const CASE: Case = Case {
    name: "",
    about: "",
    origin: HEALTHY,
    edge: PLAIN,
    direct_origin: None,
    at: At::SameHost,
    certificates: Certificates::Any,
    visit: &[Visit::Open("/")],
    direct_visit: None,
    others: &[],
    curl: &["/api/orders?page=2"],
    proxied: Shows::Status(520),
    direct: Shows::Fine,
    firefox: None,
    expect: NOTHING,
};

/// Another code than 520, made by the edge.
pub(super) const fn other_code(name: &'static str, about: &'static str, rules: &'static [(&'static [When], Act)], status: u16) -> Case {
    Case { name, about, edge: by_rules(rules), proxied: Shows::Status(status), expect: OTHER_CODE, ..CASE }
}

/// Nothing is wrong.
pub(super) const fn healthy(name: &'static str, about: &'static str) -> Case {
    Case { name, about, proxied: Shows::Fine, ..CASE }
}
