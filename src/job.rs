//! The workers' brain: requests and chunks in, answers out, no IO. The command line uses the same.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::bundle::files::{Bundle, HarFile, first_tokens};
use crate::bundle::{self, Letter, Letters, Plan, PlannedText};
use crate::compare::{self, Pair};
use crate::diagnose::{
    self, Beside, Diagnosis, Source, Unreadable, advice, colo, diagnose_beside, is_failing, ray, went_through_cloudflare,
};
use crate::evidence::address::Address;
use crate::evidence::ray_id::RayId;
use crate::evidence::timestamp::Timestamp;
use crate::evidence::trace::Trace;
use crate::har::{Batch, Capture, Decoder, Entry, Header, Interner, Limits, Problem};
use crate::map::map;
use crate::paste::{Input, attach, first_trace, recognise};
use crate::protocol::{
    Cell, Detail, EntryView, FileId, Glimpse, HeaderLine, LetterView, Overview, Packed, PackedFile, Progress, Reader, Replaced, Row,
    RowKey, RowQuery, Rows, Show, Side, Trimmed,
};
use crate::redact::{Redacted, Tokens, byte_count, inert};
use crate::words;

/// Rows of one window at most.
const MOST_ROWS: u32 = 200;
/// Texts that can be open beside the captures.
const MOST_TEXTS: usize = 50;
/// Bytes of an entry that is read again for its detail at most.
const MOST_DETAIL: u64 = 32 << 20;

/// Entries that are shown while the rest of their file is read: so many from the beginning …
const FIRST_SHOWN: u32 = 20;
/// … and so many later ones that fail.
const FAILING_SHOWN: u32 = 20;

/// Reads one file: push its chunks, hand on a batch whenever one is due, then finish. What was handed on is not kept.
pub struct Read {
    decoder: Decoder,
    limits: Limits,
    /// The file as it is known before it is read; its entries go into the batch.
    file: Capture,
    batch: Batch,
    /// Bytes of memory that all entries so far take where they are kept, about.
    kept: u64,
    progress: Progress,
    glimpses: Vec<Glimpse>,
    /// How many of [`FAILING_SHOWN`] were given.
    failing_shown: u32,
}

/// Holds the captures and answers the page.
#[derive(Default)]
pub struct Analysis {
    /// In the order in which they were given, three at most: both sides, and one recorded after a fix.
    files: Vec<(FileId, Rc<Capture>)>,
    /// Those that are still being read, as far as they came.
    coming: Vec<(FileId, Capture)>,
    /// What the entries of all of them have in common is held once.
    interner: Interner,
    /// What was given beside them, and could not be read.
    unreadable: Vec<(FileId, Unreadable)>,
    /// Texts that were given beside them, whole, with what was understood of them.
    texts: Vec<(FileId, PlannedText, Rc<Input>)>,
    /// The person says that they are the other way round.
    flipped: bool,
    trace: Option<Trace>,
    /// Minutes that the clock of the origin's logs runs ahead of UTC.
    ahead: i32,
    now_ms: i64,
    diagnosis: Option<Diagnosis>,
}

impl Read {
    /// A file of this name and size, in bytes.
    pub fn new(name: &str, size: u64) -> Self {
        Self::with_limits(name, size, Limits::default())
    }

    /// As [`Read::new`], within these limits.
    pub fn with_limits(name: &str, size: u64, limits: Limits) -> Self {
        Self {
            decoder: Decoder::new(limits),
            limits,
            file: Capture { name: name.into(), bytes: size, ..Capture::default() },
            batch: Batch::default(),
            kept: 0,
            progress: Progress { of: Some(size), ..Progress::default() },
            glimpses: Vec::new(),
            failing_shown: 0,
        }
    }

    /// What is pushed is not the file's own bytes but what they unpack to: so many bytes, if that is known.
    pub fn unpacks_to(&mut self, bytes: Option<u64>) {
        self.progress.of = bytes;
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
            self.take(entry);
            if self.kept > self.limits.kept {
                self.interrupted(&format!("what is kept of its entries takes more than {}", byte_count(self.limits.kept)));
            }
        }
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Fewer bytes came than there should be, as far as that is known.
    pub fn is_short(&self) -> bool {
        self.progress.of.is_some_and(|of| self.progress.bytes < of)
    }

