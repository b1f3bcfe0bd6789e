//! One case: everything that was given about it.

use std::fmt;
use std::rc::Rc;

use fivetwenty_captures::Side;
use fivetwenty_captures::edge::ray;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::{Capture, Entry};
use fivetwenty_captures::order::Numbers;
use fivetwenty_captures::site::{is_of_site, site, went_through_cloudflare};
use fivetwenty_inputs::{Extract, RecognisedText, is_ip_address};
use fivetwenty_model::{Source, Unreadable};

/// A capture for each side, by [`Side::ALL`].
pub type Captures = [Option<Rc<Capture>>; 3];

/// What is given about a case.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// HAR files, each as what it was given or was [assigned](assign) to.
    pub captures: Captures,
    /// Other texts, as they were recognised.
    pub texts: Vec<Rc<RecognisedText>>,
    /// Files that nothing could be read from.
    pub unreadable: Vec<Unreadable>,
    /// What `/cdn-cgi/trace` answered; without one, the first trace among the texts counts.
    pub trace: Option<Trace>,
    /// The person says that the two sides are the other way round.
    pub swapped: bool,
    /// The offset of the clock of the origin's logs, for lines that do not say it.
    pub offset: UtcOffset,
    /// The time now. It only tells which Ray IDs cannot be true.
    pub now: Timestamp,
}

impl Inputs {
    /// Two captures, each given as what it is, and nothing else.
    pub fn of_captures(proxied: Option<Rc<Capture>>, direct: Option<Rc<Capture>>) -> Self {
        Self { captures: [proxied, direct, None], ..Self::default() }
    }
}

/// A HAR file, with the side that it was given as, when that was said.
#[derive(Clone, Debug)]
pub struct GivenCapture {
    /// The file, read.
    pub capture: Rc<Capture>,
    /// `None` when it is to be found out.
    pub side: Option<Side>,
}

/// Everything that is known of one case: each capture on its side, and beside it the requests that texts show.
#[derive(Clone, Debug)]
pub struct Case {
    /// The capture of each side, by [`Side::ALL`].
    captures: [Option<Rc<Capture>>; 3],
    /// Of the two sides that are compared the requests that texts show.
    shown: [Vec<Shown>; 2],
    /// The two captures had been given the other way round.
    pub exchanged: bool,
    /// Texts, as they were recognised.
    pub texts: Vec<Rc<RecognisedText>>,
    /// Files that nothing could be read from.
    pub unreadable: Vec<Unreadable>,
    /// What `/cdn-cgi/trace` answered.
    pub trace: Option<Trace>,
    /// The offset of the clock of the origin's logs.
    pub offset: UtcOffset,
    /// The time now.
    pub now: Timestamp,
}

/// A request that a text shows.
#[derive(Clone, Debug)]
struct Shown {
    text: Rc<RecognisedText>,
    /// Which extract of the text.
    extract: usize,
    /// Its number among all extracts of all texts.
    number: u32,
}

/// One request that was seen, whatever showed it.
#[derive(Clone, Copy)]
pub struct Observation<'a> {
    /// From which side.
    pub side: Side,
    /// Its index among all that was seen from that side.
    pub index: u32,
    /// The request with its answer.
    pub entry: &'a Entry,
    /// Where it stands.
    pub source: Source,
    /// Its place there: the index in the capture's `log.entries`, or the number among all extracts of the texts.
    pub number: u32,
}

/// Captures that have no side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseError {
    /// More captures than sides: a third one can only be one through Cloudflare that was recorded after a fix.
    TooManyCaptures,
}

