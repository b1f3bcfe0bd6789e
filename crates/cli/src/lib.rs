//! The command line: the same core as the page's, natively.
//!
//! Knows nothing of rules; it reads arguments and files, and gives an exit status.

pub mod unpack;

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

use clap::error::ErrorKind;
use clap::{ArgGroup, CommandFactory as _, Parser, ValueEnum};
use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Capture;
use fivetwenty_diagnose::{Case, Diagnosis, GivenCapture, Inputs, assign};
use fivetwenty_inputs::unpack::Limits;
use fivetwenty_inputs::{MAX_BYTES, recognise, text_of};
use fivetwenty_model::Unreadable;
use fivetwenty_model::plan::PlannedText;
use fivetwenty_redact::{Policy, Tokens, escape_invisible};
use fivetwenty_report::bundle::{Bundle, BundleFile, HarWriter, plan, redacted_texts};
use fivetwenty_report::{report, to_html, to_json, to_markdown, to_text};
use rawzip::FileReader;

use crate::unpack::{only_capture, only_text, piped_capture};

/// Finds out why Cloudflare answers 520, from two HAR files.
///
/// Exit status: 0 a report was made, whatever it says, perhaps from one file when the other is unreadable; 1 a file could not be opened,
/// nothing could be read from any, or the bundle could not be written; 2 bad arguments.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, group(ArgGroup::new("inputs").args(["proxied", "direct", "paste", "logs"]).multiple(true).required(true)))]
struct Arguments {
    /// The HAR file captured through Cloudflare
    #[arg(long, value_name = "FILE")]
    proxied: Option<PathBuf>,
    /// The HAR file captured direct to the origin
    #[arg(long, value_name = "FILE")]
    direct: Option<PathBuf>,
    /// A HAR file captured through Cloudflare after a fix: the report says what became of the failing requests
    #[arg(long, value_name = "FILE", requires = "proxied")]
    after: Option<PathBuf>,
    /// Anything else about the error: output of curl, headers, an error page, a trace, Ray IDs, a saved probe, a HAR file; it is found out
    /// what it is
    #[arg(long, value_name = "FILE")]
    paste: Vec<PathBuf>,
    /// Lines of the origin's or of Cloudflare's logs
    #[arg(long, value_name = "FILE")]
    logs: Vec<PathBuf>,
    /// How far the clock of these logs runs ahead of UTC, for lines that do not say it: +02:00, or -0330
    #[arg(long, value_name = "OFFSET", allow_hyphen_values = true, default_value = "+00:00")]
    log_zone: UtcOffset,
    /// What `https://HOST/cdn-cgi/trace` answered, saved as text
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Text, conflicts_with = "out")]
    format: Format,
    /// Writes what support asks for into this folder, which must be absent or empty, instead of the report to standard output: redacted HAR
    /// files and the report, each of at most 20 MB, and a manifest
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What is redacted in addition or kept: a JSON file {"add": [{"what": "header", "name": "X-Shop"}], "keep": []}; what: header, cookie,
    /// query, form, json, field or text
    #[arg(long, value_name = "FILE", requires = "out")]
    redaction: Option<PathBuf>,
    /// The time now (RFC 3339), when the machine's own is not to be used; Ray IDs from later cannot be true
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

/// How the report is written.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs: report.json
    Json,
    /// For a ticket or a chat: the report in short
    Markdown,
    /// For a browser or a printer, in one file: report.html
    Html,
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(out) = &arguments.out
        && let Err(error) = check_folder(out)
    {
        Arguments::command().error(ErrorKind::ValueValidation, error).exit();
    }
    match run(&arguments) {
        Ok(report) => match std::io::stdout().write_all(report.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            // Nobody is listening any more: the reader has what it wanted.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(error) => failed(&format!("standard output: {error}")),
        },
        Err(error) => failed(&error),
    }
}

fn failed(error: &str) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}

