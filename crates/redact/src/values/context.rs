//! What makes tokens of values: it knows the map of tokens, the person's policy, and the field at hand.

use std::borrow::Cow;

use crate::detect;
use crate::kind::Kind;
use crate::policy::{Policy, What};
use crate::token::{self, Place};
use crate::tokens::Tokens;

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

    /// Whether a text that would stay has to go: it looks like a secret, goes elsewhere, or the person named it.
    pub(crate) fn hides(&mut self, text: &str) -> bool {
        // The rule that names it matched.
        let is_named = self.policy.adds_in(text);
        is_named || self.tokens.hides(text)
    }

    /// A key of JSON or in a path, which stays when it says what it is and not whose.
    pub(crate) fn key<'a>(&mut self, key: &'a str, place: Place) -> Cow<'a, str> {
        if key.is_empty() || token::is_token(key) || (self.tokens.is_common(key) && !self.hides(key)) {
            return self.name(key, place);
        }
        self.token(Kind::Name, "", key, place).into()
    }

    /// A name: it stays, unless it may be a secret itself.
    pub(crate) fn name<'a>(&mut self, name: &'a str, place: Place) -> Cow<'a, str> {
        if self.keeps_name(name) { name.into() } else { self.token(Kind::Name, "", name, place).into() }
    }

    /// The name of a header, which has the same token in either case.
    pub(crate) fn header_name<'a>(&mut self, name: &'a str) -> Cow<'a, str> {
        if self.keeps_name(name) { name.into() } else { self.token(Kind::Name, "", &name.to_ascii_lowercase(), Place::Url).into() }
    }

    /// A name of which the beginning may stay when it says what it is, and the rest is somebody's: `wordpress_logged_in_8c1f42d0`.
    pub(crate) fn name_by_parts<'a>(&mut self, name: &'a str, place: Place) -> Cow<'a, str> {
        if self.keeps_name(name) {
            return name.into();
        }
        let (start, rest) = name.split_at(detect::known_beginning(name).unwrap_or(0));
        if start.is_empty() || self.policy.adds_in(name) || token::is_token(rest) || self.tokens.known(start).is_some() {
            return self.token(Kind::Name, "", name, place).into();
        }
        [start, &self.token(Kind::Name, "", rest, place)].concat().into()
    }

    fn keeps_name(&mut self, name: &str) -> bool {
        const MAX_BYTES: usize = 200;
        let keeps = token::is_token(name)
            || (name.len() <= MAX_BYTES && !self.policy.adds_in(name) && self.tokens.stays_as_name(&token::without(name)));
        if keeps {
            self.tokens.allow(name);
        }
        keeps
    }

    /// A value of words, numbers and signs in which nothing is hidden.
    pub(crate) fn is_plain(&mut self, value: &str) -> bool {
        const MAX_BYTES: usize = 1024;
        let signs = b" -_.,:;/+=()*\"'?~&|{}[]";
        let number = value.len() <= 10 && value.bytes().all(|byte| byte.is_ascii_digit());
        value.len() <= MAX_BYTES
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || signs.contains(&byte))
            && (number || !self.hides(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Rule;

    /// Breaks when a text that a person wants redacted stays within a name, or a name that hides nothing goes.
    #[test]
    fn a_persons_text_goes_wherever_it_stands() {
        let add = vec![Rule { what: What::Text, name: "acme".to_owned() }];
        let (policy, mut tokens) = (Policy { add, ..Policy::default() }, Tokens::default());
        tokens.learn(&policy);
        let mut context = Context { tokens: &mut tokens, policy: &policy, field: "test" };
        assert_eq!(context.name("x-acme-id", Place::Text), "[name #1, 9 bytes]");
        assert_eq!(context.name("x-request-id", Place::Text), "x-request-id");
        assert!(!context.is_plain("acme 1.0") && context.is_plain("shop 1.0"));
        assert_eq!(tokens.allowlisted(), "x-request-id\n");
    }

    /// Breaks when a value gets another kind than its shape has, or a token does not show the algorithm and claims of a web token.
    #[test]
    fn a_token_says_what_a_value_looks_like() {
        let (policy, mut tokens) = (Policy::default(), Tokens::default());
        let mut context = Context { tokens: &mut tokens, policy: &policy, field: "test" };
        assert_eq!(context.token(Kind::Query, "q", "203.0.113.7", Place::Url), "[ip-1,11-bytes]");
        assert_eq!(context.token(Kind::Query, "q", "203.0.113%2E7", Place::Url), "[ip-1,13-bytes]");
        assert_eq!(context.token(Kind::Cookie, "c", "203.0.113.7", Place::Text), "[cookie c #1, 11 bytes]");
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln";
        assert_eq!(context.token(Kind::Header, "x", jwt, Place::Text), "[jwt HS256 sub #2, 41 bytes]");
    }
}
