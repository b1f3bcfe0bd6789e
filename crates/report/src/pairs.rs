//! The comparison: which requests have partners, and in what those differ.

use fivetwenty_captures::Side;
use fivetwenty_captures::compare::{Aligned, Change, Difference, Pair, align};
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_diagnose::{Diagnosis, Facts};
use fivetwenty_model::report::{PairRow, Pairs};
use fivetwenty_redact::{self as redact, Redacted};

type Text = Redacted<String>;

/// Rows of pairs that a report holds at most.
const MAX_ROWS: usize = 1000;

/// The comparison, when both captures hold something.
pub(super) fn pairs(diagnosis: &Diagnosis, facts: &Facts<'_>) -> Option<Pairs<Text>> {
    let (Some(one), Some(other)) = (&facts.proxied, &facts.direct) else { return None };
    if [one, other].iter().any(|seen| seen.capture.is_none_or(|capture| capture.entries.is_empty())) {
        return None;
    }
    // Requests that texts show are in no file.
    let is_shown = |pair: &Pair| {
        pair.proxied.is_some_and(|index| !one.is_in_capture(index)) || pair.direct.is_some_and(|index| !other.is_in_capture(index))
    };
    let pairing = &diagnosis.pairing;
    let cited = diagnosis.cited();
    let is_cited = |side, index: Option<u32>| index.is_some_and(|index| cited.contains(&(side, index)));
    let mut totals = Pairs { matched: 0, only_proxied: 0, only_direct: 0, status_changed: 0, headers_changed: 0, rows: Vec::new() };
    let mut telling: Vec<(usize, usize)> = Vec::new();
    for (number, pair) in pairing.rows.iter().enumerate().filter(|(_, pair)| !is_shown(pair)) {
        match (pair.proxied, pair.direct) {
            (Some(_), Some(_)) => totals.matched += 1,
            (Some(_), None) => totals.only_proxied += 1,
            _ => totals.only_direct += 1,
        }
        let has = |difference| pair.differs.contains(&difference);
        totals.status_changed += u32::from(has(Difference::Status));
        totals.headers_changed += u32::from(has(Difference::Headers));
        let cited = is_cited(Side::Proxied, pair.proxied) || is_cited(Side::Direct, pair.direct);
        let rank = [cited, has(Difference::Status), has(Difference::Framing), has(Difference::Headers)].iter().position(|holds| *holds);
        telling.extend(rank.map(|rank| (rank, number)));
    }
    // The most telling ones are kept, in the order of the captures.
    sort_by_key(&mut telling, |(rank, _)| *rank);
    telling.truncate(MAX_ROWS);
    sort_by_key(&mut telling, |(_, number)| *number);
    let rows = telling.into_iter().filter_map(|(_, number)| pairing.rows.get(number));
    totals.rows = rows
        .filter_map(|pair| {
            let proxied = pair.proxied.and_then(|index| facts.proxied_entry(index));
            let direct = pair.direct.and_then(|index| facts.direct_entry(index));
            Some(pair_row(pair.proxied, pair.direct, &pair.differs, proxied, direct, proxied.or(direct)?))
        })
        .collect();
    Some(totals)
}

fn pair_row(
    proxied_index: Option<u32>,
    direct_index: Option<u32>,
    differs: &[Difference],
    proxied: Option<&Entry>,
    direct: Option<&Entry>,
    either: &Entry,
) -> PairRow<Text> {
    let lines = match (proxied, direct) {
        (Some(one), Some(other)) if one.response.status > 0 && other.response.status > 0 => {
            align(&one.response.headers, &other.response.headers)
        }
        _ => Vec::new(),
    };
    let names = |change: Change| {
        lines.iter().filter(move |line: &&Aligned<'_>| line.change == change).map(|line| redact::header_name(&line.name)).collect()
    };
    PairRow {
        proxied: proxied_index,
        direct: direct_index,
        method: redact::header_name(&either.request.method),
        url: redact::url(&either.request.url),
        status: [proxied.map(|entry| entry.response.status), direct.map(|entry| entry.response.status)],
        differs: differs.to_vec(),
        headers_added: names(Change::OnlyProxied),
        headers_removed: names(Change::OnlyDirect),
        headers_changed: names(Change::Changed),
    }
}
