//! The command line: the same core, natively.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

use clap::error::ErrorKind;
use clap::{ArgGroup, CommandFactory as _, Parser, ValueEnum};
use rawzip::FileReader;

use crate::bundle::files::{Bundle, BundleFile, HarWriter};
use crate::bundle::{self, Plan, PlannedText, Which};
use crate::diagnose::{Beside, Diagnosis, Source, Unreadable, diagnose_beside, went_through_cloudflare};
use crate::evidence::timestamp::Timestamp;
use crate::evidence::trace::Trace;
use crate::har::Capture;
use crate::paste::{self, MOST_BYTES, attach, first_trace, recognise, text_of};
use crate::redact::{Policy, Tokens, inert};
use crate::unpack::Limits;
use crate::unpack::native::{only_capture, only_text, piped_capture};

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
    #[arg(long, value_name = "OFFSET", value_parser = minutes_ahead, allow_hyphen_values = true, default_value = "+00:00")]
    log_zone: i32,
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

/// An offset from UTC, in minutes.
fn minutes_ahead(text: &str) -> Result<i32, &'static str> {
    const EXPECTED: &str = "expected hours and minutes with a sign, such as +02:00";
    let digits = text.get(1..).ok_or(EXPECTED)?.replace(':', "");
    let sign = match text.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return Err(EXPECTED),
    };
    let number: i32 =
        digits.parse().ok().filter(|_| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())).ok_or(EXPECTED)?;
    let (hours, minutes) = (number / 100, number % 100);
    if hours > 14 || minutes > 59 { Err(EXPECTED) } else { Ok(sign * (60 * hours + minutes)) }
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
    let given = [(Some(Source::Proxied), proxied?), (Some(Source::Direct), direct?), (None, later)];
    let (mut captures, mut unreadable, mut lines) = ([None, None, None], Vec::new(), Vec::new());
    for (place, (source, read)) in given.into_iter().enumerate() {
        match read {
            Some(Input { name, capture: Err(problem), shown }) => {
                lines.push(format!("{shown}: {problem}"));
                unreadable.push(Unreadable { name, source, problem: problem.into() });
            }
            Some(Input { capture: Ok(capture), .. }) => captures[place] = Some(Rc::new(capture)),
            None => {}
        }
    }
    let mut texts = Vec::new();
    let mut paths = [&arguments.proxied, &arguments.direct, &arguments.after].map(Option::as_deref);
    for path in arguments.paste.iter().chain(&arguments.logs) {
        let Input { name, capture, shown } = read(path)?;
        match capture {
            Ok(capture) => {
                let place = place_of(&captures, &capture).map_err(|error| format!("{shown}: {error}"))?;
                (captures[place], paths[place]) = (Some(Rc::new(capture)), Some(path.as_path()));
            }
            Err(problem) => {
                if let Some(text) = read_text(path, &name)? {
                    texts.push(PlannedText { name, text: text.into() });
                } else {
                    lines.push(format!("{shown}: {problem}"));
                    unreadable.push(Unreadable { name, source: None, problem: problem.into() });
                }
            }
        }
    }
    if captures[..2].iter().all(Option::is_none) && texts.is_empty() {
        return Err(lines.join("\n"));
    }
    for line in &lines {
        eprintln!("{line}");
    }
    let trace = arguments.trace.as_deref().map(read_trace).transpose()?;
    let now = arguments.now.or_else(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).ok().and_then(Timestamp::from_unix_ms)
    });
    let now = now.ok_or("the machine's clock is beyond the year 9999")?;
    let [mut proxied, mut direct, later] = captures;
    let inputs: Vec<Rc<paste::Input>> = texts.iter().map(|text| Rc::new(recognise(&text.name, &text.text))).collect();
    attach(&mut proxied, &mut direct, &inputs);
    let diagnosis = diagnose_beside(proxied, direct, Beside { unreadable, inputs, ahead: arguments.log_zone });
    let trace = trace.or_else(|| first_trace(&diagnosis.beside.inputs).cloned());
    let diagnosis = match later {
        Some(later) => diagnosis.with_after(&later),
        None => diagnosis,
    };
    if let Some(out) = &arguments.out {
        let bundle = make_bundle(arguments, diagnosis, &paths, texts, trace, now)?;
        write_bundle(out, &bundle)?;
        return Ok(bundle.summary());
    }
    let report = bundle::report(&diagnosis, trace.as_ref(), now);
    Ok(match arguments.format {
        Format::Text => bundle::to_text(&report),
        Format::Json => bundle::to_json(&report),
        Format::Markdown => bundle::to_markdown(&report),
        Format::Html => bundle::to_html(&report),
    })
}

/// A capture that was given without saying which side it is: the side that it went, if there is none yet.
fn place_of(captures: &[Option<Rc<Capture>>; 3], capture: &Capture) -> Result<usize, &'static str> {
    let side = usize::from(went_through_cloudflare(capture) == Some(false));
    let free = [side, 1 - side].into_iter().find(|side| captures[*side].is_none());
    free.ok_or("two captures are there already: give one recorded after a fix with --after")
}

/// The beginning of a text, as far as texts are looked at; `None` when it is none.
fn read_text(path: &Path, name: &str) -> Result<Option<String>, String> {
    let shown = name_of(path);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| format!("{shown}: {error}"))?;
    file.take(MOST_BYTES as u64).read_to_end(&mut bytes).map_err(|error| format!("{shown}: {error}"))?;
    Ok(text_of(name, &bytes))
}

/// Reads the files again, redacts them, and makes the bundle.
fn make_bundle(
    arguments: &Arguments,
    diagnosis: Diagnosis,
    paths: &[Option<&Path>; 3],
    texts: Vec<PlannedText>,
    trace: Option<Trace>,
    now: Timestamp,
) -> Result<Bundle, String> {
    let policy = arguments.redaction.as_deref().map(read_policy).transpose()?.unwrap_or_default();
    let mut tokens = Tokens::default();
    let mut hars = Vec::new();
    let (mut plan, exchanged) = (Plan::new(&diagnosis, texts, trace, now), diagnosis.exchanged);
    // The redacted captures take its place in memory.
    drop(diagnosis);
    for capture in std::mem::take(&mut plan.captures) {
        let place = match capture.which {
            Which::After => 2,
            Which::Proxied => usize::from(exchanged),
            Which::Direct => usize::from(!exchanged),
        };
        let Some(path) = paths[place] else { continue };
        hars.push(HarWriter::new(capture, &policy, &mut tokens).write(&mut |push| read_again(path, push))?);
    }
    let texts = plan.redacted_texts(&policy, &mut tokens);
    Bundle::new(&plan, hars, &texts, &tokens).map_err(|hit| hit.to_string())
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
    serde_json::from_slice(&text).map_err(|error| format!("{shown}: not a list of what is redacted: {}", inert(&error.to_string(), 200)))
}

/// A path for a message: its name may be a stranger's.
fn name_of(path: &Path) -> String {
    inert(&path.display().to_string(), 1000)
}

fn read_trace(path: &Path) -> Result<Trace, String> {
    let shown = name_of(path);
    let mut text = String::new();
    let mut file = File::open(path).map_err(|error| format!("{shown}: {error}"))?.take(Trace::MAX_LENGTH as u64 + 1);
    file.read_to_string(&mut text).map_err(|error| format!("{shown}: {error}"))?;
    text.parse().map_err(|error| format!("{shown}: not a trace: {error}"))
}
