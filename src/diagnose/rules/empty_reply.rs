use super::advice;
use crate::diagnose::{Acts, Facts, Field, Finding, Rule, Speaks, Status};
use crate::har::Entry;
use crate::redact::{self, Redacted};

/// The origin closed the connection without a byte.
pub(super) static RULE: Rule = Rule {
    id: "empty-reply",
    title: "The origin closes the connection without an answer",
    headline: "The origin closed the connection without sending a byte.",
    acts: &[Acts::Origin],
    check,
    fix: |facts| {
        vec![
            advice::look_at_the_log(
                facts,
                "nginx `upstream prematurely closed connection`, Apache `exit signal Segmentation fault`, PHP-FPM `exited on signal`, Gunicorn `WORKER TIMEOUT`, Node an uncaught exception",
            ),
            Redacted::fixed(
                "Look whether the kernel ended the process: `segfault`, `Out of memory`, `oom-kill` (the command is among the tests below).",
            ),
            advice::what_changed(),
            Redacted::fixed(
                "Fix what the log names: the crashing code, the memory limit, the number of workers that the memory can hold. A restart is first aid, not the fix.",
            ),
            Redacted::fixed("Let the server answer with an error page instead of closing: an answer is passed on, silence becomes a 520."),
            Redacted::fixed("Do not repeat writes blindly: the origin may have carried out the request before it failed."),
        ]
    },
    next_test: |facts| vec![advice::curl_direct(facts), advice::kernel_log(facts)],
    #[cfg(not(target_arch = "wasm32"))]
    page: include_str!("empty_reply.md"),
};

const ERROR: &str = "net::ERR_EMPTY_RESPONSE";

fn check(facts: &Facts<'_>) -> Finding {
    let Some(direct) = &facts.direct else {
        return Finding::new(
            Status::CannotTell,
            Redacted::fixed("Only a request to the origin itself shows whether it answers: a direct capture or the curl command below."),
        );
    };
    if let Some(why) = facts.direct_is_no_evidence() {
        return Finding::new(Status::CannotTell, why);
    }
    let is_empty = |entry: &Entry| entry.response.error.as_deref() == Some(ERROR);
    let seen: Vec<u32> = direct.failing.iter().copied().filter(|index| direct.entry(*index).is_some_and(is_empty)).collect();
    if seen.is_empty() {
        return not_seen(facts);
    }
    let for_it = |index: u32| facts.cite_direct(index, Field::Error, Speaks::For);
    let both: Vec<(u32, u32)> = facts
        .failing_pairs()
        .iter()
        .filter_map(|(proxied, direct)| Some((*proxied, (*direct).filter(|direct| seen.binary_search(direct).is_ok())?)))
        .collect();
    let evidence = both.iter().take(5).flat_map(|(proxied, direct)| {
        [for_it(*direct), facts.cite_proxied(*proxied, Field::Status, Speaks::For), facts.cite_ray(*proxied, Speaks::For)]
    });
    let good = facts.pairing.matched().find(|(proxied, direct, _)| {
        seen.binary_search(direct).is_ok() && facts.proxied_entry(*proxied).is_some_and(|entry| (1..500).contains(&entry.response.status))
    });
    match (both.len(), good) {
        (0, _) if facts.failing_pairs().is_empty() => Finding::new(
            Status::Possible,
            Redacted::fill(
                "{} got an empty reply, but no 520 was captured through Cloudflare.",
                &[&redact::counted(seen.len(), "direct request", "direct requests")],
            ),
        )
        .with(seen.iter().take(5).copied().filter_map(for_it)),
        (0, _) => Finding::new(
            Status::Likely,
            Redacted::fill(
                "{} to this site got an empty reply, though not the ones that are a 520 through Cloudflare.",
                &[&redact::counted(seen.len(), "direct request", "direct requests")],
            ),
        )
        .with(seen.iter().take(5).copied().filter_map(for_it)),
        (count, Some((proxied, _, _))) => Finding::new(
            Status::Likely,
            Redacted::fill(
                "{} on both sides, but another one with an empty reply got an answer through Cloudflare: it comes and goes.",
                &[&redact::counted(count, "request fails", "requests fail")],
            ),
        )
        .with(evidence.flatten())
        .with(facts.cite_proxied(proxied, Field::Status, Speaks::Against)),
        (count, None) => Finding::new(
            Status::Confirmed,
            Redacted::fill(
                "{} of {} requests that are a 520 through Cloudflare got an empty reply from the origin itself, and no other request did.",
                &[&count, &facts.failing_pairs().len()],
            ),
        )
        .with(evidence.flatten()),
    }
}

/// No direct request got an empty reply.
fn not_seen(facts: &Facts<'_>) -> Finding {
    if facts.failing_pairs().is_empty() {
        return Finding::new(Status::CannotTell, Redacted::fixed("No 520 was captured."));
    }
    let partners: Vec<(u32, &Entry)> =
        facts.failing_pairs().iter().filter_map(|(_, direct)| Some(((*direct)?, facts.direct_entry((*direct)?)?))).collect();
    if let Some((index, _)) = partners.iter().find(|(_, entry)| entry.response.status == 0 && entry.response.error.is_none()) {
        return Finding::new(
            Status::Possible,
            Redacted::fixed("A failing request got no usable answer from the origin either; this browser does not say which fault it was."),
        )
        .with(facts.cite_direct(*index, Field::Status, Speaks::For));
    }
    let against = partners.iter().take(3).filter_map(|(index, entry)| {
        let field = if entry.response.error.is_some() { Field::Error } else { Field::Status };
        facts.cite_direct(*index, field, Speaks::Against)
    });
    if partners.len() == facts.failing_pairs().len() {
        return Finding::new(
            Status::RuledOut,
            Redacted::fixed(
                "Every request that is a 520 through Cloudflare got an answer, or failed in another way, when the origin was asked itself.",
            ),
        )
        .with(against);
    }
    Finding::new(
        Status::CannotTell,
        Redacted::fixed("The direct capture does not hold the requests that fail through Cloudflare: record the same steps."),
    )
}
