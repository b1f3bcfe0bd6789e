//! What gives a secret away by its shape, wherever it stands in a text. Every search takes time in proportion to the text's length.

use percent_encoding::percent_decode_str;

use super::address::{is_ip, is_ipv4, user_within};
use super::narrow::narrow;
use super::personal::has_number;
use super::random::is_random;

/// How keys of well-known services and the like begin.
const BEGINNINGS: [&str; 44] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "gldt-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "rk_test_",
    "pk_live_",
    "whsec_",
    "AKIA",
    "ASIA",
    "AIza",
    "ya29.",
    "GOCSPX-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxr-",
    "xoxs-",
    "xapp-",
    "SG.",
    "npm_",
    "pypi-",
    "dop_v1_",
    "doo_v1_",
    "shpat_",
    "shpss_",
    "EAAC",
    "sq0atp-",
    "sq0csp-",
    "sk-",
    "hf_",
    "lin_api_",
    "NRAK-",
    "PMAK-",
    "dckr_pat_",
    "key-",
    "SK",
    "AC",
];

/// Whether a text that would stay (a name, a part of a path, a word) looks like a secret or like something about a person.
pub(crate) fn hides(text: &str) -> bool {
    // What is encoded twice, and a query in what is none: nobody writes so who has nothing to hide from a reader of URLs.
    let smuggles = |decoded: &str| {
        let more = |sign: char| decoded.matches(sign).count() > text.matches(sign).count();
        decoded.contains('%') || ['=', '?', '&', '#'].into_iter().any(more)
    };
    looks_secret(&narrow(text)) || percent_decoded(text).is_some_and(|decoded| smuggles(&decoded) || looks_secret(&narrow(&decoded)))
}

/// A text with its percent-encoding undone; `None` when it has none.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    Some(percent_decode_str(text).decode_utf8_lossy().into_owned())
}

/// Whether a text, as it is written, looks like a secret.
fn looks_secret(text: &str) -> bool {
    if text.contains("&#")
        || text.contains("\\u")
        || text.contains("-----BEGIN")
        || has_email(text)
        || has_ipv4(text)
        || has_user_info(text)
        || has_number(text)
    {
        return true;
    }
    // Addresses with colons, before they are split.
    if text.contains(':') && text.split(['/', ' ', ',', ';', '[', ']', '(', ')', '<', '>', '=', '"', '\'']).any(is_ip) {
        return true;
    }
    let signs = |letter: char| !(letter.is_ascii_digit() || letter == ' ' || letter == '-');
    let card = text.split(signs).any(|run| is_card(run.trim_matches([' ', '-'])));
    if card || text.split([' ', '/', ',', ';', '=', '(', ')', '[', ']', '{', '}', '<', '>', '"', '\'']).any(is_api_key) {
        return true;
    }
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || "+-_=".contains(letter))).any(is_random)
        || text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(is_random)
        || text
            .split(|letter: char| !(letter.is_ascii_alphanumeric() || "+/=".contains(letter)))
            .any(|run| run.len() >= 32 && is_random(run))
}

fn starts(text: &str, start: &str) -> bool {
    // Short beginnings of letters alone are words as well: what follows must be long and have digits.
    let separated = start.ends_with(['_', '-', '.']);
    // Hosts are written in lower case.
    let begins = |head: &str| head == start || separated && start.len() > 3 && head.eq_ignore_ascii_case(start);
    text.split_at_checked(start.len()).filter(|(head, _)| begins(head)).is_some_and(|(_, rest)| {
        let run = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte)).count();
        let digits = rest.bytes().take(run).filter(u8::is_ascii_digit).count();
        run >= if separated && start.len() > 3 { 8 } else { 16 } && (digits > 0 || (separated && start.len() > 4))
    })
}

/// Whether a text begins as a well-known service's key does.
pub(super) fn is_api_key(text: &str) -> bool {
    BEGINNINGS.iter().any(|start| starts(text, start))
}

