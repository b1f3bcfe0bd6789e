//! What the page says when a worker fails.

use crate::web::error::WebError;

/// What is said when the workers' module does not come.
pub(super) fn unprepared(error: &WebError) -> String {
    format!("The part of this page that reads and compares could not be loaded ({error}). What you gave is kept.")
}

/// Why a worker broke. The browser gives no reason when memory ran out.
pub(super) fn cause(error: &str) -> String {
    match error.trim_start_matches("Uncaught ").trim_end_matches('.') {
        "" => "the browser ended the worker, most often because memory ran out".to_owned(),
        error => format!("the worker broke ({error}), perhaps because memory ran out"),
    }
}
