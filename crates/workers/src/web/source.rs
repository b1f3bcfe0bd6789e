//! A file's text as it arrives: straight from the file, or unpacked by the browser's own `DecompressionStream`.

use std::io;
use std::ops::Range;

use fivetwenty_captures::evidence::sniff::Packing;
use fivetwenty_inputs::unpack::{self, Limits, examine, gzip_member};
use fivetwenty_inputs::{Damage, Found, InputError, TextReader, UnpackError};
use fivetwenty_model::part::Part;
use js_sys::{Array, Promise, Uint8Array};
use rawzip::ReaderAt;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FileReaderSync, ReadableStream, ReadableStreamDefaultReader, WritableStream, WritableStreamDefaultWriter};

use super::host::{refused, thrown};
use super::read_ahead::{ReadAhead, arrived, given};
use crate::error::WorkerError;
use crate::reading::{FileReader, Finished};

/// What was found in a file.
pub enum Opened {
    /// Its text.
    Text(Source),
    /// It is an archive, and these are to be read.
    Members(Vec<Part>),
}

/// The text of a file, or of one part of it.
pub struct Source {
    file: File,
    part: Part,
    limits: Limits,
    stream: Stream,
    /// What was read to be looked at, and not given yet.
    first: Option<Uint8Array>,
    given: u64,
}

enum Stream {
    Plain(ReadAhead),
    Packed(Box<Unpacking>),
}

/// Opens a file, or the part of it that was found in it earlier.
///
/// # Errors
/// When nothing of it is to be read: one line that says what it is and what to do.
pub async fn open(file: &File, part: Option<Part>) -> Result<Opened, InputError> {
    let limits = Limits::default();
    let parts = match part {
        Some(part) => return Source::open(file, part, limits).await.map(Opened::Text),
        None => examine(&file.name(), &Sliced(file), size(file), &limits)?,
    };
    match parts.as_slice() {
        [only] if !only.member => Source::open(file, only.clone(), limits).await.map(Opened::Text),
        _ => Ok(Opened::Members(parts)),
    }
}

/// Reads logs or a capture to their end, or until there is nothing more to learn. After each chunk `report` gets the reader and the
/// [position](Source::position); an error of its own ends the reading.
pub async fn read_file(
    mut source: Source,
    mut read: FileReader,
    report: &mut dyn FnMut(&mut FileReader, u64) -> Result<(), WorkerError>,
) -> Finished {
    if source.is_packed() {
        read.unpacks_to(source.part().unpacked);
    }
    if let Err(why) = stream(&mut source, &mut read, report).await {
        read.interrupted(&why.to_string());
    }
    source.cancel().await;
    read.finish()
}

async fn stream(
    source: &mut Source,
    read: &mut FileReader,
    report: &mut dyn FnMut(&mut FileReader, u64) -> Result<(), WorkerError>,
) -> Result<(), WorkerError> {
    while !read.is_over() {
        let Some(chunk) = source.next().await? else {
            // The stream of a file that was cut ends as if all had come.
            return if read.is_short() { Err(WorkerError::Shorter) } else { Ok(()) };
        };
        // The one copy: from the runtime's buffer into the one that is parsed.
        read.push_with(chunk.length() as usize, |buffer| chunk.copy_to(buffer));
        report(read, source.position())?;
    }
    Ok(())
}

/// Bytes of a file that are read at once when it is taken as it stands.
const STEP: f64 = 1_048_576.0;

/// Reads a file's text to its end, or until there is nothing more to learn. What is not opened as a capture is taken as it stands. `report` is
/// told how many bytes came, of how many, as far as that is known.
///
/// # Errors
/// When reading broke off; what came until then stays.
pub async fn read_text(
    file: &File,
    part: Option<Part>,
    read: &mut TextReader,
    report: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), WorkerError> {
    if let Ok(Opened::Text(mut source)) = open(file, part).await {
        let part = source.part();
        let of = if source.is_packed() { part.unpacked } else { Some(part.bytes.end - part.bytes.start) };
        while let Some(chunk) = source.next().await? {
            read.push(&chunk.to_vec());
            report(source.given, of);
            if read.is_over() {
                source.cancel().await;
                break;
            }
        }
        return Ok(());
    }
    let mut from = 0.0;
    while from < file.size() && !read.is_over() {
        let blob = file.slice_with_f64_and_f64(from, from + STEP).map_err(|error| refused(&error))?;
        let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|error| refused(&error))?;
        read.push(&Uint8Array::new(&buffer).to_vec());
        from += STEP;
    }
    Ok(())
}

