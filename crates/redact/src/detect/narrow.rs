//! Letters, digits and signs in their ordinary form.

use std::borrow::Cow;

/// Where the ten digits of other scripts begin.
const DIGITS: [u32; 19] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0, 0x1810, 0xff10,
];

/// A text with digits of any script and wide letters and signs in ASCII, and without what nobody sees.
pub(super) fn narrow(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let narrow = |letter: char| match u32::from(letter) {
        0xad | 0x200b..0x2010 | 0x2060 | 0xfeff => None,
        0xa0 | 0x3000 => Some(' '),
        code => {
            let digit = DIGITS.into_iter().find(|zero| (*zero..zero + 10).contains(&code)).map(|zero| code - zero + u32::from(b'0'));
            let wide = (0xff01..0xff5f).contains(&code).then(|| code - 0xfee0);
            char::from_u32(digit.or(wide).unwrap_or(code))
        }
    };
    text.chars().filter_map(narrow).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a digit or a letter of another form is not taken for itself.
    #[test]
    fn other_forms_are_made_ordinary() {
        for (text, plain) in
            [("\u{661}\u{669}", "19"), ("\u{ff2b}\u{ff13}", "K3"), ("a\u{ad}b", "ab"), ("a\u{a0}b", "a b"), ("\u{fc}", "\u{fc}")]
        {
            assert_eq!(narrow(text), plain);
        }
    }
}