fn has_user_info(text: &str) -> bool {
    // Or without the slashes, one of which many a server takes away.
    let user = |word: &str| word.split_once('@').is_some_and(|(user, host)| user.contains(':') && !user.ends_with(':') && !host.is_empty());
    user_within(text).is_some() || (text.contains('@') && text.split(['/', ' ', '"']).any(user))
}

pub(super) fn has_email(text: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"._+-!$*^`|~\"".contains(&byte);
    text.match_indices(['@', '＠']).any(|(at, sign)| {
        let domain = &text[at + sign.len()..];
        let length = domain.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80 || b".-".contains(byte)).count();
        text[..at].bytes().next_back().is_some_and(is_name) && domain[..length].trim_end_matches('.').contains(['.', '。', '．', '｡'])
    })
}

/// An IPv4 address somewhere. What ends in three zeros is a browser's version: no machine has such an address.
fn has_ipv4(text: &str) -> bool {
    text.split(|letter: char| !(letter.is_ascii_digit() || letter == '.')).any(|run| {
        let run = run.trim_matches('.');
        is_ipv4(run) && !run.ends_with(".0.0.0")
    })
}

/// Whether a number stands for a card, which none that is measured does.
pub(crate) fn is_card_number(text: &str) -> bool {
    text.len() >= 15 && is_card(text)
}

/// The number of a payment card: 13 to 19 digits whose check digit is right, perhaps with spaces or hyphens.
pub(super) fn is_card(text: &str) -> bool {
    if text.len() > 30 || !text.bytes().all(|byte| byte.is_ascii_digit() || b" -".contains(&byte)) {
        return false;
    }
    let digits: Vec<u32> = text.chars().filter_map(|letter| letter.to_digit(10)).collect();
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(at, digit)| if at % 2 == 0 { *digit } else { digit * 2 / 10 + digit * 2 % 10 }).sum();
    (13..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a secret's shape is not known any more.
    #[test]
    fn secrets_are_known_by_their_shape() {
        for text in [
            "alice@example.com",
            "203.0.113.7",
            "2001:db8::1",
            "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
            "gocspx-abcdefghijklmnopqrstuvw",
            "AKIAIOSFODNN7EXAMPLE",
            "4111111111111111",
            "8c1f42d07be94a36",
            "550e8400-e29b-41d4-a716-446655440000",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
            "YWxpY2VAZXhhbXBsZS5jb20=",
            "alice%40example.com",
            "Tr0ub4dor",
            "+4915112345678",
            "&#97;&#108;",
            "jürgen.müller@bücher.example",
            "alice＠wonder.example",
            "j%C3%BCrgen%40b%C3%BCcher.example",
            "%3Fpassword%3Dhunter2",
            "x%2526y",
            "https://alice:pa/ss@db",
            "via/10.0.0.7",
            "\"10.0.0.7\"",
            "jkqwhxbvmztplfgd",
            "qWxKdJvBnMzLpRtYhG",
            "jkqwhxbvmzt",
            "aHVudGVyMg",
            "aHVudGVyMg==",
        ] {
            assert!(hides(text), "{text}");
        }
    }

    /// Breaks when what everybody needs to see is taken for a secret.
    #[test]
    fn ordinary_names_are_none() {
        for text in [
            "session",
            "PHPSESSID",
            "getElementsByTagNameNS",
            "checkout",
            "2026-11-20",
            "v2",
            "wordpress_logged_in",
            "__cf_bm",
            "Chrome/156.0.0.0",
            "AppleWebKit/537.36",
            "Mozilla/5.0",
            "orchestrate",
            "JetBrainsMono-Regular",
            "access-control-allow-origin",
            "application/json",
            "page_1",
            "strict-origin-when-cross-origin",
            "@scope%2Fpackage",
            "Donaudampfschifffahrtsgesellschaft",
            "XMLHttpRequest",
            "Content-Security-Policy-Report-Only",
            "If-Unmodified-Since",
            "Checkout",
            "wp-includes",
            "\"Chromium\";v=\"156.0.0.0\"",
        ] {
            assert!(!hides(text), "{text}");
        }
    }
}
