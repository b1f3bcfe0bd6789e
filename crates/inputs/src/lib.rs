//! Texts that people bring: transcripts of curl, copied headers, error pages, traces, Ray IDs, lines of logs.
//!
//! Every `Recogniser` reads the whole text and gives what it extracted, with a score. The extracts of the highest score claim their lines;
//! the next recognisers add extracts of other lines. So a mail with a transcript in it, and a Ray ID below, is read
//! whole. What shows a request with its answer becomes an [`Entry`], as if a browser had recorded it: the rules see no difference.

mod capture_reader;
mod clients;
mod clock;
mod curl;
mod error;
mod error_page;
mod fields;
mod grammar;
mod headers;
mod http;
mod httpie;
mod layers;
mod lines;
mod logpush;
mod logs;
mod long;
mod page_parts;
mod printed;
mod probe;
mod prompt;
mod ray_ids;
mod report;
mod statuses;
mod timings;
mod trace;
mod undone;
pub mod unpack;
mod urls;
mod watch;
mod wget;
mod words;

use std::cmp::Reverse;
use std::ops::Range;

pub use capture_reader::{CaptureReader, host_and_path};
use clock::clock;
pub use error::{Damage, Found, InputError, UnpackError};
pub(crate) use lines::Lines;
pub use long::TextReader;
pub use prompt::is_address as is_ip_address;

use fivetwenty_captures::edge::{answered_by_cloudflare, ray};
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::evidence::edge_ranges;
use fivetwenty_captures::evidence::error_page::ErrorPage;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::passed::PassedOver;
use fivetwenty_model::{Side, TextKind};

/// Bytes of a text that are kept and looked at, at most.
pub const MAX_BYTES: usize = 8 << 20;
/// Extracts that are kept of one text, at most.
pub const MAX_EXTRACTS: usize = 5000;

/// Every recogniser. The order decides only where scores are equal.
const RECOGNISERS: [Recogniser; 16] = [
    Recogniser { kind: TextKind::Probe, reads: Layer::Plain, recognise: probe::recognise },
    Recogniser { kind: TextKind::Report, reads: Layer::Plain, recognise: report::recognise },
    Recogniser { kind: TextKind::Logpush, reads: Layer::Bare, recognise: logpush::recognise },
    Recogniser { kind: TextKind::Watch, reads: Layer::Inner, recognise: watch::recognise },
    Recogniser { kind: TextKind::Curl, reads: Layer::Inner, recognise: curl::recognise },
    Recogniser { kind: TextKind::Wget, reads: Layer::Inner, recognise: wget::recognise },
    Recogniser { kind: TextKind::Httpie, reads: Layer::Inner, recognise: httpie::recognise },
    Recogniser { kind: TextKind::Client, reads: Layer::Whole, recognise: clients::recognise },
    Recogniser { kind: TextKind::Headers, reads: Layer::Inner, recognise: headers::recognise },
    Recogniser { kind: TextKind::Headers, reads: Layer::Bare, recognise: printed::recognise },
    Recogniser { kind: TextKind::Client, reads: Layer::Bare, recognise: printed::recognise_rows },
    Recogniser { kind: TextKind::Trace, reads: Layer::Inner, recognise: trace::recognise },
    Recogniser { kind: TextKind::ErrorPage, reads: Layer::Bare, recognise: error_page::recognise },
    Recogniser { kind: TextKind::LogLines, reads: Layer::Plain, recognise: logs::recognise },
    Recogniser { kind: TextKind::Client, reads: Layer::Bare, recognise: statuses::recognise },
    Recogniser { kind: TextKind::RayIds, reads: Layer::Inner, recognise: ray_ids::recognise },
];

/// What a text is without what carried it.
#[derive(Clone, Copy)]
enum Layer {
    /// As it is.
    Plain,
    /// Without the times and marks before its lines.
    Bare,
    /// As `Bare`, with its objects whole; of a text that is escaped for HTML, as `Inner`.
    Whole,
    /// What its strings hold is read line by line as well.
    Inner,
}

