//! The report as a whole: its text and its JSON, and what must not be in them.

use expect_test::expect_file;
use fivetwenty_captures::har::Capture;
use fivetwenty_model::letter::Letter;
use fivetwenty_model::report::{Need, Report};
use fivetwenty_report::{letters, to_full, to_html, to_markdown};
use serde_json::{Value, json};

use crate::{accuracy, counted, diagnose, file, fivetwenty, lab, report};

const NOW: &str = "2026-12-01T00:00:00Z";

fn sample(format: &str) -> String {
    let (proxied, direct) = (lab("chromium-156/empty-reply/proxied.har"), lab("chromium-156/empty-reply/direct.har"));
    let output = fivetwenty(&["--proxied", &proxied, "--direct", &direct, "--now", NOW, "--format", format]);
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("a report is UTF-8")
}

/// Breaks when the report of the sample pair changes in any byte: read the difference before it is accepted.
#[test]
fn the_samples_report_is_as_it_was() {
    expect_file!["../data/reports/empty-reply.txt"].assert_eq(&sample("text"));
    expect_file!["../data/reports/empty-reply.full.txt"].assert_eq(&sample("full"));
    expect_file!["../data/reports/empty-reply.json"].assert_eq(&sample("json"));
    expect_file!["../data/reports/empty-reply.md"].assert_eq(&sample("markdown"));
    expect_file!["../data/reports/empty-reply.html"].assert_eq(&sample("html"));
}

/// Breaks when a form of the report does not say what a single piece proves, what it does not, or with which command to go on.
#[test]
fn every_form_says_what_a_single_piece_proves() {
    let exception =
        file("single.txt", b"requests.exceptions.HTTPError: 520 Server Error: <none> for url: https://api.shop.example/v1/orders\n");
    for format in ["text", "full", "json", "html", "markdown"] {
        let output = fivetwenty(&["--paste", &exception, "--format", format]);
        let report = String::from_utf8(output.stdout).unwrap();
        for says in [
            "Next: send the same request with curl, through Cloudflare and direct",
            "This proves: a client received status 520 for",
            "This does not prove: that Cloudflare sent this response",
            "Run both while the error shows",
            "curl -sv -o /dev/null 'https://api.shop.example/v1/orders'",
            "curl -sv -o /dev/null 'https://api.shop.example/v1/orders' --connect-to ::ORIGIN_IP",
        ] {
            assert!(report.contains(says), "{format}: {says}\n{report}");
        }
    }
}

/// Breaks when a value of a capture that must not leave is in either form of the report, wherever in an entry it stood.
#[test]
fn no_secret_leaves() {
    let secret = |place: usize| format!("S3cr3t{place:02}Value");
    let header = |name: &str, place: usize| json!({"name": name, "value": secret(place)});
    let entry = |status: u16, error: Option<String>| {
        json!({
            "startedDateTime": "2026-11-20T10:00:00Z", "time": 5, "serverIPAddress": secret(0), "comment": secret(1), "pageref": secret(2),
            "request": {
                "method": "GET", "url": format!("https://{}:{}@shop.example/a?token={}&{}#{}", secret(3), secret(4), secret(5), secret(6), secret(7)),
                "headers": [header("Cookie", 8), header("Authorization", 9), header("X-Api-Key", 10)],
                "queryString": [header("token", 11)], "cookies": [header("session", 12)], "postData": {"text": secret(13), "params": [header("password", 14)]},
            },
            "response": {
                "status": status, "_error": error, "redirectURL": secret(15),
                "headers": [header("Set-Cookie", 16), header("X-Trace", 17), header("cf-ray", 18), header("content-length", 19),
                    json!({"name": "server", "value": "cloudflare"}), json!({"name": "content-type", "value": format!("text/html; <{}>", secret(20))})],
                "content": {"mimeType": secret(21), "text": secret(22)}, "cookies": [header("session", 23)],
            },
            "_initiator": {"url": secret(24)}, "_webSocketMessages": [{"data": secret(25)}],
        })
    };
    let har = |entries: Value| json!({"log": {"pages": [{"title": secret(26)}], "comment": secret(27), "entries": entries}}).to_string();
    let proxied = file("secrets-proxied.har", har(json!([entry(520, None), entry(200, None)])).as_bytes());
    let failed = || Some(format!("could not connect to {}", secret(28)));
    let direct = file("secrets-direct.har", har(json!([entry(0, failed()), entry(404, None)])).as_bytes());
    for (format, names) in [
        ("full", "token=[13 bytes]"),
        ("json", "token=[13 bytes]"),
        ("html", "token=[13 bytes]"),
        ("text", "token=VALUE"),
        ("markdown", "token=VALUE"),
    ] {
        let output = fivetwenty(&["--proxied", &proxied, "--direct", &direct, "--format", format]);
        let report = String::from_utf8(output.stdout).unwrap();
        assert!(report.contains(names), "{format}: the report names what was there");
        for place in 0..29 {
            assert!(!report.contains(&secret(place)), "{format}: place {place}\n{report}");
        }
    }
}