impl Source {
    async fn open(file: &File, part: Part, limits: Limits) -> Result<Self, InputError> {
        let stream = if part.layers.is_empty() {
            let blob = slice(file, part.bytes.start, part.bytes.end).map_err(|error| undelivered(&error))?;
            Stream::Plain(ReadAhead::new(&blob.stream()))
        } else {
            Stream::Packed(Box::new(Unpacking::new(file, &part)?))
        };
        let is_as_it_stands = part.layers.is_empty() && !part.member;
        let mut source = Self { file: file.clone(), part, limits, stream, first: None, given: 0 };
        if !is_as_it_stands {
            source.first = source.fill().await?;
            let head = source.first.as_ref().map(|chunk| chunk.subarray(0, chunk.length().min(PIECE)).to_vec());
            unpack::check(&source.part, &head.unwrap_or_default())?;
        }
        Ok(source)
    }

    /// What is being read.
    pub fn part(&self) -> &Part {
        &self.part
    }

    /// How many bytes of the file were read. They may become fewer again, where something packed is read once more.
    pub fn position(&self) -> u64 {
        match &self.stream {
            Stream::Plain(_) => self.given,
            Stream::Packed(unpacking) => unpacking.stage.position() - self.part.bytes.start,
        }
    }

    /// Its text is not the file's own bytes.
    pub fn is_packed(&self) -> bool {
        !self.part.layers.is_empty()
    }

    /// Some bytes of the text. What is packed is unpacked up to there.
    pub(super) async fn range(mut self, wanted: Range<u64>) -> Result<Vec<u8>, UnpackError> {
        if self.part.layers.is_empty() {
            let start = self.part.bytes.start;
            let bytes = read(&self.file, start + wanted.start, start + wanted.end).map_err(|error| undelivered(&error))?;
            return Ok(bytes.to_vec());
        }
        let mut bytes = Vec::new();
        while self.given < wanted.end {
            let at = self.given;
            let Some(chunk) = self.next().await? else { break };
            let within = |place: u64| u32::try_from(place.saturating_sub(at)).unwrap_or(u32::MAX).min(chunk.length());
            let piece = chunk.subarray(within(wanted.start), within(wanted.end));
            let length = bytes.len();
            bytes.resize(length + piece.length() as usize, 0);
            piece.copy_to(&mut bytes[length..]);
        }
        Ok(bytes)
    }

    /// The next bytes of the text, or `None` at its end.
    ///
    /// # Errors
    /// Why there is no more, in a few words.
    pub async fn next(&mut self) -> Result<Option<Uint8Array>, UnpackError> {
        let chunk = match self.first.take() {
            Some(chunk) => Some(chunk),
            None => self.fill().await?,
        };
        self.given += chunk.as_ref().map_or(0, |chunk| u64::from(chunk.length()));
        Ok(chunk)
    }

    /// Nobody wants the rest.
    pub async fn cancel(self) {
        // What unpacks is fed from here, and starves.
        if let Stream::Plain(chunks) = self.stream {
            chunks.cancel().await;
        }
    }

    async fn fill(&mut self) -> Result<Option<Uint8Array>, UnpackError> {
        if let Some(damage) = unpack::excess(&self.part, self.given, &self.limits) {
            return Err(unpack::damaged(&self.part, damage));
        }
        let chunk = match &mut self.stream {
            Stream::Plain(chunks) => chunks.next().await.map_err(|error| undelivered(&error)),
            Stream::Packed(unpacking) => unpacking.next().await.map_err(|fault| match fault {
                Fault::Damage(damage) => unpack::damaged(&self.part, damage),
                Fault::Browser(error) => undelivered(&error),
            }),
        }?;
        let is_short = chunk.is_none() && self.part.unpacked.is_some_and(|unpacked| self.given < unpacked);
        if is_short { Err(unpack::damaged(&self.part, Damage::Early)) } else { Ok(chunk) }
    }
}

fn undelivered(error: &JsValue) -> UnpackError {
    let why = thrown(error);
    UnpackError::Interrupted(
        format!("the browser stopped delivering the file, as when it is changed, moved or deleted meanwhile ({why})").into(),
    )
}

/// Why unpacking stopped.
enum Fault {
    Damage(Damage),
    Browser(JsValue),
}

/// What unpacks a part. When something is wrong, streams throw away what they had unpacked already. So what went in last is then given
/// again, byte by byte, to get all that stands before the fault; and where in it another member of a gzip file begins, which the
/// browser does not know, the first one is ended there.
struct Unpacking {
    file: File,
    layers: Vec<Packing>,
    /// The packed bytes: of a gzip file, its member at hand.
    start: u64,
    end: u64,
    /// Where the part ends.
    last: u64,
    stage: Stage,
    /// Unpacked bytes of the member that were given.
    given: u64,
    /// Unpacked bytes that were given before and come again.
    again: u64,
    /// Where the bytes begin among which the end of the member at hand is thought to be.
    suspect: u64,
    /// There is no other way left to read on.
    careful: bool,
}

