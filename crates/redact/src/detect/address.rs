//! Hosts, IP addresses, and users within URLs.

use fivetwenty_captures::evidence::address::Address;

/// Whether a text may be a host with its port: no user name with the beginning of a password.
pub(crate) fn is_host(text: &str) -> bool {
    let end = text.rfind([':', ']']).filter(|at| text.as_bytes()[*at] == b':').unwrap_or(text.len());
    let (name, port) = text.split_at(end);
    text.len() <= 260
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]*".contains(&byte))
        && (!name.contains(':') || name.starts_with('['))
        && port.bytes().skip(1).all(|byte| byte.is_ascii_digit())
}

/// The length of what stands for a user in a URL within a text, from behind its `://` to its last `@`, and where it begins.
pub(crate) fn user_within(text: &str) -> Option<(usize, usize)> {
    let start = text.find("://")? + "://".len();
    // What stands behind a slash there is somebody's name on a site: `/@alice`.
    let length = text[start..].rfind('@').filter(|length| !matches!(text.as_bytes()[start + length - 1], b'/'))?;
    Some((start, length))
}

/// A URL in parts, where a password may have a slash in it: then the host begins behind the last `@` of what looks like a path.
pub(crate) fn address(text: &str) -> Address<'_> {
    let address = Address::new(text);
    let start = (address.host.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let rest = text.get(start..start + address.host.len() + address.path.len()).unwrap_or_default();
    match rest.rfind('@') {
        Some(at) if address.user_info.is_none() && !is_host(address.host) && address.host.contains(':') => {
            let behind = &rest[at + 1..];
            let (host, path) = behind.split_at(behind.find('/').unwrap_or(behind.len()));
            Address { user_info: Some(&rest[..at]), host, path, ..address }
        }
        _ => address,
    }
}

/// An IP address and nothing else, but for brackets and a port.
pub(crate) fn is_ip(text: &str) -> bool {
    let text = text.strip_prefix('[').map_or(text, |rest| rest.split(']').next().unwrap_or_default());
    let text = text.split('%').next().unwrap_or_default();
    if !text.contains("::") && text.matches(':').count() <= 1 {
        return is_ipv4(text.split(':').next().unwrap_or_default());
    }
    let colons = text.matches(':').count();
    let groups = text
        .split(':')
        .all(|part| part.is_empty() || is_ipv4(part) || (part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_hexdigit())));
    groups && text.len() > 2 && (text.contains("::") || colons == 7 || (colons == 6 && text.contains('.')))
}

/// Four numbers below 256, with leading zeros too: the standard library takes none of these, and they are addresses all the same.
pub(super) fn is_ipv4(text: &str) -> bool {
    let mut parts = 0;
    text.split('.').all(|part| {
        parts += 1;
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse::<u16>().is_ok_and(|part| part < 256)
    }) && parts == 4
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a user's name with the beginning of a password is taken for a host, or a host is taken for something else.
    #[test]
    fn hosts_are_known() {
        for text in ["shop.example", "shop.example:8080", "[2001:db8::1]:443", "203.0.113.7", "_dmarc.shop.example", "*.shop.example"] {
            assert!(is_host(text), "{text}");
        }
        for text in ["alice:hunter2", "alice@shop.example", "2001:db8::1", "a b", "a/b"] {
            assert!(!is_host(text), "{text}");
        }
    }

    /// Breaks when a password with a slash in it is taken for a host and a path.
    #[test]
    fn a_password_may_have_a_slash() {
        let parts = address("https://alice:pa/ss@shop.example/a");
        assert_eq!((parts.user_info, parts.host, parts.path), (Some("alice:pa/ss"), "shop.example", "/a"));
        let parts = address("https://shop.example:8080/@alice");
        assert_eq!((parts.user_info, parts.host, parts.path), (None, "shop.example:8080", "/@alice"));
    }

    /// Breaks when an address is missed because of its form, or a time or a version is taken for one.
    #[test]
    fn addresses_are_known_in_every_form() {
        for text in ["203.0.113.7", "010.000.000.007", "203.0.113.7:80", "::1", "[2001:db8::1]:443", "fe80::1%eth0", "::ffff:203.0.113.7"] {
            assert!(is_ip(text), "{text}");
        }
        for text in ["1.2.3", "256.1.1.1", "10:00:03", "::", "a::g", ""] {
            assert!(!is_ip(text), "{text}");
        }
    }
}
