//! `report.json`: the report as data, a public contract.
//!
//! `S` is what a string is. The core makes a `Report<Redacted<String>>`, the only one that can be written out; the page is sent a
//! [`ReportView`] of it with plain strings, which it can show and nothing else. A string that is part of the program itself is
//! `&'static str` or an enum where it is made, and needs no redaction.

use fivetwenty_captures::Side;
use fivetwenty_captures::compare::Difference;
use fivetwenty_captures::evidence::ray_id::Doubt;
use fivetwenty_captures::site::Reason;
use fivetwenty_redact::{Redacted, range_of_ms};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::advice::{Difficulty, Effort, Group, Likelihood, Risk, Server, Who};
use crate::vocabulary::{Basis, Feature, Polarity, Responsible, Shape, Source, Status, TextKind};

mod logs;

pub use self::logs::{
    LogBin, LogChange, LogColoTimes, LogDimension, LogLoad, LogMissingField, LogPatternRow, LogPhase, LogRay, LogStatus, LogTied,
    LogTimeToFail, LogTimes, LogValue, LogsRow, LogsView,
};

/// The schema's name and version.
pub const SCHEMA: &str = "fivetwenty/report/2";

/// The report.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report<S = Redacted<String>> {
    /// [`SCHEMA`].
    #[cfg_attr(feature = "schema", schemars(extend("const" = SCHEMA)))]
    pub schema: S,
    /// The captures are the program's own sample, and no site of the person's.
    pub sample: bool,
    /// What it comes down to.
    pub verdict: Verdict<S>,
    /// Every rule that exists, once, ranked.
    pub findings: Vec<FindingRow<S>>,
    /// What is wrong with the captures.
    pub warnings: Vec<WarningRow<S>>,
    /// The site that it is about, when anything was asked for.
    pub site: Option<SiteRow<S>>,
    /// The files.
    pub captures: Captures<S>,
    /// What was measured of the failing requests.
    pub measures: Measures<S>,
    /// The comparison, when there are two captures.
    pub pairs: Option<Pairs<S>>,
    /// Which requests through Cloudflare fail, when the capture holds any of the site's.
    pub patterns: Option<Patterns<S>>,
    /// What Cloudflare's logs say, when any were given.
    pub logs: Option<LogsRow<S>>,
    /// What became of the failing requests in a later capture, when there is one.
    pub after: Option<AfterRow<S>>,
    /// Every Ray ID found, once.
    pub rays: Vec<Ray<S>>,
    /// [`RAY_TIME`]: what the times in Ray IDs rest on.
    pub ray_time: S,
    /// Every text that was given beside the captures, in order, and what was taken from it.
    pub inputs: Vec<InputRow<S>>,
    /// What `/cdn-cgi/trace` said, its personal fields left out.
    pub trace: Option<TraceRow<S>>,
    /// What Cloudflare's support asks for, and whether it is here.
    pub checklist: Vec<ChecklistRow<S>>,
}

/// The report as the page shows it: without what it shows from elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportView<S> {
    /// The captures are the program's own sample.
    pub sample: bool,
    /// What it comes down to.
    pub verdict: Verdict<S>,
    /// Every rule that exists, once, ranked.
    pub findings: Vec<FindingRow<S>>,
    /// What is wrong with the captures.
    pub warnings: Vec<WarningRow<S>>,
    /// The site that it is about, when anything was asked for.
    pub site: Option<SiteRow<S>>,
    /// The files.
    pub captures: Captures<S>,
    /// What was measured of the failing requests.
    pub measures: Measures<S>,
    /// Which requests through Cloudflare fail, when the capture holds any of the site's.
    pub patterns: Option<Patterns<S>>,
    /// What Cloudflare's logs say, when any were given.
    pub logs: Option<LogsView<S>>,
    /// What became of the failing requests in a later capture, when there is one.
    pub after: Option<AfterRow<S>>,
    /// Every Ray ID found, once.
    pub rays: Vec<Ray<S>>,
    /// Every text that was given beside the captures, in order.
    pub inputs: Vec<InputView<S>>,
    /// What Cloudflare's support asks for, and whether it is here.
    pub checklist: Vec<ChecklistRow<S>>,
}

/// A text that was given, as the page shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputView<S> {
    /// Its name: that of its file, or `paste-1`.
    pub name: S,
    /// What it was taken for.
    pub kind: TextKind,
    /// How many of its lines are not empty.
    pub lines: u32,
    /// From how many of them something was taken.
    pub understood: u32,
    /// What was passed over of a long text, in a sentence.
    pub passed_over: Option<S>,
    /// Of what was found in it, in the order of the text; of much those that tell of a failure come first.
    pub extracts: Vec<ExtractView<S>>,
    /// How many extracts there were.
    pub total: u32,
}

/// A part of a text, as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtractView<S> {
    /// Its number among the parts of all texts.
    pub number: u32,
    /// Its first line, from 1.
    pub line: u32,
    /// What was taken from it, in one line.
    pub says: S,
    /// A request that was answered well, and nothing more.
    pub is_good: bool,
}

