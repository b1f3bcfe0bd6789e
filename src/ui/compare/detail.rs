//! One row in full: both sides, aligned line by line.

use fivetwenty_model::Side;
use fivetwenty_model::protocol::{Change, Detail, EntryView, HeaderLine};
use fivetwenty_redact::visible;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::state::{Loadable, Open};
use crate::ui::parts::ray::{ray_id, time};
use crate::ui::parts::side::{self, machine, quiet};
use crate::{format, labels};

/// The detail, in place under its row.
pub(super) fn detail_panel(open: &Open, close: &Callback<()>) -> Html {
    let is_ready = matches!(open.detail, Loadable::Ready(_));
    let close = {
        let close = close.clone();
        move |_| close.emit(())
    };
    let content = match &open.detail {
        Loadable::Idle | Loadable::Loading => quiet(labels::READING_ENTRY),
        Loadable::Failed(error) => html! { <p class="failure">{ error }</p> },
        Loadable::Ready(detail) => sides(detail, open.marked.as_ref()),
    };
    html! {
        <div id="detail" class="detail" aria-label={labels::FULL_ENTRY} data-state={if is_ready { "done" } else { "loading" }}>
            <button type="button" class="small close" onclick={close}>{ labels::CLOSE }<span class="quiet">{ labels::ESC }</span></button>
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
                <caption class="unseen">{ labels::BOTH_SIDES }</caption>
                <thead><tr>
                    <th scope="col">{ machine(&detail.method) }</th>
                    <th scope="col">{ side::mark(Side::Proxied) }{ labels::THROUGH_CLOUDFLARE }</th>
                    <th scope="col">{ side::mark(Side::Direct) }{ labels::DIRECT_TO_ORIGIN }</th>
                </tr></thead>
                <tbody>
                    { for facts().into_iter().map(|fact| fact_line(&fact, detail, marked)) }
                </tbody>
                { headers(labels::RESPONSE_HEADERS, "response", &detail.response_headers, detail, marked) }
                { headers(labels::REQUEST_HEADERS, "request", &detail.request_headers, detail, marked) }
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
        fact(labels::URL, "", &["request.url"], |entry, _| machine(&entry.url)),
        fact(labels::RESPONSE, "", &["response.status", "response.statusText", "response", "status"], answer),
        fact(labels::ERROR, labels::ERROR_MEANS, &["response._error", "_error"], |entry, _| {
            entry.error.as_deref().map_or_else(
                || absent(labels::NONE),
                |error| html! { <span class="machine failure">{ visible(error).into_owned() }</span> },
            )
        }),
        fact(labels::STARTED, labels::STARTED_MEANS, &["startedDateTime"], |entry, _| {
            entry.started.as_deref().map_or_else(|| absent(labels::NOT_IN_FILE), time)
        }),
        fact(labels::TIME, labels::TIME_MEANS, &["time", "timings"], phases),
        fact(labels::SERVER, labels::SERVER_MEANS, &["serverIPAddress"], |entry, _| {
            entry.server_ip.as_deref().map_or_else(|| absent(labels::NOT_IN_FILE), machine)
        }),
        fact(labels::HEADER_BYTES, labels::HEADER_BYTES_MEANS, &["response.headersSize"], header_bytes),
        fact(
            labels::FRAMING,
            labels::FRAMING_MEANS,
            &["response.headers.content-length", "response.headers.transfer-encoding"],
            |entry, _| {
                entry.content_length.as_deref().map_or_else(
                    || absent(labels::NO_CONTENT_LENGTH),
                    |length| html! { <span class="machine">{ labels::CONTENT_LENGTH }{ visible(length).into_owned() }</span> },
                )
            },
        ),
        fact(labels::BODY, "", &["response.bodySize", "response.content.size", "response._transferSize"], body),
        fact(labels::RAY, labels::RAY_MEANS, &[], ray),
    ]
}

fn fact_line(fact: &Fact, detail: &Detail, marked: Marked) -> Html {
    let longest = [&detail.proxied, &detail.direct].into_iter().flatten().map(drawn).fold(0.0, f64::max);
    let cited = |this| marked.is_some_and(|(side, field)| *side == this && is_field(field, fact.fields));
    let cell = |this, entry: &Option<EntryView>| {
        let content = entry.as_ref().map_or_else(|| absent(labels::NO_SUCH_REQUEST), |entry| (fact.show)(entry, longest));
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
                <tr><td colspan="3">{ absent(labels::NONE_IN_FILES) }</td></tr>
            }
            { for lines.iter().map(|line| header(line, part, both, detail, marked)) }
        </tbody>
    }
}

