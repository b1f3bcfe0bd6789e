//! Redaction of HAR files: nothing leaks, the diagnosis stays, the output is always a HAR file.

use std::rc::Rc;

use base64::Engine;
use fivetwenty::bundle::report;
use fivetwenty::har::Capture;
use fivetwenty::redact::{EntrySet, HarRedactor, Policy, Summary, Tokens};
use serde_json::{Value, json};

use crate::{accuracy, lab, real_files};

/// Redacts a file in chunks.
pub(crate) fn redact_with(
    text: &[u8],
    chunk: usize,
    policy: &Policy,
    tokens: &mut Tokens,
    keep: Option<&EntrySet>,
) -> (Vec<u8>, Option<Summary>) {
    let mut redactor = HarRedactor::new(policy, tokens, keep.cloned());
    let mut out = Vec::new();
    for bytes in text.chunks(chunk) {
        redactor.push(bytes, &mut out);
    }
    let summary = redactor.finish(&mut out).ok();
    (out, summary)
}

fn redact(text: &[u8]) -> String {
    let (out, _) = redact_with(text, 64 * 1024, &Policy::default(), &mut Tokens::default(), None);
    String::from_utf8(out).expect("the output is UTF-8")
}

/// Breaks when redacted output is no JSON, differs with the chunks, or redacting it again changes it.
#[test]
fn real_files_stay_files_and_are_redacted_once() {
    let paths = real_files::paths();
    for path in &paths {
        let text = std::fs::read(path).expect("it is there");
        let once = redact(&text);
        serde_json::from_str::<Value>(&once).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let again = redact(once.as_bytes());
        if again != once {
            let at = once.bytes().zip(again.bytes()).position(|(one, other)| one != other).unwrap_or(0);
            let from = at.saturating_sub(100);
            panic!(
                "{} at {at}:\n{}\n{}",
                path.display(),
                &once[once.floor_char_boundary(from)..once.floor_char_boundary(at + 100)],
                &again[again.floor_char_boundary(from)..again.floor_char_boundary(at + 100)]
            );
        }
        for chunk in [7, 1000] {
            let (other, _) = redact_with(&text, chunk, &Policy::default(), &mut Tokens::default(), None);
            let at = other.iter().zip(once.bytes()).position(|(one, other)| *one != other).unwrap_or(other.len().min(once.len()));
            let around = |text: &[u8]| String::from_utf8_lossy(&text[at.saturating_sub(40)..(at + 40).min(text.len())]).into_owned();
            assert!(
                other == once.as_bytes(),
                "{} in chunks of {chunk}: {:?} {:?}",
                path.display(),
                around(&other),
                around(once.as_bytes())
            );
        }
    }
}

/// The report of two files as JSON, without what tells how large the files are.
fn report_of(files: &[Option<Vec<u8>>; 2]) -> Value {
    let read =
        |file: &Option<Vec<u8>>, name: &str| Some(Rc::new(Capture::read(name, [file.as_ref()?.as_slice()]).expect("it is a HAR file")));
    let diagnosis = fivetwenty::diagnose::diagnose(read(&files[0], "proxied.har"), read(&files[1], "direct.har"));
    let now = "2026-12-01T00:00:00Z".parse().expect("a time");
    let mut report = serde_json::to_value(report(&diagnosis, None, now)).expect("a report is JSON");
    for side in ["proxied", "direct"] {
        if report["captures"][side].is_object() {
            report["captures"][side]["bytes"] = Value::Null;
        }
    }
    report
}

/// What differs between two values, with its place.
fn differences(path: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for (key, value) in one {
                differences(&format!("{path}.{key}"), value, other.get(key).unwrap_or(&Value::Null), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (at, (one, other)) in one.iter().zip(other).enumerate() {
                differences(&format!("{path}[{at}]"), one, other, found);
            }
        }
        _ if one == other => {}
        _ => found.push(format!("{path}: {one} became {other}")),
    }
}

