//! All records of Cloudflare's logs as they were counted: the report, its plots, its letters and its bundle.

use std::rc::Rc;

use fivetwenty_diagnose::{Case, Diagnosis, Finding, Inputs, site};
use fivetwenty_inputs::recognise;
use fivetwenty_model::letter::Letter;
use fivetwenty_model::logs::{
    Change, ColoTimes, Count, Dimension, DimensionRow, DimensionTable, Histogram, LogOutcome, LogPattern, LogsSummary, MeaningRow,
    MissingField, PatternKind, Phase, TimeSeries, UnderLoad,
};
use fivetwenty_model::passed::PassedOver;
use fivetwenty_model::plan::PlannedText;
use fivetwenty_redact::{Policy, Tokens};
use fivetwenty_report::bundle::{Bundle, plan, redacted_texts};
use fivetwenty_report::{letters, logs_view, report, to_full, to_html, to_json, to_markdown, to_text};
use serde_json::Value;

use crate::report::documented;

const START_MS: i64 = 1_795_219_200_000;
const MINUTE_MS: i64 = 60_000;

fn count(failing: u64, total: u64) -> Count {
    Count { total, failing }
}

fn table(dimension: Dimension, rows: &[(&str, u64, u64, bool)]) -> DimensionTable {
    let row = |(value, failing, total, stands_out): &(&str, u64, u64, bool)| DimensionRow {
        value: (*value).to_owned(),
        count: count(*failing, *total),
        interval: [u32::try_from(failing * 900 / total).unwrap(), u32::try_from((failing * 1100 / total).min(1000)).unwrap()],
        time_to_fail_ms: (*failing > 0).then_some([30_012, 30_400]),
        stands_out: *stands_out,
    };
    DimensionTable { dimension, rows: rows.iter().map(row).collect(), values: rows.len() as u64 + 2, others: count(0, 10), error: 3 }
}

fn meaning(edge: u16, origin: u16, count: u64, outcome: LogOutcome) -> MeaningRow {
    MeaningRow {
        edge,
        origin: Some(origin),
        cache: Some("dynamic".to_owned()),
        count,
        outcome,
        means: "The origin closed the connection without a response.".to_owned(),
        source: "https://developers.cloudflare.com/speed/origin-analytics/".to_owned(),
    }
}

/// One of three origins fails. Something is in each member.
fn summary() -> LogsSummary {
    let at = |minutes: i64| fivetwenty_captures::evidence::timestamp::Timestamp::from_unix_ms(START_MS + minutes * MINUTE_MS).unwrap();
    let over_time = |scale: u64| (0..60).map(|minute| count(if minute < 20 { 0 } else { scale }, 100 * scale)).collect();
    LogsSummary {
        records: 401_204,
        all: count(1204, 88_310),
        never_asked_origin: 310_442,
        masked: 12,
        client_closed: 2_340,
        undecided: 100,
        folded: 7,
        span: Some([at(0), at(60)]),
        meanings: vec![meaning(200, 200, 87_106, LogOutcome::Answered), meaning(520, 0, 1204, LogOutcome::Failed)],
        pattern: LogPattern {
            kind: Some(PatternKind::Origin),
            value: Some("203.0.113.7".to_owned()),
            with: count(1198, 20_400),
            without: count(6, 67_910),
            until: None,
            also: vec!["2001:db8::7".to_owned()],
            tied: vec![(PatternKind::Colo, "FRA".to_owned())],
            too_few: None,
        },
        by: vec![
            table(Dimension::Origin, &[("203.0.113.7", 1198, 20_400, true), ("203.0.113.8", 6, 67_910, false)]),
            table(Dimension::Url, &[("/api/*/orders", 700, 40_000, false), ("/users/alice@shop.example/*", 504, 48_310, false)]),
            table(Dimension::Host, &[("shop.example", 1204, 88_310, false)]),
            table(Dimension::Colo, &[("FRA", 1204, 60_000, false), ("AMS", 0, 28_310, false)]),
            table(Dimension::Status, &[("520/0", 1204, 1204, false)]),
        ],
        phases: vec![(Phase::Headers, 1204)],
        times: TimeSeries { start: Some(at(0)), step_ms: MINUTE_MS.unsigned_abs(), counts: over_time(15) },
        changes: vec![Change { at: at(20), before: count(0, 30_000), after: count(1204, 58_310) }],
        colo_times: vec![ColoTimes { colo: "FRA".to_owned(), step_ms: MINUTE_MS.unsigned_abs(), counts: over_time(15) }],
        time_to_fail: Histogram { bins: vec![(1_000, 1_100, 4), (29_000, 31_000, 1194)], unknown: 6 },
        under_load: Some(UnderLoad { steps: vec![([0, 40], count(2, 9_000)), ([41, 900], count(1202, 79_310))] }),
        missing_fields: vec![MissingField {
            field: "OriginTLSHandshakeDurationMs".to_owned(),
            tells: "Whether the TLS handshake with the origin takes long.".to_owned(),
        }],
        problems: vec![fivetwenty_captures::har::Problem {
            offset: 10,
            line: 2,
            path: "[1].RayID".into(),
            problem: "expected a string, found a number".into(),
        }],
        problems_total: 1,
    }
}

