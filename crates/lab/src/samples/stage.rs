//! The hosts that the samples are about, each at an address of its own, and commands run as in a terminal.

use std::fs;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

use fivetwenty_harness::servers::edge::{self, Act, Edge, Scheme, ToOrigin};
use fivetwenty_harness::servers::origin::{self, End, Exchange, Fault, Origin, Part, Protocol, SETTINGS, TLS, TLS_H2};
use fivetwenty_harness::servers::pages::{EdgeAnswer, Form};
use fivetwenty_harness::servers::site::{SHOP, Site};
use fivetwenty_harness::servers::tls::{self, Certificate, Clients, Offers};
use fivetwenty_harness::servers::when::When;
use xtask::run::{output, run};

/// The names of the hosts, and where they lead.
const HOSTS: &str = "127.0.0.1 localhost web1\n104.16.1.2 shop.example\n104.16.1.3 blog.example\n104.16.1.4 www.shop.example\n\
                     104.16.1.5 desk.example\n104.16.1.6 api.shop.example\n203.0.113.10 origin.shop.example\n";

/// The addresses that the network namespace has. The one that edges ask from is set on the routes.
const ADDRESSES: [&str; 21] = [
    "104.16.1.2",
    "104.16.1.3",
    "104.16.1.4",
    "104.16.1.5",
    "104.16.1.6",
    "172.68.10.21",
    "198.51.100.7",
    "203.0.113.10",
    "203.0.113.11",
    "203.0.113.12",
    "203.0.113.13",
    "203.0.113.14",
    "203.0.113.15",
    "203.0.113.16",
    "203.0.113.20",
    "203.0.113.21",
    "203.0.113.22",
    "203.0.113.23",
    "203.0.113.24",
    "203.0.113.25",
    "203.0.113.44",
];

/// The running servers, and where commands run.
pub(super) struct Stage {
    edges: Vec<Edge>,
    origins: Vec<Origin>,
    full: Option<TcpListener>,
    waiting: Vec<TcpStream>,
    /// The working folder of all commands.
    pub(super) folder: PathBuf,
}

/// What a command wrote, and what servers noted meanwhile.
pub(super) struct Played {
    /// What a terminal shows of its output.
    pub(super) text: String,
    /// Its exit status.
    pub(super) exit: i32,
    /// What the servers were asked, in order, with the address of each.
    pub(super) exchanges: Vec<(Exchange, SocketAddr)>,
}

impl Stage {
    /// Makes the namespaces' addresses and names, and starts edges and origins.
    pub(super) async fn set() -> Result<Self> {
        // Servers write their files' paths into their logs; in this namespace these folders are empty and gone afterwards.
        for over in ["/srv", "/var/www", "/var/log"] {
            fs::create_dir_all(over)?;
            run(Command::new("mount").args(["-t", "tmpfs", "none", over]))?;
        }
        let folder = PathBuf::from("/srv");
        run(Command::new("hostname").arg("web1"))?;
        run(Command::new("ip").args(["link", "set", "lo", "up"]))?;
        for address in ADDRESSES {
            run(Command::new("ip").args(["address", "add", &format!("{address}/32"), "dev", "lo"]))?;
        }
        for (network, source) in [("203.0.113.0/24", "172.68.10.21"), ("104.16.1.0/24", "198.51.100.7")] {
            for address in ADDRESSES.iter().filter(|address| network.starts_with(&address[..8])) {
                run(Command::new("ip").args(["route", "replace", "local", address, "dev", "lo", "src", source, "table", "local"]))?;
            }
        }
        let bind = |name: &str, text: &str, over: &str| -> Result<()> {
            let path = folder.join(name);
            fs::write(&path, text)?;
            run(Command::new("mount").arg("--bind").arg(path).arg(over))
        };
        bind("hosts", HOSTS, "/etc/hosts")?;
        let trusted = fs::read_to_string(CERTIFICATES).unwrap_or_default() + tls::public_issuer()?.as_str();
        bind("certificates", &trusted, CERTIFICATES)?;
        let work = folder.join("shop");
        fs::create_dir_all(&work)?;
        let mut stage = Self { edges: Vec::new(), origins: Vec::new(), full: None, waiting: Vec::new(), folder: work };
        stage.start().await?;
        Ok(stage)
    }

