use crate::evidence::address::Address;
use crate::har::{Entry, Request};

/// Parameters of a query that are put into an order of their own at most; a query with more keeps its order.
const MAX_PARAMETERS: usize = 32;

/// Names whose only purpose is that no cache answers. In lower case.
const CACHE_BUSTERS: [&str; 28] = [
    "_",
    "_dc",
    "_t",
    "_ts",
    "_v",
    "bust",
    "cache",
    "cachebust",
    "cachebuster",
    "cb",
    "dc",
    "hash",
    "no-cache",
    "no_cache",
    "nocache",
    "nonce",
    "r",
    "rand",
    "random",
    "rev",
    "rnd",
    "t",
    "time",
    "timestamp",
    "ts",
    "v",
    "ver",
    "version",
];

/// What names a request within one capture: method and URL, without the fragment, which is not sent, and without parameters that are only
/// there to pass by caches and are new every time.
pub fn request_key(request: &Request) -> String {
    let url = &*request.url;
    let sent = &url[..url.len() - Address::new(url).fragment.map_or(0, |fragment| fragment.len() + 1)];
    let (resource, query) = sent.split_once('?').unwrap_or((sent, ""));
    let mut key = [&*request.method, " ", resource].concat();
    let mut mark = '?';
    for parameter in query.split('&') {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let says_nothing = parameter.is_empty() || (is_cache_buster(name) && is_new_each_time(value));
        if !says_nothing {
            key.push(mark);
            key.push_str(parameter);
            mark = '&';
        }
    }
    key
}

/// Writes what two entries share when they are the same request, hosts aside: method, path and query. The scheme does not count, nor
/// does the fragment, which is not sent.
pub(super) fn exact(method: &str, address: &Address<'_>, into: &mut String) {
    start(method, address, into);
    into.push_str(address.query.unwrap_or_default());
}

/// As [`exact`], with the query's parameters sorted and without the values that are new on every request.
pub(super) fn alike(entry: &Entry, into: &mut String) {
    let address = Address::new(&entry.request.url);
    start(&entry.request.method, &address, into);
    let mut sorted: Vec<&str> = Vec::new();
    for parameter in address.query.unwrap_or_default().split('&') {
        let at = if sorted.len() < MAX_PARAMETERS { sorted.partition_point(|other| *other <= parameter) } else { sorted.len() };
        sorted.insert(at, parameter);
    }
    for parameter in sorted {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        into.push_str(name);
        into.push('=');
        into.push_str(if is_passing(name, value) { "" } else { value });
        into.push('&');
    }
}

/// Whether the URL has a query at all.
pub(super) fn has_query(entry: &Entry) -> bool {
    entry.request.url.contains('?')
}

fn start(method: &str, address: &Address<'_>, into: &mut String) {
    into.clear();
    into.push_str(method);
    into.push(' ');
    into.push_str(if address.path.is_empty() { "/" } else { address.path });
    into.push('?');
}

/// Whether a parameter says nothing about what is asked for: it is there to pass by caches, or its value looks like a time or like
/// chance.
fn is_passing(name: &str, value: &str) -> bool {
    is_cache_buster(name) || looks_like_chance(value)
}

fn is_cache_buster(name: &str) -> bool {
    CACHE_BUSTERS.iter().any(|buster| buster.eq_ignore_ascii_case(name))
}

/// Whether a cache buster's value is none that a page would use again: some sites name pages and versions by these parameters.
fn is_new_each_time(value: &str) -> bool {
    looks_like_chance(value) || value.bytes().filter(u8::is_ascii_digit).count() >= 8
}

