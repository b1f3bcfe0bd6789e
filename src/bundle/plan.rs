//! What the bundle takes from the analysis. It is data, so that the bundle can be made where there is no analysis.

use std::fmt::Write as _;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::report::Report;
use crate::diagnose::{Beside, Diagnosis, Source, Unreadable, diagnose_beside};
use crate::evidence::timestamp::Timestamp;
use crate::evidence::trace::Trace;
use crate::har::Capture;
use crate::paste::{Input, Kind, attach, recognise};
use crate::redact::{self, Policy, Removed, Tokens, told_entry, transcript};

/// What the bundle is made of, beside the text of the captures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The captures that go into it, in the order in which they are redacted.
    pub captures: Vec<PlannedCapture>,
    /// Files beside them that could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Texts beside them.
    pub texts: Vec<PlannedText>,
    /// Minutes that the clock of the origin's logs runs ahead of UTC.
    pub ahead: i32,
    /// The captures were given the other way round.
    pub exchanged: bool,
    /// What `/cdn-cgi/trace` answered.
    pub trace: Option<Trace>,
    /// The time now, for the report.
    pub now: Timestamp,
}

/// A text that goes into the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedText {
    /// The name that it was given by.
    pub name: Box<str>,
    /// The text itself.
    pub text: Box<str>,
}

/// A text, redacted.
pub struct RedactedText {
    /// What was understood of it.
    pub(super) input: Rc<Input>,
    /// Its lines; `None` when it is no transcript, and only what was understood of it leaves.
    pub(super) transcript: Option<String>,
}

/// Bytes that `transcripts.txt` has at most, about.
const MOST_TRANSCRIPTS: usize = 15_000_000;

/// A capture that goes into the bundle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedCapture {
    /// Which it is.
    pub which: Which,
    /// What is known of its file, without its entries.
    pub file: Capture,
    /// By entry, how much it tells: 0 for those that a finding cites, 1 for failing ones, 2 where a pair differs, 3 for all others.
    pub ranks: Vec<u8>,
}

/// Which capture a HAR of the bundle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Which {
    /// Through Cloudflare.
    Proxied,
    /// Direct to the origin.
    Direct,
    /// Through Cloudflare, after a fix.
    After,
}

impl Plan {
    /// The plan of these captures.
    pub fn new(diagnosis: &Diagnosis, texts: Vec<PlannedText>, trace: Option<Trace>, now: Timestamp) -> Self {
        let planned = |which: Which| {
            let given = which.capture(diagnosis).filter(|capture| !capture.is_told())?;
            // What was wrong with the file does not show in what is made of it.
            let file = Capture {
                // The name that was given may be a person's.
                name: which.file_name().into(),
                bytes: given.bytes,
                problems: given.problems.clone(),
                problems_total: given.problems_total,
                whole: given.whole,
                ..Capture::default()
            };
            Some(PlannedCapture { which, file, ranks: which.ranks(diagnosis)? })
        };
        Self {
            captures: Which::ALL.into_iter().filter_map(planned).collect(),
            unreadable: (1..).zip(&diagnosis.beside.unreadable).map(unreadable).collect(),
            texts,
            ahead: diagnosis.beside.ahead,
            exchanged: diagnosis.exchanged,
            trace,
            now,
        }
    }

    /// The same, without a word of a file in it; what stays of the trace does.
    pub(super) fn without_values(&self) -> Self {
        let hidden = |(key, value): &(String, String)| {
            let stays = redact::trace_value(key, value).as_str() == value;
            // No value of a trace that may stay has such a sign.
            (key.clone(), if stays { value.clone() } else { "*".repeat(value.len()) })
        };
        Self {
            unreadable: self.unreadable.iter().map(|file| Unreadable { problem: Box::default(), ..file.clone() }).collect(),
            trace: self.trace.as_ref().map(|trace| Trace { fields: trace.fields.iter().map(hidden).collect() }),
            ..self.clone()
        }
    }

    /// The visitor's address, which the trace holds: it is to be in no file.
    pub(super) fn visitor(&self) -> Vec<Removed> {
        let address = self.trace.as_ref().and_then(|trace| trace.get("ip"));
        // No token stands for it.
        address.map(|address| Removed { kind: redact::Kind::Ip, value: address.into(), number: 0 }).into_iter().collect()
    }

    /// The texts, understood and redacted with the map that the captures have.
    pub fn redacted_texts(&self, policy: &Policy, tokens: &mut Tokens) -> Vec<RedactedText> {
        let redacted = (1..).zip(&self.texts).map(|(number, PlannedText { text, .. })| {
            // The name that was given may be a person's.
            let mut input = recognise(&format!("text {number}"), text);
            for find in &mut input.finds {
                if let Some(entry) = find.fact.entry.take() {
                    find.fact.entry = Some(Box::new(told_entry(*entry, policy, tokens)));
                }
                if let Some(ray) = &find.fact.ray {
                    tokens.stay(&ray.id());
                    tokens.stay(&ray.to_string());
                }
                if let Some(meaning) = find.fact.log {
                    // The program's own words.
                    tokens.stay(meaning.words);
                    tokens.stay(meaning.means);
                }
            }
            let is_transcript = matches!(input.kind, Kind::Curl | Kind::Headers | Kind::Wget | Kind::Httpie);
            RedactedText { transcript: is_transcript.then(|| transcript(text, policy, tokens)), input: Rc::new(input) }
        });
        redacted.collect()
    }

