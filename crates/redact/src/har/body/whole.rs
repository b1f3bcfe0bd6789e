//! A body as a whole: which form it has.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fivetwenty_captures::evidence::error_page::{ErrorPage, Maker};

use super::encoded::Encoding;
use super::error_page::is_redacted;
use super::limits::{MAX_DEPTH, MAX_PAGE_BYTES};
use crate::kind::Kind;
use crate::values::Context;

impl Context<'_> {
    /// A body, whole.
    pub(in crate::har) fn body<'a>(&mut self, text: &'a str, encoding: Encoding) -> Cow<'a, str> {
        self.body_within(text, encoding, 0)
    }

    /// A body of which only length and hash are known.
    pub(in crate::har) fn long_body(&mut self, length: u64, hash: u64, encoding: Encoding) -> String {
        let token = self.tokens.token_of_hash(Kind::Body, length, hash, self.field);
        if encoding == Encoding::Base64 { STANDARD.encode(token) } else { token }
    }

    pub(super) fn body_within<'a>(&mut self, text: &'a str, encoding: Encoding, depth: usize) -> Cow<'a, str> {
        if text.trim().is_empty() || is_redacted(text) {
            return text.into();
        }
        if depth < MAX_DEPTH
            && encoding != Encoding::Plain
            && let Some(encoded) = self.encoded(text, encoding, depth)
        {
            return encoded.into();
        }
        let start = &text[..text.floor_char_boundary(MAX_PAGE_BYTES)];
        let page = ErrorPage::read(start);
        if let Some(page) = page.as_ref().filter(|page| page.maker == Maker::Cloudflare) {
            return self.cloudflare_page(page, start).into();
        }
        // What is said to be Base64 and is not may be half of it.
        let form = |context: &mut Self| if encoding == Encoding::Base64 { None } else { context.form(text) };
        let structured = self.json(text, depth).or_else(|| form(self)).or_else(|| self.multipart(text));
        structured.unwrap_or_else(|| self.dropped(text, start, page.as_ref())).into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::Policy;
    use crate::tokens::Tokens;

    fn body_with(tokens: &mut Tokens, text: &str, encoding: Encoding) -> String {
        Context { tokens, policy: &Policy::default(), field: "test" }.body(text, encoding).into_owned()
    }

    fn body(text: &str) -> String {
        body_with(&mut Tokens::default(), text, Encoding::Unknown)
    }

    /// Breaks when a value in JSON stays, a name goes, or the layout changes.
    #[test]
    fn json_keeps_its_names() {
        for (from, to) in [
            (r#"{"a": "x",  "n": 12, "b": [true, null]}"#, r#"{"a": "[json a #1, 1 byte]",  "n": 12, "b": [true, null]}"#),
            (r#"{"n": 1234}"#, r#"{"n": "[json n #1, 4 bytes]"}"#),
            (r#"{"cvv": 123, "pin": {"a": [1]}}"#, r#"{"cvv": "[json cvv #1]", "pin": {"a": ["[json a #2, 1 byte]"]}}"#),
            (r#"{"alice@shop.example": ""}"#, r#"{"[email #1, 18 bytes]": ""}"#),
            (r#"{"a": "{\"b\":\"x\"}"}"#, r#"{"a": "{\"b\":\"[json b #1, 1 byte]\"}"}"#),
            ("while(1);[\"x\"]", "while(1);[\"[json #1, 1 byte]\"]"),
            (r#"{"a": "x""#, "[body #2, 9 bytes]"),
        ] {
            assert_eq!(body(from), to, "{from}");
        }
    }

    /// Breaks when a value in a form stays, or the name of a field goes.
    #[test]
    fn forms_keep_their_names() {
        assert_eq!(body("user=alice&page=2&q="), "user=[field-1]&page=[field-2]&q=");
        assert_eq!(
            body(
                "--x\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\nalice\r\n--x\r\nContent-Disposition: form-data; name=\"cv\"; filename=\"alice.pdf\"\r\n\r\n%PDF\r\n--x--\r\n"
            ),
            "--part\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\n[field user #1]\r\n--part\r\nContent-Disposition: form-data; name=\"cv\"\r\n\r\n[file cv #2, 4 bytes]\r\n--part--\r\n"
        );
    }

    /// Breaks when an encoded body is not read, or is written in another encoding than it had.
    #[test]
    fn encoded_bodies_stay_encoded() {
        let redacted = r#"{"a":"[json a #1, 7 bytes]"}"#;
        let mut tokens = Tokens::default();
        let mut redact = |text: &str, encoding| body_with(&mut tokens, text, encoding);
        assert_eq!(redact(&STANDARD.encode(r#"{"a":"hunter2"}"#), Encoding::Base64), STANDARD.encode(redacted));
        assert_eq!(redact(&hex::encode(r#"{"a":"hunter2"}"#), Encoding::Hex), hex::encode(redacted));
        assert_eq!(redact(&STANDARD.encode(r#"{"a":"hunter2"}"#), Encoding::Unknown), STANDARD.encode(redacted));
        assert_eq!(redact(&STANDARD.encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Encoding::Base64), STANDARD.encode("[body #2, 24 bytes]"));
    }

    /// Breaks when Cloudflare's error page loses the facts in it, or anything else of a page stays.
    #[test]
    fn of_an_error_page_the_facts_stay() {
        assert_eq!(body("error code: 520"), "error code: 520");
        assert_eq!(body("<title>Cart of Alice</title><p>Alice"), "<title>[title #1, 13 bytes]</title>\n[body #2, 36 bytes]");
        assert_eq!(body("Dear Alice"), "[body #1, 10 bytes]");
        assert_eq!(body(" \n"), " \n");
    }

    proptest! {
        /// Breaks when a token is taken for a value the second time, by the same map of tokens or by a new one.
        #[test]
        fn twice_is_once(text in "\\{\"[a-c]{1,3}\":[ ]?(\"[a-z{}:\\[]{0,9}\"|[0-9]{1,9})\\}|([a-c]{1,3}=[a-z0-9%]{0,9}&?){1,4}|[ -~\\n]{0,60}") {
            let mut tokens = Tokens::default();
            let once = body_with(&mut tokens, &text, Encoding::Unknown);
            prop_assert_eq!(&body_with(&mut tokens, &once, Encoding::Unknown), &once);
            prop_assert_eq!(&body(&once), &once);
        }
    }
}
