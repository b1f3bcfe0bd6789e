//! Texts that people paste: every sample is recognised, what stands in it is taken, and cutting it anywhere gives nothing else.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::LazyLock;

use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Capture;
use fivetwenty_diagnose::{Case, Diagnosis, Inputs, site};
use fivetwenty_inputs::{RecognisedText, recognise};
use fivetwenty_model::{Provenance, Side, Status, TextKind};
use fivetwenty_report::report;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value};

use crate::accuracy::{Visibility, cases};
use crate::fuzz::targets;
use crate::lab;

/// The kinds of samples, each a folder.
const KINDS: [&str; 11] =
    ["client", "curl", "error-page", "headers", "httpie", "log-lines", "ray-ids", "timings", "trace", "watch", "wget"];
/// So many samples there are at least: fewer are a loss that must be meant.
pub(crate) const MIN_SAMPLES: usize = 450;
/// At how many places a sample is cut.
const CUTS: usize = 50;

/// What a find can tell, as the samples name it.
const KEYS: [&str; 12] = ["host", "method", "url", "address", "http", "status", "error_code", "ray", "colo", "time", "curl_exit", "log"];

/// A pasted text, and what a careful person takes from it.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) text: String,
    kind: String,
    facts: Vec<Map<String, Value>>,
}

pub(crate) fn samples() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/pasted");
    let sorted = |path: &Path| {
        let mut paths: Vec<PathBuf> = path.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let folders: Vec<PathBuf> = sorted(&folder).into_iter().filter(|path| path.is_dir()).collect();
    assert_eq!(folders, KINDS.map(|kind| folder.join(kind)));
    let texts = folders.iter().flat_map(|folder| sorted(folder));
    let samples: Vec<Sample> = texts
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .map(|path| {
            let expected: Value = serde_json::from_str(&std::fs::read_to_string(path.with_extension("json")).unwrap()).unwrap();
            Sample {
                name: path.strip_prefix(&folder).unwrap().display().to_string(),
                text: std::fs::read_to_string(&path).unwrap(),
                kind: expected["kind"].as_str().unwrap().to_owned(),
                facts: expected["facts"].as_array().unwrap().iter().map(|statement| statement.as_object().unwrap().clone()).collect(),
            }
        })
        .collect();
    assert!(samples.len() >= MIN_SAMPLES, "only {} samples", samples.len());
    samples
}

/// When these tests take place.
fn now() -> Timestamp {
    "2026-11-22T00:00:00Z".parse().unwrap()
}

/// The extracts of a text, as its report lists them.
fn finds(recognised: &RecognisedText) -> Vec<Map<String, Value>> {
    let inputs = Inputs { texts: vec![Rc::new(recognised.clone())], now: now(), ..Inputs::default() };
    let report = report(&Case::new(inputs).diagnose());
    let report = serde_json::to_value(report).unwrap();
    report["inputs"][0]["finds"].as_array().unwrap().iter().map(|find| find.as_object().unwrap().clone()).collect()
}

/// A value as it is compared: times to the second.
fn value(find: &Map<String, Value>, key: &str) -> Option<Value> {
    let value = find.get(key).filter(|value| !value.is_null())?;
    match (key, value.as_str()) {
        ("time", Some(time)) => Some(Value::from(time.split('.').next().unwrap().trim_end_matches('Z'))),
        _ => Some(value.clone()),
    }
}

fn difference(key: &str, found: Option<Value>, expected: Option<Value>) -> String {
    let show = |value: Option<Value>| value.map_or_else(|| "nothing".to_owned(), |value| value.to_string());
    format!("{key} is {}, not {}", show(found), show(expected))
}

/// What a line of a log differs in from what is expected.
fn in_log(find: &Map<String, Value>, statement: &Map<String, Value>) -> Vec<String> {
    let text = |value: &Option<Value>| value.as_ref().and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let keys = ["line", "host", "method", "path", "status", "ray", "colo", "time", "log"];
    let differs = keys.into_iter().filter_map(|key| {
        let (mut found, mut expected) = (value(find, if key == "path" { "url" } else { key }), value(statement, key));
        if matches!(key, "method" | "path") && expected == Some(Value::from("")) || key == "status" && expected == Some(Value::from(0)) {
            // A request that was none, and nginx's 000, which is no status.
            expected = None;
        }
        if key == "path" {
            // Values of parameters go.
            for path in [&mut found, &mut expected] {
                *path = path.as_ref().map(|_| Value::from(text(path).split('?').next()));
            }
        }
        let [found_text, expected_text] = [text(&found), text(&expected)];
        let is_fine = match key {
            // Statuses of nginx's own have a meaning; of other lines the words may be fewer or more, or others of the same line.
            "log" if expected.is_none() => found.is_none() || found_text.starts_with("status "),
            "log" => found_text.contains(&expected_text) || expected_text.contains(&found_text) || expected_text.starts_with("AH"),
            // The old form of syslog has no year.
            "time" => found == expected || found.is_none() && !expected_text.starts_with(|first: char| first.is_ascii_digit()),
            _ => found == expected,
        };
        (!is_fine).then(|| difference(key, found, expected))
    });
    differs.collect()
}

