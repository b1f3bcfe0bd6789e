//! The rows of the comparison, as the page shows them.

use fivetwenty_captures::Side;
use fivetwenty_captures::compare::Pair;
use fivetwenty_captures::edge::{colo, is_failing};
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::{sort_by_key, tally};
use fivetwenty_diagnose::Diagnosis;
use fivetwenty_inputs::host_and_path;
use fivetwenty_model::protocol::{Cell, Choice, Column, Facet, Found, Goto, Row, RowKey, RowQuery, Rows, Shared, Show, Sort};

use super::csv;
use super::filter::{DIFFERENCES, Filter, toggled};
use super::pairs::{Candidate, body_bytes, differs, entries};
use super::shared::shared;

/// Rows of one window at most.
const MAX_ROWS: u32 = 200;
/// Values of one property that are offered.
const MAX_CHOICES: usize = 5;

/// The rows of a diagnosis, with what was worked out for the last questions: the page asks for one window after another.
#[derive(Default)]
pub(crate) struct Table {
    known: Option<Known>,
    /// What rows of a choice have.
    facets: Option<(Show, Vec<Values>)>,
    /// The rows of a choice, in an order.
    sorted: Option<(Show, Sort, Vec<u32>)>,
    /// Those of them that a filter lets through.
    passing: Option<(String, Vec<u32>)>,
}

/// A property by the prefix of the filter, its values and how many rows have each.
type Values = (&'static str, Vec<(String, u32)>);

/// What does not change with a question.
struct Known {
    starts: [Option<Timestamp>; 2],
    /// Entries that findings cite, by side.
    cited: [Vec<u32>; 2],
    different: u32,
    failing: u32,
    axis_ms: f64,
    shared: Vec<Shared>,
}

impl Table {
    /// A window of rows; none when nothing is diagnosed.
    pub(crate) fn window(&mut self, diagnosis: Option<&Diagnosis>, query: RowQuery) -> Rows {
        let Some(diagnosis) = diagnosis else { return Rows { query, ..Rows::default() } };
        self.list(diagnosis, &query);
        let facets = self.facets(diagnosis, &query);
        let Some((known, (_, passing))) = self.known.as_ref().zip(self.passing.as_ref()) else { return Rows::default() };
        let window = passing.iter().skip(query.from as usize).take(query.count.min(MAX_ROWS) as usize);
        Rows {
            matching: number(passing.len()),
            total: number(diagnosis.pairing.rows.len()),
            different: known.different,
            failing: known.failing,
            axis_ms: known.axis_ms,
            facets,
            shared: known.shared.clone(),
            rows: window.filter_map(|at| known.row(diagnosis, &diagnosis.pairing.rows[*at as usize])).collect(),
            query,
        }
    }

    /// The rows of a filter in its order, as CSV.
    pub(crate) fn csv(&mut self, diagnosis: &Diagnosis, query: &RowQuery) -> String {
        self.list(diagnosis, query);
        let passing = self.passing.iter().flat_map(|(_, passing)| passing);
        csv::table(diagnosis, passing.map(|at| &diagnosis.pairing.rows[*at as usize]))
    }

    /// Where a row stands among those of a filter.
    pub(crate) fn find(&mut self, diagnosis: &Diagnosis, query: &RowQuery, to: Goto) -> Option<Found> {
        self.list(diagnosis, query);
        let pairs = &diagnosis.pairing.rows;
        let place = |passing: &[u32], is_it: &dyn Fn(&Pair) -> bool| passing.iter().position(|at| is_it(&pairs[*at as usize]));
        let (_, passing) = self.passing.as_ref()?;
        let (from, differing, back) = match to {
            Goto::Next { from, differing } => (from, differing, false),
            Goto::Previous { from, differing } => (from, differing, true),
            Goto::Entry(side, entry) => {
                let is_it = |pair: &Pair| match side {
                    Side::Proxied => pair.proxied == Some(entry),
                    Side::Direct => pair.direct == Some(entry),
                    Side::After => false,
                };
                if let Some(index) = place(passing, &is_it) {
                    return Some(Found { key: key(&pairs[passing[index] as usize]), index: number(index), hidden: false });
                }
                let all = RowQuery { show: Show::All, text: String::new(), ..query.clone() };
                self.list(diagnosis, &all);
                let (_, all) = self.passing.as_ref()?;
                let index = place(all, &is_it)?;
                return Some(Found { key: key(&pairs[all[index] as usize]), index: number(index), hidden: true });
            }
        };
        let here = place(passing, &|pair| key(pair) == from)?;
        let is_wanted = |index: &usize| {
            let pair = &pairs[passing[*index] as usize];
            let sides = entries(diagnosis, pair);
            !differing || Candidate { sides, differs: differs(pair, sides[0]), cited: false }.is_different()
        };
        let index = if back { (0..here).rev().find(is_wanted) } else { (here + 1..passing.len()).find(is_wanted) }?;
        Some(Found { key: key(&pairs[passing[index] as usize]), index: number(index), hidden: false })
    }

    /// Works out which rows pass, unless that is known from the last question.
    fn list(&mut self, diagnosis: &Diagnosis, query: &RowQuery) {
        let known = self.known.get_or_insert_with(|| Known::new(diagnosis));
        if self.sorted.as_ref().is_none_or(|(show, sort, _)| (*show, *sort) != (query.show, query.sort)) {
            self.sorted = Some((query.show, query.sort, known.sorted(diagnosis, query.show, query.sort)));
            self.passing = None;
        }
        let text = query.text.trim();
        if self.passing.as_ref().is_none_or(|(of, _)| of != text)
            && let Some((.., sorted)) = &self.sorted
        {
            let filter = Filter::new(text);
            let passes = |at: &u32| filter.passes(&known.candidate(diagnosis, &diagnosis.pairing.rows[*at as usize]));
            // While a word is typed, only those can pass that passed before its last letter. A number may become a status by a digit.
            let is_word = text.bytes().all(|letter| letter.is_ascii_alphabetic());
            let before = self.passing.as_ref().filter(|(of, _)| is_word && text.starts_with(&**of)).map(|(_, passing)| passing);
            let passing = before.unwrap_or(sorted).iter().copied().filter(passes).collect();
            self.passing = Some((text.to_owned(), passing));
        }
    }

    fn facets(&mut self, diagnosis: &Diagnosis, query: &RowQuery) -> Vec<Facet> {
        if self.facets.as_ref().is_none_or(|(show, _)| *show != query.show) {
            let rows = self.sorted.iter().flat_map(|(.., rows)| rows).map(|at| &diagnosis.pairing.rows[*at as usize]);
            self.facets = Some((query.show, values(diagnosis, &rows.collect::<Vec<_>>())));
        }
        let choices = |prefix: &'static str, values: &[(String, u32)]| {
            let choice = |(value, count): &(String, u32)| {
                let (text, chosen) = toggled(&query.text, prefix, value);
                Choice { value: value.clone(), count: *count, chosen, text }
            };
            Facet { prefix: prefix.to_owned(), choices: values.iter().map(choice).collect() }
        };
        self.facets.iter().flat_map(|(_, facets)| facets).map(|(prefix, values)| choices(prefix, values)).collect()
    }
}

