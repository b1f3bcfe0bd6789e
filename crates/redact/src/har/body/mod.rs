//! Bodies: of what has a structure (JSON, forms) the names stay; of everything else its length.

mod encoded;
mod error_page;
mod form;
mod json;
mod limits;
mod markup;
mod whole;

pub(super) use self::encoded::Encoding;
pub(super) use self::json::quoted;
pub(super) use self::limits::MAX_BODY_BYTES;
