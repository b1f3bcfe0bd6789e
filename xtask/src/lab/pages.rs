//! The answers that the edge makes by itself. Their marks are those of real ones; their words are the lab's own.

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hyper::ext::ReasonPhrase;
use jiff::Timestamp;
use serde_json::json;

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
    /// A page that the site's owner made.
    Custom,
}

/// An answer that the edge makes without, or instead of, the origin's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
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
pub struct About<'a> {
    /// The host that was asked for.
    pub host: &'a str,
    /// The Ray ID without the data centre.
    pub ray: &'a str,
    /// The data centre's city.
    pub city: &'a str,
    /// What the request accepts.
    pub accept: &'a str,
}

impl Own {
    /// The answer in a form.
    pub fn response(self, form: Form, about: About) -> Response {
        let (status, code, form) = match self {
            Self::Error(code) => (code, code, form),
            Self::Numbered { status, code } => (status, code, Form::Old),
            Self::Challenge(status) => return challenge(status, about),
        };
        let (title, what) = words(code);
        let fill = |page: &str| {
            let time = Timestamp::now().strftime("%Y-%m-%d %H:%M:%S").to_string();
            let about = page.replace("{host}", about.host).replace("{ray}", about.ray).replace("{city}", about.city);
            about.replace("{time}", &time).replace("{code}", &code.to_string()).replace("{title}", title).replace("{what}", what)
        };
        let (kind, body) = match form {
            Form::Structured if about.accept.contains("json") => ("application/json; charset=utf-8", structured(code, about)),
            Form::Structured if about.accept.contains("markdown") => ("text/markdown; charset=utf-8", fill(MARKDOWN)),
            Form::New | Form::Structured => ("text/html; charset=UTF-8", fill(include_str!("pages/new.html"))),
            Form::Old => ("text/html; charset=UTF-8", fill(include_str!("pages/old.html"))),
            Form::Plain => ("text/plain; charset=UTF-8", format!("error code: {code}\n")),
            Form::Custom => ("text/html; charset=UTF-8", include_str!("pages/custom.html").to_owned()),
        };
        answer(status, kind, body)
    }
}

const MARKDOWN: &str = "---\nerror_code: {code}\nstatus: {code}\nray_id: {ray}\nzone: {host}\ncloudflare_error: true\n---\n\n\
                        # Error {code}: {title}\n\n## What Happened\n\n{what}\n\n## What You Should Do\n\nTry again in a minute.\n";

fn structured(code: u16, about: About) -> String {
    let (title, what) = words(code);
    let members = json!({
        "title": format!("Error {code}: {title}"),
        "status": code,
        "detail": what,
        "instance": about.ray,
        "error_code": code,
        "error_name": title.to_ascii_lowercase().replace(' ', "_"),
        "error_category": "origin",
        "ray_id": about.ray,
        "timestamp": Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "zone": about.host,
        "cloudflare_error": true,
        "retryable": true,
        "retry_after": 60,
        "owner_action_required": true,
    });
    members.to_string()
}

fn challenge(status: u16, about: About) -> Response {
    let mut response = answer(status, "text/html; charset=UTF-8", include_str!("pages/challenge.html").replace("{host}", about.host));
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
        1015 => ("You are being rate limited", "The owner of this site limits how often you may come."),
        1016 => ("Origin DNS error", "The name of the origin cannot be resolved."),
        1020 => ("Access denied", "A rule of this site's owner refused the request."),
        1033 => ("Cloudflare Tunnel error", "The tunnel of this host is not running."),
        1101 => ("Worker threw exception", "A script of this site's owner failed."),
        _ => ("Error", "Something went wrong."),
    }
}
