//! One row in full: both sides, aligned line by line.

use fivetwenty_model::Side;
use fivetwenty_model::protocol::{Change, Detail, EntryView, HeaderLine};
use fivetwenty_redact::visible;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::rays::{ray_id, time};
use super::side::{self, machine, quiet};
use crate::state::{Loadable, Open};
use crate::{format, labels};

/// The detail, in place under its row.
pub(super) fn detail_panel(open: &Open, close: &Callback<()>) -> Html {
    let is_ready = matches!(open.detail, Loadable::Ready(_));
    let close = {
        let close = close.clone();
        move |_| close.emit(())
    };
    let content = match &open.detail {
        Loadable::Idle | Loadable::Loading => quiet("Reading the entry again from its file…"),
        Loadable::Failed(error) => html! { <p class="failure">{ error }</p> },
        Loadable::Ready(detail) => sides(detail, open.marked.as_ref()),
    };
    html! {
        <div id="detail" class="detail" aria-label="The entry in full" data-state={if is_ready { "done" } else { "loading" }}>
            <button type="button" class="small close" onclick={close}>{ "Close" }<span class="quiet">{ " Esc" }</span></button>
            { content }
        </div>
    }
}

/// Brings the marked field of the detail in this table into view, and the keyboard to it.
pub(super) fn reveal(table: &Element) {
    let find = |selector: &str| table.query_selector(selector).ok().flatten();
    let Some(marked) = find("#detail .cited").or_else(|| find("#detail")) else { return };
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Center);
    marked.scroll_into_view_with_scroll_into_view_options(&options);
    if let Some(field) = find("#detail .cited [tabindex]").and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        // A field that cannot take the keyboard is still marked.
        let _ = field.focus();
    }
}

type Marked<'a> = Option<&'a (Side, String)>;

fn sides(detail: &Detail, marked: Marked) -> Html {
    html! {
        <>
            <table class="aligned">
                <caption class="unseen">{ "Both sides of the request" }</caption>
                <thead><tr>
                    <th scope="col">{ machine(&detail.method) }</th>
                    <th scope="col">{ side::mark(Side::Proxied) }{ "through Cloudflare" }</th>
                    <th scope="col">{ side::mark(Side::Direct) }{ "direct to the origin" }</th>
                </tr></thead>
                <tbody>
                    { for facts().into_iter().map(|fact| fact_line(&fact, detail, marked)) }
                </tbody>
                { headers("Response headers", "response", &detail.response_headers, detail, marked) }
                { headers("Request headers", "request", &detail.request_headers, detail, marked) }
            </table>
        </>
    }
}

/// A line of the upper part: its name, the fields of evidence that point at it, and its content.
struct Fact {
    name: &'static str,
    title: &'static str,
    fields: &'static [&'static str],
    show: fn(&EntryView, f64) -> Html,
}

fn facts() -> Vec<Fact> {
    let fact = |name, title, fields, show| Fact { name, title, fields, show };
    vec![
        fact("URL", "", &["request.url"], |entry, _| machine(&entry.url)),
        fact("Answer", "", &["response.status", "response.statusText", "response", "status"], answer),
        fact("Error", "The browser's own name for what went wrong.", &["response._error", "_error"], |entry, _| {
            entry
                .error
                .as_deref()
                .map_or_else(|| absent("none"), |error| html! { <span class="machine failure">{ visible(error).into_owned() }</span> })
        }),
        fact("Started", "When the browser began, in UTC.", &["startedDateTime"], |entry, _| {
            entry.started.as_deref().map_or_else(|| absent("not in the file"), time)
        }),
        fact("Time", "The whole time, and its phases in order.", &["time", "timings"], phases),
        fact("Server", "The address the browser talked to.", &["serverIPAddress"], |entry, _| {
            entry.server_ip.as_deref().map_or_else(|| absent("not in the file"), machine)
        }),
        fact(
            "Header bytes",
            "Cloudflare accepts 128 KB of response headers since 2025-10-16. Before that it was 32 KB, 16 KB each, as on many servers today.",
            &["response.headersSize"],
            header_bytes,
        ),
        fact(
            "Framing",
            "How the answer says where its body ends.",
            &["response.headers.content-length", "response.headers.transfer-encoding"],
            |entry, _| {
                entry.content_length.as_deref().map_or_else(
                    || absent("no Content-Length"),
                    |length| html! { <span class="machine">{ "Content-Length " }{ visible(length).into_owned() }</span> },
                )
            },
        ),
        fact("Body", "", &["response.bodySize", "response.content.size", "response._transferSize"], body),
        fact("Ray", "The Ray ID, the number Cloudflare gives the request, decoded.", &[], ray),
    ]
}

fn fact_line(fact: &Fact, detail: &Detail, marked: Marked) -> Html {
    let longest = [&detail.proxied, &detail.direct].into_iter().flatten().map(drawn).fold(0.0, f64::max);
    let cited = |this| marked.is_some_and(|(side, field)| *side == this && is_field(field, fact.fields));
    let cell = |this, entry: &Option<EntryView>| {
        let content = entry.as_ref().map_or_else(|| absent("no such request"), |entry| (fact.show)(entry, longest));
        html! { <td tabindex={cited(this).then_some("-1")} data-cited={cited(this).then_some("true")}>{ content }</td> }
    };
    let title = (!fact.title.is_empty()).then_some(fact.title);
    html! {
        <tr class={classes!((cited(Side::Proxied) || cited(Side::Direct)).then_some("cited"))}>
            <th scope="row">if let Some(title) = title { <abbr {title}>{ fact.name }</abbr> } else { { fact.name } }</th>
            { cell(Side::Proxied, &detail.proxied) }
            { cell(Side::Direct, &detail.direct) }
        </tr>
    }
}

