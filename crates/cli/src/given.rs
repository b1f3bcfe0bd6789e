//! What the arguments give, read as far as it can be.

use std::path::Path;
use std::rc::Rc;

use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Capture;
use fivetwenty_diagnose::{Diagnosis, GivenCapture, Inputs, assign, site, sought};
use fivetwenty_inputs::{InputError, RecognisedText, recognise_kept};
use fivetwenty_model::Unreadable;
use fivetwenty_model::passed::Sought;
use fivetwenty_model::plan::PlannedText;

use crate::arguments::Arguments;
use crate::error::CliError;
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

impl<'a> Given<'a> {
    /// Reads all files; the two captures at the same time.
    pub(crate) fn read(arguments: &'a Arguments) -> Result<Self, CliError> {
        let is_read_again = arguments.out.is_some();
        for path in [&arguments.proxied, &arguments.direct, &arguments.after].into_iter().flatten().filter(|_| is_read_again) {
            files::check_rereadable(path)?;
        }
        let capture = |path: &'a Option<_>| path.as_deref().map(files::capture).transpose();
        let (proxied, direct) = std::thread::scope(|scope| {
            let proxied = scope.spawn(|| capture(&arguments.proxied));
            let direct = capture(&arguments.direct);
            (proxied.join().unwrap_or(Err(CliError::Reader)), direct)
        });
        let after = capture(&arguments.after)?;
        let mut given = Self::default();
        for (side, path, capture) in [
            (Side::Proxied, &arguments.proxied, proxied?),
            (Side::Direct, &arguments.direct, direct?),
            (Side::After, &arguments.after, after),
        ] {
            if let (Some(path), Some(capture)) = (path, capture) {
                given.take(path, capture, Some(side), None);
            }
        }
        given.sought = given.sought(arguments)?;
        for path in arguments.paste.iter().chain(&arguments.logs) {
            let (capture, text) = files::any(path, &given.sought)?;
            if is_read_again && capture.is_ok() {
                files::check_rereadable(path)?;
            }
            given.take(path, capture, None, text);
        }
        if given.captures.iter().all(|capture| capture.side == Some(Side::After)) && given.texts.is_empty() {
            return Err(CliError::NothingRead(given.errors));
        }
        Ok(given)
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
    pub(crate) fn inputs(&mut self, arguments: &Arguments) -> Result<Inputs, CliError> {
        self.seek(arguments)?;
        let texts: Vec<Rc<RecognisedText>> = self.texts.iter().map(recognised).collect();
        let site = site(self.captures.iter().map(|given| &given.capture), &texts, arguments.site.as_deref());
        Ok(Inputs {
            captures: assign(&self.captures, &site).map_err(CliError::Captures)?,
            site,
            texts,
            unreadable: std::mem::take(&mut self.unreadable),
            trace: arguments.trace.as_deref().map(files::trace).transpose()?,
            swapped: false,
            is_sample: false,
            offset: arguments.log_zone,
            now: arguments.now.or_else(now).ok_or(CliError::Clock)?,
        })
    }

    /// What captures and short texts tell of the requests that failed.
    fn sought(&self, arguments: &Arguments) -> Result<Sought, CliError> {
        let texts = self.texts.iter().filter(|text| !is_long(text)).map(recognised).collect();
        sought(&self.captures, texts, arguments.site.as_deref(), arguments.log_zone).map_err(CliError::Captures)
    }

    /// Reads long texts once more when what came behind them tells more of the requests that failed.
    fn seek(&mut self, arguments: &Arguments) -> Result<(), CliError> {
        if !self.texts.iter().any(is_long) {
            return Ok(());
        }
        let sought = self.sought(arguments)?;
        if sought.is_empty() || sought == self.sought {
            return Ok(());
        }
        for (text, path) in self.texts.iter_mut().zip(&self.text_paths).filter(|(text, _)| is_long(text)) {
            if let Some((found, passed)) = files::seek(path, &sought)? {
                (text.text, text.passed) = (found.into(), passed);
            }
        }
        Ok(())
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

/// Something of it was passed over.
fn is_long(text: &PlannedText) -> bool {
    text.passed.lines > 0
}

fn recognised(text: &PlannedText) -> Rc<RecognisedText> {
    Rc::new(recognise_kept(&text.name, &text.text, &text.passed))
}

/// The time by the machine's clock.
fn now() -> Option<Timestamp> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).ok().and_then(Timestamp::from_unix_ms)
}
