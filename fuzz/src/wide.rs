//! UTF-16, both ways, by the standard library.

/// Which byte of a code unit comes first, and whether a byte order mark stands before the text.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) big: bool,
    pub(crate) mark: bool,
}

/// A text in UTF-16, and where each byte of its UTF-8 begins there.
pub(crate) struct Wide {
    pub(crate) bytes: Vec<u8>,
    places: Vec<u64>,
}

impl Wide {
    /// `None` when nobody could tell that it is UTF-16: without a mark it begins with an ASCII character other than NUL.
    pub(crate) fn new(text: &str, form: Form) -> Option<Self> {
        if !form.mark && !matches!(text.as_bytes().first(), Some(1..0x80)) {
            return None;
        }
        let put = |bytes: &mut Vec<u8>, unit: u16| bytes.extend(if form.big { unit.to_be_bytes() } else { unit.to_le_bytes() });
        let (mut bytes, mut places) = (Vec::new(), Vec::new());
        if form.mark {
            put(&mut bytes, 0xfeff);
        }
        for character in text.chars() {
            places.push(bytes.len() as u64);
            for unit in character.encode_utf16(&mut [0; 2]) {
                put(&mut bytes, *unit);
            }
            // A place inside a character is behind it.
            places.extend(std::iter::repeat_n(bytes.len() as u64, character.len_utf8() - 1));
        }
        places.push(bytes.len() as u64);
        Some(Self { bytes, places })
    }

    /// Where a place of the UTF-8 text is.
    pub(crate) fn place(&self, at: u64) -> u64 {
        self.places[usize::try_from(at).unwrap()]
    }
}

/// Whether a text is UTF-16, as its first two bytes tell, and then whether the high byte of a code unit comes first.
pub(crate) fn order(text: &[u8]) -> Option<bool> {
    match *text.first_chunk()? {
        [0xfe, 0xff] => Some(true),
        [0xff, 0xfe] => Some(false),
        [0, second] if second != 0 => Some(true),
        [first, 0] if first != 0 => Some(false),
        _ => None,
    }
}

/// What a text is that `serde_json` can be asked about: without a byte order mark, and UTF-16 converted. `None` for UTF-16 that ends in the
/// middle of a character.
pub(crate) fn narrow(text: &[u8]) -> Option<Vec<u8>> {
    let Some(big) = order(text) else { return Some(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).to_vec()) };
    let (units, rest) = text.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|unit| if big { u16::from_be_bytes(*unit) } else { u16::from_le_bytes(*unit) }).collect();
    if !rest.is_empty() || units.last().is_some_and(|last| (0xd800..0xdc00).contains(last)) {
        return None;
    }
    let text = String::from_utf16_lossy(&units);
    Some(text.strip_prefix('\u{feff}').unwrap_or(&text).as_bytes().to_vec())
}
