//! What stands for a value that may not leave: its length.

use fivetwenty_captures::evidence::token::Token;

use crate::redacted::Redacted;

/// A text with something else in place of its tokens; `instead` gets the length of the value, 0 when the token does not say it.
pub(super) fn without_tokens(text: &str, instead: impl Fn(u64) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let end = if let Some(token) = Token::read(after) {
            out.push_str(&instead(token.bytes));
            token.length
        } else {
            out.push('[');
            1
        };
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

pub(super) fn length_or_hidden(bytes: u64) -> String {
    if bytes == 0 { "[hidden]".to_owned() } else { length(bytes).0 }
}

/// What stands for a value: its length.
pub(super) fn length(bytes: u64) -> Redacted<String> {
    Redacted(if bytes == 1 { "[1 byte]".to_owned() } else { format!("[{bytes} bytes]") })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a token in a text shows more than a length, or a bracket that begins none is lost.
    #[test]
    fn tokens_are_lengths() {
        for (from, to) in [
            ("/a/[email-1,18-bytes]/b", "/a/[18 bytes]/b"),
            ("/[query-1,1-byte]", "/[1 byte]"),
            ("[field password #3]", "[hidden]"),
            ("c[]=[x", "c[]=[x"),
        ] {
            assert_eq!(without_tokens(from, length_or_hidden), to);
        }
    }
}
