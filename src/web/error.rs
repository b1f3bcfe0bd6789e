//! Why the page could not get or start what it needs.

use std::fmt;

use fivetwenty_model::MessageError;
use js_sys::Error;
use wasm_bindgen::{JsCast, JsValue};

use super::message::thrown;
use crate::labels;

/// Why the page could not get or start what it needs. Its text is a part of a sentence.
#[derive(Debug)]
pub(crate) enum WebError {
    /// The page has no link of that name.
    NotNamed,
    /// There is no window to ask with.
    NoWindow,
    /// A file was expected, and the server answered with another status than 2xx.
    Status {
        /// The file's name.
        name: String,
        /// The status.
        status: u16,
    },
    /// A message could not be made.
    Message(MessageError),
    /// The browser refused: why, in its words.
    Browser(String),
}

impl WebError {
    /// The browser refused; the words are those of the error without its name.
    pub(super) fn refused(error: &JsValue) -> Self {
        Self::Browser(thrown(error))
    }

    /// What was asked for did not come; the words have the error's name, such as `TypeError: Failed to fetch`.
    pub(super) fn named(error: &JsValue) -> Self {
        Self::Browser(error.unchecked_ref::<Error>().to_string().into())
    }
}

impl fmt::Display for WebError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNamed => f.write_str(labels::NOT_NAMED_BY_PAGE),
            Self::NoWindow => f.write_str(labels::NO_WINDOW),
            Self::Status { name, status } => f.write_str(&labels::returned_status(name, *status)),
            Self::Message(error) => write!(f, "{error}"),
            Self::Browser(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for WebError {}
