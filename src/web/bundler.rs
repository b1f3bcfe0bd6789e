//! The bundler: reads the captures again, redacts them, and makes the files to send. It has a module of its own, which comes when somebody
//! wants a bundle.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, File};

use super::source::{Opened, open};
use super::{host, timing};
use crate::bundle::Plan;
use crate::bundle::files::{Bundle, HarFile, HarWriter, Pass};
use crate::job::packed;
use crate::protocol::{FromBundler, ToBundler};
use crate::redact::{Policy, Tokens};
use crate::unpack::Part;

/// The bundle, once it is made, with what its tokens stand for.
type Made = Rc<RefCell<Option<(Bundle, Tokens)>>>;

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
                        made.replace(Some((bundle, tokens)));
                    }
                    Err(error) => host::post(&scope, &FromBundler::Failed(error)),
                }
            }),
            ToBundler::Reveal(number) => {
                let value = made.borrow().as_ref().and_then(|(_, tokens)| tokens.value(number).map(str::to_owned));
                host::post(&scope, &FromBundler::Revealed(number, value));
            }
            ToBundler::Archive => match made.borrow().as_ref().map(|(bundle, _)| bundle.to_zip()) {
                Some(Ok(bytes)) => host::hand_over(&scope, &FromBundler::Archived, &[buffer(&bytes)]),
                Some(Err(error)) => host::post(&scope, &FromBundler::Failed(error)),
                None => {}
            },
        }
    });
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

/// How far it is; what is read a second time does not count.
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
