//! The arguments and their help.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use colorchoice_clap::Color;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_diagnose::{CAUSES, Diagnosis, WARNINGS};
use fivetwenty_model::Status;
use fivetwenty_model::report::Report;
use fivetwenty_report::{letters, to_full, to_html, to_json, to_markdown, to_text};

/// What every exit status says.
const EXIT: &str = "Exit status:
  0  a report was made, from what could be read of the files
  1  a file could not be opened, no file could be read, two captures are of the same side, or nothing could be written
  2  the arguments or the redaction rules are invalid
  3  the verdict is what --fail-on names

Files may be given in any order: HAR files, packed or not, output of curl, headers, error pages, traces, Ray IDs, logs.
A file named like a command: `fivetwenty ./rays`. `-` reads standard input.";

/// Finds the cause of a Cloudflare error 520 from HAR files, and whatever else shows the error.
#[derive(Parser)]
#[command(
    name = "fivetwenty",
    version,
    arg_required_else_help = true,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = EXIT
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) diagnose: Diagnose,
    #[command(flatten)]
    pub(crate) color: Color,
}

/// What to do. Without one of them it is `diagnose`.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Find the cause, and write a report (the default)
    #[command(arg_required_else_help = true, after_help = EXIT)]
    Diagnose(Box<Diagnose>),
    /// Write the files without their secrets, and no report
    #[command(arg_required_else_help = true)]
    Redact(Redact),
    /// Decode Ray IDs: time, data centre, status, wait, doubts
    #[command(arg_required_else_help = true)]
    Rays(Rays),
    /// Print what a cause means, how to prove it and how to fix it; without a cause, list all
    Explain(Explain),
    /// Write a report on log lines of the origin or of Cloudflare
    #[command(arg_required_else_help = true, after_help = EXIT)]
    Logs(Logs),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page, or write those of all commands into a folder
    Man {
        /// The folder, which is made where there is none
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// `diagnose`.
#[derive(Args)]
pub(crate) struct Diagnose {
    #[command(flatten)]
    pub(crate) files: Files,
    #[command(flatten)]
    pub(crate) about: About,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// The files of a case.
#[derive(Args, Default)]
#[group(id = "inputs", required = true, multiple = true)]
pub(crate) struct Files {
    /// Files of any kind in any order. Two captures are compared: one through Cloudflare, one direct to the origin
    #[arg(value_name = "FILE")]
    pub(crate) any: Vec<PathBuf>,
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
}

/// What is known beside the files.
#[derive(Args, Default)]
pub(crate) struct About {
    /// The UTC offset of these logs, for lines without one: +02:00 or -0330
    #[arg(long, value_name = "OFFSET", allow_hyphen_values = true, default_value = "+00:00")]
    pub(crate) log_zone: UtcOffset,
    /// The response of `https://HOST/cdn-cgi/trace`, saved as text
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
    /// One host of the site to report on, if the files contain several sites
    #[arg(long, value_name = "HOST")]
    pub(crate) site: Option<String>,
    /// The current time (RFC 3339), if the machine's clock is wrong. Later Ray IDs are invalid
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<Timestamp>,
}

/// Where the report goes, and how.
#[derive(Args)]
pub(crate) struct Output {
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
    /// End with exit status 3 when the verdict is at least this sure; the report is written all the same
    #[arg(long, value_name = "STATUS", value_enum)]
    pub(crate) fail_on: Option<FailOn>,
}

/// `redact`.
#[derive(Args)]
pub(crate) struct Redact {
    /// Files of any kind: one, or those of one case. Of a text that is no transcript of requests, only what was understood is kept
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Write the redacted files (HAR files of at most 20 MB) and a manifest into this new or empty folder. Without it, a single file goes to
    /// standard output
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// What to redact in addition or to keep, as a JSON file: {"add": [{"what": "header", "name": "X-Shop"}], "keep": []}. "what" is header, cookie,
    /// query, form, json, field or text
    #[arg(long, value_name = "FILE")]
    pub(crate) redaction: Option<PathBuf>,
}

/// `rays`.
#[derive(Args)]
pub(crate) struct Rays {
    /// Ray IDs, or files of any kind that contain some; `-` reads standard input
    #[arg(value_name = "FILE|ID", required = true)]
    pub(crate) given: Vec<PathBuf>,
    /// The format of the list
    #[arg(long, value_enum, default_value_t = RayFormat::Text)]
    pub(crate) format: RayFormat,
    /// The current time (RFC 3339), if the machine's clock is wrong. Later Ray IDs are invalid
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<Timestamp>,
}

/// `explain`.
#[derive(Args)]
pub(crate) struct Explain {
    /// The id of a cause, or of a check of the captures, as reports have it
    #[arg(value_parser = rules())]
    pub(crate) cause: Option<String>,
}

/// `logs`.
#[derive(Args)]
pub(crate) struct Logs {
    /// Log lines of the origin or of Cloudflare; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) about: About,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Every id that there is a page for.
fn rules() -> PossibleValuesParser {
    let causes = CAUSES.iter().map(|rule| PossibleValue::new(rule.id).help(rule.title));
    PossibleValuesParser::new(causes.chain(WARNINGS.iter().map(|rule| PossibleValue::new(rule.id))))
}

/// From which verdict on the exit status tells of it.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum FailOn {
    /// A likely or a confirmed cause
    Likely,
    /// A confirmed cause
    Confirmed,
}

impl FailOn {
    /// Whether a verdict is at least so sure.
    pub(crate) fn is_met(self, status: Option<Status>) -> bool {
        match self {
            Self::Likely => matches!(status, Some(Status::Likely | Status::Confirmed)),
            Self::Confirmed => status == Some(Status::Confirmed),
        }
    }
}

/// How Ray IDs are written.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum RayFormat {
    /// For people: a line each
    Text,
    /// For programs: the member `rays` of report.json
    Json,
}

/// How the report is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
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
    pub(crate) fn write(self, diagnosis: &Diagnosis, report: &Report) -> String {
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

    /// Whether it is for people at a terminal.
    pub(crate) fn is_for_terminals(self) -> bool {
        matches!(self, Self::Text | Self::Full)
    }
}
