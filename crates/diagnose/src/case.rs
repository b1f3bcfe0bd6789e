//! One case: everything that was given about it, and which capture belongs to which side.

use std::fmt;
use std::rc::Rc;

use fivetwenty_captures::Side;
use fivetwenty_captures::edge::ray;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::{Capture, Entries, Entry};
use fivetwenty_captures::order::Numbers;
use fivetwenty_captures::site::{Site, is_address, is_of_site, went_through_cloudflare};
use fivetwenty_inputs::{Extract, RecognisedText, Statement};
use fivetwenty_model::logs::LogsSummary;
use fivetwenty_model::{Source, TextKind, Unreadable};

/// A capture for each side, by [`Side::ALL`].
pub type Captures = [Option<Rc<Capture>>; 3];

/// What is given about a case.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// HAR files, each on the side that was stated or [found](assign).
    pub captures: Captures,
    /// The site that it is about, [found](site) or stated.
    pub site: Site,
    /// Other texts, recognised.
    pub texts: Vec<Rc<RecognisedText>>,
    /// What all records of Cloudflare's logs come down to, when any were given.
    pub logs: Option<Rc<LogsSummary>>,
    /// Files that could not be read.
    pub unreadable: Vec<Unreadable>,
    /// The response to `/cdn-cgi/trace`. Without it, the first trace among the texts counts.
    pub trace: Option<Trace>,
    /// The user asks to swap the two sides.
    pub swapped: bool,
    /// The UTC offset of the origin's logs, for lines that do not state one.
    pub offset: UtcOffset,
    /// The captures are the program's own sample, and no site of the person's.
    pub is_sample: bool,
    /// The current time. A Ray ID from the future is not genuine.
    pub now: Timestamp,
}

impl Inputs {
    /// Two captures on their stated sides, and nothing else.
    pub fn of_captures(proxied: Option<Rc<Capture>>, direct: Option<Rc<Capture>>) -> Self {
        let site = site(proxied.iter().chain(&direct), &[], None);
        Self { captures: [proxied, direct, None], site, ..Self::default() }
    }
}

/// A HAR file, and its side when the user stated it.
#[derive(Clone, Debug)]
pub struct GivenCapture {
    /// The file, read.
    pub capture: Rc<Capture>,
    /// `None` when the capture itself must show it.
    pub side: Option<Side>,
}

/// Everything known about one case: each capture on its side, and the requests that texts show.
#[derive(Clone, Debug)]
pub struct Case {
    /// The capture of each side, by [`Side::ALL`].
    captures: [Option<Rc<Capture>>; 3],
    /// The requests that texts show, for each of the two sides that are compared.
    shown: [Vec<Shown>; 2],
    /// The site that it is about.
    pub site: Site,
    /// The two captures were given on the wrong sides, and are swapped here.
    pub exchanged: bool,
    /// Texts, as they were recognised.
    pub texts: Vec<Rc<RecognisedText>>,
    /// What all records of Cloudflare's logs come down to.
    pub logs: Option<Rc<LogsSummary>>,
    /// Files that could not be read.
    pub unreadable: Vec<Unreadable>,
    /// What `/cdn-cgi/trace` answered.
    pub trace: Option<Trace>,
    /// The offset of the clock of the origin's logs.
    pub offset: UtcOffset,
    /// The captures are the program's own sample, and no site of the person's.
    pub is_sample: bool,
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

/// One request, from a capture or a text.
#[derive(Clone, Copy)]
pub struct Observation<'a> {
    /// Its side.
    pub side: Side,
    /// Its index among all observations of that side.
    pub index: u32,
    /// The request with its response.
    pub entry: &'a Entry,
    /// What shows it.
    pub source: Source,
    /// Its place there: the index in the capture's `log.entries`, or the number among the extracts of all texts.
    pub number: u32,
}

/// Why captures cannot be assigned to sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseError {
    /// More captures than sides: a third one can only be one through Cloudflare that was recorded after a fix.
    TooManyCaptures,
}