fn diagnose(logs: LogsSummary, texts: &[&str]) -> Diagnosis {
    let texts: Vec<_> = (1..).zip(texts).map(|(number, text)| Rc::new(recognise(&format!("text {number}"), text))).collect();
    let now = "2026-12-01T00:00:00Z".parse().unwrap();
    Case::new(Inputs { site: site([], &texts, None), texts, logs: Some(Rc::new(logs)), now, ..Inputs::default() }).diagnose()
}

/// A report with something in each member of its logs.
pub(crate) fn full() -> Value {
    let page = "Error 520\nRay ID: a5e1d50c40aa9c03-FRA\nshop.example";
    serde_json::from_str(&to_json(&report(&diagnose(summary(), &[page, &kept()])))).unwrap()
}

/// Lines as they are kept of a log: nine of ten fail.
fn kept() -> String {
    let row = |number: u64| {
        let (edge, origin) = if number == 0 { (200, 200) } else { (520, 0) };
        format!(
            "{{\"RayID\":\"a5e1d50c40aa9c{number:02x}\",\"EdgeColoCode\":\"FRA\",\"EdgeResponseStatus\":{edge},\"OriginResponseStatus\":{origin},\
             \"CacheCacheStatus\":\"dynamic\",\"ClientRequestHost\":\"shop.example\",\"ClientRequestMethod\":\"GET\",\"ClientRequestURI\":\"/api/7/orders\",\
             \"EdgeStartTimestamp\":1795286523629000000,\"OriginIP\":\"203.0.113.7\",\"OriginResponseDurationMs\":30012}}\n"
        )
    };
    (0..10).map(row).collect()
}

fn plain(letter: &Letter) -> String {
    letter.plain.iter().map(|segment| segment.text.as_str()).collect()
}

/// A cause's finding, and its status as data has it.
fn finding<'a>(diagnosis: &'a Diagnosis, cause: &str) -> (&'a Finding, String) {
    let (_, finding) = diagnosis.findings.iter().find(|(rule, _)| rule.id == cause).unwrap();
    (finding, serde_json::to_value(finding.status).unwrap().as_str().unwrap().to_owned())
}

/// Breaks when a member of the report's `logs` has another name than the document says, or its kind and value are not plain.
#[test]
fn the_report_has_what_the_logs_say() {
    let json = full();
    let logs = &json["logs"];
    for (name, expected) in [("records", 401_204), ("failing", 1204), ("asked_origin", 88_310), ("never_asked_origin", 310_442)] {
        assert_eq!(logs[name], expected, "{name}");
    }
    assert_eq!(logs["pattern"]["kind"], "origin");
    assert_eq!(logs["pattern"]["value"], "203.0.113.7");
    assert_eq!(logs["pattern"]["also"][0], "2001:db8::7");
    assert_eq!(logs["by"][1]["rows"][1]["value"], "/users/[18 bytes]/*", "what tells of a person goes from a path");
    assert_eq!(logs["by"][0]["rows"][0]["p50_ms"], 30_012);
    assert_eq!(logs["missing_fields"][0]["field"], "OriginTLSHandshakeDurationMs");
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(logs), names(&documented()["logs"]));
    let none: Value = serde_json::from_str(&to_json(&report(&Case::new(Inputs::default()).diagnose()))).unwrap();
    assert_eq!(none["logs"], Value::Null);
}

