//! The workers' brain: requests and chunks in, answers out, no IO. The command line uses the same.

use std::ops::Range;
use std::rc::Rc;

use crate::bundle;
use crate::compare::{self, Pair};
use crate::diagnose::{self, Diagnosis, Source, Unreadable, colo, diagnose_beside, is_failing, ray, went_through_cloudflare};
use crate::evidence::address::Address;
use crate::evidence::timestamp::Timestamp;
use crate::evidence::trace::Trace;
use crate::har::{Capture, Decoder, Entry, Header, Limits};
use crate::protocol::{Cell, Detail, EntryView, FileId, HeaderLine, Overview, Progress, RayView, Row, RowKey, RowQuery, Rows, Show, Side};
use crate::redact::{Redacted, inert};

/// Rows of one window at most.
const MOST_ROWS: u32 = 200;
/// Bytes of an entry that is read again for its detail at most.
const MOST_DETAIL: u64 = 32 << 20;

/// Reads one file: push its chunks, then finish.
pub struct Read {
    decoder: Decoder,
    capture: Capture,
    progress: Progress,
    /// The file's size is what has been read of it.
    counts: bool,
}

/// Holds the captures and answers the page.
#[derive(Default)]
pub struct Analysis {
    /// In the order in which they were given, three at most: both sides, and one recorded after a fix.
    files: Vec<(FileId, Rc<Capture>)>,
    /// What was given beside them, and could not be read.
    unreadable: Vec<(FileId, Unreadable)>,
    /// The person says that they are the other way round.
    flipped: bool,
    trace: Option<Trace>,
    now_ms: i64,
    diagnosis: Option<Diagnosis>,
}

impl Read {
    /// A file of this name and size, in bytes.
    pub fn new(name: &str, size: u64) -> Self {
        let capture = Capture { name: name.into(), bytes: size, ..Capture::default() };
        Self { decoder: Decoder::new(Limits::default()), capture, progress: Progress::default(), counts: false }
    }

    /// A packed file of this name: its size is that of what is unpacked.
    pub fn packed(name: &str) -> Self {
        Self { counts: true, ..Self::new(name, 0) }
    }

    /// Takes `length` bytes, which `fill` writes into the buffer it is given: a chunk is copied once, from where it comes to where it is
    /// parsed. Once [`Read::is_over`] it does nothing.
    pub fn push_with(&mut self, length: usize, fill: impl FnOnce(&mut [u8])) {
        if self.decoder.is_over() {
            return;
        }
        self.decoder.push_with(length, fill);
        self.progress.bytes += length as u64;
        while let Some(entry) = self.decoder.next() {
            self.progress.entries += 1;
            self.progress.failing += u32::from(is_failing(&entry));
            self.capture.entries.push(entry);
        }
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Nothing more can be learned from the file: stop reading it.
    pub fn is_over(&self) -> bool {
        self.decoder.is_over()
    }

    /// Reading broke off for a reason outside the file's content; what was read stays.
    pub fn interrupted(&mut self, why: &str) {
        self.decoder.interrupted(why);
    }

    /// The capture.
    ///
    /// # Errors
    /// When nothing could be read: one line that says where, what was expected and what was there.
    pub fn into_capture(mut self) -> Result<Capture, String> {
        if self.counts {
            self.capture.bytes = self.progress.bytes;
        }
        self.capture.complete(self.decoder)
    }

    /// The capture as bytes for [`Analysis::load`].
    ///
    /// # Errors
    /// As [`Read::into_capture`].
    pub fn finish(self) -> Result<Vec<u8>, String> {
        postcard::to_allocvec(&self.into_capture()?).map_err(|error| format!("the capture could not be handed on: {error}"))
    }
}

impl Analysis {
    /// Takes a capture. `now_ms` is the time in Unix milliseconds.
    ///
    /// # Errors
    /// When the bytes are not a capture, three are loaded already, or of three there are not two through Cloudflare.
    pub fn load(&mut self, file: FileId, capture: &[u8], now_ms: i64) -> Result<(), String> {
        if self.files.len() == 3 {
            return Err("Three captures are open already: remove one first.".to_owned());
        }
        let capture: Capture = postcard::from_bytes(capture).map_err(|error| format!("The capture could not be taken over: {error}."))?;
        self.files.push((file, Rc::new(capture)));
        if self.files.len() == 3 && self.before_and_after().is_none() {
            self.files.pop();
            return Err("Two captures are open already. A third can only be one through Cloudflare that was recorded after a fix: remove one first.".to_owned());
        }
        self.now_ms = now_ms;
        self.analyse();
        Ok(())
    }

