//! The page's workers: a reader a file, one analyst, one probe. Their messages become actions.
//!
//! A worker is started even while the module that it runs is still on its way, or did not come: what it is sent waits with it, so that
//! trying again is all that a person has to do.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::module::{self, Module};
use super::remote::{FromWorker, Remote};
use super::{now_ms, role, timing};
use crate::protocol::{Effort, FileId, FromAnalyst, FromProbe, FromReader, Progress, RowKey, RowQuery, ToAnalyst, ToProbe, ToReader};
use crate::state::{Action, Offer, Seek, Shared};

const WORKER: &str = "worker.js";
const PROBE: &str = "probe.js";

/// The workers, and where their news goes.
#[derive(Clone)]
pub(crate) struct Crew(Rc<Inner>);

struct Inner {
    tell: Box<dyn Fn(Action)>,
    /// Three at most: no map is needed to find one.
    readers: RefCell<Vec<Reading>>,
    /// Files that nothing could be read from and the report names.
    unreadable: RefCell<Vec<FileId>>,
    analyst: RefCell<Option<Remote>>,
    probe: RefCell<Option<Remote>>,
    /// What all of them run.
    module: RefCell<Module>,
    next: Cell<FileId>,
}

/// A file with the worker that reads it.
struct Reading {
    file: FileId,
    worker: Remote,
    content: File,
    /// Entries of it are shown.
    shows: bool,
}

impl PartialEq for Crew {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Crew {
    /// No worker yet: each is started when it is first needed.
    pub(crate) fn new(tell: impl Fn(Action) + 'static) -> Self {
        Self(Rc::new(Inner {
            tell: Box::new(tell),
            readers: RefCell::default(),
            unreadable: RefCell::default(),
            analyst: RefCell::default(),
            probe: RefCell::default(),
            module: RefCell::new(Module::Absent),
            next: Cell::new(0),
        }))
    }

    /// Gets what the workers run, unless it is here or on its way.
    pub(crate) fn prepare(&self) {
        if !matches!(*self.0.module.borrow(), Module::Absent) {
            return;
        }
        self.0.module.replace(Module::OnItsWay);
        self.tell(Action::Preparing);
        let crew = self.clone();
        spawn_local(async move {
            let loaded = module::load().await;
            let booted = loaded.and_then(|boot| crew.boot(&boot).map(|()| boot));
            let (module, failure) = match booted {
                Ok(boot) => (Module::Here(boot), None),
                Err(error) => (Module::Absent, Some(error)),
            };
            crew.0.module.replace(module);
            // As long as nobody waits for it, it can just as well be tried again when somebody does.
            if let Some(error) = failure.filter(|_| crew.is_waiting()) {
                crew.tell(Action::PrepareFailed(unprepared(&error)));
            }
        });
    }

    /// Reads these files, each in a worker of its own.
    pub(crate) fn read(&self, files: Vec<(Offer, File)>, notice: String) {
        let numbered: Vec<_> = files
            .into_iter()
            .map(|(offer, content)| {
                let id = self.0.next.get();
                self.0.next.set(id + 1);
                (id, offer, content)
            })
            .collect();
        let listed = numbered.iter().map(|(id, offer, _)| (*id, offer.clone())).collect();
        self.tell(Action::Given { files: listed, now_ms: now_ms(), notice });
        // The list of files lets those go that could not be read, and so must the report.
        for file in self.0.unreadable.take() {
            self.ask(&ToAnalyst::Forget { file });
        }
        for (id, offer, content) in numbered {
            timing::mark(timing::GIVEN, id, Progress::default(), Effort::default());
            let name = offer.name.clone();
            if let Err(error) = self.start_reader(id, offer, content) {
                self.read_failed(id, name, format!("The browser could not start a worker for it: {error}."));
            }
        }
    }

    /// Stops reading a file.
    pub(crate) fn cancel(&self, id: FileId) {
        self.end_reader(id);
        self.tell(Action::Cancelled(id));
    }

    /// Lets a file go, whatever became of it.
    pub(crate) fn remove(&self, id: FileId) {
        self.end_reader(id);
        self.0.unreadable.borrow_mut().retain(|file| *file != id);
        self.tell(Action::Removed(id));
        if self.0.analyst.borrow().is_some() {
            self.ask(&ToAnalyst::Forget { file: id });
        }
    }

    /// Ends every worker.
    pub(crate) fn start_over(&self) {
        self.0.readers.borrow_mut().clear();
        self.0.unreadable.take();
        self.0.analyst.take();
        self.0.probe.take();
        self.tell(Action::StartOver);
    }