/// The report, or a line for each file that says which, where, what was expected and what was found. When a file is unreadable and the
/// other is not, the report is made from that one.
fn run(arguments: &Arguments) -> Result<String, String> {
    let (proxied, direct) = std::thread::scope(|scope| {
        let proxied = scope.spawn(|| arguments.proxied.as_deref().map(read).transpose());
        let direct = arguments.direct.as_deref().map(read).transpose();
        (proxied.join().unwrap_or_else(|_| Err("reading the proxied file ended unexpectedly".to_owned())), direct)
    });
    let later = arguments.after.as_deref().map(read).transpose()?;
    let mut given = Given::default();
    for (side, path, read) in
        [(Side::Proxied, &arguments.proxied, proxied?), (Side::Direct, &arguments.direct, direct?), (Side::After, &arguments.after, later)]
    {
        if let (Some(path), Some(read)) = (path, read) {
            given.take(path, read, Some(side))?;
        }
    }
    for path in arguments.paste.iter().chain(&arguments.logs) {
        given.take(path, read(path)?, None)?;
    }
    if given.captures.iter().all(|(capture, _)| capture.side == Some(Side::After)) && given.texts.is_empty() {
        return Err(given.errors.join("\n"));
    }
    for error in &given.errors {
        eprintln!("{error}");
    }
    let now = arguments.now.or_else(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).ok().and_then(Timestamp::from_unix_ms)
    });
    let (captures, paths): (Vec<GivenCapture>, Vec<&Path>) = given.captures.into_iter().unzip();
    let inputs = Inputs {
        captures: assign(&captures).map_err(|error| format!("{error} Give that one with --after."))?,
        texts: given.texts.iter().map(|text| Rc::new(recognise(&text.name, &text.text))).collect(),
        unreadable: given.unreadable,
        trace: arguments.trace.as_deref().map(read_trace).transpose()?,
        swapped: false,
        offset: arguments.log_zone,
        now: now.ok_or("the machine's clock is beyond the year 9999")?,
    };
    let diagnosis = Case::new(inputs).diagnose();
    if let Some(out) = &arguments.out {
        let path_of = |side| {
            let capture = diagnosis.capture(side)?;
            captures.iter().position(|given| Rc::ptr_eq(&given.capture, capture)).map(|at| paths[at])
        };
        let paths = Side::ALL.map(path_of);
        drop(captures);
        let bundle = make_bundle(arguments, diagnosis, paths, given.texts)?;
        write_bundle(out, &bundle)?;
        return Ok(bundle.summary());
    }
    let report = report(&diagnosis);
    Ok(match arguments.format {
        Format::Text => to_text(&report),
        Format::Json => to_json(&report),
        Format::Markdown => to_markdown(&report),
        Format::Html => to_html(&report),
    })
}

/// What was given, as far as it could be read.
#[derive(Default)]
struct Given<'a> {
    /// Each with the file that it was read from.
    captures: Vec<(GivenCapture, &'a Path)>,
    texts: Vec<PlannedText>,
    unreadable: Vec<Unreadable>,
    /// A line for each file that nothing could be read from.
    errors: Vec<String>,
}

impl<'a> Given<'a> {
    /// Takes what was read from a file. What was not given as a side's capture may be a text.
    fn take(&mut self, path: &'a Path, Input { name, capture, shown }: Input, side: Option<Side>) -> Result<(), String> {
        let problem = match capture {
            Ok(capture) => {
                self.captures.push((GivenCapture { capture: Rc::new(capture), side }, path));
                return Ok(());
            }
            Err(problem) => problem,
        };
        if side.is_none()
            && let Some(text) = read_text(path, &name)?
        {
            self.texts.push(PlannedText { name, text: text.into() });
        } else {
            self.errors.push(format!("{shown}: {problem}"));
            self.unreadable.push(Unreadable { name, side: side.filter(|side| *side != Side::After), problem: problem.into() });
        }
        Ok(())
    }
}

/// The beginning of a text, as far as texts are looked at; `None` when it is none.
fn read_text(path: &Path, name: &str) -> Result<Option<String>, String> {
    let shown = name_of(path);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| format!("{shown}: {error}"))?;
    file.take(MAX_BYTES as u64).read_to_end(&mut bytes).map_err(|error| format!("{shown}: {error}"))?;
    Ok(text_of(name, &bytes))
}

/// Reads the files again, redacts them, and makes the bundle. `paths` are those of the captures, by [`Side::ALL`].
fn make_bundle(arguments: &Arguments, diagnosis: Diagnosis, paths: [Option<&Path>; 3], texts: Vec<PlannedText>) -> Result<Bundle, String> {
    let policy = arguments.redaction.as_deref().map(read_policy).transpose()?.unwrap_or_default();
    let (mut tokens, mut hars) = (Tokens::default(), Vec::new());
    let mut plan = plan(&diagnosis, texts);
    // The redacted captures take its place in memory.
    drop(diagnosis);
    for capture in std::mem::take(&mut plan.captures) {
        let Some(path) = paths[capture.side as usize] else { continue };
        let writer = HarWriter::new(capture, &policy, &mut tokens);
        hars.push(writer.write(&mut |push| Ok(read_again(path, push)?)).map_err(|error| error.to_string())?);
    }
    let texts = redacted_texts(&plan, &policy, &mut tokens);
    Bundle::new(&plan, hars, &texts, &tokens).map_err(|leak| leak.to_string())
}

