use std::ops::Range;

use fivetwenty_captures::har::{Capture, Decoder, Entry, Limits, Tail};
use serde_json::Value;

use super::pieces;
use super::wide::{Form, Wide, narrow, order};

/// The decoder on any bytes.
///
/// 1. In pieces it gives the same as in one: entries, their places, problems, the line that says why there is nothing.
/// 2. What it keeps is within its limits.
/// 3. The place of an entry is where it can be read again. Entries stand one behind the other.
/// 4. It gives the entries that `serde_json` finds in the same text, with their URLs and statuses.
/// 5. In UTF-16 the text gives the same, but for a call, which is read in UTF-8 only.
pub fn decoder(data: &[u8]) {
    let [how, options, text @ ..] = data else { return };
    let limits = if options & 1 == 0 {
        Limits::default()
    } else {
        Limits { entries: 3, headers: 2, header_name: 5, header_value: 6, url: 20, string: 10, body: 40, problems: 2, ..Limits::default() }
    };
    let form = Form { big: options & 2 != 0, mark: options & 4 != 0 };

    let whole = read(&[text], limits);
    assert_eq!(read(&pieces(text, *how), limits), whole, "in pieces");
    match &whole {
        Err(line) => {
            assert!(["Not ", "Expected a HAR file"].iter().any(|begin| line.starts_with(begin)) && line.lines().count() == 1, "{line}");
        }
        Ok((entries, tail)) => {
            within(entries, tail, limits);
            placed(text, entries, limits);
        }
    }
    if options & 1 == 0 {
        agrees(text);
    }
    if let Ok(text) = std::str::from_utf8(text)
        && !text.starts_with('\u{feff}')
        && order(text.as_bytes()).is_none()
        && let Some(wide) = Wide::new(text, form)
    {
        let read = read(&pieces(&wide.bytes, *how), limits);
        match (read, whole) {
            (Ok(read), Ok(whole)) => assert_eq!(read, moved(whole, &wide), "in UTF-16"),
            (Err(_), Ok(_)) => assert!(!matches!(text.trim_ascii_start().as_bytes(), [b'{' | b'[', ..]), "in UTF-16"),
            (read, whole) => assert_eq!(read.is_ok(), whole.is_ok(), "in UTF-16"),
        }
    }
}

type Placed = (Range<u64>, Entry);
type Read = Result<(Vec<Placed>, Tail), String>;

fn read(pieces: &[&[u8]], limits: Limits) -> Read {
    let mut decoder = Decoder::new(limits);
    let mut entries = Vec::new();
    for piece in pieces {
        decoder.push(piece);
        while let Some(entry) = decoder.next() {
            entries.push((decoder.place(), entry));
        }
        if decoder.is_over() {
            break;
        }
    }
    Ok((entries, decoder.finish()?))
}

fn within(entries: &[Placed], tail: &Tail, limits: Limits) {
    // A byte that is not UTF-8 becomes three. Where a number stands for a text, 64 characters of it are kept.
    let is_number =
        |text: &str| text.len() <= 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    let fits = |text: &str, most: usize| text.len() <= 3 * most || is_number(text);
    assert!(entries.len() <= limits.entries && tail.problems.len() <= limits.problems);
    assert!(tail.problems.len() as u64 <= u64::from(tail.problems_total));
    assert!(fits(&tail.creator, 2 * limits.string + 1), "{}", tail.creator);
    for (_, Entry { request, response, server_ip, resource_type, from_cache, .. }) in entries {
        assert!(fits(&request.url, limits.url) && fits(&request.method, limits.string));
        for headers in [&request.headers, &response.headers] {
            assert!(headers.len() <= limits.headers);
            for header in headers {
                assert!(fits(&header.name, limits.header_name) && fits(&header.value, limits.header_value));
            }
        }
        let texts = [&request.http_version, &response.http_version, &response.status_text, &response.mime_type];
        let others = [server_ip, resource_type, from_cache, &response.error];
        for text in texts.into_iter().chain(others.into_iter().flatten()) {
            assert!(fits(text, limits.string));
        }
    }
}

/// Reads every entry again from its own bytes.
fn placed(text: &[u8], entries: &[Placed], limits: Limits) {
    let mut before = 0;
    for (place, entry) in entries {
        let place = usize::try_from(place.start).unwrap()..usize::try_from(place.end).unwrap();
        assert!(before <= place.start && place.start < place.end, "{place:?} behind {before}");
        before = place.end;
        let mut decoder = Decoder::at_entry(limits);
        decoder.push(&text[place]);
        let again = decoder.next().expect("an entry can be read again");
        assert_eq!(&again, entry);
    }
}

/// Compares with what another parser finds in a text without repeated names.
fn agrees(text: &[u8]) {
    let Some(Ok(mut value)) = narrow(text).map(|text| serde_json::from_slice::<Value>(&text)) else { return };
    // Of names that repeat, the last counts there, and all do here.
    let text = value.to_string();
    let Some(Value::Array(expected)) = value.get_mut("log").and_then(|log| log.get_mut("entries")).map(Value::take) else { return };
    // An object that has entries beside its log, or is one itself, has more of them.
    if ["entries", "request", "response"].iter().any(|name| value.get(name).is_some()) {
        return;
    }
    let capture = Capture::read("", [text.as_bytes()]).unwrap();
    let expected: Vec<Value> = expected.into_iter().filter(Value::is_object).collect();
    assert!(capture.whole);
    assert_eq!(capture.entries.len(), expected.len());
    for (entry, expected) in capture.entries.iter().zip(&expected) {
        if let Some(url) = expected["request"]["url"].as_str().filter(|url| url.len() <= Limits::default().url) {
            assert_eq!(&*entry.request.url, url);
        }
        if let Some(status) = expected["response"]["status"].as_u64().filter(|status| *status < 1000) {
            assert_eq!(u64::from(entry.response.status), status);
        }
    }
}

/// What a text in UTF-8 gives, with the places of UTF-16.
fn moved((mut entries, mut tail): (Vec<Placed>, Tail), wide: &Wide) -> (Vec<Placed>, Tail) {
    for (place, _) in &mut entries {
        *place = wide.place(place.start)..wide.place(place.end);
    }
    for problem in &mut tail.problems {
        problem.offset = wide.place(problem.offset);
    }
    (entries, tail)
}
