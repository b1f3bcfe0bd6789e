//! Hosts, addresses, paths and URLs that were checked, and can stand in a command.

use std::net::{Ipv4Addr, Ipv6Addr};

use fivetwenty_captures::evidence::address::Address;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::shell::Shell;

/// What is percent-encoded in a path: all but letters, digits and `-._~/%:@,;+`. curl takes brackets and braces in a URL for a range of
/// URLs, so these are encoded as well.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'%')
    .remove(b':')
    .remove(b'@')
    .remove(b',')
    .remove(b';')
    .remove(b'+');
/// What is percent-encoded in a query.
const IN_QUERY: &AsciiSet = &IN_PATH.remove(b'?').remove(b'&').remove(b'=');

/// Something that can stand in a command.
///
/// It is not empty, is all of ASCII's letters, digits and `-._~/%:@,;+?&=[]`, and does not begin with a dash: between quotes it is one
/// argument to every shell, and no option to any program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument(String);

impl Argument {
    /// A host, with its port if it has one: a name by the rules of DNS (underscores too, which names of services have), an IPv4 address, or
    /// an IPv6 one in brackets.
    pub fn host(text: &str) -> Option<Self> {
        let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (is_host, port) = if let Some((inside, port)) = bracketed {
            (inside.parse::<Ipv6Addr>().is_ok(), port)
        } else {
            let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            (is_name(host), port)
        };
        let is_number = |port: &str| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_number);
        (is_host && is_port).then(|| Self(text.to_owned()))
    }

    /// The address of an origin: an IPv4 or IPv6 address, in brackets or not, or a name; no port.
    pub fn origin(text: &str) -> Option<Self> {
        let inside = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        // A name of digits alone would be an address that is none.
        let is_name = is_name(text) && text.bytes().any(|byte| byte.is_ascii_alphabetic());
        (inside.parse::<Ipv6Addr>().is_ok() || text.parse::<Ipv4Addr>().is_ok() || is_name).then(|| Self(inside.to_owned()))
    }

    /// A URL's path, everything percent-encoded that is neither a letter, a digit nor one of `-._~/%:@,;+`. It begins with a slash, and is
    /// to stand between quotes.
    pub fn path(text: &str) -> Self {
        let slash = if text.starts_with('/') { "" } else { "/" };
        Self(format!("{slash}{}", utf8_percent_encode(text, IN_PATH)))
    }

    /// A URL to ask for over HTTP, without user info and fragment; without a scheme it is one of HTTPS. `None` when its host is none.
    pub fn url(text: &str) -> Option<Self> {
        let whole = format!("https://{text}");
        let address = Address::new(if text.contains("://") { text } else { &whole });
        let scheme = match address.scheme {
            scheme if scheme.eq_ignore_ascii_case("http") => "http",
            scheme if scheme.eq_ignore_ascii_case("https") => "https",
            _ => return None,
        };
        let mut url = format!("{scheme}://{}{}", Self::host(address.host)?.0, Self::path(address.path).0);
        if let Some(query) = address.query {
            url.push('?');
            url.extend(utf8_percent_encode(query, IN_QUERY));
        }
        Some(Self(url))
    }

    /// As one argument of a command, in quotes.
    pub fn quoted(&self, shell: Shell) -> String {
        // What is in it can be quoted in every shell.
        shell.quote(&self.0).unwrap_or_default()
    }

    /// As it is.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Argument> for String {
    fn from(argument: Argument) -> Self {
        argument.0
    }
}

fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    text.len() <= 253 && text.strip_suffix('.').unwrap_or(text).split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when something that is no host gets into a command, or a host does not.
    #[test]
    fn only_hosts_are_hosts() {
        for host in ["shop.example", "shop.example:8080", "a", "203.0.113.7:80", "[2001:db8::1]", "[::1]:8080", "_dmarc.a-b.example."] {
            assert_eq!(Argument::host(host).map(String::from).as_deref(), Some(host));
        }
        for text in [
            "",
            "-K/etc/passwd",
            "-a.example",
            "a.-b",
            "a..b",
            ".a",
            "a b",
            "a'b",
            "a:",
            "a:123456",
            "a:b",
            "a:1:2",
            "[::1",
            "[::1]x",
            "[$(id)]",
            "[]",
            "münchen.example",
            "a\n",
            "\u{2019}",
            "a/b",
            "user@a",
            "a?b",
        ] {
            assert_eq!(Argument::host(text), None, "{text:?}");
        }
        assert_eq!(Argument::host(&"a.".repeat(127)), None);
        assert_eq!(Argument::host(&"a".repeat(64)), None);
    }

    /// Breaks when an origin's address keeps what some program would not take, or takes for something else.
    #[test]
    fn an_origin_is_an_address_or_a_name() {
        for (text, origin) in
            [("203.0.113.10", "203.0.113.10"), ("[2001:db8::1]", "2001:db8::1"), ("::1", "::1"), ("lb-1.example", "lb-1.example")]
        {
            assert_eq!(Argument::origin(text).map(String::from).as_deref(), Some(origin));
        }
        for text in ["", "203.0.113.10:443", "1.2.3", "1.2.3.400", "-x", "--config", "a b", "fe80::1%eth0", "[203.0.113.10]x", "https://a"]
        {
            assert_eq!(Argument::origin(text), None, "{text:?}");
        }
    }

    /// Breaks when a URL loses what it asks for, or keeps what a shell or curl takes for something else.
    #[test]
    fn a_url_is_made_plain() {
        for (text, url) in [
            ("shop.example", "https://shop.example/"),
            (
                "HTTP://me:pass@shop.example:81/it's/{a,b}[1-9]?q=a b&x[]=1#top",
                "http://shop.example:81/it%27s/%7Ba,b%7D%5B1-9%5D?q=a%20b&x%5B%5D=1",
            ),
            ("shop.example?a=/b", "https://shop.example/?a=/b"),
        ] {
            assert_eq!(Argument::url(text).map(String::from).as_deref(), Some(url));
        }
        for text in ["", "-K/etc/passwd", "file:///etc/passwd", "javascript://a/b", "https://", "https://a b/", "data:text/html,x"] {
            assert_eq!(Argument::url(text), None, "{text:?}");
        }
    }

    proptest::proptest! {
        /// Breaks when any text makes an argument with a sign that a shell takes apart, or one that a program takes for an option; and when
        /// what was made plain once is made something else the second time.
        #[test]
        fn whatever_is_given_an_argument_is_plain(text in "[ -~\u{0}-\u{1f}é\u{2019}]{0,40}", host in "[-a-z0-9.:\\[\\]'$]{0,12}") {
            let made = [
                Argument::host(&text), Argument::host(&host), Argument::origin(&text), Argument::origin(&host), Some(Argument::path(&text)),
                Argument::url(&text), Argument::url(&format!("{host}/{text}")), Argument::url(&format!("http://{host}/{text}")),
            ];
            for argument in made.into_iter().flatten() {
                proptest::prop_assert!(!argument.0.is_empty() && !argument.0.starts_with('-'));
                proptest::prop_assert!(argument.0.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%:@,;+?&=[]".contains(&byte)), "{}", argument.0);
                if argument.0.starts_with("http") && argument.0.contains("://") && Argument::url(&text).as_ref() == Some(&argument) {
                    proptest::prop_assert_eq!(Argument::url(&argument.0), Some(argument));
                }
            }
        }
    }
}
