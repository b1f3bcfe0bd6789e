//! From a diagnosis to its report.

use std::rc::Rc;

use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::order::tally;
use fivetwenty_captures::site::SideView;
use fivetwenty_diagnose::pattern::{ColoShare, Pattern, TimeShare, UrlShare};
use fivetwenty_diagnose::{
    After, Diagnosis, Evidence, Facts, Finding, Page, Resolution, Rule, Step, Test, Tries, Warning, WarningRule, advice, servers,
};
use fivetwenty_inputs::RecognisedText;
use fivetwenty_model::report::{
    AfterRow, CaptureRow, Captures, ColoRow, EvidenceRow, FeatureRow, FindingRow, FollowedRow, InputRow, Patterns, RAY_TIME, Report,
    SCHEMA, SiteRow, SourceRow, StepRow, TestRow, TimeRow, TraceRow, UrlRow, WarningRow,
};
use fivetwenty_model::{Provenance, Server, Source, Status};
use fivetwenty_redact::{self as redact, Redacted};

use super::checklist::{Given, checklist};
use super::inputs::{input_row, problem_rows};
use super::logs::logs_row;
use super::measures::measures;
use super::pairs::pairs;
use super::rays::rays;
use super::verdict::verdict;

type Text = Redacted<String>;

/// Hosts that are named of a capture at most.
const MAX_HOSTS: usize = 20;
/// Requests that a list of what became of them holds at most.
const MAX_FOLLOWED: usize = 100;

/// Makes the report.
pub fn report(diagnosis: &Diagnosis) -> Report {
    let (facts, case) = (diagnosis.facts(), &diagnosis.case);
    let rays = rays(&facts);
    let mut adviser = Adviser { facts: &facts, named: servers(&facts), given: Vec::new() };
    Report {
        schema: Redacted::fixed(SCHEMA),
        sample: case.is_sample,
        verdict: verdict(diagnosis, &facts),
        findings: diagnosis.findings.iter().map(|(rule, finding)| finding_row(rule, finding, &mut adviser)).collect(),
        warnings: diagnosis.warnings.iter().map(|(rule, warning)| warning_row(rule, warning, &mut adviser)).collect(),
        site: site_row(&facts),
        captures: Captures {
            proxied: facts.proxied.as_ref().and_then(|seen| capture_row(seen, case.exchanged)),
            direct: facts.direct.as_ref().and_then(|seen| capture_row(seen, case.exchanged)),
        },
        measures: measures(&facts),
        pairs: pairs(diagnosis, &facts),
        patterns: facts.pattern().map(|pattern| patterns(pattern, &facts)),
        logs: case.logs.as_deref().map(|logs| logs_row(logs, &facts)),
        after: diagnosis.after.as_ref().and_then(|after| after_row(after, &facts)),
        checklist: checklist(&facts, &Given { ray: !rays.is_empty(), trace: case.trace.is_some() }),
        rays,
        ray_time: Redacted::fixed(RAY_TIME),
        inputs: inputs(&facts),
        trace: case.trace.as_ref().map(trace_row),
    }
}

fn inputs(facts: &Facts<'_>) -> Vec<InputRow<Text>> {
    let mut first = 0;
    let row = |text: &Rc<RecognisedText>| {
        let row = input_row(text, first, facts);
        first += text.extracts.len();
        row
    };
    facts.case.texts.iter().map(row).collect()
}

/// The site, by the first of its hosts that a capture asks.
fn site_row(facts: &Facts<'_>) -> Option<SiteRow<Text>> {
    let host = [&facts.proxied, &facts.direct].into_iter().flatten().find_map(|seen| seen.hosts.first())?;
    Some(SiteRow { host: redact::host(host), reason: facts.case.site.reason })
}