impl<S: Clone> Report<S> {
    /// What the page shows of it, with what it shows of the logs.
    pub fn view(&self, logs: Option<LogsView<S>>) -> ReportView<S> {
        let input = |row: &InputRow<S>| InputView {
            name: row.name.clone(),
            kind: row.kind,
            lines: row.lines,
            understood: row.understood,
            passed_over: row.passed_over.clone(),
            extracts: row.finds.iter().map(ExtractRow::view).collect(),
            total: row.finds_total,
        };
        ReportView {
            sample: self.sample,
            verdict: self.verdict.clone(),
            findings: self.findings.clone(),
            warnings: self.warnings.clone(),
            site: self.site.clone(),
            captures: self.captures.clone(),
            measures: self.measures.clone(),
            patterns: self.patterns.clone(),
            logs,
            after: self.after.clone(),
            rays: self.rays.clone(),
            inputs: self.inputs.iter().map(input).collect(),
            checklist: self.checklist.clone(),
        }
    }
}

/// What every form of the report shows. Forms differ in how long their lists are, never in which rows there are.
impl Report {
    /// The cause, or the causes that cannot be separated.
    pub fn leading(&self) -> impl Iterator<Item = &FindingRow<Redacted<String>>> {
        self.findings.iter().filter(|finding| self.verdict.leads(finding))
    }

    /// The findings below `possible` that are worth a line in short, [by their label](by_label). That the error is a 520 is what the report
    /// is about.
    pub fn closed(&self) -> Vec<(&'static str, Vec<&FindingRow<Redacted<String>>>)> {
        by_label(self.findings.iter().filter(|finding| finding.cause.as_str() != "not-520"))
    }

    /// What is ruled out, but for what the report is not about.
    pub fn ruled_out(&self) -> impl Iterator<Item = &FindingRow<Redacted<String>>> {
        self.findings.iter().filter(|finding| finding.status == Status::RuledOut && finding.cause.as_str() != "not-520")
    }

    /// What is ruled out by strong evidence: a direct request that shows something else. Others need not be told what follows from less.
    pub fn strongly_ruled_out(&self) -> impl Iterator<Item = &FindingRow<Redacted<String>>> {
        let is_direct = |row: &EvidenceRow<_>| row.polarity == Polarity::Contradicts && row.source.side == Some(Side::Direct);
        self.ruled_out().filter(move |finding| finding.basis == Basis::Seen && finding.evidence.iter().any(is_direct))
    }

    /// What says that it is a sample, if it is one.
    pub fn sample_line(&self) -> Option<&'static str> {
        self.sample.then_some(SAMPLE)
    }

    /// The warnings, each with whether its advice belongs below it: when both captures have the same warning, below the second.
    pub fn warnings(&self) -> impl Iterator<Item = (&WarningRow<Redacted<String>>, bool)> {
        let followed_by = |number: usize| self.warnings.get(number);
        (1..).zip(&self.warnings).map(move |(number, warning)| (warning, followed_by(number).is_none_or(|next| next.id != warning.id)))
    }

    /// The Ray IDs of failing requests.
    pub fn failing_rays(&self) -> impl Iterator<Item = &Ray<Redacted<String>>> {
        self.rays.iter().filter(|ray| ray.is_failing())
    }

    /// What is asked for and not here.
    pub fn missing(&self, need: Need) -> impl Iterator<Item = &ChecklistRow<Redacted<String>>> {
        self.checklist.iter().filter(move |row| !row.have && row.need == need)
    }
}

/// What it comes down to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict<S> {
    /// What is wrong with what was given, so that it comes before the verdict: two captures of the same side.
    pub caution: Option<S>,
    /// The first of the ranking if it is likely or confirmed.
    pub cause: Option<S>,
    /// That finding's status.
    pub status: Option<Status>,
    /// Ids that cannot be separated from it; when no cause is named, the ids that fit what was seen alike.
    pub tied: Vec<S>,
    /// One sentence; the next step when there is no cause.
    pub headline: S,
    /// Who must act.
    pub responsible: Vec<Responsible>,
    /// What was seen, in a sentence or two. Of a single piece (one page, one exception, one line of a log): what it proves.
    pub summary: S,
    /// Of a single piece: what it does not prove.
    pub leaves_open: Option<S>,
    /// What to do first.
    pub first_step: S,
    /// The commands of that step, when it has any.
    pub commands: Vec<S>,
    /// The stretch of the origin's logs to look into, when the failing request has a time.
    pub log_window: Option<Window<S>>,
    /// Further stretches, when the clocks of that request disagree and nothing decides which is right.
    pub other_windows: Vec<Window<S>>,
}

impl<S: PartialEq> Verdict<S> {
    /// The verdict's status in words.
    pub fn label(&self) -> &'static str {
        match self.status {
            Some(status) => status.label(),
            None if self.tied.is_empty() => "Next step",
            None => Status::Possible.label(),
        }
    }

    /// Whether a finding is the cause, or cannot be separated from it.
    pub fn leads(&self, finding: &FindingRow<S>) -> bool {
        self.cause.as_ref() == Some(&finding.cause) || self.tied.contains(&finding.cause)
    }

    /// Whether it is the one finding to show in full: the cause, or the only one that fits.
    pub fn is_shown_in_full(&self, finding: &FindingRow<S>) -> bool {
        match (&self.cause, &self.tied[..]) {
            (Some(cause), _) => *cause == finding.cause,
            (None, [only]) => *only == finding.cause,
            (None, _) => false,
        }
    }
}

