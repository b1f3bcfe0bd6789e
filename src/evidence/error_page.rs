//! What the body of an error says about itself: whose page it is, and which error.

use serde::{Deserialize, Serialize};

/// An error page, as far as its beginning tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorPage {
    /// Who wrote it.
    pub maker: Maker,
    /// Cloudflare's error code: 520, or a 1xxx code behind an HTTP 403, 409, 429 or 530.
    pub code: Option<u16>,
    /// A sentence by which servers say what they object to.
    pub says: Option<Phrase>,
}

/// What servers say in words that do not change, as far as a cause can be told from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Phrase {
    /// nginx, which wants a client certificate: "No required SSL certificate was sent", "The SSL certificate error".
    ClientCertificate,
    /// Plain HTTP on a port that speaks TLS: "The plain HTTP request was sent to HTTPS port" (nginx) and the like.
    PlainOnTls,
    /// The request's headers: "Request Header Or Cookie Too Large" (nginx), "Request Header Fields Too Large".
    RequestHeaders,
    /// The request's body: "Request Entity Too Large", "Payload Too Large".
    RequestBody,
}

/// The phrases, each with what it means.
const PHRASES: [(&str, Phrase); 8] = [
    ("No required SSL certificate was sent", Phrase::ClientCertificate),
    ("The SSL certificate error", Phrase::ClientCertificate),
    ("The plain HTTP request was sent to HTTPS port", Phrase::PlainOnTls),
    ("speaking plain HTTP to an SSL-enabled server port", Phrase::PlainOnTls),
    ("Header Or Cookie Too Large", Phrase::RequestHeaders),
    ("Request Header Fields Too Large", Phrase::RequestHeaders),
    ("Request Entity Too Large", Phrase::RequestBody),
    ("Payload Too Large", Phrase::RequestBody),
];

/// Who wrote an error page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Maker {
    /// Cloudflare: its template, its one-line text, or its structured answer.
    Cloudflare,
    /// The origin, or the zone's own custom error page.
    Site,
}

impl ErrorPage {
    /// Looks at the beginning of a body. An empty body is no page.
    ///
    /// Cloudflare's forms, all of which are seen: the HTML templates (`cf-error-details`), the plain line `error code: 520`, the structured
    /// JSON (`cloudflare_error`), and the structured Markdown.
    pub fn read(body: &str) -> Option<Self> {
        let body = body.trim();
        if body.is_empty() {
            return None;
        }
        let cloudflare = |code| Self { maker: Maker::Cloudflare, code, says: None };
        if let Some(rest) = body.strip_prefix("error code: ").filter(|rest| rest.len() <= 5) {
            return Some(cloudflare(code(rest)));
        }
        if body.contains("cf-error-details") || body.contains("cf_styles-css") {
            let places = ["Error code ", "utm_source=errorcode_", "cf-error-code\">", "<span>Error ", "Error "];
            return Some(cloudflare(places.iter().find_map(|place| code(after(body, place)?))));
        }
        if (body.starts_with('{') || body.starts_with("---")) && body.contains("cloudflare_error") {
            let places = ["\"error_code\":", "\nerror_code:"];
            return Some(cloudflare(places.iter().find_map(|place| code(after(body, place)?))));
        }
        let says = PHRASES.iter().find(|(words, _)| body.contains(words)).map(|(_, phrase)| *phrase);
        Some(Self { maker: Maker::Site, code: None, says })
    }
}

fn after<'a>(text: &'a str, place: &str) -> Option<&'a str> {
    text.split_once(place).map(|(_, after)| after)
}

/// The three or four digits at the start of a text.
fn code(text: &str) -> Option<u16> {
    let text = text.trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    matches!(digits, 3 | 4).then(|| text[..digits].parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when one of Cloudflare's forms is taken for the site's own page, or its code is read elsewhere.
    #[test]
    fn tells_cloudflares_pages_by_their_body() {
        for (body, code) in [
            ("error code: 520\n", Some(520)),
            ("error code: 1016", Some(1016)),
            (
                r#"<title>shop.example | 522: Connection timed out</title><div id="cf-error-details"><span class="code-label">Error code 522</span>"#,
                Some(522),
            ),
            (r#"<link id="cf_styles-css"><span class="cf-error-type">Error</span> <span class="cf-error-code">521</span>"#, Some(521)),
            (r#"{"title": "Error 520", "cloudflare_error": true, "error_code": 520, "zone": "shop.example"}"#, Some(520)),
            ("---\nerror_code: 1033\ncloudflare_error: true\n---\n# Error 1033", Some(1033)),
            (r#"<div id="cf-error-details">no code at all</div>"#, None),
        ] {
            assert_eq!(ErrorPage::read(body), Some(ErrorPage { maker: Maker::Cloudflare, code, says: None }), "{body}");
        }
    }

    /// Breaks when the site's own page is taken for Cloudflare's.
    #[test]
    fn other_pages_are_the_sites() {
        for body in ["<h1>520</h1>", "error code: 520 means that the origin …", r#"{"error_code": 520}"#, "502 Bad Gateway"] {
            assert_eq!(ErrorPage::read(body), Some(ErrorPage { maker: Maker::Site, code: None, says: None }), "{body}");
        }
        assert_eq!(ErrorPage::read(" \n"), None);
        let says = ErrorPage::read("<center>No required SSL certificate was sent</center>").and_then(|page| page.says);
        assert_eq!(says, Some(Phrase::ClientCertificate));
    }
}
