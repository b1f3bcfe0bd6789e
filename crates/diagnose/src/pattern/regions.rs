//! How data centres compare for the same URLs at about the same time.

use fivetwenty_captures::edge::{is_520, is_passed_on};
use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::order::sort_by_key;

use super::attempt::{Attempt, Outcome};
use super::colos::{ColoShare, place};
use super::share::Share;

/// How data centres compare that were asked for the same URL within [`ABOUT_THE_SAME_TIME_MS`]. Answers from Cloudflare's cache do not count,
/// and only its 520 counts as a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regions {
    /// No two were.
    NotCompared,
    /// One fails and another does not.
    Differ {
        /// The one that fails.
        fails: ColoAnswers,
        /// The one that does not, or far less.
        works: ColoAnswers,
        /// Whether that may still be chance.
        certainty: Certainty,
    },
    /// Both of a pair fail.
    Alike(ColoAnswers, ColoAnswers),
    /// No such difference shows.
    Unclear,
}

/// Whether a difference can be chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// It cannot, and the requests to the two alternated.
    Certain,
    /// It may be chance.
    MayBeChance,
}

/// What a data centre answered while another got requests for the same URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColoAnswers {
    /// The data centre.
    pub colo: Colo,
    /// How many failed.
    pub share: Share,
    /// An entry that shows it.
    pub entry: u32,
}

/// The maximum time between two requests that are compared, in milliseconds.
pub const ABOUT_THE_SAME_TIME_MS: i64 = 5 * 60 * 1000;

/// The responses of one data centre while another got requests for the same URLs.
#[derive(Clone, Copy, Default)]
struct Cell {
    share: Share,
    /// The first and the last of these requests, in milliseconds.
    span: Option<(i64, i64)>,
    failed: Option<u32>,
    answered: Option<u32>,
}

impl Cell {
    fn add(&mut self, index: u32, at: i64, outcome: Outcome) {
        self.share.add(outcome);
        self.span = Some(self.span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        let place = if outcome == Outcome::Failed { &mut self.failed } else { &mut self.answered };
        *place = place.or(Some(index));
    }

    /// Both went on while the other did.
    fn overlaps(&self, other: &Self) -> bool {
        self.span.zip(other.span).is_some_and(|((first, last), (other_first, other_last))| first < other_last && other_first < last)
    }
}

/// One request that Cloudflare sent to the origin, or tried to send.
struct Asked {
    index: u32,
    url: usize,
    /// The place of its data centre in the list.
    colo: usize,
    at: i64,
    outcome: Outcome,
}

/// Compares every two data centres by their responses for the same URLs.
pub(super) fn regions(attempts: &[Attempt<'_>], colos: &[ColoShare]) -> Regions {
    if colos.len() < 2 {
        return Regions::NotCompared;
    }
    let asked = attempts.iter().filter_map(|one| {
        let outcome = match one.outcome {
            Outcome::Failed if is_520(one.entry) => Outcome::Failed,
            Outcome::Answered if is_passed_on(one.entry) => Outcome::Answered,
            _ => return None,
        };
        Some(Asked { index: one.index, url: one.url, colo: place(colos, one.colo)?, at: one.entry.started?.unix_ms(), outcome })
    });
    let mut asked: Vec<Asked> = asked.collect();
    sort_by_key(&mut asked, |asked| (asked.url, asked.at));
    let before = others_before(&mut asked.iter());
    let mut after = others_before(&mut asked.iter().rev());
    after.reverse();
    let mut cells = vec![Cell::default(); colos.len() * colos.len()];
    for ((one, before), after) in asked.iter().zip(before).zip(after) {
        for (number, other) in [before, after].into_iter().enumerate() {
            let Some(other) = other else { continue };
            // One request counts once against each other data centre.
            if number == 0 || before != Some(other) {
                cells[one.colo * colos.len() + other].add(one.index, one.at, one.outcome);
            }
        }
    }
    compare(&cells, colos)
}

/// For each request the data centre of the nearest request before it that asked another one for the same, at about the same time.
fn others_before(asked: &mut dyn Iterator<Item = &Asked>) -> Vec<Option<usize>> {
    let mut last: Option<&Asked> = None;
    let mut other: Option<&Asked> = None;
    let mut found = Vec::new();
    for one in asked {
        if last.is_some_and(|last| last.url != one.url) {
            (last, other) = (None, None);
        }
        if last.is_some_and(|last| last.colo != one.colo) {
            other = last;
        }
        let near = other.filter(|other| (one.at - other.at).abs() <= ABOUT_THE_SAME_TIME_MS);
        found.push(near.map(|other| other.colo));
        last = Some(one);
    }
    found
}

fn compare(cells: &[Cell], colos: &[ColoShare]) -> Regions {
    let mut compared = Regions::NotCompared;
    let pairs = u32::try_from(colos.len() * (colos.len() - 1)).unwrap_or(u32::MAX);
    let mut alike = None;
    let mut hint: Option<(u32, Regions)> = None;
    for (row, one) in colos.iter().enumerate() {
        for (column, other) in colos.iter().enumerate() {
            let (at_one, at_other) = (&cells[row * colos.len() + column], &cells[column * colos.len() + row]);
            if at_one.share.total == 0 || at_other.share.total == 0 {
                continue;
            }
            compared = Regions::Unclear;
            let at = |of: &ColoShare, cell: &Cell, entry: Option<u32>| ColoAnswers {
                colo: of.colo,
                share: cell.share,
                entry: entry.unwrap_or_default(),
            };
            let fails = at(one, at_one, at_one.failed);
            let works = at(other, at_other, at_other.answered.or(at_other.failed));
            if fails.share.exceeds(works.share, pairs) && at_one.overlaps(at_other) {
                return Regions::Differ { fails, works, certainty: Certainty::Certain };
            }
            let all_or_none =
                fails.share.failing == fails.share.total && works.share.failing == 0 && fails.share.total > 1 && works.share.total > 1;
            if all_or_none && hint.is_none_or(|(total, _)| total < fails.share.total) {
                hint = Some((fails.share.total, Regions::Differ { fails, works, certainty: Certainty::MayBeChance }));
            }
            if fails.share.failing > 0 && works.share.failing > 0 {
                alike = alike.or(Some(Regions::Alike(fails, at(other, at_other, at_other.failed))));
            }
        }
    }
    hint.map(|(_, hint)| hint).or(alike).unwrap_or(compared)
}
