//! Names of header fields and versions of HTTP, compared as HTTP does.

use std::sync::Arc;

use crate::har::Header;

/// The digit of an HTTP version: `1` of `HTTP/1.1`, `2` of `h2`, `3` of `h3-29`; 0 when there is none.
pub(super) fn major_version(version: &str) -> u8 {
    protocol(version).bytes().next().unwrap_or_default()
}

/// The fields of this name.
pub(super) fn named<'a>(headers: &'a [Arc<Header>], name: &str) -> impl Iterator<Item = &'a Header> {
    headers.iter().map(|header| &**header).filter(move |header| is_same_name(&header.name, name))
}

/// Whether both are one name. Most names differ in length already, which is known without looking at them.
pub(super) fn is_same_name(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.eq_ignore_ascii_case(other)
}

/// Whether it is one of these names.
pub(super) fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|other| is_same_name(other, name))
}

/// Whether a name starts so.
pub(super) fn starts_with(name: &str, start: &str) -> bool {
    name.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
}

/// `http/2.0`, `HTTP/2` and `h2` are one.
pub(super) fn protocol(version: &str) -> &str {
    let version = version.trim_start_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '/');
    version.strip_suffix(".0").filter(|major| *major != "1").unwrap_or(version)
}
