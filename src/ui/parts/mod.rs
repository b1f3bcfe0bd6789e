//! Small things that several places draw. They know no place.
//!
//! What has a state or an effect of its own is a component; the rest are functions: every component is two kilobytes more of
//! WebAssembly.

pub(crate) mod bars;
pub(crate) mod button;
pub(crate) mod copy;
pub(crate) mod finding;
pub(crate) mod help;
pub(crate) mod ray;
pub(crate) mod side;
pub(crate) mod steps;
pub(crate) mod table;
