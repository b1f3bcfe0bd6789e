//! Headers in a report.

use fivetwenty_captures::escape_invisible;
use fivetwenty_captures::har::Header;

use super::length::{length, length_or_hidden, without_tokens};
use crate::redacted::Redacted;
use crate::values::{default_name, is_open};

/// A header's value where it may leave, else its length.
///
/// `cf-ray` must be a Ray ID, and the others must look like what they are: a secret that somebody put into one of them does not leave.
pub fn header_value(header: &Header) -> Redacted<String> {
    if is_open(&header.name, &header.value) { Redacted(header.value.trim().to_owned()) } else { length(header.length) }
}

/// The name of a header or a parameter, which may leave unless it looks like a value itself.
pub fn header_name(text: &str) -> Redacted<String> {
    Redacted(parameter_name(text))
}

/// The name of a parameter, or its length.
pub(super) fn parameter_name(name: &str) -> String {
    escape_invisible(&without_tokens(&default_name(name), length_or_hidden), 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, value: &str) -> String {
        header_value(&Header { name: name.into(), value: value.into(), length: value.len() as u64, hash: 0 }).to_string()
    }

    /// Breaks when a value leaves that must not, or one that everybody needs does not.
    #[test]
    fn only_open_headers_keep_their_values() {
        for (name, value) in [
            ("CF-Ray", "8a7d5e2fbcd1a1c3-DFW"),
            ("cf-cache-status", "DYNAMIC"),
            ("Server", "Apache/2.4.58 (Ubuntu) mod_ssl/3.0"),
            ("date", "Fri, 20 Nov 2026 10:00:03 GMT"),
            ("content-type", "text/html; charset=utf-8"),
            ("content-length", "803"),
            ("content-encoding", "br"),
            ("cf-mitigated", "challenge"),
            ("cf-error-type", "52x"),
            ("Retry-After", "120"),
        ] {
            assert_eq!(header(name, value), value);
        }
        assert_eq!(header("set-cookie", "session=abc"), "[11 bytes]");
        assert_eq!(header("cf-ray", "abc"), "[3 bytes]");
        assert_eq!(header("content-length", "secret"), "[6 bytes]");
        assert_eq!(header("server", "<script>"), "[8 bytes]");
        assert_eq!(header("server", "nginx user=alice"), "[16 bytes]");
        assert_eq!(header("content-type", "text/html; name=\"hunter2.pdf\""), "[29 bytes]");
        assert_eq!(header("server", &"a".repeat(101)), "[101 bytes]");
        assert_eq!(header("cf-mitigated", "secret"), "[6 bytes]");
        assert_eq!(header("cf-error-type", "secret"), "[6 bytes]");
        assert_eq!(header("retry-after", "123456789"), "[9 bytes]");
        assert_eq!(header("x", ""), "[0 bytes]");
    }
}
