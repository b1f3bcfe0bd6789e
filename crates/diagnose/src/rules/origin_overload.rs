use fivetwenty_captures::evidence::error_page::Maker;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::Redacted;

use crate::attempts::{Attempts, attempts, last_of_both};
use crate::facts::Facts;
use crate::field::Field;
use crate::finding::{Evidence, Finding};
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The origin fails some of the time, under load.
pub(super) static RULE: Rule = Rule {
    id: "origin-overload",
    title: "The origin is overloaded and fails intermittently",
    headline: "The origin seems overloaded: it fails intermittently.",
    responsible: &[Responsible::Origin],
    needs: &[Needs::Failing520],
    check,
    page: page!("origin_overload.md"),
};

/// A request that fails this often and is never answered fails for another reason.
const ALWAYS: u32 = 3;

/// One sign of overload.
struct Sign {
    sentence: &'static str,
    evidence: Vec<Evidence>,
}

fn check(facts: &Facts<'_>) -> Finding {
    let attempts = attempts(facts);
    let signs: Vec<Sign> = [comes_and_goes(facts, &attempts), says_overloaded(facts), slows_down(facts)].into_iter().flatten().collect();
    if signs.is_empty()
        && attempts.iter().filter(|attempts| attempts.failed > 0).all(|attempts| attempts.failed >= ALWAYS && attempts.answered == 0)
    {
        let first = facts.failing_pairs().first();
        return Finding::cannot_tell("The same requests fail at every try. Under load some usually get through.")
            .with(first.and_then(|(index, _)| facts.cite_proxied(*index, Field::Status, Polarity::Contradicts)));
    }
    let status = match signs.len() {
        0 => return Finding::cannot_tell("No request was tried often enough to show whether it fails always or intermittently."),
        1 => Status::Possible,
        _ => Status::Likely,
    };
    let reason = Redacted::fill("{}.", &[&Redacted::join(signs.iter().map(|sign| Redacted::fixed(sign.sentence)), ". ")]);
    Finding::inferred(status, reason).with(signs.into_iter().flat_map(|sign| sign.evidence))
}

fn comes_and_goes(facts: &Facts<'_>, attempts: &[Attempts]) -> Option<Sign> {
    let both = last_of_both(attempts)?;
    let evidence = both.into_iter().filter_map(|index| facts.cite_proxied(index, Field::Status, Polarity::Supports)).collect();
    Some(Sign { sentence: "In one capture, the same request failed at one time and got a response at another", evidence })
}

/// Responses show that the origin is too busy: a 429 or 502 to 504 of its own, a 521 or 522 of Cloudflare's.
fn says_overloaded(facts: &Facts<'_>) -> Option<Sign> {
    let says = |entry: &Entry| {
        let cloudflares = entry.response.error_page.as_ref().is_some_and(|page| page.maker == Maker::Cloudflare);
        match entry.response.status {
            429 | 502..=504 => !cloudflares && entry.response.header("cf-mitigated").is_none(),
            521 | 522 => true,
            _ => false,
        }
    };
    let view = [&facts.proxied, &facts.direct].into_iter().flatten();
    let evidence = view.filter_map(|view| {
        let (index, entry) = view.answered().find(|(_, entry)| says(entry))?;
        Some(Field::Status.cite(view.side, index, entry, Polarity::Supports))
    });
    let evidence: Vec<Evidence> = evidence.collect();
    (!evidence.is_empty()).then_some(Sign { sentence: "Other requests got a status that is typical of a busy server", evidence })
}

/// The minimum number of responses to compare.
const MIN_COMPARED: usize = 8;

/// The origin took three times as long, and a second more, in the later half of its answers as in the earlier.
fn slows_down(facts: &Facts<'_>) -> Option<Sign> {
    let mut answers: Vec<(u32, &Entry)> = facts.passed_on().collect();
    sort_by_key(&mut answers, |(_, entry)| entry.started);
    let waits: Vec<(u32, f64)> =
        answers.into_iter().filter_map(|(index, entry)| Some((index, entry.timings.wait.filter(|wait| *wait > 0.0)?))).collect();
    if waits.len() < MIN_COMPARED {
        return None;
    }
    let (early, late) = waits.split_at(waits.len() / 2);
    let longest = |half: &[(u32, f64)]| half.iter().copied().max_by(|(_, one), (_, other)| one.total_cmp(other));
    let sum = |half: &[(u32, f64)]| half.iter().map(|(_, wait)| wait).sum::<f64>();
    // The later half may hold one more.
    let (before, after) = (sum(early), sum(late.get(..early.len())?));
    let rises = after > 3.0 * before && after - before > 1000.0 * halves(early.len());
    let evidence = [longest(early), longest(late)]
        .into_iter()
        .flatten()
        .filter_map(|(index, _)| facts.cite_proxied(index, Field::Waited, Polarity::Supports));
    rises.then(|| Sign { sentence: "The origin's responses took longer and longer", evidence: evidence.collect() })
}

/// A count as a number to multiply with.
fn halves(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}
