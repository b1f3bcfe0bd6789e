//! Ray IDs, those of failing requests first.

use fivetwenty_model::report::{RAY_TIME, Ray, ReportView};
use yew::prelude::*;

use crate::ui::parts::copy::{CopyButton, Style};
use crate::ui::parts::ray::{city, ray_id, seen_in, time};
use crate::ui::parts::side::quiet;
use crate::ui::parts::table::{Column, table};
use crate::{format, labels};

/// How many failing ones are shown at once.
const SHOWN: usize = 10;

/// How many are listed; the report has them all.
const LISTED: usize = 50;

/// Every Ray ID, decoded.
pub(super) fn rays(report: &ReportView<String>) -> Html {
    let (failing, working): (Vec<_>, Vec<_>) = report.rays.iter().partition(|ray| ray.is_failing());
    let (shown, rest) = failing.split_at(failing.len().min(SHOWN));
    let folded: Vec<_> = rest.iter().copied().chain(working).collect();
    let ids = failing.iter().map(|ray| ray.id.as_str()).collect::<Vec<_>>().join("\n");
    let listed = folded.len().min(LISTED);
    let summary = if rest.is_empty() { labels::THAT_WORK } else { labels::MORE };
    html! {
        <section class="rays" aria-labelledby="rays-title">
            <h3 id="rays-title">{ labels::RAYS_TITLE }</h3>
            if report.rays.is_empty() {
                { quiet(labels::NO_RAY_IDS) }
            }
            if !shown.is_empty() {
                { rows_of(shown, labels::FAILING) }
                <CopyButton id="copy-rays" label={labels::COPY_FAILING_RAYS} style={Style::Small} text={ids} />
            }
            if !folded.is_empty() {
                <details>
                    <summary>{ format::number(folded.len() as u64) }{ summary }</summary>
                    { rows_of(&folded[..listed], labels::REQUESTS) }
                    if folded.len() > listed {
                        <p class="quiet">{ labels::THE_FIRST }{ listed }{ labels::OF }{ format::number(folded.len() as u64) }{ labels::REPORT_HAS_ALL }</p>
                    }
                    { quiet(RAY_TIME) }
                </details>
            }
        </section>
    }
}

fn rows_of(rows: &[&Ray<String>], name: &'static str) -> Html {
    let columns = [
        Column::Means(labels::RAY_ID_MEANS, labels::RAY_ID),
        Column::Text(labels::STATUS),
        Column::Means(labels::RECEIVED_MEANS, labels::RECEIVED_UTC),
        Column::Means(labels::DATA_CENTRE_MEANS, labels::DC),
        Column::Means(labels::TOOK_MEANS, labels::TOOK),
    ];
    table(name, &columns, rows.iter().map(|row| ray(row)).collect())
}

fn ray(row: &Ray<String>) -> Html {
    let remark = match (row.doubt.as_slice(), row.in_capture) {
        ([_, ..], _) => labels::DOUBTFUL,
        ([], Some(false)) => labels::ANOTHER_TIME,
        _ => "",
    };
    html! {
        <tr>
            <td>{ ray_id(row, seen_in(row)) }</td>
            <td class={row.is_failing().then_some("failure")}>{ for row.status }</td>
            <td>{ row.received.as_deref().map_or_else(|| labels::NO_TIME.into(), time) }{ " " }<span class="note">{ remark }</span></td>
            <td title={city(row)}><span class="machine">{ row.colo.as_deref().unwrap_or(labels::NOT_NAMED) }</span></td>
            <td>{ row.waited.map(|waited| waited.range().to_string()).unwrap_or_default() }</td>
        </tr>
    }
}
