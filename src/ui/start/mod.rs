//! Where files come in, and what becomes of each.

mod files;
mod intake;

pub(crate) use files::unsettled;
pub(crate) use intake::{Take, choose_button, files_menu, start};