    /// Takes note of a file that nothing could be read from.
    pub fn unreadable(&mut self, file: FileId, name: &str, problem: &str) {
        self.unreadable.push((file, Unreadable { name: name.into(), source: None, problem: problem.into() }));
        self.analyse();
    }

    /// Lets a file go.
    pub fn forget(&mut self, file: FileId) {
        let held = self.files.len();
        self.files.retain(|(id, _)| *id != file);
        self.unreadable.retain(|(id, _)| *id != file);
        self.flipped &= self.files.len() == held;
        self.analyse();
    }

    /// Exchanges the two sides.
    pub fn exchange(&mut self) {
        self.flipped = !self.flipped;
        self.analyse();
    }

    /// Takes what the probe brought.
    pub fn trace(&mut self, trace: Option<Trace>) {
        self.trace = trace;
    }

    /// The analysis, or `None` when no capture is loaded.
    pub fn overview(&self) -> Option<Overview<Redacted<String>>> {
        let diagnosis = self.diagnosis.as_ref()?;
        let now = Timestamp::from_unix_ms(self.now_ms)?;
        let report = bundle::report(diagnosis, self.trace.as_ref(), now);
        Some(Overview {
            proxied: self.file_of(diagnosis.proxied.as_ref()).map(|(file, _)| *file),
            direct: self.file_of(diagnosis.direct.as_ref()).map(|(file, _)| *file),
            after: self.file_of(diagnosis.after.as_ref().map(|after| &after.capture)).map(|(file, _)| *file),
            assignment: self.assignment(diagnosis),
            text: bundle::to_text(&report),
            json: bundle::to_json(&report),
            report,
        })
    }

    /// A window of rows.
    pub fn rows(&self, query: RowQuery) -> Rows {
        let Some(diagnosis) = &self.diagnosis else { return Rows { query, matching: 0, total: 0, rows: Vec::new() } };
        let view = View::new(diagnosis);
        let text = query.text.trim().to_ascii_lowercase();
        let matching: Vec<&Pair> = diagnosis.pairing.rows.iter().filter(|pair| view.matches(pair, query.show, &text)).collect();
        let window = matching.iter().skip(query.from as usize).take(query.count.min(MOST_ROWS) as usize);
        Rows {
            matching: number(matching.len()),
            total: number(diagnosis.pairing.rows.len()),
            rows: window.filter_map(|pair| view.row(pair)).collect(),
            query,
        }
    }

    /// The row that holds an entry of a side, and its number among all rows.
    pub fn find(&self, side: Side, entry: u32) -> Option<(u32, RowKey)> {
        let is_it = |pair: &Pair| match side {
            Side::Proxied => pair.proxied == Some(entry),
            Side::Direct => pair.direct == Some(entry),
        };
        let rows = &self.diagnosis.as_ref()?.pairing.rows;
        rows.iter().position(is_it).map(|at| (number(at), RowKey { proxied: rows[at].proxied, direct: rows[at].direct }))
    }

    /// Which bytes of which files [`Analysis::detail`] needs, proxied first. An entry that is too large to be held is left out.
    pub fn detail_ranges(&self, key: RowKey) -> [Option<(FileId, Range<u64>)>; 2] {
        let range = |capture: Option<&Rc<Capture>>, index: Option<u32>| {
            let (file, capture) = self.file_of(capture)?;
            let bytes = capture.entries.get(index? as usize)?.bytes.clone();
            (bytes.end.saturating_sub(bytes.start) <= MOST_DETAIL).then_some((*file, bytes))
        };
        let diagnosis = self.diagnosis.as_ref();
        [
            range(diagnosis.and_then(|diagnosis| diagnosis.proxied.as_ref()), key.proxied),
            range(diagnosis.and_then(|diagnosis| diagnosis.direct.as_ref()), key.direct),
        ]
    }

