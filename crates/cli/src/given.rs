//! What the arguments give, read as far as it can be.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Capture;
use fivetwenty_diagnose::{CaseError, Diagnosis, GivenCapture, Inputs, assign, site, sought};
use fivetwenty_inputs::{InputError, RecognisedText, recognise_kept};
use fivetwenty_model::Unreadable;
use fivetwenty_model::passed::Sought;
use fivetwenty_model::plan::PlannedText;

use crate::arguments::{About, Files};
use crate::error::{CliError, shown};
use crate::files;

/// The captures and the texts that could be read, and which files could not.
#[derive(Default)]
pub(crate) struct Given<'a> {
    captures: Vec<GivenCapture>,
    /// The file of each capture.
    paths: Vec<&'a Path>,
    texts: Vec<PlannedText>,
    /// The file of each text.
    text_paths: Vec<&'a Path>,
    /// What came first of long texts.
    sought: Sought,
    unreadable: Vec<Unreadable>,
    /// Why nothing could be read from a file, for each such file.
    pub(crate) errors: Vec<CliError>,
}

/// What is in a file of any kind, as [`files::any`] gives it.
type Any = Result<(Result<Capture, InputError>, Option<files::Text>), CliError>;

impl<'a> Given<'a> {
    /// Reads all files; captures two at a time.
    pub(crate) fn read(files: &'a Files, about: &About, is_read_again: bool) -> Result<Self, CliError> {
        let from_stdin = |path: &&PathBuf| path.as_os_str() == "-";
        let any = || files.any.iter().chain(&files.paste).chain(&files.logs);
        if any().filter(from_stdin).count() > 1 {
            return Err(CliError::StandardInput);
        }
        for path in [&files.proxied, &files.direct, &files.after].into_iter().flatten().filter(|_| is_read_again) {
            files::check_rereadable(path)?;
        }
        let capture = |path: &'a Option<_>| path.as_deref().map(files::capture).transpose();
        let (proxied, direct) = at_once(|| capture(&files.proxied), || capture(&files.direct));
        let after = capture(&files.after)?;
        let mut given = Self::default();
        for (side, path, capture) in
            [(Side::Proxied, &files.proxied, proxied??), (Side::Direct, &files.direct, direct?), (Side::After, &files.after, after)]
        {
            if let (Some(path), Some(capture)) = (path, capture) {
                given.take(path, capture, Some(side), None);
            }
        }
        let (piped, stored): (Vec<&PathBuf>, Vec<&PathBuf>) = files.any.iter().partition(from_stdin);
        for paths in stored.chunks(2) {
            let nothing = Sought::default();
            let (first, second) = match paths {
                [first, second] => {
                    let (first, second) = at_once(|| files::any(first, &nothing), || files::any(second, &nothing));
                    (first?, Some(second))
                }
                _ => (files::any(paths[0], &nothing), None),
            };
            for (path, read) in paths.iter().zip([first].into_iter().chain(second)) {
                given.take_any(path, read, is_read_again)?;
            }
        }
        given.seek(about)?;
        for path in piped.into_iter().chain(&files.paste).chain(&files.logs) {
            let read = files::any(path, &given.sought);
            given.take_any(path, read, is_read_again)?;
        }
        if given.captures.iter().all(|capture| capture.side == Some(Side::After)) && given.texts.is_empty() {
            return Err(CliError::NothingRead(given.errors));
        }
        Ok(given)
    }

    /// Takes a file of any kind.
    fn take_any(&mut self, path: &'a Path, read: Any, is_read_again: bool) -> Result<(), CliError> {
        let (capture, text) = read?;
        if is_read_again && capture.is_ok() {
            files::check_rereadable(path)?;
        }
        self.take(path, capture, None, text);
        Ok(())
    }

