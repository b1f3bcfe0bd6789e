//! What a report shows of values that stand in files: each function takes the file's text, and gives what may leave of it.

mod command;
mod header;
mod length;
mod text;
mod url;

pub use self::command::{host_for_shell, path_for_shell, url_for_shell, url_to_ask};
pub use self::header::{header_name, header_value};
pub use self::text::{error, file_name, file_path, json_path, problem, product, ray_id, trace_value};
pub use self::url::{address, host, url};
