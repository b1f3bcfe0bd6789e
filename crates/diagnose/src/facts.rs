//! What all rules look at, worked out once from a case.

use std::cell::OnceCell;
use std::rc::Rc;

use fivetwenty_captures::Side;
use fivetwenty_captures::compare::Pairing;
use fivetwenty_captures::edge::{
    answered_by_cloudflare, cloudflares_page, is_520, is_broken, is_broken_off, is_failing, is_passed_on, is_refused_certificate,
};
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::error_page::Phrase;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::{Capture, Entry};
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_captures::site::{SideView, is_at};
use fivetwenty_inputs::{Extract, Statement};
use fivetwenty_model::report::{Clock, Retry};
use fivetwenty_model::{Polarity, Source};
use fivetwenty_redact::Redacted;

use crate::case::Case;
use crate::clock::{Clocks, When};
use crate::field::Field;
use crate::finding::Evidence;
use crate::pattern::Pattern;

/// The direct tries of the requests that fail through Cloudflare.
#[derive(Clone, Copy)]
pub(crate) struct Retried {
    /// The fewest tries that any of these requests had, and the most that one needs.
    pub(crate) retry: Retry,
    /// Every one of them was tried often enough, soon enough and under its own name. What none of these tries showed does not happen at
    /// random.
    pub(crate) excludes: bool,
    /// The same of tries that no browser can have repeated by itself.
    pub(crate) excludes_repeated: bool,
}

/// What all rules look at, worked out once.
///
/// Only requests to the site's own hosts count as failing or as sent through Cloudflare. Nearly every page also loads something from
/// another customer of Cloudflare.
pub struct Facts<'a> {
    /// The view of the proxied side.
    pub proxied: Option<SideView<'a>>,
    /// The view of the direct side.
    pub direct: Option<SideView<'a>>,
    /// Which entries are the same request.
    pub pairing: &'a Pairing,
    /// The case itself.
    pub case: &'a Case,
    /// Pairs whose proxied side is a 520 made by Cloudflare.
    failing_pairs: Vec<(u32, Option<u32>)>,
    /// Pairs whose proxied side is an answer that breaks off.
    broken_pairs: Vec<(u32, Option<u32>)>,
    /// Which requests fail; worked out when it is first asked for.
    pattern: OnceCell<Option<Pattern>>,
    /// How often the origin was asked itself for what fails; worked out when it is first asked for.
    pub(crate) retried: OnceCell<Retried>,
    /// How the recorders' clocks differ from Cloudflare's, of the proxied and of the direct side; worked out when it is first asked for.
    clocks: [OnceCell<Clocks>; 2],
    /// The requests of the site through Cloudflare whose clocks disagree; worked out when it is first asked for.
    disagreeing: OnceCell<Vec<(u32, When)>>,
    /// When the captures were recorded, the proxied and the direct one; worked out when it is first asked for.
    spans: [OnceCell<Option<(Timestamp, Timestamp)>>; 2],
    /// Why the direct requests are no evidence; worked out when it is first asked for, which nearly every rule does.
    no_evidence: OnceCell<Option<&'static str>>,
    /// The number of the part of the texts that tells most; worked out when it is first asked for, which the advice of nearly every rule does.
    told: OnceCell<Option<usize>>,
}

