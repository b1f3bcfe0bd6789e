//! Values with a grammar of their own: URLs, headers, cookies. Names stay, values become tokens.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::evidence::address::Address;
use crate::evidence::error_page::from_cookie;
use crate::redact::token::{self, Kind, Place, Tokens};
use crate::redact::{detect, policy};

/// What a person wants otherwise: a small file to use again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Redacted in addition.
    pub add: Vec<Rule>,
    /// Kept. What is in both lists is redacted.
    pub keep: Vec<Rule>,
}

/// One thing that is redacted or kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What it is.
    pub what: What,
    /// Its name, in any case; of a text the text itself.
    pub name: String,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A header's value.
    Header,
    /// A cookie's value.
    Cookie,
    /// The value of a parameter in a query.
    Query,
    /// The value of a form's field.
    Form,
    /// The value of a member in a JSON body.
    Json,
    /// A field of the HAR file, for instance `serverIPAddress`.
    Field,
    /// A text, wherever it stands in what else stays. It can be added only.
    Text,
}

/// Makes tokens of values, knowing where they stand and what the person wants.
pub(super) struct Context<'a> {
    pub(super) tokens: &'a mut Tokens,
    pub(super) policy: &'a Policy,
    /// Where the value at hand stands.
    pub(super) field: &'static str,
}

/// Headers whose values stay when they are plain: how the exchange was made, nothing of who made it.
const PLAIN: [&str; 64] = [
    ":method",
    ":protocol",
    ":scheme",
    ":status",
    "accept",
    "accept-ch",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
    "access-control-max-age",
    "access-control-request-headers",
    "access-control-request-method",
    "age",
    "allow",
    "alt-svc",
    "cache-control",
    "cdn-cache-control",
    "cf-apo-via",
    "cf-bgj",
    "cf-edge-cache",
    "cf-error-origin",
    "cf-polished",
    "cf-visitor",
    "cloudflare-cdn-cache-control",
    "connection",
    "content-language",
    "content-range",
    "content-transfer-encoding",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "dnt",
    "expect",
    "expires",
    "if-modified-since",
    "if-unmodified-since",
    "keep-alive",
    "last-modified",
    "max-forwards",
    "pragma",
    "priority",
    "proxy-connection",
    "range",
    "referrer-policy",
    "server-timing",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "vary",
    "via",
    "x-cache",
    "x-content-type-options",
    "x-frame-options",
    "x-powered-by",
    "x-xss-protection",
];

/// Headers whose values are URLs.
const URLS: [&str; 11] = [
    ":path",
    "access-control-allow-origin",
    "content-location",
    "location",
    "origin",
    "referer",
    "service-worker-allowed",
    "sourcemap",
    "x-original-url",
    "x-rewrite-url",
    "x-sourcemap",
];

/// How the value of an Authorization header and the like may begin.
const SCHEMES: [&str; 10] = ["Bearer", "Basic", "Digest", "Negotiate", "NTLM", "AWS4-HMAC-SHA256", "ApiKey", "Token", "Hawk", "OAuth"];

/// Attributes of a cookie.
const ATTRIBUTES: [&str; 9] = ["expires", "max-age", "domain", "path", "samesite", "secure", "httponly", "partitioned", "priority"];

