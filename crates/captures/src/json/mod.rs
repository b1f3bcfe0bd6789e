//! JSON as a push tokenizer: bytes in, tokens out.
//!
//! It never holds more than the chunk at hand and the part of one string that somebody asked for, so a file of any size is read in the
//! same memory. Whoever reads says before each token how much of a string is wanted; the rest is passed over without being copied.

mod error;
mod kept;
mod number;
mod scan;
mod token;
mod tokenizer;
mod wide;

pub use error::{Error, Path};
pub use number::{decimal, whole_number};
pub use scan::plain_soon;
pub use token::{Text, Token, Want, hash};
pub use tokenizer::{Limits, Tokenizer};
