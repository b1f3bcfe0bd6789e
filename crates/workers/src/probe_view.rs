//! What the page shows of a probe, as texts. The worker makes them, so that the first load has none of them.

use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_model::probe::{Outcome, Panel, Panels, Repeated, Run, Step, Subject, colos};
use fivetwenty_redact::{counted, visible};

/// The results of these requests. `repeats` is how many a repetition will make, when it is one.
pub fn panels(steps: &[Step], repeats: Option<u32>) -> Panels {
    let about = |subject: Subject| steps.iter().filter(move |step| step.subject == subject).collect::<Vec<_>>();
    let (traces, urls) = (about(Subject::Trace), about(Subject::Url));
    let mut panels = Vec::new();
    panels.extend(traces.iter().rfind(|step| step.outcome == Outcome::Trace).map(|step| traced(step, &traces)));
    panels.extend(traces.last().filter(|step| step.outcome != Outcome::Trace).map(|step| explained(step)));
    if repeats.is_none() {
        panels.extend(urls.last().map(|step| if step.outcome == Outcome::Answer { answered(step) } else { explained(step) }));
    }
    Panels {
        asked: u32::try_from(steps.len()).unwrap_or(u32::MAX),
        panels,
        repeated: repeats.and_then(|repeats| repeated(&urls, repeats as usize)),
        trace: traces.iter().rev().find_map(|step| step.as_trace()),
    }
}

/// What `/cdn-cgi/trace` answered.
fn traced(step: &Step, all: &[&Step]) -> Panel {
    let met: Vec<String> = colos(all)
        .iter()
        .map(|(colo, place, times)| {
            let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
            format!("{colo}{place} {times} of {}", all.len())
        })
        .collect();
    let meaning =
        |(name, value): &(String, String)| [visible(name).into_owned(), visible(value).into_owned(), trace_field(name).to_owned()];
    Panel {
        title: format!("Through Cloudflare, data centre {}", met.join(", ")),
        text:
            "A browser keeps its connection, and one connection meets one data centre: the same one every time is no sign that everybody \
               meets it, or that you always do."
                .to_owned(),
        summary: format!("All that {} said,{}", visible(step.redirected.as_ref().unwrap_or(&step.url)), took(step)),
        fields: step.trace.iter().map(meaning).collect(),
        ..Panel::default()
    }
}

/// What the address itself answered.
fn answered(step: &Step) -> Panel {
    let code = step.error_code.map(|code| format!(", with Cloudflare’s page for error {code}")).unwrap_or_default();
    let redirect = step.redirected.as_ref().map(|to| format!(", by way of {}", visible(to))).unwrap_or_default();
    let which = if step.same_origin { "all that came" } else { "those that the host lets other pages see" };
    let field = |(name, value): &(String, String)| [visible(name).into_owned(), visible(value).into_owned(), String::new()];
    Panel {
        failed: step.failed(),
        title: format!("Status {} from {}{code}{redirect}", step.status, visible(&step.url)),
        summary: format!("{}, {which},{}", counted(step.headers.len(), "header", "headers"), took(step)),
        fields: step.headers.iter().map(field).collect(),
        ..Panel::default()
    }
}

/// How long it took, and over which protocol, as far as the browser shows it.
fn took(step: &Step) -> String {
    let phases = match step.phases {
        Some(phases) => format!(
            "DNS {}, connecting {} with TLS {}, waiting {}, reading {} ms",
            phases.dns, phases.connect, phases.tls, phases.wait, phases.receive
        ),
        None => "its phases are not to be seen from here".to_owned(),
    };
    format!(" {} ms ({phases}) {}", step.ms, visible(&step.protocol))
}

/// A request of which there is nothing to read. That a host hides its answers from other pages is no failure: most do.
fn explained(step: &Step) -> Panel {
    let (title, text) = explain(step);
    let url = step.url.replace('\'', "%27");
    let command = match step.subject {
        Subject::Trace => format!("curl -sS '{url}'"),
        Subject::Url => format!("curl -sv -o /dev/null '{url}'"),
    };
    let failed = step.outcome != Outcome::Hidden;
    Panel { failed, title, text: text.to_owned(), address: step.url.clone(), command, ..Panel::default() }
}