/// Breaks when a recorded case is explained otherwise once its files are redacted: what was found, from which evidence, and every figure of
/// the report must be the same.
#[test]
fn the_diagnosis_is_the_same() {
    let mut found = Vec::new();
    let cases = accuracy::cases();
    for case in &cases {
        let read = |file: &str| std::fs::read(lab(&format!("{}/{}/{file}", case.form, case.name))).ok();
        let files = [read("proxied.har"), read("direct.har")];
        let mut tokens = Tokens::default();
        let redacted = files.clone().map(|file| file.map(|file| redact_with(&file, 64 * 1024, &Policy::default(), &mut tokens, None).0));
        let mut changed = Vec::new();
        differences("", &report_of(&files), &report_of(&redacted), &mut changed);
        found.extend(changed.into_iter().map(|line| format!("{}/{}: {line}", case.form, case.name)));
    }
    assert!(found.is_empty(), "{} differences in {} cases:\n{}", found.len(), cases.len(), found[..found.len().min(60)].join("\n"));
}

/// Redacts one entry, given as a value.
fn entry(entry: &Value) -> Value {
    let file = json!({"log": {"version": "1.2", "entries": [entry]}});
    let mut redacted: Value = serde_json::from_str(&redact(file.to_string().as_bytes())).expect("it is JSON");
    redacted["log"]["entries"][0].take()
}

/// Breaks when something goes that everybody needs, or that shows the fault.
#[test]
fn what_tells_stays() {
    let before = json!({
        "startedDateTime": "2026-11-20T10:00:00.000Z", "time": 12.5, "serverIPAddress": "203.0.113.9", "connection": "443", "pageref": "page_1",
        "_resourceType": "document", "_priority": "VeryHigh", "_connectionId": "957",
        "request": {"method": "GET", "url": "https://shop.example:8443/a/b.html", "httpVersion": "http/2.0", "headersSize": -1, "bodySize": 0,
            "headers": [{"name": "Host", "value": "shop.example"}, {"name": "Accept-Encoding", "value": "gzip, deflate, br, zstd"},
                {"name": "User-Agent", "value": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"}],
            "cookies": [], "queryString": []},
        "response": {"status": 520, "statusText": "Origin Error", "httpVersion": "http/2.0", "headersSize": 300, "bodySize": 15, "_transferSize": 315,
            "_error": "net::ERR_EMPTY_RESPONSE", "redirectURL": "", "cookies": [],
            "headers": [{"name": "CF-Ray", "value": "8a7d5e2fbcd1a1c3-DFW"}, {"name": "cf-cache-status", "value": "DYNAMIC"},
                {"name": "server", "value": "cloudflare"}, {"name": "date", "value": "Fri, 20 Nov 2026 10:00:03 GMT"},
                {"name": "content-type", "value": "text/html; charset=UTF-8"}, {"name": "content-length", "value": "155555555"},
                {"name": "content-encoding", "value": "br"}, {"name": "cache-control", "value": "private, max-age=0, no-store, must-revalidate"},
                {"name": "server-timing", "value": "cfCacheStatus;desc=\"DYNAMIC\",cfEdge;dur=12,cfOrigin;dur=850.123456789"},
                {"name": "Set-Cookie", "value": "cf_ob_info=520:52e5cd9e2af9bd21:PHL; path=/; expires=Fri, 20-Nov-26 10:00:33 GMT"}],
            "content": {"size": 15, "mimeType": "text/html", "text": "error code: 520"}},
        "cache": {}, "timings": {"blocked": 1.5, "dns": -1, "connect": -1, "send": 0, "wait": 850, "receive": 1, "ssl": -1}});
    assert_eq!(entry(&before), before);
}

/// Breaks when names, attributes, lengths or the layout of what is redacted change.
#[test]
fn names_and_lengths_stay() {
    let text = r#"[ {"request" : {"url":"https://me:pw@shop.example/a?id=7&flag#x", "headers":[
        {"name":"Cookie","value":"session=8c1f42d07be94a36; theme=dark"}, {"name":"Authorization","value":"Bearer abc"}],
        "postData": {"text":"{ \"user\" : {\"password\":\"hunter2\", \"age\":42, \"id\":12345}}"} },
        "response":{"headers":[{"name":"Set-Cookie","value":"session=8c1f42d07be94a36; Path=/; HttpOnly; SameSite=Lax"}],
        "content":{"text":"eyJhIjoiYiJ9","encoding":"base64"}}} ]"#;
    let expected = r#"[ {"request" : {"url":"https://[user-1,5-bytes]@shop.example/a?id=[query-2,1-byte]&[query-3,4-bytes]#[fragment-4,1-byte]", "headers":[
        {"name":"Cookie","value":"session=[cookie session #5, 16 bytes]; theme=[cookie theme #6, 4 bytes]","_length":36}, {"name":"Authorization","value":"Bearer [credentials #7, 3 bytes]","_length":10}],
        "postData": {"text":"{ \"user\" : {\"password\":\"[json password #8]\", \"age\":42, \"id\":\"[json id #9, 5 bytes]\"}}"} },
        "response":{"headers":[{"name":"Set-Cookie","value":"session=[cookie session #5, 16 bytes]; Path=/; HttpOnly; SameSite=Lax","_length":56}],
        "content":{"text":"BODY","encoding":"base64"}}} ]"#;
    let body = base64::engine::general_purpose::STANDARD.encode(r#"{"a":"[json a #10, 1 byte]"}"#);
    assert_eq!(redact(text.as_bytes()), expected.replace("BODY", &body));
}

