//! Pairs the entries of two captures and says in what they differ. It sees captures, never bytes.

mod body_length;
mod difference;
mod pairing;

pub use body_length::{BodyLength, Came, body_length};
pub use difference::{Aligned, Change, Difference, align, differences, header_bytes, listed_header_bytes};
pub use pairing::{Pair, Pairing};
