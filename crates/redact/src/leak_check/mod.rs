//! The last check: no value that was removed may stand in what leaves, however it is written there.
//!
//! What leaves is searched for each of these values as it is, and as it would read once percent-, JSON-, HTML-, hex- or base64-encoding is
//! undone. The text is decoded, rather than the values encoded. So a value is found in every way of writing it, even when it is half encoded
//! or its digits are in either case, and memory grows with the values alone.

mod digits;
mod encoding;
mod escape;
mod layer;
mod matches;
mod scan;

use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use aho_corasick::nfa::contiguous::NFA;
use fivetwenty_captures::har::Field;
use fivetwenty_captures::json::{Limits, Tokenizer, Want};

pub use self::encoding::Encoding;
pub(crate) use self::escape::without_entities;
pub(crate) use self::scan::Scan;
use crate::kind::Kind;
use crate::redacted::Redacted;
use crate::removed::Removed;
use crate::shown::json_path;

/// Of a longer value so many bytes are searched for, its last ones: what long values have in common stands at their beginning.
const MAX_PATTERN_BYTES: usize = 256;
/// Bytes of values that are searched for at the same time: memory is some fifty times as much.
const MAX_BYTES_AT_ONCE: usize = 1 << 20;

/// A removed value stands in what was to leave. The value itself is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// The name of the file.
    pub file: &'static str,
    /// Where its last byte is, in bytes from the start of the file.
    pub offset: u64,
    /// What was removed.
    pub kind: Kind,
    /// The number of its token.
    pub number: u32,
    /// How it is written there.
    pub encoding: Encoding,
    /// The entry of the capture that it is in, where that is known.
    pub entry: Option<u32>,
    /// The JSON path in a HAR, within the entry where that is known. In it a name that no HAR has is but its length.
    pub path: Option<Redacted<String>>,
}

impl Leak {
    /// The same, with its place in the HAR that it is in: the entry, of which `entries` gives where each stands, and the JSON path.
    #[must_use]
    pub fn placed(self, har: &[u8], entries: &[(Range<u64>, u32)]) -> Self {
        let found = entries.iter().find(|(place, _)| place.contains(&self.offset));
        let (start, entry) = found.map_or((0, None), |(place, entry)| (place.start, Some(*entry)));
        // A place that is beyond memory is beyond the file.
        let text = usize::try_from(start).ok().and_then(|start| har.get(start..)).unwrap_or_default();
        let mut tokens = Tokenizer::new(Limits { known: Field::is_name, ..Limits::default() });
        for chunk in text.chunks(1 << 16) {
            tokens.push(chunk);
            while let Ok(Some(_)) = tokens.next(Want::default()) {
                if tokens.offset() > self.offset - start {
                    return Self { entry, path: Some(json_path(tokens.path().as_str())), ..self };
                }
            }
        }
        Self { entry, ..self }
    }
}

