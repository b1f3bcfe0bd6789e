//! Runs of digits, hexadecimal or of base64, which may be a value's bytes.

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton as _, StateID};
use aho_corasick::nfa::contiguous::NFA;

use super::encoding::Encoding;
use super::matches::{OnMatch, report_matches};
use crate::removed::Removed;

/// A digit of base64, in either alphabet; the lowest six bits are its value.
pub(super) const BASE64: u8 = 64;
/// It is a hexadecimal digit too.
pub(super) const HEX: u8 = 128;
/// By byte.
pub(super) const DIGITS: [u8; 256] = {
    let mut digits = [0; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0;
    while value < 64 {
        let byte = alphabet[value as usize];
        digits[byte as usize] = BASE64 + value + if byte.is_ascii_hexdigit() { HEX } else { 0 };
        value += 1;
    }
    digits[b'-' as usize] = BASE64 + 62;
    digits[b'_' as usize] = BASE64 + 63;
    digits
};

/// Digits behind one another, which may be bytes. Most runs are too short to hold a value, and cost nothing.
#[derive(Clone)]
pub(super) struct Run {
    /// The first digits, until there are enough of them to hold a value.
    pub(super) held: [u8; Self::MAX_HELD],
    /// How many digits there were.
    pub(super) length: u32,
    /// The last digits.
    pub(super) bits: u32,
    /// Backslashes came, which end the run unless a solidus follows.
    pub(super) escaped: bool,
    /// By the place of the first digit of a group.
    pub(super) states: [StateID; 4],
}

impl Run {
    /// Digits that are held back until there are enough of them to hold a value.
    pub(super) const MAX_HELD: usize = 2 * Removed::MIN_SEARCHED_BYTES;

    /// Takes a digit. From the digit on that makes the run long enough, every one of them goes through `step`.
    pub(super) fn digit(&mut self, digit: u8, enough: usize, start: StateID, step: &mut dyn FnMut(&mut Self, u8)) {
        let length = self.length as usize;
        if length + 1 < enough {
            self.held[length] = digit;
        } else {
            if length + 1 == enough {
                (self.states, self.length) = ([start; 4], 0);
                for digit in self.held.into_iter().take(length) {
                    step(self, digit);
                    self.length += 1;
                }
            }
            step(self, digit);
        }
        // Only what it leaves divided by four matters, and that it is large.
        self.length = if self.length == u32::MAX { u32::MAX - 3 } else { self.length + 1 };
    }

    /// Takes the lowest byte of `bits` as the next one of the groups that begin at this place.
    #[expect(clippy::cast_possible_truncation, reason = "the lowest byte is meant")]
    pub(super) fn step(&mut self, place: usize, bits: u32, automaton: &NFA, at: u64, encoding: Encoding, on_match: &mut OnMatch<'_>) {
        let state = &mut self.states[place];
        *state = automaton.next_state(Anchored::No, *state, bits as u8);
        if automaton.is_special(*state) {
            report_matches(automaton, *state, at, encoding, on_match);
        }
    }
}