    /// The two sides are the other way round.
    pub(crate) fn exchange(&self) {
        self.ask(&ToAnalyst::Exchange);
    }

    /// Asks for a window of rows.
    pub(crate) fn rows(&self, query: RowQuery) {
        self.tell(Action::RowsAsked(query.clone()));
        self.ask(&ToAnalyst::Rows(query));
    }

    /// Opens a row.
    pub(crate) fn open(&self, key: RowKey) {
        self.tell(Action::Opened(key));
        self.ask(&ToAnalyst::Detail(key));
    }

    /// Leads to the entry that evidence names.
    pub(crate) fn seek(&self, seek: Seek) {
        let question = ToAnalyst::Find { side: seek.side, entry: seek.entry };
        self.tell(Action::Seek(seek));
        self.ask(&question);
    }

    /// Fetches the trace of what the person typed.
    pub(crate) fn probe(&self, target: String) {
        self.tell(Action::Probing);
        if let Err(error) = self.send_probe(&ToProbe::Trace { target }) {
            self.tell(Action::ProbeFailed(format!("The browser could not start the worker that fetches it: {error}.")));
        }
    }

    fn tell(&self, action: Action) {
        (self.0.tell)(action);
    }

    /// Starts a worker, which gets its module now or when it comes.
    fn start<From: FromWorker>(
        &self,
        loader: &str,
        role: &str,
        hear: impl Fn(From, Vec<JsValue>) + 'static,
        broken: impl Fn(String) + 'static,
    ) -> Result<Remote, String> {
        let worker = Remote::start(loader, role, hear, broken)?;
        if let Module::Here(boot) = &*self.0.module.borrow() {
            worker.boot(boot)?;
        }
        self.prepare();
        Ok(worker)
    }

    /// Gives all workers the module that they wait for.
    fn boot(&self, boot: &Array) -> Result<(), String> {
        let (readers, analyst, probe) = (self.0.readers.borrow(), self.0.analyst.borrow(), self.0.probe.borrow());
        readers.iter().map(|reading| &reading.worker).chain(&*analyst).chain(&*probe).try_for_each(|worker| worker.boot(boot))
    }

    /// Some worker was started.
    fn is_waiting(&self) -> bool {
        !self.0.readers.borrow().is_empty() || self.0.analyst.borrow().is_some() || self.0.probe.borrow().is_some()
    }

    fn start_reader(&self, id: FileId, offer: Offer, content: File) -> Result<(), String> {
        let (hearing, breaking) = (self.clone(), self.clone());
        let reader = self.start::<FromReader>(
            WORKER,
            role::READER,
            move |message, parts| hearing.hear_reader(message, &parts),
            move |error| {
                if let Some(content) = breaking.end_reader(id) {
                    breaking.read_failed(id, content.name(), broken("Reading it", &error));
                }
            },
        )?;
        let message = ToReader::Read { file: id, name: offer.name, size: offer.size };
        reader.send(&message, &[content.clone().into()], &[])?;
        self.0.readers.borrow_mut().push(Reading { file: id, worker: reader, content, shows: false });
        Ok(())
    }

    /// Ends the reader of a file, if it has one still, and gives the file back.
    fn end_reader(&self, id: FileId) -> Option<File> {
        let mut readers = self.0.readers.borrow_mut();
        let at = readers.iter().position(|reading| reading.file == id)?;
        Some(readers.remove(at).content)
    }

    fn hear_reader(&self, message: FromReader, parts: &[JsValue]) {
        match message {
            FromReader::Ready => {}
            FromReader::Progress { file, progress } => {
                self.tell(Action::Progress(file, progress, now_ms()));
                self.mark_first(file, progress);
            }
            FromReader::Done { file, progress, effort } => {
                self.mark_first(file, progress);
                timing::mark(timing::READ, file, progress, effort);
                if let (Some(content), [capture, ..]) = (self.end_reader(file), parts) {
                    self.tell(Action::Read(file, progress, now_ms()));
                    self.load(file, capture.clone(), content);
                }
            }
            FromReader::Failed { file, error } => {
                if let Some(content) = self.end_reader(file) {
                    self.read_failed(file, content.name(), error);
                }
            }
        }
    }

    /// Marks the first time that entries of a file are shown.
    fn mark_first(&self, file: FileId, progress: Progress) {
        let mut readers = self.0.readers.borrow_mut();
        let reading = readers.iter_mut().find(|reading| reading.file == file && !reading.shows);
        if let Some(reading) = reading.filter(|_| progress.entries > 0) {
            reading.shows = true;
            timing::mark(timing::FIRST, file, progress, Effort::default());
        }
    }

