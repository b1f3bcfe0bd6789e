//! The answers that the edge makes by itself. Their marks are those of real ones; their words are the lab's own.

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hyper::ext::ReasonPhrase;
use serde_json::json;
use time::UtcDateTime;

use crate::moment::{ON_A_PAGE, RFC_3339, written};

/// What an edge's own answer looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The HTML page of today.
    New,
    /// The HTML page of 2019 to 2022.
    Old,
    /// One line of text.
    Plain,
    /// JSON or Markdown when the request accepts it (RFC 9457), else the page of today.
    Structured,
    /// The same, but one line of text for those who do not ask for HTML, as curl gets it.
    Negotiated,
    /// A page that the site's owner made.
    Custom,
}

/// An answer that the edge makes without, or instead of, the origin's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeAnswer {
    /// An error with its own status.
    Error(u16),
    /// An error of the 1000s, under another status.
    Numbered {
        /// The status.
        status: u16,
        /// The number on the page.
        code: u16,
    },
    /// A challenge, under this status.
    Challenge(u16),
}

/// Whose request an answer is for.
#[derive(Clone, Copy, Debug)]
pub struct AnswerContext<'a> {
    /// The host that was asked for.
    pub host: &'a str,
    /// The Ray ID without the data centre.
    pub ray: &'a str,
    /// The data centre's city.
    pub city: &'a str,
    /// What the request accepts.
    pub accept: &'a str,
}

impl EdgeAnswer {
    /// The answer in a form.
    pub fn response(self, form: Form, context: AnswerContext) -> Response {
        let (status, code, form) = match self {
            Self::Error(code) => (code, code, form),
            Self::Numbered { status, code } if form == Form::Negotiated && !context.accept.contains("html") => (status, code, form),
            Self::Numbered { status, code } => (status, code, Form::Old),
            Self::Challenge(status) => return challenge(status, context),
        };
        let (title, what) = words(code);
        let fill = |page: &str| {
            let time = written(UtcDateTime::now(), ON_A_PAGE);
            let page = page.replace("{host}", context.host).replace("{ray}", context.ray).replace("{city}", context.city);
            page.replace("{time}", &time).replace("{code}", &code.to_string()).replace("{title}", title).replace("{what}", what)
        };
        let (kind, body) = match form {
            Form::Structured | Form::Negotiated if context.accept.contains("json") => {
                ("application/json; charset=utf-8", structured(status, code, context))
            }
            Form::Structured | Form::Negotiated if context.accept.contains("markdown") => {
                ("text/markdown; charset=utf-8", markdown(status, code, context))
            }
            Form::Negotiated if !context.accept.contains("html") => ("text/plain; charset=UTF-8", format!("error code: {code}\n")),
            Form::New | Form::Structured | Form::Negotiated => ("text/html; charset=UTF-8", fill(include_str!("pages/new.html"))),
            Form::Old => ("text/html; charset=UTF-8", fill(include_str!("pages/old.html"))),
            Form::Plain => ("text/plain; charset=UTF-8", format!("error code: {code}\n")),
            Form::Custom => ("text/html; charset=UTF-8", include_str!("pages/custom.html").to_owned()),
        };
        let mut response = answer(status, kind, body);
        response.extensions_mut().insert(self);
        response
    }

    /// The number of the error; of a challenge its status.
    pub fn code(self) -> u16 {
        match self {
            Self::Error(code) | Self::Numbered { code, .. } | Self::Challenge(code) => code,
        }
    }
}

/// An error as JSON, with the members of Cloudflare's page on error responses.
fn structured(status: u16, code: u16, context: AnswerContext) -> String {
    let (title, what) = words(code);
    let kind = if code < 1000 { 5 } else { 1 };
    let mut members = json!({
        "type": format!("https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-{kind}xx-errors/error-{code}/"),
        "title": format!("Error {code}: {title}"),
        "status": status,
        "detail": what,
        "instance": context.ray,
        "error_code": code,
        "error_name": name(code),
        "error_category": category(code),
        "ray_id": context.ray,
        "timestamp": now(),
        "zone": context.host,
        "cloudflare_error": true,
        "retryable": retry_after(code).is_some(),
        "owner_action_required": true,
        "what_you_should_do": ADVICE,
        "footer": "This answer is of a stand-in in a test laboratory.",
    });
    if let Some(seconds) = retry_after(code) {
        members["retry_after"] = json!(seconds);
    }
    members.to_string()
}

