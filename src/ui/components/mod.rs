//! The parts of the page, from top to bottom. Each shows what it is given; none holds a result of its own.

mod checks;
mod copy;
mod detail;
mod files;
mod howto;
mod leaving;
mod rays;
mod side;
mod start;
mod table;
mod top;
mod trace;
mod verdict;
mod why;

pub(super) use checks::Checks;
pub(super) use files::Files;
pub(super) use leaving::{Format, Leaving};
pub(super) use rays::Rays;
pub(super) use start::{Bar, Slots, Start};
pub(super) use table::SideBySide;
pub(super) use top::Top;
pub(super) use trace::TraceForm;
pub(super) use verdict::VerdictBlock;
pub(super) use why::Why;
