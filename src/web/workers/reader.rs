//! Readers: one worker for each file.

use fivetwenty_captures::har::Problem;
use fivetwenty_model::part::Part;
use fivetwenty_model::passed::{PassedOver, Sought};
use fivetwenty_model::protocol::{Effort, FileId, FromReader, Progress, ToAnalyst, ToReader, role};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::client::WorkerClient;
use super::slots::{Given, LongText, Reading};
use crate::labels;
use crate::state::{Action, Offer};
use crate::web::error::WebError;
use crate::web::{now, now_ms, timing};

impl WorkerClient {
    /// Reads these files, each in a worker of its own.
    pub(crate) fn read(&self, files: Vec<(Offer, File)>, notice: String) {
        self.begin_case();
        let numbered: Vec<_> = files.into_iter().map(|(offer, content)| (self.next_file(), offer, content)).collect();
        let listed = numbered.iter().map(|(id, offer, _)| (*id, offer.clone())).collect();
        self.dispatch(Action::Given { files: listed, notice });
        for (id, offer, content) in numbered {
            timing::mark(timing::GIVEN, id, Progress::default(), Effort::default());
            self.begin(id, offer, content, None, Sought::default());
        }
    }

    /// Stops reading a file, at once.
    pub(crate) fn cancel(&self, id: FileId) {
        self.begin_case();
        self.stop_reader(id);
        self.dispatch(Action::Cancelled(id));
        self.forget(id);
    }

    /// Removes a file, whatever its state.
    pub(crate) fn remove(&self, id: FileId) {
        self.begin_case();
        self.stop_reader(id);
        let taken: Vec<Given> = self.0.given.borrow_mut().extract_if(.., |given| given.file == id).collect();
        self.0.taken.replace(taken);
        if self.0.probe.file.get() == Some(id) {
            self.0.probe.file.set(None);
            self.0.probe.trace.take();
            self.send_trace();
        }
        self.dispatch(Action::Removed(id));
        self.forget(id);
    }

    /// Reads the files again that were taken away last.
    pub(super) fn read_again(&self) {
        self.begin_case();
        let taken = self.0.taken.take();
        let numbered: Vec<_> = taken.into_iter().map(|given| Given { file: self.next_file(), ..given }).collect();
        let listed = numbered.iter().map(|given| (given.file, given.offer.clone())).collect();
        self.dispatch(Action::Given { files: listed, notice: String::new() });
        for Given { file, offer, content, part } in numbered {
            self.begin(file, offer, content, part, Sought::default());
        }
    }

    fn begin(&self, id: FileId, offer: Offer, content: File, part: Option<Part>, sought: Sought) {
        let name = offer.name.clone();
        let mut given = self.0.given.borrow_mut();
        if given.iter().all(|given| given.file != id) {
            given.push(Given { file: id, offer: offer.clone(), content: content.clone(), part: part.clone() });
        }
        drop(given);
        if let Err(error) = self.start_reader(id, offer, content, part, sought) {
            let error = labels::no_worker(&error);
            self.read_failed(id, name, error.clone(), error);
        }
    }

    fn start_reader(&self, id: FileId, offer: Offer, content: File, part: Option<Part>, sought: Sought) -> Result<(), WebError> {
        let (listener, client) = (self.clone(), self.clone());
        let reader = self.start::<FromReader>(
            role::READER,
            move |message, parts| listener.on_reader(message, &parts),
            move |error| client.on_reader_error(id, &labels::worker_broke(&error)),
        )?;
        let message = ToReader::Read { file: id, name: offer.name.clone(), size: offer.size, part: part.clone(), sought: sought.clone() };
        reader.send(&message, &[content.clone().into()], &[])?;
        self.0.readers.borrow_mut().push(Reading { file: id, worker: reader, offer, content, part, sought, forwarded: None, shows: false });
        Ok(())
    }

    /// Ends the reader of a file, if it still has one, and returns what was kept for it.
    pub(super) fn stop_reader(&self, id: FileId) -> Option<Reading> {
        let mut readers = self.0.readers.borrow_mut();
        let at = readers.iter().position(|reading| reading.file == id)?;
        Some(readers.remove(at))
    }

    /// A reader ended too early. The report is made of the entries that the analyst has; without any, the file could not be read.
    fn on_reader_error(&self, file: FileId, why: &str) {
        let Some(reading) = self.stop_reader(file) else { return };
        let Some(progress) = reading.forwarded else {
            return self.read_failed(file, reading.offer.name, why.to_owned(), labels::not_read(why));
        };
        let problem = labels::reading_broke_off(&progress.stopped(why));
        self.dispatch(Action::Read(file, progress, Some(problem.clone())));
        self.end_file(file, Some(Problem { offset: progress.bytes, line: 0, path: "log.entries".into(), problem: problem.into() }));
    }

