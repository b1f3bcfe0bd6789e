//! What a value gives away by its shape, wherever it stands. Every look at a text takes time in proportion to its length.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use fivetwenty_captures::evidence::address::Address;
use percent_encoding::percent_decode_str;

use crate::kind::Kind;

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

/// By the first letter of a pair, the second letters that follow it in words, lowest bit first: pairs that are rarer than one in five
/// thousand in the words of documents in some fifty languages are left out.
const PAIRS: [u32; 26] = [
    0x03ff_ffff,
    0x011e_7917,
    0x031e_7f95,
    0x035e_ffdd,
    0x03ff_ffff,
    0x011e_4931,
    0x0056_79d1,
    0x011e_7911,
    0x02fe_fe7f,
    0x0014_6111,
    0x005e_6995,
    0x013c_fd7f,
    0x011c_f913,
    0x033e_ffff,
    0x03fe_ff7f,
    0x011e_c995,
    0x0010_0000,
    0x037e_fdff,
    0x035e_fdb5,
    0x035e_fdbd,
    0x024e_ff7f,
    0x0000_4111,
    0x0116_6199,
    0x0008_c115,
    0x025e_ff7f,
    0x0150_f55f,
];

/// The words of which reason phrases and descriptions of network errors are made.
const PHRASES: &str = "accepted acceptable access address after already allowed aborted and answer associate authentication authoritative \
    authorized back bad be broken certificate client closed conflict connect connection content continue could created denied depended \
    dependency detected disconnected early empty entity error errors exceeded expectation expired extended fail failed failure field fields \
    for forbidden found from full gateway gone handshake header headers hints host http internal invalid large legal length limit locked \
    long loop many media method misdirected modified moved multi multiple name negotiates network none not null object only open origin \
    other out partial payload payment peer permanent permanently pipe precondition processing protocol proxy range reached read reasons \
    redirect redirects refused rejected remote reply reported request requested required reset resolve resolved response returned retry \
    routines satisfiable see server service signal socket ssl status storage success successful switch switching teapot temporarily \
    temporary terminated the timed timeout time tls too unable unassigned unauthorized unavailable undefined unexpected unknown \
    unprocessable unreachable unsupported unused upgrade uri url use used variant variants version verify via was web while with write \
    written wrong";

/// The words of dates.
const DATES: &str = "mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday jan feb mar apr may jun jul aug sep \
    oct nov dec gmt utc t z";

/// How the names of character sets begin.
const CHARSETS: [&str; 16] = [
    "ansi", "ascii", "big5", "cp12", "cp8", "euc-", "gb", "ibm", "iso-", "iso8859", "koi8", "latin", "shift", "us-ascii", "utf", "windows-",
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
    // What is encoded twice, and a query in what is none: nobody writes so who has nothing to hide from a reader of URLs.
    let smuggles = |decoded: &str| {
        let more = |sign: char| decoded.matches(sign).count() > text.matches(sign).count();
        decoded.contains('%') || ['=', '?', '&', '#'].into_iter().any(more)
    };
    looks_secret(text) || percent_decoded(text).is_some_and(|decoded| smuggles(&decoded) || looks_secret(&decoded))
}

/// Whether a text is no name of a parameter or field: then it is all value.
pub(super) fn is_no_name(text: &str) -> bool {
    let signs = ['{', '}', '<', '>', '"', '\'', ' ', '('];
    text.contains(signs) || percent_decoded(text).is_some_and(|decoded| decoded.contains(signs))
}

/// Whether a name may stand in a token.
pub(super) fn is_harmless_name(name: &str) -> bool {
    is_name(name) && !hides(name)
}

