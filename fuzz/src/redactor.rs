use fivetwenty_captures::har::Capture;
use fivetwenty_redact::{HarRedactor, Policy, Summary, Tokens};
use serde_json::json;

use super::pieces;

/// The redaction of any bytes.
///
/// 1. In pieces it gives the same as in one.
/// 2. What comes out is JSON, and redacting it again changes nothing.
/// 3. Of a whole HAR file it has as many entries, with their statuses.
/// 4. A secret never stands in it, whatever is written around it in the fields that hold secrets.
pub fn redactor(data: &[u8]) {
    let [how, cut, text @ ..] = data else { return };
    let (once, summary) = redact(&[text]);
    assert_eq!(redact(&pieces(text, *how)).0, once, "in pieces");
    assert!(serde_json::from_str::<serde::de::IgnoredAny>(&once).is_ok(), "{once}");
    assert_eq!(redact(&[once.as_bytes()]).0, once, "again");
    if let Ok(capture) = Capture::read("", [text])
        && capture.whole
        && summary.is_some_and(|summary| summary.damage.is_none())
    {
        let redacted = Capture::read("", [once.as_bytes()]).expect("it is a HAR file still");
        let statuses = |capture: &Capture| capture.entries.iter().map(|entry| entry.response.status).collect::<Vec<_>>();
        assert_eq!(statuses(&redacted), statuses(&capture));
    }
    planted(&String::from_utf8_lossy(&text[..text.len().min(200)]), usize::from(*cut));
}

fn redact(pieces: &[&[u8]]) -> (String, Option<Summary>) {
    let (policy, mut tokens, mut out) = (Policy::default(), Tokens::default(), Vec::new());
    let mut redactor = HarRedactor::new(&policy, &mut tokens, None);
    for piece in pieces {
        redactor.push(piece, &mut out);
    }
    let summary = redactor.finish(&mut out).ok();
    (String::from_utf8(out).expect("it is UTF-8"), summary)
}

/// Plants a secret with noise on both sides of it.
fn planted(noise: &str, cut: usize) {
    const SECRET: &str = "q1v8kdu3mn02x7";
    let (before, after) = noise.split_at(noise.floor_char_boundary(cut.min(noise.len())));
    let value = [before, SECRET, after].concat();
    let behind = |start: &str| [start, &value].concat();
    let header = |name: &str, value: String| json!({"name": name, "value": value});
    let entry = json!({
        "request": {
            "method": "POST",
            "url": behind("https://shop.example/?a="),
            "headers": [header("Cookie", behind("session=")), header("Cookie", value.clone()), header("Authorization", behind("Bearer ")),
                header("Referer", behind("https://shop.example/#")), header("X-Any", value.clone()), header("User-Agent", value.clone()),
                header("Server-Timing", value.clone()), header("If-None-Match", value.clone()), header(&value, value.clone())],
            "cookies": [{"name": value, "value": ""}, {"name": "a", "value": value}],
            "queryString": [{"name": value, "value": ""}, {"name": "a", "value": value}],
            "postData": {"mimeType": value, "text": json!({"password": value, &value: [value]}).to_string(),
                "params": [{"name": value, "value": ""}, {"name": "a", "value": value, "contentType": value}]},
        },
        "response": {
            "status": 200,
            "statusText": value,
            "headers": [header("Set-Cookie", behind("session=")), header("Set-Cookie", value.clone()), header("Location", behind("/a?b=")),
                header("Location", behind("/a/")), header("Via", value.clone()), header("Content-Type", value.clone()), header("Server", value.clone()),
                header("Date", value.clone()), header("ETag", value.clone()), header("Keep-Alive", value.clone())],
            "content": {"text": behind("a=b&c="), "mimeType": value},
            "redirectURL": behind("/a?b="),
            "_error": value,
        },
        "_initiator": {"type": value, "url": behind("https://shop.example/a/"), "stack": {"callFrames": [{"functionName": value}]}},
        "_webSocketMessages": [{"data": value}],
        "_unknown": {&value: value, "list": [value]},
        "comment": value,
    });
    let file = json!({"log": {"entries": [entry], "pages": [{"id": value, "title": value}], "comment": value}}).to_string();
    let once = redact(&[file.as_bytes()]).0;
    assert!(!once.contains(SECRET), "{}", around(&once, SECRET));
    assert_eq!(redact(&[once.as_bytes()]).0, once, "again");
}

fn around<'a>(text: &'a str, what: &str) -> &'a str {
    let at = text.find(what).unwrap_or_default();
    &text[text.floor_char_boundary(at.saturating_sub(200))..text.ceil_char_boundary((at + 200).min(text.len()))]
}