/// Breaks when a Ray ID that is made up, damaged or from another time is passed on without a word.
#[test]
fn doubtful_ray_ids_are_said_to_be() {
    let entry = |ray: &str| {
        json!({"startedDateTime": "2026-04-23T20:50:36Z", "time": 5, "request": {"method": "GET", "url": "https://shop.example/", "headers": []},
            "response": {"status": 520, "headers": [{"name": "server", "value": "cloudflare"}, {"name": "cf-ray", "value": ray}]}})
    };
    let rays = [
        ("9f0fbdcf1836c090-FRA", Some("2026-04-23T20:50:36.010Z"), json!(true), json!([])),
        ("81ad11e60869188d-FRA", Some("2023-10-23T21:28:27.840Z"), json!(false), json!([])),
        ("0123456789abcdef-FRA", None, Value::Null, json!(["too-early"])),
        ("f694c6892660106-AMS", None, Value::Null, json!(["fifteen-digits"])),
        ("ff0fbdcf1836c090-FRA", None, Value::Null, json!(["in-the-future"])),
        ("9f0fbdcf2836c090-SFO-DOG", Some("2026-04-23T20:50:36.020Z"), json!(true), json!(["second-part"])),
    ];
    let mut entries: Vec<Value> = rays.iter().map(|(ray, ..)| entry(ray)).collect();
    // None was assigned, and none can be read.
    entries.extend([entry("-"), entry("9f0fbdcf1836c09-PHLX"), entry("00")]);
    let path = file("doubtful.har", json!({"log": {"entries": entries}}).to_string().as_bytes());
    let of = |format| {
        let output = fivetwenty(&["--proxied", &path, "--now", NOW, "--format", format]);
        String::from_utf8(output.stdout).expect("a report is UTF-8")
    };
    let report: Value = serde_json::from_str(&of("json")).expect("the report is JSON");
    let found = report["rays"].as_array().expect("there are Ray IDs");
    assert_eq!(found.len(), rays.len());
    for ((written, received, in_capture, doubt), ray) in rays.into_iter().zip(found) {
        assert_eq!((ray["received"].as_str(), &ray["in_capture"], &ray["doubt"]), (received, &in_capture, &doubt), "{written}");
    }
    for format in ["full", "html"] {
        let written = of(format);
        for words in ["15 digits were written", "before 2013", "still to come", "second part", "its time is not that of the capture"] {
            assert!(written.contains(words), "{format}: {words}\n{written}");
        }
    }
}

/// Breaks when markup, control or bidirectional characters of a file can act where the report is shown.
#[test]
fn a_hostile_file_makes_an_inert_report() {
    let nasty = "\u{202e}</script><img src=x onerror=alert(1)>\u{1b}[2J\u{7}\n# x\n@everyone";
    let entry = json!([{
        "startedDateTime": nasty, "request": {"method": nasty, "url": format!("https://shop.example/{nasty}?{nasty}={nasty}"), "headers": [{"name": nasty, "value": nasty}]},
        "response": {"status": 520, "_error": nasty, "headers": [{"name": nasty, "value": nasty}, {"name": "server", "value": "cloudflare"}]},
    }]);
    let har = json!({"log": {"creator": {"name": nasty, "version": nasty}, "entries": entry}}).to_string();
    let name = "\u{202e}nasty\u{1b}.har";
    let path = file(name, har.as_bytes());
    for format in ["text", "json", "markdown", "html"] {
        let output = fivetwenty(&["--proxied", &path, "--format", format]);
        let report = String::from_utf8(output.stdout).unwrap();
        assert!(!report.contains(['\u{202e}', '\u{1b}', '\u{7}', '\r']), "{report}");
        assert!(!report.lines().any(|line| line.starts_with("# x") || line.starts_with("@everyone")), "{report}");
    }
}

