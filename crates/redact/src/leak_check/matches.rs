//! What the search calls when it finds a value.

use aho_corasick::automaton::{Automaton as _, StateID};
use aho_corasick::nfa::contiguous::NFA;

use super::encoding::Encoding;

/// Called with the number of a pattern, where its last byte is, and how it is written.
pub(super) type OnMatch<'a> = dyn FnMut(usize, u64, Encoding) + 'a;

/// Calls `on_match` for every pattern that ends in this state.
pub(super) fn report_matches(automaton: &NFA, state: StateID, at: u64, encoding: Encoding, on_match: &mut OnMatch<'_>) {
    if automaton.is_match(state) {
        for index in 0..automaton.match_len(state) {
            on_match(automaton.match_pattern(state, index).as_usize(), at, encoding);
        }
    }
}
