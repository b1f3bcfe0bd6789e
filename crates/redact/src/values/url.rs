//! URLs: host and path stay where they look like such, values in them become tokens.

use std::borrow::Cow;

use super::context::Context;
use super::parameter::is_padding;
use crate::detect;
use crate::kind::Kind;
use crate::policy::Policy;
use crate::token::{self, Place, Tokens};

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

impl Context<'_> {
    /// A URL or a reference: names of parameters stay, and the path where it looks like one.
    pub(crate) fn url(&mut self, text: &str) -> String {
        let address = detect::address(text);
        if text.is_empty() || text == "*" || text == "null" || text == "about:blank" || token::is_token(text) {
            return text.to_owned();
        }
        if !address.scheme.is_empty() && !address.is_http() {
            let rest = &text[address.scheme.len() + 1..];
            return [known_scheme(address.scheme), ":", &self.token(Kind::Text, "", rest, Place::Url)].concat();
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
    pub(crate) fn host<'a>(&mut self, host: &'a str) -> Cow<'a, str> {
        let is_host = detect::is_host(host);
        if is_host {
            self.tokens.allow(host);
        }
        if is_host || token::is_token(host) { host.into() } else { self.token(Kind::Text, "", host, Place::Url).into() }
    }

    fn path(&mut self, path: &str, out: &mut String) {
        const MAX_BYTES: usize = 300;
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
                    _ if part.len() > MAX_BYTES => out.push_str(&self.token(Kind::Path, "", part, Place::Url)),
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
}

/// How a URL begins that is not asked for over the network, when that is known; else it may be anybody's name.
pub(crate) fn known_scheme(scheme: &str) -> &str {
    if SCHEMES_OF_BROWSERS.iter().any(|known| known.eq_ignore_ascii_case(scheme)) { scheme } else { "unknown" }
}

/// A path with tokens for what may not leave by the default policy.
pub(crate) fn default_path(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    Context { tokens: &mut Tokens::default(), policy: &Policy::default(), field: "" }.path(text, &mut out);
    out
}

/// A name in a URL, or its token, by the default policy.
pub(crate) fn default_name(text: &str) -> String {
    Context { tokens: &mut Tokens::default(), policy: &Policy::default(), field: "" }.name(text, Place::Url).into_owned()
}