/// Breaks when a member of the public contract is missing or renamed.
#[test]
fn the_schema_is_kept() {
    let large = report(&["--proxied", &lab("chromium-156/request-headers-431/proxied.har")]);
    let report: Value = serde_json::from_str(&sample("json")).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(report["schema"], "fivetwenty/report/2");
    for (value, expected) in [
        (
            &report,
            "after captures checklist findings inputs logs measures pairs patterns ray_time rays sample schema site trace verdict warnings",
        ),
        (
            &report["verdict"],
            "cause caution commands first_step headline leaves_open log_window other_windows responsible status summary tied",
        ),
        (&report["verdict"]["log_window"], "by from to"),
        (
            &report["findings"][0],
            "basis cause difficulty evidence fix likelihood means not_reproduced reason responsible status steps tests title",
        ),
        (&report["findings"][0]["steps"][0], "applies effort group risk server sources text who"),
        (&report["findings"][0]["steps"][0]["sources"][0], "title url"),
        (&report["findings"][0]["evidence"][0], "entry field polarity source value"),
        (&report["warnings"][0], "detail fix id source steps tests"),
        (
            &report["captures"]["proxied"],
            "bytes creator entries failing first given_as hosts last name problems problems_total site via_cloudflare",
        ),
        (&report["measures"], "request_headers response_headers waited"),
        (&report["measures"]["waited"], "from longest requests sentence shortest times"),
        (&report["measures"]["waited"]["times"][0], "by ms of requests source"),
        (&large["measures"]["request_headers"], "bytes cookies entry how limits source unlisted"),
        (&large["measures"]["request_headers"]["limits"][0], "by bytes of"),
        (&report["pairs"], "headers_changed matched only_direct only_proxied rows status_changed"),
        (&report["pairs"]["rows"][0], "differs direct headers_added headers_changed headers_removed method proxied status url"),
        (&report["patterns"], "colos failing features needed sentence shape share_per_mille times total urls"),
        (&report["patterns"]["urls"][0], "failing method total url"),
        (&report["patterns"]["colos"][0], "colo failing total"),
        (&report["patterns"]["times"][0], "colos failing from to total"),
        (&report["rays"][0], "city colo country doubt entry id in_capture received source status waited"),
        (&report["rays"][0]["waited"], "from max_ms min_ms"),
        (&report["checklist"][0], "commands have item need step title"),
    ] {
        assert_eq!(keys(value), expected);
    }
}

/// `docs/report.md`'s example, without its comments.
pub(crate) fn documented() -> Value {
    let (_, rest) = include_str!("../../docs/report.md").split_once("```jsonc\n").expect("the example begins");
    let (example, _) = rest.split_once("```").expect("the example ends");
    // What an address holds is no comment.
    let json: Vec<&str> = example.lines().map(|line| line.find(" //").map_or(line, |comment| &line[..comment])).collect();
    serde_json::from_str(&json.join("\n")).unwrap_or_else(|error| panic!("the example is JSON but for its comments: {error}"))
}

/// Compares the members of a report with those that the document names. An object that the document leaves empty is described elsewhere.
fn compare_members(report: &Value, document: &Value, place: &str, met: &mut Vec<String>) {
    match (report, document) {
        (Value::Object(report), Value::Object(document)) if !document.is_empty() => {
            met.push(place.to_owned());
            for (name, value) in report {
                let described = document.get(name).unwrap_or_else(|| panic!("the document does not name {place}.{name}"));
                compare_members(value, described, &format!("{place}.{name}"), met);
            }
            // Of facts only those are there that a text tells.
            let missing = document.keys().find(|name| !report.contains_key(*name) && place != "report.inputs[].facts");
            assert_eq!(missing, None, "the document names more than there is of {place}");
        }
        (Value::Array(rows), Value::Array(document)) => {
            for row in rows {
                compare_members(row, document.first().unwrap_or(&Value::Null), &format!("{place}[]"), met);
            }
        }
        _ => {}
    }
}

/// The objects that the document describes.
fn described(document: &Value, place: &str, found: &mut Vec<String>) {
    match document {
        Value::Object(members) if !members.is_empty() => {
            found.push(place.to_owned());
            members.iter().for_each(|(name, value)| described(value, &format!("{place}.{name}"), found));
        }
        Value::Array(rows) => rows.iter().for_each(|row| described(row, &format!("{place}[]"), found)),
        _ => {}
    }
}

