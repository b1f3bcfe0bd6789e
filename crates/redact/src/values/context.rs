//! What makes tokens of values: it knows the map of tokens, the person's policy, and the field at hand.

use std::borrow::Cow;

use crate::detect;
use crate::kind::Kind;
use crate::policy::{Policy, What};
use crate::token::{self, Place, Tokens};

/// Makes tokens of values, knowing where they stand and what the person wants.
pub(crate) struct Context<'a> {
    pub(crate) tokens: &'a mut Tokens,
    pub(crate) policy: &'a Policy,
    /// Where the value at hand stands.
    pub(crate) field: &'static str,
}

impl Context<'_> {
    /// The token of a value.
    pub(crate) fn token(&mut self, kind: Kind, name: &str, value: &str, place: Place) -> String {
        let decoded = if place == Place::Url && !token::is_token(value) { detect::percent_decoded(value) } else { None };
        let plain = decoded.as_deref().unwrap_or(value);
        let shape = match kind {
            Kind::Cookie | Kind::Form | Kind::User | Kind::Body | Kind::Title | Kind::File => None,
            _ => detect::kind(plain),
        };
        let claims = if shape == Some(Kind::Jwt) { detect::jwt(plain) } else { None };
        self.tokens.token(shape.unwrap_or(kind), claims.as_deref().unwrap_or(name), plain, value.len(), place, self.field)
    }

    /// Whether the person wants to keep what has this name; then its value is allowlisted.
    pub(crate) fn allowlists(&mut self, what: What, name: &str, value: &str) -> bool {
        let allowlisted = self.policy.keeps(what, name);
        if allowlisted {
            self.tokens.allow(value);
        }
        allowlisted
    }

    /// Whether the person wants to redact what has this name.
    pub(crate) fn is_added(&self, what: What, name: &str) -> bool {
        self.policy.adds(what, name)
    }

    /// Whether a text that would stay has to go: it looks like a secret, or the person wants it redacted.
    pub(crate) fn hides(&mut self, text: &str) -> bool {
        let mut texts = self.policy.add.iter().filter(|rule| rule.what == What::Text && !rule.name.is_empty());
        texts.any(|rule| text.contains(rule.name.as_str())) || self.tokens.hides(text)
    }

    /// A name: it stays, unless it may be a secret itself.
    pub(crate) fn name<'a>(&mut self, name: &'a str, place: Place) -> Cow<'a, str> {
        const MAX_BYTES: usize = 200;
        if token::is_token(name) || (name.len() <= MAX_BYTES && !self.hides(name)) {
            self.tokens.allow(name);
            return name.into();
        }
        self.token(Kind::Name, "", name, place).into()
    }

    /// A value of words, numbers and signs in which nothing is hidden.
    pub(crate) fn is_plain(&mut self, value: &str) -> bool {
        const MAX_BYTES: usize = 1024;
        let signs = b" -_.,:;/+=()*\"'?~&|%{}[]";
        let number = value.len() <= 10 && value.bytes().all(|byte| byte.is_ascii_digit());
        value.len() <= MAX_BYTES
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || signs.contains(&byte))
            && (number || !self.hides(value))
    }
}
