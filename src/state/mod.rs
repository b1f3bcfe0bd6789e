//! What the page shows, and what can happen to it.
//!
//! The reducer is pure: the same state and action give the same state, and it starts nothing. It knows no browser; the clock's time
//! comes in with the actions. It holds nothing large: rows come in windows from the analyst.

mod action;
mod admission;
mod bundle;
mod choices;
mod files;
mod filled;
#[cfg(test)]
mod fixtures;
mod loadable;
mod pace;
mod page;
mod person;
mod place;
mod probe;
mod reduce;
mod rows;
mod undo;

pub use action::Action;
pub use admission::{Admission, Offer, PASTED};
pub use bundle::Bundle;
pub use choices::Choices;
pub use files::{FileLine, Phase};
pub use filled::Filled;
pub use loadable::{Loadable, Shared};
pub use pace::Pace;
pub use page::State;
pub use person::{Mode, Terminal, Theme};
pub use place::{PLACES, Place, row_address};
pub use probe::Probe;
pub use rows::{Filter, Goal, Open, Seek};
pub use undo::Undo;
