//! Secrets of many kinds, planted in every place that a HAR has, in every way in which they are written there: none may be left.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fivetwenty_captures::har::Capture;
use fivetwenty_redact::{Policy, Rule, Tokens, What};
use fivetwenty_report::bundle::MAX_BYTES;
use serde_json::{Value, json};

use crate::bundle::Given;
use crate::diagnose;
use crate::redact::redact_with;

/// A kind of secret: its name, an example, and whether its shape gives it away where names stand.
struct Kind {
    name: &'static str,
    value: String,
    shaped: bool,
}

/// How a secret is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Raw,
    Percent,
    Unicode,
    Entities,
    Hex,
    Base64,
}

const WRITTEN: [Written; 6] = [Written::Raw, Written::Percent, Written::Unicode, Written::Entities, Written::Hex, Written::Base64];

fn kinds() -> Vec<Kind> {
    let jwt = |claims: &str| {
        let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(r#"{"alg":"RS256","typ":"JWT"}"#), part(claims), part("a signature of some length"))
    };
    let shaped: Vec<(&str, String)> = vec![
        ("e-mail", "alice.liddell@wonder.example".into()),
        ("e-mail with a tag", "bob+shop@mail.wonder.example".into()),
        ("e-mail in other scripts", "jürgen.müller@bücher.example".into()),
        ("e-mail with a wide sign", "alice＠wonder.example".into()),
        ("user with a slash in the password", "//alice:pass/wo@rd@db.wonder.example/x".into()),
        ("letters by chance", "qwkdjvbnmzlprtyhgs".into()),
        ("letters by chance in both cases", "QwKdJvBnMzLpRtYhGs".into()),
        ("short Base64", "aHVudGVyMg==".into()),
        ("IPv4", "198.51.100.23".into()),
        ("IPv6", "2001:db8:85a3::8a2e:370:7334".into()),
        ("JWT", jwt(r#"{"sub":"alice","email":"alice@wonder.example"}"#)),
        ("JWT without claims", jwt("{}")),
        ("PEM", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----".into()),
        ("PEM of RSA", "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7bq2Xr\n-----END RSA PRIVATE KEY-----".into()),
        ("GitHub token", "ghp_R4nd0mW0rdsOfThirtySixCharsLong12345".into()),
        ("GitHub fine-grained", "github_pat_11ABCDEFG0123456789_abcdefghijklmnop".into()),
        ("GitHub server", "ghs_16C7e42F292c6912E7710c838347Ae178B4a".into()),
        ("GitLab", "glpat-Zx8y7W6v5U4t3S2r1Q0p".into()),
        ("Stripe live", "sk_live_51H8xYzAbCdEfGhIjKlMnOpQr".into()),
        ("Stripe test", "sk_test_4eC39HqLyjWDarjtT1zdp7dc".into()),
        ("Stripe webhook", "whsec_5WbX9dRt2Lk8Qp4Zn7Vm".into()),
        ("AWS key", "AKIAIOSFODNN7EXAMPLE".into()),
        ("AWS session key", "ASIAY34FZKBOKMUTVV7A".into()),
        ("AWS secret", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into()),
        ("Google key", "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY".into()),
        ("Google OAuth", "ya29.a0AfH6SMBx7Yz1Q2w3E4r5T6y7U8i9O0p".into()),
        ("Google client secret", "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".into()),
        ("Slack bot", "xoxb-123456789012-1234567890123-AbCdEfGhIjKl".into()),
        ("Slack user", "xoxp-987654321098-abcdef123456".into()),
        ("SendGrid", "SG.ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf09kqeF8tAmbihYzrnopKc".into()),
        ("npm", "npm_aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1b2C".into()),
        ("PyPI", "pypi-AgEIcHlwaS5vcmcCJGYyNzE1ODkw".into()),
        ("DigitalOcean", "dop_v1_6f1ed002ab5595859014ebf0951522d9".into()),
        ("Shopify", "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".into()),
        ("Hugging Face", "hf_QwErTyUiOp1234567890asdf".into()),
        ("New Relic", "NRAK-7H2K9M4P6R8T1V3X5Z0B2D4F".into()),
        ("Postman", "PMAK-5f8e7d6c5b4a39281706f5e4-d3c2b1a0".into()),
        ("Docker", "dckr_pat_x7Yz9Ab1Cd3Ef5Gh7Ij9".into()),
        ("OpenAI", "sk-T3BlbkFJ4vQw8XyZ1aB2cD3eF4gH5iJ6".into()),
        ("Twilio", "SK0123456789abcdef0123456789abcdef".into()),
        ("UUID", "6fa459ea-ee8a-4ca4-894e-db77e160355e".into()),
        ("MD5", "9e107d9d372bb6826bd81d3542a419d6".into()),
        ("SHA-1", "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12".into()),
        ("SHA-256", "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592".into()),
        ("session ID", "q1v8kdu3mn02x7".into()),
        ("PHP session", "7l2f4k9s0d8g6h5j3a1q".into()),
        ("random Base64", "Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZg".into()),
        ("card", "4539148803436467".into()),
        ("card with spaces", "5500 0055 5555 5559".into()),
        ("phone", "+4915112345678".into()),
        ("IBAN", "DE89370400440532013000".into()),
        ("Basic", "YWxpY2U6b3BlbiBzZXNhbWUgMTIz".into()),
        ("URL with a user", "https://alice:pa55w0rd@db.wonder.example/x".into()),
        ("cf_clearance", "k3J9x2Lm8Qw5Rt7Yu1Io4Pa6Sd0Fg-1732183200-1.2.1.1".into()),
        ("__cf_bm", "Zt6Qb8Xv2Nc4Mk1Lj3Hg5Fd7Sa9-1732183200-1.0.1.1-pQ9r".into()),
        ("Azure", "8Hd8Q~aBcDeFgHiJkLmNoPqRsTuVwXyZ012345".into()),
    ];
    let plain: Vec<(&str, String)> = vec![
        ("password", "correct horse battery".into()),
        ("password with signs", "P@ss;w\"o'r<d>&=#?%/\\".into()),
        ("password in another script", "пароль-секретный".into()),
        ("name", "Alice Pleasance Liddell".into()),
        ("address", "7 Looking-Glass Lane, Oxford".into()),
        ("one-time code", "739154".into()),
        ("CVV with a note", "cvv 8423".into()),
        ("birthday", "4 May 1852".into()),
        ("social security number", "219-09-9999".into()),
        ("passport", "C01X00T47".into()),
        ("answer", "white-rabbit".into()),
        ("emoji", "tea☕party🎩".into()),
        ("several lines", "first-secret-line\nsecond-secret-line".into()),
        ("CSRF token of letters", "jkqwhxbvmzt".into()),
        ("short password", "hunter2".into()),
        ("word", "swordfish".into()),
    ];
    let kind = |shaped: bool| move |(name, value): (&'static str, String)| Kind { name, value, shaped };
    shaped.into_iter().map(kind(true)).chain(plain.into_iter().map(kind(false))).collect()
}

fn percent(text: &str, all: fn(u8) -> bool) -> String {
    text.bytes().map(|byte| if all(byte) { format!("%{byte:02X}") } else { char::from(byte).to_string() }).collect()
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn write(value: &str, how: Written) -> String {
    match how {
        Written::Raw | Written::Unicode => value.to_owned(),
        Written::Percent => percent(value, |_| true),
        Written::Entities => value.chars().map(|letter| format!("&#{};", u32::from(letter))).collect::<Vec<_>>().concat(),
        Written::Hex => hex(value),
        Written::Base64 => STANDARD.encode(value),
    }
}

/// A file with the plant in every place; in those where names and words stay only when `open`. And how many places that are.
fn file(plant: &str, open: bool) -> (Value, usize) {
    let count = std::cell::Cell::new(0);
    // Anywhere.
    let p = || {
        count.set(count.get() + 1);
        plant.to_owned()
    };
    let within = |before: &str, after: &str| format!("{before}{}{after}", p());
    // In a URL, a form and the like, where some signs mean something.
    let special = |byte: u8| !(byte.is_ascii_alphanumeric() || b"-._~@:+".contains(&byte));
    let u = |before: &str, after: &str| format!("{before}{}{after}", percent(&p(), special));
    // In a name or a word.
    let o = || if open { p() } else { "word".to_owned() };
    let ou = |before: &str, after: &str| {
        if open { u(before, after) } else { format!("{before}word{after}") }
    };
    let header = |name: &str, value: String| json!({"name": name, "value": value});
    let request_headers = json!([
        header("Cookie", u("session=", "; theme=x")),
        header("cookie", u("a=b; ", "")),
        header("COOKIE", u("__Host-id.x[0]+(a|b)*=", "")),
        header("Authorization", within("Bearer ", "")),
        header("authorization", within("Basic ", "")),
        header("AUTHORIZATION", p()),
        header("Proxy-Authorization", within("Digest username=", "")),
        header("X-Api-Key", p()),
        header("X-CSRF-Token", p()),
        header("x-xsrf-token", p()),
        header("X-Amz-Security-Token", p()),
        header("X-Forwarded-For", p()),
        header("CF-Connecting-IP", p()),
        header("True-Client-IP", p()),
        header("CF-Access-Jwt-Assertion", p()),
        header("X-Something-Nobody-Knows", p()),
        header("Referer", u("https://shop.example/a?token=", "&x=1")),
        header("Referer", u("https://shop.example/#", "")),
        header("Origin", u("https://alice:", "@shop.example")),
        header(":path", u("/a?b=", "")),
        header("X-Original-URL", u("/a?b=", "")),
        header("If-None-Match", within("W/\"", "\"")),
        header("User-Agent", if open { within("Mozilla/5.0 (X11) ", "") } else { "x".into() }),
        header("Accept-Language", o()),
        header(&o(), p()),
        {"value": p(), "name": "late"},
        {"value": p()},
        {"name": "x-list", "value": [p(), {"deep": p()}]},
        {"name": "x-comment", "value": "", "comment": p()},
        {"name": "accept", "name2": p(), "value": "*/*"},
    ]);
    let response_headers = json!([
        header("Set-Cookie", u("session=", "; Path=/; HttpOnly; Secure")),
        header("set-cookie", u("a=1; path=/\nb=", "; path=/\nc=3")),
        header("Set-Cookie", u("a=1; Unknown=", "")),
        header("Set-Cookie", ou("a=1; Path=/", "")),
        header("Location", u("https://shop.example/cb?code=", "&state=x")),
        header("Location", u("/cb#access_token=", "")),
        header("Refresh", u("0; url=/?x=", "")),
        header("Link", u("</a?x=", ">; rel=preload")),
        header("Content-Security-Policy", within("script-src 'nonce-", "'")),
        header("Report-To", within("{\"endpoints\":[{\"url\":\"https://a.example/?s=", "\"}]}")),
        header("WWW-Authenticate", within("Basic realm=", "")),
        header("X-Debug", p()),
        header("Server-Timing", if open { within("cfOrigin;dur=12, x;desc=", "") } else { "x".into() }),
        header("Server", o()),
        header("Content-Type", within("text/html; name=", "")),
        header("Via", if open { within("1.1 x (", ")") } else { "1.1 x".into() }),
        // Sixteen digits are a Ray ID, which stays.
        header("cf-ray", within("x", "")),
        header("ETag", within("\"", "\"")),
    ]);
    let json_body = || {
        json!({"user": {"password": p(), "tokens": [p(), {"deep": p()}]}, "text": within("before ", " after"),
            "url": u("https://shop.example/?reset=", ""), "nested": json!({"inner": p()}).to_string(), "__proto__": {"polluted": p()},
            "constructor": p(), "a.b[0]*": p(), "": p(), o(): 1})
    };
    let html = || {
        format!(
            "<!doctype html><html><head><title>Hello {}</title><meta name=csrf content='{}'></head><body data-x=\"{}\"><!-- {} -->\
            <input type=hidden value={}><script>var t='{}';</script>{}</body></html>",
            p(),
            p(),
            p(),
            p(),
            p(),
            p(),
            p()
        )
    };
    let multipart = || {
        format!(
            "--XX\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{}\r\n--XX\r\nContent-Disposition: form-data; name=\"f\"; \
            filename=\"{}\"\r\nContent-Type: text/plain\r\n\r\n{}\r\n--XX--\r\n",
            p(),
            p(),
            p()
        )
    };
    let form = || format!("{}&{}&{}", u("password=", ""), u("a=1&user%5Bname%5D=", ""), u("", "="));
    let entry = |post: Value, content: Value| {
        json!({"startedDateTime": "2026-11-20T10:00:00.000Z", "time": 1, "comment": p(), "pageref": o(), "connection": o(),
            "request": {"method": o(), "url": u("https://shop.example/a?token=", "&flag#top"), "httpVersion": o(), "headers": [], "cookies": [],
                "queryString": [], "postData": post, "headersSize": -1, "bodySize": 0, "comment": p()},
            "response": {"status": 200, "statusText": p(), "httpVersion": "h2", "headers": [], "cookies": [], "content": content,
                "redirectURL": u("https://shop.example/?a=", ""), "headersSize": -1, "bodySize": 0}, "cache": {}, "timings": {"wait": 1}})
    };
    let content = |mime: &str, text: String| json!({"size": 1, "mimeType": mime, "text": text});
    let base64 = |mime: &str, text: String| json!({"size": 1, "mimeType": mime, "text": STANDARD.encode(text), "encoding": "base64"});
    let base64_first = |text: String| json!({"encoding": "base64", "text": STANDARD.encode(text)});
    let mut first = entry(json!({"mimeType": "application/json", "text": json_body().to_string()}), content("text/html", html()));
    first["request"]["headers"] = request_headers;
    first["response"]["headers"] = response_headers;
    first["request"]["cookies"] = json!([{"name": "session", "value": p(), "path": "/", "domain": "shop.example", "comment": p()},
        {"value": p()}, {"name": o(), "value": p(), "path": ou("/", ""), "sameSite": o(), "_x": p()}]);
    first["response"]["cookies"] = json!([{"name": "session", "value": p()}, {"value": "", "name": p()}]);
    first["request"]["queryString"] = json!([{"name": "token", "value": p()}, {"name": o(), "value": p(), "comment": p()},
        {"name": p(), "value": ""}, {"name": p()}]);
    first["serverIPAddress"] = Value::from(within("host ", ""));
    first["_initiator"] = json!({"type": "script", "url": u("https://shop.example/app.js?v=", ""), "x": p(),
        "stack": {"description": o(), "callFrames": [{"functionName": o(), "scriptId": "1", "url": u("https://shop.example/?a=", "")}],
            "parent": {"callFrames": [{"url": u("https://shop.example/?b=", "")}]}}});
    first["_webSocketMessages"] = json!([{"type": "send", "time": 1, "opcode": 1, "data": json!({"auth": p()}).to_string()},
        {"type": "receive", "data": p()}, {"data": [p()]}, {"opcode": 2, "data": STANDARD.encode(p())}, {"data": p(), "opcode": 2}]);
    first["_unknown"] = json!({"text": p(), "deep": {"list": [p(), [p()]]}, o(): p()});
    first["_priority"] = Value::from(o());
    first["_resourceType"] = Value::from(o());
    first["_securityDetails"] = json!({"issuer": o(), "san": [p()]});
    first["_error"] = Value::from(p());
    first["_clientAddress"] = Value::from(p());
    first["cache"] = json!({"beforeRequest": {"eTag": p(), "comment": p(), "expires": o()}, "_x": p()});
    let mut entries = vec![
        first,
        entry(
            json!({"mimeType": "application/x-www-form-urlencoded", "text": form(),
            "params": [{"name": "password", "value": p()}, {"name": p(), "value": ""}, {"name": o(), "fileName": p(), "contentType": o(), "value": p()}]}),
            content("application/json", json_body().to_string()),
        ),
        entry(json!({"mimeType": "multipart/form-data; boundary=XX", "text": multipart()}), content("text/plain", p())),
        entry(
            json!({"text": json_body().to_string(), "mimeType": "x"}),
            content("application/javascript", within("const key = \"", "\";")),
        ),
        entry(json!({"text": p()}), base64("application/json", json_body().to_string())),
        entry(json!({"text": base64_first(p())}), base64("text/html", html())),
        entry(json!({"text": within("{\"cut\": \"", "")}), base64("application/octet-stream", within("\u{0}\u{1}", ""))),
        entry(json!({"text": within("a=1&b=", " ")}), base64_first(json_body().to_string())),
        entry(json!({"text": within("query { a(b: \"", "\") }")}), content("text/css", within("a { background: url(/x?y=", ") }"))),
        entry(json!({"text": within("<xml><p>", "</p></xml>")}), content("application/json", format!(")]}}'\n[\"{}\"]", "x"))),
        entry(json!({"text": within("data: ", "\n\n")}), json!({"size": 1, "encoding": "hex", "text": hex(&p())})),
        entry(json!({"text": ["a", p()]}), json!({"text": [p(), p()], "comment": p()})),
        entry(json!(p()), json!(p())),
        entry(
            json!({"text": [[json!({"a": p()}).to_string()]]}),
            content(
                "text/html",
                format!(
                    "<div id=\"cf-error-details\">Error code 520 \
            <span id=\"cf-footer-ip\">{}</span> Ray ID: 8a7d5e2fbcd1a1c3</div>",
                    p()
                ),
            ),
        ),
        entry(
            json!({"text": "x"}),
            content(
                "application/json",
                json!({"cloudflare_error": true, "error_code": 520, "zone": "shop.example",
            "client_ip": p(), "detail": p()})
                .to_string(),
            ),
        ),
    ];
    for (at, url) in [
        ou("https://shop.example/a/", "/b"),
        u("https://shop.example/a;jsessionid=", "?x"),
        u("https://alice:", "@shop.example/"),
        u("https://shop.example/?", ""),
        u("data:text/plain,", ""),
        u("blob:https://shop.example/", ""),
        ou("https://shop.example/?", "=1"),
        u("https://shop.example/?a=1&b[]=", "&b[]=2"),
        u("https://shop.example/?a=1&", "="),
    ]
    .into_iter()
    .enumerate()
    {
        entries[at]["request"]["url"] = Value::from(url);
    }
    let file = json!({"log": {"version": "1.2", "creator": {"name": "x", "version": o(), "comment": p()}, "comment": p(), "_recording": p(),
        "pages": [{"startedDateTime": "2026-11-20T10:00:00.000Z", "id": o(), "title": p(), "comment": p(), "pageTimings": {"x": p()}},
            {"title": u("https://shop.example/?q=", "")}], "entries": entries}, "_outside": p()});
    (file, count.get())
}

/// The strings of a value, names included, and what they are when their encodings are undone.
fn texts(value: &Value, into: &mut Vec<String>) {
    fn add(text: &str, into: &mut Vec<String>) {
        into.push(text.to_owned());
        for part in text.split(|letter: char| !(letter.is_ascii_alphanumeric() || "+/=".contains(letter))) {
            if part.len() >= 8
                && let Ok(decoded) = STANDARD.decode(part)
            {
                into.push(String::from_utf8_lossy(&decoded).into_owned());
            }
        }
        if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
            texts(&inner, into);
        }
    }
    match value {
        Value::String(text) => add(text, into),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(members) => {
            for (key, value) in members {
                add(key, into);
                texts(value, into);
            }
        }
        _ => {}
    }
}

/// Breaks when a secret is left in any place, as it is or in any encoding. The plants are counted, so that none is lost silently.
#[test]
fn no_planted_secret_is_left() {
    let (mut plants, mut leaks) = (0, Vec::new());
    let kinds = kinds();
    assert!(kinds.len() >= 60, "{}", kinds.len());
    for (number, kind) in kinds.iter().enumerate() {
        for how in WRITTEN {
            let plant = write(&kind.value, how);
            let (file, count) = file(&plant, kind.shaped);
            plants += count;
            let mut text = if number % 2 == 0 { file.to_string() } else { serde_json::to_string_pretty(&file).expect("it is JSON") };
            if how == Written::Unicode {
                let quoted = serde_json::to_string(&kind.value).expect("it is JSON");
                let units = kind.value.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>().concat();
                text = text.replace(&quoted[1..quoted.len() - 1], &units);
            }
            let chunk = [7, 64 * 1024, 1000][number % 3];
            let (out, summary) = redact_with(text.as_bytes(), chunk, &Policy::default(), &mut Tokens::default(), None);
            assert!(summary.is_some_and(|summary| summary.damage.is_none()));
            if how == Written::Raw && number % 8 == 0 {
                let (other, _) = redact_with(text.as_bytes(), 1, &Policy::default(), &mut Tokens::default(), None);
                assert!(other == out, "{}: differs byte by byte", kind.name);
            }
            let (again, _) = redact_with(&out, 64 * 1024, &Policy::default(), &mut Tokens::default(), None);
            let redacted: Value = serde_json::from_slice(&out).expect("the output is JSON");
            let changed = |(one, other): &(Value, Value)| one != other;
            let strings = |text: &[u8]| {
                let mut found = Vec::new();
                texts(&serde_json::from_slice(text).expect("JSON"), &mut found);
                found.into_iter().map(Value::from).collect::<Vec<_>>()
            };
            let differs = strings(&out).into_iter().zip(strings(&again)).find(changed);
            assert_eq!(differs, None, "{} {how:?}: changed again", kind.name);
            let mut found = Vec::new();
            texts(&redacted, &mut found);
            let forms: Vec<String> = WRITTEN.into_iter().map(|how| write(&kind.value, how).to_ascii_lowercase()).collect();
            for text in found {
                let lower = text.to_ascii_lowercase();
                let decoded = percent_decode(&lower);
                if forms.iter().any(|form| lower.contains(form.as_str()) || decoded.contains(form.as_str())) {
                    leaks.push(format!("{} {how:?}: {}", kind.name, text.chars().take(160).collect::<String>()));
                }
            }
        }
    }
    leaks.sort();
    leaks.dedup();
    println!("{} kinds, {plants} plants, {} leaks", kinds.len(), leaks.len());
    assert!(plants >= 5_000, "{plants} plants");
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks[..leaks.len().min(60)].join("\n"));
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        if let Some(byte) = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(b'%');
            rest = after;
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A place in which something stays as it is: its class, its name, and an entry with a plant there.
type Place = (Class, &'static str, fn(&str) -> Value);

/// What a place is, and what a kind is, in the table of what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    PathOrKey,
    Elsewhere,
}

/// How a URL is written around a plant.
fn in_url(plant: &str) -> String {
    percent(plant, |byte| !(byte.is_ascii_alphanumeric() || b"-._~@:+%".contains(&byte)))
}

fn exchange(url: &str) -> Value {
    json!({"startedDateTime": "2026-11-20T10:00:00.000Z", "time": 1, "cache": {}, "timings": {"wait": 1},
        "request": {"method": "GET", "url": url, "httpVersion": "h2", "headers": [], "cookies": [], "queryString": []},
        "response": {"status": 520, "statusText": "", "httpVersion": "h2", "headers": [], "cookies": [], "content": {"size": 1}}})
}

fn at_url(url: &str) -> Value {
    exchange(url)
}

/// An entry with a header of the request or the response.
fn with_header(side: &str, name: &str, value: &str) -> Value {
    let mut entry = exchange("https://shop.example/");
    entry[side]["headers"] = json!([{"name": name, "value": value}]);
    entry
}

fn with_body(side: &str, mime: &str, text: &str) -> Value {
    let mut entry = exchange("https://shop.example/");
    let body = json!({"mimeType": mime, "text": text});
    entry[side][if side == "request" { "postData" } else { "content" }] = body;
    entry
}

fn with(path: &[&str], value: Value) -> Value {
    let mut entry = exchange("https://shop.example/");
    let place = path.iter().fold(&mut entry, |place, key| &mut place[*key]);
    *place = value;
    entry
}

/// Every place in which names, words and numbers may stay.
#[rustfmt::skip]
const PLACES: &[Place] = &[
    (Class::PathOrKey, "path", |p| at_url(&format!("https://shop.example/{}", in_url(p)))),
    (Class::PathOrKey, "path within", |p| at_url(&format!("https://shop.example/api/{}/edit", in_url(p)))),
    (Class::PathOrKey, "path behind a user's word", |p| at_url(&format!("https://shop.example/u/{}/photo", in_url(p)))),
    (Class::PathOrKey, "path in a file's name", |p| at_url(&format!("https://shop.example/img/{}.png", in_url(p)))),
    (Class::PathOrKey, "path with a tilde", |p| at_url(&format!("https://shop.example/~{}/", in_url(p)))),
    (Class::PathOrKey, "path with a sign", |p| at_url(&format!("https://shop.example/@{}/", in_url(p)))),
    (Class::PathOrKey, "path of another host", |p| at_url(&format!("https://cdn.example/{}/a.js", in_url(p)))),
    (Class::PathOrKey, "path beside a word", |p| at_url(&format!("https://shop.example/order-{}", in_url(p)))),
    (Class::PathOrKey, "matrix parameter", |p| at_url(&format!("https://shop.example/a;{}=1", in_url(p)))),
    (Class::PathOrKey, "path in a referrer", |p| with_header("request", "Referer", &format!("https://shop.example/{}", in_url(p)))),
    (Class::PathOrKey, "path in a location", |p| with_header("response", "Location", &format!("/{}/", in_url(p)))),
    (Class::PathOrKey, "path of a cookie", |p| with_header("response", "Set-Cookie", &format!("a=1; Path=/{}", in_url(p)))),
    (Class::PathOrKey, "path of HTTP/2", |p| with_header("request", ":path", &format!("/{}", in_url(p)))),
    (Class::PathOrKey, "path of an initiator", |p| with(&["_initiator"], json!({"url": format!("https://shop.example/{}.js", in_url(p))}))),
    (Class::PathOrKey, "path of a redirect", |p| with(&["response", "redirectURL"], json!(format!("https://shop.example/{}", in_url(p))))),
    (Class::PathOrKey, "key of a request", |p| with_body("request", "application/json", &json!({"a": {p: 1}}).to_string())),
    (Class::PathOrKey, "key of a response", |p| with_body("response", "application/json", &json!([{p: {"id": 1}}]).to_string())),
    (Class::PathOrKey, "key within a string", |p| with_body("response", "application/json", &json!({"a": json!({p: 1}).to_string()}).to_string())),
    (Class::PathOrKey, "key in Base64", |p| {
        let mut entry = with_body("response", "application/json", &STANDARD.encode(json!({p: 1}).to_string()));
        entry["response"]["content"]["encoding"] = json!("base64");
        entry
    }),
    (Class::PathOrKey, "key of an unknown field", |p| with(&["_unknown"], json!({p: 1}))),
    (Class::PathOrKey, "key of a message", |p| with(&["_webSocketMessages"], json!([{"type": "send", "data": json!({p: 1}).to_string()}]))),
    (Class::Elsewhere, "name of a parameter", |p| at_url(&format!("https://shop.example/?{}=1", in_url(p)))),
    (Class::Elsewhere, "parameter alone", |p| at_url(&format!("https://shop.example/?{}", in_url(p)))),
    (Class::Elsewhere, "name in a list of parameters", |p| with(&["request", "queryString"], json!([{"name": p, "value": "1"}]))),
    (Class::Elsewhere, "name of a cookie", |p| with_header("request", "Cookie", &format!("{}=1", in_url(p)))),
    (Class::Elsewhere, "name of a cookie that is set", |p| with_header("response", "Set-Cookie", &format!("{}=1; Path=/", in_url(p)))),
    (Class::Elsewhere, "name in a list of cookies", |p| with(&["request", "cookies"], json!([{"name": p, "value": "1"}]))),
    (Class::Elsewhere, "name of a header", |p| with_header("request", p, "1")),
    (Class::Elsewhere, "name of a field", |p| with_body("request", "application/x-www-form-urlencoded", &format!("a=1&{}=2", in_url(p)))),
    (Class::Elsewhere, "name in a list of fields", |p| with(&["request", "postData"], json!({"params": [{"name": p, "value": "1"}]}))),
    (Class::Elsewhere, "name of a part", |p| with_body("request", "multipart/form-data", &format!(
        "--X\r\nContent-Disposition: form-data; name=\"{p}\"\r\n\r\n1\r\n--X--\r\n"))),
    (Class::Elsewhere, "another host", |p| at_url(&format!("https://{}.other.example/", p.replace([' ', '_', '+', '@', '/'], "-")))),
    (Class::Elsewhere, "domain of a cookie", |p| with_header("response", "Set-Cookie", &format!("a=1; Domain={}", in_url(p)))),
    (Class::Elsewhere, "User-Agent", |p| with_header("request", "User-Agent", &format!("Mozilla/5.0 (X11; {p}) Firefox/153.0"))),
    (Class::Elsewhere, "product of User-Agent", |p| with_header("request", "User-Agent", &format!("{p}/1.0"))),
    (Class::Elsewhere, "Server", |p| with_header("response", "Server", p)),
    (Class::Elsewhere, "Via", |p| with_header("response", "Via", &format!("1.1 {p} (squid)"))),
    (Class::Elsewhere, "Cache-Control", |p| with_header("response", "Cache-Control", &format!("private, {p}"))),
    (Class::Elsewhere, "value in Cache-Control", |p| with_header("response", "Cache-Control", &format!("private={p}"))),
    (Class::Elsewhere, "Vary", |p| with_header("response", "Vary", p)),
    (Class::Elsewhere, "Accept", |p| with_header("request", "Accept", &format!("text/{p}"))),
    (Class::Elsewhere, "Accept-Language", |p| with_header("request", "Accept-Language", p)),
    (Class::Elsewhere, "Server-Timing", |p| with_header("response", "Server-Timing", &format!("{p};dur=1"))),
    (Class::Elsewhere, "X-Powered-By", |p| with_header("response", "X-Powered-By", p)),
    (Class::Elsewhere, "X-Cache", |p| with_header("response", "X-Cache", &format!("HIT from {p}"))),
    (Class::Elsewhere, "headers that are allowed", |p| with_header("response", "Access-Control-Allow-Headers", &format!("X-A, {p}"))),
    (Class::Elsewhere, "media type", |p| with_header("response", "Content-Type", &format!("text/{p}"))),
    (Class::Elsewhere, "method", |p| with(&["request", "method"], json!(p))),
    (Class::Elsewhere, "version", |p| with(&["request", "httpVersion"], json!(p))),
    (Class::Elsewhere, "reason", |p| with(&["response", "statusText"], json!(p))),
    (Class::Elsewhere, "error", |p| with(&["response", "_error"], json!(p))),
    (Class::Elsewhere, "page", |p| with(&["pageref"], json!(p))),
    (Class::Elsewhere, "connection", |p| with(&["connection"], json!(p))),
    (Class::Elsewhere, "priority", |p| with(&["_priority"], json!(p))),
    (Class::Elsewhere, "function", |p| with(&["_initiator"], json!({"stack": {"callFrames": [{"functionName": p}]}}))),
    (Class::Elsewhere, "certificate", |p| with(&["_securityDetails"], json!({"issuer": p}))),
    (Class::PathOrKey, "name in another URL", |p| {
        let url = format!("https://shop.example/a?{}=1", in_url(p));
        let mut entry = with_header("request", "Referer", &url);
        entry["response"]["headers"] = json!([{"name": "Location", "value": url}, {"name": "Link", "value": format!("<{url}>; rel=preload")},
            {"name": "Content-Location", "value": url}]);
        entry["response"]["redirectURL"] = json!(url);
        entry["_initiator"] = json!({"url": url, "stack": {"callFrames": [{"url": url}]}});
        entry
    }),
    (Class::PathOrKey, "name in brackets", |p| at_url(&format!("https://shop.example/?filter[{}]=1", in_url(p)))),
    (Class::PathOrKey, "name behind a word", |p| with_header("request", "Cookie", &format!("wordpress_logged_in_{}=1", in_url(p)))),
    (Class::PathOrKey, "name of a header behind words", |p| with_header("response", &format!("X-Meta-{p}"), "1")),
    (Class::Elsewhere, "headers of a closed grammar", |p| {
        let names = ["Content-Encoding", "Transfer-Encoding", "Trailer", "Allow", "Accept-Ranges", "CF-Cache-Status", "X-Content-Type-Options",
            "X-XSS-Protection", "Access-Control-Expose-Headers", "Retry-After", "Content-Range", "X-Frame-Options"];
        let mut entry = exchange("https://shop.example/");
        entry["response"]["headers"] = names.map(|name| json!({"name": name, "value": p})).to_vec().into();
        entry["request"]["headers"] = ["TE", "Range", "Connection", "Upgrade", "Priority", "Accept-Encoding"]
            .map(|name| json!({"name": name, "value": format!("x, {}", in_url(p))})).to_vec().into();
        entry
    }),
    (Class::Elsewhere, "fields of the format", |p| {
        let mut entry = exchange("https://shop.example/");
        for field in ["_connectionId", "_resourceType", "_securityState", "_fromCache", "startedDateTime", "time"] {
            entry[field] = json!(p);
        }
        entry["_initiator"] = json!({"type": p, "stack": {"description": p, "callFrames": []}});
        entry["_webSocketMessages"] = json!([{"type": p, "data": ""}]);
        entry["_securityDetails"] = json!({"subjectName": p, "protocol": p});
        entry["cache"] = json!({"beforeRequest": {"expires": p}});
        entry["response"]["cookies"] = json!([{"name": "a", "value": "", "domain": p, "expires": p}]);
        entry
    }),
    (Class::Elsewhere, "number in an unknown field", |p| with(&["_unknown"],
        if p.bytes().all(|byte| byte.is_ascii_digit()) { serde_json::from_str(p).unwrap_or(Value::Null) } else { Value::Null })),
    (Class::Elsewhere, "number in JSON", |p| with_body("response", "application/json", &format!("{{\"a\":{}}}",
        if p.bytes().all(|byte| byte.is_ascii_digit()) && !p.starts_with('0') { p } else { "0" }))),
];

/// What is about a person: names, numbers, places.
#[rustfmt::skip]
const PERSONAL: &[(&str, &str)] = &[
    ("name with a point", "kenji.garcia"), ("name with a space", "Kenji Garcia"), ("name with a hyphen", "garcia-kenji"),
    ("name in one word", "annamueller"), ("name with a line", "Anna_Mueller"), ("name with accents", "José Núñez"),
    ("e-mail address", "olga.petrova@mail.example"), ("e-mail address with a tag", "wei+shop@mail.example"),
    ("phone", "+4915112345678"), ("phone with spaces", "+49 151 234 56 78"), ("phone with points", "0151.234.56.78"),
    ("phone in America", "(555) 010-9988"), ("phone in London", "020 7946 0958"), ("phone with hyphens", "202-555-0143"),
    ("social security number", "219-09-9999"), ("Spain", "12345678Z"), ("foreigner in Spain", "X1234567L"),
    ("Italy", "RSSMRA85T10A562S"), ("France", "2 55 08 14 168 025 38"), ("Germany", "86095742719"), ("United Kingdom", "AB123456C"),
    ("health in England", "943 476 5919"), ("Netherlands", "111222333"), ("Belgium", "85.07.30-033.28"), ("Poland", "44051401359"),
    ("Sweden", "811218-9876"), ("Finland", "131052-308T"), ("Norway", "01129955131"), ("Denmark", "070761-4285"),
    ("Brazil", "390.533.447-05"), ("India", "2341 2341 2346"), ("China", "11010519491231002X"), ("South Africa", "8001015009087"),
    ("Canada", "046 454 286"), ("Turkey", "10000000146"), ("Romania", "1800101221144"), ("Korea", "900101-1234568"),
    ("Chile", "12.345.678-5"), ("Mexico", "HEGG560427MVZRRL04"), ("passport", "C01X00T47"), ("passport of numbers", "L01X00T471"),
    ("network card", "00:1B:44:11:3A:B7"), ("network card with hyphens", "00-1b-44-11-3a-b7"), ("phone's number", "490154203237518"),
    ("place", "52.5200,13.4050"), ("birthday", "1984-05-12"), ("birthday in Germany", "12.05.1984"), ("birthday in Britain", "12/05/1984"),
    ("IBAN", "DE89370400440532013000"), ("IBAN with spaces", "DE89 3704 0044 0532 0130 00"),
    ("card", "4539148803436467"), ("card with spaces", "5500 0055 5555 5559"), ("address", "198.51.100.23"),
    ("network card in groups of four", "4c2e.5e80.b24c"), ("United Kingdom with spaces", "CE 14 85 97 D"), ("postcode", "LG60 9DD"),
    ("Switzerland", "756.8363.9078.39"), ("phone in France", "06.22.87.77.73"), ("birthday in words", "18 Oct 1947"),
    ("birthday in Arabic digits", "١٩٨٣/٠٩/٠٧"), ("birthday without signs", "19960514"), ("plate", "HH-ZK 9343"),
];

/// A body in which a value stands, and goes: of JSON, of a page, of XML.
fn source(value: &str, number: usize) -> Value {
    let entities: String =
        value.chars().map(|letter| if "&<>\"'".contains(letter) { format!("&#{};", u32::from(letter)) } else { letter.into() }).collect();
    match number % 3 {
        0 => with_body("response", "application/json", &json!({"note": value}).to_string()),
        1 => with_body("response", "text/html", &format!("<form><input type=hidden name=note value=\"{entities}\"></form>")),
        _ => with_body("response", "application/xml", &format!("<?xml version=\"1.0\"?><a><note>{entities}</note></a>")),
    }
}

/// A capture of these entries, read once to know what goes and then redacted, with a new map of tokens each time.
fn redacted_case(entries: &[Value], policy: &Policy) -> (Vec<u8>, Tokens) {
    let text = json!({"log": {"version": "1.2", "entries": entries}}).to_string();
    let mut survey = Tokens::survey();
    redact_with(text.as_bytes(), 64 * 1024, policy, &mut survey, None);
    let mut tokens = survey.surveyed(policy, &["shop.example".to_owned()]);
    let (out, _) = redact_with(text.as_bytes(), 64 * 1024, policy, &mut tokens, None);
    (out, tokens)
}

/// Whether a value is left in a redacted text, in any form of it.
fn is_left(out: &[u8], value: &str) -> bool {
    let mut found = Vec::new();
    texts(&serde_json::from_slice(out).expect("the output is JSON"), &mut found);
    let forms: Vec<String> = WRITTEN.into_iter().map(|how| write(value, how).to_lowercase()).collect();
    found.iter().any(|text| {
        let lower = text.to_lowercase();
        let decoded = percent_decode(&lower);
        forms.iter().any(|form| lower.contains(form.as_str()) || decoded.contains(form.as_str()))
    })
}

/// How many plants of a class are left, of how many, and the kinds and places where.
#[derive(Default)]
struct Row {
    plants: usize,
    left: Vec<String>,
}

impl Row {
    fn add(&mut self, is_left: bool, kind: &str, place: &str, how: Written) {
        self.plants += 1;
        if is_left {
            self.left.push(format!("{kind}, {place}, {how:?}"));
        }
    }

    /// In percent.
    fn share(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "they are few")]
        let share = self.left.len() as f64 * 100.0 / self.plants.max(1) as f64;
        share
    }
}

/// Kinds that share a capture.
const KINDS_AT_ONCE: usize = 8;
/// Bundles that may be blocked.
const MAX_BLOCKED: usize = 5;

/// The captures of which no bundle can be made: each has some kinds in every place, and one of them in a body too.
fn blocked(all: &[Kind], personal: &[Kind]) -> Vec<String> {
    let kinds: Vec<&Kind> = all.iter().chain(personal).collect();
    let blocked = kinds.chunks(KINDS_AT_ONCE).filter_map(|kinds| {
        let entries = kinds.iter().enumerate().flat_map(|(at, kind)| {
            let plant = write(&kind.value, WRITTEN[at % WRITTEN.len()]);
            let body = with_body("response", "application/json", &json!({"note": plant}).to_string());
            PLACES.iter().map(|(_, _, entry)| entry(&plant)).chain([body]).collect::<Vec<_>>()
        });
        let text = json!({"log": {"version": "1.2", "entries": entries.collect::<Vec<_>>()}}).to_string().into_bytes();
        let capture = Capture::read("a.har", [text.as_slice()]).expect("it is a HAR file");
        let texts = [Some(text), None];
        let bundle = Given { texts: &texts, max: MAX_BYTES }.bundle(&diagnose(Some(capture.into()), None));
        bundle.err().map(|error| format!("{} and others: {error}", kinds[0].name))
    });
    blocked.collect()
}

/// Breaks when more is left of any class than docs/bundle.md says: of every kind, in every place where something stays, in every encoding.
#[test]
fn what_is_left_by_class() {
    let [mut strong, mut keys, mut elsewhere, mut removed, mut named] = [(); 5].map(|()| Row::default());
    let all = kinds();
    let personal: Vec<Kind> = PERSONAL.iter().map(|(name, value)| Kind { name, value: (*value).to_owned(), shaped: true }).collect();
    for (kind, is_personal) in all.iter().map(|kind| (kind, false)).chain(personal.iter().map(|kind| (kind, true))) {
        for how in WRITTEN {
            let plant = write(&kind.value, how);
            for (number, (class, place, entry)) in PLACES.iter().enumerate() {
                let entry = entry(&plant);
                // Where nothing can be planted, as letters in a number.
                if !is_left(entry.to_string().as_bytes(), &kind.value) {
                    continue;
                }
                if is_personal || kind.shaped {
                    let (out, _) = redacted_case(std::slice::from_ref(&entry), &Policy::default());
                    let row = match (is_personal, class) {
                        (false, _) => &mut strong,
                        (true, Class::PathOrKey) => &mut keys,
                        (true, Class::Elsewhere) => &mut elsewhere,
                    };
                    row.add(is_left(&out, &kind.value), kind.name, place, how);
                }
                if how == [Written::Raw, Written::Percent][number % 2] {
                    let body = source(&kind.value, number);
                    let (out, _) = redacted_case(&[body, entry.clone()], &Policy::default());
                    removed.add(is_left(&out, &kind.value), kind.name, place, how);
                    let add = vec![Rule { what: What::Text, name: kind.value.clone() }];
                    let (out, _) = redacted_case(&[entry], &Policy { add, ..Policy::default() });
                    named.add(is_left(&out, &kind.value), kind.name, place, how);
                }
            }
        }
    }
    let rows = [
        ("strong secrets anywhere but in the site's own hosts", &strong, 0.0),
        ("personal data in paths and keys", &keys, 5.0),
        ("personal data elsewhere", &elsewhere, 10.0),
        ("values removed elsewhere", &removed, 0.0),
        ("values that the person named", &named, 0.0),
    ];
    for (name, row, max) in rows {
        println!("{name}: {} of {} left ({:.1} %, at most {max} %)", row.left.len(), row.plants, row.share());
        let step = (row.left.len() / 25).max(1);
        row.left.iter().step_by(step).for_each(|line| println!("    {line}"));
    }
    let blocked = blocked(&all, &personal);
    println!("bundles that were blocked: {} (at most {MAX_BLOCKED})", blocked.len());
    for line in &blocked {
        println!("    {line}");
    }
    assert!(blocked.len() <= MAX_BLOCKED);
    for (name, row, max) in rows {
        assert!(row.share() <= max, "{name}: {:.1} %", row.share());
    }
}

/// A file of one kind in one encoding, with an entry for each place that can hold it.
struct PlantedFile {
    name: String,
    value: String,
    is_personal: bool,
    entries: Vec<(Class, Value)>,
}

fn planted_files() -> Vec<PlantedFile> {
    let strong = kinds().into_iter().filter(|kind| kind.shaped).map(|kind| (kind.value, false));
    let personal = PERSONAL.iter().map(|(_, value)| ((*value).to_owned(), true));
    let mut files = Vec::new();
    for (number, (value, is_personal)) in strong.chain(personal).enumerate() {
        for how in WRITTEN {
            let plant = write(&value, how);
            let entries = PLACES.iter().map(|(class, _, entry)| (*class, entry(&plant)));
            let entries = entries.filter(|(_, entry)| is_left(entry.to_string().as_bytes(), &value)).collect();
            files.push(PlantedFile { name: format!("{number:03}-{how:?}.har"), value: value.clone(), is_personal, entries });
        }
    }
    files
}

/// Counts what a program left of the plants; `result` gives what it made of a file, `None` when it made nothing.
fn count_left(program: &str, files: &[PlantedFile], result: &dyn Fn(&PlantedFile) -> Option<Value>) {
    let (mut left, mut plants, mut missing) = ([0; 3], [0; 3], 0);
    for file in files {
        let made = result(file).and_then(|mut har| har["log"]["entries"].as_array_mut().map(std::mem::take));
        let Some(made) = made.filter(|made| made.len() == file.entries.len()) else {
            missing += file.entries.len();
            continue;
        };
        for ((class, _), entry) in file.entries.iter().zip(made) {
            if entry.is_null() {
                missing += 1;
                continue;
            }
            let row = if file.is_personal { 1 + usize::from(*class == Class::Elsewhere) } else { 0 };
            plants[row] += 1;
            left[row] += usize::from(is_left(entry.to_string().as_bytes(), &file.value));
        }
    }
    let [strong, keys, elsewhere] = [0, 1, 2].map(|row| format!("{} of {}", left[row], plants[row]));
    println!(
        "{program}: strong secrets {strong}, personal data in paths and keys {keys}, elsewhere {elsewhere}; {missing} plants not taken"
    );
}

/// Writes the planted files to the folder `given` of the folder in `PLANTED`, and counts what each other folder of it, which has a program's
/// results under the same names, still has of them; `null` stands there for an entry that the program fails on. Breaks when the files cannot be written.
#[test]
#[ignore = "compares with programs that are not part of this one"]
fn what_other_programs_leave() {
    let folder = std::path::PathBuf::from(std::env::var_os("PLANTED").expect("PLANTED names a folder"));
    let files = planted_files();
    let given = folder.join("given");
    std::fs::create_dir_all(&given).expect("the folder can be written to");
    for file in &files {
        let entries: Vec<&Value> = file.entries.iter().map(|(_, entry)| entry).collect();
        let creator = json!({"name": "planted", "version": "1"});
        let har = json!({"log": {"version": "1.2", "creator": creator, "pages": [], "entries": entries}});
        std::fs::write(given.join(&file.name), har.to_string()).expect("the folder can be written to");
    }
    count_left("fivetwenty", &files, &|file| {
        let entries: Vec<Value> = file.entries.iter().map(|(_, entry)| entry.clone()).collect();
        serde_json::from_slice(&redacted_case(&entries, &Policy::default()).0).ok()
    });
    for program in std::fs::read_dir(&folder).expect("the folder can be read").filter_map(Result::ok) {
        let path = program.path();
        count_left(&program.file_name().to_string_lossy(), &files, &|file| {
            serde_json::from_slice(&std::fs::read(path.join(&file.name)).ok()?).ok()
        });
    }
}
