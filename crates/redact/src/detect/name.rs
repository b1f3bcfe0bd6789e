//! Names of headers, parameters, cookies and fields.

use super::narrow::narrow;
use super::secret::{hides, percent_decoded};
use super::words::{is_compound, is_known, is_word, is_year, parts, pieces};

/// Parts of names whose values are passwords.
const PASSWORDS: [&str; 6] = ["pass", "pwd", "secret", "pin", "otp", "cvv"];

/// Whether a text is no name of a parameter or field: then it is all value.
pub(crate) fn is_no_name(text: &str) -> bool {
    let signs = ['{', '}', '<', '>', '"', '\'', ' ', '('];
    text.contains(signs) || percent_decoded(text).is_some_and(|decoded| decoded.contains(signs))
}

/// Whether a name has in it what a value has: signs or letters that stand in no name, long numbers, a word that nobody knows beside digits
/// or beside another one behind a point.
pub(crate) fn is_odd_name(name: &str) -> bool {
    let decoded = percent_decoded(name);
    let plain = narrow(decoded.as_deref().unwrap_or(name));
    if is_known(&plain) {
        return false;
    }
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.[]$".contains(&byte);
    if !plain.strip_prefix(':').unwrap_or(&plain).bytes().all(of_name) {
        return true;
    }
    let is_number = |piece: &str| piece.starts_with(|first: char| first.is_ascii_digit());
    // With whether no sign stands before it.
    let all: Vec<(&str, bool)> = parts(&plain).flat_map(|part| pieces(part).enumerate().map(|(at, piece)| (piece, at > 0))).collect();
    // Beside it without a sign between, or a longer one with a sign.
    let beside = |one: &str, other: &str, is_joined: bool| {
        let is_unknown = !is_number(one) && !is_word(one) && (is_joined || one.len() >= MIN_UNKNOWN);
        is_number(other) && other.len() >= 2 && is_unknown
    };
    let is_pair = |pair: &[(&str, bool)]| {
        let ((one, _), (other, is_joined)) = (pair[0], pair[1]);
        beside(one, other, is_joined) || beside(other, one, is_joined)
    };
    let is_between = |three: &[(&str, bool)]| {
        let [(one, _), (unknown, _), (other, _)] = three else { return false };
        is_number(one) && is_number(other) && three[1].1 && three[2].1 && unknown.len() >= MIN_UNKNOWN && !is_word(unknown)
    };
    let numbers = || all.iter().map(|(piece, _)| *piece).filter(|piece| is_number(piece));
    let is_odd = all.windows(2).any(is_pair) || all.windows(3).any(is_between) || numbers().any(|piece| piece.len() > 3 && !is_year(piece));
    let digits = numbers().map(str::len).sum::<usize>();
    let unknown = |part: &str| part.len() >= MIN_UNKNOWN && pieces(part).any(|piece| !is_number(piece) && !is_compound(piece));
    let words: Vec<&str> = plain.split('.').collect();
    is_odd || digits > MAX_DIGITS || words.windows(2).any(|pair| pair.iter().all(|word| unknown(word)))
}

/// Letters that a word has at least which could be somebody's.
const MIN_UNKNOWN: usize = 4;
/// Digits of a name, in all.
const MAX_DIGITS: usize = 5;
/// Letters of a word that nobody knows, in a name that few entries have.
const MAX_UNKNOWN: usize = 6;

/// Whether a name has only known words, and short ones of which nobody could say whose they are.
pub(crate) fn is_plain_name(name: &str) -> bool {
    let plain = |piece: &str| piece.len() <= MAX_UNKNOWN || is_compound(piece);
    parts(name).all(|part| plain(part) || pieces(part).all(plain))
}

/// The length of a name's beginning of known words, behind which somebody's part of it follows: of `wordpress_logged_in_8c1f42d0`, `_ga_X1Y2Z3`.
pub(crate) fn known_beginning(name: &str) -> Option<usize> {
    const SHORT: [&str; 4] = ["_ga_", "_gat_", "_gid_", "_gcl_"];
    let mut ends = name.match_indices(['_', '-']).map(|(at, _)| at + 1).filter(|end| *end < name.len());
    let is_beginning =
        |start: &str| SHORT.contains(&start) || (is_known(start) && parts(start).any(|part| part.len() > 2 && is_word(part)));
    ends.rfind(|end| is_beginning(&name[..*end]))
}

/// Whether a name may stand in a token.
pub(crate) fn is_harmless_name(name: &str) -> bool {
    is_name(name) && !hides(name)
}