impl Case {
    /// Exchanges captures that were plainly given the other way round, and puts the requests that texts show beside those of the captures.
    pub fn new(inputs: Inputs) -> Self {
        let Inputs { captures: [mut proxied, mut direct, after], texts, mut unreadable, trace, swapped, offset, now } = inputs;
        if swapped {
            std::mem::swap(&mut proxied, &mut direct);
        }
        let exchanged = are_exchanged(proxied.as_deref(), direct.as_deref());
        if exchanged {
            std::mem::swap(&mut proxied, &mut direct);
            for file in &mut unreadable {
                file.side = file.side.map(Side::swapped);
            }
        }
        let shown = shown([proxied.as_deref(), direct.as_deref()], &texts);
        let trace = trace.or_else(|| texts.iter().flat_map(|text| &text.extracts).find_map(|extract| extract.fact.trace.clone()));
        Self { captures: [proxied, direct, after], shown, exchanged, texts, unreadable, trace, offset, now }
    }

    /// The capture of a side.
    pub fn capture(&self, side: Side) -> Option<&Rc<Capture>> {
        self.captures[side as usize].as_ref()
    }

    /// Whether anything was seen from a side.
    pub fn is_seen(&self, side: Side) -> bool {
        self.capture(side).is_some() || self.shown(side).next().is_some()
    }

    /// Every request that was seen from a side: the entries of its capture, then what texts show.
    pub fn observations(&self, side: Side) -> impl Iterator<Item = Observation<'_>> {
        let entries = self.capture(side).map_or(&[][..], |capture| &capture.entries);
        let own =
            (0..).zip(entries).map(move |(index, entry)| Observation { side, index, entry, source: Source::capture(side), number: index });
        let shown = self.shown.get(side as usize).into_iter().flatten();
        let behind = (0..).skip(entries.len()).zip(shown);
        let shown = behind.filter_map(move |(index, shown)| shown.observation(side, index));
        own.chain(shown)
    }

    /// The requests of a side that texts show.
    pub(crate) fn shown(&self, side: Side) -> impl Iterator<Item = &Entry> {
        self.shown.get(side as usize).into_iter().flatten().filter_map(Shown::entry)
    }

    /// One request by its index among all that was seen from a side.
    pub fn observation(&self, side: Side, index: u32) -> Option<Observation<'_>> {
        let entries = self.capture(side).map_or(&[][..], |capture| &capture.entries);
        match (index as usize).checked_sub(entries.len()) {
            None => {
                let entry = &entries[index as usize];
                Some(Observation { side, index, entry, source: Source::capture(side), number: index })
            }
            Some(behind) => self.shown.get(side as usize)?.get(behind)?.observation(side, index),
        }
    }

    /// All extracts of all texts, in order: their place is their number.
    pub fn extracts(&self) -> impl Iterator<Item = &Extract> {
        self.texts.iter().flat_map(|text| &text.extracts)
    }
}

impl Shown {
    fn extract(&self) -> &Extract {
        &self.text.extracts[self.extract]
    }

    fn entry(&self) -> Option<&Entry> {
        self.extract().fact.entry.as_deref()
    }

    fn observation(&self, side: Side, index: u32) -> Option<Observation<'_>> {
        let source = Source::text(self.extract().kind.provenance());
        Some(Observation { side, index, entry: self.entry()?, source, number: self.number })
    }
}

/// Puts each capture on its side.
///
/// A capture whose side was not said goes where its answers show that it went. Of two, the order given counts unless they plainly are the
/// other way round. Of three, two went through Cloudflare, and the later one of them was recorded after a fix.
///
/// # Errors
/// When a capture has no side left.
pub fn assign(given: &[GivenCapture]) -> Result<Captures, CaseError> {
    Ok(places(given)?.map(|at| Some(Rc::clone(&given[at?].capture))))
}

