//! Checks of the captures, commands, the probe, the map.

mod checks;
mod map;
mod probe;
mod probe_results;
mod terminal;

pub(crate) use checks::checks;
pub(crate) use map::map;
pub(crate) use probe::ProbeForm;
pub(crate) use terminal::terminal;