/// Explains a request that brought no trace, or no answer that can be read: what happened, and what to do.
fn explain(step: &Step) -> (String, &'static str) {
    let (title, next) = match (step.outcome, step.subject) {
        (Outcome::Answer, Subject::Trace) if step.status == 404 || step.status < 400 => {
            return (
                format!(
                    "The host answered with status {} and no trace: this request did not go through Cloudflare, or the zone hides the trace.",
                    step.status
                ),
                "Check that the DNS record of this host is proxied (orange cloud), and that no hosts file sends you straight to the origin.",
            );
        }
        (Outcome::Trace | Outcome::Answer, _) => {
            return (
                format!("The host answered with status {} instead of the trace.", step.status),
                "Open the address in a new tab to see the page behind it.",
            );
        }
        (Outcome::Challenge, Subject::Trace) => (
            "Cloudflare answered with a challenge page instead of the trace: it wants to see a person first.",
            "Open the address in a new tab, pass the challenge there, and paste here what the tab shows then.",
        ),
        (Outcome::Challenge, Subject::Url) => (
            "Cloudflare answered with a challenge page: it wants to see a person first, so the origin was not asked.",
            "Open the address in a new tab and pass the challenge there; record that tab as a HAR file.",
        ),
        (Outcome::Hidden, Subject::Trace) => (
            "The host answered, but its trace can't be read from here: it sends no CORS header. That is no sign of a failure.",
            "Open the address in a new tab, or run the command below, and paste here what it shows.",
        ),
        (Outcome::Hidden, Subject::Url) => (
            "The host answered. The browser hides the status and the headers from this page, because the host sends no CORS header. Most \
             sites send none, so that is no sign of a failure.",
            "The command below shows status and headers: run it and paste here what it shows. Cloudflare's error pages send no CORS header \
             either.",
        ),
        (Outcome::Nothing, _) => (
            "No answer came that the browser would take: no such host (DNS), connection refused or broken off, certificate not valid, or \
             asking is forbidden to other pages (CORP). The browser does not tell a page which.",
            "Check how the host is spelled, then open the address in a new tab, or run the command below: both show which it is.",
        ),
        (Outcome::TimedOut, _) => (
            "No answer within 10 seconds. The host may be down, or a firewall drops the request.",
            "Open the address in a new tab and wait, or run the command below from another network.",
        ),
        (Outcome::Offline, _) => ("This computer is offline.", "Connect it, then try again."),
        (Outcome::MixedContent, _) => (
            "Nothing was sent: this page came over https, and from there the browser allows no plain http request (mixed content).",
            "Try the address with https://, or run the command below.",
        ),
    };
    (title.to_owned(), next)
}

/// What a line of `/cdn-cgi/trace` means; nothing when it is not known.
fn trace_field(name: &str) -> &'static str {
    match name {
        "fl" => "the server at the edge that answered",
        "h" => "the host that was asked",
        "ip" => "your address: about you, so neither saved nor reported",
        "ts" => "when, in seconds since 1970 (UTC)",
        "visit_scheme" => "how it was asked: http or https",
        "uag" => "your browser: about you, so neither saved nor reported",
        "colo" => "the data centre, by the code of a near airport: what support asks for",
        "sliver" => "a part of the data centre, mostly none",
        "http" => "the version of HTTP between you and the edge",
        "loc" => "your country, as Cloudflare sees it",
        "tls" => "the version of TLS between you and the edge",
        "sni" => "whether the host’s name was encrypted (ECH)",
        "warp" => "whether you come through Cloudflare WARP",
        "gateway" => "whether you come through Cloudflare Gateway",
        "rbi" => "whether you come through a remote browser",
        "kex" => "how the key was exchanged",
        _ => "",
    }
}

/// A repetition of these requests; `planned` is how many there will be in all.
fn repeated(steps: &[&Step], planned: usize) -> Option<Repeated> {
    let ends = |steps: &[&Step]| Some([time_of_day(steps.first()?), time_of_day(steps.last()?)]);
    let mut colos: Vec<&str> = colos(steps).iter().map(|(colo, ..)| *colo).collect();
    if steps.iter().any(|step| step.colo.is_empty()) {
        colos.push("");
    }
    let name = |colo: &str| if colo.is_empty() { "none".to_owned() } else { colo.to_owned() };
    let cell = |step: &&&Step| [u32::from(step.failed()), 1];
    let line = |colo: &str| {
        let cells =
            (0..planned.max(steps.len())).map(|place| steps.get(place).filter(|step| step.colo == colo).as_ref().map_or([0, 0], cell));
        (name(colo), cells.collect())
    };
    let alike = |one: &&Step, other: &&Step| (one.outcome, one.status, &one.colo) == (other.outcome, other.status, &other.colo);
    let run = |run: &[&Step]| {
        let first = run.first()?;
        let count = u32::try_from(run.len()).unwrap_or(u32::MAX);
        Some(Run { ends: ends(run)?, status: first.status, failed: first.failed(), colo: name(&first.colo), count })
    };
    let failing = steps.iter().filter(|step| step.failed()).count();
    Some(Repeated {
        sentence: format!("{failing} of {} failed.", counted(steps.len(), "request", "requests")),
        ends: ends(steps)?,
        lines: colos.into_iter().map(line).collect(),
        runs: steps.chunk_by(alike).filter_map(run).collect(),
    })
}

