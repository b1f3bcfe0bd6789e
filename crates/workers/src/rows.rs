//! The rows of the comparison, as the page shows them.

use fivetwenty_captures::Side;
use fivetwenty_captures::compare::Pair;
use fivetwenty_captures::edge::{colo, is_failing};
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Entry;
use fivetwenty_diagnose::Diagnosis;
use fivetwenty_inputs::host_and_path;
use fivetwenty_model::protocol::{Cell, Row, RowKey, RowQuery, Rows, Show};

/// Rows of one window at most.
const MAX_ROWS: u32 = 200;

/// A window of rows; none when nothing is diagnosed.
pub(crate) fn window(diagnosis: Option<&Diagnosis>, query: RowQuery) -> Rows {
    let Some(diagnosis) = diagnosis else { return Rows { query, matching: 0, total: 0, rows: Vec::new() } };
    let view = View::new(diagnosis);
    let text = query.text.trim().to_ascii_lowercase();
    let matching: Vec<&Pair> = diagnosis.pairing.rows.iter().filter(|pair| view.matches(pair, query.show, &text)).collect();
    let window = matching.iter().skip(query.from as usize).take(query.count.min(MAX_ROWS) as usize);
    Rows {
        matching: number(matching.len()),
        total: number(diagnosis.pairing.rows.len()),
        rows: window.filter_map(|pair| view.row(pair)).collect(),
        query,
    }
}

/// The row that holds an entry of a side, and its number among all rows.
pub(crate) fn find(diagnosis: &Diagnosis, side: Side, entry: u32) -> Option<(u32, RowKey)> {
    let is_it = |pair: &Pair| match side {
        Side::Proxied => pair.proxied == Some(entry),
        Side::Direct => pair.direct == Some(entry),
        Side::After => false,
    };
    let rows = &diagnosis.pairing.rows;
    rows.iter().position(is_it).map(|at| (number(at), RowKey { proxied: rows[at].proxied, direct: rows[at].direct }))
}

/// The requests of a row, proxied first.
pub(crate) fn entries<'a>(diagnosis: &'a Diagnosis, pair: &Pair) -> [Option<&'a Entry>; 2] {
    let entry = |side, index: Option<u32>| Some(diagnosis.case.observation(side, index?)?.entry);
    [entry(Side::Proxied, pair.proxied), entry(Side::Direct, pair.direct)]
}

struct View<'a> {
    diagnosis: &'a Diagnosis,
    starts: [Option<Timestamp>; 2],
    cited: Vec<(Side, u32)>,
}

impl<'a> View<'a> {
    fn new(diagnosis: &'a Diagnosis) -> Self {
        let start = |side| Some(diagnosis.capture(side)?.span()?.0);
        Self { diagnosis, starts: [start(Side::Proxied), start(Side::Direct)], cited: diagnosis.cited() }
    }

    fn matches(&self, pair: &Pair, show: Show, text: &str) -> bool {
        let [one, other] = entries(self.diagnosis, pair);
        let mut sides = one.into_iter().chain(other);
        let shown = match show {
            Show::All => true,
            Show::Differences => !pair.differs.is_empty() || pair.proxied.is_none() || pair.direct.is_none(),
            Show::Failing => sides.clone().any(is_failing),
        };
        shown && (text.is_empty() || sides.any(|entry| says(entry, text)))
    }

    fn row(&self, pair: &Pair) -> Option<Row> {
        let [one, other] = entries(self.diagnosis, pair);
        let either = one.or(other)?;
        let (host, path) = host_and_path(&either.request.url);
        let is_cited = |side, index: Option<u32>| index.is_some_and(|index| self.cited.contains(&(side, index)));
        Some(Row {
            key: RowKey { proxied: pair.proxied, direct: pair.direct },
            method: either.request.method.to_string(),
            host,
            path,
            proxied: one.map(|entry| cell(entry, self.starts[0])),
            direct: other.map(|entry| cell(entry, self.starts[1])),
            differs: pair.differs.clone(),
            cited: is_cited(Side::Proxied, pair.proxied) || is_cited(Side::Direct, pair.direct),
        })
    }
}

/// Whether method, URL, status or error contain a text in lower case.
fn says(entry: &Entry, text: &str) -> bool {
    let contains = |field: &str| field.to_ascii_lowercase().contains(text);
    contains(&entry.request.url)
        || contains(&entry.request.method)
        || entry.response.status.to_string().contains(text)
        || entry.response.error.as_deref().is_some_and(contains)
}

fn cell(entry: &Entry, start: Option<Timestamp>) -> Cell {
    let response = &entry.response;
    Cell {
        status: response.status,
        error: response.error.as_deref().map(str::to_owned),
        failing: is_failing(entry),
        bytes: response.body_size.filter(|bytes| *bytes > 0).or(response.content_size),
        time_ms: entry.time_ms,
        start_ms: entry.started.zip(start).map(|(started, start)| (started.unix_ms() - start.unix_ms()) as f64),
        colo: colo(entry).map(|colo| colo.to_string()),
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
