//! Texts that people bring: transcripts of curl, copied headers, error pages, traces, Ray IDs, lines of logs.
//!
//! Every `Recogniser` looks at the whole text and says how much of it is its own, with a score. What the highest one found stands, and
//! claims its lines; the next ones add what they found in other lines. So a mail with a transcript in it, and a Ray ID below, is read
//! whole. What shows a request with its answer becomes an [`Entry`], as if a browser had recorded it: the rules see no difference.

mod attach;
mod clock;
mod curl;
mod error_page;
mod headers;
mod http;
mod httpie;
mod lines;
mod logpush;
mod logs;
mod objects;
mod probe;
mod prompt;
mod ray_ids;
mod report;
mod timings;
mod trace;
mod watch;
mod wget;

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

pub use attach::{Told, attach, told};
pub(crate) use lines::Lines;

use crate::diagnose::answered_by_cloudflare;
use crate::evidence::address::Address;
use crate::evidence::colo::Colo;
use crate::evidence::edge_ranges;
use crate::evidence::error_page::ErrorPage;
use crate::evidence::ray_id::RayId;
use crate::evidence::sniff;
use crate::evidence::timestamp::Timestamp;
use crate::evidence::trace::Trace;
use crate::har::Entry;
use crate::order::by_key;

/// Bytes of a text that are looked at, at most.
pub const MOST_BYTES: usize = 8 << 20;
/// Finds that are kept of one text, at most.
pub const MOST_FINDS: usize = 5000;

/// Every recogniser. The order decides only where scores are equal.
const RECOGNISERS: [Recogniser; 12] = [
    Recogniser { kind: Kind::Probe, look: probe::look },
    Recogniser { kind: Kind::Report, look: report::look },
    Recogniser { kind: Kind::Logpush, look: logpush::look },
    Recogniser { kind: Kind::Watch, look: watch::look },
    Recogniser { kind: Kind::Curl, look: curl::look },
    Recogniser { kind: Kind::Wget, look: wget::look },
    Recogniser { kind: Kind::Httpie, look: httpie::look },
    Recogniser { kind: Kind::Headers, look: headers::look },
    Recogniser { kind: Kind::Trace, look: trace::look },
    Recogniser { kind: Kind::ErrorPage, look: error_page::look },
    Recogniser { kind: Kind::LogLines, look: logs::look },
    Recogniser { kind: Kind::RayIds, look: ray_ids::look },
];

/// Recognises one kind of text.
struct Recogniser {
    kind: Kind,
    /// Looks at a text; `None` when nothing in it is of this kind.
    look: fn(&Lines<'_>) -> Option<Look>,
}

/// What one recogniser made of a text.
pub(crate) struct Look {
    /// How sure it is, from 1: what other texts have by chance as well is worth little. 100 is beyond doubt.
    pub(crate) score: u32,
    /// What it found, in the order of the text.
    pub(crate) finds: Vec<Find>,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What curl shows: `-v`, `-i`, `-I`, `-w`, `--trace-ascii`.
    Curl,
    /// Headers, copied from a browser or a terminal.
    Headers,
    /// An error page: as HTML, as text from the screen, as JSON or Markdown.
    ErrorPage,
    /// `/cdn-cgi/trace`.
    Trace,
    /// Ray IDs in running text.
    RayIds,
    /// Lines of a server's or the kernel's log.
    LogLines,
    /// What wget shows.
    Wget,
    /// What `http` (HTTPie) shows.
    Httpie,
    /// One line a request, with status, times and Ray ID: what the watch loop prints.
    Watch,
    /// Cloudflare's logs (Logpush, Log Explorer).
    Logpush,
    /// What this page's probe saved.
    Probe,
    /// A report of this page.
    Report,
    /// Nothing that is known.
    Unknown,
}

/// A text, as far as it was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Its name: that of its file, or `paste-1`.
    pub name: Box<str>,
    /// Its length in bytes.
    pub bytes: u64,
    /// What it is: the kind with the highest score.
    pub kind: Kind,
    /// What was found in it, in the order of the text.
    pub finds: Vec<Find>,
    /// How many lines it has that are not empty.
    pub lines: u32,
    /// From how many of them something was taken.
    pub understood: u32,
}

