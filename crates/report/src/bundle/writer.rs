//! The HARs of a bundle: redacted, and small enough to be taken.

use std::error::Error;
use std::ops::Range;
use std::rc::Rc;

use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::token::Token;
use fivetwenty_captures::har::{Capture, Decoder, Entries, Entry, Limits};
use fivetwenty_captures::order::Numbers;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::plan::{Plan, PlannedCapture, file_name};
use fivetwenty_redact::{Count, EntrySet, HarRedactor, OPEN_HEADERS, Policy, Removed, Tokens};

use super::error::BundleError;
use super::manifest::TrimmedRow;
use super::plan::{REST, redacted_texts};

/// Bytes that a file has at max: what Cloudflare's case form takes.
pub const MAX_BYTES: u64 = 20_000_000;

/// A HAR of the bundle: redacted, valid, and of at most [`MAX_BYTES`].
#[derive(Debug)]
pub struct HarFile {
    pub(super) side: Side,
    pub(super) bytes: Vec<u8>,
    /// What its fields hold that are allowed in a bundle, line by line.
    pub(super) allowlisted: String,
    /// How many entries the capture has.
    entries: u32,
    /// Those of them that are in it; all are when there is none.
    kept: Option<EntrySet>,
    /// Where the entries that are in it stand.
    places: Vec<Range<u64>>,
    /// All of it, redacted, whatever of it is in the file.
    pub(super) capture: Rc<Capture>,
}

impl HarFile {
    /// Looks whether there is still something to redact in it: what is too short to be looked for is known by its field. `tokens` know the
    /// case, and stand for nothing yet.
    pub(super) fn check_redacted(&self, policy: &Policy, mut tokens: Tokens) -> Result<(), BundleError> {
        let mut redactor = HarRedactor::new(policy, &mut tokens, None);
        let mut out = Vec::new();
        for chunk in self.bytes.chunks(1 << 16) {
            out.clear();
            redactor.push(chunk, &mut out);
        }
        let file = file_name(self.side);
        redactor.finish(&mut out).map_err(|error| BundleError::not_har(file, &error))?;
        match tokens.counts().first() {
            Some(count) => Err(BundleError::NotRedacted { file, kind: count.kind, place: count.place }),
            None => Ok(()),
        }
    }

    /// By place in the file, the entry of the capture that stands there.
    pub(super) fn entries_by_place(&self) -> Vec<(Range<u64>, u32)> {
        let kept = (0..self.entries).filter(|index| self.kept.as_ref().is_none_or(|kept| kept.contains(*index)));
        self.places.iter().cloned().zip(kept).collect()
    }

    pub(super) fn trimmed(&self) -> Option<TrimmedRow> {
        let kept = self.kept.as_ref()?;
        let mut ranges: Vec<[u32; 2]> = Vec::new();
        for index in (0..self.entries).filter(|index| !kept.contains(*index)) {
            match ranges.last_mut() {
                Some([_, last]) if *last + 1 == index => *last = index,
                _ => ranges.push([index, index]),
            }
        }
        let left_out = ranges.iter().map(|[first, last]| last - first + 1).sum();
        Some(TrimmedRow { file: file_name(self.side), entries: self.entries, left_out, ranges })
    }
}

/// A capture on its way into the bundle. It is read once; when it turns out to be too large, once more, with fewer entries.
pub struct HarWriter<'a> {
    policy: &'a Policy,
    tokens: &'a mut Tokens,
    /// The tokens as they are after the pass at hand: entries that go leave no trace in numbers and counts.
    attempt: Tokens,
    passes: Passes,
}

impl<'a> HarWriter<'a> {
    /// For one of the captures. `tokens` are those of the captures before it.
    pub fn new(capture: PlannedCapture, policy: &'a Policy, tokens: &'a mut Tokens) -> Self {
        Self::with_max(capture, MAX_BYTES, policy, tokens)
    }

    /// As [`HarWriter::new`], with another limit than [`MAX_BYTES`].
    pub fn with_max(PlannedCapture { side, file, ranks }: PlannedCapture, max: u64, policy: &'a Policy, tokens: &'a mut Tokens) -> Self {
        let output = Output::new(max);
        let passes = Passes { side, max, ranks, capture: file, kept: None, output, unused: tokens.again() };
        Self { policy, tokens, attempt: Tokens::default(), passes }
    }