    async fn start(&mut self) -> Result<()> {
        // Whose queue of connections is full does not even refuse one.
        let socket = TcpSocket::new_v4()?;
        socket.bind("203.0.113.44:443".parse()?)?;
        self.full = Some(socket.listen(0)?);
        for _ in 0..2 {
            self.waiting.extend(timeout(Duration::from_millis(200), TcpStream::connect("203.0.113.44:443")).await.ok().transpose()?);
        }
        let https = |certificate, clients| Protocol::Https { certificate, offers: Offers::Http1, clients };
        for (address, protocol, faults) in [
            ("203.0.113.10:80", Protocol::Http, FAULTS),
            ("203.0.113.10:443", TLS, FAULTS),
            ("203.0.113.11:443", TLS_H2, STREAMS),
            ("203.0.113.12:443", https(Certificate::Expired, Clients::Anybody), &[]),
            ("203.0.113.13:443", https(Certificate::OriginCa, Clients::Anybody), &[]),
            ("203.0.113.14:443", https(Certificate::Public, Clients::WithCertificate), &[]),
            ("203.0.113.14:80", TLS, &[]),
            ("203.0.113.16:80", Protocol::Http, FLAKY),
            ("203.0.113.16:443", TLS_H2, HANGUP),
        ] {
            let setup = origin::Setup { site: SHOP, protocol, faults };
            self.origins.push(Origin::start_at(address.parse()?, setup).await?);
        }
        let host = |host| Site { host, ..SHOP };
        let origin = "203.0.113.10:80";
        for (address, setup, origin) in [
            ("104.16.1.2", edge::Setup { form: Form::Negotiated, rules: ERRORS, ..edge::PLAIN }, origin),
            (
                "104.16.1.3",
                edge::Setup { form: Form::Old, rules: ERRORS, cached: host("blog.example"), colos: &["IAD"], ..edge::PLAIN },
                origin,
            ),
            (
                "104.16.1.4",
                edge::Setup {
                    form: Form::Negotiated,
                    cached: host("www.shop.example"),
                    colos: &["FRA", "FRA", "AMS", "FRA", "CDG"],
                    ..edge::PLAIN
                },
                "203.0.113.16:80",
            ),
            ("104.16.1.5", edge::Setup { form: Form::Custom, rules: ERRORS, cached: host("desk.example"), ..edge::PLAIN }, origin),
            (
                "104.16.1.6",
                edge::Setup { form: Form::Structured, rules: ERRORS, cached: host("api.shop.example"), colos: &["LHR"], ..edge::PLAIN },
                origin,
            ),
        ] {
            for (port, scheme) in [(80, Scheme::Http), (443, Scheme::Https)] {
                let setup = edge::Setup { scheme, to_origin: ToOrigin::Http, ..setup };
                self.edges.push(Edge::start_at(format!("{address}:{port}").parse()?, setup, origin.parse()?).await?);
            }
        }
        Ok(())
    }

    /// What the servers were asked since this was called last, in order.
    pub(super) fn take_exchanges(&self) -> Vec<(Exchange, SocketAddr)> {
        let of_edges = self.edges.iter().flat_map(|edge| edge.take_exchanges().into_iter().map(|exchange| (exchange, edge.address())));
        let of_origins =
            self.origins.iter().flat_map(|origin| origin.take_exchanges().into_iter().map(|exchange| (exchange, origin.address())));
        let mut exchanges: Vec<_> = of_edges.chain(of_origins).collect();
        exchanges.sort_by_key(|(exchange, _)| exchange.time);
        exchanges
    }

    /// Runs a line of shell in a terminal.
    pub(super) fn play(&self, line: &str) -> Result<Played> {
        self.take_exchanges();
        let mut command = Command::new("script");
        command.args(["-qfec", &format!("stty cols 160 rows 50; {line}"), "/dev/null"]);
        command.env_clear().env("PATH", std::env::var("PATH")?).env("HOME", &self.folder).env("TERM", "xterm").env("LANG", "C.UTF-8");
        // The terminal's input stays open as long as the command runs: an end of it would be shown.
        let mut child = command.env("SHELL", "/bin/bash").current_dir(&self.folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut written = Vec::new();
        child.stdout.take().context("it has no output")?.read_to_end(&mut written)?;
        let exit = child.wait()?.code().unwrap_or(-1);
        Ok(Played { text: shown(&String::from_utf8_lossy(&written)), exit, exchanges: self.take_exchanges() })
    }

    /// What a line of shell prints, without a terminal.
    pub(super) fn read(&self, line: &str) -> Result<String> {
        output(Command::new("bash").args(["-c", line]).current_dir(&self.folder).env("HOME", &self.folder))
    }
}

const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// What a terminal shows of output: without colours, and with what was written over a line's beginning over it.
fn shown(output: &str) -> String {
    let mut plain = String::with_capacity(output.len());
    let mut chars = output.chars();
    while let Some(char) = chars.next() {
        if char == '\x1b' {
            // A control sequence: `ESC [`, parameters, and a letter.
            if chars.next() == Some('[') {
                chars.by_ref().find(char::is_ascii_alphabetic);
            }
        } else {
            plain.push(char);
        }
    }
    let mut text = String::with_capacity(plain.len());
    for line in plain.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        let mut cells: Vec<char> = Vec::new();
        for part in line.split('\r') {
            for (at, char) in part.chars().enumerate() {
                if at < cells.len() {
                    cells[at] = char;
                } else {
                    cells.push(char);
                }
            }
        }
        text.extend(cells);
        text.push_str(end);
    }
    text
}