/// Whether a text is a short name of letters, digits and the signs of names.
pub(super) fn is_name(name: &str) -> bool {
    (1..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.$:-".contains(&byte))
}

/// A text without the versions behind the names of products, which may look like addresses: `Browser/7.5.37.4`.
pub(super) fn without_versions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive([' ', ';', '(', ')', ',']) {
        match word.split_once('/') {
            Some((product, version)) if product.bytes().any(|byte| byte.is_ascii_alphabetic()) => {
                out.push_str(product);
                out.push_str(version.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.'));
            }
            _ => out.push_str(word),
        }
    }
    out
}

/// Whether a value has parameters that somebody chose: more than three letters behind an equals sign, as in `x=y; user=alice`.
pub(super) fn has_chosen(value: &str) -> bool {
    const NEUTRAL: [&str; 2] = ["bytes", "block"];
    value.split('=').skip(1).any(|rest| {
        let rest = rest.trim_start_matches([' ', '"', '\'', '=']);
        let word = rest.split([' ', ';', ',', '"', '\'', ')']).next().unwrap_or_default();
        word.bytes().filter(u8::is_ascii_alphabetic).count() > 3 && !NEUTRAL.contains(&word)
    })
}

/// Whether a text may be a host with its port: no user name with the beginning of a password.
pub(super) fn is_host(text: &str) -> bool {
    let end = text.rfind([':', ']']).filter(|at| text.as_bytes()[*at] == b':').unwrap_or(text.len());
    let (name, port) = text.split_at(end);
    text.len() <= 260
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]*".contains(&byte))
        && (!name.contains(':') || name.starts_with('['))
        && port.bytes().skip(1).all(|byte| byte.is_ascii_digit())
}

/// The length of what stands for a user in a URL within a text, from behind its `://` to its last `@`, and where it begins.
pub(super) fn user_within(text: &str) -> Option<(usize, usize)> {
    let start = text.find("://")? + "://".len();
    // What stands behind a slash there is somebody's name on a site: `/@alice`.
    let length = text[start..].rfind('@').filter(|length| !matches!(text.as_bytes()[start + length - 1], b'/'))?;
    Some((start, length))
}

/// A URL in parts, where a password may have a slash in it: then the host begins behind the last `@` of what looks like a path.
pub(super) fn address(text: &str) -> Address<'_> {
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

/// What a server calls a status, or a tool an error of the network: known words alone.
pub(super) fn is_phrase(text: &str) -> bool {
    text.len() <= 100
        && text.split([' ', '-', ',', '.', '/', '(', ')', ':']).all(|word| {
            word.len() <= 2
                || (word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit()))
                || PHRASES.split(' ').any(|known| known.eq_ignore_ascii_case(word))
        })
}

/// The name of a network error, as browsers have it: `net::ERR_EMPTY_RESPONSE`, `NS_ERROR_NET_RESET`, `ECONNRESET`.
pub(super) fn is_error(text: &str) -> bool {
    let name = text.strip_prefix("net::").unwrap_or(text);
    (4..=80).contains(&text.len())
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && (name.starts_with('E') || name.contains('_'))
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether a text is a time as HTTP and captures have it, or one of the numbers that stand for the past.
pub(super) fn is_date(text: &str) -> bool {
    let known = |word: &str| word.is_empty() || DATES.split(' ').any(|known| known.eq_ignore_ascii_case(word));
    let signs = |byte: u8| byte.is_ascii_alphanumeric() || b" ,:-+./".contains(&byte);
    text.len() <= 40 && text.bytes().all(signs) && text.split(|letter: char| !letter.is_ascii_alphabetic()).all(known) && !hides(text)
}

/// Whether a text is a number of at most ten digits.
pub(super) fn is_short_number(text: &str) -> bool {
    let digits = text.trim().trim_start_matches('-');
    (1..=10).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text may be a method of HTTP.
pub(super) fn is_method(text: &str) -> bool {
    const LOWER: [&str; 7] = ["delete", "get", "head", "options", "patch", "post", "put"];
    (text.len() <= 16 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-'))
        || LOWER.iter().any(|known| known.eq_ignore_ascii_case(text))
}

/// Whether a text is the version of a protocol: `HTTP/1.1`, `h2`, `h3-29`, `http/2.0+quic/46`, `unknown`.
pub(super) fn is_version(text: &str) -> bool {
    text.len() <= 24
        && text.split(|letter: char| !letter.is_ascii_alphabetic()).all(|word| {
            word.len() <= 1
                || ["data", "http", "https", "quic", "spdy", "unknown", "hq", "blob", "about"]
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(word))
        })
        && !hides(text)
}

/// Whether the value of a media type's parameter may stay: the name of a character set, or what is too short to tell anything.
pub(super) fn is_charset(name: &str, value: &str) -> bool {
    let value = value.trim_matches(['"', ' ']);
    let known = || CHARSETS.iter().any(|start| value.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start)));
    value.len() <= 3
        || (name.trim().eq_ignore_ascii_case("charset")
            && value.len() <= 20
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            && known())
}