/// Searches finished files for the values, each file given with its name. A value that stands in one of the `allowlisted` texts is not
/// searched for. `baseline` gives what the program itself writes into a file, whatever the values are. It is asked when a value was found in
/// that file: a value that stands in the baseline too is no leak.
///
/// # Errors
/// The first value that is found.
pub fn check(
    values: &[Removed],
    allowlisted: &[&[u8]],
    files: &[(&'static str, &[u8])],
    baseline: &dyn Fn(&'static str) -> Vec<u8>,
) -> Result<(), Leak> {
    let mut rest = values;
    while !rest.is_empty() {
        let (check, after) = LeakCheck::new(rest, allowlisted);
        rest = after;
        for (name, bytes) in files {
            if check.search(name, bytes).is_err() {
                check.allowing(&[&baseline(name)]).search(name, bytes)?;
            }
        }
    }
    Ok(())
}

/// The bytes of a value that are searched for.
fn pattern(removed: &Removed) -> &[u8] {
    let value = removed.value.as_bytes();
    &value[value.len().saturating_sub(MAX_PATTERN_BYTES)..]
}

/// Values that are searched for at the same time.
#[derive(Clone)]
pub struct LeakCheck<'a> {
    /// `None` when there is nothing to search for.
    automaton: Option<Rc<NFA>>,
    /// By pattern.
    values: Vec<&'a Removed>,
    /// By pattern: it stands in an allowlisted text.
    allowlisted: Vec<bool>,
}

impl<'a> LeakCheck<'a> {
    /// Takes as many of the values as are searched for at once, and gives the rest back. `allowlisted`: as for [`check`].
    pub fn new(values: &'a [Removed], allowlisted: &[&[u8]]) -> (Self, &'a [Removed]) {
        let mut bytes = 0;
        let fit = values.iter().take_while(|removed| {
            let before = bytes;
            bytes += removed.value.len().min(MAX_PATTERN_BYTES);
            before < MAX_BYTES_AT_ONCE
        });
        let (now, later) = values.split_at(fit.count());
        let searched: Vec<&Removed> =
            now.iter().filter(|removed| removed.number == 0 || removed.value.len() >= Removed::MIN_SEARCHED_BYTES).collect();
        let patterns = searched.iter().map(|removed| pattern(removed));
        // It fails only for more bytes than are taken here.
        let automaton =
            NFA::builder().prefilter(false).ascii_case_insensitive(true).build(patterns).ok().filter(|_| !searched.is_empty()).map(Rc::new);
        let check = Self { automaton, allowlisted: vec![false; searched.len()], values: searched };
        (check.allowing(allowlisted), later)
    }

    /// The same check, without the values that stand in these texts.
    fn allowing(&self, texts: &[&[u8]]) -> Self {
        let mut check = self.clone();
        if let Some(automaton) = &self.automaton {
            for text in texts {
                Scan::new(automaton).push(text, &mut |pattern, _, _| check.allowlisted[pattern] = true);
            }
        }
        check
    }

    /// Watches one file.
    pub fn watch(&self, file: &'static str) -> Watch<'_> {
        let is_json = matches!(file.rsplit('.').next(), Some("har" | "json"));
        Watch { check: self, file, is_json, scan: self.automaton.as_deref().map(Scan::new), leak: None }
    }

    fn search(&self, file: &'static str, bytes: &[u8]) -> Result<(), Leak> {
        let mut watch = self.watch(file);
        watch.push(bytes);
        watch.finish()
    }
}

/// One file on its way out: push its bytes, in chunks of any size.
pub struct Watch<'a> {
    check: &'a LeakCheck<'a>,
    file: &'static str,
    is_json: bool,
    scan: Option<Scan<'a>>,
    leak: Option<Leak>,
}

impl Watch<'_> {
    /// Looks at the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        let Self { check, file, is_json, scan: Some(scan), leak } = self else { return };
        if leak.is_none() {
            scan.push(bytes, &mut |pattern, offset, encoding| {
                let removed = check.values[pattern];
                // In JSON a quotation mark in a value is escaped: one that is not belongs to the file's own form.
                let is_form = *is_json && encoding == Encoding::Raw && self::pattern(removed).contains(&b'"');
                if leak.is_none() && !check.allowlisted[pattern] && !is_form {
                    *leak = Some(Leak { file, offset, kind: removed.kind, number: removed.number, encoding, entry: None, path: None });
                }
            });
        }
    }

    /// The file is over.
    ///
    /// # Errors
    /// The first value that was found.
    pub fn finish(self) -> Result<(), Leak> {
        self.leak.map_or(Ok(()), Err)
    }
}