    /// Begins a pass over the capture.
    pub fn begin(&mut self) -> Writing<'_> {
        self.attempt = self.tokens.clone();
        let redactor = HarRedactor::new(self.policy, &mut self.attempt, self.passes.kept.clone());
        Writing { passes: &mut self.passes, policy: self.policy, redactor, out: Vec::new() }
    }

    /// Takes the file that came of a pass.
    ///
    /// # Errors
    /// When more values were replaced than can be looked for.
    pub fn done(self, file: HarFile) -> Result<HarFile, BundleError> {
        if self.attempt.is_full() {
            return Err(BundleError::TooManyValues { file: file_name(file.side) });
        }
        *self.tokens = self.attempt;
        Ok(file)
    }

    /// Redacts the capture and writes it, as often as it takes. `text` gives its text from the beginning, each time the same.
    ///
    /// # Errors
    /// When `text` fails, or when what came out is not what it should be.
    pub fn write(mut self, text: &mut GiveText<'_>) -> Result<HarFile, BundleError> {
        loop {
            let mut writing = self.begin();
            text(&mut |chunk| writing.push(chunk)).map_err(BundleError::Source)?;
            if let Some(file) = writing.end()? {
                return self.done(file);
            }
        }
    }
}

/// The first pass over all of a case: what goes anywhere in it goes everywhere.
pub struct Survey<'a> {
    policy: &'a Policy,
    tokens: Tokens,
}

impl<'a> Survey<'a> {
    /// Before anything is read.
    pub fn new(policy: &'a Policy) -> Self {
        Self { policy, tokens: Tokens::survey() }
    }

    /// Begins a capture.
    pub fn begin(&mut self) -> Surveying<'_> {
        Surveying { redactor: HarRedactor::new(self.policy, &mut self.tokens, None), out: Vec::new() }
    }

    /// Reads a whole capture. `text` gives its text.
    ///
    /// # Errors
    /// When `text` fails.
    pub fn read(&mut self, text: &mut GiveText<'_>) -> Result<(), BundleError> {
        let mut surveying = self.begin();
        text(&mut |chunk| surveying.push(chunk)).map_err(BundleError::Source)?;
        surveying.end();
        Ok(())
    }

    /// Reads the texts too, and gives the tokens for all files of the bundle.
    pub fn finish(mut self, plan: &Plan) -> Tokens {
        redacted_texts(plan, self.policy, &mut self.tokens);
        self.tokens.surveyed(self.policy, &plan.site.hosts)
    }
}

/// One capture in the first pass.
pub struct Surveying<'a> {
    redactor: HarRedactor<'a>,
    out: Vec<u8>,
}

impl Surveying<'_> {
    /// Takes the capture's text from its beginning, in chunks of any size.
    pub fn push(&mut self, bytes: &[u8]) {
        self.redactor.push(bytes, &mut self.out);
        self.out.clear();
    }

    /// The text is over. What is wrong with it is said when it is read once more.
    pub fn end(mut self) {
        let _ = self.redactor.finish(&mut self.out);
    }
}

/// What the passes over a capture share.
struct Passes {
    side: Side,
    max: u64,
    ranks: Vec<u8>,
    /// The capture, redacted: its entries are those that came in the first pass.
    capture: Capture,
    kept: Option<EntrySet>,
    output: Output,
    /// Tokens that know the case, and stand for nothing yet.
    unused: Tokens,
}

