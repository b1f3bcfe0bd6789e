//! What the texts are about, and what several of them say of it.

use fivetwenty_captures::edge::{colo, ray};
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_diagnose::{Facts, counts};
use fivetwenty_model::letter::Field;
use fivetwenty_model::logs::PatternKind;
use fivetwenty_model::report::{Report, SourceRow};
use fivetwenty_model::{Provenance, Side, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::writing::{Block, Line};

pub(super) type Text = Redacted<String>;

/// Causes that are named as excluded at most, the most frequent first.
const MAX_EXCLUDED: usize = 6;
/// Pages to read on that a text names at most.
const MAX_SOURCES: usize = 3;
/// Ray IDs of the logs that are named at most.
const MAX_RAYS: usize = 5;

/// What the texts are about.
pub(super) struct About<'a> {
    pub(super) report: &'a Report,
    pub(super) facts: &'a Facts<'a>,
    pub(super) offset: UtcOffset,
    /// The failing request that stands for all of them.
    pub(super) failing: Option<Failing<'a>>,
    /// Rising indices in the proxied capture: those that are a 520, else those that break off, else all that fail.
    pub(super) alike: Vec<u32>,
    /// All that fail, those first.
    pub(super) all: Vec<u32>,
}

#[derive(Clone, Copy)]
pub(super) struct Failing<'a> {
    pub(super) index: u32,
    pub(super) entry: &'a Entry,
}

impl<'a> About<'a> {
    /// `other` is a request that is refused, which counts where none fails.
    pub(super) fn new(facts: &'a Facts<'a>, report: &'a Report, offset: UtcOffset, other: Option<u32>) -> Self {
        let indices = |pairs: &[(u32, Option<u32>)]| {
            let mut indices: Vec<u32> = pairs.iter().map(|(index, _)| *index).collect();
            sort_by_key(&mut indices, |index| *index);
            indices
        };
        let every = facts.proxied.as_ref().map_or(&[][..], |seen| &seen.failing);
        let alike = [indices(facts.failing_pairs()), indices(facts.broken_pairs()), every.to_vec()];
        let alike = alike.into_iter().find(|indices| !indices.is_empty()).unwrap_or_default();
        let others = every.iter().filter(|index| alike.binary_search(index).is_err());
        let all: Vec<u32> = alike.iter().chain(others).copied().collect();
        let failing = all.first().copied().or(other).and_then(|index| Some(Failing { index, entry: facts.proxied_entry(index)? }));
        Self { report, facts, offset, failing, alike, all }
    }

    /// How each text begins: that it is a sample, if it is one, and what happens.
    pub(super) fn opening(&self, more: &'static str) -> Vec<Block> {
        let sample = self.report.sample_line().map(|sample| Block::Paragraph(Line::new(sample).words(".")));
        sample.into_iter().chain([Block::Paragraph(self.in_short().words(more))]).collect()
    }

    /// What happens, in a sentence or two.
    fn in_short(&self) -> Line {
        let logs = self.facts.case.logs.as_deref().filter(|logs| logs.all.failing > 0);
        let Some(failing) = self.failing else {
            return match logs {
                Some(logs) => {
                    Line::default().value_or(self.host(), Field::Host).words(", by Cloudflare's logs: ").say(counts::shares(logs))
                }
                None => Line::default().gap(Field::Failure),
            };
        };
        let line = Line::default().value_or(self.host(), Field::Host).words(" returns ").say(self.error()).words(" through Cloudflare");
        let same = self.report.patterns.as_ref().filter(|patterns| patterns.failing > 0);
        match same {
            Some(patterns) => line.say(Redacted::fill(
                ". {} of {} in the capture failed.",
                &[&redact::thousands(patterns.failing.into()), &redact::counted(patterns.total as usize, "request", "requests")],
            )),
            None if failing.entry.request.method.is_empty() => line.words("."),
            None => line.words(". Method: ").value(redact::header_name(&failing.entry.request.method)).words("."),
        }
    }

