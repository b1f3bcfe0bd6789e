//! The analyst: it holds what was read, and answers the page.

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Problem;
use fivetwenty_model::protocol::{FileId, FromAnalyst, Goto, Progress, RowKey, RowQuery, ToAnalyst, ToBundler, role};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

use super::client::WorkerClient;
use super::remote::Remote;
use crate::labels;
use crate::state::{Action, Seek, Shared};
use crate::web::error::WebError;
use crate::web::save::{self, Finished};
use crate::web::{now, timing};

/// The name under which rows are saved.
const ROWS: &str = "fivetwenty-rows.csv";

impl WorkerClient {
    /// The two sides are the other way round.
    pub(crate) fn swap_sides(&self) {
        self.begin_case();
        self.ask_analyst(&ToAnalyst::SwapSides);
        self.dispatch(Action::Swapped);
    }

    /// The case is about the site of this host; without one it is found out.
    pub(crate) fn choose_site(&self, host: Option<String>) {
        self.begin_case();
        self.ask_analyst(&ToAnalyst::Site(host));
    }

    /// Asks for a window of rows.
    pub(crate) fn rows(&self, query: RowQuery) {
        self.dispatch(Action::RowsRequested(query.clone()));
        self.ask_analyst(&ToAnalyst::Rows(query));
    }

    /// Opens a row.
    pub(crate) fn open(&self, key: RowKey) {
        self.dispatch(Action::Opened(key));
        self.ask_analyst(&ToAnalyst::Detail(key));
    }

    /// Asks for the value of a parameter of an entry's URL, by its number.
    pub(crate) fn value(&self, entry: u32, number: u32) {
        self.ask_analyst(&ToAnalyst::Value { entry, number });
    }

    /// Leads to the entry that evidence names, once the comparison is shown.
    pub(crate) fn seek(&self, seek: Seek) {
        self.dispatch(Action::Seek(seek));
    }

    /// Looks for a row among those of a filter, and opens it.
    pub(crate) fn find(&self, query: RowQuery, to: Goto) {
        self.ask_analyst(&ToAnalyst::Find(query, to));
    }

    /// Saves the rows of a filter as CSV.
    pub(crate) fn csv(&self, query: RowQuery) {
        self.ask_analyst(&ToAnalyst::Csv(query));
    }

    /// The offset of the clock of the origin's logs.
    pub(crate) fn zone(&self, offset: UtcOffset) {
        self.begin_case();
        self.0.analyst.zone.set(offset);
        self.dispatch(Action::Zone(offset));
        self.ask_analyst(&ToAnalyst::Zone(offset));
    }

    fn start_analyst(&self) -> Result<Remote, WebError> {
        let (listener, client) = (self.clone(), self.clone());
        self.start::<FromAnalyst>(
            role::ANALYST,
            move |message, parts| listener.on_analyst(message, &parts),
            move |error| client.on_analyst_error(&error),
        )
    }

    fn on_analyst(&self, message: FromAnalyst, parts: &[JsValue]) {
        match message {
            FromAnalyst::Ready => {}
            FromAnalyst::Empty => {
                self.stop_bundler();
                self.dispatch(Action::Analysed(None));
            }
            FromAnalyst::Overview(overview) => {
                self.stop_bundler();
                self.seek_again(&overview.sought);
                self.dispatch(Action::Analysed(Some(Shared::new(*overview))));
            }
            FromAnalyst::Loaded(file, effort, overview) => {
                self.stop_bundler();
                self.seek_again(&overview.sought);
                self.dispatch(Action::Analysed(Some(Shared::new(*overview))));
                timing::mark(timing::ANALYSED, file, Progress::default(), effort);
            }
            FromAnalyst::Rows(rows) => self.dispatch(Action::RowsLoaded(Shared::new(rows))),
            FromAnalyst::Found(found) => {
                self.dispatch(Action::Found(found));
                if let Some(found) = found {
                    self.ask_analyst(&ToAnalyst::Detail(found.key));
                }
            }
            FromAnalyst::Csv(table) => {
                let saved = Finished::new(ROWS, &Uint8Array::from(table.as_bytes()).buffer()).map(|file| save::download(&[file]));
                if let Ok(Some(notice)) = saved.map(|saved| saved.notice()) {
                    self.dispatch(Action::Notice(notice));
                }
            }
            FromAnalyst::Detail(detail) => self.dispatch(Action::DetailLoaded(Shared::new(*detail))),
            FromAnalyst::Refused(file, error) => {
                self.stop_reader(file);
                self.0.analyst.held.borrow_mut().retain(|held| *held != file);
                self.dispatch(Action::Refused(file, error));
            }
            FromAnalyst::Plan { case, parts: of } => {
                if case == self.case()
                    && let Some(policy) = self.0.bundler.policy.take()
                {
                    self.start_bundler(ToBundler::Make { parts: of, policy }, parts.to_vec());
                }
            }
            FromAnalyst::Value(number, value) => self.dispatch(Action::Unmasked(number, value)),
            FromAnalyst::Failed(error) => self.dispatch(Action::AnalystFailed(error)),
        }
    }

