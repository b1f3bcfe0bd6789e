//! State and events that several components need. They know the browser's events, not what is drawn.

mod address;
mod listener;
mod page;
mod window_drop;
mod window_paste;

pub(super) use address::use_address;
pub(super) use listener::use_window_event;
pub(super) use page::{Page, use_page};
pub(super) use window_drop::use_window_drop;
pub(super) use window_paste::use_window_paste;
