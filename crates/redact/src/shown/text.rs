//! Texts of other kinds in a report: errors, names of files and programs, lines of `/cdn-cgi/trace`.

use fivetwenty_captures::escape_invisible;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::token::length_before;

use super::length::length;
use crate::detect;
use crate::redacted::Redacted;

/// Lines of `/cdn-cgi/trace` whose values may leave: not the visitor's address and browser, nor what may come in the future.
const OPEN_TRACE: [&str; 14] =
    ["colo", "fl", "gateway", "h", "http", "kex", "loc", "rbi", "sliver", "sni", "tls", "ts", "visit_scheme", "warp"];

/// The browser's name for a network error, for instance `net::ERR_EMPTY_RESPONSE`. A free text of another tool may hold addresses:
/// only its length stays.
pub fn error(text: &str) -> Redacted<String> {
    if detect::is_error(text) { Redacted(text.to_owned()) } else { length(length_before(text)) }
}

/// A Ray ID without its data centre, as logs and support look it up.
pub fn ray_id(ray: &RayId) -> Redacted<String> {
    Redacted(ray.id())
}

/// A value of `/cdn-cgi/trace`, unless it is personal or looks like nothing that stands there; else its length.
pub fn trace_value(key: &str, value: &str) -> Redacted<String> {
    let plain = value.len() <= 260 && value.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._:/[]".contains(letter));
    if plain && OPEN_TRACE.contains(&key) { Redacted(value.to_owned()) } else { length(value.len() as u64) }
}

/// A file's name, without its folder. Of one that may be a secret, or tells of a person, the length.
pub fn file_name(text: &str) -> Redacted<String> {
    words(text.rsplit(['/', '\\']).next().unwrap_or_default(), 120)
}

/// A file's whole path, for whoever gave it: each of its names as that of a file.
pub fn file_path(text: &str) -> Redacted<String> {
    Redacted(text.split('/').map(|name| words(name, 255).0).collect::<Vec<String>>().join("/"))
}

/// Name and version of a program. Of what may be a secret, or tells of a person, the length.
pub fn product(text: &str) -> Redacted<String> {
    words(text, 80)
}

fn words(text: &str, limit: usize) -> Redacted<String> {
    // Nobody gives a value to something in a name but where it is one that was saved by mistake.
    if text.contains('=') || detect::hides(text) { length(text.len() as u64) } else { Redacted(escape_invisible(text, limit)) }
}

/// Where in a document something was; whoever reads a document writes no name into it that is the file's own.
pub fn json_path(text: &str) -> Redacted<String> {
    Redacted(escape_invisible(text, 200))
}

/// What was wrong with a file, in the program's own words but for a character of the file or a browser's error message.
pub fn problem(text: &str) -> Redacted<String> {
    Redacted(escape_invisible(text, 300))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when an error's free text leaves.
    #[test]
    fn only_error_names_stay() {
        assert_eq!(error("net::ERR_EMPTY_RESPONSE").to_string(), "net::ERR_EMPTY_RESPONSE");
        assert_eq!(error("NS_ERROR_NET_RESET").to_string(), "NS_ERROR_NET_RESET");
        assert_eq!(error("hunter2").to_string(), "[7 bytes]");
        assert_eq!(error("connect to 10.0.0.7 failed").to_string(), "[26 bytes]");
    }

    /// Breaks when a visitor's address leaves, or a value that looks like nothing that stands in the trace.
    #[test]
    fn only_plain_lines_of_the_trace_stay() {
        for (key, value, shown) in [
            ("colo", "DFW", "DFW"),
            ("h", "shop.example", "shop.example"),
            ("ip", "203.0.113.7", "[11 bytes]"),
            ("uag", "curl/8.5.0", "[10 bytes]"),
            ("colo", "<b>", "[3 bytes]"),
        ] {
            assert_eq!(trace_value(key, value).as_str(), shown, "{key}");
        }
    }

    /// Breaks when the folders of a person's file leave, or a character that cannot be seen stays as it is.
    #[test]
    fn a_file_is_its_name() {
        assert_eq!(file_name("/home/alice/shop.har").as_str(), "shop.har");
        assert_eq!(file_name("C:\\Users\\alice\\shop.har").as_str(), "shop.har");
        assert_eq!(file_name("a\u{202e}b").as_str(), "a\\u{202e}b");
        assert_eq!(file_name("kenji@shop.example.har").as_str(), "[22 bytes]");
        assert_eq!(file_path("/home/me/kenji@shop.example/a.har").as_str(), "/home/me/[18 bytes]/a.har");
        assert_eq!(product("kenji@shop.example 1").as_str(), "[20 bytes]");
        assert_eq!(product("@neuralegion/cypress-har-generator 5.17.0").as_str(), "@neuralegion/cypress-har-generator 5.17.0");
    }
}