    /// Takes what was read from a file. A file that was not given as a side's capture may be a text.
    fn take(&mut self, path: &'a Path, capture: Result<Capture, InputError>, side: Option<Side>, text: Option<files::Text>) {
        let error = match capture {
            Ok(capture) => {
                self.captures.push(GivenCapture { capture: Rc::new(capture), side });
                self.paths.push(path);
                return;
            }
            Err(error) => error,
        };
        let name = files::name(path);
        if let Some((text, passed)) = text {
            self.texts.push(PlannedText { name, text: text.into(), passed });
            self.text_paths.push(path);
        } else {
            let side = side.filter(|side| *side != Side::After);
            self.unreadable.push(Unreadable { name, side, problem: error.to_string().into() });
            self.errors.push(CliError::input(path, error));
        }
    }

    /// What the case is made of.
    pub(crate) fn inputs(&mut self, about: &About) -> Result<Inputs, CliError> {
        if self.texts.iter().any(is_long) {
            self.seek(about)?;
        }
        let texts: Vec<Rc<RecognisedText>> = self.texts.iter().map(recognised).collect();
        let site = site(self.captures.iter().map(|given| &given.capture), &texts, about.site.as_deref());
        Ok(Inputs {
            captures: assign(&self.captures, &site).map_err(|error| self.too_many(error))?,
            site,
            texts,
            unreadable: std::mem::take(&mut self.unreadable),
            trace: about.trace.as_deref().map(files::trace).transpose()?,
            swapped: false,
            is_sample: false,
            offset: about.log_zone,
            now: about.now()?,
        })
    }

    /// Finds what captures and short texts tell of the requests that failed, and reads long texts once more when that is more than before.
    fn seek(&mut self, about: &About) -> Result<(), CliError> {
        let texts = self.texts.iter().filter(|text| !is_long(text)).map(recognised).collect();
        let sought = sought(&self.captures, texts, about.site.as_deref(), about.log_zone).map_err(|error| self.too_many(error))?;
        if sought == self.sought {
            return Ok(());
        }
        for (text, path) in self.texts.iter_mut().zip(&self.text_paths).filter(|(text, _)| is_long(text) && !sought.is_empty()) {
            if let Some((found, passed)) = files::seek(path, &sought)? {
                (text.text, text.passed) = (found.into(), passed);
            }
        }
        self.sought = sought;
        Ok(())
    }

    /// A capture has no side left.
    fn too_many(&self, error: CaseError) -> CliError {
        let names: Vec<String> = self.paths.iter().map(|path| shown(path).to_string()).collect();
        CliError::Captures { names: names.join(", "), error }
    }

    /// The file of each side's capture, by [`Side::ALL`].
    pub(crate) fn paths(&self, diagnosis: &Diagnosis) -> [Option<&'a Path>; 3] {
        Side::ALL.map(|side| {
            let capture = diagnosis.capture(side)?;
            self.captures.iter().position(|given| Rc::ptr_eq(&given.capture, capture)).map(|at| self.paths[at])
        })
    }

    /// The texts; the captures leave the memory.
    pub(crate) fn into_texts(self) -> Vec<PlannedText> {
        self.texts
    }
}

/// Does two things at the same time. The outer error is that of a crash.
fn at_once<T: Send>(one: impl FnOnce() -> T + Send, other: impl FnOnce() -> T) -> (Result<T, CliError>, T) {
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().map_err(|_| CliError::Reader), other)
    })
}

/// Something of it was passed over.
fn is_long(text: &PlannedText) -> bool {
    text.passed.lines > 0
}

fn recognised(text: &PlannedText) -> Rc<RecognisedText> {
    Rc::new(recognise_kept(&text.name, &text.text, &text.passed))
}

impl About {
    /// The time now: what was said, else by the machine's clock.
    pub(crate) fn now(&self) -> Result<Timestamp, CliError> {
        let since = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let by_clock = || i64::try_from(since().as_millis()).ok().and_then(Timestamp::from_unix_ms);
        self.now.or_else(by_clock).ok_or(CliError::Clock)
    }
}
