//! The ways of writing a value that are searched.

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Raw,
    /// `%41`, all of it or what must be.
    Percent,
    /// `%41`, and a plus sign for a space.
    Form,
    /// `\"` and `\u0041`, once or twice.
    Json,
    /// `&amp;` and `&#65;`, perhaps in JSON.
    Html,
    /// Two digits a byte.
    Hex,
    /// In either alphabet, itself or within something longer.
    Base64,
}

impl Encoding {
    /// In words, for the end of a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Raw => "as it is",
            Self::Percent => "percent-encoded",
            Self::Form => "encoded as in a form",
            Self::Json => "escaped as in JSON",
            Self::Html => "escaped as in HTML",
            Self::Hex => "in hexadecimal",
            Self::Base64 => "in base64",
        }
    }
}
