//! Everything the page shows, and what follows from it.

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_model::protocol::{Overview, RowQuery, Rows};
use fivetwenty_redact::Policy;
use fivetwenty_redact::commands::{Asked, Target};

use super::admission::{Admission, MAX_OPEN, Offer, may_be_capture, may_be_logs};
use super::bundle::Bundle;
use super::files::{FileLine, Phase};
use super::filled::Filled;
use super::loadable::{Loadable, Shared};
use super::person::{Mode, Terminal, Theme};
use super::place::Place;
use super::probe::Probe;
use super::rows::{Filter, Goal, Open, Seek};
use super::undo::Undo;
use crate::labels;

/// Everything the page shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The files given, in that order, with those that failed.
    pub files: Vec<FileLine>,
    /// More captures than can be compared, of which the person picks.
    pub offered: Vec<Offer>,
    /// A message about the last thing the person did; may be empty.
    pub notice: String,
    /// Why the workers cannot begin: their module could not be loaded.
    pub unprepared: Option<String>,
    /// The ways out of a worker that are open; `None` as long as none is known.
    pub ways_out: Option<String>,
    /// The person wants files to be read all the same.
    pub unisolated: bool,
    /// The analysis of the files read so far.
    pub analysis: Loadable<Shared<Overview>>,
    /// Which rows the person wants to see.
    pub filter: Filter,
    /// The last window of rows that was requested; `None` makes the table request it again.
    pub requested: Option<RowQuery>,
    /// The last window of rows that arrived.
    pub rows: Option<Shared<Rows>>,
    /// The entry that evidence leads to, while it is looked for.
    pub seeking: Option<Seek>,
    /// The row to bring into view, numbered so that the same row can be asked for again.
    pub goal: Option<Goal>,
    /// The row whose detail is open.
    pub open: Option<Open>,
    /// The live probe.
    pub probe: Probe,
    /// The page came through Cloudflare itself.
    pub by_cloudflare: bool,
    /// The offset of the clock of the origin's logs.
    pub zone: UtcOffset,
    /// The bundle.
    pub bundle: Bundle,
    /// Who the person is to the site.
    pub mode: Mode,
    /// Single keys do nothing.
    pub without_keys: bool,
    /// In which colours the page is shown.
    pub theme: Theme,
    /// Where the address leads; `None` until it leads to a place.
    pub place: Option<Place>,
    /// What the person can take back.
    pub undo: Option<Undo>,
    /// What the person typed for commands, beside what is known from the captures.
    pub terminal: Terminal,
    /// What they filled into the texts to send.
    pub filled: Filled,
    /// The page of guides and commands.
    pub help: Loadable<Shared<String>>,
}

impl State {
    /// Nothing was given that says anything: the first screen is shown.
    pub fn is_at_start(&self) -> bool {
        self.overview().is_none() && (self.is_probe_only() || !self.files.iter().any(FileLine::counts))
    }

    /// The place that is shown. Where nothing leads there is nothing to fix, and the requests say most; of logs alone the evidence.
    pub fn here(&self) -> Place {
        let is_logs = |overview: &Shared<Overview>| overview.report.logs.is_some() && overview.proxied.or(overview.direct).is_none();
        let leads = |overview: &Shared<Overview>| {
            let verdict = &overview.report.verdict;
            verdict.cause.is_some() || !verdict.tied.is_empty()
        };
        let first = || match self.overview() {
            Some(overview) if leads(overview) => Place::first(self.mode),
            Some(overview) if is_logs(overview) => Place::Evidence(String::new()),
            _ => Place::first(Mode::Support),
        };
        self.place.clone().unwrap_or_else(first)
    }

    /// The probe's results are the only file, or there is none: the probe comes first on the page then.
    pub fn is_probe_only(&self) -> bool {
        self.files.iter().all(|file| Some(file.id) == self.probe.file)
    }

    /// The values that commands are filled in with. They come from files and from what the person typed, nowhere else.
    pub fn asked_for(&self) -> Asked {
        let none = Target::default();
        let target = self.overview().map_or(&none, |overview| &overview.target);
        Asked::new(target, &self.terminal.url, &self.terminal.origin, self.zone)
    }