/// Breaks when the short text is too long, or lacks the shares, the server that fails, what to do, or the field that is missing.
#[test]
fn logs_alone_make_a_report_that_reads_well() {
    let report = report(&diagnose(summary(), &[&kept()]));
    let text = to_text(&report);
    assert!(text.lines().count() <= fivetwenty_report::MAX_LINES, "{text}");
    for says in [
        "Failures come from the origin 203.0.113.7, 2001:db8::7: 1,198 of 20,400 there, 6 of 67,910 elsewhere.",
        "1,204 of 88,310 requests to the origin failed (1.4 %); 310,442 others were not sent to it.",
        "Add the field OriginTLSHandshakeDurationMs to the log. It shows whether the TLS handshake with the origin takes long.",
        "a5e1d50c40aa9c01",
    ] {
        assert!(text.contains(says), "{says}\n{text}");
    }
    for never in ["This proves", "No request", "9 of 10"] {
        assert!(!text.contains(never), "{never}\n{text}");
    }
    expect_test::expect_file!["../data/reports/logs.txt"].assert_eq(&text);
    expect_test::expect_file!["../data/reports/logs.full.txt"].assert_eq(&to_full(&report));
    assert!(to_markdown(&report).contains("- Logs: "));
}

/// Breaks when captures in which nothing failed hide what the logs show.
#[test]
fn captures_without_a_failure_do_not_hide_the_logs() {
    let text = r#"[{"request": {"method": "GET", "url": "https://shop.example/"}, "response": {"status": 200, "headers": [{"name": "server", "value": "cloudflare"}]}}]"#;
    let capture = fivetwenty_captures::har::Capture::read("a.har", [text.as_bytes()]).unwrap();
    let logs = LogsSummary { by: vec![], under_load: None, ..summary() };
    let inputs = Inputs { logs: Some(Rc::new(logs)), ..Inputs::of_captures(Some(Rc::new(capture)), None) };
    let verdict = report(&Case::new(inputs).diagnose()).verdict;
    assert_eq!(verdict.headline.as_str(), "Failures come from the origin 203.0.113.7, 2001:db8::7. 2 causes match that.");
    assert!(verdict.first_step.as_str().starts_with("Compare that server with the others"), "{}", verdict.first_step);
}

/// Breaks when a share is taken from the lines that were kept of a log: most of these fail.
#[test]
fn the_kept_lines_count_in_no_share() {
    let diagnosis = diagnose(summary(), &[&kept()]);
    let report = report(&diagnosis);
    assert!(report.patterns.is_none() && diagnosis.facts().pattern().is_none());
    assert_eq!(report.failing_rays().count(), 9, "their Ray IDs and statuses are evidence still");
    let alone = fivetwenty_report::report(&Case::new(Inputs { logs: None, ..inputs_of(&kept()) }).diagnose());
    assert_eq!(alone.patterns.map(|patterns| patterns.total), Some(10), "without counts they are requests like others");
}

fn inputs_of(text: &str) -> Inputs {
    let texts = vec![Rc::new(recognise("text 1", text))];
    Inputs { site: site([], &texts, None), texts, ..Inputs::default() }
}