    /// A row in full, from the bytes that [`Analysis::detail_ranges`] named. A side whose bytes are missing is shown from what was kept.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn detail(&self, key: RowKey, bytes: [Option<Vec<u8>>; 2]) -> Result<Detail, String> {
        let diagnosis = self.diagnosis.as_ref().ok_or("No capture is loaded.")?;
        let pair = diagnosis.pairing.rows.iter().find(|pair| pair.proxied == key.proxied && pair.direct == key.direct);
        let pair = pair.ok_or("There is no such row any more.")?;
        let view = View::new(diagnosis);
        let (kept_proxied, kept_direct) = view.entries(pair);
        let [proxied_bytes, direct_bytes] = bytes;
        let proxied = kept_proxied.map(|kept| read_again(kept, proxied_bytes.as_deref()));
        let direct = kept_direct.map(|kept| read_again(kept, direct_bytes.as_deref()));
        let (one, other) = (proxied.as_ref(), direct.as_ref());
        let both = one.is_some_and(|entry| entry.response.status > 0) && other.is_some_and(|entry| entry.response.status > 0);
        let request = |entry: Option<&'_ Entry>| entry.map(|entry| entry.request.headers.clone()).unwrap_or_default();
        let response = |entry: Option<&'_ Entry>| entry.map(|entry| entry.response.headers.clone()).unwrap_or_default();
        Ok(Detail {
            key,
            method: one.or(other).map(|entry| entry.request.method.to_string()).unwrap_or_default(),
            proxied: one.map(entry_view),
            direct: other.map(entry_view),
            request_headers: header_lines(&request(one), &request(other), one.is_some() && other.is_some()),
            response_headers: header_lines(&response(one), &response(other), both),
            differs: pair.differs.clone(),
        })
    }

    fn analyse(&mut self) {
        let through = |file: &(FileId, Rc<Capture>)| went_through_cloudflare(&file.1);
        let mut later = None;
        let mut sides: [Option<Rc<Capture>>; 2] = match self.files.as_slice() {
            [] => {
                self.diagnosis = None;
                return;
            }
            [only] if through(only) == Some(false) => [None, Some(Rc::clone(&only.1))],
            [only] => [Some(Rc::clone(&only.1)), None],
            [first, second] => {
                let exchanged = through(second) == Some(true) && through(first) == Some(false);
                let (proxied, direct) = if exchanged { (second, first) } else { (first, second) };
                [Some(Rc::clone(&proxied.1)), Some(Rc::clone(&direct.1))]
            }
            _ => {
                let Some([before, direct, after]) = self.before_and_after() else { return };
                later = Some(after);
                [Some(before), Some(direct)]
            }
        };
        if self.flipped {
            sides.swap(0, 1);
        }
        let [proxied, direct] = sides;
        let unreadable = self.unreadable.iter().map(|(_, file)| file.clone()).collect();
        let diagnosis = diagnose_beside(proxied, direct, unreadable);
        self.diagnosis = Some(match later {
            Some(later) => diagnosis.with_after(&later),
            None => diagnosis,
        });
    }

    /// Of three captures the two through Cloudflare by their time, the direct one between them. `None` when they are others.
    fn before_and_after(&self) -> Option<[Rc<Capture>; 3]> {
        let (through, other): (Vec<_>, Vec<_>) =
            self.files.iter().map(|(_, capture)| capture).partition(|capture| went_through_cloudflare(capture) == Some(true));
        let begins = |capture: &Capture| capture.span().map(|(first, _)| first);
        let ([one, two], [direct]) = (through.as_slice(), other.as_slice()) else { return None };
        let (before, after) = if begins(two)? < begins(one)? { (two, one) } else { (one, two) };
        Some([before, direct, after].map(|capture| Rc::clone(capture)))
    }

    fn file_of(&self, capture: Option<&Rc<Capture>>) -> Option<&(FileId, Rc<Capture>)> {
        self.files.iter().find(|(_, loaded)| capture.is_some_and(|capture| Rc::ptr_eq(loaded, capture)))
    }

    /// Why which file is which side.
    fn assignment(&self, diagnosis: &Diagnosis) -> String {
        let facts = diagnosis.facts();
        let told = |seen: &diagnose::Seen<'_>| {
            let (name, through) = (inert(&seen.capture.name, 120), seen.via_cloudflare.len());
            let of = seen.answered().count().max(through);
            match through {
                0 if of == 0 => format!("{name} holds no answer of the site"),
                0 => format!("{name} did not go through Cloudflare (none of {of} answers carries its headers)"),
                _ => format!("{name} went through Cloudflare ({through} of {of} answers carry its headers)"),
            }
        };
        let sides = [&facts.proxied, &facts.direct];
        let mut text = sides.into_iter().flatten().map(told).collect::<Vec<_>>().join("; ");
        if self.flipped && !diagnosis.exchanged {
            text.push_str("; you exchanged the sides");
        }
        text.push('.');
        text
    }
}

