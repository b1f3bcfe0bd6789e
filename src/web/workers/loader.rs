//! How a worker starts, and so what its policy is.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlIFrameElement, Worker, WorkerOptions};

use crate::web::module::script_address;

/// What a worker starts from.
#[derive(Clone, Copy)]
pub(super) enum Loader {
    /// In the frame `#isolation`, whose policy it takes: a reader, the analyst or the bundler. Where a host forbids the frame, from a file
    /// whose response may have a policy.
    Isolated,
    /// From a file whose response has the only policy that lets a worker connect.
    Probe,
}

thread_local! {
    /// The address of the text of `worker.js`; `None` when the browser made none.
    static ISOLATED: Option<String> = script_address(&JsValue::from_str(include_str!("../../../static/worker.js"))).ok();
}

impl Loader {
    pub(super) fn start(self, options: &WorkerOptions) -> Result<Worker, JsValue> {
        let address = match self {
            Self::Isolated => match (workers_of_frame(), ISOLATED.with(Clone::clone)) {
                (Some(constructor), Some(address)) => {
                    return Reflect::construct(&constructor, &Array::of2(&address.into(), options)).map(JsCast::unchecked_into);
                }
                _ => "worker.js",
            },
            Self::Probe => "probe.js",
        };
        Worker::new_with_options(address, options)
    }
}

/// The frame's own constructor of workers; `None` when a host does not let it be framed.
fn workers_of_frame() -> Option<Function> {
    let frame = web_sys::window()?.document()?.get_element_by_id("isolation")?;
    let window = frame.unchecked_into::<HtmlIFrameElement>().content_window()?;
    Reflect::get(&window, &JsValue::from_str("Worker")).ok()?.dyn_into().ok()
}