impl Error for Leak {}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, offset, kind, encoding, entry, path, .. } = self;
        write!(f, "{file}: byte {offset}")?;
        if let Some(entry) = entry {
            write!(f, ", entry {entry}")?;
        }
        if let Some(path) = path {
            write!(f, ", {path}")?;
        }
        write!(f, ": a value that was removed ({}) is still there, {}", kind.label(), encoding.label())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::time::Instant;

    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn removed<S: AsRef<str>>(values: &[S]) -> Vec<Removed> {
        values.iter().map(|value| Removed { kind: Kind::Cookie, value: value.as_ref().into(), number: 1 }).collect()
    }

    fn find(values: &[&str], allowlisted: &[&[u8]], text: &[u8], chunk: usize) -> Option<Leak> {
        let values = removed(values);
        let (check, rest) = LeakCheck::new(&values, allowlisted);
        assert!(rest.is_empty());
        let mut watch = check.watch("report.txt");
        text.chunks(chunk).for_each(|chunk| watch.push(chunk));
        watch.finish().err()
    }

    /// A byte in hexadecimal, in letters of either case.
    const CASES: [fn(u8) -> String; 2] = [|byte| format!("{byte:02X}"), |byte| format!("{byte:02x}")];

    fn percent(value: &[u8], is_plain: &dyn Fn(u8) -> bool, digits: fn(u8) -> String) -> String {
        let written = |byte: &u8| if is_plain(*byte) { char::from(*byte).to_string() } else { format!("%{}", digits(*byte)) };
        value.iter().map(written).collect()
    }

    fn json(value: &str) -> String {
        let text = serde_json::to_string(value).unwrap();
        text[1..text.len() - 1].to_owned()
    }

    fn json_all(value: &str, digits: fn(u8) -> String) -> String {
        value.encode_utf16().map(|unit| ["\\u".to_owned(), unit.to_be_bytes().map(digits).concat()].concat()).collect()
    }

    fn html(value: &str, how: usize) -> String {
        value.chars().fold(String::new(), |mut out, letter| {
            let name = match letter {
                '&' => "amp",
                '<' => "lt",
                '>' => "gt",
                '"' => "quot",
                '\'' => "apos",
                _ => "",
            };
            match how {
                0 if name.is_empty() => out.push(letter),
                0 => write!(out, "&{name};").unwrap(),
                1 => write!(out, "&#{};", u32::from(letter)).unwrap(),
                2 => write!(out, "&#x{:X};", u32::from(letter)).unwrap(),
                _ if name.is_empty() && letter.is_ascii() => out.push(letter),
                _ => write!(out, "&#{};", u32::from(letter)).unwrap(),
            }
            out
        })
    }

    fn hex(bytes: &[u8], digits: fn(u8) -> String) -> String {
        bytes.iter().copied().map(digits).collect()
    }

    /// The value, written in every way that is looked through, each with a name.
    fn written(value: &str) -> Vec<(Encoding, String)> {
        let bytes = value.as_bytes();
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let query = |byte: u8| byte == b' ' || unreserved(byte);
        let mut all = vec![(Encoding::Raw, value.to_owned())];
        for digits in CASES {
            all.push((Encoding::Percent, percent(bytes, &unreserved, digits)));
            all.push((Encoding::Percent, percent(bytes, &|_| false, digits)));
            all.push((Encoding::Form, percent(bytes, &query, digits).replace(' ', "+")));
            all.push((Encoding::Json, json_all(value, digits)));
            all.push((Encoding::Hex, hex(bytes, digits)));
        }
        all.push((Encoding::Json, json(value).replace('/', "\\/")));
        all.push((Encoding::Json, json(&json(value))));
        all.push((Encoding::Json, json(value)));
        all.push((Encoding::Html, json(&html(value, 0))));
        all.extend((0..4).map(|how| (Encoding::Html, html(value, how))));
        for before in ["", "a", "ab", "{\"a\": \""] {
            let alone = format!("{before}{value}");
            let within = format!("{alone}\"}}");
            for text in [&alone, &within].into_iter().flat_map(|text| [STANDARD.encode(text), URL_SAFE_NO_PAD.encode(text)]) {
                all.push((Encoding::Base64, text.replace('/', "\\/")));
                all.push((Encoding::Base64, text));
            }
        }
        all
    }

    proptest! {
        /// Breaks when a value slips through because of where it stands, how it is written, or how the file comes in chunks.
        #[test]
        fn whatever_was_removed_is_found(
            value in "[ -~äß€😀\n\t]{8,40}",
            before in "[ -~ä\n]{0,30}",
            after in "[ -~ä\n]{0,30}",
            others in vec("[ -~]{0,30}", 0..20),
            chunk in 1_usize..70,
        ) {
            let mut values: Vec<&str> = others.iter().map(String::as_str).collect();
            values.push(&value);
            // What stands before an escape must not be the beginning of one.
            let (before, after) = (format!("{before}\" "), format!(" {after}"));
            for (encoding, written) in written(&value) {
                let text = format!("{before}{written}{after}");
                let leak = find(&values, &[], text.as_bytes(), chunk);
                prop_assert!(leak.is_some(), "{:?}: {}", encoding, text);
                prop_assert_eq!(&leak, &find(&values, &[], text.as_bytes(), text.len()));
            }
        }

        /// Breaks when something is found that is not there: then nothing could ever leave.
        #[test]
        fn nothing_is_found_where_nothing_is(text in "[ -PR-~\n]{0,300}", values in vec("[!-~]{4}Q[!-~]{4,20}", 0..20), chunk in 1_usize..70) {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            prop_assert_eq!(find(&values, &[], text.as_bytes(), chunk), None);
        }
    }

    /// Breaks when a leak names another place, or tells the value.
    #[test]
    fn a_leak_names_its_place() {
        let value = "S3cr3t/Value";
        for (text, offset, encoding) in [
            ("abc S3cr3t/Value", 15, Encoding::Raw),
            ("abc S3cr3t%2fValue.", 17, Encoding::Percent),
            (r#"{"a": "S3cr3t\/Value"}"#, 19, Encoding::Json),
            (r#"{"a": "{\"b\": \"S3cr3t\\\/Value\"}"}"#, 31, Encoding::Json),
            ("<a>S3cr3t&#x2F;Value</a>", 19, Encoding::Html),
            ("id=533363723374 5333637233742f56616c7565!", 39, Encoding::Hex),
            ("S3cr3t/Valu S3cr3t Value UzNjcjN0L1ZhbHVl", 40, Encoding::Base64),
        ] {
            let leak = find(&[value], &[], text.as_bytes(), 5).unwrap();
            assert_eq!(
                leak,
                Leak { file: "report.txt", offset, kind: Kind::Cookie, number: 1, encoding, entry: None, path: None },
                "{text}"
            );
            assert!(!leak.to_string().contains(value));
        }
    }

    /// Breaks when nothing could leave because a removed value is a part of what never goes, or one that is short is looked for.
    #[test]
    fn an_allowlisted_value_is_no_leak() {
        let text = b"GET /checkout/payment HTTP/1.1, theme=dark";
        assert!(find(&["checkout"], &[], text, 7).is_some());
        assert_eq!(find(&["checkout", "dark", "payment"], &[b"/checkout/payment"], text, 7), None);
        assert_eq!(find(&[], &[], text, 7), None);
        assert!(find(&["checkout", "HTTP/1.1"], &[b"/checkout/payment"], text, 7).is_some());
    }

    /// Breaks when what the program writes itself keeps everything in, or lets a value into another file than the one that it writes it into,
    /// or another value into that.
    #[test]
    fn what_the_program_writes_is_no_leak() {
        let values = removed(&["error 520", "8c1f42d07be94a36", "\"status\": 520"]);
        let baseline = |file: &'static str| if file == "report.txt" { b"an error 520".to_vec() } else { Vec::new() };
        let check = |file, text: &[u8]| check(&values, &[], &[(file, text)], &baseline);
        assert_eq!(check("report.txt", b"error 520 of 7"), Ok(()));
        assert_eq!(check("report.txt", b"error 520 of 8c1f42d07be94a36").unwrap_err().offset, 28);
        assert_eq!(check("proxied.har", b"error 520 of 7").unwrap_err().file, "proxied.har");
        // A number beside its name is the form of a HAR, and in a text it is a text.
        assert_eq!(check("proxied.har", br#"{"status": 520}"#), Ok(()));
        assert_eq!(check("report.txt", br#"{"status": 520}"#).unwrap_err().encoding, Encoding::Raw);
        assert_eq!(check("proxied.har", br#"["{\"status\": 520}"]"#).unwrap_err().encoding, Encoding::Json);
    }

    /// Breaks when a value beyond the first ones that are searched for at once is not searched for, or a long one is not.
    #[test]
    fn all_values_are_searched_for() {
        let values: Vec<String> = (0..6000).map(|number| format!("{:x>296}{number:04}", "")).collect();
        let removed = removed(&values);
        assert_eq!(check(&removed, &[], &[("a", b"0123456789")], &|_| Vec::new()), Ok(()));
        for number in [0, 3999, 5999] {
            let leak = check(&removed, &[], &[("a", b"-"), ("b", values[number].as_bytes())], &|_| Vec::new()).unwrap_err();
            assert_eq!((leak.file, leak.offset), ("b", 299));
        }
    }

    /// Breaks when the search takes longer than in proportion to the text: four times as much of what a HAR is full of must take less than nine
    /// times as long, the square would be sixteen. Prints how fast it is, which means something for an optimised build only.
    #[test]
    fn how_fast_it_is() {
        let values: Vec<String> = (0..5000_u64).map(|number| format!("{:x}", number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 4)).collect();
        let values: Vec<String> = values.iter().map(|value| format!("{value}.{}", URL_SAFE_NO_PAD.encode(value))).collect();
        let removed = removed(&values);
        let har = include_bytes!("../../../../tests/data/lab/chromium-156/empty-reply/proxied.har");
        let short = har.repeat(if cfg!(debug_assertions) { 4 } else { 1 + 5_000_000 / har.len() });
        let long = short.repeat(4);
        let made = Instant::now();
        let (check, _) = LeakCheck::new(&removed, &[]);
        println!("{} values: made in {:?}", values.len(), made.elapsed());
        let search = |text: &[u8]| {
            let searched = Instant::now();
            let mut watch = check.watch("proxied.har");
            watch.push(text);
            assert_eq!(watch.finish(), Ok(()));
            let took = searched.elapsed();
            println!("{} bytes: searched in {took:?}", text.len());
            took.as_secs_f64()
        };
        // What else the machine does makes one round longer, and hardly all of them.
        let mut growths = (0..5).map(|_| {
            let short = search(&short);
            search(&long) / short
        });
        assert!(growths.any(|growth| growth < 9.0));
    }
}
