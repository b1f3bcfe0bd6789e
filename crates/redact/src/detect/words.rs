//! Words that say what a thing is and never whose it is: of routes, of products, of directives.

/// The words, in lower case and in order, a line each.
const WORDS: &str = include_str!("words.txt");
/// Digits that a text of known words has at most, in all: versions and sizes.
const MAX_DIGITS: usize = 6;
/// Digits that stand together.
const MAX_RUN: usize = 3;

/// Whether a text is made of known words alone, of versions and of abbreviations of two letters.
pub(crate) fn is_known(text: &str) -> bool {
    let (mut digits, mut letters) = (0, 0);
    is_word(text)
        || text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'%')
            && pieces(text).all(|piece| {
                let is_number = piece.as_bytes()[0].is_ascii_digit();
                *(if is_number { &mut digits } else { &mut letters }) += piece.len();
                if is_number { piece.len() <= MAX_RUN || is_year(piece) } else { piece.len() <= 2 || is_word(piece) }
            })
            && digits <= if letters > 0 { MAX_DIGITS } else { 4 }
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
fn is_year(digits: &str) -> bool {
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

    /// Breaks when what a route is made of goes, or what could be somebody's stays.
    #[test]
    fn routes_are_made_of_known_words() {
        for text in
            ["checkout", "api", "v2", "orderItems", "XMLHttpRequest", "app-store_links", "2026", "page-12", "en-US", "wp-json", "_id"]
        {
            assert!(is_known(text), "{text}");
        }
        for text in ["kenji", "kenji.garcia", "order-4711", "1984", "20261120", "swordfish", "hunter2", "ünï", "page-123-456-789"] {
            assert!(!is_known(text), "{text}");
        }
    }
}
