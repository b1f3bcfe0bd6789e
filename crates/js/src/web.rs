//! What the package's worker calls. In JavaScript only.

use std::fmt::Display;

use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_diagnose::{Case, CaseError, Diagnosis, Gathered};
use fivetwenty_inputs::{Found, InputError, TextReader};
use fivetwenty_model::part::Part;
use fivetwenty_model::passed::{PassedOver, Sought};
use fivetwenty_model::plan::PlannedText;
use fivetwenty_model::protocol::Making;
use fivetwenty_redact::{Policy, file_path};
use fivetwenty_report::bundle::{Bundle, plan};
use fivetwenty_report::{report, to_text};
use fivetwenty_workers::web::bundle::{Content, make};
use fivetwenty_workers::web::source::{Opened, Source, open, read_file, read_text};
use fivetwenty_workers::{FileReader, Finished, WorkerError};
use js_sys::{Array, Function, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::File;

/// Begins: gives the rules their pages, and has a panic end the worker with what it says.
#[wasm_bindgen]
pub fn start(pages: String) {
    std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
    fivetwenty_diagnose::set_pages(pages);
}

/// The report, and its text, in a list.
///
/// A file's side is `proxied`, `direct`, `after`, or empty where it is to be found out. `now` is a time of RFC 3339. `progress` is called with
/// the bytes that were read, and how many there are.
///
/// # Errors
/// An object with `code`, `message` and, where one is at fault, `file`.
#[wasm_bindgen]
pub async fn diagnose(
    files: Vec<File>,
    sides: Vec<String>,
    site: Option<String>,
    now: String,
    offset: String,
    progress: Function,
) -> Result<Array, JsValue> {
    let made = async {
        let (reading, diagnosis) = read(&files, &sides, site, &now, &offset, Progress::new(progress, &files, 1.0)).await?;
        reading.progress.end();
        let report = report(&diagnosis);
        let object = report.serialize(&Serializer::json_compatible()).map_err(|error| Failure::new("internal", error))?;
        Ok(Array::of2(&object, &to_text(&report).as_str().into()))
    };
    made.await.map_err(Failure::thrown)
}

/// The files of the bundle: their names, their bytes, the rules that nothing matched, and a summary, in a list of four.
///
/// As [`diagnose`]; `rules` is the text of a file of rules.
///
/// # Errors
/// As [`diagnose`].
#[wasm_bindgen]
pub async fn redact(
    files: Vec<File>,
    sides: Vec<String>,
    site: Option<String>,
    now: String,
    offset: String,
    rules: String,
    progress: Function,
) -> Result<Array, JsValue> {
    let made = async {
        // What is wrong with the rules is said before anything large is read.
        let policy = Policy::read(rules.as_bytes()).map_err(|error| Failure::new("rules", format_args!("Invalid rules: {error}")))?;
        // Reading is a third of the work: the bundle reads all of it twice more.
        let (reading, diagnosis) = read(&files, &sides, site, &now, &offset, Progress::new(progress, &files, 3.0)).await?;
        let bundle = reading.bundle(diagnosis, &policy).await?;
        let names: Array = bundle.files().iter().map(|file| JsValue::from(file.name)).collect();
        let contents: Array = bundle.files().iter().map(|file| JsValue::from(Uint8Array::from(&*file.bytes))).collect();
        let unmatched: Array = bundle.unmatched().iter().map(|rule| JsValue::from(rule.to_string())).collect();
        Ok(Array::of4(&names, &contents, &unmatched, &bundle.summary().into()))
    };
    made.await.map_err(Failure::thrown)
}

/// Why there is no report or no bundle.
#[derive(Serialize)]
struct Failure {
    /// For programs: what kind of reason it is.
    code: &'static str,
    /// For people.
    message: String,
    /// The name of the file that is at fault, as it was given.
    file: Option<String>,
}

impl Failure {
    fn new(code: &'static str, message: impl Display) -> Self {
        Self { code, message: message.to_string(), file: None }
    }

    fn thrown(self) -> JsValue {
        self.serialize(&Serializer::json_compatible()).unwrap_or_default()
    }
}

impl From<CaseError> for Failure {
    fn from(error: CaseError) -> Self {
        Self::new("captures", format_args!("{error} Use `after` for the third one."))
    }
}

impl From<WorkerError> for Failure {
    fn from(error: WorkerError) -> Self {
        Self::new("bundle", error)
    }
}

/// How far the work is, in bytes; it never goes back.
struct Progress {
    tell: Function,
    /// Bytes of all that was given.
    files: f64,
    /// How often all of it is read.
    times: f64,
    /// Bytes of what was read before.
    before: f64,
    /// What was told last.
    told: f64,
}

impl Progress {
    fn new(tell: Function, files: &[File], times: f64) -> Self {
        Self { tell, files: files.iter().map(|file| file.size()).sum(), times, before: 0.0, told: 0.0 }
    }

    /// Of the file at hand so many bytes were read.
    fn read(&mut self, bytes: u64) {
        self.tell(self.before + bytes as f64);
    }

    /// The file at hand was read.
    fn file(&mut self, size: f64) {
        self.before += size;
        self.tell(self.before);
    }

    fn tell(&mut self, bytes: f64) {
        self.told = bytes.min(self.files * self.times).max(self.told);
        self.call();
    }

    fn end(mut self) {
        self.told = self.files * self.times;
        self.call();
    }

    fn call(&self) {
        // Nothing that the listener throws is of use here.
        let _ = self.tell.call2(&JsValue::NULL, &self.told.into(), &(self.files * self.times).into());
    }
}

/// What is read, and from where.
struct Reading {
    gathered: Gathered,
    /// Where each capture is.
    captures: Vec<Content>,
    /// Where each text is.
    texts: Vec<Content>,
    sought: Sought,
    /// Why nothing could be read from a file, for each such file: its name, and the reason.
    errors: Vec<(String, InputError)>,
    progress: Progress,
}

/// Reads all files, those first whose side is named, and finds the cause.
async fn read(
    files: &[File],
    sides: &[String],
    site: Option<String>,
    now: &str,
    offset: &str,
    progress: Progress,
) -> Result<(Reading, Diagnosis), Failure> {
    let now: Timestamp = now.parse().map_err(|error| Failure::new("argument", format_args!("now: {error}")))?;
    let offset: UtcOffset = offset.parse().map_err(|error| Failure::new("argument", format_args!("logOffset: {error}")))?;
    let gathered = Gathered::new(site, offset);
    let mut reading =
        Reading { gathered, captures: Vec::new(), texts: Vec::new(), sought: Sought::default(), errors: Vec::new(), progress };
    let named = |name: &String| Side::ALL.into_iter().find(|side| side.id() == name);
    let (named, others): (Vec<_>, Vec<_>) = files.iter().zip(sides.iter().map(named)).partition(|(_, side)| side.is_some());
    for (file, side) in named {
        reading.take(file, None, side).await;
        reading.progress.file(file.size());
    }
    reading.sought = reading.gathered.sought()?;
    for (file, _) in others {
        reading.take(file, None, None).await;
        reading.progress.file(file.size());
    }
    if reading.gathered.is_empty() {
        return Err(reading.nothing_read());
    }
    reading.seek().await?;
    let diagnosis = Case::new(reading.gathered.inputs(now)?).diagnose();
    Ok((reading, diagnosis))
}

impl Reading {
    /// Reads a file, or one part of it. What was not given as a side's capture may be a text, or an archive of several captures.
    async fn take(&mut self, file: &File, part: Option<Part>, side: Option<Side>) {
        let opened = match open(file, part.clone()).await {
            Ok(Opened::Members(parts)) => match <[Part; 1]>::try_from(parts) {
                Ok([only]) => return Box::pin(self.take(file, Some(only), side)).await,
                Err(parts) if side.is_none() => {
                    for part in parts {
                        Box::pin(self.take(file, Some(part), side)).await;
                    }
                    return;
                }
                Err(parts) => Err(Found::ArchiveOfSeveral(parts.len()).into()),
            },
            Ok(Opened::Text(source)) => Ok(source),
            Err(error) => Err(error),
        };
        let (sought, progress) = (&self.sought, &mut self.progress);
        let capture = match opened {
            Ok(source) => match read_opened(source, side.is_none().then_some(sought), &mut |bytes| progress.read(bytes)).await {
                Finished::Logs(read, ..) => {
                    self.gathered.logs(read.aggregate);
                    self.texts.push((file.clone(), part));
                    return self.gathered.text(kept(file, read.kept, read.passed));
                }
                Finished::Capture(read) => read.into_capture(),
            },
            Err(error) => Err(error),
        };
        let error = match capture {
            Ok(capture) => {
                self.captures.push((file.clone(), part));
                return self.gathered.capture(capture, side);
            }
            Err(error) => error,
        };
        if side.is_none()
            && let Some(text) = text(file, part.clone(), sought.clone(), &mut |bytes| progress.read(bytes)).await
        {
            self.texts.push((file.clone(), part));
            return self.gathered.text(text);
        }
        let name = file.name();
        self.gathered.unreadable(&name, side, &error.to_string());
        self.errors.push((name, error));
    }

    /// Reads long texts once more when what came behind them tells more of the requests that failed.
    async fn seek(&mut self) -> Result<(), Failure> {
        if self.gathered.long_texts().next().is_none() {
            return Ok(());
        }
        let sought = self.gathered.sought()?;
        if sought.is_empty() || sought == self.sought {
            return Ok(());
        }
        for (number, held) in self.gathered.long_texts() {
            let (file, part) = &self.texts[number];
            if let Ok(Opened::Text(source)) = open(file, part.clone()).await
                && let Finished::Logs(read, ..) = read_opened(source, Some(&sought), &mut |_| ()).await
            {
                // Its records were counted when it was read first.
                *held = kept(file, read.kept, read.passed);
            } else if let Some(found) = text(file, part.clone(), sought.clone(), &mut |_| ()).await {
                *held = found;
            }
        }
        Ok(())
    }

    fn nothing_read(self) -> Failure {
        let line = |(name, error): &(String, InputError)| format!("{}: {error}", file_path(name));
        let lines: Vec<String> = self.errors.iter().map(line).collect();
        let message = if lines.is_empty() { "There is no capture and no text beside `after`.".to_owned() } else { lines.join("\n") };
        let file = self.errors.into_iter().next().map(|(name, _)| name);
        Failure { code: "unreadable", message, file }
    }

    /// Reads the captures again, redacts them, and makes the files to send.
    async fn bundle(self, diagnosis: Diagnosis, policy: &Policy) -> Result<Bundle, Failure> {
        let Self { gathered, captures, mut progress, .. } = self;
        let content = |side| gathered.number_of(&diagnosis, side).map(|number| captures[number].clone());
        let contents: [Option<Content>; 3] = Side::ALL.map(content);
        let plan = plan(&diagnosis, gathered.into_texts());
        // The redacted captures take the place of the diagnosis in memory.
        drop(diagnosis);
        let files = plan.captures.iter().filter_map(|capture| contents[capture.side as usize].clone()).collect();
        let (first, rest) = (progress.files, progress.files * 2.0);
        let mut report = |making: Making| {
            let share = if making.of == 0 { 1.0 } else { making.bytes as f64 / making.of as f64 };
            progress.tell(first + rest * share);
        };
        let (bundle, ..) = make(plan, files, policy, &mut report).await?;
        progress.end();
        bundle.map_err(|leak| Failure::new("leak", leak))
    }
}

/// Reads a file, or one part of it: a capture, or logs where requests are sought. `progress` is told the bytes that were read.
async fn read_opened(source: Source, sought: Option<&Sought>, progress: &mut dyn FnMut(u64)) -> Finished {
    let part = source.part();
    let read = FileReader::new(&part.name, part.bytes.end - part.bytes.start, sought);
    let mut report = |_: &mut FileReader, bytes| {
        progress(bytes);
        Ok(())
    };
    read_file(source, read, &mut report).await
}

/// The text of a file, when it is one; the lines of these requests come first.
async fn text(file: &File, part: Option<Part>, sought: Sought, progress: &mut dyn FnMut(u64)) -> Option<PlannedText> {
    let mut read = TextReader::seeking(sought);
    let is_plain = part.as_ref().is_none_or(|part| part.layers.is_empty());
    // What broke off is read as far as it came.
    let _ = read_text(file, part, &mut read, &mut |bytes, of| {
        if is_plain && of.is_some() {
            progress(bytes);
        }
    })
    .await;
    let (text, passed) = read.finish(&file.name())?;
    Some(kept(file, text, passed))
}

/// What was kept of a file's text.
fn kept(file: &File, text: String, passed: PassedOver) -> PlannedText {
    PlannedText { name: file.name().into(), text: text.into(), passed }
}
