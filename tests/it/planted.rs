//! Secrets of many kinds, planted in every place that a HAR has, in every way in which they are written there: none may be left.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fivetwenty_redact::{Policy, Tokens};
use serde_json::{Value, json};

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
            assert_eq!(serde_json::from_slice::<Value>(&again).expect("JSON"), redacted, "{} {how:?}: changed again", kind.name);
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