impl Context<'_> {
    /// The token of a value.
    pub(super) fn token(&mut self, kind: Kind, name: &str, value: &str, place: Place) -> String {
        let decoded = if place == Place::Url && !token::is_token(value) { detect::percent_decoded(value) } else { None };
        let plain = decoded.as_deref().unwrap_or(value);
        let shape = match kind {
            Kind::Cookie | Kind::Form | Kind::User | Kind::Body | Kind::Title | Kind::File => None,
            _ => detect::kind(plain),
        };
        let claims = if shape == Some(Kind::Jwt) { detect::jwt(plain) } else { None };
        self.tokens.token(shape.unwrap_or(kind), claims.as_deref().unwrap_or(name), plain, value.len(), place, self.field)
    }

    /// Whether the person wants to keep what has this name; its value is then noted as one that stays.
    pub(super) fn keeps(&mut self, what: What, name: &str, value: &str) -> bool {
        let keeps = has(&self.policy.keep, what, name) && !self.adds(what, name);
        if keeps {
            self.tokens.stay(value);
        }
        keeps
    }

    /// Whether the person wants to redact what has this name.
    pub(super) fn adds(&self, what: What, name: &str) -> bool {
        has(&self.policy.add, what, name)
    }

    /// Whether a text that would stay has to go.
    pub(super) fn hides(&mut self, text: &str) -> bool {
        let mut texts = self.policy.add.iter().filter(|rule| rule.what == What::Text && !rule.name.is_empty());
        texts.any(|rule| text.contains(rule.name.as_str())) || self.tokens.hides(text)
    }

    /// A name: it stays, but for one that may be a secret itself.
    pub(super) fn name<'a>(&mut self, name: &'a str, place: Place) -> Cow<'a, str> {
        const MOST: usize = 200;
        if token::is_token(name) || (name.len() <= MOST && !self.hides(name)) {
            self.tokens.stay(name);
            return name.into();
        }
        self.token(Kind::Name, "", name, place).into()
    }

    /// A URL or a reference: names of parameters stay, and the path where it looks like one.
    pub(super) fn url(&mut self, text: &str) -> String {
        let address = Address::new(text);
        if text.is_empty() || text == "*" || text == "null" || text == "about:blank" || token::is_token(text) {
            return text.to_owned();
        }
        if !address.scheme.is_empty() && !address.is_http() {
            let rest = &text[address.scheme.len() + 1..];
            return [&self.name(address.scheme, Place::Url), ":", &self.token(Kind::Text, "", rest, Place::Url)].concat();
        }
        let free = address.host.is_empty() && (text.contains(char::is_whitespace) || text.contains(['<', '"']));
        if free {
            return self.token(Kind::Text, "", text, Place::Url);
        }
        let mut out = String::with_capacity(text.len());
        if !address.scheme.is_empty() {
            out.push_str(address.scheme);
            out.push(':');
        }
        if !address.host.is_empty() || address.user_info.is_some() {
            out.push_str("//");
            if let Some(user_info) = address.user_info {
                out.push_str(&self.token(Kind::User, "", user_info, Place::Url));
                out.push('@');
            }
            out.push_str(&self.host(address.host));
        } else if text[out.len()..].starts_with("//") {
            out.push_str("//");
        }
        self.path(address.path, &mut out);
        if let Some(query) = address.query {
            out.push('?');
            self.query(query, &mut out);
        }
        if let Some(fragment) = address.fragment {
            out.push('#');
            if !fragment.is_empty() {
                out.push_str(&self.token(Kind::Fragment, "", fragment, Place::Url));
            }
        }
        out
    }

    /// A host, which stays where it is one.
    pub(super) fn host<'a>(&mut self, host: &'a str) -> Cow<'a, str> {
        let is_host = host.len() <= 260 && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]*".contains(&byte));
        if is_host {
            self.tokens.stay(host);
        }
        if is_host || token::is_token(host) { host.into() } else { self.token(Kind::Text, "", host, Place::Url).into() }
    }

    fn path(&mut self, path: &str, out: &mut String) {
        const MOST: usize = 300;
        for (at, segment) in path.split('/').enumerate() {
            if at > 0 {
                out.push('/');
            }
            // Parameters of a segment, as Java's session IDs are.
            for (at, part) in segment.split(';').enumerate() {
                if at > 0 {
                    out.push(';');
                }
                match part.split_once('=') {
                    Some((name, value)) if !value.is_empty() && !token::is_token(part) => {
                        out.push_str(&self.name(name, Place::Url));
                        out.push('=');
                        out.push_str(&self.token(Kind::Query, name, value, Place::Url));
                    }
                    _ if part.len() > MOST => out.push_str(&self.token(Kind::Path, "", part, Place::Url)),
                    _ if !self.hides(part) => {
                        self.tokens.stay(part);
                        out.push_str(part);
                    }
                    _ => self.pieces(part, out),
                }
            }
        }
    }

    /// A segment of a path that looks secret: of `app.8c1f42d07be94a36.js` only the middle goes.
    fn pieces(&mut self, segment: &str, out: &mut String) {
        let plain = |piece: &str| piece.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let short = segment.split('.').count() <= 4 && !detect::is_ip(segment);
        if !short || segment.contains("eyJ") || !segment.split('.').all(plain) || segment.split('.').all(|piece| !self.hides(piece)) {
            out.push_str(&self.token(Kind::Path, "", segment, Place::Url));
            return;
        }
        for (at, piece) in segment.split('.').enumerate() {
            if at > 0 {
                out.push('.');
            }
            if self.hides(piece) {
                out.push_str(&self.token(Kind::Path, "", piece, Place::Url));
            } else {
                out.push_str(piece);
            }
        }
    }

    fn query(&mut self, query: &str, out: &mut String) {
        for (at, parameter) in query.split('&').enumerate() {
            if at > 0 {
                out.push('&');
            }
            match parameter.split_once('=') {
                Some((name, value)) => {
                    out.push_str(&self.name(name, Place::Url));
                    out.push('=');
                    out.push_str(&self.query_value(name, value, Place::Url));
                }
                // Without a name it is all value.
                None if parameter.is_empty() => {}
                None => out.push_str(&self.query_value("", parameter, Place::Url)),
            }
        }
    }

    /// The value of a parameter.
    pub(super) fn query_value<'a>(&mut self, name: &str, value: &'a str, place: Place) -> Cow<'a, str> {
        if value.is_empty() || (!name.is_empty() && self.keeps(What::Query, name, value)) {
            return value.into();
        }
        self.token(token::query_kind(value), name, value, place).into()
    }

    /// A header's value.
    pub(super) fn header(&mut self, name: &str, value: &str) -> String {
        let lower = name.to_ascii_lowercase();
        // A name that goes itself is none that says what its value is.
        let lower = if self.hides(name) { "" } else { lower.as_str() };
        // A control character in a header is a fault that Cloudflare rejects: one of them is left to show it.
        let control = |letter: &char| letter.is_ascii_control() && *letter != '\t';
        if lower.starts_with("set-cookie") {
            // Lines of several cookies are no fault.
            let fault = value.chars().find(|letter| control(letter) && *letter != '\n');
            let rest = fault.and_then(|fault| value.strip_suffix(fault)).unwrap_or(value);
            let mut written = self.faultless_header(lower, rest);
            if let Some(fault) = fault.filter(|fault| !written.contains(*fault)) {
                written.push(fault);
            }
            return written;
        }
        if let Some(fault) = value.chars().find(control) {
            let rest = value.strip_suffix(fault).filter(|rest| token::is_token(rest)).unwrap_or(value);
            let mut token = self.token(Kind::Header, lower, rest, Place::Text);
            token.push(fault);
            return token;
        }
        self.faultless_header(lower, value)
    }

    fn faultless_header(&mut self, lower: &str, value: &str) -> String {
        let name = lower;
        if value.is_empty() || token::is_token(value) || self.keeps(What::Header, lower, value) {
            return value.to_owned();
        }
        if self.adds(What::Header, lower) {
            return self.token(Kind::Header, name, value, Place::Text);
        }
        match lower {
            "cookie" => self.cookies(value),
            "set-cookie" | "set-cookie2" => self.set_cookies(value),
            "authorization" | "proxy-authorization" | "www-authenticate" | "proxy-authenticate" | "authentication-info" => {
                self.credentials(name, value)
            }
            "host" | ":authority" | "x-forwarded-host" => self.host(value).into_owned(),
            "server-timing" => self.list(name, value),
            "etag" | "if-none-match" | "if-match" => match value.strip_prefix("W/") {
                Some(strong) => ["W/", &self.token(Kind::Header, name, strong, Place::Text)].concat(),
                None => self.token(Kind::Header, name, value, Place::Text),
            },
            _ if URLS.contains(&lower) => self.url(value),
            _ if policy::OPEN_HEADERS.contains(&lower) && policy::is_open(lower, value) => {
                let checked = matches!(lower, "server" | "content-type" | "content-encoding" | "cf-cache-status");
                let value_alone = value.split("boundary=").next().unwrap_or_default();
                if checked && self.hides(value_alone) { self.token(Kind::Header, name, value, Place::Text) } else { value.to_owned() }
            }
            _ if PLAIN.contains(&lower) && self.is_plain(value) => {
                self.tokens.stay(value);
                value.to_owned()
            }
            _ => self.token(Kind::Header, name, value, Place::Text),
        }
    }

    /// A value of words, numbers and signs in which nothing is hidden.
    pub(super) fn is_plain(&mut self, value: &str) -> bool {
        const MOST: usize = 1024;
        let signs = b" -_.,:;/+=()*\"'?~&|%{}[]";
        let number = value.len() <= 10 && value.bytes().all(|byte| byte.is_ascii_digit());
        value.len() <= MOST
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || signs.contains(&byte))
            && (number || !self.hides(value))
    }

    /// A list whose items go one by one, as those of Server-Timing.
    fn list(&mut self, name: &str, value: &str) -> String {
        let mut out = String::new();
        for (at, item) in split_list(value).into_iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            let space = item.len() - item.trim_start().len();
            out.push_str(&item[..space]);
            let item = &item[space..];
            let duration = |(metric, rest): (&str, &str)| {
                let number = rest.strip_prefix("dur=").unwrap_or(rest);
                self.is_plain(metric) && number.len() <= 20 && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            };
            // Who asked may be described here; of Cloudflare's own metrics the description tells.
            let described = item.to_ascii_lowercase().contains("desc=") && !item.starts_with("cf");
            if item.split_once(';').is_some_and(duration) || (!described && self.is_plain(item)) || token::is_token(item) {
                out.push_str(item);
            } else {
                out.push_str(&self.token(Kind::Header, name, item, Place::Text));
            }
        }
        out
    }

    fn credentials(&mut self, name: &str, value: &str) -> String {
        let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
        match SCHEMES.iter().find(|known| known.eq_ignore_ascii_case(scheme)) {
            Some(_) if !rest.is_empty() => [scheme, " ", &self.token(Kind::Credentials, "", rest, Place::Text)].concat(),
            _ => self.token(Kind::Credentials, name, value, Place::Text),
        }
    }

    /// `a=1; b=2`.
    fn cookies(&mut self, list: &str) -> String {
        let mut out = String::with_capacity(list.len());
        for (at, pair) in list.split(';').enumerate() {
            if at > 0 {
                out.push(';');
            }
            self.pair(pair, &mut out);
        }
        out
    }

    fn pair(&mut self, pair: &str, out: &mut String) {
        let space = pair.len() - pair.trim_start().len();
        out.push_str(&pair[..space]);
        let (name, value) = match pair[space..].split_once('=') {
            Some((name, value)) => (name, value),
            None => ("", &pair[space..]),
        };
        if pair[space..].contains('=') {
            out.push_str(&self.name(name, Place::Url));
            out.push('=');
        }
        out.push_str(&self.cookie(name, value));
    }

    /// A cookie's value.
    pub(super) fn cookie<'a>(&mut self, name: &str, value: &'a str) -> Cow<'a, str> {
        if value.is_empty() || self.keeps(What::Cookie, name, value) {
            return value.into();
        }
        self.token(Kind::Cookie, name, value, Place::Text).into()
    }

    /// One cookie with its attributes a line: exporters put several into one value.
    fn set_cookies(&mut self, lines: &str) -> String {
        let mut out = String::with_capacity(lines.len());
        for (at, line) in lines.split('\n').enumerate() {
            if at > 0 {
                out.push('\n');
            }
            for (at, part) in line.split(';').enumerate() {
                if at > 0 {
                    out.push(';');
                }
                let (name, value) = part.split_once('=').unwrap_or((part, ""));
                let attribute = ATTRIBUTES.iter().any(|known| known.eq_ignore_ascii_case(name.trim()));
                // Always Online's cookie is no secret: an error's code and its Ray ID.
                let online = at == 0 && from_cookie(line).is_some() && is_code_and_ray(value);
                if online || (at > 0 && attribute && self.is_attribute(name.trim(), value)) || token::is_token(part.trim()) {
                    out.push_str(part);
                } else {
                    self.pair(part, &mut out);
                }
            }
        }
        out
    }

    fn is_attribute(&mut self, name: &str, value: &str) -> bool {
        // Where lines were joined by commas, what follows is another cookie.
        let commas = usize::from(name.eq_ignore_ascii_case("expires"));
        if value.contains('=') || value.matches(',').count() > commas {
            return false;
        }
        let digits = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let stays = if name.eq_ignore_ascii_case("max-age") { digits && value.len() <= 12 } else { self.is_plain(value) };
        if stays {
            self.tokens.stay(value);
        }
        stays
    }
}

