//! Records real faults: labelled captures by real browsers, and what people paste, by the tools and servers that they paste from.
//!
//! Knows nothing of fivetwenty's own code: what a diagnosis must come to is written by hand, beside each case.
//!
//! Only Cloudflare's edge is simulated: the faults, their framing, and what the browser makes of them are real, and the captures are
//! the browser's own export. In reading order: [`case`] (what one is) and [`cases`] (all of them), [`recorders`] (the browsers and curl),
//! [`record`], and [`samples`]. The origin and the edge are `fivetwenty_harness`'s.

pub mod case;
pub mod cases;
pub mod record;
pub mod recorders;
pub mod samples;
