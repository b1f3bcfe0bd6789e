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
            <h2 id="rays-title">{ "Rays and data centres" }</h2>
            if rays.is_empty() {
                { quiet("No answer in these captures has a Ray ID (the cf-ray header that Cloudflare gives every answer).") }
            } else {
                <div class="scroll-x" tabindex="0" role="region" aria-labelledby="rays-title">
                    <table>
                        <thead><tr>
                            <th scope="col">{ abbr("The number Cloudflare gives every request it handles. Its support finds the request in the logs by it.", "Ray ID") }</th>
                            <th scope="col">{ abbr("The Cloudflare location that handled the request, by the code of the nearest airport.", "Data centre") }</th>
                            <th scope="col">{ abbr("Derived from the Ray ID; not documented by Cloudflare. Measured on thousands of public pairs of Ray ID and Date.", "Received (UTC)") }</th>
                            <th scope="col" class="number">{ "Status" }</th>
                            <th scope="col">{ abbr("How long Cloudflare worked on it, waiting for the origin included. Always a range, with where it was read.", "Took") }</th>
                            <th scope="col">{ "Seen in" }</th>
                        </tr></thead>
                        <tbody>{ for rays.iter().take(LISTED).map(|row| ray(row, client)) }</tbody>
                    </table>
                </div>
                { quiet(RAY_TIME) }
                if rays.len() > LISTED {
                    <p class="quiet">{ "The first " }{ LISTED }{ " of " }{ format::number(rays.len() as u64) }{ "; the JSON report has all." }</p>
                }
            }
            { map(&overview.map) }
        </section>
    }
}

fn ray(row: &Ray<String>, client: &WorkerClient) -> Html {
    let remark = match (row.doubt.as_slice(), row.in_capture) {
        ([_, ..], _) => "doubtful",
        ([], Some(false)) => "another time",
        _ => "",
    };
    html! {
        <tr>
            <td>{ ray_id(row, seen_in(row, client)) }</td>
            <td><span class="machine">{ row.colo.as_deref().unwrap_or("not named") }</span>{ " " }{ city(row) }</td>
            <td>{ row.received.as_deref().map_or_else(|| html! { "carries no time" }, time) }<span class="note">{ remark }</span></td>
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
        || html! { "carries no time" },
        |received| html! { <>{ time(received) }{ " UTC, which is " }{ here(received) }{ " here; derived, not documented by Cloudflare" }</> },
    );
    let colo = ray.colo.as_deref().map_or_else(
        || html! { "not named" },
        |colo| html! { <><span class="machine">{ visible(colo).into_owned() }</span>{ " " }{ city(ray) }</> },
    );
    let lines = [
        ("Received", received),
        ("Data centre", colo),
        ("Cloudflare took", ray.waited.map_or_else(|| "nothing here tells".to_owned(), |waited| waited.said().to_string()).into()),
        ("Seen in", seen_in),
        ("Belongs there?", ray.belongs().unwrap_or("cannot be told").into()),
        ("Genuine?", labels::doubts(&ray.doubt).into()),
        ("Look it up", labels::look_ups(ray.received.as_deref().and_then(moment), now_ms()).into()),
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
    ray.entry.map_or_else(|| html! { "trace" }, |entry| entry_link(ray.source, entry, "response.headers.cf-ray", client))
}

fn city(ray: &Ray<String>) -> String {
    [ray.city.as_deref(), ray.country.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// An entry's number, which leads to it and marks the field there.
pub(super) fn entry_link(source: Source, entry: u32, field: &'static str, client: &WorkerClient) -> Html {
    let Some(this) = source.side else { return extract_link(source, entry) };
    let client = client.clone();
    let onclick = move |_| client.seek(Seek { side: this, entry, field: field.to_owned() });
    html! { <button type="button" class="link" {onclick}>{ side::mark(this) }{ "entry " }{ entry }</button> }
}

/// A time in UTC, with the person's own beside it on hover and for screen readers.
pub(super) fn time(text: &str) -> Html {
    let (date, clock) = date_and_clock(text);
    html! { <time datetime={text.to_owned()} title={format!("here: {}", here(text))}>{ date }{ " " }{ clock }</time> }
}

/// A time as the person's own clocks show it.
fn here(text: &str) -> String {
    js_sys::Date::new(&text.into()).to_string().into()
}