/// Breaks when a report has a member that the document does not name, or lacks one that it names.
#[test]
fn the_document_names_every_member() {
    let pair = |case: &str| ["proxied", "direct"].map(|side| lab(&format!("chromium-156/{case}/{side}.har")));
    let ([proxied, direct], [large, large_direct]) = (pair("empty-reply"), pair("request-headers-431"));
    let trace = file("document-trace.txt", b"h=shop.example\nts=1772941360.629\ncolo=TPE\nhttp=http/2\ntls=TLSv1.3\n");
    let curl =
        file("document-curl.txt", b"$ curl -v https://shop.example/\n* Empty reply from server\ncurl: (52) Empty reply from server\n");
    // Only what writes fails, and after that no more; a time is no number.
    let shop = |name: &str, status: u16| {
        let entry = |number: usize| {
            let (method, status) = if number.is_multiple_of(3) { ("POST", status) } else { ("GET", 200) };
            json!({"time": "x", "request": {"method": method, "url": format!("https://shop.example/{}", number % 4)},
                "response": {"status": status, "headers": [{"name": "server", "value": "cloudflare"}]}})
        };
        file(name, json!({"log": {"entries": (0..60).map(entry).collect::<Vec<_>>()}}).to_string().as_bytes())
    };
    let reports = [
        report(&["--proxied", &proxied, "--direct", &direct, "--trace", &trace, "--paste", &curl]),
        report(&["--proxied", &large, "--direct", &large_direct]),
        // Two clocks, two years apart.
        report(&[
            "--proxied",
            &file(
                "document-clocks.har",
                br#"{"log": {"entries": [{"startedDateTime": "2026-11-20T10:00:00Z",
            "request": {"method": "GET", "url": "https://shop.example/"},
            "response": {"status": 520, "headers": [{"name": "cf-ray", "value": "8a7d5e2fbcd1a1c3-DFW"}]}}]}}"#,
            ),
        ]),
        report(&["--proxied", &shop("document-before.har", 520), "--after", &shop("document-after.har", 200)]),
        counted::full(),
    ];
    let (document, mut met, mut all) = (documented(), Vec::new(), Vec::new());
    for report in &reports {
        compare_members(report, &document, "report", &mut met);
    }
    described(&document, "report", &mut all);
    all.retain(|place| !met.contains(place));
    assert!(all.is_empty(), "no report here has {all:?}");
}

/// A row of the report: its name, whether there is one, and what it begins with as text, as HTML, and as Markdown.
type Row = (&'static str, bool, [&'static str; 3]);

fn rows(report: &Report) -> [Row; 10] {
    let (verdict, measures) = (&report.verdict, &report.measures);
    [
        ("responsible", !verdict.responsible.is_empty(), ["\nWho acts:", "<dt>Who acts</dt>", "\n- Who acts: "]),
        ("first step", !verdict.first_step.as_str().is_empty(), ["\nFirst step:", "<dt>First step</dt>", "What to do first\n"]),
        ("log window", verdict.log_window.is_some(), ["\nLog window:", "<dt>Read the logs</dt>", "\n- Log window: "]),
        ("waited", measures.waited.is_some(), ["\nWaited:", "<dt>Waited</dt>", "\n- Cloudflare waited "]),
        ("response headers", measures.response_headers.is_some(), ["\nHeaders:", "<dt>Response headers</dt>", "\n- Response headers: "]),
        ("request headers", measures.request_headers.is_some(), ["\nRequest:", "<dt>Request headers</dt>", "\n- Request headers: "]),
        ("patterns", report.patterns.is_some(), ["\nWhich requests fail", "<h2>Which requests fail</h2>", "\n- Which requests fail: "]),
        (
            "warnings",
            !report.warnings.is_empty(),
            ["\nChecks of the captures", "<h2>Checks of the captures</h2>", "\n## Checks of the captures"],
        ),
        ("missing", report.missing(Need::Always).next().is_some(), ["\nStill missing for", "<h2>Still missing for", "\nStill missing for"]),
        (
            "rays",
            report.failing_rays().next().is_some(),
            ["\nRay IDs", "<h2>When, and under which Ray IDs</h2>", "\n## Ray IDs of failing"],
        ),
    ]
}