/// The rows of a diagnosis, as the page shows them.
struct View<'a> {
    diagnosis: &'a Diagnosis,
    starts: [Option<Timestamp>; 2],
    cited: Vec<(Source, u32)>,
}

impl<'a> View<'a> {
    fn new(diagnosis: &'a Diagnosis) -> Self {
        let start = |capture: &Option<Rc<Capture>>| capture.as_ref().and_then(|capture| capture.span()).map(|(first, _)| first);
        Self { diagnosis, starts: [start(&diagnosis.proxied), start(&diagnosis.direct)], cited: diagnosis.cited() }
    }

    fn entries(&self, pair: &Pair) -> (Option<&'a Entry>, Option<&'a Entry>) {
        let entry = |capture: &'a Option<Rc<Capture>>, index: Option<u32>| capture.as_ref()?.entries.get(index? as usize);
        (entry(&self.diagnosis.proxied, pair.proxied), entry(&self.diagnosis.direct, pair.direct))
    }

    fn matches(&self, pair: &Pair, show: Show, text: &str) -> bool {
        let (one, other) = self.entries(pair);
        let mut sides = one.into_iter().chain(other);
        let shown = match show {
            Show::All => true,
            Show::Differences => !pair.differs.is_empty() || pair.proxied.is_none() || pair.direct.is_none(),
            Show::Failing => sides.clone().any(is_failing),
        };
        shown && (text.is_empty() || sides.any(|entry| says(entry, text)))
    }

    fn row(&self, pair: &Pair) -> Option<Row> {
        let (one, other) = self.entries(pair);
        let either = one.or(other)?;
        let address = Address::new(&either.request.url);
        let mut path = if address.is_http() { address.path.to_owned() } else { either.request.url.to_string() };
        if let Some(query) = address.query.filter(|_| address.is_http()) {
            path.push('?');
            path.push_str(query);
        }
        path.truncate(path.floor_char_boundary(300));
        let is_cited = |source, index: Option<u32>| index.is_some_and(|index| self.cited.contains(&(source, index)));
        Some(Row {
            key: RowKey { proxied: pair.proxied, direct: pair.direct },
            method: either.request.method.to_string(),
            host: address.host.to_owned(),
            path,
            proxied: one.map(|entry| cell(entry, self.starts[0])),
            direct: other.map(|entry| cell(entry, self.starts[1])),
            differs: pair.differs.clone(),
            cited: is_cited(Source::Proxied, pair.proxied) || is_cited(Source::Direct, pair.direct),
        })
    }
}

/// Whether method, URL, status or error contain a text in lower case.
fn says(entry: &Entry, text: &str) -> bool {
    let contains = |field: &str| field.to_ascii_lowercase().contains(text);
    contains(&entry.request.url)
        || contains(&entry.request.method)
        || entry.response.status.to_string().contains(text)
        || entry.response.error.as_deref().is_some_and(contains)
}

fn cell(entry: &Entry, start: Option<Timestamp>) -> Cell {
    let response = &entry.response;
    Cell {
        status: response.status,
        error: response.error.as_deref().map(str::to_owned),
        failing: is_failing(entry),
        bytes: response.body_size.filter(|bytes| *bytes > 0).or(response.content_size),
        time_ms: entry.time_ms,
        start_ms: entry.started.zip(start).map(|(started, start)| (started.unix_ms() - start.unix_ms()) as f64),
        colo: colo(entry).map(|colo| colo.to_string()),
    }
}

/// The entry from its own bytes, with nothing cut that a page can show; else as it was kept.
fn read_again(kept: &Entry, bytes: Option<&[u8]>) -> Entry {
    let read = bytes.and_then(|bytes| {
        let mut decoder = Decoder::new(Limits::detail());
        decoder.push(bytes);
        decoder.next()
    });
    read.map_or_else(|| kept.clone(), |entry| Entry { bytes: kept.bytes.clone(), ..entry })
}

