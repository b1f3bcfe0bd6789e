use fivetwenty_captures::compare::request_key;
use fivetwenty_captures::edge::is_passed_on;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::pattern::Share;
use crate::rule::{Needs, Rule};
use crate::wait::{lasted, waited};

/// The origin closes kept-alive connections sooner than Cloudflare expects.
pub(super) static RULE: Rule = Rule {
    id: "idle-connection-reuse",
    title: "The origin closes idle connections just as Cloudflare reuses them",
    headline: "The origin probably closed an idle connection just as Cloudflare reused it.",
    responsible: &[Responsible::Origin],
    needs: &[Needs::Failing520],
    check,
    page: page!("idle_connection_reuse.md"),
};

/// A closed connection fails at once. A longer wait was a wait for a response.
const AT_ONCE_MS: u64 = 2_000;
/// From here on a connection counts as idle: some servers close it so soon.
const PAUSE_MS: i64 = 800;

/// The requests that were sent after a pause of all of the site's requests, and the rest.
#[derive(Default)]
struct Moments {
    after_pause: Share,
    at_once: Share,
    /// Those that failed after a pause.
    failed: Vec<u32>,
}

fn check(facts: &Facts<'_>) -> Finding {
    let slow = |(index, _): &(u32, Option<u32>)| facts.proxied_entry(*index).and_then(waited).filter(|waited| waited.max_ms >= AT_ONCE_MS);
    if let Some((index, waited)) = facts.failing_pairs().iter().find_map(|pair| Some((&pair.0, slow(pair)?)))
        && facts.failing_pairs().iter().all(|pair| slow(pair).is_some())
    {
        let reason = Redacted::fill("Cloudflare waited {} for the response. A closed connection fails at once.", &[&waited.said()]);
        return Finding::seen(Status::RuledOut, reason).with(facts.cite_proxied(*index, Field::Waited, Polarity::Contradicts));
    }
    let moments = moments(facts);
    if moments.failed.is_empty() {
        return Finding::cannot_tell("The capture shows no pause before a failing request. Check the origin's keep-alive timeout.");
    }
    let cited = || moments.failed.iter().take(3).filter_map(|index| facts.cite_proxied(*index, Field::Waited, Polarity::Supports));
    if !moments.after_pause.exceeds(moments.at_once, 1) {
        return Finding::cannot_tell(
            "Requests fail after pauses, but too few were sent without a pause to compare. Send some in quick succession, and some after a minute.",
        )
        .with(cited());
    }
    let first = moments.failed.first().and_then(|index| facts.proxied_entry(*index));
    let uploads = first.is_some_and(|entry| &*entry.request.method == "POST");
    let rest = if uploads { " The first is a POST, which nothing on the way may repeat." } else { "" };
    let (after, at_once) = (moments.after_pause, moments.at_once);
    let reason = Redacted::fill(
        "After a pause in the site's traffic {} of {} failed at once; without a pause {} of {} did. How long Cloudflare's own connection was idle is unknown.{}",
        &[&after.failing, &redact::counted(after.total as usize, "request", "requests"), &at_once.failing, &at_once.total, &rest],
    );
    Finding::inferred(Status::Possible, reason).with(cited())
}

/// Sorts the failures and the origin's answers by the pause between each and whatever was on the way before.
fn moments(facts: &Facts<'_>) -> Moments {
    let mut moments = Moments::default();
    let mut last_end: Option<i64> = None;
    let mut last_failed: Option<String> = None;
    let on_site = facts.proxied.iter().flat_map(|view| view.on_site.iter().filter_map(|index| Some((*index, view.entry(*index)?))));
    let mut in_time: Vec<(i64, i64, u32, &Entry)> =
        on_site.filter_map(|(index, entry)| span(entry).map(|(from, to)| (from, to, index, entry))).collect();
    sort_by_key(&mut in_time, |(from, _, index, _)| (*from, *index));
    for (from, to, index, entry) in in_time {
        let failed = facts.failing_pairs().binary_search_by_key(&index, |(index, _)| *index).is_ok();
        let key = failed.then(|| request_key(&entry.request));
        // A reload of what just failed is the same failure.
        let again = failed && last_failed == key;
        let at_once = !failed || waited(entry).is_some_and(|waited| waited.max_ms < AT_ONCE_MS);
        if let Some(pause) = last_end.map(|end| from - end)
            && (failed || is_passed_on(entry))
            && at_once
            && !again
        {
            let share = if pause >= PAUSE_MS { &mut moments.after_pause } else { &mut moments.at_once };
            share.total = share.total.saturating_add(1);
            share.failing = share.failing.saturating_add(u32::from(failed));
            if failed && pause >= PAUSE_MS {
                moments.failed.push(index);
            }
        }
        last_failed = key;
        last_end = Some(last_end.map_or(to, |end| end.max(to)));
    }
    moments
}

/// When a request began and ended, in Unix milliseconds.
fn span(entry: &Entry) -> Option<(i64, i64)> {
    let from = entry.started?.unix_ms();
    let took = lasted(entry).and_then(|ms| i64::try_from(ms).ok()).unwrap_or(0);
    Some((from, from.checked_add(took)?))
}