/// Whether a value looks like a time or like chance.
pub fn looks_like_chance(value: &str) -> bool {
    // What was redacted says what it was.
    if value.starts_with("[chance-") {
        return true;
    }
    let count = |is: fn(&u8) -> bool| value.bytes().filter(is).count();
    let digits = count(u8::is_ascii_digit);
    let hexadecimal = count(u8::is_ascii_hexdigit);
    let dashes = count(|byte| *byte == b'-');
    // Seconds or finer since 1970; a hash or UUID; Base64 of enough bytes to be no word.
    let time = digits >= 10 && digits == value.len();
    let hash = hexadecimal >= 8 && digits > 0 && hexadecimal + dashes == value.len() && digits + dashes < value.len();
    let token = value.len() >= 16
        && digits > 0
        && count(u8::is_ascii_lowercase) > 0
        && count(u8::is_ascii_uppercase) > 0
        && count(|byte| byte.is_ascii_alphanumeric() || b"-_.~%+/=".contains(byte)) == value.len();
    time || hash || token
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(url: &str) -> Entry {
        let mut entry = Entry::default();
        (entry.request.method, entry.request.url) = ("GET".into(), url.into());
        entry
    }

    #[track_caller]
    fn check(one: &str, other: &str, same: bool) {
        let written = |url: &str| {
            let mut text = String::new();
            alike(&entry(url), &mut text);
            text
        };
        assert_eq!(written(one) == written(other), same, "{one} {other}");
    }

    /// Breaks when a parameter against caches, a time, a hash or a token makes two requests of one, or a value that names what is asked for
    /// does not.
    #[test]
    fn what_is_new_on_every_request_does_not_count() {
        check("/a?_=1700000000&p=1", "/a?_=1700009999&p=1", true);
        check("/a?V=1.2", "/a?V=1.3", true);
        check("/a?when=1700000000123", "/a?when=1700000000999", true);
        check("/a?id=8c1f42d07be94a36", "/a?id=0011223344556677a", true);
        check("/a?id=6f1e0b5a-9c1d-4a52-8f07-1d2c3b4a5e6f", "/a?id=7f1e0b5a-9c1d-4a52-8f07-1d2c3b4a5e6f", true);
        check("/a?s=QWxhZGRpbjpvcGVu1234==", "/a?s=QWxhZGRpbjpvcGVu9999==", true);
        check("/a?b=1&a=2", "/a?a=2&b=1", true);
        check("/a?page=2", "/a?page=3", false);
        check("/a?day=2026-11-20", "/a?day=2026-11-21", false);
        check("/a?file=report-of-2026-and-so-on", "/a?file=report-of-2027-and-so-on", false);
        check("/a?q=deadbeef", "/a?q=cafebabe", false);
        check("/a?_=1", "/a", false);
        check("/a?_=1", "/b?_=1", false);
    }

    /// Breaks when a cache buster makes two requests of one within a capture, or a parameter that names what is asked for does not.
    #[test]
    fn a_request_is_named_without_its_cache_busters() {
        let key = |url: &str| request_key(&entry(url).request);
        assert_eq!(key("https://a/x?_=1700000000123#top"), "GET https://a/x");
        assert_eq!(key("https://a/x?p=1&rnd=0.48151623&q"), "GET https://a/x?p=1&q");
        assert_eq!(key("https://a/x?r=site/login&t=123"), "GET https://a/x?r=site/login&t=123");
        assert_eq!(key("https://a/x?id=6f1e0b5a-9c1d-4a52-8f07-1d2c3b4a5e6f").len(), 55);
        assert_eq!(key("https://a/x?"), key("https://a/x"));
    }

    /// Breaks when an URL without a path is another request than one with a slash, or the fragment or scheme counts.
    #[test]
    fn the_same_is_written_the_same() {
        let mut texts = ["https://a", "http://b/#x", "https://c/?"].map(|url| {
            let mut text = "rest".to_owned();
            exact("GET", &Address::new(url), &mut text);
            text
        });
        texts.sort();
        assert_eq!(texts, ["GET /?", "GET /?", "GET /?"]);
    }

    /// Breaks when a long query takes time that grows with the square of its length.
    #[test]
    fn long_queries_are_no_trouble() {
        let long = (0..100_000).map(|number| format!("p{number}=1")).collect::<Vec<_>>().join("&");
        check(&format!("/a?{long}"), &format!("/a?{long}"), true);
    }
}
