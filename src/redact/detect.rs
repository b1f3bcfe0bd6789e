//! What a value gives away by its shape, wherever it stands. Every look at a text takes time in proportion to its length.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::token::Kind;
use crate::evidence::address::Address;

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

/// Parts of names whose values are passwords.
const PASSWORDS: [&str; 6] = ["pass", "pwd", "secret", "pin", "otp", "cvv"];

/// What a value is by its shape, as a whole.
pub(super) fn kind(value: &str) -> Option<Kind> {
    let text = value.trim();
    if text.contains("-----BEGIN") {
        return Some(Kind::Key);
    }
    if jwt(text).is_some() {
        return Some(Kind::Jwt);
    }
    if text.len() > 320 {
        return None;
    }
    if text.len() > 10 && BEGINNINGS.iter().any(|start| starts(text, start)) {
        return Some(Kind::ApiKey);
    }
    if is_ip(text) {
        return Some(Kind::Ip);
    }
    if is_card(text) {
        return Some(Kind::Card);
    }
    if has_email(text) && !text.contains(' ') {
        return Some(Kind::Email);
    }
    None
}

/// Whether a text that would stay (a name, a part of a path, a word) looks like a secret or like something about a person.
pub(super) fn hides(text: &str) -> bool {
    let decoded = percent_decoded(text);
    looks_secret(text) || decoded.is_some_and(|decoded| decoded.contains('%') || looks_secret(&decoded))
}

/// Whether the values of this name are passwords.
pub(super) fn is_password(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PASSWORDS.iter().any(|part| if part.len() == 3 && *part != "pwd" { name == *part } else { name.contains(part) })
}

/// The algorithm and the names of the claims of a JSON Web Token.
pub(super) fn jwt(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.starts_with("eyJ") || text.len() > 100_000 {
        return None;
    }
    let mut parts = text.split('.');
    let (header, claims) = (parts.next()?, parts.next()?);
    let fits = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte));
    if !(fits(header) && fits(claims) && parts.next().is_none_or(fits)) || parts.count() > 2 {
        return None;
    }
    let object = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
        serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes).ok()
    };
    let harmless = |name: &&str| super::token::is_harmless_name(name);
    let header = object(header)?;
    let algorithm = header.get("alg").and_then(|value| value.as_str()).filter(harmless).unwrap_or("JWT");
    let claims = object(claims).unwrap_or_default();
    let names: Vec<&str> = claims.keys().map(String::as_str).filter(harmless).take(8).collect();
    Some(if names.is_empty() { algorithm.to_owned() } else { [algorithm, &names.join(",")].join(" ") })
}

/// A text with its percent-encoding undone; `None` when it has none.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
        if byte == b'%'
            && let Some((high, low)) = digit(at + 1).zip(digit(at + 2))
        {
            decoded.push(high << 4 | low);
            at += 3;
        } else {
            decoded.push(byte);
            at += 1;
        }
    }
    Some(String::from_utf8_lossy(&decoded).into_owned())
}

fn looks_secret(text: &str) -> bool {
    if text.contains("&#")
        || text.contains("\\u")
        || text.contains("-----BEGIN")
        || has_email(text)
        || has_ipv4(text)
        || has_user_info(text)
    {
        return true;
    }
    // Addresses with colons, before they are split.
    if text.contains(':') && text.split(['/', ' ', ',', '[', ']', '=', '"']).any(is_ip) {
        return true;
    }
    let signs = |letter: char| !(letter.is_ascii_digit() || letter == ' ' || letter == '-');
    let card = text.split(signs).any(|run| is_card(run.trim_matches([' ', '-'])));
    if card || text.split([' ', '/', ',', ';', '=', '(', ')', '"']).any(|part| BEGINNINGS.iter().any(|start| starts(part, start))) {
        return true;
    }
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || "+-_=".contains(letter))).any(is_random)
        || text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(is_random)
        || text
            .split(|letter: char| !(letter.is_ascii_alphanumeric() || "+/=".contains(letter)))
            .any(|run| run.len() >= 32 && is_random(run))
}