/// Recognises one kind of text.
struct Recogniser {
    kind: TextKind,
    /// The layer of a text that it reads first; then it reads the innermost one.
    reads: Layer,
    /// Reads a text; `None` when nothing in it is of this kind.
    recognise: fn(&Lines<'_>) -> Option<Recognition>,
}

/// What one recogniser extracted from a text.
pub(crate) struct Recognition {
    /// How sure it is, from 1: what other texts have by chance as well is worth little. 100 is beyond doubt.
    pub(crate) score: u32,
    /// The extracts, in the order of the text.
    pub(crate) extracts: Vec<Extract>,
}

/// A text, as far as it was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct RecognisedText {
    /// Its name: that of its file, or `paste-1`.
    pub name: Box<str>,
    /// Its length in bytes.
    pub bytes: u64,
    /// Lines and bytes of it that were passed over, for there were too many.
    pub passed_over: (u64, u64),
    /// What it is: the kind with the highest score.
    pub kind: TextKind,
    /// What was found in it, in the order of the text.
    pub extracts: Vec<Extract>,
    /// How many lines were kept of it that are not empty.
    pub lines: u32,
    /// From how many of them something was taken.
    pub understood: u32,
}

/// A part of a text, and what it states.
#[derive(Clone, Debug, PartialEq)]
pub struct Extract {
    /// By which recogniser.
    pub kind: TextKind,
    /// The lines of the whole text that it stands in, counted from 0.
    pub lines: Range<usize>,
    /// What it states.
    pub statement: Statement,
}

/// What a part of a text states; nothing that is not written there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statement {
    /// A request with its answer, as if a browser had recorded it.
    pub entry: Option<Box<Entry>>,
    /// Which way that request went.
    pub way: Option<Side>,
    /// Cloudflare's code of an error, 520 or 1xxx.
    pub error_code: Option<u16>,
    /// A Ray ID.
    pub ray: Option<RayId>,
    /// The host that it is about.
    pub host: Option<Box<str>>,
    /// When it was.
    pub time: Option<Timestamp>,
    /// When it was, by a clock whose zone the text does not give: as if it were UTC.
    pub local_time: Option<Timestamp>,
    /// When it was, by a clock whose zone and year the text does not give: as if it were UTC and the year 2000.
    pub yearless: Option<Timestamp>,
    /// The exit status of curl.
    pub curl_exit: Option<u8>,
    /// The address that was connected to.
    pub address: Option<Box<str>>,
    /// What `/cdn-cgi/trace` said.
    pub trace: Option<Trace>,
    /// The id of the cause that a report of this page's gives as its verdict: as that file states it, and no more.
    pub stated_cause: Option<Box<str>>,
    /// What a line of a log means.
    pub log: Option<&'static LogMeaning>,
    /// What Cloudflare's log says of the origin.
    pub origin: Option<Box<OriginRecord>>,
}

/// What a record of Cloudflare's log says of the origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OriginRecord {
    /// Its status; 0 for no response, or for one that was never asked.
    pub status: Option<u16>,
    /// The address that Cloudflare connected to.
    pub address: Option<Box<str>>,
    /// How long its part took, in milliseconds.
    pub took_ms: Option<u64>,
}

/// What the words of a log line mean.
#[derive(Debug, PartialEq, Eq)]
pub struct LogMeaning {
    /// The words, as the server writes them.
    pub phrase: &'static str,
    /// What must be true of the rest of the line.
    pub beside: Beside,
    /// Who says it.
    pub speaker: Speaker,
    /// What they mean, in a sentence.
    pub means: &'static str,
    /// The causes that they speak for, by id; the most likely first.
    pub causes: &'static [&'static str],
}

/// What must be true of the rest of a line for its words to mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Nothing more.
    Anything,
    /// These words stand in it too.
    Words(&'static str),
    /// It is about the connection of whoever asked, not about that to the application.
    Client,
    /// Whoever asked has a public address that is none of Cloudflare's.
    Stranger,
    /// What came has an address of Cloudflare's.
    Edge,
    /// A database, a cache, a queue or a mail server is named.
    Service,
    /// What the server asks has an address of Cloudflare's: the server stands before Cloudflare, not behind it.
    EdgeUpstream,
}