    /// A file has no more entries.
    pub(super) fn end_file(&self, file: FileId, broke_off: Option<Problem>) {
        self.ask_analyst(&ToAnalyst::End { file, broke_off, now: now() });
    }

    /// Drops a file from the analyst. The analyst ends with the last file, which frees its memory.
    pub(super) fn forget(&self, file: FileId) {
        let (mut held, mut unreadable) = (self.0.analyst.held.borrow_mut(), self.0.analyst.unreadable.borrow_mut());
        let before = held.len() + unreadable.len();
        held.retain(|held| *held != file);
        self.0.analyst.long.borrow_mut().retain(|text| text.file != file);
        unreadable.retain(|held| *held != file);
        let left = held.len() + unreadable.len();
        drop((held, unreadable));
        if left == 0 {
            self.stop_analyst();
            self.dispatch(Action::Analysed(None));
        } else if left < before {
            self.ask_analyst(&ToAnalyst::Forget { file });
        }
    }

    /// Ends the analyst with all that it holds.
    pub(super) fn stop_analyst(&self) {
        self.0.analyst.worker.take();
        self.stop_bundler();
        self.0.analyst.held.take();
        self.0.analyst.long.take();
        self.0.analyst.unreadable.take();
    }

    /// The analyst broke and lost everything it held. The readers stop too, since nobody takes their entries.
    fn on_analyst_error(&self, error: &str) {
        for reading in self.0.readers.take() {
            self.dispatch(Action::ReadFailed(reading.file, labels::READING_STOPPED_TOO.to_owned()));
        }
        self.stop_analyst();
        self.dispatch(Action::AnalystFailed(labels::comparison_stopped(&labels::worker_broke(error))));
    }

    /// Sends the last trace to the analyst, if there is one.
    pub(super) fn send_trace(&self) {
        if self.0.analyst.worker.borrow().is_some() {
            let trace = self.0.probe.trace.borrow().clone();
            self.ask_analyst(&ToAnalyst::Trace(trace));
        }
    }

    pub(super) fn ask_analyst(&self, message: &ToAnalyst) {
        self.ask_analyst_with(message, &[], &[]);
    }

    pub(super) fn ask_analyst_with(&self, message: &ToAnalyst, parts: &[JsValue], transfer: &[JsValue]) {
        if let Err(error) = self.send_analyst(message, parts, transfer) {
            self.dispatch(Action::AnalystFailed(labels::comparison_stopped(&labels::worker_broke(&error.to_string()))));
        }
    }

    fn send_analyst(&self, message: &ToAnalyst, parts: &[JsValue], transfer: &[JsValue]) -> Result<(), WebError> {
        let mut analyst = self.0.analyst.worker.borrow_mut();
        let analyst = match &mut *analyst {
            Some(analyst) => analyst,
            none => {
                let analyst = none.insert(self.start_analyst()?);
                if let Some(trace) = &*self.0.probe.trace.borrow() {
                    analyst.send(&ToAnalyst::Trace(Some(trace.clone())), &[], &[])?;
                }
                if self.0.analyst.zone.get() != UtcOffset::UTC {
                    analyst.send(&ToAnalyst::Zone(self.0.analyst.zone.get()), &[], &[])?;
                }
                analyst
            }
        };
        analyst.send(message, parts, transfer)
    }
}
