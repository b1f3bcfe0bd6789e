//! The page's workers: a reader a file, one analyst, one probe. Their messages become actions.
//!
//! A worker is started even while the module that it runs is still on its way, or did not come: what it is sent waits with it, so that
//! trying again is all that a person has to do.

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_model::protocol::role;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::message::thrown;
use super::module::{self, Module};
use super::remote::{FromWorker, Remote};
use super::save::{self, Finished, Saved};
use super::{now, timing};
use crate::state::{Action, Offer, Seek, Shared};
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::har::Problem;
use fivetwenty_model::part::Part;
use fivetwenty_model::probe::{self, Question};
use fivetwenty_model::protocol::{
    Effort, FileId, FromAnalyst, FromBundler, FromProbe, FromReader, Packed, Progress, RowKey, RowQuery, ToAnalyst, ToBundler, ToProbe,
    ToReader,
};
use fivetwenty_redact::Policy;

const WORKER: &str = "worker.js";
const PROBE: &str = "probe.js";
/// The name under which the archive is saved.
const ARCHIVE: &str = "fivetwenty-bundle.zip";
/// The name under which the person's rules are saved.
const RULES: &str = "redaction.json";

/// The workers, and where their news goes.
#[derive(Clone)]
pub(crate) struct WorkerClient(Rc<Inner>);

struct Inner {
    tell: Box<dyn Fn(Action)>,
    /// Three at most: no map is needed to find one.
    readers: RefCell<Vec<Reading>>,
    /// Files of which the analyst holds something.
    held: RefCell<Vec<FileId>>,
    /// Files that nothing could be read from and the report names.
    unreadable: RefCell<Vec<FileId>>,
    analyst: RefCell<Option<Remote>>,
    /// The trace that the probe brought last, whole: what is about the visitor is to be looked for in what leaves.
    trace: RefCell<Option<Trace>>,
    /// What the probe brought, to be saved.
    probed: RefCell<Option<Finished>>,
    /// The same among the files.
    probe_file: Cell<Option<FileId>>,
    probe: RefCell<Option<Remote>>,
    /// The number of the question that the probe has, or is started for.
    asked: Cell<u32>,
    /// Makes the bundle, and knows what its tokens stand for.
    bundler: RefCell<Option<Remote>>,
    /// What the person wants redacted or kept, until the bundler is told.
    policy: RefCell<Option<Policy>>,
    /// The offset of the clock of the origin's logs.
    zone: Cell<UtcOffset>,
    /// The bundle's files, in the order in which the page lists them.
    finished: RefCell<Vec<Finished>>,
    /// What all of them run.
    module: RefCell<Module>,
    next: Cell<FileId>,
}

/// A file with the worker that reads it.
struct Reading {
    file: FileId,
    worker: Remote,
    offer: Offer,
    content: File,
    /// What of it is read, if it is one of several.
    part: Option<Part>,
    /// How much of it the analyst has, if it has any.
    handed_on: Option<Progress>,
    /// Entries of it are shown.
    shows: bool,
}

