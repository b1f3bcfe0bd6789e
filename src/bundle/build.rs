use super::checklist::{Given, checklist};
use super::inputs::input_row;
use super::measures::measures;
use super::report::{
    AfterRow, CaptureRow, Captures, ColoRow, EvidenceRow, FeatureRow, FindingRow, FollowedRow, PairRow, Pairs, Patterns, ProblemRow, Ray,
    Report, SCHEMA, TimeRow, TraceRow, UrlRow, Verdict, WarningRow, Window,
};
use crate::compare::{Aligned, Change, Difference, Pair, align};
use crate::diagnose::pattern::{OfColo, OfTime, OfUrl, Pattern};
use crate::diagnose::{
    Acts, After, Diagnosis, Facts, Fate, Finding, Page, Rule, Seen, Source, Status, Test, Tries, Warning, WarningRule, advice, ray, waited,
};
use crate::evidence::address::Address;
use crate::evidence::ray_id::RayId;
use crate::evidence::timestamp::Timestamp;
use crate::evidence::trace::Trace;
use crate::har::Entry;
use crate::order::{Numbers, by_key, tally};
use crate::paste::Kind;
use crate::protocol::Side;
use crate::redact::{self, Redacted};

type Text = Redacted<String>;

/// Rows of pairs that a report holds at most.
const MOST_ROWS: usize = 1000;
/// Hosts that are named of a capture at most.
const MOST_HOSTS: usize = 20;
/// Requests that a list of what became of them holds at most.
const MOST_FOLLOWED: usize = 100;
/// Ray IDs that a report holds at most.
const MOST_RAYS: usize = 1000;

/// Makes the report. `now` only tells which Ray IDs cannot be true: it is not written anywhere.
pub fn report(diagnosis: &Diagnosis, trace: Option<&Trace>, now: Timestamp) -> Report {
    let facts = diagnosis.facts();
    let rays = rays(&facts, now);
    Report {
        schema: Redacted::fixed(SCHEMA),
        verdict: verdict(diagnosis, &facts),
        findings: diagnosis.findings.iter().map(|(rule, finding)| finding_row(rule, finding, &facts)).collect(),
        warnings: diagnosis.warnings.iter().map(|(rule, warning)| warning_row(rule, warning, &facts)).collect(),
        captures: Captures {
            proxied: facts.proxied.as_ref().and_then(|seen| capture_row(seen, diagnosis.exchanged)),
            direct: facts.direct.as_ref().and_then(|seen| capture_row(seen, diagnosis.exchanged)),
        },
        measures: measures(&facts),
        pairs: pairs(diagnosis, &facts),
        patterns: facts.pattern().map(|pattern| patterns(pattern, &facts)),
        after: diagnosis.after.as_ref().and_then(|after| after_row(after, &facts)),
        checklist: checklist(&facts, &Given { ray: !rays.is_empty(), trace: trace.is_some() }),
        rays,
        inputs: facts.inputs.iter().map(|input| input_row(input)).collect(),
        trace: trace.map(trace_row),
    }
}

fn verdict(diagnosis: &Diagnosis, facts: &Facts<'_>) -> Verdict<Text> {
    let leading = diagnosis.leading();
    let Some(((rule, finding), others)) = leading.split_first() else { return next_step(facts) };
    let ids = |findings: &[(&Rule, Finding)]| findings.iter().map(|(rule, _)| Redacted::fixed(rule.id)).collect();
    if finding.status == Status::Possible {
        let titles = Redacted::join(leading.iter().map(|(rule, _)| Redacted::fixed(rule.title)), "; ");
        let headline = match others.len() {
            0 => Redacted::fixed("One cause fits what was seen, but nothing proves it."),
            more => Redacted::fill("{} causes fit what was seen, and nothing in the captures separates them.", &[&(more + 1)]),
        };
        let step = rule.page.tests().first().map(|test| advice::fill(facts, test.command));
        return Verdict {
            tied: ids(leading),
            headline,
            summary: Redacted::fill("{}.", &[&titles]),
            first_step: step.map_or_else(|| Redacted::fixed(""), |step| Redacted::fill("Run the test that separates them: {}", &[&step])),
            ..next_step(facts)
        };
    }
    let site = facts.proxied.as_ref().and_then(|seen| seen.hosts.first()).map(|host| redact::host(host));
    let mut summary = finding.reason.clone();
    if let Some(waited) = facts.leading().and_then(|(_, _, entry)| waited(entry)) {
        let range = redact::range_of_ms([waited.min_ms, waited.max_ms]);
        summary = Redacted::fill("{} Cloudflare waited {}.", &[&summary, &range]);
    }
    let step = rule.page.steps(finding.case).next().map(|step| advice::fill(facts, step));
    let first_step = match (step, &site) {
        (Some(step), Some(site)) => Redacted::fill("For {}: {}", &[site, &step]),
        (step, _) => step.unwrap_or_else(|| Redacted::fixed("")),
    };
    Verdict {
        cause: Some(Redacted::fixed(rule.id)),
        status: Some(finding.status),
        tied: ids(others),
        headline: finding.headline.clone().unwrap_or_else(|| Redacted::fixed(rule.headline)),
        acts: finding.acts.unwrap_or(rule.acts).to_vec(),
        summary,
        first_step,
        log_window: log_window(facts),
    }
}