impl Unpacking {
    fn new(file: &File, part: &Part) -> Result<Self, InputError> {
        let (start, last) = (part.bytes.start, part.bytes.end);
        let stage = Stage::chain(file, &part.layers, start, last, u64::MAX)?;
        let layers = part.layers.clone();
        Ok(Self { file: file.clone(), layers, start, end: last, last, stage, given: 0, again: 0, suspect: start, careful: false })
    }

    async fn next(&mut self) -> Result<Option<Uint8Array>, Fault> {
        loop {
            match self.stage.next().await {
                Ok(Some(chunk)) => {
                    let length = u64::from(chunk.length());
                    let skip = self.again.min(length);
                    self.again -= skip;
                    if skip < length {
                        self.given += length - skip;
                        #[expect(clippy::cast_possible_truncation, reason = "it is less than a chunk's length, which is a u32")]
                        return Ok(Some(chunk.subarray(skip as u32, chunk.length())));
                    }
                }
                Ok(None) if self.end < self.last => {
                    (self.start, self.end, self.given) = (self.end, self.last, 0);
                    self.restart(u64::MAX)?;
                }
                Ok(None) => return Ok(None),
                Err(Fault::Damage(damage)) => self.recover(damage)?,
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Tries another way to read on; if there is none, the damage is real.
    fn recover(&mut self, damage: Damage) -> Result<(), Fault> {
        // What is packed twice is given up at once: the fault is where the inner one's bytes are, which are no bytes of the file.
        if self.careful || self.layers.len() > 1 || (damage == Damage::Early && self.end == self.last) {
            return Err(Fault::Damage(damage));
        }
        if self.end < self.last {
            // No other member began there.
            self.end = self.last;
            self.careful = true;
            return self.restart(self.suspect);
        }
        let from = self.stage.written;
        if self.layers == [Packing::Gzip] {
            // The beginning of a member may stand across the end of what went in.
            let behind = from.max(self.start + 1);
            let bytes = read(&self.file, behind, self.stage.position() + 2).map_err(Fault::Browser)?;
            if let Some(at) = gzip_member(&bytes.to_vec()).filter(|at| behind + at < self.last) {
                (self.end, self.suspect) = (behind + at, from);
                return self.restart(u64::MAX);
            }
        }
        self.careful = true;
        self.restart(from)
    }

    fn restart(&mut self, careful_from: u64) -> Result<(), Fault> {
        self.again = self.given;
        let stage = Stage::chain(&self.file, &self.layers, self.start, self.end, careful_from);
        self.stage = stage.map_err(|error| Fault::Browser(JsValue::from_str(&error.to_string())))?;
        Ok(())
    }
}

/// One `DecompressionStream`, fed by hand: what it is given at once unpacks to no more than some megabytes, and what it has unpacked is
/// taken before it is given more.
struct Stage {
    input: Input,
    writer: WritableStreamDefaultWriter,
    reader: ReadableStreamDefaultReader,
    /// What it is being given at the moment.
    writing: Option<Promise>,
    /// Where in the file the last bytes that it was given begin.
    written: u64,
    closing: bool,
}

/// Where packed bytes come from.
enum Input {
    File {
        file: File,
        at: u64,
        end: u64,
        block: Option<(u64, Uint8Array)>,
        careful_from: u64,
    },
    /// What another stage unpacked, with how much of it has been given on.
    Stage(Box<Stage>, Option<(u32, Uint8Array)>),
}

/// Bytes of a file that are read at once.
const BLOCK: u64 = 1 << 18;
/// Packed bytes that are given at once. A byte unpacks to 1,032 at most.
const PIECE: u32 = 1 << 14;

impl Stage {
    /// The stage that gives what was packed, with those before it behind it.
    fn chain(file: &File, layers: &[Packing], start: u64, end: u64, careful_from: u64) -> Result<Self, InputError> {
        let mut stage = None;
        for &packing in layers {
            let input = match stage.take() {
                Some(outer) => Input::Stage(Box::new(outer), None),
                None => Input::File { file: file.clone(), at: start, end, block: None, careful_from },
            };
            let stream = DecompressionStream::new(format(packing)).map_err(|_| Found::Unsupported(packing))?;
            let writer = stream.writable().get_writer().map_err(|error| undelivered(&error))?;
            let reader = stream.readable().get_reader().unchecked_into();
            stage = Some(Self { input, writer, reader, writing: None, written: start, closing: false });
        }
        stage.ok_or_else(|| InputError::Unreadable("nothing is packed".into()))
    }

    fn position(&self) -> u64 {
        match &self.input {
            Input::File { at, .. } => *at,
            Input::Stage(stage, _) => stage.position(),
        }
    }

    /// The next unpacked bytes, or `None` at the end.
    async fn next(&mut self) -> Result<Option<Uint8Array>, Fault> {
        let reading = self.reader.read();
        loop {
            let writing = match self.writing.take() {
                Some(writing) => writing,
                None => self.feed().await?,
            };
            // A read that is still waiting when a write is through means that all has been taken: only then is more given, so that
            // nothing is lost when that turns out to be broken. Of two that are through, the first counts.
            let first = JsFuture::from(Promise::race(&Array::of2(&reading, &writing))).await;
            let damage = if self.closing { Damage::Early } else { Damage::Wrong };
            let first = first.map_err(|_| Fault::Damage(damage))?;
            if first.is_undefined() {
                if !self.closing {
                    continue;
                }
                return arrived(reading).await.map_err(|_| Fault::Damage(damage));
            }
            self.writing = Some(writing);
            return given(&first).map_err(Fault::Browser);
        }
    }

    async fn feed(&mut self) -> Result<Promise, Fault> {
        self.written = self.position();
        if let Some(piece) = self.input.piece().await? {
            return Ok(self.writer.write_with_chunk(&piece));
        }
        self.closing = true;
        Ok(self.writer.close())
    }
}

impl Input {
    async fn piece(&mut self) -> Result<Option<Uint8Array>, Fault> {
        match self {
            Self::File { file, at, end, block, careful_from } => {
                if *at >= *end {
                    return Ok(None);
                }
                let (start, bytes) = match block.take() {
                    Some((start, bytes)) if *at < start + u64::from(bytes.length()) => (start, bytes),
                    _ => (*at, read(file, *at, (*at + BLOCK).min(*end)).map_err(Fault::Browser)?),
                };
                let most = if *at >= *careful_from { 1 } else { u64::from(PIECE).min(*careful_from - *at) };
                let from = *at - start;
                let to = (from + most).min(u64::from(bytes.length()));
                if from == to {
                    // The file has become shorter.
                    return Ok(None);
                }
                *at = start + to;
                #[expect(clippy::cast_possible_truncation, reason = "both are within a block")]
                let piece = bytes.subarray(from as u32, to as u32);
                *block = Some((start, bytes));
                Ok(Some(piece))
            }
            Self::Stage(stage, rest) => {
                let (from, bytes) = match rest.take() {
                    Some(rest) => rest,
                    // A stage behind a stage: a future of its own size must be on the heap.
                    None => match Box::pin(stage.next()).await? {
                        Some(bytes) => (0, bytes),
                        None => return Ok(None),
                    },
                };
                let to = from.saturating_add(PIECE).min(bytes.length());
                let piece = bytes.subarray(from, to);
                *rest = (to < bytes.length()).then_some((to, bytes));
                Ok(Some(piece))
            }
        }
    }
}

/// The browser's name of a packing.
fn format(packing: Packing) -> &'static str {
    match packing {
        Packing::Gzip => "gzip",
        Packing::Zlib => "deflate",
        Packing::Deflate => "deflate-raw",
        Packing::Brotli => "brotli",
        Packing::Zstd => "zstd",
    }
}

/// A file as the archive's directory is read from: any place, at once.
struct Sliced<'a>(&'a File);

impl ReaderAt for Sliced<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let bytes = read(self.0, offset, offset.saturating_add(buffer.len() as u64)).map_err(|error| io::Error::other(thrown(&error)))?;
        let length = bytes.length() as usize;
        bytes.copy_to(&mut buffer[..length]);
        Ok(length)
    }
}

/// Bytes of a file, as many as there are; only workers may wait for them.
fn read(file: &File, start: u64, end: u64) -> Result<Uint8Array, JsValue> {
    let buffer = FileReaderSync::new()?.read_as_array_buffer(&slice(file, start, end)?)?;
    Ok(Uint8Array::new(&buffer))
}

fn slice(file: &File, start: u64, end: u64) -> Result<Blob, JsValue> {
    file.slice_with_f64_and_f64(start as f64, end as f64)
}

/// A file's size in bytes.
fn size(file: &File) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size is a whole number below 2^53")]
    let size = file.size() as u64;
    size
}

#[wasm_bindgen]
extern "C" {
    // `web-sys` knows only three of its formats, and browsers learn more.
    type DecompressionStream;

    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn readable(this: &DecompressionStream) -> ReadableStream;

    #[wasm_bindgen(method, getter)]
    fn writable(this: &DecompressionStream) -> WritableStream;
}
