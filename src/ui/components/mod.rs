//! The parts of the page, from top to bottom. Each draws its arguments; none holds a result of its own.
//!
//! What has a state or an effect of its own is a component; the rest are functions: every component is two kilobytes more of
//! WebAssembly.

mod after;
mod bundle;
mod checks;
mod complete;
mod copy;
mod detail;
mod files;
mod help;
mod inputs;
mod leaving;
mod letters;
mod log_window;
mod map;
mod measured;
mod modes;
mod patterns;
mod probe;
mod probe_results;
mod rays;
mod scale;
mod side;
mod start;
mod steps;
mod table;
mod terminal;
mod top;
mod verdict;
mod why;

pub(super) use after::{after, offer_after};
pub(super) use bundle::bundle;
pub(super) use checks::checks;
pub(super) use complete::complete;
pub(super) use copy::{Console, show_for};
pub(super) use files::file_list;
pub(super) use help::Help;
pub(super) use inputs::inputs;
pub(super) use leaving::{Format, leaving};
pub(super) use letters::Letters;
pub(super) use measured::measured;
pub(super) use modes::for_you;
pub(super) use patterns::patterns;
pub(super) use probe::ProbeForm;
pub(super) use rays::rays;
pub(super) use start::{bar, slots, start};
pub(super) use table::SideBySide;
pub(super) use terminal::terminal;
pub(super) use top::top;
pub(super) use verdict::verdict_block;
pub(super) use why::why;
