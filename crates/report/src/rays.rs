//! Ray IDs, decoded.

use fivetwenty_captures::Side;
use fivetwenty_captures::edge::ray;
use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::Numbers;
use fivetwenty_diagnose::{Facts, Observation, waited};
use fivetwenty_model::Source;
use fivetwenty_model::report::Ray;
use fivetwenty_redact::{self as redact, Redacted};

type Text = Redacted<String>;

/// Ray IDs that a report holds at most.
const MAX_RAYS: usize = 1000;

/// Every Ray ID once, those of failing requests first.
pub(super) fn rays(facts: &Facts<'_>) -> Vec<Ray<Text>> {
    let (case, mut seen) = (facts.case, Numbers::default());
    let mut found: Vec<(bool, Observation<'_>, RayId)> = Vec::new();
    for view in [&facts.proxied, &facts.direct].into_iter().flatten() {
        for observation in case.observations(view.side) {
            if let Some(ray) = ray(observation.entry)
                && seen.number(&ray.id()).1
            {
                found.push((view.failing.binary_search(&observation.index).is_err(), observation, ray));
            }
        }
    }
    // The captures come in order already, so that only the failing ones need go first.
    found.sort_by_key(|(good, ..)| *good);
    found.truncate(MAX_RAYS);
    let [proxied, direct] = [Side::Proxied, Side::Direct].map(|side| case.capture(side)?.span());
    let spans = |source: Source| match source.side {
        Some(Side::Proxied) => [proxied, None],
        Some(Side::Direct) => [direct, None],
        _ => [proxied, direct],
    };
    let mut rows: Vec<Ray<Text>> = found
        .into_iter()
        .map(|(_, observation, ray)| Ray {
            source: observation.source,
            entry: Some(observation.number),
            ..ray_row(&ray, Some(observation.entry), spans(observation.source), case.now)
        })
        .collect();
    // Those that stand in texts without a request around them.
    for (extract, number) in case.extracts().zip(0..) {
        if let Some(ray) = extract.statement.ray.as_ref().filter(|_| rows.len() < MAX_RAYS)
            && seen.number(&ray.id()).1
        {
            let source = Source::text(extract.kind.provenance());
            let row = ray_row(ray, None, spans(source), case.now);
            rows.push(Ray { source, entry: Some(number), status: extract.statement.status(), ..row });
        }
    }
    rows
}

/// A Ray ID, decoded: with the entry whose it is, if there is one, and when the captures were recorded in which it should lie.
pub fn ray_row(ray: &RayId, entry: Option<&Entry>, spans: [Option<(Timestamp, Timestamp)>; 2], now: Timestamp) -> Ray<Text> {
    /// A request may come long after its page was asked for, and clocks differ.
    const AROUND_MS: i64 = 5 * 60 * 1000;
    let doubt = ray.doubts(now);
    let received = ray.received().filter(|_| !doubt.iter().any(|doubt| doubt.is_about_time()));
    let place = ray.colo().and_then(Colo::place);
    let within = |received: Timestamp, (first, last): (Timestamp, Timestamp)| {
        (first.unix_ms() - AROUND_MS..=last.unix_ms() + AROUND_MS).contains(&received.unix_ms())
    };
    let has_span = spans.iter().any(Option::is_some);
    Ray {
        id: redact::ray_id(ray),
        colo: ray.colo().map(|colo| Redacted::fill("{}", &[&colo])),
        city: place.map(|place| Redacted::fixed(place.city)),
        country: place.map(|place| Redacted::fixed(place.country)),
        received: received.map(|received| Redacted::fill("{}", &[&received])),
        source: Source::capture(Side::Proxied),
        entry: None,
        status: entry.map(|entry| entry.response.status),
        waited: entry.and_then(waited),
        in_capture: received.filter(|_| has_span).map(|received| spans.into_iter().flatten().any(|span| within(received, span))),
        doubt,
    }
}
