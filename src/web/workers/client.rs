//! The client that owns the workers.
//!
//! A worker is started even before its module has loaded, or when loading failed. Its messages wait with it, so that the person only has
//! to try again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_model::protocol::FileId;
use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::loader::Loader;
use super::remote::{FromWorker, Remote};
use super::slots::{AnalystSlot, BundlerSlot, Given, ProbeSlot, Reading};
use crate::labels;
use crate::state::{Action, Offer, Shared, Undo};
use crate::web::error::WebError;
use crate::web::module::{self, Module};

/// The workers, and where their messages go as actions.
#[derive(Clone)]
pub(crate) struct WorkerClient(pub(super) Rc<Workers>);

/// Every worker with what the page keeps for it.
pub(super) struct Workers {
    dispatch: Box<dyn Fn(Action)>,
    /// Three at most: no map is needed to find one.
    pub(super) readers: RefCell<Vec<Reading>>,
    pub(super) analyst: AnalystSlot,
    pub(super) bundler: BundlerSlot,
    pub(super) probe: ProbeSlot,
    /// The files that are open.
    pub(super) given: RefCell<Vec<Given>>,
    /// Those that the last removal or new start took.
    pub(super) taken: RefCell<Vec<Given>>,
    /// Captures of which the person has still to pick.
    offered: RefCell<Vec<(Offer, File)>>,
    /// What readers and analyst run.
    module: RefCell<Module>,
    next_file: Cell<FileId>,
    /// The number of the case: what is asked for one case is dropped in the next.
    case: Cell<CaseId>,
    /// The person wants files to be read although workers are not isolated.
    unisolated: Cell<bool>,
}

/// The number of a case, which grows with every change of what is compared.
pub(super) type CaseId = u32;

impl PartialEq for WorkerClient {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl WorkerClient {
    /// No worker yet: each is started when it is first needed. `zone` is the offset of the clock of the origin's logs.
    pub(crate) fn new(zone: UtcOffset, dispatch: impl Fn(Action) + 'static) -> Self {
        Self(Rc::new(Workers {
            dispatch: Box::new(dispatch),
            readers: RefCell::default(),
            analyst: AnalystSlot { zone: Cell::new(zone), ..AnalystSlot::default() },
            bundler: BundlerSlot::default(),
            probe: ProbeSlot::default(),
            given: RefCell::default(),
            taken: RefCell::default(),
            offered: RefCell::default(),
            module: RefCell::new(Module::Absent),
            next_file: Cell::new(0),
            case: Cell::new(0),
            unisolated: Cell::new(false),
        }))
    }

    /// Gets what the workers run, unless it is here or on its way.
    pub(crate) fn prepare(&self) {
        if !matches!(*self.0.module.borrow(), Module::Absent) {
            return;
        }
        self.0.module.replace(Module::OnItsWay);
        self.dispatch(Action::Preparing);
        let client = self.clone();
        spawn_local(async move {
            let loaded = module::load(module::WORKERS).await;
            if loaded.as_ref().is_ok_and(|loaded| loaded.by_cloudflare) {
                client.dispatch(Action::ByCloudflare);
            }
            let booted = loaded.and_then(|loaded| client.boot(&loaded.boot).map(|()| loaded.boot));
            let (module, failure) = match booted {
                Ok(boot) => (Module::Here(boot), None),
                Err(error) => (Module::Absent, Some(error)),
            };
            client.0.module.replace(module);
            // As long as nobody waits for it, it can just as well be tried again when somebody does.
            if let Some(error) = failure.filter(|_| client.is_waiting()) {
                client.dispatch(Action::PrepareFailed(labels::unprepared(&error)));
            }
        });
    }

    /// Gets the page of guides and commands.
    pub(crate) fn help(&self) {
        self.dispatch(Action::HelpRequested);
        let client = self.clone();
        spawn_local(async move {
            let page = module::text(module::GUIDES).await;
            client.dispatch(Action::HelpLoaded(page.map(Shared::new).map_err(|error| error.to_string())));
        });
    }

    /// Ends every worker that holds something of the case, before anything else.
    pub(crate) fn start_over(&self) {
        self.begin_case();
        self.0.taken.replace(self.0.given.take());
        self.0.readers.borrow_mut().clear();
        self.stop_analyst();
        self.0.probe.worker.take();
        self.0.probe.question.set(self.0.probe.question.get() + 1);
        self.0.probe.trace.take();
        self.0.probe.results.take();
        self.0.probe.file.set(None);
        self.dispatch(Action::StartOver);
    }

