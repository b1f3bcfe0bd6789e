use std::borrow::Cow;

use crate::evidence::timestamp::Timestamp;
use crate::json::{Text, decimal};

/// A value that is neither array nor object.
#[derive(Clone, Copy)]
pub(super) enum Scalar<'a> {
    Text(Text<'a>),
    Number(&'a str),
    Bool(bool),
    Null,
}

/// Characters that are kept of a number where a text should be.
const DIGITS: usize = 64;

/// A text; a number where a text should be is taken as it is written.
#[inline]
pub(super) fn text(scalar: Scalar<'_>, mut set: impl FnMut(&str)) -> Option<&'static str> {
    match scalar {
        Scalar::Text(text) => set(&text.to_str()),
        Scalar::Number(text) => {
            set(&text[..text.len().min(DIGITS)]);
            return Some("expected a string, found a number");
        }
        Scalar::Bool(_) => return Some("expected a string, found true or false"),
        Scalar::Null => {}
    }
    None
}

/// A number, or a string that is one. What is negative or not finite is not known.
#[inline]
pub(super) fn number(scalar: Scalar<'_>, field: &mut Option<f64>) -> Option<&'static str> {
    let (text, wrong) = match scalar {
        Scalar::Number(text) => (Cow::Borrowed(text), None),
        Scalar::Text(text) => (text.to_str(), Some("expected a number, found a string")),
        Scalar::Bool(_) => return Some("expected a number, found true or false"),
        Scalar::Null => return None,
    };
    *field = decimal(text.trim()).filter(|value| *value >= 0.0);
    wrong
}

/// A size in bytes, as [`number`].
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "number() leaves only finite values from 0, and sizes are far below 2^53"
)]
pub(super) fn size(scalar: Scalar<'_>, field: &mut Option<u64>) -> Option<&'static str> {
    let mut value = None;
    let wrong = number(scalar, &mut value);
    *field = value.map(|value| value as u64);
    wrong
}

/// `true` or `false`.
#[inline]
pub(super) fn flag(scalar: Scalar<'_>, field: &mut bool) -> Option<&'static str> {
    match scalar {
        Scalar::Bool(value) => *field = value,
        Scalar::Text(_) => return Some("expected true or false, found a string"),
        Scalar::Number(_) => return Some("expected true or false, found a number"),
        Scalar::Null => {}
    }
    None
}

/// A status; what is no status counts as no answer.
#[inline]
pub(super) fn status(scalar: Scalar<'_>, field: &mut u16) -> Option<&'static str> {
    let mut status = None;
    let wrong = number(scalar, &mut status);
    *field = status.filter(|status| (0.0..1000.0).contains(status)).map_or(0, whole_status);
    wrong.or_else(|| status.filter(|status| *status >= 1000.0).map(|_| "expected a status below 1000, found a larger one"))
}

/// A date with its time.
pub(super) fn date(scalar: Scalar<'_>, field: &mut Option<Timestamp>) -> Option<&'static str> {
    let mut date = None;
    let wrong = text(scalar, |text| date = text.parse().ok());
    match date {
        Some(_) => *field = date,
        None if wrong.is_some() || matches!(scalar, Scalar::Null) => return wrong,
        None => return Some("expected a date and time (ISO 8601), found something else"),
    }
    None
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the caller has checked the range")]
fn whole_status(status: f64) -> u16 {
    status as u16
}
