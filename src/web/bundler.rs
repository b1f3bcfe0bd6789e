//! The bundler: reads the captures again, redacts them, and makes the files to send. It has a module of its own, which comes when somebody
//! wants a bundle.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, File, FileReaderSync};

use super::message::thrown;
use super::source::{Opened, open};
use super::{host, timing};
use crate::bundle::Plan;
use crate::bundle::files::{Bundle, HarFile, HarWriter, Pass};
use crate::job::packed;
use crate::protocol::{FromBundler, ToBundler};
use crate::redact::{Policy, Tokens, inert};
use crate::unpack::Part;

/// The bundle, once it is made, with what its tokens stand for and what the person wanted.
type Made = Rc<RefCell<Option<(Bundle, Tokens, Policy)>>>;

/// Bytes of a file of rules at most.
const MOST_RULES: f64 = 1_000_000.0;

pub(super) fn serve(scope: &DedicatedWorkerGlobalScope) {
    let own = scope.clone();
    let made = Made::default();
    host::serve(scope, &FromBundler::Ready, move |message, files| {
        let (scope, made) = (own.clone(), made.clone());
        match message {
            ToBundler::Make { plan, parts, policy } => spawn_local(async move {
                let files = files.into_iter().filter_map(|file| file.dyn_into::<File>().ok()).zip(parts).collect();
                match make(&scope, *plan, files, &policy).await {
                    Ok((bundle, tokens)) => {
                        let buffers: Vec<JsValue> = bundle.files().iter().map(|file| buffer(&file.bytes)).collect();
                        host::hand_over(&scope, &FromBundler::Made(Box::new(packed(&bundle, &tokens))), &buffers);
                        made.replace(Some((bundle, tokens, policy)));
                    }
                    Err(error) => host::post(&scope, &FromBundler::Failed(error)),
                }
            }),
            ToBundler::Reveal(number) => {
                let value = made.borrow().as_ref().and_then(|(_, tokens, _)| tokens.value(number).map(str::to_owned));
                host::post(&scope, &FromBundler::Revealed(number, value));
            }
            ToBundler::Archive => match made.borrow().as_ref().map(|(bundle, ..)| bundle.to_zip()) {
                Some(Ok(bytes)) => host::hand_over(&scope, &FromBundler::Archived, &[buffer(&bytes)]),
                Some(Err(error)) => host::post(&scope, &FromBundler::Failed(error)),
                None => {}
            },
            ToBundler::SaveRules => {
                if let Some((.., policy)) = &*made.borrow() {
                    // It has no maps and no numbers that JSON lacks.
                    let rules = serde_json::to_vec_pretty(policy).unwrap_or_default();
                    host::hand_over(&scope, &FromBundler::Rules, &[buffer(&rules)]);
                }
            }
            ToBundler::ReadRules => {
                let file = files.into_iter().next().and_then(|file| file.dyn_into::<File>().ok());
                let read = file.ok_or_else(|| "the browser did not hand it over".to_owned()).and_then(|file| read_rules(&file));
                let answer = read.map_or_else(|why| FromBundler::Failed(format!("Not a file of rules: {why}.")), FromBundler::Policy);
                host::post(&scope, &answer);
            }
        }
    });
}

fn read_rules(file: &File) -> Result<Policy, String> {
    if file.size() > MOST_RULES {
        return Err("it is larger than 1 MB".to_owned());
    }
    let read = FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(file)).map_err(|error| thrown(&error))?;
    serde_json::from_slice(&Uint8Array::new(&read).to_vec()).map_err(|error| inert(&error.to_string(), 200))
}

/// A file with the part of it that is a capture.
type Content = (File, Option<Part>);

async fn make(
    scope: &DedicatedWorkerGlobalScope,
    mut plan: Plan,
    files: Vec<Content>,
    policy: &Policy,
) -> Result<(Bundle, Tokens), String> {
    let of = files.iter().map(|(file, part)| part.as_ref().map_or(file.size(), |part| (part.bytes.end - part.bytes.start) as f64)).sum();
    let mut reports = Reports { scope, bytes: 0.0, of, last: timing::now(scope) };
    let (mut tokens, mut hars) = (Tokens::default(), Vec::new());
    for (capture, content) in std::mem::take(&mut plan.captures).into_iter().zip(&files) {
        hars.push(write_har(content, HarWriter::new(capture), policy, &mut tokens, &mut reports).await?);
    }
    Ok((Bundle::new(&plan, hars, &tokens)?, tokens))
}

/// Writes one capture, as often as it takes.
async fn write_har(
    (file, part): &Content,
    writer: HarWriter,
    policy: &Policy,
    tokens: &mut Tokens,
    reports: &mut Reports<'_>,
) -> Result<HarFile, String> {
    let mut writer = writer;
    loop {
        let Opened::Text(mut source) = open(file, part.clone()).await? else { return Err("The file is another one now.".to_owned()) };
        let mut attempt = tokens.clone();
        let mut writing = writer.begin(policy, &mut attempt);
        while let Some(chunk) = source.next().await? {
            reports.read(chunk.length());
            writing.push(&chunk.to_vec());
        }
        match writing.end()? {
            Pass::Done(har) => {
                *tokens = attempt;
                return Ok(har);
            }
            Pass::Again(again) => writer = *again,
        }
    }
}

/// How far it is. That a capture has to be read a second time is not known before, so it may be at its end for a while.
struct Reports<'a> {
    scope: &'a DedicatedWorkerGlobalScope,
    bytes: f64,
    of: f64,
    last: f64,
}

impl Reports<'_> {
    fn read(&mut self, bytes: u32) {
        self.bytes += f64::from(bytes);
        let now = timing::now(self.scope);
        if now - self.last >= timing::REPORT_EVERY_MS {
            self.last = now;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes of files are whole numbers below 2^53")]
            host::post(self.scope, &FromBundler::Making(self.bytes.min(self.of) as u64, self.of as u64));
        }
    }
}

fn buffer(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).buffer().into()
}
