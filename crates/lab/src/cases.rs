//! The table of cases: one row each.

use std::time::Duration;

use fivetwenty_harness::servers::edge::{self, Act, Asks, Connections, PLAIN, Speaks};
use fivetwenty_harness::servers::origin::{self, End, Fault, HEALTHY, Listens, Part, TLS, TLS_H2};
use fivetwenty_harness::servers::pages::{Form, Own};
use fivetwenty_harness::servers::site::{Order, Picture, SHOP, Site};
use fivetwenty_harness::servers::tls::{Certificate, Clients, Offers, Strictness};
use fivetwenty_harness::servers::when::When;

use crate::recorders::Certificates;

/// A case: a site that is visited through the edge and direct, what is wrong with it, and what a diagnosis must come to.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The folder's name.
    pub name: &'static str,
    /// What happens, in one sentence.
    pub about: &'static str,
    /// The origin, behind the edge and direct.
    pub origin: origin::Setup,
    /// The edge.
    pub edge: edge::Setup,
    /// What is found on the direct way, where that is not the origin.
    pub direct_origin: Option<origin::Setup>,
    /// Under which name the direct way leads to it.
    pub at: At,
    /// What becomes of untrusted certificates on the direct way.
    pub certificates: Certificates,
    /// What the visitor does, both ways.
    pub visit: &'static [Visit],
    /// The target of the failing request, and further options of curl.
    pub curl: &'static [&'static str],
    /// What the proxied capture must show.
    pub proxied: Shows,
    /// What the direct capture must show.
    pub direct: Shows,
    /// What Firefox shows of it, proxied and direct, where that is not [`Shows::in_firefox`].
    pub firefox: Option<(Shows, Shows)>,
    /// What a diagnosis must come to.
    pub expect: Expect,
}

/// Where the direct way leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The site's own host.
    SameHost,
    /// Another host.
    Host(&'static str),
    /// An address and port.
    Address,
}

/// What a visitor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// Opens a path, and lets the page make its calls if there is one.
    Open(&'static str),
    /// Asks the page to make its last call again, if there is a page.
    Again,
}

/// What at least one entry of a capture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// A whole answer with this status.
    Status(u16),
    /// No answer, and this error of Chromium.
    Failed(&'static str),
    /// An answer that broke off with this error of Chromium.
    Broken(&'static str),
    /// No answer, and not why: all that Firefox says.
    Silent,
    /// A 200 with fewer bytes than its `Content-Length` says, and no error.
    Short,
    /// No entry whose URL holds this.
    Absent(&'static str),
    /// Nothing wrong in any entry.
    Fine,
}

/// What a diagnosis must come to.
#[derive(Clone, Copy, Debug)]
pub struct Expect {
    /// The cause's id; none where nothing is wrong.
    pub cause: Option<&'static str>,
    /// Causes that are the same fault by other names.
    pub also: &'static [&'static str],
    /// Where the fault is seen.
    pub seen: Seen,
    /// How sure one can be of the cause in each form.
    pub reaches: Option<Reaches>,
    /// Causes that the captures contradict.
    pub ruled_out: &'static [&'static str],
}

/// Where a fault is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The fault itself, on the direct side.
    Wire,
    /// Only a pattern.
    Inferred,
    /// There is no fault.
    Healthy,
    /// The error is another than 520.
    OtherCode,
}

/// How sure a diagnosis can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Proven.
    Confirmed,
    /// Seen, or several signs agree.
    Likely,
    /// It fits, as others do.
    Possible,
}

/// How sure one can be of a cause in each form of a recording; not at all where a form does not show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reaches {
    /// Chromium's full export.
    pub full: Option<Status>,
    /// Chromium's sanitised export.
    pub sanitised: Option<Status>,
    /// Firefox's export.
    pub firefox: Option<Status>,
}

impl Case {
    /// What Firefox shows of it, proxied and direct.
    pub fn in_firefox(&self) -> (Shows, Shows) {
        self.firefox.unwrap_or((self.proxied.in_firefox(), self.direct.in_firefox()))
    }
}

impl Shows {
    /// What Firefox shows as a rule where Chromium shows this.
    pub fn in_firefox(self) -> Self {
        match self {
            Self::Failed(_) => Self::Silent,
            Self::Broken(_) => Self::Short,
            other => other,
        }
    }
}

impl Seen {
    /// As `expect.json` has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Inferred => "inferred",
            Self::Healthy => "healthy",
            Self::OtherCode => "other-code",
        }
    }
}

