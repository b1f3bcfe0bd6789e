//! What the body of an error says about itself: whose page it is, and which error.

use serde::{Deserialize, Serialize};

use super::ray_id::RayId;
use super::timestamp::Timestamp;

/// An error page, as far as its beginning tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorPage {
    /// Who wrote it.
    pub maker: Maker,
    /// In which form it is written, which tells an error that Cloudflare made from one that it passes on.
    pub form: Form,
    /// Cloudflare's error code: 520, or a 1xxx code behind an HTTP 403, 409, 429 or 530.
    pub code: Option<u16>,
    /// A sentence by which servers say what they object to.
    pub says: Option<Phrase>,
    /// The Ray ID on Cloudflare's page: 15 or 16 hexadecimal digits, without the data centre.
    pub ray: Option<Box<str>>,
    /// When the error was made, as Cloudflare's page says: in whole seconds.
    pub time: Option<Timestamp>,
    /// The host that Cloudflare's page names; 253 bytes at most.
    pub host: Option<Box<str>>,
}

/// The form of an error page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Form {
    /// Cloudflare's branded page. For a 502 or 504 Cloudflare puts it over the origin's own answer of that status.
    Branded,
    /// Cloudflare's line `error code: 520`, the branded page for programs that take no HTML.
    Line,
    /// Cloudflare's JSON or Markdown (RFC 9457), which is only made of errors of its own.
    Structured,
    /// The bare page of Cloudflare's servers, `cloudflare` below a line: an error of its own too.
    Bare,
    /// The site's: the origin's page, or the zone's custom one.
    Own,
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

impl Phrase {
    /// What it says, in the words of the most widespread server.
    pub fn label(self) -> &'static str {
        match self {
            Self::ClientCertificate => "No required SSL certificate was sent",
            Self::PlainOnTls => "The plain HTTP request was sent to HTTPS port",
            Self::RequestHeaders => "Request Header Or Cookie Too Large",
            Self::RequestBody => "Request Entity Too Large",
        }
    }
}

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
    /// JSON (`cloudflare_error`), the structured Markdown, and the bare page that ends with `<center>cloudflare</center>`.
    pub fn read(body: &str) -> Option<Self> {
        let body = body.trim();
        if body.is_empty() {
            return None;
        }
        if let Some(rest) = body.strip_prefix("error code: ").filter(|rest| rest.len() <= 5) {
            return Some(Self { code: code(rest), ..Self::new(Form::Line) });
        }
        if body.contains("cf-error-details") || body.contains("cf_styles-css") {
            let places = ["Error code ", "utm_source=errorcode_", "cf-error-code\">", ">Error</span>", "<span>Error ", "Error "];
            let at_place = places.iter().find_map(|place| code(behind_tags(after(body, place)?)));
            return Some(Self {
                code: at_place.or_else(|| title(body).skip(1).find_map(|part| code(part.split_once(':')?.0))),
                ray: after(body, "Ray ID:").and_then(|rest| ray(behind_tags(rest))),
                time: time_in(body),
                host: after(body, "utm_campaign=").and_then(host).or_else(|| title(body).find_map(whole_host)).or_else(|| host_said(body)),
                ..Self::new(Form::Branded)
            });
        }
        if (body.starts_with('{') || body.starts_with("---")) && body.contains("cloudflare_error") {
            let member = |name| member(body, name);
            return Some(Self {
                // Shortened, it has its code in another member.
                code: member("error_code").or_else(|| member("title")?.strip_prefix("Error ")).or_else(|| member("status")).and_then(code),
                ray: member("ray_id").and_then(ray),
                time: member("timestamp").and_then(|value| time(value.get(..SECOND)?)),
                host: member("zone").and_then(host),
                ..Self::new(Form::Structured)
            });
        }
        if body.contains("<center>cloudflare</center>") || body.contains("<center>cloudflare-nginx</center>") {
            let script = after(body, "__CF$cv$params").and_then(|rest| after(rest, "r:"));
            return Some(Self { ray: script.and_then(|rest| ray(rest.trim_start_matches(QUOTES))), ..Self::new(Form::Bare) });
        }
        let says = PHRASES.iter().find(|(words, _)| body.contains(words)).map(|(_, phrase)| *phrase);
        Some(Self { says, ..Self::new(Form::Own) })
    }

    /// The text of Cloudflare's page as a screen shows it, or a part of another page that carries a Ray ID; what does not stand there is
    /// `None`. That the text is of a page is for the caller to know.
    pub fn of_screen(text: &str) -> Self {
        let in_line = || text.lines().find_map(|line| code(line.trim_start().strip_prefix("Error ")?));
        // The last column: the host, "Host", "Error".
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
        let column = lines().zip(lines().skip(1)).find(|(_, below)| *below == "Host").map(|(host, _)| host);
        Self {
            code: text.match_indices("Error code ").find_map(|(at, place)| code(&text[at + place.len()..])).or_else(in_line),
            ray: text
                .match_indices("Ray ID")
                .find_map(|(at, place)| ray(behind_tags(text[at + place.len()..].trim_start_matches([':', ' ', '\u{a0}'])))),
            time: time_in(text),
            host: column.and_then(whole_host).or_else(|| host_said(text)).or_else(|| only_host(text)),
            ..Self::new(Form::Branded)
        }
    }

    fn new(form: Form) -> Self {
        let maker = if form == Form::Own { Maker::Site } else { Maker::Cloudflare };
        Self { maker, form, code: None, says: None, ray: None, time: None, host: None }
    }
}