    /// Takes the last removal, new start or swap back.
    pub(crate) fn undo(&self, undo: &Undo) {
        self.dispatch(Action::Undone);
        match undo {
            Undo::Swapped => self.swap_sides(),
            Undo::Removed(_) | Undo::StartedOver(_) => self.read_again(),
            Undo::Replaced => {
                let open: Vec<FileId> = self.0.given.borrow().iter().map(|given| given.file).collect();
                let taken = self.0.taken.take();
                for file in open {
                    self.remove(file);
                }
                self.0.taken.replace(taken);
                self.read_again();
            }
        }
        self.dispatch(Action::Undone);
    }

    /// Makes room for other files.
    pub(crate) fn replace(&self) {
        let open: Vec<Given> = self.0.given.borrow().clone();
        for given in &open {
            self.remove(given.file);
        }
        self.0.taken.replace(open);
        self.dispatch(Action::Replaced);
    }

    /// Keeps captures until the person has picked.
    pub(crate) fn offer(&self, files: Vec<(Offer, File)>) {
        self.dispatch(Action::Offered(files.iter().map(|(offer, _)| offer.clone()).collect()));
        self.0.offered.replace(files);
    }

    /// Those that the person picked, by their places.
    pub(crate) fn picked(&self, places: &[usize]) -> Vec<(Offer, File)> {
        self.dispatch(Action::Offered(Vec::new()));
        let files = self.0.offered.take().into_iter().enumerate();
        files.filter(|(place, _)| places.contains(place)).map(|(_, file)| file).collect()
    }

    /// What is compared changes: nothing that was made of it, or is being made of it, may come any more.
    pub(super) fn begin_case(&self) {
        self.0.case.set(self.0.case.get() + 1);
        self.stop_bundler();
        self.dispatch(Action::CaseChanged);
    }

    /// The number of the present case.
    pub(super) fn case(&self) -> CaseId {
        self.0.case.get()
    }

    pub(super) fn dispatch(&self, action: Action) {
        (self.0.dispatch)(action);
    }

    /// Starts a reader or the analyst, which gets its module now or when it comes.
    pub(super) fn start<From: FromWorker>(
        &self,
        role: &str,
        on_message: impl Fn(From, Vec<JsValue>) + 'static,
        on_error: impl Fn(String) + 'static,
    ) -> Result<Remote, WebError> {
        let worker = Remote::start(Loader::Isolated, role, on_message, self.on_open(), on_error)?;
        if let Module::Here(boot) = &*self.0.module.borrow() {
            worker.boot(boot)?;
        }
        self.prepare();
        Ok(worker)
    }

    /// What is done when a worker is not isolated: files are read in it only when the person says so.
    pub(super) fn on_open(&self) -> impl Fn(String) + use<> {
        let client = self.clone();
        move |ways| {
            if client.0.unisolated.get() {
                client.go_on();
            } else {
                client.dispatch(Action::NotIsolated(ways));
            }
        }
    }

    /// Reads files although workers are not isolated.
    pub(crate) fn read_unisolated(&self) {
        self.0.unisolated.set(true);
        self.dispatch(Action::ReadUnisolated);
        self.go_on();
    }

    fn go_on(&self) {
        let (readers, analyst, bundler) = (self.0.readers.borrow(), self.0.analyst.worker.borrow(), self.0.bundler.worker.borrow());
        let mut workers = readers.iter().map(|reading| &reading.worker).chain(&*analyst).chain(&*bundler);
        if let Err(error) = workers.try_for_each(Remote::go_on) {
            self.dispatch(Action::AnalystFailed(labels::unprepared(&error)));
        }
    }

    /// Gives all workers the module that they wait for.
    pub(super) fn boot(&self, boot: &Array) -> Result<(), WebError> {
        let (readers, analyst) = (self.0.readers.borrow(), self.0.analyst.worker.borrow());
        readers.iter().map(|reading| &reading.worker).chain(&*analyst).try_for_each(|worker| worker.boot(boot))
    }

    /// Some worker was started.
    pub(super) fn is_waiting(&self) -> bool {
        !self.0.readers.borrow().is_empty() || self.0.analyst.worker.borrow().is_some()
    }

    pub(super) fn next_file(&self) -> FileId {
        let id = self.0.next_file.get();
        self.0.next_file.set(id + 1);
        id
    }
}