    fn on_reader(&self, message: FromReader, parts: &[JsValue]) {
        match message {
            FromReader::Ready => {}
            FromReader::Progress { file, progress, previews } => {
                self.dispatch(Action::Progress(file, progress, previews, now_ms()));
                self.mark_first(file, progress);
            }
            FromReader::Archive { file, parts } => self.take_archive(file, parts),
            FromReader::Batch { file, progress } => self.forward_batch(file, progress, parts),
            FromReader::Done { file, progress, stopped, effort } => {
                timing::mark(timing::READ, file, progress, effort);
                if self.stop_reader(file).is_some() {
                    self.dispatch(Action::Read(file, progress, stopped));
                    self.end_file(file, None);
                }
            }
            FromReader::Text { file, passed, progress, stopped, effort } => {
                timing::mark(timing::READ, file, progress, effort);
                self.take_text(file, passed, progress, stopped, parts);
            }
            FromReader::Failed { file, error } => self.on_reader_error(file, &error),
        }
    }

    /// A file is a text: the analyst gets it, unopened.
    fn take_text(&self, file: FileId, passed: PassedOver, progress: Progress, stopped: Option<String>, text: &[JsValue]) {
        let Some(Reading { offer, content, part, sought, .. }) = self.stop_reader(file) else { return };
        let mut held = self.0.analyst.held.borrow_mut();
        if !held.contains(&file) {
            held.push(file);
        }
        drop(held);
        if passed.lines > 0 {
            self.0.analyst.long.borrow_mut().push(LongText { file, offer: offer.clone(), content, part, sought });
        }
        self.dispatch(Action::ReadText(file, progress, stopped));
        self.ask_analyst_with(&ToAnalyst::Text { file, name: offer.name, passed, now: now() }, text, text);
    }

    /// Reads long texts again that were read for something else.
    pub(super) fn seek_again(&self, sought: &Sought) {
        let again: Vec<LongText> = self.0.analyst.long.borrow_mut().extract_if(.., |text| text.sought != *sought).collect();
        for LongText { file, offer, content, part, .. } in again {
            self.begin(file, offer, content, part, sought.clone());
        }
    }

    /// The files in an archive take its place.
    fn take_archive(&self, file: FileId, parts: Vec<Part>) {
        let Some(archive) = self.stop_reader(file) else { return };
        self.0.given.borrow_mut().retain(|given| given.file != file);
        let numbered: Vec<_> = parts
            .into_iter()
            .map(|part| {
                let offer = Offer {
                    name: part.name.clone(),
                    size: part.bytes.end - part.bytes.start,
                    folder: false,
                    is_sample: archive.offer.is_sample,
                };
                (self.next_file(), offer, part)
            })
            .collect();
        let listed = numbered.iter().map(|(id, offer, _)| (*id, offer.clone())).collect();
        self.dispatch(Action::ArchiveOpened(file, listed));
        for (id, offer, part) in numbered {
            timing::mark(timing::GIVEN, id, Progress::default(), Effort::default());
            self.begin(id, offer, archive.content.clone(), Some(part), Sought::default());
        }
    }

    /// Marks the first time that entries of a file are shown.
    fn mark_first(&self, file: FileId, progress: Progress) {
        let mut readers = self.0.readers.borrow_mut();
        let reading = readers.iter_mut().find(|reading| reading.file == file && !reading.shows);
        if let Some(reading) = reading.filter(|_| progress.entries > 0) {
            reading.shows = true;
            // After the drawing, which the action dispatched just before has put into the same queue.
            spawn_local(async move { timing::mark(timing::FIRST, file, progress, Effort::default()) });
        }
    }

    /// Forwards a batch to the analyst, unopened.
    fn forward_batch(&self, file: FileId, progress: Progress, batch: &[JsValue]) {
        let begin = {
            let mut readers = self.0.readers.borrow_mut();
            let Some(reading) = readers.iter_mut().find(|reading| reading.file == file) else { return };
            let is_first = reading.forwarded.replace(progress).is_none();
            is_first.then(|| (reading.offer.clone(), reading.part.clone(), reading.content.clone()))
        };
        if let Some((Offer { name, size, is_sample, .. }, part, content)) = begin {
            self.0.analyst.held.borrow_mut().push(file);
            self.ask_analyst_with(&ToAnalyst::Begin { file, name, size, is_sample, part }, &[content.into()], &[]);
        }
        self.ask_analyst_with(&ToAnalyst::Batch { file }, batch, batch);
    }

    /// Nothing could be read from a file: the list of files says so, with what to do, and the report of the others too.
    fn read_failed(&self, file: FileId, name: String, error: String, shown: String) {
        self.dispatch(Action::ReadFailed(file, shown));
        self.0.analyst.unreadable.borrow_mut().push(file);
        self.ask_analyst(&ToAnalyst::Unreadable { file, name, problem: error });
    }
}