impl<'a> Facts<'a> {
    /// Collects them.
    pub fn new(case: &'a Case, pairing: &'a Pairing) -> Self {
        let proxied = side_view(case, Side::Proxied, None);
        let direct = side_view(case, Side::Direct, proxied.as_ref().map(|view| (view, pairing)));
        let pairs = |how: fn(&Entry) -> bool| {
            let failed = |view: &SideView<'_>, index: u32| view.on_site.binary_search(&index).is_ok() && view.entry(index).is_some_and(how);
            // What a cache, a service worker or Cloudflare answered is not the origin's answer.
            let is_origins = |index: &u32| direct.as_ref().and_then(|view| view.entry(*index)).is_some_and(is_asked_directly);
            let rows = pairing.rows.iter().filter_map(|pair| Some((pair.proxied?, pair.direct.or(pair.stand_in).filter(is_origins))));
            rows.filter(|(index, _)| proxied.as_ref().is_some_and(|view| failed(view, *index))).collect()
        };
        let (failing_pairs, broken_pairs) = (pairs(is_520), pairs(is_broken_off));
        let (pattern, retried, no_evidence, told) = (OnceCell::new(), OnceCell::new(), OnceCell::new(), OnceCell::new());
        let (clocks, disagreeing, spans) = (Default::default(), OnceCell::new(), Default::default());
        Self {
            proxied,
            direct,
            pairing,
            case,
            failing_pairs,
            broken_pairs,
            pattern,
            retried,
            clocks,
            disagreeing,
            spans,
            no_evidence,
            told,
        }
    }

    /// How the clock of a side's recorder differs from Cloudflare's.
    pub(crate) fn clocks(&self, side: Side) -> &Clocks {
        self.clocks[usize::from(side == Side::Direct)].get_or_init(|| self.view(side).map(Clocks::new).unwrap_or_default())
    }