impl Status {
    /// As `expect.json` has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

/// Proven by the errors that only Chromium writes; Firefox shows at least that there was no answer.
const CONFIRMED: Reaches = Reaches::new(Some(Status::Confirmed), Some(Status::Likely));
/// Proven in any form.
const CONFIRMED_ANYWHERE: Reaches = Reaches::new(Some(Status::Confirmed), Some(Status::Confirmed));
const LIKELY: Reaches = Reaches::new(Some(Status::Likely), Some(Status::Likely));
/// Seen by the errors that only Chromium writes.
const LIKELY_CHROMIUM: Reaches = Reaches::new(Some(Status::Likely), None);
/// Chromium takes what Firefox refuses.
const LIKELY_FIREFOX: Reaches = Reaches::new(None, Some(Status::Likely));
const POSSIBLE: Reaches = Reaches::new(Some(Status::Possible), Some(Status::Possible));
/// Fits the errors that only Chromium writes.
const FITS_CHROMIUM: Reaches = Reaches::new(Some(Status::Possible), None);
/// No form shows it: only who asks the origin as Cloudflare does can tell.
const UNSEEN: Reaches = Reaches::new(None, None);

impl Reaches {
    const fn new(chromium: Option<Status>, firefox: Option<Status>) -> Self {
        Self { full: chromium, sanitised: chromium, firefox }
    }
}

const NOT_OTHER: &[&str] = &["headers-too-large", "not-520"];

const fn wire(cause: &'static str, reaches: Reaches) -> Expect {
    Expect { cause: Some(cause), also: &[], seen: Seen::Wire, reaches: Some(reaches), ruled_out: NOT_OTHER }
}

const fn also(cause: &'static str, reaches: Reaches, also: &'static [&'static str]) -> Expect {
    Expect { also, ..wire(cause, reaches) }
}

const fn inferred(cause: &'static str, reaches: Reaches, also: &'static [&'static str]) -> Expect {
    Expect { also, seen: Seen::Inferred, ..wire(cause, reaches) }
}

const OTHER_CODE: Expect = Expect {
    cause: Some("not-520"),
    also: &[],
    seen: Seen::OtherCode,
    reaches: Some(CONFIRMED_ANYWHERE),
    ruled_out: &["empty-reply", "headers-too-large"],
};

const NOTHING: Expect = Expect { cause: None, also: &[], seen: Seen::Healthy, reaches: None, ruled_out: &[] };

const fn faulty(faults: &'static [(&'static [When], Fault)]) -> origin::Setup {
    origin::Setup { faults, ..HEALTHY }
}

const fn by_rules(rules: &'static [(&'static [When], Act)]) -> edge::Setup {
    edge::Setup { rules, ..PLAIN }
}

const fn calling(calls: &'static [&'static str]) -> Site {
    Site { calls, ..SHOP }
}

const fn seconds(seconds: u64) -> Part {
    Part::Wait(Duration::from_secs(seconds))
}

const BLOG: Site = Site {
    host: "blog.example",
    title: "Notes from the Harbour",
    server: "Apache/2.4.66 (Debian)",
    headers: "X-Powered-By: PHP/8.4.11\r\n",
    page_headers: "Set-Cookie: PHPSESSID=q1v8kdu3mn02; path=/\r\n",
    calls: &["GET /api/comments?post=7", "GET /api/orders?page=2", "GET /api/orders?page=2"],
    order: Order::Given,
    picture: Picture::Logo,
    widget: Some("widgets.example"),
};

const DESK: Site = Site {
    host: "desk.example",
    title: "Service Desk",
    server: "gunicorn",
    headers: "X-Request-Id: 5d1c7e02\r\n",
    page_headers: "",
    calls: &["GET /api/tickets", "GET /api/orders?page=2", "POST /api/tickets 300", "GET /api/orders?page=2"],
    order: Order::Given,
    picture: Picture::None,
    widget: None,
};

const ORDERS: When = When::Path("/api/orders");
const POSTS: When = When::Method("POST");
const JSON: Part = Part::Head("200 OK", "application/json");
const SHUT: Fault = Fault::Send(&[], End::Close);
const RESET: Fault = Fault::Send(&[], End::Reset);
const BODY: Part = Part::Text("Content-Length: 14\r\n\r\n{\"orders\":[]}\n");
const HTML_400: &str = "<html>\n<head><title>400 No required SSL certificate was sent</title></head>\n<body>\n<h1>400 Bad Request</h1>\n\
                        No required SSL certificate was sent\n</body>\n</html>\n";

/// A connection that is closed without a byte.
pub const EMPTY: Shows = Shows::Failed("net::ERR_EMPTY_RESPONSE");
const RESETS: Shows = Shows::Failed("net::ERR_CONNECTION_RESET");
const UNREADABLE: Shows = Shows::Failed("net::ERR_INVALID_HTTP_RESPONSE");
const HTTP2_ERROR: Shows = Shows::Failed("net::ERR_HTTP2_PROTOCOL_ERROR");
const SHORT: Shows = Shows::Broken("net::ERR_CONTENT_LENGTH_MISMATCH");
const UNFINISHED: Shows = Shows::Broken("net::ERR_INCOMPLETE_CHUNKED_ENCODING");

const SECURE: edge::Setup = edge::Setup { speaks: Speaks::Https, asks: Asks::Https(Strictness::Full, Offers::Http1), ..PLAIN };
const SECURE_H2: edge::Setup = edge::Setup { speaks: Speaks::Https, asks: Asks::Https(Strictness::Full, Offers::Http2), ..PLAIN };

const CASE: Case = Case {
    name: "",
    about: "",
    origin: HEALTHY,
    edge: PLAIN,
    direct_origin: None,
    at: At::SameHost,
    certificates: Certificates::Any,
    visit: &[Visit::Open("/")],
    curl: &["/api/orders?page=2"],
    proxied: Shows::Status(520),
    direct: Shows::Fine,
    firefox: None,
    expect: NOTHING,
};

/// Another code than 520, made by the edge.
const fn other_code(name: &'static str, about: &'static str, rules: &'static [(&'static [When], Act)], status: u16) -> Case {
    Case { name, about, edge: by_rules(rules), proxied: Shows::Status(status), expect: OTHER_CODE, ..CASE }
}

/// Nothing is wrong.
const fn healthy(name: &'static str, about: &'static str) -> Case {
    Case { name, about, proxied: Shows::Fine, ..CASE }
}