/// The time of day at which a request was made, in UTC.
fn time_of_day(step: &Step) -> String {
    let time = Timestamp::from_unix_ms(step.started_ms).map(|time| format!("{time:.0}")).unwrap_or_default();
    time.trim_end_matches('Z').split('T').nth(1).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when an outcome of a request has no explanation, no next step, or alarms although the host only sends no CORS header.
    #[test]
    fn every_outcome_is_explained() {
        use Outcome::{Answer, Challenge, Hidden, MixedContent, Nothing, Offline, TimedOut};
        let mut all = Vec::new();
        for subject in [Subject::Trace, Subject::Url] {
            for outcome in [Answer, Challenge, Hidden, Nothing, TimedOut, Offline, MixedContent] {
                let step = Step { subject, outcome, status: 404, url: "https://x/';rm -rf /'".to_owned(), ..Step::default() };
                let shown = panels(&[step], None);
                let [panel] = &*shown.panels else { panic!("{subject:?} {outcome:?}: {shown:?}") };
                assert_eq!(panel.text.is_empty(), (subject, outcome) == (Subject::Url, Answer), "{subject:?} {outcome:?}");
                let calm = outcome == Hidden || (subject, outcome) == (Subject::Url, Answer);
                assert_eq!(panel.failed, !calm, "{subject:?} {outcome:?}");
                assert!(outcome != Hidden || panel.title.contains("no sign of a failure") && panel.command.starts_with("curl "));
                assert!(panel.command.is_empty() || panel.command.ends_with(" 'https://x/%27;rm -rf /%27'"), "{}", panel.command);
                all.push(panel.title.clone());
            }
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 10, "{all:?}");
    }

    /// Breaks when a field goes without its meaning, or one that is not known is not shown.
    #[test]
    fn every_field_of_a_trace_is_shown() {
        let names =
            ["fl", "h", "ip", "ts", "visit_scheme", "uag", "colo", "sliver", "http", "loc", "tls", "sni", "warp", "gateway", "rbi", "kex"];
        let trace = names.into_iter().chain(["novelty"]).map(|name| (name.to_owned(), "FRA".to_owned())).collect();
        let mut step = Step { outcome: Outcome::Trace, status: 200, trace, ..Step::default() };
        step.locate();
        let shown = panels(&[step.clone(), step], None);
        let [panel] = &*shown.panels else { panic!("{shown:?}") };
        assert!(panel.title.ends_with("data centre FRA (Frankfurt-am-Main, DE) 2 of 2"), "{}", panel.title);
        assert_eq!(panel.fields.iter().filter(|[_, _, meaning]| meaning.is_empty()).count(), 1);
        assert_eq!((panel.fields.len(), shown.trace.is_some()), (17, true));
    }

    /// Breaks when a repetition draws a request in another's place, or counts what is not alike as one.
    #[test]
    fn a_repetition_is_drawn_over_time() {
        let step = |status, colo: &str, started_ms| Step {
            subject: Subject::Url,
            outcome: Outcome::Answer,
            status,
            colo: colo.to_owned(),
            started_ms,
            ..Step::default()
        };
        let steps = [step(520, "FRA", 0), step(520, "FRA", 5000), step(200, "AMS", 10_000), step(200, "", 86_395_000)];
        let repeated = panels(&steps, Some(5)).repeated.unwrap();
        assert_eq!(
            (repeated.sentence.as_str(), &repeated.ends),
            ("2 of 4 requests failed.", &["00:00:00".to_owned(), "23:59:55".to_owned()])
        );
        let [fra, ams, none] = &*repeated.lines else { panic!("{repeated:?}") };
        assert_eq!((fra.0.as_str(), &*fra.1), ("FRA", &[[1, 1], [1, 1], [0, 0], [0, 0], [0, 0]][..]));
        assert_eq!((&*ams.1, none.0.as_str()), (&[[0, 0], [0, 0], [0, 1], [0, 0], [0, 0]][..], "none"));
        let runs: Vec<(u16, &str, u32)> = repeated.runs.iter().map(|run| (run.status, run.colo.as_str(), run.count)).collect();
        assert_eq!(runs, [(520, "FRA", 2), (200, "AMS", 1), (200, "none", 1)]);
        assert_eq!(panels(&[], Some(5)).repeated, None);
    }
}