    fn view(&self, side: Side) -> Option<&SideView<'a>> {
        if side == Side::Direct { self.direct.as_ref() } else { self.proxied.as_ref() }
    }

    /// When Cloudflare received a request of a side, or the origin a direct one: the one answer for all that uses the time of a request.
    pub fn when(&self, side: Side, entry: &Entry) -> Option<When> {
        self.clocks(side).when(entry)
    }

    /// The requests of the site through Cloudflare whose clocks disagree and that are so by `keep`: their indices, and the first of them.
    pub(crate) fn disagreeing(&self, keep: impl Fn(&When) -> bool) -> Option<(Vec<u32>, &When)> {
        let all = self.disagreeing.get_or_init(|| {
            let entries = self.proxied.iter().flat_map(|view| view.on_site.iter().filter_map(|index| Some((*index, view.entry(*index)?))));
            let all = entries.filter_map(|(index, entry)| Some((index, self.when(Side::Proxied, entry)?)));
            all.filter(|(_, when)| !when.others.is_empty() || !when.odd.is_empty()).collect()
        });
        let found = || all.iter().filter(|(_, when)| keep(when));
        Some((found().map(|(index, _)| *index).collect(), &found().next()?.1))
    }

    /// The requests of the site in a side's capture that were sent while it was recorded, each with when that was.
    fn recorded(&self, side: Side) -> impl Iterator<Item = When> {
        let view = self.view(side).filter(|view| view.capture.is_some());
        let entries = view.into_iter().flat_map(|view| view.on_site.iter().filter_map(|index| view.entry(*index)));
        let all = entries.filter_map(move |entry| self.when(side, entry));
        all.filter(|when| when.moments().any(|(_, by)| by.contains(&Clock::Har)) || when.odd_by(Clock::Har).is_some())
    }

    /// When a side's capture was recorded: the first and the last moment of its requests, each as early and as late as it may have been.
    pub fn span(&self, side: Side) -> Option<(Timestamp, Timestamp)> {
        *self.spans[usize::from(side == Side::Direct)].get_or_init(|| {
            let mut moments = self.recorded(side).flat_map(|when| when.moments().map(|(at, _)| at).collect::<Vec<_>>());
            let first = moments.next()?;
            Some(moments.fold((first, first), |(from, to), at| (from.min(at), to.max(at))))
        })
    }

    /// Whether the Ray ID of a request is its own by its other clocks. Without any, and for one of a text, whether its time is in one of the
    /// captures. `None` when nothing tells.
    pub fn owns_ray(&self, request: Option<(Side, &Entry)>, received: Timestamp) -> Option<bool> {
        /// A request may come long after its page was asked for, and clocks differ.
        const AROUND_MS: i64 = 5 * 60 * 1000;
        if let Some(when) = request.and_then(|(side, entry)| self.when(side, entry)) {
            let agrees = when.by.contains(&Clock::RayId) && when.others.is_empty();
            if !agrees || when.by.contains(&Clock::Har) || when.odd_by(Clock::Har).is_some() {
                return Some(agrees);
            }
        }
        let spans = [Side::Proxied, Side::Direct].into_iter().filter(|side| request.is_none_or(|(of, _)| of == *side));
        let around = |time: Timestamp, from: Timestamp, to: Timestamp| {
            (from.unix_ms() - AROUND_MS..=to.unix_ms() + AROUND_MS).contains(&time.unix_ms())
        };
        let found = spans.filter_map(|side| self.span(side)).map(|(from, to)| around(received, from, to));
        found.reduce(|one, other| one || other)
    }

    /// The first statement of its kind in the texts.
    pub fn first_stated<T>(&self, fact: impl Fn(&'a Statement) -> Option<T>) -> Option<T> {
        self.case.extracts().find_map(|extract| fact(&extract.statement))
    }

    /// The part of the texts that tells most, the first of equals: of a failure, else what a line of a log means, else a Ray ID.
    pub fn told(&self) -> Option<&'a Extract> {
        let number = *self.told.get_or_init(|| {
            let told = self.case.extracts().enumerate().min_by_key(|(_, extract)| {
                let says = &extract.statement;
                let broke = says.entry.as_ref().is_some_and(|entry| entry.response.error.is_some());
                let fails = broke || says.error_code.is_some() || says.status().is_some_and(|status| status >= 500);
                [fails, says.log.is_some(), says.ray.is_some(), true].iter().position(|is_so| *is_so)
            });
            told.map(|(number, _)| number)
        });
        self.case.extracts().nth(number?)
    }

    /// The source of a piece of evidence, and its number there: the entry of a capture, or the extract of a text.
    pub fn place(&self, evidence: &Evidence) -> Option<(Source, u32)> {
        let index = evidence.index?;
        let Some(side) = evidence.side else {
            return Some((Source::text(self.case.extracts().nth(index as usize)?.kind.provenance()), index));
        };
        let observation = self.case.observation(side, index)?;
        Some((observation.source, observation.number))
    }

    /// The view of a later capture through Cloudflare, with the same hosts of the site.
    pub fn after_view<'b>(&self, capture: &'b Capture) -> SideView<'b> {
        let hosts = self.case.site.hosts_asked(&capture.entries.iter().collect::<Vec<_>>());
        SideView::new(Side::After, Some(capture), None, hosts)
    }

    /// Requests that Cloudflare answered with its 520, each with its direct partner.
    pub fn failing_pairs(&self) -> &[(u32, Option<u32>)] {
        &self.failing_pairs
    }

    /// The direct partners of the requests that Cloudflare answered with its 520.
    pub(crate) fn failing_partners(&self) -> impl Iterator<Item = (u32, &'a Entry)> {
        self.failing_pairs.iter().filter_map(|(_, direct)| Some(((*direct)?, self.direct_entry((*direct)?)?)))
    }

    /// Requests whose answer through Cloudflare began well and broke off, each with its direct partner.
    pub fn broken_pairs(&self) -> &[(u32, Option<u32>)] {
        &self.broken_pairs
    }

    /// Which of the site's requests through Cloudflare fail; `None` when the capture holds none that counts.
    pub fn pattern(&self) -> Option<&Pattern> {
        self.pattern.get_or_init(|| Pattern::new(self.proxied.as_ref()?, self.pairing)).as_ref()
    }

    /// The direct requests of the site that asked the origin, without the browser's own repeats.
    pub(crate) fn direct_tries(&self) -> impl Iterator<Item = (u32, &'a Entry)> {
        let entries = self.direct.iter().flat_map(|view| view.on_site.iter().filter_map(|index| Some((*index, view.entry(*index)?))));
        entries.filter(|(index, entry)| !self.pairing.direct_tries.is_further(*index) && is_asked_directly(entry))
    }

    /// A proxied entry.
    pub fn proxied_entry(&self, index: u32) -> Option<&'a Entry> {
        self.proxied.as_ref()?.entry(index)
    }

    /// A direct entry.
    pub fn direct_entry(&self, index: u32) -> Option<&'a Entry> {
        self.direct.as_ref()?.entry(index)
    }

    /// The request that the advice is about: the first 520, else the first failure, else the site's first request.
    pub fn leading(&self) -> Option<(Side, u32, &'a Entry)> {
        let first_520 = self.failing_pairs.first().or(self.broken_pairs.first()).map(|(index, _)| *index);
        let view = self.proxied.as_ref().or(self.direct.as_ref())?;
        let index = first_520.or(view.failing.first().copied()).or(view.on_site.first().copied())?;
        Some((view.side, index, view.entry(index)?))
    }

    /// The origin admits only Cloudflare: every direct request of the site fails in the same way, one that Cloudflare got an answer to
    /// (not from its cache) among them. The direct capture is then no evidence.
    pub fn direct_blocked(&self) -> bool {
        let Some(direct) = &self.direct else { return false };
        // What the page or an extension cancelled was not turned away.
        let cancelled = |entry: &&Entry| entry.response.status == 0 && !is_failing(entry);
        let asked = direct.on_site.iter().filter_map(|index| direct.entry(*index)).filter(|entry| !cancelled(entry));
        let mut ways = asked.map(|entry| (entry.response.status, &entry.response.error));
        let Some(first) = ways.next() else { return false };
        let wants_certificate =
            |entry: &Entry| entry.response.error_page.as_ref().and_then(|page| page.says) == Some(Phrase::ClientCertificate);
        let refused = matches!(first.0, 0 | 401 | 403)
            || first.0 >= 500
            || (first.0 == 400 && direct.answered().any(|(_, entry)| wants_certificate(entry)));
        refused
            && ways.all(|way| way == first)
            && self.pairing.matched().any(|(proxied, direct_index, _)| {
                direct.on_site.binary_search(&direct_index).is_ok()
                    && self.proxied_entry(proxied).is_some_and(|entry| (200..400).contains(&entry.response.status) && is_passed_on(entry))
            })
    }

    /// Why the direct capture cannot show what the origin does, when it cannot.
    pub fn direct_is_no_evidence(&self) -> Option<Redacted<String>> {
        (*self.no_evidence.get_or_init(|| self.why_direct_is_no_evidence())).map(Redacted::fixed)
    }

    fn why_direct_is_no_evidence(&self) -> Option<&'static str> {
        let direct = self.direct.as_ref()?;
        if self.direct_blocked() {
            return Some("The origin rejects every direct request, so its responses to Cloudflare can't be seen from here.");
        }
        if !direct.via_cloudflare.is_empty() {
            return Some("The direct capture went through Cloudflare too, so it does not show the origin's own responses.");
        }
        let refused = direct.failing.iter().filter_map(|index| direct.entry(*index)).any(is_refused_certificate);
        (refused && direct.answered().next().is_none())
            .then_some("The browser rejected the origin's certificate and sent no request, so the origin's response was not seen.")
    }

    /// Answers of the origin's that Cloudflare passed on, without those that it had in its cache or made itself.
    pub fn passed_on(&self) -> impl Iterator<Item = (u32, &'a Entry)> {
        // An exporter that writes no headers does not show through whom an answer came.
        let of = |view: &'_ SideView<'a>| if view.headers_known { view.via_cloudflare.clone() } else { view.on_site.clone() };
        let answers = self.proxied.iter().flat_map(move |view| of(view).into_iter().filter_map(|index| Some((index, view.entry(index)?))));
        answers.filter(|(_, entry)| is_passed_on(entry))
    }

    /// [`Self::passed_on`] from the hosts that have a 520.
    pub(crate) fn passed_on_there(&self) -> impl Iterator<Item = (u32, &'a Entry)> {
        let failing = self.failing_pairs.iter().filter_map(|(index, _)| self.proxied_entry(*index));
        let mut hosts: Vec<&str> = failing.map(|entry| Address::new(&entry.request.url).host).collect();
        sort_by_key(&mut hosts, |host| *host);
        hosts.dedup();
        self.passed_on().filter(move |(_, entry)| hosts.binary_search(&Address::new(&entry.request.url).host).is_ok())
    }

    /// The first direct entry that breaks off, when every request with a 520 breaks off directly too and the browser names the error. A cause
    /// outside the origin is ruled out then.
    pub fn broken_direct(&self) -> Option<u32> {
        if self.direct_is_no_evidence().is_some() {
            return None;
        }
        let broken = |index: &u32| self.direct_entry(*index).is_some_and(is_broken);
        let all = self.failing_pairs.iter().all(|(_, direct)| direct.as_ref().is_some_and(broken));
        self.failing_pairs.first().filter(|_| all)?.1
    }

    /// Whether a text shows an answer through Cloudflare that is an error of its own: a refusal, for instance. Texts are brought for what
    /// fails; a capture has such answers among many.
    pub fn shows_refusal(&self) -> bool {
        self.case.shown(Side::Proxied).any(|entry| (400..500).contains(&entry.response.status))
    }

    /// Cites a field of a proxied entry.
    pub fn cite_proxied(&self, index: u32, field: Field, polarity: Polarity) -> Option<Evidence> {
        Some(field.cite(Side::Proxied, index, self.proxied_entry(index)?, polarity))
    }

    /// Cites a proxied entry's Ray ID, when it has one.
    pub fn cite_ray(&self, index: u32, polarity: Polarity) -> Option<Evidence> {
        let entry = self.proxied_entry(index)?;
        let field = match (entry.response.header("cf-ray"), cloudflares_page(entry)) {
            (Some(_), _) => Field::Header("cf-ray"),
            (None, page) => page?.ray.as_ref().map(|_| Field::ErrorPage)?,
        };
        Some(field.cite(Side::Proxied, index, entry, polarity))
    }

    /// Cites a field of a direct entry.
    pub fn cite_direct(&self, index: u32, field: Field, polarity: Polarity) -> Option<Evidence> {
        Some(field.cite(Side::Direct, index, self.direct_entry(index)?, polarity))
    }
}