/// Whether all parameters of a media type may stay.
pub(super) fn is_media_type(value: &str) -> bool {
    value
        .split(';')
        .skip(1)
        .all(|part| part.split_once('=').map_or_else(|| part.trim().is_empty(), |(name, value)| is_charset(name, value)))
}

/// Whether a number of this name is secret however short it is: of a card, a code that came by message, a birthday.
pub(super) fn is_short_secret(name: &str) -> bool {
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

/// Whether a number stands for a card, which none that is measured does.
pub(super) fn is_card_number(text: &str) -> bool {
    text.len() >= 15 && is_card(text)
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
    let harmless = |name: &&str| is_harmless_name(name);
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
    Some(percent_decode_str(text).decode_utf8_lossy().into_owned())
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
    if text.contains(':') && text.split(['/', ' ', ',', ';', '[', ']', '(', ')', '<', '>', '=', '"', '\'']).any(is_ip) {
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
    long_number || hexadecimal || phone || mixed || base64 || turns >= 3 || hides_text(run) || is_no_word(run)
}

/// Base64 of a text that gives something away.
fn hides_text(run: &str) -> bool {
    /// A shorter run that decodes to a text may be a word as well: then it must decode to letters and digits.
    const LONG: usize = 12;
    if !(8..=4096).contains(&run.len()) || !run.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return false;
    }
    let plain = run.trim_end_matches('=');
    let decoded = STANDARD_NO_PAD.decode(plain).or_else(|_| URL_SAFE_NO_PAD.decode(plain));
    // Words of letters alone decode to something as well, but not to text.
    let is_text = |byte: &u8| match plain.len() {
        0..LONG => byte.is_ascii_alphanumeric() || b"@._-".contains(byte),
        _ => (0x20..0x7f).contains(byte) || matches!(byte, b'\n' | b'\r' | b'\t'),
    };
    decoded.is_ok_and(|bytes| bytes.iter().all(is_text))
}

/// Letters that do not follow each other in words.
fn is_no_word(run: &str) -> bool {
    let letter = |byte: u8| usize::from(byte.to_ascii_lowercase().wrapping_sub(b'a'));
    let (mut pairs, mut rare, mut before) = (0, 0, None);
    for byte in run.bytes() {
        let Some(row) = PAIRS.get(letter(byte)) else { return false };
        if let Some(before) = before.replace(*row) {
            pairs += 1;
            rare += usize::from(before >> letter(byte) & 1 == 0);
        }
    }
    if run.len() < 12 { rare * 2 >= pairs } else { rare * 5 >= pairs }
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
    // Or without the slashes, one of which many a server takes away.
    let user = |word: &str| word.split_once('@').is_some_and(|(user, host)| user.contains(':') && !user.ends_with(':') && !host.is_empty());
    user_within(text).is_some() || (text.contains('@') && text.split(['/', ' ', '"']).any(user))
}

fn has_email(text: &str) -> bool {
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

    /// Breaks when a token's algorithm or the names of its claims are lost, or a value is shown.
    #[test]
    fn a_jwt_shows_names_alone() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.c2ln", part(r#"{"alg":"HS256","kid":"k"}"#), part(r#"{"sub":"alice","exp":1}"#));
        assert_eq!(jwt(&token).as_deref(), Some("HS256 exp,sub"));
        assert_eq!(kind(&token), Some(Kind::Jwt));
    }
}
