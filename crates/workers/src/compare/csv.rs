//! Rows as a table for spreadsheets: RFC 4180, every cell between quotes, and none that a spreadsheet takes for a formula.

use fivetwenty_captures::compare::Pair;
use fivetwenty_captures::edge::{colo, ray};
use fivetwenty_captures::har::Entry;
use fivetwenty_diagnose::Diagnosis;
use fivetwenty_redact as redact;

use super::filter::DIFFERENCES;
use super::pairs::{body_bytes, differs, entries};

/// The cells of a line.
const COLUMNS: [&str; 17] = [
    "entry proxied",
    "entry direct",
    "status proxied",
    "status direct",
    "method",
    "URL",
    "differs",
    "bytes proxied",
    "bytes direct",
    "ms proxied",
    "ms direct",
    "start proxied (UTC)",
    "start direct (UTC)",
    "Ray ID",
    "data centre",
    "error proxied",
    "error direct",
];

/// These rows with a line of names above them. URLs and errors are redacted as in the report.
pub(super) fn table<'a>(diagnosis: &Diagnosis, rows: impl Iterator<Item = &'a Pair>) -> String {
    let mut out = String::new();
    line(&mut out, &COLUMNS.map(str::to_owned));
    for pair in rows {
        let sides = entries(diagnosis, pair);
        let Some(either) = sides[0].or(sides[1]) else { continue };
        let [proxied, direct] = sides.map(|entry| entry.map(cells).unwrap_or_default());
        let differing = differs(pair, sides[0]);
        let named = DIFFERENCES.iter().filter(|(_, known)| differing.contains(known)).map(|(name, _)| *name);
        let index = |index: Option<u32>| index.map(|index| index.to_string()).unwrap_or_default();
        let [proxied_status, proxied_bytes, proxied_ms, proxied_start, proxied_error] = proxied;
        let [direct_status, direct_bytes, direct_ms, direct_start, direct_error] = direct;
        line(
            &mut out,
            &[
                index(pair.proxied),
                index(pair.direct),
                proxied_status,
                direct_status,
                redact::product(&either.request.method).to_string(),
                redact::url(&either.request.url).to_string(),
                named.collect::<Vec<_>>().join(", "),
                proxied_bytes,
                direct_bytes,
                proxied_ms,
                direct_ms,
                proxied_start,
                direct_start,
                sides[0].and_then(ray).map(|ray| ray.id()).unwrap_or_default(),
                sides[0].and_then(colo).map(|colo| colo.as_str().to_owned()).unwrap_or_default(),
                proxied_error,
                direct_error,
            ],
        );
    }
    out
}

/// Status, bytes, milliseconds, start and error of one side.
fn cells(entry: &Entry) -> [String; 5] {
    let text = |value: Option<String>| value.unwrap_or_default();
    [
        if entry.response.status == 0 { "no response".to_owned() } else { entry.response.status.to_string() },
        text(body_bytes(entry).map(|bytes| bytes.to_string())),
        text(entry.time_ms.map(milliseconds)),
        text(entry.started.map(|started| started.to_string())),
        text(entry.response.error.as_deref().map(|error| redact::error(error).to_string())),
    ]
}

/// Milliseconds with one digit behind the point.
fn milliseconds(ms: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
    let tenths = (ms * 10.0 + 0.5) as u64;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A line. What a spreadsheet would calculate gets an apostrophe before it, and so is a text.
fn line<const CELLS: usize>(out: &mut String, cells: &[String; CELLS]) {
    for (number, cell) in cells.iter().enumerate() {
        out.push_str(if number == 0 { "\"" } else { ",\"" });
        if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%']) {
            out.push('\'');
        }
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a spreadsheet calculates what a file says, or a cell ends where it should not.
    #[test]
    fn cells_are_texts() {
        for (cell, written) in [
            ("=1+1", "\"'=1+1\""),
            ("@SUM(1)", "\"'@SUM(1)\""),
            ("-2", "\"'-2\""),
            ("+3", "\"'+3\""),
            ("\tx", "\"'\tx\""),
            ("\rx", "\"'\rx\""),
            ("a,\"b\"\r\nc", "\"a,\"\"b\"\"\r\nc\""),
            ("", "\"\""),
            ("520", "\"520\""),
        ] {
            let mut out = String::new();
            line(&mut out, &[cell.to_owned(), cell.to_owned()]);
            assert_eq!(out, format!("{written},{written}\r\n"));
        }
    }
}
