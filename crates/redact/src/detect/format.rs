//! Values of known formats, which tell nothing about a person: times, methods, versions, media types, phrases.

use super::secret::hides;

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

/// What a server calls a status, or a tool an error of the network: known words alone.
pub(crate) fn is_phrase(text: &str) -> bool {
    text.len() <= 100
        && text.split([' ', '-', ',', '.', '/', '(', ')', ':']).all(|word| {
            word.len() <= 2
                || (word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit()))
                || PHRASES.split(' ').any(|known| known.eq_ignore_ascii_case(word))
        })
}

/// The name of a network error, as browsers have it: `net::ERR_EMPTY_RESPONSE`, `NS_ERROR_NET_RESET`, `ECONNRESET`.
pub(crate) fn is_error(text: &str) -> bool {
    let name = text.strip_prefix("net::").unwrap_or(text);
    (4..=80).contains(&text.len())
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && (["ERR_", "NS_"].into_iter().any(|start| name.starts_with(start))
            || name.contains("ERROR")
            || (name.starts_with('E') && !name.contains('_')))
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether a text is a time as HTTP and captures have it, or one of the numbers that stand for the past.
pub(crate) fn is_date(text: &str) -> bool {
    let known = |word: &str| word.is_empty() || DATES.split(' ').any(|known| known.eq_ignore_ascii_case(word));
    let signs = |byte: u8| byte.is_ascii_alphanumeric() || b" ,:-+./".contains(&byte);
    let numbers = || text.split(|letter: char| !letter.is_ascii_digit()).filter(|number| !number.is_empty());
    // A day, a time of day, or one of the numbers that stand for the past.
    let is_time = match numbers().count() {
        0 | 1 => text.trim_start_matches('-').len() <= 2 || !text.bytes().any(|byte| byte.is_ascii_digit()),
        _ => text.contains(':') || numbers().any(|number| number.len() == 4 && ("1970".."2100").contains(&number)),
    };
    is_time
        && text.len() <= 40
        && text.bytes().all(signs)
        && text.split(|letter: char| !letter.is_ascii_alphabetic()).all(known)
        && !hides(text)
}

/// Whether a text is a number of at most ten digits.
pub(crate) fn is_short_number(text: &str) -> bool {
    let digits = text.trim().trim_start_matches('-');
    (1..=10).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text may be a method of HTTP.
pub(crate) fn is_method(text: &str) -> bool {
    const METHODS: &str = "acl bind brew checkin checkout connect copy delete get head label link list lock merge mkactivity mkcalendar mkcol move \
        notify options patch post pri propfind proppatch purge put query rebind report search subscribe trace unbind unlink unlock \
        unsubscribe update view";
    METHODS.split(' ').any(|known| known.eq_ignore_ascii_case(text))
}

/// Whether a text is the version of a protocol: `HTTP/1.1`, `h2`, `h3-29`, `http/2.0+quic/46`, `unknown`.
pub(crate) fn is_version(text: &str) -> bool {
    text.len() <= 24
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/.+- ".contains(&byte))
        && text.split(|letter: char| !letter.is_ascii_digit()).all(|number| number.len() < 4)
        && text.split(|letter: char| !letter.is_ascii_alphabetic()).all(|word| {
            word.len() <= 1
                || ["data", "http", "https", "quic", "spdy", "unknown", "hq", "blob", "about"]
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(word))
        })
        && !hides(text)
}

/// Whether the value of a media type's parameter may stay: the name of a character set, or what is too short to tell anything.
pub(crate) fn is_charset(name: &str, value: &str) -> bool {
    let value = value.trim_matches(['"', ' ']);
    let known = || CHARSETS.iter().any(|start| value.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start)));
    value.len() <= 3
        || (name.trim().eq_ignore_ascii_case("charset")
            && value.len() <= 20
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            && known())
}

/// Whether all parameters of a media type may stay.
pub(crate) fn is_media_type(value: &str) -> bool {
    value
        .split(';')
        .skip(1)
        .all(|part| part.split_once('=').map_or_else(|| part.trim().is_empty(), |(name, value)| is_charset(name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a value of a known format goes, or a text that is none stays.
    #[test]
    fn formats_are_known() {
        type Is = fn(&str) -> bool;
        for (is, known, other) in [
            (is_phrase as Is, "Origin Connection Time-out", "Failed for hunter2"),
            (is_error, "net::ERR_EMPTY_RESPONSE", "connect to 10.0.0.7 failed"),
            (is_date, "Fri, 20 Nov 2026 10:00:03 GMT", "Friday at Alice's"),
            (is_short_number, "-1", "4915112345678"),
            (is_method, "PATCH", "hunter2"),
            (is_version, "http/2.0+quic/46", "alice/1.1"),
            (is_media_type, "text/html; charset=utf-8", "text/html; name=hunter2"),
        ] {
            assert!(is(known), "{known}");
            assert!(!is(other), "{other}");
        }
    }
}
