//! Names of headers, parameters, cookies and fields.

use super::secret::{hides, percent_decoded};

/// Parts of names whose values are passwords.
const PASSWORDS: [&str; 6] = ["pass", "pwd", "secret", "pin", "otp", "cvv"];

/// Whether a text is no name of a parameter or field: then it is all value.
pub(crate) fn is_no_name(text: &str) -> bool {
    let signs = ['{', '}', '<', '>', '"', '\'', ' ', '('];
    text.contains(signs) || percent_decoded(text).is_some_and(|decoded| decoded.contains(signs))
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
