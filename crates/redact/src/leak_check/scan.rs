//! The search in one text, and in everything that it can be decoded to.

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton as _, StateID};
use aho_corasick::nfa::contiguous::NFA;

use super::digits::{BASE64, DIGITS, HEX, Run};
use super::encoding::Encoding;
use super::layer::{Layer, Step};
use super::matches::{OnMatch, report_matches};
use crate::removed::Removed;

/// The state of the search in one text, and in everything that it can be decoded to.
pub(crate) struct Scan<'a> {
    automaton: &'a NFA,
    start: StateID,
    /// How many bytes were looked at.
    at: u64,
    raw: StateID,
    layers: Vec<Layer>,
    /// Some layer has a state of its own.
    busy: bool,
    hex: Run,
    base64: Run,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(automaton: &'a NFA) -> Self {
        // It fails only for automata that are made to begin elsewhere.
        let start = automaton.start_state(Anchored::No).unwrap_or(StateID::ZERO);
        // A body that is JSON or HTML stands as a JSON string in a HAR.
        let inner = vec![Layer::new(Encoding::Json, Vec::new()), Layer::new(Encoding::Html, Vec::new())];
        let outer = [Encoding::Percent, Encoding::Form, Encoding::Html].map(|encoding| Layer::new(encoding, Vec::new()));
        let layers = outer.into_iter().chain([Layer::new(Encoding::Json, inner)]).collect();
        let run = Run { held: [0; Run::MAX_HELD], length: 0, bits: 0, escaped: false, states: [start; 4] };
        Self { automaton, start, at: 0, raw: start, layers, busy: false, hex: run.clone(), base64: run }
    }

    pub(crate) fn push(&mut self, bytes: &[u8], on_match: &mut OnMatch<'_>) {
        self.push_layers(bytes, on_match);
        self.push_runs(bytes, on_match);
        self.at += bytes.len() as u64;
    }

    fn push_layers(&mut self, bytes: &[u8], on_match: &mut OnMatch<'_>) {
        for (at, &byte) in (self.at..).zip(bytes) {
            let before = self.raw;
            self.raw = self.automaton.next_state(Anchored::No, before, byte);
            if self.automaton.is_special(self.raw) {
                report_matches(self.automaton, self.raw, at, Encoding::Raw, on_match);
            }
            if self.busy || matches!(byte, b'%' | b'+' | b'\\' | b'&') {
                let step = Step { automaton: self.automaton, at, byte, before, after: self.raw };
                self.busy = step.feed(&mut self.layers, on_match);
            }
        }
    }

    fn push_runs(&mut self, bytes: &[u8], on_match: &mut OnMatch<'_>) {
        for (at, &byte) in (self.at..).zip(bytes) {
            let digit = DIGITS[usize::from(byte)];
            if digit & BASE64 != 0 {
                if std::mem::take(&mut self.base64.escaped) && byte != b'/' {
                    self.base64.length = 0;
                }
                self.digit_of_base64(digit % BASE64, at, on_match);
                if digit & HEX != 0 {
                    self.digit_of_hex(byte, at, on_match);
                } else {
                    self.hex.length = 0;
                }
            } else {
                self.hex.length = 0;
                // JSON may escape the solidus, which is one of the digits; in JSON within JSON the backslash is escaped too.
                self.base64.escaped = byte == b'\\';
                if !self.base64.escaped {
                    self.base64.length = 0;
                }
            }
        }
    }

    fn digit_of_hex(&mut self, byte: u8, at: u64, on_match: &mut OnMatch<'_>) {
        let digit = if byte.is_ascii_digit() { byte - b'0' } else { (byte | 0x20) - b'a' + 10 };
        let (automaton, start) = (self.automaton, self.start);
        self.hex.digit(digit, 2 * Removed::MIN_SEARCHED_BYTES, start, &mut |run, digit| {
            run.bits = run.bits << 4 | u32::from(digit);
            // Which digit of two is the first is not known: both may be.
            if run.length > 0 {
                run.step(run.length as usize % 2, run.bits, automaton, at, Encoding::Hex, on_match);
            }
        });
    }

    fn digit_of_base64(&mut self, digit: u8, at: u64, on_match: &mut OnMatch<'_>) {
        let (automaton, start) = (self.automaton, self.start);
        self.base64.digit(digit, (Removed::MIN_SEARCHED_BYTES * 8).div_ceil(6), start, &mut |run, digit| {
            run.bits = run.bits << 6 | u32::from(digit);
            // Which digit of four is the first is not known: any may be.
            for (behind, spare) in [(1, 4), (2, 2), (3, 0)] {
                if let Some(first) = run.length.checked_sub(behind) {
                    run.step(first as usize % 4, run.bits >> spare, automaton, at, Encoding::Base64, on_match);
                }
            }
        });
    }
}
