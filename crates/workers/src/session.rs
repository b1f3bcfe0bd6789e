//! The analyst's session: what was given, the case that it makes, and the answers to the page. No IO, no clock.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::{Batch, Capture, Interner, Limits, Problem};
use fivetwenty_captures::site::{SideView, Site};
use fivetwenty_diagnose::{Captures, Case, CaseError, Diagnosis, GivenCapture, Inputs, advice, assign, site, sought};
use fivetwenty_inputs::{RecognisedText, recognise_kept};
use fivetwenty_model::Unreadable;
use fivetwenty_model::passed::{PassedOver, Sought};
use fivetwenty_model::plan::{Plan, PlannedText};
use fivetwenty_model::protocol::{Detail, FileId, Found, Goto, Overview, RowKey, RowQuery, Rows};
use fivetwenty_redact::{Redacted, escape_invisible};
use fivetwenty_report::bundle;

use crate::compare::{self, Table};
use crate::error::WorkerError;
use crate::map::map;

/// Texts that can be open beside the captures.
const MAX_TEXTS: usize = 50;

/// Holds the captures and answers the page.
#[derive(Default)]
pub struct Session {
    /// In the order in which they were given, three at most: both sides, and one recorded after a fix.
    files: Vec<(FileId, Rc<Capture>)>,
    /// Those that are still being read, as far as they came.
    coming: Vec<(FileId, Capture)>,
    /// What the entries of all of them have in common is held once.
    interner: Interner,
    /// Those among the files that are the page's own samples.
    samples: Vec<FileId>,
    /// What was given beside them, and could not be read.
    unreadable: Vec<(FileId, Unreadable)>,
    /// Texts that were given beside them, whole, with what was understood of them.
    texts: Vec<(FileId, PlannedText, Rc<RecognisedText>)>,
    /// The person says that they are the other way round.
    swapped: bool,
    /// The host of the site that the person chose.
    chosen: Option<String>,
    trace: Option<Trace>,
    /// The offset of the clock of the origin's logs.
    offset: UtcOffset,
    now: Timestamp,
    diagnosis: Option<Diagnosis>,
    /// The rows of its comparison.
    table: RefCell<Table>,
}

impl Session {
    /// A file of this name and size, in bytes, is being read: its batches come. `is_sample` says that it is one of the page's own samples.
    pub fn begin(&mut self, file: FileId, name: &str, size: u64, is_sample: bool) {
        if is_sample {
            self.samples.push(file);
        }
        self.coming.push((file, Capture { name: name.into(), bytes: size, ..Capture::default() }));
    }

    /// Takes a batch of a file that is being read. What comes of one that was let go is dropped.
    ///
    /// # Errors
    /// When the bytes are no batch; the file is let go.
    pub fn add(&mut self, file: FileId, batch: &[u8]) -> Result<(), WorkerError> {
        let Some(at) = self.coming.iter().position(|(id, _)| *id == file) else { return Ok(()) };
        match Batch::from_bytes(batch) {
            Ok(mut batch) => {
                batch.intern(&mut self.interner);
                batch.add_to(&mut self.coming[at].1);
                Ok(())
            }
            Err(error) => {
                self.coming.remove(at);
                Err(WorkerError::Batch(error))
            }
        }
    }

    /// A file's last batch has come, or reading it broke off, for the reason given: from now on it is part of the analysis. `now` is the
    /// time.
    ///
    /// # Errors
    /// When it is not being read, three are loaded already, or of three there are not two through Cloudflare.
    pub fn end(&mut self, file: FileId, broke_off: Option<Problem>, now: Timestamp) -> Result<(), WorkerError> {
        let at = self.coming.iter().position(|(id, _)| *id == file).ok_or(WorkerError::NotBeingRead)?;
        let (_, mut capture) = self.coming.remove(at);
        if self.files.len() == 3 {
            return Err(WorkerError::TooManyCaptures);
        }
        if let Some(problem) = broke_off {
            capture.broke_off(problem);
        }
        capture.entries.shrink_to_fit();
        self.files.push((file, Rc::new(capture)));
        if let Err(error @ CaseError::TooManyCaptures) = self.captures(&self.site()) {
            self.files.pop();
            return Err(WorkerError::Case(error));
        }
        self.now = now;
        self.analyse();
        Ok(())
    }

    /// Takes note of a file that nothing could be read from.
    pub fn unreadable(&mut self, file: FileId, name: &str, problem: &str) {
        self.unreadable.push((file, Unreadable { name: name.into(), side: None, problem: problem.into() }));
        self.analyse();
    }