fn log_window(facts: &Facts<'_>) -> Option<Window<Text>> {
    // Without a failure there is nothing to look for.
    let fails = facts.proxied.as_ref().map(|seen| !seen.failing.is_empty());
    (fails == Some(true) || fails.is_none() && facts.direct.is_none()).then_some(())?;
    let (from, to) = advice::window(facts)?;
    Some(Window { from: Redacted::fill("{}", &[&from]), to: Redacted::fill("{}", &[&to]) })
}

/// The verdict when there is no cause: what to bring next.
fn next_step(facts: &Facts<'_>) -> Verdict<Text> {
    let count_520 = facts.failing_pairs().len();
    let (headline, summary, first_step) = match (&facts.proxied, &facts.direct) {
        (None, None) => (
            "Next: record the site through Cloudflare, and drop that HAR file here.",
            texts_tell(facts),
            "Open a private window, open DevTools' Network panel, tick \"Preserve log\", load the page until the error shows, and export the HAR file.",
        ),
        (None, _) => (
            "Next: record the site through Cloudflare, and drop that HAR file too.",
            Redacted::fixed("There is only a direct capture, which cannot show what Cloudflare answered."),
            "Open a private window, open DevTools' Network panel, tick \"Preserve log\", load the page until the error shows, and export the HAR file.",
        ),
        (Some(proxied), _) if proxied.on_site.is_empty() => (
            "There is no request in the capture.",
            Redacted::fixed("The capture through Cloudflare holds no request that went over the network."),
            "Open the Network panel before you load the page, tick \"Preserve log\", load it until the error shows, and export the HAR file.",
        ),
        (Some(proxied), _) if proxied.failing.is_empty() => (
            "Nothing failed in these captures.",
            Redacted::fill(
                "{} of the site through Cloudflare: every one was answered without an error.",
                &[&redact::counted(proxied.on_site.len(), "request", "requests")],
            ),
            "Record again while the error shows. If it comes and goes, keep the Network panel open with \"Preserve log\" and reload until it does.",
        ),
        (Some(_), None) => (
            "Next: record the same page direct to the origin, and drop that HAR file too.",
            Redacted::fill(
                "{} answered with a 520. What the origin does can only be seen by asking the origin itself.",
                &[&redact::counted(count_520, "request was", "requests were")],
            ),
            "Start a browser with a fresh profile and --host-resolver-rules=\"MAP HOST ORIGIN_IP\", load the same page, and export the HAR file.",
        ),
        (Some(_), Some(_)) => (
            "No known cause could be named from these two captures.",
            Redacted::fill(
                "{} answered with a 520; the findings below say what is ruled out, and what could not be told.",
                &[&redact::counted(count_520, "request was", "requests were")],
            ),
            "Run the tests that the open findings name: each says what its result would decide.",
        ),
    };
    Verdict {
        cause: None,
        status: None,
        tied: Vec::new(),
        headline: Redacted::fixed(headline),
        acts: Vec::new(),
        summary,
        first_step: Redacted::fixed(first_step),
        log_window: log_window(facts),
    }
}