/// Who says what a line has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// Something at the origin: a proxy, a server, an application, the kernel.
    Origin,
    /// A program that asked and tells what it received, wherever it runs.
    Client,
}

/// Every meaning that a line of a log or of a client can have.
pub fn log_meanings() -> impl Iterator<Item = &'static LogMeaning> {
    logs::all_meanings().chain(clients::meanings())
}

/// Recognises a text that is there whole.
pub fn recognise(name: &str, text: &str) -> RecognisedText {
    recognise_kept(name, text, &PassedOver::default())
}

/// Recognises what was kept of a text.
pub fn recognise_kept(name: &str, text: &str, passed: &PassedOver) -> RecognisedText {
    let seen = lines::as_typed(&text[..text.floor_char_boundary(MAX_BYTES)]);
    let lines = Lines::new(&seen);
    let is_short = seen.len() <= layers::MAX_BYTES;
    let bare = if is_short { layers::bare(&lines) } else { None };
    let bare_lines = bare.as_ref().map(|bare| Lines::plain(&bare.text));
    let unmarked = bare_lines.as_ref().unwrap_or(&lines);
    let is_html = is_short && layers::is_escaped(unmarked.text());
    let inner = if is_short { layers::opened(unmarked, is_html) } else { None };
    let inner_lines = inner.as_ref().map(|inner| Lines::plain(&inner.text));
    let innermost = inner_lines.as_ref().unwrap_or(unmarked);
    // Lines are claimed as the innermost layer counts them.
    let rows = if inner.is_some() { innermost.count() } else { lines.count() };
    let within = |range: &Range<usize>| inner.as_ref().map_or(range.clone(), |inner| inner.within(range.clone()));
    let outside = |range: Range<usize>| inner.as_ref().map_or(range.clone(), |inner| inner.origin(range));
    let recognitions = RECOGNISERS.iter().flat_map(|recogniser| {
        let own = match recogniser.reads {
            Layer::Plain => &lines,
            Layer::Bare => unmarked,
            Layer::Whole if !is_html => unmarked,
            Layer::Whole | Layer::Inner => innermost,
        };
        let more = (!std::ptr::eq(own, innermost)).then_some(innermost);
        let read = [Some(own), more].into_iter().flatten();
        read.filter_map(|read| Some((recogniser.kind, inner.is_some() && std::ptr::eq(read, innermost), (recogniser.recognise)(read)?)))
    });
    let mut recognitions: Vec<_> = recognitions.filter(|(.., recognition)| !recognition.extracts.is_empty()).collect();
    sort_by_key(&mut recognitions, |(.., recognition)| Reverse(recognition.score));
    let kind = recognitions.first().map_or(TextKind::Unknown, |(kind, ..)| *kind);
    let mut claimed = vec![false; rows];
    // Lines of which more than one Ray ID may be told.
    let mut open = vec![false; rows];
    let mut extracts = Vec::new();
    for (_, is_inner, recognition) in recognitions {
        let from = extracts.len();
        let placed = recognition.extracts.into_iter().map(|mut extract| {
            if !is_inner {
                let line = lines.line(extract.lines.start).trim_start();
                let is_one = extract.lines.len() == 1;
                extract.lines = within(&extract.lines);
                // A string that holds lines is none itself, but for a whole object.
                if is_one && extract.lines.len() > 1 && !line.starts_with('{') {
                    extract.lines.end = extract.lines.start;
                }
            }
            let says = &mut extract.statement;
            if matches!(extract.kind, TextKind::Client | TextKind::Curl)
                && bare.is_some()
                && says.time.or(says.local_time).is_none()
                && let Some(written) = clock(lines.line(outside(extract.lines.clone()).start))
            {
                // The mark before it has one.
                let time = if written.is_zoned() { &mut says.time } else { &mut says.local_time };
                *time = written.moment();
            }
            extract
        });
        // What ends where it begins, as a request that another one follows at once, stands in no line.
        let is_free =
            |extract: &Extract| !extract.lines.is_empty() && claimed.get(extract.lines.clone()).is_some_and(|lines| !lines.contains(&true));
        let is_told =
            |ray: &RayId| extracts.iter().any(|extract: &Extract| extract.statement.ray.as_ref().is_some_and(|told| told.id() == ray.id()));
        let is_more = |extract: &Extract| {
            extract.kind == TextKind::RayIds
                && open.get(extract.lines.start) == Some(&true)
                && extract.statement.ray.as_ref().is_some_and(|ray| !is_told(ray))
        };
        let found: Vec<Extract> = placed.filter(|extract| is_free(extract) || is_more(extract)).collect();
        extracts.extend(found.into_iter().take(MAX_EXTRACTS - from));
        for extract in &extracts[from..] {
            claimed[extract.lines.clone()].fill(true);
            // So may a sentence about a log.
            let is_prose = extract.kind == TextKind::LogLines && extract.statement.entry.is_none();
            open[extract.lines.clone()].fill((extract.kind == TextKind::ErrorPage || is_prose) && extract.lines.len() == 1);
        }
    }
    sort_by_key(&mut extracts, |extract| extract.lines.start);
    let extracts: Vec<Extract> =
        extracts.into_iter().map(|extract| Extract { lines: passed.in_text(lines.in_text(outside(extract.lines))), ..extract }).collect();
    let is_full = |line: &usize| !lines.line(*line).trim().is_empty();
    let count = |keep: &dyn Fn(&usize) -> bool| u32::try_from((0..lines.count()).filter(keep).count()).unwrap_or(u32::MAX);
    let understood = count(&|line| is_full(line) && claimed.get(within(&(*line..line + 1))).is_some_and(|rows| rows.contains(&true)));
    let bytes = text.len() as u64 + passed.bytes;
    RecognisedText {
        name: name.into(),
        bytes,
        passed_over: (passed.lines, passed.bytes),
        kind,
        lines: count(&is_full),
        understood,
        extracts,
    }
}