/// Breaks when a pattern makes a cause likely by itself, a cause is named that it does not speak for, or its evidence is not cited.
#[test]
fn patterns_make_causes_possible() {
    let with = |kind: PatternKind, value: &str| LogsSummary {
        pattern: LogPattern {
            kind: Some(kind),
            value: Some(value.to_owned()),
            without: count(0, 9_000),
            also: vec![],
            ..summary().pattern
        },
        under_load: None,
        by: vec![],
        ..summary()
    };
    for (kind, value, causes) in [
        (PatternKind::Colo, "FRA", &["edge-regional", "firewall-blocks-cloudflare"][..]),
        (PatternKind::Url, "/api/*", &["empty-reply", "connection-reset"]),
        (PatternKind::Method, "POST", &["request-body-rejected"]),
        (PatternKind::Method, "GET", &[]),
        (PatternKind::Client, "Safari", &["request-headers-too-large", "closed-on-purpose"]),
        (PatternKind::Random, "", &["origin-overload", "idle-connection-reuse", "empty-reply", "connection-reset"]),
        (PatternKind::Time, "2026-11-21T10:15:00.000Z", &["empty-reply", "connection-reset"]),
        (PatternKind::Origin, "203.0.113.7", &["empty-reply", "connection-reset"]),
    ] {
        let diagnosis = diagnose(with(kind, value), &[]);
        let mut open: Vec<&str> = diagnosis
            .findings
            .iter()
            .filter(|(_, finding)| finding.status < fivetwenty_model::Status::CannotTell)
            .inspect(|(rule, finding)| assert_eq!(finding.status, fivetwenty_model::Status::Possible, "{kind:?}: {}", rule.id))
            .inspect(|(rule, finding)| assert!(!finding.evidence.is_empty(), "{kind:?}: {}", rule.id))
            .map(|(rule, _)| rule.id)
            .collect();
        open.sort_unstable();
        let mut causes = causes.to_vec();
        causes.sort_unstable();
        assert_eq!(open, causes, "{kind:?} {value}");
    }
}

/// Breaks when an export of errors alone is taken for a site of which every request fails.
#[test]
fn an_export_of_errors_shows_no_share() {
    let pattern = LogPattern { kind: Some(PatternKind::Every), value: None, with: count(900, 900), ..LogPattern::default() };
    let all = LogsSummary { records: 900, all: count(900, 900), pattern, under_load: None, by: vec![], ..summary() };
    let headline = |logs: LogsSummary| report(&diagnose(logs, &[])).verdict.headline.as_str().to_owned();
    assert!(headline(all.clone()).starts_with("Every record of these logs is a failure."));
    assert_eq!(finding(&diagnose(all.clone(), &[]), "closed-on-purpose").1, "cannot-tell");
    let whole = LogsSummary { records: 1_000, ..all };
    assert!(headline(whole.clone()).starts_with("Every request to the origin fails."));
    assert_eq!(finding(&diagnose(whole, &[]), "closed-on-purpose").1, "possible");
}

/// Breaks when a few failures name a cause beside many others.
#[test]
fn a_few_name_no_cause() {
    let with = |began: u64| {
        let meanings = vec![meaning(520, 0, 1_000, LogOutcome::Failed), meaning(520, 200, began, LogOutcome::Failed)];
        let pattern = LogPattern { kind: None, value: None, ..LogPattern::default() };
        finding(&diagnose(LogsSummary { meanings, pattern, under_load: None, by: vec![], ..summary() }, &[]), "invalid-headers").1
    };
    assert_eq!((with(20), with(400)), ("cannot-tell".to_owned(), "possible".to_owned()));
}

/// Breaks when two signs of overload are not likely, one is, or a time-out at a server's default is not seen.
#[test]
fn several_signs_agree() {
    let random = LogPattern { kind: Some(PatternKind::Random), value: None, ..LogPattern::default() };
    let logs = LogsSummary { pattern: random.clone(), ..summary() };
    assert_eq!(finding(&diagnose(logs.clone(), &[]), "origin-overload").1, "likely");
    assert_eq!(finding(&diagnose(LogsSummary { under_load: None, ..logs }, &[]), "origin-overload").1, "possible");
    let diagnosis = diagnose(summary(), &[]);
    let (timeout, status) = finding(&diagnosis, "origin-timeout");
    assert_eq!(status, "likely");
    assert!(timeout.reason.as_str().contains("Gunicorn"), "{}", timeout.reason);
}