impl Passes {
    /// The redacted text is over.
    fn end(&mut self) -> Result<Option<HarFile>, BundleError> {
        let (side, file) = (self.side, file_name(self.side));
        let output = std::mem::replace(&mut self.output, Output::again(self.max));
        let mut finished = output.finish(file)?;
        let places = std::mem::take(&mut finished.places);
        if let Some(entries) = finished.entries.take() {
            self.capture.entries = entries;
            self.capture.creator = std::mem::take(&mut finished.creator);
        }
        let entries = u32::try_from(self.capture.entries.len()).unwrap_or(u32::MAX);
        if finished.length <= self.max {
            let (bytes, allowlisted, capture) = (finished.bytes, finished.allowlisted.text, Rc::new(std::mem::take(&mut self.capture)));
            return Ok(Some(HarFile { side, bytes, allowlisted, entries, kept: self.kept.take(), places, capture }));
        }
        // What went into this pass, by its index in the capture.
        let indexes: Vec<u32> = (0..entries).filter(|index| self.kept.as_ref().is_none_or(|kept| kept.contains(*index))).collect();
        if indexes.is_empty() {
            return Err(BundleError::TooLarge { file, bytes: finished.length, max: self.max });
        }
        let ranks: Vec<u8> = indexes.iter().map(|index| self.ranks.get(*index as usize).copied().unwrap_or(REST)).collect();
        let fits = choose(&ranks, &places, finished.length, self.max);
        self.kept = Some(indexes.iter().zip(fits).filter(|(_, fits)| *fits).map(|(index, _)| *index).collect());
        Ok(None)
    }
}

/// One pass over a capture.
pub struct Writing<'a> {
    passes: &'a mut Passes,
    policy: &'a Policy,
    redactor: HarRedactor<'a>,
    out: Vec<u8>,
}

impl Writing<'_> {
    /// Takes the capture's text from its beginning, in chunks of any size.
    pub fn push(&mut self, bytes: &[u8]) {
        self.redactor.push(bytes, &mut self.out);
        self.passes.output.push(&self.out);
        self.out.clear();
    }

    /// The text is over. `None` when it was too large: begin another pass, which leaves entries out.
    ///
    /// # Errors
    /// When it is too large even without any entry, is no HAR, or what came out is not what it should be.
    pub fn end(mut self) -> Result<Option<HarFile>, BundleError> {
        let file = file_name(self.passes.side);
        self.redactor.finish(&mut self.out).map_err(|error| BundleError::not_har(file, &error))?;
        self.passes.output.push(&self.out);
        let file = self.passes.end()?;
        if let Some(file) = &file {
            file.check_redacted(self.policy, self.passes.unused.clone())?;
        }
        Ok(file)
    }
}

/// By row of the counts, the token of its first value as it stands in one of the files; empty where none has it.
pub fn first_tokens(hars: &[HarFile], tokens: &Tokens) -> Vec<String> {
    let counts = tokens.counts();
    // By a token's number, its forms in URLs and in texts; a value may be the first one of several rows.
    let mut forms: Vec<Option<[&str; 2]>> = Vec::new();
    for count in counts {
        let number = count.first as usize;
        forms.resize(forms.len().max(number + 1), None);
        forms[number] = Some(["", ""]);
    }
    for har in hars {
        let text = std::str::from_utf8(&har.bytes).unwrap_or_default();
        for (at, _) in text.match_indices('[') {
            let Some(token) = Token::read(&text[at..]) else { continue };
            let token_text = &text[at..at + token.length];
            if let Some(Some(forms)) = forms.get_mut(token.number as usize) {
                let form = &mut forms[usize::from(token_text.contains('#'))];
                if form.is_empty() {
                    *form = token_text;
                }
            }
        }
    }
    let written = |count: &Count| {
        let [in_url, in_text] = forms.get(count.first as usize).copied().flatten().unwrap_or_default();
        // The URL is a field of the request or the response itself; the others are lists in it.
        let first = if count.place.contains('.') { in_text } else { in_url };
        if first.is_empty() { [in_url, in_text].concat() } else { first.to_owned() }
    };
    counts.iter().map(written).collect()
}

/// Gives a text, chunk by chunk.
///
/// # Errors
/// When it cannot.
pub type GiveText<'a> = dyn FnMut(&mut dyn FnMut(&[u8])) -> Result<(), Box<dyn Error>> + 'a;