impl Statement {
    /// What a request with its answer says. `direct` says that the way was chosen by hand, or that the address that was connected to is none
    /// of Cloudflare's: an answer without its headers alone may be that of a proxy on the way.
    pub fn of_entry(entry: Entry, direct: bool) -> Self {
        let ip = entry.server_ip.as_deref().and_then(|address| address.parse().ok());
        let way = if answered_by_cloudflare(&entry) || ip.is_some_and(edge_ranges::contains) {
            Some(Side::Proxied)
        } else if direct {
            Some(Side::Direct)
        } else {
            None
        };
        let host = Address::new(&entry.request.url).host_name();
        let page = entry.response.error_page.as_deref();
        Self {
            way,
            error_code: page.and_then(|page| page.code),
            ray: ray(&entry),
            host: (!host.is_empty()).then(|| host.into()),
            time: entry.started.or_else(|| page?.time),
            address: entry.server_ip.as_deref().map(Box::from),
            entry: Some(Box::new(entry)),
            ..Self::default()
        }
    }

    /// What an error page says.
    pub fn of_page(page: &ErrorPage) -> Self {
        Self {
            error_code: page.code,
            ray: page.ray.as_deref().and_then(|ray| ray.parse().ok()),
            host: page.host.clone(),
            time: page.time,
            ..Self::default()
        }
    }

    /// The data centre.
    pub fn colo(&self) -> Option<Colo> {
        let ray = self.ray.as_ref().and_then(RayId::colo);
        ray.or_else(|| self.trace.as_ref()?.colo())
    }

