//! Cookies: names and attributes stay, values become tokens.

use std::borrow::Cow;

use fivetwenty_captures::evidence::error_page::from_cookie;

use super::context::Context;
use super::parameter::is_padding;
use crate::detect;
use crate::kind::Kind;
use crate::policy::What;
use crate::token::{self, Place};

/// Attributes of a cookie.
const ATTRIBUTES: [&str; 9] = ["expires", "max-age", "domain", "path", "samesite", "secure", "httponly", "partitioned", "priority"];

impl Context<'_> {
    /// `a=1; b=2`.
    pub(super) fn cookies(&mut self, list: &str) -> String {
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
    pub(crate) fn cookie<'a>(&mut self, name: &str, value: &'a str) -> Cow<'a, str> {
        if is_padding(value) || self.is_allowlisted(What::Cookie, name, value) {
            return value.into();
        }
        self.token(Kind::Cookie, name, value, Place::Text).into()
    }

    /// One cookie with its attributes a line: exporters put several into one value.
    pub(super) fn set_cookies(&mut self, lines: &str) -> String {
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

/// `520:52e5cd9e2af9bd21:PHL`.
fn is_code_and_ray(value: &str) -> bool {
    let mut parts = value.split(':');
    let code = parts.next().is_some_and(|code| code.len() <= 4 && code.bytes().all(|byte| byte.is_ascii_digit()));
    let ray = parts.next().is_some_and(|ray| ray.len() <= 16 && ray.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let colo = parts.next().is_none_or(|colo| colo.len() <= 3 && colo.bytes().all(|byte| byte.is_ascii_uppercase()));
    code && ray && colo && parts.next().is_none()
}