/// Findings that are neither a cause nor possible, by their label: what is ruled out first, then what was not reproduced, then what cannot be
/// told.
pub fn by_label<'a, S: 'a>(findings: impl IntoIterator<Item = &'a FindingRow<S>>) -> Vec<(&'static str, Vec<&'a FindingRow<S>>)> {
    let mut groups = vec![(Status::RuledOut.label(), Vec::new()), (NOT_REPRODUCED, Vec::new()), (Status::CannotTell.label(), Vec::new())];
    for finding in findings {
        if let Some((_, group)) = groups.iter_mut().find(|(label, _)| *label == finding.label()) {
            group.push(finding);
        }
    }
    groups.retain(|(_, group)| !group.is_empty());
    groups
}

/// Findings that share a label and a reason, in their order.
pub struct Alike<'a, S> {
    /// What they are called: `Ruled out`.
    pub label: &'static str,
    /// The reason; `None` for findings of which each has its own.
    pub reason: Option<&'a S>,
    /// The findings, one or more.
    pub findings: Vec<&'a FindingRow<S>>,
}

/// Findings by label and reason. Of each label the reasons of several findings come first, then, together, the findings with a reason of
/// their own.
pub fn by_reason<'a, S: PartialEq + 'a>(findings: impl IntoIterator<Item = &'a FindingRow<S>>) -> Vec<Alike<'a, S>> {
    let mut groups: Vec<Alike<'a, S>> = Vec::new();
    for finding in findings {
        let (label, reason) = (finding.label(), Some(&finding.reason));
        match groups.iter_mut().find(|group| group.label == label && group.reason == reason) {
            Some(group) => group.findings.push(finding),
            None => groups.push(Alike { label, reason, findings: vec![finding] }),
        }
    }
    let mut sorted: Vec<Alike<'a, S>> = Vec::new();
    while let Some(label) = groups.first().map(|group| group.label) {
        let (own, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.label == label);
        let (single, several): (Vec<_>, Vec<_>) = own.into_iter().partition(|group| group.findings.len() == 1);
        sorted.extend(several);
        let mut single = single.into_iter();
        if let Some(mut first) = single.next() {
            for next in single {
                first.reason = None;
                first.findings.extend(next.findings);
            }
            sorted.push(first);
        }
        groups = others;
    }
    sorted
}

/// What a fault is called that the direct requests did not show.
const NOT_REPRODUCED: &str = "Not reproduced";

/// A stretch of time, RFC 3339 in UTC with milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Window<S> {
    /// Its start.
    pub from: S,
    /// Its end.
    pub to: S,
    /// The clocks that agree on it, one or more.
    pub by: Vec<Clock>,
}

impl<S> Window<S> {
    /// Which clocks it goes by, for instance `by the Ray ID and the Date header`.
    pub fn by(&self) -> Redacted<String> {
        Redacted::fill("by {}", &[&Clock::names(&self.by)])
    }
}

/// A clock that tells when a request was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// The time in the Ray ID, to 10 ms: when Cloudflare received the request. Derived, see [`RAY_TIME`].
    RayId,
    /// The Date header of Cloudflare's answer, in whole seconds: when it answered.
    Date,
    /// The time on Cloudflare's error page, in whole seconds: when it was made.
    ErrorPage,
    /// The clock of the machine that recorded, `startedDateTime` and the phases until the request was sent. It may be off.
    Har,
    /// A time in a pasted text, when it was written.
    Text,
}

impl Clock {
    /// What it is, within a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::RayId => "the Ray ID",
            Self::Date => "the Date header",
            Self::ErrorPage => "the error page",
            Self::Har => "the HAR file's clock",
            Self::Text => "the text's time",
        }
    }

    /// Several of them, with "and" before the last.
    pub fn names(clocks: &[Self]) -> Redacted<String> {
        let names = |clocks: &[Self]| Redacted::join(clocks.iter().map(|clock| Redacted::fixed(clock.label())), ", ");
        match clocks {
            [first @ .., last] if !first.is_empty() => Redacted::fill("{} and {}", &[&names(first), &last.label()]),
            _ => names(clocks),
        }
    }
}

/// What every form says of a sample.
pub const SAMPLE: &str = "Sample: captures of a test server, not your site";

/// What the time in a Ray ID rests on. It is said wherever such times stand.
pub const RAY_TIME: &str = "The time in a Ray ID is derived; Cloudflare does not document it. It was measured on 8,769 public pairs of Ray ID and Date header, 2014 to 2026: in all but one it is at most a second after the Date, and mostly less than two seconds before it.";

/// What one rule found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindingRow<S> {
    /// The rule's id.
    pub cause: S,
    /// The cause in a few words.
    pub title: S,
    /// What was found.
    pub status: Status,
    /// The origin was asked and did not show it: a `cannot-tell` that is said as "Not reproduced".
    pub not_reproduced: Option<Retry>,
    /// Whether the fault itself was seen, or follows from which requests fail.
    pub basis: Basis,
    /// Why this status, in one sentence.
    pub reason: S,
    /// What the cause means, in a few sentences; empty when it is ruled out.
    pub means: S,
    /// Who must act.
    pub responsible: Vec<Responsible>,
    /// How frequent the cause is among 520s.
    pub likelihood: Option<Likelihood>,
    /// How hard the fix is.
    pub difficulty: Option<Difficulty>,
    /// What it rests on.
    pub evidence: Vec<EvidenceRow<S>>,
    /// The words of those steps that are for every server, or for one that the evidence names.
    pub fix: Vec<S>,
    /// What to do, in order. Steps that several findings share stand with the first of them.
    pub steps: Vec<StepRow<S>>,
    /// Tests that would settle it.
    pub tests: Vec<TestRow<S>>,
}

