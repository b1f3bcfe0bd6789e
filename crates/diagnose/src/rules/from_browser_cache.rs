use fivetwenty_captures::order::Numbers;
use fivetwenty_captures::site::SideView;
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// Responses came from the browser's cache.
pub(super) static RULE: WarningRule = WarningRule {
    id: "from-browser-cache",
    check: |facts: &Facts<'_>| [&facts.proxied, &facts.direct].into_iter().flatten().filter_map(|view| warning(facts, view)).collect(),
    page: page!("from_browser_cache.md"),
};

fn warning(facts: &Facts<'_>, view: &SideView<'_>) -> Option<Warning> {
    let clocks = facts.clocks(view.side);
    let unmarked =
        clocks.readings.iter().filter(|(index, offset_ms)| view.entry(*index).is_some_and(|entry| clocks.looks_cached(entry, *offset_ms)));
    let mut cached: Vec<u32> = unmarked.map(|(index, _)| *index).collect();
    let marked = |index: &&u32| view.entry(**index).is_some_and(|entry| entry.from_cache.is_some());
    cached.extend(view.on_site.iter().filter(marked));
    if cached.is_empty() {
        return None;
    }
    // The same URL may have been requested over the network as well.
    let url = |index: u32| view.entry(index).map_or("", |entry| &*entry.request.url);
    let mut is_cached = vec![false; view.entries().len()];
    for index in &cached {
        is_cached[*index as usize] = true;
    }
    let mut asked = Numbers::default();
    for index in view.on_site.iter().filter(|index| !is_cached[**index as usize]) {
        asked.number(url(*index));
    }
    let only_cached = cached.iter().filter(|index| asked.get(url(**index)).is_none()).count();
    (only_cached > 0).then(|| Warning {
        side: Some(view.side),
        detail: Redacted::fill(
            "{} from the browser's cache or a service worker, which says nothing about now. Record again with \"Disable cache\" enabled.",
            &[&redact::counted(only_cached, "response came", "responses came")],
        ),
    })
}
