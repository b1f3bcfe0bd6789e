//! What a value is by its shape, as a whole.

use super::address::is_ip;
use super::jwt::jwt;
use super::secret::{has_email, is_api_key, is_card};
use crate::kind::Kind;

/// What a value is by its shape, as a whole.
pub(crate) fn kind(value: &str) -> Option<Kind> {
    let text = value.trim();
    if text.contains("-----BEGIN") {
        return Some(Kind::Key);
    }
    if jwt(text).is_some() {
        return Some(Kind::Jwt);
    }
    if text.len() > 320 {
        return None;
    }
    if text.len() > 10 && is_api_key(text) {
        return Some(Kind::ApiKey);
    }
    if is_ip(text) {
        return Some(Kind::Ip);
    }
    if is_card(text) {
        return Some(Kind::Card);
    }
    if has_email(text) && !text.contains(' ') {
        return Some(Kind::Email);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a value gets another kind than its shape has.
    #[test]
    fn kinds_are_known_by_their_shape() {
        for (value, expected) in [
            ("-----BEGIN PRIVATE KEY-----", Some(Kind::Key)),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", Some(Kind::Jwt)),
            ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", Some(Kind::ApiKey)),
            ("203.0.113.7", Some(Kind::Ip)),
            ("[2001:db8::1]", Some(Kind::Ip)),
            ("4111 1111 1111 1111", Some(Kind::Card)),
            ("4111 1111 1111 1112", None),
            ("alice@shop.example", Some(Kind::Email)),
            ("write to alice@shop.example", None),
            ("hunter2", None),
            ("", None),
        ] {
            assert_eq!(kind(value), expected, "{value}");
        }
    }
}
