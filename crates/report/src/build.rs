use fivetwenty_captures::Side;
use fivetwenty_captures::compare::{Aligned, Change, Difference, Pair, align};
use fivetwenty_captures::edge::ray;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::{Numbers, tally};
use fivetwenty_captures::site::SideView;
use fivetwenty_diagnose::pattern::{ColoShare, Pattern, TimeShare, UrlShare};
use fivetwenty_diagnose::{After, Diagnosis, Facts, Finding, Page, Resolution, Rule, Test, Tries, Warning, WarningRule, advice, waited};
use fivetwenty_diagnose::{Evidence, Observation};
use fivetwenty_model::Provenance;
use fivetwenty_model::report::TestRow;
use fivetwenty_model::report::{
    AfterRow, CaptureRow, Captures, ColoRow, EvidenceRow, FeatureRow, FindingRow, FollowedRow, PairRow, Pairs, Patterns, ProblemRow, Ray,
    Report, SCHEMA, TimeRow, TraceRow, UrlRow, Verdict, WarningRow, Window,
};
use fivetwenty_model::{Responsible, Source, Status};
use fivetwenty_redact::{self as redact, Redacted};

use super::checklist::{Given, checklist};
use super::inputs::input_row;
use super::measures::measures;

type Text = Redacted<String>;

/// Rows of pairs that a report holds at most.
const MAX_ROWS: usize = 1000;
/// Hosts that are named of a capture at most.
const MAX_HOSTS: usize = 20;
/// Requests that a list of what became of them holds at most.
const MAX_FOLLOWED: usize = 100;
/// Ray IDs that a report holds at most.
const MAX_RAYS: usize = 1000;

/// Makes the report.
pub fn report(diagnosis: &Diagnosis) -> Report {
    let (facts, case) = (diagnosis.facts(), &diagnosis.case);
    let rays = rays(&facts);
    Report {
        schema: Redacted::fixed(SCHEMA),
        verdict: verdict(diagnosis, &facts),
        findings: diagnosis.findings.iter().map(|(rule, finding)| finding_row(rule, finding, &facts)).collect(),
        warnings: diagnosis.warnings.iter().map(|(rule, warning)| warning_row(rule, warning, &facts)).collect(),
        captures: Captures {
            proxied: facts.proxied.as_ref().and_then(|seen| capture_row(seen, case.exchanged)),
            direct: facts.direct.as_ref().and_then(|seen| capture_row(seen, case.exchanged)),
        },
        measures: measures(&facts),
        pairs: pairs(diagnosis, &facts),
        patterns: facts.pattern().map(|pattern| patterns(pattern, &facts)),
        after: diagnosis.after.as_ref().and_then(|after| after_row(after, &facts)),
        checklist: checklist(&facts, &Given { ray: !rays.is_empty(), trace: case.trace.is_some() }),
        rays,
        inputs: case.texts.iter().map(|text| input_row(text)).collect(),
        trace: case.trace.as_ref().map(trace_row),
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
        let step = rule.page.tests().first().and_then(|test| Some(advice::fill(facts, test.commands.first()?)));
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
        responsible: finding.responsible.unwrap_or(rule.responsible).to_vec(),
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
        responsible: Vec::new(),
        summary,
        first_step: Redacted::fixed(first_step),
        log_window: log_window(facts),
    }
}

