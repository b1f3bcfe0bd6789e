//! The command line: the same core, natively.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

use clap::{ArgGroup, Parser, ValueEnum};
use rawzip::FileReader;

use crate::bundle;
use crate::diagnose::{Source, Unreadable, diagnose_beside};
use crate::evidence::timestamp::Timestamp;
use crate::evidence::trace::Trace;
use crate::har::Capture;
use crate::redact::inert;
use crate::unpack::Limits;
use crate::unpack::native::{only_capture, piped_capture};

/// Finds out why Cloudflare answers 520, from two HAR files.
///
/// Exit status: 0 a report was made, whatever it says, perhaps from one file when the other is unreadable; 1 a file could not be opened, or
/// nothing could be read from any; 2 bad arguments.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, group(ArgGroup::new("captures").args(["proxied", "direct"]).multiple(true).required(true)))]
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
    /// What `https://HOST/cdn-cgi/trace` answered, saved as text
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
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
}

/// Runs the command line.
pub fn main() -> ExitCode {
    match run(&Arguments::parse()) {
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
    if captures[..2].iter().all(Option::is_none) {
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
    let [proxied, direct, later] = captures;
    let diagnosis = diagnose_beside(proxied, direct, unreadable);
    let diagnosis = match later {
        Some(later) => diagnosis.with_after(&later),
        None => diagnosis,
    };
    let report = bundle::report(&diagnosis, trace.as_ref(), now);
    Ok(match arguments.format {
        Format::Text => bundle::to_text(&report),
        Format::Json => bundle::to_json(&report),
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