/// Breaks when 520s with a good status of the origin speak for an empty reply, or do not speak for a response that Cloudflare could not use.
#[test]
fn the_origins_status_separates_causes() {
    let logs = |edge, origin| LogsSummary {
        meanings: vec![meaning(edge, origin, 1204, LogOutcome::Failed)],
        pattern: LogPattern::default(),
        under_load: None,
        by: vec![],
        ..summary()
    };
    let status = |edge, origin, cause| finding(&diagnose(logs(edge, origin), &[]), cause).1;
    for cause in ["malformed-response", "invalid-headers", "headers-too-large", "truncated-body", "bad-content-length"] {
        assert_eq!((status(520, 200, cause), status(520, 0, cause)), ("possible".to_owned(), "cannot-tell".to_owned()), "{cause}");
    }
    assert_eq!(["empty-reply", "not-520"].map(|cause| status(520, 200, cause)), ["ruled-out", "ruled-out"]);
    assert_eq!((status(520, 503, "origin-error"), status(520, 0, "empty-reply")), ("possible".to_owned(), "cannot-tell".to_owned()));
    assert_eq!((status(522, 0, "not-520"), status(503, 503, "not-520")), ("likely".to_owned(), "likely".to_owned()));
    let text = to_text(&report(&diagnose(logs(522, 0), &[])));
    assert!(text.contains("This is not a 520 from Cloudflare but a 522"), "{text}");
}

/// Breaks when a Ray ID of an error page is not found in the logs, or the origin's side of it is not said.
#[test]
fn a_ray_id_gets_its_origins_side() {
    let page = "Error 520\nRay ID: a5e1d50c40aa9c03-FRA\nshop.example";
    let report = report(&diagnose(summary(), &[page, &kept()]));
    let logs = report.logs.as_ref().unwrap();
    let found: Vec<(&str, Option<u16>)> = logs.rays.iter().map(|row| (row.id.as_str(), row.origin)).collect();
    assert_eq!(found, [("a5e1d50c40aa9c03", Some(0))]);
    let says = "no response of the origin at 203.0.113.7 after 30.0 s";
    for form in [to_text(&report), to_full(&report), to_html(&report), to_json(&report)] {
        assert!(form.contains(says), "{form}");
    }
}

/// Breaks when an origin's address or a path is in a text for everybody, or host and Cloudflare do not get it.
#[test]
fn letters_say_what_each_reader_needs() {
    let mut logs = summary();
    logs.pattern.tied = Vec::new();
    let diagnosis = diagnose(logs.clone(), &[&kept()]);
    let made = letters(&diagnosis, &report(&diagnosis));
    for letter in [&made.support, &made.hosting] {
        let text = plain(letter);
        for says in ["1,204 of 88,310", "203.0.113.7", "a5e1d50c40aa9c01", "2026-11-2"] {
            assert!(text.contains(says), "{says}\n{text}");
        }
    }
    for letter in [&made.community, &made.owner] {
        let text = plain(letter);
        assert!(!text.contains("203.0.113") && !text.contains("2001:db8"), "{text}");
    }
    assert!(plain(&made.community).contains("1,204 of 88,310"));
    logs.pattern = LogPattern { kind: Some(PatternKind::Url), value: Some("/users/alice/*".to_owned()), ..logs.pattern };
    let diagnosis = diagnose(logs, &[]);
    let made = letters(&diagnosis, &report(&diagnosis));
    assert!(!plain(&made.community).contains("alice"), "{}", plain(&made.community));
    assert!(plain(&made.hosting).contains("/users/alice/*"));
}