impl Case {
    /// Exchanges captures that were plainly given the other way round, and adds the requests that texts show to those of the captures.
    pub fn new(inputs: Inputs) -> Self {
        let Inputs {
            captures: [mut proxied, mut direct, after],
            site,
            texts,
            logs,
            mut unreadable,
            trace,
            swapped,
            offset,
            is_sample,
            now,
        } = inputs;
        if swapped {
            std::mem::swap(&mut proxied, &mut direct);
        }
        let exchanged = are_exchanged(proxied.as_deref(), direct.as_deref(), &site);
        if exchanged {
            std::mem::swap(&mut proxied, &mut direct);
            for file in &mut unreadable {
                file.side = file.side.map(Side::swapped);
            }
        }
        let shown = shown([proxied.as_deref(), direct.as_deref()], &site, &texts, logs.is_some());
        let trace = trace.or_else(|| texts.iter().flat_map(|text| &text.extracts).find_map(|extract| extract.statement.trace.clone()));
        Self { captures: [proxied, direct, after], shown, site, exchanged, texts, logs, unreadable, trace, offset, is_sample, now }
    }

    /// The capture of a side.
    pub fn capture(&self, side: Side) -> Option<&Rc<Capture>> {
        self.captures[side as usize].as_ref()
    }

    /// Whether a side has a capture or any observation.
    pub fn is_seen(&self, side: Side) -> bool {
        self.capture(side).is_some() || self.shown(side).next().is_some()
    }

    fn entries(&self, side: Side) -> Option<&Entries> {
        self.capture(side).map(|capture| &capture.entries)
    }

    /// Every observation of a side: the entries of its capture, then the requests that texts show.
    pub fn observations(&self, side: Side) -> impl Iterator<Item = Observation<'_>> {
        let entries = self.entries(side);
        let own = (0..).zip(entries.into_iter().flatten()).map(move |(index, entry)| Observation {
            side,
            index,
            entry,
            source: Source::capture(side),
            number: index,
        });
        let shown = self.shown.get(side as usize).into_iter().flatten();
        let behind = (0..).skip(entries.map_or(0, Entries::len)).zip(shown);
        let shown = behind.filter_map(move |(index, shown)| shown.observation(side, index));
        own.chain(shown)
    }

    /// The requests of a side that texts show.
    pub(crate) fn shown(&self, side: Side) -> impl Iterator<Item = &Entry> {
        self.shown.get(side as usize).into_iter().flatten().filter_map(Shown::entry)
    }

    /// One observation of a side by its index.
    pub fn observation(&self, side: Side, index: u32) -> Option<Observation<'_>> {
        let entries = self.entries(side);
        match (index as usize).checked_sub(entries.map_or(0, Entries::len)) {
            None => {
                let entry = entries?.get(index as usize)?;
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
        self.extract().statement.entry.as_deref()
    }

    fn observation(&self, side: Side, index: u32) -> Option<Observation<'_>> {
        let source = Source::text(self.extract().kind.provenance());
        Some(Observation { side, index, entry: self.entry()?, source, number: self.number })
    }
}

/// Finds the site that captures and texts are about; `chosen` is the host that the person named.
pub fn site<'a>(captures: impl IntoIterator<Item = &'a Rc<Capture>>, texts: &[Rc<RecognisedText>], chosen: Option<&str>) -> Site {
    let mut groups: Vec<Vec<&Entry>> = captures.into_iter().map(|capture| capture.entries.iter().collect()).collect();
    let shown = |way: Side| {
        let statements = texts.iter().flat_map(|text| &text.extracts).map(|extract| &extract.statement);
        statements.filter(move |statement| statement.way == Some(way)).filter_map(|statement| statement.entry.as_deref())
    };
    if groups.is_empty() {
        groups.push(shown(Side::Proxied).collect());
    }
    groups.push(shown(Side::Direct).collect());
    groups.retain(|entries| !entries.is_empty());
    Site::find(&groups, chosen)
}

