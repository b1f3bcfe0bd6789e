//! Runs of letters and digits that nobody would write by hand.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

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

/// A run of letters and digits that nobody would write: long numbers, hexadecimal digits, Base64.
pub(super) fn is_random(run: &str) -> bool {
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
    // Of a passport, an identity card.
    let numbered = digits >= 6 && lower + upper > 0;
    long_number || numbered || hexadecimal || phone || mixed || base64 || turns >= 3 || hides_text(run) || is_no_word(run)
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
