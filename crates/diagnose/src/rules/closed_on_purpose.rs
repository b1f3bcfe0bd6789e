use fivetwenty_captures::compare::request_key;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::Redacted;

use crate::facts::Facts;
use crate::field::Field;
use crate::finding::{Evidence, Finding};
use crate::page::page;
use crate::pattern::Share;
use crate::rule::{Needs, Rule};
use crate::wait::waited;

/// The origin is configured to drop requests for this host or from this client.
pub(super) static RULE: Rule = Rule {
    id: "closed-on-purpose",
    title: "The origin is configured to drop these requests",
    headline: "The origin seems to be configured to drop requests like these.",
    responsible: &[Responsible::Origin],
    needs: &[Needs::Failing520],
    check,
    page: page!("closed_on_purpose.md"),
};

/// A refusal takes no time.
const AT_ONCE_MS: u64 = 3_000;
/// This many different failing requests are more than one broken page.
const MANY: usize = 3;

fn check(facts: &Facts<'_>) -> Finding {
    let failing = || facts.failing_pairs().iter().filter_map(|(index, direct)| Some((*index, *direct, facts.proxied_entry(*index)?)));
    let slow = |entry: &Entry| waited(entry).filter(|waited| waited.max_ms >= AT_ONCE_MS);
    if failing().all(|(.., entry)| slow(entry).is_some())
        && let Some((index, _, entry)) = failing().next()
        && let Some(waited) = slow(entry)
    {
        let reason = Redacted::fill("Cloudflare waited {}, but a refusal takes no time.", &[&waited.said()]);
        return Finding::seen(Status::RuledOut, reason).with(facts.cite_proxied(index, Field::Waited, Polarity::Contradicts));
    }
    let signs: Vec<(&'static str, Vec<Evidence>)> =
        [one_host(facts), one_client(facts), only_scripts(facts), everything(facts)].into_iter().flatten().collect();
    if signs.is_empty() {
        return Finding::cannot_tell(
            "The captures do not show that host name, browser or address decides. A 444 in the origin's access log would prove it.",
        );
    }
    // A firewall may also refuse requests that come from Cloudflare.
    let also_direct = one_host(facts).is_some() && facts.broken_direct().is_some();
    let status = if also_direct { Status::Likely } else { Status::Possible };
    let reason = Redacted::join(signs.iter().map(|(sentence, _)| Redacted::fixed(sentence)), " ");
    Finding::inferred(status, reason).with(signs.into_iter().flat_map(|(_, evidence)| evidence))
}

/// One host of the site fails for every request and another is answered, or the same request is answered under another name.
fn one_host(facts: &Facts<'_>) -> Option<(&'static str, Vec<Evidence>)> {
    let host = |index: u32| facts.proxied_entry(index).map(|entry| Address::new(&entry.request.url).host.to_ascii_lowercase());
    let (first, direct) = facts.failing_pairs().first().copied()?;
    let failing = host(first)?;
    let all_of_it = facts.failing_pairs().iter().all(|(index, _)| host(*index).as_ref() == Some(&failing));
    if !all_of_it || facts.passed_on().any(|(index, _)| host(index).as_ref() == Some(&failing)) {
        return None;
    }
    let failed = facts.cite_proxied(first, Field::Status, Polarity::Supports);
    if let Some((good, _)) = facts.passed_on().next() {
        if !only_these_fail(facts, facts.passed_on().count()) {
            return None;
        }
        let evidence = [failed, facts.cite_proxied(good, Field::Status, Polarity::Supports)];
        return Some((
            "Everything fails under one host name, and the site responds under another.",
            evidence.into_iter().flatten().collect(),
        ));
    }
    let index = direct.filter(|_| facts.direct_is_no_evidence().is_none())?;
    let answered = facts.failing_partners().filter(|(_, entry)| is_answered(entry)).count();
    if !only_these_fail(facts, answered) {
        return None;
    }
    let entry = facts.direct_entry(index)?;
    let other_name = !Address::new(&entry.request.url)
        .host_name()
        .eq_ignore_ascii_case(Address::new(&facts.proxied_entry(first)?.request.url).host_name());
    let good = other_name && is_answered(entry);
    let evidence = [failed, facts.cite_direct(index, Field::Status, Polarity::Supports)];
    good.then(|| ("Under another name or by its address, the origin responds.", evidence.into_iter().flatten().collect()))
}

/// Whether so many of another kind were answered that what fails does not fail by chance.
fn only_these_fail(facts: &Facts<'_>, answered: usize) -> bool {
    let share = |total: usize, failing: usize| {
        let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Share { total: count(total), failing: count(failing) }
    };
    let failing = facts.failing_pairs().len();
    share(failing, failing).exceeds(share(answered, 0), 1)
}

/// The same request is answered for another browser.
fn one_client(facts: &Facts<'_>) -> Option<(&'static str, Vec<Evidence>)> {
    if facts.direct_is_no_evidence().is_some() {
        return None;
    }
    let (proxied, direct) = facts.failing_pairs().iter().find_map(|(proxied, direct)| {
        let (one, other) = (facts.proxied_entry(*proxied)?, facts.direct_entry((*direct)?)?);
        (agent(one)? != agent(other)? && is_answered(other)).then_some((*proxied, (*direct)?))
    })?;
    let evidence = [
        facts.cite_proxied(proxied, Field::UserAgent, Polarity::Supports),
        facts.cite_direct(direct, Field::UserAgent, Polarity::Supports),
        facts.cite_direct(direct, Field::Status, Polarity::Supports),
    ];
    Some(("Direct with another browser, the origin responds.", evidence.into_iter().flatten().collect()))
}

/// Only the requests of scripts fail, and all of them. Rules against bots look for what a page's own request has and theirs lacks.
fn only_scripts(facts: &Facts<'_>) -> Option<(&'static str, Vec<Evidence>)> {
    let by_script = |entry: &Entry| matches!(entry.resource_type.as_deref(), Some("fetch" | "xhr"));
    let url = |index: u32| facts.proxied_entry(index).map(|entry| request_key(&entry.request));
    let (first, _) = facts.failing_pairs().first().copied()?;
    let first_url = url(first);
    let (another, _) = facts.failing_pairs().iter().copied().find(|(index, _)| url(*index) != first_url)?;
    let all = facts.failing_pairs().iter().all(|(index, _)| facts.proxied_entry(*index).is_some_and(by_script));
    let (good, _) = facts.passed_on().next()?;
    let only = all && !facts.passed_on().any(|(_, entry)| by_script(entry)) && only_these_fail(facts, facts.passed_on().count());
    let cited = [first, another, good].into_iter().filter_map(|index| facts.cite_proxied(index, Field::Status, Polarity::Supports));
    only.then(|| ("All requests of the page's scripts fail, and no others do.", cited.collect()))
}

/// Every request fails at once, pages and files alike.
fn everything(facts: &Facts<'_>) -> Option<(&'static str, Vec<Evidence>)> {
    if facts.passed_on_there().next().is_some() {
        return None;
    }
    let url = |index: u32| facts.proxied_entry(index).map(|entry| request_key(&entry.request));
    let mut different: Vec<(u32, Option<String>)> = Vec::new();
    for (index, _) in facts.failing_pairs() {
        if different.len() == MANY {
            break;
        }
        let url = url(*index);
        if different.iter().all(|(_, other)| *other != url) {
            different.push((*index, url));
        }
    }
    if different.len() < MANY {
        return None;
    }
    let at_once = facts.failing_pairs().iter().filter_map(|(index, _)| waited(facts.proxied_entry(*index)?));
    let at_once = at_once.fold(None, |all, waited| Some(all.unwrap_or(true) && waited.max_ms < AT_ONCE_MS));
    let evidence = different.into_iter().filter_map(|(index, _)| facts.cite_proxied(index, Field::Waited, Polarity::Supports));
    (at_once == Some(true))
        .then(|| ("Every request fails at once, for pages and files alike; a crash seldom does that.", evidence.collect()))
}

/// Whether the origin gave a response that is not a failure.
fn is_answered(entry: &Entry) -> bool {
    (1..500).contains(&entry.response.status) && entry.response.error.is_none()
}

/// The browser's name for itself.
fn agent(entry: &Entry) -> Option<&str> {
    entry.request.header("user-agent").map(|header| &*header.value)
}
