//! Words that say what a thing is and never whose it is: of routes, of products, of directives.

/// The words, in lower case and in order, a line each.
const WORDS: &str = include_str!("words.txt");
/// Digits that a text of known words has at most, in all: versions and sizes.
const MAX_DIGITS: usize = 6;
/// Digits that stand together.
const MAX_RUN: usize = 3;
/// Groups of one or two letters that are no words.
const MAX_SHORT: usize = 3;

/// Whether a text is made of known words alone, of versions and of abbreviations of two letters.
pub(crate) fn is_known(text: &str) -> bool {
    let mut counts = Counts::default();
    is_word(text)
        || text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'%')
            && parts(text).all(|part| is_word(part) || counts.take(part))
            && counts.digits <= if counts.letters > 0 { MAX_DIGITS } else { 4 }
            // A code in short groups, as plates, postcodes and numbers of insurances are.
            && counts.short <= MAX_SHORT
            && (counts.short == 0 || counts.digits < MAX_RUN)
}

/// What a text of known words has in all.
#[derive(Default)]
struct Counts {
    digits: usize,
    letters: usize,
    /// Groups of one or two letters that are no words.
    short: usize,
}

impl Counts {
    /// Takes letters and digits that no sign parts, and says whether they may be some that everybody uses.
    fn take(&mut self, part: &str) -> bool {
        let mut before = "";
        pieces(part).all(|piece| {
            let before = std::mem::replace(&mut before, piece);
            if piece.as_bytes()[0].is_ascii_digit() {
                self.digits += piece.len();
                // `shadow615` and `ab12` are what passwords and codes are made of.
                let most = match before.len() {
                    1 | 2 if !is_word(before) => 1,
                    0..4 => MAX_RUN,
                    _ if ["http", "error", "status", "code"].iter().any(|word| word.eq_ignore_ascii_case(before)) => MAX_RUN,
                    _ => MAX_RUN - 1,
                };
                return piece.len() <= most || (before.is_empty() && is_year(piece));
            }
            self.letters += piece.len();
            let is_word = is_word(piece);
            self.short += usize::from(!is_word);
            is_word || piece.len() <= 2
        })
    }
}

/// Whether a known word of three letters or more stands in a text, or it is one.
pub(crate) fn has_word(text: &str) -> bool {
    is_word(text) || parts(text).any(|part| is_word(part) || pieces(part).any(|piece| piece.len() > 2 && is_word(piece)))
}

/// Letters and digits between signs.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|part| !part.is_empty())
}

/// Whether a text has only letters, with hyphens and lines between them, and short numbers beside them: what many entries have in common
/// may be a part of the site then.
pub(crate) fn is_spelled(text: &str) -> bool {
    let is_part = |part: &str| {
        let letters = part.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let most = if letters.is_empty() { 3 } else { 2 };
        part.len() - letters.len() <= most && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_[]$".contains(&byte)) && parts(text).all(is_part)
}

/// Whether letters are a known word, or several of them without anything between.
pub(super) fn is_compound(letters: &str) -> bool {
    const MIN_WORD: usize = 3;
    let mut ends = vec![0];
    for end in 1..=letters.len() {
        let ends_here = |start: &usize| end - start >= MIN_WORD && letters.get(*start..end).is_some_and(is_word);
        if ends.iter().any(ends_here) {
            ends.push(end);
        }
    }
    !letters.is_empty() && ends.last() == Some(&letters.len())
}

/// Whether this is a known word.
pub(crate) fn is_word(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let (mut start, mut end) = (0, WORDS.len());
    while start < end {
        let middle = usize::midpoint(start, end);
        let from = WORDS[..middle].rfind('\n').map_or(0, |at| at + 1);
        let until = WORDS[from..].find('\n').map_or(WORDS.len(), |length| from + length);
        match WORDS[from..until].cmp(&word) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => start = until + 1,
            std::cmp::Ordering::Greater => end = from,
        }
    }
    false
}

/// Pieces of letters alone or digits alone; a hump begins another one: `getHTTPServer2` has four.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let ends = move |at: usize| {
        let (Some(before), Some(byte)) = (bytes.get(at - 1), bytes.get(at)) else { return true };
        let hump = byte.is_ascii_uppercase() && (before.is_ascii_lowercase() || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
        !byte.is_ascii_alphanumeric() || before.is_ascii_digit() != byte.is_ascii_digit() || hump
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        at += bytes.get(at..)?.iter().position(u8::is_ascii_alphanumeric)?;
        let start = at;
        at = (start + 1..=bytes.len()).find(|end| ends(*end))?;
        text.get(start..at)
    })
}

/// A year in which pages are made.
pub(super) fn is_year(digits: &str) -> bool {
    digits.len() == 4 && ("2013".."2040").contains(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a word is not found for its place in the list, or the list is out of order.
    #[test]
    fn every_word_is_found() {
        let words: Vec<&str> = WORDS.lines().collect();
        assert!(words.is_sorted() && words.iter().all(|word| is_word(word) && is_word(&word.to_uppercase())));
        assert!(!is_word("") && !is_word("zzz") && !is_word("kenji") && !is_word("order\nordered"));
    }

    /// Breaks when what many entries have in common stays though it is somebody's, or a part of the site goes.
    #[test]
    fn what_is_spelled_may_be_the_sites() {
        for text in ["zubehoer", "shop-zubehoer_2", "gallery12", "filter[zubehoer]"] {
            assert!(is_spelled(text), "{text}");
        }
        for text in ["kenji.garcia", "ab12cd", "zubehoer4711", "Größe_98", "a b", "!x"] {
            assert!(!is_spelled(text), "{text}");
        }
        assert!(is_compound("sessiontoken") && is_compound("session") && !is_compound("tigercoral") && !is_compound(""));
    }

    /// Breaks when what a route is made of goes, or what could be somebody's stays.
    #[test]
    fn routes_are_made_of_known_words() {
        for text in [
            "checkout",
            "api",
            "v2",
            "v130",
            "orderItems",
            "XMLHttpRequest",
            "app-store_links",
            "2026",
            "page-12",
            "en-US",
            "wp-json",
            "_id",
            "x86_64",
            "sha256",
            "error520",
            "192x192",
            "i18n",
        ] {
            assert!(is_known(text), "{text}");
        }
        for text in [
            "kenji",
            "kenji.garcia",
            "order-4711",
            "1984",
            "20261120",
            "swordfish",
            "hunter2",
            "ünï",
            "page-123-456-789",
            "shadow615",
            "BEACON-LI44",
            "FAfI@j62N>B8D",
            "CH54 8JF",
            "CE 86 66 86 B",
        ] {
            assert!(!is_known(text), "{text}");
        }
    }
}
