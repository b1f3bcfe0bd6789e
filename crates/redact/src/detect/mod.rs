//! What a text gives away by its shape, and which texts give nothing away.

mod address;
mod format;
mod jwt;
mod name;
mod narrow;
mod personal;
mod random;
mod secret;
mod shape;
mod words;

pub(crate) use self::address::{address, is_host, is_ip, user_within};
pub(crate) use self::format::{is_charset, is_date, is_error, is_media_type, is_method, is_phrase, is_short_number, is_version};
pub(crate) use self::jwt::jwt;
pub(crate) use self::name::{
    is_harmless_name, is_name, is_no_name, is_odd_name, is_password, is_plain_name, is_short_secret, known_beginning,
};
pub(crate) use self::secret::{hides, is_card_number, percent_decoded};
pub(crate) use self::shape::kind;
pub(crate) use self::words::{has_word, is_known, is_spelled, is_word};