    /// What the captures prove, when they do.
    pub(super) fn found(&self) -> Option<Line> {
        let verdict = &self.report.verdict;
        if verdict.cause.is_none() {
            let leading: Vec<_> = self.report.leading().collect();
            let (first, others) = leading.split_first()?;
            if others.is_empty() {
                return Some(Line::new("Possible cause: ").say(first.title.clone()).words(". ").say(first.reason.clone()));
            }
            let titles = Redacted::join(leading.iter().map(|finding| finding.title.clone()), "; ");
            return Some(Line::new("Possible causes: ").say(titles).words(". These captures can't tell them apart."));
        }
        let status = verdict.status.map_or("Possible", Status::label);
        // The summary of a cause also has the wait, which has a line of its own.
        let reason = self.report.findings.first().map(|finding| &finding.reason);
        if verdict.cause.as_ref().is_some_and(|cause| cause.as_str() == "not-520") {
            // Its headline is the reason.
            return Some(Line::new(status).words(": ").say(verdict.headline.clone()));
        }
        Some(Line::new(status).words(": ").say(verdict.headline.clone()).words(" ").say(reason.unwrap_or(&verdict.summary).clone()))
    }

    /// Where to read on about the cause: what its first steps name, each once.
    pub(super) fn sources(&self) -> Option<Line> {
        let mut sources = Vec::new();
        for source in
            self.report.leading().take(1).flat_map(|finding| &finding.steps).filter(|step| step.applies).flat_map(|step| &step.sources)
        {
            if sources.len() < MAX_SOURCES && !sources.contains(&source) {
                sources.push(source);
            }
        }
        let line = |line: Line, source: &SourceRow<Text>| line.words(" ").link(source.clone());
        (!sources.is_empty()).then(|| sources.into_iter().fold(Line::new("Sources:"), line))
    }

    /// How many requests failed, and over which time.
    pub(super) fn counts(&self) -> Option<Text> {
        let patterns = self.report.patterns.as_ref()?;
        let count =
            Redacted::fill("{} of {} failed", &[&patterns.failing, &redact::counted(patterns.total as usize, "request", "requests")]);
        let capture = self.report.captures.proxied.as_ref()?;
        Some(match (&capture.first, &capture.last) {
            (Some(first), Some(last)) => Redacted::fill("{}, from {} to {}", &[&count, first, last]),
            _ => count,
        })
    }

    /// What the logs say: the counts, what the failures have in common, since when, and Ray IDs. What `everybody` may read has no path.
    pub(super) fn logs(&self, everybody: bool) -> Vec<Line> {
        let (Some(logs), Some(row)) = (self.facts.case.logs.as_deref().filter(|logs| logs.all.failing > 0), &self.report.logs) else {
            return Vec::new();
        };
        let mut lines = vec![Line::new("Cloudflare's logs: ").say(counts::shares(logs))];
        if let (Some(from), Some(until)) = (&row.from, &row.until) {
            lines.push(Line::new("Time of the logs: ").value(from.clone()).words(" to ").value(until.clone()));
        }
        let kinds = || logs.pattern.tied.iter().map(|(kind, _)| *kind).chain(logs.pattern.kind);
        let names_one = kinds().any(|kind| matches!(kind, PatternKind::Url | PatternKind::Client));
        if logs.pattern.kind.is_some() && !(everybody && names_one) {
            lines.push(Line::default().say(counts::pattern(logs)));
        }
        if let Some(change) = row.changes.first() {
            let share = Redacted::fill(": {} before, {} after", &[&counts::of(change.before), &counts::of(change.after)]);
            lines.push(Line::new("The share of failures changed at ").value(change.at.clone()).say(share));
        }
        if !everybody {
            let rays = self.report.failing_rays().filter(|ray| ray.source.provenance == Provenance::Log).take(MAX_RAYS);
            let rays: Vec<Text> = rays.map(|ray| ray.id.clone()).collect();
            lines.extend((!rays.is_empty()).then(|| Line::new("Ray IDs from the logs: ").value(Redacted::join(rays, ", "))));
        }
        lines
    }

    /// What strong evidence excludes, by its titles.
    pub(super) fn ruled_out(&self) -> Option<Line> {
        let out: Vec<Text> = self.report.strongly_ruled_out().map(|finding| finding.title.clone()).collect();
        let (named, more) = (Redacted::join(out.iter().take(MAX_EXCLUDED).cloned(), "; "), out.len().saturating_sub(MAX_EXCLUDED));
        let line = Line::new("Ruled out by direct requests: ").say(named);
        let line = if more > 0 { line.say(Redacted::fill("; and {} more, in the report", &[&more])) } else { line };
        (!out.is_empty()).then(|| line.words("."))
    }

