//! What is said when something went wrong, was refused, or was saved.

use std::fmt::Display;

super::words! {
    NEW_FILES_REPLACED_OLD = "The two new files replaced the earlier ones.";
    CAPTURES_FULL = "Three captures are open already. Remove one, or drop two new ones to replace them all.";
    READING_STOPPED_TOO = "Reading stopped because the comparison stopped. Start over, then drop the files again.";
    NO_REASON = "the browser gave no reason";
    NOT_NAMED_BY_PAGE = "this page doesn't link to it";
    NO_WINDOW = "there is no window";
    NO_PAGE = "there is no page";
    SAVED_AS_DOWNLOADS = "Saved to your browser's downloads.";
}

/// A folder was dropped.
pub fn is_a_folder(name: &str) -> String {
    format!("{name} is a folder. Drop the HAR files inside it.")
}

/// An empty file was dropped.
pub fn is_empty(name: &str) -> String {
    format!("{name} is empty (0 bytes). Export it again from the browser's network panel.")
}

/// An entry that evidence cites is in no row.
pub fn entry_not_compared(entry: u32) -> String {
    format!("Entry {entry} is not among the compared requests.")
}

/// Nothing could be read from a file.
pub fn not_read(why: &str) -> String {
    format!("{}. Export it again, or drop another file.", why.trim_end_matches('.'))
}

/// The sample did not come.
pub fn sample_failed(error: &impl Display) -> String {
    format!("Can't load the sample: {error}. Check your connection, then try again.")
}

/// The workers' module did not come.
pub fn unprepared(error: &impl Display) -> String {
    format!("Can't load the part of this page that reads and compares files ({error}). Your files are kept.")
}

/// Why a worker broke. The browser gives no reason when memory ran out.
pub fn worker_broke(error: &str) -> String {
    match error.trim_start_matches("Uncaught ").trim_end_matches('.') {
        "" => "the browser ended the worker, most often because memory ran out".to_owned(),
        error if error.contains("panicked at") => format!("the worker failed ({error})"),
        error => format!("the worker failed ({error}), perhaps because memory ran out"),
    }
}

/// A file has no worker.
pub fn no_worker(error: &impl Display) -> String {
    format!("The browser can't start a worker for this file: {error}. Close other tabs, then add the file again.")
}

/// A file was read in part.
pub fn reading_broke_off(why: &str) -> String {
    format!("reading stopped: {why}")
}

/// There is no comparison any more.
pub fn comparison_stopped(cause: &str) -> String {
    format!("The comparison stopped: {cause}.")
}

/// There is no probe any more.
pub fn probe_stopped(cause: &str) -> String {
    format!("The probe stopped: {cause}. Try again.")
}

/// The probe's module did not come.
pub fn probe_not_loaded(error: &impl Display) -> String {
    format!("Can't load the probe: {error}. Check your connection, then try again.")
}

/// The files to send are not made any more.
pub fn packing_stopped(cause: &str) -> String {
    format!("Preparing the files stopped: {cause}.")
}

/// The bundler's module did not come.
pub fn bundler_not_loaded(error: &impl Display) -> String {
    format!("Can't load the part of this page that prepares files: {error}. Check your connection, then try again.")
}

/// The browser keeps none of the files to send.
pub fn files_not_taken(error: &str) -> String {
    format!("The browser can't hold the prepared files: {error}.")
}

/// The files are in a folder.
pub fn saved_in(folder: &str) -> String {
    format!("Saved in the folder {folder}.")
}

/// Some files are not saved.
pub fn not_saved(error: &str) -> String {
    format!("Some files weren't saved: {error}. Save them again, or choose another folder.")
}

/// A server returned another status than 2xx.
pub fn returned_status(name: &str, status: u16) -> String {
    format!("{name} returned status {status}")
}
