//! Cloudflare's logs, read by as many threads as there are cores.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use fivetwenty_captures::evidence::sniff::HEAD;
use fivetwenty_inputs::unpack::Limits;
use fivetwenty_logs::{LogReader, ReadLogs};
use fivetwenty_model::passed::Sought;
use memchr::memchr;
use rawzip::{FileReader, ReaderAt};

use crate::error::CliError;
use crate::progress::Watched;
use crate::unpack::{is_packed, text};

/// Bytes of a piece of a file. What is read depends on it, and not on the number of threads.
const PIECE: u64 = 32 << 20;
/// Bytes that are read at a time.
const CHUNK: usize = 1 << 18;

/// Reads a file of Cloudflare's logs of this name, packed or not; `None` when it is none.
pub(crate) fn read(path: &Path, name: &str, sought: &Sought) -> Result<Option<ReadLogs>, CliError> {
    let file = File::open(path).map_err(CliError::io(path))?;
    let size = file.metadata().map_err(CliError::io(path))?.len();
    let file = Watched::new(path, Some(size), FileReader::from(file));
    let mut head = [0; HEAD];
    let length = file.read_at(&mut head, 0).map_err(CliError::io(path))?;
    let reader = LogReader::new(sought);
    let reader = if is_packed(&head[..length]) {
        packed(name, &file, size, reader)
    } else {
        plain(&file, size, PIECE, reader).map_err(CliError::io(path))?
    };
    Ok(reader.finish())
}

/// Reads packed logs as far as they can be unpacked.
pub(crate) fn packed(name: &str, source: &dyn ReaderAt, size: u64, mut reader: LogReader) -> LogReader {
    let stopped = text(name, source, size, None, &Limits::default(), &mut |bytes| {
        reader.push(bytes);
        if reader.is_over() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    if let Ok(Some(stopped)) = stopped {
        reader.interrupted(&stopped.to_string());
    }
    reader
}

/// Reads logs that are not packed, in pieces of this many bytes where that is possible.
fn plain<S: ReaderAt + Sync>(source: &S, size: u64, piece: u64, mut reader: LogReader) -> io::Result<LogReader> {
    let mut buffer = vec![0; CHUNK];
    let mut at = 0;
    while !reader.is_over() {
        let length = source.read_at(&mut buffer, at)?;
        if length == 0 {
            break;
        }
        reader.push(&buffer[..length]);
        at += length as u64;
        if size > piece
            && let Some(first) = reader.piece(0)
        {
            return pieces(source, size, piece, first);
        }
    }
    Ok(reader)
}

/// Reads all pieces, and puts them together in order.
fn pieces<S: ReaderAt + Sync>(source: &S, size: u64, piece: u64, first: LogReader) -> io::Result<LogReader> {
    struct Merged {
        reader: LogReader,
        next: u64,
        /// Pieces that were read before an earlier one.
        waiting: BTreeMap<u64, LogReader>,
    }
    let merged = Mutex::new(Merged { reader: first, next: 0, waiting: BTreeMap::new() });
    let lock = || merged.lock().unwrap_or_else(PoisonError::into_inner);
    let begin = |offset: u64| lock().reader.piece(offset);
    let numbers = AtomicU64::new(0);
    let work = || -> io::Result<()> {
        let mut buffer = vec![0; CHUNK];
        loop {
            let number = numbers.fetch_add(1, Ordering::Relaxed);
            let place = number * piece..size.min((number + 1) * piece);
            if place.is_empty() {
                return Ok(());
            }
            let read = one_piece(source, place, &mut buffer, &begin)?;
            let mut guard = lock();
            let Merged { reader, next, waiting } = &mut *guard;
            waiting.insert(number, read);
            while let Some(read) = waiting.remove(next) {
                reader.append(read);
                *next += 1;
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        others.into_iter().map(|other| other.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))).fold(own, io::Result::and)
    })?;
    Ok(merged.into_inner().unwrap_or_else(PoisonError::into_inner).reader)
}

/// Reads the lines that begin in this part of the file.
fn one_piece(
    source: &impl ReaderAt,
    place: Range<u64>,
    buffer: &mut [u8],
    begin: &dyn Fn(u64) -> Option<LogReader>,
) -> io::Result<LogReader> {
    // A line begins behind the end of one.
    let mut at = place.start.saturating_sub(1);
    let mut reader = if place.start == 0 { begin(0) } else { None };
    loop {
        let length = source.read_at(buffer, at)?;
        let bytes = &buffer[..length];
        let mut from = 0;
        if reader.is_none()
            && let Some(end) = memchr(b'\n', bytes)
        {
            from = end + 1;
            reader = begin(at + from as u64).filter(|_| at + (from as u64) < place.end);
        }
        // The last one may go on behind the part.
        let last = usize::try_from((place.end - 1).saturating_sub(at)).unwrap_or(length);
        let to = if last < length { memchr(b'\n', &bytes[last.max(from)..]).map(|end| last.max(from) + end + 1) } else { None };
        if let Some(reader) = &mut reader {
            reader.push(&bytes[from..to.unwrap_or(length)]);
        }
        at += length as u64;
        // None begins in this part, or all that do were read.
        if length == 0 || to.is_some() || reader.is_none() && at >= place.end {
            return reader.or_else(|| begin(place.start)).ok_or_else(|| io::ErrorKind::Other.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Broken by a line at the end of a piece that is read twice or not at all, by numbers of lines that begin anew with each piece, and by
    /// a piece within which no line begins.
    #[test]
    fn pieces_are_read_as_one_file() {
        let row = |number: usize| {
            let agent = "x".repeat(if number.is_multiple_of(50) { 3000 } else { number % 90 });
            format!("{{\"RayID\":\"a5e1d50c40{number:06x}\",\"EdgeResponseStatus\":520,\"ClientRequestUserAgent\":\"{agent}\"}}\n")
        };
        let text: String = (0..2000).map(row).collect::<Vec<_>>().concat() + "damaged\n" + &row(2001);
        let text = format!("\u{feff}{text}");
        let bytes = text.as_bytes();
        let read = |piece: u64| {
            let reader = plain(&bytes, bytes.len() as u64, piece, LogReader::new(&Sought::default())).unwrap();
            assert_eq!(reader.records(), 2001);
            let ReadLogs { aggregate, kept, passed } = reader.finish().unwrap();
            (aggregate.summary().problems, kept, passed)
        };
        let whole = read(u64::MAX);
        assert_eq!((whole.0.len(), whole.0[0].line), (1, 2001));
        for piece in [500, 1000, 4096, 100_000] {
            assert!(read(piece) == whole, "{piece}");
        }
    }
}