/// What Always Online's cookie says of an error: `cf_ob_info=520:52e5cd9e2af9bd21:PHL; …`, the error's code and its Ray ID.
pub fn from_cookie(set_cookie: &str) -> Option<(u16, RayId)> {
    let value = set_cookie.trim_start().strip_prefix("cf_ob_info=")?.split(';').next()?;
    let (number, ray) = value.split_once(':')?;
    Some((code(number)?, ray.replacen(':', "-", 1).parse().ok()?))
}

/// Bytes of a time to the second, `2026-09-28 07:58:39`.
const SECOND: usize = 19;
/// Bytes of a host's name at most.
const MAX_HOST: usize = 253;

fn after<'a>(text: &'a str, place: &str) -> Option<&'a str> {
    text.split_once(place).map(|(_, after)| after)
}

/// What a string may begin and end with.
const QUOTES: [char; 3] = ['"', '\'', '\\'];

/// The value of a member of the JSON, or of a line of the Markdown's head; a JSON string without its opening quote.
fn member<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    body.match_indices(name).find_map(|(at, _)| {
        let begins = matches!(body[..at].bytes().last(), Some(b'"' | b'\'' | b'\n'));
        // Python writes single quotes; in another JSON string there is a backslash before each.
        let rest = body[at + name.len()..].trim_start_matches(QUOTES).strip_prefix(':')?.trim_start_matches(' ').trim_start_matches(QUOTES);
        begins.then_some(rest)
    })
}

/// What follows white space and tags, a few of them at most.
fn behind_tags(text: &str) -> &str {
    let mut rest = text.trim_start();
    for _ in 0..3 {
        let Some((_, after)) = rest.strip_prefix('<').and_then(|tag| tag.split_once('>')) else { break };
        rest = after.trim_start();
    }
    rest
}

/// The parts of a title: `shop.example | 520: Web server is returning …`, `Access denied | shop.example used Cloudflare to restrict access`.
fn title(body: &str) -> impl Iterator<Item = &str> {
    let title = after(body, "<title>").and_then(|rest| rest.split_once("</title"));
    title.map_or("", |(title, _)| title).split(" | ").map(|part| part.trim_end_matches(" used Cloudflare to restrict access").trim())
}

/// A host that is named in one of the sentences that Cloudflare's pages have.
fn host_said(text: &str) -> Option<Box<str>> {
    ["owner of this website (", "page on a website (", "You do not have access to ", "You are unable to access "]
        .iter()
        .find_map(|place| host(behind_tags(after(text, place)?)).filter(|host| host.contains('.')))
}

