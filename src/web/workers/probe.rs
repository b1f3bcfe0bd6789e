//! The probe: it asks a site.

use fivetwenty_model::passed::PassedOver;
use fivetwenty_model::probe::{self, Question};
use fivetwenty_model::protocol::{FromProbe, ToAnalyst, ToProbe, role};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::client::WorkerClient;
use super::loader::Loader;
use super::remote::Remote;
use crate::labels;
use crate::state::Action;
use crate::web::save::{self, Finished};
use crate::web::{module, now};

impl WorkerClient {
    /// Sends a question to the probe.
    pub(crate) fn probe(&self, question: Question) {
        self.0.probe.results.take();
        self.0.probe.question.set(self.0.probe.question.get() + 1);
        self.dispatch(Action::Probing(question.clone()));
        if self.0.probe.worker.borrow().is_some() {
            self.ask_probe(&ToProbe::Ask(question));
        } else {
            self.start_probe(question, self.0.probe.question.get());
        }
    }

    /// Stops the probe; its results so far count.
    pub(crate) fn stop_probe(&self) {
        if self.0.probe.worker.borrow().is_some() {
            return self.ask_probe(&ToProbe::Stop);
        }
        // Its module is still loading.
        self.0.probe.question.set(self.0.probe.question.get() + 1);
        self.dispatch(Action::Probed(FromProbe::Done { readable: false }));
    }

    /// Saves the results of the probe.
    pub(crate) fn save_probe(&self) {
        let files: Vec<Finished> = self.0.probe.results.borrow().clone().into_iter().collect();
        if let Some(notice) = save::download(&files).notice() {
            self.dispatch(Action::ProbeSaved(notice));
        }
    }

    /// Starts the probe, whose module is loaded only now. A question that was replaced or stopped meanwhile is dropped.
    fn start_probe(&self, question: Question, number: u32) {
        let client = self.clone();
        spawn_local(async move {
            let loaded = module::load(module::PROBE).await;
            if client.0.probe.question.get() != number {
                return;
            }
            let started = loaded.and_then(|loaded| {
                let (listener, client) = (client.clone(), client.clone());
                let probe = Remote::start::<FromProbe>(
                    Loader::Probe,
                    role::PROBE,
                    move |message, parts| listener.on_probe(message, parts),
                    // It is there to connect, and gets no file.
                    |_| {},
                    move |error| {
                        client.0.probe.worker.take();
                        client.dispatch(Action::ProbeFailed(labels::probe_stopped(&labels::worker_broke(&error))));
                    },
                )?;
                probe.boot(&loaded.boot)?;
                probe.send(&ToProbe::Ask(question), &[], &[])?;
                Ok(probe)
            });
            match started {
                Ok(probe) => {
                    client.0.probe.worker.replace(Some(probe));
                }
                Err(error) => client.dispatch(Action::ProbeFailed(labels::probe_not_loaded(&error))),
            }
        });
    }

    fn on_probe(&self, message: FromProbe, parts: Vec<JsValue>) {
        match &message {
            FromProbe::Panels(panels) => {
                self.0.probe.trace.replace(panels.trace.clone());
            }
            FromProbe::Done { readable } => {
                let file = parts.into_iter().next().filter(|_| *readable);
                self.0.probe.results.replace(file.as_ref().and_then(|file| Finished::new(probe::FILE, file).ok()));
                self.dispatch(Action::Probed(message));
                if let Some(file) = file {
                    self.take_results(file);
                }
                return;
            }
            _ => {}
        }
        self.dispatch(Action::Probed(message));
    }

    /// Adds the results to the files, in the place of earlier results.
    fn take_results(&self, file: JsValue) {
        self.begin_case();
        self.send_trace();
        let id = self.next_file();
        let earlier = self.0.probe.file.replace(Some(id));
        self.0.analyst.held.borrow_mut().push(id);
        self.dispatch(Action::ProbeRead(id, u64::from(Uint8Array::new(&file).length())));
        let file = [file];
        self.ask_analyst_with(
            &ToAnalyst::Text { file: id, name: probe::FILE.to_owned(), passed: PassedOver::default(), now: now() },
            &file,
            &file,
        );
        if let Some(earlier) = earlier {
            self.dispatch(Action::Removed(earlier));
            self.forget(earlier);
        }
    }

    fn ask_probe(&self, message: &ToProbe) {
        if let Some(Err(error)) = self.0.probe.worker.borrow().as_ref().map(|probe| probe.send(message, &[], &[])) {
            self.dispatch(Action::ProbeFailed(labels::probe_stopped(&labels::worker_broke(&error.to_string()))));
        }
    }
}