fn header(line: &HeaderLine, part: &str, both: bool, detail: &Detail, marked: Marked) -> Html {
    let (kind, remark) = match line.change {
        Change::Changed => ("changed", labels::DIFFERS),
        Change::OnlyProxied if both => ("changed", labels::ONLY_P),
        Change::OnlyDirect if both => ("changed", labels::ONLY_D),
        Change::Same | Change::OnlyProxied | Change::OnlyDirect => ("", ""),
        Change::Edge => ("edge", labels::ADDED_AT_EDGE),
    };
    let cited = marked.is_some_and(|(_, field)| labels::names_header(field, part, &line.name));
    let cell = |value: &Option<String>, entry: &Option<EntryView>| match (value, entry) {
        (Some(value), _) => machine(value),
        (None, Some(_)) => absent(labels::NOT_SENT),
        (None, None) => absent(labels::NO_SUCH_REQUEST),
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
    let status =
        if entry.status == 0 { labels::NO_RESPONSE.to_owned() } else { format!("{} {}", entry.status, visible(&entry.status_text)) };
    html! { <><span {class}>{ status }</span>{ " " }<span class="machine quiet">{ visible(&entry.http_version).into_owned() }</span></> }
}

fn header_bytes(entry: &EntryView, _: f64) -> Html {
    if entry.status == 0 && entry.header_bytes == 0 {
        return absent(labels::NO_HEADERS_RECEIVED);
    }
    let how = if entry.header_bytes_measured { labels::AS_SENT } else { labels::SUMMED_FROM_LIST };
    let kilobytes = entry.header_bytes / 1024;
    let against = match kilobytes {
        0..16 => labels::UNDER_16,
        16..32 => labels::OVER_16,
        32..128 => labels::OVER_32,
        _ => labels::OVER_128,
    };
    html! { <>{ format::bytes(entry.header_bytes) }{ " " }<span class="quiet">{ how }{ "; " }{ against }</span></> }
}

fn body(entry: &EntryView, _: f64) -> Html {
    let bytes = match (entry.body_bytes, entry.content_bytes) {
        (None, None) => absent(labels::NOT_RECORDED),
        (Some(sent), None) => html! { <>{ format::bytes(sent) }{ labels::BYTES_AS_SENT }</> },
        (None, Some(decoded)) => html! { <>{ format::bytes(decoded) }{ labels::BYTES_DECODED }</> },
        (Some(sent), Some(decoded)) => {
            html! { <>{ format::bytes(sent) }{ labels::BYTES_AS_SENT_AND }{ format::bytes(decoded) }{ labels::BYTES_DECODED }</> }
        }
    };
    html! { <>{ bytes } if entry.same_body { <span class="quiet">{ labels::SAME_BODY }</span> }</> }
}

/// What the phases of an entry take together; both sides are drawn on the scale of the longer one.
fn drawn(entry: &EntryView) -> f64 {
    entry.timings.iter().filter(|(name, _)| name != "ssl").map(|(_, ms)| ms).sum()
}

fn phases(entry: &EntryView, longest: f64) -> Html {
    let Some(whole) = entry.time_ms else { return absent(labels::NOT_IN_FILE) };
    let parts = entry.timings.iter().map(|(name, ms)| format!("{name} {}", format::duration(*ms))).collect::<Vec<_>>().join(" · ");
    let mut from = 0.0;
    // The handshake lies within `connect`, so it gets no length of its own.
    let bars = entry.timings.iter().filter(|(name, _)| name != "ssl").map(|(name, ms)| {
        let x = from;
        from += ms / longest * 100.0;
        html! { <rect class={name.clone()} x={format::decimal(x, 2)} y="0" width={format::decimal((from - x).max(0.3), 2)} height="8"><title>{ name }{ " " }{ format::duration(*ms) }</title></rect> }
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
        (Some(ray), _) => ray_id(ray, labels::THIS_ENTRY.into()),
        (None, Some(why)) => html! { <span class="absent">{ labels::NONE_BECAUSE }{ why }</span> },
        (None, None) => absent(labels::NONE),
    }
}