/// A run of letters and digits that nobody would write: long numbers, hexadecimal digits, Base64.
fn is_random(run: &str) -> bool {
    if run.len() < 8 {
        return false;
    }
    let (mut digits, mut lower, mut upper, mut hex, mut turns, mut humps) = (0, 0, 0, 0, 0, 0);
    let mut before = 0;
    for byte in run.bytes() {
        let class = match byte {
            b'0'..=b'9' => 1,
            b'a'..=b'z' => 2,
            b'A'..=b'Z' => 3,
            _ => 0,
        };
        digits += usize::from(class == 1);
        lower += usize::from(class == 2);
        upper += usize::from(class == 3);
        hex += usize::from(byte.is_ascii_hexdigit());
        turns += usize::from((class == 1) != (before == 1) && class != 0 && before != 0);
        humps += usize::from(before == 2 && class == 3);
        before = class;
    }
    let long_number = digits >= 9 && digits == run.len();
    let hexadecimal = run.len() >= 12 && digits >= 2 && hex == run.len();
    let phone = digits >= 9 && digits * 4 >= run.len() * 3;
    let mixed = digits > 0 && lower > 0 && upper > 0 && (run.len() >= 20 || (run.len() >= 12 && turns >= 2));
    let base64 = run.len() >= 24 && humps * 4 >= run.len();
    long_number || hexadecimal || phone || mixed || base64 || turns >= 3 || hides_text(run)
}

/// Base64 of a text that gives something away.
fn hides_text(run: &str) -> bool {
    if !(12..=4096).contains(&run.len()) || !run.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return false;
    }
    let plain = run.trim_end_matches('=');
    let decoded = STANDARD_NO_PAD.decode(plain).or_else(|_| URL_SAFE_NO_PAD.decode(plain));
    // Words of letters alone decode to something as well, but not to text.
    decoded.is_ok_and(|bytes| bytes.iter().all(|byte| (0x20..0x7f).contains(byte) || matches!(byte, b'\n' | b'\r' | b'\t')))
}

fn starts(text: &str, start: &str) -> bool {
    // Short beginnings of letters alone are words as well: what follows must be long and have digits.
    text.strip_prefix(start).is_some_and(|rest| {
        let run = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte)).count();
        let digits = rest.bytes().take(run).filter(u8::is_ascii_digit).count();
        let separated = start.ends_with(['_', '-', '.']);
        run >= if separated && start.len() > 3 { 8 } else { 16 } && (digits > 0 || (separated && start.len() > 4))
    })
}

fn has_user_info(text: &str) -> bool {
    text.contains("://") && text.contains('@') && Address::new(text).user_info.is_some()
}

fn has_email(text: &str) -> bool {
    text.match_indices(['@', '＠']).any(|(at, _)| {
        let before = text[..at].bytes().next_back().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte));
        let domain = &text[at + 1..];
        let length = domain.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte)).count();
        before && domain[..length].trim_end_matches('.').contains('.')
    })
}

/// An IPv4 address somewhere; a version behind a product's name is none.
fn has_ipv4(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = at + bytes[at..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        let version = at >= 2 && bytes[at - 1] == b'/' && bytes[at - 2].is_ascii_alphanumeric();
        let quoted = at >= 1 && bytes[at - 1] == b'"';
        if !version && !quoted && is_ipv4(text[at..end].trim_end_matches('.')) {
            return true;
        }
        at = end;
    }
    false
}

fn is_ipv4(text: &str) -> bool {
    let mut parts = 0;
    text.split('.').all(|part| {
        parts += 1;
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse::<u16>().is_ok_and(|part| part < 256)
    }) && parts == 4
}

/// An IP address and nothing else, but for brackets and a port.
pub(super) fn is_ip(text: &str) -> bool {
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

/// The number of a payment card: 13 to 19 digits whose check digit is right, perhaps with spaces or hyphens.
fn is_card(text: &str) -> bool {
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
        ] {
            assert!(!hides(text), "{text}");
        }
    }

    /// Breaks when a token's algorithm or the names of its claims are lost, or a value is shown.
    #[test]
    fn a_jwt_shows_names_alone() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.c2ln", part(r#"{"alg":"HS256","kid":"k"}"#), part(r#"{"sub":"alice","exp":1}"#));
        assert_eq!(jwt(&token).as_deref(), Some("HS256 exp,sub"));
        assert_eq!(kind(&token), Some(Kind::Jwt));
    }
}
