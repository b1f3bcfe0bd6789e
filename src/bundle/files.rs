//! The bundle: what support asks for, as files, and nothing else.
//!
//! Files are named here, never after what was given. Each is small enough for Cloudflare's case form; a HAR that would be larger keeps
//! the entries that tell most. [`Bundle::new`] is the only way to a bundle, and it looks at every byte ([`door`]).

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use rawzip::time::UtcDateTime;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::html::to_html;
use super::own::Own;
use super::plan::{Plan, PlannedCapture, REST, RedactedText, Which, trace_text, transcripts};
use super::text::{to_json, to_text};
use crate::evidence::address::Address;
use crate::evidence::token::Token;
use crate::har::{Capture, Decoder, Entry, Limits};
use crate::order::{Numbers, by_key};
use crate::redact::{Count, EntrySet, HarRedactor, OPEN_HEADERS, Policy, Tokens, byte_count, door};

/// Bytes that a file has at most: what Cloudflare's case form takes.
pub const MOST_BYTES: u64 = 20_000_000;

/// The name of the manifest's form.
pub const MANIFEST_SCHEMA: &str = "fivetwenty/manifest/1";

/// The files, every byte of which went through the door.
#[derive(Debug)]
pub struct Bundle {
    files: Vec<BundleFile>,
    trimmed: Vec<TrimmedRow>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleFile {
    /// Its name, which is one of the program's own.
    pub name: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// The SHA-256 of that, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// `manifest.json`.
#[derive(Debug, Serialize)]
struct Manifest<'a> {
    schema: &'static str,
    made_by: MadeBy,
    files: Vec<FileRow<'a>>,
    redacted: Vec<RedactedRow<'a>>,
    trimmed: &'a [TrimmedRow],
}

#[derive(Debug, Serialize)]
struct MadeBy {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct FileRow<'a> {
    name: &'static str,
    bytes: usize,
    sha256: &'a str,
}

/// How often something was redacted, as [`Count`] has it.
#[derive(Debug, Serialize)]
struct RedactedRow<'a> {
    /// As it stands in a token, for instance `cookie`.
    kind: &'static str,
    place: &'static str,
    name: &'a str,
    times: u64,
}

/// What a HAR had to leave out.
#[derive(Debug, Serialize)]
pub struct TrimmedRow {
    /// The file.
    pub file: &'static str,
    /// How many entries the capture has.
    pub entries: u32,
    /// How many of them were left out.
    pub left_out: u32,
    /// The first and the last index, in `log.entries` of the capture, of every stretch that was left out.
    ranges: Vec<[u32; 2]>,
}

