use fivetwenty_captures::compare::request_key;
use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::rule::{Needs, Rule};
use crate::wait::{lasted, waited};

/// The origin closes kept-alive connections sooner than Cloudflare expects.
pub(super) static RULE: Rule = Rule {
    id: "idle-connection-reuse",
    title: "The origin closes kept connections just when Cloudflare uses them again",
    headline: "The origin probably closed a kept connection at the moment when Cloudflare sent a request over it.",
    responsible: &[Responsible::Origin],
    needs: &[Needs::Failing520],
    check,
    page: page!("idle_connection_reuse.md"),
};

/// A closed connection fails at once. A longer wait was a wait for a response.
const AT_ONCE_MS: u64 = 2_000;
/// The shortest time after which a widespread server closes an idle connection by default.
const LONG_PAUSE_MS: i64 = 2_000;
/// Some servers are set to less.
const PAUSE_MS: i64 = 800;
/// This soon after another response, no connection was idle.
const BURST_MS: i64 = 300;
/// It is a rare failure: at most one in this many requests.
const RARE: usize = 3;

/// When the failing requests were sent, compared with the others.
#[derive(Default)]
struct Moments {
    after_pause: Vec<u32>,
    in_burst: Vec<u32>,
    long_pauses: usize,
}

fn check(facts: &Facts<'_>) -> Finding {
    let slow = |(index, _): &(u32, Option<u32>)| facts.proxied_entry(*index).and_then(waited).filter(|waited| waited.max_ms >= AT_ONCE_MS);
    if let Some((index, waited)) = facts.failing_pairs().iter().find_map(|pair| Some((&pair.0, slow(pair)?)))
        && facts.failing_pairs().iter().all(|pair| slow(pair).is_some())
    {
        let reason =
            Redacted::fill("Cloudflare waited {} for the answer; a connection that is closed already shows at once.", &[&waited.said()]);
        return Finding::seen(Status::RuledOut, reason).with(facts.cite_proxied(*index, Field::Waited, Polarity::Contradicts));
    }
    let passed_on = facts.passed_on().count();
    if passed_on == 0 {
        return Finding::cannot_tell("No request was answered by the origin through Cloudflare, so that a rare failure cannot be told.");
    }
    let moments = moments(facts);
    if moments.in_burst.len() > moments.after_pause.len() {
        let reason = Redacted::fixed("It also fails in the middle of other requests, where no connection was idle.");
        let cited = moments.in_burst.iter().take(3).filter_map(|index| facts.cite_proxied(*index, Field::Status, Polarity::Contradicts));
        return Finding::inferred(Status::RuledOut, reason).with(cited);
    }
    if moments.after_pause.is_empty() {
        return Finding::cannot_tell(
            "The capture does not show a pause before the failing request: only the origin's keep-alive time tells.",
        );
    }
    if moments.after_pause.len() * RARE > passed_on + moments.after_pause.len() {
        return Finding::cannot_tell("Too large a share fails for a rare failure; record more requests.");
    }
    let several = moments.long_pauses > 1 && moments.long_pauses == moments.after_pause.len() && moments.in_burst.is_empty();
    let status = if several { Status::Likely } else { Status::Possible };
    let first = facts.failing_pairs().first().and_then(|(index, _)| facts.proxied_entry(*index));
    let uploads = first.is_some_and(|entry| &*entry.request.method == "POST");
    let rest = if uploads { " The first is a POST, which nobody may send again by himself." } else { "" };
    let reason = Redacted::fill(
        "{} failed at once after a pause of the site's requests, while {} before and after were answered.{}",
        &[&redact::counted(moments.after_pause.len(), "request", "requests"), &redact::counted(passed_on, "other", "others"), &rest],
    );
    let cited = moments.after_pause.iter().take(3).filter_map(|index| facts.cite_proxied(*index, Field::Waited, Polarity::Supports));
    Finding::inferred(status, reason).with(cited)
}

/// Measures the pause between each quick 520 and the response before it.
fn moments(facts: &Facts<'_>) -> Moments {
    let mut moments = Moments::default();
    let mut failing = facts.failing_pairs().iter().map(|(index, _)| *index).peekable();
    let mut last_end: Option<i64> = None;
    let mut last_failed: Option<String> = None;
    for (index, entry) in facts.proxied.iter().flat_map(|view| view.on_site.iter().filter_map(|index| Some((*index, view.entry(*index)?))))
    {
        let Some((from, to)) = span(entry) else { continue };
        while failing.next_if(|next| *next < index).is_some() {}
        if failing.next_if_eq(&index).is_some() {
            let at_once = waited(entry).is_some_and(|waited| waited.max_ms < AT_ONCE_MS);
            // A reload of what just failed is the same failure.
            let key = request_key(&entry.request);
            let again = last_failed.as_ref() == Some(&key);
            match last_end.map(|end| from - end) {
                Some(pause) if pause >= PAUSE_MS && at_once && !again => {
                    moments.after_pause.push(index);
                    moments.long_pauses += usize::from(pause >= LONG_PAUSE_MS);
                }
                Some(pause) if pause < BURST_MS && !again => moments.in_burst.push(index),
                _ => {}
            }
            last_failed = Some(key);
        } else {
            last_failed = None;
        }
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