/// Breaks when one form of a report has a row that another one lacks, in any recorded case.
#[test]
fn every_form_has_the_same_rows() {
    for case in accuracy::cases() {
        let capture = |name: &str| {
            let text = std::fs::read(lab(&format!("{}/{}/{name}", case.form, case.name))).ok()?;
            Some(Capture::read(name, [&*text]).expect("it was recorded").into())
        };
        let diagnosis = diagnose(capture("proxied.har"), capture("direct.har"));
        let report = fivetwenty_report::report(&diagnosis);
        let forms = [to_full(&report), to_html(&report), to_markdown(&report)];
        let place = format!("{}/{}", case.form, case.name);
        for (name, expected, beginnings) in rows(&report) {
            // A line of text lists the Ray IDs of requests that succeed as well.
            let is_shown = |number: usize| forms[number].contains(beginnings[number]);
            assert_eq!(is_shown(1), expected, "{place}: {name} in HTML");
            // The short report has only the sizes that exceed a limit.
            let is_short = if name.ends_with("headers") { !is_shown(2) || expected } else { is_shown(2) == expected };
            assert!(is_short, "{place}: {name} in Markdown");
            assert_eq!(is_shown(0), expected || name == "rays" && !report.rays.is_empty(), "{place}: {name} in the text");
        }
        for warning in &report.warnings {
            let id = warning.id.as_str();
            let shown = [format!("\n  {id}"), format!("<span class=\"machine\">{id}</span>")];
            assert!(forms.iter().zip(&shown).all(|(form, id)| form.contains(id)), "{place}: {id}");
        }
        for command in report.leading().filter_map(|finding| finding.tests.first()?.commands.first()) {
            let escaped = command.as_str().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
            let shown = [command.as_str(), &escaped];
            assert!(forms.iter().zip(shown).all(|(form, command)| form.contains(command)), "{place}: {command}");
        }
        let letters = letters(&diagnosis, &report);
        if let Some(waited) = &report.measures.waited {
            let texts = [&letters.support, &letters.hosting, &letters.community].map(Letter::to_text);
            assert!(texts.iter().all(|text| text.contains(waited.sentence.as_str())), "{place}: {}", waited.sentence);
        }
        for letter in [&letters.support, &letters.hosting] {
            let shown = ["Response headers of the origin: ", "Request headers: "].map(|row| letter.to_text().contains(row));
            let expected = [&report.measures.response_headers, &report.measures.request_headers].map(Option::is_some);
            assert_eq!(shown, expected, "{place}: {}", letter.subject);
        }
    }
}

/// Breaks when a report that an earlier version wrote is no longer known for one.
#[test]
fn a_report_of_version_1_is_read() {
    let old = r#"{ "schema": "fivetwenty/report/1", "verdict": { "cause": "empty-reply", "acts": ["origin"] }, "captures": { "proxied": { "hosts": ["shop.example"] } } }"#;
    let path = file("version-1.json", old.as_bytes());
    let input = &report(&["--paste", &path])["inputs"][0];
    assert_eq!((&input["kind"], &input["facts"]["host"]), (&"report".into(), &"shop.example".into()));
    let says = input["finds"][0]["says"].as_str().unwrap();
    assert!(says.contains("That file states: The origin closed the connection"), "{says}");
}

/// Breaks when a row of the comparison is left out though its status differs, or there are more than the limit.
#[test]
fn rows_are_limited_and_the_totals_are_whole() {
    let capture = |status: u16| {
        let entries: Vec<Value> = (0..2400)
            .map(|number| json!({"request": {"method": "GET", "url": format!("https://shop.example/{number}")},
                "response": {"status": if number % 2 == 0 { status } else { 200 }, "headers": [{"name": "server", "value": if status == 520 { "cloudflare" } else { "nginx" }}]}}))
            .collect();
        json!({"log": {"entries": entries}}).to_string()
    };
    let (proxied, direct) = (file("many-proxied.har", capture(520).as_bytes()), file("many-direct.har", capture(201).as_bytes()));
    let report = report(&["--proxied", &proxied, "--direct", &direct]);
    assert_eq!((&report["pairs"]["matched"], &report["pairs"]["status_changed"]), (&2400.into(), &1200.into()));
    let rows = report["pairs"]["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 1000);
    // What findings cite is there in any case, and they are few.
    let others = rows.iter().filter(|row| row["differs"][0] != "status").count();
    assert!(others < 10, "{others}");
}

/// Breaks when a lone candidate is listed as several, or is to be told apart from nothing, in any form of the report.
#[test]
fn a_lone_candidate_is_told_from_nothing() {
    let proxied = lab("chromium-156/cache-stale/proxied.har");
    for format in ["text", "full", "markdown", "html", "support", "host", "community"] {
        let told = fivetwenty(&["--proxied", &proxied, "--format", format]);
        let told = String::from_utf8(told.stdout).unwrap();
        assert!(told.contains("Cloudflare's cache hides the fault") || told.contains("This fits:  cache-rule"), "{format}: {told}");
        for plural in ["tell apart", "tell them apart", "These fit", "These causes fit", "Possible causes", "separates"] {
            assert!(!told.contains(plural), "{format} says {plural:?}: {told}");
        }
    }
}
