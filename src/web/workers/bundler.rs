//! The bundler: it makes the files to send.

use fivetwenty_model::protocol::{FromBundler, Packed, ToAnalyst, ToBundler, role};
use fivetwenty_redact::Policy;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::client::WorkerClient;
use super::loader::Loader;
use super::remote::Remote;
use crate::labels;
use crate::state::{Action, Shared};
use crate::web::message::thrown;
use crate::web::module;
use crate::web::save::{self, Finished};

/// The name under which the archive is saved.
const ARCHIVE: &str = "fivetwenty-bundle.zip";
/// The name under which the person's rules are saved.
const RULES: &str = "redaction.json";

impl WorkerClient {
    /// Makes the bundle.
    pub(crate) fn pack(&self, policy: Policy) {
        self.stop_bundler();
        self.dispatch(Action::Packing(policy.clone()));
        self.0.bundler.policy.replace(Some(policy));
        self.ask_analyst(&ToAnalyst::Plan { case: self.case() });
    }

    /// Asks what a token of the bundle stands for.
    pub(crate) fn reveal(&self, number: u32) {
        self.ask_bundler(&ToBundler::Reveal(number));
    }

    /// Saves the bundle's files, all of them or the one at this place.
    pub(crate) fn save(&self, only: Option<usize>) {
        let files: Vec<Finished> = match only {
            None => self.0.bundler.files.borrow().clone(),
            Some(place) => self.0.bundler.files.borrow().get(place).cloned().into_iter().collect(),
        };
        let client = self.clone();
        spawn_local(async move {
            let saved = if only.is_some() { save::download(&files) } else { save::save(&files).await };
            if let Some(notice) = saved.notice() {
                client.dispatch(Action::Saved(notice));
            }
        });
    }

    /// Saves the bundle as one archive.
    pub(crate) fn archive(&self) {
        self.ask_bundler(&ToBundler::Archive);
    }

    /// Makes the bundle again, with the value of this token replaced everywhere.
    pub(crate) fn replace_everywhere(&self, number: u32) {
        self.ask_bundler(&ToBundler::ReplaceEverywhere(number));
    }

    /// Saves the choices about redaction, to use them again.
    pub(crate) fn save_rules(&self) {
        self.ask_bundler(&ToBundler::SaveRules);
    }

    /// Makes the bundle with the choices that were saved in a file. When they are refused, the present ones stay.
    pub(crate) fn read_rules(&self, file: File, present: Policy) {
        self.stop_bundler();
        self.dispatch(Action::Packing(present));
        self.start_bundler(ToBundler::ReadRules, vec![file.into()]);
    }

    /// Starts the bundler, whose module is loaded only now. A case that was left meanwhile gets none: its captures stay where they are.
    pub(super) fn start_bundler(&self, message: ToBundler, files: Vec<JsValue>) {
        let (client, case) = (self.clone(), self.case());
        spawn_local(async move {
            let loaded = module::load(module::BUNDLER).await;
            if client.case() != case {
                return;
            }
            let started = loaded.and_then(|loaded| {
                let (listener, client) = (client.clone(), client.clone());
                let bundler = Remote::start::<FromBundler>(
                    Loader::Isolated,
                    role::BUNDLER,
                    move |message, parts| listener.on_bundler(message, &parts),
                    client.on_open(),
                    move |error| client.dispatch(Action::NotPacked(labels::packing_stopped(&labels::worker_broke(&error)))),
                )?;
                bundler.boot(&loaded.boot)?;
                bundler.send(&message, &files, &[])?;
                Ok(bundler)
            });
            match started {
                Ok(bundler) => {
                    client.0.bundler.worker.replace(Some(bundler));
                }
                Err(error) => client.dispatch(Action::NotPacked(labels::bundler_not_loaded(&error))),
            }
        });
    }

    /// Ends the bundler with all that it holds: the captures or the choices have changed since.
    pub(super) fn stop_bundler(&self) {
        self.0.bundler.worker.take();
        self.0.bundler.policy.take();
        self.0.bundler.files.take();
    }

    fn on_bundler(&self, message: FromBundler, parts: &[JsValue]) {
        match message {
            FromBundler::Ready => {}
            FromBundler::Making(making) => self.dispatch(Action::PackingProgress(making)),
            FromBundler::Made(packed) => self.take_bundle(*packed, parts),
            FromBundler::Failed(error) => self.dispatch(Action::NotPacked(error)),
            FromBundler::Leak(leak) => self.dispatch(Action::LeakFound(Shared::new(*leak))),
            FromBundler::Revealed(number, value) => self.dispatch(Action::Revealed(number, value)),
            FromBundler::Archived => self.download(ARCHIVE, parts),
            FromBundler::Rules => self.download(RULES, parts),
            FromBundler::Policy(policy) => self.pack(policy),
        }
    }

    fn download(&self, name: &str, parts: &[JsValue]) {
        let files = parts.iter().filter_map(|part| Finished::new(name, part).ok()).collect::<Vec<_>>();
        if let Some(notice) = save::download(&files).notice() {
            self.dispatch(Action::Saved(notice));
        }
    }

    fn take_bundle(&self, packed: Packed, parts: &[JsValue]) {
        let files: Result<Vec<Finished>, JsValue> =
            packed.files.iter().zip(parts).map(|(file, part)| Finished::new(&file.name, part)).collect();
        match files {
            Ok(files) => {
                self.0.bundler.files.replace(files);
                self.dispatch(Action::Packed(Shared::new(packed)));
            }
            Err(error) => self.dispatch(Action::NotPacked(labels::files_not_taken(&thrown(&error)))),
        }
    }

    fn ask_bundler(&self, message: &ToBundler) {
        if let Some(Err(error)) = self.0.bundler.worker.borrow().as_ref().map(|bundler| bundler.send(message, &[], &[])) {
            self.dispatch(Action::NotPacked(labels::worker_broke(&error.to_string())));
        }
    }
}
