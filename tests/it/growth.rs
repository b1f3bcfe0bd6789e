//! What pairing, diagnosing and reading pasted texts take, and how that grows.

use crate::diagnose;
use std::rc::Rc;
use std::time::{Duration, Instant};

use fivetwenty_captures::compare::Pairing;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::{Capture, Entry, Interner};
use fivetwenty_inputs::recognise;

use crate::fuzz::corpus;

/// Entries a side; a tenth where nothing is optimised.
const SIZES: [u32; 3] = if cfg!(debug_assertions) { [1_250, 2_500, 5_000] } else { [12_500, 25_000, 50_000] };
/// Runs of each. The shortest counts: what else the machine does only makes one longer.
const ROUNDS: usize = 5;
/// Four times as much to do must take less than this many times as long: 4 would be in proportion, 16 the square.
const MOST: f64 = 9.0;
/// Bytes of a short text, at least; a long one has four times as many.
const TEXT: usize = 16_000;
/// Inputs of the fuzzer's that make up a text.
const TOGETHER: usize = 8;

/// A capture as a long session of a shop makes it: pages, files, an interface that is asked again and again, parameters against caches, and
/// a 520 here and there.
fn session(entries: u32, proxied: bool) -> Capture {
    let host = if proxied { "shop.example" } else { "203.0.113.7:8443" };
    let (mut capture, mut interner) = (Capture::default(), Interner::default());
    for number in 0..entries {
        let mut entry = Entry { started: Timestamp::from_unix_ms(i64::from(number) * 20), time_ms: Some(30.0), ..Entry::default() };
        let fails = number % 97 == 0;
        let url = match number % 8 {
            0 => format!("https://{host}/p/{}", number % 5_000),
            1 => format!("https://{host}/api/cart?_={}", 1_700_000_000_000 + u64::from(number) + u64::from(proxied)),
            2 => format!("https://{host}/api/stock?item={}", number % 3_000),
            3 => format!("https://cdn.example/{number}.js?v=3"),
            _ => format!("https://{host}/img/{number}/large.webp?width=1200&quality=80"),
        };
        entry.request.method = if number % 16 == 2 { "POST" } else { "GET" }.into();
        entry.request.url = url.into();
        entry.response.status = if fails && proxied { 520 } else { 200 };
        entry.response.http_version = if proxied { "h2" } else { "HTTP/1.1" }.into();
        entry.response.content_size = Some(1000);
        let mut add = |name: &str, value: &str| {
            entry.response.headers.push(interner.header(name, value, value.len() as u64, u64::from(number % 7)));
        };
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "private, no-cache, max-age=0"),
            ("etag", "\"5f1c-18a2b3c4d5e\""),
            ("vary", "Origin"),
            ("x-frame-options", "SAMEORIGIN"),
            ("x-request-id", if proxied { "one" } else { "other" }),
            ("strict-transport-security", "max-age=31536000"),
            ("last-modified", "Tue, 23 Jul 2024 17:25:27 GMT"),
            ("set-cookie", "session=8c1f42d07be94a36; Path=/; HttpOnly"),
            ("set-cookie", "cart=12; Path=/"),
        ] {
            add(name, value);
        }
        if proxied {
            for (name, value) in [
                ("date", "Tue, 23 Jul 2024 17:25:27 GMT"),
                ("server", "cloudflare"),
                ("cf-ray", "8a7d5e2fbcd1a1c3-DFW"),
                ("cf-cache-status", "DYNAMIC"),
                ("alt-svc", "h3=\":443\"; ma=86400"),
                ("content-encoding", "br"),
            ] {
                add(name, value);
            }
        } else {
            for (name, value) in
                [("Date", "Tue, 23 Jul 2024 17:25:26 GMT"), ("Server", "nginx"), ("Content-Length", "1000"), ("Connection", "keep-alive")]
            {
                add(name, value);
            }
        }
        capture.entries.push(0..0, entry);
    }
    capture
}

