//! Redaction: what may leave of a capture, what stands for the rest, and the check that nothing else leaves.
//!
//! - A report is made of [`Redacted`] values, which this crate alone can make. It names fields and lengths, never values, except those of
//!   [`OPEN_HEADERS`], statuses, and the browser's error names. The functions that take a text of a file, such as [`url`] and
//!   [`header_value`], say what may leave of it. They escape control, bidirectional and zero-width characters, and limit the length.
//! - A file is redacted by [`HarRedactor`], a text by [`transcript()`]: names stay, and values become [`Tokens`]. A [`Policy`] says what a
//!   person wants redacted or kept beyond the defaults.
//! - The [`leak_check`] searches everything that leaves for every value that was removed.
//! - [`commands`] are filled in with checked arguments alone.

pub mod commands;
mod detect;
mod format;
mod har;
mod kind;
pub mod leak_check;
mod policy;
mod public;
mod redacted;
mod removed;
mod shown;
mod token;
mod tokens;
mod transcript;
mod values;
mod vocabulary;

pub use fivetwenty_captures::{escape_invisible, is_invisible_or_bidi};
pub use format::{byte_count, counted, length_of_time, minute, range_of_ms, second, second_at, share, thousands, visible};
pub use har::{EntrySet, HarRedactor, Summary};
pub use kind::{Group, Kind};
pub use policy::{Policy, PolicyError, Rule, Unmatched, What};
pub use public::{public_address, public_url, without_origin};
pub use redacted::{Harmless, Redacted};
pub use removed::Removed;
pub use shown::{
    address, error, file_name, file_path, header_name, header_value, host, host_for_shell, json_path, path_for_shell, problem, product,
    ray_id, trace_value, url, url_for_shell, url_to_ask,
};
pub use tokens::{Count, Tokens};
pub use transcript::{extracted_entry, logged_value, transcript};
pub use values::{OPEN_HEADERS, site_host};