/// `520:52e5cd9e2af9bd21:PHL`.
fn is_code_and_ray(value: &str) -> bool {
    let mut parts = value.split(':');
    let code = parts.next().is_some_and(|code| code.len() <= 4 && code.bytes().all(|byte| byte.is_ascii_digit()));
    let ray = parts.next().is_some_and(|ray| ray.len() <= 16 && ray.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let colo = parts.next().is_none_or(|colo| colo.len() <= 3 && colo.bytes().all(|byte| byte.is_ascii_uppercase()));
    code && ray && colo && parts.next().is_none()
}

/// A path with tokens for what may not leave.
pub(in crate::redact) fn path(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    Context { tokens: &mut Tokens::default(), policy: &Policy::default(), field: "" }.path(text, &mut out);
    out
}

/// A name in a URL, or its token.
pub(in crate::redact) fn name(text: &str) -> String {
    Context { tokens: &mut Tokens::default(), policy: &Policy::default(), field: "" }.name(text, Place::Url).into_owned()
}

fn has(rules: &[Rule], what: What, name: &str) -> bool {
    rules.iter().any(|rule| rule.what == what && rule.name.eq_ignore_ascii_case(name))
}

/// Items between commas, but for those in quotes and in tokens.
fn split_list(value: &str) -> Vec<&str> {
    let (mut items, mut start, mut quoted, mut token) = (Vec::new(), 0, false, false);
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'[' => token = true,
            b']' => token = false,
            b',' if !quoted && !token => {
                items.push(&value[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(&value[start..]);
    items
}
