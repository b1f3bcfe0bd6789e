//! Ray IDs and the data centres they name.

use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::{RAY_TIME, Ray};
use yew::prelude::*;

use crate::ui::parts::ray::{city, ray_id, seen_in, time};
use crate::ui::parts::side::{abbr, quiet};
use crate::web::WorkerClient;
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
