//! What stands on every screen of a result: the head and the card.

mod after;
mod modes;
mod places;
mod top;
mod verdict;

pub(crate) use after::{after, offer_after};
pub(crate) use modes::for_you;
pub(crate) use places::places;
pub(crate) use top::top;
pub(crate) use verdict::verdict_block;