/// Puts each capture on its side.
///
/// A capture whose side was not said goes where its answers show that it went. Of two, the order given counts unless they plainly are the
/// other way round. Of three, two went through Cloudflare, and the later one of them was recorded after a fix.
///
/// # Errors
/// When a capture has no side left.
pub fn assign(given: &[GivenCapture], site: &Site) -> Result<Captures, CaseError> {
    Ok(places(given, site)?.map(|at| Some(Rc::clone(&given[at?].capture))))
}

/// The place of each side's capture among those given, by [`Side::ALL`].
fn places(given: &[GivenCapture], about: &Site) -> Result<[Option<usize>; 3], CaseError> {
    let through = |at: usize| went_through_cloudflare(&given[at].capture, about);
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
        let place = usize::from(through(at) == Some(false));
        let free = [place, 1 - place].into_iter().find(|side| places[*side].is_none()).ok_or(CaseError::TooManyCaptures)?;
        places[free] = Some(at);
    }
    Ok(places)
}

/// The direct capture went through Cloudflare, and the proxied one shows no sign of it, or there is none.
fn are_exchanged(proxied: Option<&Capture>, direct: Option<&Capture>, site: &Site) -> bool {
    let through = |capture| went_through_cloudflare(capture, site);
    direct.and_then(through) == Some(true) && proxied.is_none_or(|proxied| through(proxied) != Some(true))
}

