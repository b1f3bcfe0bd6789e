//! The verdict where Cloudflare's logs were given: which requests fail, and what to compare.

use fivetwenty_diagnose::{Facts, advice, counts};
use fivetwenty_model::logs::{LogOutcome, LogsSummary, PatternKind};
use fivetwenty_model::report::Verdict;
use fivetwenty_redact::{self as redact, Redacted, thousands};

use super::piece::DIRECT;

type Text = Redacted<String>;

/// A verdict with what the logs say. Where they are all that was given, they decide what is said first and what to do next.
pub(super) fn with_logs(verdict: Verdict<Text>, logs: &LogsSummary, facts: &Facts<'_>) -> Verdict<Text> {
    let pattern = counts::pattern(logs);
    let all = [&verdict.summary, &counts::shares(logs), &pattern];
    let is_captured = facts.proxied.is_some() || facts.direct.is_some();
    let is_shown = facts.proxied.as_ref().is_some_and(|seen| !seen.failing.is_empty());
    // What failed is in the logs alone: what captures without it say comes second.
    if is_captured && (is_shown || logs.all.failing == 0) {
        let words = if logs.pattern.kind.is_some() { "{} In the logs: {} {}" } else { "{} In the logs: {}" };
        return Verdict { summary: Redacted::fill(words, &all.map(|text| text as &dyn redact::Harmless)), ..verdict };
    }
    let shares = counts::shares(logs);
    let most = logs.meanings.iter().filter(|row| row.outcome == LogOutcome::Failed).max_by_key(|row| row.count);
    let most = most.map_or_else(
        || Redacted::fixed(""),
        |row| {
            let origin = row.origin.map_or_else(|| Redacted::fixed("unknown"), |origin| Redacted::fill("{}", &[&origin]));
            let values: [&dyn redact::Harmless; 4] = [&thousands(row.count), &row.edge, &origin, &redact::problem(&row.means)];
            Redacted::fill(" {} have status {} at the edge and {} of the origin: {}", &values)
        },
    );
    let summary = Redacted::fill("{}{}", &[&shares, &most]);
    if verdict.cause.is_some() {
        let summary = Redacted::fill("{} {}", &[&verdict.summary, if logs.pattern.kind.is_some() { &pattern } else { &shares }]);
        return Verdict { summary, ..verdict };
    }
    let (step, commands) = step(logs, facts);
    let headline = headline(logs);
    let (headline, summary) = match verdict.tied.len() {
        0 => (headline, summary),
        1 => (Redacted::fill("{} One cause matches that, but nothing proves it.", &[&headline]), summary),
        more => (
            Redacted::fill("{} {} causes match that.", &[&headline, &more]),
            Redacted::fill("{} The logs alone can't tell the causes apart.", &[&summary]),
        ),
    };
    Verdict { headline, summary, first_step: Redacted::fixed(step), commands, ..verdict }
}

/// What fails, in a sentence.
fn headline(logs: &LogsSummary) -> Text {
    let pattern = &logs.pattern;
    match pattern.kind {
        _ if logs.all.total == 0 => Redacted::fixed("These logs do not show which requests Cloudflare sent to the origin."),
        _ if logs.all.failing == 0 => Redacted::fixed("No request to the origin failed in these logs."),
        None if pattern.too_few.is_some() => Redacted::fixed("Too few requests failed to show what they have in common."),
        None => Redacted::fixed("Requests fail, and nothing that the logs have sets them apart."),
        Some(PatternKind::Random) => Redacted::fixed("A share of all requests fails, on any URL."),
        Some(PatternKind::Every) if logs.all.failing == logs.records => Redacted::fixed("Every record of these logs is a failure."),
        Some(PatternKind::Every) if logs.all.failing == logs.all.total => Redacted::fixed("Every request to the origin fails."),
        Some(PatternKind::Every) => Redacted::fixed("Nearly every request to the origin fails."),
        Some(PatternKind::Time) => {
            Redacted::fill("Failures began at {}.", &[&counts::moment(pattern.value.as_deref().unwrap_or_default())])
        }
        Some(kind) => Redacted::fill("Failures come from {}.", &[&counts::all_named(pattern, kind)]),
    }
}

/// What to do next, and the commands for it.
fn step(logs: &LogsSummary, facts: &Facts<'_>) -> (&'static str, Vec<Text>) {
    let direct = || vec![advice::fill(facts, DIRECT)];
    match logs.pattern.kind {
        _ if logs.all.total == 0 => (
            "Take a log with EdgeResponseStatus, OriginResponseStatus and CacheCacheStatus: they show which requests Cloudflare sent to the origin.",
            Vec::new(),
        ),
        _ if logs.all.failing == 0 => ("Take the log of a time at which the error showed, and add it.", Vec::new()),
        Some(PatternKind::Origin) => (
            "Compare that server with the others: its error log at the time of a failing request, software versions, configuration, load and disk space. Take it out of the load balancer until you know.",
            Vec::new(),
        ),
        Some(PatternKind::Url) => (
            "Read the application's log for that path. Then send such a request direct, with the origin's IP address for ORIGIN_IP, and add the output.",
            direct(),
        ),
        Some(PatternKind::Colo) => (
            "Check that the origin's firewall, rate limits and security plugins admit all of Cloudflare's IP ranges. If they do, send the Ray IDs to Cloudflare.",
            Vec::new(),
        ),
        Some(PatternKind::Time) => (
            "Find out what changed at that minute: a deploy, a restart, a certificate, a firewall rule, a scheduled job, a setting in Cloudflare's dashboard. Read the origin's log from a minute before.",
            Vec::new(),
        ),
        Some(PatternKind::Random) => (
            "Read the origin's error log at the times of failing requests. Compare them with its load, its limits of workers and connections, and its keep-alive timeout.",
            Vec::new(),
        ),
        Some(PatternKind::Every) => (
            "Send one request direct to the origin, with its IP address for ORIGIN_IP, and add the output. It shows whether the origin responds at all.",
            direct(),
        ),
        Some(PatternKind::Method) => (
            "Compare the origin's limits for request bodies, in bytes and seconds, with the requests that fail, and read its error log.",
            Vec::new(),
        ),
        Some(PatternKind::Client | PatternKind::Protocol) => {
            ("Compare a failing request with one that succeeds: headers and cookies first, then the origin's rules for bots.", Vec::new())
        }
        None if logs.pattern.too_few.is_some() => ("Take the log of a longer time, without sampling, and add it.", Vec::new()),
        None => ("Look up a Ray ID of a failing request in the origin's logs, and add the lines of that second.", Vec::new()),
    }
}
