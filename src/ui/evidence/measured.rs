//! What was measured of the failing requests: how long Cloudflare waited, and how large headers are.

use fivetwenty_model::report::{HeadersRow, KnownLimit, KnownTime, ReportView, WaitRow};
use yew::prelude::*;

use crate::ui::parts::ray::entry_link;
use crate::ui::parts::side::{quiet, source};
use crate::ui::parts::table::{Column, table};
use crate::{format, labels};

/// All of Cloudflare's own timeouts for a request are below this, in milliseconds: longer ones are listed only when a wait reached them.
const TIMEOUTS_MS: u64 = 135_000;

/// What was measured beside its limit, a row each; what is known about limits one key press away.
pub(super) fn measured(report: &ReportView<String>) -> Html {
    let measures = &report.measures;
    let of_headers = [
        ("response-headers", labels::RESPONSE_HEADERS, "Set-Cookie", &measures.response_headers),
        ("request-headers", labels::REQUEST_HEADERS, "Cookie", &measures.request_headers),
    ];
    let of_headers: Vec<_> =
        of_headers.into_iter().filter_map(|(id, title, cookies, row)| Some((id, title, cookies, row.as_ref()?))).collect();
    if measures.waited.is_none() && of_headers.is_empty() {
        return Html::default();
    }
    html! {
        <section class="measured" aria-labelledby="measured-title">
            <h3 id="measured-title">{ labels::MEASURED_TITLE }</h3>
            { table(labels::MEASURED_TITLE, &[Column::Text(labels::MEASURE), Column::Number(labels::LARGEST), Column::Number(labels::LIMIT), Column::Unseen(labels::SHARE_OF_LIMIT)], html! {
                <>
                    if let Some(row) = &measures.waited { { wait_row(row) } }
                    { for of_headers.iter().map(|(_, title, _, row)| headers_row(title, row)) }
                </>
            }) }
            if let Some(row) = &measures.waited { { wait(row) } }
            { for of_headers.iter().map(|(id, title, cookies, row)| headers(id, title, cookies, row)) }
        </section>
    }
}

fn row(title: &'static str, largest: String, limit: String, share: [u64; 2]) -> Html {
    let [value, max] = share.map(|figure| figure.to_string());
    html! {
        <tr>
            <th scope="row">{ title }</th>
            <td class="number">{ largest }</td>
            <td class="number">{ limit }</td>
            <td><meter {max} {value} aria-label={labels::share_of_limit(title)} /></td>
        </tr>
    }
}

/// The longest wait, beside the timeout that it reached, or Cloudflare's own.
fn wait_row(row_of: &WaitRow<String>) -> Html {
    let own = || row_of.times.iter().rfind(|time| time.by == "cloudflare" && time.ms <= TIMEOUTS_MS);
    let longest = row_of.longest[1];
    let limit = row_of.near().last().or_else(own).map_or(TIMEOUTS_MS, |time| time.ms);
    row(labels::WAIT_FOR_RESPONSE, format::duration(longest as f64), format::duration(limit as f64), [longest, limit])
}

/// The largest headers, beside the limit that they exceed, or Cloudflare's own.
fn headers_row(title: &'static str, row_of: &HeadersRow<String>) -> Html {
    let limit = row_of.exceeded().or(row_of.limits.last()).map_or(row_of.bytes, |limit| limit.bytes);
    let at_least = if row_of.how == "measured" { "" } else { "≥ " };
    let bytes = |count: u64| [&format::number(count), labels::B].concat();
    row(title, [at_least, &bytes(row_of.bytes)].concat(), bytes(limit), [row_of.bytes, limit])
}

fn wait(row: &WaitRow<String>) -> Html {
    let known = |time: &KnownTime<String>| {
        html! {
            <tr class={classes!((time.requests > 0).then_some("near"))}>
                <th scope="row" class="number">{ time.ms / 1000 }{ " s" }</th>
                <td>{ &time.of }</td>
                <td>{ whose(&time.by) }</td>
                <td class="number">{ time.requests }{ labels::OF }{ row.requests }</td>
                <td>{ source(&time.source) }</td>
            </tr>
        }
    };
    let is_shown = |time: &&KnownTime<String>| time.ms <= TIMEOUTS_MS.max(row.longest[1]);
    html! {
        <div class="measure" id="waited">
            { for row.near().map(|time| html! {
                <p class="near"><b>{ time.requests }{ labels::OF }{ row.requests }{ labels::NEAR }{ time.ms / 1000 }{ " s: " }</b>{ &time.of }{ "." }</p>
            }) }
            <details>
                <summary>{ labels::WAIT_FOR_RESPONSE }{ labels::AND_TIMEOUTS }</summary>
                <p>{ &row.sentence }</p>
                { table(labels::KNOWN_TIMEOUTS, &[Column::Number(labels::AFTER), Column::Text(labels::WHAT_HAPPENS_THEN), Column::Text(labels::WHOSE), Column::Number(labels::WAITS_NEAR_IT), Column::Text(labels::SOURCE_TITLE)],
                    row.times.iter().filter(is_shown).map(known).collect()) }
            </details>
        </div>
    }
}

fn headers(id: &'static str, title: &'static str, cookies: &'static str, row: &HeadersRow<String>) -> Html {
    let known = |limit: &KnownLimit<String>| {
        html! {
            <tr class={classes!((row.bytes > limit.bytes).then_some("near"))}>
                <th scope="row" class="number">{ format::number(limit.bytes) }</th>
                <td>{ &limit.of }</td>
                <td>{ if row.bytes > limit.bytes { labels::EXCEEDED } else { labels::NOT_REACHED } }</td>
            </tr>
        }
    };
    html! {
        <div class="measure" {id}>
            if let Some(limit) = row.exceeded() {
                <p class="near"><b>{ title }{ ": " }{ labels::MORE_THAN }{ format::number(limit.bytes) }{ ": " }</b>{ &limit.of }{ "." }</p>
            }
            <details>
                <summary>{ title }{ labels::AND_LIMITS }</summary>
                <p>
                    { labels::headers_measured(row.bytes, how(&row.how), row.cookies, cookies) }{ " " }
                    { entry_link(row.source, row.entry, "response.headersSize") }{ labels::LARGEST_THAT_FAILS }
                </p>
                if row.unlisted > 0 {
                    <p class="quiet">{ format::number(row.unlisted) }{ labels::UNLISTED }</p>
                }
                { table(title, &[Column::Number(labels::BYTES), Column::Text(labels::WHOSE_LIMIT), Column::Text(labels::HERE)], row.limits.iter().map(known).collect()) }
                { quiet(labels::LIMITS_COUNT) }
            </details>
        </div>
    }
}

fn how(how: &str) -> &'static str {
    match how {
        "measured" => labels::MEASURED,
        "estimated" => labels::ESTIMATED,
        _ => labels::SUMMED,
    }
}

fn whose(by: &str) -> &'static str {
    if by == "cloudflare" { labels::CLOUDFLARE } else { labels::THE_ORIGIN }
}