/// Something that a text tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Find {
    /// By which recogniser.
    pub kind: Kind,
    /// The lines it stands in, counted from 0.
    pub lines: Range<usize>,
    /// What it says.
    pub fact: Fact,
}

/// What a part of a text says; only what stands there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fact {
    /// A request with its answer, as if a browser had recorded it.
    pub entry: Option<Box<Entry>>,
    /// Which way that request went.
    pub way: Way,
    /// Cloudflare's code of an error, 520 or 1xxx.
    pub error_code: Option<u16>,
    /// A Ray ID.
    pub ray: Option<RayId>,
    /// The host that it is about.
    pub host: Option<Box<str>>,
    /// When it was.
    pub time: Option<Timestamp>,
    /// When it was by a clock whose zone the text does not tell, as if it were UTC.
    pub local_time: Option<Timestamp>,
    /// When it was by a clock whose zone and year the text does not tell, as if it were UTC and the year 2000.
    pub yearless: Option<Timestamp>,
    /// The exit status of curl.
    pub curl_exit: Option<u8>,
    /// The address that was connected to.
    pub address: Option<Box<str>>,
    /// What `/cdn-cgi/trace` said.
    pub trace: Option<Trace>,
    /// What a report of this page's gives as its verdict: as that file states it, and no more.
    pub stated: Option<&'static str>,
    /// What a line of a log means.
    pub log: Option<&'static LogMeaning>,
}

/// What the words of a log line mean.
#[derive(Debug, PartialEq, Eq)]
pub struct LogMeaning {
    /// The words, as the server writes them.
    pub words: &'static str,
    /// What they mean, in a sentence.
    pub means: &'static str,
    /// The causes that they speak for, by id; the most likely first.
    pub causes: &'static [&'static str],
}

/// Which way a request went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Through Cloudflare.
    Proxied,
    /// Straight to the origin.
    Direct,
    /// The text does not tell.
    #[default]
    Untold,
}

/// The text of a file that no capture could be read from, from its first [`MOST_BYTES`] bytes. `None` when it is no text, or when its name
/// says that it should be a capture and nothing else is recognised in it: then what is wrong with the capture is the news.
pub fn text_of(name: &str, bytes: &[u8]) -> Option<String> {
    let text = decoded(bytes);
    let odd = text.chars().take(1000).filter(|letter| matches!(letter, '\0'..='\u{8}' | '\u{e}'..='\u{1a}' | '\u{fffd}')).count();
    let is_text = !text.trim().is_empty() && odd * 20 < text.len().min(1000);
    let may_be_capture = [".har", ".json"].iter().any(|ending| sniff::ends_with(name, ending));
    (is_text && !(may_be_capture && recognise(name, &text).kind == Kind::Unknown)).then(|| text.into_owned())
}