impl Bundle {
    /// Makes the files, and looks whether any of the removed values is in them.
    ///
    /// # Errors
    /// The first removed value that is in a file, or why that cannot be told: then there is no bundle.
    pub fn new(plan: &Plan, hars: Vec<HarFile>, texts: &[RedactedText], tokens: &Tokens) -> Result<Self, door::Hit> {
        let trimmed: Vec<TrimmedRow> = hars.iter().filter_map(HarFile::trimmed).collect();
        let (mut files, mut stays, mut captures) = (Vec::new(), Vec::new(), Vec::new());
        for har in hars {
            captures.push((har.which, har.capture));
            files.push(BundleFile::new(har.which.file_name(), har.bytes));
            stays.push(har.stays);
        }
        let mut add = |name, text: String| files.push(BundleFile::new(name, text.into_bytes()));
        if let Some(trace) = &plan.trace {
            add("trace.txt", trace_text(trace));
        }
        if !texts.is_empty() {
            add("transcripts.txt", transcripts(texts));
        }
        let report = plan.report(&captures, texts);
        add("report.txt", to_text(&report));
        add("report.html", to_html(&report));
        add("report.json", to_json(&report));
        let manifest = manifest(&files, tokens.counts(), &trimmed, &|_| true);
        files.push(BundleFile::new("manifest.json", manifest));
        let bundle = Self { files, trimmed };
        let stays: Vec<&str> = stays.iter().map(String::as_str).chain([tokens.stays()]).collect();
        let own = Own {
            files: &bundle.files,
            trimmed: &bundle.trimmed,
            plan,
            captures: &captures,
            tokens,
            stays: &stays,
            report: OnceCell::new(),
        };
        // A server may have the visitor's own address, and nothing else that stays may hold it.
        let addresses: Vec<&[u8]> = stays.iter().flat_map(|text| text.lines()).filter(|line| is_address(line)).map(str::as_bytes).collect();
        let stays: Vec<&[u8]> = stays.iter().map(|text| text.as_bytes()).collect();
        let finished: Vec<(&'static str, &[u8])> = bundle.files.iter().map(|file| (file.name, &*file.bytes)).collect();
        for (values, stays) in [(tokens.removed(), &stays), (&plan.visitor(), &addresses)] {
            door::check(values, stays, &finished, &|file| own.text(file))?;
        }
        Ok(bundle)
    }

    /// The files, in the order in which they are shown.
    pub fn files(&self) -> &[BundleFile] {
        &self.files
    }

    /// What HARs had to leave out.
    pub fn trimmed(&self) -> &[TrimmedRow] {
        &self.trimmed
    }

    /// A line for each file with its size, and what a HAR had to leave out.
    pub fn summary(&self) -> String {
        let line = |file: &BundleFile| {
            let size = byte_count(file.bytes.len() as u64);
            match self.trimmed.iter().find(|trimmed| trimmed.file == file.name) {
                Some(TrimmedRow { entries, left_out, .. }) => format!("{} ({size}, {left_out} of {entries} entries left out)\n", file.name),
                None => format!("{} ({size})\n", file.name),
            }
        };
        self.files.iter().map(line).collect()
    }

    /// The same files in one ZIP archive, not compressed, for one's own records and for whoever takes archives: Cloudflare's form takes
    /// none.
    ///
    /// # Errors
    /// When it would be larger than an archive can be.
    pub fn to_zip(&self) -> Result<Vec<u8>, String> {
        let mut archive = ZipArchiveWriter::new(Vec::new());
        for file in &self.files {
            zip_member(&mut archive, file).map_err(|error| error.to_string())?;
        }
        archive.finish().map_err(|error| error.to_string())
    }
}

/// `manifest.json`. `shows` says which names may stand in it.
pub(super) fn manifest(files: &[BundleFile], counts: &[Count], trimmed: &[TrimmedRow], shows: &dyn Fn(&str) -> bool) -> Vec<u8> {
    let redacted = |count| redacted_row(count, shows);
    let manifest = Manifest {
        schema: MANIFEST_SCHEMA,
        made_by: MadeBy { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        files: files.iter().filter(|file| file.name != "manifest.json").map(BundleFile::row).collect(),
        redacted: counts.iter().map(redacted).collect(),
        trimmed,
    };
    // It has no maps with other keys than strings and no numbers that JSON lacks.
    let mut json = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    json.push(b'\n');
    json
}

impl BundleFile {
    fn new(name: &'static str, bytes: Vec<u8>) -> Self {
        let sha256 = base16ct::lower::encode_string(&Sha256::digest(&bytes));
        Self { name, bytes, sha256 }
    }

    fn row(&self) -> FileRow<'_> {
        FileRow { name: self.name, bytes: self.bytes.len(), sha256: &self.sha256 }
    }
}

/// A HAR of the bundle: redacted, valid, and of at most [`MOST_BYTES`].
#[derive(Debug)]
pub struct HarFile {
    which: Which,
    bytes: Vec<u8>,
    /// What its fields that never go hold, line by line.
    stays: String,
    /// How many entries the capture has.
    entries: u32,
    /// Those of them that are in it; all are when there is none.
    kept: Option<EntrySet>,
    /// All of it, redacted, whatever of it is in the file.
    capture: Rc<Capture>,
}

impl HarFile {
    /// Looks whether there is still something to redact in it: what is too short to be looked for is known by its field.
    fn is_redacted(&self, policy: &Policy) -> Result<(), String> {
        let mut tokens = Tokens::default();
        let mut redactor = HarRedactor::new(policy, &mut tokens, None);
        let mut out = Vec::new();
        for chunk in self.bytes.chunks(1 << 16) {
            out.clear();
            redactor.push(chunk, &mut out);
        }
        let name = self.which.file_name();
        redactor.finish(&mut out).map_err(|error| format!("{name}: {error}"))?;
        match tokens.counts().first() {
            Some(count) => Err(format!("{name}: a value ({}) is still there, in {}", count.kind.word(), count.place)),
            None => Ok(()),
        }
    }

