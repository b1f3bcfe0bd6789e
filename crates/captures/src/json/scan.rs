//! The two loops that go over most bytes of a file, sixteen at a time.

use wide::u8x16;

/// How many bytes from the start are a string's plain text: neither `"` nor `\` nor a control character.
pub(super) fn plain(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(block) = bytes[at..].first_chunk::<16>() {
        let found = ends_plain(*block).to_bitmask();
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += 16;
        // What is long without a break is mostly very long: text in Base64.
        if at.is_multiple_of(256) {
            at += unbroken(&bytes[at..]);
        }
    }
    let rest = &bytes[at..];
    at + rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len())
}

/// How many bytes from the start are a string's plain text: neither `"` nor `\` nor a control character. For where the end is thought to be
/// near.
#[inline]
pub fn plain_soon(bytes: &[u8]) -> usize {
    for (number, block) in bytes.as_chunks::<16>().0.iter().take(4).enumerate() {
        let found = ends_plain(*block).to_bitmask();
        if found != 0 {
            return 16 * number + found.trailing_zeros() as usize;
        }
    }
    let looked_at = bytes.len().min(64) / 16 * 16;
    looked_at + plain(&bytes[looked_at..])
}

/// A number of blocks of 64 bytes from the start, in bytes, that are plain text throughout.
fn unbroken(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<64>();
    let broken = |block: &[u8; 64]| {
        let (parts, _) = block.as_chunks::<16>();
        parts.iter().map(|part| ends_plain(*part)).fold(u8x16::ZERO, |one, other| one | other).any()
    };
    64 * blocks.iter().position(broken).unwrap_or(blocks.len())
}

fn ends_plain(block: [u8; 16]) -> u8x16 {
    let block = u8x16::from(block);
    block.simd_eq(u8x16::splat(b'"')) | block.simd_eq(u8x16::splat(b'\\')) | block.simd_lt(u8x16::splat(0x20))
}

/// How many bytes from the start are white space, and how many of them end a line.
pub(super) fn space(bytes: &[u8]) -> (usize, u64) {
    let (mut at, mut lines) = (0, 0);
    loop {
        match bytes.get(at) {
            Some(b' ') => at += blanks(&bytes[at..]),
            Some(b'\n') => (at, lines) = (at + 1, lines + 1),
            Some(b'\r' | b'\t') => at += 1,
            _ => return (at, lines),
        }
    }
}

fn blanks(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(block) = bytes[at..].first_chunk::<16>() {
        let other = u8x16::from(*block).simd_ne(u8x16::splat(b' ')).to_bitmask();
        if other != 0 {
            return at + other.trailing_zeros() as usize;
        }
        at += 16;
    }
    let rest = &bytes[at..];
    at + rest.iter().position(|byte| *byte != b' ').unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a block is cut wrongly, at any length and place.
    #[test]
    fn plain_ends_where_a_byte_ends_it() {
        for length in 0..700 {
            let text = vec![b'x'; length];
            assert_eq!((plain(&text), plain_soon(&text)), (length, length));
            for end in [b'"', b'\\', 0, 0x1f, b'\n'] {
                for at in (0..length).step_by(7) {
                    let mut text = text.clone();
                    text[at] = end;
                    assert_eq!((plain(&text), plain_soon(&text)), (at, at), "{end} of {length}");
                }
            }
        }
        assert_eq!(plain("\u{7f}é\u{ff}!#[]€😀".as_bytes()), "\u{7f}é\u{ff}!#[]€😀".len());
    }

    /// Breaks when white space ends too early or late, or a line is not counted.
    #[test]
    fn space_counts_lines() {
        for length in 0..100 {
            let text = format!("\r\n\t{}\n{}x  ", " ".repeat(length), " ".repeat(length));
            assert_eq!(space(text.as_bytes()), (4 + 2 * length, 2));
        }
        assert_eq!(space(b""), (0, 0));
        assert_eq!(space(b"\x0b \n"), (0, 0));
        assert_eq!(space(b" \n"), (2, 1));
    }
}