fn finding_row(rule: &Rule, finding: &Finding, adviser: &mut Adviser<'_>) -> FindingRow<Text> {
    let facts = adviser.facts;
    // What is ruled out needs no advice.
    let open = finding.status != Status::RuledOut;
    let fits = finding.status < Status::CannotTell;
    let steps = if fits { adviser.steps(rule.page.all_steps(finding.case)) } else { Vec::new() };
    let standing = rule.page.standing();
    FindingRow {
        cause: Redacted::fixed(rule.id),
        title: Redacted::fixed(rule.title),
        status: finding.status,
        not_reproduced: finding.not_reproduced,
        basis: finding.basis,
        reason: finding.reason.clone(),
        means: Redacted::fixed(if fits { rule.page.paragraph("What it means") } else { "" }),
        responsible: finding.responsible.unwrap_or(rule.responsible).to_vec(),
        likelihood: standing.map(|(likelihood, _)| likelihood),
        difficulty: standing.map(|(_, difficulty)| difficulty),
        evidence: finding.evidence.iter().map(|evidence| evidence_row(evidence, facts)).collect(),
        fix: fix(&steps),
        steps,
        tests: if open { tests(rule.page, facts) } else { Vec::new() },
    }
}

fn warning_row(rule: &WarningRule, warning: &Warning, adviser: &mut Adviser<'_>) -> WarningRow<Text> {
    let steps = adviser.steps(rule.page.steps(None));
    WarningRow {
        id: Redacted::fixed(rule.id),
        side: warning.side,
        detail: warning.detail.clone(),
        fix: fix(&steps),
        steps,
        tests: tests(rule.page, adviser.facts),
    }
}

/// Gives the steps of pages, each shared one with the first page that has it.
struct Adviser<'a> {
    facts: &'a Facts<'a>,
    /// The servers that the evidence names.
    named: Vec<Server>,
    /// The ids of shared steps that a finding has already.
    given: Vec<&'static str>,
}

impl Adviser<'_> {
    fn steps(&mut self, mut steps: Vec<Step>) -> Vec<StepRow<Text>> {
        steps.retain(|step| step.shared.is_none_or(|id| !self.given.contains(&id)));
        self.given.extend(steps.iter().filter_map(|step| step.shared));
        let source = |(title, url)| SourceRow { title: Redacted::fixed(title), url: Redacted::fixed(url) };
        let row = |step: Step| StepRow {
            group: step.group,
            text: advice::fill(self.facts, step.text),
            effort: step.effort,
            risk: step.risk,
            who: step.who,
            server: step.server,
            applies: step.server.is_none_or(|server| self.named.contains(&server)),
            sources: step.sources.into_iter().map(source).collect(),
        };
        steps.into_iter().map(row).collect()
    }
}

/// The words of the steps that apply.
fn fix(steps: &[StepRow<Text>]) -> Vec<Text> {
    steps.iter().filter(|step| step.applies).map(|step| step.text.clone()).collect()
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
        problems: problem_rows(&capture.problems),
        problems_total: capture.problems_total,
    })
}

fn patterns(pattern: &Pattern, facts: &Facts<'_>) -> Patterns<Text> {
    let url = |of: &UrlShare| {
        let request = &facts.proxied_entry(of.entry)?.request;
        let (total, failing) = (of.share.total, of.share.failing);
        Some(UrlRow { method: redact::header_name(&request.method), url: redact::url(&request.url), total, failing })
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
        share_per_mille: pattern.interval(),
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
        (0, 0, 0) => Redacted::fixed("None of the failing requests was retried."),
        (_, 0, 0) => Redacted::fill(
            "{} of {} that failed: fine now, and nothing else fails.",
            &[&gone, &redact::counted(failed, "request", "requests")],
        ),
        _ => Redacted::fill(
            "{} that failed: {} fine now, {} still failing; {} new.",
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

fn trace_row(trace: &Trace) -> TraceRow<Text> {
    let colo = trace.colo();
    TraceRow {
        colo: colo.map(|colo| Redacted::fill("{}", &[&colo])),
        city: colo.and_then(fivetwenty_captures::evidence::colo::Colo::place).map(|place| Redacted::fixed(place.city)),
        host: trace.get("h").map(redact::host),
        time: trace.time().map(|time| Redacted::fill("{}", &[&time])),
        http: trace.get("http").map(|http| redact::trace_value("http", http)),
        tls: trace.get("tls").map(|tls| redact::trace_value("tls", tls)),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
