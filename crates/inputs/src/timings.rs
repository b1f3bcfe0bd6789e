//! What curl's `-w` prints: by the format that the command line has, as JSON, or as a list of names and values.

use super::grammar::code;
use super::http::{Draft, browsers_name};
use fivetwenty_captures::har::Timings;

/// What was measured of one request; times in microseconds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Measured {
    status: Option<u16>,
    version: Option<String>,
    exit: Option<u8>,
    address: Option<String>,
    url: Option<String>,
    /// In the order of [`NAMES`].
    times: [Option<u64>; 6],
}

/// The moments that `-w` knows, each with the names that people give it, without `time_`.
const NAMES: [&[&str]; 6] = [
    &["namelookup", "lookup", "dns"],
    &["connect"],
    &["appconnect", "tls", "ssl"],
    &["pretransfer"],
    &["starttransfer", "first", "ttfb", "first byte"],
    &["total", "total time"],
];

impl Measured {
    /// Takes a value by its name; whether it is one.
    pub(super) fn take(&mut self, name: &str, value: &str) -> bool {
        let name = name.trim().trim_start_matches("time_");
        if let Some(slot) = NAMES.iter().position(|names| names.iter().any(|known| known.eq_ignore_ascii_case(name))) {
            self.times[slot] = micros(value);
            return self.times[slot].is_some();
        }
        match name.to_ascii_lowercase().as_str() {
            "redirect" => return micros(value).is_some(),
            // Of 000 there was no answer.
            "http_code" | "response_code" | "code" | "status" | "http" => {
                self.status = code(value);
                return self.status.is_some() || value == "000";
            }
            "remote_ip" => self.address = Some(value.to_owned()).filter(|address| super::prompt::is_address(address)),
            "url_effective" => self.url = Some(value.to_owned()),
            "http_version" => self.version = Some(value.to_owned()).filter(|version| ["1.0", "1.1", "2", "3"].contains(&version.as_str())),
            "exitcode" => self.exit = value.parse().ok(),
            _ => {}
        }
        true
    }

    /// How many moments are known.
    fn count(&self) -> usize {
        self.times.iter().flatten().count()
    }

    /// Writes it into an exchange.
    pub(super) fn apply(self, draft: &mut Draft) {
        let entry = &mut draft.entry;
        if entry.response.status == 0 {
            entry.response.status = self.status.unwrap_or(0);
        }
        if let Some(version) = self.version.filter(|_| entry.response.http_version.is_empty()) {
            entry.response.http_version = ["HTTP/", &version].concat().into();
        }
        if entry.request.url.is_empty() {
            entry.request.url = self.url.unwrap_or_default().into();
        }
        draft.address = self.address.or(draft.address.take());
        draft.exit = draft.exit.or(self.exit.filter(|exit| *exit > 0));
        if entry.response.error.is_none() {
            entry.response.error = draft.exit.and_then(|exit| browsers_name(Some(exit), "", entry.response.status > 0)).map(Into::into);
        }
        let [lookup, connect, tls, pretransfer, first, total] = self.times.map(|time| time.filter(|micros| *micros > 0));
        let ms = |from: Option<u64>, to: Option<u64>| {
            #[expect(clippy::cast_precision_loss, reason = "no wait has so many microseconds")]
            to?.checked_sub(from.unwrap_or(0)).map(|micros| micros as f64 / 1000.0)
        };
        entry.time_ms = ms(None, total);
        entry.timings = Timings {
            dns: ms(None, lookup),
            connect: ms(lookup, tls.or(connect)),
            ssl: tls.and_then(|_| ms(connect, tls)),
            wait: ms(pretransfer.or(tls).or(connect), first),
            receive: first.and_then(|_| ms(first, total)),
            ..Timings::default()
        }
        .into();
    }
}

/// Seconds with three or six decimals, as curl prints them, in microseconds.
pub(super) fn micros(text: &str) -> Option<u64> {
    let (seconds, fraction) = text.strip_suffix('s').unwrap_or(text).split_once('.')?;
    let is_number = |part: &str| !part.is_empty() && part.len() <= 6 && part.bytes().all(|byte| byte.is_ascii_digit());
    let scale = match fraction.len() {
        3 => 1000,
        6 => 1,
        _ => return None,
    };
    (is_number(seconds) && is_number(fraction)).then_some(())?;
    Some(seconds.parse::<u64>().ok()? * 1_000_000 + fraction.parse::<u64>().ok()? * scale)
}

/// What `-w` prints, line by line.
#[derive(Debug, Default)]
pub(super) struct Template {
    lines: Vec<Vec<Piece>>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Value(String),
}

impl Template {
    /// Reads the format; `None` when it has nothing that is known.
    pub(super) fn new(format: &str) -> Option<Self> {
        let mut lines = vec![Vec::new()];
        let mut text = String::new();
        let mut rest = format;
        while let Some(letter) = rest.chars().next() {
            let name = rest.strip_prefix("%{").and_then(|rest| rest.split_once('}'));
            if let Some((name, behind)) = name {
                let line = lines.last_mut()?;
                if !text.is_empty() {
                    line.push(Piece::Text(std::mem::take(&mut text)));
                }
                line.push(Piece::Value(name.to_owned()));
                rest = behind;
                continue;
            }
            if letter == '\n' || rest.starts_with("\\n") {
                lines.last_mut()?.extend((!text.is_empty()).then(|| Piece::Text(std::mem::take(&mut text))));
                lines.push(Vec::new());
            } else if rest.starts_with("\\t") {
                text.push('\t');
            } else if !rest.starts_with("\\r") {
                text.push(letter);
            }
            // What a backslash stands before goes with it.
            let mut letters = rest.chars();
            letters.nth(usize::from(letter == '\\' && rest.len() > 1));
            rest = letters.as_str();
        }
        lines.last_mut()?.extend((!text.is_empty()).then_some(Piece::Text(text)));
        lines.retain(|line| !line.is_empty());
        let is_known = lines
            .iter()
            .flatten()
            .any(|piece| matches!(piece, Piece::Value(name) if name.contains("time_") || name.contains("code") || name == "json"));
        (is_known && lines.len() <= 40).then_some(Self { lines })
    }

