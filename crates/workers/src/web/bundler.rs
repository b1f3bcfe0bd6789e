//! The bundler: reads the captures again, redacts them, and makes the files to send. It has a module of its own, which comes when somebody
//! wants a bundle.

use std::cell::RefCell;
use std::rc::Rc;

use fivetwenty_model::from_bytes;
use fivetwenty_model::plan::Plan;
use fivetwenty_model::protocol::{FromBundler, LeakView, Making, Packed, PackedFile, Replaced, ToBundler, Trimmed};
use fivetwenty_redact::leak_check::Leak;
use fivetwenty_redact::{Policy, Rule, Tokens, What};
use fivetwenty_report::bundle::Bundle;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, File, FileReaderSync};

use super::bundle::{Content, make};
use super::host::refused;
use super::{host, timing};
use crate::error::WorkerError;

/// What was made, once it is: the bundle if there is one, what its tokens stand for, and what the person wanted.
struct Made {
    bundle: Option<Bundle>,
    tokens: Tokens,
    policy: Policy,
}

/// Bytes of a file of rules at most.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "it is a million")]
const MAX_RULES: i32 = Policy::MAX_BYTES as i32;

/// The bundler with what it made last.
struct Bundler {
    scope: DedicatedWorkerGlobalScope,
    made: RefCell<Option<Made>>,
}

pub(super) fn serve(scope: &DedicatedWorkerGlobalScope) {
    let bundler = Rc::new(Bundler { scope: scope.clone(), made: RefCell::default() });
    host::serve(scope, &FromBundler::Ready, move |message, files| bundler.on_message(message, files));
}

impl Bundler {
    fn on_message(self: &Rc<Self>, message: ToBundler, files: Vec<JsValue>) {
        match message {
            ToBundler::Make { parts, policy } => {
                let mut beside = files.into_iter();
                let plan = beside.next().map(|plan| Uint8Array::new(&plan).to_vec()).unwrap_or_default();
                match from_bytes(&plan) {
                    Ok(plan) => {
                        let bundler = self.clone();
                        let files = beside.filter_map(|file| file.dyn_into::<File>().ok()).zip(parts).collect();
                        spawn_local(async move { bundler.make(plan, files, policy).await });
                    }
                    Err(error) => self.post(&FromBundler::Failed(error.to_string())),
                }
            }
            ToBundler::Reveal(number) => {
                let value = self.made.borrow().as_ref().and_then(|made| made.tokens.value(number).map(str::to_owned));
                self.post(&FromBundler::Revealed(number, value));
            }
            ToBundler::ReplaceEverywhere(number) => self.replace_everywhere(number),
            ToBundler::Archive => self.archive(),
            ToBundler::SaveRules => self.save_rules(),
            ToBundler::ReadRules => {
                let file = files.into_iter().next().and_then(|file| file.dyn_into::<File>().ok());
                let read = file.ok_or(WorkerError::NoFile).and_then(|file| read_rules(&file));
                self.post(&read.map_or_else(|why| FromBundler::Failed(format!("Not a file of rules: {why}.")), FromBundler::Policy));
            }
        }
    }

    async fn make(&self, plan: Plan, files: Vec<Content>, policy: Policy) {
        let (mut stage, mut last) = (None, timing::now(&self.scope));
        let mut report = |making: Making| {
            let now = timing::now(&self.scope);
            // Every stage is said, and ten times a second at most how far it is.
            if stage.replace(making.stage) != Some(making.stage) || now - last >= timing::REPORT_EVERY_MS {
                last = now;
                self.post(&FromBundler::Making(making));
            }
        };
        let (bundle, replaced, tokens) = match make(plan, files, &policy, &mut report).await {
            Ok(made) => made,
            Err(error) => return self.post(&FromBundler::Failed(error.to_string())),
        };
        let bundle = match bundle {
            Ok(bundle) => {
                let buffers: Vec<JsValue> = bundle.files().iter().map(|file| buffer(&file.bytes)).collect();
                host::transfer(&self.scope, &FromBundler::Made(Box::new(packed(&bundle, replaced))), &buffers);
                Some(bundle)
            }
            Err(leak) => {
                self.post(&FromBundler::Leak(Box::new(leak_view(&leak, replaced))));
                None
            }
        };
        self.made.replace(Some(Made { bundle, tokens, policy }));
    }

    fn replace_everywhere(&self, number: u32) {
        if let Some(Made { tokens, policy, .. }) = &*self.made.borrow()
            && let Some(value) = tokens.value(number)
        {
            let mut policy = policy.clone();
            policy.add.push(Rule { what: What::Text, name: value.to_owned() });
            self.post(&FromBundler::Policy(policy));
        }
    }

    fn archive(&self) {
        match self.made.borrow().as_ref().and_then(|made| made.bundle.as_ref()).map(Bundle::to_zip) {
            Some(Ok(bytes)) => host::transfer(&self.scope, &FromBundler::Archived, &[buffer(&bytes)]),
            Some(Err(error)) => self.post(&FromBundler::Failed(error.to_string())),
            None => {}
        }
    }

    fn save_rules(&self) {
        if let Some(Made { policy, .. }) = &*self.made.borrow() {
            // It has no maps and no numbers that JSON lacks.
            let rules = serde_json::to_vec_pretty(policy).unwrap_or_default();
            host::transfer(&self.scope, &FromBundler::Rules, &[buffer(&rules)]);
        }
    }

    fn post(&self, message: &FromBundler) {
        host::post(&self.scope, message);
    }
}

fn read_rules(file: &File) -> Result<Policy, WorkerError> {
    // A larger one is not read to its end.
    let head = file.slice_with_i32_and_i32(0, MAX_RULES + 1).map_err(|error| refused(&error))?;
    let read = FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(&head)).map_err(|error| refused(&error))?;
    Policy::read(&Uint8Array::new(&read).to_vec()).map_err(WorkerError::Rules)
}

fn leak_view(leak: &Leak, replaced: Vec<Replaced>) -> LeakView {
    let &Leak { file, offset, kind, number, encoding, entry, ref path } = leak;
    LeakView {
        file: file.to_owned(),
        offset,
        entry,
        path: path.as_ref().map(ToString::to_string),
        kind,
        encoding: encoding.label().to_owned(),
        number,
        replaced,
    }
}

fn buffer(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).buffer().into()
}

/// What of a bundle the page shows.
fn packed(bundle: &Bundle, replaced: Vec<Replaced>) -> Packed {
    let files = bundle.files().iter().map(|file| PackedFile {
        name: file.name.to_owned(),
        bytes: file.bytes.len() as u64,
        sha256: file.sha256.clone(),
    });
    let trimmed = bundle.trimmed().iter().map(|row| Trimmed { name: row.file.to_owned(), entries: row.entries, left_out: row.left_out });
    let unmatched = bundle.unmatched().iter().map(ToString::to_string);
    Packed { files: files.collect(), replaced, trimmed: trimmed.collect(), unmatched: unmatched.collect() }
}
