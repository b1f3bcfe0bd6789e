//! Where files come in, and what becomes of each.

mod files;
mod intake;

pub(crate) use files::file_list;
pub(crate) use intake::{bar, slots, start};