/// What a sample's finds differ in from what is expected.
fn differences(sample: &Sample, recognised: &RecognisedText) -> Vec<String> {
    let finds = finds(recognised);
    let kinds = recognised.extracts.iter().map(|find| find.kind).chain([recognised.kind]);
    let kinds: Vec<Value> = kinds.map(|kind| serde_json::to_value(kind).unwrap()).collect();
    let mut differences = Vec::new();
    // What `-w` prints is curl's.
    let kind = if sample.kind == "timings" { "curl" } else { &sample.kind };
    let is_kind = kinds.iter().any(|found| found == kind) || sample.facts.is_empty();
    if !is_kind {
        differences.push(format!("is {:?}, not {kind}", recognised.kind));
    }
    if finds.len() != sample.facts.len() {
        differences.push(format!("{} finds, not {}", finds.len(), sample.facts.len()));
    }
    for (number, (find, statement)) in finds.iter().zip(&sample.facts).enumerate() {
        if sample.kind == "log-lines" {
            differences.extend(in_log(find, statement).into_iter().map(|difference| format!("{number}: {difference}")));
            continue;
        }
        for key in KEYS {
            // What a client saw of a fault is worded by the program.
            let (found, expected) = (value(find, key), value(statement, if key == "log" { "fault" } else { key }));
            // The command line stands for a method that the samples do not spell out, and a 1xxx code for the status it comes with.
            let is_implied =
                key == "method" || key == "status" && statement.get("error_code").and_then(Value::as_u64).is_some_and(|code| code >= 1000);
            if found != expected && !(is_implied && expected.is_none()) {
                differences.push(difference(key, found, expected));
            }
        }
    }
    differences
}

