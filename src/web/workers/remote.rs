//! A worker as the page sees it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use fivetwenty_model::protocol::{FromAnalyst, FromBundler, FromProbe, FromReader};
use fivetwenty_model::{MessageError, from_bytes};
use js_sys::{Array, Error};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::loader::Loader;
use crate::web::error::WebError;
use crate::web::message::{pack, unwrap};

/// A message of a worker, of which one kind says that it is listening.
pub(super) trait FromWorker: DeserializeOwned + 'static {
    /// It is listening from now on.
    fn is_ready(&self) -> bool;
}

/// Takes a message, given by its bytes and what travelled beside it. The answer is `true` for `Ready`: the worker listens from now on.
type OnMessage = dyn Fn(&[u8], Vec<JsValue>) -> Result<bool, MessageError>;

/// A running worker; dropping it ends the worker at once.
pub(super) struct Remote {
    worker: Worker,
    /// What waits for the worker to listen; `None` once it does.
    queue: Rc<RefCell<Option<Vec<QueuedMessage>>>>,
    /// Its loader found a way out that is open, and waits until it is told to go on.
    asks: Rc<Cell<bool>>,
    _message_listener: Closure<dyn FnMut(MessageEvent)>,
    _error_listener: Closure<dyn FnMut(ErrorEvent)>,
}

/// A message with what is handed over, rather than copied, beside it.
struct QueuedMessage {
    message: Array,
    transfer: Array,
}

impl Remote {
    /// Starts a worker by its loader in the role of that name; it waits for [`Remote::boot`]. `on_message` gets its messages,
    /// `on_open` the ways out of it that are open, and `on_error` the reason when it breaks.
    pub(super) fn start<From: FromWorker>(
        loader: Loader,
        role: &str,
        on_message: impl Fn(From, Vec<JsValue>) + 'static,
        on_open: impl Fn(String) + 'static,
        on_error: impl Fn(String) + 'static,
    ) -> Result<Self, WebError> {
        let on_bytes = move |bytes: &[u8], parts| {
            let message: From = from_bytes(bytes)?;
            let is_ready = message.is_ready();
            if !is_ready {
                on_message(message, parts);
            }
            Ok(is_ready)
        };
        Self::start_untyped(loader, role, Box::new(on_bytes), Box::new(on_open), Rc::new(on_error))
    }

    fn start_untyped(
        loader: Loader,
        role: &str,
        on_bytes: Box<OnMessage>,
        on_open: Box<dyn Fn(String)>,
        on_error: Rc<dyn Fn(String)>,
    ) -> Result<Self, WebError> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(role);
        let worker = loader.start(&options).map_err(|error| WebError::refused(&error))?;
        let queue = Rc::new(RefCell::new(Some(Vec::<QueuedMessage>::new())));

        let asks = Rc::new(Cell::new(false));
        let message_listener = Closure::<dyn FnMut(MessageEvent)>::new({
            let (worker, queue, asks, on_error) = (worker.clone(), queue.clone(), asks.clone(), on_error.clone());
            move |event: MessageEvent| {
                // Only the loader posts a text.
                if let Some(ways) = event.data().as_string() {
                    asks.set(true);
                    return on_open(ways);
                }
                match unwrap(event.data()).and_then(|(bytes, parts)| on_bytes(&bytes, parts)) {
                    Ok(true) => {
                        for message in queue.take().unwrap_or_default() {
                            if let Err(error) = message.post(&worker) {
                                on_error(error.to_string());
                            }
                        }
                    }
                    Ok(false) => {}
                    Err(error) => on_error(error.to_string()),
                }
            }
        });
        worker.set_onmessage(Some(message_listener.as_ref().unchecked_ref()));
        let error_listener = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            let message = event.message();
            // Of a panic, `worker.js` puts the trace behind an empty line, and boot.js shows it.
            match message.split_once("\n\n") {
                Some((says, _)) => {
                    report_error(&Error::new(&message));
                    on_error(says.to_owned());
                }
                None => on_error(message),
            }
        });
        worker.set_onerror(Some(error_listener.as_ref().unchecked_ref()));
        Ok(Self { worker, queue, asks, _message_listener: message_listener, _error_listener: error_listener })
    }

    /// Gives the loader, which waits for it, what it starts: the script's address and the compiled module.
    pub(super) fn boot(&self, boot: &Array) -> Result<(), WebError> {
        self.worker.post_message(boot).map_err(|error| WebError::refused(&error))
    }

    /// Tells the loader to go on although a way out is open, if it waits for that.
    pub(super) fn go_on(&self) -> Result<(), WebError> {
        if self.asks.take() { self.worker.post_message(&JsValue::NULL).map_err(|error| WebError::refused(&error)) } else { Ok(()) }
    }

    /// Sends a message; `parts` travel beside it, and those in `transfer` are handed over rather than copied.
    pub(super) fn send(&self, message: &impl Serialize, parts: &[JsValue], transfer: &[JsValue]) -> Result<(), WebError> {
        let message = QueuedMessage { message: pack(message, parts).map_err(WebError::Message)?, transfer: transfer.iter().collect() };
        match self.queue.borrow_mut().as_mut() {
            Some(queue) => queue.push(message),
            None => message.post(&self.worker)?,
        }
        Ok(())
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl QueuedMessage {
    fn post(&self, worker: &Worker) -> Result<(), WebError> {
        worker.post_message_with_transfer(&self.message, &self.transfer).map_err(|error| WebError::refused(&error))
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = reportError)]
    fn report_error(error: &Error);
}

impl FromWorker for FromReader {
    fn is_ready(&self) -> bool {
        matches!(self, Self::Ready)
    }
}

impl FromWorker for FromAnalyst {
    fn is_ready(&self) -> bool {
        matches!(self, Self::Ready)
    }
}

impl FromWorker for FromBundler {
    fn is_ready(&self) -> bool {
        matches!(self, Self::Ready)
    }
}

impl FromWorker for FromProbe {
    fn is_ready(&self) -> bool {
        matches!(self, Self::Ready)
    }
}