    /// Nothing more can be learned from the file: stop reading it.
    pub fn is_over(&self) -> bool {
        self.decoder.is_over()
    }

    /// Reading broke off for a reason outside the file's content; what was read stays.
    pub fn interrupted(&mut self, why: &str) {
        self.decoder.interrupted(&words::reached(why, &self.progress));
    }

    /// A batch of entries is large enough to be handed on.
    pub fn is_full(&self) -> bool {
        self.batch.is_full()
    }

    /// The entries that were not handed on yet, for [`Analysis::add`]. `None` when there are none.
    ///
    /// # Errors
    /// When there is no memory to hand them on: one line.
    pub fn batch(&mut self) -> Result<Option<Vec<u8>>, String> {
        if self.batch.is_empty() { Ok(None) } else { std::mem::take(&mut self.batch).to_bytes().map(Some) }
    }

    /// The entries to show while the rest is read that were not given yet: a few from the beginning, and a few of the failing ones.
    pub fn glimpses(&mut self) -> Vec<Glimpse> {
        std::mem::take(&mut self.glimpses)
    }

    /// The last batch, and if reading ended before the file did, why.
    ///
    /// # Errors
    /// When nothing could be read: one line that says where, what was expected and what was there.
    pub fn finish(mut self) -> Result<(Vec<u8>, Option<String>), String> {
        let tail = self.decoder.finish()?;
        let stopped = tail.problems.last().filter(|_| !tail.whole).map(|problem| problem.problem.to_string());
        self.batch.close(tail);
        Ok((self.batch.to_bytes()?, stopped))
    }

    /// The capture, of which no batch was handed on.
    ///
    /// # Errors
    /// As [`Read::finish`].
    pub fn into_capture(mut self) -> Result<Capture, String> {
        self.batch.close(self.decoder.finish()?);
        self.batch.add_to(&mut self.file);
        Ok(self.file)
    }

    fn take(&mut self, entry: Entry) {
        let (number, failing) = (self.progress.entries, is_failing(&entry));
        self.progress.entries += 1;
        self.progress.failing += u32::from(failing);
        let is_one_more = failing && number >= FIRST_SHOWN && self.failing_shown < FAILING_SHOWN;
        self.failing_shown += u32::from(is_one_more);
        if number < FIRST_SHOWN || is_one_more {
            self.glimpses.push(glimpse(&entry, number));
        }
        self.kept += self.batch.push(entry);
    }
}

impl Analysis {
    /// A file of this name and size, in bytes, is being read: its batches come.
    pub fn begin(&mut self, file: FileId, name: &str, size: u64) {
        self.coming.push((file, Capture { name: name.into(), bytes: size, ..Capture::default() }));
    }

    /// Takes a batch of a file that is being read. What comes of one that was let go is dropped.
    ///
    /// # Errors
    /// When the bytes are no batch; the file is let go.
    pub fn add(&mut self, file: FileId, batch: &[u8]) -> Result<(), String> {
        let Some(at) = self.coming.iter().position(|(id, _)| *id == file) else { return Ok(()) };
        match Batch::from_bytes(batch) {
            Ok(mut batch) => {
                batch.intern(&mut self.interner);
                batch.add_to(&mut self.coming[at].1);
                Ok(())
            }
            Err(error) => {
                self.coming.remove(at);
                Err(error)
            }
        }
    }