/// Breaks when a sample is taken for something else, or what is read from it is more, less or other than what stands there.
#[test]
fn samples_are_recognised() {
    let mut wrong = Vec::new();
    for sample in samples() {
        let differences = differences(&sample, &recognise("paste-1", &sample.text));
        if !differences.is_empty() {
            wrong.push(format!("{}: {}", sample.name, differences.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "{} samples:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every value of every find of a text, each with what it is.
pub(crate) fn values(text: &str) -> Vec<(&'static str, String)> {
    let recognised = recognise("paste-1", text);
    let mut values = Vec::new();
    for (kind, statement) in recognised.extracts.iter().map(|extract| (extract.kind, &extract.statement)) {
        let mut add = |key, value: Option<String>| values.extend(value.filter(|value| !value.is_empty()).map(|value| (key, value)));
        add("status", statement.status().map(|status| status.to_string()));
        add("error code", statement.error_code.map(|code| code.to_string()));
        add("ray", statement.ray.as_ref().map(RayId::id));
        add("data centre", statement.colo().map(|colo| colo.to_string()));
        add("host", statement.host.as_deref().map(str::to_owned));
        add("time", statement.time.map(|time| time.to_string()));
        add("local time", statement.local_time.map(|time| time.to_string()));
        add("exit", statement.curl_exit.map(|exit| exit.to_string()));
        add("address", statement.address.as_deref().map(str::to_owned));
        add("way", statement.way.is_some().then(|| format!("{:?}", statement.way)));
        add("log", statement.log.map(|log| log.phrase.to_owned()));
        let Some(entry) = &statement.entry else { continue };
        add("method", Some(entry.request.method.to_string()));
        // Of an error page only the host is known.
        let of_host = statement.host.as_ref().map(|host| format!("https://{host}/"));
        let is_made = kind == TextKind::ErrorPage || entry.request.method.is_empty() && of_host.as_deref() == Some(&entry.request.url);
        add("URL", (!is_made).then(|| entry.request.url.to_string()));
        add("error", entry.response.error.as_deref().map(str::to_owned));
        add("version", Some(entry.response.http_version.to_string()));
        add("total", entry.time_ms.map(|ms| ms.to_string()));
        for header in entry.request.headers.iter().chain(&entry.response.headers) {
            add("header", Some(format!("{}: {}", header.name, header.value)));
        }
    }
    values
}

/// Breaks when a part of a sample makes a panic, or what was cut off a number, a name or a sentence makes another one of it.
#[test]
fn cutting_a_sample_gives_nothing_else() {
    let mut state = 1u32;
    let mut wrong = Vec::new();
    for sample in samples() {
        let whole = values(&sample.text);
        for _ in 0..CUTS {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let cut = sample.text.floor_char_boundary((state >> 8) as usize % sample.text.len());
            let part = &sample.text[..cut];
            // Sixteen digits are a whole Ray ID, so what ends with them cannot be told from one.
            let is_last_ray = |(key, value): &(&str, String)| *key == "ray" && part.ends_with(value.as_str());
            let other = values(part).into_iter().find(|value| !whole.contains(value) && !is_last_ray(value));
            wrong.extend(other.map(|(key, value)| format!("{} cut at {cut}: {key} {value}", sample.name)));
        }
    }
    assert!(wrong.is_empty(), "{} cuts:\n{}", wrong.len(), wrong.join("\n"));
}

/// What a diagnosis of captures and texts leads with.
struct Led {
    causes: Vec<&'static str>,
    status: Option<Status>,
    reason: String,
    warnings: Vec<&'static str>,
    /// Where the evidence of the first cause was seen, and what.
    evidence: Vec<(String, String)>,
}

/// Diagnoses recorded captures, each given by its side, together with texts.
fn diagnosed(case: &str, sides: [bool; 2], texts: &[&str]) -> Led {
    let (diagnosis, report) = whole(case, sides, texts);
    let cited = report["findings"][0]["evidence"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Led {
        causes: diagnosis.leading().iter().map(|(rule, _)| rule.id).collect(),
        status: diagnosis.leading().first().map(|(_, finding)| finding.status),
        reason: text(&report["findings"][0]["reason"]),
        warnings: diagnosis.warnings.iter().map(|(rule, _)| rule.id).collect(),
        evidence: cited.map(|row| (text(&row["source"]), text(&row["value"]))).collect(),
    }
}

/// As [`diagnosed`], with the whole report.
fn whole(case: &str, sides: [bool; 2], texts: &[&str]) -> (Diagnosis, Value) {
    let har = |side: &str| {
        let text = std::fs::read(lab(&format!("chromium-156/{case}/{side}.har"))).unwrap();
        Rc::new(Capture::read(side, [text.as_slice()]).unwrap())
    };
    let captures = [("proxied", sides[0]), ("direct", sides[1]), ("after", false)].map(|(side, given)| given.then(|| har(side)));
    let texts: Vec<Rc<RecognisedText>> = texts.iter().map(|text| Rc::new(recognise("paste-1", text))).collect();
    let site = site(captures.iter().flatten(), &texts, None);
    let diagnosis = Case::new(Inputs { captures, site, texts, now: now(), ..Inputs::default() }).diagnose();
    let report = serde_json::to_value(report(&diagnosis)).unwrap();
    (diagnosis, report)
}

/// What curl showed of a recorded case on one side.
fn transcript(case: &str, side: &str) -> Option<String> {
    std::fs::read_to_string(lab(&format!("curl-7.88/{case}/{side}.txt"))).ok()
}

/// Cases whose fault one plain `curl -v` does not show: it decodes nothing unasked, takes no header of 100 KB, sends no cookies, and does
/// not ask often, and calls a connection that ends over HTTP/2 an empty reply.
const UNSEEN: [&str; 6] =
    ["gzip-label", "headers-132k-debug", "http2-answers-http1", "overload", "request-headers-431", "request-headers-reset"];

/// Breaks when a transcript of the direct request leads to another cause than a browser's capture of it, or confirms a wrong one.
#[test]
fn transcripts_lead_where_captures_lead() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in cases().iter().filter(|case| case.form == "chromium-156" && case.expect.seen == Visibility::Wire) {
        let (Some(proxied), Some(direct)) = (transcript(&case.name, "proxied"), transcript(&case.name, "direct")) else { continue };
        let recorded = case.expect.cause.as_deref().unwrap();
        let is_it = |cause: &str| cause == recorded || case.expect.also.iter().any(|also| also == cause);
        count += 1;
        for (how, led) in [
            ("beside a capture", diagnosed(&case.name, [true, false], &[&direct])),
            ("alone", diagnosed(&case.name, [false; 2], &[&proxied, &direct])),
        ] {
            let is_wrong = led.status == Some(Status::Confirmed) && !led.causes.iter().all(|cause| is_it(cause));
            let is_missed = !led.causes.iter().any(|cause| is_it(cause)) && !UNSEEN.contains(&case.name.as_str());
            if is_wrong || is_missed {
                wrong.push(format!("{} {how}: {:?} {:?}, not {recorded}", case.name, led.status, led.causes));
            }
        }
    }
    assert!(count > 30 && wrong.is_empty(), "{count} cases:\n{}", wrong.join("\n"));
}

/// Breaks when a transcript cannot confirm what a browser's capture of the direct request confirms, or reads as if a browser had said it.
/// Another request that the origin answers shows that it does not turn everybody away.
#[test]
fn a_transcript_confirms_as_a_capture_does() {
    const ANSWERED: &str = "HTTP/1.1 200 OK\nServer: nginx/1.28.0\nContent-Type: text/css\nContent-Length: 111\n\n";
    let named = [
        "connection-reset",
        "connection-reset-https",
        "empty-reply-custom-page",
        "empty-reply-page",
        "headers-270k",
        "invalid-content-lengths",
        "malformed-no-status",
        "malformed-nul",
        "missing-headers",
        "tls-close",
    ];
    for name in named {
        let (direct, all) = (transcript(name, "direct").unwrap(), cases());
        let case = all.iter().find(|case| case.form == "chromium-156" && case.name == name).unwrap();
        let host = recognise("paste-1", &direct).extracts[0].statement.host.clone().unwrap();
        let scheme = if direct.contains("'https://") { "https" } else { "http" };
        let answered = format!("$ curl -I {scheme}://{host}/css/site.css --connect-to ::203.0.113.10\n{ANSWERED}");
        let (told, recorded) = (diagnosed(name, [true, false], &[&direct, &answered]), diagnosed(name, [true, true], &[]));
        assert_eq!((told.causes, told.status), (recorded.causes, recorded.status), "{name}: {}", told.reason);
        assert_eq!(told.status, Some(Status::Confirmed), "{name}: {:?}", case.expect.cause);
        assert!(told.evidence.iter().any(|(source, _)| source == "transcript"), "{name}: {:?}", told.evidence);
        let about_exports = ["no-response-headers", "no-error-codes", "truncated-export", "captured-far-apart"];
        assert!(!told.warnings.iter().any(|warning| about_exports.contains(warning)), "{name}: {:?}", told.warnings);
    }
    let texts = [transcript("empty-reply", "proxied").unwrap(), transcript("empty-reply", "direct").unwrap()];
    let alone = diagnosed("empty-reply", [false; 2], &[&texts[0], &texts[1]]);
    assert_eq!((alone.causes, alone.status), (vec!["empty-reply"], Some(Status::Likely)), "the origin may turn everybody away");
    let said = ("transcript".to_owned(), "curl: (52), as browsers' net::ERR_EMPTY_RESPONSE".to_owned());
    assert!(alone.evidence.contains(&said), "{:?}", alone.evidence);
    assert!(alone.warnings.is_empty(), "{:?}", alone.warnings);
}

/// What the watch loop prints of an answer.
const WATCHED: &str = "2026-11-21T19:08:16Z 520 exit=0 ray=a5e1fb6e734a9c1e-CDG lookup=0.007 connect=0.007 tls=0.09 first=0.09 total=0.09\n2026-11-21T19:08:18Z 200 exit=0 ray=a5e1fb7573519c1e-FRA lookup=0.009 connect=0.009 tls=0.08 first=0.08 total=0.08\n";

/// Breaks when a 520 that is pasted without its URL does not count, or advice names a host that nobody knows.
#[test]
fn a_520_without_its_url_fails() {
    let headers = "HTTP/2 520 \nserver: cloudflare\ncf-ray: a5e1fa53a0d49c1e-FRA\n\nerror code: 520\n";
    let marked = "< HTTP/2 520 \n< server: cloudflare\n< cf-ray: a5e1fa53a0d49c1e-FRA\n< \nerror code: 520\n";
    let known = whole("empty-reply", [true, false], &[]).0.facts().proxied.unwrap().failing.len();
    for text in [headers, marked, WATCHED] {
        let (diagnosis, report) = whole("", [false; 2], &[text]);
        let facts = diagnosis.facts();
        let proxied = facts.proxied.as_ref().unwrap();
        assert_eq!((proxied.failing.len(), proxied.hosts.len(), facts.failing_pairs().len()), (1, 0, 1), "{text}");
        let said = report.to_string();
        assert!(!said.contains("Nothing failed") && !said.contains("For :") && !said.contains("https:///"), "{text}: {said}");
        let (beside, _) = whole("empty-reply", [true, false], &[text]);
        assert_eq!(beside.facts().proxied.unwrap().failing.len(), 1 + known);
    }
}

/// Breaks when a transcript of another site's request decides about the captures' site, or one of the site's own no longer counts.
#[test]
fn other_sites_do_not_decide() {
    let direct = |host: &str, end: &str| {
        format!(
            "$ curl -v --resolve {host}:80:198.51.100.9 'http://{host}/api/orders?page=2'\n* Connected to {host} (198.51.100.9) port 80\n> GET /api/orders?page=2 HTTP/1.1\n> Host: {host}\n> \n{end}"
        )
    };
    let empty = "* Empty reply from server\ncurl: (52) Empty reply from server\n";
    let reset = "* Recv failure: Connection reset by peer\ncurl: (56) Recv failure: Connection reset by peer\n";
    let fails = "< HTTP/1.1 500 Internal Server Error\n< Server: nginx\n< \n";
    let recorded = diagnosed("empty-reply", [true, false], &[]);
    for (host, count) in [("www.stranger.test", 0), ("notshop.example", 0), ("shop.example", 1), ("www.shop.example", 1)] {
        for end in [empty, reset, fails] {
            let (diagnosis, report) = whole("empty-reply", [true, false], &[&direct(host, end)]);
            assert_eq!(diagnosis.case.observations(Side::Direct).count(), count, "{host}: {end}");
            assert_eq!(report["inputs"][0]["finds_total"], 1, "{host}: {end}");
        }
        let led = diagnosed("empty-reply", [true, false], &[&direct(host, empty)]);
        assert_eq!((led.causes == recorded.causes) && led.status == recorded.status, count == 0, "{host}");
    }
    let row = |host: &str, ray: &str| {
        format!("$ curl -i https://{host}/x\nHTTP/2 520 \nserver: cloudflare\ncf-ray: {ray}-FRA\n\nerror code: 520\n")
    };
    let text = row("www.stranger.test", "a5e1fa53a0d49c1e") + &row("b.example", "a5e1fa53a0d59c1e") + &row("b.example", "a5e1fa53a0d69c1e");
    let alone = whole("", [false; 2], &[&text]).0;
    let seen = alone.facts().proxied.map(|seen| (seen.hosts.clone(), seen.failing.len(), seen.entries().len()));
    assert_eq!(seen, Some((vec!["b.example".to_owned()], 2, 2)));
}

/// Breaks when a request counts twice because its answer was pasted beside the capture, or more than once.
#[test]
fn a_ray_id_counts_once() {
    let of = |ray: &str| {
        format!(
            "$ curl -i 'http://shop.example/api/orders?page=2'\nHTTP/1.1 520 \nServer: cloudflare\nCF-RAY: {ray}-FRA\n\nerror code: 520\n\n"
        )
    };
    let (again, other) = (of("a5dce3d120c69c1e"), of("a5dce3d120c70c1e"));
    let shown = |case: &Case| case.observations(Side::Proxied).filter(|one| one.source.provenance == Provenance::Transcript).count();
    let count = |texts: &[&str]| shown(&whole("empty-reply", [true, false], texts).0.case);
    assert_eq!((count(&[&again.repeat(20)]), count(&[&other.repeat(20), &again, &other])), (0, 1));
    let (diagnosis, report) = whole("", [false; 2], &[&again.repeat(3), &other]);
    assert_eq!(diagnosis.facts().failing_pairs().len(), 2);
    let second = diagnosis.case.observation(Side::Proxied, 1).unwrap();
    assert_eq!((second.source.provenance, second.number), (Provenance::Transcript, 3), "{report}");
}

/// Every line of the samples, once.
fn known_lines() -> &'static [String] {
    static LINES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let mut lines: Vec<String> = samples().iter().flat_map(|sample| sample.text.lines()).map(str::to_owned).collect();
        lines.sort();
        lines.dedup();
        lines
    });
    &LINES
}

proptest! {
    /// Breaks on a panic, or when a find is outside of the text, in any mixture of lines that recognisers know, also cut and repeated.
    #[test]
    fn any_lines_are_taken(picks in prop::collection::vec((any::<Index>(), any::<Index>(), 1usize..4), 1..40)) {
        let mut text = String::new();
        for (line, cut, times) in picks {
            let line = line.get(known_lines());
            let end = if times == 1 { line.floor_char_boundary(cut.index(line.len() + 1)) } else { line.len() };
            text.push_str(&format!("{}\n", &line[..end]).repeat(times));
        }
        targets::paste(text.as_bytes());
    }

    /// Breaks on a panic.
    #[test]
    fn any_text_is_taken(text in "(\\PC|[\n<>*{}:() -]|curl |HTTP/2 52|wget |\u{1b}\\[){0,200}") {
        targets::paste(text.as_bytes());
    }
}