impl<S> FindingRow<S> {
    /// Its status in words.
    pub fn label(&self) -> &'static str {
        if self.not_reproduced.is_some() { NOT_REPRODUCED } else { self.status.label() }
    }
}

/// A fault that the direct requests did not show, and that may come and go all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Retry {
    /// How often the origin was asked itself, the fewest times of any request that fails through Cloudflare.
    pub tries: u32,
    /// How many tries of each such request would exclude it, within five minutes of a failure.
    pub needed: u32,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StepRow<S> {
    /// What it is for.
    pub group: Group,
    /// One or two sentences.
    pub text: S,
    /// How long it takes.
    pub effort: Effort,
    /// What it can break.
    pub risk: Risk,
    /// Who takes it.
    pub who: Who,
    /// The server that it is for; `None` for every one.
    pub server: Option<Server>,
    /// It is for every server, or for one that the evidence names.
    pub applies: bool,
    /// Who says so.
    pub sources: Vec<SourceRow<S>>,
}

/// Something to read on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceRow<S> {
    /// What it says.
    pub title: S,
    /// Where it stands.
    pub url: S,
}

impl<S> StepRow<S> {
    /// Its effort, its risk, and who takes it.
    pub fn marks(&self) -> Redacted<String> {
        Redacted::fill("{} · {} · {}", &[&self.effort.label(), &self.risk.label(), &self.who.label()])
    }
}

/// Steps that stand under one heading.
pub struct StepGroup<'a, S> {
    /// What they are for.
    pub group: Group,
    /// The server that they are for.
    pub server: Option<Server>,
    /// In order.
    pub steps: &'a [StepRow<S>],
}

/// Steps under their headings: those that apply, and those for servers that the evidence does not name.
pub fn grouped<S>(steps: &[StepRow<S>]) -> (Vec<StepGroup<'_, S>>, Vec<StepGroup<'_, S>>) {
    let chunks = steps.chunk_by(|one, other| (one.group, one.server) == (other.group, other.server));
    let groups = chunks
        .filter_map(|steps| steps.first().map(|first| (first.applies, StepGroup { group: first.group, server: first.server, steps })));
    let (open, others): (Vec<_>, Vec<_>) = groups.partition(|(applies, _)| *applies);
    let bare = |groups: Vec<(bool, _)>| groups.into_iter().map(|(_, group)| group).collect();
    (bare(open), bare(others))
}

/// The first step of each group that applies, three at most, each with its number among all that apply, from 0.
pub fn first_steps<S>(steps: &[StepRow<S>]) -> Vec<(usize, &StepRow<S>)> {
    const MAX: usize = 3;
    let applying: Vec<_> = steps.iter().filter(|step| step.applies).enumerate().collect();
    applying.chunk_by(|(_, one), (_, other)| one.group == other.group).filter_map(|group| group.first().copied()).take(MAX).collect()
}

/// The names of the servers that have steps among these, each once.
pub fn servers<S>(groups: &[StepGroup<'_, S>]) -> Redacted<String> {
    let mut names: Vec<&str> = Vec::new();
    for server in groups.iter().filter_map(|group| group.server).map(Server::label) {
        if !names.contains(&server) {
            names.push(server);
        }
    }
    Redacted::join(names.into_iter().map(|name| Redacted::fill("{}", &[&name])), ", ")
}

/// Commands to run one after another, and what their results decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestRow<S> {
    /// For a shell, with the request's own host and URL.
    pub commands: Vec<S>,
    /// What the results decide, in a sentence or two.
    pub decides: S,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EvidenceRow<S> {
    /// Where it was seen.
    pub source: Source,
    /// The index in `log.entries` of that file.
    pub entry: Option<u32>,
    /// Which field, for instance `response._error`.
    pub field: S,
    /// Its value as far as it may leave, else its length.
    pub value: S,
    /// For the cause or against it.
    pub polarity: Polarity,
}

/// Something wrong with a capture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WarningRow<S> {
    /// The rule's id.
    pub id: S,
    /// Which capture; both when there is none.
    #[serde(rename = "source")]
    pub side: Option<Side>,
    /// One or two sentences.
    pub detail: S,
    /// The words of those steps that are for every server, or for one that the evidence names.
    pub fix: Vec<S>,
    /// What to do, in order.
    pub steps: Vec<StepRow<S>>,
    /// Tests that would settle it.
    pub tests: Vec<TestRow<S>>,
}

/// The files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Captures<S> {
    /// The file that went through Cloudflare, whatever it was given as.
    pub proxied: Option<CaptureRow<S>>,
    /// The other one.
    pub direct: Option<CaptureRow<S>>,
}

