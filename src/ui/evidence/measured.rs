//! What was measured of the failing requests: how long Cloudflare waited, and how large headers are.

use fivetwenty_model::report::{HeadersRow, KnownLimit, KnownTime, ReportView, WaitRow};
use yew::prelude::*;

use crate::ui::parts::ray::entry_link;
use crate::ui::parts::scale::{Bar, Mark, scale};
use crate::ui::parts::side::quiet;
use crate::{format, labels};

/// How far the axis of waits goes at least, in milliseconds: all of Cloudflare's own time-outs are on it.
const AXIS_MS: u64 = 135_000;

/// What was measured beside its limit, a row each; the drawings and what is known about limits one key press away.
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
            <table class="plain">
                <thead><tr>
                    <th scope="col">{ labels::MEASURE }</th>
                    <th scope="col" class="number">{ labels::LARGEST }</th>
                    <th scope="col" class="number">{ labels::LIMIT }</th>
                    <th scope="col"><span class="unseen">{ labels::SHARE_OF_LIMIT }</span></th>
                </tr></thead>
                <tbody>
                    if let Some(row) = &measures.waited { { wait_row(row) } }
                    { for of_headers.iter().map(|(_, title, _, row)| headers_row(title, row)) }
                </tbody>
            </table>
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
    let own = || row_of.times.iter().rfind(|time| time.by == "cloudflare" && time.ms <= AXIS_MS);
    let longest = row_of.longest[1];
    let limit = row_of.near().last().or_else(own).map_or(AXIS_MS, |time| time.ms);
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
    let ([_, shortest], [_, longest]) = (row.shortest, row.longest);
    let end = AXIS_MS.max(longest + longest / 10);
    let bars = [Bar { to: longest as f64, class: "longest" }, Bar { to: shortest as f64, class: "shortest" }];
    let on_axis = || row.times.iter().filter(|time| time.ms <= end);
    let marks: Vec<Mark> = on_axis()
        .map(|time| Mark { at: time.ms as f64, label: format!("{} s", time.ms / 1000), class: mark_class(&time.by, time.requests > 0) })
        .collect();
    let known = |time: &KnownTime<String>| {
        html! {
            <tr class={classes!((time.requests > 0).then_some("near"))}>
                <th scope="row" class="number">{ time.ms / 1000 }{ " s" }</th>
                <td>{ &time.of }</td>
                <td>{ whose(&time.by) }</td>
                <td class="number">{ time.requests }{ labels::OF }{ row.requests }</td>
                <td><a href={time.source.clone()} target="_blank" rel="noopener noreferrer">{ labels::SOURCE }</a></td>
            </tr>
        }
    };
    html! {
        <div class="measure" id="waited">
            { for row.near().map(|time| html! {
                <p class="near"><b>{ time.requests }{ labels::OF }{ row.requests }{ labels::NEAR }{ time.ms / 1000 }{ " s: " }</b>{ &time.of }{ "." }</p>
            }) }
            <details>
                <summary>{ labels::WAIT_FOR_RESPONSE }{ labels::AND_TIMEOUTS }</summary>
                <p>{ &row.sentence }</p>
                { scale(labels::waits_drawn(&row.sentence), end as f64, &bars, &marks) }
                <div class="scroll-x" tabindex="0" role="region" aria-label={labels::KNOWN_TIMEOUTS}>
                    <table class="plain">
                        <thead><tr>
                            <th scope="col" class="number">{ labels::AFTER }</th><th scope="col">{ labels::WHAT_HAPPENS_THEN }</th><th scope="col">{ labels::WHOSE }</th>
                            <th scope="col" class="number">{ labels::WAITS_NEAR_IT }</th><th scope="col">{ labels::SOURCE_TITLE }</th>
                        </tr></thead>
                        <tbody>{ for on_axis().map(known) }</tbody>
                    </table>
                </div>
            </details>
        </div>
    }
}

fn headers(id: &'static str, title: &'static str, cookies: &'static str, row: &HeadersRow<String>) -> Html {
    let sentence = labels::headers_measured(row.bytes, how(&row.how), row.cookies, cookies);
    let most = row.limits.last().map_or(0, |limit| limit.bytes);
    let end = row.bytes.max(most) as f64 * 1.06;
    let bars = [Bar { to: row.bytes as f64, class: "longest" }, Bar { to: row.cookies as f64, class: "shortest" }];
    let bars = if row.cookies > 0 { &bars[..] } else { &bars[..1] };
    let marks: Vec<Mark> = row
        .limits
        .iter()
        .map(|limit| Mark {
            at: limit.bytes as f64,
            label: format!("{} KB", limit.bytes / 1024),
            class: mark_class(&limit.by, row.bytes > limit.bytes),
        })
        .collect();
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
                <p>{ sentence.clone() }{ " " }{ entry_link(row.source, row.entry, "response.headersSize") }{ labels::LARGEST_THAT_FAILS }</p>
                if row.unlisted > 0 {
                    <p class="quiet">{ format::number(row.unlisted) }{ labels::UNLISTED }</p>
                }
                { scale(labels::limits_drawn(&sentence), end, bars, &marks) }
                if row.cookies > 0 {
                    <p class="key quiet"><span class="swatch shortest" aria-hidden="true"></span>{ cookies }{ " " }<span class="swatch longest" aria-hidden="true"></span>{ labels::OTHER_HEADERS }</p>
                }
                <div class="scroll-x" tabindex="0" role="region" aria-label={labels::KNOWN_LIMITS}>
                    <table class="plain">
                        <thead><tr><th scope="col" class="number">{ labels::BYTES }</th><th scope="col">{ labels::WHOSE_LIMIT }</th><th scope="col">{ labels::HERE }</th></tr></thead>
                        <tbody>{ for row.limits.iter().map(known) }</tbody>
                    </table>
                </div>
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

fn mark_class(by: &str, is_near: bool) -> &'static str {
    match (by, is_near) {
        ("cloudflare", false) => "of-cloudflare",
        ("cloudflare", true) => "of-cloudflare near",
        (_, false) => "of-origin",
        (_, true) => "of-origin near",
    }
}
