//! Redaction of HAR files: nothing leaks, the diagnosis stays, the output is always a HAR file.

use std::rc::Rc;

use base64::Engine;
use fivetwenty_captures::har::Capture;
use fivetwenty_redact::{EntrySet, HarRedactor, Policy, Summary, Tokens};
use fivetwenty_report::report;
use serde_json::{Value, json};

use crate::{accuracy, diagnose, lab, real_files};

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
    let diagnosis = diagnose(read(&files[0], "proxied.har"), read(&files[1], "direct.har"));
    let mut report = serde_json::to_value(report(&diagnosis)).expect("a report is JSON");
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
    for case in cases {
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
    fn values_are_redacted_once(name in "(cookie|set-cookie|location|authorization|etag|server-timing|via|content-type|user-agent|date|x|accept)", value in "[ -~é\n]{0,40}", body in "[{}\\[\\]\":,a-z0-9&=%+/<>. -]{0,60}") {
        let file = json!([{"request": {"url": format!("https://shop.example/{value}"), "headers": [{"name": name, "value": value}], "postData": {"text": body, "params": [{"name": value, "value": ""}]},
            "queryString": [{"name": body, "value": ""}, {"value": value, "name": body}], "cookies": [{"name": value}]},
            "response": {"redirectURL": value, "content": {"text": body, "mimeType": value}, "statusText": body, "_error": value}, "comment": body, value.clone(): value}]);
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

/// What a file of one entry becomes.
fn text_of(value: &Value) -> String {
    redact(json!({"log": {"entries": [value]}}).to_string().as_bytes())
}

/// Breaks when a short value leaves as a name: Base64 that is split at its padding, a word that stands alone, what no field is called.
#[test]
fn what_stands_alone_is_no_name() {
    let request = |what: Value| json!({"request": what});
    let post = |text: &str| request(json!({"postData": {"text": text}}));
    for file in [
        post("aHVudGVyMg=="),
        post("aHVudGVyMg="),
        post("a=1&aHVudGVyMg=="),
        post("a=1&hunter2="),
        post("hunter2!really=x"),
        post("user(hunter2)=x"),
        post("%7B%22a%22%3A%22hunter2=x"),
        json!({"response": {"content": {"text": "aHVudGVyMg==", "encoding": "base64"}}}),
        json!({"response": {"content": {"encoding": "base64", "text": "aHVudGVyMg=a"}}}),
        json!({"_webSocketMessages": [{"type": "send", "opcode": 2, "data": "aHVudGVyMg=="}]}),
        json!({"_webSocketMessages": [{"type": "send", "data": "aHVudGVyMiBub3c=", "opcode": 2}]}),
        request(json!({"queryString": [{"name": "hunter2", "value": ""}]})),
        request(json!({"queryString": [{"name": "hunter2"}]})),
        request(json!({"queryString": [{"name": "hunter2", "value": null}]})),
        request(json!({"queryString": [{"value": "", "name": "hunter2"}]})),
        request(json!({"queryString": [{"name": "hunter2", "value": []}]})),
        request(json!({"queryString": [{"name": "hunter2", "value": {"value": "x"}}]})),
        request(json!({"queryString": [{"name": "aHVudGVyMg", "value": "="}]})),
        request(json!({"postData": {"params": [{"name": "hunter2", "value": ""}]}})),
        request(json!({"postData": {"text": "x", "params": [{"name": "hunter2", "comment": "x", "value": ""}]}})),
        request(json!({"cookies": [{"name": "hunter2", "value": "", "path": "/"}]})),
        json!({"response": {"cookies": [{"name": "hunter2"}]}}),
        request(json!({"url": "https://shop.example/?hunter2"})),
        request(json!({"url": "https://shop.example/?hunter2="})),
        request(json!({"url": "https://shop.example/?hunter2=="})),
        request(json!({"url": "https://shop.example/?aHVudGVyMg==&x=1"})),
        request(json!({"url": "https://shop.example/?{\"user\":\"hunter2=x\"}"})),
        request(json!({"headers": [{"name": "Cookie", "value": "a=b; hunter2="}]})),
        json!({"response": {"headers": [{"name": "Set-Cookie", "value": "hunter2=; path=/"}]}}),
    ] {
        let (out, decoded) = (text_of(&file), base64::engine::general_purpose::STANDARD.encode("hunter2"));
        for secret in ["hunter2", decoded.trim_end_matches('='), "aHVudGVyM"] {
            assert!(!out.contains(secret), "{file}: {out}");
        }
        assert_eq!(redact(out.as_bytes()), out);
    }
    // A name with a value is one, wherever the value stands, and so is a word that everybody uses.
    for file in [
        request(
            json!({"queryString": [{"name": "colour", "comment": "", "value": 7}, {"value": "x", "name": "colour"}, {"name": "q", "value": ""}]}),
        ),
        request(json!({"url": "https://shop.example/colour?colour=x&debug&q="})),
        request(
            json!({"cookies": [{"name": "colour", "value": "x"}], "postData": {"text": "colour=x", "params": [{"name": "colour", "value": "x"}]}}),
        ),
    ] {
        let out = text_of(&file);
        assert!(out.matches("colour").count() >= file.to_string().matches("colour").count(), "{out}");
        for flag in ["debug", "q="] {
            assert_eq!(out.contains(flag), file.to_string().contains(flag), "{out}");
        }
    }
}

/// Breaks when a word that stands alone gets another token in the list of a query, in the URL, or in the other capture: then the same
/// requests are pairs no longer.
#[test]
fn what_stands_alone_is_equal_still() {
    let file = |url: &str| json!([{"request": {"url": url, "queryString": [{"name": "hunter2", "value": ""}]}}]).to_string();
    let mut tokens = Tokens::default();
    let mut out =
        |url: &str| String::from_utf8(redact_with(file(url).as_bytes(), 64, &Policy::default(), &mut tokens, None).0).expect("UTF-8");
    let token = "[query-1,7-bytes]";
    let expected = json!([{"request": {"url": format!("https://shop.example/?{token}"), "queryString": [{"name": token, "value": ""}]}}]);
    assert_eq!(out("https://shop.example/?hunter2"), expected.to_string());
    assert_eq!(out("https://origin.example/?hunter2"), expected.to_string().replace("shop", "origin"));
}

/// Breaks when a short number leaves that is secret by its name or by the name of what it stands in, or by where it stands.
#[test]
fn numbers_are_values_too() {
    let json = |text: Value| json!({"request": {"postData": {"text": text.to_string()}}});
    let names = [
        "cvvCode",
        "securityCode",
        "cvv2",
        "cardCvc",
        "CARD_CVC",
        "expMonth",
        "exp_year",
        "pinCode",
        "otp_code",
        "birthDay",
        "cvvcode",
        "code",
        "tan",
        "pin",
    ];
    let request = |what: Value| json!({"request": what});
    let mut files: Vec<Value> = names.into_iter().map(|name| json(json!({name: 837}))).collect();
    files.extend([
        json(json!({"cvv": {"value": 837}})),
        json(json!({"cvv": [[837]]})),
        json(json!({"cvv": {"list": [{"x": 837}]}})),
        request(json!({"postData": {"text": 837}})),
        request(json!({"postData": {"params": [{"name": "cvv", "value": 837}]}})),
        request(json!({"postData": {"params": [{"name": "x", "value": [837]}]}})),
        request(json!({"cookies": [{"name": "x", "value": 837}]})),
        request(json!({"queryString": [{"name": "x", "value": 837}, {"name": 837, "value": ""}]})),
        request(json!({"headers": [{"name": "x-x", "value": 837}], "comment": 837})),
        json!({"response": {"content": {"text": 837}}, "_webSocketMessages": [{"data": 837}]}),
        json!({"_vendor": {"cvv": 837, "deep": {"pinCode": 837, "card": 4_539_148_837_436_467_u64}}}),
    ]);
    for file in files {
        let out = text_of(&file);
        assert!(!out.contains("837"), "{file}: {out}");
        assert_eq!(redact(out.as_bytes()), out);
    }
    for text in [
        json!({"cookies": [{"name": "x", "value": true}]}),
        json!({"postData": {"text": false}}),
        json!({"queryString": [{"name": "x", "value": true}]}),
    ] {
        let out = text_of(&request(text));
        assert!(!out.contains("true") && !out.contains("false"), "{out}");
    }
    // What a server says to everybody stays, and so does the size of a header.
    for name in ["status", "error_code", "statusCode", "age", "count", "httpCode"] {
        let file = json(json!({name: 520}));
        assert_eq!(text_of(&file), json!({"log": {"entries": [file]}}).to_string());
    }
    let file = json!({"response": {"headers": [{"name": "content-length", "value": 837}, {"name": "x", "value": null}]}});
    assert_eq!(text_of(&file), json!({"log": {"entries": [file]}}).to_string());
}

/// Breaks when a secret in a path stays: an address in letters of another script, a query that is encoded, a user with a slash in the
/// password, letters that are no word.
#[test]
fn paths_hide_nothing() {
    for (path, secret) in [
        ("/u/jürgen.müller@bücher.example", "müller"),
        ("/u/j%C3%BCrgen.m%C3%BCller%40b%C3%BCcher.example/x", "rgen"),
        ("/u/alice＠wonder.example", "alice"),
        ("/a/x%3Fpassword%3Dhunter2/b", "hunter2"),
        ("/a/x%253Fpassword%253Dhunter2/b", "hunter2"),
        ("/proxy/https://alice:hunt/er2@db/x", "er2"),
        ("/proxy/https://alice:hunt/x", "hunt"),
        ("/proxy/https:/alice:hunter2@db/x", "hunter2"),
        ("/proxy/https%3A%2F%2Falice%3Ahunter2%40db/x", "hunter2"),
        ("/reset/qwkdjvbnmzlprtyhgs", "qwkdj"),
        ("/reset/QwkDjvBnmZlpRtyHgs/x", "wkDj"),
        ("/a;jsessionid=hunter2;x=hunter3/b", "hunter"),
        ("/a;jsessionid=hunter2?x", "hunter"),
    ] {
        let out =
            text_of(&json!({"request": {"url": format!("https://shop.example{path}"), "headers": [{"name": ":path", "value": path}]}}));
        assert!(!out.contains(secret), "{path}: {out}");
        assert_eq!(redact(out.as_bytes()), out);
    }
    let out = text_of(
        &json!({"request": {"url": "https://alice:hunt/er2@shop.example/x", "headers": [{"name": "host", "value": "alice:hunter2"}]}}),
    );
    assert!(out.contains("@shop.example/x") && !out.contains("hunt") && !out.contains("er2"), "{out}");
    assert_eq!(redact(out.as_bytes()), out);
    for url in
        ["https://shop.example:8443/@scope%2Fpkg/x", "https://shop.example/web/https://other.example:8080/x", "http://[2001:db8::1]:81/a:b"]
    {
        assert!(text_of(&json!({"request": {"url": url}})).contains(url), "{url}");
    }
}

/// Breaks when a header that stays as it is may hold an address, a host of somebody's network, or a word that somebody chose.
#[test]
fn open_headers_hide_nothing() {
    let header = |name: &str, value: &str| json!({"response": {"headers": [{"name": name, "value": value}]}});
    for (name, value, secret) in [
        ("Via", "1.1 \"10.0.0.7\"", "10.0.0.7"),
        ("Via", "1.1 proxy/10.0.0.7", "10.0.0.7"),
        ("Via", "1.1 cache-01.corp.wonder.example:3128 (squid/4.10)", "wonder"),
        ("Via", "1.1 varnish, 1.1 a.corp,1.0 b.corp", "corp"),
        ("X-Cache", "MISS from cache/10.0.0.7", "10.0.0.7"),
        ("X-Cache", "MISS from cache.wonder.example", "wonder"),
        ("Keep-Alive", "timeout=5, x=\"10.0.0.7\"", "10.0.0.7"),
        ("Keep-Alive", "timeout=5, user=hunter", "hunter"),
        ("Content-Type", "text/html; name=\"hunter.pdf\"; charset=utf-8", "hunter"),
        ("Content-Type", "text/html; charset=hunter", "hunter"),
        ("Content-Type", "text/html; hunter", "hunter"),
        ("Content-Type", "multipart/mixed; boundary=hunter", "hunter"),
        ("User-Agent", "Mozilla/5.0 (X11) user=hunter", "hunter"),
        ("User-Agent", "App/1.0 (user:hunter)", "hunter"),
        ("Server", "nginx user=hunter", "hunter"),
        ("Date", "q1v8kdu3mn02x7", "q1v8"),
        ("Content-Type", "text/q1v8kdu3mn02x7", "q1v8"),
        ("X-XSS-Protection", "1; report=https://a.example/?t=hunter", "hunter"),
        ("Server-Timing", "cfX;desc=hunter, db;dur=1;user=hunter", "hunter"),
    ] {
        let out = text_of(&header(name, value));
        assert!(!out.contains(secret), "{value}: {out}");
        assert_eq!(redact(out.as_bytes()), out);
    }
    for (name, value) in [
        ("Via", "1.1 varnish (Varnish/7.1), 1.1 google"),
        ("X-Cache", "Hit from cloudfront"),
        ("Keep-Alive", "timeout=5, max=100"),
        ("User-Agent", "Mozilla/5.0 (Windows NT 10.0; rv:153.0) Browser/7.5.37.44 (compatible; Bot/2.1; +http://www.bot.example/bot.html)"),
        ("X-XSS-Protection", "1; mode=block"),
        ("Content-Type", "text/html;charset=\"UTF-8\"; v=1"),
        ("Alt-Svc", "h3=\":443\"; ma=86400"),
        ("CF-Polished", "origSize=1234, status=webp_bigger"),
    ] {
        let file = header(name, value);
        assert_eq!(text_of(&file), json!({"log": {"entries": [file]}}).to_string());
    }
    let out = text_of(&header("Via", "1.1 cache.wonder.example (squid/4.10)"));
    assert!(out.contains("1.1 [header-1,20-bytes] (squid/4.10)"), "{out}");
    for (status, error) in [("hunter", "hunter"), ("OK hunter2", "connect to hunter failed"), ("198.51.100.23", "Hunter_two")] {
        let out = text_of(
            &json!({"_error": error, "response": {"statusText": status, "_error": error, "content": {"mimeType": "a/b; x=hunter"}}}),
        );
        assert!(!out.contains("unter") && !out.contains("198"), "{out}");
        assert_eq!(redact(out.as_bytes()), out);
    }
    for (status, error) in
        [("Request Header Fields Too Large", "net::ERR_FAILED"), ("0K", "Connection reset by peer"), ("Origin Error", "ECONNRESET")]
    {
        let file = json!({"response": {"statusText": status, "_error": error, "content": {"mimeType": "text/html; charset=utf-8"}}});
        assert_eq!(text_of(&file), json!({"log": {"entries": [file]}}).to_string());
    }
}

/// Breaks when a header whose name goes, or a reason phrase that does, is measured as its token.
#[test]
fn what_is_hidden_is_measured_still() {
    let file = json!({"log": {"entries": [{"startedDateTime": "2026-11-20T10:00:00.000Z", "time": 1, "request": {"method": "GET", "url": "https://shop.example/"},
        "response": {"status": 200, "statusText": "hunter two three four five", "httpVersion": "http/1.1", "headers": [
            {"name": "x-8c1f42d07be94a368c1f42d07be94a36", "value": "1"}, {"name": "alice@wonder.example", "value": "hunter"}]}}]}}).to_string();
    let bytes = |text: &str| {
        let capture = Capture::read("a.har", [text.as_bytes()]).expect("a HAR file");
        fivetwenty_captures::compare::listed_header_bytes(&capture.entries[0].response)
    };
    let out = redact(file.as_bytes());
    assert!(!out.contains("8c1f42") && !out.contains("hunter") && !out.contains("wonder"), "{out}");
    assert_eq!(bytes(&out), bytes(&file));
    assert_eq!(redact(out.as_bytes()), out);
}

/// Breaks when a field or a header that has a narrow grammar keeps what does not follow it, or loses what does.
#[test]
fn narrow_fields_hold_nothing_else() {
    let header = |name: &str, value: &str| json!({"response": {"headers": [{"name": name, "value": value}]}});
    let url = |url: &str| json!({"request": {"url": url}});
    for file in [
        json!({"startedDateTime": "hunter", "time": "hunter", "cache": {"beforeRequest": {"expires": "hunter"}}}),
        json!({"request": {"method": "hunter", "httpVersion": "hunter"}, "response": {"httpVersion": "hunter"}}),
        json!({"_error": "HUNTER", "response": {"_error": "net::HUNTER", "content": {"mimeType": "hunter"}}}),
        header("Date", "hunter"),
        header("Last-Modified", "Fri, 20 Nov 2026 hunter"),
        header("Age", "hunter"),
        header("Content-Type", "hunter"),
        header("Origin", "hunter"),
        header(":method", "hunter"),
        header("Server-Timing", "cfCacheStatus;desc=\"hunter\""),
        header("Set-Cookie", "a=b; samesite=hunter; expires=hunter; priority=hunter; secure=hunter"),
        url("hunter:2"),
        url("https://shop.example/a;hunter"),
        url("https://shop.example/a;x=1;hunter="),
        url("https://shop.example/password:hunter/x"),
    ] {
        let out = text_of(&file);
        assert!(!out.to_ascii_lowercase().contains("hunter"), "{file}: {out}");
        assert_eq!(redact(out.as_bytes()), out);
    }
    for file in [
        json!({"startedDateTime": "2026-11-20T10:00:00.000+01:00", "request": {"method": "PROPFIND", "httpVersion": "http/2.0+quic/46"}}),
        json!({"request": {"method": "get", "httpVersion": "h3-29"}, "response": {"httpVersion": "unknown"}}),
        header("Expires", "-1"),
        header("Age", "86400"),
        header("Set-Cookie", "q=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; SameSite=None; Priority=High; Secure; Max-Age=0"),
        url("about:[text-1,3-bytes]"),
    ] {
        assert_eq!(text_of(&file), json!({"log": {"entries": [file]}}).to_string());
    }
}
