//! Values with a grammar of their own: URLs, headers, cookies. Names stay, values become tokens.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::token::{self, Place, Tokens};
use crate::{detect, policy};
use fivetwenty_captures::evidence::error_page::from_cookie;

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

/// Names of parameters that stay without a value, in the order of their bytes.
const FLAGS: [&str; 86] = [
    "all",
    "amp",
    "async",
    "cache",
    "callback",
    "category",
    "code",
    "compress",
    "count",
    "cursor",
    "date",
    "debug",
    "defer",
    "download",
    "draft",
    "email",
    "embed",
    "end",
    "feed",
    "filter",
    "format",
    "from",
    "height",
    "html",
    "id",
    "ids",
    "inline",
    "json",
    "key",
    "lang",
    "language",
    "limit",
    "locale",
    "max",
    "min",
    "minify",
    "mode",
    "name",
    "next",
    "nocache",
    "offset",
    "order",
    "p",
    "page",
    "password",
    "prev",
    "preview",
    "print",
    "q",
    "query",
    "raw",
    "redirect",
    "ref",
    "return",
    "rev",
    "rss",
    "s",
    "search",
    "session",
    "size",
    "sort",
    "start",
    "state",
    "status",
    "tab",
    "tag",
    "tags",
    "theme",
    "to",
    "token",
    "type",
    "url",
    "user",
    "username",
    "utm_campaign",
    "utm_content",
    "utm_medium",
    "utm_source",
    "utm_term",
    "v",
    "ver",
    "version",
    "view",
    "width",
    "wsdl",
    "xml",
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

/// How URLs begin that browsers do not ask a server for.
const SCHEMES_OF_BROWSERS: [&str; 18] = [
    "about",
    "android-app",
    "app",
    "blob",
    "capacitor",
    "chrome",
    "chrome-extension",
    "data",
    "edge",
    "file",
    "ftp",
    "javascript",
    "mailto",
    "moz-extension",
    "resource",
    "safari-web-extension",
    "unknown",
    "view-source",
];

/// Headers whose values are times.
const TIMES: [&str; 5] = ["date", "expires", "if-modified-since", "if-unmodified-since", "last-modified"];

/// Headers whose values are a number.
const NUMBERS: [&str; 5] = ["access-control-max-age", "age", "dnt", "max-forwards", "upgrade-insecure-requests"];

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
            self.tokens.allow(value);
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
            self.tokens.allow(name);
            return name.into();
        }
        self.token(Kind::Name, "", name, place).into()
    }

    /// The name of a parameter, a cookie or a field. Without a value it may be the value itself, as `?hunter2` is listed and `aHVudGVyMg==`
    /// is split, and then it goes like one, unless it is a word that everybody uses; so it does when it is no name at all.
    pub(super) fn parameter<'a>(&mut self, kind: Kind, name: &'a str, value: &str) -> Cow<'a, str> {
        let what = match kind {
            Kind::Cookie => What::Cookie,
            Kind::Form => What::Form,
            _ => What::Query,
        };
        let alone = is_padding(value) && !is_flag(name) && !has(&self.policy.keep, what, name);
        if !name.is_empty() && !token::is_token(name) && (alone || detect::is_no_name(name)) {
            let kind = if kind == Kind::Query { token::query_kind(name) } else { kind };
            return self.token(kind, "", name, Place::Url).into();
        }
        self.name(name, Place::Url)
    }

    /// A URL or a reference: names of parameters stay, and the path where it looks like one.
    pub(super) fn url(&mut self, text: &str) -> String {
        let address = detect::address(text);
        if text.is_empty() || text == "*" || text == "null" || text == "about:blank" || token::is_token(text) {
            return text.to_owned();
        }
        if !address.scheme.is_empty() && !address.is_http() {
            let rest = &text[address.scheme.len() + 1..];
            return [scheme(address.scheme), ":", &self.token(Kind::Text, "", rest, Place::Url)].concat();
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
        let is_host = detect::is_host(host);
        if is_host {
            self.tokens.allow(host);
        }
        if is_host || token::is_token(host) { host.into() } else { self.token(Kind::Text, "", host, Place::Url).into() }
    }

    fn path(&mut self, path: &str, out: &mut String) {
        const MOST: usize = 300;
        if let Some((start, length)) = detect::user_within(path)
            && length > 0
            && !token::is_token(&path[start..start + length])
        {
            let (before, user) = path[..start + length].split_at(start);
            self.path(before, out);
            out.push_str(&self.token(Kind::User, "", user, Place::Url));
            return self.path(&path[start + length..], out);
        }
        let mut before = ["x", "x"];
        for (at, segment) in path.split('/').enumerate() {
            if at > 0 {
                out.push('/');
            }
            // The host of a URL within the path, or what stands there.
            let authority = before[0].ends_with(':') && before[1].is_empty();
            before = [before[1], segment];
            if authority && segment.contains(':') && !segment.contains('@') && !detect::is_host(segment) && !token::is_token(segment) {
                out.push_str(&self.token(Kind::User, "", segment, Place::Url));
                continue;
            }
            // Parameters of a segment, as Java's session IDs are.
            for (at, part) in segment.split(';').enumerate() {
                if at > 0 {
                    out.push(';');
                }
                match part.split_once('=') {
                    _ if token::is_token(part) => out.push_str(part),
                    Some((name, value)) if at > 0 && is_padding(value) => {
                        out.push_str(&self.parameter(Kind::Query, name, value));
                        out.push('=');
                        out.push_str(value);
                    }
                    None if at > 0 && !part.is_empty() => out.push_str(&self.query_value("", part, Place::Url)),
                    None if let Some((name, value)) = part.split_once(':')
                        && detect::is_password(name) =>
                    {
                        out.push_str(&self.name(name, Place::Url));
                        out.push(':');
                        out.push_str(&self.query_value("", value, Place::Url));
                    }
                    Some((name, value)) if !value.is_empty() => {
                        out.push_str(&self.name(name, Place::Url));
                        out.push('=');
                        out.push_str(&self.token(Kind::Query, name, value, Place::Url));
                    }
                    _ if part.len() > MOST => out.push_str(&self.token(Kind::Path, "", part, Place::Url)),
                    _ if !self.hides(part) => {
                        self.tokens.allow(part);
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
                    out.push_str(&self.parameter(Kind::Query, name, value));
                    out.push('=');
                    out.push_str(&self.query_value(name, value, Place::Url));
                }
                // Without a name it is all value.
                None if is_flag(parameter) => out.push_str(parameter),
                None => out.push_str(&self.query_value("", parameter, Place::Url)),
            }
        }
    }

    /// The value of a parameter.
    pub(super) fn query_value<'a>(&mut self, name: &str, value: &'a str, place: Place) -> Cow<'a, str> {
        if is_padding(value) || (!name.is_empty() && self.keeps(What::Query, name, value)) {
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
            let is_fault = |letter: &char| control(letter) && *letter != '\n';
            // One that was left before stands at the end, perhaps behind another in white space.
            let fault = value.chars().next_back().filter(is_fault).or_else(|| value.chars().find(is_fault));
            let rest = fault.and_then(|fault| value.strip_suffix(fault)).unwrap_or(value);
            let stood_last = rest.len() < value.len();
            let mut written = self.faultless_header(lower, rest);
            if let Some(fault) = fault.filter(|fault| stood_last || !written.contains(*fault)) {
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
            // What is nobody's address there is something else.
            "origin" | "referer" | "access-control-allow-origin"
                if !value.contains('/') && value != "null" && value != "*" && !value.contains(':') =>
            {
                self.token(Kind::Header, name, value, Place::Text)
            }
            _ if TIMES.contains(&lower) && !detect::is_date(value) => self.token(Kind::Header, name, value, Place::Text),
            _ if NUMBERS.contains(&lower) && !detect::is_short_number(value) => self.token(Kind::Header, name, value, Place::Text),
            ":method" if !detect::is_method(value) => self.token(Kind::Header, name, value, Place::Text),
            _ if URLS.contains(&lower) => self.url(value),
            "content-type" => self.media_type(value, name),
            "via" | "x-cache" => self.received(name, value),
            _ if policy::OPEN_HEADERS.contains(&lower) && policy::is_open(lower, value) => {
                let checked = matches!(lower, "server" | "content-encoding" | "cf-cache-status" | "date");
                if checked && self.hides(value) { self.token(Kind::Header, name, value, Place::Text) } else { value.to_owned() }
            }
            "user-agent" if is_agent(value) && self.is_plain(&detect::without_versions(value)) => {
                self.tokens.allow(value);
                value.to_owned()
            }
            "user-agent" => self.token(Kind::Header, name, value, Place::Text),
            // What Cloudflare says has words behind equals signs; what others chose may be anything.
            _ if PLAIN.contains(&lower) && (lower.starts_with("cf-") || !detect::has_chosen(value)) && self.is_plain(value) => {
                self.tokens.allow(value);
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

    /// A media type: of its parameters only the character set stays, and what is too short to tell anything.
    pub(super) fn media_type(&mut self, value: &str, name: &str) -> String {
        let mut out = String::with_capacity(value.len());
        for (at, part) in value.split(';').enumerate() {
            if at > 0 {
                out.push(';');
            }
            let text = part.trim_start();
            out.push_str(&part[..part.len() - text.len()]);
            match text.split_once('=') {
                _ if token::is_token(text) => out.push_str(text),
                Some((name, value)) if at > 0 && (token::is_token(value) || detect::is_charset(name, value) && self.is_plain(value)) => {
                    out.push_str(&self.name(name, Place::Url));
                    out.push('=');
                    out.push_str(value);
                }
                Some((parameter, value)) if at > 0 => {
                    out.push_str(&self.name(parameter, Place::Url));
                    out.push('=');
                    out.push_str(&self.token(Kind::Header, name, value, Place::Url));
                }
                None if text.is_empty() || (at == 0 && text.contains('/') && self.is_plain(text)) => out.push_str(text),
                _ => out.push_str(&self.token(Kind::Header, name, text, Place::Url)),
            }
        }
        out
    }

    /// Which servers passed a message on: their programs stay, and names without a dot, which are no hosts.
    fn received(&mut self, name: &str, value: &str) -> String {
        let mut out = String::with_capacity(value.len());
        let mut rest = String::with_capacity(value.len());
        for (at, word) in value.split(' ').enumerate() {
            if at > 0 {
                out.push(' ');
                rest.push(' ');
            }
            let core = word.trim_matches(['(', ')', ',', ';']);
            let is_host = |part: &str| {
                let last = part.rsplit_once('.').map_or("", |(_, last)| last);
                !part.contains('/') && last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic())
            };
            if token::is_token(core) {
                out.push_str(word);
            } else if core.contains(':') || core.split(',').any(is_host) {
                let (before, after) = word.split_once(core).unwrap_or_default();
                out.push_str(&[before, &self.token(Kind::Header, name, core, Place::Url), after].concat());
            } else {
                out.push_str(word);
                rest.push_str(word);
            }
        }
        if self.is_plain(&rest) && !detect::has_chosen(&rest) { out } else { self.token(Kind::Header, name, value, Place::Text) }
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
            let described = (detect::has_chosen(item) || item.to_ascii_lowercase().contains("desc=")) && !is_cache_status(item);
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
            out.push_str(&self.parameter(Kind::Cookie, name, value));
            out.push('=');
        }
        out.push_str(&self.cookie(name, value));
    }

    /// A cookie's value.
    pub(super) fn cookie<'a>(&mut self, name: &str, value: &'a str) -> Cow<'a, str> {
        if is_padding(value) || self.keeps(What::Cookie, name, value) {
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
        let one_of = |values: &[&str]| values.iter().any(|known| known.eq_ignore_ascii_case(value.trim()));
        let stays = match name.to_ascii_lowercase().as_str() {
            "max-age" => value.len() <= 12 && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'),
            "expires" => detect::is_date(value),
            "samesite" => one_of(&["lax", "none", "strict"]),
            "priority" => one_of(&["high", "low", "medium"]),
            "domain" | "path" => self.is_plain(value),
            _ => value.trim().is_empty(),
        };
        if stays {
            self.tokens.allow(value);
        }
        stays
    }
}