/// The letters of a text: UTF-16 where a mark at its start says so, as Windows' shell writes, else UTF-8.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let (unit, rest): (fn([u8; 2]) -> u16, _) = match bytes {
        [0xff, 0xfe, rest @ ..] => (u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => (u16::from_be_bytes, rest),
        _ => return String::from_utf8_lossy(bytes),
    };
    let units = rest.as_chunks().0.iter().take(MOST_BYTES).map(|pair| unit(*pair));
    Cow::Owned(char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// Recognises a text.
pub fn recognise(name: &str, text: &str) -> Input {
    let seen = lines::without_escapes(&text[..text.floor_char_boundary(MOST_BYTES)]);
    let lines = Lines::new(&seen);
    let looks = RECOGNISERS.iter().filter_map(|recogniser| Some((recogniser.kind, (recogniser.look)(&lines)?)));
    let looks = by_key(looks.filter(|(_, look)| !look.finds.is_empty()).collect(), |(_, look)| u64::from(u32::MAX - look.score));
    let kind = looks.first().map_or(Kind::Unknown, |(kind, _)| *kind);
    let mut claimed = vec![false; lines.count()];
    let mut finds = Vec::new();
    for (_, look) in looks {
        let from = finds.len();
        // What ends where it begins, as a request that another one follows at once, stands in no line.
        let is_free = |find: &Find| !find.lines.is_empty() && claimed.get(find.lines.clone()).is_some_and(|lines| !lines.contains(&true));
        finds.extend(look.finds.into_iter().filter(is_free).take(MOST_FINDS - from));
        for find in &finds[from..] {
            claimed[find.lines.clone()].fill(true);
        }
    }
    let finds = by_key(finds, |find| find.lines.start as u64);
    let finds: Vec<Find> = finds.into_iter().map(|find| Find { lines: lines.in_text(find.lines), ..find }).collect();
    let is_full = |line: &usize| !lines.line(*line).trim().is_empty();
    let count = |keep: &dyn Fn(&usize) -> bool| u32::try_from((0..lines.count()).filter(keep).count()).unwrap_or(u32::MAX);
    let understood = count(&|line| is_full(line) && claimed[*line]);
    Input { name: name.into(), bytes: text.len() as u64, kind, lines: count(&is_full), understood, finds }
}

/// The first trace among texts.
pub fn first_trace(inputs: &[Rc<Input>]) -> Option<&Trace> {
    inputs.iter().flat_map(|input| &input.finds).find_map(|find| find.fact.trace.as_ref())
}

impl Kind {
    /// In words, as a sentence's subject.
    pub fn words(self) -> &'static str {
        match self {
            Self::Curl => "output of curl",
            Self::Headers => "headers",
            Self::ErrorPage => "an error page",
            Self::Trace => "a trace (/cdn-cgi/trace)",
            Self::RayIds => "Ray IDs",
            Self::LogLines => "lines of a log",
            Self::Wget => "output of wget",
            Self::Httpie => "output of HTTPie",
            Self::Watch => "the output of a watch loop",
            Self::Logpush => "Cloudflare's logs",
            Self::Probe => "a saved probe",
            Self::Report => "a report of this page",
            Self::Unknown => "nothing that is known here",
        }
    }
}