/// A folder that is absent or empty.
fn check_folder(folder: &Path) -> Result<(), String> {
    let shown = name_of(folder);
    match std::fs::read_dir(folder) {
        Ok(mut files) => {
            files.next().map_or(Ok(()), |_| Err(format!("{shown} is not empty: give a folder that is empty, or is not there yet")))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(format!("{shown}: {error}")),
    }
}

/// Writes all files, or none: they have their names only once all of them are written.
fn write_bundle(folder: &Path, bundle: &Bundle) -> Result<(), String> {
    let error = |path: &Path, error: &std::io::Error| format!("{}: {error}", name_of(path));
    let was_there = folder.is_dir();
    std::fs::create_dir_all(folder).map_err(|problem| error(folder, &problem))?;
    let path = |file: &BundleFile| folder.join(file.name);
    let unfinished = |file: &BundleFile| folder.join(format!("{}.unfinished", file.name));
    let write = || {
        for file in bundle.files() {
            std::fs::write(unfinished(file), &file.bytes).map_err(|problem| error(&path(file), &problem))?;
        }
        for file in bundle.files() {
            std::fs::rename(unfinished(file), path(file)).map_err(|problem| error(&path(file), &problem))?;
        }
        Ok(())
    };
    write().inspect_err(|_| {
        for file in bundle.files() {
            // What was not written cannot be removed, and what cannot be removed cannot be helped.
            let _ = std::fs::remove_file(unfinished(file));
            let _ = std::fs::remove_file(path(file));
        }
        if !was_there {
            let _ = std::fs::remove_dir(folder);
        }
    })
}

/// A file that could be opened.
struct Input {
    /// Its name without its folder.
    name: Box<str>,
    /// Its path for a message.
    shown: String,
    /// What was in it, or one line that says why nothing could be read.
    capture: Result<Capture, String>,
}

/// Streams a HAR file: memory grows with its entries, not with its bytes. An `Err` says why it could not be opened.
fn read(path: &Path) -> Result<Input, String> {
    let shown = name_of(path);
    let file = File::open(path).map_err(|error| format!("{shown}: {error}"))?;
    let about = file.metadata().map_err(|error| format!("{shown}: {error}"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let limits = Limits::default();
    let capture = if about.is_file() {
        only_capture(&name, &FileReader::from(file), about.len(), &limits)
    } else {
        piped_capture(&name, file, &limits)
    };
    Ok(Input { name: name.into(), shown, capture })
}

/// Gives the text of a file that was read before.
fn read_again(path: &Path, push: &mut dyn FnMut(&[u8])) -> Result<(), String> {
    let shown = name_of(path);
    let file = File::open(path).map_err(|error| format!("{shown}: {error}"))?;
    let about = file.metadata().map_err(|error| format!("{shown}: {error}"))?;
    if !about.is_file() {
        return Err(format!("{shown}: what comes from a pipe cannot be read again to be redacted: save it as a file first"));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    only_text(&name, &FileReader::from(file), about.len(), &Limits::default(), push).map_err(|error| format!("{shown}: {error}"))
}

fn read_policy(path: &Path) -> Result<Policy, String> {
    let shown = name_of(path);
    let text = std::fs::read(path).map_err(|error| format!("{shown}: {error}"))?;
    serde_json::from_slice(&text)
        .map_err(|error| format!("{shown}: not a list of what is redacted: {}", escape_invisible(&error.to_string(), 200)))
}

/// A path for a message: its name may be a stranger's.
fn name_of(path: &Path) -> String {
    escape_invisible(&path.display().to_string(), 1000)
}

fn read_trace(path: &Path) -> Result<Trace, String> {
    let shown = name_of(path);
    let mut text = String::new();
    let mut file = File::open(path).map_err(|error| format!("{shown}: {error}"))?.take(Trace::MAX_LENGTH as u64 + 1);
    file.read_to_string(&mut text).map_err(|error| format!("{shown}: {error}"))?;
    text.parse().map_err(|error| format!("{shown}: not a trace: {error}"))
}