    /// Nothing could be read from a file: the list of files says so, and the report of the others too.
    fn read_failed(&self, file: FileId, name: String, error: String) {
        self.tell(Action::ReadFailed(file, error.clone()));
        self.0.unreadable.borrow_mut().push(file);
        self.ask(&ToAnalyst::Unreadable { file, name, problem: error });
    }

    /// Hands a capture on to the analyst, unopened.
    fn load(&self, file: FileId, capture: JsValue, content: File) {
        #[expect(clippy::cast_possible_truncation, reason = "a clock's milliseconds fit for 280,000 years")]
        let message = ToAnalyst::Load { file, now_ms: now_ms() as i64 };
        self.ask_with(&message, &[capture.clone(), content.into()], &[capture]);
    }

    fn ask(&self, message: &ToAnalyst) {
        self.ask_with(message, &[], &[]);
    }

    fn ask_with(&self, message: &ToAnalyst, parts: &[JsValue], transfer: &[JsValue]) {
        if let Err(error) = self.send_analyst(message, parts, transfer) {
            self.tell(Action::AnalystFailed(broken("The comparison", &error)));
        }
    }

    fn send_analyst(&self, message: &ToAnalyst, parts: &[JsValue], transfer: &[JsValue]) -> Result<(), String> {
        let mut analyst = self.0.analyst.borrow_mut();
        let analyst = match &mut *analyst {
            Some(analyst) => analyst,
            none => none.insert(self.start_analyst()?),
        };
        analyst.send(message, parts, transfer)
    }

    fn start_analyst(&self) -> Result<Remote, String> {
        let (hearing, breaking) = (self.clone(), self.clone());
        self.start::<FromAnalyst>(
            WORKER,
            role::ANALYST,
            move |message, _| hearing.hear_analyst(message),
            move |error| {
                breaking.0.analyst.take();
                breaking.tell(Action::AnalystFailed(broken("The comparison", &error)));
            },
        )
    }

    fn hear_analyst(&self, message: FromAnalyst) {
        match message {
            FromAnalyst::Ready => {}
            FromAnalyst::Empty => self.tell(Action::Analysed(None)),
            FromAnalyst::Overview(overview) => self.tell(Action::Analysed(Some(Shared::new(*overview)))),
            FromAnalyst::Loaded(file, effort, overview) => {
                self.tell(Action::Analysed(Some(Shared::new(*overview))));
                timing::mark(timing::ANALYSED, file, Progress::default(), effort);
            }
            FromAnalyst::Rows(rows) => self.tell(Action::RowsCame(Shared::new(rows))),
            FromAnalyst::Found(found) => {
                self.tell(Action::Found(found));
                if let Some((_, key)) = found {
                    self.ask(&ToAnalyst::Detail(key));
                }
            }
            FromAnalyst::Detail(detail) => self.tell(Action::DetailCame(Shared::new(*detail))),
            FromAnalyst::Refused(file, error) => self.tell(Action::Refused(file, error)),
            FromAnalyst::Failed(error) => self.tell(Action::AnalystFailed(error)),
        }
    }

    fn send_probe(&self, message: &ToProbe) -> Result<(), String> {
        let mut probe = self.0.probe.borrow_mut();
        let probe = match &mut *probe {
            Some(probe) => probe,
            none => none.insert(self.start_probe()?),
        };
        probe.send(message, &[], &[])
    }

    fn start_probe(&self) -> Result<Remote, String> {
        let (hearing, breaking) = (self.clone(), self.clone());
        self.start::<FromProbe>(
            PROBE,
            role::PROBE,
            move |message, _| hearing.hear_probe(message),
            move |error| {
                breaking.0.probe.take();
                breaking.tell(Action::ProbeFailed(broken("Fetching the trace", &error)));
            },
        )
    }

    fn hear_probe(&self, message: FromProbe) {
        if let FromProbe::Trace { trace, .. } = &message {
            self.ask(&ToAnalyst::Trace(Some(trace.clone())));
        }
        self.tell(Action::Probed(Shared::new(message)));
    }
}

/// What is said when the workers' module does not come.
fn unprepared(error: &str) -> String {
    format!("The part of this page that reads and compares could not be loaded ({error}). What you gave is kept.")
}

/// What a worker that broke leaves to say. The browser gives no reason when memory ran out.
fn broken(what: &str, error: &str) -> String {
    let error = error.trim_start_matches("Uncaught ");
    if error.is_empty() {
        format!("{what} stopped: the browser ended the worker, most often because memory ran out.")
    } else {
        format!("{what} stopped unexpectedly ({error}). If memory ran out, close other tabs and try again.")
    }
}