    /// What comes instead of a response, in a few words.
    pub(super) fn error(&self) -> Text {
        let told = || self.facts.first_stated(|fact| fact.error_code);
        match self.failing.map(|failing| failing.entry.response.status).or_else(told) {
            None => Redacted::fixed("an error that is not in the capture"),
            Some(0) => Redacted::fixed("no response"),
            Some(status) if status < 400 => Redacted::fill("a truncated response (status {})", &[&status]),
            Some(status) => Redacted::fill("error {}", &[&status]),
        }
    }

    /// Whether the failing request is a 520 of Cloudflare's own.
    pub(super) fn is_520(&self) -> bool {
        !self.facts.failing_pairs().is_empty()
    }

    pub(super) fn host(&self) -> Option<Text> {
        let host = |failing: Failing<'_>| redact::host(Address::new(&failing.entry.request.url).host);
        let site = || self.report.site.as_ref().map(|site| site.host.clone());
        self.failing.map(host).filter(|host| !host.as_str().is_empty()).or_else(site)
    }

    pub(super) fn host_or(&self) -> Text {
        self.host().unwrap_or_else(|| Redacted::fixed("the site"))
    }

    /// The failing URL, its values masked.
    pub(super) fn url(&self) -> Option<Text> {
        self.failing.map(|failing| redact::url(&failing.entry.request.url))
    }

    /// The same as it stands in commands.
    pub(super) fn url_for_shell(&self) -> Option<Text> {
        self.failing.map(|failing| redact::url_for_shell(&failing.entry.request.url))
    }

    pub(super) fn public_url(&self) -> Option<Text> {
        self.failing.map(|failing| redact::public_url(&failing.entry.request.url)).filter(|url| !url.as_str().is_empty())
    }

    pub(super) fn time(&self) -> Option<Timestamp> {
        Some(self.facts.when(Side::Proxied, self.failing?.entry)?.at)
    }

    pub(super) fn ray(&self) -> Option<Text> {
        ray(self.failing?.entry).map(|ray| redact::ray_id(&ray))
    }

    pub(super) fn colo(&self) -> Option<Text> {
        colo(self.failing?.entry).map(place)
    }

    pub(super) fn wait(&self) -> Option<Text> {
        self.report.measures.waited.as_ref().map(|row| row.sentence.clone())
    }

    /// The direct partner of the failing request.
    pub(super) fn direct_entry(&self) -> Option<&'a Entry> {
        let failing = self.failing?;
        let pair = self.facts.pairing.rows.iter().find(|pair| pair.proxied == Some(failing.index))?;
        self.facts.direct_entry(pair.direct.or(pair.stand_in)?)
    }

    /// What the origin responded to it.
    pub(super) fn direct_answer(&self) -> Option<Text> {
        if self.facts.direct_is_no_evidence().is_some() {
            return None;
        }
        let response = &self.direct_entry()?.response;
        Some(match (&response.error, response.status) {
            (Some(error), 0) => redact::error(error),
            (_, 0) => Redacted::fixed("no response"),
            (Some(error), status) => Redacted::fill("status {}, then {}", &[&status, &redact::error(error)]),
            (None, status) => Redacted::fill("status {}", &[&status]),
        })
    }

    /// Hosts of the direct capture alone: they name the origin.
    pub(super) fn origin_names(&self) -> Vec<String> {
        let public = self.facts.proxied.as_ref().map_or(&[][..], |seen| &seen.hosts);
        let names = self.facts.direct.iter().flat_map(|seen| &seen.hosts).filter(|host| !public.contains(host));
        names.map(|host| Address { host, ..Address::default() }.host_name().to_owned()).collect()
    }
}

/// A data centre with its place.
pub(super) fn place(colo: Colo) -> Text {
    match colo.place() {
        Some(place) => Redacted::fill("{} ({}, {})", &[&colo, &place.city, &place.country]),
        None => Redacted::fill("{}", &[&colo]),
    }
}