/// All cases.
pub const CASES: &[Case] = &[
    // The origin's connection ends without an answer.
    Case {
        name: "empty-reply",
        about: "The origin reads the request and closes the connection without a byte",
        origin: origin::Setup { site: calling(&["GET /api/cart", "GET /api/orders?page=2"]), faults: &[(&[ORDERS], SHUT)], ..HEALTHY },
        visit: &[Visit::Open("/"), Visit::Again, Visit::Again],
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    Case {
        name: "empty-reply-page",
        about: "A page, not a call of one, gets no byte; the blog loads a script from another customer of Cloudflare",
        origin: origin::Setup { site: BLOG, faults: &[(&[When::Path("/account")], SHUT)], ..HEALTHY },
        edge: edge::Setup { form: Form::Old, ..PLAIN },
        visit: &[Visit::Open("/"), Visit::Open("/account"), Visit::Open("/account")],
        curl: &["/account"],
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    Case {
        name: "empty-reply-post",
        about: "Only what is sent in crashes the application",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "POST /api/orders 200", "POST /api/orders 200"]),
            faults: &[(&[ORDERS, POSTS], SHUT)],
            ..HEALTHY
        },
        curl: &["/api/orders", "-d", "note=x"],
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    Case {
        name: "empty-reply-delayed",
        about: "The worker dies after two seconds of work, without a byte; the edge answers in JSON",
        origin: origin::Setup {
            site: calling(&["GET /api/cart", "GET /api/orders application/json", "GET /api/orders application/json"]),
            faults: &[(&[ORDERS], Fault::Send(&[seconds(2)], End::Close))],
            ..HEALTHY
        },
        edge: edge::Setup { form: Form::Structured, ..PLAIN },
        curl: &["/api/orders", "-H", "Accept: application/json"],
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    Case {
        name: "empty-reply-custom-page",
        about: "The site's owner has put a page of his own in the place of Cloudflare's",
        origin: faulty(&[(&[ORDERS], SHUT)]),
        edge: edge::Setup { form: Form::Custom, ..PLAIN },
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    Case {
        name: "empty-reply-often",
        about: "Two of three requests of one URL crash a worker, the third is answered",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "GET /api/orders", "GET /api/orders", "GET /api/orders"]),
            faults: &[(&[ORDERS, When::Turn { nth: 3, of: 3 }], Fault::Send(&[JSON, BODY], End::Keep)), (&[ORDERS], SHUT)],
            ..HEALTHY
        },
        direct: EMPTY,
        firefox: Some((Shows::Status(520), Shows::Fine)),
        expect: also("empty-reply", LIKELY_CHROMIUM, &["origin-overload"]),
        ..CASE
    },
    Case {
        name: "empty-reply-beside-500",
        about: "One URL crashes the process, another shows the application's own error page",
        origin: origin::Setup {
            site: DESK,
            faults: &[
                (&[ORDERS], SHUT),
                (
                    &[When::Path("/api/tickets"), POSTS],
                    Fault::Send(
                        &[
                            Part::Head("500 Internal Server Error", "text/plain"),
                            Part::Text("Content-Length: 22\r\n\r\nInternal Server Error\n"),
                        ],
                        End::Keep,
                    ),
                ),
            ],
            ..HEALTHY
        },
        direct: EMPTY,
        expect: Expect { ruled_out: &["headers-too-large"], ..also("empty-reply", CONFIRMED, &["origin-error"]) },
        ..CASE
    },
    Case {
        name: "connection-reset",
        about: "The connection is reset before the headers; the edge shows its page of former years",
        origin: faulty(&[(&[ORDERS], RESET)]),
        edge: edge::Setup { form: Form::Old, ..PLAIN },
        direct: RESETS,
        expect: also("connection-reset", CONFIRMED, &["empty-reply"]),
        ..CASE
    },
    Case {
        name: "connection-reset-headers",
        about: "The connection is reset in the middle of the headers",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[JSON, Part::Text("Content-Le")], End::Reset))]),
        direct: RESETS,
        expect: also("connection-reset", CONFIRMED, &["empty-reply"]),
        ..CASE
    },
    Case {
        name: "connection-reset-https",
        about: "The connection is reset after the request, over TLS; the edge answers as plain text",
        origin: origin::Setup { site: DESK, listens: TLS, faults: &[(&[ORDERS], RESET)] },
        edge: edge::Setup { form: Form::Plain, cached: DESK, ..SECURE },
        direct: RESETS,
        expect: also("connection-reset", CONFIRMED, &["empty-reply"]),
        ..CASE
    },
    Case {
        name: "headers-cut",
        about: "The connection is closed in the middle of the headers",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[Part::Text("HTTP/1.1 200 OK\r\nServer: ngi")], End::Close))]),
        direct: Shows::Status(200),
        expect: also("truncated-body", LIKELY_CHROMIUM, &["malformed-response", "missing-headers", "empty-reply"]),
        ..CASE
    },
    // The body is not what its framing says.
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
            listens: TLS,
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
    // The answer is not HTTP.
    Case {
        name: "malformed-no-status",
        about: "The body comes without a status line or headers",
        origin: faulty(&[(
            &[ORDERS],
            Fault::Send(&[Part::Text("<!doctype html><p>Notice: undefined index in orders.php</p>\n")], End::Close),
        )]),
        direct: Shows::Status(200),
        expect: wire("malformed-response", CONFIRMED_ANYWHERE),
        ..CASE
    },
    Case {
        name: "malformed-no-status-https",
        about: "The body comes without a status line or headers, over TLS",
        origin: origin::Setup {
            site: BLOG,
            listens: TLS,
            faults: &[(&[ORDERS], Fault::Send(&[Part::Text("<!doctype html><p>Notice: undefined index in orders.php</p>\n")], End::Close))],
        },
        edge: edge::Setup { cached: BLOG, ..SECURE },
        direct: Shows::Status(200),
        expect: wire("malformed-response", CONFIRMED_ANYWHERE),
        ..CASE
    },
    Case {
        name: "malformed-status-line",
        about: "The status line has no number where one must be, which browsers take for a 200",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[Part::Text("HTTP/1.1 OK\r\nContent-Type: application/json\r\n"), BODY], End::Close))]),
        direct: Shows::Status(200),
        firefox: Some((Shows::Status(520), Shows::Silent)),
        expect: inferred("malformed-response", LIKELY_FIREFOX, &["firewall-blocks-cloudflare", "closed-on-purpose"]),
        ..CASE
    },
    Case {
        name: "malformed-chunk-size",
        about: "The size of a chunk is no number, at an edge that waits for the whole body",
        origin: faulty(&[(
            &[ORDERS],
            Fault::Send(&[JSON, Part::Text("Transfer-Encoding: chunked\r\n\r\nZZ\r\n{\"orders\":[]}\r\n0\r\n\r\n")], End::Close),
        )]),
        edge: by_rules(&[(&[ORDERS], Act::Buffer)]),
        direct: Shows::Broken("net::ERR_INVALID_CHUNKED_ENCODING"),
        firefox: Some((Shows::Status(520), Shows::Silent)),
        expect: wire("malformed-response", LIKELY),
        ..CASE
    },
    Case {
        name: "malformed-chunk-size-streamed",
        about: "The size of a chunk is no number, and the edge has passed the headers on before",
        origin: faulty(&[(
            &[ORDERS],
            Fault::Send(
                &[
                    JSON,
                    Part::Text("Transfer-Encoding: chunked\r\n\r\n13\r\n{\"orders\":[{\"id\":1}\r\n"),
                    Part::Wait(Duration::from_millis(300)),
                    Part::Text("ZZ\r\n]}\r\n0\r\n\r\n"),
                ],
                End::Close,
            ),
        )]),
        proxied: UNFINISHED,
        direct: Shows::Broken("net::ERR_INVALID_CHUNKED_ENCODING"),
        firefox: Some((Shows::Status(200), Shows::Fine)),
        expect: Expect { ruled_out: &["headers-too-large"], ..also("malformed-response", LIKELY_CHROMIUM, &["truncated-body"]) },
        ..CASE
    },
    Case {
        name: "malformed-nul",
        about: "A header holds a NUL byte",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[JSON, Part::Bytes(b"X-Trace: a\0b\r\n"), BODY], End::Close))]),
        direct: UNREADABLE,
        expect: also("malformed-response", CONFIRMED, &["invalid-headers"]),
        ..CASE
    },
    Case {
        name: "missing-headers",
        about: "A status line, and nothing else",
        origin: faulty(&[(&[ORDERS], Fault::Send(&[Part::Text("HTTP/1.1 200 OK\r\n\r\n")], End::Close))]),
        direct: Shows::Status(200),
        expect: wire("missing-headers", CONFIRMED_ANYWHERE),
        ..CASE
    },
    Case {
        name: "missing-headers-page",
        about: "A page without headers or a body",
        origin: origin::Setup {
            site: BLOG,
            faults: &[(&[When::Path("/account")], Fault::Send(&[Part::Text("HTTP/1.1 200 OK\r\n\r\n")], End::Close))],
            ..HEALTHY
        },
        visit: &[Visit::Open("/"), Visit::Open("/account"), Visit::Open("/account")],
        curl: &["/account"],
        direct: Shows::Status(200),
        expect: wire("missing-headers", CONFIRMED_ANYWHERE),
        ..CASE
    },
    // Headers that are too large.
    Case {
        name: "headers-132k-cookies",
        about: "33 cookies of 4000 bytes each are set at once",
        origin: origin::Setup {
            site: calling(&["GET /api/cart", "GET /api/orders?page=2"]),
            faults: &[(&[ORDERS], Fault::Send(&[JSON, Part::Cookies(33, 4000), BODY], End::Close))],
            ..HEALTHY
        },
        direct: Shows::Status(200),
        expect: Expect { ruled_out: &["empty-reply", "not-520"], ..wire("headers-too-large", CONFIRMED_ANYWHERE) },
        ..CASE
    },
    Case {
        name: "headers-132k-debug",
        about: "One header of 132,000 bytes",
        origin: origin::Setup {
            site: Site { calls: &["GET /api/tickets", "GET /api/orders?page=2"], ..DESK },
            faults: &[(&[ORDERS], Fault::Send(&[JSON, Part::Long("X-Debug-Queries", 132_000), BODY], End::Close))],
            ..HEALTHY
        },
        direct: Shows::Status(200),
        expect: Expect { ruled_out: &["empty-reply", "not-520"], ..wire("headers-too-large", CONFIRMED_ANYWHERE) },
        ..CASE
    },
    Case {
        name: "headers-270k",
        about: "270,000 bytes of headers, which Chromium does not take either",
        origin: origin::Setup {
            site: calling(&["GET /api/cart", "GET /api/orders?page=2"]),
            faults: &[(
                &[ORDERS],
                Fault::Send(
                    &[
                        JSON,
                        Part::Long("X-Debug-Queries", 90_000),
                        Part::Long("X-Debug-Views", 90_000),
                        Part::Long("X-Debug-Cache", 90_000),
                        BODY,
                    ],
                    End::Close,
                ),
            )],
            ..HEALTHY
        },
        direct: Shows::Failed("net::ERR_RESPONSE_HEADERS_TOO_BIG"),
        firefox: Some((Shows::Status(520), Shows::Status(200))),
        expect: Expect { ruled_out: &["empty-reply", "not-520"], ..wire("headers-too-large", CONFIRMED_ANYWHERE) },
        ..CASE
    },
    Case {
        origin: origin::Setup {
            site: Site { calls: &["GET /api/tickets", "GET /api/orders?page=2"], ..DESK },
            faults: &[(&[ORDERS, When::Direct], Fault::Send(&[JSON, Part::Long("X-Debug-Queries", 127_000), BODY], End::Keep))],
            ..HEALTHY
        },
        ..healthy(
            "healthy-headers-127k",
            "Whoever does not come through Cloudflare is shown 127,000 bytes of headers, which an edge would still take",
        )
    },
    Case {
        origin: origin::Setup {
            site: calling(&["GET /api/orders?page=2"]),
            faults: &[(&[ORDERS], Fault::Send(&[JSON, Part::Cookies(5, 2000), BODY], End::Keep))],
            ..HEALTHY
        },
        ..healthy("healthy-headers-10k", "10,000 bytes of cookies")
    },
    // What is too much in a request.
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
    // Headers that break the grammar.
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
    // HTTP/2 to the origin.
    Case {
        name: "http2-reset",
        about: "Over HTTP/2 the origin resets the stream; over HTTP/1.1 it answers",
        origin: origin::Setup { site: DESK, listens: TLS_H2, faults: &[(&[ORDERS, When::Http2], Fault::ResetStream(1))] },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        direct: HTTP2_ERROR,
        expect: wire("http2-origin", LIKELY_CHROMIUM),
        ..CASE
    },
    Case {
        name: "http2-goaway",
        about: "Over HTTP/2 the origin ends the connection with GOAWAY and an error",
        origin: origin::Setup { site: DESK, listens: TLS_H2, faults: &[(&[ORDERS, When::Http2], Fault::GoAway(1))] },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        direct: Shows::Failed("net::ERR_CONNECTION_CLOSED"),
        expect: also("http2-origin", LIKELY_CHROMIUM, &["empty-reply"]),
        ..CASE
    },
    Case {
        name: "http2-hangup",
        about: "The origin offers HTTP/2 and hangs up as soon as it is spoken",
        origin: origin::Setup { site: DESK, listens: TLS_H2, faults: &[(&[When::Http2], Fault::Hangup)] },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        curl: &["/"],
        direct: Shows::Failed("net::ERR_CONNECTION_CLOSED"),
        expect: also("http2-origin", FITS_CHROMIUM, &["empty-reply", "tls-abort"]),
        ..CASE
    },
    Case {
        name: "http2-fine-without",
        about: "HTTP/2 to the origin breaks; the direct capture was made over HTTP/1.1, where nothing is wrong",
        origin: origin::Setup { site: DESK, listens: TLS_H2, faults: &[(&[ORDERS, When::Http2], Fault::ResetStream(1))] },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        direct_origin: Some(origin::Setup { site: DESK, listens: TLS, faults: &[] }),
        expect: inferred("http2-origin", POSSIBLE, &["firewall-blocks-cloudflare", "closed-on-purpose"]),
        ..CASE
    },
    // TLS to the origin.
    Case {
        name: "tls-close",
        about: "The handshake is completed, then the connection is closed without a byte",
        origin: origin::Setup { site: BLOG, listens: TLS, faults: &[(&[ORDERS], SHUT)] },
        edge: edge::Setup { cached: BLOG, ..SECURE },
        direct: EMPTY,
        expect: also("empty-reply", CONFIRMED, &["tls-abort"]),
        ..CASE
    },
    Case {
        name: "tls-alert",
        about: "The handshake is completed, then a fatal alert answers the request",
        origin: origin::Setup { site: BLOG, listens: TLS, faults: &[(&[ORDERS], Fault::Send(&[], End::Alert))] },
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
            listens: TLS,
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
            listens: Listens::Https { certificate: Certificate::Public, offers: Offers::Http1, clients: Clients::WithCertificate },
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
            listens: TLS,
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
            listens: TLS,
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
    // Time and load.
    Case {
        name: "timeout-30s",
        about: "The worker is killed after 30 seconds, and the connection closed",
        origin: origin::Setup {
            site: Site { calls: &["GET /api/tickets", "GET /api/orders & GET /api/orders?page=2"], ..DESK },
            faults: &[(&[ORDERS], Fault::Send(&[seconds(30)], End::Close))],
            ..HEALTHY
        },
        direct: EMPTY,
        expect: also("origin-timeout", LIKELY, &["empty-reply"]),
        ..CASE
    },
    Case {
        name: "timeout-60s",
        about: "The proxy in front of the application closes after 60 seconds",
        origin: origin::Setup {
            site: Site { calls: &["GET /api/cart", "POST /api/orders 60 & POST /api/orders?page=2 60"], ..SHOP },
            faults: &[(&[ORDERS], Fault::Send(&[seconds(60)], End::Reset))],
            ..HEALTHY
        },
        direct: RESETS,
        expect: also("origin-timeout", LIKELY, &["connection-reset", "empty-reply"]),
        ..CASE
    },
    Case {
        name: "overload",
        about: "The same URL is answered ever more slowly, then with 503, then not at all",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "GET /api/orders", "GET /api/orders", "GET /api/orders", "GET /api/orders"]),
            faults: &[
                (
                    &[ORDERS, When::Turn { nth: 3, of: 5 }],
                    Fault::Send(
                        &[
                            seconds(2),
                            Part::Head("503 Service Unavailable", "text/plain"),
                            Part::Text("Retry-After: 5\r\nContent-Length: 5\r\n\r\nbusy\n"),
                        ],
                        End::Keep,
                    ),
                ),
                (&[ORDERS, When::Turn { nth: 4, of: 5 }], Fault::Send(&[seconds(3)], End::Close)),
                (&[ORDERS], Fault::Slow(Duration::from_millis(500))),
            ],
            ..HEALTHY
        },
        direct: Shows::Status(503),
        expect: Expect { ruled_out: &["headers-too-large"], ..also("origin-overload", LIKELY, &["empty-reply"]) },
        ..CASE
    },
    Case {
        name: "overload-only-proxied",
        about: "A share of the requests fails under the load that comes through Cloudflare; the direct capture was made in a quiet hour",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "GET /api/orders", "GET /api/orders", "GET /api/orders"]),
            faults: &[
                (&[ORDERS, When::Cloudflare, When::Turn { nth: 2, of: 4 }], Fault::Send(&[seconds(2)], End::Close)),
                (
                    &[ORDERS, When::Cloudflare, When::Turn { nth: 4, of: 4 }],
                    Fault::Send(
                        &[seconds(3), Part::Head("503 Service Unavailable", "text/plain"), Part::Text("Content-Length: 5\r\n\r\nbusy\n")],
                        End::Keep,
                    ),
                ),
                (&[ORDERS, When::Cloudflare], Fault::Slow(Duration::from_millis(500))),
            ],
            ..HEALTHY
        },
        expect: Expect { ruled_out: &["headers-too-large"], ..inferred("origin-overload", LIKELY, &["firewall-blocks-cloudflare"]) },
        ..CASE
    },
    Case {
        name: "proxy-in-front",
        about: "A proxy in front of the application gets broken answers: 502 of its own, and answers without a byte",
        origin: origin::Setup {
            site: Site {
                server: "nginx/1.28.0",
                headers: "Via: 1.1 varnish (Varnish/7.1)\r\nX-Varnish: 32770\r\n",
                calls: &["GET /api/tickets", "GET /api/orders", "GET /api/orders", "GET /api/orders"],
                ..DESK
            },
            faults: &[
                (
                    &[ORDERS, When::Turn { nth: 2, of: 3 }],
                    Fault::Send(
                        &[
                            Part::Head("502 Bad Gateway", "text/html"),
                            Part::Text("Content-Length: 46\r\n\r\n<html><body><h1>502 Bad Gateway</h1></body>\r\n\r\n"),
                        ],
                        End::Close,
                    ),
                ),
                (&[ORDERS], SHUT),
            ],
            ..HEALTHY
        },
        direct: Shows::Status(502),
        expect: Expect { ruled_out: &["headers-too-large"], ..also("proxy-misconfiguration", LIKELY, &["empty-reply", "origin-overload"]) },
        ..CASE
    },
    Case {
        name: "idle-reuse",
        about: "The origin closes a connection that was idle for half a second just as it is used again; what is posted is not repeated",
        origin: origin::Setup {
            site: calling(&[
                "GET /api/cart",
                "PAUSE 900",
                "POST /api/orders 120",
                "PAUSE 200",
                "GET /api/cart",
                "PAUSE 900",
                "POST /api/orders 120",
            ]),
            faults: &[(&[When::Idle(Duration::from_millis(500))], SHUT)],
            ..HEALTHY
        },
        edge: edge::Setup { connections: Connections::Kept, ..PLAIN },
        curl: &["/api/orders", "-d", "note=x"],
        expect: inferred("idle-connection-reuse", POSSIBLE, &[]),
        ..CASE
    },
    // Somebody does not want the request.
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
    // Between Cloudflare and the origin.
    Case {
        name: "firewall-all",
        about: "A firewall resets every connection that comes from Cloudflare",
        origin: origin::Setup { site: BLOG, faults: &[(&[When::Cloudflare], RESET)], ..HEALTHY },
        visit: &[Visit::Open("/"), Visit::Open("/account"), Visit::Open("/")],
        curl: &["/account"],
        expect: inferred("firewall-blocks-cloudflare", POSSIBLE, &["closed-on-purpose"]),
        ..CASE
    },
    Case {
        name: "firewall-share",
        about: "A rate limit resets every second connection that comes from Cloudflare",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "GET /api/orders", "GET /api/orders", "GET /api/orders"]),
            faults: &[(&[When::Cloudflare, When::Under("/api/"), When::Turn { nth: 2, of: 2 }], RESET)],
            ..HEALTHY
        },
        expect: inferred("firewall-blocks-cloudflare", POSSIBLE, &["origin-overload"]),
        ..CASE
    },
    Case {
        name: "firewall-520-522",
        about: "Connections from Cloudflare are partly reset (520) and partly dropped (522)",
        origin: origin::Setup {
            site: calling(&["GET /api/orders?page=1", "GET /api/orders?page=2 & GET /api/orders?page=3", "GET /api/orders?page=4"]),
            faults: &[(&[When::Cloudflare, ORDERS, When::Turn { nth: 2, of: 2 }], RESET)],
            ..HEALTHY
        },
        edge: by_rules(&[(&[ORDERS, When::Turn { nth: 3, of: 4 }], Act::Dropped)]),
        expect: Expect { ruled_out: &["headers-too-large"], ..inferred("firewall-blocks-cloudflare", POSSIBLE, &["origin-overload"]) },
        ..CASE
    },
    Case {
        name: "wrong-origin",
        about: "The DNS record leads to another server, whose default site is found direct; what still works comes from Cloudflare's cache",
        origin: faulty(&[(&[When::Cloudflare], SHUT)]),
        edge: by_rules(&[
            (&[When::Path("/")], Act::Cached("HIT")),
            (&[When::Under("/js")], Act::Cached("HIT")),
            (&[When::Under("/css")], Act::Cached("HIT")),
        ]),
        direct_origin: Some(origin::Setup {
            site: Site { title: "Welcome to your new server", server: "Apache/2.4.66 (Ubuntu)", page_headers: "", calls: &[], ..SHOP },
            listens: Listens::Http,
            faults: &[(
                &[When::Under("/api/")],
                Fault::Send(&[Part::Head("404 Not Found", "text/html"), Part::Text("Content-Length: 10\r\n\r\nNot Found\n")], End::Keep),
            )],
        }),
        expect: Expect {
            ruled_out: &["not-520"],
            ..inferred("wrong-origin", POSSIBLE, &["firewall-blocks-cloudflare", "closed-on-purpose"])
        },
        ..CASE
    },
    Case {
        name: "regional",
        about: "The same URL fails through one data centre and is answered through the other",
        origin: origin::Setup {
            site: calling(&["GET /api/orders", "GET /api/orders", "GET /api/orders", "GET /api/orders"]),
            faults: &[(&[ORDERS, When::Colo("AMS")], RESET)],
            ..HEALTHY
        },
        edge: edge::Setup { colos: &["FRA", "AMS"], ..PLAIN },
        expect: inferred("edge-regional", POSSIBLE, &["firewall-blocks-cloudflare"]),
        ..CASE
    },
    Case {
        name: "empty-reply-many-colos",
        about: "The origin gives no byte, through whatever data centre it is asked",
        origin: origin::Setup {
            site: calling(&["GET /api/cart", "GET /api/orders", "GET /api/orders", "GET /api/orders"]),
            faults: &[(&[ORDERS], SHUT)],
            ..HEALTHY
        },
        edge: edge::Setup { colos: &["FRA", "AMS", "LHR"], ..PLAIN },
        direct: EMPTY,
        expect: Expect { ruled_out: &["headers-too-large", "not-520", "edge-regional"], ..wire("empty-reply", CONFIRMED) },
        ..CASE
    },
    Case {
        name: "worker-relabels",
        about: "A Worker turns the application's own 500 into a 520 and keeps its body",
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
        edge: by_rules(&[(&[When::Under("/api/")], Act::Relabel)]),
        direct: Shows::Status(500),
        expect: Expect {
            ruled_out: &["headers-too-large", "empty-reply"],
            ..also("worker-or-transform", LIKELY, &["not-520", "origin-error"])
        },
        ..CASE
    },
    Case {
        name: "worker-rewrites",
        about: "A Worker puts an error of its own in the place of a good answer, and relabels it as 520",
        origin: HEALTHY,
        edge: by_rules(&[(&[ORDERS], Act::Rewrite("{\"error\":\"upstream schema mismatch\"}\n"))]),
        expect: Expect { ruled_out: &["headers-too-large", "empty-reply"], ..inferred("worker-or-transform", LIKELY, &["not-520"]) },
        ..CASE
    },
    Case {
        name: "cache-hit-or-miss",
        about: "What comes from the cache is good, what must be fetched fails; direct it works",
        origin: faulty(&[(&[When::Cloudflare, When::Under("/api/orders")], RESET)]),
        edge: by_rules(&[(&[When::Path("/api/orders"), When::Turn { nth: 1, of: 2 }], Act::Cached("HIT"))]),
        expect: inferred("cache-rule", POSSIBLE, &["firewall-blocks-cloudflare", "origin-overload"]),
        ..CASE
    },
    Case {
        name: "cache-stale",
        about: "The page is stale because the origin could not be reached, and calls get no byte; direct neither",
        origin: faulty(&[(&[When::Under("/api/")], SHUT)]),
        edge: by_rules(&[(&[When::Path("/")], Act::Cached("STALE"))]),
        direct: EMPTY,
        expect: wire("empty-reply", CONFIRMED),
        ..CASE
    },
    // The direct side says little.
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
            listens: Listens::Https { certificate: Certificate::OriginCa, offers: Offers::Http1, clients: Clients::Anybody },
            faults: &[(&[ORDERS], SHUT)],
        },
        edge: edge::Setup { cached: DESK, asks: Asks::Https(Strictness::Strict, Offers::Http1), ..SECURE },
        certificates: Certificates::Trusted,
        direct: Shows::Failed("net::ERR_CERT_AUTHORITY_INVALID"),
        expect: Expect {
            ruled_out: &["not-520"],
            ..inferred("empty-reply", UNSEEN, &["connection-reset", "origin-overload", "firewall-blocks-cloudflare"])
        },
        ..CASE
    },
    // Another code than 520.
    other_code("code-500", "The edge fails by itself", &[(&[ORDERS], Act::Answer(Own::Error(500)))], 500),
    other_code("code-502", "The edge makes a 502", &[(&[ORDERS], Act::Answer(Own::Error(502)))], 502),
    other_code("code-504", "The edge makes a 504, as plain text", &[(&[ORDERS], Act::Answer(Own::Error(504)))], 504),
    Case {
        edge: edge::Setup { form: Form::Structured, ..by_rules(&[(&[ORDERS], Act::Answer(Own::Error(521)))]) },
        ..other_code("code-521", "The origin refuses the connection", &[], 521)
    },
    other_code("code-522", "The edge's packets are dropped for 19 seconds", &[(&[ORDERS], Act::Dropped)], 522),
    Case {
        edge: edge::Setup { form: Form::Old, ..by_rules(&[(&[ORDERS], Act::Answer(Own::Error(523)))]) },
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
            listens: Listens::Https { certificate: Certificate::Expired, offers: Offers::Http1, clients: Clients::Anybody },
            ..HEALTHY
        },
        edge: edge::Setup { cached: DESK, asks: Asks::Https(Strictness::Strict, Offers::Http1), ..SECURE },
        certificates: Certificates::Trusted,
        direct: Shows::Failed("net::ERR_CERT_AUTHORITY_INVALID"),
        ..other_code("code-526", "The origin's certificate has ended, and the SSL mode is strict", &[], 526)
    },
    other_code(
        "code-530-1016",
        "The origin's name cannot be resolved",
        &[(&[When::Under("/api/")], Act::Answer(Own::Numbered { status: 530, code: 1016 }))],
        530,
    ),
    other_code(
        "code-530-1033",
        "The tunnel is not running",
        &[(&[When::Under("/api/")], Act::Answer(Own::Numbered { status: 530, code: 1033 }))],
        530,
    ),
    other_code("code-1101", "A Worker throws", &[(&[ORDERS], Act::Answer(Own::Numbered { status: 500, code: 1101 }))], 500),
    other_code(
        "code-1015",
        "A rate limit of the zone refuses calls",
        &[(&[ORDERS], Act::Answer(Own::Numbered { status: 429, code: 1015 }))],
        429,
    ),
    other_code(
        "code-1020",
        "A rule of the zone refuses calls",
        &[(&[ORDERS], Act::Answer(Own::Numbered { status: 403, code: 1020 }))],
        403,
    ),
    other_code("code-challenge", "The zone challenges calls of scripts", &[(&[ORDERS], Act::Answer(Own::Challenge(403)))], 403),
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
        origin: faulty(&[(
            &[ORDERS],
            Fault::Send(
                &[
                    Part::Head("520 Unknown Error", "application/json"),
                    Part::Text("Content-Length: 28\r\n\r\n{\"error\":\"unexpected state\"}\n"),
                ],
                End::Keep,
            ),
        )]),
        direct: Shows::Status(520),
        ..other_code("code-520-origin", "The application itself answers with the number 520", &[], 520)
    },
    // Nothing is wrong.
    Case {
        origin: origin::Setup { site: Site { picture: Picture::Logo, ..SHOP }, ..HEALTHY },
        ..healthy("healthy-shop", "A healthy shop")
    },
    Case {
        origin: origin::Setup { site: BLOG, ..HEALTHY },
        ..healthy("healthy-blog", "A healthy blog with a script of another customer of Cloudflare")
    },
    Case { origin: origin::Setup { site: DESK, ..HEALTHY }, ..healthy("healthy-desk", "A healthy desk that takes a POST") },
    Case { visit: &[Visit::Open("/old")], curl: &["/old", "-L"], ..healthy("healthy-redirect", "An old address leads to the page") },
    Case {
        origin: origin::Setup {
            site: Site {
                order: Order::Shuffled,
                calls: &["GET /api/cart", "GET /api/orders", "GET /api/prices", "GET /api/stock"],
                ..SHOP
            },
            ..HEALTHY
        },
        ..healthy("healthy-shuffled", "A page that makes its calls in another order at every visit")
    },
    Case {
        origin: origin::Setup {
            site: calling(&["GET /api/cart?_=NOW", "GET /api/orders?page=2&_=NOW", "GET /api/orders?page=2&_=NOW"]),
            ..HEALTHY
        },
        ..healthy("healthy-busting", "Calls with a parameter that never repeats")
    },
    Case { visit: &[Visit::Open("/"), Visit::Again, Visit::Again], ..healthy("healthy-retries", "A visitor who asks again and again") },
    Case { at: At::Address, ..healthy("healthy-address", "The direct capture asks an address and port") },
    Case { at: At::Host("staging.shop.example"), ..healthy("healthy-staging", "The direct capture asks a staging host") },
    Case {
        origin: origin::Setup { site: DESK, listens: TLS_H2, ..HEALTHY },
        edge: edge::Setup { cached: DESK, ..SECURE_H2 },
        ..healthy("healthy-http2", "HTTP/2 everywhere")
    },
    Case {
        origin: origin::Setup { site: Site { picture: Picture::Logo, ..SHOP }, ..HEALTHY },
        edge: by_rules(&[
            (&[When::Under("/css")], Act::Cached("HIT")),
            (&[When::Under("/js")], Act::Cached("REVALIDATED")),
            (&[When::Under("/img")], Act::Cached("UPDATING")),
        ]),
        ..healthy("healthy-cached", "Files from Cloudflare's cache")
    },
    Case {
        origin: origin::Setup { site: BLOG, listens: TLS, ..HEALTHY },
        edge: edge::Setup { cached: BLOG, colos: &["IAD", "CDG"], ..SECURE },
        visit: &[Visit::Open("/"), Visit::Open("/account")],
        ..healthy("healthy-two-pages", "Two pages over TLS, through two data centres")
    },
];