    /// Takes a text that is no capture, without what was passed over of it. `now` is the time.
    ///
    /// # Errors
    /// When as many are open as can be.
    pub fn text(&mut self, file: FileId, name: &str, text: &str, passed: PassedOver, now: Timestamp) -> Result<(), WorkerError> {
        // A long text is read again when more is known of what failed.
        self.texts.retain(|(held, ..)| *held != file);
        if self.texts.len() == MAX_TEXTS {
            return Err(WorkerError::TooManyTexts(MAX_TEXTS));
        }
        // Readers end in any order, and the report is to have that in which they were given.
        let place = self.texts.partition_point(|(earlier, ..)| *earlier < file);
        let recognised = Rc::new(recognise_kept(name, text, &passed));
        self.texts.insert(place, (file, PlannedText { name: name.into(), text: text.into(), passed }, recognised));
        self.now = now;
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
        self.swapped &= self.files.len() == held;
        if self.files.is_empty() {
            self.chosen = None;
        }
        self.analyse();
        true
    }

    /// Exchanges the two sides.
    pub fn swap_sides(&mut self) {
        self.swapped = !self.swapped;
        self.analyse();
    }

    /// The case is about the site of this host; without one it is found out.
    pub fn choose_site(&mut self, host: Option<String>) {
        self.chosen = host;
        self.analyse();
    }

    /// Takes what the probe brought.
    pub fn trace(&mut self, trace: Option<Trace>) {
        self.trace = trace;
        self.analyse();
    }

    /// The offset of the clock of the origin's logs: their lines may fall into another time now.
    pub fn zone(&mut self, offset: UtcOffset) {
        self.offset = offset;
        self.analyse();
    }

    /// The analysis, or `None` when no capture is loaded.
    pub fn overview(&self) -> Option<Overview<Redacted<String>>> {
        let diagnosis = self.diagnosis.as_ref()?;
        let report = fivetwenty_report::report(diagnosis);
        let file = |side| self.file_of(diagnosis, side);
        Some(Overview {
            proxied: file(Side::Proxied),
            direct: file(Side::Direct),
            after: file(Side::After),
            texts: self.texts.iter().map(|(file, ..)| *file).collect(),
            assignment: self.assignment(diagnosis),
            text: fivetwenty_report::to_text(&report),
            full: fivetwenty_report::to_full(&report),
            json: fivetwenty_report::to_json(&report),
            letters: fivetwenty_report::letters(diagnosis, &report),
            map: map(diagnosis),
            target: advice::target(&diagnosis.facts()),
            sought: self.sought(),
            report: report.view(fivetwenty_report::logs_view(&report)),
        })
    }

    /// What was found, when a capture or a text is loaded.
    pub fn diagnosis(&self) -> Option<&Diagnosis> {
        self.diagnosis.as_ref()
    }

    /// What the bundle of these captures is made of, with their files in the plan's order.
    pub fn plan(&self) -> Option<(Plan, Vec<FileId>)> {
        let diagnosis = self.diagnosis.as_ref()?;
        let plan = bundle::plan(diagnosis, self.texts.iter().map(|(_, text, _)| text.clone()).collect());
        let files: Option<Vec<FileId>> = plan.captures.iter().map(|capture| self.file_of(diagnosis, capture.side)).collect();
        Some((plan, files?))
    }

    /// A window of rows.
    pub fn rows(&self, query: RowQuery) -> Rows {
        self.table.borrow_mut().window(self.diagnosis.as_ref(), query)
    }

    /// The rows of a filter, in its order, as CSV.
    pub fn csv(&self, query: &RowQuery) -> String {
        self.diagnosis.as_ref().map(|diagnosis| self.table.borrow_mut().csv(diagnosis, query)).unwrap_or_default()
    }

    /// Where a row stands among those of a filter.
    pub fn find(&self, query: &RowQuery, to: Goto) -> Option<Found> {
        self.table.borrow_mut().find(self.diagnosis.as_ref()?, query, to)
    }

    /// Which bytes of which files [`Session::detail`] needs, proxied first. An entry that is too large to be held is left out.
    pub fn detail_ranges(&self, key: RowKey) -> [Option<(FileId, Range<u64>)>; 2] {
        let range = |side, index| {
            let diagnosis = self.diagnosis.as_ref()?;
            Some((self.file_of(diagnosis, side)?, compare::range(diagnosis, side, index)?))
        };
        [range(Side::Proxied, key.proxied), range(Side::Direct, key.direct)]
    }

