//! The attempts at each request: how often it failed, and how often the origin answered.

use fivetwenty_captures::order::Numbers;

use crate::facts::Facts;
use crate::request::same;

/// All attempts at one request.
#[derive(Default)]
pub(crate) struct Attempts {
    pub(crate) failed: u32,
    pub(crate) answered: u32,
    last_failed: Option<u32>,
    last_answered: Option<u32>,
}

/// The attempts at each request that Cloudflare sent to the origin. Equal requests are counted together.
pub(crate) fn attempts(facts: &Facts<'_>) -> Vec<Attempts> {
    let mut numbers = Numbers::default();
    let mut all: Vec<Attempts> = Vec::new();
    let failed = facts.failing_pairs().iter().filter_map(|(index, _)| Some((*index, facts.proxied_entry(*index)?, true)));
    for (index, entry, has_failed) in failed.chain(facts.passed_on().map(|(index, entry)| (index, entry, false))) {
        let (number, is_new) = numbers.number(&same(entry));
        if is_new {
            all.push(Attempts::default());
        }
        let Some(attempts) = all.get_mut(number) else { continue };
        if has_failed {
            (attempts.failed, attempts.last_failed) = (attempts.failed + 1, Some(index));
        } else {
            (attempts.answered, attempts.last_answered) = (attempts.answered + 1, Some(index));
        }
    }
    all
}

/// The last failed and the last answered entry of the first request that has both.
pub(crate) fn last_of_both(attempts: &[Attempts]) -> Option<[u32; 2]> {
    attempts.iter().find_map(|attempts| Some([attempts.last_failed?, attempts.last_answered?]))
}

/// Whether the same request failed and was answered.
pub(crate) fn comes_and_goes(facts: &Facts<'_>) -> bool {
    last_of_both(&attempts(facts)).is_some()
}
