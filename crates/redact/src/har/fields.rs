//! What redaction reads of the table of fields. Numbers, `true`, `false` and `null` stay everywhere but in bodies.

use fivetwenty_captures::har::Field;
pub(super) use fivetwenty_captures::har::{Object as Node, Privacy as Rule};

/// Comments that stay: they say what the exporter left out.
pub(super) const COMMENTS: [&str; 3] = [
    "Response bodies are not included.",
    "Request bodies are not included.",
    "SSL Proxying not enabled for this host: enable in Proxy Settings, SSL locations",
];

/// Members in which a number stands, and no long one.
pub(super) const NUMBERS: [&str; 7] = ["connection", "_connectionId", "scriptId", "id", "requestId", "opcode", "status"];

/// Whether an object has a member of this name whose content is known.
pub(super) fn is_known(node: Node, key: &str) -> bool {
    !matches!(field(node, key), (Rule::Text | Rule::Number, Node::Unknown | Node::Timings))
}

/// Whether the table has an object's member.
pub(super) fn is_listed(node: Node, key: &str) -> bool {
    Field::find(node, key.as_bytes()).is_some()
}

/// What the member of an object is; of an unknown one, and of one that the table does not name, all strings go.
pub(super) fn field(node: Node, key: &str) -> (Rule, Node) {
    Field::find(node, key.as_bytes()).map_or((Rule::Text, Node::Unknown), |field| (field.privacy, field.inside))
}

/// Where the members of an object stand, in words that are the program's own.
pub(super) fn place(node: Node) -> &'static str {
    match node {
        Node::Root => "file",
        Node::Log | Node::Creator => "log",
        Node::Page => "pages",
        Node::Entry | Node::Timings | Node::Cache | Node::Security | Node::Error => "entry",
        Node::Request => "request",
        Node::Response => "response",
        Node::RequestHeader => "request.headers",
        Node::ResponseHeader => "response.headers",
        Node::RequestCookie => "request.cookies",
        Node::ResponseCookie => "response.cookies",
        Node::Query => "request.queryString",
        Node::PostData | Node::Param => "request.postData",
        Node::Content => "response.content",
        Node::Initiator => "entry._initiator",
        Node::Message => "entry._webSocketMessages",
        Node::Unknown => "unknown field",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{HarRedactor, Policy};
    use crate::tokens::Tokens;

    /// Breaks when what tells who answered is lost on the way to a redacted file, or a text in its place stays.
    #[test]
    fn who_answered_stays() {
        let redacted = |text: &str| {
            let (policy, mut tokens, mut out) = (Policy::default(), Tokens::default(), Vec::new());
            let mut redactor = HarRedactor::new(&policy, &mut tokens, None);
            redactor.push(text.as_bytes(), &mut out);
            redactor.finish(&mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        for kept in [
            r#"[{"response":{"_fetchedViaServiceWorker":true,"_serviceWorkerResponseSource":"cache-storage"}}]"#,
            r#"[{"response":{"_fromServiceWorker":false,"_fromPrefetchCache":true}}]"#,
            r#"[{"response":{"_failureText":"net::ERR_EMPTY_RESPONSE"}}]"#,
            r#"[{"response":{"_failureText":"NS_ERROR_NET_RESET"}}]"#,
        ] {
            assert_eq!(redacted(kept), kept);
        }
        for secret in ["_fromPrefetchCache", "_failureText", "_fetchedViaServiceWorker"] {
            let text = redacted(&format!(r#"[{{"response":{{"{secret}":"maria.lopez@shop.example 4711"}}}}]"#));
            assert!(text.contains(secret) && !text.contains("maria") && !text.contains("4711"), "{text}");
        }
    }
}