/// The host that a text names, when it names but one beside Cloudflare's own.
fn only_host(text: &str) -> Option<Box<str>> {
    let words = text
        .split_inclusive(|letter: char| letter.is_ascii_whitespace())
        .filter(|word| word.ends_with(|end: char| end.is_ascii_whitespace()));
    let mut hosts = words.map(|word| word.trim_ascii().trim_matches(['.', ',', ';', ':', '(', ')', '"', '\''])).filter(|word| {
        let top = word.rsplit('.').next().unwrap_or_default();
        top.len() > 1 && top.bytes().all(|byte| byte.is_ascii_lowercase()) && !word.ends_with("cloudflare.com")
    });
    let first = hosts.find_map(whole_host)?;
    hosts.filter_map(whole_host).all(|host| host == first).then_some(first)
}

/// The first time in UTC.
fn time_in(text: &str) -> Option<Timestamp> {
    text.match_indices(" UTC").find_map(|(end, _)| time(text.get(end.checked_sub(SECOND)?..end)?))
}

/// The code at the start of a text: 5xx, or 1xxx.
fn code(text: &str) -> Option<u16> {
    let text = text.trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..digits].parse().ok().filter(|code| matches!(code, 500..600 | 1000..2000))
}

/// The Ray ID at the start of a text. One that lacks a digit where the text ends was cut off with it.
fn ray(text: &str) -> Option<Box<str>> {
    let digits = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    let ray = text[..digits].parse::<RayId>().ok().filter(|ray| !ray.is_short() || digits < text.len());
    ray.map(|_| text[..digits].into())
}

/// A time to the second in UTC, day and time apart by a space or a `T`.
fn time(text: &str) -> Option<Timestamp> {
    format!("{text}Z").parse().ok()
}

/// The host at the start of a text that goes on behind it: else it may have been cut off.
fn host(text: &str) -> Option<Box<str>> {
    let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(byte)).count();
    let host = text[..length].trim_end_matches(['.', ':']);
    ((1..=MAX_HOST).contains(&host.len()) && length < text.len()).then(|| host.into())
}