    /// The HTTP status.
    pub fn status(&self) -> Option<u16> {
        self.entry.as_ref().map(|entry| entry.response.status).filter(|status| *status > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when empty lines between all lines hide what stands in them, or the lines are counted as if these were not there.
    #[test]
    fn every_second_line_may_be_empty() {
        let text = "$ curl -i https://shop.example/\nHTTP/2 520 \nserver: cloudflare\ncf-ray: 8a7d5e2fbcd1a1c3-FRA\n\nerror code: 520\n";
        let (plain, spaced) = (recognise("a", text), recognise("a", &text.replace('\n', "\n\n")));
        assert_eq!((plain.extracts.len(), spaced.extracts.len()), (1, 1));
        assert_eq!(plain.extracts[0].statement, spaced.extracts[0].statement);
        assert_eq!((plain.extracts[0].lines.clone(), spaced.extracts[0].lines.clone()), (0..6, 0..11));
        assert_eq!((spaced.lines, spaced.understood), (5, 5));
    }

    /// Breaks when a transcript is not read because a mail quotes it.
    #[test]
    fn a_quoted_transcript_is_read() {
        let text = "$ curl -v https://shop.example/\n* Connected to shop.example (104.16.1.1) port 443\n> GET / HTTP/2\n> Host: shop.example\n> \n< HTTP/2 520 \n< server: cloudflare\n< cf-ray: 8a7d5e2fbcd1a1c3-FRA\n< \nerror code: 520\n";
        let plain = recognise("a", text);
        for mark in ["> ", "    ", "\t", ">> "] {
            let quoted = recognise("a", &[mark, &text.trim_end().replace('\n', &format!("\n{mark}")), "\n"].concat());
            assert_eq!(quoted.extracts, plain.extracts, "{mark}");
        }
    }

    /// Breaks when an answer that only lacks Cloudflare's headers, as a proxy's on the way does, is taken for the origin's own.
    #[test]
    fn only_a_chosen_way_is_direct() {
        let of = |text: &str| recognise("a", text).extracts.iter().map(|extract| extract.statement.way).collect::<Vec<Option<Side>>>();
        let answer = "HTTP/1.1 503 Service Unavailable\nServer: squid/5.7\nVia: 1.1 proxy.corp (squid/5.7)\nContent-Type: text/html\n\n";
        assert_eq!(of(&format!("$ curl -i https://shop.example/\n{answer}<html></html>\n")), [None]);
        assert_eq!(of(answer), [None]);
        for chosen in [
            "https://shop.example/ --resolve shop.example:443:203.0.113.10",
            "https://shop.example/ --connect-to ::203.0.113.10",
            "http://203.0.113.10/",
        ] {
            assert_eq!(of(&format!("$ curl -i {chosen}\n{answer}<html></html>\n")), [Some(Side::Direct)], "{chosen}");
        }
        let connected = |address: &str| {
            of(&format!(
                "* Connected to shop.example ({address}) port 80\n> GET / HTTP/1.1\n> Host: shop.example\n> \n< HTTP/1.1 500 Oops\n< Server: nginx\n< \n"
            ))
        };
        assert_eq!((connected("203.0.113.10"), connected("104.16.1.1")), (vec![Some(Side::Direct)], vec![Some(Side::Proxied)]));
    }

    /// Breaks when a mail is read as one thing only, a line is taken twice, or something is read where nothing is.
    #[test]
    fn what_each_part_says_is_taken_from_it() {
        let text = "Hello, since noon we see Ray ID: 8a7d5e2fbcd1a1c3 and 8a7d5e2fbcd1a1c4-DFW\n\nfl=80f417\nh=shop.example\ncolo=TPE\nhttp=http/2\n";
        let recognised = recognise("paste-1", text);
        let kinds: Vec<(TextKind, Range<usize>)> =
            recognised.extracts.iter().map(|extract| (extract.kind, extract.lines.clone())).collect();
        assert_eq!(kinds, [(TextKind::RayIds, 0..1), (TextKind::RayIds, 0..1), (TextKind::Trace, 2..6)]);
        assert_eq!((recognised.kind, recognised.lines, recognised.understood), (TextKind::Trace, 5, 5));
        let nothing = recognise("paste-2", "The site is down, please help.\n");
        assert_eq!((nothing.kind, nothing.extracts.len(), nothing.lines, nothing.understood), (TextKind::Unknown, 0, 1, 0));
    }
}
