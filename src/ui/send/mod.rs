//! Texts and files for whoever has to help.

mod bundle;
mod complete;
mod leaving;
mod letters;

pub(crate) use bundle::bundle;
pub(crate) use complete::complete;
pub(crate) use leaving::{Format, leaving};
pub(crate) use letters::Letters;