const JSON: Part = Part::Head("200 OK", "application/json");
const HTML: Part = Part::Head("200 OK", "text/html");
const BODY: Part = Part::Text("Content-Length: 14\r\n\r\n{\"orders\":[]}\n");
const BEGUN: Part = Part::Text("Content-Length: 4096\r\n\r\nid,item,price\n1,wool blanket,49.00\n");

/// What the origin does wrong, by path.
const FAULTS: &[(&[When], Fault)] = &[
    (&[When::Path("/api/orders")], Fault::Send(&[], End::Close)),
    (&[When::Under("/packages")], Fault::Send(&[], End::Close)),
    (&[When::Path("/api/report")], Fault::Send(&[], End::Reset)),
    (&[When::Path("/api/half")], Fault::Send(&[JSON, Part::Text("Content-Le")], End::Close)),
    (&[When::Path("/export.csv")], Fault::Send(&[Part::Head("200 OK", "text/csv"), BEGUN], End::Close)),
    (&[When::Path("/api/stream")], Fault::Send(&[JSON, BEGUN], End::Reset)),
    (
        &[When::Path("/feed.xml")],
        Fault::Send(&[Part::Head("200 OK", "text/xml"), Part::Text("Transfer-Encoding: chunked\r\n\r\n6\r\n<feed>\r\n")], End::Close),
    ),
    (
        &[When::Path("/chunks")],
        Fault::Send(&[JSON, Part::Text("Transfer-Encoding: chunked\r\n\r\nZZ\r\n{\"orders\":[]}\r\n0\r\n\r\n")], End::Close),
    ),
    (&[When::Path("/legacy.php")], Fault::Send(&[Part::Text("<!doctype html><p>Notice: undefined index</p>\n")], End::Close)),
    (&[When::Path("/no-status")], Fault::Send(&[Part::Text("HTTP/1.1 OK\r\nContent-Type: text/plain\r\n"), BODY], End::Close)),
    (&[When::Path("/bare")], Fault::Send(&[Part::Text("HTTP/1.1 200 OK\r\n\r\n")], End::Close)),
    (&[When::Path("/search")], Fault::Send(&[HTML, Part::Bytes(b"X-Search: a\0b\r\n"), BODY], End::Close)),
    (&[When::Path("/folded")], Fault::Send(&[HTML, Part::Text("X-Search wool\r\n"), BODY], End::Close)),
    (&[When::Path("/two-lengths")], Fault::Send(&[JSON, Part::Text("Content-Length: 20\r\n"), BODY], End::Close)),
    (
        &[When::Path("/account")],
        Fault::Send(&[HTML, Part::Long("X-Debug-Queries", 120_000), Part::Long("X-Debug-Views", 20_000), BODY], End::Close),
    ),
    (
        &[When::Path("/huge")],
        Fault::Send(
            &[HTML, Part::Long("X-A", 90_000), Part::Long("X-B", 90_000), Part::Long("X-C", 90_000), Part::Long("X-D", 90_000), BODY],
            End::Close,
        ),
    ),
    (&[When::Path("/gzip")], Fault::Send(&[JSON, Part::Text("Content-Encoding: gzip\r\n"), BODY], End::Close)),
    (&[When::Path("/slow")], Fault::Send(&[Part::Wait(Duration::from_secs(20))], End::Close)),
    (&[When::Path("/slow-body")], Fault::Send(&[JSON, BEGUN, Part::Wait(Duration::from_secs(20))], End::Close)),
    (&[When::Path("/upload")], Fault::Refuse(&[], End::Reset)),
    (&[When::Path("/alert")], Fault::Send(&[], End::Alert)),
    (
        &[When::Path("/broken")],
        Fault::Send(
            &[Part::Head("500 Internal Server Error", "text/plain"), Part::Text("Content-Length: 22\r\n\r\nInternal Server Error\n")],
            End::Close,
        ),
    ),
    (&[When::Path("/retry"), When::Turn { nth: 3, of: 3 }], Fault::Send(&[JSON, BODY], End::Close)),
    (
        &[When::Path("/retry")],
        Fault::Send(&[Part::Head("503 Service Unavailable", "text/plain"), Part::Text("Content-Length: 5\r\n\r\nbusy\n")], End::Close),
    ),
    (
        &[When::Path("/go")],
        Fault::Send(&[Part::Head("302 Found", "text/plain"), Part::Text("Location: /api/orders\r\nContent-Length: 0\r\n\r\n")], End::Close),
    ),
];