/// A capture that is made to be slow: one request over and over, whose outcomes fit nowhere.
fn repeats(entries: u32, proxied: bool) -> Capture {
    let mut capture = Capture::default();
    let mut state = u32::from(proxied);
    for number in 0..entries {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let mut entry = Entry { started: Timestamp::from_unix_ms(i64::from(number)), ..Entry::default() };
        entry.request.url = "https://shop.example/api".into();
        entry.request.body_size = Some(u64::from(state >> 30));
        entry.response.status = [200, 301, 404, 520][(state >> 28 & 3) as usize];
        capture.entries.push(0..0, entry);
    }
    capture
}

/// Runs `work` on each pair of captures, round by round, and looks how its time grows. Rounds are compared with themselves, so that a machine
/// that is busy for a while does not look like growth.
#[track_caller]
fn check(what: &str, pairs: &[[Rc<Capture>; 2]], work: fn(&[Rc<Capture>; 2])) {
    let time = |pair: &[Rc<Capture>; 2]| {
        let start = Instant::now();
        work(pair);
        start.elapsed()
    };
    let rounds: Vec<Vec<Duration>> = (0..ROUNDS).map(|_| pairs.iter().map(time).collect()).collect();
    for (at, size) in SIZES.iter().enumerate() {
        let shortest = rounds.iter().map(|round| round[at]).min().unwrap_or_default();
        println!("{what}: {size} entries a side in {:.1} ms", shortest.as_secs_f64() * 1e3);
    }
    let growth = |round: &Vec<Duration>| round[2].as_secs_f64() / round[0].as_secs_f64();
    let least = rounds.iter().map(growth).fold(f64::INFINITY, f64::min);
    println!("{what}: four times the entries take {least:.1} times as long");
    assert!(least < MOST, "{what}: four times the entries take {least:.1} times as long");
}

/// Breaks when the work grows with the square of the number of entries, which would be 16 times as long for four times as many.
#[test]
fn pairing_and_diagnosing_grow_with_the_entries() {
    for (what, make) in [("a session", session as fn(u32, bool) -> Capture), ("repeats", repeats)] {
        let pairs = SIZES.map(|size| [true, false].map(|proxied| Rc::new(make(size, proxied))));
        check(&format!("{what}, paired"), &pairs, |[proxied, direct]| {
            let matched = Pairing::new(&proxied.entries, &direct.entries).matched().count();
            assert!(matched > proxied.entries.len() / 2, "{matched}");
        });
        check(&format!("{what}, paired and diagnosed"), &pairs, |[proxied, direct]| {
            assert!(!diagnose(Some(Rc::clone(proxied)), Some(Rc::clone(direct))).findings.is_empty());
        });
    }
}

/// Breaks when reading a pasted text takes longer than in proportion to its length. The texts are what the fuzzer kept, some inputs over and
/// over: what leads into every corner of the recognisers.
#[test]
fn reading_pasted_texts_grows_with_their_length() {
    let inputs: Vec<(String, String)> =
        corpus("paste").into_iter().map(|(name, input)| (name, String::from_utf8_lossy(&input).into_owned() + "\n")).collect();
    let (mut short_ms, mut long_ms) = (0.0, 0.0);
    for inputs in inputs.chunks(TOGETHER) {
        let text: String = inputs.iter().map(|(_, text)| text.as_str()).collect();
        let short = text.repeat(TEXT.div_ceil(text.len()));
        let long = short.repeat(4);
        let time = |text: &str| {
            let start = Instant::now();
            assert!(recognise("paste-1", text).lines > 0);
            start.elapsed().as_secs_f64() * 1e3
        };
        let mut growths = (0..ROUNDS).map(|_| {
            let (short, long) = (time(&short), time(&long));
            (short_ms, long_ms) = (short_ms + short, long_ms + long);
            long / short
        });
        // What else the machine does makes one round longer, and hardly all of them.
        assert!(growths.any(|growth| growth < MOST), "{} and its like: four times the text takes {MOST} times as long", inputs[0].0);
    }
    println!("pasted texts: {short_ms:.0} ms for all short ones, {long_ms:.0} ms for the long ones");
}
