//! One entry, field by field in the order in which Chrome's developer tools write them.

use fastrand::Rng;
use serde::Serialize;
use time::UtcDateTime;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;

use crate::body::{Bodies, Kind};
use crate::{Content, Recipe, Side};

/// When the capture began: 2026-11-21T04:00:00Z, in Unix milliseconds.
const BEGAN_MS: i64 = 1_795_233_600_000;

const HTTP_DATE: StaticFormatDescription =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

pub(crate) const CREATOR: Creator = Creator { name: "WebInspector", version: "537.36" };

#[derive(Serialize)]
pub(crate) struct Creator {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page {
    started_date_time: String,
    id: &'static str,
    title: &'static str,
    #[serde(rename = "pageTimings")]
    loaded: PageTimings,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageTimings {
    on_content_load: f64,
    on_load: f64,
}

/// `{}`
#[derive(Serialize)]
pub(crate) struct Empty {}

/// `{"request":{"url":"https://shop.example/7"}}`
#[derive(Serialize)]
pub(crate) struct Tiny {
    request: Address,
}

#[derive(Serialize)]
struct Address {
    url: String,
}

impl Tiny {
    pub(crate) fn new(number: u32) -> Self {
        Self { request: Address { url: format!("https://shop.example/{number}") } }
    }
}

pub(crate) fn pages() -> Vec<Page> {
    let loaded = PageTimings { on_content_load: 1_136.794_999_998_528_5, on_load: 2_414.098_999_997_805 };
    vec![Page { started_date_time: started(BEGAN_MS), id: "page_1", title: "https://shop.example/", loaded }]
}

#[derive(Serialize)]
pub(crate) struct Entry<'a> {
    #[serde(rename = "_initiator")]
    initiator: Initiator,
    #[serde(rename = "_priority")]
    priority: &'static str,
    #[serde(rename = "_resourceType")]
    resource_type: &'static str,
    cache: Nothing,
    connection: String,
    pageref: &'static str,
    request: Request,
    response: Response<'a>,
    #[serde(rename = "serverIPAddress")]
    server_ip: &'static str,
    #[serde(rename = "startedDateTime")]
    started: String,
    time: f64,
    timings: Timings,
}

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct Initiator {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stack: Option<Stack>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stack {
    call_frames: Vec<CallFrame>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallFrame {
    function_name: String,
    script_id: &'static str,
    url: &'static str,
    line_number: u16,
    column_number: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: &'static str,
    url: String,
    http_version: &'static str,
    headers: Vec<Pair>,
    query_string: Vec<Pair>,
    cookies: Vec<Cookie>,
    headers_size: i64,
    body_size: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    status: u16,
    status_text: &'static str,
    http_version: &'static str,
    headers: Vec<Pair>,
    cookies: Vec<Cookie>,
    content: Body<'a>,
    #[serde(rename = "redirectURL")]
    redirect_url: &'static str,
    headers_size: i64,
    body_size: i64,
    #[serde(rename = "_transferSize")]
    transfer_size: u64,
    #[serde(rename = "_error")]
    error: Option<()>,
}

#[derive(Serialize)]
struct Pair {
    name: &'static str,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cookie {
    name: &'static str,
    value: String,
    path: &'static str,
    domain: &'static str,
    expires: &'static str,
    http_only: bool,
    secure: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    size: u64,
    mime_type: &'static str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
}

#[derive(Serialize)]
struct Timings {
    blocked: f64,
    dns: f64,
    ssl: f64,
    connect: f64,
    send: f64,
    wait: f64,
    receive: f64,
    #[serde(rename = "_blocked_queueing")]
    queueing: f64,
}

/// An entry of a file, by its number.
pub(crate) fn entry<'a>(recipe: &Recipe, bodies: &'a Bodies, number: u32) -> Entry<'a> {
    // Both sides ask the same, so only what is answered may depend on the side.
    let rng = &mut Rng::with_seed(u64::from(number));
    let started_ms = BEGAN_MS + i64::from(number) * 20;
    let body = bodies.body(rng, length(recipe.body, number));
    let full = recipe.content != Content::Small;
    let fails = recipe.side == Side::Proxied && number % 97 == 41 && body.kind != Kind::Image;
    let visit = Visit { side: recipe.side, number, started_ms, kind: body.kind, length: body.text.len() as u64, full, fails };
    let time = rng.f64() * 300.0;
    Entry {
        initiator: visit.initiator(rng),
        priority: "High",
        resource_type: body.kind.resource_type(),
        cache: Nothing {},
        connection: (1000 + number / 40).to_string(),
        pageref: "page_1",
        request: visit.request(rng),
        response: visit.response(rng, if fails { ERROR_PAGE } else { body.text }),
        server_ip: match recipe.side {
            Side::Proxied => "104.18.22.65",
            Side::Direct => "203.0.113.7",
        },
        started: started(started_ms),
        time,
        timings: Timings {
            blocked: rng.f64() * 3.0,
            dns: -1.0,
            ssl: -1.0,
            connect: -1.0,
            send: rng.f64() * 0.3,
            wait: time * 0.9,
            receive: time * 0.1,
            queueing: rng.f64() * 2.0,
        },
    }
}

/// Lengths of bodies, in twentieths of the average; they go round, so that a few entries tell the size of many.
const LENGTHS: [u32; 8] = [1, 2, 6, 12, 20, 30, 40, 49];

fn length(average: u32, number: u32) -> usize {
    // Three is no divisor of eight, so all lengths have their turn at every kind of entry.
    let length = u64::from(average) * u64::from(LENGTHS[(number * 3 % 8) as usize]) / 20;
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// To the millisecond, as browsers write it.
fn started(unix_ms: i64) -> String {
    written(unix_ms, format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z"))
}

fn written(unix_ms: i64, form: StaticFormatDescription) -> String {
    let moment = UtcDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000).unwrap_or(UtcDateTime::UNIX_EPOCH);
    // No form has a part that a moment lacks.
    moment.format(form).unwrap_or_default()
}

/// What Cloudflare answers to programs that take no HTML.
const ERROR_PAGE: &str = "error code: 520\n";

const STACK: [&str; 2] = [
    "https://shop.example/_app/immutable/chunks/vendor.8f2c1d0a47be96c3.js?build=2026-11-20T18%3A04%3A51Z&target=es2022&locale=de-DE",
    "https://shop.example/_app/immutable/entry/start.5be0d1c94a7f3286.js?build=2026-11-20T18%3A04%3A51Z",
];

/// What the parts of an entry have to agree on.
struct Visit {
    side: Side,
    number: u32,
    started_ms: i64,
    kind: Kind,
    length: u64,
    /// With all that a browser sends and a large site answers.
    full: bool,
    fails: bool,
}

impl Visit {
    fn initiator(&self, rng: &mut Rng) -> Initiator {
        if !self.full || rng.bool() {
            return Initiator { kind: if self.full { "parser" } else { "other" }, stack: None };
        }
        let frame = |_| CallFrame {
            function_name: ["", "render", "t.update", "async*load", "Object.dispatch"][rng.usize(..5)].to_owned(),
            script_id: "27",
            url: STACK[usize::from(rng.u8(..4) == 0)],
            line_number: rng.u16(1..4000),
            column_number: rng.u32(1..90_000),
        };
        Initiator { kind: "script", stack: Some(Stack { call_frames: (0..24).map(frame).collect() }) }
    }

    fn request(&self, rng: &mut Rng) -> Request {
        let path = format!("/{}/{}{}", self.kind.resource_type(), self.number, self.kind.extension());
        let asks = self.kind == Kind::Json;
        let (version, method) = (self.http_version(), if asks && rng.u8(..4) == 0 { "POST" } else { "GET" });
        let query = vec![
            pair("v", "2026.11.20"),
            pair("locale", "de-DE"),
            pair("cursor", format!("{:016x}", rng.u64(..))),
            pair("sort", "price asc"),
        ];
        let query_string = if asks && self.full { query } else { Vec::new() };
        let query: Vec<String> = query_string.iter().map(|pair| format!("{}={}", pair.name, pair.value.replace(' ', "%20"))).collect();
        let target = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
        let mut headers = Vec::new();
        if self.side == Side::Proxied {
            for (name, value) in [(":authority", "shop.example"), (":method", method), (":path", &target), (":scheme", "https")] {
                headers.push(pair(name, value));
            }
        } else {
            headers.extend([pair("Host", "shop.example"), pair("Connection", "keep-alive")]);
        }
        headers.extend([pair("accept", "*/*"), pair("user-agent", AGENT)]);
        let mut cookies = Vec::new();
        if self.full {
            for (name, value) in [
                ("accept-encoding", "gzip, deflate, br, zstd"),
                ("accept-language", "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7"),
                ("cache-control", "no-cache"),
                ("pragma", "no-cache"),
                ("priority", "u=1, i"),
                ("referer", "https://shop.example/category/shoes?page=2"),
                ("sec-ch-ua", "\"Chromium\";v=\"156\", \"Not=A?Brand\";v=\"24\""),
                ("sec-ch-ua-mobile", "?0"),
                ("sec-ch-ua-platform", "\"Linux\""),
                ("sec-fetch-dest", "empty"),
                ("sec-fetch-mode", "cors"),
                ("sec-fetch-site", "same-origin"),
            ] {
                headers.push(pair(name, value));
            }
            cookies = cookies_of(self.number, rng);
            let sent: Vec<String> = cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
            headers.push(pair("cookie", sent.join("; ")));
        }
        Request {
            method,
            url: format!("https://shop.example{target}"),
            http_version: version,
            headers,
            query_string,
            cookies,
            headers_size: -1,
            body_size: 0,
        }
    }

    fn response<'a>(&self, rng: &mut Rng, text: &'a str) -> Response<'a> {
        let status = if self.fails { 520 } else { 200 };
        let mut headers = vec![
            pair("content-type", if self.fails { "text/plain; charset=UTF-8" } else { self.kind.mime_type() }),
            pair("date", written(self.started_ms, HTTP_DATE)),
        ];
        if self.side == Side::Proxied {
            headers.extend([pair("server", "cloudflare"), pair("cf-ray", self.ray(rng))]);
            if self.full {
                headers.extend([
                    pair("alt-svc", "h3=\":443\"; ma=86400"),
                    pair("cf-cache-status", "DYNAMIC"),
                    pair("content-encoding", "br"),
                    pair("nel", "{\"report_to\":\"cf-nel\",\"success_fraction\":0.0,\"max_age\":604800}"),
                    pair("report-to", report_to(rng)),
                ]);
            }
        } else {
            headers.extend([pair("Server", "nginx"), pair("Content-Length", self.length.to_string())]);
        }
        let mut cookies = Vec::new();
        if self.full && !self.fails {
            headers.extend([
                pair("cache-control", "private, no-cache, max-age=0"),
                pair("etag", format!("\"{:x}-{:x}\"", self.length, rng.u64(..))),
                pair("last-modified", "Fri, 20 Nov 2026 18:04:51 GMT"),
                pair("strict-transport-security", "max-age=31536000; includeSubDomains"),
                pair("vary", "Accept-Encoding, Origin"),
                pair("x-content-type-options", "nosniff"),
                pair("x-frame-options", "SAMEORIGIN"),
                pair("x-request-id", format!("{:032x}", rng.u128(..))),
            ]);
            if self.kind == Kind::Html {
                headers.push(pair("set-cookie", format!("session={:032x}; Path=/; HttpOnly; Secure; SameSite=Lax", rng.u128(..))));
                cookies = cookies_of(self.number, rng);
                cookies.truncate(1);
            }
        }
        Response {
            status,
            status_text: if self.side == Side::Direct { "OK" } else { "" },
            http_version: self.http_version(),
            headers,
            cookies,
            content: Body {
                size: if self.kind == Kind::Image { text.len() as u64 / 4 * 3 } else { text.len() as u64 },
                mime_type: if self.fails { "text/plain" } else { self.kind.mime_type() },
                text,
                encoding: if self.fails { None } else { self.kind.encoding() },
            },
            redirect_url: "",
            headers_size: -1,
            body_size: -1,
            transfer_size: text.len() as u64 / 3 + 700,
            error: None,
        }
    }