/// The same over HTTP/2.
const STREAMS: &[(&[When], Fault)] = &[
    (&[When::Path("/api/orders")], Fault::ResetStream(1)),
    (&[When::Path("/api/report")], Fault::ResetStream(2)),
    (&[When::Path("/api/stream")], Fault::GoAway(1)),
];

const HANGUP: &[(&[When], Fault)] = &[(&[], Fault::Greet(SETTINGS))];

/// An origin that fails now and then.
const FLAKY: &[(&[When], Fault)] = &[
    (&[When::Path("/api/orders"), When::Turn { nth: 3, of: 7 }], Fault::Send(&[], End::Close)),
    (&[When::Path("/api/orders"), When::Turn { nth: 6, of: 7 }], Fault::Send(&[Part::Wait(Duration::from_millis(900))], End::Reset)),
    (&[When::Path("/api/cart"), When::Turn { nth: 1, of: 2 }], Fault::Send(&[], End::Close)),
    (&[When::Path("/api/slow"), When::Turn { nth: 4, of: 5 }], Fault::Send(&[Part::Wait(Duration::from_secs(9))], End::Close)),
    (&[When::Path("/api/slow"), When::Turn { nth: 2, of: 5 }], Fault::Send(&[Part::Wait(Duration::from_millis(1500))], End::Close)),
];

/// Every error that the edge makes, at the path where Cloudflare shows it to everybody.
const ERRORS: &[(&[When], Act)] = &[
    (&[When::Path("/cdn-cgi/error/500")], Act::Answer(EdgeAnswer::Error(500))),
    (&[When::Path("/cdn-cgi/error/502")], Act::Answer(EdgeAnswer::Error(502))),
    (&[When::Path("/cdn-cgi/error/504")], Act::Answer(EdgeAnswer::Error(504))),
    (&[When::Path("/cdn-cgi/error/520")], Act::Answer(EdgeAnswer::Error(520))),
    (&[When::Path("/cdn-cgi/error/521")], Act::Answer(EdgeAnswer::Error(521))),
    (&[When::Path("/cdn-cgi/error/522")], Act::Answer(EdgeAnswer::Error(522))),
    (&[When::Path("/cdn-cgi/error/523")], Act::Answer(EdgeAnswer::Error(523))),
    (&[When::Path("/cdn-cgi/error/524")], Act::Answer(EdgeAnswer::Error(524))),
    (&[When::Path("/cdn-cgi/error/525")], Act::Answer(EdgeAnswer::Error(525))),
    (&[When::Path("/cdn-cgi/error/526")], Act::Answer(EdgeAnswer::Error(526))),
    (&[When::Path("/cdn-cgi/error/1000")], Act::Answer(EdgeAnswer::Numbered { status: 403, code: 1000 })),
    (&[When::Path("/cdn-cgi/error/1001")], Act::Answer(EdgeAnswer::Numbered { status: 409, code: 1001 })),
    (&[When::Path("/cdn-cgi/error/1015")], Act::Answer(EdgeAnswer::Numbered { status: 429, code: 1015 })),
    (&[When::Path("/cdn-cgi/error/1016")], Act::Answer(EdgeAnswer::Numbered { status: 530, code: 1016 })),
    (&[When::Path("/cdn-cgi/error/1020")], Act::Answer(EdgeAnswer::Numbered { status: 403, code: 1020 })),
    (&[When::Path("/cdn-cgi/error/1033")], Act::Answer(EdgeAnswer::Numbered { status: 530, code: 1033 })),
    (&[When::Path("/cdn-cgi/error/1101")], Act::Answer(EdgeAnswer::Numbered { status: 500, code: 1101 })),
    (&[When::Path("/cdn-cgi/error/1102")], Act::Answer(EdgeAnswer::Numbered { status: 500, code: 1102 })),
];