/// What texts alone tell.
fn texts_tell(facts: &Facts<'_>) -> Text {
    let error = facts.first_told(|fact| fact.error_code);
    let log = facts.first_told(|fact| fact.log);
    let tells = match (error, advice::known(facts, "moment"), log) {
        (_, Some(moment), Some(log)) => Redacted::fill("A log says \"{}\", {}: {}", &[&log.words, &moment, &log.means]),
        (Some(code), Some(moment), None) => Redacted::fill("Cloudflare gave the error {}: {}.", &[&code, &moment]),
        (None, Some(moment), None) => Redacted::fill("What the texts tell is about {}.", &[&moment]),
        (_, None, _) => Redacted::fixed("What was taken from the texts is listed below."),
    };
    Redacted::fill("{} No text shows a request with its answer, so the cause cannot be told yet.", &[&tells])
}

fn finding_row(rule: &Rule, finding: &Finding, facts: &Facts<'_>) -> FindingRow<Text> {
    // What is ruled out needs no advice.
    let open = finding.status != Status::RuledOut;
    let advised = finding.status < Status::CannotTell;
    let tests = if open { rule.page.tests() } else { Vec::new() };
    FindingRow {
        cause: Redacted::fixed(rule.id),
        title: Redacted::fixed(rule.title),
        status: finding.status,
        basis: finding.basis,
        reason: finding.reason.clone(),
        means: Redacted::fixed(if advised { rule.page.paragraph("What it means") } else { "" }),
        acts: finding.acts.unwrap_or(rule.acts).to_vec(),
        evidence: finding
            .evidence
            .iter()
            .map(|evidence| {
                let whence = evidence.entry.map(|entry| facts.whence(evidence.source, entry));
                // Curl has a number for what browsers have names for.
                let find = whence.filter(|(source, _)| *source == Source::Transcript && evidence.field.as_str() == "response._error");
                let exit = find.and_then(|(_, find)| facts.find(find)).and_then(|find| find.fact.curl_exit);
                let value = exit.map(|exit| Redacted::fill("curl: ({}), as browsers' {}", &[&u16::from(exit), &evidence.value]));
                EvidenceRow {
                    source: whence.map_or(evidence.source, |(source, _)| source),
                    entry: whence.map(|(_, entry)| entry),
                    field: evidence.field.clone(),
                    value: value.unwrap_or_else(|| evidence.value.clone()),
                    speaks: evidence.speaks,
                }
            })
            .collect(),
        fix: if advised { steps(rule.page, finding.case, facts) } else { Vec::new() },
        next_test: commands(&tests, facts),
        decides: decides(&tests, facts),
    }
}

fn warning_row(rule: &WarningRule, warning: &Warning, facts: &Facts<'_>) -> WarningRow<Text> {
    let tests = rule.page.tests();
    WarningRow {
        id: Redacted::fixed(rule.id),
        source: warning.source,
        detail: warning.detail.clone(),
        fix: steps(rule.page, None, facts),
        next_test: commands(&tests, facts),
        decides: decides(&tests, facts),
    }
}

fn steps(page: Page, case: Option<&str>, facts: &Facts<'_>) -> Vec<Text> {
    page.steps(case).map(|step| advice::fill(facts, step)).collect()
}

fn commands(tests: &[Test], facts: &Facts<'_>) -> Vec<Text> {
    tests.iter().map(|test| advice::fill(facts, test.command)).collect()
}

fn decides(tests: &[Test], facts: &Facts<'_>) -> Vec<Text> {
    tests.iter().map(|test| advice::fill(facts, test.decides)).collect()
}

