//! What a person typed as the address of a site to probe.

use std::fmt;

use fivetwenty_captures::is_invisible_or_bidi;
use fivetwenty_redact::visible;

/// Why what was typed cannot be an address. It is displayed as sentences that say what to type instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// It has this scheme, and the probe asks over HTTP only.
    Scheme(String),
    /// It has no host.
    NoHost,
    /// Its host starts with a dash.
    LeadingDash,
    /// This character cannot be part of a host name.
    Character(char),
    /// This is not a port number.
    Port(String),
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme(scheme) => write!(f, "{} is not a web address.", visible(&format!("{scheme}://"))),
            Self::NoHost => f.write_str("There is no host in it."),
            Self::LeadingDash => f.write_str("A host cannot start with a dash."),
            Self::Character(odd) => write!(f, "“{}” cannot stand in a host name.", visible(&odd.to_string())),
            Self::Port(port) => write!(f, "“{}” is not a port number.", visible(port)),
        }?;
        f.write_str(" Type a host such as shop.example, or the address of a page.")
    }
}

impl std::error::Error for AddressError {}

/// Makes an address to probe out of what a person typed: a host, `host:port`, or a URL. `https` unless `http` was typed; a fragment is
/// left out.
///
/// # Errors
/// When what was typed cannot be an address.
pub fn probe_address(typed: &str) -> Result<String, AddressError> {
    let typed = typed.trim();
    let (scheme, rest) = match typed.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => {
            return Err(AddressError::Scheme(scheme.to_owned()));
        }
        _ => ("https", typed),
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let authority = authority.to_ascii_lowercase();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
        _ => (authority.as_str(), None),
    };
    if host.is_empty() {
        return Err(AddressError::NoHost);
    }
    if host.starts_with('-') {
        return Err(AddressError::LeadingDash);
    }
    let is_address = host.starts_with('[')
        && host.ends_with(']')
        && host.trim_matches(['[', ']']).chars().all(|char| char.is_ascii_hexdigit() || char == ':' || char == '.');
    // The browser decides about letters beyond ASCII: the tables of letters would be a kilobyte of the module.
    let is_allowed =
        |char: &char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-') || (!char.is_ascii() && !is_invisible_or_bidi(*char));
    if let Some(odd) = host.chars().find(|char| !is_allowed(char)).filter(|_| !is_address) {
        return Err(AddressError::Character(odd));
    }
    if let Some(port) = port.filter(|port| port.is_empty() || port.len() > 5 || !port.chars().all(|char| char.is_ascii_digit())) {
        return Err(AddressError::Port(port.to_owned()));
    }
    Ok(format!("{scheme}://{authority}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when what is typed is sent elsewhere than meant, or something that is no host is sent at all.
    #[test]
    fn what_is_typed_becomes_an_address() {
        for (typed, address) in [
            ("shop.example", "https://shop.example"),
            (" Shop.Example:8443 ", "https://shop.example:8443"),
            ("HTTP://Shop.example/A?b=C://d#e", "http://shop.example/A?b=C://d"),
            ("shop.example/to?next=http://x", "https://shop.example/to?next=http://x"),
            ("shop.example?a", "https://shop.example?a"),
            ("https://[2001:db8::1]:444/x", "https://[2001:db8::1]:444/x"),
            ("[2001:db8::1]", "https://[2001:db8::1]"),
            ("bücher.example", "https://bücher.example"),
        ] {
            assert_eq!(probe_address(typed), Ok(address.to_owned()), "{typed}");
        }
        for typed in [
            "",
            "https://",
            "/path",
            "-oProxyCommand=x",
            "ftp://x",
            "a b",
            "user@host",
            "x';rm -rf /",
            "host:99x",
            "host:",
            "a\u{202e}b",
            "$(x)",
            "javascript:alert(1)",
        ] {
            assert!(probe_address(typed).is_err(), "{typed}");
        }
    }

    /// Breaks when an address that cannot be used is refused for another reason, or without saying what to type.
    #[test]
    fn a_refusal_says_why() {
        for (typed, why) in [
            ("ftp://x", "ftp:// is not a web address."),
            ("https://", "There is no host in it."),
            ("-x", "A host cannot start with a dash."),
            ("a b", "“ ” cannot stand in a host name."),
            ("host:99x", "“99x” is not a port number."),
        ] {
            let said = probe_address(typed).unwrap_err().to_string();
            assert_eq!(said, format!("{why} Type a host such as shop.example, or the address of a page."));
        }
    }
}
