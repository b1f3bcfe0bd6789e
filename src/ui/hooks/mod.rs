//! State and events that several components need. They know the browser's events, not what is drawn.

mod address;
mod focus;
mod keys;
mod leaving;
mod listener;
mod page;
mod theme;
mod window_drop;
mod window_paste;

pub(super) use address::use_address;
pub(super) use focus::{use_focus, use_menus};
pub(super) use keys::{is_in_field, show_keys, use_keys};
pub(super) use leaving::use_question_before_leaving;
pub(super) use listener::use_window_event;
pub(super) use page::{Page, use_page};
pub(super) use theme::use_theme;
pub(super) use window_drop::use_window_drop;
pub(super) use window_paste::use_window_paste;
