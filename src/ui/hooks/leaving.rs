//! A question before the page is left.

use web_sys::Event;
use yew::{hook, use_callback};

use super::listener::use_window_event;

/// Has the browser ask before the page is left, when the person would `lose` something.
#[hook]
pub(crate) fn use_question_before_leaving(lose: bool) {
    let leave = use_callback(lose, |event: Event, lose| {
        if *lose {
            event.prevent_default();
        }
    });
    use_window_event("beforeunload", leave);
}
