//! A message between page and worker as bytes.
//!
//! The form is postcard's: it keeps every digit of a 64-bit number, and takes a fraction of the code that making browser objects takes.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why a message could not be sent or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageError {
    /// What was posted is not a list.
    NotAList,
    /// The list has no bytes in its first place.
    NoBytes,
    /// The bytes are not a message of the expected type, or there was no memory for them.
    Format(postcard::Error),
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAList => f.write_str("a message is not a list"),
            Self::NoBytes => f.write_str("a message has no bytes"),
            Self::Format(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for MessageError {}

/// The bytes of a message.
///
/// # Errors
/// When there is no memory for it.
pub fn to_bytes(message: &impl Serialize) -> Result<Vec<u8>, MessageError> {
    postcard::to_allocvec(message).map_err(MessageError::Format)
}

/// The message of these bytes.
///
/// # Errors
/// When they are not a message of this type.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, MessageError> {
    postcard::from_bytes(bytes).map_err(MessageError::Format)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a number loses digits on its way, or bytes that end too early are taken for a message.
    #[test]
    fn a_message_arrives_whole_or_not_at_all() {
        let message = (u64::MAX, "proxied.har".to_owned());
        let bytes = to_bytes(&message).unwrap();
        assert_eq!(from_bytes(&bytes), Ok(message));
        let cut: Result<(u64, String), MessageError> = from_bytes(&bytes[..bytes.len() - 1]);
        assert!(matches!(cut, Err(MessageError::Format(_))), "{cut:?}");
    }
}