/// How a URL begins that is not asked for over the network, when that is known; else it may be anybody's name.
pub(crate) fn scheme(scheme: &str) -> &str {
    if SCHEMES_OF_BROWSERS.iter().any(|known| known.eq_ignore_ascii_case(scheme)) { scheme } else { "unknown" }
}

/// Nothing, or the end of Base64 that was split at its first equals sign.
pub(super) fn is_padding(value: &str) -> bool {
    value.len() <= 2 && value.bytes().all(|byte| byte == b'=')
}

/// A word that stands alone in the queries of many sites: it is nobody's secret.
pub(crate) fn is_flag(name: &str) -> bool {
    FLAGS.binary_search(&name).is_ok()
}

/// `cfCacheStatus;desc="DYNAMIC"`.
fn is_cache_status(item: &str) -> bool {
    let status = item.strip_prefix("cfCacheStatus;desc=").map(|status| status.trim_matches('"'));
    status.is_some_and(|status| status.len() <= 16 && status.bytes().all(|byte| byte.is_ascii_uppercase() || b"-/_".contains(&byte)))
}

/// What a browser or a robot calls itself: no names with values, but for the revision of the engine and the address of a robot's page.
fn is_agent(value: &str) -> bool {
    let plain = |word: &str| !word.contains(':') || word.starts_with("rv:") || word.trim_start_matches('+').starts_with("http");
    !detect::has_chosen(value) && value.split([' ', ';', '(', ')']).all(plain)
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
pub(crate) fn path(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    Context { tokens: &mut Tokens::default(), policy: &Policy::default(), field: "" }.path(text, &mut out);
    out
}

/// A name in a URL, or its token.
pub(crate) fn name(text: &str) -> String {
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