    /// A file's last batch has come, or reading it broke off, for the reason given: from now on it is part of the analysis. `now_ms` is
    /// the time in Unix milliseconds.
    ///
    /// # Errors
    /// When it is not being read, three are loaded already, or of three there are not two through Cloudflare.
    pub fn end(&mut self, file: FileId, broke_off: Option<Problem>, now_ms: i64) -> Result<(), String> {
        let at = self.coming.iter().position(|(id, _)| *id == file).ok_or("This file is not being read any more.")?;
        let (_, mut capture) = self.coming.remove(at);
        if self.files.len() == 3 {
            return Err("Three captures are open already: remove one first.".to_owned());
        }
        if let Some(problem) = broke_off {
            capture.broke_off(problem);
        }
        capture.entries.shrink_to_fit();
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

    /// Takes a text that is no capture. `now_ms` is the time in Unix milliseconds.
    ///
    /// # Errors
    /// When as many are open as can be.
    pub fn text(&mut self, file: FileId, name: &str, text: &str, now_ms: i64) -> Result<(), String> {
        if self.texts.len() == MOST_TEXTS {
            return Err(format!("{MOST_TEXTS} texts are open already: remove one first."));
        }
        // Readers end in any order, and the report is to have that in which they were given.
        let place = self.texts.partition_point(|(earlier, ..)| *earlier < file);
        self.texts.insert(place, (file, PlannedText { name: name.into(), text: text.into() }, Rc::new(recognise(name, text))));
        self.now_ms = now_ms;
        self.analyse();
        Ok(())
    }

    /// Lets a file go, with all that came of it; says whether the analysis is another one now.
    pub fn forget(&mut self, file: FileId) -> bool {
        let coming = self.coming.len();
        self.coming.retain(|(id, _)| *id != file);
        if self.coming.len() < coming {
            return false;
        }
        let held = self.files.len();
        self.files.retain(|(id, _)| *id != file);
        self.unreadable.retain(|(id, _)| *id != file);
        self.texts.retain(|(id, ..)| *id != file);
        self.flipped &= self.files.len() == held;
        self.analyse();
        true
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

    /// The clock of the origin's logs runs so many minutes ahead of UTC.
    pub fn zone(&mut self, ahead: i32) {
        self.ahead = ahead;
        // Lines of logs may fall into another time now.
        if !self.texts.is_empty() {
            self.analyse();
        }
    }

    /// The analysis, or `None` when no capture is loaded.
    pub fn overview(&self) -> Option<Overview<Redacted<String>>> {
        let diagnosis = self.diagnosis.as_ref()?;
        let now = Timestamp::from_unix_ms(self.now_ms)?;
        let report = bundle::report(diagnosis, self.known_trace(diagnosis), now);
        Some(Overview {
            proxied: self.file_of(diagnosis.proxied.as_ref()).map(|(file, _)| *file),
            direct: self.file_of(diagnosis.direct.as_ref()).map(|(file, _)| *file),
            after: self.file_of(diagnosis.after.as_ref().map(|after| &after.capture)).map(|(file, _)| *file),
            texts: self.texts.iter().map(|(file, ..)| *file).collect(),
            assignment: self.assignment(diagnosis),
            text: bundle::to_text(&report),
            json: bundle::to_json(&report),
            letters: letters(bundle::letters(diagnosis, &report, self.ahead)),
            map: map(diagnosis, self.known_trace(diagnosis)),
            target: advice::target(&diagnosis.facts()),
            report,
        })
    }

    /// What the bundle of these captures is made of, with their files in the plan's order.
    pub fn plan(&self) -> Option<(Plan, Vec<FileId>)> {
        let diagnosis = self.diagnosis.as_ref()?;
        let texts = self.texts.iter().map(|(_, text, _)| text.clone()).collect();
        let plan = Plan::new(diagnosis, texts, self.known_trace(diagnosis).cloned(), Timestamp::from_unix_ms(self.now_ms)?);
        let files: Option<Vec<FileId>> =
            plan.captures.iter().map(|capture| self.file_of(capture.which.capture(diagnosis)).map(|(file, _)| *file)).collect();
        Some((plan, files?))
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
            // What a text tells of has no bytes in a file.
            (1..=MOST_DETAIL).contains(&bytes.end.saturating_sub(bytes.start)).then_some((*file, bytes))
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
        let body = |entry: Option<&Entry>| entry.and_then(|entry| entry.response.body_hash);
        let same_body = body(one).is_some() && body(one) == body(other);
        let now = Timestamp::from_unix_ms(self.now_ms).ok_or("The time is beyond the year 9999.")?;
        let side = |entry: &Entry, capture: Option<&Rc<Capture>>| EntryView {
            same_body,
            ..entry_view(entry, capture.and_then(|capture| capture.span()), now)
        };
        let request = |entry: Option<&'_ Entry>| entry.map(|entry| entry.request.headers.clone()).unwrap_or_default();
        let response = |entry: Option<&'_ Entry>| entry.map(|entry| entry.response.headers.clone()).unwrap_or_default();
        Ok(Detail {
            key,
            method: one.or(other).map(|entry| entry.request.method.to_string()).unwrap_or_default(),
            proxied: one.map(|entry| side(entry, diagnosis.proxied.as_ref())),
            direct: other.map(|entry| side(entry, diagnosis.direct.as_ref())),
            request_headers: header_lines(&request(one), &request(other), one.is_some() && other.is_some()),
            response_headers: header_lines(&response(one), &response(other), both),
            differs: pair.differs.clone(),
        })
    }

    fn analyse(&mut self) {
        // The diagnosis shares the captures, which are about to change.
        self.diagnosis = None;
        if self.files.is_empty() && self.texts.is_empty() {
            return;
        }
        let through = |at: usize| went_through_cloudflare(&self.files[at].1);
        let mut later = None;
        let mut sides: [Option<usize>; 2] = match self.files.len() {
            0 => [None, None],
            1 if through(0) == Some(false) => [None, Some(0)],
            1 => [Some(0), None],
            2 if through(1) == Some(true) && through(0) == Some(false) => [Some(1), Some(0)],
            2 => [Some(0), Some(1)],
            _ => {
                let Some([before, direct, after]) = self.before_and_after() else { return };
                later = Some(after);
                [Some(before), Some(direct)]
            }
        };
        if self.flipped {
            sides.swap(0, 1);
        }
        let inputs: Vec<Rc<Input>> = self.texts.iter().map(|(.., input)| Rc::clone(input)).collect();
        let [mut proxied, mut direct] = sides.map(|at| Some(std::mem::take(&mut self.files.get_mut(at?)?.1)));
        attach(&mut proxied, &mut direct, &inputs);
        for (at, capture) in sides.into_iter().zip([&proxied, &direct]) {
            if let (Some(at), Some(capture)) = (at, capture) {
                self.files[at].1 = Rc::clone(capture);
            }
        }
        let unreadable = self.unreadable.iter().map(|(_, file)| file.clone()).collect();
        let diagnosis = diagnose_beside(proxied, direct, Beside { unreadable, inputs, ahead: self.ahead });
        self.diagnosis = Some(match later {
            Some(later) => diagnosis.with_after(&self.files[later].1),
            None => diagnosis,
        });
    }

    /// Of three captures the two through Cloudflare by their time, the direct one between them. `None` when they are others.
    fn before_and_after(&self) -> Option<[usize; 3]> {
        let capture = |at: usize| &*self.files[at].1;
        let (through, other): (Vec<usize>, Vec<usize>) =
            (0..self.files.len()).partition(|at| went_through_cloudflare(capture(*at)) == Some(true));
        let begins = |at: usize| capture(at).span().map(|(first, _)| first);
        let ([one, two], [direct]) = (through.as_slice(), other.as_slice()) else { return None };
        let (before, after) = if begins(*two)? < begins(*one)? { (two, one) } else { (one, two) };
        Some([*before, *direct, *after])
    }

    /// What the probe brought, else the first trace among the texts.
    fn known_trace<'a>(&'a self, diagnosis: &'a Diagnosis) -> Option<&'a Trace> {
        self.trace.as_ref().or_else(|| first_trace(&diagnosis.beside.inputs))
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
        let captures = sides.into_iter().flatten().filter(|seen| !seen.capture.is_told());
        let mut text = captures.map(told).collect::<Vec<_>>().join("; ");
        if self.flipped && !diagnosis.exchanged {
            text.push_str("; you exchanged the sides");
        }
        if text.is_empty() {
            return "There is no capture yet: what stands here was taken from texts.".to_owned();
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
        let (host, path) = place(&either.request.url);
        let is_cited = |source, index: Option<u32>| index.is_some_and(|index| self.cited.contains(&(source, index)));
        Some(Row {
            key: RowKey { proxied: pair.proxied, direct: pair.direct },
            method: either.request.method.to_string(),
            host,
            path,
            proxied: one.map(|entry| cell(entry, self.starts[0])),
            direct: other.map(|entry| cell(entry, self.starts[1])),
            differs: pair.differs.clone(),
            cited: is_cited(Source::Proxied, pair.proxied) || is_cited(Source::Direct, pair.direct),
        })
    }
}

/// An entry as it is shown while the rest of its file is read.
fn glimpse(entry: &Entry, number: u32) -> Glimpse {
    let (host, path) = place(&entry.request.url);
    Glimpse {
        entry: number,
        method: entry.request.method.to_string(),
        host,
        path,
        status: entry.response.status,
        error: entry.response.error.as_deref().map(str::to_owned),
        failing: is_failing(entry),
        time_ms: entry.time_ms,
    }
}

/// Of a URL the host with its port, and path and query, as far as one line shows them.
fn place(url: &str) -> (String, String) {
    let address = Address::new(url);
    let mut path = if address.is_http() { address.path.to_owned() } else { url.to_owned() };
    if let Some(query) = address.query.filter(|_| address.is_http()) {
        path.push('?');
        path.push_str(query);
    }
    path.truncate(path.floor_char_boundary(300));
    (address.host.to_owned(), path)
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

fn letters(letters: Letters) -> Vec<LetterView> {
    let view = |to, letter: Letter| LetterView { to, subject: letter.subject, plain: letter.plain, markdown: letter.markdown };
    let Letters { support, hosting, community, owner } = letters;
    vec![view(Reader::Support, support), view(Reader::Hosting, hosting), view(Reader::Community, community), view(Reader::Owner, owner)]
}

/// What of a bundle the page shows.
pub fn packed(bundle: &Bundle, replaced: Vec<Replaced>) -> Packed {
    let files = bundle.files().iter().map(|file| PackedFile {
        name: file.name.to_owned(),
        bytes: file.bytes.len() as u64,
        sha256: file.sha256.clone(),
    });
    let trimmed = bundle.trimmed().iter().map(|row| Trimmed { name: row.file.to_owned(), entries: row.entries, left_out: row.left_out });
    Packed { files: files.collect(), replaced, trimmed: trimmed.collect() }
}

/// What was replaced in these files, as the page shows it.
pub fn replaced(hars: &[HarFile], tokens: &Tokens) -> Vec<Replaced> {
    let written = first_tokens(hars, tokens);
    let rows = tokens.counts().iter().zip(written).map(|(count, token)| Replaced {
        group: count.kind.group(),
        kind: count.kind,
        place: count.place.to_owned(),
        name: count.name.to_string(),
        times: count.times,
        first: count.first,
        token,
    });
    rows.collect()
}

/// The entry from its own bytes, with nothing cut that a page can show; else as it was kept.
fn read_again(kept: &Entry, bytes: Option<&[u8]>) -> Entry {
    let read = bytes.and_then(|bytes| {
        let mut decoder = Decoder::at_entry(Limits::detail());
        decoder.push(bytes);
        decoder.next()
    });
    read.map_or_else(|| kept.clone(), |entry| Entry { bytes: kept.bytes.clone(), ..entry })
}

/// An entry in full. `span` is when its capture was recorded.
fn entry_view(entry: &Entry, span: Option<(Timestamp, Timestamp)>, now: Timestamp) -> EntryView {
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
        same_body: false,
        ray: ray(entry).map(|ray| bundle::ray_row(&ray, Some(entry), [span, None], now).plain()),
        no_ray: response.header("cf-ray").and_then(|header| header.value.parse::<RayId>().err()).map(|error| error.to_string()),
        offset: entry.bytes.start,
        length: entry.bytes.end.saturating_sub(entry.bytes.start),
    }
}

/// Both sides' headers by name; without two sides to compare nothing is called a difference.
fn header_lines(proxied: &[Arc<Header>], direct: &[Arc<Header>], both: bool) -> Vec<HeaderLine> {
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

    /// Pushes a text in chunks of this size, and hands on every batch that is due then.
    fn push(job: &mut Read, text: &[u8], chunk: usize) -> Vec<Vec<u8>> {
        let mut batches = Vec::new();
        for bytes in text.chunks(chunk) {
            job.push_with(bytes.len(), |buffer| buffer.copy_from_slice(bytes));
            batches.extend(job.batch().unwrap());
        }
        batches
    }

    /// Reads a file in chunks of this size, each with a batch of its own.
    fn load(analysis: &mut Analysis, file: FileId, name: &str, text: &[u8], chunk: usize) -> Result<(), String> {
        let mut job = Read::new(name, text.len() as u64);
        analysis.begin(file, name, text.len() as u64);
        for batch in push(&mut job, text, chunk) {
            analysis.add(file, &batch).unwrap();
        }
        assert_eq!((job.progress().bytes, job.progress().of), (text.len() as u64, Some(text.len() as u64)));
        analysis.add(file, &job.finish().unwrap().0).unwrap();
        analysis.end(file, None, NOW)
    }

    fn both() -> Analysis {
        let mut analysis = Analysis::default();
        load(&mut analysis, 7, "direct.har", DIRECT, 1000).unwrap();
        load(&mut analysis, 8, "proxied.har", PROXIED, 64 * 1024).unwrap();
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
        load(&mut analysis, 7, "direct.har", DIRECT, 1000).unwrap();
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

    /// Breaks when a third capture pushes one of the two away, or what is no batch is taken for one.
    #[test]
    fn what_cannot_be_loaded_says_so() {
        let mut analysis = both();
        let third = load(&mut analysis, 9, "third.har", DIRECT, 1000);
        assert!(third.is_err_and(|error| error.starts_with("Two captures are open already.")));
        analysis.begin(10, "a.har", 1);
        assert!(analysis.add(10, &[200]).is_err_and(|error| error.starts_with("what was read could not be taken over")));
        assert!(analysis.end(10, None, NOW).is_err_and(|error| error == "This file is not being read any more."));
    }

    /// Breaks when a file that is let go while it is read stays in memory, or changes what is said of the others.
    #[test]
    fn a_file_that_is_let_go_while_it_is_read_leaves_nothing() {
        let mut analysis = both();
        let before = analysis.overview();
        let batches = push(&mut Read::new("c.har", 1), DIRECT, 1000);
        analysis.begin(9, "c.har", 1);
        analysis.add(9, &batches[0]).unwrap();
        assert!(!analysis.forget(9));
        assert!(analysis.coming.is_empty());
        // What was on its way already comes too late.
        analysis.add(9, &batches[1]).unwrap();
        assert!(analysis.coming.is_empty() && analysis.overview() == before);
        assert!(analysis.forget(8));
    }

    /// Breaks when what was handed on before a reader died is lost, or the report does not say that and why the rest is missing.
    #[test]
    fn a_reader_that_dies_leaves_what_it_handed_on() {
        let mut job = Read::new("proxied.har", PROXIED.len() as u64);
        let batches = push(&mut job, &PROXIED[..PROXIED.len() / 2], 1000);
        let mut analysis = Analysis::default();
        analysis.begin(7, "proxied.har", PROXIED.len() as u64);
        for batch in &batches {
            analysis.add(7, batch).unwrap();
        }
        let problem = "reading broke off: the browser ended the worker";
        analysis
            .end(7, Some(Problem { offset: job.progress().bytes, line: 0, path: "log.entries".into(), problem: problem.into() }), NOW)
            .unwrap();
        let report = analysis.overview().unwrap().report;
        let proxied = report.captures.proxied.unwrap();
        assert_eq!((proxied.entries, proxied.problems_total), (job.progress().entries, 1));
        assert_eq!(proxied.problems[0].problem.as_str(), problem);
        let warning = report.warnings.iter().find(|warning| warning.id.as_str() == "truncated-export").unwrap();
        assert!(warning.detail.as_str().contains(problem), "{}", warning.detail);
    }

    /// Breaks when the page gets more than a few entries while a file is read, the same one twice, or none that fails.
    #[test]
    fn a_few_entries_are_shown_while_the_rest_is_read() {
        let mut job = Read::new("a.har", 1);
        let entry = |status| {
            format!(r#"{{"time":7,"request":{{"method":"GET","url":"https://a.example/x?y"}},"response":{{"status":{status}}}}},"#)
        };
        push(&mut job, format!("[{}", entry(200).repeat(5)).as_bytes(), 64);
        let first = job.glimpses();
        let shown = (first.len(), first[4].entry, first[4].method.as_str(), first[4].host.as_str(), first[4].path.as_str());
        assert_eq!(shown, (5, 4, "GET", "a.example", "/x?y"));
        assert_eq!((first[4].status, first[4].failing, first[4].time_ms), (200, false, Some(7.0)));
        push(&mut job, format!("{}{}", entry(200).repeat(95), entry(520).repeat(50)).as_bytes(), 1000);
        let later: Vec<(u32, bool)> = job.glimpses().iter().map(|glimpse| (glimpse.entry, glimpse.failing)).collect();
        let expected: Vec<(u32, bool)> = (5..20).map(|entry| (entry, false)).chain((100..120).map(|entry| (entry, true))).collect();
        assert_eq!(later, expected);
        assert_eq!((job.progress().entries, job.progress().failing, job.glimpses().len()), (150, 50, 0));
    }

    /// Breaks when reading goes on after as much is kept of a file as may be kept, or it ends there without a word.
    #[test]
    fn what_is_kept_is_limited() {
        let mut job = Read::with_limits("a.har", 1, Limits { kept: 10_000, ..Limits::default() });
        let batches = push(&mut job, format!("[{}", r#"{"request":{"url":"https://a.example/"}},"#.repeat(1000)).as_bytes(), 100);
        let entries = job.progress().entries;
        assert!(job.is_over() && entries > 5 && entries < 100 && !batches.is_empty(), "{entries}");
        let stopped = job.finish().unwrap().1.unwrap();
        assert!(stopped.starts_with("reading broke off: what is kept of its entries takes more than 10.0 KB, after "), "{stopped}");
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
        load(&mut analysis, 7, "proxied.har", PROXIED, 1000).unwrap();
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
        load(&mut analysis, 9, "after.har", text.as_bytes(), 1000).unwrap();
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
        // Bodies are not kept, so only what is read again can be compared.
        let same = |detail: &Detail| [&detail.proxied, &detail.direct].map(|side| side.as_ref().unwrap().same_body);
        assert_eq!((same(&full), same(&kept)), ([true; 2], [false; 2]));
        assert_eq!(full.response_headers, kept.response_headers, "nothing in the sample is long enough to be cut");
        let server = full.response_headers.iter().find(|line| line.name == "server").unwrap();
        assert_eq!((server.proxied.as_deref(), server.change), (Some("cloudflare"), Change::Edge));
        assert_eq!(full.proxied.as_ref().unwrap().ray.as_ref().unwrap().city.as_deref(), Some("Frankfurt-am-Main"));
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
        load(&mut analysis, 1, "a.har", text.as_bytes(), 100).unwrap();
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
        job.push_with(3, |buffer| buffer.copy_from_slice(b"x ["));
        assert!(job.is_over());
        job.push_with(1 << 20, |_| panic!("nothing more is wanted"));
        assert_eq!(job.into_capture(), Err("byte 0: expected a JSON value, found 'x'".to_owned()));
    }

    /// Breaks when what was read before an interruption is lost.
    #[test]
    fn an_interruption_keeps_what_was_read() {
        let mut job = Read::new("a.har", 1 << 20);
        let start = br#"{"log":{"entries":[{"request":{"url":"https://a/"}},"#;
        job.push_with(start.len(), |buffer| buffer.copy_from_slice(start));
        job.interrupted("the file has changed");
        let capture = job.into_capture().unwrap();
        let problem = "reading broke off: the file has changed, after 52 B of 1.0 MB";
        assert_eq!((capture.entries.len(), &*capture.problems[0].problem), (1, problem));
    }
}