/// Breaks when a plot has no table or too long a one, leaves its picture, or markup of a file becomes markup.
#[test]
fn plots_are_plain_marks_with_a_table() {
    let mut logs = summary();
    for value in ["</svg><script>alert(1)</script>", "\" onload=\"alert(1)", "'><img src=x>"] {
        for table in &mut logs.by {
            table.rows.push(DimensionRow { value: value.to_owned(), ..table.rows[0].clone() });
        }
        logs.colo_times.push(ColoTimes { colo: value.to_owned(), ..logs.colo_times[0].clone() });
    }
    let report = report(&diagnose(logs, &[]));
    let view = logs_view(&report).unwrap();
    let titles: Vec<&str> = view.plots.iter().map(|plot| plot.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Failures over time",
            "Failures by data centre and time",
            "Time to fail",
            "Share of failures by origin address",
            "Share of failures by path"
        ]
    );
    for plot in &view.plots {
        let title = plot.title.as_str();
        assert!(!plot.summary.as_str().is_empty() && (1..=50).contains(&plot.table.rows.len()), "{title}");
        assert!(plot.table.rows.iter().all(|row| row.len() == plot.table.head.len()), "{title}");
        let (width, height) = (i32::try_from(plot.width).unwrap(), i32::try_from(plot.height).unwrap());
        for mark in &plot.marks {
            let [a, b, c, d] = mark.at;
            let (right, bottom) = match mark.shape {
                fivetwenty_model::plot::MarkShape::Rect => (a + c, b + d),
                _ => (c.max(a), d.max(b)),
            };
            assert!(a >= 0 && b >= 0 && c >= 0 && d >= 0 && right <= width && bottom <= height, "{title}: {mark:?}");
        }
    }
    let html = to_html(&report);
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains(" style="), "markup of a file");
    assert_eq!(html.matches("role=\"img\"").count(), view.plots.len());
    assert!(html.contains("30.0 s: Gunicorn&#39;s") || html.contains("30.0 s: Gunicorn's"), "known time-outs say whose they are");
}

/// Breaks when what the person named, or a value that a path holds, is in a file of the bundle; or a log that holds neither is refused.
#[test]
fn a_bundle_has_the_logs_redacted() {
    let mut logs = summary();
    let path = |secret: &str| format!("/api/{secret}/orders");
    let secrets = ["NamedSecret42x", "8c1f42d07be94a36ab12", "bob@mail.example"];
    let mut add = |table: usize, value: String| {
        let row = DimensionRow { value, ..logs.by[table].rows[0].clone() };
        logs.by[table].rows.push(row);
    };
    for secret in secrets {
        add(1, path(secret));
    }
    add(2, "namedsecret42x.shop.example".to_owned());
    logs.pattern = LogPattern { kind: Some(PatternKind::Url), value: Some(path(secrets[0])), also: vec![path(secrets[1])], ..logs.pattern };
    let text = kept();
    let diagnosis = diagnose(logs, &[&text]);
    let planned = PlannedText { name: "log".into(), text: text.into(), passed: PassedOver::default() };
    let plan = plan(&diagnosis, vec![planned]);
    let policy = Policy::read(br#"{"add": [{"what": "text", "name": "NamedSecret42x"}]}"#).unwrap();
    let mut first = Tokens::survey();
    redacted_texts(&plan, &policy, &mut first);
    let mut tokens = first.surveyed(&policy, &plan.site.hosts);
    let texts = redacted_texts(&plan, &policy, &mut tokens);
    let bundle = Bundle::new(&plan, Vec::new(), &texts, &policy, &tokens, true).expect("nothing leaks");
    for file in bundle.files() {
        let text = String::from_utf8_lossy(&file.bytes).to_lowercase();
        for secret in secrets {
            assert!(!text.contains(&secret.to_lowercase()), "{secret} in {}", file.name);
        }
    }
    let json = bundle.files().iter().find(|file| file.name == "report.json").unwrap();
    let json: Value = serde_json::from_slice(&json.bytes).unwrap();
    assert_eq!(json["logs"]["by"][0]["rows"][0]["value"], "203.0.113.7", "Cloudflare and the host need the origin's address");
    assert_eq!(json["logs"]["failing"], 1204);
}