/// A text that is a host's name from its start to its end.
fn whole_host(text: &str) -> Option<Box<str>> {
    let is_host = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    (is_host && text.len() <= MAX_HOST && text.contains('.')).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(form: Form, code: Option<u16>) -> ErrorPage {
        ErrorPage { code, ..ErrorPage::new(form) }
    }

    fn on_page(code: u16, form: Form, ray: &str, time: &str, host: &str) -> ErrorPage {
        ErrorPage { ray: Some(ray.into()), time: time.parse().ok(), host: Some(host.into()), ..page(form, Some(code)) }
    }

    /// Breaks when one of Cloudflare's forms is taken for another or for the site's own page, or its code is read elsewhere.
    #[test]
    fn tells_cloudflares_pages_by_their_body() {
        for (body, form, code) in [
            ("error code: 520\n", Form::Line, Some(520)),
            ("error code: 1016", Form::Line, Some(1016)),
            (
                r#"<link id="cf_styles-css"><span class="cf-error-type">Error</span> <span class="cf-error-code">521</span>"#,
                Form::Branded,
                Some(521),
            ),
            (r#"<div id="cf-error-details">no code at all</div>"#, Form::Branded, None),
            (r#"{"title": "Error 520", "cloudflare_error": true, "error_code": 520}"#, Form::Structured, Some(520)),
            ("---\nerror_code: 1033\ncloudflare_error: true\n---\n# Error 1033", Form::Structured, Some(1033)),
            ("<center><h1>502 Bad Gateway</h1></center><hr><center>cloudflare</center>", Form::Bare, None),
            ("<center><h1>503 …</h1></center><hr><center>cloudflare-nginx</center>", Form::Bare, None),
        ] {
            assert_eq!(ErrorPage::read(body), Some(page(form, code)), "{body}");
        }
    }

    /// Breaks when Ray ID, time or host are not found where each form has them, or an address of the visitor is taken for one of them.
    #[test]
    fn reads_what_stands_on_the_page() {
        let new = r#"<title>shop.example | 522: Connection timed out</title><div id="cf-error-details"><span class="code-label">Error code 522</span>
            <a href="https://www.cloudflare.com/5xx-error-landing?utm_source=errorcode_522&utm_campaign=www.shop.example" target="_blank">
            <div class="mt-3">2026-09-28 07:58:39 UTC</div> <span>Ray ID: <strong class="font-semibold">9a58bfc54c1300bb</strong></span>
            <span id="cf-footer-ip">203.0.113.7</span>"#;
        let expected = on_page(522, Form::Branded, "9a58bfc54c1300bb", "2026-09-28T07:58:39Z", "www.shop.example");
        assert_eq!(ErrorPage::read(new), Some(expected));
        let old = r#"<title>shop.example | 521: Web server is down</title><div id="cf-error-details"><span class="cf-error-code">521</span>
            <small class="heading-ray-id">Ray ID: 50b5670b6e19abac &bull; 2019-08-24 12:41:48 UTC</small>"#;
        let expected = on_page(521, Form::Branded, "50b5670b6e19abac", "2019-08-24T12:41:48Z", "shop.example");
        assert_eq!(ErrorPage::read(old), Some(expected));
        let json = r#"{"title":"Error 522: x","instance":"a105ee31cf145053","error_code":522,"error_name":"connection_timeout",
            "ray_id": "a105ee31cf145053","timestamp":"2026-06-23T19:34:49Z","zone":"api.example","cloudflare_error":true}"#;
        let expected = on_page(522, Form::Structured, "a105ee31cf145053", "2026-06-23T19:34:49Z", "api.example");
        assert_eq!(ErrorPage::read(json), Some(expected.clone()));
        let markdown = "---\nerror_code: 522\nray_id: a105ee31cf145053\ntimestamp: 2026-06-23T19:34:49Z\nzone: api.example\ncloudflare_error: true\n---\n";
        assert_eq!(ErrorPage::read(markdown), Some(expected));
    }

    /// Breaks when the text of a page on the screen is not read, in the new or the old template, or of a 1xxx page.
    #[test]
    fn reads_what_the_screen_shows() {
        let new = "Web server is returning an unknown error\nError code 520\nVisit cloudflare.com for more information.\n2026-09-28 07:58:39 UTC\nYou\nBrowser\nWorking\nDallas\nCloudflare\nWorking\nwww.shop.example\nHost\nError\nWhat happened?\n\nCloudflare Ray ID: 9a58bfc54c1300bb • Your IP: Click to reveal • Performance & security by Cloudflare";
        assert_eq!(ErrorPage::of_screen(new), on_page(520, Form::Branded, "9a58bfc54c1300bb", "2026-09-28T07:58:39Z", "www.shop.example"));
        let old = "Error 1015\nRay ID: 50b5670b6e19abac • 2019-08-24 12:41:48 UTC\nYou are being rate limited\nWhat happened?\nThe owner of this website (shop.example) has banned you temporarily from accessing this website.\n";
        assert_eq!(ErrorPage::of_screen(old), on_page(1015, Form::Branded, "50b5670b6e19abac", "2019-08-24T12:41:48Z", "shop.example"));
        assert_eq!(ErrorPage::of_screen("Error 102\nRay ID: 50b5670b6e19aba"), page(Form::Branded, None));
    }

    /// Breaks when the host of a page about access, or its code, is not found: both stand elsewhere there.
    #[test]
    fn reads_pages_about_access() {
        let body = r#"<title>Access denied | www.shop.example used Cloudflare to restrict access</title><link id="cf_styles-css">
            <h1><span data-translate="error">Error</span> <span>1020</span></h1><span>Ray ID: 6be4a31b6b7e5a3c &bull;</span><span>2021-12-16 07:58:12 UTC</span>"#;
        let expected = on_page(1020, Form::Branded, "6be4a31b6b7e5a3c", "2021-12-16T07:58:12Z", "www.shop.example");
        assert_eq!(ErrorPage::read(body), Some(expected));
    }

    /// Breaks when JSON is not read as Python prints it, or inside another JSON string.
    #[test]
    fn reads_json_in_other_quotes() {
        let expected = on_page(520, Form::Structured, "a105ee31cf145053", "2026-06-23T19:34:49Z", "api.example");
        let python = "{'cloudflare_error': True, 'error_code': 520, 'ray_id': 'a105ee31cf145053', 'timestamp': '2026-06-23T19:34:49Z', 'zone': 'api.example'}";
        assert_eq!(ErrorPage::read(python), Some(expected.clone()));
        let quoted = r#"{\"cloudflare_error\":true,\"error_code\":520,\"ray_id\":\"a105ee31cf145053\",\"timestamp\":\"2026-06-23T19:34:49Z\",\"zone\":\"api.example\"}"#;
        assert_eq!(ErrorPage::read(quoted), Some(expected));
    }

    /// Breaks when something is made up where a page's field is no Ray ID, time or host, or is without end.
    #[test]
    fn what_is_not_there_is_not_read() {
        let long = "a".repeat(400);
        let body = format!(
            r#"<title>{long} | 520: x</title><div id="cf-error-details">Error code 520 Ray ID: <b><i><u><s>50b5670b6e19abac é UTC 2026-99-28 07:58:39 UTC utm_campaign={long}"#
        );
        assert_eq!(ErrorPage::read(&body), Some(page(Form::Branded, Some(520))));
        let json = r#"{"cloudflare_error": true, "error_code": "x", "ray_id": "secret", "timestamp": "soon", "zone": ""}"#;
        assert_eq!(ErrorPage::read(json), Some(page(Form::Structured, None)));
    }

    /// Breaks when the cookie's code or Ray ID is lost, or another cookie is taken for it.
    #[test]
    fn reads_the_cookie_of_always_online() {
        let (code, ray) = from_cookie("cf_ob_info=520:52e5cd9e2af9bd21:PHL; path=/; expires=x").unwrap();
        assert_eq!((code, ray.to_string().as_str()), (520, "52e5cd9e2af9bd21-PHL"));
        assert!(from_cookie("cf_ob_info=200::").is_none() && from_cookie("a=520:52e5cd9e2af9bd21:PHL").is_none());
    }

    /// Breaks when the site's own page is taken for Cloudflare's, because it mentions Cloudflare for instance.
    #[test]
    fn other_pages_are_the_sites() {
        for body in [
            "<h1>520</h1>",
            "error code: 520 means that the origin …",
            r#"{"error_code": 520}"#,
            "502 Bad Gateway",
            r#"<script src="https://cdnjs.cloudflare.com/a.js"></script><h1>502</h1> We use cloudflare."#,
        ] {
            assert_eq!(ErrorPage::read(body), Some(page(Form::Own, None)), "{body}");
        }
        assert_eq!(ErrorPage::read(" \n"), None);
        let says = ErrorPage::read("<center>No required SSL certificate was sent</center>").and_then(|page| page.says);
        assert_eq!(says, Some(Phrase::ClientCertificate));
    }

    proptest::proptest! {
        /// Breaks on a panic, or when more of a body is kept than may be.
        #[test]
        fn takes_any_text(body in "(cf-error-details|\\{\"cloudflare_error|---cloudflare_error)?(Ray ID:|utm_campaign=|<title>| UTC|\"zone\":|\nray_id:|é|[0-9a-f]{0,20}| \\| 5|<|>){0,12}") {
            if let Some(page) = ErrorPage::read(&body) {
                proptest::prop_assert!(page.host.is_none_or(|host| host.len() <= 253) && page.ray.is_none_or(|ray| ray.len() <= 16));
            }
        }
    }
}
