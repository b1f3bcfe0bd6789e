//! What may leave, and how: [`Redacted`] is the only way out, and only this module makes one.
//!
//! The policy goes by field: a report names fields and lengths, never values, but for the few fields of [`OPEN_HEADERS`], statuses,
//! and the browser's error names. Of URLs the query's values, the fragment and user info go. Everything that stays is made safe to show: control,
//! bidirectional and zero-width characters are written as escapes, and nothing is longer than it need be.

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
mod transcript;
mod values;

pub use fivetwenty_captures::{escape_invisible, is_invisible_or_bidi};
pub use format::{byte_count, counted, length_of_time, minute, range_of_ms, second, second_at, thousands, visible};
pub use har::{EntrySet, HarRedactor, Summary};
pub use kind::{Group, Kind};
pub use policy::{Policy, Rule, What};
pub use public::{public_address, public_url, without_origin};
pub use redacted::{Harmless, Redacted};
pub use removed::Removed;
pub use shown::{
    error, file_name, header_name, header_value, host, host_for_shell, json_path, path_for_shell, problem, product, ray_id, trace_value,
    url, url_for_shell, url_to_ask,
};
pub use token::{Count, Tokens};
pub use transcript::{extracted_entry, transcript};
pub use values::OPEN_HEADERS;