/// The site that the report is about: what other hosts answered does not count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SiteRow<S> {
    /// Its most telling host.
    pub host: S,
    /// Why it is taken for the site.
    pub reason: Reason,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaptureRow<S> {
    /// The file's name, without its folder.
    pub name: S,
    /// What it was given as.
    pub given_as: Side,
    /// The file's size.
    pub bytes: u64,
    /// Name and version of what wrote it.
    pub creator: S,
    /// Number of entries.
    pub entries: u32,
    /// Every host, most requests first, 20 at most.
    pub hosts: Vec<S>,
    /// The site's own host, whose failures count.
    pub site: Option<S>,
    /// Entries that went through Cloudflare.
    pub via_cloudflare: u32,
    /// Entries of the site that failed.
    pub failing: u32,
    /// Start of the first entry, in UTC.
    pub first: Option<S>,
    /// Start of the last entry, in UTC.
    pub last: Option<S>,
    /// What could not be read as it should, 100 at most.
    pub problems: Vec<ProblemRow<S>>,
    /// How many problems there were.
    pub problems_total: u32,
}

/// Something that could not be read as it should.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProblemRow<S> {
    /// Byte offset in the file.
    pub offset: u64,
    /// The line, from 1; 0 when it is not known.
    pub line: u64,
    /// JSON path, for instance `log.entries[3].time`.
    pub path: S,
    /// What was expected and what was there.
    pub problem: S,
}

/// What was measured of the failing requests, each beside the figures that it is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Measures<S> {
    /// How long Cloudflare waited before it failed.
    pub waited: Option<WaitRow<S>>,
    /// The largest headers that the origin, when asked itself, sent for a request that is a 520 through Cloudflare.
    pub response_headers: Option<HeadersRow<S>>,
    /// The largest headers of a request that is a 520 through Cloudflare.
    pub request_headers: Option<HeadersRow<S>>,
}

/// How long Cloudflare waited on the failing requests: those that are a 520, else all that fail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WaitRow<S> {
    /// How many of them the figures are of.
    pub requests: u32,
    /// The shortest wait, in milliseconds: at least and at most.
    pub shortest: [u64; 2],
    /// The longest wait, in milliseconds: at least and at most.
    pub longest: [u64; 2],
    /// Where the figures come from.
    pub from: WaitedFrom,
    /// The same in a sentence.
    pub sentence: S,
    /// Known time-outs, the shortest first.
    pub times: Vec<KnownTime<S>>,
}

impl<S> WaitRow<S> {
    /// The known time-outs that a wait is near.
    pub fn near(&self) -> impl Iterator<Item = &KnownTime<S>> {
        self.times.iter().filter(|time| time.requests > 0)
    }
}

/// A time after which somebody gives up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KnownTime<S> {
    /// In milliseconds.
    pub ms: u64,
    /// What happens then.
    pub of: S,
    /// Who gives up: `cloudflare` or `origin`.
    pub by: S,
    /// The address of the page that says so.
    pub source: S,
    /// How many of the waits are near it.
    pub requests: u32,
}

/// The size of the headers of a request or a response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HeadersRow<S> {
    /// All of them, in bytes as HTTP/1.1 writes them.
    pub bytes: u64,
    /// The share of the cookies among those that are listed: Set-Cookie of a response, Cookie of a request.
    pub cookies: u64,
    /// Bytes that were measured and stand in no listed header: a sanitised export leaves out cookies first.
    pub unlisted: u64,
    /// Where the figure comes from: `measured` on the wire, `summed` from the list, or `estimated` for compressed headers.
    pub how: S,
    /// In which capture.
    pub source: Source,
    /// In which entry.
    pub entry: u32,
    /// What it is compared with, the smallest first.
    pub limits: Vec<KnownLimit<S>>,
}

impl<S> HeadersRow<S> {
    /// The largest limit that they exceed.
    pub fn exceeded(&self) -> Option<&KnownLimit<S>> {
        self.limits.iter().rev().find(|limit| self.bytes > limit.bytes)
    }
}

/// A size that somebody takes no more than.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KnownLimit<S> {
    /// In bytes.
    pub bytes: u64,
    /// Whose limit of what.
    pub of: S,
    /// Whose: `cloudflare` today, or `origin` for others.
    pub by: S,
}

/// The comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pairs<S> {
    /// Pairs found.
    pub matched: u32,
    /// Requests without a partner.
    pub only_proxied: u32,
    /// Requests without a partner.
    pub only_direct: u32,
    /// Pairs with another status.
    pub status_changed: u32,
    /// Pairs with other headers, those left out that the edge adds or that differ on every answer.
    pub headers_changed: u32,
    /// Pairs whose status, framing or headers differ, and what a finding cites: 1,000 at most, the most telling ones first kept.
    pub rows: Vec<PairRow<S>>,
}

/// One pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PairRow<S> {
    /// The index in the proxied file.
    pub proxied: Option<u32>,
    /// The index in the direct file.
    pub direct: Option<u32>,
    /// The method.
    pub method: S,
    /// The proxied side's URL, else the direct one's.
    pub url: S,
    /// Both statuses, proxied first; `null` where there is no such entry.
    pub status: [Option<u16>; 2],
    /// In what they differ, most important first.
    pub differs: Vec<Difference>,
    /// Names of response headers that only the proxied side has, those of the edge left out.
    pub headers_added: Vec<S>,
    /// Names of response headers that only the direct side has.
    pub headers_removed: Vec<S>,
    /// Names of response headers that differ.
    pub headers_changed: Vec<S>,
}

