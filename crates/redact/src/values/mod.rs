//! Values with a grammar of their own: URLs, parameters, cookies, headers. Names stay, values become tokens.

mod context;
mod cookie;
mod header;
mod open_header;
mod parameter;
mod url;

pub(crate) use self::context::Context;
pub use self::open_header::OPEN_HEADERS;
pub(crate) use self::open_header::is_open;
pub(crate) use self::parameter::{is_flag, is_padding};
pub use self::url::site_host;
pub(crate) use self::url::{default_name, default_path, known_scheme};
