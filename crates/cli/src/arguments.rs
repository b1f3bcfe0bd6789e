//! The arguments and their help.

use std::path::PathBuf;

use clap::{ArgGroup, Parser, ValueEnum};
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_diagnose::Diagnosis;
use fivetwenty_report::{letters, report, to_full, to_html, to_json, to_markdown, to_text};

/// Finds the cause of a Cloudflare error 520 from two HAR files.
///
/// Exit status: 0 a report was made, from one file if the other is unreadable. 1 a file could not be opened, no file could be read, or the
/// report or bundle could not be written. 2 the arguments or the redaction rules are invalid.
#[derive(Parser)]
#[command(name = "fivetwenty", version, arg_required_else_help = true, group(ArgGroup::new("inputs").args(["proxied", "direct", "paste", "logs"]).multiple(true).required(true)))]
pub(crate) struct Arguments {
    /// The HAR file captured through Cloudflare
    #[arg(long, value_name = "FILE")]
    pub(crate) proxied: Option<PathBuf>,
    /// The HAR file captured direct to the origin
    #[arg(long, value_name = "FILE")]
    pub(crate) direct: Option<PathBuf>,
    /// A HAR file captured through Cloudflare after a fix: the report shows which failures are gone
    #[arg(long, value_name = "FILE", requires = "proxied")]
    pub(crate) after: Option<PathBuf>,
    /// Any other evidence: curl output, headers, an error page, a trace, Ray IDs, a saved probe, a HAR file. The kind is detected; `-` reads
    /// standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) paste: Vec<PathBuf>,
    /// Log lines of the origin or of Cloudflare
    #[arg(long, value_name = "FILE")]
    pub(crate) logs: Vec<PathBuf>,
    /// The UTC offset of these logs, for lines without one: +02:00 or -0330
    #[arg(long, value_name = "OFFSET", allow_hyphen_values = true, default_value = "+00:00")]
    pub(crate) log_zone: UtcOffset,
    /// The response of `https://HOST/cdn-cgi/trace`, saved as text
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
    /// One host of the site to report on, if the files contain several sites
    #[arg(long, value_name = "HOST")]
    pub(crate) site: Option<String>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t = Format::Text, conflicts_with = "out")]
    pub(crate) format: Format,
    /// Write a bundle for support into this new or empty folder, and no report to standard output: redacted HAR files and the report (each at
    /// most 20 MB) and a manifest
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// What to redact in addition or to keep, as a JSON file: {"add": [{"what": "header", "name": "X-Shop"}], "keep": []}. "what" is header, cookie,
    /// query, form, json, field or text
    #[arg(long, value_name = "FILE", requires = "out")]
    pub(crate) redaction: Option<PathBuf>,
    /// The current time (RFC 3339), if the machine's clock is wrong. Later Ray IDs are invalid
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<Timestamp>,
}

/// How the report is written.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// For people: the short report, at most 40 lines
    Text,
    /// For people: all findings, requests and steps
    Full,
    /// For programs: report.json
    Json,
    /// For a ticket or a chat: the short report as Markdown
    Markdown,
    /// For a browser or a printer, in one file: report.html
    Html,
    /// For Cloudflare's support: a case with gaps to fill in
    Support,
    /// For your host: what to search in the logs, and when
    Host,
    /// For a public forum: no IP address of the origin
    Community,
}

impl Format {
    /// Writes the report, or a text to send.
    pub(crate) fn write(self, diagnosis: &Diagnosis) -> String {
        let report = &report(diagnosis);
        let letters = || letters(diagnosis, report);
        match self {
            Self::Text => to_text(report),
            Self::Full => to_full(report),
            Self::Json => to_json(report),
            Self::Markdown => to_markdown(report),
            Self::Html => to_html(report),
            Self::Support => letters().support.to_text(),
            Self::Host => letters().hosting.to_text(),
            Self::Community => letters().community.to_text(),
        }
    }
}
