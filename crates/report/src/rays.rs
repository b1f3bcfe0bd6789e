//! Ray IDs, decoded.

use fivetwenty_captures::Side;
use fivetwenty_captures::edge::ray;
use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::Numbers;
use fivetwenty_captures::order::sort_by_key;
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
    sort_by_key(&mut found, |(good, ..)| *good);
    found.truncate(MAX_RAYS);
    let mut rows: Vec<Ray<Text>> = found
        .into_iter()
        .map(|(_, observation, ray)| Ray {
            source: observation.source,
            entry: Some(observation.number),
            ..ray_row(facts, &ray, Some((observation.side, observation.entry)), observation.source.side.is_some())
        })
        .collect();
    // Those that stand in texts without a request around them.
    for (extract, number) in case.extracts().zip(0..) {
        if let Some(ray) = extract.statement.ray.as_ref().filter(|_| rows.len() < MAX_RAYS)
            && seen.number(&ray.id()).1
        {
            let source = Source::text(extract.kind.provenance());
            let row = ray_row(facts, ray, None, false);
            rows.push(Ray { source, entry: Some(number), status: extract.statement.status(), ..row });
        }
    }
    rows
}

/// A Ray ID, decoded: with the request whose it is, if there is one, and whether that is recorded in the capture of its side.
pub fn ray_row(facts: &Facts<'_>, ray: &RayId, request: Option<(Side, &Entry)>, is_recorded: bool) -> Ray<Text> {
    let doubt = ray.doubts(facts.case.now);
    let received = ray.received().filter(|_| !doubt.iter().any(|doubt| doubt.is_about_time()));
    let place = ray.colo().and_then(Colo::place);
    let entry = request.map(|(_, entry)| entry);
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
        in_capture: received.and_then(|received| facts.owns_ray(request.filter(|_| is_recorded), received)),
        doubt,
    }
}
