//! A text without one of its encodings, byte by byte as it arrives.

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton as _, StateID};
use aho_corasick::nfa::contiguous::NFA;

use super::encoding::Encoding;
use super::escape::{Escape, escape};
use super::matches::{OnMatch, report_matches};

/// The text without one encoding, which is the same text most of the time.
pub(super) struct Layer {
    encoding: Encoding,
    /// The state of its own; `None` while it is that of the text it is made from. What follows is the same in both then, up to the next
    /// escape.
    state: Option<StateID>,
    /// The beginning of an escape.
    held: Vec<u8>,
    /// What is encoded twice.
    inner: Vec<Layer>,
}

/// A byte of a text, with the search's states before and after it.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) automaton: &'a NFA,
    pub(super) at: u64,
    pub(super) byte: u8,
    pub(super) before: StateID,
    pub(super) after: StateID,
}

impl Step<'_> {
    /// Gives the byte to all layers. Whether any of them has a state of its own now.
    pub(super) fn feed(self, layers: &mut [Layer], on_match: &mut OnMatch<'_>) -> bool {
        let mut busy = false;
        for layer in layers {
            busy |= layer.feed(self, on_match);
        }
        busy
    }
}

impl Layer {
    pub(super) fn new(encoding: Encoding, inner: Vec<Self>) -> Self {
        Self { encoding, state: None, held: Vec::new(), inner }
    }

    fn begins(&self, byte: u8) -> bool {
        match self.encoding {
            Encoding::Percent => byte == b'%',
            Encoding::Form => byte == b'%' || byte == b'+',
            Encoding::Json => byte == b'\\',
            _ => byte == b'&',
        }
    }

    /// Takes a byte. Whether it, or one in it, has a state of its own now.
    fn feed(&mut self, step: Step<'_>, on_match: &mut OnMatch<'_>) -> bool {
        if self.held.is_empty() && !self.begins(step.byte) {
            match self.state {
                None => return step.feed(&mut self.inner, on_match),
                Some(_) => self.emit(step, step.byte, on_match),
            }
        } else {
            self.state.get_or_insert(step.before);
            self.held.push(step.byte);
            self.resolve(step, on_match);
        }
        if self.held.is_empty() && self.state == Some(step.after) {
            self.state = None;
        }
        self.state.is_some() || self.inner.iter().any(|layer| layer.state.is_some())
    }

    /// Goes on in this layer's own text.
    fn emit(&mut self, step: Step<'_>, byte: u8, on_match: &mut OnMatch<'_>) {
        let before = self.state.unwrap_or(step.before);
        let after = step.automaton.next_state(Anchored::No, before, byte);
        self.state = Some(after);
        if step.automaton.is_special(after) {
            report_matches(step.automaton, after, step.at, self.encoding, on_match);
        }
        Step { byte, before, after, ..step }.feed(&mut self.inner, on_match);
    }

    /// Takes out of what is held whatever is known.
    fn resolve(&mut self, step: Step<'_>, on_match: &mut OnMatch<'_>) {
        while let Some(&first) = self.held.first() {
            let escape = if self.begins(first) { escape(self.encoding, &self.held) } else { Escape::None };
            match escape {
                Escape::Open => return,
                Escape::None => {
                    self.emit(step, first, on_match);
                    self.held.drain(..1);
                }
                Escape::Is(length, value) => {
                    let is_byte = matches!(self.encoding, Encoding::Percent | Encoding::Form);
                    match (u8::try_from(value), char::from_u32(value)) {
                        (Ok(byte), _) if is_byte || byte < 128 => self.emit(step, byte, on_match),
                        (_, Some(letter)) => {
                            for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                                self.emit(step, byte, on_match);
                            }
                        }
                        // Half a character stands for nothing that a value could hold.
                        _ => self.emit(step, 0, on_match),
                    }
                    self.held.drain(..length);
                }
            }
        }
    }
}
