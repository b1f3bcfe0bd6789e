//! Parameters: of a query, a form or a list of cookies. Names stay, values become tokens.

use std::borrow::Cow;

use fivetwenty_captures::compare::looks_like_chance;

use super::context::Context;
use crate::detect;
use crate::kind::Kind;
use crate::policy::What;
use crate::token::{self, Place};

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

impl Context<'_> {
    /// The name of a parameter, a cookie or a field. Without a value it may be the value itself, as `?hunter2` is listed and `aHVudGVyMg==`
    /// is split, and then it goes like one, unless it is a word that everybody uses; so it does when it is no name at all.
    pub(crate) fn parameter<'a>(&mut self, kind: Kind, name: &'a str, value: &str) -> Cow<'a, str> {
        let what = match kind {
            Kind::Cookie => What::Cookie,
            Kind::Form => What::Form,
            _ => What::Query,
        };
        let alone = is_padding(value) && !is_flag(name) && !self.policy.keeps(what, name);
        if !name.is_empty() && !token::is_token(name) && (alone || detect::is_no_name(name)) {
            let kind = if kind == Kind::Query { query_kind(name) } else { kind };
            return self.token(kind, "", name, Place::Url).into();
        }
        self.name_by_parts(name, Place::Url)
    }

    pub(super) fn query(&mut self, query: &str, out: &mut String) {
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
    pub(crate) fn query_value<'a>(&mut self, name: &str, value: &'a str, place: Place) -> Cow<'a, str> {
        if is_padding(value) || (!name.is_empty() && self.allowlists(What::Query, name, value)) {
            return value.into();
        }
        self.token(query_kind(value), name, value, place).into()
    }

    /// The value of a form's field.
    pub(crate) fn form_value<'a>(&mut self, name: &str, value: &'a str, place: Place) -> Cow<'a, str> {
        if is_padding(value) || self.allowlists(What::Form, name, value) {
            return value.into();
        }
        self.token(Kind::Form, name, value, place).into()
    }
}

/// Nothing, or the end of Base64 that was split at its first equals sign.
pub(crate) fn is_padding(value: &str) -> bool {
    value.len() <= 2 && value.bytes().all(|byte| byte == b'=')
}

/// A word that stands alone in the queries of many sites: it is nobody's secret.
pub(crate) fn is_flag(name: &str) -> bool {
    FLAGS.binary_search(&name).is_ok()
}

/// Whether a value looks like a time or like chance, which decides whether two requests are the same.
fn query_kind(value: &str) -> Kind {
    if looks_like_chance(value) { Kind::Chance } else { Kind::Query }
}
