//! What must hold for any bytes, as plain functions: the fuzzer gives them all it can think of, and a test of the library gives them the
//! kept corpus, on stable.
//!
//! The first bytes of an input say how it is read: in which pieces, within which limits. The rest is the text.

mod decoder;
mod logs;
mod paste;
mod redactor;
mod tokenizer;
mod unpack;
mod wide;

pub use decoder::decoder;
pub use logs::logs;
pub use paste::paste;
pub use redactor::redactor;
pub use tokenizer::tokenizer;
pub use unpack::unpack;

/// Cuts a text into pieces, as one byte says: the lowest three bits give the longest piece, the others the sequence of lengths. In half of
/// all sequences there are empty pieces.
fn pieces(text: &[u8], how: u8) -> Vec<&[u8]> {
    const LONGEST: [usize; 8] = [1, 2, 3, 7, 16, 64, 256, 4096];
    let longest = LONGEST[usize::from(how & 7)];
    let least = usize::from(how & 8 == 0);
    let mut state = u32::from(how >> 4);
    let mut rest = text;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let length = (least + (state >> 16) as usize % longest.max(2)).clamp(least, longest);
        let (piece, behind) = rest.split_at(length.min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}