impl Known {
    fn new(diagnosis: &Diagnosis) -> Self {
        let start = |side| Some(diagnosis.capture(side)?.span()?.0);
        let mut cited = [Vec::new(), Vec::new()];
        for (side, entry) in diagnosis.cited() {
            if let Some(of) = cited.get_mut(side as usize) {
                of.push(entry);
            }
        }
        for of in &mut cited {
            sort_by_key(of, |entry| *entry);
        }
        let starts = [start(Side::Proxied), start(Side::Direct)];
        let mut known = Self { starts, cited, different: 0, failing: 0, axis_ms: 0.0, shared: Vec::new() };
        for pair in &diagnosis.pairing.rows {
            let row = known.candidate(diagnosis, pair);
            let (is_different, is_failing) = (row.is_different(), row.is_failing());
            for (entry, start) in row.sides.into_iter().zip(starts) {
                let end = entry.and_then(|entry| Some(start_ms(entry, start)? + entry.time_ms.unwrap_or_default()));
                known.axis_ms = known.axis_ms.max(end.unwrap_or_default());
            }
            known.different += u32::from(is_different);
            known.failing += u32::from(is_failing);
        }
        known.shared = shared(diagnosis);
        known
    }

    fn candidate<'a>(&self, diagnosis: &'a Diagnosis, pair: &'a Pair) -> Candidate<'a> {
        let sides = entries(diagnosis, pair);
        let cited = [pair.proxied, pair.direct];
        let cited = cited.iter().zip(&self.cited).any(|(entry, cited)| entry.is_some_and(|entry| cited.binary_search(&entry).is_ok()));
        Candidate { sides, differs: differs(pair, sides[0]), cited }
    }

