use fivetwenty_captures::is_invisible_or_bidi;
use fivetwenty_redact::visible;

/// Makes an address to probe out of what a person typed: a host, `host:port`, or a URL. `https` unless `http` was typed; a fragment is
/// left out.
///
/// # Errors
/// When what was typed cannot be an address: a sentence that says what is wrong with it.
pub fn probe_address(typed: &str) -> Result<String, String> {
    const EXPECTED: &str = "Type a host such as shop.example, or the address of a page.";
    let typed = typed.trim();
    let (scheme, rest) = match typed.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => {
            return Err(format!("{} is not a web address. {EXPECTED}", visible(&format!("{scheme}://"))));
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
        return Err(format!("There is no host in it. {EXPECTED}"));
    }
    if host.starts_with('-') {
        return Err(format!("A host cannot start with a dash. {EXPECTED}"));
    }
    let is_address = host.starts_with('[')
        && host.ends_with(']')
        && host.trim_matches(['[', ']']).chars().all(|char| char.is_ascii_hexdigit() || char == ':' || char == '.');
    // Letters beyond ASCII are the browser's to judge: the tables that tell them from signs are a kilobyte of the first load.
    let stands =
        |char: &char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-') || (!char.is_ascii() && !is_invisible_or_bidi(*char));
    if let Some(odd) = host.chars().find(|char| !stands(char)).filter(|_| !is_address) {
        return Err(format!("“{}” cannot stand in a host name. {EXPECTED}", visible(&odd.to_string())));
    }
    if let Some(port) = port.filter(|port| port.is_empty() || port.len() > 5 || !port.chars().all(|char| char.is_ascii_digit())) {
        return Err(format!("“{}” is not a port number. {EXPECTED}", visible(port)));
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
            assert_eq!(probe_address(typed).as_deref(), Ok(address), "{typed}");
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
}