/// Which entries of a text of `length` bytes, in which they stand at these places, can stay for it to have at most `max` bytes: the
/// lower the rank the rather, and of one rank as many as fit, in order. At least one goes.
pub(super) fn choose(ranks: &[u8], entries: &[Range<u64>], length: u64, max: u64) -> Vec<bool> {
    // What stands between two entries goes with the first.
    let cost = |index: usize| {
        let end = entries.get(index + 1).map_or(entries[index].end, |next| next.start);
        end.saturating_sub(entries[index].start)
    };
    let shell = length.saturating_sub((0..entries.len()).map(cost).sum());
    let mut left = max.saturating_sub(shell);
    let mut fits = vec![false; entries.len()];
    let mut order: Vec<usize> = (0..entries.len()).collect();
    sort_by_key(&mut order, |index| ranks.get(*index).copied().unwrap_or(REST));
    for index in order {
        if let Some(rest) = left.checked_sub(cost(index)) {
            left = rest;
            fits[index] = true;
        }
    }
    if let Some(last) = fits.iter().rposition(|fits| *fits)
        && fits.iter().all(|fits| *fits)
    {
        fits[last] = false;
    }
    fits
}

/// Redacted text as it comes, read again to know its entries.
struct Output {
    max: u64,
    length: u64,
    /// Empty once there are more than `max`.
    bytes: Vec<u8>,
    decoder: Decoder,
    /// Where its entries stand.
    places: Vec<Range<u64>>,
    /// Those of the first pass.
    entries: Option<Entries>,
    creator: Box<str>,
    allowlisted: Allowlisted,
}

impl Output {
    /// Of the first pass.
    fn new(max: u64) -> Self {
        Self { entries: Some(Entries::default()), ..Self::again(max) }
    }

    /// Of a pass that leaves entries out.
    fn again(max: u64) -> Self {
        let decoder = Decoder::new(Limits::default());
        let (bytes, places, creator, allowlisted) = (Vec::new(), Vec::new(), Box::default(), Allowlisted::default());
        Self { max, length: 0, bytes, decoder, places, entries: None, creator, allowlisted }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if self.length <= self.max {
            self.bytes.extend_from_slice(bytes);
        } else {
            // Another pass follows.
            (self.bytes, self.allowlisted) = (Vec::new(), Allowlisted::default());
        }
        self.decoder.push(bytes);
        self.take();
    }

    fn take(&mut self) {
        while let Some(entry) = self.decoder.next() {
            if self.length <= self.max {
                self.allowlisted.add(&entry);
            }
            self.places.push(self.decoder.place());
            if let Some(entries) = &mut self.entries {
                entries.push(self.decoder.place(), entry);
            }
        }
    }

    fn finish(mut self, file: &'static str) -> Result<Self, BundleError> {
        self.take();
        let decoder = std::mem::replace(&mut self.decoder, Decoder::new(Limits::default()));
        let tail = decoder.finish().map_err(|error| BundleError::not_har(file, &error))?;
        self.creator = tail.creator.into();
        Ok(self)
    }
}

/// The values of fields that are allowed in a bundle. A removed value that stands in one of them too is not looked for.
#[derive(Default)]
struct Allowlisted {
    seen: Numbers,
    text: String,
}

impl Allowlisted {
    fn add(&mut self, entry: &Entry) {
        let (request, response) = (&entry.request, &entry.response);
        let address = Address::new(&request.url);
        let started = entry.started.map(|started| started.to_string());
        let fields = [address.host, address.path, &request.method, &request.http_version, &response.http_version];
        let more = [&*response.status_text, &response.mime_type];
        let perhaps = [&response.error, &entry.resource_type, &entry.server_ip].into_iter().filter_map(|field| field.as_deref());
        for text in fields.into_iter().chain(more).chain(perhaps).chain(started.as_deref()) {
            self.line(text);
        }
        if let Some(query) = address.query {
            query.split('&').filter_map(|parameter| parameter.split_once('=')).for_each(|(name, _)| self.line(name));
        }
        for header in request.headers.iter().chain(&response.headers) {
            self.line(&header.name);
            if OPEN_HEADERS.iter().any(|name| header.name.eq_ignore_ascii_case(name)) {
                self.line(&header.value);
            }
        }
    }

    fn line(&mut self, text: &str) {
        if text.len() >= Removed::MIN_SEARCHED_BYTES && self.seen.number(text).1 {
            self.text.push_str(text);
            self.text.push('\n');
        }
    }
}
