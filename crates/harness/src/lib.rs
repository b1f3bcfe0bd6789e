//! What the lab and the browser tests share: servers that fail, browsers that are driven, and waiting for both. Beside them
//! [`mod@bench`], which measures the built page in these browsers.
//!
//! Knows nothing of the cases that are recorded, and of the page only what it serves: its files, and the marks that it leaves.

pub mod bench;
pub mod browsers;
pub mod moment;
pub mod process;
pub mod servers;
pub mod wait;