/// The place of each side's capture among those given, by [`Side::ALL`].
fn places(given: &[GivenCapture]) -> Result<[Option<usize>; 3], CaseError> {
    let through = |at: usize| went_through_cloudflare(&given[at].capture);
    let mut places = [None; 3];
    for (at, side) in given.iter().enumerate().filter_map(|(at, given)| Some((at, given.side?))) {
        if places[side as usize].replace(at).is_some() {
            return Err(CaseError::TooManyCaptures);
        }
    }
    let unnamed: Vec<usize> = (0..given.len()).filter(|at| given[*at].side.is_none()).collect();
    match *unnamed.as_slice() {
        [one, other] if places == [None; 3] => {
            let is_reversed = through(other) == Some(true) && through(one) == Some(false);
            return Ok(if is_reversed { [Some(other), Some(one), None] } else { [Some(one), Some(other), None] });
        }
        [_, _, _] if places == [None; 3] => {
            let begins = |at: usize| given[at].capture.span().map(|(first, _)| first);
            let (proxied, direct): (Vec<usize>, Vec<usize>) = unnamed.iter().partition(|at| through(**at) == Some(true));
            let ([one, other], [direct]) = (proxied.as_slice(), direct.as_slice()) else { return Err(CaseError::TooManyCaptures) };
            let (Some(first), Some(second)) = (begins(*one), begins(*other)) else { return Err(CaseError::TooManyCaptures) };
            let (before, after) = if second < first { (other, one) } else { (one, other) };
            return Ok([Some(*before), Some(*direct), Some(*after)]);
        }
        _ => {}
    }
    for at in unnamed {
        let side = usize::from(through(at) == Some(false));
        let free = [side, 1 - side].into_iter().find(|side| places[*side].is_none()).ok_or(CaseError::TooManyCaptures)?;
        places[free] = Some(at);
    }
    Ok(places)
}

/// The direct capture went through Cloudflare and the proxied one did not, or there is none.
fn are_exchanged(proxied: Option<&Capture>, direct: Option<&Capture>) -> bool {
    direct.and_then(went_through_cloudflare) == Some(true) && proxied.is_none_or(|proxied| went_through_cloudflare(proxied) == Some(false))
}

/// Requests that texts show, in their order: those through Cloudflare, and those direct to the origin. Which way others went is not
/// known, so they belong to neither.
///
/// Where there is a capture, on either side, requests to hosts that are not of its site are left out; and so is on each side what has a
/// Ray ID that came before: it is the same request again.
fn shown(captures: [Option<&Capture>; 2], texts: &[Rc<RecognisedText>]) -> [Vec<Shown>; 2] {
    let mut sides = [Vec::new(), Vec::new()];
    if texts.iter().all(|text| text.extracts.is_empty()) {
        return sides;
    }
    // The direct capture may know the origin by another name.
    let hosts = captures.into_iter().flatten().map(|capture| site(capture.entries.iter())).find(|hosts| !hosts.is_empty());
    let hosts = hosts.unwrap_or_default();
    let name = |host| Address { host, ..Address::default() }.host_name();
    let is_address = |host: &str| is_ip_address(host.trim_matches(['[', ']']));
    let hosts: Vec<&str> = hosts.iter().map(|host| name(host)).filter(|host| !is_address(host)).collect();
    let is_own = |entry: &Entry| {
        let host = Address::new(&entry.request.url).host_name();
        hosts.is_empty() || host.is_empty() || is_address(host) || hosts.iter().any(|own| is_of_site(host, own))
    };
    let mut rays = captures.map(|capture| {
        let mut known = Numbers::default();
        for ray in capture.iter().flat_map(|capture| &capture.entries).filter_map(ray) {
            known.number(&ray.id());
        }
        known
    });
    let extracts = texts.iter().flat_map(|text| (0..text.extracts.len()).map(move |at| (text, at)));
    for ((text, at), number) in extracts.zip(0..) {
        let fact = &text.extracts[at].fact;
        let Some(side @ (Side::Proxied | Side::Direct)) = fact.way else { continue };
        // What came of a request may not stand in the text.
        let entry = fact.entry.as_deref().filter(|entry| entry.response.status > 0 || entry.response.error.is_some());
        let Some(entry) = entry.filter(|entry| is_own(entry)) else { continue };
        if ray(entry).is_none_or(|ray| rays[side as usize].number(&ray.id()).1) {
            sides[side as usize].push(Shown { text: Rc::clone(text), extract: at, number });
        }
    }
    sides
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooManyCaptures => {
                "Two captures are open already. A third can only be one through Cloudflare that was recorded after a fix."
            }
        })
    }
}

impl std::error::Error for CaseError {}