/// Evidence may name a field more closely than a line shows it, such as `timings.wait`.
fn is_field(field: &str, fields: &[&str]) -> bool {
    fields.iter().any(|name| field == *name || (*name == "timings" && field.starts_with("timings.")))
}

fn headers(title: &'static str, part: &'static str, lines: &[HeaderLine], detail: &Detail, marked: Marked) -> Html {
    let both = detail.proxied.is_some() && detail.direct.is_some();
    html! {
        <tbody>
            <tr class="part"><th colspan="3" scope="rowgroup">{ title }</th></tr>
            if lines.is_empty() {
                <tr><td colspan="3">{ absent("none in the files") }</td></tr>
            }
            { for lines.iter().map(|line| header(line, part, both, detail, marked)) }
        </tbody>
    }
}

fn header(line: &HeaderLine, part: &str, both: bool, detail: &Detail, marked: Marked) -> Html {
    let (kind, remark) = match line.change {
        Change::Changed => ("changed", "≠ differs"),
        Change::OnlyProxied if both => ("changed", "+ only P"),
        Change::OnlyDirect if both => ("changed", "+ only D"),
        Change::Same | Change::OnlyProxied | Change::OnlyDirect => ("", ""),
        Change::Edge => ("edge", "added at the edge"),
    };
    let cited = marked.is_some_and(|(_, field)| labels::names_header(field, part, &line.name));
    let cell = |value: &Option<String>, entry: &Option<EntryView>| match (value, entry) {
        (Some(value), _) => machine(value),
        (None, Some(_)) => absent("not sent"),
        (None, None) => absent("no such request"),
    };
    html! {
        <tr class={classes!(kind, cited.then_some("cited"))}>
            <th scope="row" tabindex={cited.then_some("-1")}>
                { machine(&line.name) }
                if !remark.is_empty() { <span class="note">{ remark }</span> }
            </th>
            <td>{ cell(&line.proxied, &detail.proxied) }</td>
            <td>{ cell(&line.direct, &detail.direct) }</td>
        </tr>
    }
}

fn absent(why: &'static str) -> Html {
    html! { <span class="absent">{ why }</span> }
}

fn answer(entry: &EntryView, _: f64) -> Html {
    let class = classes!("machine", entry.failing.then_some("failure"));
    let status = if entry.status == 0 { "no answer".to_owned() } else { format!("{} {}", entry.status, visible(&entry.status_text)) };
    html! { <><span {class}>{ status }</span>{ " " }<span class="machine quiet">{ visible(&entry.http_version).into_owned() }</span></> }
}

fn header_bytes(entry: &EntryView, _: f64) -> Html {
    if entry.status == 0 && entry.header_bytes == 0 {
        return absent("none came");
    }
    let how = if entry.header_bytes_measured { "as sent" } else { "summed from the list" };
    let kilobytes = entry.header_bytes / 1024;
    let against = match kilobytes {
        0..16 => "under 16 KB, of 128 KB allowed",
        16..32 => "over 16 KB, under 32 KB, of 128 KB allowed",
        32..128 => "over 32 KB, of 128 KB allowed",
        _ => "over the 128 KB allowed",
    };
    html! { <>{ format::bytes(entry.header_bytes) }{ " " }<span class="quiet">{ how }{ "; " }{ against }</span></> }
}

fn body(entry: &EntryView, _: f64) -> Html {
    let bytes = match (entry.body_bytes, entry.content_bytes) {
        (None, None) => absent("not known"),
        (Some(sent), None) => html! { <>{ format::bytes(sent) }{ " as sent" }</> },
        (None, Some(decoded)) => html! { <>{ format::bytes(decoded) }{ " decoded" }</> },
        (Some(sent), Some(decoded)) => html! { <>{ format::bytes(sent) }{ " as sent, " }{ format::bytes(decoded) }{ " decoded" }</> },
    };
    html! { <>{ bytes } if entry.same_body { <span class="quiet">{ " · the same text on both sides" }</span> }</> }
}

/// What the phases of an entry take together; both sides are drawn on the scale of the longer one.
fn drawn(entry: &EntryView) -> f64 {
    entry.timings.iter().filter(|(name, _)| name != "ssl").map(|(_, ms)| ms).sum()
}

fn phases(entry: &EntryView, longest: f64) -> Html {
    let Some(whole) = entry.time_ms else { return absent("not in the file") };
    let parts = entry.timings.iter().map(|(name, ms)| format!("{name} {}", format::duration(*ms))).collect::<Vec<_>>().join(" · ");
    let mut from = 0.0;
    // The handshake lies within `connect`, so it gets no length of its own.
    let bars = entry.timings.iter().filter(|(name, _)| name != "ssl").map(|(name, ms)| {
        let x = from;
        from += ms / longest * 100.0;
        html! { <rect class={name.clone()} x={format!("{x:.2}")} y="0" width={format!("{:.2}", (from - x).max(0.3))} height="8"><title>{ name }{ " " }{ format::duration(*ms) }</title></rect> }
    });
    html! {
        <>
            <div>{ format::duration(whole) }{ " " }<span class="quiet">{ parts }</span></div>
            if drawn(entry) > 0.0 {
                <svg class="phases" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{ for bars }</svg>
            }
        </>
    }
}

fn ray(entry: &EntryView, _: f64) -> Html {
    match (&entry.ray, &entry.no_ray) {
        (Some(ray), _) => ray_id(ray, html! { "this entry" }),
        (None, Some(why)) => html! { <span class="absent">{ "none: " }{ why }</span> },
        (None, None) => absent("none"),
    }
}
