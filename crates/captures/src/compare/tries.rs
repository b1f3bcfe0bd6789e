use super::request::request_key;
use crate::har::Entry;

/// From the end of a try that got no answer to the next one of the same, in milliseconds, when nobody decided in between. Code of a page
/// that tries again waits longer, and so does a person.
const AT_ONCE_MS: f64 = 20.0;

/// Which entries of a capture are further tries of an earlier one.
///
/// A browser reloads a page by itself as long as it gets no answer, and asks again at once when a connection breaks: one navigation or
/// fetch is then several entries, and should count once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// By entry: the first try of the same, itself when it is the first.
    firsts: Vec<u32>,
}

impl Tries {
    /// The first try of what an entry asked for: the entry itself unless it is a further one.
    pub fn first(&self, entry: u32) -> u32 {
        self.firsts.get(entry as usize).copied().unwrap_or(entry)
    }

    /// Whether it is a further try of an earlier entry.
    pub fn is_further(&self, entry: u32) -> bool {
        self.first(entry) != entry
    }

    /// Every entry its own.
    pub(super) fn new(entries: usize) -> Self {
        Self { firsts: (0..).take(entries).collect() }
    }

    /// Takes entries of the same request, in order of time.
    pub(super) fn follow(&mut self, entries: &[&Entry], places: &[u32]) {
        for pair in places.windows(2) {
            let [earlier, later] = [pair[0], pair[1]];
            if let (Some(one), Some(other)) = (entries.get(earlier as usize), entries.get(later as usize))
                && is_again(one, other)
            {
                let first = self.first(earlier);
                if let Some(place) = self.firsts.get_mut(later as usize) {
                    *place = first;
                }
            }
        }
    }
}

/// Whether `later` is the browser's own further try after `earlier` got no answer.
fn is_again(earlier: &Entry, later: &Entry) -> bool {
    let cancelled = |error: &str| error.contains("ERR_ABORTED") || error.contains("ERR_BLOCKED_BY_");
    if earlier.response.status != 0
        || earlier.response.error.as_deref().is_some_and(cancelled)
        || (earlier.request.url != later.request.url && request_key(&earlier.request) != request_key(&later.request))
        || earlier.resource_type != later.resource_type
    {
        return false;
    }
    let at_once = || {
        let gap = later.started?.unix_ms() - earlier.started?.unix_ms();
        Some(gap as f64 - earlier.time_ms? <= AT_ONCE_MS)
    };
    earlier.resource_type.as_deref() == Some("document") || at_once() == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::timestamp::Timestamp;

    fn entry(resource_type: &str, status: u16, error: Option<&str>, started_ms: i64) -> Entry {
        let mut entry = Entry { time_ms: Some(10.0), started: Timestamp::from_unix_ms(started_ms), ..Entry::default() };
        entry.resource_type = (!resource_type.is_empty()).then(|| resource_type.into());
        entry.response.status = status;
        entry.response.error = error.map(Into::into);
        entry
    }

    #[track_caller]
    fn check(entries: &[Entry], expected: &[u32]) {
        let mut tries = Tries::new(entries.len());
        let places: Vec<u32> = (0..u32::try_from(entries.len()).unwrap()).collect();
        tries.follow(&entries.iter().collect::<Vec<_>>(), &places);
        assert_eq!(places.iter().map(|place| tries.first(*place)).collect::<Vec<_>>(), expected);
        assert!(places.iter().all(|place| tries.is_further(*place) == (tries.first(*place) != *place)));
    }

    /// Breaks when a page that the browser reloads by itself counts as many, or a request that the page or a person makes again counts as one.
    #[test]
    fn the_browsers_own_tries_are_one() {
        let empty = Some("net::ERR_EMPTY_RESPONSE");
        let page = |status, error, at| entry("document", status, error, at);
        check(&[page(0, empty, 0), page(0, empty, 1_000), page(200, None, 6_000), page(200, None, 7_000)], &[0, 0, 0, 3]);
        check(&[page(520, None, 0), page(520, None, 1_000)], &[0, 1]);
        check(&[page(0, Some("net::ERR_ABORTED"), 0), page(200, None, 5)], &[0, 1]);
        let fetch = |at| entry("fetch", 0, empty, at);
        check(&[fetch(0), fetch(12), fetch(70), fetch(5_000)], &[0, 0, 2, 3]);
        let untyped = |at| entry("", 0, None, at);
        check(&[untyped(0), untyped(15), untyped(500)], &[0, 0, 2]);
        check(&[page(0, empty, 0), fetch(11)], &[0, 1]);
        assert_eq!(Tries::default().first(7), 7);
    }
}
