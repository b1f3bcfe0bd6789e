//! What the verdict rests on, and what else was considered.

mod inputs;
mod log_window;
mod measured;
mod patterns;
mod rays;
mod why;

pub(crate) use inputs::inputs;
pub(crate) use measured::measured;
pub(crate) use patterns::patterns;
pub(crate) use rays::rays;
pub(crate) use why::why;