/// Which of the site's requests through Cloudflare fail. What the browser's cache answered and what the page cancelled does not count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Patterns<S> {
    /// Requests that count.
    pub total: u32,
    /// Those that failed.
    pub failing: u32,
    /// The interval in which the share of failures lies with 95 % certainty (Wilson's), in thousandths.
    pub share_per_mille: Option<[u32; 2]>,
    /// What the failures have in common.
    pub shape: Shape,
    /// Further requests that it would take to tell the shape; 0 unless there are too few.
    pub needed: u32,
    /// All of this in a sentence or two.
    pub sentence: S,
    /// What all failing requests have, and fail clearly more often for.
    pub features: Vec<FeatureRow>,
    /// By method and URL without its query: those that fail most first, 50 at most.
    pub urls: Vec<UrlRow<S>>,
    /// By data centre: those with most requests first, 20 at most. Answers without a Ray ID belong to none.
    pub colos: Vec<ColoRow<S>>,
    /// By the time a request started: stretches of one length without a gap, 60 at most.
    pub times: Vec<TimeRow<S>>,
}

impl<S> Patterns<S> {
    /// The URLs that failed at least once, those that fail most first.
    pub fn failing_urls(&self) -> impl Iterator<Item = &UrlRow<S>> {
        self.urls.iter().filter(|row| row.failing > 0)
    }
}

/// Requests with and without a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FeatureRow {
    /// The feature.
    pub feature: Feature,
    /// Requests that have it.
    pub total: u32,
    /// Those of them that failed.
    pub failing: u32,
    /// Requests that do not have it, none of which failed.
    pub others: u32,
}

/// Requests for one URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UrlRow<S> {
    /// The method.
    pub method: S,
    /// The URL without its query.
    pub url: S,
    /// Requests.
    pub total: u32,
    /// Those that failed.
    pub failing: u32,
}

/// Requests that one data centre received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ColoRow<S> {
    /// The data centre's code.
    pub colo: S,
    /// Requests.
    pub total: u32,
    /// Those that failed.
    pub failing: u32,
}

/// Requests of a stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimeRow<S> {
    /// Its start, RFC 3339 in UTC with milliseconds.
    pub from: S,
    /// Its end, which belongs to the next one.
    pub to: S,
    /// Requests.
    pub total: u32,
    /// Those that failed.
    pub failing: u32,
    /// The same by data centre, those left out that received none.
    pub colos: Vec<ColoRow<S>>,
}

/// A later capture through Cloudflare, and what became of the requests that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AfterRow<S> {
    /// The later file.
    pub capture: CaptureRow<S>,
    /// One sentence.
    pub summary: S,
    /// Requests that failed and fail no more; of each list 100 at most.
    pub gone: Vec<FollowedRow<S>>,
    /// Requests that still fail.
    pub still: Vec<FollowedRow<S>>,
    /// Requests that fail only now.
    pub new: Vec<FollowedRow<S>>,
    /// Requests that failed and were not asked for again.
    pub not_asked: Vec<FollowedRow<S>>,
    /// When the last of the earlier failures was asked for, in UTC.
    pub last_failure: Option<S>,
    /// When the first good answer was asked for to a request that is gone from the failing ones, in UTC.
    pub first_good: Option<S>,
}

/// A request in both captures; the same when method and path are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FollowedRow<S> {
    /// The method.
    pub method: S,
    /// The URL as it was met first.
    pub url: S,
    /// How often it failed before, and was asked for.
    pub before: [u32; 2],
    /// How often it failed in the later capture, and was asked for.
    pub after: [u32; 2],
}

/// A Ray ID.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ray<S> {
    /// 16 digits, without the data centre.
    pub id: S,
    /// The data centre's code.
    pub colo: Option<S>,
    /// Its city.
    pub city: Option<S>,
    /// Its country, two letters.
    pub country: Option<S>,
    /// When Cloudflare received the request: UTC with milliseconds, derived from the ID, which Cloudflare does not document. `null` when the ID cannot carry a time.
    pub received: Option<S>,
    /// Where it was seen first.
    pub source: Source,
    /// In which entry.
    pub entry: Option<u32>,
    /// The status of that answer, when one was seen.
    pub status: Option<u16>,
    /// How long Cloudflare worked on the request.
    pub waited: Option<Waited>,
    /// Whether that time is the one that the other clocks of the request agree on; without any, whether it is within the capture that it was
    /// seen in, or for a text in any of them. `null` without a time or a capture.
    pub in_capture: Option<bool>,
    /// What makes it doubtful that the ID is whole and genuine.
    pub doubt: Vec<Doubt>,
}

impl Ray<Redacted<String>> {
    /// The same for the page, which can show it and nothing else.
    pub fn plain(&self) -> Ray<String> {
        let plain = |text: &Option<Redacted<String>>| text.as_ref().map(|text| text.as_str().to_owned());
        Ray {
            id: self.id.as_str().to_owned(),
            colo: plain(&self.colo),
            city: plain(&self.city),
            country: plain(&self.country),
            received: plain(&self.received),
            doubt: self.doubt.clone(),
            source: self.source,
            entry: self.entry,
            status: self.status,
            waited: self.waited,
            in_capture: self.in_capture,
        }
    }
}

impl<S> Ray<S> {
    /// What `in_capture` says, in words.
    pub fn belongs(&self) -> Option<&'static str> {
        Some(if self.in_capture? {
            "yes, its time is within that of the capture"
        } else {
            "its time is not that of the capture: from a cache, from another recording, or the computer's clock was wrong"
        })
    }

    /// Whether the answer is known to be a failure: none, or a server's error.
    pub fn is_failing(&self) -> bool {
        self.status.is_some_and(|status| status == 0 || status >= 500)
    }
}

