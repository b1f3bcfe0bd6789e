//! In which of their pieces two values differ.

use fivetwenty_model::protocol::Piece;

/// Pieces of one value that are held against those of the other at most; behind that, values are compared from their ends only.
const MAX_WORDS: usize = 200;

/// A value that is the same on both sides, or has none beside it.
pub(super) fn whole(text: &str) -> Vec<Piece> {
    vec![Piece { text: text.to_owned(), differs: false }]
}

/// Two values in pieces that are equal or differ: what is equal is as much as can be kept in order.
pub(super) fn compare(one: &str, other: &str) -> [Vec<Piece>; 2] {
    let (one, other) = (words(one), words(other));
    let head = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let tail = one[head..].iter().rev().zip(other[head..].iter().rev()).take_while(|(one, other)| one == other).count();
    let (middle, other_middle) = (&one[head..one.len() - tail], &other[head..other.len() - tail]);
    let mut equal = [vec![false; middle.len()], vec![false; other_middle.len()]];
    if middle.len().max(other_middle.len()) <= MAX_WORDS {
        longest_common(middle, other_middle, &mut |at, other_at| {
            equal[0][at] = true;
            equal[1][other_at] = true;
        });
    }
    let [first, second] = equal;
    [pieces(&one, head, &first), pieces(&other, head, &second)]
}

/// Words, and between them each sign by itself.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        let length = if is_part(first) { rest.find(|letter| !is_part(letter)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (word, after) = rest.split_at(length);
        words.push(word);
        rest = after;
    }
    words
}

/// Visits the places of the longest list of words that both have in the same order.
fn longest_common(one: &[&str], other: &[&str], visit: &mut dyn FnMut(usize, usize)) {
    let width = other.len() + 1;
    let mut longest = vec![0_u16; (one.len() + 1) * width];
    for at in (0..one.len()).rev() {
        for other_at in (0..other.len()).rev() {
            longest[at * width + other_at] = if one[at] == other[other_at] {
                longest[(at + 1) * width + other_at + 1] + 1
            } else {
                longest[(at + 1) * width + other_at].max(longest[at * width + other_at + 1])
            };
        }
    }
    let (mut at, mut other_at) = (0, 0);
    while at < one.len() && other_at < other.len() {
        if one[at] == other[other_at] {
            visit(at, other_at);
            at += 1;
            other_at += 1;
        } else if longest[(at + 1) * width + other_at] >= longest[at * width + other_at + 1] {
            at += 1;
        } else {
            other_at += 1;
        }
    }
}

/// Words joined to pieces: those before `head` are equal, as are those behind what `equal` speaks of.
fn pieces(words: &[&str], head: usize, equal: &[bool]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let differs = at.checked_sub(head).and_then(|at| equal.get(at)).is_some_and(|equal| !equal);
        match pieces.last_mut().filter(|piece| piece.differs == differs) {
            Some(piece) => piece.text.push_str(word),
            None => pieces.push(Piece { text: (*word).to_owned(), differs }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| if piece.differs { format!("[{}]", piece.text) } else { piece.text.clone() }).collect()
    }

    /// Breaks when what is equal is marked, what differs is not, or a value loses a letter.
    #[test]
    fn what_differs_is_marked() {
        for (one, other, first, second) in [
            ("public, max-age=600", "public, max-age=300", "public, max-age=[600]", "public, max-age=[300]"),
            ("gzip, deflate, br, zstd", "gzip, deflate", "gzip, deflate[, br, zstd]", "gzip, deflate"),
            ("a=1; Path=/; Secure", "a=2; Path=/", "a=[1]; Path=/[; Secure]", "a=[2]; Path=/"),
            ("", "x", "", "[x]"),
            ("é", "\u{202e}", "[é]", "[\u{202e}]"),
            ("same", "same", "same", "same"),
        ] {
            let [a, b] = compare(one, other);
            assert_eq!((marked(&a).as_str(), marked(&b).as_str()), (first, second));
        }
        let long = ["x=1; ".repeat(300), "y=2; ".repeat(300)];
        let [a, _] = compare(&long[0], &long[1]);
        assert_eq!(a.iter().map(|piece| piece.text.len()).sum::<usize>(), long[0].len());
    }
}
