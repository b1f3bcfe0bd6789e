//! What the page's workers run: the session that holds a case and answers the page, and in the browser the workers' own ends. Three
//! binaries make three modules of it: `fivetwenty-workers` (readers and analyst), `fivetwenty-bundler` and `fivetwenty-probe`.
//!
//! Knows nothing of the page, and natively nothing of the browser.

mod compare;
mod error;
mod map;
mod probe_address;
mod probe_view;
mod reading;
mod resource_timing;
mod session;
#[cfg(target_arch = "wasm32")]
pub mod web;

pub use error::WorkerError;
pub use probe_address::{AddressError, probe_address};
pub use probe_view::panels;
pub use reading::{FileReader, Finished};
pub use resource_timing::ResourceTiming;
pub use session::Session;
