//! Where time and memory go: measured in the workers, marked in the page.
//!
//! The page's marks are User Timing entries, which a browser's performance panel and any script can read
//! (`performance.getEntriesByType("mark")`). They say nothing of a file but its number and how large it is, and cost next to nothing.

use fivetwenty_model::protocol::{Effort, FileId, Progress};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Performance;

/// A file was given.
pub(super) const GIVEN: &str = "fivetwenty:given";
/// The first of its entries are shown.
pub(super) const FIRST: &str = "fivetwenty:first";
/// Its reader is done.
pub(super) const READ: &str = "fivetwenty:read";
/// The analysis that it is a part of arrived.
pub(super) const ANALYSED: &str = "fivetwenty:analysed";

/// The options of `performance.mark`.
#[derive(Serialize)]
struct MarkOptions {
    detail: Detail,
}

/// What a mark says beside its name; a figure without a meaning for that mark is 0.
#[derive(Serialize)]
struct Detail {
    file: FileId,
    bytes: u64,
    entries: u32,
    ms: f64,
    memory: u64,
}

/// Marks this moment in the page.
pub(super) fn mark(name: &str, file: FileId, progress: Progress, effort: Effort) {
    let Some(performance) = web_sys::window().and_then(|window| window.performance()) else { return };
    let detail = Detail { file, bytes: progress.bytes, entries: progress.entries, ms: effort.ms, memory: effort.memory };
    if let Ok(options) = serde_wasm_bindgen::to_value(&MarkOptions { detail }) {
        // It fails only where a browser knows no marks with details, and then nobody misses it.
        let _ = performance.unchecked_ref::<Marks>().mark_with_options(name, &options);
    }
}

#[wasm_bindgen]
extern "C" {
    // `web-sys` knows `mark` without options only.
    #[wasm_bindgen(extends = Performance)]
    type Marks;

    #[wasm_bindgen(method, catch, js_name = mark)]
    fn mark_with_options(this: &Marks, name: &str, options: &JsValue) -> Result<JsValue, JsValue>;
}
