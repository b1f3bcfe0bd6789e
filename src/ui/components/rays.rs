//! Ray IDs and the data centres they name.

use fivetwenty_model::Source;
use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::{RAY_TIME, Ray, ReportView};
use fivetwenty_redact::commands::date_and_clock;
use fivetwenty_redact::visible;
use yew::prelude::*;

use super::copy;
use super::map::map;
use super::side::extract_link;
use super::side::{self, abbr, quiet};
use crate::state::Seek;
use crate::web::WorkerClient;
use crate::web::{moment, now_ms};
use crate::{format, labels};

/// How many are listed; the report has them all.
const LISTED: usize = 50;

/// Every Ray ID, decoded.
pub(crate) fn rays(overview: &Overview, client: &WorkerClient) -> Html {
    let rays = &overview.report.rays;
    html! {
        <section class="rays" aria-labelledby="rays-title">
            <h2 id="rays-title">{ labels::RAYS_TITLE }</h2>
            if rays.is_empty() {
                { quiet(labels::NO_RAY_IDS) }
            } else {
                <div class="scroll-x" tabindex="0" role="region" aria-labelledby="rays-title">
                    <table>
                        <thead><tr>
                            <th scope="col">{ abbr(labels::RAY_ID_MEANS, labels::RAY_ID) }</th>
                            <th scope="col">{ abbr(labels::DATA_CENTRE_MEANS, labels::DATA_CENTRE) }</th>
                            <th scope="col">{ abbr(labels::RECEIVED_MEANS, labels::RECEIVED_UTC) }</th>
                            <th scope="col" class="number">{ labels::STATUS }</th>
                            <th scope="col">{ abbr(labels::TOOK_MEANS, labels::TOOK) }</th>
                            <th scope="col">{ labels::SEEN_IN }</th>
                        </tr></thead>
                        <tbody>{ for rays.iter().take(LISTED).map(|row| ray(row, client)) }</tbody>
                    </table>
                </div>
                { quiet(RAY_TIME) }
                if rays.len() > LISTED {
                    <p class="quiet">{ labels::THE_FIRST }{ LISTED }{ labels::OF }{ format::number(rays.len() as u64) }{ labels::REPORT_HAS_ALL }</p>
                }
            }
            { map(&overview.map) }
        </section>
    }
}

fn ray(row: &Ray<String>, client: &WorkerClient) -> Html {
    let remark = match (row.doubt.as_slice(), row.in_capture) {
        ([_, ..], _) => labels::DOUBTFUL,
        ([], Some(false)) => labels::ANOTHER_TIME,
        _ => "",
    };
    html! {
        <tr>
            <td>{ ray_id(row, seen_in(row, client)) }</td>
            <td><span class="machine">{ row.colo.as_deref().unwrap_or(labels::NOT_NAMED) }</span>{ " " }{ city(row) }</td>
            <td>{ row.received.as_deref().map_or_else(|| labels::NO_TIME.into(), time) }<span class="note">{ remark }</span></td>
            <td class="number">{ for row.status }</td>
            <td>{ row.waited.map(|waited| waited.said().to_string()).unwrap_or_default() }</td>
            <td>{ seen_in(row, client) }</td>
        </tr>
    }
}

/// A Ray ID, with a button that copies it as it is looked up; all that it tells opens with it. `seen_in` is said where it does not stand
/// beside it.
pub(super) fn ray_id(ray: &Ray<String>, seen_in: Html) -> Html {
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
pub(super) fn rays_in(sentence: &str, report: &ReportView<String>, client: &WorkerClient) -> Html {
    let known = |id: &str| report.rays.iter().find(|ray| ray.id == id);
    html! { <>{ for labels::ray_ids(sentence).filter_map(known).map(|ray| ray_id(ray, seen_in(ray, client))) }</> }
}

fn seen_in(ray: &Ray<String>, client: &WorkerClient) -> Html {
    ray.entry.map_or_else(|| labels::TRACE.into(), |entry| entry_link(ray.source, entry, "response.headers.cf-ray", client))
}

fn city(ray: &Ray<String>) -> String {
    [ray.city.as_deref(), ray.country.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// An entry's number, which leads to it and marks the field there.
pub(super) fn entry_link(source: Source, entry: u32, field: &'static str, client: &WorkerClient) -> Html {
    let Some(this) = source.side else { return extract_link(source, entry) };
    let client = client.clone();
    let onclick = move |_| client.seek(Seek { side: this, entry, field: field.to_owned() });
    html! { <button type="button" class="link" {onclick}>{ side::mark(this) }{ labels::ENTRY }{ entry }</button> }
}

/// A time in UTC, with the person's own beside it on hover and for screen readers.
pub(super) fn time(text: &str) -> Html {
    let (date, clock) = date_and_clock(text);
    html! { <time datetime={text.to_owned()} title={labels::your_time(&here(text))}>{ date }{ " " }{ clock }</time> }
}

/// A time as the person's own clocks show it.
fn here(text: &str) -> String {
    js_sys::Date::new(&text.into()).to_string().into()
}
