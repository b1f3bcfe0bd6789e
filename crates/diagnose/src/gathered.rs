//! What files gave, as far as they could be read, and the case that it makes: for programs that read all files before they diagnose.

use std::rc::Rc;

use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Capture;
use fivetwenty_inputs::{RecognisedText, recognise_kept};
use fivetwenty_logs::Aggregate;
use fivetwenty_model::Unreadable;
use fivetwenty_model::passed::Sought;
use fivetwenty_model::plan::PlannedText;

use crate::case::{CaseError, GivenCapture, Inputs, assign, site};
use crate::diagnosis::Diagnosis;
use crate::sought::sought;

/// The captures and the texts that could be read, and which files could not.
#[derive(Default)]
pub struct Gathered {
    captures: Vec<GivenCapture>,
    texts: Vec<PlannedText>,
    unreadable: Vec<Unreadable>,
    /// What all records of Cloudflare's logs say.
    logs: Aggregate,
    /// The host of the site that the caller chose.
    chosen: Option<String>,
    /// The offset of the clock of the origin's logs.
    offset: UtcOffset,
}

impl Gathered {
    /// Nothing yet. `chosen` is the host that the caller named, `offset` that of the clock of the logs.
    pub fn new(chosen: Option<String>, offset: UtcOffset) -> Self {
        Self { chosen, offset, ..Self::default() }
    }

    /// Takes a capture, with its side when the caller named it.
    pub fn capture(&mut self, capture: Capture, side: Option<Side>) {
        self.captures.push(GivenCapture { capture: Rc::new(capture), side });
    }

    /// Takes a text.
    pub fn text(&mut self, text: PlannedText) {
        self.texts.push(text);
    }

    /// Takes what the records of a file say; the lines that were kept of it are a text.
    pub fn logs(&mut self, aggregate: Aggregate) {
        self.logs.merge(aggregate);
    }

    /// Takes note of a file that nothing could be read from.
    pub fn unreadable(&mut self, name: &str, side: Option<Side>, problem: &str) {
        let side = side.filter(|side| *side != Side::After);
        self.unreadable.push(Unreadable { name: name.into(), side, problem: problem.into() });
    }

    /// There is nothing that a report could be made from.
    pub fn is_empty(&self) -> bool {
        self.captures.iter().all(|capture| capture.side == Some(Side::After)) && self.texts.is_empty()
    }

    /// What captures and short texts tell of the requests that failed.
    ///
    /// # Errors
    /// When a capture has no side left.
    pub fn sought(&self) -> Result<Sought, CaseError> {
        let texts = self.texts.iter().filter(|text| !is_long(text)).map(recognised).collect();
        sought(&self.captures, texts, self.chosen.as_deref(), self.offset)
    }

    /// The long texts, which are read once more when it is known which requests failed.
    pub fn long_texts(&mut self) -> impl Iterator<Item = (usize, &mut PlannedText)> {
        self.texts.iter_mut().enumerate().filter(|(_, text)| is_long(text))
    }

    /// What the case is made of. `now` is the time.
    ///
    /// # Errors
    /// When a capture has no side left.
    pub fn inputs(&self, now: Timestamp) -> Result<Inputs, CaseError> {
        let texts: Vec<Rc<RecognisedText>> = self.texts.iter().map(recognised).collect();
        let site = site(self.captures.iter().map(|given| &given.capture), &texts, self.chosen.as_deref());
        Ok(Inputs {
            captures: assign(&self.captures, &site)?,
            site,
            texts,
            logs: (!self.logs.is_empty()).then(|| Rc::new(self.logs.summary())),
            unreadable: self.unreadable.clone(),
            offset: self.offset,
            now,
            ..Inputs::default()
        })
    }

    /// Which of the captures is that of a side, in the order in which they were taken.
    pub fn number_of(&self, diagnosis: &Diagnosis, side: Side) -> Option<usize> {
        let capture = diagnosis.capture(side)?;
        self.captures.iter().position(|given| Rc::ptr_eq(&given.capture, capture))
    }

    /// The texts; the captures leave the memory.
    pub fn into_texts(self) -> Vec<PlannedText> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Case;
    use fivetwenty_inputs::CaptureReader;

    const PROXIED: &[u8] = include_bytes!("../../../tests/data/lab/chromium-156/empty-reply/proxied.har");
    const DIRECT: &[u8] = include_bytes!("../../../tests/data/lab/chromium-156/empty-reply/direct.har");

    fn capture(bytes: &[u8]) -> Capture {
        let mut reader = CaptureReader::new("a.har", bytes.len() as u64);
        reader.push_with(bytes.len(), |buffer| buffer.copy_from_slice(bytes));
        reader.into_capture().unwrap()
    }

    /// Broken by a named side that does not count, by a side that is not found out, and by a bundle of another file than the report's.
    #[test]
    fn sides_are_named_or_found() {
        for (first, second) in [(None, None), (Some(Side::Direct), Some(Side::Proxied)), (None, Some(Side::Proxied))] {
            let mut gathered = Gathered::default();
            assert!(gathered.is_empty());
            gathered.capture(capture(DIRECT), first);
            gathered.capture(capture(PROXIED), second);
            assert!(!gathered.is_empty());
            let diagnosis = Case::new(gathered.inputs(Timestamp::default()).unwrap()).diagnose();
            assert_eq!(gathered.number_of(&diagnosis, Side::Proxied), Some(1));
            assert_eq!(gathered.number_of(&diagnosis, Side::Direct), Some(0));
            assert_eq!(gathered.number_of(&diagnosis, Side::After), None);
        }
    }

    /// Broken by a third capture that is taken for one of the two sides.
    #[test]
    fn a_capture_without_a_side_is_refused() {
        let mut gathered = Gathered::default();
        for _ in 0..3 {
            gathered.capture(capture(DIRECT), None);
        }
        assert_eq!(gathered.inputs(Timestamp::default()).map(drop), Err(CaseError::TooManyCaptures));
        assert_eq!(gathered.sought().map(drop), Err(CaseError::TooManyCaptures));
    }

    /// Broken by a report that is made of what a fix left and nothing else, and by an unreadable file of that kind on one of the two sides.
    #[test]
    fn what_came_after_a_fix_is_not_enough() {
        let mut gathered = Gathered::default();
        gathered.capture(capture(PROXIED), Some(Side::After));
        gathered.unreadable("b.har", Some(Side::After), "it is empty");
        assert!(gathered.is_empty());
        assert_eq!(gathered.inputs(Timestamp::default()).unwrap().unreadable[0].side, None);
        gathered.text(PlannedText { name: "a".into(), text: "a".into(), passed: fivetwenty_model::passed::PassedOver::default() });
        assert!(!gathered.is_empty());
    }
}
