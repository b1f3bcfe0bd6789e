//! Counts, and sentences in which values stand.

use fivetwenty_model::protocol::Progress;

use crate::format::{bytes, counted, number};

/// `1 entry`, `2 entries`.
pub fn entries(count: impl Into<u64>) -> String {
    counted(count, "entry", "entries")
}

/// `1 field`, `2 fields`.
pub fn fields(count: impl Into<u64>) -> String {
    counted(count, "field", "fields")
}

/// `1 value`, `2 values`.
pub fn values(count: impl Into<u64>) -> String {
    counted(count, "value", "values")
}

/// `1 problem`, `2 problems`.
pub fn problems(count: impl Into<u64>) -> String {
    counted(count, "problem", "problems")
}

/// `1 request`, `2 requests`.
pub fn requests(count: impl Into<u64>) -> String {
    counted(count, "request", "requests")
}

/// `1 more URL`, `2 more URLs`.
pub fn more_urls(count: u64) -> String {
    counted(count, "more URL", "more URLs")
}

/// The fields that a table leaves out.
pub fn more_fields(count: u64) -> String {
    format!("And {}; manifest.json lists all.", counted(count, "other field", "other fields"))
}

/// How many of all URLs fail.
pub fn failing_urls(failing: u64, all: u64) -> String {
    format!("{} of {} fail", number(failing), counted(all, "URL", "URLs"))
}

/// In how many intervals requests failed, before the time that they span.
pub fn failing_intervals(failing: u64, all: u64) -> String {
    format!("In {} of {}, ", number(failing), counted(all, "interval", "intervals"))
}

/// How many requests failed in percent, with the range that it likely is in, given per mille.
pub fn share(failing: u32, total: u32, likely: Option<[u32; 2]>) -> String {
    let percent = |part: u32, all: u32| (u64::from(part) * 200 + u64::from(all)) / (u64::from(all) * 2).max(1);
    let likely = likely.map(|range| range.map(|share| percent(share, 1000)));
    let likely = likely.map(|[low, high]| format!(" (likely {low}–{high} %)")).unwrap_or_default();
    format!("{} %{likely}", percent(failing, total))
}

/// The meter of a measure, for a screen reader.
pub fn share_of_limit(measure: &str) -> String {
    format!("{measure}: share of the limit")
}

/// A host and how many others.
pub fn and_other_hosts(first: &str, others: u64) -> String {
    format!("{first} and {}", counted(others, "other host", "other hosts"))
}

/// A part of all.
pub fn out_of(part: &str, all: &str) -> String {
    format!("{part} of {all}")
}

/// A stretch of time.
pub fn span(from: &str, to: &str) -> String {
    format!("{from} to {to}")
}

/// How many records of Cloudflare's logs were read, and how many of them fail.
pub fn found_records(progress: &Progress) -> String {
    ["Cloudflare logs: ", &none_or_some(&counted(progress.entries, "record", "records"), progress)].concat()
}

/// How many entries were read, and how many of them fail.
pub fn found(progress: &Progress) -> String {
    none_or_some(&entries(progress.entries), progress)
}

fn none_or_some(entries: &str, progress: &Progress) -> String {
    match progress.failing {
        0 => format!("{entries}, none failing"),
        failing => format!("{entries}, {} failing", number(failing)),
    }
}

/// How much of a text was recognised.
pub fn recognised(understood: u32, lines: u32) -> String {
    format!("{understood} of {} recognised", counted(lines, "line", "lines"))
}

/// What the bars over time are drawn on.
pub fn scale_of(intervals: u64, most: u32) -> String {
    format!("{}; the tallest bar is {}", counted(intervals, "interval", "intervals"), requests(most))
}

/// The bars of a data centre over time, for a screen reader.
pub fn line_drawn(name: &str, share: &str) -> String {
    format!("{name}: {share} failed; see the table below for times")
}

/// How many bytes headers have, `how` that is known, and how many of them are `cookies`.
pub fn headers_measured(bytes: u64, how: &str, of_cookies: u64, cookies: &str) -> String {
    let share = match of_cookies {
        0 => String::new(),
        bytes => format!("; {} bytes are {cookies}", number(bytes)),
    };
    format!("{} bytes, {how}{share}.", number(bytes))
}

/// How common a cause is, and how hard its fix.
pub fn standing(likelihood: &str, difficulty: &str) -> String {
    format!(" · among 520s {likelihood} · fix {difficulty}")
}

/// How far the probe is.
pub fn probing(request: u32, most: u32) -> String {
    format!("Request {request} of at most {most}. Each can take 10 seconds.")
}

/// A time as the person's own clocks show it.
pub fn your_time(time: &str) -> String {
    format!("your time: {time}")
}

/// What a button copies.
pub fn copy_what(kind: &str, what: &str) -> String {
    format!("Copy the {kind} {what}")
}

/// What a button beside it copies.
pub fn what_is_copied(kind: &str, what: &str) -> String {
    format!("The {kind} {what}")
}

/// The button that shows an entry.
pub fn show_entry(entry: u32) -> String {
    format!("Show entry {entry}")
}

/// The button that saves all files, of so many bytes.
pub fn save_files(files: u64, size: u64) -> String {
    format!("Save {} ({})", counted(files, "file", "files"), bytes(size))
}

/// The button that saves one file.
pub fn save_file(name: &str) -> String {
    format!("Save {name}")
}

/// The box that keeps a field.
pub fn keep(name: &str) -> String {
    format!("Keep {name}")
}

/// The title while files are read.
pub fn reading_files(count: usize) -> String {
    format!("Reading {}", counted(count as u64, "file", "files"))
}

/// The bar of a file that is being read.
pub fn reading_file(name: &str) -> String {
    format!("Reading {name}")
}

/// The button that stops reading a file.
pub fn cancel_reading(name: &str) -> String {
    format!("Cancel reading {name}")
}

/// The button that removes a file.
pub fn remove_file(name: &str) -> String {
    format!("Remove {name}")
}

/// The list of a few entries, while their file is read.
pub fn first_entries(name: &str) -> String {
    format!("First entries of {name}, failing ones first")
}
