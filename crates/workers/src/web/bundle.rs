//! Making the bundle: the captures are read again and redacted, and the files to send are made of them.

use fivetwenty_captures::Side;
use fivetwenty_model::part::Part;
use fivetwenty_model::plan::Plan;
use fivetwenty_model::protocol::{Making, Replaced, Stage};
use fivetwenty_redact::leak_check::Leak;
use fivetwenty_redact::{Policy, Tokens};
use fivetwenty_report::bundle::{Bundle, HarFile, HarWriter, Survey, first_tokens, redacted_texts};
use web_sys::File;

use super::source::{Opened, open};
use crate::error::WorkerError;

/// A file with the part of it that is a capture.
pub type Content = (File, Option<Part>);

/// The bundle, or where a value is in its way; with what was replaced.
pub type Outcome = (Result<Bundle, Leak>, Vec<Replaced>, Tokens);

/// Makes the bundle of a plan from its captures' files, which are in the plan's order. `report` is told after every chunk how far it is.
///
/// # Errors
/// When a file cannot be read once more, or a file of the bundle not be made.
pub async fn make(mut plan: Plan, files: Vec<Content>, policy: &Policy, report: &mut dyn FnMut(Making)) -> Result<Outcome, WorkerError> {
    let of = files.iter().map(bytes_of).sum();
    let mut reports = Reports { report, stage: Stage::Starting, before: 0.0, bytes: 0.0, of };
    let (mut survey, mut hars) = (Survey::new(policy), Vec::new());
    reports.of *= 2.0;
    for (file, part) in &files {
        let Opened::Text(mut source) = open(file, part.clone()).await? else { return Err(WorkerError::AnotherFile) };
        let (mut surveying, length) = (survey.begin(), bytes_of(&(file.clone(), part.clone())));
        while let Some(chunk) = source.next().await? {
            reports.read(chunk.length(), length);
            surveying.push(&chunk.to_vec());
        }
        surveying.end();
        (reports.before, reports.bytes) = (reports.before + length, 0.0);
    }
    let mut tokens = survey.finish(&plan);
    for (capture, content) in std::mem::take(&mut plan.captures).into_iter().zip(&files) {
        let side = capture.side;
        reports.begin(Stage::Redacting(side));
        hars.push(write_har(content, side, HarWriter::new(capture, policy, &mut tokens), &mut reports).await?);
    }
    reports.begin(Stage::Checking);
    let texts = redacted_texts(&plan, policy, &mut tokens);
    let replaced = replaced(&hars, &tokens);
    Ok((Bundle::new(&plan, hars, &texts, policy, &tokens, true), replaced, tokens))
}

/// Writes one capture, as often as it takes.
async fn write_har(content: &Content, side: Side, mut writer: HarWriter<'_>, reports: &mut Reports<'_>) -> Result<HarFile, WorkerError> {
    let (file, part) = content;
    loop {
        let Opened::Text(mut source) = open(file, part.clone()).await? else { return Err(WorkerError::AnotherFile) };
        let mut writing = writer.begin();
        // A packed file becomes larger than this when it is unpacked.
        let length = bytes_of(content);
        while let Some(chunk) = source.next().await? {
            reports.read(chunk.length(), length);
            writing.push(&chunk.to_vec());
        }
        let har = writing.end()?;
        (reports.before, reports.bytes) = (reports.before + length, 0.0);
        if let Some(har) = har {
            return Ok(writer.done(har)?);
        }
        reports.of += length;
        reports.begin(Stage::Trimming(side));
    }
}

/// A content's size in bytes, as the file has it.
fn bytes_of((file, part): &Content) -> f64 {
    part.as_ref().map_or(file.size(), |part| (part.bytes.end - part.bytes.start) as f64)
}

/// How far it is.
struct Reports<'a> {
    report: &'a mut dyn FnMut(Making),
    stage: Stage,
    /// Bytes of what was read before, whole.
    before: f64,
    /// Bytes of what is being read.
    bytes: f64,
    of: f64,
}

impl Reports<'_> {
    fn begin(&mut self, stage: Stage) {
        self.stage = stage;
        self.report();
    }

    fn read(&mut self, bytes: u32, max: f64) {
        self.bytes = (self.bytes + f64::from(bytes)).min(max);
        self.report();
    }

    fn report(&mut self) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes of files are whole numbers below 2^53")]
        let making = Making { stage: self.stage, bytes: (self.before + self.bytes) as u64, of: self.of as u64 };
        (self.report)(making);
    }
}

/// What was replaced in these files, as the page shows it.
fn replaced(hars: &[HarFile], tokens: &Tokens) -> Vec<Replaced> {
    let written = first_tokens(hars, tokens);
    let rows = tokens.counts().iter().zip(written).map(|(count, token)| Replaced {
        group: count.kind.group(),
        kind: count.kind,
        place: count.place.to_owned(),
        name: count.name.to_string(),
        times: count.times,
        first: count.first,
        token,
    });
    rows.collect()
}