    /// A row in full, from the bytes that [`Session::detail_ranges`] named. A side whose bytes are missing is shown from what was kept.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn detail(&self, key: RowKey, bytes: [Option<Vec<u8>>; 2]) -> Result<Detail, WorkerError> {
        let diagnosis = self.diagnosis.as_ref().ok_or(WorkerError::NoCapture)?;
        compare::detail(diagnosis, key, bytes).ok_or(WorkerError::NoSuchRow)
    }

    /// The value of a parameter of an entry's URL through Cloudflare, by the parameter's number; `None` when it was not kept whole.
    pub fn value(&self, entry: u32, number: u32) -> Option<String> {
        let facts = self.diagnosis.as_ref()?.facts();
        let url = &facts.proxied_entry(entry)?.request.url;
        let parameter = Address::new(url).query?.split('&').nth(number as usize)?;
        let (_, value) = parameter.split_once('=')?;
        (url.len() < Limits::default().url).then(|| value.to_owned())
    }

    /// Which file is the capture of a side.
    pub fn file_of(&self, diagnosis: &Diagnosis, side: Side) -> Option<FileId> {
        let capture = diagnosis.capture(side)?;
        self.files.iter().find(|(_, loaded)| Rc::ptr_eq(loaded, capture)).map(|(file, _)| *file)
    }

    /// The site that all that is open is about.
    fn site(&self) -> Site {
        let texts: Vec<Rc<RecognisedText>> = self.texts.iter().map(|(.., text)| Rc::clone(text)).collect();
        site(self.files.iter().map(|(_, capture)| capture), &texts, self.chosen.as_deref())
    }

    fn captures(&self, site: &Site) -> Result<Captures, CaseError> {
        assign(&self.given(), site)
    }

    fn given(&self) -> Vec<GivenCapture> {
        self.files.iter().map(|(_, capture)| GivenCapture { capture: Rc::clone(capture), side: None }).collect()
    }

    /// What is known of the requests that failed, without what long texts tell; nothing when there is none of these.
    fn sought(&self) -> Sought {
        let is_long = |text: &&(FileId, PlannedText, Rc<RecognisedText>)| text.1.passed.lines > 0;
        if self.texts.iter().find(is_long).is_none() {
            return Sought::default();
        }
        let others = self.texts.iter().filter(|text| !is_long(text)).map(|(.., text)| Rc::clone(text)).collect();
        sought(&self.given(), others, self.chosen.as_deref(), self.offset).unwrap_or_default()
    }

    fn analyse(&mut self) {
        self.diagnosis = None;
        self.table.take();
        if self.files.is_empty() && self.texts.is_empty() {
            return;
        }
        // What has no side was not taken.
        let site = self.site();
        let Ok(captures) = self.captures(&site) else { return };
        let inputs = Inputs {
            captures,
            site,
            texts: self.texts.iter().map(|(.., text)| Rc::clone(text)).collect(),
            logs: None,
            unreadable: self.unreadable.iter().map(|(_, file)| file.clone()).collect(),
            trace: self.trace.clone(),
            swapped: self.swapped,
            offset: self.offset,
            is_sample: self.files.iter().any(|(file, _)| self.samples.contains(file)),
            now: self.now,
        };
        self.diagnosis = Some(Case::new(inputs).diagnose());
    }

    /// Why which file is which side.
    fn assignment(&self, diagnosis: &Diagnosis) -> String {
        let facts = diagnosis.facts();
        let went = |seen: &SideView<'_>| {
            let (name, through) = (escape_invisible(&seen.capture?.name, 120), seen.via_cloudflare.len());
            let of = seen.answered().count().max(through);
            Some(match through {
                0 if of == 0 => format!("{name} holds no answer of the site"),
                0 => format!("{name} did not go through Cloudflare (none of {of} answers carries its headers)"),
                _ => format!("{name} went through Cloudflare ({through} of {of} answers carry its headers)"),
            })
        };
        let sides = [&facts.proxied, &facts.direct];
        let mut text = sides.into_iter().flatten().filter_map(went).collect::<Vec<_>>().join("; ");
        if self.swapped && !diagnosis.case.exchanged {
            text.push_str("; you exchanged the sides");
        }
        if text.is_empty() {
            return "There is no capture yet: what stands here was taken from texts.".to_owned();
        }
        text.push('.');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fivetwenty_captures::compare::Difference;
    use fivetwenty_inputs::CaptureReader;
    use fivetwenty_model::protocol::{Change, Column, Row, Show, Sort};

    const PROXIED: &[u8] = include_bytes!("../../../tests/data/lab/chromium-156/empty-reply/proxied.har");
    const DIRECT: &[u8] = include_bytes!("../../../tests/data/lab/chromium-156/empty-reply/direct.har");
    /// The first of December 2026.
    fn now() -> Timestamp {
        Timestamp::from_unix_ms(1_796_083_200_000).unwrap()
    }

    /// Pushes a text in chunks of this size, and hands on every batch that is due then.
    fn push(reader: &mut CaptureReader, text: &[u8], chunk: usize) -> Vec<Vec<u8>> {
        let mut batches = Vec::new();
        for bytes in text.chunks(chunk) {
            reader.push_with(bytes.len(), |buffer| buffer.copy_from_slice(bytes));
            batches.extend(reader.batch().unwrap());
        }
        batches
    }

    /// Reads a file in chunks of this size, each with a batch of its own.
    fn load(session: &mut Session, file: FileId, name: &str, text: &[u8], chunk: usize) -> Result<(), WorkerError> {
        let mut reader = CaptureReader::new(name, text.len() as u64);
        session.begin(file, name, text.len() as u64, false);
        for batch in push(&mut reader, text, chunk) {
            session.add(file, &batch).unwrap();
        }
        assert_eq!((reader.progress().bytes, reader.progress().of), (text.len() as u64, Some(text.len() as u64)));
        session.add(file, &reader.finish().unwrap().0).unwrap();
        session.end(file, None, now())
    }

    fn both() -> Session {
        let mut session = Session::default();
        load(&mut session, 7, "direct.har", DIRECT, 1000).unwrap();
        load(&mut session, 8, "proxied.har", PROXIED, 64 * 1024).unwrap();
        session
    }

    fn query(show: Show, text: &str) -> RowQuery {
        RowQuery { from: 0, count: 200, show, text: text.to_owned(), sort: Sort::default() }
    }

    /// Breaks when the order in which files are given decides which side they are, or when an exchange by hand is not carried out.
    #[test]
    fn it_finds_out_which_is_which() {
        let mut session = Session::default();
        assert_eq!(session.overview(), None);
        load(&mut session, 7, "direct.har", DIRECT, 1000).unwrap();
        let alone = session.overview().unwrap();
        assert_eq!((alone.proxied, alone.direct), (None, Some(7)));
        let mut session = both();
        let overview = session.overview().unwrap();
        assert_eq!((overview.proxied, overview.direct), (Some(8), Some(7)));
        assert_eq!(
            overview.assignment,
            "proxied.har went through Cloudflare (9 of 9 answers carry its headers); direct.har did not go through Cloudflare (none of 5 answers carries its headers)."
        );
        assert_eq!(overview.report.verdict.cause.as_ref().map(Redacted::as_str), Some("empty-reply"));
        // The evidence is plain, so that saying otherwise changes what they were given as and no more.
        session.swap_sides();
        let exchanged = session.overview().unwrap();
        assert_eq!((exchanged.proxied, exchanged.direct), (Some(8), Some(7)));
        assert_eq!(exchanged.report.warnings[0].id.as_str(), "captures-swapped");
        session.forget(8);
        assert_eq!(session.overview().unwrap().proxied, None);
        session.forget(7);
        assert_eq!(session.overview(), None);
    }

    /// Breaks when a third capture pushes one of the two away, or what is no batch is taken for one.
    #[test]
    fn what_cannot_be_loaded_says_so() {
        let mut session = both();
        let third = load(&mut session, 9, "third.har", DIRECT, 1000);
        assert!(third.is_err_and(|error| error.to_string().starts_with("Two captures are open already.")));
        session.begin(10, "a.har", 1, false);
        assert!(session.add(10, &[200]).is_err_and(|error| error.to_string().starts_with("The entries could not be unpacked")));
        assert!(session.end(10, None, now()).is_err_and(|error| matches!(error, WorkerError::NotBeingRead)));
    }

    /// Breaks when a file that is let go while it is read stays in memory, or changes what is said of the others.
    #[test]
    fn a_file_that_is_let_go_while_it_is_read_leaves_nothing() {
        let mut session = both();
        let before = session.overview();
        let batches = push(&mut CaptureReader::new("c.har", 1), DIRECT, 1000);
        session.begin(9, "c.har", 1, false);
        session.add(9, &batches[0]).unwrap();
        assert!(!session.forget(9));
        assert!(session.coming.is_empty());
        // What was on its way already comes too late.
        session.add(9, &batches[1]).unwrap();
        assert!(session.coming.is_empty() && session.overview() == before);
        assert!(session.forget(8));
    }

    /// Breaks when what was handed on before a reader died is lost, or the report does not say that and why the rest is missing.
    #[test]
    fn a_reader_that_dies_leaves_what_it_handed_on() {
        let mut reader = CaptureReader::new("proxied.har", PROXIED.len() as u64);
        let batches = push(&mut reader, &PROXIED[..PROXIED.len() / 2], 1000);
        let mut session = Session::default();
        session.begin(7, "proxied.har", PROXIED.len() as u64, false);
        for batch in &batches {
            session.add(7, batch).unwrap();
        }
        let problem = "reading stopped: the browser ended the worker";
        session
            .end(7, Some(Problem { offset: reader.progress().bytes, line: 0, path: "log.entries".into(), problem: problem.into() }), now())
            .unwrap();
        let report = session.overview().unwrap().report;
        let proxied = report.captures.proxied.unwrap();
        assert_eq!((proxied.entries, proxied.problems_total), (reader.progress().entries, 1));
        assert_eq!(proxied.problems[0].problem.as_str(), problem);
        let warning = report.warnings.iter().find(|warning| warning.id.as_str() == "truncated-export").unwrap();
        assert!(warning.detail.as_str().contains(problem), "{}", warning.detail);
    }

    /// Breaks when the page gets more than a few entries while a file is read, the same one twice, or none that fails.
    #[test]
    fn a_few_entries_are_shown_while_the_rest_is_read() {
        let mut reader = CaptureReader::new("a.har", 1);
        let entry = |status| {
            format!(r#"{{"time":7,"request":{{"method":"GET","url":"https://a.example/x?y"}},"response":{{"status":{status}}}}},"#)
        };
        push(&mut reader, format!("[{}", entry(200).repeat(5)).as_bytes(), 64);
        let first = reader.previews();
        let shown = (first.len(), first[4].entry, first[4].method.as_str(), first[4].host.as_str(), first[4].path.as_str());
        assert_eq!(shown, (5, 4, "GET", "a.example", "/x?y"));
        assert_eq!((first[4].status, first[4].failing, first[4].time_ms), (200, false, Some(7.0)));
        push(&mut reader, format!("{}{}", entry(200).repeat(95), entry(520).repeat(50)).as_bytes(), 1000);
        let later: Vec<(u32, bool)> = reader.previews().iter().map(|preview| (preview.entry, preview.failing)).collect();
        let expected: Vec<(u32, bool)> = (5..20).map(|entry| (entry, false)).chain((100..120).map(|entry| (entry, true))).collect();
        assert_eq!(later, expected);
        assert_eq!((reader.progress().entries, reader.progress().failing, reader.previews().len()), (150, 50, 0));
    }

    /// Breaks when more is kept of a file than may be kept, what was kept is lost, or the rest is not counted or left out without a word.
    #[test]
    fn what_is_kept_is_limited() {
        let mut reader = CaptureReader::with_limits("a.har", 1, Limits { kept: 10_000, ..Limits::default() });
        let batches = push(&mut reader, format!("[{}", r#"{"request":{"url":"https://a.example/"}},"#.repeat(1000)).as_bytes(), 100);
        assert_eq!(reader.progress().entries, 1000);
        let (last, stopped) = reader.finish().unwrap();
        let mut capture = Capture::default();
        batches.iter().chain([&last]).for_each(|batch| {
            Batch::from_bytes(batch).unwrap().add_to(&mut capture);
        });
        let (stopped, kept) = (stopped.unwrap(), capture.entries.len());
        assert!(kept > 5 && kept < 300 && !capture.whole, "{kept}");
        let expected =
            format!("more than 10.0 KB would be kept of it: the first {kept} of 1,000 entries are kept, the others only counted");
        assert_eq!(stopped, expected);
    }

    /// Breaks when the report does not say that another file could not be read, or goes on saying so when that file is gone.
    #[test]
    fn an_unreadable_file_is_named_until_it_leaves() {
        let ids = |session: &Session| {
            let warnings = session.overview().unwrap().report.warnings;
            warnings
                .iter()
                .filter(|warning| warning.id.as_str() == "unreadable-input")
                .map(|warning| warning.detail.to_string())
                .collect::<Vec<_>>()
        };
        let mut session = Session::default();
        session.unreadable(6, "notes.txt", "Not valid JSON at line 1 (byte 0): expected a JSON value, found \"h\"");
        assert_eq!(session.overview(), None);
        load(&mut session, 7, "proxied.har", PROXIED, 1000).unwrap();
        let expected =
            "notes.txt could not be read. Not valid JSON at line 1 (byte 0): expected a JSON value, found \"h\". The report uses the rest.";
        assert_eq!(ids(&session), [expected]);
        session.forget(6);
        assert_eq!(ids(&session), [""; 0]);
    }

    /// Breaks when a long text is not read again for what a capture tells, is for what it tells itself, or stands there twice then.
    #[test]
    fn a_long_text_is_read_again_for_what_failed() {
        let mut session = Session::default();
        let passed = || PassedOver { lines: 5, ..PassedOver::default() };
        let page = "error code: 520\nRay ID: 9d7018700a17c2b1\n";
        session.text(9, "page.txt", page, passed(), now()).unwrap();
        assert!(session.overview().unwrap().sought.is_empty());
        session.text(9, "page.txt", page, PassedOver::default(), now()).unwrap();
        assert!(session.overview().unwrap().sought.is_empty(), "nothing is to be read again");
        session.text(10, "access.log", page, passed(), now()).unwrap();
        assert_eq!(session.overview().unwrap().sought.rays, ["9d7018700a17c2b1"]);
        load(&mut session, 8, "proxied.har", PROXIED, 1000).unwrap();
        let overview = session.overview().unwrap();
        assert_eq!(overview.sought.rays.iter().filter(|ray| ray.starts_with("a5dce3d")).count(), 3);
        assert_eq!((overview.texts, overview.sought.times.len(), &*overview.sought.hosts[0]), (vec![9, 10], 4, "shop.example"));
    }

    /// Breaks when a later capture through Cloudflare is not followed, or letting one of the first two go leaves it in the wrong place.
    #[test]
    fn a_later_capture_is_followed() {
        let text = String::from_utf8(PROXIED.to_vec())
            .unwrap()
            .replace("2026-11-21T04", "2026-11-21T05")
            .replace("\"status\": 520", "\"status\": 200");
        let mut session = both();
        load(&mut session, 9, "after.har", text.as_bytes(), 1000).unwrap();
        let overview = session.overview().unwrap();
        assert_eq!((overview.proxied, overview.direct, overview.after), (Some(8), Some(7), Some(9)));
        let after = overview.report.after.unwrap();
        assert_eq!((after.gone.len(), after.still.len(), after.new.len(), after.not_asked.len()), (1, 0, 0, 0));
        session.forget(8);
        let overview = session.overview().unwrap();
        assert_eq!((overview.proxied, overview.direct, overview.after), (Some(9), Some(7), None));
    }

    /// Breaks when the page's text is not the very text that the command line writes.
    #[test]
    fn the_text_is_the_command_lines() {
        let overview = both().overview().unwrap();
        assert_eq!(overview.text, include_str!("../../../tests/data/reports/empty-reply.txt"));
        assert_eq!(overview.full, include_str!("../../../tests/data/reports/empty-reply.full.txt"));
        assert_eq!(overview.json, include_str!("../../../tests/data/reports/empty-reply.json"));
    }

    /// Breaks when a filter lets through what it should not, or a window is cut elsewhere than asked.
    #[test]
    fn rows_come_in_windows() {
        let session = both();
        let all = session.rows(query(Show::All, ""));
        assert_eq!((all.total, all.matching, all.rows.len()), (9, 9, 9));
        let failing = session.rows(query(Show::Failing, ""));
        assert_eq!((failing.total, failing.matching), (9, 3));
        assert!(failing.rows.iter().all(|row| row.cited && row.differs == [Difference::Status]));
        assert_eq!(failing.rows[0].proxied.as_ref().unwrap().colo.as_deref(), Some("FRA"));
        assert_eq!(failing.rows[0].direct.as_ref().unwrap().error.as_deref(), Some("net::ERR_EMPTY_RESPONSE"));
        assert_eq!(session.rows(query(Show::Differences, "")).matching, 3);
        assert_eq!(session.rows(query(Show::All, " ORDERS ")).matching, 3);
        assert_eq!(session.rows(query(Show::All, "err_empty")).matching, 3);
        assert_eq!(session.rows(query(Show::All, "no such thing")).matching, 0);
        // Letter by letter, and back again, as a person types.
        for text in ["j", "js", "o", "or", "orders", "ord", "o", "5", "52", "520", ""] {
            assert_eq!(session.rows(query(Show::All, text)).matching, both().rows(query(Show::All, text)).matching, "{text}");
        }
        let window = session.rows(RowQuery { from: 7, count: 5, ..RowQuery::default() });
        assert_eq!(window.rows, all.rows[7..]);
        let find = |entry| session.find(&query(Show::All, ""), Goto::Entry(Side::Direct, entry));
        assert_eq!(find(7), Some(Found { key: all.rows[7].key, index: 7, hidden: false }));
        assert_eq!(find(9), None);
    }

    /// Breaks when rows stand in another order than that of their column, or equal ones lose the order of the capture.
    #[test]
    fn rows_are_sorted_by_any_column() {
        let session = both();
        let entries = |by, descending| {
            let query = RowQuery { sort: Sort { by, descending }, ..query(Show::All, "") };
            session.rows(query).rows.iter().map(|row| row.key.proxied.unwrap()).collect::<Vec<_>>()
        };
        for (by, up, down) in [
            (Column::Start, [0, 1, 2, 3, 4, 5, 6, 7, 8], [8, 7, 6, 5, 4, 2, 3, 1, 0]),
            (Column::Proxied, [0, 1, 2, 3, 4, 5, 6, 7, 8], [6, 7, 8, 0, 1, 2, 3, 4, 5]),
            (Column::Direct, [0, 1, 2, 3, 4, 5, 6, 7, 8], [6, 7, 8, 0, 1, 2, 3, 4, 5]),
            (Column::Differs, [0, 1, 2, 3, 4, 5, 6, 7, 8], [6, 7, 8, 0, 1, 2, 3, 4, 5]),
        ] {
            assert_eq!((entries(by, false), entries(by, true)), (up.to_vec(), down.to_vec()), "{by:?}");
        }
        let mut query = RowQuery { sort: Sort { by: Column::Request, descending: false }, ..query(Show::All, "") };
        let paths = |query: RowQuery| session.rows(query).rows.into_iter().map(|row| row.path).collect::<Vec<_>>();
        let up = paths(query.clone());
        assert!(up.is_sorted(), "{up:?}");
        query.sort.descending = true;
        assert!(paths(query.clone()).is_sorted_by(|one, other| one >= other));
        for by in [Column::Size, Column::Time] {
            query.sort = Sort { by, descending: true };
            let values = session.rows(query.clone()).rows;
            let value = |row: &Row| {
                row.proxied.as_ref().map(|cell| if by == Column::Time { cell.time_ms } else { cell.bytes.map(|bytes| bytes as f64) })
            };
            assert!(values.is_sorted_by(|one, other| value(one) >= value(other)), "{by:?}");
        }
    }

    /// Breaks when counts are of other rows than those shown, a click on a value writes another filter, or what failing rows share is
    /// shared by all.
    #[test]
    fn rows_come_with_what_they_have() {
        let session = both();
        let failing = session.rows(query(Show::Failing, "orders"));
        assert_eq!((failing.total, failing.different, failing.failing), (9, 3, 3));
        let facet = |rows: &Rows, prefix: &str| {
            let facet = rows.facets.iter().find(|facet| facet.prefix == prefix).unwrap();
            facet.choices.iter().map(|choice| (choice.value.clone(), choice.count, choice.chosen, choice.text.clone())).collect::<Vec<_>>()
        };
        let choice = |value: &str, count, chosen, text: &str| (value.to_owned(), count, chosen, text.to_owned());
        assert_eq!(
            facet(&failing, "status"),
            [choice("520", 3, false, "orders status:520"), choice("none", 3, false, "orders status:none")]
        );
        assert_eq!(facet(&failing, "differs"), [choice("status", 3, false, "orders differs:status")]);
        let all = session.rows(query(Show::All, "status:520"));
        assert_eq!(
            facet(&all, "status"),
            [choice("200", 6, false, "status:200"), choice("520", 3, true, ""), choice("none", 3, false, "status:none")]
        );
        assert_eq!(all.matching, 3);
        assert!(all.shared.iter().all(|shared| shared.others < 6), "{:?}", all.shared);
        assert!(all.shared.iter().any(|shared| (shared.name.as_str(), shared.others) == ("Path", 0)), "{:?}", all.shared);
        assert!(all.axis_ms > 0.0);
    }

    /// Breaks when a link leads to a row that the filter hides without a word, or the next difference is one that is hidden or does not
    /// differ.
    #[test]
    fn rows_are_found_where_they_stand() {
        let session = both();
        let key = |entry| RowKey { proxied: Some(entry), direct: Some(entry) };
        let found = |show, text: &str, to| {
            session.find(&query(show, text), to).map(|found| (found.key.proxied.unwrap(), found.index, found.hidden))
        };
        assert_eq!(found(Show::Failing, "", Goto::Entry(Side::Proxied, 7)), Some((7, 1, false)));
        assert_eq!(found(Show::Failing, "", Goto::Entry(Side::Direct, 2)), Some((2, 2, true)));
        assert_eq!(found(Show::All, "no such", Goto::Entry(Side::Direct, 2)), Some((2, 2, true)));
        for (from, differing, next, previous) in [
            (0, false, Some((1, 1, false)), None),
            (0, true, Some((6, 6, false)), None),
            (7, true, Some((8, 8, false)), Some((6, 6, false))),
            (6, true, Some((7, 7, false)), None),
            (8, false, None, Some((7, 7, false))),
        ] {
            let (next_to, previous_to) = (Goto::Next { from: key(from), differing }, Goto::Previous { from: key(from), differing });
            assert_eq!((found(Show::All, "", next_to), found(Show::All, "", previous_to)), (next, previous), "{from} {differing}");
        }
        assert_eq!(found(Show::Failing, "", Goto::Next { from: key(0), differing: false }), None);
    }

    /// Breaks when the table is another one than is shown, or a value of a URL leaves in it.
    #[test]
    fn rows_are_saved_as_they_are_shown() {
        let session = both();
        let sort = Sort { by: Column::Start, descending: true };
        let csv = session.csv(&RowQuery { sort, ..query(Show::Failing, "") });
        let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[0].starts_with("\"entry proxied\",\"entry direct\",\"status proxied\""));
        assert!(lines[1].starts_with("\"8\",\"8\",\"520\",\"no response\",\"GET\",\"http://shop.example/api/orders"), "{}", lines[1]);
        assert!(lines[1].contains("\"net::ERR_EMPTY_RESPONSE\"") && lines[1].contains("\"FRA\""), "{}", lines[1]);
        assert_eq!(Session::default().csv(&RowQuery::default()), "");
    }

    /// Breaks when Cloudflare's own error page is held against the origin's response, or what it sets is called a difference.
    #[test]
    fn cloudflares_page_is_not_compared() {
        let session = both();
        let detail = session.detail(RowKey { proxied: Some(6), direct: Some(6) }, [None, None]).unwrap();
        assert!(detail.own_page && detail.response_headers.iter().all(|line| !line.change.tells()));
        let status = &detail.facts[0];
        let said = [&status.proxied, &status.direct].map(|said| said.clone().unwrap());
        assert_eq!((status.name.as_str(), said[0].text.get(..3), said[0].failing), ("Status", Some("520"), true));
        assert_eq!((said[1].text.as_str(), said[1].about.as_str(), said[1].failing), ("", "no response", true));
        assert!(detail.curl.starts_with("curl -sv -o /dev/null 'http://shop.example/api/orders"), "{}", detail.curl);
        let ray = detail.response_headers.iter().find(|line| line.name == "cf-ray").unwrap();
        assert!(ray.change == Change::Edge && ray.note.starts_with("The Ray ID"));
        assert!(!session.detail(RowKey { proxied: Some(0), direct: Some(0) }, [None, None]).unwrap().own_page);
    }

    /// Breaks when an entry is read again from the wrong place, or a value that had been cut stays cut.
    #[test]
    fn a_detail_is_read_again_from_the_file() {
        let session = both();
        let key = RowKey { proxied: Some(0), direct: Some(0) };
        let ranges = session.detail_ranges(key);
        assert_eq!([ranges[0].as_ref().unwrap().0, ranges[1].as_ref().unwrap().0], [8, 7]);
        let [proxied, direct] = ranges;
        let slice = |file: &[u8], range: Option<(FileId, Range<u64>)>| {
            let range = range.unwrap().1;
            Some(file[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()].to_vec())
        };
        let full = session.detail(key, [slice(PROXIED, proxied), slice(DIRECT, direct)]).unwrap();
        let kept = session.detail(key, [None, None]).unwrap();
        // Bodies are not kept, so only what is read again can be compared.
        let same = |detail: &Detail| [&detail.proxied, &detail.direct].map(|side| side.as_ref().unwrap().same_body);
        assert_eq!((same(&full), same(&kept)), ([true; 2], [false; 2]));
        assert_eq!(full.response_headers, kept.response_headers, "nothing in the sample is long enough to be cut");
        let server = full.response_headers.iter().find(|line| line.name == "server").unwrap();
        let value = server.proxied.iter().flatten().map(|piece| piece.text.as_str()).collect::<String>();
        assert_eq!((value.as_str(), server.change), ("cloudflare", Change::Edge));
        assert_eq!(full.proxied.as_ref().unwrap().ray.as_ref().unwrap().city.as_deref(), Some("Frankfurt-am-Main"));
        assert!(session.detail(RowKey { proxied: Some(0), direct: Some(1) }, [None, None]).is_err());
    }

    /// Breaks when a value longer than what is kept of it is not shown whole on demand.
    #[test]
    fn long_values_are_whole_in_a_detail() {
        let long = "x".repeat(5000);
        let text = format!(
            r#"[{{"request":{{"method":"GET","url":"https://shop.example/{long}"}},"response":{{"status":200,"headers":[{{"name":"link","value":"{long}"}}]}}}}]"#
        );
        let mut session = Session::default();
        load(&mut session, 1, "a.har", text.as_bytes(), 100).unwrap();
        let row = session.rows(RowQuery { count: 1, ..RowQuery::default() }).rows.remove(0);
        let [proxied, direct] = session.detail_ranges(row.key);
        let range = proxied.or(direct).unwrap().1;
        let bytes = text.as_bytes()[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()].to_vec();
        let bytes = if row.key.proxied.is_some() { [Some(bytes), None] } else { [None, Some(bytes)] };
        let detail = session.detail(row.key, bytes).unwrap();
        let line = &detail.response_headers[0];
        assert_eq!(line.proxied.as_ref().or(line.direct.as_ref()).unwrap()[0].text, long);
        assert!(detail.url.ends_with(&long));
    }

    /// Breaks when reading goes on, or memory grows, after the text is known to be broken.
    #[test]
    fn a_broken_file_is_not_read_on() {
        let mut reader = CaptureReader::new("a.har", 1 << 20);
        reader.push_with(3, |buffer| buffer.copy_from_slice(b"x ["));
        assert!(reader.is_over());
        reader.push_with(1 << 20, |_| panic!("nothing more is wanted"));
        assert_eq!(reader.into_capture().unwrap_err().to_string(), "Not valid JSON at line 1 (byte 0): expected a JSON value, found \"x\"");
    }

    /// Breaks when what was read before an interruption is lost.
    #[test]
    fn an_interruption_keeps_what_was_read() {
        let mut reader = CaptureReader::new("a.har", 1 << 20);
        let start = br#"{"log":{"entries":[{"request":{"url":"https://a/"}},"#;
        reader.push_with(start.len(), |buffer| buffer.copy_from_slice(start));
        reader.interrupted("the file has changed");
        let capture = reader.into_capture().unwrap();
        let problem = "reading stopped: the file has changed, after 52 B of 1.0 MB";
        assert_eq!((capture.entries.len(), &*capture.problems[0].problem), (1, problem));
    }
}