    /// The rows of a choice, in order.
    fn sorted(&self, diagnosis: &Diagnosis, show: Show, sort: Sort) -> Vec<u32> {
        let is_shown = |row: &Candidate<'_>| match show {
            Show::All => true,
            Show::Differences => row.is_different(),
            Show::Failing => row.is_failing(),
        };
        let mut rows = Vec::new();
        for (at, pair) in (0..).zip(&diagnosis.pairing.rows) {
            let row = self.candidate(diagnosis, pair);
            if is_shown(&row) {
                rows.push((self.rank(&row, sort.by), path(&row, sort.by), at));
            }
        }
        if sort.by == Column::Request {
            // Equal ones keep their order whichever way they are sorted, so they get one rank.
            sort_by_key(&mut rows, |(_, path, _)| *path);
            let (mut rank, mut last) = (0, None);
            for row in &mut rows {
                rank += u64::from(last.replace(row.1).is_some_and(|last| last != row.1));
                row.0 = Some(rank);
            }
            sort_by_key(&mut rows, |(.., at)| *at);
        }
        sort_by_key(&mut rows, |(rank, ..)| match rank {
            None => u64::MAX,
            Some(rank) if sort.descending => u64::MAX - 1 - rank,
            Some(rank) => *rank,
        });
        rows.into_iter().map(|(.., at)| at).collect()
    }

    /// What a column sorts by; `None` where it is not known.
    fn rank(&self, row: &Candidate<'_>, by: Column) -> Option<u64> {
        let status = |entry: &Entry| u64::from(entry.response.status) + if is_failing(entry) { 1000 } else { 0 };
        let either = row.sides[0].or(row.sides[1]);
        // To a tenth of a millisecond; what starts before the first one of its file starts with it.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
        let whole = |ms: f64| (ms * 10.0) as u64;
        match by {
            Column::Start => {
                let starts = row.sides.iter().zip(self.starts).filter_map(|(entry, start)| start_ms((*entry)?, start));
                starts.map(whole).next()
            }
            Column::Proxied => row.sides[0].map(status),
            Column::Direct => row.sides[1].map(status),
            Column::Request => None,
            Column::Differs if row.sides.contains(&None) => Some(7),
            Column::Differs => Some(row.differs.first().map_or(0, |first| 6 - *first as u64)),
            Column::Size => either.and_then(body_bytes),
            Column::Time => either?.time_ms.map(whole),
        }
    }

    fn row(&self, diagnosis: &Diagnosis, pair: &Pair) -> Option<Row> {
        let row = self.candidate(diagnosis, pair);
        let [one, other] = row.sides;
        let either = one.or(other)?;
        let (host, path) = host_and_path(&either.request.url);
        Some(Row {
            key: key(pair),
            method: either.request.method.to_string(),
            host,
            path,
            proxied: one.map(|entry| cell(entry, self.starts[0])),
            direct: other.map(|entry| cell(entry, self.starts[1])),
            differs: row.differs.to_vec(),
            cited: row.cited,
        })
    }
}

/// Path, query and host of a row that is sorted by them.
fn path<'a>(row: &Candidate<'a>, by: Column) -> (&'a str, Option<&'a str>, &'a str) {
    match row.sides[0].or(row.sides[1]) {
        Some(entry) if by == Column::Request => {
            let address = Address::new(&entry.request.url);
            (address.path, address.query, address.host)
        }
        _ => ("", None, ""),
    }
}

/// What rows have, by the prefixes of the filter.
fn values(diagnosis: &Diagnosis, rows: &[&Pair]) -> Vec<Values> {
    let sides = || rows.iter().map(|pair| entries(diagnosis, pair));
    // One row counts once for a value, even when both sides have it.
    let once = |values: [Option<u16>; 2]| values.into_iter().flatten().take(if values[0] == values[1] { 1 } else { 2 });
    let statuses = sides().flat_map(|sides| once(sides.map(|entry| Some(entry?.response.status)))).collect::<Vec<u16>>();
    let codes: Vec<String> = (0..1000).map(|status: u16| if status == 0 { "none".to_owned() } else { status.to_string() }).collect();
    let colos: Vec<String> = sides().filter_map(|[proxied, _]| Some(colo(proxied?)?.as_str().to_owned())).collect();
    let either = || sides().filter_map(|[one, other]| one.or(other));
    let of_differences = rows.iter().flat_map(|pair| differs(pair, entries(diagnosis, pair)[0]));
    let named = of_differences.filter_map(|differs| DIFFERENCES.iter().find(|(_, known)| known == differs).map(|(name, _)| *name));
    let count = |prefix: &'static str, values: &mut dyn Iterator<Item = &str>| {
        let counted = tally(values).into_iter().filter(|(value, _)| !value.is_empty());
        (prefix, counted.take(MAX_CHOICES).map(|(value, count)| (value.to_owned(), count)).collect::<Vec<_>>())
    };
    let facets = vec![
        count("status", &mut statuses.iter().filter_map(|status| codes.get(usize::from(*status))).map(String::as_str)),
        count("type", &mut either().filter_map(|entry| entry.resource_type.as_deref())),
        count("host", &mut either().map(|entry| Address::new(&entry.request.url).host)),
        count("colo", &mut colos.iter().map(String::as_str)),
        count("differs", &mut named.into_iter()),
    ];
    facets.into_iter().filter(|(_, values)| !values.is_empty()).collect()
}

fn key(pair: &Pair) -> RowKey {
    RowKey { proxied: pair.proxied, direct: pair.direct }
}

fn cell(entry: &Entry, start: Option<Timestamp>) -> Cell {
    let response = &entry.response;
    Cell {
        status: response.status,
        error: response.error.as_deref().map(str::to_owned),
        failing: is_failing(entry),
        bytes: body_bytes(entry),
        time_ms: entry.time_ms,
        start_ms: start_ms(entry, start),
        colo: colo(entry).map(|colo| colo.to_string()),
    }
}

/// When a request started, in milliseconds after the first one of its file.
fn start_ms(entry: &Entry, start: Option<Timestamp>) -> Option<f64> {
    entry.started.zip(start).map(|(started, start)| (started.unix_ms() - start.unix_ms()) as f64)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
