//! The files to send: made here, reviewed here, saved by the person.

mod files;
mod leak;
mod panel;
mod review;
mod rules;

pub(crate) use panel::bundle;