fn entry_view(entry: &Entry) -> EntryView {
    let response = &entry.response;
    let (header_bytes, header_bytes_measured) = compare::header_bytes(response);
    let timings = entry.timings;
    let phases = [
        ("blocked", timings.blocked),
        ("dns", timings.dns),
        ("connect", timings.connect),
        ("ssl", timings.ssl),
        ("send", timings.send),
        ("wait", timings.wait),
        ("receive", timings.receive),
    ];
    EntryView {
        url: entry.request.url.to_string(),
        status: response.status,
        status_text: response.status_text.to_string(),
        http_version: response.http_version.to_string(),
        error: response.error.as_deref().map(str::to_owned),
        failing: is_failing(entry),
        started: entry.started.map(|started| started.to_string()),
        timings: phases.into_iter().filter_map(|(phase, ms)| Some((phase.to_owned(), ms?))).collect(),
        time_ms: entry.time_ms,
        server_ip: entry.server_ip.as_deref().map(str::to_owned),
        header_bytes,
        header_bytes_measured,
        content_length: response.header("content-length").map(|header| header.value.to_string()),
        body_bytes: response.body_size,
        content_bytes: response.content_size,
        ray: ray(entry).and_then(|ray| {
            Some(RayView {
                id: ray.to_string(),
                received: ray.received().filter(|_| !ray.is_short())?.to_string(),
                colo: ray.colo().map(|colo| colo.to_string()),
                place: ray.colo().and_then(crate::evidence::colo::Colo::place).map(|place| place.to_string()),
            })
        }),
        offset: entry.bytes.start,
        length: entry.bytes.end.saturating_sub(entry.bytes.start),
    }
}

