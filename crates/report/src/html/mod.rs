//! `report.html`: the report as one file that loads nothing and runs nothing, for a screen and for paper.
//!
//! Two pages say what somebody has to know; the appendix has the rest. Every string of a [`Report`] is [`Redacted`], and the only others
//! here are the program's own, so that no value of a file can enter in another way. `maud` escapes all of them.
//!
//! [`Redacted`]: fivetwenty_redact::Redacted

mod appendix;
mod first_pages;
mod logs;
mod parts;
mod tables;
#[cfg(test)]
mod tests;

use fivetwenty_model::report::Report;
use maud::{DOCTYPE, PreEscaped, html};

/// The report as HTML, with a line end.
pub fn to_html(report: &Report) -> String {
    let site = report.captures.proxied.as_ref().or(report.captures.direct.as_ref()).and_then(|capture| capture.site.as_ref());
    let page = html! {
        (DOCTYPE) "\n"
        html lang="en" {
            head { "\n"
                meta charset="utf-8"; "\n"
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"; "\n"
                meta name="viewport" content="width=device-width"; "\n"
                meta name="referrer" content="no-referrer"; "\n"
                title { "Report on error 520" @if let Some(site) = site { ": " (site) } } "\n"
                style { "\n" (PreEscaped(include_str!("report.css"))) @if report.logs.is_some() { (PreEscaped(include_str!("logs.css"))) } } "\n"
            } "\n"
            body { "\n"
                (first_pages::first_pages(report, site))
                section.appendix { "\n" h2 { "Appendix" } "\n" (appendix::appendix(report)) } "\n"
                footer {
                    "Made by fivetwenty from the captures alone, in the browser or on the command line. Nothing was uploaded. "
                    "Values of a capture are shown as their lengths, for instance " code { "[16 bytes]" } ". All times are UTC."
                } "\n"
            } "\n"
        } "\n"
    };
    page.into_string()
}