/// Whether a text is a short name of letters, digits and the signs of names.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.$:-".contains(&byte))
}

/// Whether a number of this name is secret however short it is: of a card, a code that came by message, a birthday.
pub(crate) fn is_short_secret(name: &str) -> bool {
    const WORDS: [&str; 16] =
        ["birth", "code", "csc", "cvc", "cvn", "cvv", "day", "dob", "exp", "month", "otp", "passcode", "pin", "ssn", "tan", "year"];
    // These say whose code it is: the server's, for everybody.
    const OPEN: [&str; 8] = ["error", "status", "http", "response", "exit", "result", "return", "reason"];
    let is_hump = |before: u8, byte: u8| before.is_ascii_lowercase() && byte.is_ascii_uppercase();
    let bytes = name.as_bytes();
    let (mut start, mut found) = (0, false);
    for at in 0..=bytes.len() {
        let ends = bytes.get(at).is_none_or(|byte| !byte.is_ascii_alphabetic() || (at > 0 && is_hump(bytes[at - 1], *byte)));
        if !ends {
            continue;
        }
        let word = &bytes[start..at];
        let begins = |known: &str| word.get(..known.len()).is_some_and(|part| part.eq_ignore_ascii_case(known.as_bytes()));
        let closes = |known: &str| word.len() >= known.len() && word[word.len() - known.len()..].eq_ignore_ascii_case(known.as_bytes());
        if OPEN.into_iter().any(begins) {
            return false;
        }
        found |= WORDS.into_iter().any(|known| begins(known) || closes(known));
        start = if bytes.get(at).is_some_and(u8::is_ascii_alphabetic) { at } else { at + 1 };
    }
    found
}

/// Whether the values of this name are passwords.
pub(crate) fn is_password(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PASSWORDS.iter().any(|part| if part.len() == 3 && *part != "pwd" { name == *part } else { name.contains(part) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a name of secrets is not known, or the server's code is taken for a person's.
    #[test]
    fn names_of_secrets_are_known() {
        for name in ["password", "userPwd", "client_secret", "PIN", "otp"] {
            assert!(is_password(name), "{name}");
        }
        for name in ["pinned", "option", "name"] {
            assert!(!is_password(name), "{name}");
        }
        for name in ["cardCvv", "birth_year", "smsCode", "exp", "code"] {
            assert!(is_short_secret(name), "{name}");
        }
        for name in ["errorCode", "status_code", "httpResponseCode", "count"] {
            assert!(!is_short_secret(name), "{name}");
        }
    }

    /// Breaks when a name that holds a value stays, or an ordinary one goes.
    #[test]
    fn odd_names_are_known() {
        for name in [
            "x-shop-v2",
            "utm_source",
            "wp-settings-1",
            "__utma",
            "c[]",
            ":authority",
            "ctl00$Content1",
            "$filter",
            "X-Amz-Cf-Id",
            "sec-ch-ua",
            "hubspotutk",
            "page.size",
            "address.street",
            "x-2026",
        ] {
            assert!(!is_odd_name(name), "{name}");
        }
        for name in [
            "hunter22",
            "x-K327291",
            "20261",
            "kenji!b",
            "jdoe42",
            "4qxrzv7",
            "doerr_46",
            "\u{441}\u{43b}\u{43e}\u{43d}7",
            "tanja.warmer",
            "@jobrien83",
            "\u{ff4a}\u{ff44}\u{ff4f}\u{ff45}\u{ff14}\u{ff12}",
            "jd\u{ad}oe42",
            "%6Adoe42",
        ] {
            assert!(is_odd_name(name), "{name}");
        }
        assert!(is_plain_name("x-litespeed-tag") && is_plain_name("accessToken") && !is_plain_name("x-meadowember"));
        for (name, start) in [("wordpress_logged_in_8c1f42d0", "wordpress_logged_in_"), ("_ga_X1Y2Z3", "_ga_")] {
            assert_eq!(known_beginning(name), Some(start.len()));
        }
        assert_eq!(known_beginning("jdoe_42"), None);
    }

    /// Breaks when a value that stands where a name should is taken for a name.
    #[test]
    fn what_is_no_name_is_known() {
        for name in ["{\"a\":1}", "a b", "%7B%22a%22", "<a>"] {
            assert!(is_no_name(name), "{name}");
        }
        for name in ["page", "c[]", "utm_source", "e%20"] {
            assert_eq!(is_no_name(name), name.contains("%20"), "{name}");
        }
        assert!(is_harmless_name("session_id") && !is_harmless_name("alice@shop.example") && !is_harmless_name(""));
    }
}