/// How long Cloudflare waited: always a range with its source.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Waited {
    /// At least, in milliseconds.
    pub min_ms: u64,
    /// At most, in milliseconds.
    pub max_ms: u64,
    /// Where the figure comes from.
    pub from: WaitedFrom,
}

impl Waited {
    /// The range, for instance `at most 50 ms` or `19.8 s to 20.8 s`.
    pub fn range(&self) -> Redacted<String> {
        range_of_ms([self.min_ms, self.max_ms])
    }

    /// The range with its source: `at most 50 ms (the browser's wait)`.
    pub fn said(&self) -> Redacted<String> {
        Redacted::fill("{} ({})", &[&self.range(), &self.from.label()])
    }
}

impl WaitedFrom {
    /// In a few words.
    pub fn label(self) -> &'static str {
        match self {
            Self::CfOrigin => "Server-Timing",
            Self::HarWait => "the browser's wait",
            Self::Date => "Date less the Ray ID's time",
            Self::ErrorPage => "the error page's time less the Ray ID's",
        }
    }
}

/// Where a wait was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WaitedFrom {
    /// `Server-Timing: cfOrigin;dur`.
    CfOrigin,
    /// `timings.wait` of the entry: the way to the edge and back is in it.
    HarWait,
    /// The Date header, in whole seconds, less the Ray ID's time.
    Date,
    /// The time on Cloudflare's error page, in whole seconds, less the Ray ID's time.
    ErrorPage,
}

/// What `/cdn-cgi/trace` said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TraceRow<S> {
    /// The data centre's code.
    pub colo: Option<S>,
    /// Its city.
    pub city: Option<S>,
    /// The host that was asked.
    pub host: Option<S>,
    /// When, in UTC with milliseconds.
    pub time: Option<S>,
    /// The HTTP version between browser and edge.
    pub http: Option<S>,
    /// The TLS version between browser and edge.
    pub tls: Option<S>,
}

/// Something that Cloudflare's support asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChecklistRow<S> {
    /// What.
    pub item: S,
    /// Whether it is here.
    pub have: bool,
    /// What it is, for people.
    pub title: S,
    /// Whether it is always asked for.
    pub need: Need,
    /// The step that produces it; empty when it is here.
    pub step: S,
    /// Commands for that step, for a shell, with the request's own host and URL; none when it is here.
    pub commands: Vec<S>,
}

/// How much something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// Of every case.
    Always,
    /// Where the rest does not tell the cause.
    Helps,
}

/// A text that was given, and what was taken from it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InputRow<S> {
    /// Its name: that of its file, or `paste-1`.
    pub name: S,
    /// What it was taken for.
    pub kind: TextKind,
    /// Its length in bytes.
    pub bytes: u64,
    /// How many of its lines are not empty, of those that were looked at.
    pub lines: u32,
    /// From how many of them something was taken.
    pub understood: u32,
    /// What was passed over of a long text, in a sentence.
    pub passed_over: Option<S>,
    /// What it says, all finds together.
    pub facts: InputFacts<S>,
    /// What was found in it, in the order of the text, 100 at most; of more, those that tell of a failure come first.
    pub finds: Vec<ExtractRow<S>>,
    /// How many finds there were.
    pub finds_total: u32,
}

/// What a text says: of each fact every value, once. In JSON only what is there, a single value without a list.
#[derive(Clone, Debug, PartialEq)]
pub struct InputFacts<S> {
    /// HTTP statuses.
    pub status: Vec<u16>,
    /// Cloudflare's codes of errors.
    pub error_code: Vec<u16>,
    /// Ray IDs, without the data centre.
    pub ray: Vec<S>,
    /// Data centres.
    pub colo: Vec<S>,
    /// Hosts.
    pub host: Vec<S>,
    /// Versions of HTTP: `1.1`, `2`, `3`.
    pub http: Vec<S>,
    /// Exit statuses of curl.
    pub curl_exit: Vec<u8>,
    /// Times, UTC with milliseconds.
    pub time: Vec<S>,
    /// Addresses that were connected to.
    pub address: Vec<S>,
    /// The words of log lines whose meaning is known.
    pub log: Vec<S>,
}

/// Something that was found in a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExtractRow<S> {
    /// Its number among the parts of all texts, by which evidence names it.
    #[serde(skip)]
    pub number: u32,
    /// What was taken from it, in one line.
    pub says: S,
    /// What the part of the text is.
    pub kind: TextKind,
    /// Its first line, from 1.
    pub line: u32,
    /// Which way the request went, when the text tells: else `untold`.
    #[serde(serialize_with = "way")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::way"))]
    pub way: Option<Side>,
    /// The request's method.
    pub method: Option<S>,
    /// Its URL.
    pub url: Option<S>,
    /// The host that it is about.
    pub host: Option<S>,
    /// The version of HTTP: `1.1`, `2`, `3`.
    pub http: Option<S>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// Cloudflare's code of the error.
    pub error_code: Option<u16>,
    /// A Ray ID, without the data centre.
    pub ray: Option<S>,
    /// The data centre.
    pub colo: Option<S>,
    /// When, UTC with milliseconds.
    pub time: Option<S>,
    /// The time is by a clock whose zone the text does not tell.
    pub local: bool,
    /// The address that was connected to.
    pub address: Option<S>,
    /// The exit status of curl.
    pub curl_exit: Option<u8>,
    /// What went wrong, by the name that browsers give it.
    pub error: Option<S>,
    /// The words of a log line whose meaning is known.
    pub log: Option<S>,
    /// What they mean.
    pub means: Option<S>,
}