impl Fact {
    /// What a request with its answer says. `direct` says that the way was chosen by hand, or that the address that was connected to is none
    /// of Cloudflare's: an answer without its headers alone may be that of a proxy on the way.
    pub fn of_entry(entry: Entry, direct: bool) -> Self {
        let ip = entry.server_ip.as_deref().and_then(|address| address.parse().ok());
        let way = if answered_by_cloudflare(&entry) || ip.is_some_and(edge_ranges::contains) {
            Way::Proxied
        } else if direct {
            Way::Direct
        } else {
            Way::Untold
        };
        let host = Address::new(&entry.request.url).host_name();
        let page = entry.response.error_page.as_deref();
        Self {
            way,
            error_code: page.and_then(|page| page.code),
            ray: crate::diagnose::ray(&entry),
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

    /// Breaks when a text of Windows' shell is not read.
    #[test]
    fn utf_16_is_text() {
        let text = "\u{feff}Ray ID: 8a7d5e2fbcd1a1c3 \u{1f600}\r\n";
        let [little, big] = [u16::to_le_bytes, u16::to_be_bytes].map(|bytes| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>());
        for bytes in [little, big] {
            let read = text_of("a.txt", &bytes).unwrap();
            assert_eq!(read, text[3..]);
            assert_eq!(recognise("a.txt", &read).finds.len(), 1);
            assert_eq!(text_of("a.txt", &[&bytes, &b"x"[..]].concat()), Some(read));
        }
        assert_eq!(text_of("a.txt", &[0xff, 0xfe]), None);
    }

    /// Breaks when empty lines between all lines hide what stands in them, or the lines are counted as if these were not there.
    #[test]
    fn every_second_line_may_be_empty() {
        let text = "$ curl -i https://shop.example/\nHTTP/2 520 \nserver: cloudflare\ncf-ray: 8a7d5e2fbcd1a1c3-FRA\n\nerror code: 520\n";
        let (plain, spaced) = (recognise("a", text), recognise("a", &text.replace('\n', "\n\n")));
        assert_eq!((plain.finds.len(), spaced.finds.len()), (1, 1));
        assert_eq!(plain.finds[0].fact, spaced.finds[0].fact);
        assert_eq!((plain.finds[0].lines.clone(), spaced.finds[0].lines.clone()), (0..6, 0..11));
        assert_eq!((spaced.lines, spaced.understood), (5, 5));
    }

    /// Breaks when a transcript is not read because a mail quotes it.
    #[test]
    fn a_quoted_transcript_is_read() {
        let text = "$ curl -v https://shop.example/\n* Connected to shop.example (104.16.1.1) port 443\n> GET / HTTP/2\n> Host: shop.example\n> \n< HTTP/2 520 \n< server: cloudflare\n< cf-ray: 8a7d5e2fbcd1a1c3-FRA\n< \nerror code: 520\n";
        let plain = recognise("a", text);
        for mark in ["> ", "    ", "\t", ">> "] {
            let quoted = recognise("a", &[mark, &text.trim_end().replace('\n', &format!("\n{mark}")), "\n"].concat());
            assert_eq!(quoted.finds, plain.finds, "{mark}");
        }
    }

    /// Breaks when an answer that only lacks Cloudflare's headers, as a proxy's on the way does, is taken for the origin's own.
    #[test]
    fn only_a_chosen_way_is_direct() {
        let of = |text: &str| recognise("a", text).finds.iter().map(|find| find.fact.way).collect::<Vec<Way>>();
        let answer = "HTTP/1.1 503 Service Unavailable\nServer: squid/5.7\nVia: 1.1 proxy.corp (squid/5.7)\nContent-Type: text/html\n\n";
        assert_eq!(of(&format!("$ curl -i https://shop.example/\n{answer}<html></html>\n")), [Way::Untold]);
        assert_eq!(of(answer), [Way::Untold]);
        for chosen in [
            "https://shop.example/ --resolve shop.example:443:203.0.113.10",
            "https://shop.example/ --connect-to ::203.0.113.10",
            "http://203.0.113.10/",
        ] {
            assert_eq!(of(&format!("$ curl -i {chosen}\n{answer}<html></html>\n")), [Way::Direct], "{chosen}");
        }
        let connected = |address: &str| {
            of(&format!(
                "* Connected to shop.example ({address}) port 80\n> GET / HTTP/1.1\n> Host: shop.example\n> \n< HTTP/1.1 500 Oops\n< Server: nginx\n< \n"
            ))
        };
        assert_eq!((connected("203.0.113.10"), connected("104.16.1.1")), (vec![Way::Direct], vec![Way::Proxied]));
    }

    /// Breaks when a mail is read as one thing only, a line is taken twice, or something is read where nothing is.
    #[test]
    fn what_each_part_says_is_taken_from_it() {
        let text = "Hello, since noon we see Ray ID: 8a7d5e2fbcd1a1c3 and 8a7d5e2fbcd1a1c4-DFW\n\nfl=80f417\nh=shop.example\ncolo=TPE\nhttp=http/2\n";
        let input = recognise("paste-1", text);
        let kinds: Vec<(Kind, Range<usize>)> = input.finds.iter().map(|find| (find.kind, find.lines.clone())).collect();
        assert_eq!(kinds, [(Kind::RayIds, 0..1), (Kind::RayIds, 0..1), (Kind::Trace, 2..6)]);
        assert_eq!((input.kind, input.lines, input.understood), (Kind::Trace, 5, 5));
        let nothing = recognise("paste-2", "The site is down, please help.\n");
        assert_eq!((nothing.kind, nothing.finds.len(), nothing.lines, nothing.understood), (Kind::Unknown, 0, 1, 0));
    }
}