/// Breaks when a damaged file is not closed, or what came before the damage is lost; or a file that is none gives no JSON.
#[test]
fn damage_leaves_valid_json() {
    let text = r#"{"log":{"entries":[{"request":{"url":"https://shop.example/"},"response":{"status":520,"content":{"text":"x"}}}]}}"#;
    for cut in 0..text.len() {
        for chunk in [3, 1000] {
            let mut tokens = Tokens::default();
            let (out, summary) = redact_with(&text.as_bytes()[..cut], chunk, &Policy::default(), &mut tokens, None);
            assert!(serde_json::from_slice::<Value>(&out).is_ok(), "{cut}: {}", String::from_utf8_lossy(&out));
            assert_eq!(summary.is_none(), cut < 2, "{cut}");
            assert!(summary.is_none_or(|summary| summary.damage.is_some()));
        }
    }
    assert_eq!(redact(b"no JSON"), "null");
    assert_eq!(redact(br#"{"log":{"version":"1.2","#), r#"{"log":{"version":"1.2"}}"#);
    assert_eq!(redact(br#"{"log":{"version": x"#), r#"{"log":{"version":null}}"#);
}

/// Breaks when a wrapped or wide file does not come out as plain UTF-8.
#[test]
fn wrapping_and_encoding_are_dropped() {
    let text = r#"{"log": {"entries": [{"request": {"url": "https://shop.example/"}}], "comment": "é"}}"#;
    let expected = redact(text.as_bytes());
    let wide: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for other in [format!("onInputData({text});\n").into_bytes(), format!("\u{feff}{text}").into_bytes(), wide] {
        for chunk in [1, 7, 1000] {
            let (out, _) = redact_with(&other, chunk, &Policy::default(), &mut Tokens::default(), None);
            assert_eq!(String::from_utf8_lossy(&out).trim_end(), expected);
        }
    }
}

/// Breaks when entries that nobody asked for stay, or a comma is left over.
#[test]
fn entries_are_left_out_whole() {
    let text = r#"{"log":{"entries":[ {"time":0}, {"time":1},
        {"time":2}, {"time":3} ]}}"#;
    for keep in 0..16u32 {
        let set: EntrySet = (0..4).filter(|index| keep >> index & 1 == 1).collect();
        for chunk in [1, 1000] {
            let (out, summary) = redact_with(text.as_bytes(), chunk, &Policy::default(), &mut Tokens::default(), Some(&set));
            let value: Value =
                serde_json::from_slice(&out).unwrap_or_else(|error| panic!("{keep}: {error}: {}", String::from_utf8_lossy(&out)));
            let times: Vec<u64> =
                value["log"]["entries"].as_array().expect("a list").iter().filter_map(|entry| entry["time"].as_u64()).collect();
            assert!(times.iter().all(|time| keep >> time & 1 == 1) && times.len() == keep.count_ones() as usize, "{keep}: {times:?}");
            let summary = summary.expect("it is a HAR file");
            assert_eq!((summary.entries, summary.left_out), (4, 4 - keep.count_ones()));
        }
    }
}

/// Breaks when a rule of a person's does nothing, or what is both added and kept stays.
#[test]
fn a_person_can_add_and_keep() {
    let policy: Policy = serde_json::from_value(json!({
        "add": [{"what": "header", "name": "User-Agent"}, {"what": "field", "name": "serverIPAddress"}, {"what": "text", "name": "orders"},
            {"what": "cookie", "name": "b"}],
        "keep": [{"what": "query", "name": "PAGE"}, {"what": "cookie", "name": "theme"}, {"what": "json", "name": "state"},
            {"what": "header", "name": "x-request-id"}, {"what": "form", "name": "q"}, {"what": "cookie", "name": "b"}]}))
    .expect("it is a policy");
    let text = json!([{"serverIPAddress": "203.0.113.9", "request": {"url": "https://shop.example/orders/a?page=2&id=3", "headers": [
        {"name": "user-agent", "value": "curl/8"}, {"name": "X-Request-Id", "value": "r1"}, {"name": "cookie", "value": "theme=dark; b=1"}],
        "postData": {"text": "q=1&r=2"}}, "response": {"content": {"text": "{\"state\":\"open\",\"id\":\"x\"}"}}}])
    .to_string();
    let (out, _) = redact_with(text.as_bytes(), 64, &policy, &mut Tokens::default(), None);
    let out: Value = serde_json::from_slice(&out).expect("JSON");
    let request = &out[0]["request"];
    assert!(out[0]["serverIPAddress"].as_str().expect("text").starts_with("[ip "), "{out}");
    let url = request["url"].as_str().expect("text");
    assert!(url.starts_with("https://shop.example/[path-") && url.contains("]/a?page=2&id=[query-"), "{url}");
    assert!(request["headers"][0]["value"].as_str().expect("text").starts_with("[header user-agent #"), "{out}");
    assert_eq!(request["headers"][1]["value"], "r1");
    assert!(request["headers"][2]["value"].as_str().expect("text").starts_with("theme=dark; b=[cookie b #"), "{out}");
    assert!(request["postData"]["text"].as_str().expect("text").starts_with("q=1&r=[field-"), "{out}");
    assert!(out[0]["response"]["content"]["text"].as_str().expect("text").starts_with("{\"state\":\"open\",\"id\":\"[json id #"), "{out}");
}

/// Breaks when two files of one map do not give equal values equal tokens, or a count is lost.
#[test]
fn one_map_serves_several_files() {
    let file = |id: &str| {
        json!([{"request": {"url": format!("https://shop.example/?id={id}"), "headers": [{"name": "Cookie", "value": format!("id={id}")}]}}]).to_string()
    };
    let mut tokens = Tokens::default();
    let out = |id: &str, tokens: &mut Tokens| redact_with(file(id).as_bytes(), 64, &Policy::default(), tokens, None).0;
    let first = out("8c1f42d07be94a36", &mut tokens);
    assert_eq!(out("8c1f42d07be94a36", &mut tokens), first);
    assert_ne!(out("0f1f42d07be94a36", &mut tokens), first);
    let counts: Vec<(&str, &str, u64)> = tokens.counts().iter().map(|count| (count.place, &*count.name, count.times)).collect();
    assert_eq!(counts, [("request.headers", "id", 3), ("request", "id", 3)]);
    assert_eq!(tokens.removed().len(), 2);
    assert_eq!(tokens.value(1), Some("8c1f42d07be94a36"));
    assert!(!tokens.is_full());
}

proptest::proptest! {
    /// Breaks on a panic, when the output is no JSON, or when chunks change it.
    #[test]
    fn any_bytes_give_json(
        text in proptest::collection::vec(proptest::sample::select(&[
            "{", "}", "[", "]", ",", ":", "\"log\"", "\"entries\"", "\"request\"", "\"response\"", "\"headers\"", "\"name\"", "\"value\"", "\"Cookie\"",
            "\"url\"", "\"content\"", "\"text\"", "\"encoding\"", "\"base64\"", "\"postData\"", "\"a=b; c\"", "\"https://a@b/c?d=e#f\"", "\"\\u00e9\\ud800\"",
            "1", "-2.5e3 ", "true", "null", " ", "\n", "\"{\\\"a\\\":[1]}\"", "\"W10=\"", "f(", ")", "\u{feff}", "\"[cookie a #1, 2 bytes]\"", "é", "\"set-cookie\"",
        ][..]), 0..60),
        chunk in 1usize..9,
        cut in 0usize..4,
    ) {
        let text = text.concat().into_bytes();
        let text = &text[..text.len().saturating_sub(cut)];
        let (whole, _) = redact_with(text, 64 * 1024, &Policy::default(), &mut Tokens::default(), None);
        let (pieces, _) = redact_with(text, chunk, &Policy::default(), &mut Tokens::default(), None);
        proptest::prop_assert_eq!(String::from_utf8_lossy(&pieces), String::from_utf8_lossy(&whole));
        proptest::prop_assert!(serde_json::from_slice::<Value>(&whole).is_ok(), "{}", String::from_utf8_lossy(&whole));
    }

    /// Breaks when any value of a header, a cookie, a URL or a body is redacted differently the second time.
    #[test]
    fn values_are_redacted_once(name in "(cookie|set-cookie|location|authorization|etag|server-timing|x|accept)", value in "[ -~é\n]{0,40}", body in "[{}\\[\\]\":,a-z0-9&=%+/<>. -]{0,60}") {
        let file = json!([{"request": {"url": format!("https://shop.example/{value}"), "headers": [{"name": name, "value": value}], "postData": {"text": body}},
            "response": {"redirectURL": value, "content": {"text": body, "mimeType": value}, "_error": value}, "comment": body, value.clone(): value}]);
        let once = redact(file.to_string().as_bytes());
        proptest::prop_assert_eq!(&redact(once.as_bytes()), &once);
    }
}

/// Breaks when a secret stays where lines were folded, where a name is all there is, or where a header describes who asked; or when a fault
/// that tells is lost with the value around it.
#[test]
fn what_hides_where_nobody_looks() {
    let header = |name: &str, value: &str| json!({"log": {"entries": [{"response": {"headers": [{"name": name, "value": value}]}}]}});
    let body = r#"{"user":"alice","password":"hunter2pw"}"#;
    let files = [
        header(
            "set-cookie",
            "locale=de; path=/; samesite=lax, user=hunter2pw; path=/; expires=Sat, 20 Nov 2027 10:00:03 GMT, pw=hunter2pw; path=/",
        ),
        header("Set-Cookie", "a=b; Max-Age=3600, pw=hunter2pw; Path=/, user=hunter2pw"),
        header("server-timing", "user;desc=hunter2pw, db;dur=5;desc=\"hunter2pw\""),
        json!({"log": {"entries": [{"request": {"postData": {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": body, "value": ""}]}}}]}}),
    ];
    for file in files {
        let (out, _) = redact_with(file.to_string().as_bytes(), 64, &Policy::default(), &mut Tokens::default(), None);
        let text = String::from_utf8_lossy(&out);
        assert!(!text.contains("hunter2pw"), "{text}");
    }
    let faulty = header("set-cookie", "a=b\u{1}c; Path=/").to_string();
    let mut before = faulty.into_bytes();
    for _ in 0..2 {
        let (out, _) = redact_with(&before, 64, &Policy::default(), &mut Tokens::default(), None);
        assert!(String::from_utf8_lossy(&out).contains("\\u0001"), "{}", String::from_utf8_lossy(&out));
        before = out;
    }
}
