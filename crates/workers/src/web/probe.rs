//! The probe: the only worker that may connect beyond the page's origin. It gets an address from the person, never anything from a file.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use fivetwenty_captures::evidence::error_page::{ErrorPage, Maker};
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_model::probe::{Cookies, Outcome, Question, Step, Subject, Task, to_json};
use fivetwenty_model::protocol::{FromProbe, ToProbe};
use gloo_net::http::{Request, Response};
use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Date, Uint8Array};
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    AbortController, DedicatedWorkerGlobalScope, ReferrerPolicy, RequestCache, RequestCredentials, RequestMode, Url, WorkerLocation,
};

use super::read_ahead::ReadAhead;
use super::{host, timing};
use crate::{AddressError, ResourceTiming, panels, probe_address};

/// How long a response may take.
const TIMEOUT_MS: u32 = 10_000;
/// How often a pause between two requests checks whether the person stopped the probe.
const POLL_MS: u32 = 100;
/// Bytes of an answer that are read: an error page has less, and a host may send without end.
const MAX_BODY: usize = 64 * 1024;
/// Headers of an answer that are kept.
const MAX_HEADERS: usize = 200;

/// What the page can stop.
#[derive(Default)]
struct Work {
    stopped: Cell<bool>,
    abort: RefCell<Option<AbortController>>,
}

pub(super) fn serve(scope: &DedicatedWorkerGlobalScope) {
    let posting = scope.clone();
    let work = Rc::new(Work::default());
    host::serve(scope, &FromProbe::Ready, move |message, _| match message {
        ToProbe::Ask(question) => {
            let (scope, work) = (posting.clone(), work.clone());
            work.stopped.set(false);
            spawn_local(async move {
                match Probe::new(scope.clone(), work, &question) {
                    Ok(probe) => probe.run(question.task.limited()).await,
                    Err(refusal) => host::post(&scope, &FromProbe::Refused(refusal.to_string())),
                }
            });
        }
        ToProbe::Stop => work.stop(),
    });
}

impl Work {
    fn stop(&self) {
        self.stopped.set(true);
        if let Some(abort) = self.abort.take() {
            abort.abort();
        }
    }
}

/// Why a question is not asked.
enum Refusal {
    /// What was typed is not an address.
    Address(AddressError),
    /// The browser's own parser does not take the address.
    Unreadable,
    /// A repetition is for the page's own site only.
    OtherSite,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(error) => error.fmt(f),
            Self::Unreadable => f.write_str("The browser cannot read that as an address. Type a host such as shop.example."),
            Self::OtherSite => f.write_str("Asking again and again is only for the site that this page itself comes from."),
        }
    }
}

/// One question on its way.
struct Probe {
    scope: DedicatedWorkerGlobalScope,
    work: Rc<Work>,
    /// The address of the trace, and the one that the person typed.
    urls: [String; 2],
    /// The host is where the page itself comes from.
    same_origin: bool,
    /// The page came over https, and this is to be asked over http.
    mixed: bool,
    credentials: RequestCredentials,
    /// How many requests a repetition makes, when it is one.
    repeats: Option<u32>,
    steps: Vec<Step>,
}

impl Probe {
    /// The browser's own parser has the last word on the address, and makes an international name ASCII.
    fn new(scope: DedicatedWorkerGlobalScope, work: Rc<Work>, question: &Question) -> Result<Self, Refusal> {
        let address = probe_address(&question.target).map_err(Refusal::Address)?;
        let url = Url::new(&address).map_err(|_| Refusal::Unreadable)?;
        let location: WorkerLocation = scope.location();
        let same_origin = url.origin() == location.origin();
        if !same_origin && matches!(question.task, Task::Repeat { .. }) {
            return Err(Refusal::OtherSite);
        }
        let is_here = ["localhost", "[::1]"].contains(&url.hostname().as_str()) || url.hostname().starts_with("127.");
        let credentials = match question.cookies {
            Cookies::Own if same_origin => RequestCredentials::SameOrigin,
            _ => RequestCredentials::Omit,
        };
        let mixed = url.protocol() == "http:" && location.protocol() == "https:" && !is_here;
        let trace = format!("{}/cdn-cgi/trace", url.origin());
        let repeats = match question.task.limited() {
            Task::Look { .. } => None,
            Task::Repeat { times, .. } => Some(times),
        };
        Ok(Self { scope, work, urls: [trace, url.href()], same_origin, mixed, credentials, repeats, steps: Vec::new() })
    }

    async fn run(mut self, task: Task) {
        host::post(&self.scope, &FromProbe::Started { requests: task.requests() });
        match task {
            Task::Look { traces } => {
                let mut outcome = Some(Outcome::Trace);
                let mut asked = 0;
                // A host that has no trace is not asked for one again.
                while outcome == Some(Outcome::Trace) && asked < traces {
                    outcome = self.ask(Subject::Trace).await;
                    asked += 1;
                }
                if !matches!(outcome, None | Some(Outcome::Offline | Outcome::MixedContent)) {
                    self.ask(Subject::Url).await;
                }
            }
            Task::Repeat { every_ms, times } => {
                self.ask(Subject::Trace).await;
                for _ in 0..times {
                    let next = timing::now(&self.scope) + f64::from(every_ms);
                    if self.ask(Subject::Url).await.is_none() {
                        break;
                    }
                    while timing::now(&self.scope) < next && !self.work.stopped.get() {
                        TimeoutFuture::new(POLL_MS).await;
                    }
                }
            }
        }
        let readable = self.steps.iter().any(|step| matches!(step.outcome, Outcome::Trace | Outcome::Answer));
        let file = Uint8Array::from(to_json(&self.steps).as_bytes()).buffer();
        host::transfer(&self.scope, &FromProbe::Done { readable }, &[file.into()]);
    }