/// A side's file; `None` when all that is known of the side was told of in texts.
fn capture_row(seen: &Seen<'_>, exchanged: bool) -> Option<CaptureRow<Text>> {
    let capture = seen.capture;
    if capture.is_told() {
        return None;
    }
    let own = |indices: &[u32]| count(indices.iter().filter(|index| (**index as usize) < capture.own().len()).count());
    let is_proxied = seen.source == Source::Proxied;
    let given_as = if is_proxied == exchanged { Side::Direct } else { Side::Proxied };
    let addresses = capture.own().iter().map(|entry| Address::new(&entry.request.url));
    let hosts = tally(&mut addresses.filter(Address::is_http).map(|address| address.host));
    let span = capture.span();
    let time = |time: Timestamp| Redacted::fill("{}", &[&time]);
    Some(CaptureRow {
        name: redact::file_name(&capture.name),
        given_as,
        bytes: capture.bytes,
        creator: redact::product(&capture.creator),
        entries: count(capture.own().len()),
        hosts: hosts.into_iter().take(MOST_HOSTS).map(|(host, _)| redact::host(host)).collect(),
        site: seen.hosts.first().map(|host| redact::host(host)),
        via_cloudflare: own(&seen.via_cloudflare),
        failing: own(&seen.failing),
        first: span.map(|(first, _)| time(first)),
        last: span.map(|(_, last)| time(last)),
        problems: capture
            .problems
            .iter()
            .map(|problem| ProblemRow {
                offset: problem.offset,
                line: problem.line,
                path: redact::json_path(&problem.path),
                problem: redact::problem(&problem.problem),
            })
            .collect(),
        problems_total: capture.problems_total,
    })
}

fn pairs(diagnosis: &Diagnosis, facts: &Facts<'_>) -> Option<Pairs<Text>> {
    let (Some(one), Some(other)) = (&facts.proxied, &facts.direct) else { return None };
    let [of_proxied, of_direct] = [one, other].map(|seen| seen.capture.own().len());
    if of_proxied == 0 || of_direct == 0 {
        return None;
    }
    // Requests that texts tell of are in no file.
    let is_told = |pair: &Pair| {
        pair.proxied.is_some_and(|index| index as usize >= of_proxied) || pair.direct.is_some_and(|index| index as usize >= of_direct)
    };
    let pairing = &diagnosis.pairing;
    let cited = diagnosis.cited();
    let is_cited = |source, index: Option<u32>| index.is_some_and(|index| cited.contains(&(source, index)));
    let mut totals = Pairs { matched: 0, only_proxied: 0, only_direct: 0, status_changed: 0, headers_changed: 0, rows: Vec::new() };
    let mut telling: Vec<(usize, usize)> = Vec::new();
    for (number, pair) in pairing.rows.iter().enumerate().filter(|(_, pair)| !is_told(pair)) {
        match (pair.proxied, pair.direct) {
            (Some(_), Some(_)) => totals.matched += 1,
            (Some(_), None) => totals.only_proxied += 1,
            _ => totals.only_direct += 1,
        }
        let has = |difference| pair.differs.contains(&difference);
        totals.status_changed += u32::from(has(Difference::Status));
        totals.headers_changed += u32::from(has(Difference::Headers));
        let cited = is_cited(Source::Proxied, pair.proxied) || is_cited(Source::Direct, pair.direct);
        let rank = [cited, has(Difference::Status), has(Difference::Framing), has(Difference::Headers)].iter().position(|holds| *holds);
        telling.extend(rank.map(|rank| (rank, number)));
    }
    // The most telling ones are kept, in the order of the captures.
    let mut telling = by_key(telling, |(rank, _)| *rank as u64);
    telling.truncate(MOST_ROWS);
    let telling = by_key(telling, |(_, number)| *number as u64);
    let rows = telling.into_iter().filter_map(|(_, number)| pairing.rows.get(number));
    totals.rows = rows
        .filter_map(|pair| {
            let proxied = pair.proxied.and_then(|index| facts.proxied_entry(index));
            let direct = pair.direct.and_then(|index| facts.direct_entry(index));
            Some(pair_row(pair.proxied, pair.direct, &pair.differs, proxied, direct, proxied.or(direct)?))
        })
        .collect();
    Some(totals)
}