    /// The report of the redacted captures, whole as they were, and of the redacted texts: it can say nothing that was redacted.
    pub(super) fn report(&self, captures: &[(Which, Rc<Capture>)], texts: &[RedactedText]) -> Report {
        let redacted = |which| captures.iter().find(|(known, _)| *known == which).map(|(_, capture)| Rc::clone(capture));
        let (mut given, mut unreadable) = ([redacted(Which::Proxied), redacted(Which::Direct)], self.unreadable.clone());
        if self.exchanged {
            // As they were given: they are exchanged again.
            given.swap(0, 1);
            for file in &mut unreadable {
                file.source = file.source.map(|source| if source == Source::Proxied { Source::Direct } else { Source::Proxied });
            }
        }
        let inputs: Vec<Rc<Input>> = texts.iter().map(|text| Rc::clone(&text.input)).collect();
        let [mut proxied, mut direct] = given;
        attach(&mut proxied, &mut direct, &inputs);
        let again = diagnose_beside(proxied, direct, Beside { unreadable, inputs, ahead: self.ahead });
        let again = match redacted(Which::After) {
            Some(after) => again.with_after(&after),
            None => again,
        };
        super::report(&again, self.trace.as_ref(), self.now)
    }
}

const CITED: u8 = 0;
const FAILING: u8 = 1;
const DIFFERS: u8 = 2;
pub(super) const REST: u8 = 3;

impl Which {
    /// All of them, in the order in which they are redacted: a value has the number of its first coming.
    pub const ALL: [Self; 3] = [Self::Proxied, Self::Direct, Self::After];

    /// The name that it has in the bundle.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Proxied => "proxied.har",
            Self::Direct => "direct.har",
            Self::After => "after.har",
        }
    }

    /// It, among those that were diagnosed.
    pub fn capture(self, diagnosis: &Diagnosis) -> Option<&Rc<Capture>> {
        match self {
            Self::Proxied => diagnosis.proxied.as_ref(),
            Self::Direct => diagnosis.direct.as_ref(),
            Self::After => diagnosis.after.as_ref().map(|after| &after.capture),
        }
    }

    fn ranks(self, diagnosis: &Diagnosis) -> Option<Vec<u8>> {
        let (facts, capture) = (diagnosis.facts(), self.capture(diagnosis)?);
        let source = match self {
            Self::Proxied => Source::Proxied,
            Self::Direct => Source::Direct,
            Self::After => Source::Probe,
        };
        let mut ranks = vec![REST; capture.own().len()];
        let mut set = |index: u32, rank: u8| {
            if let Some(place) = ranks.get_mut(index as usize) {
                *place = rank.min(*place);
            }
        };
        let seen = match self {
            Self::Proxied => facts.proxied.as_ref()?,
            Self::Direct => facts.direct.as_ref()?,
            Self::After => &facts.seen_after(capture),
        };
        for index in &seen.failing {
            set(*index, FAILING);
        }
        for (_, index) in diagnosis.cited().into_iter().filter(|(cited, _)| *cited == source) {
            set(index, CITED);
        }
        for pair in diagnosis.pairing.rows.iter().filter(|pair| !pair.differs.is_empty()) {
            let index = match self {
                Self::Proxied => pair.proxied,
                Self::Direct => pair.direct,
                Self::After => None,
            };
            if let Some(index) = index {
                set(index, DIFFERS);
            }
        }
        Some(ranks)
    }
}

/// A file that could not be read: its name may be a person's.
fn unreadable((number, file): (usize, &Unreadable)) -> Unreadable {
    let name = match file.source {
        Some(Source::Proxied) => "proxied file".into(),
        Some(Source::Direct) => "direct file".into(),
        _ => ["file ", &number.to_string()].concat().into(),
    };
    Unreadable { name, ..file.clone() }
}

/// The lines of `trace.txt` whose values are not in it.
pub(super) fn hidden_text(trace: &Trace) -> String {
    let hidden = |(key, value): &&(String, String)| redact::trace_value(key, value).as_str() != value;
    trace_text(&Trace { fields: trace.fields.iter().filter(hidden).cloned().collect() })
}

/// `transcripts.txt`: of transcripts their lines, of other texts what was understood.
pub(super) fn transcripts(texts: &[RedactedText]) -> String {
    let mut out = String::new();
    for RedactedText { input, transcript } in texts {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "==== {}: {}, {} bytes ====", input.name, input.kind.words(), input.bytes);
        match transcript {
            Some(lines) if out.len() + lines.len() > MOST_TRANSCRIPTS => out.push_str("It is too large to be sent with the others.\n"),
            Some(lines) => {
                out.push_str(lines);
                if !lines.ends_with('\n') {
                    out.push('\n');
                }
            }
            None if input.finds.is_empty() => out.push_str("Nothing in it was recognised, so nothing of it leaves.\n"),
            None => {
                for find in &input.finds {
                    if out.len() > MOST_TRANSCRIPTS {
                        out.push_str("The rest is too large to be sent with the others.\n");
                        break;
                    }
                    let _ = writeln!(out, "line {}: {}", find.lines.start + 1, super::inputs::says(find));
                }
            }
        }
        out.push('\n');
    }
    out
}

/// `trace.txt`, without what is personal.
pub(super) fn trace_text(trace: &Trace) -> String {
    trace.fields.iter().fold(String::new(), |mut text, (key, value)| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}={}", redact::header_name(key), redact::trace_value(key, value));
        text
    })
}
