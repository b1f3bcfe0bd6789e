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
    /// The value of Cookie: `a=1; b=2`.
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

    /// One cookie with its name.
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
        if is_padding(value) || self.allowlists(What::Cookie, name, value) {
            return value.into();
        }
        self.token(Kind::Cookie, name, value, Place::Text).into()
    }

    /// The value of Set-Cookie: one cookie with its attributes on each line, since exporters put several cookies into one value.
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
                // The cookie of Always Online is no secret: it has an error's code and its Ray ID.
                let is_error_cookie = at == 0 && from_cookie(line).is_some() && is_code_and_ray(value);
                if is_error_cookie || (at > 0 && attribute && self.is_attribute(name.trim(), value)) || token::is_token(part.trim()) {
                    out.push_str(part);
                } else {
                    self.pair(part, &mut out);
                }
            }
        }
        out
    }

    /// Whether an attribute of a cookie may stay with this value.
    fn is_attribute(&mut self, name: &str, value: &str) -> bool {
        // Where lines were joined by commas, what follows is another cookie.
        let commas = usize::from(name.eq_ignore_ascii_case("expires"));
        if value.contains('=') || value.matches(',').count() > commas {
            return false;
        }
        let one_of = |values: &[&str]| values.iter().any(|known| known.eq_ignore_ascii_case(value.trim()));
        let allowlisted = match name.to_ascii_lowercase().as_str() {
            "max-age" => value.len() <= 12 && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'),
            "expires" => detect::is_date(value),
            "samesite" => one_of(&["lax", "none", "strict"]),
            "priority" => one_of(&["high", "low", "medium"]),
            "domain" => self.is_plain(value) && self.domain(value) == value,
            "path" => self.is_plain(value) && self.url(value) == value,
            _ => value.trim().is_empty(),
        };
        if allowlisted {
            self.tokens.allow(value);
        }
        allowlisted
    }
}

/// Whether a value is an error's code and its Ray ID: `520:52e5cd9e2af9bd21:PHL`.
fn is_code_and_ray(value: &str) -> bool {
    let mut parts = value.split(':');
    let code = parts.next().is_some_and(|code| code.len() <= 4 && code.bytes().all(|byte| byte.is_ascii_digit()));
    let ray = parts.next().is_some_and(|ray| ray.len() <= 16 && ray.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let colo = parts.next().is_none_or(|colo| colo.len() <= 3 && colo.bytes().all(|byte| byte.is_ascii_uppercase()));
    code && ray && colo && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::{Policy, Rule};
    use crate::tokens::Tokens;

    fn header_with(tokens: &mut Tokens, name: &str, value: &str) -> String {
        Context { tokens, policy: &Policy::default(), field: "test" }.header(name, value)
    }

    fn header(name: &str, value: &str) -> String {
        header_with(&mut Tokens::default(), name, value)
    }

    /// Breaks when a cookie's value stays, or its name goes.
    #[test]
    fn values_of_cookies_go() {
        for (from, to) in [
            ("a=1; session=8c1f", "a=[cookie a #1, 1 byte]; session=[cookie session #2, 4 bytes]"),
            ("a=b=c", "a=[cookie a #1, 3 bytes]"),
            ("a=;b=1", "[cookie-1,1-byte]=;b=[cookie b #2, 1 byte]"),
            ("hunter2", "[cookie #1, 7 bytes]"),
            ("alice@shop.example=1", "[email-1,18-bytes]=[cookie #2, 1 byte]"),
            ("", ""),
        ] {
            assert_eq!(header("Cookie", from), to, "{from}");
        }
    }

    /// Breaks when a harmless attribute goes, or a value stays because it stands where an attribute does.
    #[test]
    fn attributes_stay_when_they_are_some() {
        for (from, to) in [
            (
                "id=1; Path=/shop; Domain=shop.example; Max-Age=60; Secure; HttpOnly; SameSite=Lax; Priority=High; Partitioned",
                "id=[cookie id #1, 1 byte]; Path=/shop; Domain=shop.example; Max-Age=60; Secure; HttpOnly; SameSite=Lax; Priority=High; Partitioned",
            ),
            (
                "id=1; expires=Fri, 20 Nov 2026 10:00:03 GMT; path=/",
                "id=[cookie id #1, 1 byte]; expires=Fri, 20 Nov 2026 10:00:03 GMT; path=/",
            ),
            ("id=1; SameSite=hunter2", "id=[cookie id #1, 1 byte]; SameSite=[cookie SameSite #2, 7 bytes]"),
            ("id=1; Secure=hunter2", "id=[cookie id #1, 1 byte]; Secure=[cookie Secure #2, 7 bytes]"),
            ("id=1; hunter2", "id=[cookie id #1, 1 byte]; [cookie #2, 7 bytes]"),
            ("Path=/", "Path=[cookie Path #1, 1 byte]"),
            ("a=1\nb=2; Secure", "a=[cookie a #1, 1 byte]\nb=[cookie b #2, 1 byte]; Secure"),
        ] {
            assert_eq!(header("Set-Cookie", from), to, "{from}");
        }
    }

    /// Breaks when the second of two cookies that an exporter folded by a comma stays.
    #[test]
    fn cookies_folded_by_commas_go() {
        for value in [
            "id=1; path=/, session=hunter2; Secure",
            "id=1; expires=Fri, 20 Nov 2026 10:00:03 GMT, session=hunter2; path=/",
            "id=1; Max-Age=60, session=hunter2",
            "id=1, session=hunter2; HttpOnly",
        ] {
            let redacted = header("Set-Cookie", value);
            assert!(!redacted.contains("hunter2") && redacted.starts_with("id=["), "{redacted}");
        }
    }

    /// Breaks when a person's rule for one cookie is not followed, or holds for another one too.
    #[test]
    fn a_rule_keeps_one_cookie() {
        let keep = vec![Rule { what: What::Cookie, name: "Theme".to_owned() }];
        let (policy, mut tokens) = (Policy { keep, ..Policy::default() }, Tokens::default());
        let mut context = Context { tokens: &mut tokens, policy: &policy, field: "test" };
        assert_eq!(context.cookies("theme=solarized; id=1"), "theme=solarized; id=[cookie id #1, 1 byte]");
        assert_eq!(tokens.allowlisted(), "solarized\n");
    }

    /// Breaks when the cookie that Always Online sets for an error is lost, or another one stays because it has its name.
    #[test]
    fn the_cookie_of_always_online_stays() {
        let cookie = "cf_ob_info=520:8a7d5e2fbcd1a1c3:DFW; path=/";
        assert_eq!(header("set-cookie", cookie), cookie);
        assert!(!header("set-cookie", "cf_ob_info=hunter2; path=/").contains("hunter2"));
    }

    proptest! {
        /// Breaks when a token is taken for a value the second time, by the same map of tokens or by a new one.
        #[test]
        fn twice_is_once(text in "[a-c1-3=;, \\n]{0,40}|[ -~]{0,40}", path in "; [Pp]ath=/[a-z]{0,3}|", name in "Cookie|Set-Cookie") {
            let mut tokens = Tokens::default();
            let once = header_with(&mut tokens, &name, &format!("{text}{path}"));
            prop_assert_eq!(&header_with(&mut tokens, &name, &once), &once);
            prop_assert_eq!(&header(&name, &once), &once);
        }
    }
}
