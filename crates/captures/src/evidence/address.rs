//! URLs as they stand in HAR files.

/// A URL split into its parts, as RFC 3986, appendix B does: every text has such parts, none is refused or changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address<'a> {
    /// Without the colon; empty in a relative reference.
    pub scheme: &'a str,
    /// User name and password, without the `@`.
    pub user_info: Option<&'a str>,
    /// Host and port; empty when there is none.
    pub host: &'a str,
    /// From the first slash; of `data:` and the like everything behind the colon.
    pub path: &'a str,
    /// Without the question mark.
    pub query: Option<&'a str>,
    /// Without the hash.
    pub fragment: Option<&'a str>,
}

impl<'a> Address<'a> {
    /// Splits `text`.
    pub fn new(text: &'a str) -> Self {
        let (text, fragment) = split(text, '#');
        let (text, query) = split(text, '?');
        let (scheme, text) = match text.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (scheme, rest),
            _ => ("", text),
        };
        let Some(rest) = text.strip_prefix("//") else {
            return Self { scheme, path: text, query, fragment, ..Self::default() };
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user_info, host) = match authority.rsplit_once('@') {
            Some((user_info, host)) => (Some(user_info), host),
            None => (None, authority),
        };
        Self { scheme, user_info, host, path, query, fragment }
    }

    /// The host without its port.
    pub fn host_name(&self) -> &'a str {
        let end = match self.host.rfind([':', ']']) {
            Some(at) if self.host.as_bytes()[at] == b':' => at,
            _ => self.host.len(),
        };
        &self.host[..end]
    }

    /// Whether it was asked for over the network: `data:`, `blob:`, `about:`, extensions and the like were not.
    pub fn is_http(&self) -> bool {
        ["http", "https", "ws", "wss"].iter().any(|scheme| self.scheme.eq_ignore_ascii_case(scheme))
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a part is cut at the wrong sign, so that a secret in it would be taken for another part.
    #[test]
    fn splits_what_browsers_and_tools_write() {
        #[track_caller]
        fn check(text: &str, scheme: &str, user_info: Option<&str>, host: &str, path: &str, query: Option<&str>, fragment: Option<&str>) {
            assert_eq!(Address::new(text), Address { scheme, user_info, host, path, query, fragment });
        }
        check("https://shop.example/a/b?c=d#e", "https", None, "shop.example", "/a/b", Some("c=d"), Some("e"));
        check("http://me:pass@shop.example:8080", "http", Some("me:pass"), "shop.example:8080", "", None, None);
        check("https://a@b@shop.example/@x", "https", Some("a@b"), "shop.example", "/@x", None, None);
        check("https://shop.example?a=/b?c", "https", None, "shop.example", "", Some("a=/b?c"), None);
        check("https://shop.example#a?b", "https", None, "shop.example", "", None, Some("a?b"));
        check("http://[2001:db8::1]:81/", "http", None, "[2001:db8::1]:81", "/", None, None);
        check("data:text/plain,a:b", "data", None, "", "text/plain,a:b", None, None);
        check("/a:b", "", None, "", "/a:b", None, None);
        check("", "", None, "", "", None, None);
    }

    /// Breaks when a port stays in the name, or the colons of an IPv6 address are taken for one.
    #[test]
    fn a_host_name_has_no_port() {
        for (text, name) in [("//a:1/", "a"), ("//a/", "a"), ("//[::1]:8080/", "[::1]"), ("//[::1]/", "[::1]"), ("/x", "")] {
            assert_eq!(Address::new(text).host_name(), name);
        }
    }
}