/// Both sides' headers by name; without two sides to compare nothing is called a difference.
fn header_lines(proxied: &[Header], direct: &[Header], both: bool) -> Vec<HeaderLine> {
    let values = |headers: &[&Header]| {
        let joined = headers.iter().map(|header| &*header.value).collect::<Vec<_>>().join("\n");
        (!headers.is_empty()).then_some(joined)
    };
    compare::align(proxied, direct)
        .into_iter()
        .map(|line| HeaderLine {
            proxied: values(&line.proxied),
            direct: values(&line.direct),
            change: if both { line.change } else { compare::Change::Same },
            name: line.name,
        })
        .collect()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Change;

    const PROXIED: &[u8] = include_bytes!("../tests/data/lab/chromium-156/empty-reply/proxied.har");
    const DIRECT: &[u8] = include_bytes!("../tests/data/lab/chromium-156/empty-reply/direct.har");
    const NOW: i64 = 1_796_083_200_000;

    fn read(name: &str, text: &[u8], chunk: usize) -> Vec<u8> {
        let mut job = Read::new(name, text.len() as u64);
        for bytes in text.chunks(chunk) {
            job.push_with(bytes.len(), |buffer| buffer.copy_from_slice(bytes));
        }
        assert_eq!(job.progress().bytes, text.len() as u64);
        job.finish().unwrap()
    }

    fn both() -> Analysis {
        let mut analysis = Analysis::default();
        analysis.load(7, &read("direct.har", DIRECT, 1000), NOW).unwrap();
        analysis.load(8, &read("proxied.har", PROXIED, 64 * 1024), NOW).unwrap();
        analysis
    }

    fn query(show: Show, text: &str) -> RowQuery {
        RowQuery { from: 0, count: 200, show, text: text.to_owned() }
    }

    /// Breaks when the order in which files are given decides which side they are, or when an exchange by hand is not carried out.
    #[test]
    fn it_finds_out_which_is_which() {
        let mut analysis = Analysis::default();
        assert_eq!(analysis.overview(), None);
        analysis.load(7, &read("direct.har", DIRECT, 1000), NOW).unwrap();
        let alone = analysis.overview().unwrap();
        assert_eq!((alone.proxied, alone.direct), (None, Some(7)));
        let mut analysis = both();
        let overview = analysis.overview().unwrap();
        assert_eq!((overview.proxied, overview.direct), (Some(8), Some(7)));
        assert_eq!(
            overview.assignment,
            "proxied.har went through Cloudflare (9 of 9 answers carry its headers); direct.har did not go through Cloudflare (none of 6 answers carries its headers)."
        );
        assert_eq!(overview.report.verdict.cause.as_ref().map(Redacted::as_str), Some("empty-reply"));
        // The evidence is plain, so that saying otherwise changes what they were given as and no more.
        analysis.exchange();
        let exchanged = analysis.overview().unwrap();
        assert_eq!((exchanged.proxied, exchanged.direct), (Some(8), Some(7)));
        assert_eq!(exchanged.report.warnings[0].id.as_str(), "captures-swapped");
        analysis.forget(8);
        assert_eq!(analysis.overview().unwrap().proxied, None);
        analysis.forget(7);
        assert_eq!(analysis.overview(), None);
    }

    /// Breaks when a third capture pushes one of the two away, or what is no capture is taken for one.
    #[test]
    fn what_cannot_be_loaded_says_so() {
        let mut analysis = both();
        let third = read("third.har", DIRECT, 1000);
        assert!(analysis.load(9, &third, NOW).is_err_and(|error| error.starts_with("Two captures are open already.")));
        assert!(Analysis::default().load(1, &third[..third.len() / 2], NOW).is_err());
    }

    /// Breaks when the report does not say that another file could not be read, or goes on saying so when that file is gone.
    #[test]
    fn an_unreadable_file_is_named_until_it_leaves() {
        let ids = |analysis: &Analysis| {
            let warnings = analysis.overview().unwrap().report.warnings;
            warnings
                .iter()
                .filter(|warning| warning.id.as_str() == "unreadable-input")
                .map(|warning| warning.detail.to_string())
                .collect::<Vec<_>>()
        };
        let mut analysis = Analysis::default();
        analysis.unreadable(6, "notes.txt", "byte 0: expected a JSON value, found 'h'");
        assert_eq!(analysis.overview(), None);
        analysis.load(7, &read("proxied.har", PROXIED, 1000), NOW).unwrap();
        let expected = "notes.txt could not be read (byte 0: expected a JSON value, found 'h'). The report is made from the rest.";
        assert_eq!(ids(&analysis), [expected]);
        analysis.forget(6);
        assert_eq!(ids(&analysis), [""; 0]);
    }

    /// Breaks when a later capture through Cloudflare is not followed, or letting one of the first two go leaves it in the wrong place.
    #[test]
    fn a_later_capture_is_followed() {
        let text = String::from_utf8(PROXIED.to_vec())
            .unwrap()
            .replace("2026-11-21T04", "2026-11-21T05")
            .replace("\"status\": 520", "\"status\": 200");
        let mut analysis = both();
        analysis.load(9, &read("after.har", text.as_bytes(), 1000), NOW).unwrap();
        let overview = analysis.overview().unwrap();
        assert_eq!((overview.proxied, overview.direct, overview.after), (Some(8), Some(7), Some(9)));
        let after = overview.report.after.unwrap();
        assert_eq!((after.gone.len(), after.still.len(), after.new.len(), after.not_asked.len()), (1, 0, 0, 0));
        analysis.forget(8);
        let overview = analysis.overview().unwrap();
        assert_eq!((overview.proxied, overview.direct, overview.after), (Some(9), Some(7), None));
    }

    /// Breaks when the page's text is not the very text that the command line writes.
    #[test]
    fn the_text_is_the_command_lines() {
        let overview = both().overview().unwrap();
        assert_eq!(overview.text, include_str!("../tests/data/reports/empty-reply.txt"));
        assert_eq!(overview.json, include_str!("../tests/data/reports/empty-reply.json"));
    }

    /// Breaks when a filter lets through what it should not, or a window is cut elsewhere than asked.
    #[test]
    fn rows_come_in_windows() {
        let analysis = both();
        let all = analysis.rows(query(Show::All, ""));
        assert_eq!((all.total, all.matching, all.rows.len()), (9, 9, 9));
        let failing = analysis.rows(query(Show::Failing, ""));
        assert_eq!((failing.total, failing.matching), (9, 3));
        assert!(failing.rows.iter().all(|row| row.cited && row.differs == [compare::Difference::Status]));
        assert_eq!(failing.rows[0].proxied.as_ref().unwrap().colo.as_deref(), Some("FRA"));
        assert_eq!(failing.rows[0].direct.as_ref().unwrap().error.as_deref(), Some("net::ERR_EMPTY_RESPONSE"));
        assert_eq!(analysis.rows(query(Show::Differences, "")).matching, 3);
        assert_eq!(analysis.rows(query(Show::All, " ORDERS ")).matching, 3);
        assert_eq!(analysis.rows(query(Show::All, "err_empty")).matching, 3);
        assert_eq!(analysis.rows(query(Show::All, "no such thing")).matching, 0);
        let window = analysis.rows(RowQuery { from: 7, count: 5, ..RowQuery::default() });
        assert_eq!(window.rows, all.rows[7..]);
        assert_eq!(analysis.find(Side::Direct, 7), Some((7, all.rows[7].key)));
        assert_eq!(analysis.find(Side::Proxied, 9), None);
    }

    /// Breaks when an entry is read again from the wrong place, or a value that had been cut stays cut.
    #[test]
    fn a_detail_is_read_again_from_the_file() {
        let analysis = both();
        let key = RowKey { proxied: Some(0), direct: Some(0) };
        let ranges = analysis.detail_ranges(key);
        assert_eq!([ranges[0].as_ref().unwrap().0, ranges[1].as_ref().unwrap().0], [8, 7]);
        let [proxied, direct] = ranges;
        let slice = |file: &[u8], range: Option<(FileId, Range<u64>)>| {
            let range = range.unwrap().1;
            Some(file[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()].to_vec())
        };
        let full = analysis.detail(key, [slice(PROXIED, proxied), slice(DIRECT, direct)]).unwrap();
        let kept = analysis.detail(key, [None, None]).unwrap();
        assert_eq!(full, kept, "nothing in the sample is long enough to be cut");
        let server = full.response_headers.iter().find(|line| line.name == "server").unwrap();
        assert_eq!((server.proxied.as_deref(), server.change), (Some("cloudflare"), Change::Edge));
        assert_eq!(full.proxied.as_ref().unwrap().ray.as_ref().unwrap().place.as_deref(), Some("Frankfurt-am-Main, DE"));
        assert!(analysis.detail(RowKey { proxied: Some(0), direct: Some(1) }, [None, None]).is_err());
    }

    /// Breaks when a value longer than what is kept of it is not shown whole on demand.
    #[test]
    fn long_values_are_whole_in_a_detail() {
        let long = "x".repeat(5000);
        let text = format!(
            r#"[{{"request":{{"method":"GET","url":"https://shop.example/{long}"}},"response":{{"status":200,"headers":[{{"name":"link","value":"{long}"}}]}}}}]"#
        );
        let mut analysis = Analysis::default();
        analysis.load(1, &read("a.har", text.as_bytes(), 100), NOW).unwrap();
        let row = analysis.rows(RowQuery { count: 1, ..RowQuery::default() }).rows.remove(0);
        let [proxied, direct] = analysis.detail_ranges(row.key);
        let range = proxied.or(direct).unwrap().1;
        let bytes = text.as_bytes()[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()].to_vec();
        let bytes = if row.key.proxied.is_some() { [Some(bytes), None] } else { [None, Some(bytes)] };
        let detail = analysis.detail(row.key, bytes).unwrap();
        let line = &detail.response_headers[0];
        assert_eq!(line.proxied.as_ref().or(line.direct.as_ref()), Some(&long));
        assert!(detail.proxied.or(detail.direct).unwrap().url.ends_with(&long));
    }

    /// Breaks when reading goes on, or memory grows, after the text is known to be broken.
    #[test]
    fn a_broken_file_is_not_read_on() {
        let mut job = Read::new("a.har", 1 << 20);
        job.push_with(1, |buffer| buffer.copy_from_slice(b"x"));
        assert!(job.is_over());
        job.push_with(1 << 20, |_| panic!("nothing more is wanted"));
        assert_eq!(job.finish(), Err("byte 0: expected a JSON value, found 'x'".to_owned()));
    }

    /// Breaks when what was read before an interruption is lost.
    #[test]
    fn an_interruption_keeps_what_was_read() {
        let mut job = Read::new("a.har", 1 << 20);
        let start = br#"{"log":{"entries":[{"request":{"url":"https://a/"}},"#;
        job.push_with(start.len(), |buffer| buffer.copy_from_slice(start));
        job.interrupted("the file has changed");
        let capture = job.into_capture().unwrap();
        assert_eq!((capture.entries.len(), &*capture.problems[0].problem), (1, "reading broke off: the file has changed"));
    }
}
