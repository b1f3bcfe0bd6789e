//! Texts that everybody may read: without the origin's address, which would let anybody go past Cloudflare, and without personal data.

use std::net::IpAddr;

use fivetwenty_captures::evidence::address::Address;

use crate::redacted::Redacted;
use crate::shown::host;

/// What stands in place of an address.
const TOKEN: &str = "[origin address]";

/// A text without any IP address, without `names`, which are hosts of the origin in lower case, and without anything that would call
/// somebody by name.
pub fn without_origin(text: &Redacted<String>, names: &[String]) -> Redacted<String> {
    let mut out = String::with_capacity(text.0.len());
    let mut rest = text.0.as_str();
    while !rest.is_empty() {
        let at = rest.find(is_of_name).unwrap_or(rest.len());
        let (between, word) = rest.split_at(at);
        let (word, after) = word.split_at(word.find(|letter| !is_of_name(letter)).unwrap_or(word.len()));
        out.push_str(&between.replace('@', "(at)"));
        replace_word(&mut out, word, names);
        rest = after;
    }
    Redacted(out)
}

/// A URL for everybody: scheme, host and path. Parts of the path that look like words stay; of any other part the length stays.
pub fn public_url(text: &str) -> Redacted<String> {
    let address = Address::new(text);
    if !address.is_http() || address.host.is_empty() {
        return Redacted(String::new());
    }
    let segments = address.path.split('/').map(|segment| {
        let digits = segment.bytes().filter(u8::is_ascii_digit).count();
        let plain = segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if segment.len() <= 32 && digits < 4 && plain { segment.to_owned() } else { format!("[{} bytes]", segment.len()) }
    });
    let path = segments.collect::<Vec<_>>().join("/");
    Redacted(format!("{}://{}{path}", address.scheme.to_ascii_lowercase(), host(address.host)))
}

/// An address that a server is reached at from elsewhere; `None` for what is no address, or only one of this machine or network.
pub fn public_address(text: &str) -> Option<Redacted<String>> {
    let address: IpAddr = text.trim_matches(['[', ']']).parse().ok()?;
    let is_local = match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local() || address.is_unspecified(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unspecified() || address.segments()[0] & 0xfe00 == 0xfc00,
    };
    (!is_local).then(|| Redacted(text.trim_matches(['[', ']']).to_owned()))
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || ".:-_".contains(letter)
}

/// Writes a word, or what stands for it: with or without the point that ends a sentence, or the port.
fn replace_word(out: &mut String, word: &str, names: &[String]) {
    let mut core = word.trim_matches(['.', ':', '-', '_']);
    // An IPv6 address may begin or end with colons.
    for whole in [word, word.trim_end_matches(['.', ',']), word.trim_end_matches(':')] {
        if whole.parse::<IpAddr>().is_ok() {
            core = whole;
        }
    }
    let without_port = core.rsplit_once(':').map_or(core, |(host, _)| host);
    let is_hidden = |text: &str| text.parse::<IpAddr>().is_ok() || names.iter().any(|name| name.eq_ignore_ascii_case(text));
    let Some(hidden) = [core, without_port].into_iter().find(|text| !text.is_empty() && is_hidden(text)) else {
        out.push_str(word);
        return;
    };
    let (before, after) = word.split_once(hidden).unwrap_or(("", ""));
    for part in [before, TOKEN, after] {
        out.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when an address of the origin can be read in a public text, in whichever of its forms, or a time is taken for one.
    #[test]
    fn no_address_stays() {
        let names = ["origin.shop.example".to_owned()];
        for (text, expected) in [
            ("at 203.0.113.34.", "at [origin address]."),
            ("https://203.0.113.34:8443/a", "https://[origin address]:8443/a"),
            ("[2001:db8::1]:443", "[[origin address]]:443"),
            ("2001:db8::1, ::1 and fe80::", "[origin address], [origin address] and [origin address]"),
            ("http://Origin.Shop.Example:81/", "http://[origin address]:81/"),
            ("shop.example at 2026-11-21 04:18:20 UTC, 30.0 s", "shop.example at 2026-11-21 04:18:20 UTC, 30.0 s"),
            ("2026-11-21T04:18:20.980Z", "2026-11-21T04:18:20.980Z"),
            ("X-@everyone", "X-(at)everyone"),
        ] {
            assert_eq!(without_origin(&Redacted(text.to_owned()), &names).as_str(), expected);
        }
    }

    /// Breaks when a name, a number or an address of somebody's stays in a path that everybody reads.
    #[test]
    fn a_public_url_has_words_only() {
        for (url, expected) in [
            ("https://shop.example/api/orders?page=2#top", "https://shop.example/api/orders"),
            ("https://me:secret@shop.example/users/max@mail.example", "https://shop.example/users/[16 bytes]"),
            ("https://shop.example/orders/20261121/a", "https://shop.example/orders/[8 bytes]/a"),
            ("https://shop.example/%40max", "https://shop.example/[6 bytes]"),
            ("data:text/html,x", ""),
        ] {
            assert_eq!(public_url(url).as_str(), expected);
        }
    }

    /// Breaks when the address of a local proxy is given as the origin's.
    #[test]
    fn a_local_address_is_nobodys() {
        for local in ["127.0.0.1", "10.0.0.7", "192.168.1.1", "::1", "[::1]", "fd00::1", "", "shop.example"] {
            assert_eq!(public_address(local), None, "{local}");
        }
        assert_eq!(public_address("203.0.113.34").unwrap().as_str(), "203.0.113.34");
    }
}
