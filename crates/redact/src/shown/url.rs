//! URLs in a report.

use std::net::IpAddr;

use fivetwenty_captures::escape_invisible;
use fivetwenty_captures::evidence::token::length_before;

use super::header::parameter_name;
use super::length::{length, length_or_hidden, without_tokens};
use crate::detect::{self, is_password};
use crate::redacted::Redacted;
use crate::values::{default_path, is_flag, known_scheme};

/// A URL with its query's names; the values, the fragment and user info are replaced by their lengths. What is not asked for over the
/// network (`data:` and the like) keeps its scheme only.
pub fn url(text: &str) -> Redacted<String> {
    let address = detect::address(text);
    let mut out = String::new();
    if !address.scheme.is_empty() {
        out.push_str(if address.is_http() { address.scheme } else { known_scheme(address.scheme) });
        out.push(':');
    }
    if !address.is_http() && !address.scheme.is_empty() {
        out.push_str(length(length_before(text) - address.scheme.len() as u64 - 1).as_str());
        return Redacted(out);
    }
    if !address.host.is_empty() {
        out.push_str("//");
        if let Some(user_info) = address.user_info {
            out.push_str(length(length_before(user_info)).as_str());
            out.push('@');
        }
        out.push_str(host(address.host).as_str());
    }
    out.push_str(&escape_invisible(&without_tokens(&default_path(address.path), length_or_hidden), 300));
    if let Some(query) = address.query {
        let parameters = query.split('&').map(|parameter| match parameter.split_once('=') {
            // Without a value it may be one itself.
            Some((name, "")) if !is_flag(name) => format!("{}=", length_or_hidden(length_before(name))),
            Some((name, "")) => format!("{name}="),
            Some((name, _)) if is_password(name) => format!("{}=[hidden]", parameter_name(name)),
            Some((name, value)) => format!("{}={}", parameter_name(name), length(length_before(value))),
            // Without a name it is all value.
            None if parameter.is_empty() || is_flag(parameter) => parameter.to_owned(),
            None => length(length_before(parameter)).to_string(),
        });
        out.push('?');
        out.push_str(&parameters.collect::<Vec<_>>().join("&"));
    }
    if let Some(fragment) = address.fragment {
        out.push('#');
        out.push_str(length(length_before(fragment)).as_str());
    }
    Redacted(out)
}

/// A host, which may leave; of what is none its length.
pub fn host(text: &str) -> Redacted<String> {
    if detect::is_host(text) { Redacted(escape_invisible(text, 260)) } else { length(length_before(text)) }
}

/// The address of a server, which may leave; of what is none its length.
pub fn address(text: &str) -> Redacted<String> {
    if text.parse::<IpAddr>().is_ok() { Redacted(text.to_owned()) } else { length(length_before(text)) }
}

#[cfg(test)]
mod tests {
    use fivetwenty_captures::evidence::address::Address;

    use super::super::command::url_for_shell;
    use super::*;

    /// Breaks when any part of a URL that can hold a secret stays.
    #[test]
    fn a_url_loses_its_values() {
        for (from, to) in [
            (
                "https://shop.example/api?page=2&token=abc&flag&q=&empty=#top",
                "https://shop.example/api?page=[1 byte]&token=[3 bytes]&[4 bytes]&q=&[5 bytes]=#[3 bytes]",
            ),
            ("https://me:secret@shop.example:8080/", "https://[9 bytes]@shop.example:8080/"),
            ("https://me:sec/ret@shop.example:8080/", "https://[10 bytes]@shop.example:8080/"),
            ("https://me:secret/x", "https://[9 bytes]/x"),
            ("data:text/html,<script>", "data:[18 bytes]"),
            ("/relative?a=b=c", "/relative?a=[3 bytes]"),
            (
                "https://shop.example/users/alice@shop.example/8c1f42d07be94a36ab12?8c1f42d07be94a36ab12=1",
                "https://shop.example/users/[18 bytes]/[20 bytes]?[20 bytes]=[1 byte]",
            ),
            (
                "https://shop.example/users/[email-1,18-bytes]/a;id=[query-7,3-bytes]",
                "https://shop.example/users/[18 bytes]/a;id=[3 bytes]",
            ),
            ("https://shop.example/\u{202e}x", r"https://shop.example/\u{202e}x"),
            ("", ""),
        ] {
            assert_eq!(url(from).to_string(), to);
        }
    }

    proptest::proptest! {
        /// Breaks when a value, a fragment or user info can be written so that it stays.
        #[test]
        fn no_secret_survives(user in "[a-z]{0,3}", before in "[a-z?&=/#@:]{0,6}", after in "[a-z?&=/#@:]{0,6}") {
            let secret = "S3CR3T";
            for text in [
                format!("https://{user}:{secret}@shop.example/{before}"),
                format!("https://shop.example/?{before}a={secret}{after}"),
                format!("https://shop.example/?{secret}"),
                format!("https://shop.example/#{before}{secret}{after}"),
            ] {
                // Where the noise makes the secret a parameter's name, or moves it into the path, it is no value any more.
                let address = Address::new(&text);
                let open = format!("{}{}", address.host, address.path);
                let named = address.query.is_some_and(|query| query.split('&').any(|part| part.split_once('=').is_some_and(|(name, _)| name.contains(secret))));
                if !open.contains(secret) && !named {
                    proptest::prop_assert!(!url(&text).to_string().contains(secret), "{}", text);
                    proptest::prop_assert!(!url_for_shell(&text).to_string().contains(secret), "{}", text);
                }
            }
        }
    }
}