/// The same as Markdown, under the members as front matter.
fn markdown(status: u16, code: u16, context: AnswerContext) -> String {
    let (title, what) = words(code);
    let retry = retry_after(code).map(|seconds| format!("retry_after: {seconds}\n")).unwrap_or_default();
    format!(
        "---\nerror_code: {code}\nerror_name: {}\nerror_category: {}\nstatus: {status}\nray_id: {}\ntimestamp: {}\nzone: {}\n\
         cloudflare_error: true\nretryable: {}\n{retry}owner_action_required: true\n---\n\n\
         # Error {code}: {title}\n\n## What Happened\n\n{what}\n\n## What You Should Do\n\n{ADVICE}\n",
        name(code),
        category(code),
        context.ray,
        now(),
        context.host,
        !retry.is_empty(),
    )
}

const ADVICE: &str = "Wait as long as you are told, then try again. The owner of the site has to look at the origin.";

fn now() -> String {
    written(UtcDateTime::now(), RFC_3339)
}

/// The name for programs: where one was seen, that one, else the title's words.
fn name(code: u16) -> String {
    match code {
        520 => "unknown_origin_error".to_owned(),
        522 => "connection_timeout".to_owned(),
        _ => words(code).0.to_ascii_lowercase().replace([' ', '-'], "_"),
    }
}

fn category(code: u16) -> &'static str {
    match code {
        500 => "cloudflare",
        525 | 526 => "ssl",
        1001 | 1016 => "dns",
        1000 | 1033 => "config",
        1015 => "rate_limit",
        1020 => "access_denied",
        1101 | 1102 => "worker",
        _ => "origin",
    }
}

/// After how many seconds to try again; nothing where that is no use.
fn retry_after(code: u16) -> Option<u16> {
    match code {
        500 | 1015 => Some(30),
        502 | 520 => Some(60),
        504 | 521..=524 | 1033 => Some(120),
        _ => None,
    }
}

fn challenge(status: u16, context: AnswerContext) -> Response {
    let mut response = answer(status, "text/html; charset=UTF-8", include_str!("pages/challenge.html").replace("{host}", context.host));
    response.headers_mut().insert("cf-mitigated", header::HeaderValue::from_static("challenge"));
    response
}

fn answer(status: u16, kind: &'static str, body: String) -> Response {
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "private, no-store, no-cache, max-age=0")];
    let status_code = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = (status_code, headers, Body::from(body)).into_response();
    if status == 520 {
        response.extensions_mut().insert(ReasonPhrase::from_static(b"Origin Error"));
    }
    response
}

/// The title on the page of an error, and what happened.
fn words(code: u16) -> (&'static str, &'static str) {
    match code {
        500 => ("Internal server error", "The edge failed by itself."),
        502 => ("Bad gateway", "The edge got no good answer from the origin."),
        504 => ("Gateway time-out", "The edge got no answer in time."),
        520 => ("Web server is returning an unknown error", "The origin answered with something that is no HTTP response."),
        521 => ("Web server is down", "The origin refused the connection."),
        522 => ("Connection timed out", "The origin did not take the connection in time."),
        523 => ("Origin is unreachable", "There is no route to the origin."),
        524 => ("A timeout occurred", "The origin took the request and did not answer in time."),
        525 => ("SSL handshake failed", "The origin and the edge found no common TLS."),
        526 => ("Invalid SSL certificate", "The origin's certificate is not valid."),
        1000 => ("DNS points to prohibited IP", "The DNS record of this host leads back to the edge."),
        1001 => ("DNS resolution error", "The name of this host cannot be resolved."),
        1015 => ("You are being rate limited", "The owner of this site limits how often you may come."),
        1016 => ("Origin DNS error", "The name of the origin cannot be resolved."),
        1020 => ("Access denied", "A rule of this site's owner refused the request."),
        1033 => ("Cloudflare Tunnel error", "The tunnel of this host is not running."),
        1101 => ("Worker threw exception", "A script of this site's owner failed."),
        1102 => ("Worker exceeded resource limits", "A script of this site's owner took too long."),
        _ => ("Error", "Something went wrong."),
    }
}
