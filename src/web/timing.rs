//! Where time and memory go: measured in the workers, marked in the page.
//!
//! The page's marks are User Timing entries, which a browser's performance panel and any script can read
//! (`performance.getEntriesByType("mark")`). They say nothing of a file but its number and how large it is, and cost next to nothing.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use fivetwenty_model::protocol::{Effort, FileId, Progress};

/// A file was given.
pub(super) const GIVEN: &str = "fivetwenty:given";
/// The first of its entries are shown.
pub(super) const FIRST: &str = "fivetwenty:first";
/// Its reader is done.
pub(super) const READ: &str = "fivetwenty:read";
/// The analysis that it is a part of arrived.
pub(super) const ANALYSED: &str = "fivetwenty:analysed";

/// Marks this moment in the page; what makes no sense for it is 0.
pub(super) fn mark(name: &str, file: FileId, progress: Progress, effort: Effort) {
    // It fails only where a browser knows no marks with details, and then nobody misses it.
    let _ = try_mark(name, file, progress, effort);
}

fn try_mark(name: &str, file: FileId, progress: Progress, effort: Effort) -> Result<(), JsValue> {
    let detail = Object::new();
    let figures = [
        ("file", f64::from(file)),
        ("bytes", progress.bytes as f64),
        ("entries", f64::from(progress.entries)),
        ("ms", effort.ms),
        ("memory", effort.memory as f64),
    ];
    for (name, figure) in figures {
        Reflect::set(&detail, &name.into(), &figure.into())?;
    }
    let options = Object::new();
    Reflect::set(&options, &"detail".into(), &detail)?;
    let performance = Reflect::get(&js_sys::global(), &"performance".into())?;
    let mark: Function = Reflect::get(&performance, &"mark".into())?.dyn_into()?;
    mark.call2(&performance, &name.into(), &options).map(drop)
}