    /// Makes one request and posts its result to the page; `None` when the person stopped the probe.
    async fn ask(&mut self, subject: Subject) -> Option<Outcome> {
        if self.work.stopped.get() {
            return None;
        }
        let url = self.urls[usize::from(subject == Subject::Url)].clone();
        let mut step = Step { subject, url, same_origin: self.same_origin, started_ms: whole(Date::now()), ..Step::default() };
        let began = timing::now(&self.scope);
        step.outcome = if self.mixed {
            Outcome::MixedContent
        } else {
            match self.fetch(&mut step, RequestMode::Cors).await {
                Outcome::Nothing if !self.scope.navigator().on_line() => Outcome::Offline,
                // The page learns nothing of why. Asked so that nothing can be read, a host that is there still answers.
                Outcome::Nothing if !self.same_origin => self.fetch(&mut step, RequestMode::NoCors).await,
                outcome => outcome,
            }
        };
        if self.work.stopped.get() {
            return None;
        }
        step.locate();
        step.ms = u32::try_from(whole(timing::now(&self.scope) - began)).unwrap_or(u32::MAX);
        let outcome = step.outcome;
        self.steps.push(step);
        host::post(&self.scope, &FromProbe::Panels(Box::new(panels(&self.steps, self.repeats))));
        Some(outcome)
    }

    async fn fetch(&self, step: &mut Step, mode: RequestMode) -> Outcome {
        let Ok(abort) = AbortController::new() else { return Outcome::Nothing };
        let signal = abort.signal();
        self.work.abort.replace(Some(abort.clone()));
        let timeout = Timeout::new(TIMEOUT_MS, move || abort.abort());
        let request = Request::get(&step.url)
            .mode(mode)
            .credentials(self.credentials)
            .cache(RequestCache::NoStore)
            .referrer_policy(ReferrerPolicy::NoReferrer)
            .abort_signal(Some(&signal));
        let outcome = match request.send().await {
            Ok(_) if mode == RequestMode::NoCors => Outcome::Hidden,
            Ok(response) => {
                let text = beginning(&response).await;
                self.measure(step).await;
                read(step, &response, &text)
            }
            Err(_) if signal.aborted() => Outcome::TimedOut,
            Err(_) => Outcome::Nothing,
        };
        drop(timeout);
        self.work.abort.take();
        outcome
    }

    /// Adds what Resource Timing measured of the last request.
    async fn measure(&self, step: &mut Step) {
        let Some(performance) = self.scope.performance() else { return };
        // The browser notes it down a moment after the answer is through.
        let mut entry = None;
        for wait in [0, 10, 40] {
            TimeoutFuture::new(wait).await;
            entry = performance.get_entries_by_name(&step.url).iter().last();
            if entry.is_some() {
                break;
            }
        }
        let Some(entry) = entry else { return };
        performance.clear_resource_timings();
        if let Ok(timing) = serde_wasm_bindgen::from_value::<ResourceTiming>(entry) {
            step.phases = timing.phases();
            step.protocol = timing.next_hop_protocol;
        }
    }
}

/// Notes what a response says.
fn read(step: &mut Step, response: &Response, text: &str) -> Outcome {
    step.status = response.status();
    step.redirected = Some(response.url()).filter(|_| response.redirected());
    step.headers = response.headers().entries().take(MAX_HEADERS).collect();
    let is_page = text.trim_start().starts_with('<');
    let is_challenge = step.header("cf-mitigated").is_some()
        || is_page && ["challenge-platform", "cf-chl-", "_cf_chl_opt", "Just a moment"].iter().any(|mark| text.contains(mark));
    // A page that Cloudflare only looks after may have such a script as well.
    if is_challenge && (step.subject == Subject::Trace || !response.ok()) {
        return Outcome::Challenge;
    }
    if step.subject == Subject::Trace {
        match text.parse::<Trace>() {
            Ok(trace) if response.ok() => {
                step.trace = trace.fields;
                return Outcome::Trace;
            }
            _ => return Outcome::Answer,
        }
    }
    if step.status >= 400 {
        step.error_code = ErrorPage::read(text).filter(|page| page.maker == Maker::Cloudflare).and_then(|page| page.code);
    }
    Outcome::Answer
}

/// The beginning of a body: enough to recognise an error page, or all that came before it broke off.
async fn beginning(response: &Response) -> String {
    let mut bytes = Vec::new();
    if let Some(body) = response.body() {
        let mut chunks = ReadAhead::new(&body);
        while let Ok(Some(chunk)) = chunks.next().await {
            bytes.extend(chunk.to_vec());
            if bytes.len() > MAX_BODY {
                chunks.cancel().await;
                break;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn whole(number: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a clock's milliseconds fit for 280,000 years")]
    let whole = (number + 0.5) as i64;
    whole
}