impl PartialEq for WorkerClient {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl WorkerClient {
    /// No worker yet: each is started when it is first needed.
    pub(crate) fn new(tell: impl Fn(Action) + 'static) -> Self {
        Self(Rc::new(Inner {
            tell: Box::new(tell),
            readers: RefCell::default(),
            held: RefCell::default(),
            unreadable: RefCell::default(),
            analyst: RefCell::default(),
            trace: RefCell::default(),
            probed: RefCell::default(),
            probe_file: Cell::new(None),
            probe: RefCell::default(),
            asked: Cell::new(0),
            bundler: RefCell::default(),
            policy: RefCell::default(),
            zone: Cell::default(),
            finished: RefCell::default(),
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
        let client = self.clone();
        spawn_local(async move {
            let loaded = module::load(module::WORKERS).await;
            if loaded.as_ref().is_ok_and(|loaded| loaded.by_cloudflare) {
                client.tell(Action::ByCloudflare);
            }
            let booted = loaded.and_then(|loaded| client.boot(&loaded.boot).map(|()| loaded.boot));
            let (module, failure) = match booted {
                Ok(boot) => (Module::Here(boot), None),
                Err(error) => (Module::Absent, Some(error)),
            };
            client.0.module.replace(module);
            // As long as nobody waits for it, it can just as well be tried again when somebody does.
            if let Some(error) = failure.filter(|_| client.is_waiting()) {
                client.tell(Action::PrepareFailed(unprepared(&error)));
            }
        });
    }

    /// Gets the page of guides and commands.
    pub(crate) fn help(&self) {
        self.tell(Action::HelpRequested);
        let client = self.clone();
        spawn_local(async move {
            let page = module::text(module::GUIDES).await;
            client.tell(Action::HelpLoaded(page.map(Shared::new)));
        });
    }

    /// Reads these files, each in a worker of its own.
    pub(crate) fn read(&self, files: Vec<(Offer, File)>, notice: String) {
        let numbered: Vec<_> = files.into_iter().map(|(offer, content)| (self.number(), offer, content)).collect();
        let listed = numbered.iter().map(|(id, offer, _)| (*id, offer.clone())).collect();
        self.tell(Action::Given { files: listed, notice });
        // The list of files lets those go that could not be read, and so must the report.
        for file in self.0.unreadable.take() {
            self.ask(&ToAnalyst::Forget { file });
        }
        for (id, offer, content) in numbered {
            timing::mark(timing::GIVEN, id, Progress::default(), Effort::default());
            self.begin(id, offer, content, None);
        }
    }

    /// Stops reading a file, at once.
    pub(crate) fn cancel(&self, id: FileId) {
        self.end_reader(id);
        self.tell(Action::Cancelled(id));
        self.let_go(id);
    }

    /// Lets a file go, whatever became of it.
    pub(crate) fn remove(&self, id: FileId) {
        self.end_reader(id);
        if self.0.probe_file.get() == Some(id) {
            self.0.probe_file.set(None);
            self.0.trace.take();
            self.tell_trace();
        }
        self.tell(Action::Removed(id));
        self.let_go(id);
    }

    /// Ends every worker.
    pub(crate) fn start_over(&self) {
        self.0.readers.borrow_mut().clear();
        self.end_analyst();
        self.0.probe.take();
        self.0.asked.set(self.0.asked.get() + 1);
        self.0.trace.take();
        self.0.probed.take();
        self.0.probe_file.set(None);
        self.tell(Action::StartOver);
    }

    /// The two sides are the other way round.
    pub(crate) fn exchange(&self) {
        self.ask(&ToAnalyst::SwapSides);
    }

    /// Asks for a window of rows.
    pub(crate) fn rows(&self, query: RowQuery) {
        self.tell(Action::RowsRequested(query.clone()));
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

    /// Makes the bundle.
    pub(crate) fn pack(&self, policy: Policy) {
        self.end_bundler();
        self.tell(Action::Packing(policy.clone()));
        self.0.policy.replace(Some(policy));
        self.ask(&ToAnalyst::Plan);
    }

    /// Asks what a token of the bundle stands for.
    pub(crate) fn reveal(&self, number: u32) {
        self.ask_bundler(&ToBundler::Reveal(number));
    }

    /// Saves the bundle's files, all of them or the one at this place.
    pub(crate) fn save(&self, only: Option<usize>) {
        let files: Vec<Finished> = match only {
            None => self.0.finished.borrow().clone(),
            Some(place) => self.0.finished.borrow().get(place).cloned().into_iter().collect(),
        };
        let client = self.clone();
        spawn_local(async move {
            let saved = if only.is_some() { save::download(&files) } else { save::save(&files).await };
            if let Some(words) = words_of(&saved) {
                client.tell(Action::Saved(words));
            }
        });
    }

    /// Saves the bundle as one archive.
    pub(crate) fn archive(&self) {
        self.ask_bundler(&ToBundler::Archive);
    }

    /// Makes the bundle anew, the value of this token replaced wherever it stands.
    pub(crate) fn replace_everywhere(&self, number: u32) {
        self.ask_bundler(&ToBundler::ReplaceEverywhere(number));
    }

    /// Saves what the person wants redacted or kept, to use it again.
    pub(crate) fn save_rules(&self) {
        self.ask_bundler(&ToBundler::SaveRules);
    }

    /// Makes the bundle as a file says that was saved earlier.
    pub(crate) fn read_rules(&self, file: File) {
        self.end_bundler();
        self.tell(Action::Packing(Policy::default()));
        self.start_bundler(ToBundler::ReadRules, vec![file.into()]);
    }

    /// The offset of the clock of the origin's logs.
    pub(crate) fn zone(&self, offset: UtcOffset) {
        self.0.zone.set(offset);
        self.tell(Action::Zone(offset));
        self.ask(&ToAnalyst::Zone(offset));
    }

    /// Has the probe find out what the person asks.
    pub(crate) fn probe(&self, question: Question) {
        self.0.probed.take();
        self.0.asked.set(self.0.asked.get() + 1);
        self.tell(Action::Probing(question.clone()));
        if self.0.probe.borrow().is_some() {
            self.ask_probe(&ToProbe::Ask(question));
        } else {
            self.start_probe(question, self.0.asked.get());
        }
    }

    /// The probe has brought enough.
    pub(crate) fn stop_probe(&self) {
        if self.0.probe.borrow().is_some() {
            return self.ask_probe(&ToProbe::Stop);
        }
        // It is still on its way.
        self.0.asked.set(self.0.asked.get() + 1);
        self.tell(Action::Probed(FromProbe::Done { readable: false }));
    }

    /// Saves what the probe brought.
    pub(crate) fn save_probe(&self) {
        let files: Vec<Finished> = self.0.probed.borrow().clone().into_iter().collect();
        if let Some(words) = words_of(&save::download(&files)) {
            self.tell(Action::ProbeSaved(words));
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
        let (readers, analyst) = (self.0.readers.borrow(), self.0.analyst.borrow());
        readers.iter().map(|reading| &reading.worker).chain(&*analyst).try_for_each(|worker| worker.boot(boot))
    }

    /// Some worker was started.
    fn is_waiting(&self) -> bool {
        !self.0.readers.borrow().is_empty() || self.0.analyst.borrow().is_some()
    }

    fn number(&self) -> FileId {
        let id = self.0.next.get();
        self.0.next.set(id + 1);
        id
    }

    fn begin(&self, id: FileId, offer: Offer, content: File, part: Option<Part>) {
        let name = offer.name.clone();
        if let Err(error) = self.start_reader(id, offer, content, part) {
            self.read_failed(id, name, format!("The browser could not start a worker for it: {error}."));
        }
    }

    fn start_reader(&self, id: FileId, offer: Offer, content: File, part: Option<Part>) -> Result<(), String> {
        let (hearing, breaking) = (self.clone(), self.clone());
        let reader = self.start::<FromReader>(
            WORKER,
            role::READER,
            move |message, parts| hearing.hear_reader(message, &parts),
            move |error| breaking.broke_off(id, &cause(&error)),
        )?;
        let message = ToReader::Read { file: id, name: offer.name.clone(), size: offer.size, part: part.clone() };
        reader.send(&message, &[content.clone().into()], &[])?;
        self.0.readers.borrow_mut().push(Reading { file: id, worker: reader, offer, content, part, handed_on: None, shows: false });
        Ok(())
    }

    /// Ends the reader of a file, if it has one still, and gives what is known of the file back.
    fn end_reader(&self, id: FileId) -> Option<Reading> {
        let mut readers = self.0.readers.borrow_mut();
        let at = readers.iter().position(|reading| reading.file == id)?;
        Some(readers.remove(at))
    }

    /// A reader ended before it was through. What it handed on is there still, and the report is made of that; else nothing could be read.
    fn broke_off(&self, file: FileId, why: &str) {
        let Some(reading) = self.end_reader(file) else { return };
        let Some(progress) = reading.handed_on else { return self.read_failed(file, reading.offer.name, why.to_owned()) };
        let problem = format!("reading broke off: {}", progress.stopped(why));
        self.tell(Action::Read(file, progress, Some(problem.clone())));
        self.end(file, Some(Problem { offset: progress.bytes, line: 0, path: "log.entries".into(), problem: problem.into() }));
    }

    fn hear_reader(&self, message: FromReader, parts: &[JsValue]) {
        match message {
            FromReader::Ready => {}
            FromReader::Progress { file, progress, previews } => {
                self.tell(Action::Progress(file, progress, previews, super::now_ms()));
                self.mark_first(file, progress);
            }
            FromReader::Archive { file, parts } => self.take_parts(file, parts),
            FromReader::Batch { file, progress } => self.hand_on(file, progress, parts),
            FromReader::Done { file, progress, stopped, effort } => {
                timing::mark(timing::READ, file, progress, effort);
                if self.end_reader(file).is_some() {
                    self.tell(Action::Read(file, progress, stopped));
                    self.end(file, None);
                }
            }
            FromReader::Text { file } => self.take_text(file, parts),
            FromReader::Failed { file, error } => self.broke_off(file, &error),
        }
    }

    /// A file is a text: the analyst gets it, unopened.
    fn take_text(&self, file: FileId, text: &[JsValue]) {
        let Some(Reading { offer, .. }) = self.end_reader(file) else { return };
        self.0.held.borrow_mut().push(file);
        self.tell(Action::ReadText(file));
        self.ask_with(&ToAnalyst::Text { file, name: offer.name, now: now() }, text, text);
    }

    /// An archive's place is taken by what it holds.
    fn take_parts(&self, file: FileId, parts: Vec<Part>) {
        let Some(archive) = self.end_reader(file) else { return };
        let numbered: Vec<_> = parts
            .into_iter()
            .map(|part| {
                let offer = Offer { name: part.name.clone(), size: part.bytes.end - part.bytes.start, folder: false };
                (self.number(), offer, part)
            })
            .collect();
        let listed = numbered.iter().map(|(id, offer, _)| (*id, offer.clone())).collect();
        self.tell(Action::ArchiveOpened(file, listed));
        for (id, offer, part) in numbered {
            timing::mark(timing::GIVEN, id, Progress::default(), Effort::default());
            self.begin(id, offer, archive.content.clone(), Some(part));
        }
    }

    /// Marks the first time that entries of a file are shown.
    fn mark_first(&self, file: FileId, progress: Progress) {
        let mut readers = self.0.readers.borrow_mut();
        let reading = readers.iter_mut().find(|reading| reading.file == file && !reading.shows);
        if let Some(reading) = reading.filter(|_| progress.entries > 0) {
            reading.shows = true;
            // Behind the drawing, which the news that was just told has put into the same queue.
            spawn_local(async move { timing::mark(timing::FIRST, file, progress, Effort::default()) });
        }
    }

    /// Hands a batch on to the analyst, unopened.
    fn hand_on(&self, file: FileId, progress: Progress, batch: &[JsValue]) {
        let begin = {
            let mut readers = self.0.readers.borrow_mut();
            let Some(reading) = readers.iter_mut().find(|reading| reading.file == file) else { return };
            let is_first = reading.handed_on.replace(progress).is_none();
            is_first.then(|| (reading.offer.clone(), reading.part.clone(), reading.content.clone()))
        };
        if let Some((Offer { name, size, .. }, part, content)) = begin {
            self.0.held.borrow_mut().push(file);
            self.ask_with(&ToAnalyst::Begin { file, name, size, part }, &[content.into()], &[]);
        }
        self.ask_with(&ToAnalyst::Batch { file }, batch, batch);
    }

    /// Nothing more comes of a file.
    fn end(&self, file: FileId, broke_off: Option<Problem>) {
        self.ask(&ToAnalyst::End { file, broke_off, now: now() });
    }

    /// Lets go what the analyst holds of a file; when it holds nothing any more, its memory too.
    fn let_go(&self, file: FileId) {
        let (mut held, mut unreadable) = (self.0.held.borrow_mut(), self.0.unreadable.borrow_mut());
        let before = held.len() + unreadable.len();
        held.retain(|held| *held != file);
        unreadable.retain(|held| *held != file);
        let left = held.len() + unreadable.len();
        drop((held, unreadable));
        if left == 0 {
            self.end_analyst();
            self.tell(Action::Analysed(None));
        } else if left < before {
            self.ask(&ToAnalyst::Forget { file });
        }
    }

    /// Ends the analyst with all that it holds.
    fn end_analyst(&self) {
        self.0.analyst.take();
        self.end_bundler();
        self.0.held.take();
        self.0.unreadable.take();
    }

    /// The analyst broke, and what it held is gone: what is still being read has nowhere to go.
    fn analyst_broke(&self, error: &str) {
        for reading in self.0.readers.take() {
            self.tell(Action::ReadFailed(reading.file, "The comparison stopped, and so did reading it.".to_owned()));
        }
        self.end_analyst();
        self.tell(Action::AnalystFailed(format!("The comparison stopped: {}.", cause(error))));
    }

    /// Nothing could be read from a file: the list of files says so, and the report of the others too.
    fn read_failed(&self, file: FileId, name: String, error: String) {
        self.tell(Action::ReadFailed(file, error.clone()));
        self.0.unreadable.borrow_mut().push(file);
        self.ask(&ToAnalyst::Unreadable { file, name, problem: error });
    }

    fn ask(&self, message: &ToAnalyst) {
        self.ask_with(message, &[], &[]);
    }

    fn ask_with(&self, message: &ToAnalyst, parts: &[JsValue], transfer: &[JsValue]) {
        if let Err(error) = self.send_analyst(message, parts, transfer) {
            self.tell(Action::AnalystFailed(format!("The comparison stopped: {}.", cause(&error))));
        }
    }

    fn send_analyst(&self, message: &ToAnalyst, parts: &[JsValue], transfer: &[JsValue]) -> Result<(), String> {
        let mut analyst = self.0.analyst.borrow_mut();
        let analyst = match &mut *analyst {
            Some(analyst) => analyst,
            none => {
                let analyst = none.insert(self.start_analyst()?);
                if let Some(trace) = &*self.0.trace.borrow() {
                    analyst.send(&ToAnalyst::Trace(Some(trace.clone())), &[], &[])?;
                }
                if self.0.zone.get() != UtcOffset::UTC {
                    analyst.send(&ToAnalyst::Zone(self.0.zone.get()), &[], &[])?;
                }
                analyst
            }
        };
        analyst.send(message, parts, transfer)
    }

    fn start_analyst(&self) -> Result<Remote, String> {
        let (hearing, breaking) = (self.clone(), self.clone());
        self.start::<FromAnalyst>(
            WORKER,
            role::ANALYST,
            move |message, parts| hearing.hear_analyst(message, &parts),
            move |error| breaking.analyst_broke(&error),
        )
    }

    fn hear_analyst(&self, message: FromAnalyst, parts: &[JsValue]) {
        match message {
            FromAnalyst::Ready => {}
            FromAnalyst::Empty => {
                self.end_bundler();
                self.tell(Action::Analysed(None));
            }
            FromAnalyst::Overview(overview) => {
                self.end_bundler();
                self.tell(Action::Analysed(Some(Shared::new(*overview))));
            }
            FromAnalyst::Loaded(file, effort, overview) => {
                self.end_bundler();
                self.tell(Action::Analysed(Some(Shared::new(*overview))));
                timing::mark(timing::ANALYSED, file, Progress::default(), effort);
            }
            FromAnalyst::Rows(rows) => self.tell(Action::RowsLoaded(Shared::new(rows))),
            FromAnalyst::Found(found) => {
                self.tell(Action::Found(found));
                if let Some((_, key)) = found {
                    self.ask(&ToAnalyst::Detail(key));
                }
            }
            FromAnalyst::Detail(detail) => self.tell(Action::DetailLoaded(Shared::new(*detail))),
            FromAnalyst::Refused(file, error) => {
                self.end_reader(file);
                self.0.held.borrow_mut().retain(|held| *held != file);
                self.tell(Action::Refused(file, error));
            }
            FromAnalyst::Plan(plan, of) => {
                if let Some(policy) = self.0.policy.take() {
                    self.start_bundler(ToBundler::Make { plan, parts: of, policy }, parts.to_vec());
                }
            }
            FromAnalyst::Failed(error) => self.tell(Action::AnalystFailed(error)),
        }
    }

    /// Starts the bundler, whose module comes only now.
    fn start_bundler(&self, message: ToBundler, files: Vec<JsValue>) {
        let client = self.clone();
        spawn_local(async move {
            let started = module::load(module::BUNDLER).await.and_then(|loaded| {
                let (hearing, breaking) = (client.clone(), client.clone());
                let bundler = Remote::start::<FromBundler>(
                    WORKER,
                    role::BUNDLER,
                    move |message, parts| hearing.hear_bundler(message, &parts),
                    move |error| breaking.tell(Action::NotPacked(format!("Making the files stopped: {}.", cause(&error)))),
                )?;
                bundler.boot(&loaded.boot)?;
                bundler.send(&message, &files, &[])?;
                Ok(bundler)
            });
            match started {
                Ok(bundler) => {
                    client.0.bundler.replace(Some(bundler));
                }
                Err(error) => client.tell(Action::NotPacked(format!("What makes the files could not be loaded: {error}."))),
            }
        });
    }

    /// Ends the bundler with all that it holds: what it made is of captures or wishes that are others now.
    fn end_bundler(&self) {
        self.0.bundler.take();
        self.0.policy.take();
        self.0.finished.take();
    }

    fn ask_bundler(&self, message: &ToBundler) {
        if let Some(Err(error)) = self.0.bundler.borrow().as_ref().map(|bundler| bundler.send(message, &[], &[])) {
            self.tell(Action::NotPacked(cause(&error)));
        }
    }

    fn hear_bundler(&self, message: FromBundler, parts: &[JsValue]) {
        match message {
            FromBundler::Ready => {}
            FromBundler::Making(making) => self.tell(Action::PackingProgress(making)),
            FromBundler::Made(packed) => self.take_bundle(*packed, parts),
            FromBundler::Failed(error) => self.tell(Action::NotPacked(error)),
            FromBundler::Leak(leak) => self.tell(Action::LeakFound(Shared::new(*leak))),
            FromBundler::Revealed(number, value) => self.tell(Action::Revealed(number, value)),
            FromBundler::Archived => self.download(ARCHIVE, parts),
            FromBundler::Rules => self.download(RULES, parts),
            FromBundler::Policy(policy) => self.pack(policy),
        }
    }

    fn download(&self, name: &str, parts: &[JsValue]) {
        let files = parts.iter().filter_map(|part| Finished::new(name, part).ok()).collect::<Vec<_>>();
        if let Some(words) = words_of(&save::download(&files)) {
            self.tell(Action::Saved(words));
        }
    }

    fn take_bundle(&self, packed: Packed, parts: &[JsValue]) {
        let files: Result<Vec<Finished>, JsValue> =
            packed.files.iter().zip(parts).map(|(file, part)| Finished::new(&file.name, part)).collect();
        match files {
            Ok(files) => {
                self.0.finished.replace(files);
                self.tell(Action::Packed(Shared::new(packed)));
            }
            Err(error) => self.tell(Action::NotPacked(format!("The browser did not take the files: {}.", thrown(&error)))),
        }
    }

    fn ask_probe(&self, message: &ToProbe) {
        if let Some(Err(error)) = self.0.probe.borrow().as_ref().map(|probe| probe.send(message, &[], &[])) {
            self.tell(Action::ProbeFailed(format!("The probe stopped: {}.", cause(&error))));
        }
    }

    /// Starts the probe, whose module comes only now, unless another question or none is asked when it has come.
    fn start_probe(&self, question: Question, number: u32) {
        let client = self.clone();
        spawn_local(async move {
            let loaded = module::load(module::PROBE).await;
            if client.0.asked.get() != number {
                return;
            }
            let started = loaded.and_then(|loaded| {
                let (hearing, breaking) = (client.clone(), client.clone());
                let probe = Remote::start::<FromProbe>(
                    PROBE,
                    role::PROBE,
                    move |message, parts| hearing.hear_probe(message, parts),
                    move |error| {
                        breaking.0.probe.take();
                        breaking.tell(Action::ProbeFailed(format!("The probe stopped: {}.", cause(&error))));
                    },
                )?;
                probe.boot(&loaded.boot)?;
                probe.send(&ToProbe::Ask(question), &[], &[])?;
                Ok(probe)
            });
            match started {
                Ok(probe) => {
                    client.0.probe.replace(Some(probe));
                }
                Err(error) => client.tell(Action::ProbeFailed(format!("What asks could not be loaded: {error}. Try again."))),
            }
        });
    }

    fn hear_probe(&self, message: FromProbe, parts: Vec<JsValue>) {
        match &message {
            FromProbe::Panels(news) => {
                self.0.trace.replace(news.trace.clone());
            }
            FromProbe::Done { readable } => {
                let file = parts.into_iter().next().filter(|_| *readable);
                self.0.probed.replace(file.as_ref().and_then(|file| Finished::new(probe::FILE, file).ok()));
                self.tell(Action::Probed(message));
                if let Some(file) = file {
                    self.take_probe(file);
                }
                return;
            }
            _ => {}
        }
        self.tell(Action::Probed(message));
    }

    /// What the probe brought is one of the files now, in the place of what it brought earlier.
    fn take_probe(&self, file: JsValue) {
        self.tell_trace();
        let id = self.number();
        let earlier = self.0.probe_file.replace(Some(id));
        self.0.held.borrow_mut().push(id);
        self.tell(Action::ProbeRead(id, u64::from(Uint8Array::new(&file).length())));
        let file = [file];
        self.ask_with(&ToAnalyst::Text { file: id, name: probe::FILE.to_owned(), now: now() }, &file, &file);
        if let Some(earlier) = earlier {
            self.tell(Action::Removed(earlier));
            self.let_go(earlier);
        }
    }

    /// Tells the analyst, if there is one, of the trace at hand.
    fn tell_trace(&self) {
        if self.0.analyst.borrow().is_some() {
            let trace = self.0.trace.borrow().clone();
            self.ask(&ToAnalyst::Trace(trace));
        }
    }
}

/// What is said when files were saved, or not; nothing when the person thought better of it.
fn words_of(saved: &Saved) -> Option<String> {
    match saved {
        Saved::InFolder(folder) => Some(format!("Saved in the folder {folder}.")),
        Saved::Downloaded => Some("Handed to the browser's downloads.".to_owned()),
        Saved::Cancelled => None,
        Saved::Failed(error) => Some(format!("Not everything could be saved: {error}.")),
    }
}

/// What is said when the workers' module does not come.
fn unprepared(error: &str) -> String {
    format!("The part of this page that reads and compares could not be loaded ({error}). What you gave is kept.")
}

/// Why a worker broke. The browser gives no reason when memory ran out.
fn cause(error: &str) -> String {
    match error.trim_start_matches("Uncaught ").trim_end_matches('.') {
        "" => "the browser ended the worker, most often because memory ran out".to_owned(),
        error => format!("the worker broke ({error}), perhaps because memory ran out"),
    }
}