    fn http_version(&self) -> &'static str {
        match self.side {
            Side::Proxied => "http/2.0",
            Side::Direct => "http/1.1",
        }
    }

    /// As Cloudflare makes them: 36 bits count 10 ms from 2012-10-12, the rest tells requests apart.
    fn ray(&self, rng: &mut Rng) -> String {
        let ticks = (self.started_ms / 10 - 135_000_000_000).unsigned_abs();
        format!("{:016x}-FRA", ticks << 28 | u64::from(rng.u32(..1 << 28)))
    }
}

fn report_to(rng: &mut Rng) -> String {
    let token: String = std::iter::repeat_with(|| rng.alphanumeric()).take(120).collect();
    format!(
        "{{\"endpoints\":[{{\"url\":\"https:\\/\\/a.nel.cloudflare.com\\/report\\/v4?s={token}\"}}],\"group\":\"cf-nel\",\"max_age\":604800}}"
    )
}

/// The cookies of a visitor: the session's change every hundred entries, one with every entry.
fn cookies_of(number: u32, rng: &mut Rng) -> Vec<Cookie> {
    let cookie = |name, value| Cookie {
        name,
        value,
        path: "/",
        domain: ".shop.example",
        expires: "2027-11-21T04:00:00.000Z",
        http_only: true,
        secure: true,
    };
    vec![
        cookie("session", format!("{:032x}", Rng::with_seed(u64::from(number / 100)).u128(..))),
        cookie("__cf_bm", format!("{:032x}", rng.u128(..))),
        cookie("_ga", "GA1.1.1234567890.1795233600".to_owned()),
        cookie("consent", "v2|necessary|statistics".to_owned()),
    ]
}

fn pair(name: &'static str, value: impl Into<String>) -> Pair {
    Pair { name, value: value.into() }
}
