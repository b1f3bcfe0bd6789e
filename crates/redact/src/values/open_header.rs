//! Headers that may leave as they are.

use fivetwenty_captures::evidence::ray_id::RayId;

use crate::detect;

/// Headers whose values may leave; all but `sec-fetch-dest` are of responses. Names in lower case.
pub const OPEN_HEADERS: [&str; 11] = [
    "cf-cache-status",
    "cf-error-type",
    "cf-mitigated",
    "cf-ray",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "retry-after",
    "sec-fetch-dest",
    "server",
];

/// What a browser may want an answer for, by `Sec-Fetch-Dest` (the Fetch standard, "destination").
const DESTINATIONS: [&str; 12] =
    ["document", "embed", "empty", "font", "frame", "iframe", "image", "manifest", "object", "script", "style", "worker"];

/// Whether a header of this name and value is one that may leave.
pub(crate) fn is_open(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let value = value.trim();
    let plain = |also: &str| value.len() <= 100 && value.chars().all(|letter| letter.is_ascii_alphanumeric() || also.contains(letter));
    OPEN_HEADERS.contains(&name.as_str())
        && match name.as_str() {
            "cf-ray" => value == "-" || value.parse::<RayId>().is_ok(),
            "cf-mitigated" => value == "challenge",
            "cf-error-type" | "retry-after" => value.len() <= 5 && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x'),
            "content-length" => {
                let is_length = |part: &str| part.trim().len() <= 10 && part.trim().bytes().all(|byte| byte.is_ascii_digit());
                value.len() <= 100 && value.split(',').all(is_length)
            }
            "content-encoding" | "cf-cache-status" => {
                let of_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
                plain(" -_,;") && value.split(|letter| !of_word(letter)).all(|word| word.is_empty() || is_closed_word(word, false))
            }
            "sec-fetch-dest" => DESTINATIONS.contains(&value),
            "date" => detect::is_date(value),
            "content-type" => plain(" -_.,:;/+=()*\"'") && detect::is_media_type(value) && !detect::hides(value),
            _ => plain(" -_.,:;/+=()*\"'") && !has_chosen(value) && !detect::hides(value),
        }
}

/// Whether a value has parameters that somebody chose: more than three letters behind an equals sign, as in `x=y; user=alice`.
pub(crate) fn has_chosen(value: &str) -> bool {
    const NEUTRAL: [&str; 2] = ["bytes", "block"];
    value.split('=').skip(1).any(|rest| {
        let rest = rest.trim_start_matches([' ', '"', '\'', '=']);
        let word = rest.split([' ', ';', ',', '"', '\'', ')']).next().unwrap_or_default();
        word.bytes().filter(u8::is_ascii_alphabetic).count() > 3 && !NEUTRAL.contains(&word)
    })
}

/// Whether a word may stay in a header whose grammar is closed: a known one, a header's name made of such, or a short number.
pub(super) fn is_closed_word(word: &str, has_number: bool) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    match word.bytes().find(u8::is_ascii_alphabetic) {
        None if word.contains('.') => digits <= 12 && word.split('.').count() <= 4,
        None => digits <= if has_number { 5 } else { 3 },
        Some(_) => digits <= 3 && (word.len() == 1 || (detect::is_known(word) && detect::has_word(word))),
    }
}
