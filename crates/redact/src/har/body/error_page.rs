//! Error pages, and what stands for a body that has no structure.

use fivetwenty_captures::evidence::error_page::{ErrorPage, Form};
use fivetwenty_captures::har;

use crate::kind::Kind;
use crate::token::{self, Place};
use crate::values::Context;

impl Context<'_> {
    /// Cloudflare's error page, written anew from the facts in it, so that nothing else of it stays.
    pub(super) fn cloudflare_page(&mut self, page: &ErrorPage, body: &str) -> String {
        let code = page.code.map(|code| code.to_string());
        let time = page.time.map(|time| format!("{time:.0}"));
        let host = page.host.as_deref().map(|host| self.host(host).into_owned());
        let (code, time, host, ray) = (code.as_deref(), time.as_deref(), host.as_deref(), page.ray.as_deref());
        let with = |before: &str, value: Option<&str>, after: &str| value.map(|value| [before, value, after].concat()).unwrap_or_default();
        match page.form {
            Form::Line => ["error code: ", code.unwrap_or_default()].concat(),
            Form::Bare => "<hr><center>cloudflare</center>".to_owned(),
            Form::Structured => [
                "{\"cloudflare_error\":true",
                &with(",\"error_code\":", code, ""),
                &with(",\"ray_id\":\"", ray, "\""),
                &with(",\"timestamp\":\"", time, "\""),
                &with(",\"zone\":\"", host, "\""),
                "}",
            ]
            .concat(),
            Form::Branded | Form::Own => {
                let title = self.title(body);
                let time = time.map(|time| time.replace('T', " ").replace('Z', " UTC"));
                [
                    &title,
                    "<div id=\"cf-error-details\">",
                    &with("<p>Error code ", code, "</p>"),
                    &with("<p>Ray ID: ", ray, "</p>"),
                    &with("<p>", time.as_deref(), "</p>"),
                    &with("<a href=\"https://www.cloudflare.com/5xx-error-landing?utm_campaign=", host, "\"></a>"),
                    "</div>",
                ]
                .concat()
            }
        }
    }

    /// The title of a page, its value as a token.
    pub(super) fn title(&mut self, body: &str) -> String {
        match har::title(body.as_bytes()) {
            Some(title) if title.is_empty() => "<title></title>\n".to_owned(),
            Some(title) => ["<title>", &self.token(Kind::Title, "", &title, Place::Text), "</title>\n"].concat(),
            None => String::new(),
        }
    }

    /// What has no structure whose names could stay: its title, what it says by a known phrase, and its length.
    pub(super) fn dropped(&mut self, text: &str, start: &str, page: Option<&ErrorPage>) -> String {
        self.markup(text);
        let title = self.title(start);
        let says = page.and_then(|page| page.says).map(|says| [says.label(), "\n"].concat()).unwrap_or_default();
        [title, says, self.token(Kind::Body, "", text, Place::Text)].concat()
    }
}

/// Whether this stands for a body that was dropped before: perhaps a title and a phrase, and a token.
pub(super) fn is_redacted(text: &str) -> bool {
    if !text.trim_end_matches(' ').ends_with(']') {
        return false;
    }
    let rest = match text.strip_prefix("<title>") {
        Some(rest) => {
            let token = token::parse(rest).map_or(0, |(length, ..)| length);
            match rest[token..].strip_prefix("</title>\n") {
                Some(rest) => rest,
                None => return false,
            }
        }
        None => text,
    };
    let says = ErrorPage::read(rest).and_then(|page| page.says);
    let rest = says.and_then(|says| rest.strip_prefix(says.label())?.strip_prefix('\n')).unwrap_or(rest);
    token::is_token(rest.trim_end_matches(' '))
}
