//! Pairs the entries of two captures and says in what they differ. It sees captures, never bytes.

mod alignment;
mod body_length;
mod difference;
mod groups;
mod header_bytes;
mod headers;
mod hosts;
mod pairing;
mod request;
mod tries;

pub use body_length::{BodyCompleteness, BodyLength, body_length};
pub use difference::{Aligned, Change, Difference, align, differences};
pub use header_bytes::{Counted, HEADER_LIMITS, HeaderBytes, HeaderLimit, header_bytes, listed_header_bytes};
pub use pairing::{Match, Pair, Pairing};
pub use request::{looks_like_chance, request_key};
pub use tries::Tries;
