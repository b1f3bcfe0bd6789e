//! Reads HAR files of any size as they arrive, and the texts that stand in them, compares two of them, and says what one entry or one
//! side tells of the edge and of the site.
//!
//! Knows nothing of causes, reports, redaction or the browser. A crate of its own since it is the part that a file's size is felt in: it
//! is compiled for speed, everything else for size.

pub mod compare;
pub mod edge;
pub mod evidence;
pub mod har;
mod invisible;
pub mod json;
pub mod order;
pub mod search;
mod side;
pub mod site;

pub use invisible::{escape_invisible, is_invisible_or_bidi};
pub use side::Side;
