//! URLs: host and path stay where they look like such, values in them become tokens.

use std::borrow::Cow;

use super::context::Context;
use super::parameter::is_padding;
use crate::detect;
use crate::kind::Kind;
use crate::policy::Policy;
use crate::token::{self, Place};
use crate::tokens::Tokens;

/// Endings of files that a site's code is made of, and no person's files.
const CODE: [&str; 8] = ["css", "js", "map", "mjs", "ttf", "wasm", "woff", "woff2"];
/// Parts of paths behind which somebody's name may stand.
const PEOPLE: &str = "account accounts author authors contact contacts customer customers employee employees friend friends member members \
    patient patients people person persons profile profiles student students u user users";

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
    /// A URL or a reference: names of parameters stay, and the parts of the path that look harmless.
    pub(crate) fn url(&mut self, text: &str) -> String {
        let address = detect::address(text);
        if text.is_empty() || text == "*" || text == "null" || text == "about:blank" || token::is_token(text) {
            return text.to_owned();
        }
        if !address.scheme.is_empty() && !address.is_http() {
            let rest = &text[address.scheme.len() + 1..];
            return [known_scheme(address.scheme), ":", &self.token(Kind::Text, "", rest, Place::Url)].concat();
        }
        let is_text = address.host.is_empty() && (text.contains(char::is_whitespace) || text.contains(['<', '"']));
        if is_text {
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
        let start = out.len();
        self.path(address.path, &mut out);
        if self.tokens.holds(&out[start..]) {
            // It goes over several parts.
            out.truncate(start);
            out.push('/');
            out.push_str(&self.token(Kind::Path, "", address.path, Place::Url));
        }
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

    /// A host: it stays, unless it is none.
    pub(crate) fn host<'a>(&mut self, host: &'a str) -> Cow<'a, str> {
        let is_host = detect::is_host(host);
        // The server's own address stays, and the names of the site's hosts: where else they went, they went as values.
        let is_own = self.tokens.is_own_host(host) || detect::is_ip(host);
        let goes = |context: &mut Self, text: &str| context.tokens.known(text).is_some() || (!is_own && context.hides(text));
        if is_host && !goes(self, host) {
            self.tokens.stays(host);
            self.tokens.allow(host);
            return host.into();
        }
        let labels: Vec<&str> = host.split('.').collect();
        if token::is_token(host) || !labels.iter().all(|label| token::is_token(label) || detect::is_host(label)) || detect::is_ip(host) {
            return if token::is_token(host) { host.into() } else { self.token(Kind::Text, "", host, Place::Url).into() };
        }
        // What stands beside a label that goes may be another part of it.
        let count = labels.len();
        let gone: Vec<bool> = labels.iter().map(|label| !token::is_token(label) && goes(self, label)).collect();
        let is_any = gone.contains(&true) || labels.iter().any(|label| token::is_token(label));
        let written = labels.into_iter().zip(gone).enumerate().map(|(at, (label, is_gone))| {
            let is_part = is_any && at + 2 < count && !token::is_token(label) && !detect::is_known(label);
            if is_gone || is_part { self.token(Kind::Text, "", label, Place::Url) } else { label.to_owned() }
        });
        let written = written.collect::<Vec<_>>().join(".");
        let is_as_before = written == host && *token::without(host) == *host;
        if is_as_before || self.tokens.known(&written).is_some() {
            self.token(Kind::Text, "", host, Place::Url).into()
        } else {
            written.into()
        }
    }

    /// The domain of a cookie: the site's own, or one of known words.
    pub(crate) fn domain(&mut self, domain: &str) -> String {
        let written = self.host(domain);
        if token::is_token(domain)
            || *written != *domain
            || self.tokens.is_own_domain(domain.trim_start_matches('.'))
            || detect::is_known(domain)
        {
            return written.into_owned();
        }
        self.token(Kind::Text, "", domain, Place::Url)
    }

    /// The ID of a page, as exporters write it: `page_1`, a number, a URL.
    pub(crate) fn page(&mut self, id: &str) -> String {
        if id.starts_with("http://") || id.starts_with("https://") {
            return self.url(id);
        }
        let is_number = id.len() <= 5 && detect::is_short_number(id);
        if token::is_token(id) || ((is_number || (detect::is_known(id) && detect::has_word(id))) && !self.hides(id)) {
            self.tokens.allow(id);
            return id.to_owned();
        }
        self.token(Kind::Name, "", id, Place::Url)
    }

    /// A path, in which another URL may stand.
    fn path(&mut self, path: &str, out: &mut String) {
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
            let is_url = authority && matches!(before[0], "http:" | "https:");
            before = [before[1], segment];
            if authority && segment.contains(':') && !segment.contains('@') && !detect::is_host(segment) && !token::is_token(segment) {
                out.push_str(&self.token(Kind::User, "", segment, Place::Url));
                continue;
            }
            if is_url && segment.contains('.') && detect::is_host(segment) && !self.hides(segment) {
                out.push_str(&self.host(segment));
            } else {
                self.segment(before[0], segment, out);
            }
        }
    }

    /// A segment of a path, perhaps with matrix parameters, as session IDs in Java's URLs are.
    fn segment(&mut self, before: &str, segment: &str, out: &mut String) {
        const MAX_BYTES: usize = 300;
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
                    out.push_str(&self.key(name, Place::Url));
                    out.push('=');
                    out.push_str(&self.token(Kind::Query, name, value, Place::Url));
                }
                _ if part.len() > MAX_BYTES => out.push_str(&self.token(Kind::Path, "", part, Place::Url)),
                _ if self.is_route(before, part) && !self.hides(part) => {
                    self.tokens.allow(part);
                    out.push_str(part);
                }
                _ => self.dotted_pieces(part, out),
            }
        }
    }

    /// Whether a part of a path says what it is and not whose. Behind some words somebody's name follows, however often it comes.
    fn is_route(&mut self, before: &str, part: &str) -> bool {
        let of_person = PEOPLE.split(' ').any(|word| word.eq_ignore_ascii_case(before));
        // What was redacted before is not looked at.
        let part = &*token::without(part);
        part.is_empty() || if of_person { self.tokens.is_nobodys(part) } else { self.tokens.is_common(part) }
    }

    /// A segment of a path that looks secret: of `app.8c1f42d07be94a36.js` only the middle goes.
    fn dotted_pieces(&mut self, segment: &str, out: &mut String) {
        let plain = |piece: &str| token::is_token(piece) || piece.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let pieces: Vec<&str> = segment.split('.').collect();
        let ending = pieces.last().copied().unwrap_or_default();
        let is_code = CODE.contains(&ending);
        let is_of_code =
            |piece: &str| detect::is_name(piece) && piece.split(['-', '_']).any(detect::is_word) && !detect::is_odd_name(piece);
        let mut goes = |piece: &str| {
            let stays = token::is_token(piece) || (is_code && is_of_code(piece)) || self.is_route("", piece);
            !stays || (!token::is_token(piece) && self.hides(piece))
        };
        let gone: Vec<bool> = pieces.iter().map(|piece| goes(piece)).collect();
        let is_file = pieces.len() <= 4
            && pieces.iter().all(|piece| plain(piece))
            && !segment.contains("eyJ")
            && gone.last() == Some(&false)
            && (ending.bytes().all(|byte| byte.is_ascii_alphabetic()) || ["m4a", "m4v", "mp3", "mp4", "woff2"].contains(&ending))
            && detect::is_known(ending);
        let has_part = gone.contains(&true) || pieces.iter().any(|piece| token::is_token(piece)) || (is_code && !self.hides(segment));
        if !(is_file && has_part) || detect::is_ip(segment) {
            out.push_str(&self.token(Kind::Path, "", segment, Place::Url));
            return;
        }
        for (at, (piece, goes)) in pieces.into_iter().zip(gone).enumerate() {
            if at > 0 {
                out.push('.');
            }
            if goes {
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
    Context { tokens: &mut Tokens::lenient(), policy: &Policy::default(), field: "" }.path(text, &mut out);
    out
}

/// A name in a URL, or its token, by the default policy.
pub(crate) fn default_name(text: &str) -> String {
    Context { tokens: &mut Tokens::lenient(), policy: &Policy::default(), field: "" }.name(text, Place::Url).into_owned()
}

/// A host of the site, without what the person named.
pub fn site_host(tokens: &mut Tokens, host: &str) -> String {
    Context { tokens, policy: &Policy::default(), field: "text" }.host(host).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn url_with(tokens: &mut Tokens, text: &str) -> String {
        Context { tokens, policy: &Policy::default(), field: "test" }.url(text)
    }

    fn url(text: &str) -> String {
        url_with(&mut Tokens::default(), text)
    }

    fn check(cases: &[(&str, &str)]) {
        for (from, to) in cases {
            assert_eq!(url(from), *to, "{from}");
        }
    }

    /// Breaks when the value of a parameter stays, its name goes, or a lone word that is nobody's secret goes.
    #[test]
    fn values_of_a_query_go() {
        check(&[
            ("https://shop.example/a?page=2&name=abc", "https://shop.example/a?page=[query-1,1-byte]&name=[query-2,3-bytes]"),
            ("/a?x=1&y=1", "/a?x=[query-1,1-byte]&y=[query-1,1-byte]"),
            ("/a?password=hunter2", "/a?password=[query-1]"),
            ("/a?q=&debug&hunter2", "/a?q=&debug&[query-1,7-bytes]"),
            ("/a?hunter2=", "/a?[query-1,7-bytes]="),
            ("/a?b=c=d?e", "/a?b=[query-1,5-bytes]"),
            ("/a?mail=alice%40shop.example", "/a?mail=[email-1,20-bytes]"),
            ("/a?alice@shop.example=1", "/a?[email-1,18-bytes]=[query-2,1-byte]"),
            ("/a?", "/a?"),
        ]);
    }

    /// Breaks when a fragment stays.
    #[test]
    fn a_fragment_goes() {
        check(&[("/a#top", "/a#[fragment-1,3-bytes]"), ("/a#", "/a#"), ("/a?b=1#c?d=e", "/a?b=[query-1,1-byte]#[fragment-2,5-bytes]")]);
    }

    /// Breaks when a user's name or password stays, at the start of a URL or of one within its path.
    #[test]
    fn user_info_goes() {
        check(&[
            ("https://alice@shop.example/", "https://[user-1,5-bytes]@shop.example/"),
            ("https://alice:pw@shop.example:8080/", "https://[user-1,8-bytes]@shop.example:8080/"),
            ("https://alice:p/w@shop.example/", "https://[user-1,9-bytes]@shop.example/"),
            ("/proxy/https://alice:pw@db.example/x", "/proxy/https://[user-1,8-bytes]@db.example/x"),
            ("/proxy/https://alice:pw/x", "/proxy/https://[user-1,8-bytes]/x"),
        ]);
    }

    /// Breaks when the value of a path's matrix parameter stays.
    #[test]
    fn matrix_parameters_go() {
        check(&[
            ("/a;jsessionid=abc/b", "/a;jsessionid=[query-1,3-bytes]/b"),
            ("/a;v=1;hunter2", "/a;v=[query-1,1-byte];[query-2,7-bytes]"),
            ("/id=7", "/id=[query-1,1-byte]"),
            ("/password:hunter2", "/password:[query-1,7-bytes]"),
        ]);
    }

    /// Breaks when a secret stays because it stands in a path, or an ordinary path goes.
    #[test]
    fn only_plain_parts_of_a_path_stay() {
        check(&[
            ("https://shop.example/api/v2/orders.json", "https://shop.example/api/v2/orders.json"),
            ("/a%3Fid%3Dhunter2", "/[path-1,16-bytes]"),
            ("/a%2526b", "/[path-1,7-bytes]"),
            ("/users/alice@shop.example", "/users/[email-1,18-bytes]"),
            ("/app.8c1f42d07be94a36.js", "/app.[path-1,16-bytes].js"),
            ("/8c1f42d07be94a36", "/[path-1,16-bytes]"),
            ("/[query-7,3-bytes]", "/[query-7,3-bytes]"),
        ]);
    }

    /// Breaks when a URL that is not asked for over the network shows more than a scheme that is known, or a text that is no URL stays.
    #[test]
    fn other_schemes_and_texts_go() {
        check(&[
            ("data:text/html,x", "data:[text-1,11-bytes]"),
            ("hunter2:x", "unknown:[text-1,1-byte]"),
            ("about:blank", "about:blank"),
            ("*", "*"),
            ("<b>hunter2</b>", "[text-1,14-bytes]"),
            ("https://a b/", "https://[text-1,3-bytes]/"),
        ]);
    }

    proptest! {
        /// Breaks when a token is taken for a value the second time, by the same map of tokens or by a new one.
        #[test]
        fn twice_is_once(text in "(https://)?([a-z0-9/?&=#@:;.%-]{0,50}|[!-~]{0,40})") {
            let mut tokens = Tokens::default();
            let once = url_with(&mut tokens, &text);
            prop_assert_eq!(&url_with(&mut tokens, &once), &once);
            prop_assert_eq!(&url(&once), &once);
        }
    }
}
