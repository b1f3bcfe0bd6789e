//! What may leave, and how: [`Redacted`] is the only way out, and only this module makes one.
//!
//! The policy goes by field: a report names fields and lengths, never values, but for the few fields of [`OPEN_HEADERS`], statuses,
//! and the browser's error names. Of URLs the query's values, the fragment and user info go. Everything that stays is inert: control,
//! bidirectional and zero-width characters are written as escapes, and nothing is longer than it need be.

mod detect;
pub mod door;
mod har;
mod policy;
mod public;
mod redacted;
mod text;
mod token;

pub use fivetwenty_captures::{inert, is_treacherous};
pub use har::{EntrySet, HarRedactor, Policy, Rule, Summary, What, told_entry, transcript};
pub use policy::{
    OPEN_HEADERS, error, file_name, header_name, header_value, host, host_for_shell, json_path, path_for_shell, problem, product, ray_id,
    trace_value, url, url_for_shell, url_to_ask,
};
pub use public::{public_address, public_url, without_origin};
pub use redacted::{Harmless, Redacted};
pub use text::{byte_count, counted, length_of_time, minute, range_of_ms, second, second_at, thousands};
pub use token::{Count, Group, Kind, REMOVED_MOST, Removed, Tokens};