    /// Reads what it printed from the first of these lines on: how many lines that are, and what they say.
    pub(super) fn read<'a>(&self, first: usize, line: impl Fn(usize) -> Option<&'a str>) -> Option<(usize, Measured)> {
        let mut measured = Measured::default();
        let mut next = first;
        for pieces in &self.lines {
            let mut text = line(next)?;
            while text.trim().is_empty() && next > first {
                next += 1;
                text = line(next)?;
            }
            next += 1;
            if let [Piece::Value(json)] = pieces.as_slice()
                && json == "json"
            {
                measured = self::json(text)?;
                continue;
            }
            let mut rest = text.trim_end();
            for (number, piece) in pieces.iter().enumerate() {
                match piece {
                    Piece::Text(text) => {
                        let wanted = if number + 1 == pieces.len() { text.trim_end() } else { text.as_str() };
                        rest = rest.strip_prefix(wanted)?;
                    }
                    Piece::Value(name) => {
                        let end = match pieces.get(number + 1) {
                            Some(Piece::Text(text)) if !text.trim_end().is_empty() || number + 2 < pieces.len() => {
                                rest.find(if number + 2 == pieces.len() { text.trim_end() } else { text.as_str() })?
                            }
                            _ => rest.len(),
                        };
                        measured.take(name, &rest[..end]).then_some(())?;
                        rest = &rest[end..];
                    }
                }
            }
            rest.trim().is_empty().then_some(())?;
        }
        Some((next - first, measured))
    }
}

/// What `-w '%{json}'` prints.
pub(super) fn json(line: &str) -> Option<Measured> {
    let line = line.trim();
    let is_it = line.starts_with('{') && line.ends_with('}') && line.contains("\"http_code\":") && line.contains("\"time_total\":");
    is_it.then_some(())?;
    let mut measured = Measured::default();
    for name in ["http_code", "http_version", "exitcode", "remote_ip", "url_effective"] {
        measured.take(name, member(line, name).unwrap_or_default());
    }
    for names in NAMES {
        let name = ["time_", names[0]].concat();
        measured.take(&name, member(line, &name).unwrap_or_default());
    }
    Some(measured)
}

fn member<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    // A quote within a string has a backslash before it.
    let rest = line.split_once(&["\"", name, "\":"].concat())?.1;
    match rest.strip_prefix('"') {
        Some(text) => text.split('"').next(),
        None => rest.split([',', '}']).next(),
    }
}

/// A list of names and times, one a line or all in one: how many lines it has, and what it says. Fewer than two known times may be
/// anything.
pub(super) fn list<'a>(first: usize, line: impl Fn(usize) -> Option<&'a str>) -> Option<(usize, Measured)> {
    let mut measured = Measured::default();
    let mut next = first;
    while let Some(text) = line(next).filter(|_| next < first + 20) {
        let text = text.trim();
        let is_rule = next > first && text.bytes().all(|byte| byte == b'-') && text.len() > 3;
        let pair = text.split_once(':').or_else(|| text.split_once('='));
        let is_known = pair.is_some_and(|(name, value)| is_name(name) && measured.take(name, value.trim()));
        if !is_rule && !is_known {
            break;
        }
        next += 1;
    }
    (measured.count() >= 2).then_some((next - first, measured))
}

fn is_name(name: &str) -> bool {
    let name = name.trim().trim_start_matches("time_");
    NAMES.iter().any(|names| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
        || ["redirect", "http_code", "response_code", "code", "status"].iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, printed: &str) -> Option<(usize, Measured)> {
        let lines: Vec<&str> = printed.lines().collect();
        Template::new(format)?.read(0, |line| lines.get(line).copied())
    }

    /// Breaks when a value is read as another one, or what does not fit the format is taken for it.
    #[test]
    fn a_format_says_what_was_printed() {
        let (lines, measured) = read("%{http_code} %{time_total}\\n", "520 0.070417").unwrap();
        assert_eq!((lines, measured.status, measured.times[5]), (1, Some(520), Some(70_417)));
        let (lines, measured) =
            read("\\ncode: %{http_code}\\n  Total time: %{time_total} \\n", "code: 000\n\n  Total time: 3.001").unwrap();
        assert_eq!((lines, measured.status, measured.times[5]), (3, None, Some(3_001_000)));
        for printed in ["5200 0.070417", "520 0.07", "520", "520 0.070417 more", "total 520 0.070417", ""] {
            assert_eq!(read("%{http_code} %{time_total}\\n", printed), None, "{printed}");
        }
        assert!(Template::new("%{size_download}").is_none());
    }

    /// Breaks when seconds lose their scale, or what was cut off counts.
    #[test]
    fn seconds_are_whole_or_nothing() {
        for (text, expected) in [
            ("0.070417", Some(70_417)),
            ("12.345", Some(12_345_000)),
            ("1.000000s", Some(1_000_000)),
            ("0.07041", None),
            ("1", None),
            ("-1.000", None),
        ] {
            assert_eq!(micros(text), expected, "{text}");
        }
    }
}