    fn trimmed(&self) -> Option<TrimmedRow> {
        let kept = self.kept.as_ref()?;
        let mut ranges: Vec<[u32; 2]> = Vec::new();
        for index in (0..self.entries).filter(|index| !kept.contains(*index)) {
            match ranges.last_mut() {
                Some([_, last]) if *last + 1 == index => *last = index,
                _ => ranges.push([index, index]),
            }
        }
        let left_out = ranges.iter().map(|[first, last]| last - first + 1).sum();
        Some(TrimmedRow { file: self.which.file_name(), entries: self.entries, left_out, ranges })
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
        Self::with_most(capture, MOST_BYTES, policy, tokens)
    }

    /// As [`HarWriter::new`], with another limit than [`MOST_BYTES`].
    pub fn with_most(PlannedCapture { which, file, ranks }: PlannedCapture, most: u64, policy: &'a Policy, tokens: &'a mut Tokens) -> Self {
        let output = Output::new(most, ranks.len());
        let passes = Passes { which, most, ranks, capture: file, kept: None, output };
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
    /// When it could not be checked: one line.
    pub fn done(self, file: HarFile) -> Result<HarFile, String> {
        if self.attempt.is_full() {
            let name = file.which.file_name();
            return Err(format!(
                "{name}: so many different values were replaced that not all of them can be looked for in the finished files. \
                 Record less: clear the network log, load only the page that fails, and export that"
            ));
        }
        *self.tokens = self.attempt;
        Ok(file)
    }

    /// Redacts the capture and writes it, as often as it takes. `text` gives its text from the beginning, each time the same.
    ///
    /// # Errors
    /// When `text` fails, or when what came out is not what it should be: one line.
    pub fn write(mut self, text: &mut GiveText<'_>) -> Result<HarFile, String> {
        loop {
            let mut writing = self.begin();
            text(&mut |chunk| writing.push(chunk))?;
            if let Some(file) = writing.end()? {
                return self.done(file);
            }
        }
    }
}

/// What the passes over a capture share.
struct Passes {
    which: Which,
    most: u64,
    ranks: Vec<u8>,
    /// The capture, redacted: its entries are those that came in the first pass.
    capture: Capture,
    kept: Option<EntrySet>,
    output: Output,
}

impl Passes {
    /// The redacted text is over.
    fn end(&mut self) -> Result<Option<HarFile>, String> {
        let which = self.which;
        let name = which.file_name();
        let output = std::mem::replace(&mut self.output, Output::again(self.most));
        let mut finished = output.finish().map_err(|error| format!("{name}: {error}"))?;
        let places = std::mem::take(&mut finished.places);
        if let Some(entries) = finished.entries.take() {
            self.capture.entries = entries;
            self.capture.creator = std::mem::take(&mut finished.creator);
        }
        let entries = u32::try_from(self.capture.entries.len()).unwrap_or(u32::MAX);
        if finished.length <= self.most {
            let (bytes, stays, capture) = (finished.bytes, finished.stays.text, Rc::new(std::mem::take(&mut self.capture)));
            return Ok(Some(HarFile { which, bytes, stays, entries, kept: self.kept.take(), capture }));
        }
        // What went into this pass, by its index in the capture.
        let indexes: Vec<u32> = (0..entries).filter(|index| self.kept.as_ref().is_none_or(|kept| kept.contains(*index))).collect();
        if indexes.is_empty() {
            return Err(format!("{name}: it has {} bytes without any entry, and may have {}", finished.length, self.most));
        }
        let ranks: Vec<u8> = indexes.iter().map(|index| self.ranks.get(*index as usize).copied().unwrap_or(REST)).collect();
        let fits = choose(&ranks, &places, finished.length, self.most);
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
    /// When it is too large even without any entry, is no HAR, or what came out is not what it should be: one line.
    pub fn end(mut self) -> Result<Option<HarFile>, String> {
        let name = self.passes.which.file_name();
        self.redactor.finish(&mut self.out).map_err(|error| format!("{name}: {error}"))?;
        self.passes.output.push(&self.out);
        let file = self.passes.end()?;
        if let Some(file) = &file {
            file.is_redacted(self.policy)?;
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

/// Whether a text is made as an IP address is, perhaps with a port.
fn is_address(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:[]".contains(&byte))
}

/// Gives a text, chunk by chunk.
///
/// # Errors
/// One line that says why it cannot.
pub type GiveText<'a> = dyn FnMut(&mut dyn FnMut(&[u8])) -> Result<(), String> + 'a;

/// Which entries of a text of `length` bytes, in which they stand at these places, can stay for it to have at most `most` bytes: the
/// lower the rank the rather, and of one rank as many as fit, in order. At least one goes.
fn choose(ranks: &[u8], entries: &[Range<u64>], length: u64, most: u64) -> Vec<bool> {
    // What stands between two entries goes with the first.
    let cost = |index: usize| {
        let end = entries.get(index + 1).map_or(entries[index].end, |next| next.start);
        end.saturating_sub(entries[index].start)
    };
    let shell = length.saturating_sub((0..entries.len()).map(cost).sum());
    let mut left = most.saturating_sub(shell);
    let mut fits = vec![false; entries.len()];
    let order = by_key((0..entries.len()).collect(), |index| u64::from(ranks.get(*index).copied().unwrap_or(REST)));
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
    most: u64,
    length: u64,
    /// Empty once there are more than `most`.
    bytes: Vec<u8>,
    decoder: Decoder,
    /// Where its entries stand.
    places: Vec<Range<u64>>,
    /// Those of the first pass.
    entries: Option<Vec<Entry>>,
    creator: Box<str>,
    stays: Stays,
}

impl Output {
    /// Of the first pass, which will give so many entries.
    fn new(most: u64, entries: usize) -> Self {
        Self { entries: Some(Vec::with_capacity(entries)), ..Self::again(most) }
    }

    /// Of a pass that leaves entries out.
    fn again(most: u64) -> Self {
        let decoder = Decoder::new(Limits::default());
        let (bytes, places, creator, stays) = (Vec::new(), Vec::new(), Box::default(), Stays::default());
        Self { most, length: 0, bytes, decoder, places, entries: None, creator, stays }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if self.length <= self.most {
            self.bytes.extend_from_slice(bytes);
        } else {
            // Another pass follows.
            (self.bytes, self.stays) = (Vec::new(), Stays::default());
        }
        self.decoder.push(bytes);
        self.take();
    }

    fn take(&mut self) {
        while let Some(entry) = self.decoder.next() {
            if self.length <= self.most {
                self.stays.add(&entry);
            }
            self.places.push(entry.bytes.clone());
            if let Some(entries) = &mut self.entries {
                entries.push(entry);
            }
        }
    }

    fn finish(mut self) -> Result<Self, String> {
        self.take();
        let decoder = std::mem::replace(&mut self.decoder, Decoder::new(Limits::default()));
        self.creator = decoder.finish()?.creator.into();
        Ok(self)
    }
}

/// What stays by its field: a removed value that stands in it too is told by that, and cannot be looked for.
#[derive(Default)]
struct Stays {
    seen: Numbers,
    text: String,
}

impl Stays {
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
        if text.len() >= door::SHORTEST && self.seen.number(text).1 {
            self.text.push_str(text);
            self.text.push('\n');
        }
    }
}

/// The same time for all: the bundle is the same whenever it is made.
fn zip_member(archive: &mut ZipArchiveWriter<Vec<u8>>, file: &BundleFile) -> Result<(), rawzip::Error> {
    let time = UtcDateTime::from_unix(0);
    let member = archive.new_file(file.name).compression_method(CompressionMethod::STORE).last_modified(time);
    let (mut member, config) = member.start()?;
    let mut writer = config.wrap(&mut member);
    std::io::Write::write_all(&mut writer, &file.bytes)?;
    let (_, descriptor) = writer.finish()?;
    member.finish(descriptor)?;
    Ok(())
}

fn redacted_row<'a>(count: &'a Count, shows: &dyn Fn(&str) -> bool) -> RedactedRow<'a> {
    let name = if shows(&count.name) { &*count.name } else { "" };
    RedactedRow { kind: count.kind.word(), place: count.place, name, times: count.times }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use rawzip::ZipArchive;
    use serde_json::{Value, json};

    use super::*;
    use crate::diagnose::diagnose;

    /// A capture whose entries, for all but the path, are as long as this.
    fn har(statuses: &[u16], length: usize) -> Value {
        let entry = |(index, status): (usize, &u16)| {
            let response = json!({"status": status, "headers": [{"name": "server", "value": "cloudflare"}], "comment": "S3cr3t-0815"});
            let url = format!("https://shop.example/{index}{}", "/page".repeat(length / 5));
            json!({"request": {"method": "GET", "url": url}, "response": response})
        };
        json!({"log": {"creator": {"name": "test", "version": "1"}, "entries": statuses.iter().enumerate().map(entry).collect::<Vec<_>>()}})
    }

    fn plan(har: &Value) -> Plan {
        let diagnosis = diagnose(Some(Rc::new(Capture::read("a.har", [har.to_string().as_bytes()]).unwrap())), None);
        let trace = "h=shop.example\nip=203.0.113.77\nts=1772941360.629\nuag=Mozilla/5.0\ncolo=TPE\nnew=a b\n".parse().unwrap();
        Plan::new(&diagnosis, Vec::new(), Some(trace), "2026-12-01T00:00:00Z".parse().unwrap())
    }

    fn write(har: &Value, most: u64, tokens: &mut Tokens) -> Result<HarFile, String> {
        let text = serde_json::to_vec_pretty(har).unwrap();
        HarWriter::with_most(plan(har).captures.remove(0), most, &Policy::default(), tokens).write(&mut |push| {
            text.chunks(1000).for_each(push);
            Ok(())
        })
    }

    fn make(har: &Value, most: u64) -> Result<Bundle, door::Hit> {
        let mut tokens = Tokens::default();
        let hars = vec![write(har, most, &mut tokens).unwrap()];
        bundle(har, hars, &tokens)
    }

    fn bundle(har: &Value, hars: Vec<HarFile>, tokens: &Tokens) -> Result<Bundle, door::Hit> {
        Bundle::new(&plan(har), hars, &[], tokens)
    }

    fn manifest(bundle: &Bundle) -> Value {
        let file = bundle.files().last().unwrap();
        assert_eq!(file.name, "manifest.json");
        serde_json::from_slice(&file.bytes).unwrap()
    }

    /// Breaks when a file is missing or has another name, the manifest says what is not so, or the same input makes other bytes.
    #[test]
    fn the_bundle_says_what_is_in_it() {
        let har = har(&[200, 520, 200], 10);
        let bundle = make(&har, MOST_BYTES).unwrap();
        assert!(bundle.files().iter().map(|file| file.name).eq([
            "proxied.har",
            "trace.txt",
            "report.txt",
            "report.html",
            "report.json",
            "manifest.json"
        ]));
        let manifest = manifest(&bundle);
        assert_eq!(manifest["schema"], MANIFEST_SCHEMA);
        assert_eq!(manifest["made_by"], json!({"name": "fivetwenty", "version": env!("CARGO_PKG_VERSION")}));
        assert_eq!(manifest["redacted"], json!([{"kind": "comment", "place": "response", "name": "", "times": 3}]));
        assert_eq!(manifest["trimmed"], json!([]));
        assert_eq!(manifest["files"].as_array().unwrap().len(), 5);
        let trace = "h=shop.example\nip=[12 bytes]\nts=1772941360.629\nuag=[11 bytes]\ncolo=TPE\nnew=[3 bytes]\n";
        assert_eq!(String::from_utf8_lossy(&bundle.files()[1].bytes), trace);
        assert_eq!(bundle.files(), make(&har, MOST_BYTES).unwrap().files());
    }

    /// Breaks when a value that is left somewhere does not keep everything in, or one that stands in a field that stays does.
    #[test]
    fn a_removed_value_keeps_everything_in() {
        let (har, mut tokens) = (har(&[200, 520, 200], 10), Tokens::default());
        let mut file = write(&har, MOST_BYTES, &mut tokens).unwrap();
        let (length, stays) = (file.bytes.len(), file.stays.clone());
        file.bytes.extend_from_slice(b" \"S3cr3t%2D0815\"");
        file.stays.push_str("S3cr3t-0816\n");
        let error = format!("proxied.har: byte {}: a value that was removed (comment) is still there, percent-encoded", length + 14);
        assert_eq!(bundle(&har, vec![file], &tokens).unwrap_err().to_string(), error);
        let mut file = write(&har, MOST_BYTES, &mut tokens).unwrap();
        assert_eq!(file.stays, stays);
        file.bytes.extend_from_slice(b" \"S3cr3t%2D0815\"");
        file.stays.push_str("/S3cr3t-0815/\n");
        assert!(bundle(&har, vec![file], &tokens).is_ok());
    }

    /// Breaks when a short value that was left in its field is taken for redacted.
    #[test]
    fn short_values_are_known_by_their_fields() {
        let mut file = write(&har(&[520], 10), MOST_BYTES, &mut Tokens::default()).unwrap();
        assert_eq!(file.is_redacted(&Policy::default()), Ok(()));
        file.bytes = br#"[{"request": {"url": "https://shop.example/", "cookies": [{"name": "a", "value": "b"}]}}]"#.to_vec();
        let error = "proxied.har: a value (cookie) is still there, in request.cookies";
        assert_eq!(file.is_redacted(&Policy::default()), Err(error.to_owned()));
    }

    /// Breaks when what tells most goes before what tells less, the manifest names other entries than those that went, or a value of what
    /// went is counted.
    #[test]
    fn a_large_har_keeps_what_tells_most() {
        let mut statuses = [200; 40];
        (statuses[17], statuses[30], statuses[39]) = (520, 503, 404);
        let bundle = make(&har(&statuses, 1000), 10_000).unwrap();
        let file = &bundle.files()[0];
        let written: Value = serde_json::from_slice(&file.bytes).unwrap();
        let index = |entry: &Value| entry["request"]["url"].as_str().unwrap().split('/').nth(3).unwrap().to_owned();
        let indexes: Vec<String> = written["log"]["entries"].as_array().unwrap().iter().map(index).collect();
        assert!(file.bytes.len() <= 10_000 && file.bytes.len() > 8_000, "{}", file.bytes.len());
        assert_eq!(indexes, ["0", "1", "2", "3", "4", "17", "30"]);
        let manifest = manifest(&bundle);
        let trimmed = json!([{"file": "proxied.har", "entries": 40, "left_out": 33, "ranges": [[5, 16], [18, 29], [31, 39]]}]);
        assert_eq!((&manifest["trimmed"], &manifest["redacted"][0]["times"]), (&trimmed, &7.into()));
    }

    /// Breaks when a HAR that cannot be made small enough is given out as it is, or is tried again for ever.
    #[test]
    fn a_har_that_cannot_be_small_enough_is_refused() {
        let write = |most| write(&har(&[520; 3], 1000), most, &mut Tokens::default());
        assert_eq!(write(50).unwrap_err(), "proxied.har: it has 108 bytes without any entry, and may have 50");
        let trimmed = write(200).unwrap().trimmed().unwrap();
        assert_eq!((trimmed.entries, trimmed.left_out, trimmed.ranges), (3, 3, vec![[0, 2]]));
    }

    /// Breaks when an archive is not the same each time, its members are not the files, or its times are those of now.
    #[test]
    fn the_archive_holds_the_same_files() {
        let bundle = make(&har(&[520], 10), MOST_BYTES).unwrap();
        let zip = bundle.to_zip().unwrap();
        assert_eq!(zip, bundle.to_zip().unwrap());
        let archive = ZipArchive::from_slice(&zip).unwrap();
        let mut files = bundle.files().iter();
        for member in archive.entries() {
            let (member, file) = (member.unwrap(), files.next().unwrap());
            assert_eq!(member.file_path().as_ref(), file.name.as_bytes());
            assert_eq!(archive.get_entry(member.wayfinder()).unwrap().data(), file.bytes);
        }
        assert_eq!(files.next(), None);
    }

    proptest! {
        /// Breaks when entries are kept that do not fit, none goes, or one goes that would have fitted and tells more than one that stays.
        #[test]
        fn what_fits_is_kept(entries in vec((0_u8..4, 1_u64..50), 1..40), shell in 2_u64..50, share in 0_u64..100) {
            let mut at = shell;
            let mut places = Vec::new();
            for (_, bytes) in &entries {
                places.push(at..at + bytes);
                at += bytes + 1;
            }
            let ranks: Vec<u8> = entries.iter().map(|(rank, _)| *rank).collect();
            let most = shell + (at - shell) * share / 100;
            let fits = choose(&ranks, &places, at, most);
            let kept: u64 = entries.iter().zip(&fits).filter(|(_, fits)| **fits).map(|((_, bytes), _)| bytes + 1).sum();
            prop_assert!(shell + kept <= most + 1, "{kept} {most}");
            prop_assert!(fits.contains(&false));
            for (index, (rank, bytes)) in entries.iter().enumerate().filter(|(index, _)| !fits[*index]) {
                let before = entries.iter().zip(&fits).enumerate().filter(|(at, ((other, _), fits))| **fits && (*other, *at) < (*rank, index));
                let taken: u64 = before.map(|(_, ((_, bytes), _))| bytes + 1).sum();
                prop_assert!(taken + bytes + 1 + shell + 1 > most || fits.iter().filter(|fits| !**fits).count() == 1);
            }
        }
    }
}
