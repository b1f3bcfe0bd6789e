//! The verdict: the cause when one leads, else the next step.

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::site::SideView;
use fivetwenty_diagnose::{Diagnosis, Facts, Finding, Rule, advice};
use fivetwenty_model::report::{Verdict, Window};
use fivetwenty_model::{Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use super::from_logs::with_logs;
use super::piece::{DIRECT, Piece, RECORD, piece};

type Text = Redacted<String>;

/// What it comes down to.
pub(super) fn verdict(diagnosis: &Diagnosis, facts: &Facts<'_>) -> Verdict<Text> {
    let verdict = of_diagnosis(diagnosis, facts);
    if let Some(logs) = facts.case.logs.as_deref() {
        return with_logs(verdict, logs, facts);
    }
    let Some(Piece { proves, leaves_open, bring, step, commands }) = piece(facts) else { return verdict };
    let leaves_open = Some(leaves_open);
    if verdict.cause.is_some() {
        return Verdict { leaves_open, ..verdict };
    }
    if verdict.tied.is_empty() {
        let headline = Redacted::fill("Next: {}", &[&bring]);
        return Verdict { headline, summary: proves, leaves_open, first_step: step, commands, ..verdict };
    }
    // Of several causes it says which.
    let summary = if verdict.tied.len() < 2 { proves } else { Redacted::fill("{} {}", &[&proves, &verdict.summary]) };
    let first_step = Redacted::fill("{} {}", &[&bring, &step]);
    Verdict { summary, leaves_open, first_step, commands, ..verdict }
}

/// The verdict, whatever it rests on.
fn of_diagnosis(diagnosis: &Diagnosis, facts: &Facts<'_>) -> Verdict<Text> {
    let leading = diagnosis.leading();
    let Some(((rule, finding), others)) = leading.split_first() else { return next_step(facts) };
    let ids = |findings: &[(&Rule, Finding)]| findings.iter().map(|(rule, _)| Redacted::fixed(rule.id)).collect();
    if finding.status == Status::Possible {
        let titles = || Redacted::join(leading.iter().map(|(rule, _)| Redacted::fixed(rule.title)), "; ");
        let fits = if others.is_empty() { finding.reason.clone() } else { Redacted::fill("It may be one of these: {}.", &[&titles()]) };
        let not_reproduced = diagnosis.findings.iter().filter(|(_, finding)| finding.not_reproduced.is_some()).count();
        let rest = match not_reproduced {
            0 => Redacted::fixed(""),
            others => {
                let others = redact::counted(others, "other was not reproduced", "others were not reproduced");
                Redacted::fill("{} by direct requests, which excludes none of them. ", &[&others])
            }
        };
        let (headline, apart) = match others.len() {
            0 => (Redacted::fixed("One cause matches the evidence, but nothing proves it."), ""),
            more => (Redacted::fill("{} causes match the evidence.", &[&(more + 1)]), "These captures can't tell them apart. "),
        };
        let summary = Redacted::fill("{}{}{}", &[&apart, &rest, &fits]);
        let step = rule.page.tests().first().and_then(|test| Some(advice::fill(facts, test.commands.first()?)));
        return Verdict {
            tied: ids(leading),
            headline,
            summary,
            first_step: step.map_or_else(|| Redacted::fixed(""), |step| Redacted::fill("Run the test that decides: {}", &[&step])),
            ..next_step(facts)
        };
    }
    let site = facts.proxied.as_ref().and_then(|seen| seen.hosts.first()).map(|host| redact::host(host));
    let summary = finding.reason.clone();
    let windows = log_windows(facts);
    let step = rule.page.steps(finding.case).first().map(|step| advice::fill(facts, step.text));
    let first_step = match (step, &site) {
        (Some(step), Some(site)) => Redacted::fill("For {}: {}", &[site, &step]),
        (step, _) => step.unwrap_or_else(|| Redacted::fixed("")),
    };
    Verdict {
        caution: same_side(facts),
        cause: Some(Redacted::fixed(rule.id)),
        status: Some(finding.status),
        tied: ids(others),
        headline: finding.headline.clone().unwrap_or_else(|| Redacted::fixed(rule.headline)),
        responsible: finding.responsible.unwrap_or(rule.responsible).to_vec(),
        summary,
        leaves_open: None,
        first_step,
        commands: Vec::new(),
        log_window: windows.first().cloned(),
        other_windows: windows.into_iter().skip(1).collect(),
    }
}

/// Both captures show the same side.
fn same_side(facts: &Facts<'_>) -> Option<Text> {
    let (proxied, direct) = (facts.proxied.as_ref()?, facts.direct.as_ref()?);
    let answers = |seen: &SideView<'_>| seen.headers_known && seen.answered().next().is_some();
    let through = |seen: &SideView<'_>| !seen.via_cloudflare.is_empty();
    if through(proxied) && through(direct) {
        return Some(Redacted::fixed(
            "Both captures went through Cloudflare, so nothing shows the origin's own response. Capture one direct to the origin.",
        ));
    }
    (answers(proxied) && !through(proxied) && !through(direct)).then(|| {
        Redacted::fixed("Neither capture went through Cloudflare, so nothing shows Cloudflare's response. Capture one through Cloudflare.")
    })
}

fn log_windows(facts: &Facts<'_>) -> Vec<Window<Text>> {
    // Without a failure there is nothing to look for.
    let fails = facts.proxied.as_ref().map(|seen| !seen.failing.is_empty());
    if fails == Some(false) || fails.is_none() && facts.direct.is_some() {
        return Vec::new();
    }
    let time = |time: Timestamp| Redacted::fill("{}", &[&time]);
    let windows = advice::windows(facts).into_iter();
    windows.map(|window| Window { from: time(window.since), to: time(window.until), by: window.by }).collect()
}

/// Asks again and again, through Cloudflare, until one of a hundred requests shows the error.
const REPEAT: &str = "for i in $(seq 100); do curl -s -o /dev/null -w \"$(date -u +%FT%TZ) %{http_code} exit=%{exitcode} ray=%header{cf-ray} total=%{time_total}\\n\"{method} {url}; sleep 5; done";

/// Something failed, as a text says.
const ELSEWHERE: &str = "What failed is not in these captures.";

/// The verdict when there is no cause: what to bring next.
fn next_step(facts: &Facts<'_>) -> Verdict<Text> {
    let count_520 = facts.failing_pairs().len();
    // One that went through Cloudflare as well is none.
    let direct = facts.direct.as_ref().filter(|direct| direct.via_cloudflare.is_empty());
    // What a text says of another host, or without one, fails all the same.
    let told = facts.first_stated(|fact| fact.error_code).map(|code| Redacted::fill(" A text shows Cloudflare's error {}.", &[&code]));
    let (headline, summary, first_step) = match (&facts.proxied, direct) {
        (None, None) => ("Next: capture the site through Cloudflare, and add that HAR file.", texts_tell(facts), RECORD),
        (None, _) => (
            "Next: capture the site through Cloudflare, and add that HAR file too.",
            Redacted::fixed("There is only a direct capture. It doesn't show Cloudflare's response."),
            RECORD,
        ),
        (Some(proxied), _) if proxied.on_site.is_empty() => (
            "The capture has no request.",
            Redacted::fixed("The capture through Cloudflare has no request that used the network."),
            "Open the Network panel before you load the page, and tick \"Preserve log\". Load it until the error shows, then export the HAR file.",
        ),
        (Some(proxied), _) if proxied.failing.is_empty() && facts.shows_refusal() => (
            if told.is_some() { ELSEWHERE } else { "There is no 520 here: the error is another one." },
            Redacted::fill(
                "{} of the site through Cloudflare: none is a 520, and at least one was rejected (status 400 to 499).{}",
                &[&redact::counted(proxied.on_site.len(), "request", "requests"), &told.unwrap_or_else(|| Redacted::fixed(""))],
            ),
            "Look up the Ray ID under Security > Events in Cloudflare's dashboard. It lists requests that the edge rejected.",
        ),
        (Some(proxied), _) if proxied.failing.is_empty() => (
            if told.is_some() { ELSEWHERE } else { "Nothing failed in these captures." },
            Redacted::fill(
                "{} of the site through Cloudflare, all without an error.{}",
                &[&redact::counted(proxied.on_site.len(), "request", "requests"), &told.unwrap_or_else(|| Redacted::fixed(""))],
            ),
            "Run this until a line says 520, and paste all lines. Or keep the Network panel open with \"Preserve log\", reload until the error shows, and capture that.",
        ),
        (Some(_), None) => (
            "Cloudflare got no valid response from the origin. Only a direct request shows why.",
            Redacted::fill("{} error 520.", &[&redact::counted(count_520, "request shows", "requests show")]),
            "Run this with the origin's IP address for ORIGIN_IP, and paste the output. Or capture the same page direct to the origin, and add that HAR file.",
        ),
        (Some(_), Some(_)) => (
            "These two captures show no known cause.",
            Redacted::fill(
                "{} a 520. The findings list what is ruled out, and what is not tested yet.",
                &[&redact::counted(count_520, "request is", "requests are")],
            ),
            "Run the tests of the open findings. Each says what its result decides.",
        ),
    };
    let windows = log_windows(facts);
    let is_direct_missing = facts.proxied.as_ref().is_some_and(|proxied| !proxied.failing.is_empty()) && direct.is_none();
    let is_healthy = facts.proxied.as_ref().is_some_and(|proxied| !proxied.on_site.is_empty() && proxied.failing.is_empty());
    let command = if is_direct_missing { Some(DIRECT) } else { is_healthy.then_some(REPEAT) };
    Verdict {
        caution: same_side(facts),
        cause: None,
        status: None,
        tied: Vec::new(),
        headline: Redacted::fixed(headline),
        responsible: Vec::new(),
        summary,
        leaves_open: None,
        first_step: Redacted::fixed(first_step),
        commands: command.map(|command| advice::fill(facts, command)).into_iter().collect(),
        log_window: windows.first().cloned(),
        other_windows: windows.into_iter().skip(1).collect(),
    }
}

/// What texts alone tell.
fn texts_tell(facts: &Facts<'_>) -> Text {
    let error = facts.first_stated(|fact| fact.error_code);
    let log = facts.first_stated(|fact| fact.log);
    let tells = match (error, advice::known(facts, "moment"), log) {
        (_, Some(moment), Some(log)) => Redacted::fill("A log says \"{}\", {}: {}", &[&log.phrase, &moment, &log.means]),
        (Some(code), Some(moment), None) => Redacted::fill("Cloudflare returned error {}: {}.", &[&code, &moment]),
        (None, Some(moment), None) => Redacted::fill("The texts are about {}.", &[&moment]),
        (_, None, _) => Redacted::fixed("The list below shows what was found in the texts."),
    };
    Redacted::fill("{} No text shows a request with its response, so the cause is unknown.", &[&tells])
}

/// Whoever must act, in words.
pub(super) fn who(responsible: &[Responsible]) -> Text {
    Redacted::join(responsible.iter().map(|party| Redacted::fixed(party.label())), ", or ")
}