fn pair_row(
    proxied_index: Option<u32>,
    direct_index: Option<u32>,
    differs: &[Difference],
    proxied: Option<&Entry>,
    direct: Option<&Entry>,
    either: &Entry,
) -> PairRow<Text> {
    let lines = match (proxied, direct) {
        (Some(one), Some(other)) if one.response.status > 0 && other.response.status > 0 => {
            align(&one.response.headers, &other.response.headers)
        }
        _ => Vec::new(),
    };
    let names = |change: Change| {
        lines.iter().filter(move |line: &&Aligned<'_>| line.change == change).map(|line| redact::header_name(&line.name)).collect()
    };
    PairRow {
        proxied: proxied_index,
        direct: direct_index,
        method: redact::header_name(&either.request.method),
        url: redact::url(&either.request.url),
        status: [proxied.map(|entry| entry.response.status), direct.map(|entry| entry.response.status)],
        differs: differs.to_vec(),
        headers_added: names(Change::OnlyProxied),
        headers_removed: names(Change::OnlyDirect),
        headers_changed: names(Change::Changed),
    }
}

fn patterns(pattern: &Pattern, facts: &Facts<'_>) -> Patterns<Text> {
    let url = |of: &OfUrl| {
        let request = &facts.proxied_entry(of.entry)?.request;
        let without_query = request.url.split(['?', '#']).next().unwrap_or_default();
        let (total, failing) = (of.share.total, of.share.failing);
        Some(UrlRow { method: redact::header_name(&request.method), url: redact::url(without_query), total, failing })
    };
    let colos = |colos: &[OfColo]| colos.iter().map(colo_row).collect();
    let time = |of: &OfTime| TimeRow {
        from: Redacted::fill("{}", &[&of.from]),
        to: Redacted::fill("{}", &[&of.to]),
        total: of.share.total,
        failing: of.share.failing,
        colos: colos(&of.colos),
    };
    let features = pattern.features.iter().map(|of| FeatureRow {
        feature: of.feature,
        total: of.with.total,
        failing: of.with.failing,
        others: of.without.total,
    });
    Patterns {
        total: pattern.all.total,
        failing: pattern.all.failing,
        share_per_mille: pattern.all.per_mille(),
        shape: pattern.shape,
        needed: pattern.needed,
        sentence: pattern.sentence(),
        features: features.collect(),
        urls: pattern.urls.iter().filter_map(url).collect(),
        colos: colos(&pattern.colos),
        times: pattern.times.iter().map(time).collect(),
    }
}

fn colo_row(of: &OfColo) -> ColoRow<Text> {
    ColoRow { colo: Redacted::fill("{}", &[&of.colo]), total: of.share.total, failing: of.share.failing }
}

fn after_row(after: &After, facts: &Facts<'_>) -> Option<AfterRow<Text>> {
    let capture = capture_row(&facts.seen_after(&after.capture), false)?;
    let rows = |fate: Fate| {
        let requests = after.requests.iter().filter(move |request| request.fate() == fate).take(MOST_FOLLOWED);
        let tries = |tries: Tries| [tries.failing, tries.total];
        requests
            .map(|request| FollowedRow {
                method: redact::header_name(&request.method),
                url: redact::url(&request.url),
                before: tries(request.before),
                after: tries(request.after),
            })
            .collect()
    };
    let time = |time: Option<Timestamp>| Some(Redacted::fill("{}", &[&time?]));
    let (gone, still, new, not_asked) =
        (after.count(Fate::Gone), after.count(Fate::Still), after.count(Fate::New), after.count(Fate::NotAsked));
    let failed = gone + still + not_asked;
    let summary = match (gone, still, new) {
        _ if failed == 0 && new == 0 => Redacted::fixed("Nothing failed, before or after."),
        (0, 0, 0) => Redacted::fixed("None of the requests that failed was asked for again."),
        (_, 0, 0) => Redacted::fill(
            "{} of {} that failed: answered well now, and nothing else fails.",
            &[&gone, &redact::counted(failed, "request", "requests")],
        ),
        _ => Redacted::fill(
            "{} that failed: {} answered well now, {} still failing; {} new.",
            &[&redact::counted(failed, "request", "requests"), &gone, &still, &new],
        ),
    };
    Some(AfterRow {
        capture,
        summary,
        gone: rows(Fate::Gone),
        still: rows(Fate::Still),
        new: rows(Fate::New),
        not_asked: rows(Fate::NotAsked),
        last_failure: time(after.last_failure),
        first_good: time(after.first_good),
    })
}

/// Every Ray ID once, those of failing requests first.
fn rays(facts: &Facts<'_>, now: Timestamp) -> Vec<Ray<Text>> {
    let mut found: Vec<(bool, Source, u32, RayId, &Entry)> = Vec::new();
    let mut seen = Numbers::default();
    for capture in [&facts.proxied, &facts.direct].into_iter().flatten() {
        for (index, entry) in (0..).zip(&capture.capture.entries) {
            if let Some(ray) = ray(entry)
                && seen.number(&ray.id()).1
            {
                found.push((capture.failing.binary_search(&index).is_err(), capture.source, index, ray, entry));
            }
        }
    }
    // The captures come in order already, so that only the failing ones need go first.
    let mut found = by_key(found, |(good, ..)| u64::from(*good));
    found.truncate(MOST_RAYS);
    let spans = [&facts.proxied, &facts.direct].map(|seen| seen.as_ref()?.capture.span());
    let row = |source, entry, ray: &RayId, entry_of: Option<&Entry>| {
        let [proxied, direct] = spans;
        let spans = match source {
            Source::Proxied => [proxied, None],
            Source::Direct => [direct, None],
            _ => spans,
        };
        Ray { source, entry, ..ray_row(ray, entry_of, spans, now) }
    };
    let mut rows: Vec<Ray<Text>> = found
        .into_iter()
        .map(|(_, source, index, ray, entry)| {
            let (source, index) = facts.whence(source, index);
            row(source, Some(index), &ray, Some(entry))
        })
        .collect();
    // Those that stand in texts without a request around them.
    for (find, number) in facts.inputs.iter().flat_map(|input| &input.finds).zip(0..) {
        if let Some(ray) = find.fact.ray.as_ref().filter(|_| rows.len() < MOST_RAYS)
            && seen.number(&ray.id()).1
        {
            let source = match find.kind {
                Kind::LogLines | Kind::Logpush => Source::Logs,
                Kind::RayIds | Kind::ErrorPage => Source::PageText,
                Kind::Probe => Source::Probe,
                _ => Source::Transcript,
            };
            rows.push(Ray { status: find.fact.status(), ..row(source, Some(number), ray, None) });
        }
    }
    rows
}

/// A Ray ID, decoded: with the entry whose it is, if there is one, and when the captures were recorded in which it should lie.
pub(crate) fn ray_row(ray: &RayId, entry: Option<&Entry>, spans: [Option<(Timestamp, Timestamp)>; 2], now: Timestamp) -> Ray<Text> {
    /// A request may come long after its page was asked for, and clocks differ.
    const AROUND_MS: i64 = 5 * 60 * 1000;
    let doubt = ray.doubts(now);
    let received = ray.received().filter(|_| !doubt.iter().any(|doubt| doubt.is_about_time()));
    let place = ray.colo().and_then(crate::evidence::colo::Colo::place);
    let within = |received: Timestamp, (first, last): (Timestamp, Timestamp)| {
        (first.unix_ms() - AROUND_MS..=last.unix_ms() + AROUND_MS).contains(&received.unix_ms())
    };
    let has_span = spans.iter().any(Option::is_some);
    Ray {
        id: redact::ray_id(ray),
        colo: ray.colo().map(|colo| Redacted::fill("{}", &[&colo])),
        city: place.map(|place| Redacted::fixed(place.city)),
        country: place.map(|place| Redacted::fixed(place.country)),
        received: received.map(|received| Redacted::fill("{}", &[&received])),
        source: Source::Proxied,
        entry: None,
        status: entry.map(|entry| entry.response.status),
        waited: entry.and_then(waited),
        in_capture: received.filter(|_| has_span).map(|received| spans.into_iter().flatten().any(|span| within(received, span))),
        doubt,
    }
}

fn trace_row(trace: &Trace) -> TraceRow<Text> {
    let colo = trace.colo();
    TraceRow {
        colo: colo.map(|colo| Redacted::fill("{}", &[&colo])),
        city: colo.and_then(crate::evidence::colo::Colo::place).map(|place| Redacted::fixed(place.city)),
        host: trace.get("h").map(redact::host),
        time: trace.time().map(|time| Redacted::fill("{}", &[&time])),
        http: trace.get("http").map(redact::error),
        tls: trace.get("tls").map(redact::error),
    }
}

/// Whoever must act, in words.
pub(super) fn who(acts: &[Acts]) -> Text {
    Redacted::join(acts.iter().map(|acts| Redacted::fixed(acts.who())), " or ")
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