/// Whether an entry of the direct side asked the origin: not a cache, a service worker or Cloudflare.
fn is_asked_directly(entry: &Entry) -> bool {
    entry.from_cache.is_none() && !answered_by_cloudflare(entry)
}

/// The view of a side; `None` without any observation. The direct side may know the site by other names.
pub(crate) fn side_view<'a>(case: &'a Case, side: Side, other: Option<(&SideView<'_>, &Pairing)>) -> Option<SideView<'a>> {
    case.is_seen(side).then(|| {
        let entries: Vec<&Entry> = case.observations(side).map(|observation| observation.entry).collect();
        let hosts = match other {
            Some((proxied, pairing)) => direct_hosts(case, &entries, proxied, pairing),
            None => case.site.hosts_asked(&entries),
        };
        SideView::new(side, case.capture(side).map(Rc::as_ref), case.shown(side), hosts)
    })
}

/// The hosts of the site in the direct capture: its own, and those that stand for them. One that is still asked through Cloudflare does not
/// count beside one that is not, unless it is one that fails.
fn direct_hosts(case: &Case, entries: &[&Entry], proxied: &SideView<'_>, pairing: &Pairing) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    for host in proxied.hosts.iter().map(|host| pairing.direct_host(host)).chain(case.site.hosts.iter().map(String::as_str)) {
        if hosts.iter().all(|known| known != host) && entries.iter().any(|entry| is_at(entry, host)) {
            hosts.push(host.to_owned());
        }
    }
    if hosts.is_empty() {
        return case.site.hosts_asked(entries);
    }
    let is_through = |host: &String| entries.iter().any(|entry| is_at(entry, host) && answered_by_cloudflare(entry));
    let fails = |host: &String| {
        let at_host = |entry: &Entry| proxied.hosts.iter().any(|own| pairing.direct_host(own) == host && is_at(entry, own));
        proxied.entries().any(|entry| is_520(entry) && at_host(entry))
    };
    let direct: Vec<String> = hosts.iter().filter(|host| !is_through(host) || fails(host)).cloned().collect();
    if direct.iter().any(|host| !is_through(host)) { direct } else { hosts }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::{Case, Diagnosis, Inputs};

    /// A request: its URL without the site, its status, the error, and its headers as lines.
    type Row<'a> = (&'a str, u16, &'a str, &'a str);

    const CLOUDFLARE: &str = "server: cloudflare";

    fn capture(rows: &[Row<'_>]) -> Rc<Capture> {
        let entries = rows.iter().map(|(path, status, error, headers)| {
            let header = |line: &str| line.split_once(": ").map(|(name, value)| format!(r#"{{"name": "{name}", "value": "{value}"}}"#));
            let headers: Vec<String> = headers.lines().filter_map(header).collect();
            format!(
                r#"{{"request": {{"method": "GET", "url": "https://shop.example{path}"}},
                    "response": {{"status": {status}, "_error": "{error}", "headers": [{}]}}}}"#,
                headers.join(",")
            )
        });
        let text = format!("[{}]", entries.collect::<Vec<_>>().join(",")).replace(r#""_error": "", "#, "");
        Rc::new(Capture::read("a.har", [text.as_bytes()]).unwrap())
    }

    fn diagnosis(proxied: &[Row<'_>], direct: &[Row<'_>]) -> Diagnosis {
        let given = |rows: &[Row<'_>]| (!rows.is_empty()).then(|| capture(rows));
        Case::new(Inputs::of_captures(given(proxied), given(direct))).diagnose()
    }

    #[track_caller]
    fn check_leading(proxied: &[Row<'_>], direct: &[Row<'_>], expected: Option<(Side, u32)>) {
        let diagnosis = diagnosis(proxied, direct);
        assert_eq!(diagnosis.facts().leading().map(|(side, index, _)| (side, index)), expected);
    }

    /// Breaks when the advice is about another request than the first 520, or, without one, than the first that fails.
    #[test]
    fn the_leading_request_is_the_first_520() {
        let good = ("/", 200, "", CLOUDFLARE);
        check_leading(&[good, ("/a", 503, "", CLOUDFLARE), ("/b", 520, "", CLOUDFLARE)], &[], Some((Side::Proxied, 2)));
        check_leading(&[good, ("/a", 200, "net::ERR_HTTP2_PROTOCOL_ERROR", CLOUDFLARE)], &[], Some((Side::Proxied, 1)));
        check_leading(&[good, ("/a", 503, "", CLOUDFLARE)], &[], Some((Side::Proxied, 1)));
        check_leading(&[good], &[], Some((Side::Proxied, 0)));
        check_leading(&[], &[("/", 200, "", ""), ("/a", 502, "", "")], Some((Side::Direct, 1)));
        check_leading(&[], &[], None);
    }

    #[track_caller]
    fn check_blocked(direct: &[Row<'_>], expected: bool) {
        let proxied = [("/", 200, "", CLOUDFLARE), ("/a", 520, "", CLOUDFLARE)];
        assert_eq!(diagnosis(&proxied, direct).facts().direct_blocked(), expected);
    }

    /// Breaks when an origin that admits only Cloudflare is not recognised, or one that only fails is taken for it.
    #[test]
    fn an_origin_that_admits_only_cloudflare_is_recognised() {
        let reset = "net::ERR_CONNECTION_RESET";
        check_blocked(&[("/", 0, reset, ""), ("/a", 0, reset, "")], true);
        check_blocked(&[("/", 403, "", ""), ("/a", 403, "", "")], true);
        check_blocked(&[("/", 0, reset, ""), ("/a", 0, "net::ERR_EMPTY_RESPONSE", "")], false);
        check_blocked(&[("/", 200, "", ""), ("/a", 0, reset, "")], false);
        check_blocked(&[("/", 404, "", ""), ("/a", 404, "", "")], false);
        // Cloudflare got no answer to this one either.
        check_blocked(&[("/a", 0, reset, "")], false);
        // What the page cancelled was not turned away.
        check_blocked(&[("/", 0, reset, ""), ("/c", 0, "net::ERR_ABORTED", ""), ("/a", 0, reset, "")], true);
        check_blocked(&[], false);
    }

    #[track_caller]
    fn check_no_evidence(direct: &[Row<'_>], expected: Option<&str>) {
        let diagnosis = diagnosis(&[("/", 200, "", CLOUDFLARE), ("/a", 520, "", CLOUDFLARE)], direct);
        let facts = diagnosis.facts();
        for _ in 0..2 {
            let why = facts.direct_is_no_evidence();
            assert_eq!(why.is_some(), expected.is_some(), "{why:?}");
            assert!(why.is_none_or(|why| why.as_str().contains(expected.unwrap_or_default())));
        }
    }

    /// Breaks when direct requests are believed that were turned away, went through Cloudflare, or were never sent; or good ones are not.
    #[test]
    fn a_direct_capture_can_be_no_evidence() {
        check_no_evidence(&[("/", 403, "", ""), ("/a", 403, "", "")], Some("rejects every direct request"));
        check_no_evidence(&[("/", 200, "", CLOUDFLARE)], Some("went through Cloudflare too"));
        check_no_evidence(&[("/a", 0, "net::ERR_CERT_AUTHORITY_INVALID", "")], Some("rejected the origin's certificate"));
        check_no_evidence(&[("/a", 0, "net::ERR_CERT_AUTHORITY_INVALID", ""), ("/", 200, "", "")], None);
        check_no_evidence(&[("/", 200, "", ""), ("/a", 0, "net::ERR_EMPTY_RESPONSE", "")], None);
        check_no_evidence(&[], None);
    }

    /// Breaks when an answer counts as the origin's that came from Cloudflare's cache, or that Cloudflare made itself.
    #[test]
    fn only_the_origins_answers_are_passed_on() {
        let rows = [
            ("/", 200, "", "server: cloudflare\ncf-cache-status: DYNAMIC"),
            ("/cached", 200, "", "server: cloudflare\ncf-cache-status: HIT"),
            ("/moved", 301, "", CLOUDFLARE),
            ("/a", 520, "", CLOUDFLARE),
            ("/missing", 404, "", CLOUDFLARE),
        ];
        let diagnosis = diagnosis(&rows, &[]);
        let passed_on: Vec<u32> = diagnosis.facts().passed_on().map(|(index, _)| index).collect();
        assert_eq!(passed_on, [0, 4]);
    }

    #[track_caller]
    fn check_broken(direct: &[Row<'_>], expected: Option<u32>) {
        let proxied = [("/", 200, "", CLOUDFLARE), ("/a", 520, "", CLOUDFLARE), ("/b", 520, "", CLOUDFLARE)];
        assert_eq!(diagnosis(&proxied, direct).facts().broken_direct(), expected);
    }

    /// Breaks when the origin is said to break off every failing request though one was answered, was not asked, or no reason is named.
    #[test]
    fn the_origin_breaks_off_all_that_fails() {
        let good = ("/", 200, "", "");
        let broken = |path| (path, 0, "net::ERR_EMPTY_RESPONSE", "");
        check_broken(&[good, broken("/a"), broken("/b")], Some(1));
        check_broken(&[good, broken("/a"), ("/b", 200, "", "")], None);
        check_broken(&[good, broken("/a")], None);
        check_broken(&[good, ("/a", 0, "", ""), ("/b", 0, "", "")], None);
        // Every direct request is turned away, so that nothing is known.
        check_broken(&[broken("/"), broken("/a"), broken("/b")], None);
    }
}