    /// What is done with the files offered: two captures are compared, and one that was recorded after a fix may come beside them. Two new
    /// ones replace what is open.
    pub fn admit(&self, offers: &[Offer]) -> Admission {
        let refused: Vec<String> = offers.iter().filter_map(Offer::refusal).collect();
        let readable = (0..offers.len()).filter(|&index| offers[index].refusal().is_none());
        let (mut take, mut texts): (Vec<usize>, Vec<usize>) = readable.partition(|&index| may_be_capture(&offers[index].name));
        if take.len() > 2 {
            texts.extend(take.extract_if(.., |index| may_be_logs(&offers[*index].name)));
        }
        let held = self.files.iter().filter(|file| file.counts() && file.phase != Phase::Text && may_be_capture(&file.name)).count();
        let mut admission = Admission { take, notice: refused.join(" "), ..Admission::default() };
        let notice = match admission.take.len() {
            0 => "",
            1 if held < MAX_OPEN => "",
            2 if held == 0 => "",
            2 => {
                admission.replaces = true;
                labels::NEW_FILES_REPLACED_OLD
            }
            1 => {
                admission.take.clear();
                labels::CAPTURES_FULL
            }
            _ => {
                admission.take.clear();
                admission.picks = true;
                ""
            }
        };
        if !notice.is_empty() {
            if !admission.notice.is_empty() {
                admission.notice.push(' ');
            }
            admission.notice.push_str(notice);
        }
        if !admission.picks {
            admission.take.extend(texts);
        }
        admission
    }

    /// Something that was typed, chosen or asked for would be lost with the page.
    pub fn loses_something(&self) -> bool {
        !self.filled.is_empty() || self.probe.panels.is_some() || self.bundle.policy != Policy::default()
    }

    /// The analysis, when there is one.
    pub fn overview(&self) -> Option<&Shared<Overview>> {
        match &self.analysis {
            Loadable::Ready(overview) => Some(overview),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{given, offer};
    use super::*;

    /// Breaks when a third file is kept out or pushes one of two away, a fourth is taken in silence, or two new ones do not replace the old.
    #[test]
    fn two_places_a_third_for_after_and_words_for_a_fourth() {
        let none = State::default();
        assert_eq!(none.admit(&[offer("a"), offer("b")]), Admission { take: vec![0, 1], ..Admission::default() });
        let three = none.admit(&[offer("a"), offer("b"), offer("c")]);
        assert!(three.take.is_empty() && three.picks && three.notice.is_empty());

        let one = given(&none, &[0]);
        assert_eq!(one.admit(&[offer("b")]).take, [0]);
        let both = given(&one, &[1]);
        assert_eq!(both.admit(&[offer("c")]), Admission { take: vec![0], ..Admission::default() });
        let all = given(&both, &[2]);
        let fourth = all.admit(&[offer("d")]);
        assert!(fourth.take.is_empty() && fourth.notice.contains("open already"));
        for open in [&both, &all] {
            let new = open.admit(&[offer("d"), offer("e")]);
            assert!(new.replaces && new.take == [0, 1]);
        }
    }

    /// Breaks when logs take the places of captures, or several of them, packed as Logpush writes them, are said to be too many captures.
    #[test]
    fn logs_take_no_place() {
        let logs = ["a.log.gz", "b.ndjson.zst", "c.csv", "d.jsonl", "e.json", "f.json.gz", "g.json"].map(offer);
        let admission = State::default().admit(&logs);
        assert_eq!((admission.take.len(), admission.picks, admission.replaces), (7, false, false));
        let mut read = given(&State::default(), &[0, 1, 2]);
        for file in &mut read.files {
            file.phase = Phase::Text;
        }
        assert_eq!(read.admit(&[offer("a.har"), offer("b.har")]), Admission { take: vec![0, 1], ..Admission::default() });
    }

    /// Breaks when one bad offer keeps the good ones from being read.
    #[test]
    fn folders_and_empty_files_get_words_and_the_rest_is_read() {
        let folder = Offer { folder: true, ..offer("logs") };
        let empty = Offer { size: 0, ..offer("e.har") };
        let admission = State::default().admit(&[folder, offer("a.har"), empty]);
        assert_eq!(admission.take, [1]);
        assert!(admission.notice.contains("logs is a folder") && admission.notice.contains("e.har is empty"));
    }
}