/// What texts alone tell.
fn texts_tell(facts: &Facts<'_>) -> Text {
    let error = facts.first_stated(|fact| fact.error_code);
    let log = facts.first_stated(|fact| fact.log);
    let tells = match (error, advice::known(facts, "moment"), log) {
        (_, Some(moment), Some(log)) => Redacted::fill("A log says \"{}\", {}: {}", &[&log.phrase, &moment, &log.means]),
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
    FindingRow {
        cause: Redacted::fixed(rule.id),
        title: Redacted::fixed(rule.title),
        status: finding.status,
        basis: finding.basis,
        reason: finding.reason.clone(),
        means: Redacted::fixed(if advised { rule.page.paragraph("What it means") } else { "" }),
        responsible: finding.responsible.unwrap_or(rule.responsible).to_vec(),
        evidence: finding.evidence.iter().map(|evidence| evidence_row(evidence, facts)).collect(),
        fix: if advised { steps(rule.page, finding.case, facts) } else { Vec::new() },
        tests: if open { tests(rule.page, facts) } else { Vec::new() },
    }
}

fn warning_row(rule: &WarningRule, warning: &Warning, facts: &Facts<'_>) -> WarningRow<Text> {
    WarningRow {
        id: Redacted::fixed(rule.id),
        side: warning.side,
        detail: warning.detail.clone(),
        fix: steps(rule.page, None, facts),
        tests: tests(rule.page, facts),
    }
}

fn steps(page: Page, case: Option<&str>, facts: &Facts<'_>) -> Vec<Text> {
    page.steps(case).map(|step| advice::fill(facts, step)).collect()
}

fn tests(page: Page, facts: &Facts<'_>) -> Vec<TestRow<Text>> {
    let row = |test: Test| TestRow {
        commands: test.commands.iter().map(|command| advice::fill(facts, command)).collect(),
        decides: advice::fill(facts, test.decides),
    };
    page.tests().into_iter().map(row).collect()
}

/// A piece of evidence, cited where whoever reads the report finds it.
fn evidence_row(evidence: &Evidence, facts: &Facts<'_>) -> EvidenceRow<Text> {
    let place = facts.place(evidence);
    // Curl has a number for what browsers have names for.
    let number = place.filter(|(source, _)| source.provenance == Provenance::Transcript && evidence.field.as_str() == "response._error");
    let exit = number.and_then(|(_, number)| facts.case.extracts().nth(number as usize)?.statement.curl_exit);
    let value = exit.map(|exit| Redacted::fill("curl: ({}), as browsers' {}", &[&u16::from(exit), &evidence.value]));
    EvidenceRow {
        source: place.map_or_else(|| evidence.side.map_or(Source::text(Provenance::Log), Source::capture), |(source, _)| source),
        entry: place.map(|(_, number)| number),
        field: evidence.field.clone(),
        value: value.unwrap_or_else(|| evidence.value.clone()),
        polarity: evidence.polarity,
    }
}

/// A side's file; `None` when all that is known of the side was told of in texts.
fn capture_row(seen: &SideView<'_>, exchanged: bool) -> Option<CaptureRow<Text>> {
    let capture = seen.capture?;
    let own = |indices: &[u32]| count(indices.iter().filter(|index| seen.is_in_capture(**index)).count());
    let given_as = if exchanged { seen.side.swapped() } else { seen.side };
    let addresses = capture.entries.iter().map(|entry| Address::new(&entry.request.url));
    let hosts = tally(&mut addresses.filter(Address::is_http).map(|address| address.host));
    let span = capture.span();
    let time = |time: Timestamp| Redacted::fill("{}", &[&time]);
    Some(CaptureRow {
        name: redact::file_name(&capture.name),
        given_as,
        bytes: capture.bytes,
        creator: redact::product(&capture.creator),
        entries: count(capture.entries.len()),
        hosts: hosts.into_iter().take(MAX_HOSTS).map(|(host, _)| redact::host(host)).collect(),
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
    if [one, other].iter().any(|seen| seen.capture.is_none_or(|capture| capture.entries.is_empty())) {
        return None;
    }
    // Requests that texts show are in no file.
    let is_shown = |pair: &Pair| {
        pair.proxied.is_some_and(|index| !one.is_in_capture(index)) || pair.direct.is_some_and(|index| !other.is_in_capture(index))
    };
    let pairing = &diagnosis.pairing;
    let cited = diagnosis.cited();
    let is_cited = |side, index: Option<u32>| index.is_some_and(|index| cited.contains(&(side, index)));
    let mut totals = Pairs { matched: 0, only_proxied: 0, only_direct: 0, status_changed: 0, headers_changed: 0, rows: Vec::new() };
    let mut telling: Vec<(usize, usize)> = Vec::new();
    for (number, pair) in pairing.rows.iter().enumerate().filter(|(_, pair)| !is_shown(pair)) {
        match (pair.proxied, pair.direct) {
            (Some(_), Some(_)) => totals.matched += 1,
            (Some(_), None) => totals.only_proxied += 1,
            _ => totals.only_direct += 1,
        }
        let has = |difference| pair.differs.contains(&difference);
        totals.status_changed += u32::from(has(Difference::Status));
        totals.headers_changed += u32::from(has(Difference::Headers));
        let cited = is_cited(Side::Proxied, pair.proxied) || is_cited(Side::Direct, pair.direct);
        let rank = [cited, has(Difference::Status), has(Difference::Framing), has(Difference::Headers)].iter().position(|holds| *holds);
        telling.extend(rank.map(|rank| (rank, number)));
    }
    // The most telling ones are kept, in the order of the captures.
    telling.sort_by_key(|(rank, _)| *rank);
    telling.truncate(MAX_ROWS);
    telling.sort_by_key(|(_, number)| *number);
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
    let url = |of: &UrlShare| {
        let request = &facts.proxied_entry(of.entry)?.request;
        let without_query = request.url.split(['?', '#']).next().unwrap_or_default();
        let (total, failing) = (of.share.total, of.share.failing);
        Some(UrlRow { method: redact::header_name(&request.method), url: redact::url(without_query), total, failing })
    };
    let colos = |colos: &[ColoShare]| colos.iter().map(colo_row).collect();
    let time = |of: &TimeShare| TimeRow {
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

fn colo_row(of: &ColoShare) -> ColoRow<Text> {
    ColoRow { colo: Redacted::fill("{}", &[&of.colo]), total: of.share.total, failing: of.share.failing }
}

fn after_row(after: &After, facts: &Facts<'_>) -> Option<AfterRow<Text>> {
    let capture = capture_row(&facts.after_view(&after.capture), false)?;
    let rows = |resolution: Resolution| {
        let requests = after.requests.iter().filter(move |request| request.resolution() == resolution).take(MAX_FOLLOWED);
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
    let (gone, still, new, not_asked) = (
        after.count(Resolution::Fixed),
        after.count(Resolution::StillFailing),
        after.count(Resolution::New),
        after.count(Resolution::NotRetried),
    );
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
        gone: rows(Resolution::Fixed),
        still: rows(Resolution::StillFailing),
        new: rows(Resolution::New),
        not_asked: rows(Resolution::NotRetried),
        last_failure: time(after.last_failure),
        first_good: time(after.first_good),
    })
}

/// Every Ray ID once, those of failing requests first.
fn rays(facts: &Facts<'_>) -> Vec<Ray<Text>> {
    let (case, mut seen) = (facts.case, Numbers::default());
    let mut found: Vec<(bool, Observation<'_>, RayId)> = Vec::new();
    for view in [&facts.proxied, &facts.direct].into_iter().flatten() {
        for observation in case.observations(view.side) {
            if let Some(ray) = ray(observation.entry)
                && seen.number(&ray.id()).1
            {
                found.push((view.failing.binary_search(&observation.index).is_err(), observation, ray));
            }
        }
    }
    // The captures come in order already, so that only the failing ones need go first.
    found.sort_by_key(|(good, ..)| *good);
    found.truncate(MAX_RAYS);
    let [proxied, direct] = [Side::Proxied, Side::Direct].map(|side| case.capture(side)?.span());
    let spans = |source: Source| match source.side {
        Some(Side::Proxied) => [proxied, None],
        Some(Side::Direct) => [direct, None],
        _ => [proxied, direct],
    };
    let mut rows: Vec<Ray<Text>> = found
        .into_iter()
        .map(|(_, observation, ray)| Ray {
            source: observation.source,
            entry: Some(observation.number),
            ..ray_row(&ray, Some(observation.entry), spans(observation.source), case.now)
        })
        .collect();
    // Those that stand in texts without a request around them.
    for (extract, number) in case.extracts().zip(0..) {
        if let Some(ray) = extract.statement.ray.as_ref().filter(|_| rows.len() < MAX_RAYS)
            && seen.number(&ray.id()).1
        {
            let source = Source::text(extract.kind.provenance());
            let row = ray_row(ray, None, spans(source), case.now);
            rows.push(Ray { source, entry: Some(number), status: extract.statement.status(), ..row });
        }
    }
    rows
}

/// A Ray ID, decoded: with the entry whose it is, if there is one, and when the captures were recorded in which it should lie.
pub fn ray_row(ray: &RayId, entry: Option<&Entry>, spans: [Option<(Timestamp, Timestamp)>; 2], now: Timestamp) -> Ray<Text> {
    /// A request may come long after its page was asked for, and clocks differ.
    const AROUND_MS: i64 = 5 * 60 * 1000;
    let doubt = ray.doubts(now);
    let received = ray.received().filter(|_| !doubt.iter().any(|doubt| doubt.is_about_time()));
    let place = ray.colo().and_then(fivetwenty_captures::evidence::colo::Colo::place);
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
        source: Source::capture(Side::Proxied),
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
        city: colo.and_then(fivetwenty_captures::evidence::colo::Colo::place).map(|place| Redacted::fixed(place.city)),
        host: trace.get("h").map(redact::host),
        time: trace.time().map(|time| Redacted::fill("{}", &[&time])),
        http: trace.get("http").map(redact::error),
        tls: trace.get("tls").map(redact::error),
    }
}

/// Whoever must act, in words.
pub(super) fn who(responsible: &[Responsible]) -> Text {
    Redacted::join(responsible.iter().map(|party| Redacted::fixed(party.label())), " or ")
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
