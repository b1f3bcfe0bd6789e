//! What the arguments give, read as far as it can be.

use std::path::{Path, PathBuf};

use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Capture;
use fivetwenty_diagnose::{CaseError, Diagnosis, Gathered, Inputs};
use fivetwenty_inputs::InputError;
use fivetwenty_model::passed::Sought;
use fivetwenty_model::plan::PlannedText;

use crate::arguments::{About, Files};
use crate::error::{CliError, shown};
use crate::files::{self, Any, Place};

/// The captures and the texts that could be read, and which files could not.
pub(crate) struct Given<'a> {
    gathered: Gathered,
    /// Where each capture came from.
    places: Vec<Place<'a>>,
    /// The file of each text.
    text_paths: Vec<&'a Path>,
    /// What came first of long texts.
    sought: Sought,
    /// Why nothing could be read from a file, for each such file.
    pub(crate) errors: Vec<CliError>,
}

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
        let gathered = Gathered::new(about.site.clone(), about.log_zone);
        let mut given = Self { gathered, places: Vec::new(), text_paths: Vec::new(), sought: Sought::default(), errors: Vec::new() };
        for (side, path, capture) in
            [(Side::Proxied, &files.proxied, proxied??), (Side::Direct, &files.direct, direct?), (Side::After, &files.after, after)]
        {
            if let (Some(path), Some(capture)) = (path, capture) {
                given.take(Place { path, number: None }, capture, Some(side), None);
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
        given.seek()?;
        for path in piped.into_iter().chain(&files.paste).chain(&files.logs) {
            let read = files::any(path, &given.sought);
            given.take_any(path, read, is_read_again)?;
        }
        if given.gathered.is_empty() {
            return Err(CliError::NothingRead(given.errors));
        }
        Ok(given)
    }

    /// Takes a file of any kind.
    fn take_any(&mut self, path: &'a Path, read: Result<Any, CliError>, is_read_again: bool) -> Result<(), CliError> {
        let Any { captures, mut text, logs } = read?;
        if let Some(logs) = logs {
            self.gathered.logs(logs);
            self.take_text(path, text.take());
        }
        if is_read_again && captures.iter().any(Result::is_ok) {
            files::check_rereadable(path)?;
        }
        let are_several = captures.len() > 1;
        for (number, capture) in captures.into_iter().enumerate() {
            self.take(Place { path, number: are_several.then_some(number) }, capture, None, text.take());
        }
        Ok(())
    }

    /// Takes what was read from a file. A file that was not given as a side's capture may be a text.
    fn take(&mut self, place: Place<'a>, capture: Result<Capture, InputError>, side: Option<Side>, text: Option<files::Text>) {
        let error = match capture {
            Ok(capture) => {
                self.gathered.capture(capture, side);
                self.places.push(place);
                return;
            }
            Err(error) => error,
        };
        let path = place.path;
        if text.is_some() {
            self.take_text(path, text);
        } else {
            self.gathered.unreadable(&files::name(path), side, &error.to_string());
            self.errors.push(CliError::input(path, error));
        }
    }

    fn take_text(&mut self, path: &'a Path, text: Option<files::Text>) {
        if let Some((text, passed)) = text {
            self.gathered.text(PlannedText { name: files::name(path), text: text.into(), passed });
            self.text_paths.push(path);
        }
    }

    /// What the case is made of.
    pub(crate) fn inputs(&mut self, about: &About) -> Result<Inputs, CliError> {
        if self.gathered.long_texts().next().is_some() {
            self.seek()?;
        }
        let trace = about.trace.as_deref().map(files::trace).transpose()?;
        let inputs = self.gathered.inputs(about.now()?).map_err(|error| self.too_many(error))?;
        Ok(Inputs { trace, ..inputs })
    }

    /// Finds what captures and short texts tell of the requests that failed, and reads long texts once more when that is more than before.
    fn seek(&mut self) -> Result<(), CliError> {
        let sought = self.gathered.sought().map_err(|error| self.too_many(error))?;
        if sought == self.sought {
            return Ok(());
        }
        for (number, text) in self.gathered.long_texts().filter(|_| !sought.is_empty()) {
            if let Some((found, passed)) = files::seek(self.text_paths[number], &sought)? {
                (text.text, text.passed) = (found.into(), passed);
            }
        }
        self.sought = sought;
        Ok(())
    }

    /// A capture has no side left.
    fn too_many(&self, error: CaseError) -> CliError {
        let names: Vec<String> = self.places.iter().map(|place| shown(place.path).to_string()).collect();
        CliError::Captures { names: names.join(", "), error }
    }

    /// Where each side's capture came from, by [`Side::ALL`].
    pub(crate) fn places(&self, diagnosis: &Diagnosis) -> [Option<Place<'a>>; 3] {
        Side::ALL.map(|side| self.gathered.number_of(diagnosis, side).map(|number| self.places[number]))
    }

    /// The texts; the captures leave the memory.
    pub(crate) fn into_texts(self) -> Vec<PlannedText> {
        self.gathered.into_texts()
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

impl About {
    /// The time now: what was said, else by the machine's clock.
    pub(crate) fn now(&self) -> Result<Timestamp, CliError> {
        let since = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let by_clock = || i64::try_from(since().as_millis()).ok().and_then(Timestamp::from_unix_ms);
        self.now.or_else(by_clock).ok_or(CliError::Clock)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// A record of Cloudflare's; every third one is of a request that failed.
    fn record(number: u64) -> String {
        let [edge, origin] = if number.is_multiple_of(3) { [520, 0] } else { [200, 200] };
        let (ray, time) = (0xa5e1_d50c_40aa_9c1e + (number << 28), 1_795_286_523 + number / 10);
        format!(
            "{{\"RayID\":\"{ray:016x}\",\"EdgeStartTimestamp\":{time},\"ClientRequestHost\":\"shop.example\",\"ClientRequestPath\":\"/\",\"EdgeResponseStatus\":{edge},\"OriginResponseStatus\":{origin},\"CacheCacheStatus\":\"dynamic\"}}\n"
        )
    }

    /// Broken by Cloudflare's logs that are not counted, packed or not, by whichever argument; by one of several that is; by lines that are
    /// kept under other numbers; and by a request that is sought and not kept.
    #[test]
    fn logs_are_counted_and_some_lines_kept() {
        let folder = tempfile::tempdir().unwrap();
        let text: String = (0..12_000).map(record).collect::<Vec<_>>().concat();
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        let zstd = ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
        let array = format!("[{}]", text.trim_end().replace('\n', ","));
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let paths = [
            file("a.log", text.as_bytes()),
            file("a.log.gz", &packer.finish().unwrap()),
            file("a.log.zst", &zstd),
            file("a.json", array.as_bytes()),
        ];
        let ray = &record(6003)[10..26];
        let sought = file("b.txt", format!("HTTP/2 520\nserver: cloudflare\ncf-ray: {ray}-FRA\n\n").as_bytes());
        let about = About::default();
        for (number, path) in paths.iter().enumerate() {
            for is_named in [false, true] {
                let mut files = Files { any: vec![sought.clone()], ..Files::default() };
                if is_named { &mut files.logs } else { &mut files.any }.push(path.clone());
                let mut given = Given::read(&files, &about, false).unwrap();
                let inputs = given.inputs(&about).unwrap();
                assert_eq!(inputs.logs.map(|logs| logs.records), Some(12_000), "{}", path.display());
                let kept = given.into_texts().pop().unwrap();
                assert!(kept.text.len() < text.len() / 10 && kept.text.contains(ray), "{}", path.display());
                for (row, line) in kept.text.lines().enumerate().filter(|_| number < 3) {
                    assert_eq!(text.lines().nth(kept.passed.in_text(row..row + 1).start), Some(line));
                }
            }
        }
        let files = Files { any: paths.to_vec(), ..Files::default() };
        let mut given = Given::read(&files, &about, true).unwrap();
        assert_eq!(given.inputs(&about).unwrap().logs.map(|logs| logs.records), Some(48_000));
    }
}