impl<S> ExtractRow<S> {
    /// Whether it is a request that was answered well, and tells nothing more.
    pub fn is_good(&self) -> bool {
        self.status.is_some_and(|status| status < 400) && self.log.is_none() && self.error.is_none()
    }
}

impl<S: Clone> ExtractRow<S> {
    fn view(&self) -> ExtractView<S> {
        ExtractView { number: self.number, line: self.line, says: self.says.clone(), is_good: self.is_good() }
    }
}

impl<S: Serialize> Serialize for InputFacts<S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        let mut map = serializer.serialize_map(None)?;
        fact(&mut map, "status", &self.status)?;
        fact(&mut map, "error_code", &self.error_code)?;
        fact(&mut map, "ray", &self.ray)?;
        fact(&mut map, "colo", &self.colo)?;
        fact(&mut map, "host", &self.host)?;
        fact(&mut map, "http", &self.http)?;
        fact(&mut map, "curl_exit", &self.curl_exit)?;
        fact(&mut map, "time", &self.time)?;
        fact(&mut map, "address", &self.address)?;
        fact(&mut map, "log", &self.log)?;
        map.end()
    }
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "this is how serde calls it")]
fn way<T: Serializer>(side: &Option<Side>, serializer: T) -> Result<T::Ok, T::Error> {
    serializer.serialize_str(side.map_or("untold", Side::id))
}

/// A fact: nothing, its value, or a list of its values.
fn fact<M: SerializeMap>(map: &mut M, name: &'static str, values: &[impl Serialize]) -> Result<(), M::Error> {
    match values {
        [] => Ok(()),
        [one] => map.serialize_entry(name, one),
        many => map.serialize_entry(name, many),
    }
}

/// Evidence that differs only in its entry, as one row with all these entries; in the order of the first ones.
pub fn alike<S: PartialEq>(evidence: &[EvidenceRow<S>]) -> Vec<(&EvidenceRow<S>, Vec<u32>)> {
    let mut groups: Vec<(&EvidenceRow<S>, Vec<u32>)> = Vec::new();
    for row in evidence {
        let is_alike = |other: &EvidenceRow<S>| {
            (other.source, other.polarity) == (row.source, row.polarity) && other.field == row.field && other.value == row.value
        };
        match groups.iter_mut().find(|(first, _)| is_alike(first)) {
            Some((_, entries)) => entries.extend(row.entry.filter(|entry| !entries.contains(entry))),
            None => groups.push((row, row.entry.into_iter().collect())),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a reason that several findings share is said twice, one is counted with another status, or the order changes.
    #[test]
    fn findings_stand_together_by_reason() {
        let finding = |cause: &str, status, reason: &str| FindingRow {
            cause: cause.to_owned(),
            title: String::new(),
            status,
            not_reproduced: None,
            basis: Basis::Seen,
            reason: reason.to_owned(),
            means: String::new(),
            responsible: Vec::new(),
            likelihood: None,
            difficulty: None,
            evidence: Vec::new(),
            fix: Vec::new(),
            steps: Vec::new(),
            tests: Vec::new(),
        };
        let out = Status::RuledOut;
        let findings = [
            finding("a", Status::CannotTell, "x"),
            finding("b", out, "y"),
            finding("c", out, "x"),
            finding("d", out, "z"),
            finding("e", out, "x"),
        ];
        let shown = |group: Alike<'_, String>| {
            let causes = group.findings.iter().map(|finding| finding.cause.as_str()).collect::<Vec<_>>().join(" ");
            (group.label, group.reason.cloned().unwrap_or_default(), causes)
        };
        let groups: Vec<_> = by_reason(&findings).into_iter().map(shown).collect();
        let group = |status: Status, reason: &str, causes: &str| (status.label(), reason.to_owned(), causes.to_owned());
        assert_eq!(groups, [group(Status::CannotTell, "x", "a"), group(out, "x", "c e"), group(out, "", "b d")]);
    }

    /// Breaks when entries that say the same stand on lines of their own, or one that says something else, or against it, is counted in.
    #[test]
    fn evidence_that_repeats_is_one_row_with_its_entries() {
        let row = |source, entry, value: &str, polarity| EvidenceRow {
            source,
            entry: Some(entry),
            field: "response.status".to_owned(),
            value: value.to_owned(),
            polarity,
        };
        let rows = [
            row(Source::capture(Side::Proxied), 6, "520", Polarity::Supports),
            row(Source::capture(Side::Direct), 6, "200", Polarity::Supports),
            row(Source::capture(Side::Proxied), 7, "520", Polarity::Supports),
            row(Source::capture(Side::Proxied), 7, "520", Polarity::Supports),
            row(Source::capture(Side::Proxied), 8, "520", Polarity::Contradicts),
        ];
        let entries: Vec<Vec<u32>> = alike(&rows).into_iter().map(|(_, entries)| entries).collect();
        assert_eq!(entries, [vec![6, 7], vec![6], vec![8]]);
    }
}
