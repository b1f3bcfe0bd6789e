//! UTF-16, converted as it arrives.

use std::cell::Cell;

/// Converts UTF-16 to UTF-8 and knows which byte of the one is which of the other. Half a surrogate pair becomes U+FFFD.
#[derive(Debug)]
pub(super) struct Wide {
    order: Order,
    /// Bytes that wait for the rest of their character, three at most; behind them there is room for the next chunk.
    raw: Vec<u8>,
    /// A place in the converted chunk, and how many code units stand before it. Places are asked for in ascending order, so that every
    /// byte is counted once.
    counted: Cell<(usize, u64)>,
}

/// Which byte of a code unit comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The high one.
    Big,
    /// The low one.
    Little,
}

impl Order {
    /// What the first two bytes of a text tell: a byte order mark, or an ASCII character, as JSON begins with one.
    pub(super) fn of(start: [u8; 2]) -> Option<Self> {
        match start {
            [0xfe, 0xff] | [0, 1..=0xff] => Some(Self::Big),
            [0xff, 0xfe] | [1..=0xff, 0] => Some(Self::Little),
            _ => None,
        }
    }
}

impl Wide {
    pub(super) fn new(order: Order) -> Self {
        Self { order, raw: Vec::new(), counted: Cell::new((0, 0)) }
    }

    /// Appends what `fill` writes into a buffer of `length` bytes to the converted chunk.
    pub(super) fn convert(&mut self, length: usize, fill: impl FnOnce(&mut [u8]), chunk: &mut Vec<u8>) {
        let kept = self.raw.len();
        self.raw.resize(kept + length, 0);
        fill(&mut self.raw[kept..]);
        let (units, _) = self.raw.as_chunks::<2>();
        let unit = |bytes: [u8; 2]| match self.order {
            Order::Big => u16::from_be_bytes(bytes),
            Order::Little => u16::from_le_bytes(bytes),
        };
        // A high surrogate at the end waits for its other half.
        let waits = units.last().is_some_and(|last| (0xd800..0xdc00).contains(&unit(*last)));
        let whole = units.len() - usize::from(waits);
        chunk.reserve(whole + whole / 2);
        for decoded in char::decode_utf16(units[..whole].iter().map(|bytes| unit(*bytes))) {
            let decoded = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
            chunk.extend_from_slice(decoded.encode_utf8(&mut [0; 4]).as_bytes());
        }
        self.raw.drain(..2 * whole);
    }

    /// Something waits for the rest of its character.
    pub(super) fn waits(&self) -> bool {
        !self.raw.is_empty()
    }

    /// How many bytes of UTF-16 the first `at` bytes of the converted chunk were.
    pub(super) fn bytes(&self, chunk: &[u8], at: usize) -> u64 {
        let (from, units) = self.counted.get();
        let (from, units) = if from <= at { (from, units) } else { (0, 0) };
        let units = chunk[from..at].iter().fold(units, |units, byte| {
            units
                + match byte {
                    // What continues a character was counted with its first byte.
                    0x80..0xc0 => 0,
                    // Beyond the first 65,536 characters there are two units.
                    0xf0.. => 2,
                    _ => 1,
                }
        });
        self.counted.set((at, units));
        2 * units
    }

    /// The chunk begins elsewhere from now on.
    pub(super) fn forget(&mut self) {
        self.counted.set((0, 0));
    }
}
