//! What was measured of the failing requests: how long Cloudflare waited, and how large headers are.

use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::{HeadersRow, KnownLimit, KnownTime, WaitRow};
use yew::prelude::*;

use super::rays::entry_link;
use super::scale::{Bar, Mark, scale};
use super::side::quiet;
use crate::format;
use crate::web::WorkerClient;

/// How far the axis of waits goes at least, in milliseconds: all of Cloudflare's own time-outs are on it.
const AXIS_MS: u64 = 135_000;

/// Each of what is known on its own axis.
pub(crate) fn measured(overview: &Overview, client: &WorkerClient) -> Html {
    let measures = &overview.report.measures;
    if measures.waited.is_none() && measures.response_headers.is_none() && measures.request_headers.is_none() {
        return Html::default();
    }
    html! {
        <section class="measured" aria-labelledby="measured-title">
            <h2 id="measured-title">{ "Measured on the failing requests" }</h2>
            if let Some(row) = &measures.waited { { wait(row) } }
            if let Some(row) = &measures.response_headers {
                { headers("response-headers", "Response headers from the origin", "Set-Cookie", row, client) }
            }
            if let Some(row) = &measures.request_headers { { headers("request-headers", "Request headers", "Cookie", row, client) } }
        </section>
    }
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
                <td class="number">{ time.requests }{ " of " }{ row.requests }</td>
                <td><a href={time.source.clone()} target="_blank" rel="noopener noreferrer">{ "source" }</a></td>
            </tr>
        }
    };
    html! {
        <div class="measure" id="waited">
            <h3>{ "How long Cloudflare waited" }</h3>
            <p>{ &row.sentence }</p>
            { for row.near().map(|time| html! {
                <p class="near"><b>{ time.requests }{ " of " }{ row.requests }{ " near " }{ time.ms / 1000 }{ " s: " }</b>{ &time.of }{ "." }</p>
            }) }
            { scale(format!("{} Known time-outs are in the table below.", row.sentence), end as f64, &bars, &marks) }
            <details>
                <summary>{ "The time-outs marked" }</summary>
                <div class="scroll-x" tabindex="0" role="region" aria-label="Known time-outs">
                    <table class="plain">
                        <thead><tr>
                            <th scope="col" class="number">{ "After" }</th><th scope="col">{ "What happens then" }</th><th scope="col">{ "Whose" }</th>
                            <th scope="col" class="number">{ "Waits near it" }</th><th scope="col">{ "Says" }</th>
                        </tr></thead>
                        <tbody>{ for on_axis().map(known) }</tbody>
                    </table>
                </div>
            </details>
        </div>
    }
}

fn headers(id: &'static str, title: &'static str, cookies: &'static str, row: &HeadersRow<String>, client: &WorkerClient) -> Html {
    let sentence = format!(
        "{} bytes, {}{}.",
        format::number(row.bytes),
        how(&row.how),
        match row.cookies {
            0 => String::new(),
            bytes => format!("; {} bytes of them {cookies}", format::number(bytes)),
        }
    );
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
                <td>{ if row.bytes > limit.bytes { "exceeded" } else { "not reached" } }</td>
            </tr>
        }
    };
    html! {
        <div class="measure" {id}>
            <h3>{ title }<span class="quiet">{ " of " }{ entry_link(row.source, row.entry, "response.headersSize", client) }{ ", the largest that fails" }</span></h3>
            <p>{ sentence.clone() }
                if let Some(limit) = row.exceeded() { { " " }<b>{ "More than " }{ format::number(limit.bytes) }{ ": " }</b>{ &limit.of }{ "." } }
            </p>
            if row.unlisted > 0 {
                <p class="quiet">{ format::number(row.unlisted) }{ " bytes of them are not in the file's list: an export without sensitive data leaves out cookies first, so their share is larger than shown." }</p>
            }
            { scale(format!("{sentence} The limits are in the table below."), end, bars, &marks) }
            if row.cookies > 0 {
                <p class="key quiet"><span class="swatch shortest" aria-hidden="true"></span>{ cookies }{ " " }<span class="swatch longest" aria-hidden="true"></span>{ "all other headers" }</p>
            }
            <details>
                <summary>{ "The limits marked" }</summary>
                <div class="scroll-x" tabindex="0" role="region" aria-label="Known limits">
                    <table class="plain">
                        <thead><tr><th scope="col" class="number">{ "Bytes" }</th><th scope="col">{ "Whose limit" }</th><th scope="col">{ "Here" }</th></tr></thead>
                        <tbody>{ for row.limits.iter().map(known) }</tbody>
                    </table>
                </div>
                { quiet("Limits count all headers as HTTP/1.1 writes them, each with its name, colon and line end.") }
            </details>
        </div>
    }
}

fn how(how: &str) -> &'static str {
    match how {
        "measured" => "measured on the wire",
        "estimated" => "estimated from the list, because they were sent compressed",
        _ => "summed from the list, so a lower bound",
    }
}

fn whose(by: &str) -> &'static str {
    if by == "cloudflare" { "Cloudflare" } else { "the origin" }
}

fn mark_class(by: &str, is_near: bool) -> &'static str {
    match (by, is_near) {
        ("cloudflare", false) => "of-cloudflare",
        ("cloudflare", true) => "of-cloudflare near",
        (_, false) => "of-origin",
        (_, true) => "of-origin near",
    }
}
