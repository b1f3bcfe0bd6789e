//! Values that may leave.

use std::fmt::{self, Write as _};

use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use serde::Serialize;

use crate::commands::fill;

/// Something that may leave: made only by the redaction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Redacted<T>(pub(super) T);

/// What can carry no secret, and may be put into a redacted text: numbers, the program's own words, and what is redacted already.
///
/// A borrowed text of a file is none of these, which the compiler checks: only `&'static str` is one.
pub trait Harmless {
    /// Writes it at the end of `text`.
    fn write(&self, text: &mut String);
}

impl Redacted<String> {
    /// One of the program's own texts.
    pub fn fixed(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// One of the program's own texts with harmless values in place of each `{}`.
    pub fn fill(template: &'static str, values: &[&dyn Harmless]) -> Self {
        let mut text = String::with_capacity(template.len() + 32);
        let mut values = values.iter();
        for (number, part) in template.split("{}").enumerate() {
            if number > 0
                && let Some(value) = values.next()
            {
                value.write(&mut text);
            }
            text.push_str(part);
        }
        Self(text)
    }

    /// One of the program's own texts with a value in place of each `{name}` that `value` knows; braces around anything else stay.
    pub fn fill_named(template: &'static str, value: impl Fn(&str) -> Option<Self>) -> Self {
        Self(fill(template, |name| value(name).map(|value| value.0)))
    }

    /// Harmless values behind one another, with `between` between them.
    pub fn join(values: impl IntoIterator<Item = Self>, between: &'static str) -> Self {
        Self(values.into_iter().map(|value| value.0).collect::<Vec<_>>().join(between))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: fmt::Display> fmt::Display for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Harmless for Redacted<String> {
    fn write(&self, text: &mut String) {
        text.push_str(&self.0);
    }
}

impl Harmless for &'static str {
    fn write(&self, text: &mut String) {
        text.push_str(self);
    }
}

macro_rules! by_display {
    ($($kind:ty),*) => {$(
        impl Harmless for $kind {
            fn write(&self, text: &mut String) {
                text.push_str(&self.to_string());
            }
        }
    )*};
}
by_display!(u16, u32, u64, usize, Colo);

/// RFC 3339 in UTC, with milliseconds.
impl Harmless for Timestamp {
    fn write(&self, text: &mut String) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{self}");
    }
}