/// The requests that texts show, in order: those through Cloudflare, and those direct to the origin. A request whose side is not known
/// belongs to neither.
///
/// Requests to other sites are left out. A request with a Ray ID that its side already has is left out
/// too: it is the same request again. So are the lines of Cloudflare's logs where these were counted as a whole (`counted`): those that
/// are kept are mostly failing ones, so that no share may come from them.
fn shown(captures: [Option<&Capture>; 2], about: &Site, texts: &[Rc<RecognisedText>], counted: bool) -> [Vec<Shown>; 2] {
    let mut sides = [Vec::new(), Vec::new()];
    if texts.iter().all(|text| text.extracts.is_empty()) {
        return sides;
    }
    let name = |host| Address { host, ..Address::default() }.host_name();
    // The direct capture may know the origin by its address.
    let hosts: Vec<&str> = about.hosts.iter().map(|host| name(host)).filter(|host| !is_address(host)).collect();
    let is_own = |fact: &Statement, entry: &Entry| {
        let asked = Address::new(&entry.request.url).host_name();
        let host = if asked.is_empty() { fact.host.as_deref().unwrap_or_default() } else { asked };
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
        let fact = &text.extracts[at].statement;
        if counted && text.extracts[at].kind == TextKind::Logpush {
            continue;
        }
        let Some(side @ (Side::Proxied | Side::Direct)) = fact.way else { continue };
        // What came of a request may not stand in the text.
        let entry = fact.entry.as_deref().filter(|entry| entry.response.status > 0 || entry.response.error.is_some());
        let Some(entry) = entry.filter(|entry| is_own(fact, entry)) else { continue };
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

#[cfg(test)]
mod tests {
    use fivetwenty_inputs::recognise;

    use super::*;

    /// Requests to one host, each with its status, and its Ray ID when it went through Cloudflare.
    fn capture(name: &str, host: &str, minute: u32, rows: &[(u16, Option<&str>)]) -> Rc<Capture> {
        let entry = |(second, (status, ray)): (usize, &(u16, Option<&str>))| {
            let headers = ray.map(|ray| format!(r#"{{"name": "server", "value": "cloudflare"}}, {{"name": "cf-ray", "value": "{ray}"}}"#));
            let headers = headers.unwrap_or_else(|| r#"{"name": "server", "value": "nginx"}"#.to_owned());
            format!(
                r#"{{"startedDateTime": "2026-11-20T10:{minute:02}:{second:02}.000Z",
                    "request": {{"method": "GET", "url": "https://{host}/{second}"}},
                    "response": {{"status": {status}, "headers": [{headers}]}}}}"#
            )
        };
        let entries: Vec<String> = rows.iter().enumerate().map(entry).collect();
        Rc::new(Capture::read(name, [format!("[{}]", entries.join(",")).as_bytes()]).unwrap())
    }

    const RAY: &str = "8a7d5e2fbcd1a1c3-DFW";

    fn through(name: &str, minute: u32) -> Rc<Capture> {
        capture(name, "shop.example", minute, &[(520, Some(RAY))])
    }

    fn direct(name: &str) -> Rc<Capture> {
        capture(name, "shop.example", 5, &[(200, None)])
    }

    /// Assigns captures, and gives the name of each side's.
    fn assigned(given: &[(&Rc<Capture>, Option<Side>)]) -> Result<[Option<String>; 3], CaseError> {
        let given: Vec<GivenCapture> =
            given.iter().map(|(capture, side)| GivenCapture { capture: Rc::clone(capture), side: *side }).collect();
        assign(&given, &site(given.iter().map(|given| &given.capture), &[], None))
            .map(|captures| captures.map(|capture| Some(capture?.name.to_string())))
    }

    fn names(proxied: &str, direct: &str, after: &str) -> [Option<String>; 3] {
        [proxied, direct, after].map(|name| (!name.is_empty()).then(|| name.to_owned()))
    }

    /// Breaks when a capture whose side was not said is put on another side than its answers show.
    #[test]
    fn captures_find_their_sides() {
        let (one, later, other) = (through("p", 0), through("q", 30), direct("d"));
        assert_eq!(assigned(&[]), Ok(names("", "", "")));
        assert_eq!(assigned(&[(&one, None)]), Ok(names("p", "", "")));
        assert_eq!(assigned(&[(&other, None)]), Ok(names("", "d", "")));
        assert_eq!(assigned(&[(&one, None), (&other, None)]), Ok(names("p", "d", "")));
        assert_eq!(assigned(&[(&other, None), (&one, None)]), Ok(names("p", "d", "")));
        // Nothing shows which is which, so that the order counts.
        assert_eq!(assigned(&[(&later, None), (&one, None)]), Ok(names("q", "p", "")));
        for order in [[&one, &other, &later], [&later, &one, &other], [&other, &later, &one]] {
            assert_eq!(assigned(&order.map(|capture| (capture, None))), Ok(names("p", "d", "q")));
        }
    }

    /// Breaks when a side that was said does not count, or one capture more than there are sides is taken.
    #[test]
    fn said_sides_count_and_none_is_taken_twice() {
        let (one, later, other) = (through("p", 0), through("q", 30), direct("d"));
        assert_eq!(assigned(&[(&one, Some(Side::Direct)), (&other, Some(Side::Proxied))]), Ok(names("d", "p", "")));
        assert_eq!(assigned(&[(&later, Some(Side::After)), (&other, None), (&one, None)]), Ok(names("p", "d", "q")));
        assert_eq!(assigned(&[(&other, Some(Side::Proxied)), (&direct("e"), None)]), Ok(names("d", "e", "")));
        let too_many = Err(CaseError::TooManyCaptures);
        assert_eq!(assigned(&[(&one, Some(Side::Proxied)), (&later, Some(Side::Proxied))]), too_many);
        assert_eq!(assigned(&[(&one, None), (&later, None), (&through("r", 40), None)]), too_many, "there is none without Cloudflare");
        assert_eq!(assigned(&[(&one, None), (&other, None), (&direct("e"), None)]), too_many);
        assert_eq!(assigned(&[(&one, None), (&other, None), (&later, None), (&direct("e"), None)]), too_many);
    }

    fn name(case: &Case, side: Side) -> Option<&str> {
        case.capture(side).map(|capture| &*capture.name)
    }

    /// Breaks when captures that were plainly exchanged stay so, files that could not be read keep the other's side, or a person who
    /// says that they are the other way round is not heard.
    #[test]
    fn exchanged_captures_are_put_right() {
        let case = |proxied: Option<Rc<Capture>>, direct: Option<Rc<Capture>>, swapped: bool| {
            let unreadable = vec![Unreadable { name: "x".into(), side: Some(Side::Proxied), problem: "byte 0".into() }];
            Case::new(Inputs { unreadable, swapped, ..Inputs::of_captures(proxied, direct) })
        };
        let right = case(Some(through("p", 0)), Some(direct("d")), false);
        assert_eq!((name(&right, Side::Proxied), name(&right, Side::Direct), right.exchanged), (Some("p"), Some("d"), false));
        assert_eq!(right.unreadable[0].side, Some(Side::Proxied));
        let exchanged = case(Some(direct("d")), Some(through("p", 0)), false);
        assert_eq!((name(&exchanged, Side::Proxied), name(&exchanged, Side::Direct), exchanged.exchanged), (Some("p"), Some("d"), true));
        assert_eq!(exchanged.unreadable[0].side, Some(Side::Direct));
        let alone = case(None, Some(through("p", 0)), false);
        assert_eq!((name(&alone, Side::Proxied), name(&alone, Side::Direct), alone.exchanged), (Some("p"), None, true));
        // Both went through Cloudflare: only the person knows.
        let both = case(Some(through("p", 0)), Some(through("q", 30)), true);
        assert_eq!((name(&both, Side::Proxied), name(&both, Side::Direct), both.exchanged), (Some("q"), Some("p"), false));
    }

    /// A transcript of curl for one request: host, path, and the Ray ID of its answer.
    fn transcript(host: &str, path: &str, ray: &str) -> Rc<RecognisedText> {
        let text = format!(
            "> GET {path} HTTP/2\n> Host: {host}\n> User-Agent: curl/8.5.0\n> Accept: */*\n> \n< HTTP/2 520\n< server: cloudflare\n< cf-ray: {ray}\n< \n"
        );
        Rc::new(recognise("curl.txt", &text))
    }

    /// Breaks when a request that a text shows is missing, stands under another number, or its source is not the text.
    #[test]
    fn observations_are_numbered_over_captures_and_texts() {
        let other = "8a7d5e3fbcd1a1c3-DFW";
        let texts = vec![transcript("shop.example", "/a", other)];
        let case = Case::new(Inputs { texts, ..Inputs::of_captures(Some(through("p", 0)), None) });
        let seen: Vec<(u32, u32, Source)> =
            case.observations(Side::Proxied).map(|observation| (observation.index, observation.number, observation.source)).collect();
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0], (0, 0, Source::capture(Side::Proxied)));
        assert_eq!((seen[1].0, seen[1].1), (1, 0), "after the entries of the capture, and the first of all extracts");
        assert_ne!(seen[1].2, seen[0].2);
        for (index, number, source) in seen {
            let observation = case.observation(Side::Proxied, index).unwrap();
            assert_eq!((observation.index, observation.number, observation.source), (index, number, source));
        }
        assert!(case.observation(Side::Proxied, 2).is_none() && case.observation(Side::Direct, 0).is_none());
        assert!(case.is_seen(Side::Proxied) && !case.is_seen(Side::Direct) && !case.is_seen(Side::After));
    }

    /// Breaks when requests of another site come into the case, or the same request counts twice because a text shows it as well.
    #[test]
    fn texts_add_only_what_is_new_and_of_the_site() {
        let shown = |texts: Vec<Rc<RecognisedText>>| {
            let case = Case::new(Inputs { texts, ..Inputs::of_captures(Some(through("p", 0)), None) });
            case.shown(Side::Proxied).map(|entry| entry.request.url.to_string()).collect::<Vec<_>>()
        };
        let other = "8a7d5e3fbcd1a1c3-DFW";
        let third = "8a7d5e4fbcd1a1c3-DFW";
        assert_eq!(shown(vec![transcript("shop.example", "/a", other)]), ["https://shop.example/a"]);
        assert_eq!(shown(vec![transcript("elsewhere.example", "/a", other)]), [""; 0], "another site");
        assert_eq!(shown(vec![transcript("shop.example", "/0", RAY)]), [""; 0], "the capture has the same Ray ID");
        let twice = vec![
            transcript("shop.example", "/a", other),
            transcript("shop.example", "/a", other),
            transcript("www.shop.example", "/b", third),
        ];
        assert_eq!(shown(twice), ["https://shop.example/a", "https://www.shop.example/b"]);
    }
}
