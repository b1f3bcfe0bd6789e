//! A Ray ID, an entry and a time, as they stand in many places.

use fivetwenty_model::Source;
use fivetwenty_model::report::{Ray, ReportView};
use fivetwenty_redact::commands::date_and_clock;
use fivetwenty_redact::visible;
use yew::prelude::*;

use super::copy;
use super::side::{self, extract_link};
use crate::labels;
use crate::state::row_address;
use crate::web::{moment, now_ms};

/// A Ray ID, with a button that copies it as it is looked up; all that it tells opens with it. `seen_in` is said where it does not stand
/// beside it.
pub(crate) fn ray_id(ray: &Ray<String>, seen_in: Html) -> Html {
    let received = ray.received.as_deref().map_or_else(
        || labels::NO_TIME.into(),
        |received| html! { <>{ time(received) }{ labels::UTC_WITH_YOURS }{ here(received) }{ labels::YOUR_TIME }</> },
    );
    let colo = ray.colo.as_deref().map_or_else(
        || labels::NOT_NAMED.into(),
        |colo| html! { <><span class="machine">{ visible(colo).into_owned() }</span>{ " " }{ city(ray) }</> },
    );
    let lines = [
        (labels::RECEIVED, received),
        (labels::DATA_CENTRE, colo),
        (labels::CLOUDFLARE_TOOK, ray.waited.map_or_else(|| labels::NOT_SHOWN.to_owned(), |waited| waited.said().to_string()).into()),
        (labels::SEEN_IN, seen_in),
        (labels::BELONGS_HERE, ray.belongs().unwrap_or(labels::CANNOT_TELL).into()),
        (labels::GENUINE, labels::doubts(&ray.doubt).into()),
        (labels::LOOK_IT_UP, labels::look_ups(ray.received.as_deref().and_then(moment), now_ms()).into()),
    ];
    let about = html! { <dl>{ for lines.into_iter().map(|(name, value)| html! { <><dt>{ name }</dt><dd>{ value }</dd></> }) }</dl> };
    copy::ray_id(ray.id.clone(), about)
}

/// The Ray IDs that stand in a sentence, each with what is known of it.
pub(crate) fn rays_in(sentence: &str, report: &ReportView<String>) -> Html {
    let known = |id: &str| report.rays.iter().find(|ray| ray.id == id);
    html! { <>{ for labels::ray_ids(sentence).filter_map(known).map(|ray| ray_id(ray, seen_in(ray))) }</> }
}

/// Where it was seen.
pub(crate) fn seen_in(ray: &Ray<String>) -> Html {
    ray.entry.map_or_else(|| labels::TRACE.into(), |entry| entry_link(ray.source, entry, "response.headers.cf-ray"))
}

/// City and country of its data centre.
pub(crate) fn city(ray: &Ray<String>) -> String {
    [ray.city.as_deref(), ray.country.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// An entry's number, which leads to it and marks the field there.
pub(crate) fn entry_link(source: Source, entry: u32, field: &str) -> Html {
    let Some(this) = source.side else { return extract_link(source, entry) };
    html! { <a href={row_address(this, entry, field)}>{ side::mark(this) }{ " " }{ labels::ENTRY }{ entry }</a> }
}

/// A time in UTC, with the person's own beside it on hover and for screen readers.
pub(crate) fn time(text: &str) -> Html {
    let (date, clock) = date_and_clock(text);
    html! { <time datetime={text.to_owned()} title={labels::your_time(&here(text))}>{ date }{ " " }{ clock }</time> }
}

/// A time as the person's own clocks show it.
fn here(text: &str) -> String {
    js_sys::Date::new(&text.into()).to_string().into()
}
